"""From a symptom to what to look at first: the decision table, computed from the kill matrix."""

from typing import NamedTuple

from helpers.bugs import BUGS
from helpers.clinic.decision_tree import next_check

_GLANCES = (
    "error-against-chance",
    "prediction-histogram",
    "loss-falls-in-training",
    "first-loss",
)

# Symptom: what the glances at a run answer. "" stands for a pass.
SYMPTOMS = {
    "it raises": {"error-against-chance": "raises"},
    "one class is predicted for all": {"prediction-histogram": "constant"},
    "the error is far above a guess": {"error-against-chance": "worse than chance"},
    "the loss rises": {"loss-falls-in-training": "rises"},
    "the loss stays flat": {"loss-falls-in-training": "flat"},
    "the first loss is not ln K": {"first-loss": ("ln B", "ln(BK)", "-ln K", "B ln K", "other")},
    "NaN once logits are large": {"large-logits": ("loss", "gradients", "loss and gradients")},
    "all looks well": dict.fromkeys(_GLANCES, ""),
}


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
        With the checks that ``SYMPTOMS`` names.

    Returns
    -------
    list of FirstLook
        One a symptom; a bug may show several of them.
    """
    rows = []
    for symptom, answers in SYMPTOMS.items():
        bugs = tuple(
            bug
            for bug in matrix.bugs
            if not (bug in BUGS and BUGS[bug].decoy) and _shows(matrix, bug, answers)
        )
        check = next_check(matrix, bugs, by_cost=True)
        rows.append(FirstLook(symptom, bugs, check, _answers(matrix, bugs, check)))
    return rows


def _answers(matrix, bugs, check):
    found = {}
    for bug in bugs:
        verdict = matrix.verdicts[check, bug]
        found.setdefault(verdict.finding or verdict.word, []).append(bug)
    return {name: tuple(found[name]) for name in sorted(found, key=lambda n: (-len(found[n]), n))}


def _shows(matrix, bug, answers):
    for check, wanted in answers.items():
        verdict = matrix.verdicts[check, bug]
        if wanted == "":
            if not verdict.passed:
                return False
        elif verdict.finding not in ([wanted] if isinstance(wanted, str) else wanted):
            return False
    return True
