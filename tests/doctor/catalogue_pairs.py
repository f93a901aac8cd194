"""Which pairs of the catalogue's bugs can be told apart by loss and gradients at one point."""

import itertools
from functools import cache

import numpy as np

from helpers.bugs import BUGS, build

SINGLES = [id_ for id_ in BUGS if not BUGS[id_].decoy]
DECOYS = [id_ for id_ in BUGS if BUGS[id_].decoy]


def point(N=11, D=6, K=4, scale=0.4, shift=0.0):
    """Random W, b, X and one-hot Y."""
    rng = np.random.default_rng(42)
    W, b = scale * rng.normal(size=(D, K)), scale * rng.normal(size=K) + shift
    return W, b, rng.normal(size=(N, D)), np.eye(K)[rng.permutation(np.arange(N) % K)]


def trace(program):
    """Everything that calls at moderate and at large logits show, rounded, as text."""
    shown = []
    for each in (point(), point(scale=3000), point(shift=2000), point(K=11, N=11)):
        copies = [a.copy() for a in each]
        with np.errstate(all="ignore"):
            try:
                parts = program.loss_and_gradients(*copies)
            except ValueError:
                shown.append("raises")
                continue
        for array in (*parts, copies[3]):
            shown.append((np.shape(array), np.round(array, 9).tolist()))
    return repr(shown).replace("-0.0", "0.0")


def _moderate(ids):
    """Moderate outcome as one vector; ``None`` if it raises."""
    try:
        with np.errstate(all="ignore"):  # a pair may leave the logarithm's domain
            loss, dW, db = build(ids).loss_and_gradients(*point())
    except ValueError:
        return None
    return np.concatenate([np.ravel(loss), np.ravel(dW), np.ravel(db)])


def _same(one, other):
    return one.shape == other.shape and np.allclose(
        one, other, rtol=1e-6, atol=1e-12, equal_nan=True
    )


def _count_same(one, others):
    """As ``_same``, for many at once: 600 pairs are compared with each other."""
    rows = np.array([other for other in others if other.shape == one.shape])
    return np.isclose(one, rows, rtol=1e-6, atol=1e-12, equal_nan=True).all(axis=1).sum()


@cache
def pairs():
    """Pairs on different lines that no bug alone, no other pair and no right program explains."""
    right = _moderate([])
    alone = {id_: _moderate([id_]) for id_ in BUGS}
    visible = [i for i, v in alone.items() if v is not None and not _same(v, right)]
    both = {}
    for pair in itertools.combinations(visible, 2):
        if BUGS[pair[0]].right != BUGS[pair[1]].right:
            value = _moderate(pair)
            if value is not None:
                both[pair] = value
    explained = [right, -right, *(v for v in alone.values() if v is not None)]
    scaled = [s * e for e in explained for s in (1, 11, -1, -11)]
    # Each pair is like itself; one that is like another value too is not told apart.
    return [pair for pair, v in both.items() if _count_same(v, [*scaled, *both.values()]) == 1]


def reproduces(found, wanted):
    """Whether bugs that were named give the very numbers, and shapes, of those put in.

    Parameters
    ----------
    found, wanted : tuple of str

    Returns
    -------
    bool
    """
    mine, theirs = _moderate(found), _moderate(wanted)
    return mine is not None and theirs is not None and _same(mine, theirs)
