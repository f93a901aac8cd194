"""``diagnose_step`` on steps in the styles of public questions, and on the catalogue."""

import numpy as np
import pytest
from doctor.step_styles import RIGHT, WRONG

from helpers.bugs import BUGS, build
from helpers.doctor import diagnose_step
from helpers.doctor.diagnosis import LONGEST


def name_of(row):
    return row[0].__name__


@pytest.mark.parametrize("row", RIGHT, ids=name_of)
def test_a_right_step_is_called_correct(row):
    step, words = row
    diagnosis = diagnose_step(step)
    assert diagnosis.correct, diagnosis
    assert diagnosis.bugs == ()
    for word in words:
        assert word in str(diagnosis)


@pytest.mark.parametrize("row", WRONG, ids=name_of)
def test_a_wrong_step_is_named(row):
    step, bugs, words = row
    diagnosis = diagnose_step(step)
    assert not diagnosis.correct
    assert bugs <= set(diagnosis.bugs), diagnosis
    if not bugs:
        assert diagnosis.bugs == ()
    for word in words:
        assert word in str(diagnosis)
    assert len(str(diagnosis)) <= LONGEST


def _step_trace(program):
    rng = np.random.default_rng(3)
    shown = []
    for scale in (0.5, 0.0, 3000):
        W, b = scale * rng.normal(size=(6, 4)), scale * rng.normal(size=4)
        X, Y = rng.normal(size=(9, 6)), np.eye(4)[np.arange(9) % 4]
        with np.errstate(all="ignore"):
            try:
                shown.append([part.tolist() for part in program.step(W, b, X, Y, 0.1)])
            except ValueError:
                shown.append("raises")
        shown.append(Y.tolist())
    return repr(shown)


@pytest.mark.parametrize("bug", [id_ for id_ in BUGS if not BUGS[id_].decoy])
def test_every_bug_that_a_step_shows_is_named(bug):
    diagnosis = diagnose_step(build([bug]).step)
    if _step_trace(build([bug])) == _step_trace(build()):
        assert diagnosis.correct
    else:
        assert bug in diagnosis.bugs, diagnosis


@pytest.mark.parametrize(
    "pair",
    [
        ("bias-frozen", "divided-by-classes"),
        ("bias-ascends", "sum-for-mean"),
        ("ascent", "softmax-over-batch"),
        ("ascent", "bias-frozen"),
        ("update-assigned", "wrong-sign"),
        ("sum-for-mean", "softmax-twice"),
    ],
    ids=" + ".join,
)
def test_pairs_are_named(pair):
    assert set(pair) <= set(diagnose_step(build(pair).step).bugs)


def test_two_wrongs_make_a_right_step():
    diagnosis = diagnose_step(build(["wrong-sign", "ascent"]).step)
    assert diagnosis.correct


@pytest.mark.parametrize("value", [None, 0.1, "step"])
def test_what_is_no_function_raises(value):
    with pytest.raises(TypeError, match="wanted a function"):
        diagnose_step(value)
