"""Pictures of notebook 06: how one class wins."""

from helpers.figures import BLACK, BLUE, GREY, ORANGE, new_figure


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
    left.set_title("test error in %", fontsize=11, loc="left")
    right.semilogy(steps, shortfalls, color=BLUE, marker="o", markersize=3, label="largest 1 - p")
    right.axhline(bound, color=ORANGE, linestyle="--", linewidth=1.5, label="bound: no way back")
    right.legend(fontsize=10, frameon=False, labelcolor=BLACK)
    right.set_title("how far the least convinced image is", fontsize=11, loc="left")
    for ax in (left, right):
        ax.set_xlabel("full-batch step", fontsize=10)
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
    ax.set_title("test error in %", fontsize=11, loc="left")
    ax.set_xlabel("epoch", fontsize=10)
    return figure
