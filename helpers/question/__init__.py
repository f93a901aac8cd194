"""The question: its formulas to the letter, its derivation line by line, and line beside code.

Imported from outside: what is listed here, and the module ``derivation`` for its helpers.
"""

from helpers.question.derivation import B_LINES, W_LINES, line_values
from helpers.question.formulas import descend, gradients, objective, predict_probabilities
from helpers.question.side_by_side import SideBySide

__all__ = [
    "B_LINES",
    "W_LINES",
    "SideBySide",
    "descend",
    "gradients",
    "line_values",
    "objective",
    "predict_probabilities",
]
