"""Notebook 05: train with settings of the reader's choice, at eight learning rates at a time.

Why a sweep: one run takes a blink, and ``train`` has no hook to watch it by. It gets none, since
what is shown is what runs. Eight runs take long enough for a progress bar that counts them, and
together they show what one cannot: where the rate becomes too large, and what moves that point.
"""

from collections import OrderedDict

import numpy as np

from helpers.bugs import build
from helpers.experiments import RATES, try_rate
from helpers.figures import short_label, training_panel_figure
from helpers.panels.base import Panel, figure_view
from helpers.panels.controls import radio, row

_PATCHES = {"sum": "sum-for-mean", "naive": "naive-softmax"}
_KEPT = 80  # trials; the weights and losses of one take 0.1 to 0.2 MB


class Training(Panel):
    """Learning rate, batch size, epochs, pixel scale, sum or mean, stable or naive softmax.

    Parameters
    ----------
    digits : Digits
    rates : tuple of float
        The learning rates that are tried and can be chosen.
    """

    def __init__(self, digits, rates=RATES):
        self._rates = rates
        self._data = {
            "0 to 1": digits,
            "0 to 255": _with_pixels(digits, lambda X: 255 * X),
            "centred": _with_pixels(digits, lambda X: X - digits.X_train.mean(axis=0)),
        }
        self._trials = OrderedDict()
        options = [(short_label(rate), rate) for rate in rates]
        middle = 0.1 if 0.1 in rates else rates[0]
        controls = {
            "learning_rate": radio("learning rate", options, middle),
            "batch_size": radio("batch size", [10, 100, 1000], 100),
            "epochs": radio("epochs", [1, 5, 20], 5),
            "pixels": radio("pixels", list(self._data), "0 to 1"),
            "gradient": radio("gradient", ["mean", "sum"], "mean"),
            "softmax": radio("softmax", ["stable", "naive"], "stable"),
        }
        self._reference = [name for name in controls if name != "learning_rate"]
        self._reference = {name: controls[name].value for name in self._reference}
        layout = (
            row("learning_rate"),
            row("batch_size", "epochs", "pixels"),
            row("gradient", "softmax"),
            "progress",
            "picture",
            "status",
        )
        super().__init__(controls, layout, title="Train it at eight rates")

    def view(self):
        chosen = {name: control.value for name, control in self.controls.items()}
        rate = chosen.pop("learning_rate")
        trials = self._sweep(chosen)
        if trials is None:  # the controls have moved on: keep the picture until the next draw
            return self._shown
        losses = [trial.loss for trial in trials]
        reference = [trial.loss for trial in self._sweep(self._reference) or trials]
        trial = trials[self._rates.index(rate)]
        summary = f"{_run_in_words(rate, trial)} {_sweep_in_words(self._rates, losses)}"
        figure = training_panel_figure(trial, self._rates, losses, chosen=rate, reference=reference)
        finals = ", ".join(
            f"{value:.3g} at {short_label(r)}" for r, value in zip(self._rates, losses, strict=True)
        )
        alt = (
            "Four pictures: the loss of each batch; the final loss against the learning rate "
            f"({finals}); how often each class is predicted; the weights of each class as an "
            f"image. {summary}"
        )
        return figure_view(figure, summary, alt)

    def _sweep(self, settings):
        """A trial for each rate; ``None`` if a control was moved before the last one."""
        trials = []
        for done, rate in enumerate(self._rates):
            key = (rate, *settings.values())
            if key not in self._trials:
                if self._stale and self._shown.png:
                    return None
                self._show_progress(done)
                self._trials[key] = self._try(rate, **settings)
            self._trials.move_to_end(key)
            trials.append(self._trials[key])
        while len(self._trials) > _KEPT:
            self._trials.popitem(last=False)
        self._show_progress(len(self._rates))
        return trials

    def _try(self, rate, *, pixels, gradient, softmax, **settings):
        program = build(_PATCHES[name] for name in (gradient, softmax) if name in _PATCHES)
        return try_rate(rate, self._data[pixels], program=program, **settings)

    def _show_progress(self, done):
        total = len(self._rates)
        self.report(done, total, f"{done} of {total} learning rates tried")


def _with_pixels(digits, scale):
    """The same digits with their pixels changed, for training and for test alike."""
    return digits._replace(X_train=scale(digits.X_train), X_test=scale(digits.X_test))


def _run_in_words(rate, trial):
    head = (
        f"Rate {short_label(rate)}: error {100 * trial.run.error:.2f} % on test images, "
        f"{100 * trial.train_error:.2f} % on training images;"
    )
    if trial.run.first_non_finite_step:
        return f"{head} the loss is not a number from step {trial.run.first_non_finite_step} on."
    if not np.isfinite(trial.loss):
        return f"{head} after the last step the loss is not a number."
    return f"{head} the loss ends at {trial.loss:.2f}."


def _sweep_in_words(rates, losses):
    finite = np.isfinite(losses)
    if not finite.any():
        return "At every rate tried the loss ends as NaN."
    best = int(np.nanargmin(np.where(finite, losses, np.nan)))
    text = f"The best of the {len(rates)} rates is {short_label(rates[best])}"
    text += f", with a final loss of {losses[best]:.2f}"
    lost = len(rates) - finite.sum()
    return f"{text}; at {lost} of them it ends as NaN." if lost else f"{text}."
