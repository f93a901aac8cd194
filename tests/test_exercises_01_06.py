"""Wrong answers to the exercises of notebooks 01 and 06 each get their own hint."""

import numpy as np
import pytest

from helpers.exercises.constant_classifier import check_constant_error
from helpers.exercises.feedback import NOT_ATTEMPTED
from helpers.exercises.five_roads import check_roads

CONSTANT = {
    "accuracy": (lambda labels, k: np.mean(labels == k), "the share that is right"),
    "per cent": (lambda labels, k: 100 * np.mean(labels != k), "in per cent"),
    "count": (lambda labels, k: np.sum(labels != k), "Divide by"),
    "always 0.9": (lambda labels, k: 0.9, "0.90 for any labels"),
    "classes": (lambda labels, k: 1 - 1 / len(set(labels)), "seems to count classes"),
    "array": (lambda labels, k: labels != k, "shape (30,)"),
    "text": (lambda labels, k: "90 %", "'90 %'"),
    "raises": (lambda labels, k: labels.index(k), "AttributeError"),
    "first ten": (lambda labels, k: np.mean(labels[1:] != k), "count by hand"),
}


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
    "branch missing": (roads(collapse=None), "Is there a branch"),
    "wrong field": (lambda facts: facts.nan, "AttributeError"),
}


@pytest.mark.parametrize("name", CONSTANT)
def test_constant_error_hint(name):
    answer, hint = CONSTANT[name]
    feedback = check_constant_error(answer)
    assert not feedback.accepted
    assert hint in feedback.message


@pytest.mark.parametrize("name", ROADS)
def test_roads_hint(name):
    answer, hint = ROADS[name]
    feedback = check_roads(answer)
    assert not feedback.accepted
    assert hint in feedback.message


@pytest.mark.parametrize("check", [check_constant_error, check_roads])
def test_dots_are_not_an_attempt(check):
    assert check(...).message == NOT_ATTEMPTED
    assert check(lambda *arguments: ...).message == NOT_ATTEMPTED
    assert check(lambda *arguments: None).message == NOT_ATTEMPTED


def test_right_answers_are_accepted():
    assert check_roads(roads()).accepted
    assert check_constant_error(lambda labels, k: 1 - np.mean(labels == k)).accepted


@pytest.mark.parametrize(
    ("answers", "check"), [(CONSTANT, check_constant_error), (ROADS, check_roads)]
)
def test_hints_differ(answers, check):
    messages = [check(answer).message for answer, _ in answers.values()]
    assert len(set(messages)) == len(messages)
