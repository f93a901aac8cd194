"""Hooks of the whole suite: its order, and what `reporting.py` adds."""

import gc

import pytest
import reporting
from xdist.scheduler import LoadFileScheduling

# Long ones first, so that no process is left alone with one at the end: the browser's, which are
# handed out as one; notebooks, which wait for their kernels; the doctor's files.
BROWSER = "tests/browser/"
LONGEST_FIRST = (BROWSER, "notebooks/", "tests/doctor/")


def pytest_configure(config):
    reporting.register(config)


def pytest_collection_modifyitems(items):
    """What takes long first."""
    items.sort(key=lambda item: [not item.nodeid.startswith(each) for each in LONGEST_FIRST])


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
