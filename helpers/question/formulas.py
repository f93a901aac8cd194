"""The question's formulas, implemented to the letter: math.stackexchange 2742660.

Its names are kept: X holds one sample a row, Y one label a **column**, softmax by its definition,
L = sum_i Y_i . ln(Yhat_i) without a minus, gradients summed over the batch, and gradient descent.
The question shows no code. Ten classes follow from "90 % is as good as guessing"; the rest of
``descend`` (zero start, learning rate, batches) is what most people would write.
"""

import numpy as np


def predict_probabilities(W, b, X):
    """Yhat, the question's softmax(X W + b), by the definition of softmax.

    Parameters
    ----------
    W : ndarray, shape (D, K)
    b : ndarray, shape (K,)
    X : ndarray, shape (N, D)

    Returns
    -------
    ndarray, shape (N, K)
    """
    E = np.exp(X @ W + b)
    return E / E.sum(axis=1, keepdims=True)


def objective(W, b, X, Y):
    """The question's L = sum_i Y_i . ln(Yhat_i): the log-likelihood, at most 0.

    Parameters
    ----------
    W, b, X : ndarray
        As in ``predict_probabilities``.
    Y : ndarray, shape (K, N)
        One-hot labels, one column a sample.

    Returns
    -------
    float
        In nats.
    """
    return (Y.T * np.log(predict_probabilities(W, b, X))).sum()


def gradients(W, b, X, Y):
    """The question's result: X^T (Y^T - Yhat) and 1 (Y^T - Yhat).

    Parameters
    ----------
    W, b, X, Y : ndarray
        As in ``objective``.

    Returns
    -------
    grad_W : ndarray, shape (D, K)
    grad_b : ndarray, shape (K,)
    """
    Y_hat = predict_probabilities(W, b, X)
    return X.T @ (Y.T - Y_hat), np.ones(len(X)) @ (Y.T - Y_hat)


def descend(X, Y, *, learning_rate=1e-4, batch_size=100, epochs=5, seed=0):
    """Stochastic gradient descent with the question's gradients.

    Parameters
    ----------
    X : ndarray, shape (N, D)
    Y : ndarray, shape (K, N)
        One-hot labels, one column a sample.
    learning_rate : float
        Small, since the gradients are sums over the batch.
    batch_size, epochs, seed : int

    Returns
    -------
    W : ndarray, shape (D, K)
    b : ndarray, shape (K,)
    objectives : ndarray, shape (steps,)
        L of each batch before its update, divided by the batch size so that batches compare.
    """
    rng = np.random.default_rng(seed)
    W, b, objectives = np.zeros((X.shape[1], len(Y))), np.zeros(len(Y)), []
    with np.errstate(all="ignore"):  # a lesson, not a mishap: overflow is part of the story
        for _epoch in range(epochs):
            order = rng.permutation(len(X))
            for start in range(0, len(X), batch_size):
                batch = order[start : start + batch_size]
                grad_W, grad_b = gradients(W, b, X[batch], Y[:, batch])
                objectives.append(objective(W, b, X[batch], Y[:, batch]) / len(batch))
                W = W - learning_rate * grad_W
                b = b - learning_rate * grad_b
    return W, b, np.array(objectives)
