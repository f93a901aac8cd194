"""Notebook 04: a gradient checker, and six ratios read."""

import numpy as np

from helpers import gradient_check, loss_and_gradients
from helpers.gradient_check import random_point

W, b, X, Y = random_point(seed=0)
loss, dW, db = loss_and_gradients(W, b, X, Y)
N, K = 7, 3


def forget(_):
    """No return, as in a function that ends too early."""


def checker(h=1e-5, tolerance=1e-6, seed=0, scale=1.0, samples=7, moves_b=True, moves_W=True,
            over=2.0, sided=False, absolute=False, compare="entries", dtype=float):  # fmt: skip
    """A checker as a reader might write it, with one thing or another left out or changed."""

    def check(f):
        rng = np.random.default_rng(seed)
        W = (scale * rng.normal(size=(5, 3))).astype(dtype)
        b = (scale * rng.normal(size=3)).astype(dtype)
        X = rng.normal(size=(samples, 5)).astype(dtype)
        Y = np.eye(3)[np.arange(samples) % 3]
        _, dW, db = f(W, b, X, Y)
        for moved, stated, wanted in ((W, dW, moves_W), (b, db, moves_b)):
            if not wanted:
                continue
            slopes = np.empty(moved.shape)
            for i in np.ndindex(moved.shape):
                kept = moved[i]
                moved[i] = kept + h
                above = f(W, b, X, Y)[0]
                moved[i] = kept if sided else kept - h
                below = f(W, b, X, Y)[0]
                moved[i] = kept
                slopes[i] = (above - below) / (over * h)
            size = 1.0 if absolute else np.linalg.norm(slopes)
            if compare == "norms":
                off = abs(np.linalg.norm(stated) - np.linalg.norm(slopes)) / size
            elif compare == "cosine":
                cosine = (stated * slopes).sum() / np.linalg.norm(stated) / np.linalg.norm(slopes)
                off = abs(1 - cosine)
            elif compare == "sum":
                off = abs((stated - slopes).sum()) / size
            elif compare == "above":
                off = (stated - slopes).max() / size
            else:
                off = np.abs(stated - slopes).max() / size
            if compare == "greater" and off > tolerance:
                return False
            if compare != "greater" and not off <= tolerance:
                return False
        return True

    return check


def printed(f):
    print(checker()(f))


def against_the_formula(f):
    return bool(np.allclose(f(W, b, X, Y)[1], dW))


def shape_only(f):
    return f(W, b, X, Y)[1].shape == W.shape


def returns_error(f):
    return np.abs(f(W, b, X, Y)[1] - dW).max()


def returns_array(f):
    return np.abs(f(W, b, X, Y)[1] - dW) < 1e-6


def never_moved_back(f):
    W, b, X, Y = random_point(seed=0)
    _, dW, _ = f(W, b, X, Y)
    for i in np.ndindex(W.shape):
        below = f(W, b, X, Y)[0]
        W[i] += 1e-6
        if not abs((f(W, b, X, Y)[0] - below) / 1e-6 - dW[i]) < 1e-3:
            return False
    return True


def loss_falls(f):
    loss, dW, db = f(W, b, X, Y)
    return f(W - 0.01 * dW, b - 0.01 * db, X, Y)[0] < loss


CHECKER = {
    "the loss falls": loss_falls,
    "at zero": checker(scale=0.0),
    "one sample": checker(samples=1),
    "large weights": checker(scale=100.0),
    "behind less ahead": checker(over=-2.0),
    "above only": checker(compare="above"),
    "the error if it is large": lambda f: checker()(f) or returns_error(f),
    "N = K": checker(samples=3),
    "W only": checker(moves_b=False),
    "b only": checker(moves_W=False),
    "over h, not 2h": checker(over=1.0),
    "step too small": checker(h=1e-13),
    "step too large": checker(h=0.1),
    "one-sided, tight": checker(h=1e-5, sided=True, over=1.0, tolerance=1e-8),
    "too loose": checker(tolerance=0.05),
    "too tight": checker(tolerance=1e-14),
    "absolute": checker(absolute=True, tolerance=1e-5),
    "norms": checker(compare="norms"),
    "directions": checker(compare="cosine"),
    "signed sum": checker(compare="sum"),
    "greater than": checker(compare="greater"),
    "float32": checker(dtype=np.float32),
    "the formula": against_the_formula,
    "shapes": shape_only,
    "the error, not a verdict": returns_error,
    "an array": returns_array,
    "printed": printed,
    "the other way round": lambda f: not checker()(f),
    "always true": lambda f: True,
    "always false": lambda f: False,
    "gradient_check's report": lambda f: gradient_check(f),
    "never moved back": never_moved_back,
    "wrong call": lambda f: f(W, b, X)[0] < 1,
    "left alone": lambda f: ...,
    "nothing returned": lambda f: forget(f),
    "the loss is small": lambda f: f(W, b, X, Y)[0] < 1,
    "exit": lambda f: exit(),
}


def read(right="right", sign="sign", n="sum for mean", over_n="mean twice", axis="wrong axis",
         calculus="calculus", look=True, close=1e-3, size=lambda N, K: (N, K)):  # fmt: skip
    """A reading of ratios with something changed."""

    def name_the_mistake(ratio, cosine, N, K):
        N, K = size(N, K)
        if look and abs(abs(cosine) - 1) > 1e-3:
            return calculus
        for value, name in ((1, right), (-1, sign), (N, n), (1 / N, over_n), (N / K, axis)):
            if abs(ratio - value) <= close * abs(value):
                return name
        return calculus

    return name_the_mistake


def sign_first(ratio, cosine, N, K):
    return "sign" if ratio < 0 else read()(ratio, cosine, N, K)


def rounded(ratio, cosine, N, K):
    if abs(abs(cosine) - 1) > 1e-3:
        return "calculus"
    names = {1: "right", -1: "sign", 0: "mean twice", N: "sum for mean"}
    return names.get(round(ratio), "wrong axis")


def looked_up(ratio, cosine, N, K):
    return {1: "right", -1: "sign", N: "sum for mean", 1 / N: "mean twice"}[ratio]


def minus_is_none(ratio, cosine, N, K):
    return "calculus" if cosine < 0.999 else read()(ratio, cosine, N, K)


def loose_cosine(ratio, cosine, N, K):
    return "calculus" if abs(cosine) < 0.9 else read(look=False)(ratio, cosine, N, K)


def printed_reading(ratio, cosine, N, K):
    print(read()(ratio, cosine, N, K))


SIX_RATIOS = {
    "rounded": rounded,
    "looked up": looked_up,
    "a cosine of -1 is none": minus_is_none,
    "a loose cosine": loose_cosine,
    "N and 1/N exchanged": read(n="mean twice", over_n="sum for mean"),
    "K over N": lambda ratio, cosine, N, K: (
        "wrong axis" if np.isclose(ratio, K / N) else read(axis=None)(ratio, cosine, N, K)
    ),
    "no look at the cosine": read(look=False),
    "exact equality": read(close=0.0),
    "the notebook's N": read(size=lambda samples, classes: (N, K)),
    "capitals": read(sign="Sign"),
    "sign first": sign_first,
    "axis forgotten": read(axis="calculus"),
    "printed": printed_reading,
    "all right": lambda ratio, cosine, N, K: "right",
    "a number": lambda ratio, cosine, N, K: round(ratio),
    "name of one's own": read(n="N"),
    "sign and right exchanged": read(right="sign", sign="right"),
    "axis taken for a sum": read(axis="sum for mean"),
    "a list": lambda ratio, cosine, N, K: [read()(ratio, cosine, N, K)],
    "no last branch": read(calculus=None),
    "cosine for ratio": lambda ratio, cosine, N, K: read()(cosine, cosine, N, K),
    "truth values": lambda ratio, cosine, N, K: ratio == 1,
    "left alone": lambda ratio, cosine, N, K: ...,
    "too loose": read(close=2.0),
    "wrong name": lambda ratio, cosine, N, K: read()(ratios, cosine, N, K),  # noqa: F821
}
