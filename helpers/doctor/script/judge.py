"""What is right and what is not in a script's run, in order of execution.

The true labels of every image are known, so what a step should be is computed beside the script:
against the mean gradient of the cross-entropy, with any positive rate, momentum or decay.
"""

import re
from collections import Counter
from dataclasses import dataclass

import numpy as np

from helpers.doctor.script.instrument import LOSS, METRIC

STAGES = {"raises": 0, "images": 1, "step": 2, "update": 2, "loss": 3, "prepared": 4, "metric": 5}
LATEST = 4  # reports of a number that are judged
UPHILL = "it goes uphill"
TEST = re.compile(r"test|valid|held|(^|[^a-z])dev([^a-z]|$)", re.IGNORECASE)
UNJUDGED = ("precision", "recall", "f1", "tol", "best", "prev", "old", "last")


@dataclass(frozen=True, eq=False)
class Fault:
    """One thing that is not as it should be.

    Attributes
    ----------
    stage : str
        One of ``STAGES``.
    part : str
        Which: ``W``, ``b``, or the name under which a number is reported.
    at : int
        Its place in the order of execution.
    line : int or None
        Where it shows: rarely where it was made.
    says : str
        What was seen.
    factor : float or None
        Step = -factor x gradient, where that holds.
    rows : ndarray of int or None
        The images that it is about.
    """

    stage: str
    part: str
    at: int
    line: int = None
    says: str = ""
    factor: float = None
    rows: np.ndarray = None

    @property
    def key(self):
        return STAGES[self.stage], self.stage, self.part


class Judge:
    """Judges steps as they come, and the rest at the end.

    Parameters
    ----------
    recogniser : Recogniser
    """

    def __init__(self, recogniser):
        self.recogniser = recogniser
        self.labels = recogniser.labels
        self.K = recogniser.K
        self.steps, self.judged, self.past, self.factors = [], 0, [], []
        self.adaptive = self.by_product = False
        self.start = None
        self.hits = 0  # comparisons of predictions with their labels

    # Steps

    def on_step(self, before, after):
        """Compare one step with the gradient of its batch; what is wrong goes to ``steps``."""
        first, last = before.forwards[-1], after.forwards[0]
        if first.W.shape != last.W.shape or first.W.shape[1] != self.K:
            return
        self.start = self.start or first
        anew = first is not self.start and last.same_state(self.start)
        if anew or (self.judged and self.by_product and not before.gradients):
            self.past = []  # another model, or a start anew: this is no step
            return
        self.by_product |= bool(before.gradients)
        self.judged += 1
        tries = [(*self._explain(before, last, rows), rows) for rows in self._batches(before)]
        faults, gradient, factor, before.step = min(tries, key=lambda found: len(found[0]))
        self.past.append(gradient)
        self.factors.append(factor)
        self.steps += faults

    def _batches(self, group):
        """Sets of images whose gradient may be the one that was used: the likeliest first."""
        rows = [group.forwards[-1].rows, *group.gradients[::-1]]
        rows += [forward.rows for forward in group.forwards[::-1]]
        rows += [np.concatenate(several) for several in (group.gradients,) if len(several) > 1]
        rows += [np.concatenate([forward.rows for forward in group.forwards])]
        unique = list({one.tobytes(): one for one in rows[::-1]}.values())[::-1]
        return unique if len(unique) <= 4 else [*unique[:2], *unique[-2:]]

    def problem(self, group):
        """W, b, X, Y of a step, in the course's form; of a group without one, of its images."""
        forward, rows = group.forwards[-1], group.batch
        own = rows is None or np.array_equal(rows, forward.rows)
        rows = forward.rows if own else rows
        X = forward.X if own else self.recogniser.prepare(rows, forward.prepared)
        b = _bias(group.forwards)
        b = np.zeros(self.K) if b is None else b
        return forward.W.astype(float), b, X, np.eye(self.K)[self.labels[rows]]

    def gradient(self, forward, b, rows):
        """Mean gradient of the cross-entropy at a state, for some images as they were prepared."""

        def compute():
            own = rows is forward.rows
            X = forward.X if own else self.recogniser.prepare(rows, forward.prepared)
            R = softmax(X @ forward.W.astype(float) + (0 if b is None else b))
            R[np.arange(len(rows)), self.labels[rows]] -= 1
            return X.T @ R / len(rows), R.mean(axis=0)

        return self.once("gradient", forward, b, rows, compute)

    def once(self, what, forward, b, rows, compute):
        """What depends on a state and its images alone: a thousand runs begin alike."""
        state = forward.W.tobytes(), b if b is None else b.tobytes(), rows.tobytes()
        key = what, id(forward.prepared), hash(state)
        memory = self.recogniser.memory
        if key not in memory:
            if len(memory) > 300:
                memory.clear()
            memory[key] = compute(), forward.prepared  # kept, so that its id stays its own
        return memory[key][0]

    def _explain(self, before, last, rows):
        first = before.forwards[-1]
        b, b_after = _bias(before.forwards), last.b
        with np.errstate(all="ignore"):
            gW, gb = self.gradient(first, b, rows)
            single = first.W.dtype == np.float32 or first.X.dtype == np.float32
            tolerance = 2e-3 if single else 2e-5
            past = [earlier[0] for earlier in self.past]
            says, factor, shares = self._part(last.W - first.W, gW, first.W, past, tolerance)
            faults = [Fault("step", "W", last.at, first.line, says, factor)] if says else []
            if b is not None and b_after is not None and b.shape == b_after.shape:
                # Whatever was carried over for the weights was for the bias too.
                carried = sum(s * earlier[1] for s, earlier in zip(shares, self.past, strict=False))
                tolerance = max(tolerance, 1e-4)
                says, factor_b, _ = self._part(b_after - b, gb + carried, b, [], tolerance)
                if not (says or faults or self.adaptive) and factor and factor_b:
                    says = _other_scale(factor_b / factor, len(rows))
                if says:
                    faults.append(Fault("step", "b", last.at, first.line, says, factor_b))
        return faults, (gW, gb), factor

    def _part(self, change, gradient, parameter, past, tolerance):
        """What is wrong with a change of a parameter, "" if nothing; its rate; what it carries.

        Asked in turn: is it the gradient alone, with decay, with the gradients before it?
        """
        if not np.isfinite(change).all():
            return "not finite", None, ()
        if np.linalg.norm(gradient) < 1e-9:
            return "", None, ()  # where no step is due, nothing can be told
        if not change.any():
            return "it does not change", 0.0, ()
        past = [earlier for earlier in past if earlier.shape == gradient.shape]
        verdicts = []
        for judged, terms in ((_alone, []), (_decayed, [parameter]), (_carried, past)):
            miss, coefficients, shares = _fit(change, gradient, terms)
            if miss <= tolerance:
                carried = coefficients[1:] / coefficients[0] if judged is _carried else ()
                says = judged(shares, tolerance)
                if judged is _decayed and coefficients[1] < -0.5:
                    says = "it throws the old weights away"
                verdicts.append((says, -coefficients[0], carried))
                if not verdicts[-1][0]:
                    return verdicts[-1]
        if verdicts:
            return verdicts[0]
        if self._adapts(change, gradient):
            self.adaptive = True
            return "", -1.0, ()
        return "it is no multiple of the gradient", None, ()

    def _adapts(self, change, gradient):
        """Adam and its kin: the first step has one size everywhere, and the gradient's signs."""
        if self.adaptive:
            return True
        large = np.abs(gradient) > 1e-3 * np.abs(gradient).max()
        sizes = np.abs(change[large])
        same = (np.sign(change) == -np.sign(gradient))[large].mean()
        return gradient.size > 50 and same > 0.99 and sizes.std() < 0.05 * sizes.mean()

    # The whole run

    def faults(self, observer, error=None, line=None):
        """All faults of a run, the first in execution first, one a part.

        Parameters
        ----------
        observer : Observer
        error : BaseException, optional
            What the script raised.
        line : int, optional
            Where.

        Returns
        -------
        list of Fault
        """
        observer.settle()
        found = list(self.steps)
        if error is not None:
            says = f"{type(error).__name__}: {_text(error)}"
            found.append(Fault("raises", "", observer.tick(), line, says))
        found += [
            Fault("images", str(line), at, line, "the array holds no image as it was loaded")
            for at, line in observer.unknown[:1]
        ]
        found += self._stuck(observer) + self._ordered(observer)
        found += self._prepared(observer) if error is None else []
        found += self._compared(observer) + self._numbers(observer)
        first = {}
        for fault in sorted(found, key=lambda fault: (fault.at, STAGES[fault.stage])):
            first.setdefault(fault.key, fault)
        return list(first.values())

    def _stuck(self, observer):
        """Whether gradients are computed again and again, and no step follows."""
        groups = observer.groups
        before = [len(group.gradients) for group in groups[:-1]]
        if not groups or len(groups[-1].gradients) <= 2 * max(before, default=0):
            return []
        last = groups[-1].forwards[-1]
        says = "the weights change no more" if observer.steps else "the weights never change"
        return [Fault("update", "W", last.at, last.line, says)]

    def _compared(self, observer):
        """Comparisons of labels with what is no prediction, or of predictions with no labels."""
        found, single = [], {}
        for at, line, *sides in observer.pairs:
            near = [f for f in observer.forwards if f.at < at and len(f.rows) == sides[0].size]
            if len(near[-1].rows) == 1:
                single.setdefault(line, []).append((at, near[-1], sides))
                continue
            found += self._comparison(at, line, near[-8:], sides)
        for line, cases in single.items():
            forwards = {forward.at for _, forward, _ in cases}
            if len(cases) < 10 or len(forwards) < len(cases):
                continue  # of labels with every class, by a loop
            sides = [np.array([case[2][i].ravel()[0] for case in cases]) for i in (0, 1)]
            found += self._comparison(cases[0][0], line, [[case[1] for case in cases]], sides)
        return found

    def _comparison(self, at, line, choices, sides):
        says = self._compares(choices, sides)
        self.hits += says == ""
        return [Fault("metric", f"compared {line}", at, line, says)] if says else []

    def _compares(self, choices, sides):
        """What is wrong with a comparison; "" if nothing is, None if it is of something else."""
        best = None
        for choice in choices:
            forwards = choice if isinstance(choice, list) else [choice]
            truth = np.concatenate([self.labels[f.rows] for f in forwards])
            guess = np.concatenate([self.guess(f) for f in forwards])
            kinds = [_is_labels(side, truth, guess) for side in sides]
            if {"truth", "guess"} <= set(kinds[0] + kinds[1]) and kinds[0] != kinds[1]:
                return "" if sides[0].shape == sides[1].shape else _shapes(sides)
            if "truth" in kinds[0] + kinds[1]:
                best = "what is compared with the labels are not the predicted classes"
            elif "guess" in kinds[0] + kinds[1]:
                best = "what the predictions are compared with are not the labels of the images"
        return best

    def guess(self, forward):
        """The class that a state gives each of its images."""

        def compute():
            Z = forward.X @ forward.W.astype(float) + (0 if forward.b is None else forward.b)
            return Z.argmax(axis=1)

        return self.once("guess", forward, forward.b, forward.rows, compute)

    def trained_on(self, observer):
        """The images that steps were made with."""
        rows = [rows for group in observer.groups for rows in group.gradients]
        rows += [group.step for group in observer.groups if group.step is not None]
        return np.unique(np.concatenate(rows)) if rows else np.arange(0)

    def _ordered(self, observer):
        """Whether every batch holds a single class: sorted data that nobody shuffled."""
        groups = [group for group in observer.groups if group.batch is not None]
        batches = [g.batch for g in groups if 10 <= len(g.batch) < len(self.labels)]
        most = [np.bincount(self.labels[rows]).max() / len(rows) for rows in batches]
        if len(most) < 3 or min(most) < 0.9:
            return []
        at = groups[0].forwards[0]
        return [Fault("images", "order", at.at, at.line, "each batch holds images of one class")]

    def _prepared(self, observer):
        """Images and weights of what is evaluated, against those of training."""
        trained = self.trained_on(observer)
        training = [f for f in observer.forwards if len(trained) and np.isin(f.rows, trained).all()]
        if not training:
            return []
        found, first = [], training[0]
        others = [f for f in observer.forwards if not _alike(f, first)]
        if others:
            says = "the images are not prepared as those of training"
            rows, place = np.concatenate([f.rows for f in others]), (others[0].at, others[0].line)
            found.append(Fault("prepared", "images", *place, says, rows=rows))
        for forward in observer.forwards:
            if not _alike(forward, first):
                continue
            if observer.steps and forward.at > training[-1].at and forward.same_state(first):
                says = "the weights are those of the start"
                found.append(Fault("prepared", "weights", forward.at, forward.line, says))
            elif forward.b is None and first.b is not None and forward.at > first.at:
                says = "the bias is left out"
                found.append(Fault("prepared", "bias", forward.at, forward.line, says))
        return found

    def _only_training(self, forwards, observer):
        """Whether all that was evaluated after training are the images that were trained on."""
        trained = self.trained_on(observer)
        with_steps = [g.forwards[-1].at for g in observer.groups if g.batch is not None]
        after = [f for f in forwards if with_steps and f.at > with_steps[-1]]
        return bool(after) and all(np.isin(trained, f.rows).all() for f in after)

    def _numbers(self, observer):
        """Reported numbers that name themselves a loss or a metric and are none."""
        found, states = [], []
        forwards = iter([*observer.forwards, None])
        coming = next(forwards)
        truth = Truth(self)
        left = Counter((line, label) for _, line, label, _ in observer.numbers)
        for at, line, label, value in observer.numbers:
            left[line, label] -= 1
            if left[line, label] >= LATEST:
                continue  # what counts up is seen at its end
            while coming is not None and coming.at < at:
                states.append(coming)
                coming = next(forwards)
            kind = _kind(label)
            if not kind or not states:
                continue
            if kind == "metric" and TEST.search(label) and self._only_training(states, observer):
                says = "what is called a test is made with the images of training"
                rows = states[-1].rows
                found.append(Fault("prepared", "test set", at, line, says, rows=rows))
            if not truth.explains(kind, value, states):
                says = f"{value:.6g} is no {'loss' if kind == 'loss' else 'error or accuracy'} here"
                found.append(Fault(kind, f"{kind} {line}", at, line, says))
        return found


def _alike(one, other):
    """Whether two products have images that were prepared alike, their ones in the same place."""
    return one.prepared.same(other.prepared) and one.offset == other.offset


def _is_labels(side, truth, guess):
    """What one side of a comparison is: "truth", "guess", both, or nothing."""
    try:
        side = side.ravel().astype(float)
    except (TypeError, ValueError):
        return []
    return [k for k, one in (("truth", truth), ("guess", guess)) if np.array_equal(side, one)]


def _shapes(sides):
    shapes = " with ".join(str(side.shape) for side in sides)
    return f"it compares {shapes}: a whole table of comparisons"


def _fit(change, gradient, terms):
    """Least squares of a step: what it misses, coefficients, each term's share of its length."""
    table = np.stack([term.ravel().astype(float) for term in (gradient, *terms)])
    scales = np.linalg.norm(table, axis=1)
    scales[scales == 0] = 1
    table = table / scales[:, None]
    change = change.ravel().astype(float)
    size = np.linalg.norm(change)
    shares = np.linalg.lstsq(table @ table.T, table @ change, rcond=1e-12)[0] / size
    miss = np.linalg.norm(shares @ table - change / size)
    return miss, shares * size / scales, shares


def _alone(shares, _tolerance):
    return UPHILL if shares[0] > 0 else ""


def _decayed(shares, tolerance):
    if abs(shares[0]) < tolerance:
        return "the gradient has no part in it"
    if shares[0] > 0:
        return UPHILL
    return "decay has the wrong sign" if len(shares) > 1 and shares[1] > tolerance else ""


def _carried(shares, tolerance):
    """Momentum carries a tenth of the last step or more; less is a decay from a start at 0."""
    if shares[0] > -tolerance or (shares[1:] > 10 * tolerance).any():
        return UPHILL
    return "" if shares[1:].min(initial=-1) < 0.05 * shares[0] else "decay has the wrong sign"


class Truth:
    """The error rates that a state of the weights really has.

    Parameters
    ----------
    judge : Judge
    """

    def __init__(self, judge):
        self.judge, self.known, self.right = judge, {}, set()

    def explains(self, kind, value, states):
        """Whether a reported number is one of those that recent products have."""
        if kind == "loss":  # any factor and any term is allowed, but a cost is not negative
            return not value < -1e-9
        return value in self.right or self._is_metric(value, states)

    def _is_metric(self, value, states):
        last = states[-1]
        recent = [f for f in states[-700:] if f.line == last.line], states[-4:]
        if any(_is_share(value, [self._facts(forward) for forward in each]) for each in recent):
            self.right.add(value)
            return True
        return False

    def _facts(self, forward):
        """How many images, and how many of them are classified wrongly."""
        if forward.at not in self.known:
            rows = forward.rows

            wrong = int((self.judge.guess(forward) != self.judge.labels[rows]).sum())
            self.known[forward.at] = len(rows), wrong
        return self.known[forward.at]


def _is_share(value, facts):
    """Whether a number counts or shares out what is right or wrong of some products, or of all."""
    table = np.array(facts[::-1], dtype=float)
    sums = np.cumsum(table, axis=0)
    n, wrong = np.concatenate([table, sums]).T
    counts, shares = np.concatenate([wrong, n - wrong]), np.concatenate([wrong / n, 1 - wrong / n])
    close = 0.5 * 10.0 ** -_decimals(value)
    if (np.abs(value - np.concatenate([counts, shares, 100 * shares])) <= close).any():
        return True
    running = np.cumsum(table[:, 1] / table[:, 0]) / np.arange(1, len(table) + 1)
    means = np.concatenate([running, 1 - running])
    return bool(np.isclose(np.concatenate([means, 100 * means]), value, rtol=1e-6).any())


def _decimals(value):
    """How exactly a number is given: one that was rounded fits whatever rounds to it."""
    return next((d for d in (2, 3, 4) if value == round(value, d)), 8)


def _kind(label):
    lower = label.lower()
    if any(word in lower for word in UNJUDGED):
        return None
    if METRIC.search(label) and not LOSS.search(label):
        return "metric"
    return "loss" if LOSS.search(label) and not METRIC.search(label) else None


def _text(error):
    try:
        return str(error)
    except Exception:
        return "(its text cannot be had)"


def _bias(forwards):
    return next((forward.b for forward in forwards if forward.b is not None), None)


def _other_scale(ratio, n):
    if n > 1 and any(abs(ratio / other - 1) < 1e-3 for other in (n, 1 / n)):
        return f"its step is {'N times' if ratio > 1 else '1/N of'} that of the weights"
    return ""


def softmax(Z):
    """Row by row, shifted by the row's maximum."""
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)
