"""Pictures of notebook 06: how one class wins."""

import numpy as np

from helpers.figures.base import BLACK, BLUE, GREY, ORANGE, log_scale, name_axes, new_figure
from helpers.figures.training import draw_weights


def collapse_figure(steps, errors, shortfalls, bound):
    """The error and the largest shortfall along a run with the wrong sign.

    Parameters
    ----------
    steps : sequence of int
    errors : sequence of float
        Error rates in [0, 1].
    shortfalls : sequence of float
        Largest 1 - p_ik, see ``helpers.experiments.shortfall``.
    bound : float
        See ``helpers.winner.absorbing_bound``.

    Returns
    -------
    Figure
    """
    figure, (left, right) = new_figure(2)
    left.plot(steps, [100 * error for error in errors], color=BLUE, marker="o", markersize=3)
    left.axhline(90, color=GREY, linestyle="--", linewidth=1)
    left.annotate(
        "90", (0.99, 90), xycoords=("axes fraction", "data"), ha="right", va="bottom", color=GREY
    )
    name_axes(left, "test error in %", "full-batch step")
    right.plot(steps, shortfalls, color=BLUE, marker="o", markersize=3, label="largest 1 - p")
    log_scale(right, "y")
    right.axhline(bound, color=ORANGE, linestyle="--", linewidth=1.5, label="bound: no way back")
    right.legend(fontsize=10, frameon=False, labelcolor=BLACK)
    name_axes(right, "how far the least convinced image is", "full-batch step")
    return figure


def regimes_figure(curves):
    """Error against epoch for several runs, told apart by marker and label as well as colour.

    Parameters
    ----------
    curves : dict of str to sequence of float
        Error rates in [0, 1] by label.

    Returns
    -------
    Figure
    """
    figure, (ax,) = new_figure(1)
    styles = ((BLUE, "o"), (ORANGE, "s"), (GREY, "^"))
    for (label, rates), (colour, marker) in zip(curves.items(), styles, strict=False):
        ax.plot(
            range(1, len(rates) + 1),
            [100 * rate for rate in rates],
            color=colour,
            marker=marker,
            label=label,
        )
    ax.axhline(90, color=GREY, linestyle="--", linewidth=1)
    ax.set_ylim(88, 101.5)
    ax.legend(fontsize=10, frameon=False)
    name_axes(ax, "test error in %", "epoch")
    return figure


def winner_figure(counts, step, W, pulls, winner, rival):
    """Predicted classes step by step, the weights, and who pulls one image where.

    Parameters
    ----------
    counts : ndarray of int, shape (steps + 1, K)
        How often each class is predicted, before the first step and after each.
    step : int
        Which of them the other pictures belong to.
    W : ndarray, shape (784, K)
    pulls : ndarray, shape (K,)
        What the samples of each class add to the gap between two logits at one image.
    winner, rival : int
        The two classes.

    Returns
    -------
    Figure
    """
    figure, (left, middle, right) = new_figure(3, width=10.5, height=3.4, widths=(1.2, 1.1, 1))
    steps, below = np.arange(len(counts)), np.zeros(len(counts))
    shades = [str(0.35 + 0.06 * k) for k in range(counts.shape[1])]
    for k, column in enumerate(counts.T):
        colour = ORANGE if k == winner else shades[k]
        left.bar(steps, column, bottom=below, width=0.9, color=colour, edgecolor="white")
        if column[step] > 0.06 * counts[step].sum():
            left.text(step, below[step] + column[step] / 2, str(k), ha="center", va="center")
        below = below + column
    left.axvspan(step - 0.5, step + 0.5, fill=False, edgecolor=BLACK, linewidth=1.5)
    name_axes(left, f"predicted classes; class {winner} in orange", "full-batch step", "images")
    draw_weights(middle, W)
    middle.set_title("weights", fontsize=11, loc="left")
    colours = [ORANGE if pull > 0 else BLUE for pull in pulls]
    bars = right.bar(np.arange(len(pulls)), pulls, color=colours, edgecolor=BLACK, linewidth=0.6)
    for bar, pull in zip(bars, pulls, strict=True):
        bar.set_hatch("" if pull > 0 else "//")
    right.axhline(0, color=GREY, linewidth=0.8)
    right.set_xticks(range(len(pulls)))
    name_axes(right, f"pull on z{winner} - z{rival}", "samples of class")
    return figure
