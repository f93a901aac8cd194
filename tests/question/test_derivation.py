"""The lines of the question's derivation equal each other, the differences, and the program."""

import inspect

import numpy as np
import pytest

from helpers.gradient_check import numeric_gradients
from helpers.question import derivation
from helpers.question.derivation import B_LINES, W_LINES, column, entry, line_values, one_to, row
from helpers.softmax_regression import loss_and_gradients, softmax

SEEDS = range(5)
AFTER_LINE_1 = ("line (2)", "labels", "line (3)", "matrix")


def problem(seed, samples=6, features=4, classes=3, scale=1.0):
    """Random W, b, X and one-hot labels, one column a sample."""
    rng = np.random.default_rng(seed)
    W = scale * rng.normal(size=(features, classes))
    b = scale * rng.normal(size=classes)
    X = rng.normal(size=(samples, features))
    Y = np.eye(classes)[:, rng.integers(classes, size=samples)]
    return W, b, X, Y


def log_likelihood(W, b, X, Y):
    """The question's L, without a line of the module under test."""
    E = np.exp(X @ W + b)
    return (Y.T * np.log(E / E.sum(axis=1, keepdims=True))).sum()


def central_differences(W, b, X, Y):
    """The gradients of L by W and by b."""
    return numeric_gradients(lambda W, b: log_likelihood(W, b, X, Y), W, b, "central")


def assert_close(values, reference, tolerance=1e-12):
    for name, value in values.items():
        error = np.abs(value - reference).max()
        assert error <= tolerance * (1 + np.abs(reference).max()), f"{name} departs by {error}"


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("shape", [(6, 4, 3), (1, 1, 2), (2, 5, 4), (3, 3, 3), (7, 1, 1)])
def test_every_line_equals_the_next(seed, shape):
    values = line_values(*problem(seed, *shape))
    for parameter in "W", "b":
        assert list(values[parameter]) == list(W_LINES) == list(B_LINES)
        assert_close(values[parameter], values[parameter]["matrix"])


@pytest.mark.parametrize("scale", [30.0, 100.0])
def test_lines_agree_at_large_logits(scale):
    values = line_values(*problem(0, scale=scale))
    for parameter in "W", "b":
        assert_close(values[parameter], values[parameter]["matrix"])


@pytest.mark.parametrize("seed", SEEDS)
def test_every_line_equals_the_difference_quotient(seed):
    W, b, X, Y = problem(seed)
    values = line_values(W, b, X, Y)
    by_w, by_b = central_differences(W, b, X, Y)
    assert_close(values["W"], by_w, 1e-8)
    assert_close(values["b"], by_b, 1e-8)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_line_is_minus_n_times_the_programs_gradient(seed):
    W, b, X, Y = problem(seed)
    values = line_values(W, b, X, Y)
    _, dW, db = loss_and_gradients(W, b, X, Y.T)
    assert_close(values["W"], -len(X) * dW)
    assert_close(values["b"], -len(X) * db)


def test_predictions_are_the_programs_softmax():
    W, b, X, _ = problem(0)
    assert_close({"predictions": derivation.predictions(W, b, X)}, softmax(X @ W + b), 1e-15)


def test_from_line_2_on_a_column_must_sum_to_one():
    W, b, X, Y = problem(0)
    Y[:, 0] = [1, 1, 0]  # sample 1 with two labels
    values = line_values(W, b, X, Y)
    by_w, by_b = central_differences(W, b, X, Y)
    for values_of, truth in ((values["W"], by_w), (values["b"], by_b)):
        right = {name: values_of[name] for name in ("definition", "line (1)")}
        assert_close(right, truth, 1e-8)
        for name in AFTER_LINE_1:
            assert np.abs(values_of[name] - truth).max() > 0.1, f"{name} should be wrong here"


def test_what_line_2_lost_is_the_sum_of_the_column():
    W, b, X, Y = problem(1)
    Y[:, 0] = [1, 1, 0]
    values = line_values(W, b, X, Y)
    Y_hat = derivation.predictions(W, b, X)
    mended = X.T @ (Y.T - Y.sum(axis=0)[:, None] * Y_hat)
    assert_close({"definition": values["W"]["definition"]}, mended)


def test_soft_labels_need_only_the_sum():
    W, b, X, Y = problem(2)
    soft = 0.9 * Y + 0.1 / len(Y)
    values = line_values(W, b, X, soft)
    for parameter in "W", "b":
        labels = values[parameter].pop("labels")
        assert_close(values[parameter], values[parameter]["definition"])
        assert np.abs(labels - values[parameter]["definition"]).max() > 0.1


@pytest.mark.parametrize("name", W_LINES)
def test_one_line_alone_is_the_entry_of_the_table(name):
    W, b, X, Y = problem(3)
    values = line_values(W, b, X, Y)
    assert W_LINES[name](W, b, X, Y, 4, 2) == values["W"][name][3, 1]
    assert B_LINES[name](W, b, X, Y, 3) == values["b"][name][2]


@pytest.mark.parametrize("line", [*W_LINES.values(), *B_LINES.values()])
def test_every_line_shows_its_formula_beside_its_code(line):
    source = inspect.getsource(line)
    assert "\\hat Y" in line.__doc__ or "Z_i" in line.__doc__
    assert source.startswith(f"def {line.__name__}(W, b, X, Y, ")
    assert max(map(len, source.splitlines())) <= 100


def test_lines_leave_their_arguments_alone():
    arrays = problem(0)
    for array in arrays:
        array.setflags(write=False)
    line_values(*arrays)


def test_integer_arrays_are_fine():
    W, b, X, Y = problem(0)
    whole = [np.round(array).astype(int) for array in (W, b, X, Y)]
    values = line_values(*whole)
    assert_close(values["W"], values["W"]["matrix"])


def test_indices_count_from_one():
    A = np.array([[11, 12, 13], [21, 22, 23]])
    assert list(one_to(3)) == [1, 2, 3]
    assert entry(A, 2, 3) == 23
    assert entry(A[0], 1) == 11
    assert row(A, 2).tolist() == [21, 22, 23]
    assert column(A, 1).tolist() == [11, 21]


@pytest.mark.parametrize("name", W_LINES)
@pytest.mark.parametrize(("n", "r"), [(0, 1), (1, 0), (5, 1), (1, 4)])
def test_an_index_outside_one_to_size_is_refused(name, n, r):
    W, b, X, Y = problem(0)
    with pytest.raises(IndexError, match=r"index [045]; wanted 1 to [34]: .* counts from 1"):
        W_LINES[name](W, b, X, Y, n, r)


@pytest.mark.parametrize("name", B_LINES)
@pytest.mark.parametrize("r", [0, 4])
def test_an_index_of_b_outside_one_to_k_is_refused(name, r):
    W, b, X, Y = problem(0)
    with pytest.raises(IndexError, match=r"index [04]; wanted 1 to 3"):
        B_LINES[name](W, b, X, Y, r)


def test_shapes_that_do_not_fit_are_named():
    W, b, X, Y = problem(0)
    with pytest.raises(ValueError, match=r"labels are \(6, 3\).*one row a sample; pass labels\.T"):
        line_values(W, b, X, Y.T)
    with pytest.raises(ValueError, match=r"labels are \(3, 5\); wanted \(3, 6\)"):
        line_values(W, b, X, Y[:, :5])
    with pytest.raises(ValueError, match=r"b is \(3, 1\); wanted \(3,\)"):
        line_values(W, b[:, None], X, Y)
    with pytest.raises(ValueError, match=r"W is \(3, 4\); wanted \(4, K\)"):
        line_values(W.T, b, X, Y)
    with pytest.raises(ValueError, match=r"X is \(4,\)"):
        line_values(W, b, X[0], Y)
