"""Notebook 05: find the largest stable learning rate. What is accepted is measured, not stored."""

import functools
import math

import numpy as np

from helpers.digits import load_digits
from helpers.exercises.answers import as_number, exercise, what
from helpers.exercises.feedback import complain, not_yet, right
from helpers.experiments import (
    falls_throughout,
    full_batch_losses,
    largest_eigenvalue,
    largest_stable_rate,
    rises,
)
from helpers.softmax_regression import one_hot

STEPS = 20
_NEAR = 1.05  # an answer may fall short by 5 %


@functools.cache
def task():
    """The data of the exercise: 300 images, 30 of each digit, pixels from 0 to 1.

    Returns
    -------
    X : ndarray, shape (300, 784)
    Y : ndarray, shape (300, 10)
    """
    digits = load_digits()
    return digits.X_train[::20], one_hot(digits.y_train[::20], 10)


def never_rises(learning_rate):
    """Whether full-batch descent with mean gradients never raises the loss in 20 steps.

    Parameters
    ----------
    learning_rate : float

    Returns
    -------
    bool
    """
    return falls_throughout(learning_rate, *task(), steps=STEPS)


@exercise
def check_largest_rate(answer):
    """Check a learning rate: the loss must never rise at it, and must rise at 1.05 times it.

    Parameters
    ----------
    answer : float

    Returns
    -------
    Feedback
    """
    hint = _not_a_rate(answer)
    if hint:
        return not_yet(hint)
    rate = float(answer)
    falls = never_rises(rate)
    if falls and not never_rises(_NEAR * rate):
        return right(
            f"At {rate:.3g} the loss never rises in {STEPS} steps; at {_NEAR * rate:.3g} it does."
        )
    return not_yet(_familiar(rate) or (_too_small(rate) if falls else _too_large(rate)))


def _not_a_rate(answer):
    """What is no rate, in words; complains about what is no number."""
    if isinstance(answer, (bool, np.bool_)):
        complain("That is True or False: the answer of never_rises. The rate itself is wanted.")
    if isinstance(answer, np.ndarray) and answer.ndim == 0:
        answer = answer[()]
    if callable(answer):
        complain("That is a function. Call it, and pass the rate that it returns.")
    if isinstance(answer, (list, np.ndarray)) or (
        isinstance(answer, tuple) and not all(type(part) is int for part in answer)
    ):
        complain(f"That is {what(answer)}. One number is wanted: the lower end of your search.")
    answer = as_number(answer, "a learning rate, one number")
    if math.isnan(answer):
        return "That is NaN, not a number: somewhere in your search inf meets inf, or 0 meets 0."
    if math.isinf(answer):
        return "An infinite rate leaves no finite weight after the first step."
    if answer == 0:
        return "At rate 0 the loss never rises, since nothing moves. The largest rate is wanted."
    if answer < 0:
        return "A negative rate walks uphill: descent already subtracts the gradient."
    return ""


@functools.cache
def _known_rates():
    """Right answers to other questions, and the mistake each stands for."""
    X, Y = task()
    rate, largest, N = largest_stable_rate(X, Y), largest_eigenvalue(X), len(X)
    centred = X - X.mean(axis=0)
    return {
        rate / N: f"That is the rate for the summed gradient. For the mean it is N = {N} times as "
        "large.",
        rate * N: f"That is N = {N} times too large: the gradient here is the mean already.",
        largest_stable_rate(255 * X, Y): "That is the rate for pixels from 0 to 255. These go "
        "from 0 to 1.",
        largest_stable_rate(centred, Y): "That is the rate for centred pixels. These are not.",
        4 / largest: "That is about what theory guarantees, 4 divided by the largest "
        "eigenvalue. The loss falls there, and at larger rates too: measure.",
        2 * Y.shape[1] / largest: "That is the limit by the curvature at the start. The curvature "
        "changes on the way: measure.",
    }


def _familiar(rate):
    """Whether the answer is the right one to another question (within 5 %), and to which."""
    for known, hint in _known_rates().items():
        if known / _NEAR <= rate <= known * _NEAR:
            return hint
    return ""


def _too_small(rate):
    factor = largest_stable_rate(*task()) / rate
    size = f"{factor:.2f}" if factor < 1.5 else f"{float(f'{factor:.2g}'):g}"
    return (
        f"Too small, by a factor of about {size}: the loss never rises at {rate:.3g}, and at "
        "larger rates it does not either."
    )


def _too_large(rate):
    losses = full_batch_losses(rate, *task(), steps=STEPS)
    first = rises(losses)[0]
    before, after = losses[first], losses[first + 1]
    how = "diverges" if not losses[-1] < losses[0] else "rises on the way, though it ends lower"
    return f"Too large: the loss {how}. Step {first + 1} takes it from {before:.4g} to {after:.4g}."
