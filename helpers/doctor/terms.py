"""Terms that people add to the loss: weight decay, an L1 penalty, label smoothing.

Each adds a multiple of a known array to the gradient and of a known number to the loss, so its
strength is found by least squares.
"""

from typing import NamedTuple

import numpy as np

from helpers.doctor.diagnosis import Factor, name_factor
from helpers.doctor.probes import close
from helpers.softmax_regression import log_softmax

_EXACT = 1e-7


class Term(NamedTuple):
    """A term that was found.

    Attributes
    ----------
    name : str
        "weight decay", "L1 penalty" or "label smoothing".
    strength : float
        lambda, if the gradient of W gains lambda times the term's slope.
    bias : bool
        Whether the bias's gradient gains it too.
    loss : float or None
        The strength that the loss shows; ``None`` if no loss came back, NaN if it fits no strength.
    common : Factor
        What the cross-entropy's own gradient is multiplied by.
    per_sample : bool
        The strength is divided by N.
    """

    name: str
    strength: float
    bias: bool
    loss: float | None
    common: Factor
    per_sample: bool = False

    @property
    def consistent(self):
        """Whether loss and gradient carry the same strength."""
        return self.loss is None or bool(np.isclose(self.loss, self.strength, rtol=1e-3))


def _decay(probe):
    W, b = probe.W, probe.b
    return W, b, (W**2).sum() / 2, (b**2).sum() / 2


def _absolute(probe):
    return np.sign(probe.W), np.sign(probe.b), np.abs(probe.W).sum(), np.abs(probe.b).sum()


def _smoothing(probe):
    change = probe.Y - 1 / len(probe.b)
    log_P = log_softmax(probe.X @ probe.W + probe.b)
    N = len(probe.X)
    return probe.X.T @ change / N, change.sum(axis=0) / N, (change * log_P).sum() / N, 0.0


_TERMS = {"weight decay": _decay, "L1 penalty": _absolute, "label smoothing": _smoothing}


def find_term(outcomes, references, probes):
    """The term that, added to a reference, gives what came back.

    Parameters
    ----------
    outcomes, references : sequence of Outcome
    probes : sequence of Probe

    Returns
    -------
    Term or None
    """
    if any(outcome.dW is None for outcome in outcomes):
        return None
    for mine, theirs, probe in zip(outcomes, references, probes, strict=True):
        fits = theirs.usable and theirs.dW.shape == mine.dW.shape == probe.W.shape
        if not fits or theirs.db.shape != probe.b.shape:
            return None
    for name, slopes in _TERMS.items():
        found = _fit(name, [slopes(probe) for probe in probes], outcomes, references, probes)
        if found is not None:
            return found
    return None


def _fit(name, slopes, outcomes, references, probes):
    factors, strengths = [], []
    for (slope, *_), mine, theirs in zip(slopes, outcomes, references, strict=True):
        columns = np.stack([theirs.dW.ravel(), slope.ravel()], axis=1)
        if not np.isfinite(columns).all() or not np.isfinite(mine.dW).all():
            return None
        solution = np.linalg.lstsq(columns, mine.dW.ravel(), rcond=None)[0]
        if not close(columns @ solution, mine.dW.ravel(), _EXACT):
            return None
        factors.append(solution[0])
        strengths.append(solution[1])
    sizes = [probe.sizes for probe in probes]
    common = name_factor(factors, sizes)
    counts = np.array([size[0] for size in sizes])
    per_sample = not np.allclose(strengths, strengths[0], rtol=1e-4, atol=1e-8)
    if per_sample:
        strengths = strengths * counts
    if common is None or not np.allclose(strengths, strengths[0], rtol=1e-4, atol=1e-8):
        return None
    scale = 1 / counts if per_sample else np.ones(len(counts))
    bias = _fit_bias(strengths[0] * scale, factors, slopes, outcomes, references)
    if bias is None:
        return None
    strength = float(strengths[0]) if abs(strengths[0]) > 1e-8 else 0.0
    loss = _fit_loss(scale, factors, bias, slopes, outcomes, references, either=not strength)
    if not strength and (loss is None or not abs(loss) > 1e-8):
        return None
    return Term(name, strength, bias, loss, common, per_sample)


def _fit_bias(strengths, factors, slopes, outcomes, references):
    """Whether the bias carries the term: ``None`` if neither way fits."""
    for bias in (False, True) if slopes[0][3] else (True,):
        wanted = [
            factor * theirs.db + bias * strength * slope[1]
            for strength, factor, slope, theirs in zip(
                strengths, factors, slopes, references, strict=True
            )
        ]
        here = [mine.db for mine in outcomes]
        if all(db is None or close(db, w, _EXACT) for db, w in zip(here, wanted, strict=True)):
            return bias
    return None


def _fit_loss(scale, factors, bias, slopes, outcomes, references, either):
    """The strength in the loss: ``None`` without a loss, NaN if it fits none."""
    if outcomes[0].loss is None:
        return None
    if outcomes[0].loss.ndim:
        return np.nan
    for biased in (bias, not bias) if either else (bias,):
        size = [(slope[2] + biased * slope[3]) * s for s, slope in zip(scale, slopes, strict=True)]
        rest = [
            mine.loss - factor * theirs.loss
            for factor, mine, theirs in zip(factors, outcomes, references, strict=True)
        ]
        strengths = np.array(rest) / size
        if np.allclose(strengths, strengths[0], rtol=1e-3, atol=1e-6):
            return float(strengths[0]) if abs(strengths[0]) > 1e-6 else 0.0
    return np.nan
