"""Softmax regression trained by stochastic gradient descent: the program of this course.

Read it whole. Every notebook runs these lines, and every bug of the course is one of them changed.

Names, in every function: X (N, D) samples in rows, W (D, K) weights, b (K,) biases, Z (N, K)
logits, P (N, K) probabilities, Y (N, K) one-hot labels in rows, R (N, K) the residual P - Y.
Formulas: Bishop, *Pattern Recognition and Machine Learning*, section 4.3.4, (4.104) to (4.109).
"""

import numpy as np

from helpers.run import Run
from helpers.threads import one_blas_thread
from helpers.validation import check_labels, check_logits, check_predictions, check_training_data


def log_softmax(Z):
    """Logarithm of the softmax of each row, by log-sum-exp.

    Subtracting the row's maximum changes nothing in exact arithmetic and keeps ``exp`` below 1.

    Parameters
    ----------
    Z : array_like, shape (N, K)
        Logits. Integers of any kind are computed with as float64.

    Returns
    -------
    ndarray, shape (N, K)
        Log-probabilities in nats, all <= 0.

    Raises
    ------
    ValueError, TypeError
        If ``Z`` is not a matrix of numbers with at least one column.
    """
    Z = check_logits(Z)
    shifted = Z - Z.max(axis=1, keepdims=True)
    log_sum = np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return shifted - log_sum


def softmax(Z):
    """Probabilities from logits, row by row: exp(z_k) / sum_j exp(z_j).

    Parameters
    ----------
    Z : array_like, shape (N, K)
        Logits. Integers of any kind are computed with as float64.

    Returns
    -------
    ndarray, shape (N, K)
        Probabilities; each row sums to 1.

    Raises
    ------
    ValueError, TypeError
        As ``log_softmax``.
    """
    return np.exp(log_softmax(Z))


def one_hot(labels, classes):
    """Turn class numbers into rows with a single 1.

    Parameters
    ----------
    labels : array_like of int, shape (N,)
        Class numbers, 0 to ``classes - 1``.
    classes : int
        The number of classes, K.

    Returns
    -------
    ndarray of float64, shape (N, K)

    Raises
    ------
    ValueError, TypeError
        If ``labels`` is not a vector of integers in range.
    """
    labels = check_labels(labels, classes)
    return np.eye(classes)[labels]


def loss_and_gradients(W, b, X, Y):
    """Mean cross-entropy of a batch and its gradients.

    Nothing is checked here, so that the lines stay those of the formulas: labels of another shape
    that NumPy can broadcast, such as (N,) with N = K or (N, 1), give wrong numbers, and so do
    integer arrays too narrow for their own products (uint8 @ uint8). ``train`` checks its data, and
    ``gradient_check`` the shapes that come back.

    Parameters
    ----------
    W : ndarray, shape (D, K)
    b : ndarray, shape (K,)
    X : ndarray, shape (N, D)
    Y : ndarray, shape (N, K)
        One-hot labels, one row a sample; or probabilities in rows, which sum to 1.

    Returns
    -------
    loss : float
        Mean cross-entropy in nats, >= 0.
    dW : ndarray, shape (D, K)
        X.T @ (P - Y) / N (Bishop, 4.109, divided by N).
    db : ndarray, shape (K,)
        The column sums of (P - Y) / N.
    """
    N = len(X)
    Z = X @ W + b
    log_P = log_softmax(Z)
    P = np.exp(log_P)
    Y = Y.astype(P.dtype, copy=False)
    loss = -(Y * log_P).sum() / N
    R = P - Y
    dZ = R / N
    dW = X.T @ dZ
    db = dZ.sum(axis=0)
    return loss, dW, db


def descend(parameter, gradient, learning_rate):
    """Move one parameter a step against its gradient.

    Parameters
    ----------
    parameter, gradient : ndarray, of one shape
    learning_rate : float

    Returns
    -------
    ndarray
        A new array of that shape; ``parameter`` is untouched.
    """
    return parameter - learning_rate * gradient


def update(W, b, dW, db, learning_rate):
    """Move the weights and the biases a step downhill.

    Parameters
    ----------
    W, dW : ndarray, shape (D, K)
    b, db : ndarray, shape (K,)
    learning_rate : float

    Returns
    -------
    W, b : ndarray
        New arrays.
    """
    W = descend(W, dW, learning_rate)
    b = descend(b, db, learning_rate)
    return W, b


def step(W, b, X, Y, learning_rate):
    """One update of gradient descent on the batch X, Y. As bare as ``loss_and_gradients``.

    Parameters
    ----------
    W, b, X, Y : ndarray
        As in ``loss_and_gradients``.
    learning_rate : float

    Returns
    -------
    W, b : ndarray
        New arrays.
    """
    _, dW, db = loss_and_gradients(W, b, X, Y)
    return update(W, b, dW, db, learning_rate)


def predict(W, b, X):
    """The most probable class of each row of X. As bare as ``loss_and_gradients``.

    Parameters
    ----------
    W, b, X : ndarray
        As in ``loss_and_gradients``.

    Returns
    -------
    ndarray of int, shape (N,)
        In a tie the smallest class; in a row with NaN the first NaN (NumPy's ``argmax``).
    """
    scores = X @ W + b
    return scores.argmax(axis=1)


def error_rate(predicted, labels):
    """Fraction of predictions that are wrong.

    Parameters
    ----------
    predicted, labels : ndarray of int, shape (N,)

    Returns
    -------
    float
        In [0, 1].

    Raises
    ------
    ValueError, TypeError
        If the two are not vectors of one length, or of kinds that can never be equal.
    """
    check_predictions(predicted, labels)
    wrong = predicted != labels
    return wrong.mean()


@one_blas_thread
def train(
    X,
    Y,
    X_test=None,
    y_test=None,
    *,
    learning_rate=0.1,
    batch_size=100,
    epochs=5,
    weight_decay=0.0,
    seed=0,
):
    """Mini-batch stochastic gradient descent from zero weights.

    Parameters
    ----------
    X : ndarray of float, shape (N, D)
    Y : ndarray, shape (N, K)
        One-hot labels, one row a sample.
    X_test : ndarray of float, shape (M, D), optional
        Images for the error rate after each epoch. Default: the training set.
    y_test : ndarray of int, shape (M,), optional
        Their class numbers.
    learning_rate, weight_decay : float
        Each step subtracts ``learning_rate * (dW + weight_decay * W)``; biases do not decay.
    batch_size, epochs : int
        The last batch of an epoch holds what is left.
    seed : int
        Decides the order of the samples, nothing else.

    Returns
    -------
    Run

    Raises
    ------
    ValueError, TypeError
        If the data do not fit together; raised before the first step.
    """
    check_training_data(X, Y, X_test, y_test, learning_rate, batch_size, epochs, weight_decay)
    # A NumPy scalar would turn float32 into float64.
    learning_rate, weight_decay = float(learning_rate), float(weight_decay)
    X_test, y_test = (X, Y.argmax(axis=1)) if X_test is None else (X_test, y_test)
    rng = np.random.default_rng(seed)
    labels = Y.T  # one column a sample, as in the question
    W = np.zeros((X.shape[1], len(labels)), dtype=X.dtype)
    b = np.zeros(len(labels), dtype=X.dtype)
    losses, error_rates = [], []
    for _epoch in range(epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            X_batch = X[batch]
            Y_batch = labels[:, batch].T
            loss, dW, db = loss_and_gradients(W, b, X_batch, Y_batch)
            losses.append(loss)
            dW = dW + weight_decay * W
            W, b = update(W, b, dW, db, learning_rate)
        predicted = predict(W, b, X_test)
        error_rates.append(error_rate(predicted, y_test))
    return Run(W, b, np.array(losses), np.array(error_rates), predicted)
