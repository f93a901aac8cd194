"""Why the wrong sign makes one class win: the quantities of the proposition in notebook 06.

With the sign flipped, a full-batch step changes the gap between two logits at an image x by a sum
over the training samples, each weighted with kappa(x_i, x) = x_i . x + 1. Pixels are not negative,
so every weight is at least 1: every sample pulls every image the same way.
"""

import numpy as np

from helpers.softmax_regression import log_softmax


def pull(X, Y, images):
    """How much the samples of each class resemble an image: sums of kappa(x_i, x) = x_i . x + 1.

    Parameters
    ----------
    X : ndarray, shape (N, D)
        Training samples.
    Y : ndarray, shape (N, K)
        One-hot labels.
    images : ndarray, shape (M, D)

    Returns
    -------
    ndarray, shape (M, K)
        Entry (m, k): the sum of kappa(x_i, images[m]) over the samples i of class k.
    """
    return images @ (X.T @ Y) + Y.sum(axis=0)


def absorbing_bound(X, Y, images, k):
    """The largest eps at which "all is class k" cannot be left any more.

    Half the share of the pull that comes from samples outside class k, at the image where it is
    least.

    Parameters
    ----------
    X, Y, images : ndarray
        As in ``pull``.
    k : int
        The winning class.

    Returns
    -------
    float
        At most 1/2. Not above 0 means that the proposition says nothing; above 0 it says something
        only where every kappa is above 0, as with pixels that are not negative.
    """
    pulls = pull(X, Y, images)
    return float(np.min((pulls.sum(axis=1) - pulls[:, k]) / pulls.sum(axis=1)) / 2)


def shortfall(W, b, X, k):
    """How far the least convinced sample is from "class k": the largest 1 - p_ik.

    Parameters
    ----------
    W, b, X : ndarray
        As in ``loss_and_gradients``.
    k : int

    Returns
    -------
    float
        In [0, 1]; computed as the sum of the other classes' probabilities, which does not round
        to 0 as 1 - p does.
    """
    P = np.exp(log_softmax(X @ W + b))
    return float(np.delete(P, k, axis=1).sum(axis=1).max())
