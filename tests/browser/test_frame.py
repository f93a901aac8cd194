"""The harness itself: JupyterLab opens a notebook, runs it, and a click reaches its kernel."""

import pytest
from nbformat.v4 import new_output

from browser.lab import expect, needed_cells

PANEL = """
import ipywidgets as widgets
box = widgets.Checkbox(description="wrong sign")
line = widgets.HTML("<p role='status'>error 11.80 %</p>")
def show(change):
    line.value = f"<p role='status'>error {90 if box.value else 11.80:.2f} %</p>"
box.observe(show, "value")
widgets.VBox([box, line])
"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_click_reaches_the_kernel_and_its_answer_the_page(lab, write, theme):
    notebook = lab(write("demo_panel", "1 + 1", *["x = 1"] * 60, PANEL), theme=theme)
    assert notebook.panels.count() == 0
    notebook.run_all()
    expect(notebook.status()).to_have_text("error 11.80 %")
    notebook.panel().get_by_role("checkbox", name="wrong sign").click()
    expect(notebook.status()).to_have_text("error 90.00 %")
    dark = notebook.page.evaluate("document.body.dataset.jpThemeLight") == "false"
    assert dark == (theme == "dark")


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("raise ValueError('the cause')", "the cause"),
        ("import sys\nprint('a warning', file=sys.stderr)", "a warning"),
    ],
)
def test_run_all_sees_what_went_wrong(lab, write, source, wanted):
    notebook = lab(write("demo_wrong", "1", source, "2"))
    with pytest.raises(AssertionError, match=wanted):
        notebook.run_all()


def test_an_unrun_notebook_shows_the_picture_of_its_panel(lab, write):
    view = {"model_id": "0" * 32, "version_major": 2, "version_minor": 0}
    data = {
        "application/vnd.jupyter.widget-view+json": view,
        "image/png": PIXEL,
        "text/plain": "Panel(error 11.80 %)",
    }
    stored = new_output("display_data", data=data)
    notebook = lab(write("demo_unrun", PANEL, outputs=[stored]))
    picture = notebook.page.locator(".jp-OutputArea-output img")
    expect(picture).to_be_visible()
    assert picture.get_attribute("src") == f"data:image/png;base64,{PIXEL}"


def test_cells_that_hold_a_pattern_are_run_with_what_they_need(lab, write):
    cells = [
        "a = 1",
        "raise ValueError",
        "b = a + 1",
        "b = 'unused'",
        "def f():\n    return a",
        "f(b)",
    ]
    assert needed_cells(cells, ["f[(]b"]) == [0, 3, 4, 5]
    assert needed_cells(cells, [r"a \+ 1"]) == [0, 2]
    with pytest.raises(ValueError, match="no cell holds Clinic"):
        needed_cells(cells, ["Clinic"])

    notebook = lab(write("demo_some", "PI = 3", "raise ValueError", "print('PI:', PI)"))
    notebook.run("print")
    expect(notebook.page.get_by_text("PI: 3", exact=True)).to_be_visible()


def test_kernels_end(lab, lab_server, write):
    lab(write("demo_kernel", "1"))
    assert len(lab_server.request("GET", "/api/sessions")) == 1
    lab_server.close_kernels()
    assert lab_server.request("GET", "/api/kernels") == []


PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJg"
    "gg=="
)
