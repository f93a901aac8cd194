"""Pictures of matrices as rectangles: each side carries its letter, its length and its colour."""

from matplotlib.collections import LineCollection
from matplotlib.patches import Rectangle

from helpers.figures.base import BLACK, BLUE, GREEN, GREY, PURPLE, RED, YELLOW, new_figure

_SIDES = {"N": BLUE, "D": PURPLE, "K": GREEN}
_OUTCOMES = {
    "right": ("\u2713", GREEN),
    "right by chance": ("?", BLUE),
    "silently wrong": ("!", RED),
    "raises": ("\u2717", BLACK),
}
_SLOT = 1.75  # distance of two rectangles' centres; the longest side of any is 1


def shapes_figure(trials, chosen):
    """The two lines of one trial as rectangles, beside the outcomes of all four.

    Parameters
    ----------
    trials : dict
        ``{(X_transposed, labels_transposed): Trial}``, all four.
    chosen : tuple of bool
        The one to draw.

    Returns
    -------
    Figure
    """
    figure, (left, right) = new_figure(2, height=4.1, widths=[2.1, 1])
    trial = trials[chosen]
    left.set(xlim=(-0.75, 4.4), ylim=(-3.05, 0.85), aspect="equal")
    left.axis("off")
    unit = 1 / max(trial.sizes.values())
    residual, product = trial.lines
    R_axes = _axes_of(residual, residual.axes, trial.sizes)
    dW_axes = _axes_of(product, (product.axes[0], R_axes), trial.sizes)
    _draw_line(left, 0, residual, (*residual.axes, R_axes), unit)
    _draw_line(left, -2.05, product, (product.axes[0], R_axes, dW_axes), unit)
    _draw_table(right, trials, chosen)
    return figure


def _draw_line(ax, y, line, all_axes, unit):
    names = (line.left, line.right, line.name)
    for x, name, shape, axes in zip((0, 1, 2), names, line.shapes, all_axes, strict=True):
        centre = (x * _SLOT, y)
        ax.text(centre[0], y + 0.7, name, ha="center", fontsize=12, family="monospace")
        if shape:
            _draw_matrix(ax, centre, shape, axes, unit)
        else:
            word = "raises" if x == 2 and line.raised else "not reached"
            mark = "\u2717" if word == "raises" else "\u2026"
            ax.text(*centre, mark, ha="center", va="center", fontsize=24)
            ax.text(centre[0], y - 0.35, word, ha="center", va="center", fontsize=10)
    for x, sign in ((0.5, line.operator), (1.5, "=")):
        ax.text(x * _SLOT, y, sign, ha="center", va="center", fontsize=16)


def _axes_of(line, operands, sizes):
    """The letters of a result: those of the operands, or "?" where NumPy has mixed them."""
    first, second = operands
    if line.shapes[2] is None or (line.operator == "-" and first != second):
        return "??"
    axes = first if line.operator == "-" else first[0] + second[1]
    fits = (sizes.get(axis) == size for axis, size in zip(axes, line.shapes[2], strict=True))
    return "".join(axis if fit else "?" for axis, fit in zip(axes, fits, strict=True))


def _draw_matrix(ax, centre, shape, axes, unit):
    height, width = (unit * size for size in shape)
    left, bottom = centre[0] - width / 2, centre[1] - height / 2
    ax.add_patch(Rectangle((left, bottom), width, height, facecolor="#F2F2F2", edgecolor="none"))
    right, top = left + width, bottom + height
    levels = [bottom + n * unit for n in range(1, shape[0])]
    steps = [left + k * unit for k in range(1, shape[1])]
    cells = [[(left, y), (right, y)] for y in levels] + [[(x, bottom), (x, top)] for x in steps]
    ax.add_collection(LineCollection(cells, colors="white", linewidths=1))
    sides = [[(x, bottom), (x, top)] for x in (left, right)]
    sides += [[(left, y), (right, y)] for y in (bottom, top)]
    rows, columns = (_SIDES.get(axis, GREY) for axis in axes)
    ax.add_collection(LineCollection(sides, colors=[rows, rows, columns, columns], linewidths=3))
    ax.text(
        left - 0.06, centre[1], f"{axes[0]} = {shape[0]}",
        ha="right", va="center", fontsize=9, rotation=90,
    )  # fmt: skip
    ax.text(
        centre[0], bottom - 0.06, f"{axes[1]} = {shape[1]}",
        ha="center", va="top", fontsize=9,
    )  # fmt: skip


def _draw_table(ax, trials, chosen):
    ax.set(xlim=(-0.55, 2.05), ylim=(-0.1, 2.75), aspect="equal")
    ax.axis("off")
    ax.text(1, 2.6, "all four, at these sizes", ha="center", fontsize=11)
    for column, name in enumerate(("labels.T", "labels")):
        ax.text(column + 0.5, 2.15, name, ha="center", fontsize=10, family="monospace")
    for row, name in enumerate(("X.T", "X")):
        ax.text(-0.1, 1.5 - row, name, ha="right", va="center", fontsize=10, family="monospace")
    for (X_transposed, labels_transposed), trial in trials.items():
        x, y = 0 if labels_transposed else 1, 1 if X_transposed else 0
        mark, colour = _OUTCOMES[trial.outcome]
        here = (X_transposed, labels_transposed) == chosen
        ax.add_patch(
            Rectangle(
                (x + 0.05, y + 0.05), 0.9, 0.9, facecolor=YELLOW if here else "white",
                alpha=0.35 if here else 1,
            )
        )  # fmt: skip
        ax.add_patch(
            Rectangle(
                (x + 0.05, y + 0.05), 0.9, 0.9, fill=False, edgecolor=BLACK if here else GREY,
                linewidth=2.5 if here else 0.8,
            )
        )  # fmt: skip
        ax.text(x + 0.5, y + 0.68, mark, ha="center", va="center", fontsize=18, color=colour)
        words = trial.outcome.replace("silently ", "silently\n").replace(" by", "\nby")
        ax.text(x + 0.5, y + 0.32, words, ha="center", va="center", fontsize=9)
