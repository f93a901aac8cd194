"""Losses that a formula gives, at the start of a training or at its end: what they mean."""

from typing import NamedTuple

import numpy as np

from helpers.symptoms import FIRST_LOSSES, USUAL_BATCHES, WITH_BATCH


class Meaning(NamedTuple):
    """What a program does whose loss is this formula's.

    Attributes
    ----------
    cause : str
        What is computed.
    check : str
        The one measurement that tells it from others.
    notebook : str
        Where the course speaks of it.
    """

    cause: str
    check: str
    notebook: str


_CLIPS = ("1e-12", "1e-7", "1e-8", "1e-15", "1e-10", "1e-9", "1e-6", "1e-5")
_HALF = "Print P of the first batch: 1/2 everywhere is a sigmoid, 1/K a softmax."
_HALVE = "Halve the batch: it halves."
MEANINGS = {
    "ln K": Meaning(
        "equal probabilities: the start, or nothing is learnt",
        "Print it again after ten steps. It does not fall: print W before and after one.",
        "05",
    ),
    "ln B": Meaning(
        "softmax runs over the samples of the batch",
        "P.sum(axis=1) is all ones in a right program; halve the batch: does the number change?",
        "03",
    ),
    "ln(BK)": Meaning(
        "softmax runs over the whole batch at once",
        "P.sum() is N in a right program and 1 here.",
        "03",
    ),
    "-ln K": Meaning(
        "the log-likelihood: the minus is lost",
        "The gradient check's ratio: -1 if only the loss lost it.",
        "04",
    ),
    "B ln K": Meaning("the loss is summed over the batch, not averaged", _HALVE, "05"),
    "-B ln K": Meaning("the log-likelihood, summed over the batch", _HALVE, "02"),
    "log10 K": Meaning(
        "a logarithm to base 10",
        "Look for log10; P.sum(axis=1) is above 1 if it stands in the softmax.",
        "02",
    ),
    "log2 K": Meaning(
        "a logarithm to base 2: the loss is in bits",
        "The gradient check's ratio: ln 2 if only the loss is in bits.",
        "02",
    ),
    "ln K / K": Meaning(
        "a mean over all N x K entries", "Look for .mean() where .sum() / N is due.", "05"
    ),
    "binary terms": Meaning(
        "the terms (1 - Y) log(1 - P) of K two-class losses are added",
        "Take the loss of one sample by hand: it is -log P of its class alone.",
        "02",
    ),
    "ln 2": Meaning("two-class cross-entropy at probability 1/2", _HALF, "05"),
    "K ln 2": Meaning("K sigmoids at 1/2, their losses summed", _HALF, "05"),
    "1 - 1/K": Meaning(
        "a squared error at equal probabilities",
        "Confident and wrong: a squared error stays below 2, a cross-entropy does not.",
        "02",
    ),
    "ln(1 + (K-1)/e)": Meaning(
        "the floor of a softmax that is applied twice",
        "Overfit ten samples: a right program goes to 0.",
        "02",
    ),
    **{
        f"-ln {text}": Meaning(
            f"P is cut off at {text} and the class is at 0",
            "Print P.max(axis=1): all 1 is saturated; then the order of clip's arguments.",
            "05",
        )
        for text in _CLIPS
    },
}
FORMULAS = {
    **FIRST_LOSSES,
    "ln 2": lambda B, K: np.log(2.0),
    "K ln 2": lambda B, K: K * np.log(2.0),
    "1 - 1/K": lambda B, K: 1 - 1 / K,
    "ln(1 + (K-1)/e)": lambda B, K: np.log1p((K - 1) / np.e),
    **{f"-ln {text}": lambda B, K, text=text: -np.log(float(text)) for text in _CLIPS},
}


def name_loss(low, high, classes):
    """The formulas that give a loss between two bounds.

    Parameters
    ----------
    low, high : float
    classes : int
        K.

    Returns
    -------
    list of (str, int)
        Keys of ``FORMULAS``, with the batch size, or 0 if there is none in it. First those without,
        then the usual sizes, the commonest first; any other where the bounds leave one only.
    """
    plain = [name for name in FORMULAS if name not in WITH_BATCH]
    found = [(name, 0) for name in plain if low <= FORMULAS[name](1, classes) <= high]
    for B in USUAL_BATCHES:
        found += [(name, B) for name in WITH_BATCH if low <= FORMULAS[name](B, classes) <= high]
    for name in WITH_BATCH:
        sizes = np.arange(2, 4097)
        fits = sizes[_between(FORMULAS[name](sizes, classes), low, high)]
        # The bounds are to leave a hundredth of the way to the next size.
        if len(fits) == 1 and fits[0] not in USUAL_BATCHES:
            next_one = FORMULAS[name](fits[0] + 1, classes)
            if high - low < 0.01 * abs(next_one - FORMULAS[name](fits[0], classes)):
                found.append((name, int(fits[0])))
    return found


def _between(values, low, high):
    return (low <= values) & (values <= high)
