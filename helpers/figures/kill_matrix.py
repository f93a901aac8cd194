"""The kill matrix as a picture: one row a bug, one column a check."""

from matplotlib.figure import Figure
from matplotlib.transforms import ScaledTranslation

from helpers.bugs import BUGS, GROUPS
from helpers.checks import CHECKS
from helpers.figures.base import BLACK, BLUE, GREY, RED

_ROW, _GAP = 0.185, 0.45  # height of a row in inches; gap between groups in rows
_WIDEST = 0.4  # width of a column in inches, at most
_WIDTH, _LEFT, _RIGHT, _TOP, _BOTTOM = 9.0, 1.85, 1.45, 2.0, 0.5
_LAST = ("decoys (harmless)", "wheats (right)")


def kill_matrix_figure(matrix):
    """Draw a kill matrix, grouped by kind of bug.

    A kill is a filled square with a cross, a pass a small ring, "not applicable" a dash.

    Parameters
    ----------
    matrix : KillMatrix

    Returns
    -------
    Figure
        900 pixels wide at 100 dots an inch, as high as the bugs need. ``matrix.summary()`` says the
        same in words.
    """
    groups = _grouped(matrix.bugs)
    heights, y = {}, 0.0
    for bugs in groups.values():
        for bug in bugs:
            heights[bug] = y
            y += 1
        y += _GAP
    rows = y - _GAP
    height = _TOP + _BOTTOM + rows * _ROW
    figure = Figure(figsize=(_WIDTH, height), dpi=100)
    width = min(_WIDTH - _LEFT - _RIGHT, _WIDEST * len(matrix.checks))
    ax = figure.add_axes((_LEFT / _WIDTH, _BOTTOM / height, width / _WIDTH, rows * _ROW / height))
    ax.set(xlim=(-0.5, len(matrix.checks) - 0.5), ylim=(rows - 0.5, -0.5))
    ax.spines[:].set_visible(False)
    _draw_cells(ax, matrix, heights)
    _label_checks(ax, matrix.checks)
    _label_bugs(ax, groups, heights)
    return figure


def _grouped(bugs):
    """Bugs by group, in the order of ``GROUPS``; decoys and wheats last."""
    groups = {name: [] for name in (*GROUPS, *_LAST)}
    for bug in bugs:
        if bug not in BUGS:
            groups[_LAST[1]].append(bug)
        else:
            groups[_LAST[0] if BUGS[bug].decoy else BUGS[bug].group].append(bug)
    return {name: members for name, members in groups.items() if members}


def _draw_cells(ax, matrix, heights):
    for y in heights.values():
        ax.axhline(y, color="#E4E4E4", linewidth=0.6, zorder=0)
    for x in range(len(matrix.checks)):
        ax.axvline(x, color="#E4E4E4", linewidth=0.6, zorder=0)
    places = {"failed": ([], []), "passed": ([], []), "not applicable": ([], [])}
    for x, check in enumerate(matrix.checks):
        for bug, y in heights.items():
            xs, ys = places[matrix.verdicts[check, bug].word]
            xs.append(x)
            ys.append(y)
    failed = ax.scatter(*places["failed"], s=120, marker="s", color=RED, linewidths=0)
    cross = ax.scatter(*places["failed"], s=38, marker="x", color="white", linewidths=1.4)
    passed = ax.scatter(
        *places["passed"], s=13, marker="o", facecolor="white", edgecolor=BLUE, linewidths=0.9
    )
    without = ax.scatter(*places["not applicable"], s=50, marker="_", color=BLACK, linewidths=1.6)
    legend = ax.legend(
        [(failed, cross), passed, without],
        ["failed", "passed", "not applicable"],
        loc="upper left", bbox_to_anchor=(0, 0), borderaxespad=0.5, ncols=3, frameon=False,
        fontsize=10,
    )  # fmt: skip
    legend.set_zorder(3)


def _label_checks(ax, checks):
    ax.set_xticks(range(len(checks)))
    ax.xaxis.tick_top()
    # A star for those kept for another reason than what they tell apart.
    names = [f"{name} *" if name in CHECKS and CHECKS[name].kept else name for name in checks]
    ax.set_xticklabels(names, rotation=90, fontsize=9.5)
    ax.tick_params(length=0, pad=3)
    if any(name.endswith("*") for name in names):
        ax.annotate(
            "* kept for a reason of its own", (0.98, 0.18 / ax.figure.get_figheight()),
            xycoords="figure fraction", ha="right", fontsize=9.5, color=GREY,
        )  # fmt: skip


def _label_bugs(ax, groups, heights):
    ax.set_yticks(list(heights.values()))
    ax.set_yticklabels(list(heights), fontsize=9.5)
    # In inches from the right edge of the table.
    beside = ScaledTranslation(0.05, 0, ax.figure.dpi_scale_trans)
    aside = ax.get_yaxis_transform() + beside
    for name, bugs in groups.items():
        first, last = heights[bugs[0]] - 0.35, heights[bugs[-1]] + 0.35
        ax.plot([1, 1], [first, last], BLACK, lw=1.5, transform=aside, clip_on=False)
        words = name.replace(" and ", "\nand ").replace(" (", "\n(")
        middle = (first + last) / 2
        ax.annotate(
            words, (1, middle), (8, 0), xycoords=aside, textcoords="offset points",
            va="center", fontsize=9.5, linespacing=1.1, annotation_clip=False,
        )  # fmt: skip
