"""Notebook 07: the clinic. Order checks, name the bug, and see what it has cost."""

import html

import ipywidgets as widgets

from helpers.bugs import BUGS, GROUPS
from helpers.checks import CHECKS
from helpers.clinic import COMPLAINT, LEVELS, Visit, draw_case, in_short, in_words
from helpers.panels.base import Panel, View, button, checkbox, radio
from helpers.panels.markup import INK, lines_html, table_html

_WRAP = {"flex_flow": "row wrap"}
_HEADING = f"font-weight:600; margin:6px 0 0 0; line-height:1.3; {INK}"


class Clinic(Panel):
    """A mystery patient: order checks, each at its cost, then name what is wrong.

    Parameters
    ----------
    level : str
        A key of ``helpers.clinic.LEVELS``.
    seed : int
        The patient's number. Nothing is random beyond it.

    Attributes
    ----------
    suspects : dict of str to Checkbox
        What may be named. All are controls: ``clinic.set(ascent=True)`` ticks one.
    """

    def __init__(self, level="easy", seed=0):
        self._level = radio("level", [(text, name) for name, text in LEVELS.items()], level)
        self._level.orientation = "vertical"
        self._seed = widgets.BoundedIntText(
            description="patient number",
            value=seed,
            min=0,
            max=999_999,
            style={"description_width": "initial"},
            layout={"width": "200px"},
        )
        self.suspects = {id_: checkbox(bug.title) for id_, bug in BUGS.items()}
        self._buttons = {name: self._button_of(name) for name in CHECKS if name != COMPLAINT}
        texts = {name: widgets.HTML() for name in ("complaint", "evidence", "lines")}
        controls = {"level": self._level, "seed": self._seed} | self.suspects
        self._admit()
        super().__init__(controls, [], title="The clinic", texts=texts)

    def arrange(self, rows):
        diagnose = button("Diagnose", self.diagnose, reads=True)
        others = (button("Give up", self.give_up), button("Next patient", self.next_patient))
        return [
            widgets.HBox([self._level, self._seed], layout=_WRAP),
            self.texts["complaint"],
            _heading("Order a check (in brackets: what it costs)"),
            *(self._row_of(cost) for cost in sorted({check.cost for check in CHECKS.values()})),
            self.texts["evidence"],
            _heading("Name what is wrong: tick it; tick nothing for a healthy patient"),
            self._suspects_box,
            widgets.HBox([diagnose, *others], layout=_WRAP),
            self.status,
            self.texts["lines"],
        ]

    def _button_of(self, name):
        return button(name, lambda: self.order(name), help_text=CHECKS[name].question)

    def _row_of(self, cost):
        buttons = [b for name, b in self._buttons.items() if CHECKS[name].cost == cost]
        return widgets.HBox(buttons, layout=_WRAP)

    def _admit(self):
        """Take in the patient of this level and number."""
        self._end = ""
        self._said = ""
        self._visit = Visit(draw_case(self._level.value, self._seed.value))
        offered = self._visit.case.suspects
        groups = []
        for group in GROUPS:
            boxes = [self.suspects[id_] for id_ in offered if BUGS[id_].group == group]
            if boxes:
                layout = {"width": "255px", "margin": "0 8px 0 0"}
                groups.append(widgets.VBox([_heading(group), *boxes], layout=layout))
        if not hasattr(self, "_suspects_box"):
            layout = {**_WRAP, "max_height": "430px", "overflow": "auto"}
            self._suspects_box = widgets.HBox(layout=layout)
        self._suspects_box.children = groups

    def _on_change(self, change):
        if change["owner"] in (self._level, self._seed):
            self._admit()
            self.set(**dict.fromkeys(self.ticked(), False))
        self.refresh()

    def set(self, **values):
        """Set several controls at once; a new patient is taken in before boxes are ticked.

        Parameters
        ----------
        **values
            Values by the controls' short names.
        """
        super().set(**{name: values.pop(name) for name in ("level", "seed") if name in values})
        super().set(**values)

    def reset(self):
        """Begin anew with the first patient."""
        super().reset()
        self._admit()
        self.refresh()

    def ticked(self):
        """The ids that are ticked.

        Returns
        -------
        tuple of str
        """
        return tuple(id_ for id_, box in self.suspects.items() if box.value)

    def order(self, check):
        """Run a check on the patient; its cost is added once.

        Parameters
        ----------
        check : str
            A key of ``CHECKS``.

        Returns
        -------
        Verdict
        """
        verdict = self._visit.order(check)
        self._said = f"{check}: {in_words(verdict)}."
        self.refresh()
        return verdict

    def diagnose(self):
        """Name what is ticked.

        Returns
        -------
        Assessment
        """
        assessment = self._visit.diagnose(self.ticked())
        self._said = assessment.text
        if assessment.right and not self._end:
            self._end = assessment.text
        self.refresh()
        return assessment

    def give_up(self):
        """Show what the patient has; no points."""
        if not self._end:
            self._end = f"Given up: it was {in_short(self._visit.case.ids)}. 0 points."
        self.refresh()

    def next_patient(self):
        """Go to the next number."""
        self._seed.value += 1

    def view(self):
        visit = self._visit
        for name, order in self._buttons.items():
            verdict = visit.ordered.get(name)
            cost = f"{name} ({CHECKS[name].cost})"
            order.description = f"{name}: {_mark(verdict)}" if verdict else cost
        checks = len(visit.ordered) - 1
        summary = (
            f"Patient {visit.case.seed}, {LEVELS[visit.case.level]}. Checks ordered: {checks}; "
            f"cost {visit.cost}, the complaint included. {self._end or self._said}"
        ).rstrip()
        complaint = html.escape(visit.ordered[COMPLAINT].evidence)
        texts = {
            "complaint": f'<p style="{_PROSE}"><b>The complaint:</b> {complaint}</p>',
            "evidence": _evidence(visit),
            "lines": self._solution() if self._end else "",
        }
        return View(summary, texts=texts)

    def _solution(self):
        ids = self._visit.case.ids
        return lines_html(ids) or f'<p style="{_PROSE}">No line is changed.</p>'


_PROSE = f"margin:6px 0; font-size:14px; line-height:1.4; white-space:normal; {INK}"


def _mark(verdict):
    return {True: "passed", False: "failed", None: "not applicable"}[verdict.passed]


def _evidence(visit):
    rows = [
        (name, CHECKS[name].question, in_words(verdict), verdict.evidence)
        for name, verdict in visit.ordered.items()
    ]
    return table_html("What you know", ("check", "it asks", "answer", "evidence"), rows)


def _heading(text):
    return widgets.HTML(f'<p style="{_HEADING}">{html.escape(text)}</p>')
