"""Each folded solution, put into its exercise cell, is accepted when that cell is reached."""

import re

import nbformat
import pytest
from hygiene import exercise_solutions
from regenerate import course_notebooks, read_notebook

WITH_EXERCISES = [path for path in course_notebooks() if exercise_solutions(read_notebook(path))]


@pytest.mark.parametrize("path", WITH_EXERCISES, ids=lambda path: path.stem)
def test_the_folded_solution_is_accepted(path, lab, lab_server):
    notebook = read_notebook(path)
    solutions = exercise_solutions(notebook)
    for number, solution in solutions:
        assert solution is not None
        notebook.cells[number - 1].source = solution
    name = f"solved_{path.stem}"
    nbformat.write(notebook, lab_server.notebooks / f"{name}.ipynb")

    page = lab(name)
    page.run(*(re.escape(solution) for _, solution in solutions))
    answers = page.page.locator('[data-mime-type="text/html"] strong')
    accepted = answers.get_by_text("Right.", exact=True)
    # At least: 03 also trains the digits with the solution, and says how that went.
    assert accepted.count() >= len(solutions)
    for word in ("Not yet.", "Error."):
        assert answers.get_by_text(word, exact=True).count() == 0
