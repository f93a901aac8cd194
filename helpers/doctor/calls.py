"""Call a function in a convention, once or step after step, and read what comes back."""

from dataclasses import dataclass

import numpy as np

from helpers.doctor import guard
from helpers.doctor.carried import copied
from helpers.doctor.contract import BIAS_FIRST, FLAT, FOLDED, RATE
from helpers.doctor.names import part_of
from helpers.doctor.probes import Outcome
from helpers.doctor.returns import UnreadableReturn, read


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
    state, outcomes, before, lost, carried = {}, [], {}, (), convention.carried
    for number in range(calls):
        args, kwargs, given = convention.arguments(probe, rate, state=state)
        passed = convention.passed(args, kwargs)
        if not number:
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
    except (MemoryError, RecursionError) as error:
        return Outcome(raised=error, changed=changed), {}
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
    if W is not None:
        W, b = _rolled(W, b, convention, D, K)
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


def _rolled(W, b, convention, D, K):
    """Matrices of vectors, as the convention has them; as they came, where no size fits."""
    rows = convention.weights == "(D, K)"
    if convention.pack in FLAT and W.size == (D + 1) * K:
        flat = W.ravel()
        W, b = (flat[:-K], flat[-K:]) if convention.pack == "flat" else (flat[K:], flat[:K])
        return W.reshape((D, K) if rows else (K, D)), b
    if convention.shape == "matrix":
        return W, b
    if (D + 1) * K not in W.shape:
        return W.ravel(), None  # another shape than its argument's
    return W.reshape((D + 1, K) if rows else (K, D + 1)), b


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
