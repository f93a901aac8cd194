"""Notebook 08: gradient descent at a rate of the reader's choice beside Newton's method."""

import numpy as np

from helpers.experiments import descent_path, loss_at, newton_path, plane_data
from helpers.figures import race_figure, short_label
from helpers.panels.base import Panel, figure_view
from helpers.panels.controls import radio, slider

_THERE = 1e-9  # nats above the least loss


class NewtonRace(Panel):
    """Two weights, two classes, two methods.

    Controls: ``rate``, the learning rate; ``steps`` of gradient descent, 0 to 60; ``stretch``, what
    the second feature is multiplied by; ``sign``, "right" or "wrong", of gradient descent.
    """

    def __init__(self):
        controls = {
            "rate": radio("learning rate", [0.1, 0.3, 1.0, 3.0, 10.0], 1.0),
            "steps": slider("steps of descent", 10, 0, 60, 1, digits=0),
            "stretch": radio("feature 2 times", [1, 3, 10], 1),
            "sign": radio("sign of descent", ["right", "wrong"], "right"),
        }
        super().__init__(controls, title="Descent and Newton")

    def view(self):
        rate, stretch = self.controls["rate"].value, self.controls["stretch"].value
        steps, uphill = int(self.controls["steps"].value), self.controls["sign"].value == "wrong"
        descent = descent_path(rate, steps, stretch, uphill=uphill)
        newton = newton_path(stretch)
        X, Y = plane_data(stretch)
        needed = int(np.argmax(newton.gaps < _THERE))
        start, end = descent.gaps[0], descent.gaps[-1]
        summary = (
            f"Gradient descent, rate {rate:g}{', wrong sign' if uphill else ''}: after "
            f"{steps} {'step' if steps == 1 else 'steps'} the loss lies {end:.2g} nats above the "
            f"least{_course(descent, start, end)}. Newton is within {short_label(_THERE)} after "
            f"{needed}."
        )
        figure = race_figure(lambda point: loss_at(point, X, Y), newton.points[-1], descent, newton)
        alt = (
            "Left, lines of equal loss in the plane of the two weights, with the steps of both "
            f"methods; right, how far above the least loss each is, step by step. {summary}"
        )
        return figure_view(figure, summary, alt)


def _course(descent, start, end):
    """What the losses on the way say, if anything."""
    if len(descent.gaps) == 1:
        return ", where it starts"
    if end > start:
        return f", more than the {start:.2g} at its start"
    if (np.diff(descent.gaps) > 1e-12).any():
        return ", and it rose on the way"
    return ""
