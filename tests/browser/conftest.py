"""Fixtures for tests in a real browser. Where a part is missing, they skip and say which."""

import nbformat
import pytest
import reporting
from nbformat.v4 import new_code_cell, new_notebook

from browser.lab import LabServer, find_chromium, launch_chromium


@pytest.fixture(scope="package")
def browser():
    """Chromium, started once. It ends with this package: nbval cannot share a thread with it."""
    reason = "needs playwright: pip install -e .[test]"
    sync_api = pytest.importorskip("playwright.sync_api", reason=reason)
    if not find_chromium():
        pytest.skip("needs Chromium or Chrome in PATH, or its path in CHROMIUM")
    with sync_api.sync_playwright() as playwright:
        chromium = launch_chromium(playwright)
        yield chromium
        chromium.close()


@pytest.fixture(scope="package")
def lab_server(browser, tmp_path_factory):
    """JupyterLab, started once, on a copy of the notebooks."""
    with LabServer(tmp_path_factory.mktemp("lab")) as server:
        yield server


@pytest.fixture
def lab(browser, lab_server):
    """Opens notebooks: ``lab("01", width=1280, height=1000, theme="light") -> NotebookPage``."""
    opened = []

    def open_notebook(name, **options):
        if reason := reporting.missing_for(name):
            pytest.skip(reason)
        opened.append(lab_server.open(browser, name, **options))
        return opened[-1]

    yield open_notebook
    for notebook in opened:
        notebook.close()
    lab_server.close_kernels()


@pytest.fixture
def write(browser, lab_server):
    """Writes a notebook of the given sources where the server finds it; returns its name."""

    def write(name, *sources, outputs=()):
        cells = [new_code_cell(source, outputs=list(outputs)) for source in sources]
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        notebook = new_notebook(cells=cells, metadata={"kernelspec": kernel})
        nbformat.write(notebook, lab_server.notebooks / f"{name}.ipynb")
        return name

    return write
