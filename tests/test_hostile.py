"""Public functions and what they should never be given: a right result, or a clear error.

Never a silent wrong number, and never a changed argument. Functions that say that they check
nothing (``loss_and_gradients``, ``step``, ``predict``) meet only what they do not let through.
"""

import copy

import numpy as np
import pytest

import helpers
from helpers.gradient_check import random_point

W, b, X, Y = random_point()
LABELS = Y.argmax(axis=1)
Z = X @ W + b

# What may be told apart by their types alone.
SCALARS = [None, "text", 3, -1, 0.5, np.nan, True, 1j, object(), {}, lambda: None]
ARRAYS = [
    [],
    [[1, 2], [3]],
    ["a", "b"],
    np.empty((0, 3)),
    np.empty((3, 0)),
    np.zeros(3),
    np.zeros((2, 3, 4)),
    np.array([[28, 128, 255]] * 7, np.uint8),
    np.array([[-100, 27, 127]] * 7, np.int8),
    np.array([[True, False, True]] * 7),
    np.array([["x", "y", "z"]] * 7),
    np.array([[None, 1, 2]] * 7),
    np.full((7, 3), np.nan),
    np.arange("2020-01-01", "2020-01-08", dtype="datetime64[D]"),
    np.arange(7),
    np.arange(7)[:, np.newaxis],
    np.array(list("abcdefg")),
    np.linspace(0.05, 0.95, 7),
]


def exact_softmax(Z):
    """By long floats, entry by entry."""
    Z = np.asarray(Z)
    Z = Z.astype(np.clongdouble if np.iscomplexobj(Z) else np.longdouble)
    E = np.exp(Z - Z.real.max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)


def exact_error(predicted, labels):
    pairs = list(zip(predicted.tolist(), labels.tolist(), strict=True))
    return sum(one != other for one, other in pairs) / len(pairs)


def accepted(check):
    """For functions whose answer is tested elsewhere: it need only be one of its kind."""
    return lambda *_arguments, **_settings: check


# Function: a call that is right, and what computes its answer in another way.
CALLS = {
    "softmax": ((Z,), exact_softmax),
    "log_softmax": ((Z,), lambda Z: np.log(exact_softmax(Z))),
    "one_hot": ((LABELS, 3), lambda labels, K: np.eye(K)[np.asarray(labels, int)]),
    "error_rate": ((LABELS, LABELS[::-1].copy()), exact_error),
    "train": ((X, Y), accepted(helpers.Run)),
    "gradient_check": ((helpers.loss_and_gradients,), accepted(object)),
    "build": ((["ascent"],), accepted(object)),
    "load_digits": ((), accepted(helpers.Digits)),
}
BARE = {"loss_and_gradients", "step", "predict"}
RECORDS = {"Bug", "Digits", "Run", "BUGS", "GROUPS"}
SAYS = ("wanted", "pass ", "expect", "no bug", "does not exist", "found", "positional arguments")


def test_every_public_name_is_looked_at():
    """But for the doctor, who is made for hostile functions and has tests of his own."""
    doctor = {"xray"} | {name for name in helpers.__all__ if "iagnos" in name}
    assert set(helpers.__all__) == set(CALLS) | BARE | RECORDS | doctor


def agree(found, wanted):
    if isinstance(wanted, type):
        return isinstance(found, wanted)
    found, wanted = np.asarray(found), np.asarray(wanted)
    close = np.abs(found - wanted.astype(found.dtype)) <= 1e-6 * (1 + np.abs(wanted))
    return found.shape == wanted.shape and bool((close | np.isnan(found)).all())


def hostile_calls():
    for name, (arguments, _) in CALLS.items():
        for position in range(len(arguments)):
            for number, value in enumerate(SCALARS + ARRAYS):
                yield pytest.param(name, position, value, id=f"{name}-{position}-{number}")


@pytest.mark.parametrize(("name", "position", "value"), list(hostile_calls()))
def test_a_right_result_or_a_clear_error(name, position, value):
    arguments, reference = CALLS[name]
    arguments = [*arguments[:position], value, *arguments[position + 1 :]]
    before = copy.deepcopy([part for part in arguments if not callable(part)])
    with np.errstate(all="ignore"):
        try:
            found = getattr(helpers, name)(*arguments)
        except (ValueError, TypeError, KeyError, FileNotFoundError) as error:
            assert any(word in str(error) for word in SAYS), repr(error)
        else:
            assert agree(found, reference(*arguments))
    after = [part for part in arguments if not callable(part)]
    for one, other in zip(before, after, strict=True):
        if isinstance(one, np.ndarray):
            np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("settings", [
    {"learning_rate": "fast"}, {"learning_rate": np.nan}, {"batch_size": 0}, {"batch_size": 2.5},
    {"epochs": None}, {"weight_decay": -1}, {"seed": "lucky"}, {"seed": -1},
    {"X_test": X}, {"X_test": X, "y_test": Y}, {"X_test": X[:, :2], "y_test": LABELS},
])  # fmt: skip
def test_settings_of_train(settings):
    with pytest.raises((ValueError, TypeError)) as caught:
        helpers.train(X, Y, **settings)
    assert any(word in str(caught.value) for word in SAYS)


@pytest.mark.parametrize("settings", [
    {"method": 3}, {"step": "small"}, {"step": 1j}, {"seed": "lucky"}, {"samples": None},
    {"scale": "large"}, {"dtype": int}, {"point": (W, b)}, {"point": 3}, {"point": (W, b, X, None)},
])  # fmt: skip
def test_settings_of_the_gradient_check(settings):
    with pytest.raises((ValueError, TypeError)) as caught:
        helpers.gradient_check(helpers.loss_and_gradients, **settings)
    assert any(word in str(caught.value) for word in SAYS)


@pytest.mark.parametrize("dtype", [np.int64, np.int32, np.float32, bool])
def test_the_bare_ones_compute_integers_as_float64(dtype):
    """Soft labels too, which an integer Z would once have cut to 0."""
    rng = np.random.default_rng(0)
    point = [rng.integers(0, 2, shape).astype(dtype) for shape in ((5, 3), 3, (7, 5))]
    soft = rng.dirichlet(np.ones(3), size=7)
    before = copy.deepcopy([*point, soft])
    wanted = helpers.loss_and_gradients(*(part.astype(float) for part in point), soft)
    if dtype is not bool:  # True + True is True in X @ W already, as NumPy has it
        for found, right in zip(helpers.loss_and_gradients(*point, soft), wanted, strict=True):
            np.testing.assert_allclose(found, right, rtol=1e-5)
        moved = helpers.step(*point, soft, 0.5)
        np.testing.assert_allclose(moved[0], point[0] - 0.5 * wanted[1], rtol=1e-5, atol=1e-6)
    helpers.predict(*point)
    for one, other in zip(before, [*point, soft], strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("name", sorted(BARE))
def test_the_bare_ones_say_so(name):
    assert "bare" in getattr(helpers, name).__doc__ or "Nothing is checked" in (
        getattr(helpers, name).__doc__
    )
