"""Search for the edit that makes a reader's code right.

Single edits in the order of their cost; each is applied to the tree, compiled, called once and
rejected at the first wrong part; what is left is judged by the oracles and once more at fresh
probes. Where no single edit does, the best ones are kept and a second is tried upon each.
"""

import re
from dataclasses import dataclass, field

from helpers.doctor import guard
from helpers.doctor.chain import chained
from helpers.doctor.mutations import mutations_of
from helpers.doctor.tree import written

SECONDS = 2.5  # for single edits
PAIR_SECONDS = 5.0  # more, for two
_FURTHER = 0.6  # beyond the best edit that does, dearer ones are tried up to this cost
_VALUE_SECONDS = 1.2  # to find edits by value
_BY_VALUE = 2.05  # edits that cost more come after those by value are known
_ON_FINE = 0.5  # the price of an edit where all values are right
_SHORT = 4  # "_=_", which is like any other
_EACH = 0.25  # of the time for two edits, for the second upon one first
_STARTS = 16  # single edits upon which a second is tried
_TWIN = 0.3  # what an edit gains that makes a line like another: b = b + vb, W = W + vW; it costs
# as much where the line was like another before
_MOST = 3  # repairs that are told


@dataclass(eq=False)
class Repair:
    """One or two mutations with which the code is right.

    Attributes
    ----------
    mutations : tuple of Mutation
    cost : float
    edits : tuple of Edit
    texts : dict
        Unit to its changed text.
    """

    mutations: tuple
    cost: float
    edits: tuple
    texts: dict


@dataclass
class Search:
    """A search over the edits of some code.

    Parameters
    ----------
    case : Case
    setting : callable
        ``setting()``: what is known of the code as it stands, with a first edit made or not.
    quick : callable
        ``quick(f) -> (grade, fine)``: a look at one call; more is better.
    verify : callable
        ``verify(f) -> float or None``: ``None`` if ``f`` is not right, else how odd it is.
    fine : set of (Unit, int)
        Lines whose values are what they should be: an edit there is odd.
    """

    case: object
    setting: object
    quick: object
    verify: object
    fine: frozenset = frozenset()
    deadline: float = 0.0
    tried: int = 0
    graded: list = field(default_factory=list)

    def single(self, seconds=SECONDS, by_value=True):
        """Repairs by one edit, the most natural first."""
        self.deadline = guard.processor_time() + seconds
        base = self._grade(None)
        found = self._pass(base, (), by_value)
        return self._ranked(found)

    def double(self, seconds=PAIR_SECONDS):
        """Repairs by two edits, after ``single`` found none."""
        end = guard.processor_time() + seconds
        base = self._grade(None)
        starts = sorted(
            (row for row in self.graded if row[0] > base + 0.2), key=lambda row: (-row[0], row[1])
        )
        best = []
        for _, _, mutation in self._spread(starts):
            self.deadline = min(end, guard.processor_time() + _EACH * seconds)
            if guard.processor_time() > end:
                break
            old = mutation.apply()
            self.case.code.forget(mutation.unit)
            try:
                best += self._pass(self._grade(None), (mutation,))
            finally:
                mutation.revert(old)
                self.case.code.forget(mutation.unit)
            if best:
                break
        return self._ranked(best)

    def _spread(self, starts):
        """The best starts, a few for each statement."""
        counts = {}
        chosen = []
        for row in starts:
            statement = id(row[2].changes[0][0].statement)
            counts[statement] = counts.get(statement, 0) + 1
            if counts[statement] <= 3:
                chosen.append(row)
        return chosen[:_STARTS]

    def _grade(self, unit):
        f, error = guard.attempt(self.case.load, unit)
        if error is not None:
            return -1.0
        self.case.clock.start(ticks=300_000, seconds=1.0)
        return self.quick(f)[0]

    def _pass(self, base, before, by_value=False):
        """All single edits upon what stands; verified repairs."""
        found, limit = [], float("inf")
        for price, mutation in self._in_order(by_value):
            if price > limit or guard.processor_time() > self.deadline:
                break
            cost = self._try(mutation, base, bool(before))
            if cost is not None:
                mutations = (*before, mutation)
                found.append((price + cost + sum(m.cost for m in before), mutations))
                limit = min(limit, price + cost + _FURTHER)
        return found

    def _in_order(self, by_value):
        """(price, mutation), the cheapest first; those by value only where no cheaper one does."""
        setting = self.setting()
        units = self.case.code.units
        rest = [self._priced(m) for unit in units for m in mutations_of(unit, setting)]
        rest.sort(key=lambda pair: pair[0])
        cheap = sum(price < _BY_VALUE for price, _ in rest)
        yield from rest[:cheap]
        if by_value and setting.scene is not None:
            end, scene = guard.processor_time() + _VALUE_SECONDS, setting.scene
            found = [self._priced(m) for unit in units for m in chained(unit, scene, end)]
            rest = sorted([*rest[cheap:], *found], key=lambda pair: pair[0])
            cheap = 0
        yield from rest[cheap:]

    def _priced(self, mutation):
        whole = not mutation.kind.startswith("add ")  # what is right may still lack a term
        return mutation.cost + _ON_FINE * (whole and self._touches_fine(mutation)), mutation

    def _touches_fine(self, mutation):
        lines = {getattr(slot.statement, "lineno", 0) for slot, _ in mutation.changes}
        return all((mutation.unit, line) in self.fine for line in lines)

    def _try(self, mutation, base, second):
        """How odd a right result is; ``None`` if the edit does not make it right."""
        self.tried += 1
        old = mutation.apply()
        try:
            f, error = guard.attempt(self.case.load, mutation.unit)
            if error is not None:
                return None
            self.case.clock.start(ticks=300_000, seconds=1.0)
            grade, fine = self.quick(f)
            if not second and grade > base:
                self.graded.append((grade, mutation.cost, mutation))
            if not fine:
                return None
            return self.verify(lambda: self.case.load(mutation.unit))
        except (ValueError, TypeError, FloatingPointError, IndexError):
            return None
        finally:
            mutation.revert(old)

    def _ranked(self, found):
        written = [self._written(cost, mutations) for cost, mutations in found]
        written.sort(key=lambda repair: repair.cost)
        repairs, seen = [], set()
        for repair in written:
            key = tuple((e.line, e.before, e.after) for e in repair.edits)
            if key not in seen and any(e.before != e.after for e in repair.edits):
                seen.add(key)
                repairs.append(repair)
            if len(repairs) == _MOST:
                break
        return repairs

    def _written(self, cost, mutations):
        units = dict.fromkeys(mutation.unit for mutation in mutations)
        texts, edits = {}, ()
        for unit in units:
            mine = [mutation for mutation in mutations if mutation.unit is unit]
            texts[unit], made = written(mine)
            edits += made
            if len(made) == 1:
                twins = [
                    _has_twin(made[0], text, unit.text) for text in (made[0].after, made[0].before)
                ]
                cost += _TWIN * (twins[1] - twins[0])
        return Repair(mutations, cost, edits, texts)


def _has_twin(edit, line, text):
    """Whether the line of an edit is another one of the reader's but for its names."""
    form = _form(line)
    others = [other for i, other in enumerate(text.splitlines(), 1) if i != edit.line]
    return len(form) > _SHORT and any(_form(other) == form for other in others)


def _form(line):
    return re.sub(r"[^\W\d]\w*", "_", line.partition("#")[0]).replace(" ", "")
