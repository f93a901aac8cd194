"""What a check is, and what checks share: a small set of digits, and a way to watch a training."""

import types
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from helpers.digits import CLASSES, SIDE, load_digits
from helpers.softmax_regression import one_hot
from helpers.symptoms import describe_exception

# Enough for a right program to learn from, and 10 ms a run.
SMALL_RUN = types.MappingProxyType({"learning_rate": 0.3, "batch_size": 20, "epochs": 5})


@dataclass(frozen=True)
class Verdict:
    """What a check says of a program.

    Attributes
    ----------
    passed : bool or None
        ``None`` if the check does not apply to this program.
    evidence : str
        What was seen, in a sentence.
    finding : str
        The same in a word or two, to sort by: "-1", "ln B", "raises". Empty: no more than passed
        or not.
    """

    passed: bool | None
    evidence: str
    finding: str = ""

    @property
    def word(self):
        """One of "passed", "killed", "not applicable"."""
        return {True: "passed", False: "killed", None: "not applicable"}[self.passed]

    @property
    def answer(self):
        """The word, and the finding if there is one: what tells two programs apart."""
        return f"{self.word}: {self.finding}" if self.finding else self.word

    def __str__(self):
        return f"{self.answer}. {self.evidence}"


@dataclass(frozen=True)
class Check:
    """A diagnostic check: call it with a program, get a ``Verdict``. It raises nothing.

    Attributes
    ----------
    name, question : str
        The name, and what it asks, in one line.
    source : str
        Where the check comes from.
    cost : int
        1 (a glance at what the run prints) to 5 (an afternoon).
    needs : tuple of str
        Functions the program must have; without one of them the check does not apply.
    body : callable
        ``body(program, **settings) -> Verdict``.
    kept : str
        Why it is kept although the checks without this note tell apart all that it does; empty
        for most.
    """

    name: str
    question: str
    source: str
    cost: int
    needs: tuple
    body: Callable = field(repr=False)
    kept: str = ""

    def __call__(self, program, **settings):
        """Run the check.

        Parameters
        ----------
        program : Program, module or namespace
            Anything with some of the functions of ``helpers.softmax_regression``.
        **settings
            Arguments of ``train`` with which this program is run; those that a check must fix for
            itself have no effect on it.

        Returns
        -------
        Verdict
        """
        missing = [name for name in self.needs if not callable(getattr(program, name, None))]
        if missing:
            return Verdict(None, f"The program has no function {missing[0]}.")
        with np.errstate(all="ignore"):
            try:
                return self.body(program, **settings)
            except Exception as error:
                return Verdict(False, describe_exception(error), "raises")


def check(question, *, source, cost, needs, kept=""):
    """Decorator: make a function ``body(program, **settings) -> Verdict`` a ``Check``.

    The check takes its name from the function: ``first_loss`` becomes "first-loss".

    Parameters
    ----------
    question, source : str
    cost : int
    needs : tuple of str
    kept : str
        As in ``Check``.

    Returns
    -------
    callable
    """

    def make(body):
        name = body.__name__.replace("_", "-")
        return Check(name, question, source, cost, needs, body, kept)

    return make


class SmallDigits(NamedTuple):
    """Digits for quick checks: X (200, 196), one-hot Y (200, 10), X_test (200, 196), y_test."""

    X: np.ndarray
    Y: np.ndarray
    X_test: np.ndarray
    y_test: np.ndarray


def small_digits(per_class=20):
    """The first digits of each class, every second pixel of every second row, sorted by class.

    Parameters
    ----------
    per_class : int

    Returns
    -------
    SmallDigits
        Fresh arrays: a program may write into them.
    """
    return SmallDigits(*(values.copy() for values in _small_digits(per_class)))


@lru_cache(maxsize=4)
def _small_digits(per_class):
    digits = load_digits()
    X, y = _first(digits.X_train, digits.y_train, per_class)
    X_test, y_test = _first(digits.X_test, digits.y_test, per_class)
    return SmallDigits(X, one_hot(y, CLASSES), X_test, y_test)


def _first(X, y, per_class):
    chosen = np.concatenate([np.flatnonzero(y == k)[:per_class] for k in range(CLASSES)])
    images = X[chosen].reshape(-1, SIDE, SIDE)[:, ::2, ::2]
    return np.ascontiguousarray(images).reshape(len(chosen), -1), y[chosen]


def small_run(program, data=None, **settings):
    """Train a program on the small digits.

    Parameters
    ----------
    program : Program, module or namespace
    data : SmallDigits, optional
    **settings
        Arguments of ``train``; where silent, ``SMALL_RUN``.

    Returns
    -------
    Run
    """
    data = small_digits() if data is None else data
    return program.train(*data, **{**SMALL_RUN, **settings})


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
    if not isinstance(program.train, types.FunctionType):
        return None
    train, functions = _private_copy(program.train)
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
