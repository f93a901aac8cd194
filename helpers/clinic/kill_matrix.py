"""The kill matrix: every check run on every bug. Nothing in it is written by hand.

The words are those of mutation testing: a check *kills* a bug when it fails on it.
"""

import difflib
import itertools
from collections import Counter
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from functools import cache

import numpy as np

from helpers.bugs import BUGS, build
from helpers.checks import CHECKS, WHEATS, Verdict
from helpers.symptoms import describe_exception

MARKS = {"failed": "x", "passed": ".", "not applicable": "-"}


@dataclass(frozen=True, eq=False)
class KillMatrix:
    """Verdicts of checks on bugs. It prints as a table.

    Attributes
    ----------
    checks : tuple of str
        Names, in the order of the columns.
    bugs : tuple of str
        Ids of bugs (or names of wheats), in the order of the rows.
    verdicts : dict
        ``(check, bug)`` to ``Verdict``.
    """

    checks: tuple
    bugs: tuple
    verdicts: Mapping

    def killers(self, bug):
        """The checks that kill a bug.

        Parameters
        ----------
        bug : str

        Returns
        -------
        tuple of str
        """
        return tuple(c for c in self.checks if self.verdicts[c, bug].passed is False)

    def kills(self, check):
        """The bugs that a check kills.

        Parameters
        ----------
        check : str

        Returns
        -------
        tuple of str
        """
        return tuple(b for b in self.bugs if self.verdicts[check, b].passed is False)

    def groups(self, checks=None):
        """The bugs, sorted by what the checks answer: a group is told apart from all others.

        Parameters
        ----------
        checks : iterable of str, optional
            Only these. Default: all.

        Returns
        -------
        list of tuple of str
            Every bug is in one group, most of them alone.
        """
        checks = self.checks if checks is None else tuple(checks)
        found = {}
        for bug in self.bugs:
            answers = tuple(self.verdicts[check, bug].answer for check in checks)
            found.setdefault(answers, []).append(bug)
        return [tuple(group) for group in found.values()]

    def alike(self, checks=None):
        """The groups of two or more: bugs that none of the checks tells apart.

        Parameters
        ----------
        checks : iterable of str, optional
            Only these. Default: all.

        Returns
        -------
        list of tuple of str
        """
        return [group for group in self.groups(checks) if len(group) > 1]

    def told_apart_by(self, first, second):
        """The checks that answer differently for two bugs.

        Parameters
        ----------
        first, second : str

        Returns
        -------
        tuple of str
            Empty if nothing tells them apart.
        """
        answers = self.verdicts
        return tuple(
            c for c in self.checks if answers[c, first].answer != answers[c, second].answer
        )

    def separators(self, bugs):
        """A short list of checks that tells bugs apart: each splits most of the pairs left.

        Parameters
        ----------
        bugs : iterable of str

        Returns
        -------
        checks : tuple of str
            No two of the bugs have the same answers to all of these.
        left : tuple of (str, str)
            Save these pairs, which nothing tells apart.
        """
        pairs = {pair: self.told_apart_by(*pair) for pair in itertools.combinations(bugs, 2)}
        left = tuple(pair for pair, by in pairs.items() if not by)
        checks = []
        while any(pairs.values()):
            votes = Counter(check for by in pairs.values() for check in by)
            checks.append(max(self.checks, key=lambda check: votes[check]))
            pairs = {pair: by for pair, by in pairs.items() if checks[-1] not in by}
        return tuple(checks), left

    def lost_without(self, check, among=None):
        """What is lost when a check is taken away from others.

        Parameters
        ----------
        check : str
        among : iterable of str, optional
            The others. Default: those that are not marked as kept (``Check.kept``).

        Returns
        -------
        kills : tuple of str
            Bugs that nothing kills any more.
        pairs : int
            How many pairs of bugs nothing tells apart any more.
        """
        if among is None:
            among = [c for c in self.checks if not (c in CHECKS and CHECKS[c].kept)]
        others = [c for c in among if c != check]
        killed = {bug for c in others for bug in self.kills(c)}
        kills = tuple(bug for bug in self.kills(check) if bug not in killed)
        return kills, self._pairs_alike(others) - self._pairs_alike([*others, check])

    def _pairs_alike(self, checks):
        return sum(len(group) * (len(group) - 1) // 2 for group in self.groups(checks))

    def summary(self):
        """The matrix in words, as the alternative text of its picture.

        Returns
        -------
        str
        """
        kills = {check: len(self.kills(check)) for check in self.checks}
        most = max(kills, key=kills.get)
        once = sum(len(self.killers(bug)) == 1 for bug in self.bugs)
        spared = [bug for bug in self.bugs if not self.killers(bug)]
        return (
            f"{len(self.checks)} checks on {len(self.bugs)} programs: {sum(kills.values())} cells "
            f"are kills. {most} kills most, {kills[most]}. {once} programs are killed by one check "
            f"only, {len(spared)} by none{': ' * bool(spared)}{', '.join(spared)}."
        )

    def __str__(self):
        width = max(len(bug) for bug in self.bugs)
        numbers = [str(i + 1) for i in range(len(self.checks))]
        head = [
            " " * width + " " + "".join(f"{n[:-1]:>2}" for n in numbers),
            " " * width + " " + "".join(f"{n[-1]:>2}" for n in numbers),
        ]
        rows = [
            f"{bug:<{width}} "
            + "".join(f" {MARKS[self.verdicts[check, bug].word]}" for check in self.checks)
            for bug in self.bugs
        ]
        legend = [f"{n:>3}  {check}" for n, check in zip(numbers, self.checks, strict=True)]
        marks = "x failed   . passed   - not applicable"
        lines = head * (len(numbers) > 9) or head[1:]
        return "\n".join([*lines, *rows, "", marks, *legend])


def kill_matrix(checks=None, bugs=None):
    """Run checks on bugs.

    Parameters
    ----------
    checks : iterable of str, or mapping of str to callable, optional
        Names from ``CHECKS``; or checks of your own, ``check(program)`` that returns a ``Verdict``
        or True (passed) or False. Default: all of ``CHECKS``.
    bugs : iterable of str, optional
        Keys of ``BUGS`` or ``WHEATS``. Default: all of ``BUGS``, decoys included.

    Returns
    -------
    KillMatrix
        Each bug is run at its own ``settings``.

    Raises
    ------
    KeyError
        If a check or a bug is unknown.
    TypeError
        If a check of yours returns something else, or a single string came.
    """
    bugs = tuple(BUGS) if bugs is None else _names(bugs, {**BUGS, **WHEATS}, "bug or wheat")
    if isinstance(checks, Mapping):
        verdicts = {(n, bug): _run(f, bug) for n, f in checks.items() for bug in bugs}
        return KillMatrix(tuple(checks), bugs, verdicts)
    checks = tuple(CHECKS) if checks is None else _names(checks, CHECKS, "check")
    return KillMatrix(checks, bugs, {(c, bug): _cell(c, bug) for c in checks for bug in bugs})


def twins():
    """Bugs whose runs look the same, by the catalogue's signatures.

    Returns
    -------
    list of tuple of str
        Groups of two or more ids, decoys left out. What tells two of them apart is
        ``KillMatrix.told_apart_by``.
    """
    groups = {}
    for id_, bug in BUGS.items():
        if not bug.decoy:
            groups.setdefault(astuple(bug.signature), []).append(id_)
    return [tuple(group) for group in groups.values() if len(group) > 1]


@cache
def _cell(check, bug):
    return CHECKS[check](_patient(bug), **(BUGS[bug].settings if bug in BUGS else {}))


def _run(function, bug):
    """The verdict of somebody's own check, which may well fail with the program."""
    with np.errstate(all="ignore"):
        try:
            said = function(_patient(bug))
        except Exception as error:
            return Verdict(False, describe_exception(error), "raises")
    if isinstance(said, Verdict):
        return said
    if isinstance(said, (bool, np.bool_)):
        return Verdict(bool(said), f"The check returned {bool(said)}.")
    raise TypeError(f"the check returned {said!r}; wanted True, False or a Verdict")


def _patient(bug):
    return build([bug]) if bug in BUGS else WHEATS[bug]


def _names(wanted, known, what):
    if isinstance(wanted, str):
        raise TypeError(f"{what}s are the string {wanted!r}; wanted an iterable: [{wanted!r}]")
    wanted = tuple(dict.fromkeys(wanted))
    for name in wanted:
        if name not in known:
            near = difflib.get_close_matches(str(name), known, n=3, cutoff=0.3)
            raise KeyError(f"no {what} {name!r}; the nearest are {', '.join(near) or 'none'}")
    return wanted
