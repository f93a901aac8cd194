"""What becomes of a function at logits of some thousands."""

from functools import cache

import numpy as np

from helpers.bugs import BUGS
from helpers.doctor.conventions import call
from helpers.doctor.probes import LARGE, close
from helpers.doctor.references import RIGHT, evaluate, singles

# What a part is: as it should be, finite and not as it should be, NaN or infinite.
OK, OFF, BAD = "ok", "off", "not finite"


def behaviour(outcomes, expected, common=1.0):
    """How loss and gradients do at the large probes.

    Parameters
    ----------
    outcomes, expected : sequence of Outcome
    common : float
        What the expected values are to be multiplied by.

    Returns
    -------
    loss, gradients : tuple of str
        ``OK``, ``OFF`` or ``BAD``, one a probe.
    """
    both = list(zip(outcomes, expected, strict=True))
    loss = tuple(_state(mine, theirs, ("loss",), common) for mine, theirs in both)
    gradients = tuple(_state(mine, theirs, ("dW", "db"), common) for mine, theirs in both)
    return loss, gradients


def _state(mine, theirs, parts, common):
    if not mine.usable:
        return BAD
    found = [(getattr(mine, part), getattr(theirs, part)) for part in parts]
    found = [(a, b) for a, b in found if a is not None]
    if any(not np.isfinite(a).all() for a, _ in found):
        return BAD
    return OK if all(close(a, common * b, 1e-3) for a, b in found) else OFF


@cache
def _catalogue():
    """Behaviour of the bugs that show at large logits only, by id."""
    visible = {ids[0] for ids in singles()}
    right = [evaluate(RIGHT, probe) for probe in LARGE["free"]]
    found = {}
    for id_ in BUGS:
        if id_ not in visible and not BUGS[id_].decoy:
            shown = behaviour([evaluate((id_,), probe) for probe in LARGE["free"]], right)
            if set(shown[0] + shown[1]) != {OK}:
                found[id_] = shown
    return found


def large_outcomes(f, convention, size):
    """Outcomes of a function at the large probes.

    Parameters
    ----------
    f : callable
    convention : Convention
    size : str

    Returns
    -------
    list of Outcome
    """
    return [call(f, convention, probe) for probe in LARGE[size]]


def name_bug(loss, gradients):
    """The catalogue's bug that behaves so: by the gradients; by the loss if these are right.

    Parameters
    ----------
    loss, gradients : tuple of str
        As ``behaviour`` gives.

    Returns
    -------
    str
        An id, or "".
    """
    if set(gradients) == {OK}:
        return next((i for i, (_, g) in _catalogue().items() if set(g) == {OK}), "")
    alike = [id_ for id_, (_, g) in _catalogue().items() if g == gradients]
    exact = [id_ for id_ in alike if _catalogue()[id_][0] == loss]
    if exact or alike:
        return (exact or alike)[0]
    return ""
