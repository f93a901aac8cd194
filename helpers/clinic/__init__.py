"""The clinic: which check catches which bug, what to ask next, and patients with a hidden bug.

Imported from outside: what is listed here.
"""

from helpers.clinic.decision_tree import decision_tree, information, next_check
from helpers.clinic.first_look import first_looks
from helpers.clinic.kill_matrix import KillMatrix, kill_matrix, twins
from helpers.clinic.patients import COMPLAINT, LEVELS, Visit, draw_case, in_short

__all__ = [
    "COMPLAINT",
    "LEVELS",
    "KillMatrix",
    "Visit",
    "decision_tree",
    "draw_case",
    "first_looks",
    "in_short",
    "information",
    "kill_matrix",
    "next_check",
    "twins",
]
