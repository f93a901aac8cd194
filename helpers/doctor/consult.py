"""Find the convention that suits a function best, and judge it there."""

import ast
import traceback
from dataclasses import dataclass, replace

import numpy as np

from helpers.doctor import guard
from helpers.doctor.calls import call
from helpers.doctor.conventions import Conventions, hints_of
from helpers.doctor.judgement import Judgement
from helpers.doctor.names import role_of
from helpers.doctor.oracles import SoftmaxOracle
from helpers.doctor.probes import MODERATE
from helpers.doctor.usage import UNKNOWN

_HOPELESS = (NameError, ImportError, RecursionError, guard.Stopped, SystemExit)
_ENOUGH = 18  # conventions that run and differ; more would only repeat themselves
_PATIENCE = 200  # conventions that are tried beyond the first that runs
_PLAUSIBLE = 2.0  # the rank of one bug; no other convention is likely to say less
_OTHER_SIZES = 250  # conventions that are tried at other sizes than the first
_LOST = 1.5  # what a lost loss is worth
_RIVAL = 0.3  # a rank that is hardly worse
_RAISING = 14  # conventions in which it raises that are looked into
_SMALL = 7  # no size of the digits that is written out
_SECONDS = 1.8  # of processor time, for all conventions
_LEAST = 0.5  # for one sample a call, where nothing else ran
_NATURAL = 40  # conventions that come first by the names


@dataclass(eq=False)
class Subject:
    """A function in the convention that suits it best.

    Attributes
    ----------
    load : callable
        Gives the function anew: ``load()``.
    oracle : SoftmaxOracle
    judgement : Judgement
    rank : float
        How odd it is in this convention.
    candidates : list of SoftmaxOracle
        Conventions in which it raises, and natural all the same.
    rivals : list of SoftmaxOracle
        Conventions in which it runs, and is hardly odder.
    as_named : Refusal or None
        Where it runs only with one sample, or with its arguments in other roles than their names
        say, and not rightly: what came of batches, and of those roles.
    """

    load: object
    oracle: SoftmaxOracle
    judgement: Judgement
    rank: float
    candidates: list
    rivals: list
    as_named: object = None


@dataclass(frozen=True, eq=False)
class Refusal:
    """No convention gave anything to look at.

    Attributes
    ----------
    outcome : Outcome or None
        Of the convention that got furthest.
    candidates : list of SoftmaxOracle
        Conventions in which it got furthest: an edit may make one of them work.
    """

    outcome: object
    candidates: list


def consult(load, usage=UNKNOWN, clock=None, stepping=False):
    """Find the convention of a function.

    Parameters
    ----------
    load : callable
        Gives the function anew, with fresh globals and closures.
    usage : Usage
        How it uses its arguments, where its text is known.
    clock : guard.Clock, optional
    stepping : bool

    Returns
    -------
    Subject or Refusal
    """
    hints = hints_of(usage.returning or usage.definition)
    search = _Search(load, usage, clock, stepping, hints)
    sizes = ["free", "ten", "digits", "single"]
    if search.for_one_sample:
        sizes = ["single", *sizes[:-1]]
    for size in sizes:
        if size in ("ten", "digits") and search.found and not _has_sizes(usage):
            continue
        search.at(size)
        if search.done or search.hopeless or (search.found and search.best.rank < _PLAUSIBLE):
            break
    return search.result()


def _has_sizes(usage):
    """Whether a function may have 10 classes, or 784 features, written into it."""
    trees = [usage.definition, *usage.helpers.values()]
    numbers = {
        getattr(n, "value", 0)
        for t in trees
        if t is not None
        for n in ast.walk(t)
        if isinstance(n, ast.Constant) and type(n.value) is int
    }
    return usage.definition is None or max(numbers, default=0) > _SMALL


def _looks_at_one_sample(usage):
    """Whether a function looks like one of a single sample: an outer product, no axis, no loop.

    Or its comments say so: x is a column.
    """
    if usage.definition is None:
        return False
    if "one sample" in usage.said:
        return True
    nodes = list(ast.walk(usage.definition))
    axes = any(isinstance(n, ast.keyword) and n.arg == "axis" for n in nodes)
    loops = any(isinstance(n, (ast.For, ast.While)) for n in nodes)
    return "outer" in usage.words() and not axes and not loops


@dataclass(eq=False)
class _Found:
    rank: float
    oracle: SoftmaxOracle
    judgement: Judgement


def _has_strange_argument(convention):
    """Whether 0 is passed, as a strength of weight decay, for what has another name."""
    strengths = [name.lstrip("*") for name, role in convention.roles if role == "reg"]
    return any(role_of(name)[0] not in ("reg", "rate") for name in strengths)


class _Search:
    def __init__(self, load, usage, clock, stepping, hints):
        self.load, self.usage, self.clock = load, usage, clock
        self.stepping, self.hints = stepping, hints
        self.for_one_sample = _looks_at_one_sample(usage)
        self.found, self.failures, self.complaints = [], [], []
        self.deadline = guard.processor_time() + _SECONDS
        self.done = self.hopeless = self.tried = self.by_name = False
        self.conventions = Conventions(load(), usage, stepping)

    @property
    def best(self):
        return min(self.found, key=self._odd)

    def _odd(self, found):
        """The rank of what was found beside the rest: a loss that others get must not be lost."""
        told = any("loss" in each.judgement.came for each in self.found)
        return found.rank + _LOST * (told and "loss" not in found.judgement.came)

    def at(self, size):
        """Try all conventions at one size of probe."""
        seen, first = set(), None
        self.tried, tried = True, self.tried
        probe = MODERATE[size][0]
        if size == "single" and not self.found:  # it has not had its chance
            self.deadline = max(self.deadline, guard.processor_time() + _LEAST)
        for order, convention in enumerate(self.conventions.in_order(size == "single")):
            if self._enough(order, first, tried):
                return
            if self.by_name and _against_names(convention):
                continue  # it runs as its names say
            if self.clock:
                self.clock.start()
            outcome = call(self.load(), convention, probe, hints=self.hints)
            if not outcome.usable:
                self._note_failure(outcome, convention, size, order)
                if self.hopeless:
                    return
                continue
            if not outcome.finite and _has_strange_argument(convention):
                continue
            key = _key(outcome)
            if key in seen:
                continue
            seen.add(key)
            self.by_name = self.by_name or not _against_names(convention)
            first = order if first is None else first
            self._judge(convention, size, order)
            if self.done or len(seen) == _ENOUGH or (self.found and self.best.rank < 1):
                return

    def _enough(self, order, first, tried):
        if guard.processor_time() > self.deadline or len(self.complaints) > 60 > len(self.failures):
            return True
        late = first is not None and order > first + _PATIENCE
        return late or (tried and order > _OTHER_SIZES)

    def _judge(self, convention, size, order):
        oracle = SoftmaxOracle(convention, size, self.hints)
        if self.clock:
            self.clock.start()
        judgement = oracle.judge(self.load(), load=self.load)
        if judgement.failed is not None:
            self._note_failure(judgement.failed, convention, size, order)
            return
        if judgement.belongs and not judgement.agrees:  # of samples that are scaled inside?
            scaled = SoftmaxOracle(convention, size, self.hints, 1 / 255)
            again = scaled.judge(self.load())
            if again.agrees:
                oracle, judgement = scaled, again
        if not judgement.agrees and self._moves_in_a_loop(convention):
            swept = SoftmaxOracle(convention, size, self.hints, swept=True)
            again = swept.judge(self.load(), load=self.load)
            if again.failed is None:
                oracle, judgement = swept, again
        if (
            size == "single"
            and not self.for_one_sample
            and judgement.agrees
            and self._takes_batches()
        ):
            return  # with one sample, sums, means and axes are all alike
        rank = _rank(judgement, order, convention)
        rank -= 0.5 * (
            "from 1" in convention.labels and self._labels_of(convention) == "integers from 1"
        )
        rank += 0.8 * (self.against_usage(convention) and not judgement.agrees)
        # Who runs on a batch is meant for one, unless one sample explains it better.
        rank += 0.3 * (size == "single" and not judgement.agrees and not self.for_one_sample)
        self.found.append(_Found(rank, oracle, judgement))
        self.done = judgement.agrees

    def _moves_in_a_loop(self, convention):
        """Whether a step assigns new weights in a loop, and that not over epochs or batches."""
        roles = dict(convention.roles)
        if not self.stepping or {"epochs", "N"} & set(roles.values()) or not self.usage.definition:
            return False
        weights = {name.lstrip("*") for name, role in roles.items() if role in ("W", "b")}
        return any(
            isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id in weights
            for loop in ast.walk(self.usage.definition)
            if isinstance(loop, (ast.For, ast.While))
            for node in ast.walk(loop)
        )

    def _takes_batches(self):
        """Whether it gave parts of the right shapes for a batch."""
        fine = {"right", "factor", "term", "other", "missing"}
        return any(
            each.oracle.size != "single"
            and len(each.judgement.came) > 1
            and {part.state for part in each.judgement.parts.values()} <= fine
            for each in self.found
        )

    def _note_failure(self, outcome, convention, size, order):
        if outcome.raised is None:
            self.complaints.append((order, outcome, convention, size))
            return
        if isinstance(outcome.raised, _HOPELESS):
            self.hopeless = True
        traceback.clear_frames(outcome.raised.__traceback__)  # thousands of them, with their arrays
        self.failures.append((_depth(outcome.raised), -order, outcome, convention, size))

    def result(self):
        return self._subject() if self.found else self._refusal()

    def _subject(self):
        ranked = sorted(self.found, key=self._odd)
        first = ranked[0]
        candidates, outcome = self._raising()
        rivals = [each.oracle for each in ranked[1:3] if each.rank < first.rank + _RIVAL]
        found = Subject(self.load, first.oracle, first.judgement, first.rank, candidates, rivals)
        single = first.oracle.size == "single" and not self.for_one_sample
        turned = _against_names(first.oracle.convention)
        if (single or turned) and not first.judgement.agrees:
            batches = [each for each in candidates if each.size != "single"]
            raising = [c for c in batches if _against_names(c.convention) < turned or single]
            found.as_named = Refusal(outcome, raising) if raising else None
        return found

    def _refusal(self):
        by_name = [row for row in self.complaints if not _against_names(row[2])]
        natural = [row for row in by_name if row[0] < _NATURAL]
        if natural or (self.complaints and not self.failures):
            rows = natural or self.complaints
            oracles = [SoftmaxOracle(c, s, self.hints) for _, _, c, s in rows[:2]]
            return Refusal(rows[0][1], oracles)
        candidates, outcome = self._raising()
        return Refusal(outcome, candidates)

    def _raising(self):
        """Natural conventions in which it raises, and what the first of them showed."""
        if not self.failures:
            return [], None
        # Natural ones first that pass the first line; those that fail there are out of shape.
        batches = [row for row in self.failures if row[4] != "single"] or self.failures
        shallow = min((depth for depth, *_ in batches if depth), default=0)
        deep = [row for row in batches if row[0] > shallow] or batches
        natural = sorted(deep, key=self._oddness)
        furthest = sorted(natural[:400], key=lambda row: -row[0])
        first = sorted(batches, key=self._oddness)
        distinct = {}
        for most, rows in ((4, first), (9, natural), (_RAISING, furthest)):
            for _, _, _, convention, size in rows:
                key = replace(convention, pack="", structures=())
                if key not in distinct and len(distinct) < most:
                    swept = self._moves_in_a_loop(convention)
                    distinct[key] = SoftmaxOracle(convention, size, self.hints, swept=swept)
        return list(distinct.values()), natural[0][2]

    def _oddness(self, row):
        _, order, _, convention, _ = row
        return self.against_usage(convention), _against_names(convention), -order

    def _labels_of(self, convention):
        name = next((n.lstrip("*") for n, role in convention.roles if role == "Y"), "")
        return self.usage.labels(name)

    def against_usage(self, convention):
        """Whether labels are passed in another kind than the function uses them."""
        used = self._labels_of(convention)
        return bool(used) and (used == "one-hot") != convention.labels.startswith("one-hot")


_ODD = {
    "right": 0,
    "missing": 0.2,
    "factor": 0.6,
    "term": 0.6,
    "lost": 3.0,
    "shape": 2.2,
    "not finite": 2.0,
    "other": 1.0,
}


def _rank(judgement, order, convention):
    """How odd a function would be if this were its convention; 0 for a right one."""
    if judgement.agrees:
        return order * 1e-6
    parts = judgement.parts
    wrong = 0.0
    for name, part in parts.items():
        wrong += _ODD[part.state]
        if name == "loss" and part.state == "other":
            wrong += 0.7  # the loss is the most often right: it tells the convention
        if name == "b" and part.state == "missing":
            wrong += 0.8  # it was passed, so it would have been returned
    odd = convention.labels in (
        "integers from 1",
        "one-hot integers",
        "one-hot booleans",
        "a list of integers",
        "integers from a float array",
    )
    wrong += 0.6 * _against_names(convention)
    return wrong + 0.5 * odd + 0.4 * (not judgement.keeps) + order * 1e-4


def _against_names(convention):
    """How many arguments are given another role than their name speaks of for certain."""
    data = ("W", "b", "X", "Y", "rate" if convention.stepping else "")
    named = [(role_of(name.lstrip("*")), role) for name, role in convention.roles]
    return sum(sure and meant in data and meant != role for (meant, sure), role in named)


def _depth(error):
    """How far into the reader's code a call came: the last line of theirs that it passed."""
    tb, lines = error.__traceback__, []
    while tb is not None:
        if tb.tb_frame.f_code.co_filename.startswith("<"):
            lines.append(tb.tb_lineno)
        tb = tb.tb_next
    return lines[0] if lines else 0


def _key(outcome):
    parts = tuple(
        (name, part.shape, np.round(part, 10).tobytes()) for name, part in outcome.parts.items()
    )
    return parts, outcome.changed
