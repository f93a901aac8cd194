"""Notebook 09: chunks and workers of one's choice, and what bounds a gradient then."""

from helpers.experiments import spread
from helpers.figures import spread_figure
from helpers.panels.base import Panel, figure_view
from helpers.panels.controls import radio, row

_SECONDS = ((86400, "days"), (3600, "hours"), (60, "minutes"), (1, "s"), (1e-3, "ms"))
_BYTES = ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"), (1, "bytes"))


class SpreadPanel(Panel):
    """Samples, rows of a chunk, workers, classes, tasks, and where the samples lie.

    The four times are those of ``helpers.experiments.spread``: divisions by round numbers.
    """

    def __init__(self):
        controls = {
            "samples": radio("images", _with_words(10**6, 10**8, 10**9), 10**9),
            "rows": radio("rows of a chunk", _with_words(100, 1000, 10_000, 100_000), 10_000),
            "workers": radio("workers", [1, 10, 50, 1000], 50),
            "classes": radio("classes", [10, 1000], 10),
            "tasks": radio("tasks a chunk", [("17: each line", 17), ("1: all of it", 1)], 17),
            "shared": radio("data on", [("their own disks", False), ("one store", True)], False),
        }
        layout = (
            row("samples", "rows"), row("workers", "classes"), row("tasks", "shared"),
            "picture", "status",
        )  # fmt: skip
        super().__init__(controls, layout, title="What bounds it: chunks and workers")

    def view(self):
        found = spread(**{name: control.value for name, control in self.controls.items()})
        labels = {name: _in_units(seconds, _SECONDS) for name, seconds in found.times.items()}
        summary = _in_words(found, labels, self.controls["workers"].value)
        times = ", ".join(f"{name} {label}" for name, label in labels.items())
        alt = f"Four bars, the time that each part takes: {times}. {summary}"
        return figure_view(spread_figure(found.times, labels), summary, alt)


def _in_words(found, labels, workers):
    share = float(f"{100 * found.sent / found.read:.2g}")
    text = (
        f"At least {labels[found.longest]} for one gradient, and {found.longest} is what bounds "
        f"it. Read: {_in_units(found.read, _BYTES)}; sent: {_in_units(found.sent, _BYTES)}, "
        f"{share:g} % of it. A chunk has {_in_units(found.chunk, _BYTES)}."
    )
    idle = workers - found.busy
    return f"{text} There are {found.chunks} chunks: {idle} workers have none." if idle else text


def _in_units(value, units):
    size, unit = next((pair for pair in units if value >= pair[0]), units[-1])
    return f"{value / size:.3g} {unit}"


def _with_words(*numbers):
    return [(f"{number:,}".replace(",", " "), number) for number in numbers]
