"""A quick look at one call, for the search: could it come of a right function?"""

import numpy as np

from helpers.doctor.optional import Numbers
from helpers.doctor.state import adaptation

SINGLE_PRECISION = 2e-4


def glance(oracle, f):
    """Whether one call at the first probe could come of a right function.

    Parameters
    ----------
    oracle : SoftmaxOracle
    f : callable

    Returns
    -------
    grade : float
        Right parts; -1 if nothing can be read.
    fine : bool
    """
    grade, fine = _at_defaults(oracle, f)
    if fine and oracle.numbers:
        numbers = Numbers(oracle, lambda: f)
        fine = numbers.moves(oracle.there) and numbers.state(oracle.numbers) == "belongs"
    return grade, fine


def _at_defaults(oracle, f):
    scene = oracle.scenes[0]
    outcome = oracle.call(f, scene.probe, oracle.strengths[-1])
    if not outcome.usable:
        return -1.0, False
    grade, fine, inner, smooth = _gradients(oracle, outcome, scene)
    grade -= 0.25 * len(outcome.changed) * (not oracle.stepping)
    if outcome.loss is None:
        return grade, fine
    term = outcome.loss - scene.wanted[0].loss
    if fine or grade > 0 or abs(term) < 1e-3:
        near = 0.75 if smooth else _loss_near(oracle, f, outcome, scene)
        if fine and not smooth and near == 0.75 and not _is_penalty(inner, term):
            grade, fine = grade - 0.5, False
        grade, fine = grade + near, fine and near > 0
    return grade, fine


def _gradients(oracle, outcome, scene):
    """(grade, whether all could be right, the terms' product with the parameters, smoothed?)."""
    # A step of a known rate has the factor 1, and so has what stands beside the mean itself;
    # without a loss, no gradient points uphill.
    known = oracle.stepping and oracle.convention.has("rate")
    known = known and not oracle.convention.keeps_state  # an average of them may begin short
    known = known or (outcome.loss is not None and _is_mean(outcome, scene))
    least = 0.75 if known else 0.5 if outcome.loss is None else 0.25
    grade, fine, inner, smooth = 0.0, True, 0.0, False
    for name in ("W", "b"):
        found, wanted = outcome.parts.get(name), scene.wanted[0].parts[name]
        if found is None:
            fine = fine and name == "b" and not oracle.convention.folded
            continue
        parameter, uniform = getattr(scene.probe, name), scene.uniform[0].parts[name]
        near = _near(found, wanted, parameter, oracle.stepping)
        if near < 0.75 and not oracle.stepping and _is_smoothed(found, wanted, uniform, parameter):
            near, smooth = 0.75, True
        grade, fine = grade + near, fine and near >= least
        if fine:
            inner += float(np.sum((found - wanted) * parameter))
    return grade, fine, inner, smooth


def _is_penalty(inner, term):
    """Whether <h', W> is 2 h or h, as it is for a penalty by squares or by magnitudes."""
    near = min(abs(inner - 2 * term), abs(inner - term))
    return near <= 1e-4 * (abs(inner) + abs(term)) + 1e-6


def _is_mean(outcome, scene):
    return abs(outcome.loss - scene.wanted[0].loss) < 1e-3


def _loss_near(oracle, f, outcome, scene):
    """1 for the mean cross-entropy, 0.75 with a term, 0.5 for a multiple of it, else 0."""
    if _is_mean(outcome, scene):
        return 1.0
    strength = oracle.strengths[-1]
    others = [oracle.call(f, probe, strength).loss for probe in scene.probes[1:4]]
    if any(each is None for each in others):
        return 0.0
    delta = np.array([float(outcome.loss - each) for each in others])
    truth = np.array([float(scene.wanted[0].loss - w.loss) for w in scene.wanted[1:4]])
    c = delta @ truth / (truth @ truth)
    rest = np.abs(delta - c * truth).max()
    if rest > 1e-2 * np.abs(delta).max():
        return 0.0
    if np.abs(delta).max() <= 1e-9:
        return 0.0
    return 0.75 if abs(c - 1) < 1e-3 else 0.5


def _is_smoothed(found, wanted, uniform, parameter):
    """Whether it is the gradient for labels that are mixed with all classes alike."""
    if found.shape != wanted.shape or not np.isfinite(found).all():
        return False
    basis = np.stack([each.ravel() for each in (wanted, uniform, parameter)])[: found.size - 1]
    fit = np.linalg.lstsq(basis.T, found.ravel(), rcond=None)[0]
    rest = np.abs(found.ravel() - fit @ basis).max()
    mixed = fit[0] > 0 and fit[1] > 1e-6 * fit[0]  # not by rounding
    return bool(mixed and rest <= SINGLE_PRECISION * np.abs(found).max())


def _near(found, wanted, parameter, stepping):
    """1 if found is wanted; 0.75 if it is but for a multiple of the parameter, 0.5 if up to a
    factor too, 0.25 if that is negative.
    """
    if found.shape != wanted.shape or not np.isfinite(found).all():
        return 0.0
    if stepping and adaptation([found], [wanted], parameter) is not None:
        return 1.0
    rest = found - wanted
    tolerance = SINGLE_PRECISION * (np.abs(found).max() + 1e-12)
    if np.abs(rest).max() <= tolerance:
        return 1.0
    basis = np.stack([wanted.ravel(), parameter.ravel(), np.sign(parameter).ravel()])
    basis = basis[: max(found.size - 1, 1)]
    fit = np.linalg.lstsq(basis.T, found.ravel(), rcond=None)[0]
    if np.abs(found.ravel() - fit @ basis).max() > tolerance:
        return 0.0
    return 0.75 if abs(fit[0] - 1) < 1e-3 else 0.5 if fit[0] > 0 else 0.25
