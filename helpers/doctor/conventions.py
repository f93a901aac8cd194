"""Call a function the way its author meant it: the convention is found by trying.

A ``Convention`` says what goes where; ``call`` turns a probe into the author's arguments and what
comes back into the course's own form, with samples in rows and weights (D, K).
"""

import inspect
import itertools
import warnings
from dataclasses import dataclass

import numpy as np

from helpers.doctor.probes import Outcome
from helpers.doctor.returns import Unreadable, read

_NAMES = {
    "X": "x xs data images features inputs input xbatch batchx xb xtrain xi samples xtr xdev",
    "Y": "y ys labels label t targets target ytrue ybatch batchy yb ytrain onehot yonehot yoh yi "
    "ydev ytr truth",
    "W": "w weights weight theta wts kernel coef w1 params parameters model",
    "b": "b bias biases intercept b1 b0",
    "rate": "lr learningrate rate alpha eta stepsize gamma",
    "reg": "reg lam lambda lambd l2 weightdecay wd regstrength decay regularization mu lmbda",
    "classes": "k c numclasses nclasses classes",
    "count": "n m batchsize bs numsamples numexamples",
}  # fmt: skip
_ROLE = {name: role for role, names in _NAMES.items() for name in names.split()}
REG = 0.1  # passed for a required strength of weight decay


@dataclass(frozen=True)
class Convention:
    """Who wants what where.

    Attributes
    ----------
    roles : tuple of str
        Of the positional arguments: "W", "b", "X", "Y", "rate", "reg", "classes", "count".
    keywords : tuple of (str, str)
        Keyword-only arguments that must be given: name and role.
    samples : str
        "rows", "columns" or "single".
    weights : str
        "(D, K)" or "(K, D)".
    labels : str
        One of ``LABELS``.
    bias : str
        "(K,)", "(1, K)" or "(K, 1)".
    pack : str
        "apart", "folded" (the caller appends a 1 to X), "appends", "prepends" (the function does),
        "tuple" or a key of ``_KEYS`` (W and b are one argument).
    """

    roles: tuple
    keywords: tuple = ()
    samples: str = "rows"
    weights: str = "(D, K)"
    labels: str = "one-hot rows"
    bias: str = "(K,)"
    pack: str = "apart"

    def __str__(self):
        """What departs from f(W, b, X, Y) with samples and one-hot labels in rows."""
        parts = []
        if self.pack in ("folded", "appends", "prepends"):
            parts.append("the bias folded into W")
        elif self.pack != "apart":
            parts.append(f"W and b in a {self.pack}")
        if self.samples == "columns":
            parts.append("samples in columns")
        elif self.samples == "single":
            parts.append("one sample a call")
        if self.weights != "(D, K)":
            parts.append("W (K, D)")
        if self.labels != "one-hot rows":
            parts.append(f"labels as {self.labels}")
        if self.bias != "(K,)":
            parts.append(f"b {self.bias}")
        return ", ".join(parts)


LABELS = {
    "one-hot rows": lambda Y: Y.copy(),
    "one-hot columns": lambda Y: Y.T.copy(),
    "integers (N,)": lambda Y: Y.argmax(axis=1),
    "integers (N, 1)": lambda Y: Y.argmax(axis=1)[:, np.newaxis],
    "integers (1, N)": lambda Y: Y.argmax(axis=1)[np.newaxis],
    "one-hot integers": lambda Y: Y.astype(int),
    "one-hot booleans": lambda Y: Y.astype(bool),
    "a list of integers": lambda Y: Y.argmax(axis=1).tolist(),
    "integers from a float array": lambda Y: Y.argmax(axis=1).astype(float),
}
_BIAS = {
    "(K,)": lambda b: b.copy(),
    "(1, K)": lambda b: b[np.newaxis].copy(),
    "(K, 1)": lambda b: b[:, np.newaxis].copy(),
}


def conventions_of(f, default, single=False):
    """All conventions worth a try, the most natural first.

    Parameters
    ----------
    f : callable
    default : tuple of str
        The roles asked for: ("W", "b", "X", "Y"), with "rate" for a step.
    single : bool
        Whether to pass one sample a call.

    Yields
    ------
    Convention
    """
    all_samples = ("single",) if single else ("rows", "columns")
    for roles, keywords, packs in _argument_orders(f, default):
        for pack, samples in itertools.product(packs, all_samples):
            biases = ("(K,)",) if pack in _FOLDED[:3] or single else tuple(_BIAS)
            for choice in itertools.product(LABELS, biases, ("(D, K)", "(K, D)")):
                labels, bias, weights = choice
                yield Convention(roles, keywords, samples, weights, labels, bias, pack)


# How W and b may be packed into one argument: by folding, in a tuple, under these keys.
_KEYS = {
    "dict": ("W", "b"),
    "dict (w, b)": ("w", "b"),
    "dict (W1, b1)": ("W1", "b1"),
    "dict (weights, bias)": ("weights", "bias"),
}
_FOLDED = ("folded", "appends", "prepends", "tuple", *_KEYS)


def _argument_orders(f, default):
    """Possible (roles, keywords, packs), from the names of the parameters or their number."""
    try:
        parameters = list(inspect.signature(f).parameters.values())
    except (TypeError, ValueError):
        parameters = []
    plain = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    required = [p.name for p in plain if p.default is p.empty]
    forced = [p for p in parameters if p.kind is p.KEYWORD_ONLY and p.default is p.empty]
    if required:  # a default for what is asked for, such as learning_rate=0.1, is overruled
        forced += [p for p in parameters if p.default is not p.empty
                   and p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)
                   and _role_of(p.name, default) in default]  # fmt: skip
    keywords = tuple((p.name, _role_of(p.name, default) or "reg") for p in forced)
    if not required:  # *args, defaults everywhere, or no signature to be had
        required = [p.name for p in plain][: len(default)] or list(default)
    given = {role for _, role in keywords}
    roles = tuple(_role_of(name, default) for name in required)
    orders = []
    everything = [*roles, *given]
    if {"W", "X", "Y"} <= set(everything) and len(set(roles)) == len(roles) and all(roles):
        orders.append((roles, keywords, ("apart",) if "b" in everything else _FOLDED))
    wanted = tuple(role for role in default if role not in given)
    if len(required) >= len(wanted):
        extra = tuple(role or "reg" for role in roles[len(wanted) :])
        extra = tuple("reg" if role in wanted else role for role in extra)
        orders.append((wanted + extra, keywords, ("apart",)))
        if wanted[:4] == ("W", "b", "X", "Y"):
            orders.append((("X", "Y", "W", "b", *wanted[4:], *extra), keywords, ("apart",)))
            orders.append((("W", "X", "b", "Y", *wanted[4:], *extra), keywords, ("apart",)))
            orders.append((("X", "W", "b", "Y", *wanted[4:], *extra), keywords, ("apart",)))
    short = tuple(role for role in wanted if role != "b")
    if len(required) == len(short):
        orders.append((short, keywords, _FOLDED))
        orders.append((("X", "Y", "W", *short[3:]), keywords, _FOLDED))
    return list(dict.fromkeys(orders))


def _role_of(name, default):
    key = name.lower().replace("_", "")
    role = _ROLE.get(key, "")
    if role == "rate" and "rate" not in default:
        return "reg"
    return role


def call(f, convention, probe, rate=None):
    """Call ``f`` at a probe and read the result.

    Parameters
    ----------
    f : callable
    convention : Convention
    probe : Probe
    rate : float, optional
        The learning rate, for a step.

    Returns
    -------
    Outcome
        For a step, W and b after it stand in ``dW`` and ``db``: returned, or left in place.
    """
    given = _given(convention, probe, rate)
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            returned = f(*_positional(convention, given), **_keywords(convention, given))
        except Exception as error:
            return Outcome(raised=error)
        changed = _changed(_given(convention, probe, rate), given)
        parameters = _parameters(given)
        b = parameters[1]
        shapes = parameters[0].shape, None if b is None else b.shape
        try:
            parts = {} if returned is None and rate else read(returned, *shapes, len(probe.X))
        except Unreadable as reason:
            return Outcome(complaint=str(reason), changed=changed)
        if rate is not None:  # what a step does not return, it leaves in its arguments
            parts = {**dict(zip(("W", "b"), parameters, strict=True)), **parts}
            parts = {name: part for name, part in parts.items() if part is not None}
        return _canonical(parts, convention, changed, probe)


def _given(convention, probe, rate):
    """Every argument by role; W as a tuple or a dictionary where that is the convention."""
    W, b, X, Y = probe
    if convention.pack in ("folded", "appends"):
        W = np.vstack([W, b])
    elif convention.pack == "prepends":
        W = np.vstack([b, W])
    if convention.pack == "folded":
        X = np.hstack([X, np.ones((len(X), 1))])
    W = W.copy() if convention.weights == "(D, K)" else W.T.copy()
    b = _BIAS[convention.bias](b)
    labels = LABELS[convention.labels](Y)
    X = X.T.copy() if convention.samples == "columns" else X.copy()
    if convention.samples == "single":
        X, labels = X[0], labels[0]
    if convention.pack == "tuple":
        W = (W, b)
    elif convention.pack in _KEYS:
        W = dict(zip(_KEYS[convention.pack], (W, b), strict=True))
    N, _, K = probe.sizes
    given = {"W": W, "b": b, "X": X, "Y": labels, "rate": rate, "reg": REG}
    return {**given, "classes": K, "count": N}


def _positional(convention, given):
    return [given[role] for role in convention.roles]


def _keywords(convention, given):
    return {name: given[role] for name, role in convention.keywords}


def _parameters(given):
    if isinstance(given["W"], tuple):
        return given["W"]
    if isinstance(given["W"], dict):
        return tuple(given["W"].values())[:2]
    return given["W"], given["b"]


def _changed(before, given):
    """Names of the arguments that differ from what was passed."""
    pairs = {role: (before[role], given[role]) for role in ("X", "Y")}
    pairs["W"] = _parameters(before)[0], _parameters(given)[0]
    pairs["b"] = _parameters(before)[1], _parameters(given)[1]
    return tuple(role for role in ("W", "b", "X", "Y") if not _same(*pairs[role]))


def _same(one, other):
    one, other = np.asarray(one), np.asarray(other)
    return one.shape == other.shape and one.tobytes() == other.tobytes()


def _canonical(parts, convention, changed, probe):
    """Turn what came into rows, (D, K) and (K,)."""
    W, b, loss = (parts.get(name) for name in ("W", "b", "loss"))
    if W is not None and convention.weights == "(K, D)":
        W = W.T
    if convention.pack in ("folded", "appends", "prepends"):
        W, b = _unfold(W, convention.pack, probe)
    if b is not None and b.ndim == 2 and 1 in b.shape:
        b = _drop_axis(b, convention.bias, len(probe.b))
    if loss is not None and loss.size == 1:
        loss = loss.reshape(())
    return Outcome(_real(loss), _real(W), _real(b), changed)


def _real(array):
    return None if array is None else np.asarray(array, dtype=float)


def _drop_axis(b, bias, classes):
    """A row or column as a vector, unless it would broadcast against the b that was passed."""
    if b.size == classes > 1:
        is_column, wants_column = b.shape[1] == 1, bias == "(K, 1)"
        if is_column != wants_column:
            return b
    return b.ravel() if b.size > 1 else b.reshape(())


def _unfold(W, pack, probe):
    if W is None or W.ndim != 2 or W.shape != (probe.sizes[1] + 1, probe.sizes[2]):
        return W, None
    return (W[1:], W[0]) if pack == "prepends" else (W[:-1], W[-1])
