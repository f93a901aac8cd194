"""Compare the gradient that a function states with the slope of the loss that it returns.

A gradient check asks one thing: do the loss and the gradients of *one* function belong together? A
right answer says nothing of the update, of the data, or of whether that loss is the one you want.
Imported from outside: what is listed here. Practice: CS231n, "Gradient checks".
"""

from helpers.gradient_check.check import gradient_check, random_point
from helpers.gradient_check.control import negative_control
from helpers.gradient_check.report import BELONGS, NOISY, WRONG, GradientReport
from helpers.gradient_check.slopes import (
    METHODS,
    default_step,
    default_tolerance,
    numeric_gradients,
)

__all__ = [
    "BELONGS",
    "METHODS",
    "NOISY",
    "WRONG",
    "GradientReport",
    "default_step",
    "default_tolerance",
    "gradient_check",
    "negative_control",
    "numeric_gradients",
    "random_point",
]
