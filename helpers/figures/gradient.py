"""Pictures of gradient checks: the V of the error, and one gradient against the other."""

import numpy as np

from helpers.figures.base import BLACK, BLUE, GREY, ORANGE, RED, log_scale, name_axes, new_figure

_LINES = ((BLUE, "-", "o"), (ORANGE, "--", "s"), (BLACK, ":", "^"))
_FLOOR, _CEILING = 1e-17, 1e3


def draw_errors(ax, curves, *, chosen=None, reference=None):
    """Draw relative errors against the step, both on logarithmic scales.

    Parameters
    ----------
    ax : Axes
    curves : dict of str to (steps, errors)
        Arrays of one length. Errors that are not finite (the difference was exactly 0) become
        crosses at the upper edge, errors of exactly 0 stand at the lower one.
    chosen : (step, error), optional
        A point to mark with a ring.
    reference : (steps, errors), optional
        A thin grey curve to compare with: the right program.
    """
    if reference is not None:
        steps, errors = reference
        ax.plot(steps, _inside(errors), color=GREY, linewidth=1, label="right program")
    for (label, (steps, errors)), style in zip(curves.items(), _LINES, strict=False):
        color, line, mark = style
        ax.plot(
            steps, _inside(errors), color=color, linestyle=line, marker=mark, markersize=4,
            linewidth=1.4, label=label,
        )  # fmt: skip
        lost = ~np.isfinite(errors)
        _mark_lost(ax, np.asarray(steps)[lost])
    if chosen is not None:
        step, error = chosen
        level = np.clip(error, _FLOOR, _CEILING / 10) if np.isfinite(error) else _CEILING / 10
        ax.axvline(step, color=RED, linewidth=1, linestyle=":")
        ax.plot(step, level, "o", markersize=11, fillstyle="none", color=RED, markeredgewidth=2)
    log_scale(ax, "x", "y")
    ax.set_ylim(_FLOOR, _CEILING)
    ax.set_yticks([1e-15, 1e-12, 1e-9, 1e-6, 1e-3, 1])
    ax.axhline(1e-7, color=GREY, linewidth=0.8, linestyle="--")
    ax.annotate(
        "1e-7: good", (0.01, 1e-7), xycoords=("axes fraction", "data"), fontsize=9,
        color=GREY, va="bottom", bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5},
    )  # fmt: skip
    name_axes(ax, "largest relative error", "step h")
    ax.legend(fontsize=9, frameon=False, loc="lower right")


def _mark_lost(ax, steps):
    """Crosses at the upper edge for steps at which the numeric gradient is exactly 0."""
    if not len(steps):
        return
    ax.plot(steps, np.full(len(steps), _CEILING / 10), "x", color=RED)
    ax.annotate(
        "x: no difference left", (max(steps), _CEILING / 10), xytext=(8, 0),
        textcoords="offset points", va="center", fontsize=9, color=RED,
    )  # fmt: skip


def _inside(errors):
    """Errors as they can be drawn on a logarithmic scale; NaN is left out of the line."""
    errors = np.asarray(errors, dtype=float)
    return np.where(np.isfinite(errors), np.clip(errors, _FLOOR, _CEILING / 10), np.nan)


def draw_entries(ax, report):
    """Draw every entry of the stated gradient against the same entry of the numeric one.

    On the grey diagonal both are equal; a wrong factor is a line of another slope; no line means
    that no factor explains the difference.

    Parameters
    ----------
    ax : Axes
    report : GradientReport
    """
    for name, color, mark in (("W", BLUE, "o"), ("b", ORANGE, "s")):
        numeric, analytic = report.numeric[name].ravel(), np.ravel(report.analytic[name])
        ax.plot(
            numeric, analytic, mark, color=color, markersize=6, label=f"d{name}",
            markeredgecolor=BLACK, markeredgewidth=0.5,
        )  # fmt: skip
    reach = np.abs(report.numeric["W"]).max()
    ax.plot([-reach, reach], [-reach, reach], color=GREY, linewidth=1, label="equal")
    ax.axhline(0, color=GREY, linewidth=0.4)
    ax.axvline(0, color=GREY, linewidth=0.4)
    name_axes(ax, "stated gradient, entry by entry", "numeric: the loss's slope")
    ax.legend(fontsize=9, frameon=False, loc="best")


def errors_figure(curves):
    """The error of several methods against the step.

    Parameters
    ----------
    curves : dict of str to (steps, errors)
        As for ``draw_errors``.

    Returns
    -------
    Figure
    """
    figure, (ax,) = new_figure(1, width=7.5, height=3.6)
    draw_errors(ax, curves)
    return figure


def check_figure(curve, reference, report):
    """The V with the chosen step marked, beside the entries of both gradients.

    Parameters
    ----------
    curve, reference : GradientCurve
        Of the program in question, and of the right one.
    report : GradientReport
        At the chosen step.

    Returns
    -------
    Figure
    """
    figure, (left, right) = new_figure(2, height=3.6, widths=(1.5, 1))
    same = np.array_equal(curve.errors, reference.errors)
    draw_errors(
        left,
        {report.method: (curve.steps, curve.errors)},
        chosen=(report.step, report.max_error),
        reference=None if same else (reference.steps, reference.errors),
    )
    draw_entries(right, report)
    return figure
