"""The second derivatives of the mean cross-entropy, and Newton's method with them.

Source: Bishop, *Pattern Recognition and Machine Learning*, section 4.3.4; block (j, k) is his
(4.110) divided by N, without the minus that is printed there.
"""

import numpy as np

from helpers.softmax_regression import loss_and_gradients, softmax
from helpers.threads import one_blas_thread


def hessian(W, b, X):
    """All second derivatives of the mean cross-entropy. Labels do not enter.

    Parameters
    ----------
    W : ndarray, shape (D, K)
    b : ndarray, shape (K,)
    X : ndarray, shape (N, D)

    Returns
    -------
    ndarray, shape (K (D + 1), K (D + 1))
        Made of K x K blocks, one for each pair of classes. A block's rows and columns are the D
        features and, last, the bias: the order of ``stack``.
    """
    N, K = len(X), W.shape[1]
    A = np.column_stack([X, np.ones(N)])  # the bias is the weight of a feature that is always 1
    P = softmax(X @ W + b)
    blocks = [
        [A.T @ ((P[:, j] * ((j == k) - P[:, k]))[:, np.newaxis] * A) / N for k in range(K)]
        for j in range(K)
    ]
    return np.block(blocks)


def stack(W, b):
    """Weights and biases as one vector, class after class, each with its bias last.

    Parameters
    ----------
    W : ndarray, shape (D, K)
    b : ndarray, shape (K,)

    Returns
    -------
    ndarray, shape (K (D + 1),)
    """
    return np.vstack([W, b]).T.ravel()


def unstack(vector, classes):
    """The inverse of ``stack``.

    Parameters
    ----------
    vector : ndarray, shape (K (D + 1),)
    classes : int
        K.

    Returns
    -------
    W : ndarray, shape (D, K)
    b : ndarray, shape (K,)
    """
    both = vector.reshape(classes, -1).T
    return both[:-1], both[-1]


@one_blas_thread
def newton_step(W, b, X, Y, weight_decay=0.0):
    """To the lowest point of the parabola that fits the loss at W, b.

    The Hessian is singular: least squares takes the shortest of the steps that lead there.

    Parameters
    ----------
    W : ndarray, shape (D, K)
    b : ndarray, shape (K,)
    X : ndarray, shape (N, D)
    Y : ndarray, shape (N, K)
    weight_decay : float
        The loss is the mean cross-entropy plus ``weight_decay / 2`` times the sum of the squares
        of W. Biases do not decay.

    Returns
    -------
    W, b : ndarray
        New arrays.
    """
    _, dW, db = loss_and_gradients(W, b, X, Y)
    gradient = stack(dW + weight_decay * W, db)
    curvature = hessian(W, b, X) + weight_decay * np.diag(stack(np.ones_like(W), 0 * b))
    step = np.linalg.lstsq(curvature, gradient, rcond=None)[0]
    step_W, step_b = unstack(step, W.shape[1])
    return W - step_W, b - step_b
