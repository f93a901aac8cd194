"""What the program keeps for every input: tested on shapes, scales and points drawn by hypothesis.

Features are of pixel scale, 0 to 1, and weights of a scale up to 2. P - Y cancels where the model
is already right, so a gradient carries an absolute rounding error of up to 5e-16, however small it
is. Relative errors are therefore asked of gradients with a norm of at least 0.05 (97 of 100 random
points); the absolute error is asked of all.
"""

import decimal

import numpy as np
import pytest

from helpers.gradient_check import gradient_check
from helpers.softmax_regression import log_softmax, loss_and_gradients, softmax, step

hypothesis = pytest.importorskip("hypothesis", reason="property tests need hypothesis")
st = hypothesis.strategies

# The same examples in every run, so that a run never fails by chance.
exactly = hypothesis.settings(deadline=None, derandomize=True, database=None, max_examples=150)

LEAST_NORM = 0.05


@st.composite
def points(draw, least_samples=1):
    """W, b, X, Y of random shape, scale and content."""
    samples = draw(st.integers(least_samples, 12), label="samples")
    features = draw(st.integers(1, 8), label="features")
    classes = draw(st.integers(2, 6), label="classes")
    scale = draw(st.floats(0, 2), label="scale")
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1), label="seed"))
    W = scale * rng.normal(size=(features, classes))
    b = scale * rng.normal(size=classes)
    X = rng.random((samples, features))
    Y = np.eye(classes)[rng.integers(classes, size=samples)]
    return W, b, X, Y


@st.composite
def logits(draw, largest=1e5):
    """Logits of random shape; some rows are mild, some reach ``largest``."""
    shape = draw(st.integers(1, 6)), draw(st.integers(1, 7))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    scales = largest * 10.0 ** -rng.integers(0, 8, size=(shape[0], 1))
    return np.clip(scales * rng.normal(size=shape), -largest, largest)


def exact_log_softmax(Z):
    """By the definition, in decimal arithmetic of 60 digits and unbounded exponents."""
    context = decimal.Context(prec=60, Emin=decimal.MIN_EMIN, Emax=decimal.MAX_EMAX)
    rows = []
    for row in Z.tolist():
        powers = [context.exp(decimal.Decimal(z)) for z in row]
        total = decimal.Decimal(0)
        for power in powers:
            total = context.add(total, power)
        rows.append([float(context.ln(context.divide(power, total))) for power in powers])
    return np.array(rows)


@exactly
@hypothesis.given(points(), st.sampled_from([("central", 1e-8), ("complex-step", 1e-14)]))
def test_gradients_equal_the_numeric_ones(point, method_and_bound):
    method, bound = method_and_bound
    report = gradient_check(loss_and_gradients, method=method, point=point)
    norms = [np.linalg.norm(gradient) for gradient in report.numeric.values()]
    hypothesis.assume(min(norms) >= LEAST_NORM)
    assert report.max_error <= bound


@exactly
@hypothesis.given(points(), st.sampled_from([("central", 2e-9), ("complex-step", 2e-15)]))
def test_gradients_equal_the_numeric_ones_however_small_they_are(point, method_and_bound):
    method, bound = method_and_bound
    report = gradient_check(loss_and_gradients, method=method, point=point)
    for name in "W", "b":
        assert np.abs(report.analytic[name] - report.numeric[name]).max() <= bound


@exactly
@hypothesis.given(logits())
def test_softmax_is_the_definition_even_at_huge_logits(Z):
    exact = exact_log_softmax(Z)
    assert np.isfinite(exact).all()
    np.testing.assert_allclose(log_softmax(Z), exact, rtol=1e-14, atol=1e-15)
    np.testing.assert_allclose(softmax(Z), np.exp(exact), rtol=1e-9, atol=1e-15)


@exactly
@hypothesis.given(logits())
def test_rows_of_softmax_are_probabilities(Z):
    P = softmax(Z)
    assert ((P >= 0) & (P <= 1)).all()
    np.testing.assert_allclose(P.sum(axis=1), 1, rtol=1e-14)


@exactly
@hypothesis.given(logits(largest=100), st.floats(-1e5, 1e5))
def test_a_shift_of_all_logits_changes_nothing(Z, shift):
    # Z + shift is rounded: to a unit in the last place of the shift.
    rounding = 4 * np.spacing(100 + abs(shift))
    np.testing.assert_allclose(log_softmax(Z + shift), log_softmax(Z), rtol=1e-14, atol=rounding)
    np.testing.assert_allclose(softmax(Z + shift), softmax(Z), rtol=0, atol=rounding)


@exactly
@hypothesis.given(points())
def test_rows_of_the_residual_sum_to_zero(point):
    W, b, X, Y = point
    residual = softmax(X @ W + b) - Y
    np.testing.assert_allclose(residual.sum(axis=1), 0, atol=1e-14)
    # So the gradients' columns sum to zero too: a constant on all logits is no direction.
    _, dW, db = loss_and_gradients(W, b, X, Y)
    np.testing.assert_allclose(dW.sum(axis=1), 0, atol=1e-14)
    np.testing.assert_allclose(db.sum(), 0, atol=1e-14)


@exactly
@hypothesis.given(points(), st.randoms(use_true_random=False))
def test_the_order_of_a_batch_does_not_matter(point, random):
    W, b, X, Y = point
    order = random.sample(range(len(X)), len(X))
    before = loss_and_gradients(W, b, X, Y)
    after = loss_and_gradients(W, b, X[order], Y[order])
    for one, other in zip(before, after, strict=True):
        np.testing.assert_allclose(other, one, rtol=1e-13, atol=1e-15)


@exactly
@hypothesis.given(points(), st.randoms(use_true_random=False))
def test_renaming_the_classes_renames_the_columns(point, random):
    W, b, X, Y = point
    order = random.sample(range(len(b)), len(b))
    loss, dW, db = loss_and_gradients(W, b, X, Y)
    renamed = loss_and_gradients(W[:, order], b[order], X, Y[:, order])
    for one, other in zip((loss, dW[:, order], db[order]), renamed, strict=True):
        np.testing.assert_allclose(other, one, rtol=1e-13, atol=1e-15)


@exactly
@hypothesis.given(points(least_samples=2), st.data())
def test_the_sum_over_parts_of_a_batch_is_the_whole(point, data):
    W, b, X, Y = point
    N = len(X)
    cut = data.draw(st.integers(1, N - 1), label="cut")
    whole = loss_and_gradients(W, b, X, Y)
    head = loss_and_gradients(W, b, X[:cut], Y[:cut])
    tail = loss_and_gradients(W, b, X[cut:], Y[cut:])
    for part, rest, total in zip(head, tail, whole, strict=True):
        np.testing.assert_allclose(cut * part + (N - cut) * rest, N * total, rtol=1e-13, atol=1e-14)


@exactly
@hypothesis.given(points())
def test_a_short_step_lowers_the_loss(point):
    W, b, X, Y = point
    loss, dW, db = loss_and_gradients(W, b, X, Y)
    assert loss >= 0
    # The Hessian is at most half the mean of |x|^2 + 1, the 1 for the bias. At a rate of one over
    # that, a step lowers the loss by rate / 2 times the squared gradient, or more.
    rate = 2 / ((X**2).sum(axis=1) + 1).mean()
    after, _, _ = loss_and_gradients(*step(W, b, X, Y, rate), X, Y)
    assert after <= loss - rate / 2 * ((dW**2).sum() + (db**2).sum()) + 1e-14 * (1 + loss)
