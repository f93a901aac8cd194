"""One gradient, eight ways to write it: rows or columns, mean or sum, loss or log-likelihood.

A course and a lecture rarely agree on all three, and each choice moves a transpose, a factor or a
sign. The table is computed: each formula is compared with the slopes of its own objective.
"""

import itertools
from typing import NamedTuple

import numpy as np

from helpers.gradient_check import numeric_gradients, random_point
from helpers.softmax_regression import log_softmax, loss_and_gradients, softmax


class Convention(NamedTuple):
    """One way to write the gradient by W.

    Attributes
    ----------
    samples : str
        "rows": X is (N, D) and W (D, K). "columns": all of them transposed.
    total : str
        "mean" or "sum" over the samples.
    objective : str
        "loss", to be made small, or "log-likelihood", to be made large.
    """

    samples: str
    total: str
    objective: str

    @property
    def formula(self):
        """The gradient by W, in this convention's own letters."""
        residual = "(P - Y)" if self.objective == "loss" else "(Y - P)"
        product = f"X.T @ {residual}" if self.samples == "rows" else f"{residual} @ X.T"
        return product + (" / N" if self.total == "mean" else "")

    @property
    def step(self):
        """What gradient descent, or ascent, does with the gradient G."""
        return f"W {'-' if self.objective == 'loss' else '+'}= rate * G"

    def gradient(self, W, X, Y):
        """The formula's value.

        Parameters
        ----------
        W, X, Y : ndarray
            In this convention's layout, without a bias.

        Returns
        -------
        ndarray
            Of the shape of W.
        """
        P = softmax(X @ W) if self.samples == "rows" else softmax((W @ X).T).T
        N = len(X) if self.samples == "rows" else X.shape[1]
        return eval(self.formula, {"X": X, "Y": Y, "P": P, "N": N})

    def value(self, W, X, Y):
        """The objective itself, from its definition; arguments as in ``gradient``."""
        if self.samples == "columns":
            W, X, Y = W.T, X.T, Y.T
        log_likelihood = (Y * log_softmax(X @ W)).sum()
        if self.total == "mean":
            log_likelihood = log_likelihood / len(X)
        return -log_likelihood if self.objective == "loss" else log_likelihood


CONVENTIONS = tuple(
    Convention(*choice)
    for choice in itertools.product(
        ("rows", "columns"), ("mean", "sum"), ("loss", "log-likelihood")
    )
)


def beside_the_course(convention):
    """What a convention's gradient is in terms of the course's dW, found by trying.

    Parameters
    ----------
    convention : Convention

    Returns
    -------
    str
        As "dW", "-N dW.T".

    Raises
    ------
    ValueError
        If the formula does not have the slopes of its own objective.
    """
    W, b, X, Y = random_point()
    _, dW, _ = loss_and_gradients(W, 0 * b, X, Y)
    own = (W, X, Y) if convention.samples == "rows" else (W.T, X.T, Y.T)
    found = convention.gradient(*own)
    slopes, _ = numeric_gradients(lambda W, _: convention.value(W, *own[1:]), own[0], b)
    if not np.allclose(found, slopes, atol=1e-7):
        raise ValueError(f"{convention.formula} is not the gradient of its objective")
    factors = {"": 1, "-": -1, "N ": len(X), "-N ": -len(X)}
    for (name, factor), (turn, layout) in itertools.product(
        factors.items(), (("", dW), (".T", dW.T))
    ):
        if found.shape == layout.shape and np.allclose(found, factor * layout):
            return f"{name}dW{turn}"
    raise ValueError(f"{convention.formula} is no multiple of dW")


def conventions_table():
    """All eight as a Markdown table, each formula checked on the way.

    Returns
    -------
    str
    """
    lines = [
        "| samples | over the batch | objective | gradient G by W | the course's | step |",
        "|---|---|---|---|---|---|",
    ]
    for convention in CONVENTIONS:
        cells = (
            convention.samples,
            convention.total,
            convention.objective,
            f"`{convention.formula}`",
            beside_the_course(convention),
            f"`{convention.step}`",
        )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)
