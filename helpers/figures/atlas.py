"""The picture of notebook 06's atlas: the roads to 90 %, by branch."""

import itertools

from helpers.figures.base import BLUE, GREY, ORANGE, name_axes, new_figure


def atlas_figure(roads):
    """The errors of the roads, branch by branch, with what tells each from its neighbours.

    Parameters
    ----------
    roads : sequence of Road
        Sorted by branch, see ``helpers.experiments.atlas``.

    Returns
    -------
    Figure
    """
    branches = [list(group) for _, group in itertools.groupby(roads, lambda road: road.branch)]
    rows = len(roads) + len(branches)
    figure, (ax,) = new_figure(1, width=9.0, height=1.1 + 0.24 * rows)
    _, bottom, _, height = ax.get_position().bounds
    ax.set_position([0.29, bottom, 0.28, height])  # with room for names and for measurements
    ticks, labels, y = [], [], 0
    for branch in branches:
        ax.text(-0.02, y, branch[0].branch, transform=ax.get_yaxis_transform(), fontsize=10,
                fontweight="bold", ha="right", va="center")  # fmt: skip
        y += 1
        for road in branch:
            # Filled and square: exact. Open and round: only near.
            face, marker = (BLUE, "s") if road.exact else ("white", "o")
            colour = BLUE if road.exact else ORANGE
            if road.tied:  # rounding takes it anywhere near
                ax.plot([89, 91], [y, y], color=ORANGE, linewidth=2)
            else:
                ax.plot(100 * road.error, y, marker, color=colour, markerfacecolor=face,
                        markersize=6)  # fmt: skip
            ax.text(1.03, y, road.tells, transform=ax.get_yaxis_transform(), fontsize=9,
                    va="center")  # fmt: skip
            ticks.append(y)
            labels.append(" + ".join(road.bugs))
            y += 1
    ax.axvline(90, color=GREY, linestyle="--", linewidth=1, zorder=0)
    ax.set_yticks(ticks, labels, fontsize=9)
    ax.set_ylim(y - 0.3, -0.7)
    ax.set_xlim(88.8, 91.2)
    ax.set_xticks([89, 90, 91])
    name_axes(ax, "squares: exactly 90.00 %", "test error in %")
    ax.text(1.03, 1.0, "tells it from its neighbours", transform=ax.transAxes, fontsize=11,
            va="bottom")  # fmt: skip
    return figure
