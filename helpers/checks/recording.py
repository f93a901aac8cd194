"""Watch a training: what went into every call of the gradients, and what came out."""

import inspect
import types
from typing import NamedTuple

import numpy as np

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
    written = inspect.unwrap(program.train)  # without the decorator, whose globals are not its own
    if not isinstance(written, types.FunctionType):
        return None
    train, functions = _private_copy(written)
    calls, right = [], functions.get("loss_and_gradients")

    def recorder(W, b, X, Y):
        calls.append(Call(*(np.array(values) for values in (W, b, X, Y))))
        loss, dW, db = right(W, b, X, Y)
        calls[-1] = calls[-1]._replace(dW=np.array(dW), db=np.array(db))
        return loss, dW, db

    functions["loss_and_gradients"] = recorder
    error = None
    try:
        train(*small_digits(), **{**SMALL_RUN, **settings})
    except Exception as raised:
        error = raised
    if error is None and not calls:
        return None
    return Watched(calls, error)


def _private_copy(function):
    """A function and its globals, copied: every function among them is bound to the copy."""
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
