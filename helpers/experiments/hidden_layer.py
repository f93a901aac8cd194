"""A hidden layer below the softmax: the network of notebook 08, and its training.

Names, beside those of the course: M hidden units, W1 (D, M) and b1 (M,) below them, W2 (M, K) and
b2 (K,) above, A = X W1 + b1, H = tanh A (N, M).
"""

import numpy as np

from helpers.softmax_regression import log_softmax
from helpers.threads import one_blas_thread


def network(W1, b1, W2, b2, X, Y):
    """Mean cross-entropy of softmax(tanh(X W1 + b1) W2 + b2), and its gradients.

    Parameters
    ----------
    W1 : ndarray, shape (D, M)
    b1 : ndarray, shape (M,)
    W2 : ndarray, shape (M, K)
    b2 : ndarray, shape (K,)
    X : ndarray, shape (N, D)
    Y : ndarray, shape (N, K)

    Returns
    -------
    loss : float
    dW1, db1, dW2, db2 : ndarray
        Each of the shape of its parameter.
    """
    N = len(X)
    A = X @ W1 + b1
    H = np.tanh(A)
    Z = H @ W2 + b2
    log_P = log_softmax(Z)
    loss = -(Y * log_P).sum() / N
    dZ = (np.exp(log_P) - Y) / N
    dW2 = H.T @ dZ
    db2 = dZ.sum(axis=0)
    dH = dZ @ W2.T
    dA = dH * (1 - H**2)
    dW1 = X.T @ dA
    db1 = dA.sum(axis=0)
    return loss, dW1, db1, dW2, db2


def start(D, M, K, seed=0):
    """Random weights, of a size that keeps sums of D or M terms near 1; zero biases.

    Parameters
    ----------
    D, M, K : int
    seed : int

    Returns
    -------
    tuple of ndarray
        W1, b1, W2, b2.
    """
    rng = np.random.default_rng(seed)
    W1, W2 = rng.normal(size=(D, M)) / np.sqrt(D), rng.normal(size=(M, K)) / np.sqrt(M)
    return W1, np.zeros(M), W2, np.zeros(K)


@one_blas_thread
def descend_network(f, parameters, X, Y, *, learning_rate=0.1, epochs=5, seed=0):
    """Stochastic gradient descent in batches of 100, with any function like ``network``.

    Parameters
    ----------
    f : callable
    parameters : tuple of ndarray
        W1, b1, W2, b2 to start from; left untouched.
    X : ndarray, shape (N, D)
    Y : ndarray, shape (N, K)
    learning_rate : float
    epochs, seed : int

    Returns
    -------
    parameters : tuple of ndarray
    losses : ndarray, shape (steps,)
        Each before its update.
    """
    rng, losses = np.random.default_rng(seed), []
    for _epoch in range(epochs):
        order = rng.permutation(len(X))
        for batch in np.split(order, range(100, len(X), 100)):
            loss, *gradients = f(*parameters, X[batch], Y[batch])
            losses.append(loss)
            pairs = zip(parameters, gradients, strict=True)
            parameters = tuple(p - learning_rate * g for p, g in pairs)
    return parameters, np.array(losses)


def hidden(parameters, X):
    """What the hidden units say.

    Parameters
    ----------
    parameters : tuple of ndarray
        W1, b1, W2, b2.
    X : ndarray, shape (N, D)

    Returns
    -------
    ndarray, shape (N, M)
        In [-1, 1].
    """
    W1, b1, _, _ = parameters
    return np.tanh(X @ W1 + b1)


def predict_network(parameters, X):
    """The most probable class of each row of X.

    Parameters
    ----------
    parameters, X
        As in ``hidden``.

    Returns
    -------
    ndarray of int, shape (N,)
    """
    _, _, W2, b2 = parameters
    return (hidden(parameters, X) @ W2 + b2).argmax(axis=1)
