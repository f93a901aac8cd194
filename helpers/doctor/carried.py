"""What a step is handed from outside and hands back: moments, velocities, averages, counts.

The caller begins with zeros (or with the weights, or with nothing) and passes on at each step what
came back of the one before. So does the doctor.
"""

import copy
from numbers import Real

import numpy as np

from helpers.doctor.names import part_of
from helpers.doctor.returns import fields_of, flatten

COUNTS = {"count": 0, "count from 1": 1}
KEPT = "kept"  # left at its default at first, and passed on from then
ROLES = (
    "velocity",
    "velocity of b",
    "moments",
    "moments by name",
    "as W",
    "as b",
    "state",
    "list",
    "none",
    KEPT,
    *COUNTS,
)
_NEW = ("new_", "next_", "updated_", "_new", "_next", "_updated", "_out", "new", "1", "_t")


def is_carried(role):
    """Whether an argument's role is that of a state: several arguments may have it."""
    return role in ROLES or role.startswith("in ")


def beginnings(W, b, names):
    """What each role of a state begins with.

    Parameters
    ----------
    W, b : ndarray
        In the author's form; b is ``None`` where W holds it.
    names : dict
        "W" and "b" to the author's keys for them.

    Returns
    -------
    dict
    """
    parts = {"W": W} if b is None else {"W": W, "b": b}
    zeros = {part: np.zeros(np.shape(array)) for part, array in parts.items()}
    found = {"velocity": zeros["W"], "velocity of b": zeros.get("b", np.zeros(())), "zero": 0}
    found |= {"as W": W, "as b": b, "state": {}, "list": [], "none": None, **COUNTS}
    found["moments"] = list(zeros.values())
    found["moments by name"] = {names.get(part, part): zero for part, zero in zeros.items()}
    return found


def begins_as(name, hint):
    """Whether a returned part of this name is the argument's new value: m, new_m, m_next."""
    if hint == name or not isinstance(hint, str):
        return hint == name
    bare = hint
    for affix in _NEW:
        bare = bare.removeprefix(affix).removesuffix(affix)
    return bool(bare) and bare.strip("_") == name.strip("_")


class Carried:
    """The state that goes into a step and comes out of it.

    Parameters
    ----------
    roles : dict
        The names of the arguments that hold state, to their roles.
    renewed : container of str
        Those that get a new value inside, made of the old one.
    """

    def __init__(self, roles, renewed=()):
        self.roles, self.renewed = roles, renewed

    def split(self, returned, hints):
        """Set apart what is new state in what a step returned.

        Parameters
        ----------
        returned : object
        hints : sequence of str
            Names of its parts.

        Returns
        -------
        rest : object
            What is not known by its name to be state.
        hints : tuple of str
            The names of that.
        state : dict
            Argument's name to its new value.
        """
        if not self.roles:
            return returned, hints, {}
        named = isinstance(returned, dict)
        rows = list(returned.items()) if named else None
        if isinstance(returned, (tuple, list)) and len(hints) == len(returned):
            rows = list(zip(hints, returned, strict=True))
        state, left = {}, []
        for hint, value in rows or ():
            name = next((n for n in self.roles if begins_as(n, hint)), None)
            if name is not None and name not in state:
                state[name] = value
            else:
                left.append((hint, value))
        if any(part_of(hint) == "W" for hint, _ in left):
            others = [value for hint, value in left if not part_of(hint)]
            state |= self._in_order(others, state)
            left = [(hint, value) for hint, value in left if part_of(hint)]
        if not state or not left:
            return returned, hints, {}
        if named:
            return dict(left), hints, state
        return tuple(v for _, v in left), tuple(h for h, _ in left), state

    def loose(self, rest, taken, known):
        """New state that no name tells: in the order of the arguments, what is no weight.

        Parameters
        ----------
        rest : object
            What came back, less what the names told.
        taken : iterable of ndarray
            What was read as W and b.
        known : container of str
            Arguments whose new value is known.

        Returns
        -------
        dict
        """
        if not isinstance(rest, (tuple, list)):
            return {}
        ids = {id(array) for array in taken}
        left = [v for v in rest if not any(id(a) in ids for _, a, _ in flatten(v))]
        return self._in_order(left, known)

    def _in_order(self, values, known):
        """New states, in the order of the arguments; {} if there are more or fewer of them."""
        names = [name for name in self.roles if name not in known]
        for wanted in (names, [n for n in names if self.roles[n] not in COUNTS]):
            if len(wanted) == len(values):
                return dict(zip(wanted, values, strict=True))
        return {}

    def onward(self, passed, came):
        """What the next step is passed.

        Parameters
        ----------
        passed : dict
            What this one was: it may have been written into.
        came : dict
            What came back.

        Returns
        -------
        dict
        """
        found = {}
        for name, role in self.roles.items():
            if name in came:
                found[name] = came[name]
            elif role in COUNTS and isinstance(passed[name], Real):
                found[name] = passed[name] + 1
            elif name in passed:
                found[name] = passed[name]
        return found

    def lost(self, before, passed, came):
        """State that neither came back nor was written: the next step begins anew.

        Parameters
        ----------
        before, passed : dict
            What was passed, as it was and as it is after the step.
        came : dict

        Returns
        -------
        tuple of str
        """
        return tuple(
            name
            for name, role in self.roles.items()
            if name in self.renewed and name not in came and role not in COUNTS
            if role == KEPT or _same(before[name], passed[name])
        )


def _same(one, other):
    """Whether two states hold the same numbers."""
    parts = [[a for _, a, _ in flatten(each)] for each in (one, other)]
    if fields_of(one) is not None and list(fields_of(one)) != list(fields_of(other)):
        return False
    return len(parts[0]) == len(parts[1]) and all(map(np.array_equal, *parts))


def copied(value):
    """A state of one's own: two arguments never share one."""
    return copy.deepcopy(value)
