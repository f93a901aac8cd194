"""Which lines of a script are suspect: what each value is, as far as the first step can tell.

A value that is known (images with their labels, logits, probabilities, residual, gradients) makes
its line unlikely to be wrong. The first value that is known with the wrong sign, or is labels
out of step with the images, or is none of these though it stands among them, makes its line likely.
"""

import numpy as np

from helpers.doctor.script.judge import softmax

KNOWN, DEPARTS, CLOSE = 0.5, -0.5, 1e-6


def suspicions(first, fault):
    """What is added to the cost of the edits of each line.

    Parameters
    ----------
    first : Result
        A run with marks.
    fault : Fault
        The one to be mended.

    Returns
    -------
    dict
        Line -> positive for a line that is right, negative for the first that departs.
    """
    if fault.rows is not None:
        return _lines_with(first, fault.rows)
    if fault.stage == "metric":
        return {fault.line: DEPARTS} | _predictions(first, fault)
    if fault.stage == "prepared":
        return {}
    groups = first.observer.groups
    group = _wrong_group(groups, fault)
    if group is None:
        return {}
    later = [g.forwards[0].at for g in groups if g.forwards[0].at > group.forwards[-1].at]
    end, start = min(later, default=first.observer.clock), group.forwards[0].at
    quantities = _quantities(first.judge, group)
    reading = _Reading(first.judge, quantities, [g.forwards[-1] for g in groups])
    costs, departed = {}, False
    for at, line, _, value in first.observer.values:
        verdict, partner = reading.of(value, line, at > start) if at <= end else (None, None)
        if verdict is True:
            costs.setdefault(line, KNOWN)
        elif verdict is False and not departed:
            departed = True
            costs |= {line: DEPARTS} | ({partner: DEPARTS} if partner else {})
    if not departed:  # all is right up to the parameter itself
        states = [getattr(g.forwards[-1], fault.part, None) for g in groups]
        updates = [(line, v) for at, line, _, v in first.observer.values if start < at <= end]
        costs |= {line: DEPARTS for line, value in updates if _is_one_of(value, states)}
    return costs


def _wrong_group(groups, fault):
    """What was computed for the first step that was wrong; at a start from 0 for the next."""
    with_gradients = [group for group in groups if group.batch is not None]
    before = [group for group in with_gradients if group.forwards[0].at < fault.at]
    if not before:
        return None
    after = with_gradients[len(before) :]
    flat = not np.ptp(before[-1].forwards[-1].W)  # too much is alike there
    if flat and after and np.isfinite(after[0].forwards[-1].W).all():
        return after[0]
    return before[-1]


def _predictions(first, fault):
    """Lines that make class labels for what was evaluated: predicted, true, or neither."""
    forwards = [f for f in first.observer.forwards if f.at < fault.at]
    if not forwards:
        return {}
    last, judge = forwards[-1], first.judge
    Z = last.X @ last.W.astype(float) + (0 if last.b is None else last.b)
    good, costs = [Z.argmax(axis=1), judge.labels[last.rows]], {}
    for at, line, _, value in first.observer.values:
        labels = _as_labels(value, judge.K) if last.at < at < fault.at else None
        if labels is not None and labels.size == last.rows.size:
            known = any((labels == one).all() for one in good)
            costs.setdefault(line, KNOWN if known else DEPARTS)
    return costs


def _lines_with(first, rows):
    """Lines that make an array of these images, or have no array of any."""
    costs = {}
    for _, line, _, value in first.observer.values:
        found = first.judge.recogniser.find(value, guess=False)
        if found:
            about = np.isin(found.rows, rows).all()
            costs[line] = min(costs.get(line, 1), DEPARTS if about else KNOWN)
    return costs


def _quantities(judge, group):
    """The derivation's quantities for the batch of a group."""
    forward, rows = group.forwards[-1], group.batch
    b = next((f.b for f in group.forwards if f.b is not None), None)
    X = judge.recogniser.prepare(rows, forward.prepared)
    product = X @ forward.W.astype(float)
    Z = product + (0 if b is None else b)
    P = softmax(Z)
    Y = np.eye(judge.K)[judge.labels[rows]]
    R = P - Y
    shifted = Z - Z.max(axis=1, keepdims=True)
    sums = np.exp(shifted).sum(axis=1)
    at_labels = np.arange(len(rows)), judge.labels[rows]
    log_P = shifted - np.log(sums)[:, None]
    vectors = [np.log(sums), Z.max(axis=1), P[at_labels], log_P[at_labels], Z[at_labels]]
    with np.errstate(all="ignore"):
        powers = [np.exp(Z), np.exp(shifted), np.exp(Z - Z.max()), sums, np.exp(Z).sum(axis=1)]
    exact = [product, Z, shifted, P, Y, log_P, -log_P, *powers, *vectors, *P.T]
    scaled = [R, *R.T, X.T @ R, R.sum(axis=0)]
    return [(known, False) for known in exact] + [(known, True) for known in scaled]


class _Reading:
    def __init__(self, judge, quantities, states):
        self.judge, self.quantities, self.states = judge, quantities, states
        self.rows = {}

    def of(self, value, line, in_step):
        """True for a value that is known, False for one that departs, None for any other.

        And the line of the images, where labels depart from them.
        """
        if value.dtype.kind not in "fiub" or value.size < 2 or self._is_state(value):
            return None, None
        found = self.judge.recogniser.find(value, guess=False)
        if found:
            self.rows[len(found.rows)] = found.rows, line
            return True, None
        labels = _as_labels(value, self.judge.K)
        if labels is not None and len(labels) in self.rows:
            rows, partner = self.rows[len(labels)]
            return bool((labels == self.judge.labels[rows]).all()), partner
        return (self._named(value) if in_step else None), None

    def _named(self, value):
        """The same, of a value in the first step."""
        with np.errstate(all="ignore"):
            cosines = [_cosine(value, known, scaled) for known, scaled in self.quantities]
        fitting = [c for c in cosines if c is not None]
        if any(c > 1 - CLOSE for c in fitting):
            return True
        return False if fitting and value.dtype.kind == "f" and value.any() else None

    def _is_state(self, value):
        """Whether it is a parameter: from a start at 0 it is -rate x gradient, and says nothing."""
        return _is_one_of(value, [part for f in self.states for part in (f.W, f.b)])


def _is_one_of(value, arrays):
    """Whether a value is one of some arrays, as it is or transposed or in another shape."""
    fitting = [one for one in arrays if one is not None and one.size == value.size]
    return any(np.array_equal(v.ravel(), one.ravel()) for one in fitting for v in (value, value.T))


def _as_labels(value, K):
    """Class labels in an array, as integers or one-hot in rows or columns; None if it has none."""
    flat = value.ravel()
    if value.ndim == 2 and K in value.shape and value.size > 2 * K:
        table = value if value.shape[1] == K else value.T
        ones = (table == 1).sum(axis=1) == 1
        return table.argmax(axis=1) if (ones & (table.sum(axis=1) == 1)).all() else None
    if max(value.shape) == value.size and value.size > 2 and value.dtype.kind in "iuf":
        whole = (flat == np.round(flat)) & (flat >= -1) & (flat <= K)
        return flat.astype(int) if whole.all() and np.ptp(flat) > 1 else None
    return None


def _cosine(value, known, scaled):
    """Cosine of two arrays, up to a transposition; None where the shapes do not fit.

    Of what may have no factor it is 0 if it has one.
    """
    if value.size != known.size or set(value.shape) - {1} != set(known.shape) - {1}:
        return None
    value = value.T if value.ndim == 2 and value.shape == known.T.shape != known.shape else value
    one, other = value.ravel().astype(float), known.ravel()
    if not scaled and np.linalg.norm(one - other) > 1e-3 * np.linalg.norm(other):
        return 0.0
    cosine = float(one @ other / (np.linalg.norm(one) * np.linalg.norm(other) + 1e-300))
    return cosine if np.isfinite(cosine) else 0.0
