"""Numeric gradients against calculus: their values, their order, their steps."""

import numpy as np
import pytest

from helpers.gradient_check import METHODS, default_step, numeric_gradients, random_point


def wave(W, b):
    """A loss whose gradient calculus gives: see ``slopes_of_wave``."""
    return (np.sin(W)).sum() + (b**3).sum() + W[0, 0] * b[0]


def slopes_of_wave(W, b):
    dW, db = np.cos(W), 3 * b**2
    dW[0, 0] += b[0]
    db[0] += W[0, 0]
    return dW, db


@pytest.mark.parametrize(
    ("method", "bound"), [("forward", 1e-7), ("central", 1e-10), ("complex-step", 1e-15)]
)
def test_numeric_gradients_are_the_derivatives(method, bound):
    rng = np.random.default_rng(0)
    W, b = rng.normal(size=(3, 4)), rng.normal(size=4)
    for found, exact in zip(
        numeric_gradients(wave, W, b, method), slopes_of_wave(W, b), strict=True
    ):
        assert found.shape == exact.shape
        assert found.dtype == np.float64
        np.testing.assert_allclose(found, exact, rtol=bound, atol=10 * bound)


@pytest.mark.parametrize(("method", "order"), [("forward", 1), ("central", 2)])
def test_the_error_falls_as_the_methods_power_of_the_step(method, order):
    W, b = np.array([[1.0]]), np.array([0.5])
    errors = [
        abs(numeric_gradients(wave, W, b, method, h)[0] - slopes_of_wave(W, b)[0]).item()
        for h in (1e-2, 1e-3)
    ]
    assert np.log10(errors[0] / errors[1]) == pytest.approx(order, abs=0.01)


def test_a_tiny_step_ruins_differences_but_not_the_complex_step():
    W, b = np.array([[1.0]]), np.array([0.5])
    exact = slopes_of_wave(W, b)[0]
    for method in "forward", "central":
        assert abs(numeric_gradients(wave, W, b, method, 1e-17)[0] - exact) > 0.1
    assert abs(numeric_gradients(wave, W, b, "complex-step", 1e-100)[0] - exact) < 1e-15


@pytest.mark.parametrize("method", METHODS)
def test_numeric_gradients_write_to_nothing_and_lend_nothing(method):
    W, b = random_point()[:2]
    for array in (W, b):
        array.setflags(write=False)

    def vandal(W, b):
        loss = wave(W, b)
        W *= 0
        b *= 0
        return loss

    for found, right in zip(
        numeric_gradients(vandal, W, b, method),
        numeric_gradients(wave, W, b, method),
        strict=True,
    ):
        np.testing.assert_array_equal(found, right)


def test_default_steps():
    eps = np.finfo(float).eps
    assert default_step("forward") == pytest.approx(eps**0.5)
    assert default_step("central") == pytest.approx(eps ** (1 / 3))
    assert default_step("complex-step") == 1e-20
    assert default_step("central", np.float32) > 100 * default_step("central")
    # Its square must vanish beside 1, and times a small number it must not vanish.
    assert 1e-30 < default_step("complex-step", np.float32) < 1e-4


def test_integer_parameters_cannot_be_moved():
    with pytest.raises(TypeError, match="b is of type int64; wanted floating point"):
        numeric_gradients(wave, np.ones((2, 2)), np.ones(2, dtype=int))
