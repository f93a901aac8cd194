"""From a case to data: its convention, the judgement, the repairs, the names of its lines."""

import ast
from dataclasses import dataclass, field, replace

from helpers.doctor import guard, naming
from helpers.doctor.adapters import adapted
from helpers.doctor.case import setting_of
from helpers.doctor.classes import STEP, methods_of
from helpers.doctor.consult import Refusal, Subject, consult
from helpers.doctor.contract import RATE
from helpers.doctor.glance import glance
from helpers.doctor.listing import first_fault, mark_edits, to_xray
from helpers.doctor.names import is_likelihood, said_in
from helpers.doctor.optional import at
from helpers.doctor.oracles import SoftmaxOracle
from helpers.doctor.search import Search
from helpers.doctor.state import Steps
from helpers.doctor.xray import fine_lines, look

_PAIR_FROM = 3.2  # a single repair that costs more is odd: two edits may say more,
_PLAIN = 2.0  # but not if the edit itself is a usual one


@dataclass(eq=False)
class Examination:
    """All that was found out.

    Attributes
    ----------
    case : Case
    found : Subject or Refusal
    repairs : list of Repair
    oracle : SoftmaxOracle or None
        The convention in which the repairs hold.
    xray : XRay or None
    bugs : tuple of tuple of str
    stepping : bool
    doubt : Repair or None
        The edit with which it is right for labels from 0, where it is right for labels from 1.
    contradicts : bool
        Whether it wants labels from 0, and its comments speak of labels from 1.
    """

    case: object
    found: object
    repairs: list = field(default_factory=list)
    oracle: object = None
    xray: object = None
    bugs: tuple = ()
    stepping: bool = False
    doubt: object = None
    contradicts: bool = False

    @property
    def refused(self):
        """Whether no convention gave anything to look at."""
        return isinstance(self.found, Refusal)


def examine(case, stepping, catalogue, brief=False):
    """Examine a case.

    Parameters
    ----------
    case : Case
    stepping : bool
        Whether it makes a step.
    catalogue : Mapping
    brief : bool
        Whether what an X-ray does not show is left out: a second edit, and the bugs' names.

    Returns
    -------
    Examination
    """
    if isinstance(case.definition, ast.ClassDef):
        return _examine_class(case, stepping, catalogue, brief)
    return _examine(case, stepping, catalogue, brief)


def _examine_class(case, stepping, catalogue, brief):
    """A class has gradients, or makes steps, or both: the first that is not right is told."""
    results = []
    cls, error = guard.attempt(case.load)
    steps = error is None and (stepping or bool(methods_of(cls, STEP)))
    for each in [True] if stepping else [False, True][: 1 + steps]:
        results.append(_examine(case, each, catalogue, brief))
        if not results[-1].refused and not results[-1].found.judgement.agrees:
            break
    judged = [result for result in results if not result.refused]
    bad = [result for result in judged if not result.found.judgement.agrees]
    return (bad or judged or results)[0]


def _examine(case, stepping, catalogue, brief):
    plain = case.load
    try:
        case.load, usage = adapted(case, stepping)
        return _examined(case, usage, stepping, catalogue, brief)
    finally:
        case.load = plain


def _examined(case, usage, stepping, catalogue, brief):
    if case.code is not None:
        usage = replace(usage, said=said_in(case.code.source))
    found = consult(case.load, usage, case.clock, stepping)
    result = Examination(case, found, stepping=stepping)
    if isinstance(found, Subject) and found.as_named is not None and case.code is not None:
        # That it runs so only may be its fault, and not what it is made for.
        result.repairs, result.oracle = _repairs_of_raising(case, found.as_named, brief, 0.7)
    if result.repairs:
        result.found = found.as_named
    elif isinstance(found, Refusal):
        raised = found.outcome.raised if found.outcome is not None else None
        # What had to be stopped would have to be stopped with each edit.
        if case.code is not None and raised and not isinstance(raised, guard.Stopped):
            result.repairs, result.oracle = _repairs_of_raising(case, found, brief)
    else:
        result.oracle = found.oracle
        found.oracle.numbers = found.judgement.numbers
        if case.code is not None:
            result.repairs = _repairs(case, found, brief)
            result.doubt = _doubt(case, found, usage)
            plain = found.oracle.convention.labels in ("integers", "integers (N, 1)")
            told = usage.said & {"labels from 1", "labels moved"}
            result.contradicts = plain and told == {"labels from 1"}
    if result.oracle is not None:
        if not brief:
            _name(result, catalogue)
        if case.code is not None:
            result.xray = _xray(result)
    return result


def _repairs_of_raising(case, found, brief, seconds=1.0):
    """Repairs of what raises everywhere, by one edit or two, and the convention of theirs."""
    searches = [(search_of(case, oracle), oracle) for oracle in _likeliest(case, found.candidates)]
    for deeper in (False, True):
        for search, oracle in searches[: 2 if deeper else 5]:
            repairs = search.single(1.2 * seconds, by_value=deeper)
            if repairs:
                return repairs, oracle
    for search, oracle in searches[:3] if not brief else ():
        repairs = search.double(1.5 * seconds) if search.graded else []
        if repairs:
            return repairs, oracle
    return [], None


def _likeliest(case, oracles, least=-1):
    """Conventions, those first in which most lines are what they should be, as far as it runs."""
    scores = [_fine(case, oracle) for oracle in oracles]
    order = sorted(range(len(oracles)), key=lambda i: -scores[i])
    if 0 in order[2:]:  # the most natural one has its chance
        order = [*order[:2], 0, *(i for i in order[2:] if i)]
    return [oracles[i] for i in order if scores[i] > least]


def _fine(case, oracle):
    return len(fine_lines(_looked(case, oracle)))


def _doubt(case, found, usage):
    """One edit with which it is right for labels from 0, of what is right for labels from 1.

    A slip is in one place; who means labels from 1 says so, or shifts them in several.
    """
    convention = found.oracle.convention
    told = usage.said & {"labels from 1", "labels moved"}
    if "from 1" not in convention.labels or told or not found.judgement.agrees:
        return None
    plain = replace(convention, labels=convention.labels.replace(" from 1", ""))
    oracle = SoftmaxOracle(plain, found.oracle.size, found.oracle.hints, found.oracle.scale)
    repairs = search_of(case, oracle).single(1.2)
    slips = [each for each in repairs if len(each.mutations[0].changes) == 1]
    return slips[0] if slips else None


def _repairs(case, found, brief):
    judgement = found.judgement
    if judgement.agrees and judgement.lasts and not judgement.changed_data:
        return []
    search = search_of(case, found.oracle, judgement, lasting=judgement.agrees)
    repairs = search.single(by_value=not found.oracle.numbers)
    others = []
    if not repairs:  # a convention in which more of its lines are right
        raising = found.candidates if found.rank > 2.0 else []
        others = _likeliest(case, [*found.rivals, *raising], _fine(case, found.oracle))
    for oracle in others[:4]:
        repairs += search_of(case, oracle).single(1.0, by_value=False)
        if repairs:
            break
    other_loss = judgement.belongs and judgement.keeps  # a model of another loss is no slip
    other_loss = other_loss or judgement.numbers  # and what only a number shows, two edits hide
    plain = any(sum(m.cost for m in r.mutations) < _PLAIN or r.cost < _PAIR_FROM for r in repairs)
    if not brief and not judgement.agrees and not other_loss and not plain:
        repairs += search.double()
    repairs.sort(key=lambda repair: repair.cost)
    return repairs[:3]


def search_of(case, oracle, original=None, lasting=False):
    """The search for an edit that makes a function right in a convention.

    Parameters
    ----------
    case : Case
    oracle : SoftmaxOracle
    original : Judgement, optional
        Of the unchanged function.
    lasting : bool
        Whether it has to stand large logits, and leave its arguments alone.

    Returns
    -------
    Search
    """
    probe, strength = oracle.scenes[0].probe, oracle.strengths[-1]
    clock = case.clock
    clock.start()
    first, there = oracle.call(case.load(), probe, strength), at(oracle, oracle.numbers)
    oracle.there = there.call(case.load(), probe, strength)
    loss = oracle.there.loss
    parts = original.parts if original is not None else {}
    if original is not None:
        oracle.start_fresh(case.load())
    named_uphill = any(is_likelihood(hint) for hint in oracle.hints)
    uphill = bool(parts) and all(p.values[:1] < (0.0,) for p in parts.values() if p.values)
    loss_right = bool(parts) and parts["loss"].state == "right"
    # A right loss is left alone; where only a term is off, it may be the loss's as well.
    term = loss_right and {p.state for p in parts.values()} <= {"right", "missing", "term"}
    blame = 0.8 if term and not oracle.numbers else 2.5
    if named_uphill and loss_right:
        loss_right = parts["loss"].values[0] < 0

    stands_large = original is None or oracle.finite_at_large(case.load())

    def verify(load):
        clock.start(ticks=3_000_000, seconds=2.0)
        judgement = oracle.judge(load(), load=load)
        if not judgement.agrees or (
            lasting and not (judgement.lasts and not judgement.changed_data)
        ):
            return None
        if judgement.reduced != first.reduced or len(first.parts) > len(judgement.came):
            return None
        downhill = judgement.common is None or judgement.common > 0
        if not downhill and not (uphill or named_uphill):
            return None
        decays = (original and original.decay) or oracle.convention.has("reg")
        if oracle.stepping and judgement.decay and not decays:
            return None  # it would slip a decay in that was not there
        if not oracle.fresh(load(), load, judgement.clipped):
            return None
        odd = {None: 0.0, "N": 0.6}.get(judgement.common and str(judgement.common), 1.2)
        if named_uphill:
            odd = 0.8 * downhill
        odd += 0.8 * (len(judgement.adapting) == 1)
        odd += 0.7 * (judgement.clipped and not (original and original.clipped))
        odd += 0.5 * (stands_large and not judgement.lasts)
        odd += 1.0 * any(strength < 0 for _, strength in judgement.decay)  # no penalty rewards
        odd += 0.3 * bool(judgement.changed and not oracle.stepping)
        if loss_right:
            moved = abs(there.call(load(), probe, strength).loss - loss) > 1e-9
            odd += blame * moved
        return odd

    later = original is not None and (original.lost or not original.keeps)

    def quick(f):
        grade, fine = glance(oracle, f)
        if fine and later and oracle.stepping:
            steps = Steps(oracle, lambda: f)
            fine = steps.fine and not steps.run.lost
        return grade, fine and (not lasting or oracle.finite_at_large(f))

    names = _looked(case, oracle)
    told = original is not None and not oracle.numbers  # at defaults no line shows what is wrong
    fine = fine_lines(names) if told else frozenset()
    return Search(case, lambda: setting_of(case, oracle, probe, fine), quick, verify, fine)


def _looked(case, oracle):
    """The names of all lines in a convention."""
    rate = RATE if oracle.stepping and oracle.convention.has("rate") else None
    probes = [scene.probe for scene in oracle.scenes]
    turned = oracle.convention.weights == "(K, D)"
    return look(case, lambda f, probe: oracle.call(f, probe), probes, rate, turned)


def _name(result, catalogue):
    oracle, case = result.oracle, result.case
    if oracle.size != "free":
        return
    if case.clock:
        case.clock.start(seconds=6.0)
    f = case.load()
    mine = naming.outcomes_of(f, oracle.convention, oracle.hints)
    found = result.found
    if not result.refused and found.judgement.agrees:
        breaks = not found.judgement.lasts or found.judgement.changed
        # Where its exponential can be read and no edit mends it, it only looks like a known bug.
        elsewhere = case.code is None or "exp" not in case.code.source
        if breaks and (result.repairs or elsewhere):
            ids = naming.riders(mine, catalogue, result.stepping)
            result.bugs = (ids,) if ids else ()
        return
    if not result.refused and found.judgement.numbers:
        return
    if not result.refused and not found.judgement.wrong:  # right, but for a second call
        ids = naming.riders(mine, catalogue, result.stepping, written=True)
        result.bugs = (ids,) if ids else ()
        return
    result.bugs = naming.name_bugs(mine, catalogue, result.stepping)


def _xray(result):
    case, oracle = result.case, result.oracle
    names = _looked(case, oracle)
    marked = None
    wrong = result.refused or not result.found.judgement.agrees
    if wrong and not result.refused:
        marked = first_fault(names, _wrong_sites(names, result.found.judgement, case))
    xray = to_xray(case.code, names, marked)
    if wrong:
        xray = mark_edits(xray, result.repairs, case)
    if wrong and xray.marked is None and result.refused:
        error = result.found.outcome.raised if result.found.outcome else None
        filename, line = guard.line_of(error, case.code.filenames) if error else (None, None)
        mine = {u.filename: u for u in case.code.units}.get(filename)
        if mine is not None and mine.text == case.code.source:
            xray = type(xray)(xray.lines, line, xray.source)
    return xray


def _wrong_sites(names, judgement, case):
    """Sites of the main function's returned parts; of the wrong ones, if they can be told."""
    returns = [
        n
        for n, site in enumerate(names.sites)
        if site.target == "return" and site.where == case.name
    ]
    wrong = {"loss": ("loss",), "W": ("gradient of W",), "b": ("gradient of b",)}
    fine = {word for part, words in wrong.items() if part not in judgement.wrong for word in words}
    left = [n for n in returns if not any(names.names.get(n, "").startswith(w) for w in fine)]
    return set(left or returns)
