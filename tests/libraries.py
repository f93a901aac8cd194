"""The gradient by this course and by other libraries, on one problem: to time, and to compare.

Each way takes the problem and returns a function of nothing that computes once.
"""

import importlib

import numpy as np
import pytest

from helpers.softmax_regression import loss_and_gradients

D, K = 784, 10


def problem(N, dtype):
    rng = np.random.default_rng(0)
    W, b = rng.normal(scale=0.01, size=(D, K)).astype(dtype), np.zeros(K, dtype)
    return W, b, rng.random((N, D), dtype), np.eye(K, dtype=dtype)[rng.integers(K, size=N)]


def floor(W, b, X, Y):
    """The two products alone."""
    return lambda: (X @ W, X.T @ Y)


def ours(W, b, X, Y):
    return lambda: loss_and_gradients(W, b, X, Y)


def scikit_learn(W, b, X, Y):
    loss = pytest.importorskip("sklearn.linear_model._linear_loss", reason="needs scikit-learn")
    half = pytest.importorskip("sklearn._loss").HalfMultinomialLoss(n_classes=K)
    model = loss.LinearModelLoss(base_loss=half, fit_intercept=True)
    labels = Y.argmax(axis=1).astype(X.dtype)
    theta = np.asfortranarray(np.hstack([W.T, b[:, np.newaxis]]))
    return lambda: model.loss_gradient(theta, X, labels)


def pytorch(W, b, X, Y):
    torch = pytest.importorskip("torch", reason="needs PyTorch")
    torch.set_num_threads(1)
    W, b, X, Y = (torch.tensor(part) for part in (W, b, X, Y))
    W.requires_grad_(), b.requires_grad_()

    def run():
        W.grad = b.grad = None
        torch.nn.functional.cross_entropy(X @ W + b, Y).backward()
        return W.grad, b.grad

    return run


def jax(W, b, X, Y):
    jax = pytest.importorskip("jax", reason="needs JAX")
    jax.config.update("jax_enable_x64", True)
    log_softmax = importlib.import_module("jax.nn").log_softmax

    def loss(W, b):
        return -(Y * log_softmax(X @ W + b)).sum() / len(X)

    gradients = jax.jit(jax.value_and_grad(loss, (0, 1)))
    return lambda: jax.block_until_ready(gradients(W, b))


WAYS = {f.__name__: f for f in (floor, ours, scikit_learn, pytorch, jax)}


def gradients_of(way, answer):
    """What the library answers, as dW first."""
    if way == "ours":
        return answer[1:]
    if way == "scikit_learn":
        return (answer[1][:, :-1].T,)
    return answer if way == "pytorch" else answer[1]
