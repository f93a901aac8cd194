"""The decision table follows from the kill matrix."""

import pytest

from helpers.bugs import BUGS
from helpers.clinic.decision_tree import information
from helpers.clinic.first_look import SYMPTOMS, first_looks
from helpers.clinic.kill_matrix import kill_matrix


@pytest.fixture(scope="module")
def looks():
    return {look.symptom: look for look in first_looks(kill_matrix())}


SHOWN = {
    "it raises": ("keepdims-dropped", "argmin"),
    "one class is predicted for all": ("wrong-sign", "metric-broadcast"),
    "the error is far above a guess": ("argmin", "metric-broadcast"),
    "the loss rises": ("ascent", "dead-bias"),
    "the loss stays flat": ("update-dropped", "ascent"),
    "the first loss is not ln K": ("softmax-over-batch", "keepdims-dropped"),
    "NaN once logits are large": ("naive-softmax", "keepdims-dropped"),
    "all looks well": ("dead-bias", "ascent"),
}


@pytest.mark.parametrize("symptom", SYMPTOMS)
def test_who_shows_a_symptom(looks, symptom):
    one_that_does, one_that_does_not = SHOWN[symptom]
    assert one_that_does in looks[symptom].bugs
    assert one_that_does_not not in looks[symptom].bugs


def test_the_first_look_tells_something(looks):
    matrix = kill_matrix()
    for look in looks.values():
        assert information(matrix, look.check, look.bugs) > 0
        assert sorted(sum(look.answers.values(), ())) == sorted(look.bugs)
        assert not any(BUGS[bug].decoy for bug in look.bugs)
    assert looks["the first loss is not ln K"].answers["ln B"] == ("softmax-over-batch",)
    assert "gradient-shapes: raises (2)" in str(looks["it raises"])


def test_no_bug_is_without_a_symptom_but_those_of_middling_error(looks):
    """What no row holds is neither well nor sick in one of the named ways."""
    matrix = kill_matrix()
    shown = {bug for look in looks.values() for bug in look.bugs}
    for bug in {id_ for id_, bug in BUGS.items() if not bug.decoy} - shown:
        assert "error-against-chance" in matrix.killers(bug) or "prediction-histogram" in (
            matrix.killers(bug)
        ), bug
