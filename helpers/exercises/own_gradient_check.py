"""Exercise of notebook 04: write a gradient check.

The reader's check runs on right functions (wheats) and wrong ones (chaffs). Every call that it
makes is recorded, so that the feedback can say what the check does wrong, and not only on what.
The idea of wheats and chaffs is that of Examplar (Wrenn and Krishnamurthi, ICER 2019).
"""

import numbers
from typing import NamedTuple

import numpy as np

from helpers.bugs import BUGS, build, variant
from helpers.checks import GRADIENT_WHEATS
from helpers.exercises.answers import ask, exercise, what
from helpers.exercises.feedback import complain, not_yet, right
from helpers.exercises.gradient_check_habits import Recorder, habits


class Subject(NamedTuple):
    """A function ``f(W, b, X, Y) -> (loss, dW, db)`` with a name for people.

    Attributes
    ----------
    title : str
    function : callable
    """

    title: str
    function: object


def _patched(title, *changes):
    return Subject(title, variant(title, *changes).loss_and_gradients)


_LOSS, _SCALE, _DW = "loss = -(Y * log_P).sum() / N", "dZ = R / N", "dW = X.T @ dZ"

WHEATS = {
    id_: Subject(title, GRADIENT_WHEATS[id_])
    for id_, title in (
        ("program", "the program itself"),
        ("loops", "the same in loops"),
        ("summed", "a sum over the batch, in loss and gradient alike"),
        ("decay", "weight decay, in loss and gradient alike"),
        ("tiny", "divided by a million, in loss and gradient alike"),
    )
}

CHAFFS = {
    id_: Subject(BUGS[id_].title, build([id_]).loss_and_gradients)
    for id_ in (
        "wrong-sign",
        "sum-for-mean",
        "divided-twice",
        "divided-by-classes",
        "diagonal-jacobian",
        "softmax-twice",
        "x-reshaped",
        "gradient-transposed",
        "dead-bias",
    )
} | {
    "doubled-logits": _patched(
        "softmax of twice the logits, in the gradient only",
        ("P = np.exp(log_P)", "P = softmax(2 * Z)"),
    ),
    "last-feature": _patched(
        "a loop over the features that stops one short", (_DW, _DW + "; dW[-1] = 0")
    ),
    "decay-in-gradient": _patched(
        "weight decay of 0.001, in the gradient only", (_DW, _DW + " + 0.001 * W")
    ),
    "lowered": _patched("0.001 taken off every entry of dW", (_DW, _DW + " - 0.001")),
    "tiny-wrong-sign": _patched(
        "divided by a million, and the sign is wrong",
        (_LOSS, "loss = -(Y * log_P).sum() / 1e6"),
        (_SCALE, "dZ = -R / 1e6"),
    ),
    "nan-loss": _patched(
        "0 times log 0 in the loss: NaN",
        (_LOSS, "loss = (Y * (np.log(Y) - log_P)).sum() / N"),
    ),
}


class _Outcome(NamedTuple):
    """What a check did: ids it should not have accepted or rejected, and how it went about it.

    ``factor`` is c if it takes gradients for right that are c times the slopes, and ``None`` if it
    does so for none that was tried.
    """

    missed: tuple
    rejected: tuple
    habits: object
    factor: object


@exercise
def grade_checker(check):
    """Run a reader's gradient check on right and on wrong functions.

    Parameters
    ----------
    check : callable
        ``check(f) -> bool``: whether the gradients that ``f`` states are those of its loss. An
        exception on a wrong function counts as a rejection.

    Returns
    -------
    Feedback
    """
    recorder = Recorder(WHEATS["program"].function)
    _require_a_verdict(ask(check, recorder, wanted="a function of f"))
    with np.errstate(all="ignore"):
        rejected = tuple(id_ for id_, case in WHEATS.items() if not check(case.function))
        missed = tuple(id_ for id_, case in CHAFFS.items() if _accepts(check, case.function))
    if not missed and not rejected:
        return right(
            f"Your check accepts all {len(WHEATS)} right functions and rejects all "
            f"{len(CHAFFS)} wrong ones."
        )
    factor = next((c for c in _FACTORS if _accepts(check, _times(c))), None) if rejected else None
    outcome = _Outcome(missed, rejected, habits(recorder.calls), factor)
    lines = [_cause(outcome)]
    lines += [f"It rejects, though right: {_titles(rejected, WHEATS)}."] if rejected else []
    lines += [f"It accepts, though wrong: {_titles(missed, CHAFFS)}."] if missed else []
    return not_yet("\n".join(lines))


_FACTORS = {-1: "turned round", 2: "twice as large", 0.5: "half as large"}


def _times(factor):
    """The program, with gradients that are so many times the right ones."""

    def f(W, b, X, Y):
        loss, dW, db = WHEATS["program"].function(W, b, X, Y)
        return loss, factor * dW, factor * db

    return f


def _titles(ids, cases):
    if len(ids) > 4:
        return f"{len(ids)} of {len(cases)}, among them {cases[ids[0]].title}"
    return "; ".join(cases[id_].title for id_ in ids)


def _accepts(check, f):
    try:
        answer = check(f)
    except Exception:
        return False  # a check that raises has noticed something
    if answer is not None:
        _require_a_verdict(answer)
    return bool(answer)


def _require_a_verdict(answer):
    """Complain about an answer that is no truth value."""
    if isinstance(answer, (bool, np.bool_)):
        return
    if isinstance(answer, np.ndarray) and answer.ndim:
        complain(
            f"Your check returns an array of shape {answer.shape}. Return one truth value: "
            "the largest error of all entries, compared with a tolerance."
        )
    if isinstance(answer, numbers.Real):
        complain(f"Your check returns {answer:.3g}. Return whether that is small enough.")
    complain(f"Your check returns {what(answer)}. Return True or False.")


def _cause(outcome):
    """The most likely mistake, from what the check calls and on which functions it fails."""
    if outcome.habits is None:
        return "Your check never calls f, so it cannot know."
    for rule in (_cause_of_both, _cause_of_rejecting, _cause_of_missing):
        cause = rule(outcome)
        if cause:
            return cause
    return "Compare every entry of dW and db with the slope of f's own loss."


def _cause_of_both(outcome):
    missed, rejected, seen, factor = outcome
    if len(rejected) == len(WHEATS) and len(missed) > len(CHAFFS) / 2:
        return "It answers the wrong way round: True must mean that the gradients are right."
    if not seen.moved_W.any() and not seen.moved_b.any():
        return (
            "It never moves an entry of W or b. The judge must be the slope of f's own loss; a "
            "formula of yours is right for one loss only, and a norm alone says nothing."
        )
    if factor is not None and not seen.imaginary:
        return (
            f"Its quotient is the slope {_FACTORS[factor]}: it is the loss ahead less the loss "
            "behind, over 2h."
        )
    if seen.wanders:
        return "It moves entries and does not move them back, so the point wanders off."
    if seen.dtype == np.float32:
        return "It computes in float32, where a difference is good to three or four digits."
    return ""


def _cause_of_rejecting(outcome):
    if not outcome.rejected:
        return ""
    seen = outcome.habits
    if seen.imaginary:
        return "The complex step needs the imaginary part of the loss, over h; look at both."
    if seen.step < 1e-8:
        return (
            f"Its step is {seen.step:.0e}, so small that the difference of two losses is mostly "
            "rounding. Central differences are best near 1e-5."
        )
    if seen.step > 2e-4:
        return (
            f"Its step is {seen.step:.0e}, so large that the loss bends within it. Central "
            "differences are best near 1e-5."
        )
    if seen.one_sided:
        return (
            "It takes a forward difference, which is good to 1e-7 or so at best. Take the central "
            "one, or a tolerance near 1e-5."
        )
    if outcome.rejected == ("decay",):
        return (
            "It judges by a scale that does not follow f, or takes the slopes at another point "
            "than the gradients: divide the error by a norm, and move the W that f was given."
        )
    if "program" not in outcome.rejected:
        return "It judges by a scale that does not follow f: divide the error by a norm."
    return (
        "Its tolerance is too tight: at the best step rounding still leaves about 1e-10 of the "
        "norm. Or its quotient is not the slope: look at both."
    )


def _cause_of_missing(outcome):
    missed, seen = set(outcome.missed), outcome.habits
    if not seen.moved_W.all() or not seen.moved_b.all():
        return _unmoved(seen)
    if seen.size < 0.1:
        where = "at W = 0" if seen.size == 0 else "close to W = 0"
        return (
            f"It checks {where}, where all probabilities are about 1/K whatever softmax does, and "
            "where weight decay is nothing. Draw W and b at random, of size 1."
        )
    if seen.samples == 1:
        return "It checks with one sample (N = 1), where a sum and a mean are the same."
    if seen.samples == seen.classes:
        return "It checks with N = K, so dividing by K in place of N goes through."
    if seen.size > 10:
        return (
            f"It checks at large weights, up to {seen.size:.0f}, where all probabilities are near "
            "0 or 1 and hardly move. Draw W at random, of size 1."
        )
    if seen.calls < 4:
        return (
            f"It calls f {seen.calls} times, and so looks along one line at most. Every entry has "
            "a slope of its own: move one at a time."
        )
    if missed == {"lowered"}:
        return (
            "It asks how far the gradient lies above the slope, and not how far below: take "
            "np.abs of the difference."
        )
    if missed == {"nan-loss"}:
        return "NaN is not greater than anything. Ask for `error <= tolerance`, not against `>`."
    return _by_family(missed)


def _unmoved(seen):
    if not seen.moved_W.any():
        return "It moves b and never W, so no mistake in dW can be seen."
    if not seen.moved_b.any():
        return "It moves W and never b, so a mistake in db alone goes through."
    moved = seen.moved_W.sum() + seen.moved_b.sum()
    entries = seen.moved_W.size + seen.moved_b.size
    return f"It moves {moved} of {entries} entries, so a mistake in the others goes through."


def _by_family(missed):
    """The cause as the functions tell it that went through."""
    sign, factor = "wrong-sign" in missed, {"sum-for-mean", "divided-by-classes"} <= missed
    if sign and not factor:
        return (
            "It compares sizes and not signs: a gradient that points the other way has the same "
            "norm. Compare the entries, then take the size of the difference."
        )
    if sign and factor:
        return (
            "It compares something in which errors cancel, such as the sum of signed "
            "differences. Each row of a residual sums to 0, so sums of dW and db say little. "
            "Compare the entries."
        )
    if factor and "diagonal-jacobian" not in missed:
        return "It compares directions and not lengths, so every wrong factor goes through."
    if "dead-bias" in missed and len(missed) < 4:
        return "It moves b and makes nothing of it: compare db as well as dW."
    if missed == {"tiny-wrong-sign"}:
        return (
            "Its tolerance is absolute: gradients of 1e-6 pass it whatever they are. Divide the "
            "error by the norm of the gradient."
        )
    if "decay-in-gradient" in missed:
        return (
            "Its tolerance is too loose: a wrong gradient may be off by a thousandth. In float64 a "
            "right one is good to 1e-9, so ask for 1e-7, relative to the norm."
        )
    return "Does it use every slope that it computes?"
