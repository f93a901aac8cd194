"""Why the wrong sign makes one class win: the quantities of the proposition in notebook 06.

With the sign flipped, a step changes the gap between two logits at an image x by a sum over the
samples of its batch, each weighted with kappa(x_i, x) = x_i . x + 1. Where pixels are not negative
every weight is at least 1: every sample pulls every image the same way.
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
    """The largest eps at which a step with the flipped sign cannot leave "all is class k".

    If every sample of the batch X has p_ik >= 1 - eps, then a_i is within [-2 eps, 0] for samples
    of class k and within [1 - 2 eps, 2] for all others. Where kappa is of both signs, the sum of
    kappa times a_i is therefore above 0 if, with its positive and negative parts,

        (1 - 2 eps) sum_(i not in k) kappa+ - 2 sum_(i not in k) kappa- > 2 eps sum_(i in k) kappa+

    Solved for eps, at the image where that is least. With kappa above 0 it is half the share of the
    pull that comes from samples outside class k.

    Parameters
    ----------
    X, Y, images : ndarray
        As in ``pull``; X, Y may be a batch.
    k : int
        The winning class.

    Returns
    -------
    float
        At most 1/2. Not above 0 means that the proposition says nothing.
    """
    pulls = pull(X, Y, images)
    against = np.zeros_like(pulls)  # the sums of kappa-, which are 0 where nothing is negative
    if X.min() < 0 or images.min() < 0:
        against = _negative_pull(X, Y, images)
    towards = pulls + against
    outside = np.arange(Y.shape[1]) != k
    left = towards[:, outside].sum(axis=1) - 2 * against[:, outside].sum(axis=1)
    return float(np.min(left / towards.sum(axis=1)) / 2)


def _negative_pull(X, Y, images, block=1000):
    """As ``pull``, of max(0, -kappa). Block by block: the whole table would not fit everywhere."""
    parts = []
    for start in range(0, len(images), block):
        kappa = images[start : start + block] @ X.T
        kappa += 1
        np.minimum(kappa, 0, out=kappa)
        parts.append(-(kappa @ Y))
    return np.concatenate(parts)


def shortfall(Z, k):
    """How far the least convinced sample is from "class k": the largest 1 - p_ik.

    Parameters
    ----------
    Z : ndarray, shape (N, K)
        Logits of the training samples.
    k : int

    Returns
    -------
    float
        In [0, 1]; computed as the sum of the other classes' probabilities, which does not round
        to 0 as 1 - p does.
    """
    P = np.exp(log_softmax(Z))
    return float(np.delete(P, k, axis=1).sum(axis=1).max())
