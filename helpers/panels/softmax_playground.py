"""Notebook 02: move logits, and see probabilities, loss and residuals follow."""

import numpy as np

from helpers import question
from helpers.figures import softmax_figure
from helpers.panels.base import Panel, figure_view
from helpers.panels.controls import radio, row, slider
from helpers.softmax_regression import loss_and_gradients, softmax

CLASSES = ("A", "B", "C", "D")
START = (2.0, 1.0, 0.0, -1.0)
SHIFTS = (0, 10, 700, 1000, -1000)


class SoftmaxPlayground(Panel):
    """One sample with four classes: logits in, probabilities, loss and residuals out.

    Controls: ``A`` to ``D`` (the logits), ``true`` (the true class), ``shift`` (added to every
    logit) and ``way`` (``"log-sum-exp"``, as the program, or ``"plain exp"``, as the question).
    """

    def __init__(self):
        logits = {
            name: slider(f"logit of {name}", z, -6.0, 6.0, 0.25)
            for name, z in zip(CLASSES, START, strict=True)
        }
        choices = {
            "true": radio("true class", list(CLASSES), "B"),
            "shift": radio("added to every logit", list(SHIFTS), 0),
            "way": radio("computed by", ["log-sum-exp", "plain exp"], "log-sum-exp"),
        }
        layout = (row(*logits), row(*choices), "picture", "status")
        super().__init__(logits | choices, layout, title="From logits to residuals, one sample")

    def view(self):
        logits = np.array([self.controls[name].value for name in CLASSES])
        shift, true = self.controls["shift"].value, CLASSES.index(self.controls["true"].value)
        plain = self.controls["way"].value == "plain exp"
        p, loss, residual = (
            _by_plain_exp(logits + shift, true) if plain else _by_program(logits + shift, true)
        )
        figure = softmax_figure(logits, shift, p, residual, CLASSES, true)
        summary = _in_words(p, loss, residual, true, shift)
        shown = ", ".join(f"{name} {z:g}" for name, z in zip(CLASSES, logits, strict=True))
        added = f", with {shift:g} added to each" if shift else ""
        alt = (
            f"Three bar charts: logits, probabilities, residuals. Logits {shown}{added}. {summary}"
        )
        return figure_view(figure, summary, alt)


def _as_model(logits, true):
    """W, b, X and Y of a model without weights: one sample, whose logits are the biases."""
    return np.zeros((1, len(logits))), logits, np.zeros((1, 1)), np.eye(len(logits))[[true]]


def _by_program(logits, true):
    loss, _, residual = loss_and_gradients(*_as_model(logits, true))
    return softmax(logits[np.newaxis])[0], loss, residual


def _by_plain_exp(logits, true):
    W, b, X, Y = _as_model(logits, true)
    with np.errstate(all="ignore"):  # NaN is what this switch is there to show
        p = question.predict_probabilities(W, b, X)[0]
        return p, -question.objective(W, b, X, Y.T), p - Y[0]


def _in_words(p, loss, residual, true, shift):
    if not np.isfinite(p).all():
        why = "e^z is infinite, and infinity / infinity" if shift > 0 else "e^z is 0, and 0 / 0"
        return f"With {shift:g} added, {why} is not a number: NaN in every class, and no loss."
    signed = ", ".join(f"{name} {r:+.3f}" for name, r in zip(CLASSES, residual, strict=True))
    total = abs(residual.sum())
    closing = "they sum to 0" if total < 1e-12 else f"they sum to {total:.1e}"
    return (
        f"True class {CLASSES[true]}: p = {_short(p[true])}, loss = -ln p = {_short(loss)}. "
        f"Residuals p - y: {signed}; {closing}."
    )


def _short(number):
    """Three decimals, but more where they would hide that a number only nears 0 or 1."""
    if 0.9995 <= number < 1:
        return f"1 - {1 - number:.1e}"
    return f"{number:.3f}" if number >= 0.001 else f"{number:.1e}"
