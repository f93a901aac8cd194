"""Notebook 02: the second case of the Jacobian, and the false step of a derivation."""

import numpy as np


def forget(_):
    """No return, as in a function that ends too early."""


def p(z, k):
    return np.exp(z[k]) / sum(np.exp(z_j) for z_j in z)


z = np.array([2.0, 1.0, 0.0, -1.0])
probabilities = np.array([p(z, k) for k in range(4)])


def second(formula):
    def dp_dz(z, j, k):
        if j == k:
            return p(z, k) * (1 - p(z, k))
        return formula(z, j, k)

    return dp_dz


def printed(z, j, k):
    print(-p(z, j) * p(z, k))


SECOND_CASE = {
    name: second(formula)
    for name, formula in {
        "minus lost": lambda z, j, k: p(z, j) * p(z, k),
        "first case again": lambda z, j, k: p(z, k) * (1 - p(z, k)),
        "first case for j": lambda z, j, k: p(z, j) * (1 - p(z, j)),
        "zero": lambda z, j, k: 0,
        "the notebook's probabilities": lambda z, j, k: -probabilities[j] * probabilities[k],
        "p without z": lambda z, j, k: -p(j) * p(k),
        "sum": lambda z, j, k: -(p(z, j) + p(z, k)),
        "difference": lambda z, j, k: p(z, k) - p(z, j),
        "divided by S again": lambda z, j, k: -p(z, j) * p(z, k) / np.exp(z).sum(),
        "numerator only": lambda z, j, k: -np.exp(z[j]) * np.exp(z[k]),
        "squared": lambda z, j, k: -p(z, j) * p(z, k) ** 2,
        "j twice": lambda z, j, k: -p(z, j) * p(z, j),
        "printed": printed,
        "a list": lambda z, j, k: [-p(z, j) * p(z, k)],
        "text": lambda z, j, k: "-p_j p_k",
        "derivative of the logarithm": lambda z, j, k: -p(z, k),
        "delta is one": lambda z, j, k: p(z, j) * (1 - p(z, k)),
        "logits": lambda z, j, k: -z[j] * z[k],
        "times two": lambda z, j, k: -2 * p(z, j) * p(z, k),
        "one minus on both": lambda z, j, k: -(1 - p(z, j)) * (1 - p(z, k)),
        "a ratio": lambda z, j, k: -p(z, j) / p(z, k),
        "exp of the difference": lambda z, j, k: np.exp(z[j] - z[k]),
        "name not defined": lambda z, j, k: -p_j * p_k,  # noqa: F821
        "one half": lambda z, j, k: -p(z, j) * p(z, k) / 2,
        "an array": lambda z, j, k: -p(z, j) * np.exp(z) / np.exp(z).sum(),
        "left alone": lambda z, j, k: ...,
    }.items()
} | {
    "same for both cases": lambda z, j, k: -p(z, j) * p(z, k),
    "nothing returned": lambda z, j, k: forget(z),
}

# The answer is (step, kind of slip).
FALSE_STEP = {
    "a step too early": ("(1)", "sign"),
    "a step too late": ("(3)", "sign"),
    "the last": ("(4)", "sign"),
    "the definition": ("definition", "sign"),
    "right step, factor": ("(2)", "factor"),
    "right step, transpose": ("(2)", "transpose"),
    "right step, missing term": ("(2)", "missing term"),
    "right step, no kind": ("(2)", ...),
    "kind alone": (..., "sign"),
    "the other way round": ("sign", "(2)"),
    "a kind of one's own": ("(2)", "typo"),
    "no such step": ("(7)", "sign"),
    "none": ("none", "none"),
    "everything": (["(2)", "(3)", "(4)"], "sign"),
    "nothing": (None, None),
    "left alone": (..., ...),
    "the wrong axis": ("(3)", "wrong axis"),
    "a number that is no step": (20, "sign"),
}
