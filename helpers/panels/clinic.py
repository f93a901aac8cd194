"""Notebook 07: the clinic. Order checks, name the bug, and see what it has cost."""

from functools import partial

from helpers.bugs import BUGS, GROUPS
from helpers.checks import CHECKS
from helpers.clinic import COMPLAINT, LEVELS, Visit, draw_case, in_short
from helpers.panels.base import Panel, View, paragraph, table
from helpers.panels.controls import (
    Button,
    checkbox,
    fold,
    heading,
    picker,
    radio,
    row,
    whole_number,
)
from helpers.panels.markup import lines_html

_ORDERED = [name for name in CHECKS if name != COMPLAINT]


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
    suspects : dict of str to Control
        What may be named. All are controls: ``clinic.set(ascent=True)`` ticks one.
    """

    def __init__(self, level="easy", seed=0):
        levels = [(text, name) for name, text in LEVELS.items()]
        self._level = radio("level", levels, level, upright=True)
        self._seed = whole_number("patient number", seed, 0, 999_999)
        self.suspects = {id_: checkbox(bug.title) for id_, bug in BUGS.items()}
        orders = {
            f"order {name}": Button(CHECKS[name].question, partial(self.order, name))
            for name in _ORDERED
        }
        verdicts = {
            "diagnose": Button("Diagnose", self.diagnose),
            "give up": Button("Give up", self.give_up),
            "next": Button("Next patient", self.next_patient),
        }
        self._admit()
        layout = (
            row("level", "seed"),
            "complaint",
            heading("Order a check: each has its cost, and is paid once"),
            *(_checks_of(cost) for cost in sorted({CHECKS[name].cost for name in _ORDERED})),
            "evidence",
            heading("Name what is wrong: tick it; tick nothing for a healthy patient"),
            picker("Filter the suspects", *(_suspects_of(group) for group in GROUPS)),
            row(*verdicts, label="the patient"),
            "status",
            "lines",
        )
        controls = {"level": self._level, "seed": self._seed} | self.suspects
        super().__init__(controls, layout, title="The clinic", buttons=orders | verdicts)

    def _admit(self):
        """Take in the patient of this level and number."""
        self._end = ""
        self._said = ""
        self._visit = Visit(draw_case(self._level.value, self._seed.value))

    def _on_change(self, control):
        if control in (self._level, self._seed):
            self._admit()
            self.set(**dict.fromkeys(self.ticked(), False))
        super()._on_change(control)

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
        self._said = f"{check}: {verdict.answer}."
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
            self._visit.close()
            self._end = f"Given up: it was {in_short(self._visit.case.ids)}. 0 points."
        self.refresh()

    def next_patient(self):
        """Go to the next number."""
        self._seed.value += 1

    def view(self):
        visit = self._visit
        checks = len(visit.ordered) - 1
        after = f" {self._said}" if self._end and self._said != self._end else ""
        summary = (
            f"Patient {visit.case.seed}, {LEVELS[visit.case.level]}. Checks ordered: {checks}; "
            f"cost {visit.cost}, the complaint included. {self._end or self._said}{after}"
        ).rstrip()
        texts = {f"answer {name}": paragraph(self._answer(name)) for name in _ORDERED}
        texts["complaint"] = paragraph(visit.ordered[COMPLAINT].evidence, lead="The complaint:")
        if self._end:
            ids = visit.case.ids
            texts["lines"] = lines_html(ids) or paragraph("No line is changed.")
        rows = [(name, seen.answer, seen.evidence) for name, seen in visit.seen.items()]
        tables = {"evidence": table("What you know", ("check", "answer", "evidence"), rows)}
        hidden = tuple(id_ for id_ in BUGS if id_ not in visit.case.suspects)
        return View(summary, texts=texts, tables=tables, hidden=hidden)

    def _answer(self, name):
        seen = self._visit.seen.get(name)
        return f"{name}: {seen.answer}" if seen else name


def _checks_of(cost):
    names = [name for name in _ORDERED if CHECKS[name].cost == cost]
    pairs = [row(f"order {name}", f"answer {name}") for name in names]
    return fold(f"Cost {cost}: {len(names)} checks", *pairs, open_=cost == 1)


def _suspects_of(group):
    ids = (id_ for id_, bug in BUGS.items() if bug.group == group)
    return fold(group, *ids, open_="wide")
