"""Any hand-written gradient, with nothing but the function's own loss as judge.

The function is called as ``f(*at)``. What it returns besides its loss is matched to the arguments
it was given: by key or name, then by shape, then by order. These arguments then vary at fresh
points, and the slopes of the unedited loss are taken by central differences.
"""

import copy
import re

import numpy as np

from helpers.doctor import guard
from helpers.doctor.case import Unreadable, cases_of, repaired_text
from helpers.doctor.conventions import hints_of
from helpers.doctor.findings import FRAGILE, NOT_JUDGED, RIGHT, WRONG, Diagnosis, Finding
from helpers.doctor.leaves import get, leaves_of, put
from helpers.doctor.names import part_of, role_of
from helpers.doctor.returns import flatten
from helpers.doctor.search import Search
from helpers.doctor.seen import Seen, samples
from helpers.doctor.words import compose
from helpers.symptoms import name_factor

_MOST = 150  # entries of one argument whose slopes are taken
_STEP = 1e-6
_TOLERANCE = 2e-5
_SINGLES = 3.0  # seconds


class Model:
    """A function that is called as ``f(*at)``.

    Attributes
    ----------
    leaves : dict
        Path of each array among the arguments (index, keys ...) to its name.
    matched : dict
        Index of a returned part to the path of the argument whose gradient it is.
    """

    def __init__(self, load, at, names, hints, clock):
        self.load, self.at, self.hints, self.clock = load, tuple(at), hints, clock
        self.leaves = leaves_of(self.at, names)
        self.matched, self.loss_at = {}, None

    def parts(self, f, args):
        """(name, array) of all that came; an exception if it raised."""
        self.clock and self.clock.start()
        returned, error = guard.attempt(f, *copy.deepcopy(args))
        if error is not None:
            return error
        return [(name, array) for name, array, _ in flatten(returned, self.hints)]

    def match(self, parts):
        """Find the loss and whose gradient each part is.

        Returns
        -------
        bool
            Whether there are both.
        """
        scalars = [i for i, (_, array) in enumerate(parts) if array.size == 1]
        named = [i for i in scalars if part_of(parts[i][0]) == "loss"]
        if not scalars:
            return False
        self.loss_at = (named or scalars)[0]
        # What is data by its name gets a gradient only if one of that name comes back.
        free = dict(self.leaves)
        data = {p for p, name in free.items() if role_of(name)[0] in ("X", "Y", "rate", "reg")}
        rest = [i for i in range(len(parts)) if i != self.loss_at]
        for rule in (self._by_name, self._by_shape, self._by_order):
            if rule == self._by_shape:
                free = {p: name for p, name in free.items() if p not in data}
            for i in list(rest):
                path = rule(parts[i], free)
                if path is not None:
                    self.matched[i] = path
                    del free[path]
                    rest.remove(i)
        return bool(self.matched)

    def _by_name(self, part, free):
        stem = _stem(part[0])
        return next((p for p, name in free.items() if stem and stem == name.lower()), None)

    def _by_shape(self, part, free):
        same = [p for p in free if get(self.at, p).shape == part[1].shape]
        return same[0] if len(same) == 1 else None

    def _by_order(self, part, free):
        near = [p for p in free if get(self.at, p).size == part[1].size or part[1].size == 1]
        turned = [p for p in near if get(self.at, p).T.shape == part[1].shape]
        return next(iter(turned or near), None)

    def points(self, count=2, seed=5):
        """Arguments at fresh points: those that receive a gradient vary, the rest stays."""
        rng = np.random.default_rng(seed)
        for _ in range(count):
            args = copy.deepcopy(self.at)
            for path in self.matched.values():
                old = get(args, path)
                spread = float(old.std()) if old.size > 1 and old.std() > 1e-3 else 0.5
                fresh = old + 0.5 * spread * rng.normal(size=old.shape)
                args = put(args, path, fresh.astype(old.dtype))
            yield args

    def loss(self, f, args):
        """The loss at some arguments; ``None`` if there is none."""
        parts = self.parts(f, args)
        if isinstance(parts, BaseException) or len(parts) <= self.loss_at:
            return None
        value = parts[self.loss_at][1]
        return float(value.ravel()[0]) if value.size == 1 else None

    def slopes(self, args):
        """Slopes of the unedited loss by every argument that receives a gradient."""
        found, f = {}, self.load()
        for path in self.matched.values():
            array = get(args, path)
            entries = np.arange(array.size)
            if array.size > _MOST:
                entries = np.random.default_rng(3).choice(array.size, _MOST, replace=False)
            slope = np.full(array.size, np.nan)
            for entry in entries:
                ends = []
                for sign in (_STEP, -_STEP):
                    moved = array.astype(float).ravel()
                    moved[entry] += sign
                    ends.append(self.loss(f, put(args, path, moved.reshape(array.shape))))
                if None not in ends:
                    slope[entry] = (ends[0] - ends[1]) / (2 * _STEP)
            found[path] = slope.reshape(array.shape)
        return found


class OwnLoss:
    """Judges a function, and edits of it, by the slopes of its own loss.

    Parameters
    ----------
    model : Model
    """

    def __init__(self, model):
        self.model = model
        self.args = list(model.points(3))
        f = model.load()
        self.losses = [model.loss(f, args) for args in self.args]
        self.wanted = [model.slopes(args) for args in self.args]

    def states(self, f, places=slice(None)):
        """Of each part: "right", "factor" with its factor, "shape" or "other"; ``None`` if none."""
        worst = {}
        points = zip(self.args[places], self.wanted[places], self.losses[places], strict=True)
        for args, wanted, loss in points:
            parts = self.model.parts(f, args)
            if isinstance(parts, BaseException) or len(parts) <= max(self.model.matched):
                return None
            mine = parts[self.model.loss_at][1]
            same = mine.size == 1 and abs(float(mine.ravel()[0]) - loss) <= 1e-9 * (1 + abs(loss))
            worst["loss"] = ("right", 1.0) if same else ("other", None)
            for i, path in self.model.matched.items():
                state = _compare(parts[i][1], wanted[path])
                if path not in worst or _WORSE[state[0]] > _WORSE[worst[path][0]]:
                    worst[path] = state
        return worst

    def quick(self, f):
        """(grade, fine) by one point."""
        states = self.states(f, slice(0, 1))
        if states is None:
            return -1.0, False
        kinds = [kind for kind, _ in states.values()]
        grade = kinds.count("right") + 0.5 * kinds.count("factor")
        return grade, kinds.count("right") == len(kinds)

    def verify(self, load):
        """0 if right at all points and in a second call, else ``None``."""
        states = self.states(load())
        if states is None or any(kind != "right" for kind, _ in states.values()):
            return None
        return None if self.two_answers(load()) else 0.0

    def two_answers(self, f):
        """Whether a second call with the same arrays gives another answer."""
        args, found = copy.deepcopy(self.args[0]), []
        for _ in range(2):
            self.model.clock and self.model.clock.start()
            returned, error = guard.attempt(f, *args)
            parts = flatten(returned) if error is None else ()
            found.append([array.copy() for _, array, _ in parts])
        one, other = found
        return len(one) != len(other) or not all(
            a.shape == b.shape and np.allclose(a, b, rtol=1e-9, equal_nan=True)
            for a, b in zip(one, other, strict=True)
        )

    def written(self, f):
        """Whether arguments are written into."""
        args = copy.deepcopy(self.args[0])
        guard.attempt(f, *args)
        return any(
            not np.array_equal(get(args, p), get(self.args[0], p), equal_nan=True)
            for p in self.model.leaves
        )


_WORSE = {"right": 0, "factor": 1, "other": 2, "shape": 3}


def _compare(found, slope):
    """(state, factor) of a gradient beside slopes that were measured."""
    if found.size != slope.size or np.squeeze(found).shape != np.squeeze(slope).shape:
        return "shape", None
    mine, wanted = np.asarray(found, dtype=float).ravel(), slope.ravel()
    known = np.isfinite(wanted)
    mine, wanted = mine[known], wanted[known]
    scale = np.abs(wanted).max(initial=0) + 1e-7
    if not np.isfinite(mine).all():
        return "other", None
    if np.abs(mine - wanted).max(initial=0) <= _TOLERANCE * scale + 1e-8:
        return "right", 1.0
    square = float(wanted @ wanted)
    s = float(mine @ wanted) / square if square > 1e-20 else 0.0
    if abs(s) > 1e-6 and np.abs(mine - s * wanted).max() <= _TOLERANCE * abs(s) * scale + 1e-8:
        return "factor", s
    return "other", None


def diagnose(f, at, brief=False):
    """``diagnose_gradients(f, at=at)``.

    Parameters
    ----------
    f : callable or str
    at : tuple
    brief : bool
        Whether one edit only is sought.

    Returns
    -------
    Diagnosis

    Raises
    ------
    TypeError
        If ``at`` is no tuple, or ``f`` neither code nor text.
    """
    if not isinstance(at, (tuple, list)):
        raise TypeError(f"at is a {type(at).__name__}; wanted a tuple: f is called as f(*at)")
    try:
        cases = cases_of(f)
    except Unreadable as reason:
        return _not_judged([Finding("code", "unreadable", line=reason.line, detail=str(reason))])
    first = None
    for case in cases[:3]:
        diagnosis = _diagnose_case(case, at, brief)
        if diagnosis.verdict != NOT_JUDGED:
            return diagnosis
        first = first or diagnosis
    return first


def _not_judged(findings, xray=None):
    return Diagnosis(NOT_JUDGED, tuple(findings), xray=xray, evidence=compose(NOT_JUDGED, findings))


def _diagnose_case(case, at, brief):
    definition = case.definition
    names = [arg.arg for arg in definition.args.args] if hasattr(definition, "args") else []
    hints = hints_of(definition) if definition is not None else ()
    model = Model(case.load, at, names, hints, case.clock)
    parts = model.parts(case.load(), model.at)
    if isinstance(parts, BaseException):
        detail = f"{type(parts).__name__}: {guard.message_of(parts)}"
        return _not_judged([Finding("call", "raises", detail=detail)])
    if not model.match(parts):
        shapes = ", ".join(str(array.shape) for _, array in parts) or "nothing"
        return _not_judged([Finding("result", "returns no gradient", detail=shapes)])
    oracle = OwnLoss(model)
    if None in oracle.losses:
        return _not_judged([Finding("loss", "not finite")])
    return _judged(case, model, oracle, brief)


def _judged(case, model, oracle, brief):
    states = oracle.states(case.load()) or {}
    findings, wrong = [], {}
    for path in model.matched.values():
        kind, factor = states.get(path, ("other", None))
        if kind != "right":
            wrong[path] = kind
            named = _named(factor, model) if kind == "factor" else None
            note = {"factor": "factor" if named else "odd factor", "shape": "wrong shape"}
            label = f"The gradient of {model.leaves[path]}"
            findings.append(Finding(label, note.get(kind, "other slope"), factor=named))
    if oracle.two_answers(case.load()):
        findings.insert(0, Finding("call", "two answers"))
    repairs, xray = [], None
    if case.code is not None:
        seen = Seen(case, model)
        if findings:
            search = Search(case, seen.setting, oracle.quick, oracle.verify, seen.fine)
            repairs = search.single(_SINGLES)
            repairs = repairs if repairs or brief else search.double(5.0)
        xray = seen.xray(wrong, repairs)
    if not findings:
        writes = oracle.written(case.load())
        findings = [
            Finding("loss", "belongs"),
            *[Finding("W", "writes", detail="its arguments")] * writes,
        ]
        verdict = FRAGILE if writes else RIGHT
        return Diagnosis(verdict, tuple(findings), xray=xray, evidence=compose(verdict, findings))
    edits = repairs[0].edits if repairs else ()
    evidence = compose(WRONG, findings, edits)
    repaired = repaired_text(case, repairs[0]) if repairs else None
    all_findings = (*findings, *(Finding("code", "edit", e.line, e) for e in edits))
    return Diagnosis(
        WRONG,
        all_findings,
        edits,
        tuple(r.edits for r in repairs[1:3]),
        repaired,
        xray,
        evidence=evidence,
    )


def _named(factor, model):
    N = samples(model)
    return name_factor([factor], [(N, np.nan, np.nan)])


def _stem(name):
    """The argument that a gradient's name speaks of: dW1, grad_W1, W1_grad are all W1."""
    name = str(name).lower()
    stem = re.sub(
        r"^(grads?_|gradient_|d_|g_|nabla_|dl_?d|d(?=[a-z]))|(_grads?|_gradient)$", "", name
    )
    return stem
