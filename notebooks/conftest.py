"""For pytest only: a notebook tested alone gets the hooks of the whole suite."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
import reporting

# A learner's own copies: git does not see them either.
collect_ignore_glob = ["my_*"]


def pytest_configure(config):
    reporting.register(config)


def pytest_collection_modifyitems(items):
    """Skip the cells of a notebook whose extra is not installed; no kernel is started for them."""
    for item in items:
        if item.path.suffix == ".ipynb" and (reason := reporting.missing_for(item.path.name)):
            item.add_marker(pytest.mark.skip(reason=reason))
