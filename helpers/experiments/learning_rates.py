"""How large may the learning rate be? Runs at one rate, a search for the largest, and a bound.

The runs are those of ``train``. The bound is that of gradient descent on a function whose second
derivative is at most L in every direction: with a rate below 2 / L no step raises it (Nesterov,
*Lectures on Convex Optimization*, section 2.1.5). L comes from the Hessian of the mean
cross-entropy, Bishop (4.110): the mean over samples of (diag p - p p^T) times x x^T.
"""

from typing import NamedTuple

import numpy as np

from helpers import softmax_regression
from helpers.run import Run

RATES = (1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1.0, 10.0)
_ROUNDING = 1e-12  # nats; sums in another order differ by 1e-15 or so
_RANGE = 1e-10, 1e10  # of the search; below it a rise drowns in rounding


class Trial(NamedTuple):
    """One training run and what it comes to.

    Attributes
    ----------
    run : Run
    loss : float
        Mean cross-entropy over all training samples after the last step, in nats. Computed by the
        right program, so that runs of different programs compare; NaN if the weights are.
    train_error : float
        Error rate on the training samples, in [0, 1].
    """

    run: Run
    loss: float
    train_error: float


def try_rate(learning_rate, data, *, program=softmax_regression, **settings):
    """Train once and measure the result on the whole training set.

    Parameters
    ----------
    learning_rate : float
    data : Digits
    program : Program or module
        Anything with ``train``.
    **settings
        Further arguments of ``train``.

    Returns
    -------
    Trial
    """
    X, y = data.X_train, data.y_train
    Y = softmax_regression.one_hot(y, int(y.max()) + 1)
    with np.errstate(all="ignore"):  # overflow is one of the results
        run = program.train(X, Y, data.X_test, data.y_test, learning_rate=learning_rate, **settings)
        loss, _, _ = softmax_regression.loss_and_gradients(run.W, run.b, X, Y)
        predicted = softmax_regression.predict(run.W, run.b, X)
    return Trial(run, float(loss), float(softmax_regression.error_rate(predicted, y)))


def full_batch_losses(learning_rate, X, Y, *, program=softmax_regression, steps=20):
    """The losses of full-batch gradient descent.

    Parameters
    ----------
    learning_rate : float
    X : ndarray of float, shape (N, D)
    Y : ndarray, shape (N, K)
    program : Program or module
    steps : int

    Returns
    -------
    ndarray, shape (steps,)
        In nats, each measured before its update. They may end in NaN.
    """
    with np.errstate(all="ignore"):
        run = program.train(X, Y, learning_rate=learning_rate, batch_size=len(X), epochs=steps)
    return run.losses


def rises(losses):
    """Where a sequence of losses rises by more than rounding, or stops being finite.

    Parameters
    ----------
    losses : ndarray, shape (steps,)

    Returns
    -------
    ndarray of int
        Indices i with ``losses[i + 1]`` above ``losses[i]``.
    """
    return np.flatnonzero(~(np.diff(losses) <= _ROUNDING))  # NaN compares false


def falls_throughout(learning_rate, X, Y, *, program=softmax_regression, steps=20):
    """Whether the loss of full-batch gradient descent never rises.

    Parameters
    ----------
    learning_rate, X, Y, program, steps
        As in ``full_batch_losses``.

    Returns
    -------
    bool
        False too if a loss is not finite.
    """
    losses = full_batch_losses(learning_rate, X, Y, program=program, steps=steps)
    return not rises(losses).size


def largest_stable_rate(X, Y, *, program=softmax_regression, steps=20, tolerance=0.01):
    """Search for the largest rate at which the loss of full-batch descent never rises.

    Doubling or halving from 1 finds two rates around it, bisection of their ratio the rest. It
    takes for granted that the loss falls at all rates below the boundary; proven is that only
    for rates below ``2 / L``.

    Parameters
    ----------
    X, Y, program, steps
        As in ``falls_throughout``.
    tolerance : float
        Relative.

    Returns
    -------
    float
        A rate at which the loss falls throughout, while at ``1 + tolerance`` times it, it rises.

    Raises
    ------
    ValueError
        If there is no such rate between 1e-10 and 1e10.
    """

    def falls(rate):
        return falls_throughout(rate, X, Y, program=program, steps=steps)

    low = 1.0
    factor = 2.0 if falls(low) else 0.5
    while falls(low) == falls(factor * low):
        low *= factor
        if not _RANGE[0] < low < _RANGE[1]:
            raise ValueError(f"the loss still {'falls' if factor > 1 else 'rises'} at {low:.0e}")
    low, high = sorted((low, factor * low))
    while high > (1 + tolerance) * low:
        middle = np.sqrt(low * high)
        low, high = (middle, high) if falls(middle) else (low, middle)
    return float(low)


def largest_eigenvalue(X):
    """The largest eigenvalue of A.T @ A / N, where A is X with a column of ones for the bias.

    The largest curvature of the loss is 1/K of it at W = 0, where p is uniform, and at most half
    of it anywhere: u.T (diag p - p p.T) u is the variance of the entries of u under p, and no
    variance exceeds a quarter of the squared range, which for a unit vector is at most 2
    (Popoviciu's inequality).

    Parameters
    ----------
    X : ndarray of float, shape (N, D)

    Returns
    -------
    float
    """
    A = np.column_stack([X, np.ones(len(X))])
    return float(np.linalg.norm(A, 2) ** 2 / len(A))


def curvature_met(learning_rate, X, Y, *, steps=20):
    """The curvature that full-batch descent meets in the direction of each step.

    To second order a step changes the loss by eta |g|^2 (c / 2 - 1), with c = eta g.T H g / |g|^2
    taken at its start. So 2 is where it stops falling, to that order.

    Parameters
    ----------
    learning_rate : float
    X : ndarray of float, shape (N, D)
    Y : ndarray, shape (N, K)
    steps : int

    Returns
    -------
    ndarray, shape (steps,)
        eta g.T H g / |g|^2 at the start of each step, from W = 0, b = 0.
    """
    W, b = np.zeros((X.shape[1], Y.shape[1])), np.zeros(Y.shape[1])
    met = np.empty(steps)
    for number in range(steps):
        _, dW, db = softmax_regression.loss_and_gradients(W, b, X, Y)
        P = softmax_regression.softmax(X @ W + b)
        move = X @ dW + db  # what the direction does to the logits
        # H is the mean of (diag p - p p.T) times x x.T, so g.T H g is a mean of variances.
        variance = (P * move**2).sum(axis=1) - (P * move).sum(axis=1) ** 2
        met[number] = learning_rate * variance.mean() / ((dW**2).sum() + (db**2).sum())
        W, b = W - learning_rate * dW, b - learning_rate * db
    return met
