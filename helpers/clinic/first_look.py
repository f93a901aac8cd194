"""From a symptom to what to look at first: the decision table, computed from the kill matrix."""

from typing import NamedTuple

from helpers.bugs import BUGS
from helpers.clinic.decision_tree import next_check
from helpers.symptoms import TABLE, Seen

SYMPTOMS = {row.symptom: row for row in TABLE if row.symptom}


class FirstLook(NamedTuple):
    """One row of the decision table.

    Attributes
    ----------
    symptom : str
    bugs : tuple
        Those that show it, decoys left out.
    check : str
        What tells most about them, for its cost.
    answers : dict of str to tuple of str
        What the check answers, and for which of them; the commonest first.
    """

    symptom: str
    bugs: tuple
    check: str
    answers: dict

    def __str__(self):
        counted = [
            f"{answer} ({len(bugs)})" if len(bugs) > 1 else answer
            for answer, bugs in self.answers.items()
        ]
        return f"{self.symptom:31} {len(self.bugs):3}   {self.check}: {', '.join(counted)}"


def first_looks(matrix):
    """The decision table.

    Parameters
    ----------
    matrix : KillMatrix
        With the checks that ``seen_in_checks`` looks at.

    Returns
    -------
    list of FirstLook
        One a symptom; a bug may show several of them.
    """
    rows = []
    sick = [bug for bug in matrix.bugs if not (bug in BUGS and BUGS[bug].decoy)]
    for symptom, row in SYMPTOMS.items():
        bugs = tuple(bug for bug in sick if row.shows(seen_in_checks(matrix, bug)))
        check = next_check(matrix, bugs, by_cost=True)
        rows.append(FirstLook(symptom, bugs, check, _answers(matrix, bugs, check)))
    return rows


def _answers(matrix, bugs, check):
    found = {}
    for bug in bugs:
        verdict = matrix.verdicts[check, bug]
        found.setdefault(verdict.finding or verdict.word, []).append(bug)
    return {name: tuple(found[name]) for name in sorted(found, key=lambda n: (-len(found[n]), n))}


def seen_in_checks(matrix, bug):
    """What the checks that take a glance at a run have found, in names.

    Parameters
    ----------
    matrix : KillMatrix
    bug : str
        One of its programs.

    Returns
    -------
    Seen
    """

    def finding(check, passed):
        verdict = matrix.verdicts[check, bug]
        if verdict.passed:
            return passed
        return None if verdict.finding in ("", "raises") else verdict.finding

    constant = finding("prediction-histogram", "") == "constant"
    return Seen(
        raises=matrix.verdicts["error-against-chance", bug].finding == "raises",
        outcome="constant" if constant else finding("error-against-chance", "learns"),
        trend=finding("loss-falls-in-training", "falls"),
        first_loss=finding("first-loss", "ln K"),
        large_logits=finding("large-logits", None) is None,
    )
