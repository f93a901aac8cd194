"""Notebook 07: a check of programs."""

import itertools
import linecache

import numpy as np

from helpers import gradient_check, loss_and_gradients
from helpers.checks import small_digits

DRAWS = itertools.count()
W, b, X = np.ones((5, 3)), np.zeros(3), np.ones((7, 5))
Y = np.eye(3)[np.arange(7) % 3]


def forget(_):
    """No return, as in a function that ends too early."""


def same_numbers(program):
    found = program.loss_and_gradients(W, b, X, Y)
    return all(np.allclose(p, q, 1e-12) for p, q in zip(found, loss_and_gradients(W, b, X, Y),
                                                         strict=True))  # fmt: skip


def first_loss(program):
    run = program.train(*small_digits(), batch_size=20)
    return bool(abs(run.losses[0] - np.log(10)) < 1e-9)


def printed(program):
    print(first_loss(program))


PROGRAM_CHECK = {
    "the very numbers": same_numbers,
    "the first loss": first_loss,
    "the loss falls": lambda p: bool(np.ptp(p.train(*small_digits(), epochs=3).losses) > 0.1),
    "the error": lambda p: bool(p.train(*small_digits(), epochs=5).error < 0.5),
    "the other way round": lambda p: not first_loss(p),
    "always true": lambda p: True,
    "always false": lambda p: False,
    "printed": printed,
    "an array": lambda p: p.softmax(np.zeros((2, 3))).sum(axis=1) == 1,
    "a number": lambda p: p.train(*small_digits()).error,
    "nothing returned": lambda p: forget(p),
    "left alone": lambda p: ...,
    "not seeded": lambda p: next(DRAWS) % 2 == 0,
    "too slow": lambda p: bool(p.train(*small_digits(), epochs=20_000).error < 0.5),
    "gradient check only": lambda p: bool(gradient_check(p.loss_and_gradients).max_error < 1e-6),
    "a function that is not": lambda p: p.gradient(W, b, X, Y) is not None,
    "softmax only": lambda p: bool(np.allclose(p.softmax(np.zeros((2, 3))), 1 / 3)),
    "exit": lambda p: exit(),
    "a name not defined": lambda p: bool(runs.error < 0.5),  # noqa: F821
    "text": lambda p: "right",
    "the report": lambda p: gradient_check(p.loss_and_gradients),
}


BROKEN = """\
def mended(W, b, X, Y):
    N = len(X)
    Z = X @ W + b
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    P = E / E.sum(axis=1, keepdims=True)
    loss = -np.mean(Y * np.log(P))
    R = (P - Y) / N
    dW = X.T @ R / N
    db = -R.sum(axis=0)
    return loss, dW, db
"""
LOSS = ("-np.mean(Y * np.log(P))", "-np.sum(Y * np.log(P)) / N")
DW, DB = ("X.T @ R / N", "X.T @ R"), ("-R.sum", "R.sum")


def mended(*changes):
    """The program of the exercise with these changes, as a cell would define it."""
    text = BROKEN
    for before, after in changes:
        assert before in text, before
        text = text.replace(before, after)
    return defined(text)


def defined(text):
    name = f"<answer {next(DRAWS)}>"
    linecache.cache[name] = (len(text), None, text.splitlines(True), name)
    space = {"np": np, "__name__": "__main__"}
    exec(compile(text, name, "exec"), space)
    return space["mended"]


UP = ("(P - Y)", "(Y - P)")
MENDED = {
    "as it was": mended(),
    "the loss only": mended(LOSS),
    "dW only": mended(DW),
    "db only": mended(DB),
    "not the loss": mended(DW, DB),
    "not dW": mended(LOSS, DB),
    "not db": mended(LOSS, DW),
    "the sign of the residual": mended(LOSS, DW, UP),
    "a log-likelihood": mended((LOSS[0], LOSS[1][1:]), DW, DB, UP),
    "sums": mended((LOSS[0], "-np.sum(Y * np.log(P))"), ("(P - Y) / N", "P - Y"), DW, DB),
    "a mean of what is divided": mended(LOSS, DW, ("-R.sum", "R.mean")),
    "divided nowhere": mended(LOSS, ("(P - Y) / N", "P - Y"), DB),
    "over the classes": mended(LOSS, DW, ("-R.sum(axis=0)", "R.sum(axis=1)")),
    "one number": mended(LOSS, DW, ("-R.sum(axis=0)", "R.sum()")),
    "left alone": defined("def mended(W, b, X, Y):\n    ...\n"),
    "nothing returned": mended(LOSS, DW, DB, ("    return loss, dW, db\n", "")),
    "a name not defined": mended(LOSS, DW, DB, ("len(X)", "n")),
}
MENDED_RIGHT = {
    "as meant": mended(LOSS, DW, DB),
    "divided once, later": mended(
        LOSS, ("(P - Y) / N", "P - Y"), (DB[0] + "(axis=0)", "R.mean(axis=0)")
    ),
    "a factor K": mended((LOSS[0], LOSS[0] + " * Y.shape[1]"), DW, DB),
}
