"""Exercise of notebook 07: mend a program with what the X-ray says of its lines.

The doctor judges the answer, and its X-ray is the hint: what the first wrong line *is*, never what
it should be.
"""

from helpers.doctor import diagnose_gradients
from helpers.exercises.answers import ask, exercise
from helpers.exercises.feedback import not_yet, right
from helpers.gradient_check import random_point


@exercise
def check_mended(f):
    """Check ``f(W, b, X, Y) -> (loss, dW, db)``, the mean cross-entropy and its gradients.

    Parameters
    ----------
    f : callable

    Returns
    -------
    Feedback
    """
    ask(f, *random_point(1, 7, 5, 3), wanted="a function of W, b, X and Y")
    diagnosis = diagnose_gradients(f)
    if diagnosis.correct is None:
        return not_yet(str(diagnosis))
    if diagnosis.correct and diagnosis.factor not in (None, "1"):
        return not_yet(
            f"Loss and gradients belong together, and all are {diagnosis.factor} times those of "
            "the mean cross-entropy. Wanted is the mean itself."
        )
    if diagnosis.correct:
        note = " It breaks at large logits: the row maximum." if _breaks(diagnosis) else ""
        return right(f"Loss and gradients belong together, at fresh points too.{note}")
    return not_yet(_hint(diagnosis.xray))


def _breaks(diagnosis):
    return any(finding.note == "large" for finding in diagnosis.findings)


def _hint(xray):
    """What the first wrong line is."""
    if xray is None or not xray.lines:
        return "There is no listing to be X-rayed: write it with `def` in the cell."
    number = xray.marked or max(xray.lines)  # the last line gives all three
    line = xray.source.splitlines()[number - 1].strip()
    name = xray.lines.get(number)
    if name is None:
        return f"The X-ray knows what line {number} reads, and not what it makes: `{line}`."
    return f"Line {number}, `{line}`, is: {name}."
