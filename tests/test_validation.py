"""What is refused, and in which words. Each message names what came and what was wanted."""

import re

import numpy as np
import pytest

from helpers import softmax_regression as program
from helpers.softmax_regression import error_rate, one_hot, train
from helpers.validation import check_count, check_labels, check_training_data

N, D, K = 6, 4, 3
X = np.random.default_rng(0).random((N, D))
y = np.arange(N) % K
Y = np.eye(K)[y]


def with_value(array, index, value):
    changed = array.copy()
    changed[index] = value
    return changed


# (name, what train is given in place of the right data, the error, its text)
REFUSED = [
    (
        "X a list",
        {"X": X.tolist()},
        TypeError,
        "X is a list; wanted a NumPy array: pass np.asarray(X)",
    ),
    ("X None", {"X": None}, TypeError, "X is a NoneType; wanted a NumPy array"),
    (
        "X of bytes",
        {"X": np.zeros((N, D), np.uint8)},
        TypeError,
        "X is of type uint8; wanted floating point: "
        "pass X / 255.0 if these are pixels from 0 to 255",
    ),
    ("X complex", {"X": X + 0j}, TypeError, "X is of type complex128; wanted floating point"),
    ("X one row", {"X": X[0]}, ValueError, "X is (4,); wanted (N, D), one row a sample"),
    (
        "X of images",
        {"X": X.reshape(N, 2, 2)},
        ValueError,
        "X is (6, 2, 2); wanted (N, D), one row a sample: pass X.reshape(len(X), -1)",
    ),
    (
        "X empty",
        {"X": X[:0]},
        ValueError,
        "X is (0, 4); wanted at least one sample and one feature",
    ),
    (
        "X without features",
        {"X": X[:, :0]},
        ValueError,
        "X is (6, 0); wanted at least one sample and one feature",
    ),
    (
        "X with NaN",
        {"X": with_value(X, (slice(2), 1), np.nan)},
        ValueError,
        "X is NaN or infinite in 2 of 24 values; wanted none",
    ),
    (
        "X infinite",
        {"X": with_value(X, (0, 0), -np.inf)},
        ValueError,
        "X is NaN or infinite in 1 of 24 values; wanted none",
    ),
    (
        "Y a list",
        {"Y": Y.tolist()},
        TypeError,
        "Y is a list; wanted a NumPy array: pass np.asarray(Y)",
    ),
    (
        "Y class numbers",
        {"Y": y},
        ValueError,
        "labels are (6,); wanted one-hot rows, (6, K): pass one_hot(labels, classes)",
    ),
    (
        "Y of three axes",
        {"Y": Y[None]},
        ValueError,
        "labels are (1, 6, 3); wanted one-hot rows, (6, K)",
    ),
    (
        "Y of words",
        {"Y": Y.astype(str)},
        TypeError,
        "labels are of type <U32; wanted numbers 0 and 1",
    ),
    (
        "Y in columns",
        {"Y": Y.T},
        ValueError,
        "labels are (3, 6): one column a sample; pass labels.T",
    ),
    ("Y too short", {"Y": Y[:5]}, ValueError, "labels are (5, 3) for 6 samples; wanted (6, K)"),
    (
        "Y soft",
        {"Y": 0.9 * Y + 0.1 / K},
        ValueError,
        "labels hold 0.9333; wanted one-hot rows of 0 and 1",
    ),
    (
        "Y with NaN",
        {"Y": with_value(Y, (1, 1), np.nan)},
        ValueError,
        "labels hold nan; wanted one-hot rows of 0 and 1",
    ),
    (
        "Y with two ones",
        {"Y": with_value(Y, (4, 0), 1)},
        ValueError,
        "row 4 of the labels holds 2 ones; wanted exactly one",
    ),
    (
        "Y with none",
        {"Y": with_value(Y, (2, 2), 0)},
        ValueError,
        "row 2 of the labels holds 0 ones; wanted exactly one",
    ),
    (
        "square Y in columns",
        {"X": X[:3], "Y": np.eye(3)[[0, 0, 1]].T},
        ValueError,
        "row 0 of the labels holds 2 ones; wanted exactly one: one column a sample; pass labels.T",
    ),
    (
        "y_test alone",
        {"y_test": y},
        ValueError,
        "X_test is missing; pass X_test and y_test together",
    ),
    (
        "X_test alone",
        {"X_test": X},
        ValueError,
        "y_test is missing; pass X_test and y_test together",
    ),
    (
        "X_test a list",
        {"X_test": X.tolist(), "y_test": y},
        TypeError,
        "X_test is a list; wanted a NumPy array",
    ),
    (
        "X_test of bytes",
        {"X_test": X.astype(np.uint8), "y_test": y},
        TypeError,
        "X_test is of type uint8; wanted floating point: pass X_test / 255.0",
    ),
    (
        "X_test of other width",
        {"X_test": X[:, :3], "y_test": y},
        ValueError,
        "X_test is (6, 3), X is (6, 4); wanted the same number of columns",
    ),
    (
        "y_test a list",
        {"X_test": X, "y_test": y.tolist()},
        TypeError,
        "y_test is a list; wanted a NumPy array: pass np.asarray(y_test)",
    ),
    (
        "y_test a column",
        {"X_test": X, "y_test": y[:, None]},
        ValueError,
        "y_test are (6, 1); wanted a vector of class numbers: pass y_test.ravel()",
    ),
    (
        "y_test one-hot",
        {"X_test": X, "y_test": Y},
        ValueError,
        "y_test are (6, 3); wanted a vector of class numbers: "
        "pass y_test.argmax(axis=1) if they are one-hot rows",
    ),
    (
        "y_test too long",
        {"X_test": X[:4], "y_test": y},
        ValueError,
        "y_test holds 6 labels for 4 rows of X_test",
    ),
    (
        "y_test from one",
        {"X_test": X, "y_test": y + 1},
        ValueError,
        "y_test hold 3; wanted 0 to 2 for 3 classes: do yours count from 1? pass y_test - 1",
    ),
    ("batch_size 0", {"batch_size": 0}, ValueError, "batch_size is 0; wanted at least 1"),
    ("batch_size 2.0", {"batch_size": 2.0}, TypeError, "batch_size is 2.0; wanted an integer"),
    ("batch_size True", {"batch_size": True}, TypeError, "batch_size is True; wanted an integer"),
    ("epochs -1", {"epochs": -1}, ValueError, "epochs is -1; wanted at least 1"),
    ("epochs '5'", {"epochs": "5"}, TypeError, "epochs is '5'; wanted an integer of at least 1"),
]
for _name in ("learning_rate", "weight_decay"):
    REFUSED += [
        (
            f"{_name} {value!r}",
            {_name: value},
            TypeError,
            f"{_name} is {value!r}; wanted one real number",
        )
        for value in (
            None,
            "0.1",
            True,
            0.1j,
            np.complex64(1),
            np.array([0.1]),
            np.array(0.1),
            [0.1],
        )
    ]
    REFUSED += [
        (
            f"{_name} {value}",
            {_name: value},
            ValueError,
            f"{_name} is {value}; wanted a finite number of at least 0",
        )
        for value in (-0.1, np.inf, np.nan)
    ]


@pytest.mark.parametrize(
    ("wrong", "error", "text"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_train_refuses_it_before_it_does_anything(wrong, error, text, monkeypatch):
    def too_late(*_):
        raise AssertionError("train began to work before it had checked its data")

    for name in ("loss_and_gradients", "update", "predict"):
        monkeypatch.setattr(program, name, too_late)
    monkeypatch.setattr(np.random, "default_rng", too_late)
    with pytest.raises(error, match="^" + re.escape(text)):
        train(**{"X": X, "Y": Y, **wrong})


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"X_test": X[:2], "y_test": y[:2]},
        {"X_test": X[:2].astype(np.float32), "y_test": y[:2].astype(np.uint8)},
        {"batch_size": np.int64(4), "epochs": np.int32(1)},
        {"learning_rate": np.float64(0.5), "weight_decay": 0},
        {"learning_rate": 0},
        {"Y": Y.astype(bool)},
        {"Y": Y.astype(np.uint8)},
        {"X": X.astype(np.float32)},
        {"Y": np.ones((N, 1))},
        {"X": X[:3], "Y": np.eye(3)},
    ],
)
def test_what_is_right_is_let_through(settings):
    assert len(train(**{"X": X, "Y": Y, "epochs": 2, **settings}).error_rates) in (1, 2)


def test_the_check_returns_nothing_and_writes_nothing():
    arrays = [array.copy() for array in (X, Y, X, y)]
    for array in arrays:
        array.setflags(write=False)
    assert check_training_data(*arrays, 0.1, 10, 5, 0.0) is None


@pytest.mark.parametrize(
    ("labels", "classes", "error", "text"),
    [
        ([0, 1], 2.0, TypeError, "classes is 2.0; wanted an integer of at least 1"),
        ([0, 0], True, TypeError, "classes is True; wanted an integer of at least 1"),
        ([0, 1], 0, ValueError, "classes is 0; wanted at least 1"),
        (3, 4, ValueError, "labels are (); wanted a vector of class numbers"),
        (
            y[:, None],
            3,
            ValueError,
            "labels are (6, 1); wanted a vector of class numbers: pass labels.r",
        ),
        (
            Y,
            3,
            ValueError,
            "labels are (6, 3); wanted a vector of class numbers: pass labels.argmax",
        ),
        (Y[None], 3, ValueError, "labels are (1, 6, 3); wanted a vector of class numbers"),
        (
            [0.0, 1.0],
            2,
            TypeError,
            "labels are of type float64; wanted integers, 0 to 1: "
            "pass labels.astype(int) if they are whole numbers",
        ),
        (["a"], 2, TypeError, "labels are of type <U1; wanted integers, 0 to 1"),
        ([True], 2, TypeError, "labels are of type bool; wanted integers, 0 to 1"),
        ([0, -1], 2, ValueError, "labels hold -1; wanted 0 to 1 for 2 classes"),
        (
            [1, 2, 3],
            3,
            ValueError,
            "labels hold 3; wanted 0 to 2 for 3 classes: do yours count from 1? pass labels - 1",
        ),
    ],
)
def test_one_hot_refuses_labels_that_are_none(labels, classes, error, text):
    with pytest.raises(error, match="^" + re.escape(text)):
        one_hot(labels, classes)


@pytest.mark.parametrize("labels", [[0, 3], [0, 1, 5], [-1, 3]])
def test_the_hint_to_subtract_one_is_given_only_where_it_would_help(labels):
    with pytest.raises(ValueError, match=r"for 3 classes$"):
        check_labels(labels, 3)


def test_labels_come_back_as_integers():
    labels = check_labels(np.array([2, 0], dtype=np.uint8), 3)
    assert labels.tolist() == [2, 0]
    assert labels.dtype == int
    assert check_labels([], 3).dtype == int


@pytest.mark.parametrize(
    ("predicted", "labels", "error", "text"),
    [
        ([0, 1], y[:2], TypeError, "predictions is a list; wanted a NumPy array"),
        (y[:2], [0, 1], TypeError, "labels is a list; wanted a NumPy array"),
        (
            y[:, None],
            y,
            ValueError,
            "predictions are (6, 1); wanted a vector of class numbers, (N,): "
            "pass predictions.ravel()",
        ),
        (
            y,
            Y,
            ValueError,
            "labels are (6, 3); wanted a vector of class numbers, (N,): "
            "pass labels.argmax(axis=1) if they are one-hot rows",
        ),
        (np.array(3), y, ValueError, "predictions are (); wanted a vector of class numbers, (N,)"),
        (y, y[:4], ValueError, "6 predictions for 4 labels; wanted one each"),
        (y[:0], y[:0], ValueError, "no predictions; wanted at least one"),
    ],
)
def test_error_rate_refuses_what_it_cannot_compare(predicted, labels, error, text):
    with pytest.raises(error, match="^" + re.escape(text)):
        error_rate(predicted, labels)


def test_a_count_is_an_integer_of_at_least_one():
    check_count("samples", 1)
    check_count("samples", np.uint8(200))
    with pytest.raises(TypeError, match=r"samples is 1\.5; wanted an integer of at least 1"):
        check_count("samples", 1.5)
    with pytest.raises(ValueError, match="samples is 0; wanted at least 1"):
        check_count("samples", 0)
