"""Axes in the course's sizes and colours, and what is drawn on them everywhere.

Colours are those of Okabe and Ito, made to be told apart by colour-blind readers
(https://jfly.uni-koeln.de/color/); orange and red are darker, since lines need a contrast of 3 : 1
with white and words 4.5 : 1. Shapes and words always say the same as the colour.
"""

from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator
from matplotlib.transforms import ScaledTranslation

BLACK, ORANGE, SKY, GREEN = "#000000", "#C68400", "#56B4E9", "#009E73"
YELLOW, BLUE, RED, PURPLE = "#F0E442", "#0072B2", "#C25500", "#CC79A7"
GREY = "#6E6E6E"

# Fixed margins in inches: a layout engine would cost about 40 ms a picture.
_LEFT, _RIGHT, _TOP, _BOTTOM, _GAP = 0.75, 0.2, 0.4, 0.6, 0.8


def new_figure(columns=1, *, width=9.0, height=3.2, widths=None):
    """An empty figure with axes side by side, in the style of the course.

    Parameters
    ----------
    columns : int
        How many axes.
    width, height : float
        In inches.
    widths : sequence of float, optional
        Relative widths of the axes.

    Returns
    -------
    figure : Figure
    axes : list of Axes
    """
    figure = Figure(figsize=(width, height), dpi=100)
    mean = (width - _LEFT - _RIGHT - _GAP * (columns - 1)) / columns
    grid = figure.add_gridspec(
        1,
        columns,
        left=_LEFT / width,
        right=1 - _RIGHT / width,
        bottom=_BOTTOM / height,
        top=1 - _TOP / height,
        wspace=_GAP / mean,
        width_ratios=widths,
    )
    axes = [figure.add_subplot(grid[0, column]) for column in range(columns)]
    for ax in axes:
        ax.spines[["top", "right"]].set_visible(False)
        ax.tick_params(labelsize=10)
    return figure, axes


def name_axes(ax, title, x="", y="", *, gap=0.5):
    """Title and axis labels, in the course's sizes and in fixed places.

    Matplotlib would lay out all tick labels to find places for them: 5 ms for each axes.

    Parameters
    ----------
    ax : Axes
    title, x, y : str
    gap : float
        Inches from the axes to the label of y; less where there are no tick labels.
    """
    inches = ax.get_figure().dpi_scale_trans
    ax.set_title(title, fontsize=11, loc="left", y=1.0)
    ax.set_xlabel(x, fontsize=10)
    ax.xaxis.set_label_coords(0.5, 0, ax.transAxes + ScaledTranslation(0, -0.28, inches))
    ax.set_ylabel(y, fontsize=10)
    ax.yaxis.set_label_coords(0, 0.5, ax.transAxes + ScaledTranslation(-gap, 0, inches))


def log_scale(ax, *names):
    """Logarithmic scales with plain labels: powers set as mathematics double a picture's time.

    Parameters
    ----------
    ax : Axes
    *names : str
        ``"x"``, ``"y"`` or both.
    """
    for name in names:
        ax.set(**{f"{name}scale": "log"})
        axis = getattr(ax, f"{name}axis")
        axis.set_major_formatter(lambda number, _position: short_label(number))
        axis.set_minor_locator(NullLocator())


def short_label(number):
    """A number in few characters: 1e-6, 0.01, 10.

    Parameters
    ----------
    number : float

    Returns
    -------
    str
    """
    text = f"{number:.0e}" if 0 < abs(number) < 1e-3 else f"{number:g}"
    return text.replace("e-0", "e-").replace("e+0", "e")


def draw_message(ax, text, *, label=""):
    """Write a message where a picture cannot be drawn.

    Parameters
    ----------
    ax : Axes
    text, label : str
        The message, and the title of the axes.
    """
    ax.text(
        0.5, 0.5, text, ha="center", va="center", fontsize=11, color=RED, transform=ax.transAxes
    )
    name_axes(ax, label)
    ax.set(xticks=[], yticks=[])
