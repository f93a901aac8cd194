"""Notebook 03: loss and gradients, and a lecture's gradient in the course's layout."""

import numpy as np

from helpers import log_softmax, softmax  # noqa: F401  (the answers are text)
from helpers.gradient_check import random_point

W, b, X, Y = random_point(seed=0, samples=7, features=5, classes=3)
N, D, K = 7, 5, 3
P = softmax(X @ W + b)
R = P - Y


def forget(_):
    """No return, as in a function that ends too early."""


def answer(**lines):
    """The solution with lines of it changed, as text."""
    text = {
        "N": "len(X)",
        "Z": "X @ W + b",
        "P": "softmax(Z)",
        "R": "P - Y",
        "loss": "-(Y * log_softmax(Z)).sum() / N",
        "dW": "X.T @ R / N",
        "db": "R.sum(axis=0) / N",
        "returned": "loss, dW, db",
    } | lines
    returned = text.pop("returned")
    code = "".join(f"    {name} = {value}\n" for name, value in text.items() if value is not None)
    space = dict(globals())
    exec(f"def loss_and_gradients(W, b, X, Y):\n{code}    return {returned}\n", space)
    return space["loss_and_gradients"]


def printed(W, b, X, Y):
    print(answer()(W, b, X, Y))


LOSS_AND_GRADIENTS = {
    "outer": answer(dW="np.outer(X, R) / N"),
    "mean of all entries": answer(loss="-(Y * log_softmax(Z)).mean()"),
    "sign of the residual": answer(R="Y - P"),
    "transpose forgotten": answer(dW="X @ R / N"),
    "dW is a sum": answer(dW="X.T @ R"),
    "all is a sum": answer(N="1"),
    "loss is a sum": answer(loss="-(Y * log_softmax(Z)).sum()"),
    "the notebook's N": answer(N=None),
    "the notebook's R": answer(R=None, dW="X.T @ R / N"),
    "a dictionary": answer(returned="{'loss': loss, 'dW': dW, 'db': db}"),
    "only the gradients": answer(returned="dW, db"),
    "another order": answer(returned="dW, db, loss"),
    "bias without an axis": answer(db="R.sum() / N"),
    "bias over the classes": answer(db="R.sum(axis=1) / N"),
    "bias is a sum": answer(db="R.sum(axis=0)"),
    "minus forgotten": answer(loss="(Y * log_softmax(Z)).sum() / N"),
    "no bias in the logits": answer(Z="X @ W"),
    "dW turned": answer(dW="R.T @ X / N"),
    "divided by the classes": answer(N="Y.shape[1]"),
    "softmax over the samples": answer(P="np.exp(Z) / np.exp(Z).sum(axis=0)"),
    "softmax over all": answer(P="np.exp(Z) / np.exp(Z).sum()"),
    "keepdims forgotten": answer(P="np.exp(Z) / np.exp(Z).sum(axis=1)"),
    "log of ten": answer(loss="-(Y * np.log10(P)).sum() / N"),
    "log of softmax twice": answer(loss="-(Y * np.log(log_softmax(Z))).sum() / N"),
    "labels times P": answer(loss="-(Y * P).sum() / N"),
    "squared error": answer(loss="((P - Y) ** 2).sum() / N"),
    "squared error's gradient too": answer(R="2 * (P - Y) * P * (1 - P)"),
    "keepdims in db": answer(db="R.sum(axis=0, keepdims=True) / N"),
    "argmax": answer(loss="(P.argmax(axis=1) != Y.argmax(axis=1)).mean()"),
    "a loss per sample": answer(loss="-(Y * log_softmax(Z)).sum(axis=1)"),
    "binary cross-entropy": answer(loss="-(Y * np.log(P) + (1 - Y) * np.log(1 - P)).sum() / N"),
    "dZ scaled twice": answer(R="(P - Y) / N"),
    "labels times R": answer(R="(P - Y) * Y"),
    "logits in the residual": answer(R="Z - Y"),
    "printed": printed,
    "nothing returned": lambda W, b, X, Y: forget(W),
    "loss only": answer(dW="...", db="..."),
    "a name not defined": answer(R="p - Y"),
    "X and R the wrong way": answer(dW="R @ X / N"),
    "labels turned": answer(R="P - Y.T"),
    "mean over axis 0": answer(dW="X.T @ R", db="R.mean(axis=0)"),
    "np.dot without a transpose": answer(dW="np.dot(X, R) / N"),
    "exit": answer(N="exit()"),
    "left alone": answer(loss="...", dW="...", db="..."),
}


def to_course_printed(G, N):
    print(-G.T / N)


TO_COURSE = {
    "no transpose": lambda G, N: -G / N,
    "no sign": lambda G, N: G.T / N,
    "no factor": lambda G, N: -G.T,
    "transpose only": lambda G, N: G.T,
    "as it is": lambda G, N: G,
    "times N": lambda G, N: -G.T * N,
    "divided by the classes": lambda G, N: -G.T / len(G),
    "divided by the features": lambda G, N: -G.T / G.shape[1],
    "reshaped": lambda G, N: -G.reshape(G.shape[::-1]) / N,
    "seven": lambda G, samples: -G.T / 7,
    "the notebook's N": lambda G, samples: -G.T / N,
    "computed anew from the notebook": lambda G, samples: X.T @ R / N,
    "printed": to_course_printed,
    "sign only": lambda G, N: -G,
    "factor only": lambda G, N: G / N,
    "divided twice": lambda G, N: -G.T / N / N,
    "mean": lambda G, N: -G.T.mean(),
    "the absolute value": lambda G, N: abs(G.T) / N,
    "left alone": lambda G, N: ...,
    "inverse": lambda G, N: np.linalg.inv(G) / N,
    "text": lambda G, N: "-G.T / N",
}
