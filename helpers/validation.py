"""Checks of what a caller passes in. Called once, before the work starts; loops stay bare.

Each message names what came, what was wanted and, where it can be guessed, the likely cause.
"""

import numpy as np


def check_labels(labels, classes, name="labels"):
    """Check class numbers and return them as an array.

    Parameters
    ----------
    labels : array_like of int, shape (N,)
    classes : int
    name : str
        What the messages call the labels.

    Returns
    -------
    ndarray of int, shape (N,)

    Raises
    ------
    TypeError
        If ``labels`` or ``classes`` is not made of integers.
    ValueError
        If ``labels`` is not a vector, or a label lies outside 0 to ``classes - 1``.
    """
    check_count("classes", classes)
    try:
        labels = np.asarray(labels)
    except ValueError as error:
        raise ValueError(f"{name} are ragged; wanted a vector of class numbers") from error
    if labels.ndim != 1:
        raise ValueError(
            f"{name} are {labels.shape}; wanted a vector of class numbers"
            + _how_to_flatten(name, labels.shape)
        )
    if not np.issubdtype(labels.dtype, np.integer) and labels.size:
        raise TypeError(
            f"{name} are of type {labels.dtype}; wanted integers, 0 to {classes - 1}: "
            f"pass {name}.astype(int) if they are whole numbers"
        )
    outside = labels[(labels < 0) | (labels >= classes)]
    if outside.size:
        from_one = labels.min() > 0 and labels.max() == classes
        raise ValueError(
            f"{name} hold {outside[0]}; wanted 0 to {classes - 1} for {classes} classes"
            + (f": do yours count from 1? pass {name} - 1" if from_one else "")
        )
    return labels.astype(int)


def check_logits(Z):
    """Check logits, and return them as floating point (or complex) numbers.

    Parameters
    ----------
    Z : array_like, shape (N, K)
        An array of a library that NumPy's functions work on (NEP 18), such as Dask's, stays one.

    Returns
    -------
    ndarray, shape (N, K)
        ``Z`` itself if it is one of inexact numbers; integers become float64, since theirs is
        another arithmetic: 1 - 2 is 255 in uint8.

    Raises
    ------
    TypeError
        If ``Z`` does not hold numbers.
    ValueError
        If ``Z`` is not a matrix with at least one column.
    """
    try:
        # Without `like`, an array of Dask's would be computed here, all its logits at once.
        Z = np.asarray(Z, like=Z if hasattr(Z, "__array_function__") else None)
    except ValueError as error:
        raise ValueError("logits are ragged; wanted (N, K), one row a sample") from error
    if Z.dtype.kind not in "fc":
        if Z.dtype.kind not in "iub":
            raise TypeError(f"logits are of type {Z.dtype}; wanted numbers")
        Z = Z.astype(float)
    if Z.ndim != 2 or not Z.shape[1]:
        hint = ": pass Z[np.newaxis] for one sample" if Z.ndim == 1 else ""
        raise ValueError(f"logits are {Z.shape}; wanted (N, K), one row a sample{hint}")
    return Z


def check_predictions(predicted, labels):
    """Check that predictions and labels are two vectors of one length.

    Parameters
    ----------
    predicted, labels : ndarray of int, shape (N,)

    Raises
    ------
    TypeError
        If one is not an array, or they are of kinds that can never be equal: numbers and names,
        class numbers and probabilities.
    ValueError
        If they are not vectors of one length, or are empty. NumPy would compare (N,) with (N, 1)
        entry by entry, in an N x N table.
    """
    for name, values in (("predictions", predicted), ("labels", labels)):
        _check_array(name, values)
        if values.ndim != 1:
            raise ValueError(
                f"{name} are {values.shape}; wanted a vector of class numbers, (N,)"
                + _how_to_flatten(name, values.shape)
            )
    if len(predicted) != len(labels):
        raise ValueError(f"{len(predicted)} predictions for {len(labels)} labels; wanted one each")
    if not len(labels):
        raise ValueError("no predictions; wanted at least one")
    if _kind("predictions", predicted) != _kind("labels", labels):
        raise TypeError(
            f"predictions are of type {predicted.dtype}, labels of type {labels.dtype}, which are "
            "never equal; wanted class numbers in both"
        )


def _kind(name, values):
    """Whether classes are "numbers" or "names"; anything else, probabilities too, is refused."""
    if values.dtype.kind in "US":
        return "names"
    if values.dtype.kind not in "iubf":
        raise TypeError(f"{name} are of type {values.dtype}; wanted class numbers")
    odd = values[values != np.round(values)] if values.dtype.kind == "f" else ()
    if len(odd):
        raise TypeError(
            f"{name} hold {odd[0]:.4g}; wanted whole class numbers: "
            "pass the argmax(axis=1) of probabilities"
        )
    return "numbers"


def check_count(name, count):
    """Check that a count (samples, epochs, ...) is an integer of at least 1.

    Parameters
    ----------
    name : str
        What the message calls it.
    count : int

    Raises
    ------
    TypeError
        If it is not an integer.
    ValueError
        If it is below 1.
    """
    if isinstance(count, bool) or not isinstance(count, (int, np.integer)):
        raise TypeError(f"{name} is {count!r}; wanted an integer of at least 1")
    if count < 1:
        raise ValueError(f"{name} is {count}; wanted at least 1")


def _how_to_flatten(name, shape):
    if len(shape) == 2 and 1 in shape:
        return f": pass {name}.ravel()"
    if len(shape) == 2:
        return f": pass {name}.argmax(axis=1) if they are one-hot rows"
    return ""


def check_training_data(X, Y, X_test, y_test, learning_rate, batch_size, epochs, weight_decay):
    """Check everything ``train`` is given, before its first step.

    Parameters
    ----------
    X, Y, X_test, y_test, learning_rate, batch_size, epochs, weight_decay
        As in ``helpers.softmax_regression.train``.

    Raises
    ------
    TypeError
        If an array is not an array of numbers, or a count is not an integer.
    ValueError
        If shapes do not fit, labels are not one-hot rows, or a number is not finite.
    """
    _check_samples("X", X)
    _check_one_hot(X, Y)
    _check_test_set(X, Y, X_test, y_test)
    for name, count in (("batch_size", batch_size), ("epochs", epochs)):
        check_count(name, count)
    real = (int, float, np.integer, np.floating)
    for name, number in (("learning_rate", learning_rate), ("weight_decay", weight_decay)):
        if isinstance(number, bool) or not isinstance(number, real):
            raise TypeError(f"{name} is {number!r}; wanted one real number")
        if not np.isfinite(number) or number < 0:
            raise ValueError(f"{name} is {number}; wanted a finite number of at least 0")


def _check_array(name, values):
    if not isinstance(values, np.ndarray):
        raise TypeError(
            f"{name} is a {type(values).__name__}; wanted a NumPy array: pass np.asarray({name})"
        )


def _check_samples(name, X):
    _check_array(name, X)
    if not np.issubdtype(X.dtype, np.floating):
        raise TypeError(
            f"{name} is of type {X.dtype}; wanted floating point: "
            f"pass {name} / 255.0 if these are pixels from 0 to 255"
        )
    if X.ndim != 2:
        hint = f": pass {name}.reshape(len({name}), -1)" if X.ndim > 2 else ""
        raise ValueError(f"{name} is {X.shape}; wanted (N, D), one row a sample{hint}")
    if not X.size:
        raise ValueError(f"{name} is {X.shape}; wanted at least one sample and one feature")
    bad = np.count_nonzero(~np.isfinite(X))
    if bad:
        raise ValueError(f"{name} is NaN or infinite in {bad} of {X.size} values; wanted none")


def _check_one_hot(X, Y):
    _check_array("Y", Y)
    if Y.ndim == 1:
        raise ValueError(
            f"labels are {Y.shape}; wanted one-hot rows, ({len(X)}, K): "
            "pass one_hot(labels, classes)"
        )
    if Y.ndim != 2:
        raise ValueError(f"labels are {Y.shape}; wanted one-hot rows, ({len(X)}, K)")
    if not np.issubdtype(Y.dtype, np.number) and Y.dtype != bool:
        raise TypeError(f"labels are of type {Y.dtype}; wanted numbers 0 and 1")
    if len(Y) != len(X):
        if Y.shape[1] == len(X):
            raise ValueError(f"labels are {Y.shape}: one column a sample; pass labels.T")
        raise ValueError(f"labels are {Y.shape} for {len(X)} samples; wanted ({len(X)}, K)")
    # `not (... all)` also catches NaN, which compares unequal to everything.
    if not ((Y == 0) | (Y == 1)).all():
        odd = Y[(Y != 0) & (Y != 1)].flat[0]
        raise ValueError(f"labels hold {odd:.4g}; wanted one-hot rows of 0 and 1")
    sums = Y.sum(axis=1)
    if (sums != 1).any():
        row = int(np.flatnonzero(sums != 1)[0])
        columns = (Y.sum(axis=0) == 1).all() and Y.shape[0] == Y.shape[1]
        raise ValueError(
            f"row {row} of the labels holds {int(sums[row])} ones; wanted exactly one"
            + (": one column a sample; pass labels.T" if columns else "")
        )


def _check_test_set(X, Y, X_test, y_test):
    if (X_test is None) != (y_test is None):
        missing = "X_test" if X_test is None else "y_test"
        raise ValueError(f"{missing} is missing; pass X_test and y_test together, or neither")
    if X_test is None:
        return
    _check_samples("X_test", X_test)
    if X_test.shape[1] != X.shape[1]:
        raise ValueError(
            f"X_test is {X_test.shape}, X is {X.shape}; wanted the same number of columns"
        )
    _check_array("y_test", y_test)
    check_labels(y_test, Y.shape[1], "y_test")
    if len(y_test) != len(X_test):
        raise ValueError(f"y_test holds {len(y_test)} labels for {len(X_test)} rows of X_test")
