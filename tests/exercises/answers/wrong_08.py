"""Notebook 08: the shortest weights of their kind, and the backward pass of a hidden layer."""

import numpy as np

from helpers import log_softmax, softmax  # noqa: F401  (the answers are text)

W = np.random.default_rng(0).normal(size=(5, 3))
v = W.mean(axis=1)


def printed(W):
    print(W - W.mean(axis=1, keepdims=True))


SHORTEST = {
    "as it is": lambda W: W,
    "mean over the features": lambda W: W - W.mean(axis=0),
    "mean of all": lambda W: W - W.mean(),
    "first class zero": lambda W: W - W[:, :1],
    "last class zero": lambda W: W - W[:, -1:],
    "keepdims forgotten": lambda W: W - W.mean(axis=1),
    "sum for mean": lambda W: W - W.sum(axis=1, keepdims=True),
    "largest taken off": lambda W: W - W.max(axis=1, keepdims=True),
    "median": lambda W: W - np.median(W, axis=1, keepdims=True),
    "zero": lambda W: np.zeros_like(W),
    "normalised": lambda W: W / np.linalg.norm(W),
    "each class normalised": lambda W: W / np.linalg.norm(W, axis=0),
    "standardised": lambda W: (W - W.mean(axis=1, keepdims=True)) / W.std(axis=1, keepdims=True),
    "the mean itself": lambda W: W.mean(axis=1, keepdims=True),
    "the mean as a vector": lambda W: W.mean(axis=1),
    "the null share": lambda W: np.outer(W.mean(axis=1), np.ones(W.shape[1])),
    "added": lambda W: W + W.mean(axis=1, keepdims=True),
    "both means": lambda W: W - W.mean(axis=0) - W.mean(axis=1, keepdims=True) + W.mean(),
    "softmax": lambda W: softmax(W),
    "transposed": lambda W: W.T - W.mean(axis=1),
    "the notebook's mean": lambda table: table - v[:, np.newaxis],
    "half of it": lambda W: W - W.mean(axis=1, keepdims=True) / 2,
    "a random vector for each class": lambda W: W + np.arange(W.shape[1]),
    "first column dropped": lambda W: (W - W[:, :1])[:, 1:],
    "absolute values": lambda W: abs(W),
    "a norm": lambda W: np.sqrt((W**2).sum()),
    "text": lambda W: "W - W.mean(axis=1)",
    "two things": lambda W: (W - W.mean(axis=1, keepdims=True), W.mean(axis=1)),
    "printed": printed,
    "ten classes by heart": lambda W: W - W.sum(axis=1, keepdims=True) / 10,
    "three classes by heart": lambda W: W - W.sum(axis=1, keepdims=True) / 3,
    "over the features' number": lambda W: W - W.sum(axis=1, keepdims=True) / len(W),
    "mean of the squares": lambda W: W - (W**2).mean(axis=1, keepdims=True),
    "rounded": lambda W: W - np.round(W.mean(axis=1, keepdims=True)),
    "left alone": lambda W: ...,
}

LISTING = """def network(W1, b1, W2, b2, X, Y):
    N = len(X)
    A = X @ W1 + b1
    H = np.tanh(A)
    Z = H @ W2 + b2
    log_P = log_softmax(Z)
    loss = -(Y * log_P).sum() / N
    dZ = (np.exp(log_P) - Y) / N
    dW2 = H.T @ dZ
    db2 = dZ.sum(axis=0)
    dH = dZ @ W2.T
    dA = dH * (1 - H**2)
    dW1 = X.T @ dA
    db1 = dA.sum(axis=0)
    return loss, dW1, db1, dW2, db2
"""


def changed(*changes):
    """The solution with some of its text changed."""
    text = LISTING
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    space = dict(globals())
    exec(text, space)
    return space["network"]


OPEN = (
    ("H.T @ dZ", "..."),
    ("dZ.sum(axis=0)", "..."),
    ("dZ @ W2.T", "..."),
    ("dH * (1 - H**2)", "..."),
    ("X.T @ dA", "..."),
    ("dA.sum(axis=0)", "..."),
)

BACKWARD = {
    "slope forgotten": changed(("dH * (1 - H**2)", "dH")),
    "slope forgotten in one": changed(("X.T @ dA", "X.T @ dH")),
    "slope forgotten for the bias": changed(("dA.sum", "dH.sum")),
    "bracket squared": changed(("(1 - H**2)", "(1 - H)**2")),
    "square forgotten": changed(("(1 - H**2)", "(1 - H)")),
    "sigmoid": changed(("(1 - H**2)", "H * (1 - H)")),
    "rectifier": changed(("(1 - H**2)", "(A > 0)")),
    "A squared": changed(("(1 - H**2)", "(1 - A**2)")),
    "tanh twice": changed(("(1 - H**2)", "(1 - np.tanh(H)**2)")),
    "tanh itself": changed(("(1 - H**2)", "np.tanh(A)")),
    "only the square": changed(("(1 - H**2)", "H**2")),
    "plus": changed(("(1 - H**2)", "(1 + H**2)")),
    "divided by the slope": changed(("dH * (1 - H**2)", "dH / (1 - H**2)")),
    "W2 not transposed": changed(("W2.T", "W2")),
    "W2 reshaped": changed(("W2.T", "W2.reshape(dZ.shape[1], -1)")),
    "the inverse of W2": changed(("W2.T", "np.linalg.pinv(W2)")),
    "dW2 for W2": changed(("dZ @ W2.T", "dZ @ dW2.T")),
    "P goes down": changed(("dZ @ W2.T", "np.exp(log_P) @ W2.T / N")),
    "N once more": changed(("dZ @ W2.T", "dZ @ W2.T / N")),
    "N once more at the end": changed(
        ("X.T @ dA", "X.T @ dA / N"), ("dA.sum(axis=0)", "dA.mean(axis=0)")
    ),
    "sum in the lower layer": changed(("dZ @ W2.T", "(np.exp(log_P) - Y) @ W2.T")),
    "sum everywhere": changed(("(np.exp(log_P) - Y) / N", "np.exp(log_P) - Y")),
    "sign of the residual": changed(("np.exp(log_P) - Y", "Y - np.exp(log_P)")),
    "sign on the way down": changed(("dZ @ W2.T", "-dZ @ W2.T")),
    "ascent in one": changed(("X.T @ dA", "-X.T @ dA")),
    "A for H": changed(("H.T @ dZ", "A.T @ dZ")),
    "X for H": changed(("H.T @ dZ", "X.T @ dZ")),
    "H for X": changed(("X.T @ dA", "H.T @ dA")),
    "dZ for dA": changed(("X.T @ dA", "X.T @ dZ")),
    "turned": changed(("X.T @ dA", "dA.T @ X")),
    "both turned": changed(("X.T @ dA", "dA.T @ X"), ("H.T @ dZ", "dZ.T @ H")),
    "H not transposed": changed(("H.T @ dZ", "H @ dZ")),
    "X not transposed": changed(("X.T @ dA", "X @ dA")),
    "order of the product": changed(("dZ @ W2.T", "W2.T @ dZ")),
    "matrix product with the slope": changed(("dH * (1", "dH @ (1")),
    "biases without an axis": changed(("sum(axis=0)", "sum()")),
    "biases over the other axis": changed(("sum(axis=0)", "sum(axis=1)")),
    "bias means": changed(("sum(axis=0)", "mean(axis=0)")),
    "biases not summed": changed(
        ("db2 = dZ.sum(axis=0)", "db2 = dZ"), ("db1 = dA.sum(axis=0)", "db1 = dA")
    ),
    "one bias for both": changed(("dA.sum", "dZ.sum")),
    "slope and sign": changed(
        ("dH * (1 - H**2)", "dH"), ("np.exp(log_P) - Y", "Y - np.exp(log_P)")
    ),
    "slope in the upper layer": changed(("H.T @ dZ", "(1 - H**2).T @ dZ")),
    "another order": changed(("loss, dW1, db1, dW2, db2", "loss, dW2, db2, dW1, db1")),
    "weights first": changed(("loss, dW1, db1, dW2, db2", "loss, dW1, dW2, db1, db2")),
    "gradients only": changed(("loss, dW1, db1, dW2, db2", "dW1, db1, dW2, db2")),
    "a dictionary": changed(("loss, dW1, db1, dW2, db2", "{'dW1': dW1, 'dW2': dW2}")),
    "a step in place": changed(("dH = dZ @ W2.T", "W2 = W2 - 0.1 * dW2\n    dH = dZ @ W2.T")),
    "tanh of the summed loss": changed(("/ N\n    dZ", "\n    dZ")),
    "loss per sample": changed((".sum() / N", ".sum(axis=1)")),
    "minus forgotten": changed(("-(Y * log_P)", "(Y * log_P)")),
    "a name not defined": changed(("dZ @ W2.T", "dz @ W2.T")),
    "only the upper layer": changed(*OPEN[2:]),
    "lower weights open": changed(OPEN[4], OPEN[5]),
    "three times": changed(("X.T @ dA", "3 * X.T @ dA")),
    "log_P for P": changed(("np.exp(log_P) - Y", "log_P - Y")),
    "exp of the logits": changed(("np.exp(log_P) - Y", "np.exp(Z) - Y")),
    "the logits": changed(("np.exp(log_P) - Y", "Z - Y")),
    "softmax's slope once more": changed(
        ("- Y) / N", "- Y) * np.exp(log_P) * (1 - np.exp(log_P)) / N")
    ),
    "slope by P": changed(("(np.exp(log_P) - Y) / N", "-Y / np.exp(log_P) / N")),
    "root of the slope": changed(("(1 - H**2)", "(1 - H**2) ** 0.5")),
    "slope in W2": changed(("H.T @ dZ", "(H * (1 - H**2)).T @ dZ")),
    "rectifier, slope of tanh": changed(("np.tanh(A)", "np.maximum(A, 0)")),
    "an odd slope": changed(("(1 - H**2)", "np.cos(A)")),
    "printed": changed(("return loss", "print(loss"), ("db1, dW2, db2\n", "db1, dW2, db2)\n")),
    "left alone": changed(*OPEN),
}
