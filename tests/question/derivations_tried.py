"""Derivations that the classifier was built on.

Each is (steps, the false step or None, the kinds that would be a true answer).
"""

import numpy as np


def softmax(Z):
    E = np.exp(Z)
    return E / E.sum(axis=1, keepdims=True)


# ---- Right --------------------------------------------------------------------------------------


def log_likelihood(W, b, X, Y):
    return (Y * np.log(softmax(X @ W + b))).sum()


def by_entries(W, b, X, Y):
    P = softmax(X @ W + b)
    G = np.zeros(W.shape)
    for n in range(W.shape[0]):
        for r in range(W.shape[1]):
            G[n, r] = sum(X[i, n] * (Y[i, r] - P[i, r]) for i in range(len(X)))
    return G


RIGHT = {
    "log-likelihood, entries, matrix": {
        "definition": log_likelihood,
        "(1)": "(Y * (Z - lse(Z)[:, None])).sum()",
        "(2)": by_entries,
        "(3)": "X.T @ Y - X.T @ P",
        "(4)": "X.T @ (Y - P)",
    },
    "mean loss by differentials": {
        "loss": "-(Y * log(P)).sum() / N",
        "(D1)": "(lse(Z).sum() - trace(Y.T @ Z)) / N",
        "(D6)": "X.T @ R / N",
    },
    "a number at the end": {
        "loss": "-(Y * log_softmax(Z)).sum() / N",
        "lse": "(lse(Z) - (Y * Z).sum(axis=1)).mean()",
    },
    "labels in columns": {
        "L": lambda W, b, X, Y: sum(Y[:, i] @ np.log(softmax(X @ W + b))[i] for i in range(len(X))),
        "bias": lambda W, b, X, Y: np.ones(len(X)) @ (Y.T - softmax(X @ W + b)),
    },
    "ascent": {
        "minus L": "-(Y * log(P)).sum()",
        "gradient": "-(X.T @ (Y - P))",
        "turned": "X.T @ (P - Y)",
    },
}


# ---- Broken -------------------------------------------------------------------------------------

BROKEN = {
    "sign of the residual": (
        {"loss": "-(Y * log(P)).sum() / N", "gradient": "X.T @ (Y - P) / N"},
        "gradient",
        {"sign"},
    ),
    "the lost N": (
        {"loss": "-(Y * log(P)).sum() / N", "gradient": "X.T @ R"},
        "gradient",
        {"factor"},
    ),
    "divided by the classes": (
        {"loss": "-(Y * log(P)).sum() / N", "(1)": "X.T @ R / N", "(2)": "X.T @ R / K"},
        "(2)",
        {"factor"},
    ),
    "a transpose too few": (
        {"definition": "X.T @ (Y - P)", "(1)": "(Y - P).T @ X", "(2)": "Y.T @ X - P.T @ X"},
        "(1)",
        {"transpose"},
    ),
    "quotient rule without its second term": (
        {
            "L": "(Y * log(P)).sum()",
            "(1)": "(Y * (Z - lse(Z)[:, None])).sum()",
            "(2)": "X.T @ Y",
        },
        "(2)",
        {"missing term"},
    ),
    "softmax over all": (
        {"a": "X.T @ (exp(Z) / exp(Z).sum(axis=1, keepdims=True) - Y)",
         "b": "X.T @ (exp(Z) / exp(Z).sum() - Y)"},
        "b",
        {"wrong axis"},
    ),
    "the bias summed to one number": (
        {"loss": "-(Y * log(P)).sum() / N", "by b": "R.sum(axis=0) / N", "short": "R.sum() / N"},
        "short",
        {"wrong axis"},
    ),
    "decay in the gradient only": (
        {"loss": "-(Y * log(P)).sum() / N", "gradient": "X.T @ R / N + 0.1 * W"},
        "gradient",
        {"extra term"},
    ),
    "sigmoid in place of softmax": (
        {"loss": "-(Y * log(P)).sum() / N", "gradient": "X.T @ (1 / (1 + exp(-Z)) - Y) / N"},
        "gradient",
        {"unnamed"},
    ),
    "distributed over one term only": (
        {"a": "X.T @ (P - Y)", "b": "X.T @ P + X.T @ Y", "c": "X.T @ (P + Y)"},
        "b",
        {"sign"},
    ),
}  # fmt: skip
