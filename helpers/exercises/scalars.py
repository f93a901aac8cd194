"""Notebook 02: the second case of the softmax Jacobian."""

import numpy as np

from helpers.exercises.answers import as_number, ask, borrowed, exercise, first_mistake, same
from helpers.exercises.feedback import not_yet, right
from helpers.softmax_regression import softmax

_PROBES = ((2, 4), (3, 5))  # seed and number of classes

# What people write for d p_j / d z_k with j != k, as (formula, hint). p, z: vectors; e = exp(z);
# S = sum(e). A hint is given if every pair of the answer fits its formula.
_MISTAKES = [
    (
        lambda p, z, j, k: p[j] * p[k],
        "The size is right, the sign is not. Raise z_k: the denominator of p_j grows, p_j falls. "
        "The quotient rule brings the minus: (0 * S - e^{z_j} * e^{z_k}) / S^2.",
    ),
    (
        lambda p, z, j, k: p[k] * (1 - p[k]),
        "That is the first case, p_k (1 - p_k), once more. Here j is not k, so the numerator "
        "e^{z_j} does not depend on z_k: its derivative is 0, not e^{z_k}.",
    ),
    (
        lambda p, z, j, k: p[j] * (1 - p[j]),
        "That is the first case again, for class j: the derivative of p_j by its own z_j. "
        "Asked for is the derivative by another logit, z_k.",
    ),
    (
        lambda p, z, j, k: p[j] * (1 - p[k]),
        "The 1 in p_j (1 - p_k) is the Kronecker delta, and it is 1 only if j = k. Here it is 0.",
    ),
    (
        lambda p, z, j, k: p[k] * (1 - p[j]),
        "The 1 in p_k (1 - p_j) is the Kronecker delta, and it is 1 only if j = k. Here it is 0.",
    ),
    (
        lambda p, z, j, k: -p[j] * (1 - p[k]),
        "One minus too many: the quotient rule gives p_j (delta - p_k), and the delta is 0 here. "
        "Put 0 in place of your 1 and look at the signs again.",
    ),
    (
        lambda p, z, j, k: 0,
        "Not 0: z_k does not stand in the numerator of p_j, but it does stand in the denominator, "
        "the sum S of all e^z.",
    ),
    (
        lambda p, z, j, k: -p[k],
        "-p_k is the derivative of ln p_j. Multiply by p_j to have that of p_j itself.",
    ),
    (
        lambda p, z, j, k: -p[j],
        "A factor is lost: differentiate S by z_k and e^{z_k} comes out, which over S is p_k.",
    ),
    (
        lambda p, z, j, k: -(p[k] ** 2),
        "Both factors carry the index k. One comes from the numerator of p_j: its index is j.",
    ),
    (
        lambda p, z, j, k: -(p[j] ** 2),
        "Both factors carry the index j. One is the derivative of S by z_k and has the index k.",
    ),
    (
        lambda p, z, j, k: -z[j] * z[k],
        "Logits stand where probabilities belong: you want p_j and p_k, not z_j and z_k.",
    ),
    (
        lambda p, z, j, k: z[j] * z[k],
        "Logits stand where probabilities belong: you want p_j and p_k, not z_j and z_k. And mind "
        "the sign: the denominator of p_j grows with z_k.",
    ),
    (
        lambda p, z, j, k: -np.exp(z[j]) * np.exp(z[k]),
        "You have the numerator of the quotient rule. It still has to be divided by S squared.",
    ),
    (
        lambda p, z, j, k: -np.exp(z[j]) * np.exp(z[k]) / np.exp(z).sum(),
        "Divided by S once. The quotient rule divides by S squared, so each e^z gets its own S.",
    ),
    (
        lambda p, z, j, k: -p[j] * p[k] / np.exp(z).sum(),
        "Divided by S once too often: p_j and p_k have been divided by it already.",
    ),
    (
        lambda p, z, j, k: -p[j] * p[k] ** 2,
        "One factor p_k too many: the quotient rule gives e^{z_j} e^{z_k} over S^2.",
    ),
    (
        lambda p, z, j, k: -(1 - p[j]) * (1 - p[k]),
        "The ones are the Kronecker delta's, and here it is 0 in both places.",
    ),
    (
        lambda p, z, j, k: -(p[j] + p[k]),
        "A sum where a product belongs: the quotient rule multiplies e^{z_j} by e^{z_k}.",
    ),
    (
        lambda p, z, j, k: p[k] - p[j],
        "A difference where a product belongs: the quotient rule multiplies e^{z_j} by e^{z_k}.",
    ),
    (
        lambda p, z, j, k: p[j] - p[k],
        "A difference where a product belongs: the quotient rule multiplies e^{z_j} by e^{z_k}.",
    ),
    (
        lambda p, z, j, k: -p[j] / p[k],
        "A quotient where a product belongs: the quotient rule multiplies e^{z_j} by e^{z_k}.",
    ),
    (
        lambda p, z, j, k: np.exp(z[j] - z[k]),
        "That is the odds p_j / p_k. Wanted is how p_j changes when z_k moves.",
    ),
]


@exercise
def check_second_case(entry):
    """Check a function for the entries of the softmax Jacobian, both cases.

    Parameters
    ----------
    entry : callable
        ``entry(z, j, k)`` gives d p_j / d z_k, with p the softmax of the vector z and indices from
        0. Right is p_j (delta_jk - p_k), Bishop, *PRML*, (4.106).

    Returns
    -------
    Feedback
    """
    probes = [np.random.default_rng(seed).normal(size=size) for seed, size in _PROBES]
    pairs = [[(j, k) for j in range(len(z)) for k in range(len(z)) if j != k] for z in probes]
    answered = [
        [as_number(ask(entry, z, j, k)) for j, k in both]
        for z, both in zip(probes, pairs, strict=True)
    ]
    truth = _values(lambda p, z, j, k: -p[j] * p[k], probes, pairs)
    if not same(answered, truth):
        return _name_the_mistake(answered, truth, probes, pairs, borrowed(entry))
    for z in probes:
        p = _softmax(z)
        diagonal = [as_number(ask(entry, z, k, k)) for k in range(len(z))]
        if not same(diagonal, list(p * (1 - p))):
            return not_yet(
                "The second case is right, but the first is not: for j = k it is p_k (1 - p_k)."
            )
    return right("d p_j / d z_k = -p_j p_k: what class k wins, every other class pays in part.")


def _softmax(z):
    return softmax(z[np.newaxis])[0]


def _values(formula, probes, pairs):
    return [
        [float(formula(_softmax(z), z, j, k)) for j, k in both]
        for z, both in zip(probes, pairs, strict=True)
    ]


def _name_the_mistake(answered, truth, probes, pairs, borrowed_names):
    flat, wanted = np.concatenate(answered), np.concatenate(truth)
    if not np.isfinite(flat).all():
        return not_yet("Your value is not a finite number." + borrowed_names)
    mistakes = (
        (lambda formula=formula: _values(formula, probes, pairs), hint)
        for formula, hint in _MISTAKES
    )
    named = first_mistake(answered, mistakes)
    factors = flat / wanted
    if not named and np.allclose(factors, factors[0]):
        named = f"Your value is {factors[0]:.3g} times the derivative, for every j and k."
    if not named:
        j, k = pairs[0][0]
        named = (
            f"None of the usual slips. At z = {np.round(probes[0], 2).tolist()}, j = {j}, k = {k} "
            f"your value is {flat[0]:.4f}; the derivative is {wanted[0]:.4f}."
        )
    return not_yet(named + borrowed_names)
