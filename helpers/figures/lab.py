"""The picture of the bug lab: a run, the right program's ghost, and a run that was kept.

It is drawn twice: as SVG for the page, which takes a tenth of a millisecond and the theme's own
colours, and by matplotlib for viewers without widgets. Both draw one ``Scene``: the scales, ticks
and words are decided there.
"""

import html
from typing import NamedTuple

import numpy as np
from matplotlib.ticker import MaxNLocator

from helpers.figures.base import (
    BLACK,
    BLUE,
    GREY,
    RED,
    SKY,
    draw_message,
    name_axes,
    new_figure,
    short_label,
)

KEPT = "#B04A00"
_RUNGS = (3, 5, 10, 20, 50)  # nats; above these the scale is logarithmic
_POINTS = 300  # of a curve in the page: it is not wider than that
_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 300, 210, 46, 6, 26, 36


class Drawn(NamedTuple):
    """One run as it is drawn.

    Attributes
    ----------
    losses : ndarray, shape (steps,)
        Empty if the program raised.
    counts : ndarray of int, shape (K,)
        How often each class is predicted; all 0 if it raised.
    raised : str
        The exception's name, or empty.
    """

    losses: np.ndarray
    counts: np.ndarray
    raised: str = ""


class Scene(NamedTuple):
    """What is drawn, and on which scales.

    Attributes
    ----------
    now : Drawn
    others : dict of str to Drawn
        "right program" and "kept run", where they are to be seen.
    low, high : float
        Ends of the losses' scale, in nats.
    log : bool
        Whether that is logarithmic.
    ticks : tuple of float
        On that scale.
    steps : int
        Length of the longest run.
    tallest : int
        End of the bars' scale, in images.
    """

    now: Drawn
    others: dict
    low: float
    high: float
    log: bool
    ticks: tuple
    steps: int
    tallest: int

    @property
    def start(self):
        """The height of the dashed line: ln K.

        Returns
        -------
        float
        """
        return float(np.log(len(self.now.counts)))

    @property
    def start_label(self):
        """What is written on that line.

        Returns
        -------
        str
        """
        return f"ln {len(self.now.counts)} = {self.start:.3f}"

    @property
    def scales(self):
        """The scales in words.

        Returns
        -------
        str
        """
        way = "logarithmic, " if self.log else ""
        ends = f"{short_label(self.low)} to {short_label(self.high)}"
        return f"Loss: {way}{ends} nats. Bars: up to {self.tallest} images."

    @property
    def trouble(self):
        """What stands in the curve's place or on it: an exception, or the step of the first NaN.

        Returns
        -------
        str
        """
        bad = np.flatnonzero(~np.isfinite(self.now.losses))
        return self.now.raised or (f"not finite from step {bad[0] + 1}" if bad.size else "")


def lab_scene(now, **others):
    """Choose scales on which all runs are to be seen, and which seldom change.

    Parameters
    ----------
    now : Drawn
    **others : Drawn
        By name, with an underscore for a space.

    Returns
    -------
    Scene
    """
    others = {name.replace("_", " "): drawn for name, drawn in others.items()}
    runs = [now, *others.values()]
    losses = np.concatenate([drawn.losses for drawn in runs])
    losses = losses[np.isfinite(losses)]
    least, most = (losses.min(), losses.max()) if losses.size else (0.0, 1.0)
    rung = next((r for r in _RUNGS if most <= r), 0)
    log = not rung and least > 0
    if log:
        powers = np.arange(np.floor(np.log10(least)), np.ceil(np.log10(most)) + 1)
        ticks = tuple(10.0 ** powers[:: 1 + len(powers) // 5])
        low, high = 10.0 ** powers[0], 10.0 ** powers[-1]
    else:
        low = 0.0 if least >= 0 else -_round_up(-least)
        high = float(rung or _round_up(most))
        inside = MaxNLocator(4, integer=high - low >= 3).tick_values(low, high)
        ticks = tuple(float(tick) for tick in inside if low <= tick <= high)
    total = max(int(drawn.counts.sum()) for drawn in runs) or 4
    tallest = total // 4 if max(drawn.counts.max() for drawn in runs) <= total // 4 else total
    steps = max(1, *(len(drawn.losses) for drawn in runs))
    return Scene(now, others, float(low), float(high), log, ticks, steps, tallest)


def _round_up(number):
    power = 10.0 ** np.floor(np.log10(number))
    return float(next(m * power for m in (1, 2, 5, 10) if number <= m * power))


def lab_svg(scene):
    """The scene for the page: two small drawings, which stand below one another where it is narrow.

    Parameters
    ----------
    scene : Scene

    Returns
    -------
    str
        HTML. Text is in the page's colour, at least 11 px where a drawing is 236 px wide.
    """
    return f'<div class="plots">{_curve_svg(scene)}{_bars_svg(scene)}</div>'


def _curve_svg(scene):
    wide, tall = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM

    def height(loss):
        loss = np.log10(loss) if scene.log else loss
        low, high = (np.log10([scene.low, scene.high])) if scene.log else (scene.low, scene.high)
        return _TOP + tall * (1 - (loss - low) / (high - low))

    def path(losses, look):
        steps, shown = _thinned(np.asarray(losses, dtype=float))
        x = _LEFT + wide * steps / scene.steps
        points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, height(shown), strict=True))
        return f'<polyline points="{points}" fill="none" {look}/>'

    parts = [_text(_LEFT, 15, "loss of each batch, nats", bold=True), _axes_svg()]
    for tick in scene.ticks:
        parts.append(_text(_LEFT - 5, height(tick) + 5, short_label(tick), "end"))
        parts.append(_line(_LEFT - 3, height(tick), _LEFT, height(tick)))
    for step in (0, scene.steps):
        anchor = "end" if step else "start"
        parts.append(_text(_LEFT + wide * step / scene.steps, _HEIGHT - 19, str(step), anchor))
    parts.append(_text(_LEFT + wide / 2, _HEIGHT - 4, "step", "middle"))
    if scene.low <= scene.start <= scene.high:
        level = height(scene.start)
        parts.append(_line(_LEFT, level, _WIDTH - _RIGHT, level, "stroke-dasharray='4 3'"))
        above = level - 4 if level > _TOP + 18 else level + 15
        parts.append(_text(_WIDTH - _RIGHT, above, scene.start_label, "end"))
    for name, drawn in scene.others.items():
        parts.append(path(drawn.losses, _LOOKS[name]))
    parts.append(path(scene.now.losses, 'stroke="var(--now)" stroke-width="2"'))
    if scene.trouble:
        parts.append(_text(_LEFT + wide / 2, _TOP + tall * 0.7, scene.trouble, "middle", bold=True))
    for x in _crosses(scene.now.losses):
        parts.append(
            _text(_LEFT + wide * x / scene.steps, _HEIGHT - _BOTTOM - 2, "\u00d7", "middle")
        )
    return _svg(parts)


_LOOKS = {
    "right program": 'stroke="currentColor" stroke-width="1.2" opacity="0.6"',
    "kept run": 'stroke="var(--kept)" stroke-width="2" stroke-dasharray="5 3"',
}


def _bars_svg(scene):
    left, classes = 12, len(scene.now.counts)
    slot, tall = (_WIDTH - left - _RIGHT) / classes, _HEIGHT - _TOP - _BOTTOM
    floor = _HEIGHT - _BOTTOM
    parts = [_text(left, 15, "predicted classes, images", bold=True)]
    parts.append(_line(left, floor, _WIDTH - _RIGHT, floor))
    for k, count in enumerate(scene.now.counts):
        x, h = left + slot * k, (tall - 16) * count / scene.tallest
        parts.append(
            f'<rect x="{x + 3:.1f}" y="{floor - h:.1f}" width="{slot - 6:.1f}" height="{h:.1f}" '
            f'fill="var(--now)" fill-opacity="0.55" stroke="currentColor" stroke-width="0.7"/>'
        )
        for name, drawn in scene.others.items():
            y = floor - (tall - 16) * drawn.counts[k] / scene.tallest
            parts.append(f'<path d="M{x:.1f} {y:.1f}h{slot:.1f}" fill="none" {_LOOKS[name]}/>')
        if count:
            parts.append(_text(x + slot / 2, floor - h - 4, str(count), "middle"))
        parts.append(_text(x + slot / 2, floor + 16, str(k), "middle"))
    parts.append(_text(_WIDTH / 2, _HEIGHT - 4, "class", "middle"))
    if scene.now.raised:
        parts.append(_text(_WIDTH / 2, _TOP + tall / 2, "no predictions", "middle", bold=True))
    return _svg(parts)


def _thinned(losses):
    """Steps and losses that are finite; of a long run the extremes of each stretch."""
    steps = np.flatnonzero(np.isfinite(losses))
    if len(steps) > _POINTS:
        stretches = np.array_split(steps, _POINTS // 2)
        ends = [(s[losses[s].argmin()], s[losses[s].argmax()]) for s in stretches]
        steps = np.unique(np.concatenate([sorted(pair) for pair in ends]))
    return steps + 1, losses[steps]


def _crosses(losses):
    """Some of the steps that are not finite."""
    bad = np.flatnonzero(~np.isfinite(losses)) + 1
    return bad[:: 1 + len(bad) // 12]


def _axes_svg():
    floor = _HEIGHT - _BOTTOM
    return _line(_LEFT, _TOP, _LEFT, floor) + _line(_LEFT, floor, _WIDTH - _RIGHT, floor)


def _line(x1, y1, x2, y2, look=""):
    ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line {ends} stroke="currentColor" stroke-width="0.8" {look}/>'


def _text(x, y, words, anchor="start", *, bold=False):
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{weight}>{html.escape(words)}</text>'
    )


def _svg(parts):
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" font-size="14" fill="currentColor" '
        f'aria-hidden="true">{"".join(parts)}</svg>'
    )


def lab_figure(scene):
    """The scene for viewers without widgets.

    Parameters
    ----------
    scene : Scene

    Returns
    -------
    Figure
    """
    figure, (curve, bars) = new_figure(2, width=6.8, height=2.7, widths=(4, 5))
    _draw_curve(curve, scene)
    _draw_bars(bars, scene)
    return figure


_STYLES = {
    "right program": {"color": GREY, "linewidth": 1},
    "kept run": {"color": KEPT, "linewidth": 1.4, "linestyle": "--"},
}


def _draw_curve(ax, scene):
    if scene.now.raised:
        draw_message(ax, scene.trouble, label="loss of each batch")
        return
    for name, drawn in scene.others.items():
        ax.plot(*_thinned(drawn.losses), **_STYLES[name])
    ax.plot(*_thinned(scene.now.losses), color=BLUE, linewidth=1.4)
    ax.axhline(scene.start, color=GREY, linestyle="--", linewidth=1)
    ax.annotate(
        scene.start_label, (0.99, scene.start), xycoords=("axes fraction", "data"),
        ha="right", va="bottom", fontsize=10, color=GREY,
    )  # fmt: skip
    if scene.trouble:
        ax.text(
            0.5, 0.3, scene.trouble, ha="center", fontsize=10, color=RED, transform=ax.transAxes
        )
    for step in _crosses(scene.now.losses):
        ax.plot(step, 0.04, "x", color=RED, markersize=4, transform=ax.get_xaxis_transform())
    ax.set(yscale="log" if scene.log else "linear", xlim=(0, scene.steps))
    ax.set_ylim(scene.low, scene.high)
    ax.set_yticks(scene.ticks, [short_label(tick) for tick in scene.ticks], minor=False)
    ax.minorticks_off()
    name_axes(ax, "loss of each batch", "step", "nats")


def _draw_bars(ax, scene):
    counts = scene.now.counts
    if scene.now.raised:
        draw_message(ax, "no predictions", label="predicted classes")
        return
    ax.bar(range(len(counts)), counts, color=SKY, edgecolor=BLACK, linewidth=0.6)
    for name, drawn in scene.others.items():
        for k, count in enumerate(drawn.counts):
            ax.plot((k - 0.5, k + 0.5), (count, count), **_STYLES[name])
    for k, count in enumerate(counts):
        if count:
            ax.annotate(str(count), (k, count), ha="center", va="bottom", fontsize=9)
    ax.set(ylim=(0, 1.12 * scene.tallest), yticks=[])
    ax.set_xticks(range(len(counts)))
    ax.tick_params(axis="x", bottom=False)
    name_axes(ax, "predicted classes", "class", "images", gap=0.08)
