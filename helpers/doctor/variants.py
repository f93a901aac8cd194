"""What people write and one changed line of the program does not reach.

Each variant is the program written another way with one thought changed. Those that are the
thought of a bug in the catalogue carry its id; the others are named by their sentence.
"""

from typing import NamedTuple

import numpy as np

from helpers.softmax_regression import log_softmax, softmax


class Variant(NamedTuple):
    """One thought, run.

    Attributes
    ----------
    bug : str
        Id of the catalogue's entry that it is a form of; "" if there is none.
    sentence : str
        What the function does.
    function : callable
        ``(W, b, X, Y) -> (loss, dW, db)``.
    right : bool
        Whether it is a right program in an unusual setting.
    """

    bug: str
    sentence: str
    function: object
    right: bool = False


def _cross_entropy(log_P, Y):
    return -(Y * log_P).sum() / len(Y)


def _backward(R, X):
    return X.T @ R / len(X), R.sum(axis=0) / len(X)


def _with_residual(residual):
    """The right loss with another residual ``residual(P, Z, Y)``."""

    def function(W, b, X, Y):
        Z = X @ W + b
        return _cross_entropy(log_softmax(Z), Y), *_backward(residual(softmax(Z), Z, Y), X)

    return function


def _with_softmax(probabilities):
    """Another softmax, used for the loss and for the residual."""

    def function(W, b, X, Y):
        P = probabilities(X @ W + b)
        return _cross_entropy(np.log(P), Y), *_backward(P - Y, X)

    return function


def _with_inputs(change):
    """The right program on other inputs; the gradient is taken with the changed X."""
    right = _with_residual(lambda P, Z, Y: P - Y)
    return lambda W, b, X, Y: right(*change(W, b, X, Y))


def _through_jacobian(G, P):
    return P * (G - (G * P).sum(axis=1, keepdims=True))


def _squared_error(W, b, X, Y):
    P = softmax(X @ W + b)
    return ((P - Y) ** 2).sum() / 2 / len(X), *_backward(_through_jacobian(P - Y, P), X)


def _squared_loss(W, b, X, Y):
    P = softmax(X @ W + b)
    return ((P - Y) ** 2).sum() / 2 / len(X), *_backward(P - Y, X)


def _twice_throughout(W, b, X, Y):
    P = softmax(X @ W + b)
    loss = _cross_entropy(log_softmax(P), Y)
    return loss, *_backward(_through_jacobian(softmax(P) - Y, P), X)


def _one_against_rest(W, b, X, Y):
    P = 1 / (1 + np.exp(-(X @ W + b)))
    loss = -(Y * np.log(P) + (1 - Y) * np.log(1 - P)).sum() / len(X)
    return loss, *_backward(P - Y, X)


def _sigmoid_loss(W, b, X, Y):
    P = 1 / (1 + np.exp(-(X @ W + b)))
    return _cross_entropy(np.log(P), Y), *_backward(P - Y, X)


def _binary_loss(W, b, X, Y):
    P = softmax(X @ W + b)
    loss = -(Y * np.log(P) + (1 - Y) * np.log(1 - P)).sum() / len(X)
    return loss, *_backward(P - Y, X)


def _no_keepdims(Z):
    E = np.exp(Z)
    return E / E.sum(axis=1)


def _hard(P):
    return np.eye(P.shape[1])[P.argmax(axis=1)]


def _centred(X):
    return X - X.mean(axis=0)


VARIANTS = {
    "softmax-axis-0": Variant(
        "softmax-over-batch", "P sums to 1 over the samples, not over the classes.",
        _with_softmax(lambda Z: softmax(Z.T).T)),
    "softmax-no-axis": Variant(
        "softmax-over-all", "P sums to 1 over the whole batch.",
        _with_softmax(lambda Z: softmax(Z.reshape(1, -1)).reshape(Z.shape))),
    "softmax-no-keepdims": Variant(
        "keepdims-dropped", "The row sums are lined up with the classes.",
        _with_softmax(_no_keepdims)),
    "softmax-throughout": Variant(
        "softmax-twice", "Loss and gradient both pass through a second softmax.",
        _twice_throughout),
    "diagonal-of-log": Variant(
        "diagonal-jacobian", "-Y / P times the diagonal P (1 - P) leaves only the true class.",
        _with_residual(lambda P, Z, Y: Y * (P - 1))),
    "diagonal-of-p": Variant(
        "diagonal-jacobian", "The residual is multiplied by P, a piece of the softmax Jacobian.",
        _with_residual(lambda P, Z, Y: (P - Y) * P)),
    "squared-throughout": Variant(
        "squared-error", "Loss and gradient are both those of half the squared error.",
        _squared_error),
    "squared-loss": Variant(
        "", "The loss is the squared error, the gradient that of the cross-entropy.",
        _squared_loss),
    "one-against-rest": Variant(
        "sigmoid", "Loss and gradient are those of K separate logistic regressions.",
        _one_against_rest),
    "sigmoid-loss": Variant("sigmoid", "P is a sigmoid, in the loss too.", _sigmoid_loss),
    "no-bias": Variant(
        "bias-left-out", "The logits are X W: b is never added.",
        _with_inputs(lambda W, b, X, Y: (W, 0 * b, X, Y))),
    "labels-rolled-back": Variant(
        "labels-off-by-one", "Each sample is given the label one above its own.",
        _with_inputs(lambda W, b, X, Y: (W, b, X, np.roll(Y, -1, axis=1)))),
    "binary-loss": Variant(
        "", "The loss is the binary cross-entropy, with the terms (1 - Y) log(1 - P); "
        "softmax belongs with -sum(Y log P).", _binary_loss),
    "hard-predictions": Variant(
        "", "The residual uses the predicted class as a one-hot row, not the probabilities P.",
        _with_residual(lambda P, Z, Y: _hard(P) - Y)),
    "labels-not-subtracted": Variant(
        "", "The residual is P: the labels are never subtracted.",
        _with_residual(lambda P, Z, Y: P)),
    "whole-columns": Variant(
        "", "1 is subtracted from whole columns of P (`P[:, y] -= 1`), "
        "not from one entry a row (`P[range(N), y] -= 1`).",
        _with_residual(lambda P, Z, Y: P - Y.max(axis=0))),
    "not-normalised": Variant(
        "", "The residual is exp(Z) - Y: P is not divided by its row sum.",
        _with_residual(lambda P, Z, Y: np.exp(Z) - Y)),
    "no-jacobian": Variant(
        "", "The residual is -Y / P, the slope along P: the softmax Jacobian is left out.",
        _with_residual(lambda P, Z, Y: -Y / P)),
    "log-in-residual": Variant(
        "", "The residual is log P - Y: logarithms where probabilities belong.",
        _with_residual(lambda P, Z, Y: np.log(P) - Y)),
    "residual-squared": Variant(
        "", "The residual is squared.", _with_residual(lambda P, Z, Y: (P - Y) ** 2)),
    "residual-absolute": Variant(
        "", "The residual has lost its signs (abs).",
        _with_residual(lambda P, Z, Y: np.abs(P - Y))),
    "pixels-255": Variant(
        "", "X is divided by 255 inside.",
        _with_inputs(lambda W, b, X, Y: (W, b, X / 255, Y)), right=True),
    "pixels-256": Variant(
        "", "X is divided by 256 inside.",
        _with_inputs(lambda W, b, X, Y: (W, b, X / 256, Y)), right=True),
    "centred": Variant(
        "", "X is centred inside.",
        _with_inputs(lambda W, b, X, Y: (W, b, _centred(X), Y)), right=True),
    "standardised": Variant(
        "", "X is standardised inside.",
        _with_inputs(lambda W, b, X, Y: (W, b, _centred(X) / X.std(axis=0), Y)), right=True),
}  # fmt: skip
