"""The error of a gradient check as its step goes from large to small: the V of notebook 04."""

from typing import NamedTuple

import numpy as np

from helpers.gradient_check import gradient_check


class GradientCurve(NamedTuple):
    """One gradient check a step, at the same point.

    Attributes
    ----------
    steps : ndarray, shape (S,)
        How far each entry was moved.
    errors : ndarray, shape (S,)
        The larger of the errors of W and b, relative to the norm of each; infinity where the
        difference is exactly 0.
    reports : tuple of GradientReport
    """

    steps: np.ndarray
    errors: np.ndarray
    reports: tuple

    @property
    def best(self):
        """Index of the step with the smallest error."""
        return int(np.nanargmin(self.errors))

    def at(self, step):
        """The report of the step nearest to ``step``, on a logarithmic scale.

        Parameters
        ----------
        step : float

        Returns
        -------
        GradientReport
        """
        return self.reports[np.abs(np.log(self.steps / step)).argmin()]


def gradient_curve(f, steps, method="central", **settings):
    """Check the gradients of ``f`` with one step after another.

    Parameters
    ----------
    f : callable
        As for ``gradient_check``.
    steps : array_like of float, shape (S,)
    method : {"central", "forward", "complex-step"}
    **settings
        Further arguments of ``gradient_check``.

    Returns
    -------
    GradientCurve
    """
    steps = np.asarray(steps, dtype=float)
    with np.errstate(all="ignore"):
        reports = tuple(
            gradient_check(f, method=method, step=float(step), **settings) for step in steps
        )
    return GradientCurve(steps, np.array([report.max_error for report in reports]), reports)


def typical_errors(f, steps, method="central", *, seeds=range(10), **settings):
    """The median, over several points, of the error at each step: a V without its wiggles.

    Parameters
    ----------
    f, steps, method
        As for ``gradient_curve``.
    seeds : iterable of int
        One point each.
    **settings
        Further arguments of ``gradient_check``.

    Returns
    -------
    ndarray, shape (S,)
    """
    curves = [gradient_curve(f, steps, method, seed=seed, **settings) for seed in seeds]
    return np.median([curve.errors for curve in curves], axis=0)
