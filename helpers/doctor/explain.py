"""Find what explains a function's outcomes: the right program, a term, a bug, two bugs, a factor.

The explanations are tried in the order of ``explain``: the simplest first.
"""

import itertools
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from helpers.bugs import BUGS
from helpers.doctor.diagnosis import Factor, name_factor
from helpers.doctor.probes import MODERATE, close, projection
from helpers.doctor.references import RIGHT, pairs, reference, singles
from helpers.doctor.terms import Term, find_term
from helpers.doctor.variants import VARIANTS

EXACT, LOOSE = 1e-7, 3e-4  # LOOSE allows float32 and a logarithm with 1e-8 or 1e-15 added
PARTS = ("loss", "dW", "db")


@dataclass(frozen=True)
class Explanation:
    """One way to account for what a function returned.

    Attributes
    ----------
    kind : str
        "right", "log-likelihood", "bugs", "factors", "parts" or "unknown".
    ids : tuple of str
        Keys of the catalogue or of ``VARIANTS``.
    common : Factor or None
        What everything is multiplied by.
    factors : dict of Factor
        By part, for the kinds "factors" and "parts".
    term : Term or None
        Weight decay, label smoothing, ... that was added.
    explained : dict of str
        By part, the id of the reference that it equals ("" for the right one); kind "parts".
    """

    kind: str
    ids: tuple = ()
    common: Factor | None = None
    factors: dict = None
    term: Term | None = None
    explained: dict = None

    @property
    def rank(self):
        """Smaller is simpler."""
        return {
            "right": 0, "log-likelihood": 2, "bugs": 3 + len(self.ids), "factors": 6, "parts": 7,
            "unknown": 9,
        }[self.kind] + (self.term is not None) + 0.5 * (self.common not in (None, 1))  # fmt: skip


def explain(outcomes, size="free"):
    """The simplest explanation of what a function made of the moderate probes.

    Parameters
    ----------
    outcomes : sequence of Outcome
        One a probe of ``MODERATE[size]``.
    size : str

    Returns
    -------
    Explanation
    """
    ways = (
        lambda: _as_right(outcomes, size, EXACT),
        lambda: _with_term(outcomes, size, [RIGHT]),
        lambda: _as_right(outcomes, size, LOOSE),
        lambda: _as_bugs(outcomes, size, singles()),
        lambda: _as_bugs(outcomes, size, pairs()),
        lambda: _with_wrong_shapes(outcomes, size),
        lambda: _as_factors(outcomes, size),
        lambda: _with_term(outcomes, size, singles()),
        lambda: _with_term(outcomes, size, [RIGHT], any_loss=True),
        lambda: _as_parts(outcomes, size),
    )
    found = (way() for way in ways)
    return next((one for one in found if one is not None), Explanation("unknown"))


def sizes_of(size):
    """(N, D, K) of each moderate probe."""
    return [probe.sizes for probe in MODERATE[size]]


def _as_right(outcomes, size, tolerance):
    common = _common_factor(outcomes, RIGHT, size, tolerance)
    has_loss = outcomes[0].loss is not None
    if common is None or not (has_loss or common in ("1", "N")):
        return None
    if common > 0:
        return Explanation("right", common=common)
    return Explanation("log-likelihood", common=common)


def _as_bugs(outcomes, size, candidates):
    signs = ("1", "N", "-1", "-N") if outcomes[0].loss is not None else ("1", "N")
    found = {}
    for ids in _parallel(outcomes[0].dW, candidates, size):
        common = _common_factor(outcomes, ids, size, LOOSE)
        if common is not None and common in signs:
            found.setdefault(common.name, Explanation(_kind(ids), ids, common))
    return next((found[name] for name in signs if name in found), None)


def _parallel(dW, candidates, size):
    """The candidates whose dW at the first probe may be a multiple of this one: a coarse sieve.

    One matrix product spares a comparison with each of a thousand references.
    """
    if dW is None:
        return candidates
    shape, kept, directions = _directions(candidates, size)
    if dW.shape != shape or not np.isfinite(dW).all():
        odd = set(candidates).difference(kept)
        return [ids for ids in candidates if ids in odd]
    near = np.abs(directions @ dW.ravel()) >= 0.99 * np.linalg.norm(dW)
    flat = ~directions.any(axis=1)
    return list(itertools.compress(kept, near | flat))


@cache
def _directions(candidates, size):
    """The right shape, the candidates whose dW has it, and these dW at length 1, one a row."""
    shape = reference(RIGHT, size)[0].dW.shape
    kept, rows = [], []
    for ids in candidates:
        theirs = reference(ids, size)[0]
        if theirs.usable and theirs.dW.shape == shape and np.isfinite(theirs.dW).all():
            kept.append(ids)
            with np.errstate(over="ignore"):  # beyond 1e154 the square is infinite, the row 0
                length = np.linalg.norm(theirs.dW)
            rows.append(theirs.dW.ravel() / length if length > 1e-10 else np.zeros(theirs.dW.size))
    return shape, tuple(kept), np.array(rows)


def _with_wrong_shapes(outcomes, size):
    """Wrong shapes set aside, what is left is explained; then the shapes' bugs are added."""
    mended, ids = [], []
    for outcome, (N, D, K) in zip(outcomes, sizes_of(size), strict=True):
        dW, db = outcome.dW, outcome.db
        if dW is not None and dW.shape == (K, D):
            dW, ids = dW.T, [*ids, "gradient-transposed"]
        if db is not None and db.shape in ((), (N,)) and N != 1:
            db, ids = None, [*ids, "bias-over-classes" if db.shape else "dead-bias"]
        mended.append(replace(outcome, dW=dW, db=db))
    ids = [id_ for id_ in dict.fromkeys(ids) if id_ in BUGS]
    if not ids or mended[0].dW is None:
        return None
    rest = explain(mended, size)
    if rest.kind == "unknown" or rest.common is None:
        return None
    return Explanation("bugs", (*rest.ids, *ids), rest.common, term=rest.term)


def _kind(ids):
    return "right" if ids[0] in VARIANTS and VARIANTS[ids[0]].right else "bugs"


def _common_factor(outcomes, ids, size, tolerance):
    """The one factor between everything that came back and a reference; ``None`` if none fits."""
    values = []
    for mine, theirs in zip(outcomes, reference(ids, size), strict=True):
        if not theirs.usable:
            return None
        here = [name for name in PARTS if getattr(mine, name) is not None]
        factor = next(
            (s for name in ("dW", "db", "loss") if name in here
             and np.isfinite(s := projection(getattr(mine, name), getattr(theirs, name)))),
            np.nan,
        )  # fmt: skip
        if not np.isfinite(factor):
            return None
        for name in here:
            if not same_part(getattr(mine, name), factor * getattr(theirs, name), tolerance):
                return None
        values.append(factor)
    return name_factor(values, sizes_of(size))


def same_part(mine, theirs, tolerance=LOOSE):
    """``close``, but a bias gradient of one number may have been spread over the classes."""
    if np.ndim(theirs) == 0 and np.ndim(mine) == 1:
        theirs = np.full(np.shape(mine), theirs)
    return close(mine, theirs, tolerance)


def _with_term(outcomes, size, candidates, any_loss=False):
    """A reference and a term. A loss must carry the reference's factor and some strength."""
    for ids in candidates:
        if ids and ids[0] in VARIANTS:
            continue
        term = find_term(outcomes, reference(ids, size), MODERATE[size])
        if term is None or (term.common < 0 and (term.loss is None or not term.consistent)):
            continue
        if term.loss is None or np.isfinite(term.loss) or any_loss:
            kind = "bugs" if ids else "right" if term.common > 0 else "log-likelihood"
            return Explanation(kind, ids, term.common, term=term)
    return None


def _as_factors(outcomes, size):
    """Each part is the right one times a factor of its own."""
    factors = {name: part_factor(outcomes, RIGHT, name, size) for name in PARTS}
    here = [name for name in PARTS if outcomes[0].__dict__[name] is not None]
    if any(factors[name] is None for name in here):
        return None
    return Explanation("factors", factors={name: factors[name] for name in here})


def part_factor(outcomes, ids, name, size):
    """The factor between one part and that of a reference; ``None`` if it is no multiple.

    Parameters
    ----------
    outcomes : sequence of Outcome
    ids : tuple of str
    name : str
        "loss", "dW" or "db".
    size : str

    Returns
    -------
    Factor or None
    """
    values = []
    for mine, theirs in zip(outcomes, reference(ids, size), strict=True):
        if not theirs.usable or getattr(mine, name) is None:
            return None
        mine, theirs = getattr(mine, name), getattr(theirs, name)
        factor = projection(mine, theirs)
        if not np.isfinite(factor):  # theirs is 0: mine must be too
            factor = 1.0
        if not same_part(mine, factor * theirs):
            return None
        values.append(factor)
    return name_factor(values, sizes_of(size))


@cache
def _part_candidates():
    return (RIGHT, *singles())


def _as_parts(outcomes, size):
    """Some part is that of a bug; the others are right, of another bug, or unknown."""
    here = [name for name in PARTS if getattr(outcomes[0], name) is not None]
    if outcomes[0].dW is not None and not outcomes[0].dW.any():
        return None
    table = {}
    for ids in _part_candidates():
        fits = {name: part_factor(outcomes, ids, name, size) for name in here}
        table[ids] = {name: factor for name, factor in fits.items() if _plausible(name, factor)}
    explained, factors = {}, {}
    order = sorted(table, key=lambda ids: (-_worth(table[ids]), bool(ids)))
    for ids in (RIGHT, *order):
        for name, factor in table[ids].items():
            if name not in explained and (ids != RIGHT or factor == 1):
                explained[name], factors[name] = (ids[0] if ids else ""), factor
    for name, factor in table[RIGHT].items():
        if name not in explained:
            explained[name], factors[name] = "", factor
    if not explained or (set(explained.values()) == {""} and not _tells(factors)):
        return None
    ids = tuple(dict.fromkeys(id_ for id_ in explained.values() if id_))
    return Explanation("parts", ids, factors=factors, explained=explained)


def _tells(factors):
    return any(factor != 1 for factor in factors.values())


def _plausible(name, factor):
    """A loss is one number a probe: a bare constant does not count there."""
    if factor is None:
        return False
    return name != "loss" or factor.name.strip("-")[0] in "1N2K"


def _worth(fits):
    """How much a reference explains: gradients count before losses, plain before scaled."""
    return sum((3 if name == "dW" else 2 if name == "db" else 1) * (2 if f == 1 else 1)
               for name, f in fits.items())  # fmt: skip


def bugs_of(ids):
    """Catalogue ids behind the keys of an explanation: variants are turned to their bug."""
    bugs = [VARIANTS[id_].bug if id_ in VARIANTS else id_ for id_ in ids]
    return tuple(dict.fromkeys(id_ for id_ in bugs if id_ in BUGS))
