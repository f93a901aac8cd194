"""The clinic: a patient with a hidden bug, checks that cost, and a score.

Everything follows from a level and a seed, so that a teacher can hand out cases by number. What the
best order of checks would have cost is computed from the kill matrix and its decision tree.
"""

from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import combinations

import numpy as np

from helpers.bugs import BUGS, build
from helpers.checks import CHECKS
from helpers.clinic.decision_tree import decision_tree
from helpers.clinic.kill_matrix import KillMatrix, kill_matrix

LEVELS = {
    "easy": "one bug, of those that many checks catch",
    "any": "one bug of all, a harmless decoy, or nothing",
    "several": "two or three of six bugs at once",
}
COMPLAINT = "error-against-chance"  # with this result a patient comes; it is paid already
WRONG_COST = 3  # of a wrong diagnosis: as much as a thorough check
_EASY = 5  # an easy bug is caught by so many checks or more
_SUSPECTS = 6  # of the highest level


@dataclass(frozen=True)
class Case:
    """A patient.

    Attributes
    ----------
    level : str
        One of ``LEVELS``.
    seed : int
    ids : tuple of str
        What the patient has, in the catalogue's order; empty if healthy.
    suspects : tuple of str
        What it may have.
    """

    level: str
    seed: int
    ids: tuple = field(repr=False)
    suspects: tuple

    def answers(self):
        """All that may be answered.

        Returns
        -------
        tuple of tuple of str
            Ids, as in ``ids``.
        """
        if self.level == "several":
            return tuple(ids for size in (2, 3) for ids in combinations(self.suspects, size))
        return (*((id_,) for id_ in self.suspects), *([()] if self.level == "any" else []))

    def matrix(self):
        """Every check, run on everything that may be answered.

        Returns
        -------
        KillMatrix
            Its rows are the ``answers()``.
        """
        return _matrix(self.answers())


def draw_case(level, seed):
    """Draw a patient.

    Parameters
    ----------
    level : str
        One of ``LEVELS``.
    seed : int
        From 0.

    Returns
    -------
    Case
        The same for the same level and seed.

    Raises
    ------
    ValueError
        If the level is unknown or the seed negative.
    """
    if level not in LEVELS:
        raise ValueError(f"level is {level!r}; wanted one of {', '.join(LEVELS)}")
    if seed < 0:
        raise ValueError(f"seed is {seed}; wanted 0 or more")
    rng = np.random.default_rng([seed, list(LEVELS).index(level)])
    if level == "several":
        suspects = _six_suspects(rng)
        ids = rng.choice(suspects, size=rng.integers(2, 4), replace=False)
        return Case(level, seed, _in_order(ids), suspects)
    if level == "easy":
        suspects = easy_bugs()
        return Case(level, seed, (str(rng.choice(suspects)),), suspects)
    harmless = [id_ for id_, bug in BUGS.items() if bug.decoy]
    bugs = [id_ for id_, bug in BUGS.items() if not bug.decoy]
    # One patient in five has nothing, or a decoy.
    ids = rng.choice(bugs) if rng.random() < 0.8 else rng.choice(["", *harmless])
    return Case(level, seed, (str(ids),) if ids else (), tuple(BUGS))


def easy_bugs():
    """The bugs of the lowest level: caught by five checks or more.

    Returns
    -------
    tuple of str
    """
    matrix = kill_matrix()
    return tuple(id_ for id_ in matrix.bugs if len(matrix.killers(id_)) >= _EASY)


def _six_suspects(rng):
    """Bugs of six different lines. One that raises hides all others, so those stay out."""
    matrix = kill_matrix()
    lines, suspects = set(), []
    for id_ in rng.permutation(list(BUGS)):
        bug = BUGS[id_]
        raises = matrix.verdicts[COMPLAINT, id_].finding == "raises"
        if not bug.decoy and not raises and bug.right not in lines:
            lines.add(bug.right)
            suspects.append(id_)
    return _in_order(suspects[:_SUSPECTS])


def _in_order(ids):
    return tuple(id_ for id_ in BUGS if id_ in set(ids))


@cache
def examine(check, ids):
    """Run a check on a program with these bugs, at the settings at which they show.

    Parameters
    ----------
    check : str
        A key of ``CHECKS``.
    ids : tuple of str
        Bugs, in the catalogue's order.

    Returns
    -------
    Verdict
    """
    if len(ids) == 1:
        return kill_matrix([check], ids).verdicts[check, ids[0]]
    settings = {name: value for id_ in ids for name, value in BUGS[id_].settings.items()}
    return CHECKS[check](build(ids), **settings)


@lru_cache(maxsize=8)
def _matrix(answers):
    verdicts = {(check, ids): examine(check, ids) for check in CHECKS for ids in answers}
    return KillMatrix(tuple(CHECKS), answers, verdicts)


@dataclass(frozen=True)
class Assessment:
    """What a diagnosis is worth.

    Attributes
    ----------
    right : bool
    text : str
        Why, in sentences. It gives nothing away if the diagnosis is wrong.
    points : int
        0 to 100; 0 if wrong.
    """

    right: bool
    text: str
    points: int = 0


class Visit:
    """One reader and one patient: what has been asked, and what it has cost.

    Parameters
    ----------
    case : Case

    Attributes
    ----------
    case : Case
    ordered : dict of str to Verdict
        Checks so far, the complaint first.
    seen : dict of str to Verdict
        The same, and what was looked at after the end.
    closed : bool
        Whether the patient was rightly diagnosed or given up. What comes after costs nothing.
    wrong : dict of tuple to Assessment
        Wrong diagnoses so far.
    """

    def __init__(self, case):
        self.case = case
        self.wrong = {}
        self.closed = False
        self.ordered = {COMPLAINT: examine(COMPLAINT, case.ids)}
        self.seen = dict(self.ordered)

    @property
    def cost(self):
        """What checks and wrong diagnoses have cost, with 1 for the complaint."""
        return sum(CHECKS[name].cost for name in self.ordered) + WRONG_COST * len(self.wrong)

    def order(self, check):
        """Run a check. It is paid once, however often it is ordered.

        Parameters
        ----------
        check : str
            A key of ``CHECKS``.

        Returns
        -------
        Verdict

        Raises
        ------
        KeyError
            If there is no such check.
        """
        if check not in CHECKS:
            raise KeyError(f"no check {check!r}; there are {', '.join(CHECKS)}")
        verdict = self.seen[check] = examine(check, self.case.ids)
        if not self.closed:
            self.ordered[check] = verdict
        return verdict

    def close(self):
        """End the visit: what is ordered or said from now on costs nothing."""
        self.closed = True

    def possible(self):
        """The answers that fit what has been seen, those that no check tells apart together.

        Returns
        -------
        list of tuple of answers
        """
        matrix = self.case.matrix()
        fitting = [ids for ids in matrix.bugs if self._contradiction(ids) is None]
        return [group for group in matrix.groups() if group[0] in fitting]

    def diagnose(self, ids):
        """Say what the patient has.

        Parameters
        ----------
        ids : iterable of str
            Bugs; none of them means healthy.

        Returns
        -------
        Assessment
        """
        ids = _in_order(ids)
        if ids not in self.case.answers():
            return Assessment(False, self._not_offered(ids))
        group = _group_of(self.case)
        if ids in group:
            praise = self._praise(ids, group)
            self.close()
            return praise
        if ids in self.wrong:
            return self.wrong[ids]
        refuted = Assessment(False, self._refute(ids))
        if not self.closed:
            self.wrong[ids] = refuted
        return refuted

    def greedy_path(self):
        """The checks that the decision tree orders, after the complaint.

        Returns
        -------
        list of str
            The tree weighs what a check tells against what it costs.
        """
        matrix = self.case.matrix()
        complaint = self.ordered[COMPLAINT].answer
        left = [ids for ids in matrix.bugs if matrix.verdicts[COMPLAINT, ids].answer == complaint]
        tree = decision_tree(matrix, left, by_cost=True)
        return [check for check, _ in tree.path(self.case.ids)]

    def _contradiction(self, ids):
        """A check that was ordered and would have answered otherwise; ``None`` if all fit."""
        return next(
            (c for c, seen in self.ordered.items() if examine(c, ids).answer != seen.answer), None
        )

    def _not_offered(self, ids):
        if self.case.level == "several":
            return f"Name two or three of the six; you named {len(ids)}. That costs nothing."
        if not ids:
            return "Name one bug: this patient is not healthy. That costs nothing."
        return f"Name one bug only; you named {len(ids)}. That costs nothing."

    def _refute(self, ids):
        check = self._contradiction(ids)
        if check is not None:
            wanted, seen = examine(check, ids), self.ordered[check]
            return (
                f'Not that: then {check} would have answered "{wanted.answer}", and it '
                f'answered "{seen.answer}". A wrong diagnosis costs {WRONG_COST}.'
            )
        left = len(self.possible()) - 1
        return (
            f"Not that, though it fits all you have seen. So {'do' if left > 1 else 'does'} "
            f"{left} other answer{'s' * (left > 1)}: order a check that tells them apart. "
            f"A wrong diagnosis costs {WRONG_COST}."
        )

    def _praise(self, ids, group):
        path, possible = self.greedy_path(), len(self.possible())
        best = CHECKS[COMPLAINT].cost + sum(CHECKS[check].cost for check in path)
        points = round(100 * min(1, best / self.cost) / possible)
        text = [f"Right. You spent {self.cost}; the greedy order spends {best}"]
        text[0] += f" ({', '.join(path)})." if path else ": the complaint says it all."
        if possible > 1:
            text.append(
                f"But {possible} answers still fitted what you had seen, so it was partly luck: "
                f"the points are divided by {possible}."
            )
        others = [in_short(other) for other in group if other != ids]
        if others:
            text.append(f"No check tells this from {' or '.join(others)}: that counts the same.")
        return Assessment(True, " ".join([*text, f"{points} points."]), points)


def _group_of(case):
    return next(group for group in case.matrix().groups() if case.ids in group)


def in_short(ids):
    """An answer in words: "wrong-sign + ascent", or "healthy".

    Parameters
    ----------
    ids : tuple of str

    Returns
    -------
    str
    """
    return " + ".join(ids) or "healthy"
