"""For pytest only: a notebook tested alone gets the hooks of the whole suite."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
import reporting

# A learner's own copies: git does not see them either.
collect_ignore_glob = ["my_*"]


def pytest_configure(config):
    reporting.register(config)
