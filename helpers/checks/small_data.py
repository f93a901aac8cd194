"""A small set of digits for quick checks, and a short run on it."""

import types
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from helpers.digits import CLASSES, SIDE, load_digits
from helpers.softmax_regression import one_hot

# Enough for a right program to learn from, and 10 ms a run.
SMALL_RUN = types.MappingProxyType({"learning_rate": 0.3, "batch_size": 20, "epochs": 5})


class SmallDigits(NamedTuple):
    """Digits for quick checks: X (200, 196), one-hot Y (200, 10), X_test (200, 196), y_test."""

    X: np.ndarray
    Y: np.ndarray
    X_test: np.ndarray
    y_test: np.ndarray


def small_digits(per_class=20):
    """The first digits of each class, every second pixel of every second row, sorted by class.

    Parameters
    ----------
    per_class : int

    Returns
    -------
    SmallDigits
        Fresh arrays: a program may write into them.
    """
    return SmallDigits(*(values.copy() for values in _small_digits(per_class)))


@lru_cache(maxsize=4)
def _small_digits(per_class):
    digits = load_digits()
    X, y = _first(digits.X_train, digits.y_train, per_class)
    X_test, y_test = _first(digits.X_test, digits.y_test, per_class)
    return SmallDigits(X, one_hot(y, CLASSES), X_test, y_test)


def _first(X, y, per_class):
    chosen = np.concatenate([np.flatnonzero(y == k)[:per_class] for k in range(CLASSES)])
    images = X[chosen].reshape(-1, SIDE, SIDE)[:, ::2, ::2]
    return np.ascontiguousarray(images).reshape(len(chosen), -1), y[chosen]


def small_run(program, data=None, **settings):
    """Train a program on the small digits.

    Parameters
    ----------
    program : Program, module or namespace
    data : SmallDigits, optional
    **settings
        Arguments of ``train``; where silent, ``SMALL_RUN``.

    Returns
    -------
    Run
    """
    data = small_digits() if data is None else data
    return program.train(*data, **{**SMALL_RUN, **settings})
