"""Shared helpers of the course: the program, its data, its bugs and how to find them."""

from helpers.bugs import BUGS, GROUPS, Bug, build
from helpers.digits import Digits, load_digits
from helpers.doctor import (
    Diagnosis,
    diagnose,
    diagnose_gradients,
    diagnose_number,
    diagnose_run,
    diagnose_script,
    diagnose_step,
    xray,
)
from helpers.gradient_check import gradient_check
from helpers.run import Run
from helpers.softmax_regression import (
    error_rate,
    log_softmax,
    loss_and_gradients,
    one_hot,
    predict,
    softmax,
    step,
    train,
)

__all__ = [
    "BUGS",
    "GROUPS",
    "Bug",
    "Diagnosis",
    "Digits",
    "Run",
    "build",
    "diagnose",
    "diagnose_gradients",
    "diagnose_number",
    "diagnose_run",
    "diagnose_script",
    "diagnose_step",
    "error_rate",
    "gradient_check",
    "load_digits",
    "log_softmax",
    "loss_and_gradients",
    "one_hot",
    "predict",
    "softmax",
    "step",
    "train",
    "xray",
]
