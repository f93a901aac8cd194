"""Wrong answers to the exercise of notebook 06 each get their own hint."""

import pytest

from helpers.exercises import NOT_ATTEMPTED, check_roads


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


@pytest.mark.parametrize("name", ROADS)
def test_roads_hint(name):
    answer, hint = ROADS[name]
    feedback = check_roads(answer)
    assert not feedback.accepted
    assert hint in feedback.message


def test_dots_are_not_an_attempt():
    for dots in (..., lambda facts: ..., lambda facts: None):
        assert check_roads(dots).message == NOT_ATTEMPTED


def test_right_answer_is_accepted():
    assert check_roads(roads()).accepted


def test_hints_differ():
    messages = [check_roads(answer).message for answer, _ in ROADS.values()]
    assert len(set(messages)) == len(messages)
