"""Notebook 01: train with the question's formulas, and tick the suspects."""

import numpy as np

from helpers import question
from helpers.figures import training_figure
from helpers.panels.base import Panel, View, figure_view
from helpers.panels.controls import checkbox, radio
from helpers.softmax_regression import error_rate, one_hot, predict

SUSPECTS = {
    "derivation": "the derivation",
    "matrix": "the matrix form",
    "sign": "a sign between formula and code",
    "transpose": "a missing transpose",
    "sum": "the sum over the batch, where a mean is usual",
    "exp": "the plain exp in softmax",
    "rate": "the learning rate",
    "start": "the zero start",
    "data": "the data",
    "metric": "the way the error is counted",
}


class TrainQuestion(Panel):
    """Train with the question's formulas, with settings of the reader's choice.

    Parameters
    ----------
    digits : Digits
    """

    def __init__(self, digits):
        self._digits = digits
        self._labels = one_hot(digits.y_train, 10).T
        controls = {
            "learning_rate": radio(
                "learning rate",
                [("0.000001", 1e-6), ("0.0001", 1e-4), ("0.001", 1e-3), ("0.1", 0.1)],
                1e-4,
            ),
            "batch_size": radio("batch size", [10, 100, 600], 100),
            "seed": radio("seed", [0, 1, 2, 3], 0),
        }
        super().__init__(controls, title="Train with the question's formulas")

    def view(self):
        settings = {name: control.value for name, control in self.controls.items()}
        digits = self._digits
        W, b, objectives = question.descend(digits.X_train, self._labels, epochs=5, **settings)
        with np.errstate(invalid="ignore"):
            predicted = predict(W, b, digits.X_test)
        error = error_rate(predicted, digits.y_test)
        counts = np.bincount(predicted, minlength=10)
        losses = -objectives
        summary = f"Error {100 * error:.2f} %. {_predicted_in_words(counts)} {_in_words(losses)}"
        figure = training_figure(losses, counts, loss_label="-L / N of each batch")
        return figure_view(figure, summary, f"A loss curve and a bar chart. {summary}")


def _predicted_in_words(counts):
    if (counts > 0).sum() == 1:
        return f"All {counts.sum()} test images are predicted as class {counts.argmax()}."
    return f"{(counts > 0).sum()} classes are predicted, class {counts.argmax()} most often."


def _in_words(losses):
    bad = np.flatnonzero(~np.isfinite(losses))
    if bad.size:
        return f"The loss is not a finite number from step {bad[0] + 1} on."
    return f"The loss goes from {losses[0]:.2f} to {losses[-1]:.2f}."


class Suspects(Panel):
    """A list of suspects to tick. Nothing is stored.

    Parameters
    ----------
    advice : str
        What is said to whoever has ticked something.
    """

    def __init__(self, advice="Keep the list in mind: notebook 06 asks again."):
        self._advice = advice
        super().__init__(
            {name: checkbox(label) for name, label in SUSPECTS.items()},
            title="What do you suspect?",
        )

    def view(self):
        ticked = [SUSPECTS[name] for name, box in self.controls.items() if box.value]
        if not ticked:
            return View("You suspect nothing yet. Tick as many as you like.")
        return View(f"You suspect {_join(ticked)}. {self._advice}")


def _join(words):
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
