"""One table leads from what is seen to where to look."""

import pytest

from helpers import build, load_digits, one_hot
from helpers.checks import small_digits
from helpers.clinic.first_look import seen_in_checks
from helpers.clinic.kill_matrix import kill_matrix
from helpers.symptoms import TABLE, Seen, observe, where_to_look
from helpers.symptoms.places import NOTHING_WRONG, seen_in


def look_at(*ids):
    digits = load_digits()
    Y = one_hot(digits.y_train, 10)
    symptoms = observe(build(ids), digits.X_train, Y, digits.X_test, digits.y_test)
    return where_to_look(seen_in(symptoms))


@pytest.mark.parametrize(
    ("ids", "place"),
    [
        (["keepdims-dropped"], "names a line"),
        (["labels-overwritten"], "into Y: look for an in-place line"),
        (["dead-bias"], "shape of each gradient"),
        (["loss-without-minus"], "lost its minus"),
        (["wrong-sign"], "look at the residual"),
        (["wrong-sign", "ascent"], "a second sign is wrong"),
        (["sum-for-mean"], "divided by N"),
        (["diagonal-jacobian"], "line by line"),
        (["ascent"], "look at the update"),
        (["update-dropped"], "whether the update is kept"),
        (["start-evaluated"], "what is evaluated"),
        (["metric-broadcast"], "look at the metric"),
        (["labels-off-by-one"], "labels and argmax"),
        (["large-random-start"], "look at the start"),
        (["rate-too-large", "labels-as-column"], "the labels that arrive"),
        (["samples-in-columns", "update-assigned"], "what it is divided by"),
        (["bias-frozen"], "db and its update"),
        (["no-shift"], "look at exp and log"),
        ([], NOTHING_WRONG),
    ],
)
def test_a_bug_leads_to_its_place(ids, place):
    assert place in look_at(*ids)


def test_what_is_not_known_points_nowhere():
    assert where_to_look(Seen()) == NOTHING_WRONG
    assert "what is evaluated" in where_to_look(Seen(outcome="constant", trend="falls"))


def test_a_run_alone_is_enough_for_many_rows():
    """The doctor of runs knows no gradient: rows that ask for one stay silent."""
    seen = Seen(outcome="near chance", trend="wanders", first_loss="ln K", error=0.9)
    assert "images and labels" in where_to_look(seen)


def test_checks_and_observation_agree_on_what_they_both_see():
    matrix = kill_matrix()
    for id_ in ("ascent", "update-dropped", "softmax-over-all", "keepdims-dropped", "argmin"):
        by_checks = seen_in_checks(matrix, id_)
        seen = seen_in(observe(build([id_]), *small_digits(), batch_size=20, epochs=5))
        assert by_checks.raises == seen.raises
        assert by_checks.first_loss == seen.first_loss
        if by_checks.trend in ("rises", "flat"):
            assert seen.trend == by_checks.trend


def test_rows_have_a_place_or_a_name():
    assert all(row.look or row.symptom for row in TABLE)
    named = [row.symptom for row in TABLE if row.symptom]
    assert len(set(named)) == len(named)
