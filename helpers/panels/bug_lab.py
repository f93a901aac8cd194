"""Notebook 06: the bug lab. Tick a bug; see the line, the run and its symptoms at once."""

import html
from functools import lru_cache, partial

import ipywidgets as widgets
import numpy as np

from helpers.bugs import BUGS, GROUPS, build
from helpers.figures import (
    blank,
    draw_histogram,
    draw_losses,
    draw_message,
    new_figure,
    to_png,
)
from helpers.panels.base import Panel, View, button, checkbox, radio
from helpers.panels.markup import INK, about_bug, diff_lines
from helpers.softmax_regression import one_hot
from helpers.symptoms import observe, read

SWITCHES = {
    "centred": ("pixels", [("0 to 1", False), ("centred", True)], False),
    "batch_size": ("batch size", [10, 64, 100], 100),
    "learning_rate": ("learning rate", [0.001, 0.01, 0.1, 1.0], 0.1),
    "weight_decay": ("weight decay", [0.0, 0.01, 1.0], 0.0),
    "epochs": ("epochs", [1, 2, 5, 10], 2),
}

PRESETS = {
    "The right program": {},
    "The question's code": {"bugs": ["wrong-sign"]},
    "NaN": {"bugs": ["wrong-sign", "naive-softmax"]},
    "Ties": {"bugs": ["update-dropped"]},
    "The square trap": {"bugs": ["labels-not-transposed"], "batch_size": 10},
    "The dead bias": {"bugs": ["dead-bias"]},
    "Two wrongs make a right": {"bugs": ["wrong-sign", "ascent"]},
}

_CACHED_VIEWS = 64  # about 30 kB each


class BugLab(Panel):
    """Inject bugs into the program and watch.

    Parameters
    ----------
    digits : Digits
        A smaller set makes it faster; classes should stay balanced.

    Attributes
    ----------
    bugs : dict of str to Checkbox
        ``lab.bugs["wrong-sign"].value = True`` ticks a bug.
    """

    def __init__(self, digits):
        self._labels = one_hot(digits.y_train, 10), digits.y_test
        self._pixels = {False: (digits.X_train, digits.X_test)}
        mean = digits.X_train.mean(axis=0)
        self._pixels[True] = digits.X_train - mean, digits.X_test - mean
        self._compute = lru_cache(_CACHED_VIEWS)(self._compute_view)
        # The numbers above ten bars need more room than a curve.
        self._figure, self._axes = new_figure(2, width=6.8, height=2.7, widths=(4, 5))
        self._note = ""
        self.bugs = {id_: checkbox(bug.title) for id_, bug in BUGS.items()}
        self._switches = {name: radio(*arguments) for name, arguments in SWITCHES.items()}
        texts = {"numbers": widgets.HTML(), "source": widgets.HTML()}
        controls = self.bugs | self._switches
        super().__init__(controls, [], title="The bug lab", texts=texts)

    def arrange(self, rows):
        buttons = [button(name, partial(self.preset, name), reads=True) for name in PRESETS]
        wrap = {"flex_flow": "row wrap"}
        left = widgets.VBox(
            [widget for group in GROUPS for widget in self._group(group)],
            layout={"width": "300px", "min_width": "300px", "height": "640px", "overflow": "auto"},
        )
        right = widgets.VBox(
            [self.texts["numbers"], self.picture, self.status, self.texts["source"]],
            layout={"flex": "1 1 0%", "min_width": "0", "margin": "0 0 0 12px"},
        )
        return [
            widgets.HBox(buttons, layout=wrap),
            widgets.HBox(list(self._switches.values()), layout=wrap),
            widgets.HBox([left, right]),
        ]

    def _group(self, group):
        heading = widgets.HTML(
            f'<p style="font-weight:600; margin:6px 0 0 0; line-height:1.3; {INK}">'
            f"{html.escape(group)}</p>"
        )
        members = [id_ for id_, bug in BUGS.items() if bug.group == group]
        return [heading, *(self.bugs[id_] for id_ in members)]

    def preset(self, name):
        """Set the lab as one of ``PRESETS``; what a preset does not name goes to its default.

        Parameters
        ----------
        name : str
        """
        preset = dict(PRESETS[name])
        ticked = preset.pop("bugs", [])
        self.set(**(self._defaults | preset | dict.fromkeys(ticked, True)))

    def ticked(self):
        """The ids of the bugs that are ticked.

        Returns
        -------
        tuple of str
        """
        return tuple(id_ for id_, box in self.bugs.items() if box.value)

    def _on_change(self, change):
        self._note = ""
        ids = {id(box): id_ for id_, box in self.bugs.items()}
        id_ = ids.get(id(change["owner"]))
        if id_ and change["new"]:
            self._untick_rivals(id_)
        self.refresh()

    def _untick_rivals(self, id_):
        """Two bugs cannot patch one line: the newer one stays."""
        rivals = [
            other
            for other in self.ticked()
            if other != id_ and BUGS[other].right == BUGS[id_].right
        ]
        if rivals:
            self.set(**dict.fromkeys(rivals, False))  # which takes any note away
            titles = " and ".join(f'"{BUGS[rival].title}"' for rival in rivals)
            self._note = f"Unticked {titles}: it patches the same line. "

    def view(self):
        settings = {name: switch.value for name, switch in self._switches.items()}
        view = self._compute(self.ticked(), tuple(settings.items()))
        return view._replace(summary=self._note + view.summary)

    def _compute_view(self, ids, settings):
        settings = dict(settings)
        X, X_test = self._pixels[settings.pop("centred")]
        Y, y_test = self._labels
        program = build(ids)
        symptoms = observe(program, X, Y, X_test, y_test, **settings)
        summary = read(symptoms)
        return View(
            summary,
            to_png(self._draw_symptoms(symptoms)),
            _alt(symptoms, summary),
            {"numbers": _numbers(symptoms), "source": _source(program)},
        )

    def _draw_symptoms(self, symptoms):
        left, right = self._axes
        blank(self._axes)
        if symptoms.run is None:
            draw_message(left, symptoms.raised.split(":")[0], label="loss of each batch")
            draw_message(right, "no predictions", label="predicted classes")
        else:
            draw_losses(left, symptoms.run.losses, symptoms.classes)
            draw_histogram(right, symptoms.counts)
        return self._figure


def _alt(symptoms, summary):
    if symptoms.run is None:
        return f"No curve and no bars: the program raised. {summary}"
    counts = ", ".join(map(str, symptoms.counts))
    return (
        "A loss curve and a bar chart of how often each class is predicted, "
        f"from 0 to {symptoms.classes - 1}: {counts}. {summary}"
    )


def _numbers(symptoms):
    run, probe = symptoms.run, symptoms.probe
    error = "none" if run is None else f"{100 * run.error:.2f} %"
    if probe.raised:
        check, ratio, large = "raises", "-", "-"
    else:
        check = " / ".join(f"{probe.errors[name]:.0e}" for name in ("W", "b"))
        ratio = " / ".join(f"{probe.ratios[name]:.3g}" for name in ("W", "b"))
        large = "yes" if probe.large_logits else "no"
    finite = "-" if run is None else "yes" if run.first_non_finite_step is None else "no"
    bias = "-" if run is None else f"{np.abs(run.b).max():.0e}"
    cells = [
        ("gradient error, W / b", check),
        ("ratio, W / b", ratio),
        ("losses finite", finite),
        ("finite at large logits", large),
        ("largest bias", bias),
    ]
    rows = "".join(
        f'<div style="margin:0 16px 0 0"><div style="font-size:11px; opacity:0.8">{label}</div>'
        f'<div style="font-size:15px; font-variant-numeric:tabular-nums">{value}</div></div>'
        for label, value in cells
    )
    big = f'<div style="font-size:30px; font-weight:600; margin-right:20px">{error}</div>'
    return (
        f'<div style="display:flex; flex-wrap:wrap; align-items:center; line-height:1.35; {INK}">'
        f'<div><div style="font-size:11px; opacity:0.8">error rate</div>{big}</div>{rows}</div>'
    )


_CODE = f"font-size:12px; line-height:1.4; margin:0; padding:4px; white-space:pre-wrap; {INK}"


def _source(program):
    """What changed, then the whole text with the change marked: what is shown is what runs."""
    lines, changed = [], []
    about = "".join(about_bug(bug, origin=True) for bug in program.changes.values())
    for number, line in enumerate(program.source.splitlines(), 1):
        bug = program.changes.get(number)
        if bug is None:
            lines.append(f"{number:3}   {html.escape(line)}")
            continue
        pair = diff_lines(number, line.replace(bug.wrong, bug.right), line)
        lines += pair
        changed += pair
    if not changed:
        changed = ["No line is changed: this is the right program."]
    # As wide as its place: a long line scrolls, and does not push the text above it out of sight.
    place = "width:0; min-width:100%; box-sizing:border-box; max-height:230px; overflow:auto"
    box = f"{_CODE}; white-space:pre; {place}; border-top:1px solid #8886"
    whole = "\n".join(lines)
    return (
        f'<pre role="region" aria-label="changed lines" style="{_CODE}">'
        f"{chr(10).join(changed)}</pre>{about}"
        f'<pre tabindex="0" role="region" aria-label="source of the program" style="{box}">'
        f"{whole}</pre>"
    )
