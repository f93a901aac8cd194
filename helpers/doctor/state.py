"""Steps that keep state: momentum, Adam and their relatives."""

import numpy as np

_CALLS = 6


def combines(call, scene):
    """Whether a step with state is down the gradient each time, and its length settles.

    Parameters
    ----------
    call : callable
        ``call(probe)``: the outcome of one more step of the same function.
    scene : Scene

    Returns
    -------
    bool
    """
    lengths = []
    for _ in range(_CALLS):
        outcome = call(scene.probe)
        if not outcome.usable:
            return False
        for name in ("W", "b"):
            found = outcome.parts.get(name)
            if found is not None and not _down(found, scene.wanted[0].parts[name]):
                return False
        lengths.append(float(np.linalg.norm(outcome.dW if outcome.dW is not None else 0)))
    growth = np.diff(lengths)
    return bool(np.all(np.abs(growth[1:]) <= np.abs(growth[:-1]) * 1.001 + 1e-9))


def _down(found, wanted):
    """Whether a step is a positive multiple of a gradient, or of its signs."""
    if found.shape != wanted.shape or not np.isfinite(found).all():
        return False
    s = float(np.vdot(wanted, found) / np.vdot(wanted, wanted))
    straight = s > 0 and np.abs(found - s * wanted).max() <= 1e-5 * np.abs(found).max()
    return bool(straight or adapts(found, wanted))


def adapts(found, wanted):
    """Whether a step is of one length in all entries, down each slope: Adam and its relatives.

    Parameters
    ----------
    found, wanted : ndarray
        The step, and the gradient.

    Returns
    -------
    bool
    """
    length = np.abs(found).max()
    clear = np.abs(wanted) > 1e-3 * np.abs(wanted).max()
    near = np.abs(found - length * np.sign(wanted))[clear]
    return length > 0 and near.size > 1 and bool((near <= 2e-3 * length).all())
