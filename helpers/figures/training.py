"""Pictures of training: weights as images, learning curves, final loss against learning rate."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from helpers.figures.base import (
    BLACK,
    BLUE,
    GREY,
    ORANGE,
    RED,
    log_scale,
    name_axes,
    new_figure,
    short_label,
)
from helpers.figures.run import draw_histogram, draw_losses

_DIVERGING = "RdBu_r"  # white at 0; its red and blue differ for colour-blind readers too
_COLUMNS, _HEAD = 5, 6  # images in a row; pixels above each, for its digit
_CEILING = 1e3  # nats; what is above, or not finite, becomes a cross at the edge


def draw_weights(ax, W, *, side=28):
    """Draw each column of W as an image: red speaks for the class, blue against, white is 0.

    All images share one scale, so that they compare, and one ``Axes``: ten would cost 60 ms.

    Parameters
    ----------
    ax : Axes
    W : ndarray, shape (side * side, K)
    side : int
        Pixels along an edge.

    Returns
    -------
    float
        The weight at the ends of the colour scale; 0 if a weight is not finite ("NaN" is drawn).
    """
    finite = np.isfinite(W).all()
    scale = float(np.abs(W).max()) if finite else 0.0
    limit = scale or 1.0
    corners = [divmod(k, _COLUMNS) for k in range(W.shape[1])]
    corners = [(row * (side + _HEAD) + _HEAD, column * (side + 1)) for row, column in corners]
    height, width = np.max(corners, axis=0) + side
    mosaic = np.full((height, width), np.nan)  # NaN is left blank: the gaps
    for k, (top, left) in enumerate(corners):
        tile = W[:, k].reshape(side, side) if finite else 0.0
        mosaic[top : top + side, left : left + side] = tile
        edge = {"fill": False, "edgecolor": GREY, "linewidth": 0.6}
        ax.add_patch(Rectangle((left - 0.5, top - 0.5), side, side, **edge))
        middle = left + (side - 1) / 2
        ax.text(middle, top - 1.5, str(k), ha="center", fontsize=9)
        if not finite:
            ax.text(middle, top + side / 2, "NaN", ha="center", va="center", color=RED)
    ax.imshow(mosaic, cmap=_DIVERGING, vmin=-limit, vmax=limit, interpolation="nearest")
    ax.set(xlim=(-1, width), ylim=(height, -1))
    ax.axis("off")
    return scale


def weights_figure(W):
    """The weights of each class as an image, with the scale of the colours.

    Parameters
    ----------
    W : ndarray, shape (784, 10)

    Returns
    -------
    Figure
    """
    figure = Figure(figsize=(9, 3.9), dpi=100)
    ax = figure.add_axes((0.01, 0.02, 0.86, 0.96))
    scale = draw_weights(ax, W)
    if scale:
        bar = figure.colorbar(ax.images[0], cax=figure.add_axes((0.89, 0.08, 0.018, 0.8)))
        bar.set_ticks([-scale, 0, scale], labels=[f"{-scale:.2f}", "0", f"{scale:.2f}"])
        bar.ax.set_title("weight", fontsize=10)
    return figure


def learning_curves_figure(train_errors, test_errors):
    """Error rates after each epoch, on training and on test images.

    Parameters
    ----------
    train_errors, test_errors : array_like, shape (epochs,)
        In [0, 1].

    Returns
    -------
    Figure
    """
    figure, (ax,) = new_figure(width=7.0)
    epochs = np.arange(1, len(train_errors) + 1)
    styles = (("test", test_errors, ORANGE, "s"), ("training", train_errors, BLUE, "o"))
    for name, errors, colour, mark in styles:
        percent = 100 * np.asarray(errors)
        ax.plot(epochs, percent, color=colour, marker=mark, markersize=4, linewidth=1.4)
        ax.annotate(
            f"{name} images", (epochs[-1], percent[-1]), xytext=(6, 0),
            textcoords="offset points", va="center", fontsize=10,
        )  # fmt: skip
    ax.set(xlim=(0, 1.25 * len(epochs)), ylim=(0, None))
    ax.set_xticks(range(0, len(epochs) + 1, 5))
    name_axes(ax, "error after each epoch", "epoch", "per cent")
    return figure


def draw_sweep(ax, rates, losses, *, chosen, reference, classes):
    """Draw the final loss against the learning rate, both on logarithmic scales.

    Parameters
    ----------
    ax : Axes
    rates, losses : array_like, shape (n,)
        Losses that are not finite become crosses at the upper edge.
    chosen : float
        The rate to mark with a ring.
    reference : array_like, shape (n,)
        Losses of the settings to compare with, in grey.
    classes : int
        K; ln K is marked.
    """
    losses = np.asarray(losses, dtype=float)
    lost = ~np.isfinite(losses)
    heights = np.where(lost, _CEILING, np.clip(losses, None, _CEILING))
    ax.plot(rates, reference, color=GREY, linewidth=1.2, label="as at first")
    shown = np.where(lost, np.nan, heights)
    ax.plot(rates, shown, color=BLUE, marker="o", markersize=5, linewidth=1.4, label="now")
    if lost.any():
        ax.plot(np.asarray(rates)[lost], heights[lost], "x", color=RED, label="not finite")
    ring = heights[list(rates).index(chosen)]
    ax.plot(
        chosen, ring, "o", markersize=12, fillstyle="none", color=BLACK, markeredgewidth=1.6,
        label="chosen",
    )  # fmt: skip
    ax.axhline(np.log(classes), color=GREY, linestyle="--", linewidth=1)
    ax.annotate(
        f"ln {classes}", (0.01, 0.9 * np.log(classes)), xycoords=("axes fraction", "data"),
        ha="left", va="top", fontsize=10, color=GREY,
    )  # fmt: skip
    log_scale(ax, "x", "y")
    ax.set_ylim(0.1, 2 * _CEILING)
    ax.set_xticks(rates, labels=[short_label(rate) for rate in rates], fontsize=9)
    name_axes(ax, "final loss at eight learning rates", "learning rate", "nats")
    ax.legend(fontsize=9, frameon=False, loc="upper left")


def training_panel_figure(trial, rates, losses, *, chosen, reference, classes=10):
    """What the training panel shows: loss curve, sweep, predicted classes, weights.

    Parameters
    ----------
    trial : Trial
        The run at the chosen rate.
    rates, losses, chosen, reference
        As in ``draw_sweep``.
    classes : int

    Returns
    -------
    Figure
    """
    figure = Figure(figsize=(9, 6.0), dpi=100)
    top = figure.add_gridspec(1, 2, left=0.08, right=0.98, top=0.945, bottom=0.57, wspace=0.22)
    left = figure.add_gridspec(1, 1, left=0.08, right=0.485, top=0.43, bottom=0.09)
    right = figure.add_axes((0.565, 0.01, 0.415, 0.42), anchor="NW")
    curve, sweep, bars = (figure.add_subplot(cell) for cell in (top[0], top[1], left[0]))
    for ax in (curve, sweep, bars):
        ax.spines[["top", "right"]].set_visible(False)
        ax.tick_params(labelsize=10)
    draw_losses(curve, trial.run.losses, classes)
    draw_sweep(sweep, rates, losses, chosen=chosen, reference=reference, classes=classes)
    draw_histogram(
        bars,
        np.bincount(trial.run.predictions, minlength=classes),
        label="predicted classes, test images",
    )
    scale = draw_weights(right, trial.run.W)
    title = f"weights, red {scale:.2g} to blue {-scale:.2g}" if scale else "weights: not finite"
    figure.text(0.565, 0.455, title, fontsize=11, va="center")
    return figure


def curves_figure(curves, classes=10):
    """Several loss curves side by side, each with its own scale and with ln K marked.

    Parameters
    ----------
    curves : dict of str to array_like, shape (steps,)
        Losses in nats, by label.
    classes : int
        K.

    Returns
    -------
    Figure
    """
    figure, axes = new_figure(len(curves), width=10.5, height=2.8)
    for ax, (label, losses) in zip(axes, curves.items(), strict=True):
        ax.plot(np.arange(1, len(losses) + 1), losses, color=BLUE, linewidth=1.2)
        ax.axhline(np.log(classes), color=GREY, linestyle="--", linewidth=1)
        name_axes(ax, f"{label}: loss, and ln {classes} dashed", "step", gap=0.4)
    return figure
