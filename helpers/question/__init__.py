"""The question: its formulas to the letter, its derivation line by line, and a check of yours.

Imported from outside: what is listed here, and the module ``derivation`` for its helpers.
"""

from helpers.question.check_derivation import DerivationReport, check_derivation, slip_by_value
from helpers.question.conventions import CONVENTIONS, conventions_table
from helpers.question.derivation import B_LINES, W_LINES, every_entry, line_values
from helpers.question.factors import known_factors
from helpers.question.formulas import descend, gradients, objective, predict_probabilities
from helpers.question.hessian import hessian, newton_step, stack, unstack
from helpers.question.side_by_side import SideBySide

__all__ = [
    "B_LINES",
    "CONVENTIONS",
    "W_LINES",
    "DerivationReport",
    "SideBySide",
    "check_derivation",
    "conventions_table",
    "descend",
    "every_entry",
    "gradients",
    "hessian",
    "known_factors",
    "line_values",
    "newton_step",
    "objective",
    "predict_probabilities",
    "slip_by_value",
    "stack",
    "unstack",
]
