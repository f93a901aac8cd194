"""Pictures: numbers in, a matplotlib ``Figure`` out. No pyplot, which is not safe in threads.

Colours are those of Okabe and Ito, made to be told apart by colour-blind readers
(https://jfly.uni-koeln.de/color/); shapes and words always say the same as the colour.
"""

import base64
import io
import textwrap

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import AutoLocator, MaxNLocator, NullLocator
from matplotlib.transforms import ScaledTranslation
from PIL import Image

BLACK, ORANGE, SKY, GREEN = "#000000", "#E69F00", "#56B4E9", "#009E73"
YELLOW, BLUE, RED, PURPLE = "#F0E442", "#0072B2", "#D55E00", "#CC79A7"
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
    return f"{number:.0e}".replace("e-0", "e-") if number < 1e-3 else f"{number:g}"


def to_png(figure):
    """Draw a figure.

    Parameters
    ----------
    figure : Figure

    Returns
    -------
    bytes
        A PNG file, the same for the same figure.
    """
    canvas = figure.canvas  # kept from draw to draw: it remembers the sizes of its texts
    if not isinstance(canvas, FigureCanvasAgg):
        canvas = FigureCanvasAgg(figure)
    canvas.draw()
    pixels = np.asarray(canvas.buffer_rgba())[..., :3]
    buffer = io.BytesIO()
    # Light compression: speed shows, kilobytes do not.
    Image.fromarray(pixels).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def blank(axes):
    """Take everything off axes that are to be drawn on again; new axes would cost 10 ms.

    Parameters
    ----------
    axes : list of Axes
    """
    for ax in axes:
        drawn = [ax.containers, ax.lines, ax.patches, ax.texts, ax.collections, ax.images]
        for artists in drawn:  # containers first: they hold patches, and would keep them alive
            for artist in list(artists):
                artist.remove()
        ax.set_yscale("linear")
        ax.relim()
        ax.set_autoscale_on(True)
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_locator(AutoLocator())


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


def show(figure, alt):
    """Show a figure in a notebook, with a description for those who cannot see it.

    Parameters
    ----------
    figure : Figure
    alt : str
        What the picture shows, in words and numbers.

    Returns
    -------
    Picture
        Displays itself when it ends a cell.
    """
    return Picture(to_png(figure), alt)


class Picture:
    """A PNG with its description. nbval compares the description, browsers show the picture.

    Parameters
    ----------
    png : bytes
    alt : str
    """

    def __init__(self, png, alt):
        self._png, self._alt = png, alt

    def __repr__(self):
        return self._alt

    def _repr_mimebundle_(self, **_kwargs):
        # The description travels as text/plain; JupyterLab also writes it into the `alt`.
        data = base64.b64encode(self._png).decode("ascii")
        return {"image/png": data, "text/plain": self._alt}, {"image/png": {"alt": self._alt}}


def image_strip(images, *, titles=None, side=28):
    """Images side by side, dark ink on white paper.

    Parameters
    ----------
    images : ndarray, shape (n, side * side)
        Pixels from 0 (paper) to 1 (ink).
    titles : list of str, optional
        One above each image.
    side : int
        Pixels along an edge.

    Returns
    -------
    Figure
    """
    figure = Figure(figsize=(9, 9 / len(images) + (0.3 if titles else 0)), dpi=100)
    for column, image in enumerate(images):
        ax = figure.add_subplot(1, len(images), column + 1)
        ax.imshow(image.reshape(side, side), cmap="gray_r", vmin=0, vmax=1)
        ax.set(xticks=[], yticks=[])
        if titles:
            ax.set_title(titles[column], fontsize=10)
    figure.subplots_adjust(left=0.01, right=0.99, bottom=0.02, top=0.85 if titles else 0.98)
    return figure


def text_figure(text):
    """A sentence as a picture: what a viewer without widgets shows of a panel without one.

    Parameters
    ----------
    text : str

    Returns
    -------
    Figure
    """
    lines = textwrap.wrap(text, 100) or [""]
    figure = Figure(figsize=(9, 0.3 + 0.25 * len(lines)), dpi=100)
    figure.text(0.01, 0.5, "\n".join(lines), va="center", fontsize=11)
    return figure
