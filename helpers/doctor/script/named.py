"""What the catalogue calls it: the bug whose program makes the very step that the script made."""

import numpy as np

from helpers.bugs import variant

NEAR, MOST = 1e-3, 4


def bugs_of(first, patches):
    """Ids of the bugs that make the first wrong step, up to its rate.

    Parameters
    ----------
    first : Result
        A run.
    patches : sequence of (str, str, str)
        Id, right line and wrong line of each bug.

    Returns
    -------
    list of str
        At most four; none where the first fault is no step.
    """
    fault, groups = first.faults[0], first.observer.groups
    after = next((i for i, g in enumerate(groups) if g.forwards[0].at == fault.at), 0)
    if fault.stage != "step" or not after:
        return []
    before, end = groups[after - 1], groups[after].forwards[0]
    start = before.forwards[-1]
    b, b_after = (np.zeros(first.judge.K) if f.b is None else f.b for f in (start, end))
    mine = np.concatenate([(end.W - start.W).ravel(), b_after - b])
    state = first.judge.problem(before)
    right = _change((), state)
    found = [id_ for id_, *patch in patches if _same(mine, _change((patch,), state), right)]
    return found[:MOST]


def _change(patches, state):
    """What one step of the program changes, at a rate of 1; None if it raises or overflows."""
    W, b, X, Y = (part.copy() for part in state)
    try:
        with np.errstate(all="ignore"):
            after_W, after_b = variant("a step of the catalogue", *patches).step(W, b, X, Y, 1.0)[
                :2
            ]
        change = np.concatenate([(after_W - state[0]).ravel(), np.ravel(after_b - state[1])])
    except Exception:
        return None
    return change if np.isfinite(change).all() else None


def _same(mine, theirs, right):
    """Whether a step is that of a bug, up to a positive factor, and the right one is not."""
    if theirs is None or theirs.shape != mine.shape or _parallel(theirs, right):
        return False
    return _parallel(mine, theirs)


def _parallel(one, other):
    square = other @ other
    if not square or not one.any():
        return False
    scale = one @ other / square
    return bool(scale > 0 and np.linalg.norm(one - scale * other) <= NEAR * np.linalg.norm(one))
