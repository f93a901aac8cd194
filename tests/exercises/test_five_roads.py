"""Exercises of notebook 06: right answers are accepted; wrong ones have a file of their own."""

import numpy as np
from exercises.answers.wrong_06 import roads
from hygiene import exercise_solutions
from regenerate import ROOT, read_notebook

from helpers import predict
from helpers.exercises import NOT_ATTEMPTED, check_roads, check_three_lines


def test_dots_are_not_an_attempt():
    for dots in (..., lambda facts: ...):
        assert check_roads(dots).message == NOT_ATTEMPTED


def test_right_answer_is_accepted():
    assert check_roads(roads()).accepted


def test_the_folded_solutions_are_accepted():
    path = ROOT / "notebooks" / "06_diagnose_the_90_percent.ipynb"
    (_, first), (_, second) = exercise_solutions(read_notebook(path))
    space = {
        "np": np,
        "predict": predict,
        "check_roads": check_roads,
        "check_three_lines": check_three_lines,
    }
    for solution in (first, second):
        body, _, call = solution.rstrip().rpartition("\n")
        exec(body, space)
        feedback = eval(call, space)
        assert feedback.accepted, feedback


def test_several_classes_do_not_mean_the_metric():
    """The folded solution counts the comparisons: a nearly constant answer has two classes."""
    path = ROOT / "notebooks" / "06_diagnose_the_90_percent.ipynb"
    (_, solution), _ = exercise_solutions(read_notebook(path))
    assert "facts.compared > 2000" in solution and "facts.classes > 1" not in solution
