"""A reader's matplotlibrc changes none of our pictures, and our pictures change none of it."""

import matplotlib
import numpy as np
import pytest

from helpers import figures

FIGURES = {
    "run": lambda: figures.training_figure(np.linspace(2.3, 0.4, 50), np.arange(1, 11)),
    "strip": lambda: figures.image_strip(np.eye(4, 9), titles=list("abcd"), side=3),
    "text": lambda: figures.text_figure("A sentence."),
    "weights": lambda: figures.weights_figure(np.arange(784.0 * 10).reshape(784, 10)),
    "axes": lambda: figures.new_figure(2)[0],
}
READERS = {
    "text.usetex": True,
    "font.size": 40,
    "font.family": ["monospace"],
    "axes.facecolor": "black",
    "lines.linewidth": 9,
    "savefig.dpi": 33,
    "image.cmap": "jet",
}


@pytest.mark.parametrize("name", FIGURES)
def test_a_readers_style_does_not_reach_our_pictures(name):
    plain = figures.to_png(FIGURES[name]())
    with matplotlib.rc_context(READERS):
        assert figures.to_png(FIGURES[name]()) == plain
        assert {key: matplotlib.rcParams[key] for key in READERS} == READERS
