"""Numbers get the names that the field gives them, and only those that fit."""

import numpy as np
import pytest

from helpers.softmax_regression import loss_and_gradients
from helpers.symptoms import (
    Factor,
    name_factor,
    name_first_loss,
    name_outcome,
    name_ratio,
    name_trend,
)

SIZES = ((7, 5, 3), (11, 4, 6))


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (lambda N, D, K: 1, "1"),
        (lambda N, D, K: -1, "-1"),
        (lambda N, D, K: N, "N"),
        (lambda N, D, K: -1 / N, "-1/N"),
        (lambda N, D, K: N / K, "N/K"),
        (lambda N, D, K: 2, "2"),
        (lambda N, D, K: 1 / (N * K), "1/(NK)"),
        (lambda N, D, K: 1 / np.log(10), "1/ln 10"),
    ],
)
def test_factors(value, name):
    found = name_factor([value(*size) for size in SIZES], SIZES)
    assert found == name and found == pytest.approx(value(*SIZES[0]))
    assert name_ratio(value(7, 5, 3), np.sign(value(7, 5, 3)), 7, 3) == name


def test_a_factor_without_a_name_is_a_number_or_none():
    assert name_factor([0.3, 0.3], SIZES) == "0.3"
    assert name_factor([0.01 * 7, 0.01 * 11], SIZES) == "N/100"
    assert name_factor([0.3, 0.4], SIZES) is None
    assert name_factor([np.nan, 1], SIZES) is None and name_factor([0, 0], SIZES) is None
    assert isinstance(name_factor([7, 11], SIZES), Factor)


@pytest.mark.parametrize(
    ("ratio", "cosine", "name"),
    [(np.nan, 1, "not finite"), (1e-12, 1, "0"), (1.0, 0.9, "not a multiple"), (0.123, 1, "0.123")],
)
def test_ratios_that_are_no_factor(ratio, cosine, name):
    assert name_ratio(ratio, cosine) == name


def first_loss(f, N=100, K=10):
    """The first loss of a program whose loss is f(P, Y), at zero weights."""
    return f(np.full((N, K), 1 / K), np.eye(K)[np.arange(N) % K])


@pytest.mark.parametrize(
    ("f", "name", "size"),
    [
        (lambda P, Y: -(Y * np.log(P)).sum() / len(Y), "ln K", 0),
        (lambda P, Y: (Y * np.log(P)).sum() / len(Y), "-ln K", 0),
        (lambda P, Y: -(Y * np.log(P)).mean(), "ln K / K", 0),
        (lambda P, Y: -(Y * np.log10(P)).sum() / len(Y), "log10 K", 0),
        (lambda P, Y: -(Y * np.log2(P)).sum() / len(Y), "log2 K", 0),
        (lambda P, Y: -(Y * np.log(P)).sum(), "B ln K", 100),
        (lambda P, Y: (Y * np.log(P)).sum(), "-B ln K", 100),
        (lambda P, Y: -(Y * np.log(P / P.sum(axis=0))).sum() / len(Y), "ln B", 100),
        (lambda P, Y: -(Y * np.log(P / P.sum())).sum() / len(Y), "ln(BK)", 100),
        (
            lambda P, Y: -(Y * np.log(P) + (1 - Y) * np.log(1 - P)).sum() / len(Y),
            "binary terms",
            0,
        ),
        (lambda P, Y: 1.7, "other", 0),
        (lambda P, Y: np.inf, "not finite", 0),
    ],
)
def test_first_losses(f, name, size):
    loss = first_loss(f)
    assert name_first_loss(loss, 10, 100) == (name, size)
    assert name_first_loss(loss, 10) == (name, size)


def test_a_batch_size_that_nobody_would_guess_is_found():
    assert name_first_loss(37 * np.log(10), 10) == ("B ln K", 37)
    assert name_first_loss(np.log(37), 10) == ("ln B", 37)


def test_the_program_starts_at_ln_k():
    W, b, X, Y = np.zeros((4, 3)), np.zeros(3), np.ones((6, 4)), np.eye(3)[[0, 1, 2] * 2]
    assert name_first_loss(loss_and_gradients(W, b, X, Y)[0], 3).name == "ln K"


@pytest.mark.parametrize(
    ("error", "predicted", "name"),
    [
        (0.9, 1, "constant"),
        (0.99, 5, "below chance"),
        (0.9, 10, "near chance"),
        (0.1, 10, "learns"),
    ],
)
def test_outcomes(error, predicted, name):
    assert name_outcome(error, predicted, 10) == name


@pytest.mark.parametrize(
    ("losses", "name"),
    [
        ([2.3, 2.0, 1.0], "falls"),
        ([2.3, 3.0, 9.0], "rises"),
        ([2.3, 2.3, 2.3], "flat"),
        ([2.3, 1.9, 2.301], "wanders"),
        ([2.3, np.nan], "not finite"),
        ([-2.3, -20.0], "falls"),
    ],
)
def test_trends(losses, name):
    assert name_trend(np.array(losses)) == name
