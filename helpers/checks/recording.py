"""Watch a training: what went into every call, and what came out; and which images those were."""

import inspect
import types
from typing import NamedTuple

import numpy as np

from helpers.checks.base import Verdict
from helpers.checks.small_data import SMALL_RUN, small_digits


class Call(NamedTuple):
    """One call of ``loss_and_gradients`` during a training: copies of what went in and came out.

    ``dW`` and ``db`` are ``None`` if it did not return.
    """

    W: np.ndarray
    b: np.ndarray
    X: np.ndarray
    Y: np.ndarray
    dW: np.ndarray | None = None
    db: np.ndarray | None = None


class Watched(NamedTuple):
    """A training that was watched.

    Attributes
    ----------
    calls : list of Call
    error : Exception or None
        What the training raised, after those calls.
    """

    calls: list
    error: Exception | None

    def complete(self):
        """The calls; raises what the training raised."""
        if self.error is not None:
            raise self.error
        return self.calls


def watch(program, **settings):
    """Train on the small digits, and record every call that ``train`` makes of the gradients.

    The program itself is left as it is: a private copy of its functions is run, in which
    ``loss_and_gradients`` keeps a record.

    Parameters
    ----------
    program : Program, module or namespace
        With a ``train`` written in Python.
    **settings
        Arguments of ``train``; where silent, ``SMALL_RUN``.

    Returns
    -------
    Watched or None
        ``None`` if there is nothing to record: ``train`` calls no function of that name, or is
        itself something else than a function.
    """
    train, functions = _private_train(program)
    calls, right = [], functions.get("loss_and_gradients")

    def recorder(W, b, X, Y):
        calls.append(Call(*(np.array(values) for values in (W, b, X, Y))))
        loss, dW, db = right(W, b, X, Y)
        calls[-1] = calls[-1]._replace(dW=np.array(dW), db=np.array(db))
        return loss, dW, db

    functions["loss_and_gradients"] = recorder
    error = None
    if train is None:
        return None
    try:
        train(*small_digits(), **{**SMALL_RUN, **settings})
    except Exception as raised:
        error = raised
    if error is None and not calls:
        return None
    return Watched(calls, error)


def images_predicted(program, **settings):
    """Train on the small digits, and record the images whose classes are predicted last.

    Parameters
    ----------
    program, **settings
        As for ``watch``.

    Returns
    -------
    ndarray or None
        ``None`` if ``train`` calls no function ``predict``.

    Raises
    ------
    Exception
        Whatever the training raises.
    """
    train, functions = _private_train(program)
    images, right = [], functions.get("predict")

    def recorder(W, b, X):
        images.append(np.array(X))
        return right(W, b, X)

    functions["predict"] = recorder
    if train is None:
        return None
    train(*small_digits(), **{**SMALL_RUN, **settings})
    return images[-1] if images else None


def find_rows(rows, X):
    """Recognise images.

    Parameters
    ----------
    rows : ndarray, shape (n, D)
    X : ndarray, shape (N, D)

    Returns
    -------
    ndarray of int, shape (n,), or None
        The index in X of each row; ``None`` if one is not there.
    """
    where = {image.tobytes(): i for i, image in enumerate(X.round(4) + 0.0)}
    found = [where.get(row.tobytes()) for row in rows.astype(X.dtype).round(4) + 0.0]
    return None if None in found else np.array(found)


def name_pixels(arrived, X):
    """Say what has become of pixels that are not those of the data set.

    Parameters
    ----------
    arrived : ndarray, shape (n, D)
    X : ndarray, shape (N, D)
        Images with pixels 0 to 1.

    Returns
    -------
    Verdict
        Failed: "255 times", "inverted", "not finite" or "other pixels".
    """
    evidence = f"Pixels run from {arrived.min():.3g} to {arrived.max():.3g}; they were 0 to 1."
    if not np.isfinite(arrived).all():
        return Verdict(False, evidence, "not finite")
    factor = arrived.max() / X.max()
    if factor > 0 and find_rows(arrived / factor, X) is not None:
        return Verdict(False, evidence, f"{factor:.3g} times")
    if find_rows(1 - arrived, X) is not None:
        return Verdict(False, evidence, "inverted")
    return Verdict(False, evidence, "other pixels")


def _private_train(program):
    """``train`` and its globals, copied: every function among them is bound to the copy."""
    # Without its decorator, whose globals are not those of the program.
    function = inspect.unwrap(program.train)
    if not isinstance(function, types.FunctionType):
        return None, {}
    home = function.__globals__
    copy = dict(home)
    for name, value in home.items():
        if isinstance(value, types.FunctionType) and value.__globals__ is home:
            copy[name] = _bound_to(copy, value)
    return _bound_to(copy, function), copy


def _bound_to(names, function):
    twin = types.FunctionType(
        function.__code__, names, function.__name__, function.__defaults__, function.__closure__
    )
    twin.__kwdefaults__ = function.__kwdefaults__
    return twin
