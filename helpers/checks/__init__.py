"""The checks that practitioners use, and the right programs (wheats) that none may fail.

Imported from outside: what is listed here; ``CHECKS`` holds every check by its name.
"""

from helpers.checks.base import Check, Verdict, check
from helpers.checks.in_order import CHECKS
from helpers.checks.recording import watch
from helpers.checks.small_data import SMALL_RUN, SmallDigits, small_digits, small_run
from helpers.checks.wheats import GRADIENT_WHEATS, WHEATS, whole_wheats

__all__ = [
    "CHECKS",
    "GRADIENT_WHEATS",
    "SMALL_RUN",
    "WHEATS",
    "Check",
    "SmallDigits",
    "Verdict",
    "check",
    "small_digits",
    "small_run",
    "watch",
    "whole_wheats",
]
