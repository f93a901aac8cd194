"""Notebook 06: with the wrong sign one class wins. Watch it step by step."""

import numpy as np

from helpers.bugs import build
from helpers.figures import winner_figure
from helpers.panels.base import Panel, figure_view
from helpers.panels.controls import radio, slider
from helpers.softmax_regression import error_rate, one_hot, predict, softmax

STEPS, RATE = 20, 0.1


class Winner(Panel):
    """Full-batch steps with the wrong sign, from zero weights.

    Controls: ``step``, 0 to 20; ``pixels``, "0 to 1" or "mean image taken off"; ``image``, the
    digit at whose first test image a gap is drawn.

    Parameters
    ----------
    digits : Digits
    """

    def __init__(self, digits):
        self._digits = digits
        controls = {
            "step": slider("step", 0, 0, STEPS, 1, digits=0),
            "pixels": radio("pixels", ["0 to 1", "mean image taken off"], "0 to 1"),
            "image": radio("an image of a", list(range(10)), 8),
        }
        super().__init__(controls, title="The wrong sign, step by step")

    def view(self):
        step, digit = int(self.controls["step"].value), self.controls["image"].value
        X, images, weights, counts = _run(self._digits, self.controls["pixels"].value)
        labels, (W, b) = self._digits.y_train, weights[step]
        winner = int(counts[-1].argmax())
        image = images[np.flatnonzero(self._digits.y_test == digit)[0]]
        rival = digit if digit != winner else int(np.argsort(counts[-1])[-2])
        # What the next step adds to the gap, class by class: eta / N times kappa times a.
        P, Y = softmax(X @ W + b), one_hot(labels, 10)
        a = (P[:, winner] - P[:, rival]) - (Y[:, winner] - Y[:, rival])
        pulls = RATE / len(X) * np.bincount(labels, weights=(X @ image + 1) * a, minlength=10)
        error = error_rate(predict(W, b, images), self._digits.y_test)
        against = [str(k) for k in range(10) if pulls[k] < 0]
        steps = "1 step" if step == 1 else f"{step} steps"
        classes = (counts[step] > 0).sum()
        summary = (
            f"After {steps}: error {100 * error:.2f} %, {classes} of 10 classes predicted. At this "
            f"image of a {digit} the next step moves z{winner} - z{rival} by {pulls.sum():+.2g}; "
            f"{_against(against)}."
        )
        figure = winner_figure(counts, step, W, pulls, winner, rival)
        alt = f"Bars of predicted classes, ten images of weights, and pulls. {summary}"
        return figure_view(figure, summary, alt)


_RUNS = {}  # what the last digits gave, by pixels: a second panel of theirs need not train again


def _run(digits, pixels):
    """X, images, the weights after each step, and the counts of predicted classes."""
    kept, run = _RUNS.get(pixels, (None, None))
    if kept is not digits:
        run = _train(digits, pixels)
        _RUNS[pixels] = digits, run
    return run


def _train(digits, pixels):
    mean = digits.X_train.mean(axis=0) if pixels != "0 to 1" else 0.0
    X, images = digits.X_train - mean, digits.X_test - mean
    Y, program = one_hot(digits.y_train, 10), build(["wrong-sign"])
    weights = [(np.zeros((X.shape[1], 10)), np.zeros(10))]
    for _ in range(STEPS):
        weights.append(program.step(*weights[-1], X, Y, RATE))
    counts = [np.bincount(predict(*pair, images), minlength=10) for pair in weights]
    return X, images, weights, np.array(counts)


def _against(classes):
    if not classes:
        return "the samples of every class pull that way"
    names = classes[0] if len(classes) == 1 else f"{', '.join(classes[:-1])} and {classes[-1]}"
    return f"against it pull those of class {names}"
