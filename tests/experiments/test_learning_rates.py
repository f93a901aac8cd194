"""The search for the largest stable rate, and the bounds it is compared with."""

import numpy as np
import pytest

from helpers import build, load_digits, loss_and_gradients, one_hot
from helpers.experiments.learning_rates import (
    curvature_met,
    falls_throughout,
    largest_eigenvalue,
    largest_stable_rate,
    try_rate,
)


@pytest.fixture(scope="module")
def few():
    digits = load_digits()
    return digits.X_train[::60], one_hot(digits.y_train[::60], 10)


def test_the_search_ends_at_the_boundary(few):
    rate = largest_stable_rate(*few)
    assert falls_throughout(rate, *few)
    assert not falls_throughout(1.01 * rate, *few)


def test_below_the_boundary_the_loss_falls_and_above_it_rises(few):
    rate = largest_stable_rate(*few)
    assert all(falls_throughout(rate * f, *few) for f in (0.001, 0.01, 0.1, 0.3, 0.6, 0.9))
    assert not any(falls_throughout(rate * f, *few) for f in (1.1, 1.5, 3, 10, 1000, 1e9))


@pytest.mark.parametrize("scale", [1, 255])
def test_the_promise_is_kept(few, scale):
    X, Y = scale * few[0], few[1]
    promised = 4 / largest_eigenvalue(X)
    assert falls_throughout(promised, X, Y, steps=50)
    assert largest_stable_rate(X, Y) > promised


@pytest.mark.parametrize("softmax", [[], ["naive-softmax"]])
def test_a_sum_divides_the_rate_by_the_batch_size(few, softmax):
    rate = largest_stable_rate(*few)
    summed = largest_stable_rate(*few, program=build(["sum-for-mean", *softmax]))
    assert rate / summed == pytest.approx(len(few[0]), rel=0.02)


def test_a_run_that_ends_in_nan_does_not_count_as_falling(few):
    X, Y = few
    program = build(["naive-softmax"])
    with np.errstate(all="ignore"):
        losses = program.train(255 * X, Y, learning_rate=1.0, batch_size=len(X), epochs=5).losses
    assert np.isnan(losses[-1])
    assert not falls_throughout(1.0, 255 * X, Y, program=program)


def test_the_search_says_when_there_is_nothing_to_find(few):
    with pytest.raises(ValueError, match="still falls at"):
        largest_stable_rate(*few, program=build(["update-dropped"]))
    with pytest.raises(ValueError, match="still rises at"):
        largest_stable_rate(*few, program=build(["ascent"]))


def _curvature(W, b, X, Y):
    """Largest eigenvalue of the Hessian, by power iteration on differences of gradients."""
    rng, h = np.random.default_rng(0), 1e-4
    direction = rng.normal(size=(len(W) + 1, W.shape[1]))
    for _ in range(100):
        direction /= np.linalg.norm(direction)
        V, v = h * direction[:-1], h * direction[-1]
        _, *up = loss_and_gradients(W + V, b + v, X, Y)
        _, *down = loss_and_gradients(W - V, b - v, X, Y)
        direction = np.vstack([up[0] - down[0], up[1] - down[1]]) / (2 * h)
    return np.linalg.norm(direction)


def test_the_curvature_is_a_tenth_of_the_eigenvalue_at_the_start(few):
    X, Y = few
    start = _curvature(np.zeros((784, 10)), np.zeros(10), X, Y)
    assert start == pytest.approx(largest_eigenvalue(X) / 10, rel=1e-4)


@pytest.mark.parametrize("seed", range(3))
def test_the_curvature_is_never_above_half_the_eigenvalue(few, seed):
    X, Y = few
    W = np.random.default_rng(seed).normal(scale=0.3, size=(784, 10))
    assert _curvature(W, np.zeros(10), X, Y) <= largest_eigenvalue(X) / 2


def test_the_bound_of_a_half_is_reached_by_two_classes():
    p = np.array([0.5, 0.5])
    assert np.linalg.eigvalsh(np.diag(p) - np.outer(p, p)).max() == pytest.approx(0.5)


def test_a_summed_loss_changes_no_weight():
    """The notebook says so of the sum: the update never looks at the loss."""
    digits = load_digits()
    ten = digits._replace(X_train=digits.X_train[::600], y_train=digits.y_train[::600])
    one = try_rate(0.01, ten, program=build(["sum-for-mean"]), batch_size=5, epochs=3)
    both = try_rate(
        0.01, ten, program=build(["sum-for-mean", "summed-loss"]), batch_size=5, epochs=3
    )
    assert np.array_equal(one.run.W, both.run.W)
    assert one.loss == both.loss
    assert not np.array_equal(one.run.losses, both.run.losses)


def test_the_curvature_met_is_that_of_the_loss_along_the_gradient():
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(12, 4)), np.eye(3)[np.arange(12) % 3]
    rate, h = 0.3, 1e-4
    W, b = np.zeros((4, 3)), np.zeros(3)
    for met in curvature_met(rate, X, Y, steps=3):
        _, dW, db = loss_and_gradients(W, b, X, Y)
        losses = [loss_and_gradients(W + t * dW, b + t * db, X, Y)[0] for t in (h, 0, -h)]
        second = (losses[0] - 2 * losses[1] + losses[2]) / h**2
        assert met == pytest.approx(rate * second / ((dW**2).sum() + (db**2).sum()), rel=1e-5)
        W, b = W - rate * dW, b - rate * db
