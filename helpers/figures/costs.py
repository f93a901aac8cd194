"""Pictures of costs: a gradient when one size of the problem grows, and what bounds a large one."""

from matplotlib.ticker import NullLocator

from helpers.figures.base import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    RED,
    log_scale,
    name_axes,
    new_figure,
)

_LOOKS = {
    "samples": ("N, samples", BLACK, "o"),
    "features": ("D, features", BLUE, "s"),
    "classes": ("K, classes", ORANGE, "^"),
    "chunks": ("chunks, for the same N", GREEN, "D"),
}


def costs_figure(costs):
    """Cost against each size of the problem, and against the number of workers.

    Parameters
    ----------
    costs : dict of str to dict of float to float
        As from ``helpers.experiments.measured_costs``: for "samples", "features", "classes",
        "chunks" and "workers" the cost at each size, both relative.

    Returns
    -------
    Figure
    """
    figure, (sizes, workers) = new_figure(2, widths=(1.5, 1), height=3.6)
    for name, (label, colour, marker) in _LOOKS.items():
        factors = list(costs[name])
        sizes.plot(
            factors, costs[name].values(), color=colour, marker=marker, label=label, markersize=6
        )
    sizes.plot(factors, factors, color=GREY, linestyle=":", label="in proportion")
    log_scale(sizes, "x", "y")
    sizes.set_xticks(factors, [f"{factor:g}" for factor in factors])
    sizes.set_yticks([0.25, 0.5, 1, 2, 4], ["0.25", "0.5", "1", "2", "4"])
    sizes.legend(fontsize=9, frameon=False, loc="upper left")
    name_axes(sizes, "One gradient, in all", "size, times as large", "processor time, times")

    counts = list(costs["workers"])
    workers.plot(counts, costs["workers"].values(), color=PURPLE, marker="o", label="measured")
    workers.plot(counts, [1 / n for n in counts], color=GREY, linestyle=":", label="a fair share")
    log_scale(workers, "x", "y")
    workers.set_xticks(counts, [f"{count:g}" for count in counts])
    workers.set_yticks([0.25, 0.5, 1], ["0.25", "0.5", "1"])
    for axis in (sizes.xaxis, sizes.yaxis, workers.xaxis, workers.yaxis):
        axis.set_minor_locator(NullLocator())
    workers.legend(fontsize=9, frameon=False)
    name_axes(workers, "For each worker", "workers", "")
    return figure


def spread_figure(times, labels):
    """Four times as bars on a logarithmic scale; the longest is full, the others are hatched.

    Parameters
    ----------
    times : dict of str to float
        Seconds, all above 0.
    labels : dict of str to str
        The same in words, written beside the bars.

    Returns
    -------
    Figure
    """
    figure, (ax,) = new_figure(width=6.6, height=2.6)
    longest = max(times, key=times.get)
    low, high = 1e-3, 1e6
    for place, (name, seconds) in enumerate(reversed(times.items())):
        full = name == longest
        shown = min(max(seconds, 1.3 * low), high)
        ax.barh(
            place, shown - low, left=low, height=0.6,
            color=RED if full else "white", edgecolor=RED if full else GREY,
            hatch="" if full else "//",
        )  # fmt: skip
        ax.text(1.2 * shown, place, f"{name}: {labels[name]}", va="center", fontsize=10)
    ax.set(xscale="log", xlim=(low, 50 * high), yticks=[])
    ticks = {1e-3: "1 ms", 1: "1 s", 60: "1 min", 3600: "1 h", 86400: "1 day"}
    ax.set_xticks(list(ticks), list(ticks.values()))
    ax.xaxis.set_minor_locator(NullLocator())
    name_axes(ax, "One gradient over all samples, at least")
    return figure
