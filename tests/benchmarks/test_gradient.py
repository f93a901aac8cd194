"""How long one gradient takes, beside its own two matrix products and beside other libraries.

    python -m pytest tests/benchmarks -n 0 -p benchmark

Not in the default run: a time is a fact about a machine, not about the code. One BLAS thread. The
floor is X @ W and X.T @ R, as NumPy runs them. scikit-learn takes (R.T @ X).T in place of X.T @ R,
which is faster in float64 at large N by the order of one product; ours stays as the formula has it.
PyTorch and JAX are timed where they are installed. On a busy machine add
`--benchmark-timer=time.process_time`: the ratios are then those of processor time.
"""

import importlib

import numpy as np
import pytest

from helpers.softmax_regression import loss_and_gradients
from helpers.threads import one_blas_thread

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
CASES = [(N, dtype) for dtype in ("float64", "float32") for N in (100, 6000, 60_000)]


@pytest.fixture(scope="module", params=CASES, ids=lambda case: f"{case[1]}-{case[0]}")
def case(request):
    N, dtype = request.param
    return f"N = {N}, {dtype}", problem(N, np.dtype(dtype).type)


@pytest.mark.parametrize("way", WAYS)
def test_one_gradient(benchmark, case, way):
    benchmark.group, point = case
    run = WAYS[way](*point)
    with one_blas_thread:
        benchmark(run)


@pytest.mark.parametrize("way", ["ours", "scikit_learn", "pytorch", "jax"])
def test_all_of_them_compute_the_same(way):
    """A time means nothing beside another one if the numbers differ."""
    W, b, X, Y = problem(50, np.float64)
    _, dW, _ = loss_and_gradients(W, b, X, Y)
    found = [np.asarray(part) for part in _gradients(way, WAYS[way](W, b, X, Y)())]
    np.testing.assert_allclose(found[0], dW, rtol=1e-6, atol=1e-12)


def _gradients(way, answer):
    """What the library answers, as dW first."""
    if way == "ours":
        return answer[1:]
    if way == "scikit_learn":
        return (answer[1][:, :-1].T,)
    return answer if way == "pytorch" else answer[1]
