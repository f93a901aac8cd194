"""Call a function the way its author meant it: who wants what where, and what comes back.

A ``Convention`` turns a probe into the author's arguments, and what comes back into the course's
form. ``conventions`` lists those worth a try.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from helpers.doctor import guard
from helpers.doctor.carried import KEPT, ROLES, Carried, beginnings, copied
from helpers.doctor.names import part_of, role_of
from helpers.doctor.probes import Outcome
from helpers.doctor.returns import UnreadableReturn, read
from helpers.doctor.usage import build, fetch, put

STRENGTHS = (0.0, 0.1)  # of weight decay, where there is an argument for it
RATE = 0.3

_BESIDE = "beside W"  # where state is, among that of the arguments

_COUNTED = {
    "integers": lambda Y: Y.argmax(axis=1),
    "integers from 1": lambda Y: Y.argmax(axis=1) + 1,
}
_LAID = {"": (-1,), " (N, 1)": (-1, 1), " (1, N)": (1, -1)}
LABELS = {
    "one-hot rows": lambda Y: Y.copy(),
    "one-hot columns": lambda Y: Y.T.copy(),
    "one-hot integers": lambda Y: Y.astype(int),
    "one-hot booleans": lambda Y: Y.astype(bool),
    "a list of integers": lambda Y: Y.argmax(axis=1).tolist(),
    "integers from a float array": lambda Y: Y.argmax(axis=1).astype(float),
    **{
        counted + laid: lambda Y, of=of, shape=shape: of(Y).reshape(shape)
        for counted, of in _COUNTED.items()
        for laid, shape in _LAID.items()
    },
}
BIASES = {
    "(K,)": lambda b: b.copy(),
    "(1, K)": lambda b: b[np.newaxis].copy(),
    "(K, 1)": lambda b: b[:, np.newaxis].copy(),
}
FOLDED = ("folded", "ones first", "appends", "prepends")
BIAS_FIRST = ("ones first", "prepends", "flat, b first")
FLAT = ("flat", "flat, b first")
VECTORS = {"vector": (-1,), "column": (-1, 1)}  # row by row; of W (K, D): MATLAB's order


@dataclass(frozen=True)
class Convention:
    """Who wants what where.

    Attributes
    ----------
    roles : tuple of (str, str)
        Name and role of each argument that is passed, in order. "*" before a name: by position.
    pack : str
        "apart", one of ``FOLDED`` (a column of ones: appended or put first by the caller, or by
        the function), "held" (by a container) or one of ``FLAT``.
    structures : tuple of (str, structure)
        For the roles "W" and "XY": what a container holds where; see ``usage.structures_of``.
    samples, weights, labels, bias : str
        "rows", "columns" or "single"; "(D, K)" or "(K, D)"; a key of ``LABELS``; "(K,)",
        "(1, K)" or "(K, 1)".
    stepping : bool
        Whether what comes back are new weights.
    shape : str
        "matrix", or a key of ``VECTORS`` where W comes unrolled.
    numbers : tuple of (str, float)
        Optional numbers that are not left at their defaults.
    renewed : tuple of str
        Arguments that get a new value inside, made of the old one.
    """

    roles: tuple
    pack: str = "apart"
    structures: tuple = ()
    samples: str = "rows"
    weights: str = "(D, K)"
    labels: str = "one-hot rows"
    bias: str = "(K,)"
    stepping: bool = False
    shape: str = "matrix"
    numbers: tuple = ()
    renewed: tuple = ()

    def has(self, role):
        """Whether an argument of that role is passed."""
        inside = (held for _, structure in self.structures for _, held in structure)
        return any(each == role for _, each in self.roles) or role in inside

    @property
    def folded(self):
        """Whether W and b are one array."""
        return self.pack in (*FOLDED, *FLAT)

    @property
    def leaves_bias(self):
        """Whether W is to hold the bias, and what is called a bias is something else."""
        named = (role_of(name.lstrip("*")) for name, _ in self.roles)
        return self.folded and any(role == "b" for role, _ in named)

    @property
    def has_pairs(self):
        """Whether samples and labels come in pairs, one a sample."""
        return any(path[-1][0] == "each" for _, held in self.structures for path, _ in held)

    @property
    def departures(self):
        """What departs from f(W, b, X, Y) with samples and one-hot labels in rows."""
        parts = []
        if self.pack in FOLDED:
            unrolled = ", unrolled" if self.shape != "matrix" else ""
            parts.append(f"the bias folded into W{unrolled}")
        elif self.pack in FLAT:
            parts.append("W and b in one vector")
        elif self.pack == "held":
            kind = dict(self.structures)["W"][0][0][0][0]
            container = {"key": "a dict", "attr": "an object", "item": "a tuple"}[kind]
            parts.append(f"W and b in {container}")
        if self.has_pairs:
            parts.append("samples in pairs with their labels")
        elif self.samples == "columns":
            parts.append("samples in columns")
        elif self.samples.startswith("single"):
            parts.append("one sample a call")
        if self.weights != "(D, K)":
            parts.append("W (K, D)")
        if self.labels != "one-hot rows":
            parts.append(f"labels as {self.labels}")
        if self.bias != "(K,)" and not self.folded:
            parts.append(f"b {self.bias}")
        return tuple(parts)

    @cached_property
    def carried(self):
        """The arguments that hold state."""
        held = dict(self.structures)
        return Carried(
            {
                name.lstrip("*"): role
                for name, role in self.roles
                if role in ROLES or {each for _, each in held.get(role, ())} & {*ROLES, "zero"}
                if role not in ("W", "XY")
            },
            self.renewed,
        )

    @property
    def keeps_state(self):
        """Whether state goes in and out."""
        return bool(self.carried.roles or self.beside)

    @property
    def handed_back(self):
        """The arguments that hold state and have to come back, since they get a new value."""
        return tuple(name for name in self.renewed if name in self.carried.roles)

    def arguments(self, probe, rate=RATE, strength=0.0, state=()):
        """The author's arguments for a probe, and W and b as they were passed.

        Parameters
        ----------
        probe : Probe
        rate, strength : float
        state : Mapping, optional
            What came back of the step before, by argument.

        Returns
        -------
        args : list
        kwargs : dict
        given : dict
            By role. "W" may hold both parameters.
        """
        given, state = self.given(probe, rate, strength), dict(state)
        for path, value in state.get(_BESIDE, {}).items():
            put(given["W"], path, value)
        args, kwargs = [], {}
        for label, role in self.roles:
            name = label.lstrip("*")
            if role == KEPT and name not in state:
                continue
            own = copied(given[role]) if role in ROLES and name not in state else given.get(role)
            value = state.get(name, own)
            if label[0] == "*":
                args.append(value)
            else:
                kwargs[name] = value
        return args, kwargs | dict(self.numbers), given

    @cached_property
    def beside(self):
        """Where state stands beside W, in the same container."""
        held = dict(self.structures).get("W", ())
        return [path for path, role in held if role in ROLES or role == "zero"]

    def state_beside(self, passed, returned):
        """State that stands beside W after a step: in what came back, or in what was passed."""
        inside = returned if isinstance(returned, (tuple, list)) else ()
        for container in (returned, *inside, passed) if self.beside else ():
            found, error = guard.attempt(lambda c=container: {p: fetch(c, p) for p in self.beside})
            if error is None:
                return {_BESIDE: found}
        return {}

    def passed(self, args, kwargs):
        """Arguments by name."""
        names = [name.lstrip("*") for name, _ in self.roles if name[0] == "*"]
        return dict(zip(names, args, strict=True)) | kwargs

    def given(self, probe, rate=RATE, strength=0.0):
        """All that may be passed, by role, in the author's form."""
        W, b, X, Y = probe
        N, D, K = probe.sizes
        if self.pack in ("folded", "appends"):
            W = np.vstack([W, b])
        elif self.pack in ("ones first", "prepends"):
            W = np.vstack([b, W])
        if self.pack == "folded":
            X = np.hstack([X, np.ones((N, 1))])
        elif self.pack == "ones first":
            X = np.hstack([np.ones((N, 1)), X])
        W = W.copy() if self.weights == "(D, K)" else W.T.copy()
        b = BIASES[self.bias](b)
        labels = LABELS[self.labels](Y)
        columns = self.samples == "columns"
        X = X.T.copy() if columns else X.copy()
        if self.samples == "single":
            X, labels = X[0], labels[0]
        elif self.samples == "single column":
            X, labels = X[:1].T.copy(), np.reshape(labels[0], (-1, 1))
        if self.pack == "flat":
            W = np.concatenate([W.ravel(), b.ravel()])
        elif self.pack == "flat, b first":
            W = np.concatenate([b.ravel(), W.ravel()])
        if self.shape != "matrix":
            W = W.reshape(VECTORS[self.shape])
        extra = self.pack in ("folded", "ones first")
        given = {"W": W, "b": b, "X": X, "Y": labels, "rate": rate, "reg": strength, "epochs": 1}
        given |= {"K": K, "N": N, "D": D + extra}
        given |= beginnings(W, None if self.folded else b, self._keys())
        values = given | {"XY": (X, labels)}
        if self.has_pairs:
            one = self.samples.startswith("single")
            pair = (
                ([X], [labels]) if one else (_one_by_one(X, columns), _one_by_one(labels, columns))
            )
            given = given | dict(zip("XY", pair, strict=True))
        return values | {role: build(held, given) for role, held in self.structures}

    def _keys(self):
        """The author's keys for W and b, where they are held in a dictionary."""
        held = dict(self.structures).get("W", ())
        return {role: path[-1][1] for path, role in held if path[-1][0] == "key"}

    def parameters(self, given):
        """W and b out of what was passed."""
        held = dict(self.structures).get("W")
        if held is None:
            return given["W"], None if self.folded else given["b"]
        found = {role: fetch(given["W"], path) for path, role in held}
        b = found.get("b", given["b"] if self.has("b") else None)
        return found["W"], None if self.folded else b


def _one_by_one(array, columns):
    """The samples of an array, each a row of its own, or a column (D, 1)."""
    if np.ndim(array) == 1 or not columns:
        return array
    return [column[:, np.newaxis] for column in array.T]


def call(f, convention, probe, rate=RATE, strength=0.0, hints=()):
    """Call ``f`` at a probe and read the result.

    Parameters
    ----------
    f : callable
    convention : Convention
    probe : Probe
    rate, strength : float
        The learning rate of a step, and the strength of weight decay.
    hints : sequence of str
        Names of the returned parts.

    Returns
    -------
    Outcome
    """
    args, kwargs, given = convention.arguments(probe, rate, strength)
    returned, error = guard.attempt(f, *args, **kwargs)
    if error is not None:
        return Outcome(raised=error)
    return _outcome(returned, convention, probe, given, rate, hints)[0]


@dataclass(frozen=True, eq=False)
class Run:
    """Several steps from the same weights, the state of each handed on to the next.

    Attributes
    ----------
    outcomes : list of Outcome
    lost : tuple of str
        Arguments that hold state and were left as they were at the first step.
    """

    outcomes: list
    lost: tuple


def follow(f, convention, probe, calls, rate=RATE, hints=()):
    """Make several steps from the same weights, each with the state that the one before left.

    Parameters
    ----------
    f : callable
    convention : Convention
    probe : Probe
    calls : int
    rate : float
    hints : sequence of str

    Returns
    -------
    Run
    """
    state, outcomes, lost, carried = {}, [], (), convention.carried
    for number in range(calls):
        args, kwargs, given = convention.arguments(probe, rate, state=state)
        passed = convention.passed(args, kwargs)
        before = {name: copied(passed[name]) for name in carried.roles if name in passed}
        returned, error = guard.attempt(f, *args, **kwargs)
        if error is not None:
            outcomes.append(Outcome(raised=error))
            break
        outcome, came = _outcome(returned, convention, probe, given, rate, hints)
        outcomes.append(outcome)
        if not number:
            lost = carried.lost(before, passed, came)
        state = carried.onward(passed, came) | convention.state_beside(given["W"], returned)
    return Run(outcomes, lost)


def call_twice(f, convention, probe, hints=()):
    """Call ``f`` twice with the same arrays; both outcomes."""
    args, kwargs, given = convention.arguments(probe)
    outcomes = []
    for _ in range(2):
        returned, error = guard.attempt(f, *args, **kwargs)
        if error is not None:
            return [*outcomes, Outcome(raised=error)]
        outcomes.append(_outcome(returned, convention, probe, given, RATE, hints)[0])
    return outcomes


def _outcome(returned, convention, probe, given, rate, hints):
    """What a call showed, and the new state that came back."""
    changed = _changed(convention, probe, given)
    W, b = convention.parameters(given)
    # A model of one array without bias: W takes all.
    W_shape, b_shape = np.shape(W), None if b is None else np.shape(b)
    try:
        if convention.stepping:
            if convention.leaves_bias and any(part_of(hint) == "b" for hint in hints):
                raise UnreadableReturn("returns no gradient", "a bias beside one that holds it")
            rest, hints, came = convention.carried.split(returned, hints)
            parts = _after_step(rest, W_shape, b_shape, probe, hints)
            came |= convention.carried.loose(rest, parts.values(), came)
            after = {"W": W, "b": b}
            moved = {k: v for k, v in after.items() if v is not None} | parts
            return _canonical_step(moved, convention, changed, probe, rate), came
        parts = read(returned, W_shape, b_shape, _samples(convention, probe), hints)
        parts |= _in_order(returned, convention, parts)
        if convention.leaves_bias and ("b" in parts or any(part_of(h) == "b" for h in hints)):
            raise UnreadableReturn(
                "returns no gradient", "a gradient of b beside one that holds it"
            )
    except UnreadableReturn as reason:
        return Outcome(complaint=reason.note, detail=str(reason), changed=changed), {}
    return _canonical(parts, convention, changed, probe), {}


def _in_order(returned, convention, parts):
    """Of a list of gradients, beside a list of parameters: each at the place of its parameter."""
    held = dict(convention.structures).get("W", ())
    order = [role for path, role in held if path[-1][0] == "item"]
    inside = [returned, *returned] if isinstance(returned, tuple) else [returned]
    lists = [each for each in inside if isinstance(each, list) and len(each) == len(order) > 1]
    turned = lists and parts.get("W") is lists[0][order.index("b")] if "b" in order else False
    return dict(zip(order, map(np.asarray, lists[0]), strict=True)) if turned else {}


def _samples(convention, probe):
    return -1 if convention.samples.startswith("single") else len(probe.X)


def _after_step(returned, W_shape, b_shape, probe, hints):
    """W and b that a step returned; what it did not return, it left in its arguments."""
    if returned is None:
        return {}
    try:
        parts = read(returned, W_shape, b_shape, len(probe.X), hints)
    except UnreadableReturn:
        return {}
    return {name: part for name, part in parts.items() if name != "loss"}


def _changed(convention, probe, given):
    """Roles of the arguments that differ from what was passed."""
    before = convention.given(probe)
    pairs = {role: (before[role], given[role]) for role in ("X", "Y")}
    old, new = convention.parameters(before), convention.parameters(given)
    pairs |= {"W": (old[0], new[0]), "b": (old[1], new[1])}
    return tuple(role for role in ("W", "b", "X", "Y") if not _same(*pairs[role]))


def _same(one, other):
    if one is None or other is None:
        return one is other
    one, other = np.asarray(one), np.asarray(other)
    return one.shape == other.shape and one.tobytes() == other.tobytes()


def _canonical(parts, convention, changed, probe):
    """Turn what came into rows, (D, K) and (K,)."""
    W, b, loss = (_real(parts.get(name)) for name in ("W", "b", "loss"))
    W, b = _unpack(W, b, convention, probe)
    reduced = loss is not None and loss.size > 1
    if loss is not None:
        loss = loss.reshape(()) if loss.size == 1 else loss.mean()
    return Outcome(loss, W, b, changed, reduced=reduced)


def _canonical_step(moved, convention, changed, probe, rate):
    new = _unpack(*(_real(moved.get(name)) for name in ("W", "b")), convention, probe)
    slopes = []
    for before, after in zip((probe.W, probe.b), new, strict=True):
        if after is None:
            slopes.append(None)
        elif after.shape != before.shape:
            slopes.append(np.full(after.shape, np.nan))
        else:
            slopes.append((before - after) / rate)
    return Outcome(None, *slopes, changed)


def _unpack(W, b, convention, probe):
    _, D, K = probe.sizes
    if convention.pack in FLAT and W is not None and W.size == (D + 1) * K:
        flat = W.ravel()
        W, b = (flat[:-K], flat[-K:]) if convention.pack == "flat" else (flat[K:], flat[:K])
        W = W.reshape((D, K) if convention.weights == "(D, K)" else (K, D))
    elif convention.shape != "matrix" and W is not None:
        if (D + 1) * K not in W.shape:
            return W.ravel(), None  # another shape than its argument's
        W = W.reshape((D + 1, K) if convention.weights == "(D, K)" else (K, D + 1))
    if W is not None and convention.weights == "(K, D)":
        W = W.T
    if convention.pack in FOLDED:
        if W is None or W.shape != (D + 1, K):
            return W, None
        return (W[1:], W[0]) if convention.pack in BIAS_FIRST else (W[:-1], W[-1])
    if b is not None and b.ndim == 1 and b.size == K > 1 and convention.bias == "(K, 1)":
        return W, b[None]  # as NumPy takes it: subtracted from a column it gives a matrix
    if b is not None and b.ndim == 2 and 1 in b.shape:
        b = _drop_axis(b, convention.bias, K)
    return W, b


def _real(array):
    if array is None:
        return None
    array = np.asarray(array)
    return np.asarray(array.real if np.iscomplexobj(array) else array, dtype=float)


def _drop_axis(b, bias, classes):
    """A row or column as a vector, unless it would broadcast against the b that was passed."""
    if b.size == classes > 1:
        is_column, wants_column = b.shape[1] == 1, bias == "(K, 1)"
        if is_column != wants_column:
            return b
    return b.ravel() if b.size > 1 else b.reshape(())
