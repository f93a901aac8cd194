"""The catalogue, inverted: what each bug, and each pair of bugs, makes of a probe.

A bug of the gradients shows in ``loss_and_gradients``. A bug of how a batch is made shows in what
``train`` hands to it. Both are found by running, so a new entry of the catalogue needs no code.
"""

import itertools
from functools import cache

import numpy as np

from helpers.bugs import BUGS, build
from helpers.doctor.probes import MODERATE, SQUARE, Outcome, Probe, close
from helpers.doctor.variants import VARIANTS

RIGHT = ()
# Bugs of a batch that a right function answers with: raw pixels scaled inside, labels as numbers.
_CONVENTIONS = ("scaled-twice", "labels-as-column")


class _Caught(Exception):
    """Carries the batch out of ``train``."""


def evaluate(ids, probe):
    """What a patched program makes of a probe.

    Parameters
    ----------
    ids : tuple of str
        Keys of ``BUGS``, or one key of ``VARIANTS``.
    probe : Probe

    Returns
    -------
    Outcome
    """
    if len(ids) == 1 and ids[0] in VARIANTS:
        return _run(VARIANTS[ids[0]].function, probe)
    program = build(ids)
    if any(id_ in _batch_bugs() for id_ in ids):
        try:
            probe = _batch(program, probe)
        except Exception as error:
            return Outcome(raised=error)
    return _run(program.loss_and_gradients, probe)


def _run(function, probe):
    passed = Probe(*(array.copy() for array in probe))
    with np.errstate(all="ignore"):
        try:
            loss, dW, db = function(*passed)
        except Exception as error:
            return Outcome(raised=error)
    changed = tuple(
        name
        for name in Probe._fields
        if not np.array_equal(getattr(passed, name), getattr(probe, name))
    )
    return Outcome(np.asarray(loss), np.asarray(dW), np.asarray(db), changed)


def _batch(program, probe):
    """The probe as ``train`` would hand it to ``loss_and_gradients``, in the probe's order."""
    caught = []
    for source in (program.source, build().source):
        namespace = {"__name__": "doctor"}
        exec(compile(source, "<doctor>", "exec"), namespace)

        def catch(W, b, X, Y):
            raise _Caught(X, Y)

        namespace["loss_and_gradients"] = catch
        try:
            namespace["train"](probe.X, probe.Y, batch_size=len(probe.X), epochs=1)
        except _Caught as batch:
            caught.append(batch.args)
    (X, Y), (X_right, _) = caught
    order = [int(np.flatnonzero((X_right == row).all(axis=1))[0]) for row in probe.X]
    return probe._replace(X=X[order], Y=Y[order] if len(Y) == len(order) else Y)


@cache
def _batch_bugs():
    """Ids of the bugs that change what ``loss_and_gradients`` is given."""
    probe, found = MODERATE["free"][0], set()
    for id_ in BUGS:
        try:
            batch = _batch(build([id_]), probe)
        except Exception:
            continue
        if not (np.array_equal(batch.X, probe.X) and np.array_equal(batch.Y, probe.Y)):
            found.add(id_)
    return frozenset(found)


def _differ(one, other):
    if (one.raised is None) != (other.raised is None):
        return True
    if one.raised is not None:
        return False
    pairs = ((one.loss, other.loss), (one.dW, other.dW), (one.db, other.db))
    return not all(close(a, b, 1e-9) for a, b in pairs)


@cache
def singles():
    """The catalogue's bugs that show at moderate logits, in its order, then the variants.

    Returns
    -------
    tuple of tuple of str
    """
    probe = MODERATE["free"][0]
    right = evaluate(RIGHT, probe)
    ids = [(id_,) for id_ in (*BUGS, *VARIANTS) if id_ not in _CONVENTIONS]
    return tuple(one for one in ids if _differ(evaluate(one, probe), right))


@cache
def pairs():
    """Pairs of the catalogue's bugs that show, on different lines.

    Returns
    -------
    tuple of tuple of str
    """
    ids = [one[0] for one in singles() if one[0] in BUGS]
    found = []
    for pair in itertools.combinations(ids, 2):
        if BUGS[pair[0]].right != BUGS[pair[1]].right:
            found.append(pair)
    return tuple(found)


@cache
def writers():
    """Ids of the bugs that write into an argument, by that argument's name."""
    probe = MODERATE["free"][0]
    found = {}
    for id_ in BUGS:
        for name in evaluate((id_,), probe).changed:
            found.setdefault(name, id_)
    return found


@cache
def reference(ids, size="free"):
    """Outcomes at both moderate probes.

    Parameters
    ----------
    ids : tuple of str
    size : str
        A key of ``MODERATE``.

    Returns
    -------
    tuple of Outcome
    """
    return tuple(evaluate(ids, probe) for probe in MODERATE[size])


@cache
def reference_square(ids, name):
    """The outcome at a square probe.

    Parameters
    ----------
    ids : tuple of str
    name : str
        A key of ``SQUARE``.

    Returns
    -------
    Outcome
    """
    return evaluate(ids, SQUARE[name])
