"""Pictures of notebook 06: how one class wins."""

from helpers.figures.base import BLACK, BLUE, GREY, ORANGE, log_scale, name_axes, new_figure


def collapse_figure(steps, errors, shortfalls, bound):
    """The error and the largest shortfall along a run with the wrong sign.

    Parameters
    ----------
    steps : sequence of int
    errors : sequence of float
        Error rates in [0, 1].
    shortfalls : sequence of float
        Largest 1 - p_ik, see ``helpers.winner.shortfall``.
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
