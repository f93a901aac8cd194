"""Pictures of one run: the loss of every batch, and the classes predicted at its end."""

import numpy as np
from matplotlib.ticker import MaxNLocator

from helpers.figures.base import BLACK, BLUE, GREY, RED, SKY, log_scale, name_axes, new_figure


def draw_losses(ax, losses, classes, *, label="loss of each batch"):
    """Draw a loss curve with ln K marked; steps that are not finite are marked with crosses.

    Parameters
    ----------
    ax : Axes
    losses : array_like, shape (steps,)
        In nats.
    classes : int
        K, the number of classes.
    label : str
        Title of the axes.
    """
    losses = np.asarray(losses, dtype=float)
    steps = np.arange(1, len(losses) + 1)
    finite = np.isfinite(losses)
    shown = losses[finite]
    start = np.log(classes)
    ax.plot(steps[finite], shown, color=BLUE, linewidth=1.2)
    ax.axhline(start, color=GREY, linestyle="--", linewidth=1)
    ax.annotate(
        f"ln {classes} = {start:.3f}", (0.99, start), xycoords=("axes fraction", "data"),
        ha="right", va="bottom", fontsize=10, color=GREY,
    )  # fmt: skip
    if (~finite).any():
        ax.plot(
            steps[~finite], np.full((~finite).sum(), 0.04), "x", color=RED, markersize=4,
            transform=ax.get_xaxis_transform(),
        )  # fmt: skip
        first = steps[~finite][0]
        ax.annotate(
            f"not finite from step {first}", (0.5, 0.3), xycoords="axes fraction",
            ha="center", fontsize=10, color=RED,
        )  # fmt: skip
    if shown.size and shown.min() > 0 and shown.max() > 20 * start:
        log_scale(ax, "y")
    else:
        ax.yaxis.set_major_locator(MaxNLocator(4))
    if shown.size and shown.min() >= 0 and ax.get_yscale() == "linear":
        ax.set_ylim(0, max(shown.max(), start) * 1.15)
    ax.set_xlim(0, max(len(losses), 1))
    name_axes(ax, label, "step", "nats")


def draw_histogram(ax, counts, *, label="predicted classes"):
    """Draw how often each class is predicted, with the count above each bar.

    Parameters
    ----------
    ax : Axes
    counts : array_like of int, shape (K,)
    label : str
        Title of the axes.
    """
    counts = np.asarray(counts)
    ax.bar(np.arange(len(counts)), counts, color=SKY, edgecolor=BLACK, linewidth=0.6)
    for k, count in enumerate(counts):
        if count:
            ax.annotate(
                str(count), (k, count), ha="center", va="bottom", fontsize=9,
                xytext=(0, 1), textcoords="offset points",
            )  # fmt: skip
    ax.set_xticks(np.arange(len(counts)))
    ax.tick_params(axis="x", bottom=False)
    ax.set_ylim(0, max(counts.max(), 1) * 1.15)
    ax.set_yticks([])  # each bar carries its number
    name_axes(ax, label, "class", "images", gap=0.08)


def training_figure(losses, counts, classes=10, *, loss_label="loss of each batch"):
    """A loss curve beside the histogram of predicted classes.

    Parameters
    ----------
    losses : array_like, shape (steps,)
    counts : array_like of int, shape (K,)
    classes : int
    loss_label : str

    Returns
    -------
    Figure
    """
    figure, (left, right) = new_figure(2)
    draw_losses(left, losses, classes, label=loss_label)
    draw_histogram(right, counts)
    return figure
