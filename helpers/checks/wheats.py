"""Wheats: right programs written in another way. A check that calls one of them wrong is wrong.

The word is from Examplar (Wrenn and Krishnamurthi, ICER 2019): wheats are right, chaffs are not.
The chaffs of this course are its bugs; here are the wheats, for our checks and for the learner's.
Some are whole programs, some only the functions that a learner might bring.
"""

from types import MappingProxyType, SimpleNamespace

import numpy as np

from helpers.bugs import BUGS, fresh, variant


def loops(W, b, X, Y):
    """Loss and gradients sample by sample and entry by entry, as the formulas read."""
    N, D = X.shape
    K = len(b)
    loss, dW, db = 0.0, np.zeros((D, K)), np.zeros(K)
    for n in range(N):
        z = [sum(X[n, d] * W[d, k] for d in range(D)) + b[k] for k in range(K)]
        top = max(z, key=np.real)  # complex numbers, too, for the complex step
        total = sum(np.exp(value - top) for value in z)
        for k in range(K):
            log_p = z[k] - top - np.log(total)
            if Y[n, k]:
                loss -= log_p / N
            residual = (np.exp(log_p) - Y[n, k]) / N
            db[k] += residual
            for d in range(D):
                dW[d, k] += X[n, d] * residual
    return loss, dW, db


def integer_labels(W, b, X, Y):
    """Loss and gradients with class numbers in place of one-hot rows."""
    rows, labels = np.arange(len(X)), Y.argmax(axis=1)
    scores = X @ W + b
    scores -= scores.max(axis=1, keepdims=True)
    P = np.exp(scores)
    totals = P.sum(axis=1)
    loss = (np.log(totals) - scores[rows, labels]).mean()
    P /= totals[:, np.newaxis]
    P[rows, labels] -= 1
    return loss, X.T @ P / len(X), P.mean(axis=0)


def log_sum_exp(W, b, X, Y):
    """Loss as log-sum-exp minus the score of the right class."""
    scores = X @ W + b
    log_totals = np.logaddexp.reduce(scores, axis=1)
    loss = np.mean(log_totals - np.einsum("nk,nk->n", scores, Y))
    errors = np.exp(scores - log_totals[:, np.newaxis]) - Y
    return loss, np.einsum("nd,nk->dk", X, errors) / len(X), errors.mean(axis=0)


def summed(W, b, X, Y):
    """The loss of a batch as a sum, and the gradient of that sum."""
    Z = X @ W + b
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    P = E / E.sum(axis=1, keepdims=True)
    loss = -np.log(np.maximum(P[Y == 1], 1e-300)).sum()
    return loss, X.T @ (P - Y), np.ones(len(X)) @ (P - Y)


def _with_step(function):
    """A function and a step of gradient descent with it, as a learner would bring them."""

    def step(W, b, X, Y, learning_rate):
        _, dW, db = function(W, b, X, Y)
        return W - learning_rate * dW, b - learning_rate * db

    return SimpleNamespace(loss_and_gradients=function, step=step)


_LOSS, _SCALE, _DW = "loss = -(Y * log_P).sum() / N", "dZ = R / N", "dW = X.T @ dZ"
_SUMMED = ((_LOSS, "loss = -(Y * log_P).sum()"), (_SCALE, "dZ = R"))

# A sum has steps N times longer, so its author takes a rate N times smaller.
_SMALLER_STEPS = tuple(
    (line, line.replace("learning_rate", f"learning_rate / len({batch})"))
    for line, batch in (
        ("return update(W, b, dW, db, learning_rate)", "X"),
        ("W, b = update(W, b, dW, db, learning_rate)", "X_batch"),
    )
)

WHEATS = MappingProxyType(
    {
        "right": variant("right"),
        "summed-with-summed": _with_step(summed),
        "loops": SimpleNamespace(loss_and_gradients=loops),
        "integer-labels": _with_step(integer_labels),
        "log-sum-exp-by-hand": _with_step(log_sum_exp),
        "float32": variant(
            "float32",
            (
                "Z = X @ W + b\n    log_P",
                "X, W, b = map(np.float32, (X, W, b)); Z = X @ W + b\n    log_P",
            ),
        ),
        "clipped-logarithm": variant(
            "clipped logarithm",
            ("log_P = log_softmax(Z)", "log_P = np.log(np.maximum(softmax(Z), 1e-15))"),
        ),
        "updated-in-place": variant(
            "updated in place",
            (
                "return parameter - learning_rate * gradient",
                "parameter -= learning_rate * gradient; return parameter",
            ),
        ),
        "drawn-with-replacement": variant(
            "drawn with replacement",
            ("order = rng.permutation(len(X))", "order = rng.integers(len(X), size=len(X))"),
        ),
        "decay-as-a-factor": variant(
            "decay as a factor",
            (
                "dW = dW + weight_decay * W",
                "W = (1 - learning_rate * weight_decay) * W",
            ),
        ),
        "error-from-hits": variant(
            "error from hits",
            ("return wrong.mean()", "return 1 - np.count_nonzero(~wrong) / len(labels)"),
        ),
    }
)

# Right for a gradient check alone, which asks only whether loss and gradients belong together.
GRADIENT_WHEATS = MappingProxyType(
    {
        "program": variant("right").loss_and_gradients,
        "loops": loops,
        "summed": variant("summed", *_SUMMED).loss_and_gradients,
        "decay": variant(
            "decay", (_LOSS, _LOSS + " + 0.05 * (W * W).sum()"), (_DW, _DW + " + 0.1 * W")
        ).loss_and_gradients,
        "tiny": variant(
            "tiny", (_LOSS, "loss = -(Y * log_P).sum() / 1e6"), (_SCALE, "dZ = R / 1e6")
        ).loss_and_gradients,
    }
)


def whole_wheats():
    """Right programs that have all functions of the program, made afresh.

    Returns
    -------
    dict of str to Program
        The whole programs of ``WHEATS``, its functions put into one, and the decoys.
    """
    made = {"summed-with-summed": variant("summed", *_SUMMED, *_SMALLER_STEPS)}
    for name, wheat in WHEATS.items():
        if hasattr(wheat, "train"):
            made.setdefault(name, fresh(wheat))
        elif name not in ("summed-with-summed", "loops"):  # loops take minutes to train
            made[name] = variant(name)
            made[name].loss_and_gradients = wheat.loss_and_gradients
    decoys = {id_: bug for id_, bug in BUGS.items() if bug.decoy}
    return made | {id_: variant(id_, (bug.right, bug.wrong)) for id_, bug in decoys.items()}
