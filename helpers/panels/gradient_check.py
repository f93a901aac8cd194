"""Notebook 04: the step, the precision, the method, and a bug under the gradient check."""

from functools import lru_cache

import numpy as np

from helpers.bugs import BUGS, build
from helpers.experiments import gradient_curve
from helpers.figures import check_figure
from helpers.gradient_check import METHODS, default_step
from helpers.panels.base import Panel, figure_view
from helpers.panels.controls import column, radio, row, slider
from helpers.symptoms import name_ratio

SHOWN_BUGS = (
    "wrong-sign",
    "sum-for-mean",
    "divided-by-classes",
    "summed-loss",
    "softmax-twice",
    "diagonal-jacobian",
    "ascent",
)
PRECISIONS = {"float64": np.float64, "float32": np.float32}

_STEPS = 10.0 ** np.arange(0, -16.5, -0.5)
_GOOD, _BAD = 1e-7, 1e-4  # relative errors, as CS231n has them for a smooth loss


@lru_cache(maxsize=128)
def _curve(bug, method, precision, scale):
    program = build([bug] if bug else [])
    return gradient_curve(
        program.loss_and_gradients, _STEPS, method, dtype=PRECISIONS[precision], scale=scale
    )


class GradientCheck(Panel):
    """Check the program's gradients with a step, a method, a precision and a bug of one's choice.

    The point is that of ``gradient_check``: N = 7, D = 5, K = 3, seed 0. The V is computed whole,
    so that the sentence can tell a wrong gradient from a bad step.
    """

    def __init__(self):
        bugs = [("none", "")] + [(BUGS[bug].title, bug) for bug in SHOWN_BUGS]
        controls = {
            "step": slider("step h", 1e-5, -16, 0, 0.5, log=True),
            "method": radio("method", list(METHODS), "central"),
            "precision": radio("precision", list(PRECISIONS), "float64"),
            "point": radio("point", [("random W", 1.0), ("W = 0", 0.0)], 1.0),
            "bug": radio("bug", bugs, "", upright=True),
        }
        settings = column(*(name for name in controls if name != "bug"))
        layout = (row(settings, "bug"), "picture", "status")
        super().__init__(controls, layout, title="Check a gradient: step, method, precision, bug")

    def view(self):
        chosen = {name: control.value for name, control in self.controls.items()}
        settings = chosen["method"], chosen["precision"], chosen["point"]
        curve = _curve(chosen["bug"], *settings)
        report = curve.at(chosen["step"])
        summary = _in_words(curve, report, chosen)
        alt = (
            "Left, the largest relative error at 33 steps from 1 down to 1e-16, with the chosen "
            f"step ringed; right, each entry of the stated gradient against the numeric one. "
            f"{summary}"
        )
        return figure_view(check_figure(curve, _curve("", *settings), report), summary, alt)


def _in_words(curve, report, chosen):
    ratio, cosine = report.ratios["W"], report.cosines["W"]
    head = (
        f"{report.method.capitalize()}, {report.dtype}, step {report.step:.0e}: largest relative "
        f"error {_size(report.max_error)}"
    )
    if np.isfinite(ratio):
        head += f", ratio {_rounded(ratio)}, cosine {_rounded(cosine)}"
    return f"{head}. {_verdict(curve, report, chosen)}"


def _size(error):
    """An error in words; of a small one only its order, since its digits are rounding."""
    if error >= 1e-3:
        return f"{error:.2g}"
    if error < 1e-14:
        return "below 1e-14"
    return f"of the order {10.0 ** np.floor(np.log10(error)):.0e}"


def _rounded(number):
    return f"{number:.3f}" if abs(number) < 100 else f"{number:.0e}"


def _verdict(curve, report, chosen):
    """One sentence: the gradient, the step or the precision."""
    best = curve.reports[curve.best]
    if best.max_error > _BAD:
        return f"No step makes it small: the gradient is wrong. {_name(chosen)}"
    if report.max_error <= _GOOD and chosen["bug"] == "ascent":
        return "The gradient belongs to the loss. This program walks uphill all the same."
    if report.max_error <= _GOOD:
        return "The gradient belongs to the loss."
    if best.max_error > _GOOD:
        size = _size(best.max_error)
        return f"With this method and precision the best of all errors is {size}."
    advised = curve.at(default_step(report.method, report.dtype))
    cause = "small: rounding is what you see"
    if report.step > advised.step:
        cause = "large: the loss bends within it"
    size = _size(advised.max_error)
    return f"The step is too {cause}. At {advised.step:.0e} the error is {size}."


def _name(chosen):
    """What the ratio says, read where it is exact: by the complex step, in float64."""
    report = _curve(chosen["bug"], "complex-step", "float64", chosen["point"]).at(1e-16)
    name = name_ratio(report.ratios["W"], report.cosines["W"])
    if name == "not a multiple":
        return "It is no multiple of the right one: look at the calculus, not for a factor."
    meaning = {
        "-1": ": a sign",
        "N": ": the loss is a mean, the gradient a sum",
        "1/N": ": the loss is a sum, the gradient a mean",
        "N/K": ": divided by the number of classes",
    }
    return f"It is {name} times the right one{meaning.get(name, '')}."
