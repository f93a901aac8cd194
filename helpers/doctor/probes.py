"""The problems at which a function is tried, and what one call of it shows."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from helpers.softmax_regression import loss_and_gradients


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

    def reference(self):
        """Outcome of the right program: mean cross-entropy and its gradients."""
        return Outcome(*loss_and_gradients(*self))


@dataclass(frozen=True, eq=False)
class Outcome:
    """What one call showed, in the course's own convention.

    Attributes
    ----------
    loss : float or None
        ``None`` if none came back.
    dW, db : ndarray or None
        As they came, turned to samples in rows and weights (D, K). The shapes may be wrong.
        For a step: (old - new) / rate.
    changed : tuple of str
        The arguments that were written into: "W", "b", "X", "Y".
    raised : BaseException or None
    complaint : str
        Why the returned value could not be read: a key of ``words.NOTES``; empty if it could.
    detail : str
        What fills that note.
    reduced : bool
        Whether the loss came as one number a sample.
    """

    loss: float | None = None
    dW: np.ndarray | None = None
    db: np.ndarray | None = None
    changed: tuple = ()
    raised: BaseException | None = None
    complaint: str = ""
    detail: str = ""
    reduced: bool = False

    @property
    def usable(self):
        """Whether there is a gradient to look at."""
        return (
            self.raised is None
            and not self.complaint
            and (self.dW is not None or self.db is not None)
        )

    @property
    def finite(self):
        """Whether all that came is finite."""
        return all(np.isfinite(p).all() for p in self.parts.values())

    @cached_property
    def parts(self):
        """Loss, dW and db, as far as they came, by "loss", "W", "b"."""
        named = {"loss": self.loss, "W": self.dW, "b": self.db}
        return {name: part for name, part in named.items() if part is not None}


def make(N, D, K, seed, scale=0.5):
    """A probe of random numbers with every class among its labels, as far as N allows."""
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(N) % K) if N >= K else rng.permutation(K)[:N]
    W, b = scale * rng.normal(size=(D, K)), scale * rng.normal(size=K)
    return Probe(W, b, rng.normal(size=(N, D)), np.eye(K)[labels])


def other_data(probe, seed):
    """The same W and b with other samples and labels."""
    N, D, K = probe.sizes
    rng = np.random.default_rng(seed)
    labels = rng.integers(K, size=N)
    if N >= K:  # functions count the classes by the labels that occur
        labels[:K] = np.arange(K)
        labels = rng.permutation(labels)
    return make(N, D, K, seed)._replace(W=probe.W, b=probe.b, Y=np.eye(K)[labels])


# N, D and K all differ, and N is no multiple of K: no wrong shape fits, no gradient vanishes.
_FREE = (make(7, 5, 3, seed=1), make(9, 11, 4, seed=2))
# For functions with "10 classes", or the size of the digits, written into them.
_TEN = (make(13, 6, 10, seed=3), make(17, 8, 10, seed=4))
_DIGITS = (make(13, 784, 10, seed=5, scale=0.04), make(17, 784, 10, seed=6, scale=0.04))
_SINGLE = (make(1, 5, 3, seed=11), make(1, 7, 4, seed=12))

MODERATE = {"free": _FREE, "ten": _TEN, "digits": _DIGITS, "single": _SINGLE}
# Where an edit is tried again: one sample, fewer samples than features, a wide spread.
FRESH = {
    "free": (make(1, 4, 3, seed=21), make(6, 9, 5, seed=22), make(8, 3, 6, seed=23, scale=2.0)),
    "ten": (make(11, 7, 10, seed=24), make(23, 4, 10, seed=25, scale=1.5)),
    "digits": (make(11, 784, 10, seed=26, scale=0.06),),
    "single": (make(1, 6, 5, seed=27), make(1, 3, 4, seed=28, scale=2.0)),
}


def large(probe):
    """The same probe with all logits raised by 2000, and with logits thousands apart."""
    return probe._replace(b=probe.b + 2000), probe._replace(W=3000 * probe.W)


def close(found, wanted, tolerance):
    """Whether two finite arrays agree in shape and, relative to the largest entry, in value."""
    found, wanted = np.asarray(found), np.asarray(wanted)
    if found.shape != wanted.shape or not np.isfinite(found).all():
        return False
    scale = np.abs(wanted).max(initial=0) + 1e-4
    return bool(np.abs(found - wanted).max(initial=0) <= tolerance * scale)
