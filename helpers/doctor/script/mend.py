"""The edits that make a script's run right: searched among single edits, each run and judged."""

import ast
import builtins
import inspect
import math
import sys
import time
from collections import Counter
from dataclasses import dataclass

import numpy as np

from helpers.doctor.code import Unit
from helpers.doctor.nodes import Setting
from helpers.doctor.script.edits import edits_of, line_of, lines_of
from helpers.doctor.script.execute import FILE, SUPPLIED, Rejected, Script
from helpers.doctor.script.judge import ANEW, UPHILL
from helpers.doctor.script.source import parse_script
from helpers.doctor.script.suspects import suspicions
from helpers.doctor.tree import written

ROUNDS, FURTHER, PARTLY, ONE_RUN, BRIEF = 3, 0.3, 0.7, 3.0, 2
NEW, TURNED, OTHERS = 0.2, 0.5, 1.2  # the price of lines that ran after training, or before
LATE = "metric", "prepared", "raises"  # of what comes after training, if that has been
TEST_SET = "test set"
MASKING = ("raises", "images", "update")  # while they last, nothing is known of what comes after


@dataclass
class Repair:
    """Mutations with which fewer faults are left."""

    cost: float
    mutation: object
    faults: list
    edits: tuple
    text: str


class Mender:
    """Searches the edits of one script.

    Parameters
    ----------
    script : Script
    world : World
    text : str
    first : Result
        The run of the script as it is, with marks.
    values : dict
        (function, name) to its last value, of that run.
    """

    def __init__(self, script, world, text, first, values):
        self.script, self.world, self.text, self.first = script, world, text, first
        self.unit = Unit("", text, script.tree, FILE, {})
        judge = first.judge
        forwards = first.observer.forwards
        n = len(forwards[0].rows) if forwards else 0
        self.setting = _Sizes(_Values(values), N=n, K=judge.K)
        self.setting.batches = {len(f.rows) for f in (*forwards[:1], *forwards[-1:])}
        self.originals = list(script.tree.body)
        self.tried, self.base, self.signs = 0, None, {}
        self.unread = unread_names(text)

    def search(self, faults, deadline, kind=None):
        """Repairs of the first fault by one edit: those that leave least, the natural ones first.

        Parameters
        ----------
        faults : list of Fault
        deadline : float
            Of the processor's time.
        kind : str, optional
            The only kind of edit that is tried.

        Returns
        -------
        list of Repair
        """
        found, limit, first = [], math.inf, faults[0]
        self.signs = self._signs(first)
        self.base = self.script.run(self.world, seconds=ONE_RUN, turns=BRIEF)
        for cost, mutation in self.ordered(set(self.signs), kind):
            if cost > limit or time.process_time() > deadline:
                break
            left = self._try(mutation, faults)
            repair = None if left is None else self.written(cost, mutation, left)
            if repair:
                found.append(repair)
                limit = min(limit, cost + (PARTLY if left else FURTHER))
        return sorted(found, key=lambda repair: (len(repair.faults), repair.cost))

    def ordered(self, lines, kind=None):
        """Edits with what they cost here, the cheapest first: lines that are right come late."""
        rows = []
        for mutation in edits_of(self.unit, self.setting, lines):
            if kind not in (None, mutation.kind):
                continue
            at = lines_of(mutation)
            cost = mutation.cost + sum(self.signs.get(line, 0) for line in at)
            rows.append((cost + 0.4 * (len(at) - 1), mutation))
        return sorted(rows, key=lambda row: row[0])

    def _signs(self, fault):
        """What an edit costs more in each line that ran before the fault.

        Nothing or less in lines that depart, for late faults little in late ones.
        """
        runs, latest = self.first.observer.runs, self.first.observer.latest
        signs = suspicions(self.first, fault)
        ran = {line for line, during in runs.items() if min(during.values()) <= fault.at}
        gradients = [g.forwards[-1].at for g in self.first.observer.groups if g.batch is not None]
        late = fault.stage in LATE and fault.part != TEST_SET and gradients
        for line in ran if fault.says != UPHILL else ():  # that has equally good places
            is_late = late and latest[line] > gradients[-1]
            is_new = is_late and min(runs[line].values()) > gradients[-1]
            place = NEW if is_new else TURNED if is_late else OTHERS
            signs[line] = signs.get(line, 0) + (place if signs.get(line, 0) >= 0 else 0)
        return {line: signs.get(line, 0) for line in ran}

    def run(self, mutation):
        """The script's run with an edit, every line marked."""
        old = mutation.apply()
        try:
            return self.script.run(self.world, self._edited(mutation), seconds=ONE_RUN, marks=True)
        finally:
            mutation.revert(old)

    def written(self, cost, mutation, left):
        """A mutation as a repair; None if it changes nothing that can be read."""
        text, edits = written((mutation,))
        if all(edit.before == edit.after for edit in edits):
            return None
        cost += 0.5 * len(unread_names(text) - self.unread)
        return Repair(cost, mutation, left, edits, text)

    def _try(self, mutation, faults):
        """The faults that are left with an edit; None if it is no better."""
        self.tried += 1
        had, first = {fault.key for fault in faults}, faults[0]

        def accept(judge):
            keys = {fault.key for fault in judge.steps}
            return first.key not in keys and (self._masks(first) or keys <= had)

        old = mutation.apply()
        try:
            edited = self._edited(mutation)
            result = self.script.run(
                self.world, edited, seconds=ONE_RUN, accept=accept, turns=BRIEF
            )
            left = self._left(result, had, first)
            if left is None:
                return None
            again = self.script.run(self.world, edited, seconds=ONE_RUN, seed=1)
            if again.error is not None or {f.key for f in again.faults} - {f.key for f in left}:
                return None
            return again.faults
        except (SyntaxError, ValueError, RecursionError, TypeError):
            return None
        finally:
            mutation.revert(old)

    def _left(self, result, had, first):
        if isinstance(result.error, Rejected):
            return None
        keys = {fault.key for fault in result.faults}
        forwards = result.observer.forwards
        if not forwards or forwards[0].W.shape[1] != result.judge.K:
            return None
        masks = self._masks(first)
        had_b = [f.b is not None for f in self.first.observer.forwards]
        if any(had_b) and all(f.b is None for f in forwards):
            return None
        if first.key in keys or not result.judge.judged or result.error is not None:
            return None
        if first.stage not in MASKING and self._poorer(result, first):
            return None
        if len(result.judge.lives.starts) > max(1, len(self.base.judge.lives.starts)):
            return None  # a model of its own, that nothing is known of
        if first.stage == "update" and self._trains_less(result, first):
            return None
        late = first.stage in LATE[:2] and first.part != TEST_SET
        if late and not self._same_training(result):
            return None
        known = {key for key in keys if key[1] != "update"} if first.stage == "update" else keys
        return result.faults if masks or known <= had else None

    def _masks(self, first):
        """Whether nothing is known of what comes after a fault; where a model begins, steps are."""
        return first.stage in MASKING and not first.says.startswith(ANEW)

    def _poorer(self, result, first):
        """Whether less is computed or reported than before: a deletion mends nothing."""
        had, has = self.base.observer, result.observer
        if result.judge.hits < self.base.judge.hits + first.part.startswith("compared"):
            return True
        reported, reports = (_texts(one.numbers) for one in (had, has))
        if len(has.forwards) < len(had.forwards) or reported - reports:
            return True
        return sum(f.b is None for f in has.forwards) > sum(f.b is None for f in had.forwards)

    def _trains_less(self, result, first):
        """Whether fewer steps are made, or what began anew still does: that hides a start only."""
        had, has = self.base.judge, result.judge
        models = len(has.lives.starts)
        anew = first.says.startswith(ANEW) and models > 1 and models >= len(had.lives.starts)
        return anew or has.judged < had.judged

    def _same_training(self, result):
        """Whether the weights go the same way: what is evaluated is another matter."""
        had, has = (
            [group for group in one.observer.groups if group.batch is not None]
            for one in (self.base, result)
        )
        return len(had) == len(has) and all(
            one.forwards[0].same_state(other.forwards[0])
            for one, other in zip(had, has, strict=True)
        )

    def _edited(self, mutation):
        """Top-level statements that the mutation changed: index -> statements in their place."""
        body, edited = self.script.tree.body, {}
        if body != self.originals:
            index = -1
            for statement in body:
                if statement in self.originals:
                    index = self.originals.index(statement)
                else:
                    edited.setdefault(index, [self.originals[index]]).append(statement)
            for i, statement in enumerate(self.originals):
                if statement not in body:
                    edited.setdefault(i, [])
        for slot, _ in mutation.changes:
            line = line_of(slot)
            for i, statement in enumerate(self.originals):
                if statement.lineno <= line <= statement.end_lineno and i not in edited:
                    edited[i] = [statement if statement in body else body[i]]
        return edited


def _texts(numbers):
    """What is reported, by line and the text before it."""
    return Counter((line, label.partition("\t")[0]) for _, line, label, _ in numbers)


def unread_names(text):
    """Names that a script sets and never reads: an edit that makes more of them is odd."""
    names = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)]
    read = {node.id for node in names if isinstance(node.ctx, ast.Load)}
    return {node.id for node in names} - read


def examined(script, world, text):
    """A mender of a text, after a run with marks.

    Parameters
    ----------
    script : Script
        Of another version of the text.
    world : World
    text : str

    Returns
    -------
    Mender
    """
    tree, text = parse_script(text)
    script = Script(tree, script.recogniser.raw, script.recogniser.labels)
    with Locals() as seen:
        first = script.run(world, seconds=ONE_RUN, marks=True)
    return Mender(script, world, text, first, seen.values)


class _Sizes(Setting):
    """A setting where each function has samples of its own, as many as its arrays are long."""

    def counts(self, where):
        """How many samples there are in a function."""
        arrays = (v for v in self.names(where).values() if isinstance(v, np.ndarray) and v.ndim)
        lengths = Counter(len(array) for array in arrays)
        most = {n for n, _ in lengths.most_common(1) if n > 1} if where else set()
        return most | self.batches


class _Values(dict):
    """Values by (function, name); what a function has not, the script or Python has."""

    def get(self, key, default=None):
        _where, name = key
        for place in (key, ("", name)):
            if place in self:
                return self[place]
        return getattr(builtins, name, default) if isinstance(name, str) else default


class Locals:
    """Collects the values of local names while a script runs."""

    def __init__(self):
        self.values = {}

    def __enter__(self):
        sys.setprofile(self._seen)
        return self

    def __exit__(self, *_):
        sys.setprofile(None)

    def _seen(self, frame, event, _):
        if event == "return" and frame.f_code.co_filename == FILE:
            where = frame.f_code.co_name
            where = "" if where == "<module>" else where
            for name, value in list(frame.f_locals.items()):
                if not (name.startswith("__") or name in SUPPLIED or inspect.ismodule(value)):
                    self.values[where, name] = value
                    if name == "self":
                        for attr, part in vars(value).items():
                            self.values[where, f"self.{attr}"] = part
