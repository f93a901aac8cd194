"""Hooks of the whole suite; they are in `reporting.py`."""

import reporting


def pytest_configure(config):
    reporting.register(config)
