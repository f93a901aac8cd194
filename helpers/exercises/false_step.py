"""Notebook 02: find the false step of somebody's derivation. ``check_derivation`` is the judge."""

import functools

from helpers.exercises.answers import exercise
from helpers.exercises.feedback import complain, not_yet, right
from helpers.question import check_derivation

STEPS = {
    "definition": "(Y * Z).sum() - log(exp(Z).sum(axis=1)).sum()",
    "(1)": "einsum('ir,in->nr', Y, X) - einsum('ir,in->nr', exp(Z) / exp(Z).sum(1)[:, None], X)",
    "(2)": "einsum('in,ir->nr', X, Y) + einsum('in,ir->nr', X, P)",
    "(3)": "einsum('in,ir->nr', X, Y + P)",
    "(4)": "X.T @ (Y + P)",
}
KINDS = ("sign", "factor", "transpose", "missing term", "extra term", "wrong axis")

_WHY_NOT = {
    "factor": "no number multiplies the whole of it.",
    "transpose": "both sums are over the samples, and each has the shape of W.",
    "missing term": "both terms of the line before are still there.",
    "extra term": "it has two terms, as the line before.",
    "wrong axis": "the sums are over the samples i, as in the line before.",
}


@functools.cache
def _report():
    return check_derivation(STEPS)


@exercise
def check_false_step(step, kind):
    """Check which step of the derivation in notebook 02 is false, and what is wrong with it.

    Parameters
    ----------
    step : str or int
        The name of the step, as "(1)" or 1.
    kind : str
        One of "sign", "factor", "transpose", "missing term", "extra term", "wrong axis".

    Returns
    -------
    Feedback
    """
    if kind in STEPS and step in KINDS:
        complain("The two are the wrong way round: first the step, then the kind.")
    step = _step(step)
    report = _report()
    if step != report.false_step:
        return not_yet(_wrong_step(step, report))
    kind = _kind(kind)
    if kind != report.slip.kind:
        return not_yet(f"Step {step} it is, but not a {kind}: {_WHY_NOT[kind]}")
    return right(f"check_derivation says: {step} does not follow. A {kind}: {report.slip.words}")


def _step(step):
    if step is ... or step is None:
        complain("The step is missing: false_step is one of " + ", ".join(STEPS) + ".")
    if isinstance(step, (list, tuple, set)):
        complain("One step is wanted, the first that does not follow from the one before it.")
    text = str(step).strip().lower().removeprefix("line ").removeprefix("step ")
    text = f"({text})" if text.isdigit() else text
    if text == "none":
        complain("One of the steps does not follow. Put in numbers: N = 1, D = 1, K = 2.")
    if text not in STEPS:
        complain(f"There is no step {step!r}; there are {', '.join(STEPS)}.")
    return text


def _kind(kind):
    if kind is ... or kind is None:
        complain(f"That is the step. Now its kind: one of {', '.join(KINDS)}.")
    text = str(kind).strip().lower()
    if text not in KINDS:
        complain(f"That is the step. But {kind!r} is none of the kinds: {', '.join(KINDS)}.")
    return text


def _wrong_step(step, report):
    names = list(STEPS)
    if step == "definition":
        return "The definition is where it begins: it follows from nothing, so it cannot fail to."
    if names.index(step) < names.index(report.false_step):
        return f"Step {step} follows from the one before it. Go on."
    return (
        f"Step {step} follows from the one before it, though both are wrong. The slip was made "
        "earlier: which is the first that does not follow?"
    )
