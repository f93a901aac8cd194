"""Losses that have a name: ln K, ln B, and what else a formula gives at the start or at the end."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

USUAL_BATCHES = (100, 64, 32, 128, 256, 16, 50, 10, 200, 20, 512, 8, 500, 1000, 1024, 6000, 60000)


@dataclass(frozen=True)
class LossFormula:
    """A loss that a formula gives.

    Attributes
    ----------
    name : str
        In the letters B (batch size) and K (classes).
    value : callable
        ``value(B, K)``, in nats.
    cause : str
        What the program computes that gives it.
    check : str
        The one measurement that tells it from others.
    notebook : str
        Where the course speaks of it.
    bugs : tuple of str
        Entries of the catalogue that do this.
    factor : str
        By what the loss is multiplied; empty if that is not it.
    batch, start : bool
        Whether B is in it; whether it is a *first* loss, at equal probabilities.
    """

    name: str
    value: Callable = field(repr=False)
    cause: str
    check: str
    notebook: str = "05"
    bugs: tuple = ()
    factor: str = ""
    batch: bool = False
    start: bool = True


def _clip(epsilon):
    return lambda B, K: -np.log(epsilon)


LOSSES = (
    LossFormula(
        "ln K", lambda B, K: np.log(K), "equal probabilities: the start, or nothing is learnt",
        "Print it again after ten steps. It does not fall: print W before and after one.",
        bugs=("update-dropped", "integer-weights"),
    ),
    LossFormula(
        "ln B", lambda B, K: np.log(B), "softmax runs over the samples of the batch",
        "P.sum(axis=1) is all ones in a right program; halve the batch: does the number change?",
        "03", ("softmax-over-batch",), batch=True,
    ),
    LossFormula(
        "ln(BK)", lambda B, K: np.log(B * K), "softmax runs over the whole batch at once",
        "P.sum() is N in a right program and 1 here.", "03", ("softmax-over-all",), batch=True,
    ),
    LossFormula(
        "-ln K", lambda B, K: -np.log(K), "the log-likelihood: the minus is lost",
        "The gradient check's ratio: -1 if only the loss lost it.", "04",
        ("loss-without-minus",), "-1",
    ),
    LossFormula(
        "B ln K", lambda B, K: B * np.log(K), "the loss is summed over the batch, not averaged",
        "Halve the batch: it halves.", "05", ("summed-loss",), "N", batch=True,
    ),
    LossFormula(
        "-B ln K", lambda B, K: -B * np.log(K), "the log-likelihood, summed over the batch",
        "Halve the batch: it halves.", "02", ("loss-without-minus", "summed-loss"), "-N",
        batch=True,
    ),
    LossFormula(
        "log10 K", lambda B, K: np.log10(K), "a logarithm to base 10",
        "Look for log10; P.sum(axis=1) is above 1 if it stands in the softmax.", "02",
        ("log-base-ten",),
    ),
    LossFormula(
        "log2 K", lambda B, K: np.log2(K), "a logarithm to base 2: the loss is in bits",
        "The gradient check's ratio: ln 2 if only the loss is in bits.", "02", factor="1/ln 2",
    ),
    LossFormula(
        "ln K / K", lambda B, K: np.log(K) / K, "a mean over all N x K entries",
        "Look for .mean() where .sum() / N is due.", "05", factor="1/K",
    ),
    LossFormula(
        "ln K - (K-1) ln(1 - 1/K)", lambda B, K: np.log(K) - (K - 1) * np.log1p(-1 / K),
        "the terms (1 - Y) log(1 - P) of K two-class losses are added",
        "Take the loss of one sample by hand: it is -log P of its class alone.", "02",
    ),
    LossFormula(
        "ln 2", lambda B, K: np.log(2.0), "two-class cross-entropy at probability 1/2",
        "Print P of the first batch: 1/2 everywhere is a sigmoid, 1/K a softmax.", "05",
    ),
    LossFormula(
        "K ln 2", lambda B, K: K * np.log(2), "K sigmoids at 1/2, their losses summed",
        "Print P of the first batch: 1/2 everywhere is a sigmoid, 1/K a softmax.", "05",
    ),
    LossFormula(
        "1 - 1/K", lambda B, K: 1 - 1 / K, "a squared error at equal probabilities",
        "Confident and wrong: a squared error stays below 2, a cross-entropy does not.", "02",
    ),
    LossFormula(
        "ln(1 + (K-1)/e)", lambda B, K: np.log1p((K - 1) / np.e),
        "the floor of a softmax that is applied twice",
        "Overfit ten samples: a right program goes to 0.", "02", ("softmax-twice",), start=False,
    ),
    *(
        LossFormula(
            f"-ln {text}", _clip(float(text)), f"P is cut off at {text} and the class is at 0",
            "Print P.max(axis=1): all 1 is saturated; then the order of clip's arguments.", "05",
            start=False,
        )
        for text in ("1e-12", "1e-7", "1e-8", "1e-15", "1e-10", "1e-9", "1e-6", "1e-5")
    ),
)  # fmt: skip


def name_loss(low, high, classes, at_start=False):
    """The formulas that give a loss between two bounds.

    Parameters
    ----------
    low, high : float
    classes : int
        K.
    at_start : bool
        Only formulas of a first loss.

    Returns
    -------
    list of (LossFormula, int)
        With the batch size, or 0 if there is none in it. Any whole batch size is taken where the
        bounds are close; otherwise those in use, the commonest first.
    """
    found = []
    for rank, formula in enumerate(f for f in LOSSES if f.start or not at_start):
        if not formula.batch:
            if low <= formula.value(0, classes) <= high:
                found.append((rank / 100, formula, 0))
            continue
        sizes = np.arange(2, 4097)
        values = formula.value(sizes, classes)
        fits = sizes[(values >= low) & (values <= high)].tolist()
        usual = [B for B in USUAL_BATCHES if low <= formula.value(B, classes) <= high]
        for B in usual or (
            fits if len(fits) == 1 and _sharp(formula, fits[0], classes, high - low) else []
        ):
            place = USUAL_BATCHES.index(B) if B in usual else 50
            found.append((1 + place + rank / 100, formula, B))
    return [(formula, B) for _, formula, B in sorted(found, key=lambda entry: entry[0])]


def _sharp(formula, B, classes, width):
    """Whether the bounds leave a hundredth of the way to the next batch size."""
    return width < 0.01 * abs(formula.value(B + 1, classes) - formula.value(B, classes))
