"""The table of conventions: eight formulas, each the gradient of its own objective."""

import pytest
from regenerate import ROOT, course_notebooks

from helpers.question.conventions import (
    CONVENTIONS,
    Convention,
    beside_the_course,
    conventions_table,
)


def test_there_are_eight_and_each_differs():
    assert len({convention.formula for convention in CONVENTIONS}) == 8
    assert len({beside_the_course(convention) for convention in CONVENTIONS}) == 8


def test_the_question_is_minus_n_times_the_course():
    asked = Convention("rows", "sum", "log-likelihood")
    assert (asked.formula, beside_the_course(asked)) == ("X.T @ (Y - P)", "-N dW")
    assert asked.step == "W += rate * G"


def test_a_wrong_formula_is_refused():
    class Wrong(Convention):
        formula = "X.T @ (Y - P) / N"

    with pytest.raises(ValueError, match="is not the gradient of its objective"):
        beside_the_course(Wrong("rows", "mean", "loss"))


def test_the_readme_shows_the_computed_table():
    assert conventions_table() in (ROOT / "README.md").read_text(encoding="utf-8")


def test_notebook_03_computes_it():
    (path,) = (path for path in course_notebooks() if path.name.startswith("03"))
    assert "conventions_table()" in path.read_text(encoding="utf-8")
