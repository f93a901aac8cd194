"""What one training run leaves behind."""

from typing import NamedTuple

import numpy as np


class Run(NamedTuple):
    """The weights and the record of one call of ``train``.

    Attributes
    ----------
    W : ndarray, shape (D, K)
        Weights after the last step.
    b : ndarray, shape (K,)
        Biases after the last step.
    losses : ndarray, shape (steps,)
        Mean cross-entropy of each batch in nats, measured before its update.
    error_rates : ndarray, shape (epochs,)
        Fraction of wrong predictions after each epoch, in [0, 1].
    predictions : ndarray of int, shape (M,)
        The predicted class of each test image after the last epoch.
    """

    W: np.ndarray
    b: np.ndarray
    losses: np.ndarray
    error_rates: np.ndarray
    predictions: np.ndarray

    @property
    def error(self):
        """Error rate after the last epoch, in [0, 1]."""
        return float(self.error_rates[-1])

    @property
    def first_non_finite_step(self):
        """1-based step at which the loss first is NaN or infinite; ``None`` if it never is."""
        bad = np.flatnonzero(~np.isfinite(self.losses))
        return int(bad[0]) + 1 if bad.size else None
