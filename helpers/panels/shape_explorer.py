"""Notebook 03: sizes, and which transposes you wrote."""

from functools import partial

import numpy as np

from helpers.experiments import try_transposes
from helpers.figures import shapes_figure
from helpers.panels.base import Panel, figure_view
from helpers.panels.controls import Button, radio, row, whole_number

LARGEST = 12
PRESETS = {
    "all different": {"N": 7, "D": 5, "K": 3},
    "batch = K": {"N": 3, "D": 5, "K": 3},
    "batch = D": {"N": 5, "D": 5, "K": 3},
    "all equal": {"N": 4, "D": 4, "K": 4},
}
_COMBINATIONS = [(X, labels) for X in (True, False) for labels in (True, False)]


class ShapeExplorer(Panel):
    """Choose sizes and transposes; see whether the gradient raises, is right or silently wrong.

    The controls are "N", "D", "K" (1 to 12, K from 2), and "labels" and "X": ``True`` if its
    transpose is written.
    """

    def __init__(self):
        controls = {
            "N": whole_number("N, samples in the batch", 7, 1, LARGEST),
            "D": whole_number("D, features", 5, 1, LARGEST),
            "K": whole_number("K, classes", 3, 2, LARGEST),
            "labels": radio(
                "first line", [("R = P - labels.T", True), ("R = P - labels", False)], True
            ),
            "X": radio(
                "second line", [("dW = X.T @ R / N", True), ("dW = X @ R / N", False)], True
            ),
        }
        presets = {
            name: Button(name, partial(self.set, **preset)) for name, preset in PRESETS.items()
        }
        layout = (
            row("N", "D", "K"),
            row(*presets, label="sizes to begin with"),
            row("labels", "X"),
            "picture",
            "status",
        )
        title = "Which transposes did you write?"
        super().__init__(controls, layout, title=title, buttons=presets)

    def view(self):
        N, D, K = (self.controls[name].value for name in "NDK")
        trials = {
            (X, labels): try_transposes(N, D, K, X_transposed=X, labels_transposed=labels)
            for X, labels in _COMBINATIONS
        }
        chosen = self.controls["X"].value, self.controls["labels"].value
        summary = describe(trials[chosen])
        figure = shapes_figure(trials, chosen)
        return figure_view(figure, summary, f"Matrices as rectangles. {_table_in_words(trials)}")


def describe(trial):
    """A trial in one or two sentences.

    Parameters
    ----------
    trial : Trial

    Returns
    -------
    str
    """
    residual, product = trial.lines
    if trial.outcome == "raises":
        line = residual if residual.raised else product
        return f"Raises, at {line.code}. {line.raised}."
    if trial.outcome == "right":
        return f"Right: dW is {_text(product.shapes[2])}, the shape of W, with the right numbers."
    met = _clash(trial)
    if trial.outcome == "right by chance":
        return (
            f"Right by chance: {met}. The numbers agree here; at other sizes or data they do not."
        )
    found, wanted = product.shapes[2], (trial.sizes["D"], trial.sizes["K"])
    if found != wanted:
        return f"Silently wrong: {met}. dW is {_text(found)} where W is {_text(wanted)}."
    angle = "" if np.isnan(trial.angle) else f" dW points {trial.angle:.0f} degrees off."
    return f"Silently wrong: {met}. Nothing raises, and the shape of dW is right.{angle}"


def _clash(trial):
    """Which letters met that should not have."""
    N, D, K = (trial.sizes[name] for name in "NDK")
    residual, product = trial.lines
    clashes = []
    if residual.right == "labels":
        equal = f"N = K = {N}" if N == K else "an axis of length 1 is stretched"
        clashes.append(f"P (N, K) meets labels (K, N), since {equal}")
    if product.left == "X":
        rows = "D" if residual.shapes[2] == (N, K) else "an axis"
        equal = f"D = N = {D}" if N == D else f"both are {D} long"
        clashes.append(f"X (N, D) meets R, {rows} against N, since {equal}")
    return "; ".join(clashes)


def _table_in_words(trials):
    names = {True: ".T", False: ""}
    return " ".join(
        f"X{names[X]} with labels{names[labels]}: {trial.outcome}."
        for (X, labels), trial in trials.items()
    )


def _text(shape):
    return f"({', '.join(map(str, shape))})"
