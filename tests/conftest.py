"""Hooks of the whole suite: its order, and what `reporting.py` adds."""

import gc

import pytest
import reporting
from xdist.scheduler import LoadFileScheduling

BROWSER, NOTEBOOKS = "tests/browser/", "notebooks/"


def pytest_configure(config):
    reporting.register(config)


def pytest_collection_modifyitems(items):
    """Notebooks first, since they take long; the browser last, since it needs the machine."""
    items.sort(key=lambda item: item.nodeid.startswith(BROWSER) - item.nodeid.startswith(NOTEBOOKS))


def pytest_collection_finish():
    """Spare the garbage collector the 3000 tests, which stay to the end."""
    gc.collect()
    gc.freeze()


def pytest_xdist_make_scheduler(config, log):
    """Hand out file by file, but the browser's tests to one process, as if they were one file."""
    return _OneBrowser(config, log)


@pytest.fixture
def panel(one_panel):
    """A module's one panel, back at its start: to make one anew takes longer than most tests."""
    one_panel.reset()
    return one_panel


class _OneBrowser(LoadFileScheduling):
    def _split_scope(self, nodeid):
        return BROWSER if nodeid.startswith(BROWSER) else super()._split_scope(nodeid)
