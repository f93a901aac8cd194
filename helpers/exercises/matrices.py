"""Notebook 03: write the loss and its gradients; the doctor names the mistake.

The doctor takes any convention. The exercise wants one: three values in their order, each of the
right shape, the mean and not the sum. What the doctor forgives is named here.
"""

import itertools
import re

import numpy as np

from helpers.doctor import diagnose_gradients
from helpers.exercises.feedback import NotAttempted, exercise, not_yet, right
from helpers.gradient_check import random_point
from helpers.softmax_regression import loss_and_gradients

N, D, K = SIZES = 7, 5, 3
_WANTED = {"the loss": (), "dW": (D, K), "db": (K,)}
_LAYOUT = f"The check uses N = {N} samples, D = {D} features, K = {K} classes."
_LARGE = 3000  # times the weights: logits of some thousands


@exercise
def check_loss_and_gradients(f):
    """Check ``f(W, b, X, Y) -> (loss, dW, db)``, the mean cross-entropy and its gradients.

    Parameters
    ----------
    f : callable

    Returns
    -------
    Feedback
    """
    if not callable(f):
        return not_yet(f"This is {type(f).__name__}; wanted a function of W, b, X and Y.")
    W, b, X, Y = random_point(1, *SIZES)
    answer, raised = _run(f, W, b, X, Y)
    hint = "" if raised else _wrong_structure(answer)
    if hint:
        return not_yet(hint)
    found = diagnose_gradients(f)
    words = re.sub(r"^(Not c|C)orrect\. ", "", found.evidence)
    if raised:
        return not_yet(words if "It raises" in words and found.bugs else _why_it_raises(raised))
    if not found.correct:
        return not_yet(words)
    if not _agree(answer, W, b, X, Y):
        wanted = "Wanted here: the mean cross-entropy itself."
        return not_yet(_wrong_shape(answer) or f"{words} {wanted}")
    if not _agree(_run(f, _LARGE * W, b, X, Y)[0], _LARGE * W, b, X, Y):
        return not_yet(f"{words} Take the logarithm by log_softmax.")
    return right(
        "The loss and both gradients agree with the program at random weights, and at logits of "
        "some thousands too."
    )


def _run(f, *point):
    """What ``f`` returns on copies, and its exception in words."""
    with np.errstate(all="ignore"):
        try:
            return f(*(array.copy() for array in point)), ""
        except Exception as error:
            return None, f"{type(error).__name__}: {error}".strip()


def _agree(answer, *point):
    """Whether these are the program's own shapes and numbers."""
    return answer is not None and all(
        np.shape(found) == np.shape(due) and np.allclose(found, due, rtol=1e-6, atol=1e-9)
        for found, due in zip(answer, loss_and_gradients(*point), strict=True)
    )


def _wrong_structure(answer):
    if answer is ... or (isinstance(answer, tuple) and all(part is ... for part in answer)):
        raise NotAttempted
    if answer is None:
        return "Your function returns None: is the line `return loss, dW, db` missing?"
    if not isinstance(answer, (tuple, list)) or len(answer) != 3:
        count = f"{len(answer)} values" if isinstance(answer, (tuple, list)) else "one value"
        return f"Your function returns {count}; wanted three, loss, dW, db."
    for name, part in zip(_WANTED, answer, strict=True):
        if part is ... or part is None:
            return f"One part is missing: {name} is still `{'...' if part is ... else 'None'}`."
    found, wanted = [np.shape(part) for part in answer], list(_WANTED.values())
    if found != wanted and any(list(order) == wanted for order in itertools.permutations(found)):
        shapes = ", ".join(map(str, found))
        return f"The three values come as {shapes}; wanted loss, dW, db in this order."
    return ""


def _wrong_shape(answer):
    """Shapes that the doctor takes for a convention."""
    for (name, wanted), part in zip(_WANTED.items(), answer, strict=True):
        found = np.shape(part)
        if found == wanted:
            continue
        if name == "the loss":
            return f"The loss is {found}; wanted one number, the mean over the {N} samples."
        hint = " Leave keepdims out here: it is for dividing rows." if found == (1, K) else ""
        return f"{name} is {found}; wanted {wanted}, the shape of {name[1:]}.{hint} {_LAYOUT}"
    return ""


def _why_it_raises(raised):
    shapes = re.findall(r"\(\d+,\d*\)", raised)
    hint = ""
    if {f"({N},{K})", f"({K},{N})"} <= set(shapes):
        hint = f"Y already holds one row a sample, {N, K}, as P does: no transpose there. {_LAYOUT}"
    elif shapes or "core dimension" in raised:
        hint = f"{_LAYOUT} Write the shapes beside each line: letters must meet, not numbers."
    return f"Your code raises {raised}. {hint}".strip()
