"""The picture of the softmax playground: logits, probabilities and residuals of one sample."""

import numpy as np

from helpers.figures.base import BLACK, GREY, ORANGE, SKY, draw_message, name_axes, new_figure


def softmax_figure(logits, shift, probabilities, residuals, names, true):
    """Draw one sample's logits, probabilities and residuals as bars.

    Parameters
    ----------
    logits : ndarray, shape (K,)
        Before the shift.
    shift : float
        What was added to every logit; named in the title, since it would dwarf the bars.
    probabilities, residuals : ndarray, shape (K,)
        May hold NaN; a message then stands in place of the bars.
    names : sequence of str
        The classes' names.
    true : int
        Position of the true class, marked with a star.

    Returns
    -------
    Figure
    """
    figure, (left, middle, right) = new_figure(3, height=2.9)
    ticks = [f"{name} *" if k == true else name for k, name in enumerate(names)]
    low, high = min(logits.min(), 0), max(logits.max(), 0)
    room = 0.2 * (high - low or 1)
    title = f"logits z, then {shift:+g}" if shift else "logits z"
    _bars(left, logits, ticks, title, "{:.2f}", (low - room, high + room))
    _bars(middle, probabilities, ticks, "probabilities p", "{:.3f}", (0, 1.15))
    _bars(right, residuals, ticks, "residuals p - y", "{:+.3f}", (-1.2, 1.2))
    return figure


def _bars(ax, values, ticks, title, number, limits):
    """Bars with their value at the end; hatched below zero, so that colour is not needed."""
    if not np.isfinite(values).all():
        draw_message(ax, "not a number", label=title)
        return
    colours = [ORANGE if value < 0 else SKY for value in values]
    bars = ax.bar(range(len(values)), values, color=colours, edgecolor=BLACK, linewidth=0.6)
    ax.axhline(0, color=GREY, linewidth=0.8)
    for bar, value in zip(bars, values, strict=True):
        bar.set_hatch("//" if value < 0 else "")
        ax.annotate(
            number.format(value), (bar.get_x() + bar.get_width() / 2, value),
            ha="center", va="top" if value < 0 else "bottom", fontsize=9,
            xytext=(0, -2 if value < 0 else 2), textcoords="offset points",
        )  # fmt: skip
    name_axes(ax, title, "class (* the true one)")
    ax.set_xticks(range(len(ticks)), ticks)
    ax.set_ylim(*limits)


def jacobian_figure(jacobian):
    """Draw the Jacobian of softmax as a heat map, each entry with its number.

    Parameters
    ----------
    jacobian : ndarray, shape (K, K)
        Entry (j, k) is d p_j / d z_k.

    Returns
    -------
    Figure
    """
    figure, (ax,) = new_figure(1, width=4.2, height=3.6)
    largest = np.abs(jacobian).max()
    ax.imshow(jacobian, cmap="RdBu_r", vmin=-largest, vmax=largest)
    for (j, k), value in np.ndenumerate(jacobian):
        colour = "white" if abs(value) > 0.6 * largest else BLACK
        ax.text(k, j, f"{value:+.3f}", ha="center", va="center", fontsize=10, color=colour)
    name_axes(ax, "d p_j / d z_k", "k, the logit that moves", "j, the probability")
    ax.set_xticks(range(len(jacobian)))
    ax.set_yticks(range(len(jacobian)))
    return figure
