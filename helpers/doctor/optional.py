"""Optional numbers that a call leaves at their defaults: a penalty of 0, a temperature of 1.

At such a default a mistake does not show. So each is given a second value, and all together: where
the loss moves with them, the gradients are still to be its slopes. What breaks something (raises,
NaN, chance) or only shortens a gradient says nothing.
"""

from dataclasses import replace
from numbers import Real

import numpy as np

from helpers.doctor.code import signature_of

_MOVES, _GAP = 1e-6, 1e-4


def optional_numbers(f, convention):
    """Optional numbers that a convention leaves alone, each with a second value.

    Parameters
    ----------
    f : callable
    convention : Convention

    Returns
    -------
    tuple of (str, float)
    """
    found = getattr(f, "numbers", None)
    if found is None:
        signature = signature_of(f)
        parameters = signature.parameters.values() if signature else ()
        found = {p.name: p.default for p in parameters if isinstance(p.default, Real)}
    taken = {name.lstrip("*") for name, _ in convention.roles}
    return tuple((name, _second(value)) for name, value in found.items() if name not in taken)


def _second(value):
    """Another value, not far away: what lies between 0 and 1 stays there."""
    if isinstance(value, bool):
        return not value
    return 0.7 * value if value else 0.1


class Numbers:
    """A function at second values of its optional numbers.

    Parameters
    ----------
    oracle : SoftmaxOracle
    load : callable
        Gives the function anew.
    """

    def __init__(self, oracle, load):
        self.oracle, self.load = oracle, load
        self.scene = oracle.scenes[0]
        self.base = self._outcomes(oracle, 1)[0]

    def _outcomes(self, oracle, most=None):
        strength = oracle.strengths[-1]
        return [oracle.call(self.load(), p, strength) for p in self.scene.probes[:most]]

    def departing(self):
        """The numbers with which the gradients are no slopes of the loss; () if there are none."""
        kept = ()
        for pair in optional_numbers(self.load(), self.oracle.convention):
            state = self.state((pair,))
            if state == "departs":
                return (pair,)
            kept += (pair,) * (state != "breaks")
        return kept if len(kept) > 1 and self.state(kept) == "departs" else ()

    def moves(self, before):
        """Whether it gives with its numbers what the unchanged function did not."""
        now = self._outcomes(at(self.oracle, self.oracle.numbers), 1)[0]
        return now.parts.keys() != before.parts.keys() or _moved(now, before)

    def state(self, numbers):
        """What becomes of it with these numbers.

        Parameters
        ----------
        numbers : sequence of (str, float)

        Returns
        -------
        str
            "same" (nothing moves), "belongs", "departs", or "breaks", which says nothing.
        """
        there = at(self.oracle, numbers)
        outcome, again = self._outcomes(there, 1) + self._outcomes(there, 1)
        whole = outcome.usable and outcome.finite and again.usable
        if not whole or _moved(outcome, again) or outcome.parts.keys() != self.base.parts.keys():
            return "breaks"
        if not _moved(outcome, self.base):
            return "same"
        if outcome.loss is None:
            return "departs" if self._has_odd_term(there) else "belongs"
        if self._gap(there, outcome) <= max(_GAP, 10 * self._gap(self.oracle, self.base)):
            return "belongs"
        loss_moves = _moved(outcome, self.base, ["loss"])
        return "departs" if loss_moves or self._has_odd_term(there) else "breaks"

    def _gap(self, oracle, outcome):
        gaps = oracle.gaps(self.load(), self.scene, oracle.strengths[-1], outcome)
        return max(gaps.values(), default=0.0)

    def _has_odd_term(self, oracle):
        """Whether a gradient moves by what does not depend on the data, and is no decay's."""
        rows = [self._outcomes(each) for each in (self.oracle, oracle)]
        if not all(outcome.usable for row in rows for outcome in row):
            return False
        for name in ("W", "b"):
            (before, mixed, h), (now, now_mixed, moved) = (
                oracle.fit_part(name, row, self.scene)[:3] for row in rows
            )
            if before == now == "form":
                h = moved - h
                alone = self.base.loss is None
                parameter = getattr(self.scene.probe, name)
                if np.abs(h).max() > _MOVES and not (alone and decays(h, parameter)):
                    return True
                if not alone and len(mixed) != len(now_mixed):
                    return True
        return False


def decays(h, parameter):
    """Whether a term is that of a penalty: a positive multiple of a parameter, or of its signs."""
    for shape in (parameter, np.sign(parameter)):
        a = float(np.sum(h * shape) / np.sum(shape * shape))
        if a > 0 and np.abs(h - a * shape).max() <= 1e-4 * np.abs(h).max():
            return True
    return False


def at(oracle, numbers):
    """The oracle of a convention that passes these numbers too."""
    return oracle.turned(replace(oracle.convention, numbers=tuple(numbers)))


def _moved(one, other, names=("loss", "W", "b")):
    """Whether any of these parts differ."""
    for a, b in ((one.parts.get(name), other.parts.get(name)) for name in names):
        if a is not None and np.abs(a - b).max() > _MOVES * (1 + np.abs(a).max()):
            return True
    return False
