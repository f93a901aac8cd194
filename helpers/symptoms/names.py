"""Names for what is measured: factors between gradients, first losses, outcomes, loss curves.

Whoever names such a number calls these functions, so that checks, lab and clinic speak one
language.
"""

from functools import cache
from typing import NamedTuple

import numpy as np

from helpers.question import known_factors

USUAL_BATCHES = (
    100, 64, 32, 128, 256, 16, 50, 10, 200, 20, 512, 8, 500, 1000, 1024, 6000, 60_000,
)  # fmt: skip


class Factor(float):
    """A number with a name: 7.0 is called "N" if the probe had seven samples.

    It is equal to its value and to its name, since nobody outside knows the size of the probe.

    Attributes
    ----------
    name : str
        "N", "-1", "1/N", "N/K", ...
    """

    def __new__(cls, value, name):
        factor = super().__new__(cls, value)
        factor.name = name
        return factor

    def __eq__(self, other):
        return self.name == other if isinstance(other, str) else float(self) == other

    __hash__ = float.__hash__

    def __repr__(self):
        return self.name

    __str__ = __repr__


def name_ratio(ratio, cosine, samples=7, classes=3, *, tolerance=1e-5):
    """Put a factor between two gradients, measured once, into words.

    Parameters
    ----------
    ratio, cosine : float
        As in ``GradientReport``.
    samples, classes : int
        N and K of the check; those of ``gradient_check``, if nothing else is said.
    tolerance : float
        Relative.

    Returns
    -------
    str
        A name of ``known_factors``; "0", "not a multiple", "not finite"; or the number itself.
    """
    if not np.isfinite(ratio):
        return "not finite"
    if abs(ratio) < 1e-9:
        return "0"
    if abs(abs(cosine) - 1) > 1e-6:
        return "not a multiple"
    known = known_factors(samples, np.nan, classes)
    near = (name for name, value in known.items() if np.isclose(ratio, value, tolerance, atol=0))
    return next(near, f"{ratio:.3g}")


def name_factor(values, sizes):
    """Name a factor that was measured at several probes of different sizes.

    Parameters
    ----------
    values : sequence of float
        One a probe.
    sizes : sequence of (N, D, K)

    Returns
    -------
    Factor or None
        ``None`` if no name fits all probes.
    """
    values = np.asarray(values, dtype=float)
    if not np.isfinite(values).all() or (values == 0).any():
        return None
    names, known = _factor_table(tuple(sizes))
    fits = _agree(values, known)
    if fits.any():
        first = fits.argmax()
        return Factor(known[first, 0], names[first])
    N = np.array(sizes, dtype=float)[:, 0]
    for suffix, scale in (("", np.ones_like(N)), ("N", N), ("/N", 1 / N)):
        constant = values / scale
        if _agree(constant, constant[:1]):
            return Factor(values[0], _constant_name(constant[0], suffix))
    return None


@cache
def _factor_table(sizes):
    """Names of factors, and what each is at every probe: (factors, probes)."""
    known = known_factors(*np.array(sizes, dtype=float).T)
    return tuple(known), np.array(list(known.values()))


def _agree(values, wanted):
    """Whether all values of a row are within 0.02 per cent of those wanted."""
    return (np.abs(values - wanted) <= 2e-4 * np.abs(wanted)).all(axis=-1)


def _constant_name(constant, suffix):
    """0.01 and "N" make "N/100"; 0.3 and "" make "0.3"."""
    inverse = 1 / constant
    if suffix == "N" and abs(inverse - round(inverse)) < 1e-3:
        return f"N/{round(inverse)}"
    text = f"{constant:.4g}"
    if abs(inverse - round(inverse)) < 1e-3 and abs(round(inverse)) > 1:
        text = f"1/{round(inverse)}" if inverse > 0 else f"-1/{-round(inverse)}"
    return text + (f" {suffix}" if suffix == "N" else suffix)


# What a first loss can be at W = 0, the batch size B and the classes K given.
FIRST_LOSSES = {
    "ln K": lambda B, K: np.log(K),
    "-ln K": lambda B, K: -np.log(K),
    "ln K / K": lambda B, K: np.log(K) / K,
    "log10 K": lambda B, K: np.log10(K),
    "log2 K": lambda B, K: np.log2(K),
    "binary terms": lambda B, K: np.log(K) + (K - 1) * np.log(K / (K - 1)),
    "ln B": lambda B, K: np.log(B),
    "ln(BK)": lambda B, K: np.log(B * K),
    "B ln K": lambda B, K: B * np.log(K),
    "-B ln K": lambda B, K: -B * np.log(K),
}
WITH_BATCH = ("ln B", "ln(BK)", "B ln K", "-B ln K")


class FirstLoss(NamedTuple):
    """The name of a first loss, and the batch size in it.

    Attributes
    ----------
    name : str
        "ln K", which is due at W = 0, "-ln K", "ln K / K", "log10 K", "log2 K", "binary terms"
        (those of K yes-or-no losses added up), "ln B", "ln(BK)", "B ln K", "-B ln K", "other" or
        "not finite".
    batch_size : int
        B where the name holds it, else 0.
    """

    name: str
    batch_size: int


def name_first_loss(loss, classes, batch_size=None, *, tolerance=1e-6):
    """Name the loss that a training starts with: it tells along which axis, over how many terms
    and with which sign the loss is summed.

    Parameters
    ----------
    loss : float
    classes : int
        K.
    batch_size : int, optional
        B. Where it is not known, a whole number is looked for that explains the loss.
    tolerance : float
        Relative.

    Returns
    -------
    FirstLoss
    """
    if not np.isfinite(loss):
        return FirstLoss("not finite", 0)
    for name in (name for name in FIRST_LOSSES if name not in WITH_BATCH):
        if np.isclose(loss, FIRST_LOSSES[name](1, classes), tolerance, atol=0):
            return FirstLoss(name, 0)
    sizes = _whole_sizes(loss, classes) if batch_size is None else (batch_size,)
    for size in sizes:
        for name in WITH_BATCH:
            if np.isclose(loss, FIRST_LOSSES[name](size, classes), tolerance, atol=0):
                return FirstLoss(name, size)
    return FirstLoss("other", 0)


def _whole_sizes(loss, classes):
    """Batch sizes that might explain a loss: the usual ones, then those that do so to six digits.

    There are so many whole numbers that one of them is near any logarithm.
    """
    due = np.log(classes)
    sizes = [abs(loss) / due]
    if 0 < loss < np.log(10_000):
        sizes += [np.exp(loss), np.exp(loss) / classes]
    whole = [round(size) for size in sizes if size < 1e7 and abs(size - round(size)) < 1e-6 * size]
    return [*USUAL_BATCHES, *(size for size in whole if size > 1)]


def name_outcome(error, predicted_classes, classes):
    """Name what a run has come to.

    Parameters
    ----------
    error : float
        Its error rate, in [0, 1].
    predicted_classes : int
        How many different classes it predicts.
    classes : int
        K, taken to be balanced: chance is an error of 1 - 1/K.

    Returns
    -------
    str
        "constant"; "below chance", which leaves less than half of the right answers that chance
        gives; "learns", less than two thirds of chance's error; or "near chance".
    """
    if predicted_classes == 1:
        return "constant"
    chance = 1 - 1 / classes
    if error > 1 - (1 - chance) / 2:
        return "below chance"
    return "learns" if error < chance * 2 / 3 else "near chance"


def name_trend(losses):
    """Name how a loss curve goes: "not finite", "flat", "rises", "falls" or "wanders".

    Parameters
    ----------
    losses : ndarray, shape (steps,)

    Returns
    -------
    str
    """
    if not np.isfinite(losses).all():
        return "not finite"
    if np.ptp(losses) < 1e-4 * abs(losses[0]):
        return "flat"
    tail, start = late_mean(losses), losses[0]
    if abs(tail - start) < 0.01 * abs(start):
        return "wanders"
    return "rises" if tail > start else "falls"


def late_mean(losses):
    """The mean of the last tenth of the losses.

    Parameters
    ----------
    losses : ndarray, shape (steps,)

    Returns
    -------
    float
    """
    return float(np.mean(losses[-max(1, len(losses) // 10) :]))
