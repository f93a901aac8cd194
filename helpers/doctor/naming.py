"""What the catalogue calls it: the bug, or the two, that do to the program what was done to yours.

One table of the catalogue's singles and pairs by what they give at the probes. A name is told only
if the patched program gives the very numbers, up to one factor for all parts.
"""

import itertools
from functools import lru_cache

import numpy as np

from helpers.bugs import BUGS, variant
from helpers.doctor import guard
from helpers.doctor.calls import call
from helpers.doctor.contract import RATE, Convention
from helpers.doctor.probes import MODERATE, large, make
from helpers.symptoms import name_factor

_PROGRAM = {
    False: ("loss_and_gradients", Convention(tuple((f"*{r}", r) for r in "WbXY"))),
    True: ("step", Convention((*((f"*{r}", r) for r in "WbXY"), ("*rate", "rate")), stepping=True)),
}
# Where a missing transpose or a lost axis is silent: N = K, N = D, D = K, all alike.
SQUARE = tuple(make(*sizes, seed=7) for sizes in ((5, 7, 5), (7, 7, 3), (7, 4, 4), (5, 5, 5)))
PROBES = (*MODERATE["free"], *SQUARE, *large(MODERATE["free"][0]))
_MODERATE, _SQUARE, _LARGE = slice(0, 2), slice(2, 6), slice(6, 8)
_TOLERANCE = 2e-5
_MOST = 4  # sets that cannot be told apart
# One factor for all gradients, and the entry whose whole effect it is.
_SCALES = {"-1": "wrong-sign", "N": "sum-for-mean", "1/N": "divided-twice"}


def outcomes_of(f, convention, hints=()):
    """What a function gives at all probes, in the course's form."""
    return tuple(call(f, convention, probe, RATE, hints=hints) for probe in PROBES)


class Table:
    """The catalogue's entries by what they give.

    Parameters
    ----------
    patches : tuple of (str, str, str)
        Id, right line and wrong line of each.
    stepping : bool
        Whether of a step, or of loss and gradients.
    """

    def __init__(self, patches, stepping):
        self.bugs = {id_: (right, wrong) for id_, right, wrong in patches}
        self.function, self.convention = _PROGRAM[stepping]
        self.right = self._outcomes(())
        self.singles = {}
        for id_ in self.bugs:
            outcomes = self._outcomes((id_,))
            if outcomes is not None and not _same(outcomes, self.right):
                self.singles[(id_,)] = outcomes
        self.quiet = {
            ids: theirs
            for ids, theirs in self.singles.items()
            if _same_parts(theirs[_MODERATE], self.right[_MODERATE])
        }
        self.visible = {i: t for i, t in self.singles.items() if i not in self.quiet}
        self._pairs = None

    def _outcomes(self, ids):
        patches = [self.bugs[id_] for id_ in ids]
        if len({right for right, _ in patches}) < len(patches):
            return None  # on the same line
        program, error = guard.attempt(variant, f"table of the doctor: {ids}", *patches)
        return None if error else outcomes_of(getattr(program, self.function), self.convention)

    @property
    def pairs(self):
        """Two at once that differ from each alone."""
        if self._pairs is None:
            self._pairs = {}
            for one, other in itertools.combinations(self.singles, 2):
                if one in self.quiet and other in self.quiet:
                    continue
                both = self._outcomes((*one, *other))
                if both is not None and not _same_parts(both[_MODERATE], self.right[_MODERATE]):
                    self._pairs[(*one, *other)] = both
        return self._pairs


_table = lru_cache(maxsize=8)(Table)


def table_of(catalogue, stepping):
    """The table of a catalogue, made once."""
    bugs = [bug for bug in catalogue.values() if not bug.decoy]
    return _table(tuple((bug.id, bug.right, bug.wrong) for bug in bugs), stepping)


def name_bugs(mine, catalogue=BUGS, stepping=False):
    """The set of bugs that gives these outcomes.

    Parameters
    ----------
    mine : tuple of Outcome
        At ``PROBES``.
    catalogue : Mapping
    stepping : bool

    Returns
    -------
    tuple of tuple of str
        Sets of ids, the likeliest first; more than one where they cannot be told apart.
    """
    table = table_of(catalogue, stepping)
    if _alike(mine, table.right, ("1",)):
        return ()  # what is wrong is beyond this program: a penalty
    for rows in (lambda: table.visible, lambda: table.pairs):
        sets = _matching(mine, rows(), table)
        if sets:
            return tuple(_with_riders(ids, mine, table) for ids in sets[:_MOST])
    return ()


def _matching(mine, rows, table):
    """Sets of a table that give these outcomes: as they are, up to a factor, or summed."""

    def alike(name, everything=False):
        return [i for i, theirs in rows.items() if _alike(mine, theirs, (name,), everything)]

    exact = alike("1")
    if exact:
        loud = [ids for ids in exact if not any((i,) in table.quiet for i in ids)]
        like = [ids for ids in exact if _finite(rows[ids][_LARGE]) == _finite(mine[_LARGE])]
        return loud or like[:1]
    for scale, id_ in _SCALES.items():
        scaled = [(*ids, id_) for ids in alike(scale) if id_ not in ids]
        if _alike(mine, table.right, (scale,)):
            scaled = [(id_,)]
        if scaled and id_ in table.bugs:
            return scaled
    return alike("N", True)


def _with_riders(ids, mine, table):
    """Add entries that show only in what was written, or at large logits."""
    found = list(ids)
    for rider, theirs in table.singles.items():
        if rider[0] in ids or rider not in table.quiet:
            continue
        wrote = theirs[0].changed and set(theirs[0].changed) <= set(mine[0].changed)
        if wrote:
            found.append(rider[0])
    return tuple(found)


def riders(mine, catalogue=BUGS, stepping=False, written=False):
    """Entries of a function that is right at moderate logits: by what it wrote, or at large."""
    table = table_of(catalogue, stepping)
    wrote = [
        i
        for i, t in table.quiet.items()
        if t[0].changed and set(t[0].changed) <= set(mine[0].changed)
    ]
    if written:
        return tuple(id_ for ids in wrote for id_ in ids)
    shown = np.array(_finite(mine[_LARGE]))
    # The one whose parts are finite where these are; of several, the first.
    unlike = {
        i: int((np.array(_finite(t[_LARGE])) != shown).sum())
        for i, t in table.quiet.items()
        if not t[0].changed
    }
    found = wrote + ([min(unlike, key=unlike.get)] if unlike and not shown.all() else [])
    return tuple(id_ for ids in found for id_ in ids)


def _finite(outcomes):
    """Which parts are finite at the large probes."""
    return tuple(
        tuple(np.isfinite(o.parts[n]).all() if n in o.parts else True for n in ("loss", "W", "b"))
        for o in outcomes
    )


def _alike(mine, theirs, names, everything=False):
    """Whether outcomes are alike up to a factor of a name on the gradients (or on all parts)."""
    moderate = list(zip(mine[_MODERATE], theirs[_MODERATE], strict=True))
    if all(a.usable and b.usable for a, b in moderate):
        return _alike_up_to(moderate, names, everything)
    if any(a.usable != b.usable for a, b in moderate):
        return False
    square = list(zip(mine[_SQUARE], theirs[_SQUARE], strict=True))
    if any(a.usable != b.usable for a, b in square):
        return False
    running = [(a, b) for a, b in square if a.usable]
    return "1" in names and bool(running) and all(_equal(a, b) for a, b in running)


def _equal(mine, theirs):
    parts = [n for n in mine.parts if n in theirs.parts]
    return bool(parts) and all(_near(mine.parts[n], theirs.parts[n]) for n in parts)


def _alike_up_to(pairs, names, everything):
    sizes = [probe.sizes for probe in MODERATE["free"]]
    for part in ("loss", "W", "b"):
        values = []
        for mine, theirs in pairs:
            one, other = mine.parts.get(part), theirs.parts.get(part)
            if one is None:
                break
            if other is None or np.shape(one) != np.shape(other):
                return False
            if part == "loss" and not everything:
                if not _near(one, other):
                    return False
                continue
            square = float(np.vdot(other, other))
            if not np.isfinite(one).all() or not np.isfinite(other).all():
                return False
            scale = float(np.vdot(other, one)) / square if square > 1e-24 else 1.0
            if np.abs(one - scale * other).max() > _TOLERANCE * (np.abs(one).max() + 1e-6):
                return False
            if square > 1e-18:
                values.append(scale)
        if len(values) == len(pairs):
            factor = name_factor(values, sizes)
            if factor is None or str(factor) not in names:
                return False
    return True


def _near(one, other):
    one, other = np.asarray(one), np.asarray(other)
    if one.shape != other.shape:
        return False
    return bool(np.allclose(one, other, rtol=1e-5, atol=1e-9, equal_nan=True))


def _same_parts(one, other):
    return all(
        a.usable == b.usable and (not a.usable or _equal(a, b))
        for a, b in zip(one, other, strict=True)
    )


def _same(one, other):
    """Whether two entries cannot be told apart by loss and gradients."""
    return all(
        a.usable == b.usable and a.changed == b.changed and (not a.usable or _equal(a, b))
        for a, b in zip(one, other, strict=True)
    )
