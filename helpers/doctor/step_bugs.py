"""What the catalogue's bugs make of a step, and which of them make what a user's step makes."""

from functools import cache

import numpy as np

from helpers.bugs import BUGS, build
from helpers.doctor.probes import MODERATE, SQUARE, Outcome, Probe, close
from helpers.doctor.references import RIGHT, pairs, singles

RATES = (0.1, 0.03)


@cache
def _step_outcome(ids, probe_index, size, rate):
    probe = MODERATE[size][probe_index]
    return run_step(build(ids).step, probe, rate)


def run_step(function, probe, rate):
    """What a step of a program makes of a probe."""
    passed = Probe(*(array.copy() for array in probe))
    with np.errstate(all="ignore"):
        try:
            W, b = function(*passed, rate)
        except Exception as error:
            return Outcome(raised=error)
    return Outcome(dW=np.asarray(W, dtype=float), db=np.asarray(b, dtype=float))


@cache
def step_bugs(both):
    """Bugs, or pairs of them, whose step differs from the right one.

    Bugs of the update itself come before those of the gradients: seen through a step the two can
    look alike, and the gradients have a diagnosis of their own.
    """
    visible = []
    right = _step_outcome(RIGHT, 0, "free", RATES[0])
    for id_ in BUGS:
        mine = _step_outcome((id_,), 0, "free", RATES[0])
        if mine.usable and not (close(mine.dW, right.dW, 1e-9) and close(mine.db, right.db, 1e-9)):
            visible.append(id_)
    gradients = {ids[0] for ids in singles()}
    visible.sort(key=lambda id_: id_ in gradients)
    if not both:
        return tuple((id_,) for id_ in visible)
    return tuple(
        tuple(sorted(pair, key=list(BUGS).index))
        for i, one in enumerate(visible)
        for pair in ((one, other) for other in visible[i + 1 :])
        if BUGS[pair[0]].right != BUGS[pair[1]].right
    )


def fitting(trial, both):
    """What makes the same step; where one of them moves b off 0 alike, only those that do.

    A bias that is never updated stays exactly 0; one whose gradient is summed to one number is
    moved by rounding errors.
    """
    found = [ids for ids in step_bugs(both) if all(_same_move(trial, ids, rate) for rate in RATES)]
    stirred = [ids for ids in found if stirs(_from_zero(ids, trial.size)) == trial.stirs]
    return stirred or found


@cache
def _from_zero(ids, size):
    return run_step(build(ids).step, zero_probe(size), RATES[0])


def zero_probe(size):
    probe = MODERATE[size][0]
    return probe._replace(b=0 * probe.b)


def stirs(outcome):
    """Whether b is moved off 0 at all."""
    return bool(outcome.db is not None and outcome.db.any())


def _same_move(trial, ids, rate):
    for index, mine in enumerate(trial.moves[rate]):
        theirs = _step_outcome(ids, index, trial.size, rate)
        right = _step_outcome(RIGHT, index, trial.size, rate)
        probe = MODERATE[trial.size][index]
        if not theirs.usable:
            return False
        for part, start in (("dW", probe.W), ("db", probe.b)):
            found, wanted = getattr(mine, part), getattr(theirs, part)
            if found is None:
                continue
            if not _same_change(found, wanted, getattr(right, part), start):
                return False
    return True


def _same_change(found, wanted, right, start):
    """Whether two new values agree, measured by the length of the right step."""
    if found.shape != wanted.shape or not np.isfinite(found).all():
        return False
    move = max(np.abs(right - start).max(), 1e-12)
    gap = np.abs(found - wanted).max(initial=0)
    return bool(gap <= 3e-4 * max(move, np.abs(wanted - start).max() if wanted.shape == start.shape
                                  else move))  # fmt: skip


def match_square(move, name):
    """The bug that raises at odd sizes and makes the same step at this square one."""
    for ids in _raising():
        theirs = _square_step(ids, name)
        if move.dW is None or not theirs.usable or not close(move.dW, theirs.dW, 1e-7):
            continue
        if move.db is None or close(move.db, theirs.db, 1e-7):
            return ids
    return None


@cache
def _raising():
    """Bugs, then pairs of a bug of these and another, whose step raises where all sizes differ."""
    odd = MODERATE["free"][0]
    raising = [id_ for id_ in BUGS if run_step(build([id_]).step, odd, RATES[0]).raised]
    both = [pair for pair in pairs() if set(pair) & set(raising)]
    return (*((id_,) for id_ in raising), *both)


@cache
def _square_step(ids, name):
    return run_step(build(ids).step, SQUARE[name], RATES[0])
