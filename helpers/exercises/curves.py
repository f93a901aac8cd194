"""Notebook 05: what do four learning curves say? The runs are made here, once."""

import functools

import numpy as np

from helpers.bugs import build
from helpers.digits import load_digits
from helpers.exercises.answers import exercise, what
from helpers.exercises.feedback import NotAttempted, complain, not_yet, right
from helpers.softmax_regression import one_hot

WORDS = ("learns", "rate too small", "sum for mean", "wrong sign")
_RUNS = {
    "A": ("learns", (), 0.1),
    "B": ("rate too small", ("rate-too-small",), 0.1),
    "C": ("sum for mean", ("sum-for-mean",), 0.1),
    "D": ("wrong sign", ("wrong-sign",), 0.01),
}
_SAYS = {
    "learns": "it falls from ln 10, smoothly but for the noise of the batches, and levels off.",
    "rate too small": "it falls, and by a hair: its direction is right.",
    "sum for mean": "it falls in the end and jumps far above ln 10 on the way: steps that are "
    "right in direction and a hundred times too long.",
    "wrong sign": "it rises without end, and smoothly: each step goes the wrong way.",
}


@functools.cache
def four_curves():
    """The losses of four runs of two epochs, by letter.

    Returns
    -------
    dict of str to ndarray, shape (steps,)
    """
    digits = load_digits()
    Y = one_hot(digits.y_train, 10)
    with np.errstate(all="ignore"):
        return {
            letter: build(bugs).train(digits.X_train, Y, learning_rate=rate, epochs=2).losses
            for letter, (_, bugs, rate) in _RUNS.items()
        }


@exercise
def check_curves(answers):
    """Check a dictionary of what each of the four curves says.

    Parameters
    ----------
    answers : dict of str to str
        For "A" to "D" one of "learns", "rate too small", "sum for mean", "wrong sign".

    Returns
    -------
    Feedback
    """
    if not isinstance(answers, dict):
        complain(f"That is {what(answers)}. Wanted is a dictionary with the keys A, B, C and D.")
    unknown = [key for key in answers if key not in _RUNS]
    if unknown:
        complain(f"There is no curve {unknown[0]!r}; the keys are A, B, C and D.")
    missing = [key for key in _RUNS if answers.get(key, ...) is ...]
    if len(missing) == len(_RUNS):
        raise NotAttempted
    if missing:
        complain(f"Curve {missing[0]} has no answer yet.")
    for key, word in answers.items():
        if word not in WORDS:
            near = [w for w in WORDS if w == str(word).strip().lower()]
            hint = f" Write {near[0]!r}." if near else f" They are: {', '.join(WORDS)}."
            complain(f"{word!r} for curve {key} is none of the answers.{hint}")
    wrong = [key for key in _RUNS if answers[key] != _RUNS[key][0]]
    if not wrong:
        return right("One run each. " + _in_numbers())
    if len(set(answers.values())) == 1:
        return not_yet("All four the same? Look at the scales of the axes, and at ln 10.")
    word = answers[wrong[0]]
    return not_yet(
        f"Curve {wrong[0]} is not {word!r}. Of a run with that to say one sees this: {_SAYS[word]}"
    )


def _in_numbers():
    losses = four_curves()
    return " ".join(
        f"{letter}: {values[0]:.2f} to {values[-20:].mean():.3g}."
        for letter, values in losses.items()
    )
