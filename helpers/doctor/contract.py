"""The way a function wants to be called: who wants what where.

A ``Convention`` turns a probe into the author's arguments; ``calls`` turns what comes back into the
course's form. ``conventions`` lists those worth a try.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from helpers.doctor import guard
from helpers.doctor.carried import KEPT, ROLES, Carried, beginnings, copied
from helpers.doctor.containers import build, fetch, put
from helpers.doctor.names import role_of

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
