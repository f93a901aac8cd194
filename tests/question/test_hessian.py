"""The Hessian is the slope of the gradient, has the null directions it should, and leads home."""

import numpy as np
import pytest

from helpers import loss_and_gradients, softmax
from helpers.checks import small_digits
from helpers.gradient_check import random_point
from helpers.question import hessian, newton_step, stack, unstack


def measured_hessian(W, b, X, Y, h=1e-5):
    columns = []
    for move in np.eye(W.size + b.size):
        move_W, move_b = unstack(h * move, len(b))
        ends = [
            stack(*loss_and_gradients(W + s * move_W, b + s * move_b, X, Y)[1:]) for s in (1, -1)
        ]
        columns.append((ends[0] - ends[1]) / (2 * h))
    return np.array(columns).T


@pytest.mark.parametrize(("seed", "sizes"), [(0, (7, 5, 3)), (1, (4, 6, 5)), (2, (9, 3, 2))])
def test_it_is_the_slope_of_the_gradient_whatever_the_labels(seed, sizes):
    W, b, X, Y = random_point(seed, *sizes)
    H = hessian(W, b, X)
    for labels in (Y, np.roll(Y, 1, axis=1)):
        assert np.abs(H - measured_hessian(W, b, X, labels)).max() < 1e-9


def test_it_is_a_mean_of_kronecker_products():
    W, b, X, _ = random_point(0)
    A, P = np.column_stack([X, np.ones(len(X))]), softmax(X @ W + b)
    pairs = zip(P, A, strict=True)
    mean = sum(np.kron(np.diag(p) - np.outer(p, p), np.outer(a, a)) for p, a in pairs) / len(X)
    assert np.abs(hessian(W, b, X) - mean).max() < 1e-14


def test_stack_and_unstack_are_inverse():
    W, b, _, _ = random_point(0)
    found_W, found_b = unstack(stack(W, b), len(b))
    assert np.array_equal(found_W, W) and np.array_equal(found_b, b)


@pytest.mark.parametrize("sizes", [(7, 5, 3), (4, 6, 5), (60, 2, 3)])
def test_flat_is_what_moves_all_classes_alike_and_nothing_else(sizes):
    """Its nullity: one vector for all classes, and what no sample shows, for each class alone."""
    W, b, X, _ = random_point(0, *sizes)
    H = hessian(W, b, X)
    eigenvalues = np.linalg.eigvalsh(H)
    assert eigenvalues.min() > -1e-14
    D, K = W.shape
    rank = np.linalg.matrix_rank(np.column_stack([X, np.ones(len(X))]))
    assert (eigenvalues < 1e-12).sum() == K * (D + 1) - rank * (K - 1)
    v = np.random.default_rng(1).normal(size=D + 1)
    alike = np.outer(v[:-1], np.ones(K)), np.full(K, v[-1])
    assert np.abs(H @ stack(*alike)).max() < 1e-14
    assert np.allclose(softmax(X @ (W + alike[0]) + b + alike[1]), softmax(X @ W + b), atol=1e-14)
    turned = np.outer(np.ones(D), v[:K]) if D >= K else np.outer(np.ones(D), np.arange(K))
    assert np.abs(H @ stack(turned, 0 * b)).max() > 1e-3, "one vector added to every *row*"


DECAY = 1e-3


@pytest.fixture(scope="module")
def optimum():
    """Newton from zero on 200 digits of 49 pixels; the losses before each step."""
    data = small_digits()
    X, Y = data.X.reshape(-1, 7, 2, 7, 2).mean(axis=(2, 4)).reshape(-1, 49), data.Y
    W, b, losses = np.zeros((49, 10)), np.zeros(10), []
    for _ in range(10):
        losses.append(loss_and_gradients(W, b, X, Y)[0] + DECAY / 2 * (W**2).sum())
        W, b = newton_step(W, b, X, Y, DECAY)
    return W, b, X, Y, losses


def test_newton_takes_many_digits_a_step(optimum):
    W, b, X, Y, losses = optimum
    _, dW, db = loss_and_gradients(W, b, X, Y)
    assert max(np.abs(dW + DECAY * W).max(), np.abs(db).max()) < 1e-14
    gaps = np.array(losses) - losses[-1]
    far = gaps[gaps > 1e-13][-3:]  # the last three that are not rounding
    assert np.log10(far[2]) < 1.5 * np.log10(far[1]) < 1.5**2 * np.log10(far[0]) < -2


def test_the_shortest_step_moves_no_class_mean(optimum):
    W, b, *_ = optimum
    assert np.abs(W.sum(axis=1)).max() < 1e-12 and abs(b.sum()) < 1e-12


def test_scikit_learn_agrees(optimum):
    linear_model = pytest.importorskip("sklearn.linear_model", reason="needs scikit-learn")
    W, b, X, Y, losses = optimum
    strength = 1 / (DECAY * len(X))
    model = linear_model.LogisticRegression(C=strength, tol=1e-8, max_iter=10_000)
    model.fit(X, Y.argmax(axis=1))
    theirs = loss_and_gradients(model.coef_.T, model.intercept_, X, Y)[0]
    theirs += DECAY / 2 * (model.coef_**2).sum()
    assert abs(theirs - losses[-1]) < 1e-6
    assert np.abs(model.predict_proba(X) - softmax(X @ W + b)).max() < 1e-4


def test_scikit_learn_agrees_without_decay_where_classes_overlap():
    linear_model = pytest.importorskip("sklearn.linear_model", reason="needs scikit-learn")
    rng = np.random.default_rng(2)
    X, Y = rng.normal(size=(60, 2)), np.eye(3)[rng.integers(3, size=60)]
    W, b = np.zeros((2, 3)), np.zeros(3)
    for _ in range(8):
        W, b = newton_step(W, b, X, Y)
    model = linear_model.LogisticRegression(C=1e10, tol=1e-10, max_iter=10_000)
    model.fit(X, Y.argmax(axis=1))
    theirs = loss_and_gradients(model.coef_.T, model.intercept_, X, Y)[0]
    assert abs(theirs - loss_and_gradients(W, b, X, Y)[0]) < 1e-6
