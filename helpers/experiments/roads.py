"""The five roads to exactly 90.00 %, and what can be observed along each."""

from typing import NamedTuple

import numpy as np

from helpers.bugs import build
from helpers.softmax_regression import one_hot
from helpers.symptoms import observe

ROADS = {
    "collapse": ("wrong-sign",),
    "overflow": ("wrong-sign", "naive-softmax"),
    "raw pixels": ("raw-pixels", "naive-softmax"),
    "ties": ("update-dropped",),
    "metric": ("metric-broadcast",),
}


class Facts(NamedTuple):
    """What a run shows to somebody who does not know its road.

    Attributes
    ----------
    error : float
        The error rate that the program reports.
    classes : int
        How many different classes it predicts.
    first_non_finite_step : int or None
        The step at which the loss is first NaN or infinite.
    ratio : float
        Analytic over numeric gradient of W on a small probe.
    largest_weight : float
        Largest absolute weight after training; NaN if one is NaN.
    compared : int
        How many comparisons the metric averages for the 2000 test images.
    """

    error: float
    classes: int
    first_non_finite_step: int | None
    ratio: float
    largest_weight: float
    compared: int


def walk(road, digits, *, seed=0):
    """Run a program that ends at 90.00 % and note what shows.

    Parameters
    ----------
    road : str
        A key of ``ROADS``.
    digits : Digits
    seed : int

    Returns
    -------
    Facts

    Raises
    ------
    KeyError
        If there is no such road.
    """
    if road not in ROADS:
        raise KeyError(f"no road {road!r}; there are {', '.join(ROADS)}")
    program = build(ROADS[road])
    Y = one_hot(digits.y_train, 10)
    seen = observe(program, digits.X_train, Y, digits.X_test, digits.y_test, seed=seed)
    return Facts(
        seen.run.error,
        int((seen.counts > 0).sum()),
        seen.run.first_non_finite_step,
        seen.probe.ratios["W"],
        float(np.abs(seen.run.W).max()),
        _comparisons(program, seen.run.predictions, digits.y_test),
    )


def _comparisons(program, predictions, labels):
    """Count the entries that the program's metric averages, by watching its mean."""

    class Watched(np.ndarray):
        sizes = []  # noqa: RUF012  (one call, one list)

        def mean(self, *args, **kwargs):
            Watched.sizes.append(self.size)
            return super().mean(*args, **kwargs)

    program.error_rate(predictions.view(Watched), labels)
    return Watched.sizes[0]
