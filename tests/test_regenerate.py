"""The regeneration command: same bytes every time, and a failing notebook stays as it was."""

import json
import sys

import nbformat
import pytest
import regenerate
from nbformat.v4 import new_code_cell, new_notebook

DEMO = (
    "import sys\nimport ipywidgets as widgets\nimport matplotlib.pyplot as plt",
    "box = widgets.Checkbox(description='sign')\nbox",
    "fig, ax = plt.subplots()\nax.plot([1, 2])\nplt.show()",
    "print(sys.executable)",
    "from pathlib import Path\nprint(Path.cwd().name)",
)


@pytest.fixture
def write(tmp_path):
    """Writes a notebook of the given sources, for a kernel that nobody has."""

    def write(*sources, folder="notebooks"):
        cells = [new_code_cell(source, id=f"demo-{n}") for n, source in enumerate(sources)]
        kernel = {"name": "no-such-kernel", "display_name": "No such", "language": "python"}
        path = tmp_path / folder / "01_demo.ipynb"
        path.parent.mkdir(exist_ok=True)
        nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)
        return path

    return write


def test_two_runs_give_the_same_bytes(write, capsys):
    path = write(*DEMO)
    assert regenerate.main([str(path)]) == 0
    first = path.read_bytes()
    assert regenerate.main(["--check", str(path)]) == 0
    assert path.read_bytes() == first
    assert capsys.readouterr().out.splitlines() == [
        "01_demo.ipynb: written",
        "01_demo.ipynb: same",
    ]
    cells = regenerate.read_notebook(path).cells
    assert [cell.execution_count for cell in cells] == [1, 2, 3, 4, 5]
    assert regenerate.WIDGET_VIEW in cells[1].outputs[0].data
    assert "image/png" in cells[2].outputs[0].data
    assert cells[3].outputs[0].text.strip() == sys.executable, "another Python ran the notebook"
    assert cells[4].outputs[0].text.strip() == "notebooks"
    assert not any("execution" in cell.metadata for cell in cells)
    assert b"\r" not in first


def test_check_sees_a_changed_number_and_writes_nothing(write, capsys):
    path = write("print(90.00)")
    regenerate.main([str(path)])
    changed = path.read_bytes().replace(b'"90.0', b'"91.0')
    path.write_bytes(changed)
    assert regenerate.main(["--check", str(path)]) == 1
    assert "differs" in capsys.readouterr().out
    assert path.read_bytes() == changed


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("raise ValueError('the cause')", "ValueError: the cause"),
        ("import os\nos._exit(1)", "died"),
    ],
)
def test_a_failing_notebook_is_named_and_left_alone(write, capsys, source, wanted):
    path = write("1 + 1", source, "3")
    before = path.read_bytes()
    assert regenerate.main([str(path)]) == 1
    message = capsys.readouterr().err
    assert message.startswith("01_demo.ipynb: stopped at cell 2; the file is unchanged.")
    assert wanted in message
    assert "\x1b" not in message
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_a_missing_file_is_named(tmp_path, capsys):
    assert regenerate.main([str(tmp_path / "09_none.ipynb")]) == 1
    assert "09_none.ipynb" in capsys.readouterr().err


def test_ids_that_repeat_are_refused(write, capsys):
    path = write("1")
    notebook = regenerate.read_notebook(path)
    notebook.cells *= 2
    path.write_text(json.dumps(notebook), encoding="utf-8")
    assert regenerate.main([str(path)]) == 1
    assert "a different id in each cell" in capsys.readouterr().err


def test_a_learners_copies_are_not_the_course(write, tmp_path):
    path = write("1")
    path.with_name("my_01_demo.ipynb").write_bytes(path.read_bytes())
    assert regenerate.course_notebooks(tmp_path) == [path]


def test_the_license_names_the_authors_of_the_notebooks():
    assert f"(c) {regenerate.DATE[:4]} {regenerate.AUTHORS}" in (
        regenerate.ROOT / "LICENSE"
    ).read_text(encoding="utf-8")
