"""The problems at which a function is tried, and what one trial shows."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np


class Probe(NamedTuple):
    """One small problem, in the course's own convention.

    Attributes
    ----------
    W, b, X, Y : ndarray, shapes (D, K), (K,), (N, D), (N, K)
    """

    W: np.ndarray
    b: np.ndarray
    X: np.ndarray
    Y: np.ndarray

    @property
    def sizes(self):
        """(N, D, K)."""
        return (*self.X.shape, len(self.b))


@dataclass(frozen=True, eq=False)
class Outcome:
    """What one call showed, in the course's own convention.

    Attributes
    ----------
    loss : float or None
        ``None`` if none came back.
    dW, db : ndarray or None
        As they came, turned to samples in rows and weights (D, K). The shapes may be wrong.
        For a step: the new W and b.
    changed : tuple of str
        The arguments that were written into: "W", "b", "X", "Y".
    raised : Exception or None
    complaint : str
        Why the returned value could not be read; empty if it could.
    """

    loss: float | None = None
    dW: np.ndarray | None = None
    db: np.ndarray | None = None
    changed: tuple = ()
    raised: Exception | None = None
    complaint: str = ""

    @property
    def usable(self):
        """Whether there is a loss or a gradient to look at."""
        return self.raised is None and not self.complaint


def _make(N, D, K, seed, scale=0.5):
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(N) % K)
    W, b = scale * rng.normal(size=(D, K)), scale * rng.normal(size=K)
    return Probe(W, b, rng.normal(size=(N, D)), np.eye(K)[labels])


def _large(probe):
    """The same probe with all logits raised by 2000; thousands apart; apart, with all rows alike.

    The third tells one maximum for the whole batch, which does no harm there, from other ways to
    lose a probability that rounds to 0.
    """
    high = probe._replace(b=probe.b + 2000)
    apart = probe._replace(W=3000 * probe.W)
    alike = apart._replace(X=np.repeat(apart.X[:1], len(apart.X), axis=0))
    return high, apart, alike


# N, D and K all differ, and N is no multiple of K: no wrong shape fits, no gradient vanishes.
# The second has N < D, so that X.T @ R = dW can be solved for R.
_FREE = (_make(7, 5, 3, seed=1), _make(9, 11, 4, seed=2))
# For functions with "10 classes", or the size of the digits, written into them.
_TEN = (_make(13, 6, 10, seed=3), _make(17, 8, 10, seed=4))
_DIGITS = (_make(13, 784, 10, seed=5, scale=0.04), _make(17, 784, 10, seed=6, scale=0.04))

# For functions of one sample.
_SINGLE = (_make(1, 5, 3, seed=11), _make(1, 7, 4, seed=12))

MODERATE = {"free": _FREE, "ten": _TEN, "single": _SINGLE, "digits": _DIGITS}
LARGE = {size: _large(probes[0]) for size, probes in MODERATE.items()}

# Where a missing transpose or a lost axis is silent.
SQUARE = {
    "N = K": _make(5, 7, 5, seed=7),
    "N = D": _make(7, 7, 3, seed=8),
    "D = K": _make(7, 4, 4, seed=9),
    "N = D = K": _make(5, 5, 5, seed=10),
}


def close(found, wanted, tolerance):
    """Whether two finite arrays agree in shape and, relative to the largest entry, in value."""
    found, wanted = np.asarray(found), np.asarray(wanted)
    if found.shape != wanted.shape or not np.isfinite(found).all():
        return False
    scale = np.abs(wanted).max(initial=0) + 1e-4
    return bool(np.abs(found - wanted).max(initial=0) <= tolerance * scale)


def projection(found, wanted):
    """The factor s that brings ``s * wanted`` nearest to ``found``; NaN if there is none."""
    found, wanted = np.asarray(found, dtype=float), np.asarray(wanted, dtype=float)
    square = np.vdot(wanted, wanted)
    if found.shape != wanted.shape or square < 1e-20:
        return np.nan
    return float(np.vdot(wanted, found) / square)
