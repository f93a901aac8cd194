"""Derivations that were written before the classifier, and tried only when it was done.

Each is (steps, the false step or None, the kinds that would be a true answer).
"""

import numpy as np


def softmax(Z):
    E = np.exp(Z)
    return E / E.sum(axis=1, keepdims=True)


# ---- Right --------------------------------------------------------------------------------------


def loss_by_samples(W, b, X, Y):
    total = 0
    for x, y in zip(X, Y, strict=True):
        z = x @ W + b
        total = total + np.log(np.exp(z).sum()) - y @ z
    return total / len(X)


def gradient_by_samples(W, b, X, Y):
    G = np.zeros(W.shape)
    for x, y in zip(X, Y, strict=True):
        p = np.exp(x @ W + b)
        p = p / p.sum()
        G = G + np.outer(x, p - y)
    return G / len(X)


def right_differentials(W, b, X, Y):
    return X.T @ (softmax(X @ W + b) - Y) / len(X)


RIGHT = {
    "by samples, then matrices": {
        "loss": loss_by_samples,
        "outer products": gradient_by_samples,
        "einsum": lambda W, b, X, Y: np.einsum("in,ir->nr", X, softmax(X @ W + b) - Y) / len(X),
        "matrix": right_differentials,
    },
    "the bias": {
        "loss": "-(Y * log(P)).sum() / N",
        "split": "-(Y * Z).sum() / N + log(exp(Z).sum(axis=1)).sum() / N",
        "slope": "-Y.sum(axis=0) / N + (exp(Z) / exp(Z).sum(axis=1, keepdims=True)).mean(axis=0)",
        "short": "R.sum(axis=0) / N",
    },
    "the question's layout, matrix only": {
        "L": lambda W, b, X, Y: (Y.T * np.log(softmax(X @ W + b))).sum(),
        "trace": lambda W, b, X, Y: np.trace(Y @ np.log(softmax(X @ W + b))),
        "gradient": lambda W, b, X, Y: X.T @ (Y.T - softmax(X @ W + b)),
    },
    "binary in disguise: log-odds to the last class": {
        "loss": "(lse(Z) - (Y * Z).sum(axis=1)).mean()",
        "shifted": "(lse(Z - Z[:, -1:]) - (Y * (Z - Z[:, -1:])).sum(axis=1)).mean()",
        "gradient": "X.T @ (softmax(Z - Z[:, -1:]) - Y) / N",
    },
    "weight decay": {
        "loss": "-(Y * log_softmax(Z)).mean() * K + 0.05 * (W ** 2).sum()",
        "gradient": "X.T @ (P - Y) / N + 0.1 * W",
        "other order": "0.1 * W + (P.T @ X).T / N - (Y.T @ X).T / N",
    },
}


# ---- Broken -------------------------------------------------------------------------------------


def plus_in_the_loop(W, b, X, Y):
    G = np.zeros(W.shape)
    P = softmax(X @ W + b)
    for n in range(W.shape[0]):
        for r in range(W.shape[1]):
            G[n, r] = sum(X[i, n] * Y[i, r] for i in range(len(X)))
            G[n, r] = G[n, r] + sum(X[i, n] * P[i, r] for i in range(len(X)))
    return G


BROKEN = {
    "second sum added": (
        {
            "L": "(Y * log(P)).sum()",
            "log of a quotient": "(Y * (Z - log(exp(Z).sum(axis=1, keepdims=True)))).sum()",
            "entries": plus_in_the_loop,
            "matrix": "X.T @ (Y + P)",
        },
        "entries",
        {"sign"},
    ),
    "mean becomes a sum": (
        {
            "loss": "-(Y * log(P)).sum() / N",
            "gradient": lambda W, b, X, Y: X.T @ (softmax(X @ W + b) - Y) / len(X),
            "tidied": lambda W, b, X, Y: X.T @ (softmax(X @ W + b) - Y),
        },
        "tidied",
        {"factor"},
    ),
    "logarithm of the denominator without its minus": (
        {
            "L": "(Y * log(exp(Z) / exp(Z).sum(axis=1, keepdims=True))).sum()",
            "quotient": "(Y * (Z + log(exp(Z).sum(axis=1, keepdims=True)))).sum()",
            "gradient": "X.T @ (Y + P)",
        },
        "quotient",
        {"sign"},
    ),
    "softmax over the samples": (
        {
            "loss": "-(Y * log_softmax(Z)).sum() / N",
            "gradient": "X.T @ (exp(Z) / exp(Z).sum(axis=1, keepdims=True) - Y) / N",
            "program": "X.T @ (exp(Z) / exp(Z).sum(axis=0, keepdims=True) - Y) / N",
        },
        "program",
        {"wrong axis"},
    ),
    "diagonal of the Jacobian only": (
        {
            "loss": "-(Y * log(P)).sum() / N",
            "chain rule": "X.T @ (-Y / P * P * (1 - P)) / N",
            "tidied": "X.T @ (-Y * (1 - P)) / N",
        },
        "chain rule",
        {"missing term", "unnamed"},
    ),
    "product turned round": (
        {
            "outer": lambda W, b, X, Y: sum(
                np.outer(x, r) for x, r in zip(X, softmax(X @ W + b) - Y, strict=True)
            ),
            "matrix": lambda W, b, X, Y: (softmax(X @ W + b) - Y).T @ X,
        },
        "matrix",
        {"transpose"},
    ),
    "decay forgotten": (
        {
            "loss": "(lse(Z) - (Y * Z).sum(axis=1)).mean() + 0.05 * (W * W).sum()",
            "gradient": "X.T @ R / N + 0.1 * W",
            "short": "X.T @ R / N",
        },
        "short",
        {"missing term"},
    ),
    "decay on the bias too": (
        {
            "loss": "-(Y * log(P)).sum() / N + 0.05 * (W * W).sum()",
            "by b": "R.sum(axis=0) / N + 0.1 * b",
        },
        "by b",
        {"extra term"},
    ),
    "bias summed over the classes": (
        {
            "loss": "-(Y * log(P)).sum() / N",
            "by b": lambda W, b, X, Y: (softmax(X @ W + b) - Y).sum(axis=0) / len(X),
            "program": lambda W, b, X, Y: (softmax(X @ W + b) - Y).sum(axis=1) / len(X),
        },
        "program",
        {"wrong axis"},
    ),
    "the square's 2 lost": (
        {
            "loss": "((P - Y) ** 2).sum() / N",
            "gradient": "2 * X.T @ (P * ((P - Y) - ((P - Y) * P).sum(axis=1, keepdims=True))) / N",
            "tidied": "X.T @ (P * (R - (R * P).sum(axis=1, keepdims=True))) / N",
        },
        "tidied",
        {"factor"},
    ),
}
