"""Which lines of a script are suspect: what each value is, as far as the first step can tell.

A value that is known (images with their labels, logits, probabilities, residual, gradients) makes
its line unlikely to be wrong. The first value that is known with the wrong sign, or is labels
out of step with the images, or is none of these though it stands among them, makes its line likely.
"""

import itertools

import numpy as np

from helpers.doctor.probes import Probe
from helpers.doctor.quantities import quantities
from helpers.doctor.script.watch import Group
from helpers.doctor.xray import name_number, with_factor
from helpers.symptoms import name_factor

KNOWN, DEPARTS, FAR, ALIKE = 0.5, -0.5, 1.5e-3, 0.2


SCALED = "residual P - Y", "gradient of W", "gradient of b"


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
        shown = {fault.line: DEPARTS} if fault.part.startswith("compared") else {}
        return shown | _predictions(first, fault)
    if fault.stage == "prepared":
        return {fault.line: 2 * KNOWN} if fault.part == "weights" else {}
    return _read(first, fault)[0] | _thrown_away(first, fault) | _lost_bias(first, fault)


def _lost_bias(first, fault):
    """Lines that give the bias with which it begins anew."""
    if (fault.stage, fault.part) != ("update", "b"):
        return {}
    b = next(f.b for f in first.observer.forwards if f.at == fault.at)
    values = [(line, value) for at, line, _, value in first.observer.values if at < fault.at]
    return {
        line: 3 * DEPARTS
        for line, value in values
        if value.size == b.size and np.array_equal(value.ravel(), b)
    }


def _thrown_away(first, fault):
    """Lines that give the weights of a step which have nothing of those before."""
    groups = first.observer.groups
    pairs = [
        (one, two) for one, two in itertools.pairwise(groups) if two.forwards[0].at == fault.at
    ]
    if not pairs:
        return {}
    old, new = (group.forwards[0] for group in pairs[0])
    one, two = old.W.ravel(), new.W.ravel()
    if one.shape != two.shape or not one.any():
        return {}
    if abs(one @ two) > ALIKE * np.sqrt((one @ one) * (two @ two)):
        return {}
    return {
        line: 3 * DEPARTS
        for at, line, _, value in first.observer.values
        if at < fault.at and _is_one_of(value, [_weights(new)])
    }


def names_of(first, fault=None):
    """What each line of the script is, read at one step: the first that is wrong, if one is.

    Parameters
    ----------
    first : Result
        A run with marks.
    fault : Fault, optional

    Returns
    -------
    dict
        Line -> words.
    """
    losses = {line: words for line, words, _ in numbers_of(first)}
    return losses | _read(first, fault)[1]


def numbers_of(first):
    """Numbers that are the loss of the images last seen, up to a factor that has a name.

    Parameters
    ----------
    first : Result
        A run with marks.

    Returns
    -------
    list of (int, str, float)
        Line, words, value: the first of each line.
    """
    judge, found = first.judge, {}
    for at, line, _, value in first.observer.values:
        if value.size != 1 or value.dtype.kind != "f" or line in found:
            continue
        forward = next((f for f in reversed(first.observer.forwards) if f.at < at), None)
        if forward is None:
            continue
        probe = Probe(*judge.problem(Group([forward])))
        number = float(value.ravel()[0])
        named = name_number([number], [probe], [probe.sizes]) if number else None
        if named and named[0]:
            found[line] = line, named[0], number
    return list(found.values())


def _read(first, fault):
    """Costs of lines, and their names, at one step."""
    groups = first.observer.groups
    group = _wrong_group(groups, fault)
    if group is None:
        return {}, {}
    later = [g.forwards[0].at for g in groups if g.forwards[0].at > group.forwards[-1].at]
    end, start = min(later, default=first.observer.clock), group.forwards[0].at
    reading = _Reading(first.judge, group, [g.forwards[-1] for g in groups])
    costs, names, departed = {}, {}, False
    for at, line, label, value in first.observer.values:
        if at > end:
            break
        verdict, partner, words = reading.of(value, line, at > start)
        if words:
            names.setdefault(line, {}).setdefault(label, words)
        if verdict is True:
            costs.setdefault(line, KNOWN)
        elif verdict is False and not departed:
            departed = True
            costs |= {line: DEPARTS} | ({partner: DEPARTS} if partner else {})
    if (
        not departed and fault is not None and fault.part in ("W", "b")
    ):  # all is right up to the parameter itself
        last = [g.forwards[-1] for g in groups]
        states = [_weights(f) if fault.part == "W" else f.b for f in last]
        updates = [(line, v) for at, line, _, v in first.observer.values if start < at <= end]
        costs |= {line: DEPARTS for line, value in updates if _is_one_of(value, states)}
    return costs, {line: _joined(words) for line, words in names.items()}


def _joined(words):
    """The names of one line; of several values each with its label."""
    if len(words) == 1:
        return next(iter(words.values()))
    return "; ".join(f"{label}: {name}" for label, name in words.items())


def _wrong_group(groups, fault):
    """What was computed for the first step that was wrong; at a start from 0 for the next."""
    with_gradients = [group for group in groups if group.batch is not None]
    until = np.inf if fault is None else fault.at
    before = [group for group in with_gradients if group.forwards[0].at < until]
    before = before[:1] if fault is None else before
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
    return costs | _sources(first, fault, good, last.rows)


def _sources(first, fault, good, rows):
    """Lines that make labels of other images than those they are compared with, or the images."""
    pairs = [sides for at, _, *sides in first.observer.pairs if at == fault.at]
    odd = [v for sides in pairs for v in sides if not any(np.array_equal(v, g) for g in good)]
    lines = set()
    for _, line, _, value in first.observer.values if odd else ():
        found = first.judge.recogniser.find(value, guess=False) if value.ndim == 2 else None
        images = found is not None and np.array_equal(found.rows, rows)
        if images or any(np.array_equal(value, side) for side in odd):
            lines.add(line)
    return dict.fromkeys(lines, DEPARTS)


def _lines_with(first, rows):
    """Lines that make an array of these images, or have no array of any."""
    costs = {}
    for _, line, _, value in first.observer.values:
        found = first.judge.recogniser.find(value, guess=False)
        if found:
            about = np.isin(found.rows, rows).all()
            costs[line] = min(costs.get(line, 1), DEPARTS if about else KNOWN)
    return costs


class _Reading:
    """Values of one step, each compared with the quantities of its batch."""

    def __init__(self, judge, group, states):
        self.judge, self.states, self.rows = judge, states, {}
        self.probe = Probe(*_with_ones(group.forwards[-1], *judge.problem(group)))
        right, turns = quantities(self.probe)
        tables = {"probabilities": right["probabilities P"], "residual": right["residual P - Y"]}
        for name, table in tables.items():
            right |= {f"{name} of class {k}": column for k, column in enumerate(table.T)}
        self.right, self.turns = right, turns

    def of(self, value, line, in_step):
        """True for a value that is known, False for one that departs, None for any other.

        And the line of the images, where labels depart from them; and what the value is.
        """
        if value.dtype.kind not in "fiub" or self._is_state(value):
            return None, None, None
        if value.size < 2:
            return None, None, None
        found = self.judge.recogniser.find(value, guess=False)
        if found:
            self.rows[len(found.rows)] = found.rows, line
            return True, None, "images, one a row" if found.axis == 0 else "images, one a column"
        labels = _as_labels(value, self.judge.K)
        if labels is not None and len(labels) in self.rows:
            rows, partner = self.rows[len(labels)]
            good = bool((labels == self.judge.labels[rows]).all())
            return good, partner, f"labels{'' if good else ' out of step with'} of the images"
        if not in_step:
            return None, None, None
        with np.errstate(all="ignore"):
            verdict, words = self._named(value)
        return verdict, None, words

    def _named(self, value):
        """Whether a value is as it should be, and what it is."""
        departs = None
        for name, known in self.right.items():
            scale, turned = _factor(value, known)
            if scale:
                words = with_factor(name, self._scale(scale), turned)
                scaled = name in SCALED or name.startswith("residual")
                sign = abs(scale) if "log" in name else scale
                if (scaled and scale > 0) or abs(sign - 1) < FAR:
                    return True, words
                departs = departs or words
        for name, known in self.turns.items() if not departs else ():
            scale, turned = _factor(value, known)
            if scale:
                departs = with_factor(name, self._scale(scale), turned)
                break
        sizes = {known.size for known in self.right.values()}
        if departs or (value.dtype.kind == "f" and value.size in sizes and value.any()):
            return False, departs
        return None, None

    def _scale(self, scale):
        return name_factor([scale], [self.probe.sizes]) or f"{scale:.4g}"

    def _is_state(self, value):
        """Whether it is a parameter: from a start at 0 it is -rate x gradient, and says nothing."""
        return _is_one_of(value, [part for f in self.states for part in (_weights(f), f.b)])


def _weights(forward):
    """The weights as the script has them: with the bias among them, if it is there."""
    if forward.offset is None or forward.b.shape != forward.W.shape[1:]:
        return forward.W
    return np.insert(forward.W, 0 if forward.offset else len(forward.W), forward.b, axis=0)


def _with_ones(forward, W, b, X, Y):
    """A problem as the script has it: with a column of ones, if its images have one."""
    if forward.offset is None:
        return W, b, X, Y
    at = 0 if forward.offset else X.shape[1]
    return np.insert(W, at, b, axis=0), 0 * b, np.insert(X, at, 1, axis=1), Y


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
    if value.size > 2 and max(value.shape) == value.size and value.dtype.kind in "iuf":
        whole = (flat == np.round(flat)) & (flat >= -1) & (flat <= K)
        return flat.astype(int) if whole.all() and np.ptp(flat) > 1 else None
    return None


def _factor(value, known):
    """(factor, whether transposed) that makes a value of a quantity; (None, False) if none does."""
    if value.size != known.size or set(value.shape) - {1} != set(known.shape) - {1}:
        return None, False
    turned = value.ndim == 2 and value.shape == known.T.shape != known.shape
    one, other = (value.T if turned else value).ravel().astype(float), known.ravel()
    square, size = other @ other, np.linalg.norm(one)
    scale = one @ other / square if square > 0 else 0.0
    near = size > 0 and np.linalg.norm(one - scale * other) <= FAR * size
    return (scale, turned) if near else (None, False)
