"""For a class: copies without solutions, and what was accepted in those handed in."""

import csv
import io

import hygiene
import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from regenerate import ROOT, course_notebooks, read_notebook

from helpers.exercises import classroom

EXERCISES = (
    "def half(labels, k):\n    return np.mean(labels != k)\n\n\ncheck_constant_error(half)",
    "def half(labels, k):\n    return np.mean(labels == k)\n\n\ncheck_constant_error(half)",
    "def half(labels, k):\n    ...\n\n\ncheck_constant_error(half)",
    "print('Right. So there.')",
    "check_constant_error(lambda labels, k: exit())",
    "def half(labels",
    "exit()",
    "check_constant_error(lambda labels, k: (labels != k).mean())",
)
START = "import numpy as np\nfrom helpers.exercises import check_constant_error"


def notebook(*exercises):
    """A notebook of exercises; one cell in it raises."""
    tagged = [new_code_cell(source, metadata={"tags": ["exercise"]}) for source in exercises]
    return new_notebook(cells=[new_code_cell(START), new_code_cell("1 / 0"), *tagged])


def test_copies_are_the_course_without_its_solutions(tmp_path):
    left_out = classroom.hand_out(tmp_path / "handout")
    for path in course_notebooks():
        ours, copy = read_notebook(path), read_notebook(tmp_path / "handout" / path.name)
        solutions = hygiene.exercise_solutions(ours)
        assert left_out[path.name] == len(solutions)
        assert [found for _, found in hygiene.exercise_solutions(copy)] == [None] * len(solutions)
        text = "".join(cell.source for cell in copy.cells)
        assert not [solution for _, solution in solutions if solution in text]
        changed = [one for one, two in zip(ours.cells, copy.cells, strict=True) if one != two]
        assert len(changed) == len(solutions) == text.count(classroom.TAKEN_OUT)
        assert ours.metadata == copy.metadata


def test_other_folds_stay(tmp_path):
    fold = "<details><summary>More</summary>\n\nA word.\n\n</details>"
    solution = "<details><summary>Solution</summary>\n\n```python\nx = 1\n```\n\n</details>"
    tagged = new_code_cell("check(x)", metadata={"tags": ["exercise"]})
    cells = [new_markdown_cell(solution), tagged, new_markdown_cell(f"{solution}\n\n{fold}")]
    nbformat.write(new_notebook(cells=cells), tmp_path / "01_a.ipynb")
    nbformat.write(new_notebook(cells=cells), tmp_path / "my_01_a.ipynb")
    assert classroom.hand_out(tmp_path / "new", tmp_path) == {"01_a.ipynb": 1}
    copy = read_notebook(tmp_path / "new" / "01_a.ipynb")
    assert copy.cells[0].source == solution  # it stands before the exercise: no answer to it
    assert copy.cells[2].source == f"{classroom.TAKEN_OUT}\n\n{fold}"
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["01_a.ipynb"]


def test_nobodys_work_is_written_over(tmp_path, capsys):
    assert classroom.main(["hand-out", str(tmp_path)]) == 1
    assert str(tmp_path) in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_what_was_handed_in_is_run_and_asked(tmp_path, capsys):
    for name, content in (("ada/a.ipynb", EXERCISES), ("bob/b.ipynb", EXERCISES[:1])):
        (tmp_path / name).parent.mkdir()
        nbformat.write(notebook(*content), tmp_path / name)
    assert classroom.main(["collect", str(tmp_path)]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    ada = [row["kind"] for row in rows if row["notebook"].startswith("ada")]
    wanted = ["Right", "Not yet", "Not attempted yet", "Not run", "Error", "Not run", "Not run"]
    assert ada[:-1] == wanted
    assert [row["accepted"] for row in rows[:8]] == ["True", *["False"] * 6, "True"]
    assert rows[0]["exercise"] == "check_constant_error" and rows[0]["message"].startswith("Right.")
    assert [rows[number]["exercise"] for number in (3, 5)] == ["print", "no check"]
    assert (rows[-1]["notebook"], rows[-1]["accepted"]) == ("bob/b.ipynb", "True")


def test_what_was_said_counts_though_the_notebook_dies(tmp_path):
    dies = notebook(EXERCISES[0], "import os\n\nos._exit(1)", EXERCISES[0])
    nbformat.write(dies, tmp_path / "a.ipynb")
    assert [row["accepted"] for row in classroom.collect(tmp_path)] == [True, False, False]
    assert [row["kind"] for row in classroom.collect(tmp_path, seconds=0.01)] == ["Not run"] * 3


def test_an_empty_folder_is_said(tmp_path):
    with pytest.raises(FileNotFoundError, match="no notebook in"):
        classroom.collect(tmp_path)
    assert classroom.NOTEBOOKS == ROOT / "notebooks"
