"""Try a function in every convention, and keep the one that explains it best."""

import traceback
from dataclasses import dataclass, replace

import numpy as np

from helpers.doctor.conventions import Convention, call, conventions_of
from helpers.doctor.diagnosis import shorten
from helpers.doctor.explain import Explanation, explain
from helpers.doctor.probes import MODERATE

GRADIENTS = ("W", "b", "X", "Y")
_SIMPLE = 4  # the rank of one bug; no other convention is likely to say less
_ENOUGH = 12  # conventions that run and are looked into; more would only repeat themselves


@dataclass(frozen=True, eq=False)
class Trial:
    """A function in the convention that suits it best.

    Attributes
    ----------
    convention : Convention
    size : str
        A key of ``MODERATE``.
    outcomes : tuple of Outcome
    explanation : Explanation
    reduced : str
        "mean" or "sum" if the loss came as one number a sample and was reduced so; else "".
    """

    convention: Convention
    size: str
    outcomes: tuple
    explanation: Explanation
    reduced: str = ""


@dataclass(frozen=True, eq=False)
class Failure:
    """No convention gave anything to look at.

    Attributes
    ----------
    complaint : str
        What came back instead, in words; empty if it raised everywhere.
    raised : Exception or None
        Of the convention that got furthest.
    convention : Convention or None
    """

    complaint: str
    raised: Exception | None
    convention: Convention | None


def try_gradients(f):
    """Find the convention of a gradient function.

    Parameters
    ----------
    f : callable

    Returns
    -------
    Trial or Failure
    """
    failures = []
    for size in MODERATE:
        best, seen = None, {}
        for convention in conventions_of(f, GRADIENTS, single=size == "single"):
            outcomes, failure = _outcomes(f, convention, size)
            if failure is not None:
                failures.append((failure, convention))
                continue
            key = tuple(map(_key, outcomes))
            if key in seen:
                continue
            seen[key] = _explained(convention, size, outcomes)
            if best is None or seen[key].explanation.rank < best.explanation.rank:
                best = seen[key]
            if best.explanation.rank <= _SIMPLE or len(seen) == _ENOUGH:
                break
        if best is not None:
            return best
    return _furthest(f, failures)


def _outcomes(f, convention, size):
    """What came of both probes, and the first failure."""
    outcomes = []
    for probe in MODERATE[size]:
        outcome = call(f, convention, probe)
        if not outcome.usable:
            return (), outcome
        if outcome.dW is None and outcome.db is None:
            return (), replace(outcome, complaint="It returns a loss and no gradient.")
        outcomes.append(outcome)
    return tuple(outcomes), None


def _key(outcome):
    parts = outcome.loss, outcome.dW, outcome.db
    return tuple(None if p is None else (p.shape, p.tobytes()) for p in parts), outcome.changed


def _explained(convention, size, outcomes):
    if all(o.loss is not None and o.loss.size > 1 for o in outcomes):
        return _reduce(convention, size, outcomes)
    return Trial(convention, size, outcomes, explain(outcomes, size))


def _reduce(convention, size, outcomes):
    """Take the mean or the sum of a loss that is one number a sample, whichever fits better."""
    trials = []
    for name, reduce in (("mean", np.mean), ("sum", np.sum)):
        reduced = tuple(replace(o, loss=np.asarray(reduce(o.loss))) for o in outcomes)
        trials.append(Trial(convention, size, reduced, explain(reduced, size), name))
    return min(trials, key=lambda trial: trial.explanation.rank)


def _furthest(f, failures):
    """The failure that got furthest into the function: something read, else the last line."""
    if not failures:
        return Failure("It could not be called with W, b, X and Y.", None, None)
    complaints = [(o, c) for o, c in failures if o.raised is None]
    if complaints:
        outcome, convention = complaints[0]
        return Failure(outcome.complaint, None, convention)
    outcome, convention = max(failures, key=lambda failure: _depth(f, failure[0].raised))
    return Failure("", outcome.raised, convention)


def _depth(f, error):
    code = getattr(f, "__code__", None)
    frames = traceback.extract_tb(error.__traceback__)
    lines = [fr.lineno for fr in frames if code is not None and fr.filename == code.co_filename]
    return (len(frames) > 1, lines[0] if lines else 0)


def in_words(error):
    """An exception in one sentence, with the line that raised it where there is one.

    Parameters
    ----------
    error : Exception

    Returns
    -------
    str
    """
    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames if "helpers/doctor" not in f.filename.replace("\\", "/") and f.line
           and "site-packages" not in f.filename]  # fmt: skip
    where = f", at `{shorten(own[-1].line, 90)}`" if own else ""
    return f"It raises {type(error).__name__}: {shorten(error, 130)}{where}."
