"""Pictures: numbers in, a matplotlib ``Figure`` out. No pyplot, which is not safe in threads.

Imported from outside: what is listed here; ``show`` puts a figure into a notebook.
"""

import inspect

from helpers.figures.atlas import atlas_figure
from helpers.figures.base import draw_message, new_figure, short_label
from helpers.figures.costs import costs_figure, spread_figure
from helpers.figures.gradient import check_figure, errors_figure
from helpers.figures.images import image_strip
from helpers.figures.kill_matrix import kill_matrix_figure
from helpers.figures.lab import Drawn, lab_figure, lab_scene, lab_svg
from helpers.figures.newton import race_figure
from helpers.figures.run import draw_histogram, draw_losses, training_figure
from helpers.figures.show import show, text_figure, to_png
from helpers.figures.softmax import jacobian_figure, softmax_figure
from helpers.figures.style import in_own_style
from helpers.figures.training import (
    curves_figure,
    learning_curves_figure,
    training_panel_figure,
    weights_figure,
)
from helpers.figures.transposes import shapes_figure
from helpers.figures.winner import collapse_figure, regimes_figure, winner_figure

__all__ = [
    "Drawn",
    "atlas_figure",
    "check_figure",
    "collapse_figure",
    "costs_figure",
    "curves_figure",
    "draw_histogram",
    "draw_losses",
    "draw_message",
    "errors_figure",
    "image_strip",
    "jacobian_figure",
    "kill_matrix_figure",
    "lab_figure",
    "lab_scene",
    "lab_svg",
    "learning_curves_figure",
    "new_figure",
    "race_figure",
    "regimes_figure",
    "shapes_figure",
    "short_label",
    "show",
    "softmax_figure",
    "spread_figure",
    "text_figure",
    "to_png",
    "training_figure",
    "training_panel_figure",
    "weights_figure",
    "winner_figure",
]

# In one place, so that no picture is forgotten: a reader's matplotlibrc does not reach them.
for _name in __all__:
    if inspect.isfunction(globals()[_name]):
        globals()[_name] = in_own_style(globals()[_name])
