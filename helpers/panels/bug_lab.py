"""Notebook 06: the bug lab. Tick a bug; see the line, the run and its symptoms at once."""

from functools import lru_cache, partial
from typing import NamedTuple

import numpy as np

from helpers.bugs import BUGS, GROUPS, build
from helpers.figures import Drawn, lab_figure, lab_scene, lab_svg, to_png
from helpers.panels.base import Panel, View
from helpers.panels.controls import Button, checkbox, column, columns, fold, picker, radio, row
from helpers.panels.lab_words import changed_html, numbers_html, scales_html, source_html
from helpers.softmax_regression import one_hot
from helpers.symptoms import Symptoms, observe, read

SWITCHES = {
    "centred": ("pixels", [("0 to 1", False), ("centred", True)], False),
    "batch_size": ("batch size", [10, 64, 100], 100),
    "learning_rate": ("learning rate", [("0.0001", 0.0001), 0.001, 0.01, 0.1, ("1", 1.0)], 0.1),
    "weight_decay": ("weight decay", [("0", 0.0), 0.01, ("1", 1.0)], 0.0),
    "epochs": ("epochs", [1, 2, 5, 10], 2),
}

PRESETS = {
    "The right program": {},
    "The question's code": {
        "bugs": ["wrong-sign", "question-loss", "sum-for-mean", "naive-softmax"],
        "learning_rate": 0.0001,
    },
    "NaN": {"bugs": ["wrong-sign", "naive-softmax"]},
    "Ties": {"bugs": ["update-dropped"]},
    "The square trap": {"bugs": ["labels-not-transposed"], "batch_size": 10},
    "The dead bias": {"bugs": ["dead-bias"]},
    "Two wrongs make a right": {"bugs": ["wrong-sign", "ascent"]},
}

OUTCOMES = {
    "learns": "it learns",
    "near chance": "hardly better than guessing",
    "constant": "one class for every image",
    "below chance": "worse than guessing",
    "raises": "it stops with an error",
}

_CACHED_RUNS = 64


class Seen(NamedTuple):
    """What one setting of the lab gives: enough to show it again."""

    symptoms: Symptoms
    drawn: Drawn
    summary: str
    program: object


class BugLab(Panel):
    """Inject bugs into the program and watch.

    Parameters
    ----------
    digits : Digits
        A smaller set makes it faster; classes should stay balanced.

    Attributes
    ----------
    bugs : dict of str to Control
        ``lab.bugs["wrong-sign"].value = True`` ticks a bug.
    """

    def __init__(self, digits):
        self._labels = one_hot(digits.y_train, 10), digits.y_test
        self._pixels = {False: (digits.X_train, digits.X_test)}
        mean = digits.X_train.mean(axis=0)
        self._pixels[True] = digits.X_train - mean, digits.X_test - mean
        self._run = lru_cache(_CACHED_RUNS)(self._run_anew)
        self._scales = self._note = ""
        self._forget()
        self.bugs = {id_: checkbox(bug.title) for id_, bug in BUGS.items()}
        self._switches = {name: radio(*arguments) for name, arguments in SWITCHES.items()}
        self._predict = checkbox("Predict first: say what will come, then see it")
        presets = {name: Button(name, partial(self.preset, name)) for name in PRESETS}
        guesses = {f"guess {k}": Button(w, partial(self.guess, k)) for k, w in OUTCOMES.items()}
        guesses["guess nothing"] = Button("Just show me", partial(self.guess, ""))
        keeping = {
            "keep": Button("Keep this run", self.keep),
            "forget": Button("Forget the kept run", self.forget),
        }
        groups = (fold(group, *_members(group), open_="wide") for group in GROUPS)
        right = column(
            "status",
            row(*guesses, label="what will come"),
            "changed",
            "picture",
            "numbers",
            "scales",
            row(*keeping, "predict"),
            "source",
        )
        layout = (
            row(*presets, label="examples"),
            row(*self._switches),
            columns(picker("Filter the bugs", *groups), right),
        )
        super().__init__(
            self.bugs | self._switches | {"predict": self._predict},
            layout,
            title="The bug lab",
            buttons=presets | guesses | keeping,
        )

    def preset(self, name):
        """Set the lab as one of ``PRESETS``; what a preset does not name goes to its default.

        Parameters
        ----------
        name : str
        """
        preset = dict(PRESETS[name])
        ticked = preset.pop("bugs", [])
        defaults = {n: c.default for n, c in (self.bugs | self._switches).items()}
        self.set(**(defaults | preset | dict.fromkeys(ticked, True)))

    def ticked(self):
        """The ids of the bugs that are ticked.

        Returns
        -------
        tuple of str
        """
        return tuple(id_ for id_, box in self.bugs.items() if box.value)

    def keep(self):
        """Keep the present run, to be drawn beside those that follow."""
        self._kept = self._setting()
        self.refresh()

    def forget(self):
        """Draw the kept run no more."""
        self._kept = None
        self.refresh()

    def guess(self, outcome):
        """Say what will come, and show it.

        Parameters
        ----------
        outcome : str
            A key of ``OUTCOMES``; empty to be shown it without a guess.
        """
        if not self._asked:
            return
        self._asked = False
        came = self._run(*self._setting()).symptoms.outcome
        if outcome:
            self._tally = self._tally[0] + (outcome == came), self._tally[1] + 1
            self._note = (
                f"You said: {OUTCOMES[outcome]}. It came: {OUTCOMES[came]}. "
                f"Foreseen: {self._tally[0]} of {self._tally[1]}. "
            )
        self.refresh()

    def reset(self):
        """Back to the right program; the kept run and the tally are forgotten."""
        self._forget()
        super().reset()
        self.refresh()

    def _forget(self):
        self._kept, self._asked, self._tally = None, False, (0, 0)

    def _on_change(self, control):
        self._note = ""
        # In code nothing is asked: whoever writes a cell wants its answer.
        self._asked = self.by_reader and self._predict.value and control is not self._predict
        if control.name in BUGS and control.value:
            self._untick_rivals(control.name)
        super()._on_change(control)

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

    def _setting(self):
        return self.ticked(), tuple((name, s.value) for name, s in self._switches.items())

    def view(self):
        ids, switches = self._setting()
        hidden = () if self._kept else ("forget",)
        if self._asked:
            words = "What will come? Say it, and it is shown."
            changed = changed_html(build(ids), explained=False)
            gone = ("picture", "numbers", "scales", "source", "keep", *hidden)
            return View(self._note + words, texts={"changed": changed}, hidden=gone)
        now = self._run(ids, switches)
        others = {"right_program": self._run((), switches).drawn} if ids else {}
        kept = self._run(*self._kept) if self._kept else None
        if kept:
            others["kept_run"] = kept.drawn
        scene = lab_scene(now.drawn, **others)
        before, self._scales = self._scales, scene.scales
        texts = {
            "changed": changed_html(now.program),
            "numbers": numbers_html(now.symptoms, kept.symptoms if kept else None),
            "scales": scales_html(scene, moved=before not in ("", scene.scales)),
            "source": source_html(now.program),
        }
        return View(
            self._note + now.summary,
            partial(_static, scene),
            _alt(now, scene),
            texts,
            svg=lab_svg(scene),
            hidden=(*hidden, *(name for name in self.buttons if name.startswith("guess"))),
        )

    def _run_anew(self, ids, switches):
        settings = dict(switches)
        X, X_test = self._pixels[settings.pop("centred")]
        Y, y_test = self._labels
        program = build(ids)
        symptoms = observe(program, X, Y, X_test, y_test, **settings)
        if symptoms.run is None:
            nothing = np.zeros(symptoms.classes, dtype=int)
            drawn = Drawn(np.empty(0), nothing, symptoms.raised.split(":")[0])
        else:
            drawn = Drawn(np.asarray(symptoms.run.losses), symptoms.counts)
        return Seen(symptoms, drawn, read(symptoms), program)


def _members(group):
    return (id_ for id_, bug in BUGS.items() if bug.group == group)


def _static(scene):
    return to_png(lab_figure(scene))


def _alt(seen, scene):
    beside = f" Beside it: {', '.join(scene.others)}." if scene.others else ""
    if seen.symptoms.run is None:
        return f"No curve and no bars: the program raised. {seen.summary}{beside}"
    counts = ", ".join(map(str, seen.drawn.counts))
    return (
        "A loss curve and a bar chart of how often each class is predicted, "
        f"from 0 to {len(seen.drawn.counts) - 1}: {counts}. {seen.summary}{beside}"
    )
