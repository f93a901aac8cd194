"""Notebook 08: two methods on one loss, in the plane and step by step."""

import numpy as np

from helpers.figures.base import BLACK, BLUE, GREY, ORANGE, log_scale, name_axes, new_figure

_FLOOR = 1e-16  # below it a gap is rounding


def race_figure(loss, best, descent, newton):
    """Draw both paths on the lines of equal loss, and the gap to the least loss against the step.

    Parameters
    ----------
    loss : callable
        ``loss(point)`` at a point of the plane.
    best : array_like, shape (2,)
        Where the loss is least.
    descent, newton : Path
        See ``helpers.experiments.Path``.

    Returns
    -------
    Figure
    """
    figure, (left, right) = new_figure(2, height=3.6)
    reach = 1.6 * np.maximum(np.abs(best), 1e-3)
    x, y = (np.linspace(c - r, c + r, 41) for c, r in zip(np.asarray(best) / 2, reach, strict=True))
    heights = np.array([[loss((one, other)) for one in x] for other in y])
    levels = loss(best) + (loss((0, 0)) - loss(best)) * np.array([0.01, 0.1, 0.3, 0.6, 1, 1.6, 2.5])
    left.contour(x, y, heights, levels=levels, colors=GREY, linewidths=0.8)
    for path, colour, marker, label in (
        (descent, BLUE, "o", "gradient descent"),
        (newton, ORANGE, "s", "Newton"),
    ):
        left.plot(*path.points.T, color=colour, marker=marker, markersize=4, linewidth=1.2)
        right.plot(
            np.arange(len(path.gaps)), np.maximum(path.gaps, _FLOOR), color=colour, marker=marker,
            markersize=4, linewidth=1.2, label=label,
        )  # fmt: skip
    left.plot(*best, "+", color=BLACK, markersize=12, markeredgewidth=1.6)
    left.set(xlim=x[[0, -1]], ylim=y[[0, -1]])
    name_axes(
        left, "lines of equal loss; + the least", "weight of feature 1", "weight of feature 2"
    )
    log_scale(right, "y")
    right.set_ylim(_FLOOR / 3, 10 * max(1.0, float(descent.gaps.max())))
    right.legend(fontsize=10, frameon=False, loc="best")
    name_axes(right, "loss above the least, in nats", "step")
    return figure
