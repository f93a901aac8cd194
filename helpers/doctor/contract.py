"""Call a function the way its author meant it: who wants what where, and what comes back.

A ``Convention`` turns a probe into the author's arguments, and what comes back into the course's
form. ``conventions`` lists those worth a try.
"""

from dataclasses import dataclass

import numpy as np

from helpers.doctor import guard
from helpers.doctor.probes import Outcome
from helpers.doctor.returns import UnreadableReturn, read

STRENGTHS = (0.0, 0.1)  # of weight decay, where there is an argument for it
RATE = 0.3

LABELS = {
    "one-hot rows": lambda Y: Y.copy(),
    "integers": lambda Y: Y.argmax(axis=1),
    "one-hot columns": lambda Y: Y.T.copy(),
    "integers (N, 1)": lambda Y: Y.argmax(axis=1)[:, np.newaxis],
    "integers (1, N)": lambda Y: Y.argmax(axis=1)[np.newaxis],
    "one-hot integers": lambda Y: Y.astype(int),
    "one-hot booleans": lambda Y: Y.astype(bool),
    "integers from 1": lambda Y: Y.argmax(axis=1) + 1,
    "integers from 1 (N, 1)": lambda Y: Y.argmax(axis=1)[:, np.newaxis] + 1,
    "a list of integers": lambda Y: Y.argmax(axis=1).tolist(),
    "integers from a float array": lambda Y: Y.argmax(axis=1).astype(float),
}
BIASES = {
    "(K,)": lambda b: b.copy(),
    "(1, K)": lambda b: b[np.newaxis].copy(),
    "(K, 1)": lambda b: b[:, np.newaxis].copy(),
}
COLUMNWISE = ("column by column", "column by column, ones first")  # raveled, in MATLAB's order
FOLDED = ("folded", "ones first", "appends", "prepends", *COLUMNWISE)


@dataclass(frozen=True)
class Convention:
    """Who wants what where.

    Attributes
    ----------
    roles : tuple of (str, str)
        Name and role of each argument that is passed, in order. "*" before a name: by position.
    pack : str
        "apart", one of ``FOLDED`` (a column of ones: appended or put first by the caller, or by
        the function), "dict", "object", "tuple" or "flat".
    keys : tuple of str
        Of a dictionary or object: the keys of W and b.
    samples, weights, labels, bias : str
        "rows", "columns" or "single"; "(D, K)" or "(K, D)"; a key of ``LABELS``; "(K,)",
        "(1, K)" or "(K, 1)".
    stepping : bool
        Whether what comes back are new weights.
    """

    roles: tuple
    pack: str = "apart"
    keys: tuple = ()
    samples: str = "rows"
    weights: str = "(D, K)"
    labels: str = "one-hot rows"
    bias: str = "(K,)"
    stepping: bool = False

    def has(self, role):
        """Whether an argument of that role is passed."""
        return any(each == role for _, each in self.roles)

    @property
    def folded(self):
        """Whether W and b are one array."""
        return self.pack in (*FOLDED, "flat")

    @property
    def departures(self):
        """What departs from f(W, b, X, Y) with samples and one-hot labels in rows."""
        parts = []
        if self.pack in FOLDED:
            parts.append("the bias folded into W")
        elif self.pack != "apart":
            parts.append(
                {"flat": "W and b in one vector"}.get(self.pack, f"W and b in a {self.pack}")
            )
        if self.samples == "columns":
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

    def arguments(self, probe, rate=RATE, strength=0.0):
        """The author's arguments for a probe, and W and b as they were passed.

        Parameters
        ----------
        probe : Probe
        rate, strength : float

        Returns
        -------
        args : list
        kwargs : dict
        given : dict
            By role. "W" may hold both parameters.
        """
        given = self._given(probe, rate, strength)
        args = [given[role] for name, role in self.roles if name[0] == "*"]
        kwargs = {name: given[role] for name, role in self.roles if name[0] != "*"}
        return args, kwargs, given

    def _given(self, probe, rate, strength):
        W, b, X, Y = probe
        N, D, K = probe.sizes
        if self.pack in ("folded", "appends", "column by column"):
            W = np.vstack([W, b])
        elif self.pack in ("prepends", "ones first", "column by column, ones first"):
            W = np.vstack([b, W])
        if self.pack in ("folded", "column by column"):
            X = np.hstack([X, np.ones((N, 1))])
        elif self.pack in ("ones first", "column by column, ones first"):
            X = np.hstack([np.ones((N, 1)), X])
        W = W.copy() if self.weights == "(D, K)" else W.T.copy()
        b = BIASES[self.bias](b)
        zeros = {"velocity": np.zeros_like(W), "velocity of b": np.zeros_like(b)}
        labels = LABELS[self.labels](Y)
        X = X.T.copy() if self.samples == "columns" else X.copy()
        if self.samples == "single":
            X, labels = X[0], labels[0]
        elif self.samples == "single column":
            X, labels = X[:1].T.copy(), np.reshape(labels[0], (-1, 1))
        if self.pack in COLUMNWISE:
            W = W.ravel(order="F")
        elif self.pack == "flat":
            W = np.concatenate([W.ravel(), b.ravel()])
        elif self.pack == "tuple":
            W = (W, b)
        elif self.pack == "dict":
            W = dict(zip(self.keys, (W, b), strict=False))
        elif self.pack == "object":
            W = Bag(zip(self.keys, (W, b), strict=False))
        given = {"W": W, "b": b, "X": X, "Y": labels, "rate": rate, "reg": strength, "epochs": 1}
        given["XY"] = (X, labels)
        return given | zeros | {"K": K, "N": N, "D": D + (self.pack in (*FOLDED[:2], *COLUMNWISE))}

    def parameters(self, given):
        """W and b out of what was passed."""
        packed = given["W"]
        if self.pack == "tuple":
            return packed
        if self.pack in ("dict", "object"):
            items = packed if isinstance(packed, dict) else vars(packed)
            return items[self.keys[0]], items[self.keys[1]] if len(self.keys) > 1 else None
        return packed, None if self.folded else given["b"]


class Bag:
    """An object with attributes, where a function asks for one."""

    def __init__(self, items):
        self.__dict__.update(items)


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
    return _outcome(returned, convention, probe, given, rate, hints)


def call_twice(f, convention, probe, hints=()):
    """Call ``f`` twice with the same arrays; both outcomes."""
    args, kwargs, given = convention.arguments(probe)
    outcomes = []
    for _ in range(2):
        returned, error = guard.attempt(f, *args, **kwargs)
        if error is not None:
            return [*outcomes, Outcome(raised=error)]
        outcomes.append(_outcome(returned, convention, probe, given, RATE, hints))
    return outcomes


def _outcome(returned, convention, probe, given, rate, hints):
    changed = _changed(convention, probe, given)
    W, b = convention.parameters(given)
    # A model of one array without bias: W takes all.
    W_shape, b_shape = np.shape(W), None if b is None else np.shape(b)
    try:
        if convention.stepping:
            parts = _after_step(returned, W_shape, b_shape, probe, hints)
            after = {"W": W, "b": b}
            moved = {k: v for k, v in after.items() if v is not None} | parts
            return _canonical_step(moved, convention, changed, probe, rate)
        parts = read(returned, W_shape, b_shape, _samples(convention, probe), hints)
    except UnreadableReturn as reason:
        return Outcome(complaint=reason.note, detail=str(reason), changed=changed)
    return _canonical(parts, convention, changed, probe)


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
    _, _, before = convention.arguments(probe)
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
    if convention.pack == "flat" and W is not None and W.size == (D + 1) * K:
        W, b = W.ravel()[: D * K], W.ravel()[D * K :]
        W = W.reshape((D, K) if convention.weights == "(D, K)" else (K, D))
    if convention.pack in COLUMNWISE and W is not None and W.size == (D + 1) * K:
        W = W.ravel(order="F").reshape((D + 1, K), order="F") if W.ndim == 1 else W
    elif W is not None and convention.weights == "(K, D)":
        W = W.T
    if convention.pack in FOLDED:
        if W is None or W.shape != (D + 1, K):
            return W, None
        first = "first" in convention.pack or convention.pack == "prepends"
        return (W[1:], W[0]) if first else (W[:-1], W[-1])
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
