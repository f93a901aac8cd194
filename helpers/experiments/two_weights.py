"""Two classes in a plane: the smallest problem on which descent and Newton's method can race.

There are two features, and each sample x of class 1 has a mirror image -x of class 0. So the bias
stays at 0, and since the weights of the two classes sum to 0 from a zero start on, the two
differences W[:, 1] - W[:, 0] tell all: a point in a plane.
"""

import functools
from typing import NamedTuple

import numpy as np

from helpers.question import newton_step
from helpers.softmax_regression import loss_and_gradients, one_hot, step

NEWTON_STEPS = 10


class Path(NamedTuple):
    """Where a method went.

    Attributes
    ----------
    points : ndarray, shape (steps + 1, 2)
        W[:, 1] - W[:, 0], before the first step and after each.
    gaps : ndarray, shape (steps + 1,)
        The loss there less the least loss, in nats; at least 1e-17.
    """

    points: np.ndarray
    gaps: np.ndarray


def plane_data(stretch=1.0):
    """The samples: 25 of class 1 and their mirror images.

    Parameters
    ----------
    stretch : float
        What the second feature is multiplied by.

    Returns
    -------
    X : ndarray, shape (50, 2)
    Y : ndarray, shape (50, 2)
    """
    half = np.random.default_rng(3).normal((0.8, 0.5), 1.0, size=(25, 2))
    X = np.concatenate([half, -half]) * (1.0, stretch)
    return X, one_hot(np.repeat([1, 0], 25), 2)


def loss_at(point, X, Y):
    """The mean cross-entropy at a point of the plane.

    Parameters
    ----------
    point : array_like, shape (2,)
    X, Y : ndarray
        As from ``plane_data``.

    Returns
    -------
    float
    """
    W = np.outer(point, (-0.5, 0.5))
    return loss_and_gradients(W, np.zeros(2), X, Y)[0]


def descent_path(learning_rate, steps, stretch=1.0, *, uphill=False):
    """Full-batch gradient descent from zero.

    Parameters
    ----------
    learning_rate : float
    steps : int
    stretch : float
    uphill : bool
        Whether the sign is the wrong one.

    Returns
    -------
    Path
    """
    rate = -learning_rate if uphill else learning_rate
    return _walk(lambda W, b, X, Y: step(W, b, X, Y, rate), steps, stretch)


@functools.cache
def newton_path(stretch=1.0):
    """Newton's method from zero, ten steps.

    Parameters
    ----------
    stretch : float

    Returns
    -------
    Path
    """
    return _walk(newton_step, NEWTON_STEPS, stretch)


def _walk(move, steps, stretch):
    X, Y = plane_data(stretch)
    W, b, points = np.zeros((2, 2)), np.zeros(2), []
    for _ in range(steps + 1):
        points.append(W[:, 1] - W[:, 0])
        W, b = move(W, b, X, Y)
    losses = np.array([loss_at(point, X, Y) for point in points])
    return Path(np.array(points), np.maximum(losses - _least(stretch), 1e-17))


@functools.cache
def _least(stretch):
    """The least loss: where Newton's method stands still."""
    X, Y = plane_data(stretch)
    W, b = np.zeros((2, 2)), np.zeros(2)
    for _ in range(NEWTON_STEPS):
        W, b = newton_step(W, b, X, Y)
    return loss_at(W[:, 1] - W[:, 0], X, Y)
