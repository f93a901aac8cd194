"""Notebook 02: the second case of the softmax Jacobian."""

import numpy as np

from helpers.exercises.feedback import NotAttempted, exercise, not_yet, right
from helpers.softmax_regression import softmax

_CLASSES = 4

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
    z = np.random.default_rng(2).normal(size=_CLASSES)
    p = softmax(z[np.newaxis])[0]
    same = [(k, k) for k in range(_CLASSES)]
    pairs = [(j, k) for j in range(_CLASSES) for k in range(_CLASSES) if j != k]
    answered = np.array([_number(entry(z.copy(), j, k)) for j, k in pairs])
    truth = np.array([-p[j] * p[k] for j, k in pairs])
    if not _equal(answered, truth):
        return _name_the_mistake(answered, truth, p, z, pairs)
    diagonal = np.array([_number(entry(z.copy(), j, k)) for j, k in same])
    if not _equal(diagonal, p * (1 - p)):
        return not_yet(
            "The second case is right, but the first has changed: for j = k it is p_k (1 - p_k)."
        )
    return right("d p_j / d z_k = -p_j p_k: what class k wins, every other class pays in part.")


def _name_the_mistake(answered, truth, p, z, pairs):
    if not np.isfinite(answered).all():
        return not_yet("Your value is not a finite number.")
    for formula, hint in _MISTAKES:
        if _equal(answered, np.array([formula(p, z, j, k) for j, k in pairs])):
            return not_yet(hint)
    factors = answered / truth
    if _equal(factors, factors[0]):
        return not_yet(f"Your value is {factors[0]:.3g} times the derivative, for every j and k.")
    j, k = pairs[0]
    return not_yet(
        f"None of the usual slips. At z = {np.round(z, 2).tolist()}, j = {j}, k = {k} your "
        f"value is {answered[0]:.4f}; the derivative is {truth[0]:.4f}."
    )


def _number(value):
    if value is ...:
        raise NotAttempted
    if value is None:
        raise ValueError("nothing is returned; wanted one number: is there a return?")
    if np.shape(value) != ():
        raise ValueError(f"the value is of shape {np.shape(value)}; wanted one number")
    return float(value)


def _equal(a, b):
    # Loose enough for an answer that was measured by central differences.
    return np.allclose(a, b, rtol=1e-6, atol=1e-9)
