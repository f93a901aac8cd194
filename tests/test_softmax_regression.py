"""The program: its values by hand, its peers, its types, its manners, and its training."""

import ast
import decimal
import inspect
import math

import numpy as np
import pytest

from helpers import softmax_regression as program
from helpers.digits import load_digits
from helpers.gradient_check import gradient_check, random_point
from helpers.run import Run
from helpers.softmax_regression import (
    descend,
    error_rate,
    log_softmax,
    loss_and_gradients,
    one_hot,
    predict,
    softmax,
    step,
    train,
    update,
)

SEEDS = range(5)


def samples(count=23, features=5, classes=3, seed=0, dtype=np.float64):
    """Points scattered about one centre a class, and their labels: easy, but not separable."""
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.arange(count) % classes)
    centres = rng.normal(size=(classes, features))
    X = centres[y] + rng.normal(size=(count, features))
    return X.astype(dtype), one_hot(y, classes), y


def read_only(*arrays):
    for array in arrays:
        array.setflags(write=False)
    return arrays


# ---- Values that a reader can work out ----------------------------------------------------------


def test_softmax_of_logarithms_are_the_shares():
    Z = np.log([[1.0, 2.0, 3.0], [5.0, 5.0, 10.0]])
    np.testing.assert_allclose(softmax(Z), [[1 / 6, 2 / 6, 3 / 6], [1 / 4, 1 / 4, 2 / 4]])
    np.testing.assert_allclose(np.exp(log_softmax(Z)), softmax(Z))


def test_one_sample_by_hand():
    # Logits ln 1 and ln 3, label 0: P = (1/4, 3/4), loss = ln 4, R = (-3/4, 3/4).
    W, b = np.array([[0.0, math.log(3)], [7.0, 7.0]]), np.zeros(2)
    X, Y = np.array([[1.0, 0.0]]), np.array([[1.0, 0.0]])
    loss, dW, db = loss_and_gradients(W, b, X, Y)
    assert loss == pytest.approx(math.log(4))
    np.testing.assert_allclose(dW, [[-0.75, 0.75], [0, 0]], atol=1e-16)
    np.testing.assert_allclose(db, [-0.75, 0.75])


def test_the_loss_and_the_gradients_are_means():
    W, b, X, Y = random_point(seed=1)
    once = loss_and_gradients(W, b, X, Y)
    twice = loss_and_gradients(W, b, np.vstack([X, X]), np.vstack([Y, Y]))
    for one, two in zip(once, twice, strict=True):
        np.testing.assert_allclose(two, one, rtol=1e-14, atol=1e-16)


@pytest.mark.parametrize("classes", [2, 3, 10, 1000])
def test_the_first_loss_is_the_logarithm_of_the_classes(classes):
    X, Y, _ = samples(classes=classes)
    loss, _, _ = loss_and_gradients(np.zeros((X.shape[1], classes)), np.zeros(classes), X, Y)
    assert loss == pytest.approx(math.log(classes), rel=1e-14)


def test_one_hot_rows():
    assert one_hot([2, 0], 3).tolist() == [[0, 0, 1], [1, 0, 0]]
    assert one_hot(np.array([], dtype=int), 3).shape == (0, 3)
    assert one_hot(np.array([1], dtype=np.uint8), 2).dtype == np.float64


def test_predict_takes_the_largest_and_of_equals_the_first():
    W, b = np.eye(3), np.zeros(3)
    X = np.array([[0.1, 0.2, 0.3], [0.2, 0.1, 0.2], [0, 0, 0], [0.1, np.nan, 9]])
    assert predict(W, b, X).tolist() == [2, 0, 0, 0]
    assert predict(W, np.array([0, 0, 5.0]), X[:2]).tolist() == [2, 2]


def test_error_rate_counts_the_wrong():
    assert error_rate(np.array([0, 1, 2, 2]), np.array([0, 1, 2, 0])) == 0.25


def test_a_step_goes_against_the_gradient():
    W, b, X, Y = random_point(seed=2)
    _, dW, db = loss_and_gradients(W, b, X, Y)
    new_W, new_b = step(W, b, X, Y, 0.5)
    np.testing.assert_array_equal(new_W, W - 0.5 * dW)
    np.testing.assert_array_equal(new_b, b - 0.5 * db)
    np.testing.assert_array_equal(update(W, b, dW, db, 0.5)[1], descend(b, db, 0.5))


# ---- The gradient, by differences and by peers --------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("method", "bound"), [("central", 1e-8), ("complex-step", 1e-14)])
def test_gradients_equal_the_numeric_ones(seed, method, bound):
    """A fixed few; test_program_properties.py draws them at random."""
    sizes = {"samples": 11, "features": 6, "classes": 4}
    for scale in (0, 1, 2):
        W, b, X, Y = random_point(seed, **sizes, scale=scale)
        report = gradient_check(loss_and_gradients, method=method, point=(W, b, abs(X), Y))
        assert report.max_error <= bound


@pytest.mark.parametrize("scale", [0, 1, 2])
def test_scikit_learn_has_the_same_loss_and_gradients(scale):
    reason = "needs scikit-learn"
    losses = pytest.importorskip("sklearn._loss", reason=reason)
    linear_loss = pytest.importorskip("sklearn.linear_model._linear_loss", reason=reason)
    W, b, X, Y = random_point(seed=3, samples=40, features=6, classes=4, scale=scale)
    peer = linear_loss.LinearModelLoss(losses.HalfMultinomialLoss(n_classes=4), fit_intercept=True)
    coefficients = np.asfortranarray(np.vstack([W, b]).T)  # a row a class, the bias last
    loss, gradient = peer.loss_gradient(coefficients, X, Y.argmax(axis=1).astype(float))
    ours = loss_and_gradients(W, b, X, Y)
    np.testing.assert_allclose(ours[0], loss, rtol=1e-14)
    np.testing.assert_allclose(np.vstack(ours[1:]), gradient.T, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("scale", [0, 1, 2])
def test_automatic_differentiation_gives_the_same_gradients(scale):
    autograd = pytest.importorskip("autograd", reason="needs autograd")
    anp = pytest.importorskip("autograd.numpy")
    W, b, X, Y = random_point(seed=4, samples=40, features=6, classes=4, scale=scale)

    def loss_of(W, b):
        E = anp.exp(anp.dot(X, W) + b)
        return -anp.mean(anp.log(anp.sum(Y * E, axis=1) / anp.sum(E, axis=1)))

    loss, dW, db = loss_and_gradients(W, b, X, Y)
    np.testing.assert_allclose(loss, loss_of(W, b), rtol=1e-14)
    np.testing.assert_allclose(dW, autograd.grad(loss_of, 0)(W, b), rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(db, autograd.grad(loss_of, 1)(W, b), rtol=1e-12, atol=1e-15)


# ---- Large numbers, types, manners --------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    "row", [[1e5, -1e5, 0.0], [-1e5, -1e5, -1e5], [1e5, 1e5, 99998.0], [-1e5, 0.5, -0.5]]
)
@pytest.mark.parametrize("label", [0, 1, 2])
def test_huge_logits_give_finite_and_right_losses(row, label, dtype):
    Z, Y = np.array([row], dtype=dtype), one_hot([label], 3)
    context = decimal.Context(prec=50, Emin=decimal.MIN_EMIN, Emax=decimal.MAX_EMAX)
    powers = [context.exp(decimal.Decimal(z)) for z in row]
    total = context.add(context.add(powers[0], powers[1]), powers[2])
    exact = -float(context.ln(context.divide(powers[label], total)))
    shares = [float(context.divide(power, total)) for power in powers]
    # With W = 1 and b = 0 the samples are the logits.
    loss, dW, db = loss_and_gradients(np.eye(3, dtype=dtype), np.zeros(3, dtype=dtype), Z, Y)
    eps = float(np.finfo(dtype).eps)
    assert loss == pytest.approx(exact, rel=4 * eps, abs=4 * eps)
    np.testing.assert_allclose(db, np.array(shares) - Y[0], rtol=0, atol=4 * eps)
    assert np.isfinite(dW).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_type_of_the_floats_is_kept_throughout(dtype):
    X, Y, _ = samples(dtype=dtype)  # labels stay float64
    W, b = np.ones((5, 3), dtype=dtype), np.ones(3, dtype=dtype)
    found = [*loss_and_gradients(W, b, X, Y), *step(W, b, X, Y, 0.1), softmax(X), log_softmax(X)]
    run = train(X, Y, batch_size=4, weight_decay=0.01)
    found += [run.W, run.b, run.losses]
    assert {values.dtype for values in found} == {np.dtype(dtype)}


def test_short_floats_train_to_nearly_the_same():
    X, Y, _ = samples()
    long, short = train(X, Y, batch_size=4), train(X.astype(np.float32), Y, batch_size=4)
    np.testing.assert_allclose(short.W, long.W, atol=1e-5)
    np.testing.assert_allclose(short.losses, long.losses, rtol=1e-5)


@pytest.mark.parametrize("kind", [bool, int, np.uint8, np.float32])
def test_labels_of_any_type_mean_the_same(kind):
    W, b, X, Y = random_point(seed=5)
    for ours, wanted in zip(
        loss_and_gradients(W, b, X, Y.astype(kind)), loss_and_gradients(W, b, X, Y), strict=True
    ):
        np.testing.assert_array_equal(ours, wanted)
    run, wanted = train(X, Y.astype(kind)), train(X, Y)
    np.testing.assert_array_equal(run.W, wanted.W)


def test_arguments_are_never_written_to():
    W, b, X, Y = read_only(*random_point(seed=6))
    before = [array.copy() for array in (W, b, X, Y)]
    softmax(X), log_softmax(X), predict(W, b, X)
    _, dW, db = loss_and_gradients(W, b, X, Y)
    step(W, b, X, Y, 0.1)
    update(W, b, *read_only(dW, db), 0.1)
    labels, predicted = read_only(Y.argmax(axis=1), predict(W, b, X))
    one_hot(labels, 3), error_rate(predicted, labels)
    train(X, Y, X, labels, batch_size=2, weight_decay=0.1)
    for array, copy in zip((W, b, X, Y), before, strict=True):
        np.testing.assert_array_equal(array, copy)


def test_results_share_no_memory_with_the_arguments():
    W, b, X, Y = random_point(seed=6)
    new_W, new_b = step(W, b, X, Y, 0.0)
    assert not np.shares_memory(new_W, W)
    assert not np.shares_memory(new_b, b)


def test_nan_comes_through():
    W, b, X, Y = random_point(seed=7)
    X[2, 1] = np.nan
    P = softmax(X @ W + b)
    assert np.isnan(P[2]).all()
    assert np.isfinite(np.delete(P, 2, axis=0)).all()
    loss, dW, db = loss_and_gradients(W, b, X, Y)
    assert np.isnan(loss)
    assert np.isnan(db).all()
    assert np.isnan(dW).all()
    assert predict(W, b, X)[2] == 0


# ---- Training -----------------------------------------------------------------------------------


def test_a_seed_fixes_the_run_and_another_seed_changes_it():
    X, Y, _ = samples()
    first, again, other = (train(X, Y, batch_size=4, seed=seed) for seed in (3, 3, 4))
    for one, two in zip(first, again, strict=True):
        np.testing.assert_array_equal(one, two)
    assert not np.array_equal(first.W, other.W)
    assert not np.array_equal(first.losses, other.losses)


def test_a_run_says_what_happened():
    X, Y, y = samples()
    X_test, _, y_test = samples(count=8, seed=1)
    run = train(X, Y, X_test, y_test, batch_size=10, epochs=4)
    assert isinstance(run, Run)
    assert run.W.shape == (5, 3)
    assert run.b.shape == (3,)
    assert run.losses.shape == (4 * 3,)  # 10 + 10 + 3 samples
    assert run.error_rates.shape == (4,)
    np.testing.assert_array_equal(run.predictions, predict(run.W, run.b, X_test))
    assert run.error == run.error_rates[-1] == error_rate(run.predictions, y_test)
    assert run.first_non_finite_step is None
    assert run.losses[0] == pytest.approx(math.log(3))
    without = train(X, Y, batch_size=10, epochs=4)
    np.testing.assert_array_equal(without.W, run.W)
    assert without.error == error_rate(predict(run.W, run.b, X), y)


def test_error_rates_are_those_after_each_epoch():
    X, Y, y = samples()
    run = train(X, Y, batch_size=len(X), epochs=3)
    for epochs in (1, 2, 3):
        shorter = train(X, Y, batch_size=len(X), epochs=epochs)
        assert run.error_rates[epochs - 1] == error_rate(predict(shorter.W, shorter.b, X), y)


def test_a_full_batch_is_plain_gradient_descent():
    X, Y, _ = samples()
    W, b, losses = np.zeros((5, 3)), np.zeros(3), []
    for _ in range(6):
        losses.append(loss_and_gradients(W, b, X, Y)[0])
        W, b = step(W, b, X, Y, 0.2)
    for batch_size in (len(X), 10 * len(X)):
        run = train(X, Y, learning_rate=0.2, batch_size=batch_size, epochs=6, seed=9)
        np.testing.assert_allclose(run.W, W, rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(run.b, b, rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(run.losses, losses, rtol=1e-12)


def batch_sizes(seed, N=8):
    """How many samples shared a batch with each, read off one epoch in batches of 3.

    With X = 1, a sample moves its own row of W alone. At a tiny rate its residual is still that of
    W = 0, so the row is -rate / size * (1/2 - Y), times the epochs if it were taken twice.
    """
    Y, rate = one_hot(np.arange(N) % 2, 2), 1e-6
    run = train(np.eye(N), Y, learning_rate=rate, batch_size=3, epochs=1, seed=seed)
    sizes = rate * (Y - 0.5) / run.W
    np.testing.assert_allclose(sizes[:, 0], sizes[:, 1], rtol=1e-5)
    return np.round(sizes[:, 0], 3).tolist()


def test_an_epoch_takes_each_sample_once_and_the_last_batch_what_is_left():
    for seed in SEEDS:
        assert sorted(batch_sizes(seed)) == [2, 2, 3, 3, 3, 3, 3, 3]


def test_the_order_is_random_and_new_in_each_epoch():
    assert len({tuple(batch_sizes(seed)) for seed in SEEDS}) > 1
    # W barely moves, so a loss of this run, of one sample a batch, betrays which sample it was.
    X, Y, _ = samples()
    losses = train(X, Y, learning_rate=1e-6, batch_size=1, epochs=2).losses.reshape(2, -1)
    assert np.ptp(losses) > 1e-7
    assert np.argsort(losses[0]).tolist() != np.argsort(losses[1]).tolist()


def test_weight_decay_shrinks_weights_and_spares_biases():
    X, Y, _ = samples()
    rate, decay = 0.2, 0.3
    W, b = np.zeros((5, 3)), np.zeros(3)
    for _ in range(5):
        _, dW, db = loss_and_gradients(W, b, X, Y)
        W, b = (1 - rate * decay) * W - rate * dW, b - rate * db
    settings = {"learning_rate": rate, "batch_size": len(X), "epochs": 5}
    run = train(X, Y, weight_decay=decay, **settings)
    np.testing.assert_allclose(run.W, W, rtol=1e-12)
    np.testing.assert_allclose(run.b, b, rtol=1e-12)
    assert np.linalg.norm(run.W) < np.linalg.norm(train(X, Y, **settings).W)


def test_with_weight_decay_it_ends_where_scikit_learn_ends():
    linear_model = pytest.importorskip("sklearn.linear_model", reason="needs scikit-learn")
    X, Y, y = samples(count=60)
    decay = 0.05
    run = train(X, Y, learning_rate=0.5, batch_size=60, epochs=2000, weight_decay=decay)
    peer = linear_model.LogisticRegression(C=1 / (len(X) * decay), tol=1e-10, max_iter=1000)
    peer.fit(X, y)
    np.testing.assert_allclose(run.W, peer.coef_.T, atol=1e-6)
    np.testing.assert_allclose(run.b - run.b.mean(), peer.intercept_, atol=1e-6)


def test_it_learns_a_handful_of_samples_by_heart():
    X, Y, _ = samples(count=4, features=10)
    run = train(X, Y, learning_rate=0.5, batch_size=4, epochs=500)
    assert run.losses[-1] < 0.01
    assert run.error == 0


def test_a_run_knows_its_first_non_finite_step():
    nothing = np.zeros(0)
    run = Run(nothing, nothing, np.array([2.3, np.inf, np.nan]), np.array([0.5, 0.9]), nothing)
    assert run.first_non_finite_step == 2
    assert run.error == 0.9


def test_the_program_is_short_enough_to_be_read_whole():
    lines = inspect.getsource(program).splitlines()
    for node in ast.walk(ast.parse("\n".join(lines))):
        if isinstance(node, (ast.FunctionDef, ast.Module)) and ast.get_docstring(node):
            docstring = node.body[0]
            lines[docstring.lineno - 1 : docstring.end_lineno] = [""] * (
                docstring.end_lineno - docstring.lineno + 1
            )
    assert sum(bool(line.strip()) for line in lines) <= 80


# ---- The digits ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def digits():
    return load_digits()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_real_digits_are_learnt_in_five_epochs(digits, seed, dtype):
    X, X_test = digits.X_train.astype(dtype), digits.X_test.astype(dtype)
    run = train(X, one_hot(digits.y_train, 10), X_test, digits.y_test, epochs=5, seed=seed)
    assert run.error < 0.13
    assert set(run.predictions) == set(range(10))
    assert run.losses[0] == pytest.approx(math.log(10), rel=1e-6)


def test_a_numpy_scalar_as_rate_keeps_float32():
    X, Y = np.ones((4, 3), dtype=np.float32), one_hot([0, 1, 0, 1], 2)
    run = train(X, Y, learning_rate=np.float64(0.1), weight_decay=np.float64(0.1))
    assert run.W.dtype == run.b.dtype == run.losses.dtype == np.float32
