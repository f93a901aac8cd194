"""Wrong answers to the exercise of notebook 06 each get their own hint."""

import numpy as np
import pytest
from hygiene import exercise_solutions
from regenerate import ROOT, read_notebook

from helpers import predict
from helpers.exercises import NOT_ATTEMPTED, check_roads, check_three_lines


def roads(**changes):
    """A right answer, but for some branches."""

    def name_the_road(facts):
        if facts.classes > 1:
            return changes.get("metric", "metric")
        if facts.first_non_finite_step is not None:
            name = "overflow" if facts.ratio < 0 else "raw pixels"
        else:
            name = "ties" if facts.largest_weight == 0 else "collapse"
        return changes.get(name, name)

    return name_the_road


ROADS = {
    "one for all": (lambda facts: "collapse", "the same error"),
    "no ratio": (roads(**{"raw pixels": "overflow"}), "the ratio of the gradient check"),
    "no weights": (roads(ties="collapse"), "how large the weights are"),
    "no histogram": (roads(metric="ties"), "count the classes"),
    "no finiteness": (roads(overflow="collapse"), "stops being finite"),
    "misspelt": (roads(ties="tie"), "'tie'"),
    "branch missing": (roads(collapse=None), "returns nothing"),
    "wrong field": (lambda facts: facts.nan, "AttributeError"),
}


@pytest.mark.parametrize("name", ROADS)
def test_roads_hint(name):
    answer, hint = ROADS[name]
    feedback = check_roads(answer)
    assert not feedback.accepted
    assert hint in feedback.message


def test_dots_are_not_an_attempt():
    for dots in (..., lambda facts: ...):
        assert check_roads(dots).message == NOT_ATTEMPTED


def test_right_answer_is_accepted():
    assert check_roads(roads()).accepted


def test_hints_differ():
    messages = [check_roads(answer).message for answer, _ in ROADS.values()]
    assert len(set(messages)) == len(messages)


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
