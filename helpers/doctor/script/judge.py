"""What is right and what is not in a script's run, in order of execution.

The true labels of every image are known, so what a step should be is computed beside the script:
against the mean gradient of the cross-entropy, with any positive rate, momentum or decay.
"""

import numpy as np

from helpers.doctor.script.faults import STAGES, Fault
from helpers.doctor.script.lives import Lives, is_probe
from helpers.doctor.script.reported import Reported
from helpers.softmax_regression import log_softmax

NOISE, FINER = 1e-9, 1e-2  # a weak decay explains what the gradient alone misses
ONE_CLASS = 0.6  # the share of one class in every batch that no shuffled set has
HUGE = 1e100  # whose squares overflow
ANEW = "the weights begin anew in each turn over"
UPHILL = "it goes uphill"
STEEP = 5  # a rate of the mean gradient beyond which nobody means it


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
        self.steps, self.judged, self.pasts, self.factors = [], 0, {}, []
        self.lives = Lives(recogniser.raw)
        self.adaptive = self.by_product = False
        self.ratios = {}
        self.hits = 0  # comparisons of predictions with their labels

    # Steps

    def on_step(self, before, after):
        """Compare one step with the gradient of its batch; what is wrong goes to ``steps``."""
        first, last = before.forwards[-1], after.forwards[0]
        if not self.lives.starts:
            self.lives.begin(before)
        self.lives.leave(before)
        if first.W.shape != last.W.shape:
            self.lives.begin(after)
            return
        if first.W.shape[1] != self.K:
            self.lives.go_on(after, before.life)
            return
        if self.lives.is_start(first, last):
            self.lives.begin(after)
            return
        done = self.judged and self.by_product and not before.gradients  # and so this is no step
        faults, step = ([], None) if done else self._steps(before, last)
        if (done or faults or self.adaptive) and self._is_elsewhere(before, after, done):
            return
        self.lives.go_on(after, before.life)
        self.by_product |= bool(before.gradients)
        self.judged += 1
        gradient, factor, before.step = step
        self.pasts.setdefault(before.life, []).append(gradient)
        self.factors.append(factor)
        self.steps += faults

    def _is_elsewhere(self, before, after, done):
        """Whether a state is none of a step from the one before, and which model's it is."""
        first, last = before.forwards[-1], after.forwards[0]
        life = self.lives.known(first, last) if done or not self.adaptive else None
        life = before.life if is_probe(first, last) else life
        if life is None:
            origin = self._origin(before, last)
            if origin is before and self.lives.is_fresh(first, last):
                self.lives.begin(after)
                return True
            if origin is before and not done:
                return False
            life = origin.life
        self.lives.go_on(after, life)
        return True

    def _steps(self, before, last):
        """What is wrong with a step at best; its gradient, rate and images."""
        tries = [(*self._explain(before, last, rows), rows) for rows in self._batches(before)]
        faults, *step = min(tries, key=lambda found: len(found[0]))
        return faults, step

    def _origin(self, before, last):
        """The group whose step leads to a state: the end of another model's life, if it fits."""
        others = [
            end for end in self.lives.others(before) if end.forwards[-1].W.shape == last.W.shape
        ]
        if not self.adaptive:
            return next((end for end in others if not self._steps(end, last)[0]), before)
        return min([before, *others], key=lambda end: np.linalg.norm(end.forwards[-1].W - last.W))

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
            carried_on = self.pasts.get(before.life, [])
            past = [earlier[0] for earlier in carried_on]
            says, factor, shares = self._part(last.W - first.W, gW, first.W, past, tolerance)
            faults = [Fault("step", "W", last.at, first.line, says, factor)] if says else []
            if b is not None and b_after is not None and b.shape == b_after.shape:
                # Whatever was carried over for the weights was for the bias too.
                carried = sum(
                    s * earlier[1] for s, earlier in zip(shares, carried_on, strict=False)
                )
                tolerance = max(tolerance, 1e-4)
                says, factor_b, _ = self._part(b_after - b, gb + carried, b, [], tolerance)
                if not (says or faults or self.adaptive) and factor and factor_b:
                    ratio = factor_b / factor
                    says = _other_scale(ratio, len(rows))
                    if not says and abs(ratio - self.ratios.setdefault(0, ratio)) > 0.05 * ratio:
                        says = "its rate is now this, now that times that of the weights"
                if says:
                    faults.append(Fault("step", "b", last.at, first.line, says, factor_b))
        return faults, (gW, gb), factor

    def _part(self, change, gradient, parameter, past, tolerance):
        """What is wrong with a change of a parameter, "" if nothing; its rate; what it carries.

        Asked in turn: is it the gradient alone, with decay, with the gradients before it?
        """
        if not np.abs(change).max() < HUGE:
            return "not finite", None, ()
        if np.linalg.norm(gradient) < 1e-9:
            return "", None, ()  # where no step is due, nothing can be told
        if not change.any():
            return "it does not change", 0.0, ()
        past = [earlier for earlier in past if earlier.shape == gradient.shape]
        fits = {}
        for judged, terms in ((_alone, []), (_decayed, [parameter]), (_carried, past)):
            miss, coefficients, shares = _fit(change, gradient, terms)
            if miss <= tolerance:
                carried = coefficients[1:] / coefficients[0] if judged is _carried else ()
                weak = _alone in fits and judged is _decayed and fits[_alone][0] > NOISE
                weak = weak and miss < FINER * fits[_alone][0]
                says = judged(shares, 10 * miss if weak else tolerance)
                if judged is _decayed and coefficients[1] < -0.5:
                    says = "it throws the old weights away"
                fits[judged] = miss, (says, -coefficients[0], carried)
                if weak:
                    return fits[judged][1]
        if fits:
            found = [fit for _, fit in fits.values()]
            return next((fit for fit in found if not fit[0]), found[0])
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
        found += self._stuck(observer) + self._overshot(observer) + self._ordered(observer)
        for life in {group.life for group in observer.groups} if error is None else ():
            found += self._prepared([group for group in observer.groups if group.life == life])
        found += self._anew(observer.groups)
        reported = Reported(self, observer)
        found += reported.compared() + reported.numbers()
        self.hits = reported.hits
        first = {}
        for fault in sorted(found, key=lambda fault: (fault.at, STAGES[fault.stage])):
            first.setdefault(fault.key, fault)
        return list(first.values())

    def _anew(self, groups):
        """Weights, or a bias alone, that begin anew though they were to be trained on."""
        rows = [("W", group, f"{ANEW} `{name}`") for group, name in self.lives.thrown_away(groups)]
        rows += [("b", group, "the bias begins anew") for group in self.lives.lost_bias(groups)]
        if self.judged:
            says = "the weights are those of the start"
            rows += [("weights", group, says) for group in self.lives.unused(groups)]
        found = []
        for part, group, says in rows:
            at = group.forwards[0]
            stage = "prepared" if part == "weights" else "update"
            found.append(Fault(stage, part, at.at, at.line, says))
        return found

    def _stuck(self, observer):
        """Whether gradients are computed again and again, and no step follows."""
        groups = observer.groups
        before = [len(group.gradients) for group in groups[:-1]]
        if not groups or len(groups[-1].gradients) <= 2 * max(before, default=0):
            return []
        last = groups[-1].forwards[-1]
        says = "the weights change no more" if observer.steps else "the weights never change"
        return [Fault("update", "W", last.at, last.line, says)]

    def _overshot(self, observer):
        """A sum over the samples at a rate meant for their mean: the loss rises."""
        groups = [group for group in observer.groups if group.batch is not None]
        factor = next((f for f in self.factors if f), 0.0)
        if len(groups) < 2 or factor < STEEP or self.adaptive:
            return []
        rate = factor / len(groups[0].batch)
        first, last = groups[0].forwards[-1], groups[-1].forwards[-1]
        rises = self._loss(last) > 2 * self._loss(first)
        if abs(rate - float(f"{rate:.2g}")) > 1e-4 * rate or not rises:
            return []
        says = f"it is {rate:.2g} x N times the mean gradient, and the loss rises"
        return [Fault("step", "W", last.at, last.line, says, factor)]

    def _loss(self, forward):
        """The mean cross-entropy of a product's images."""
        Z = forward.X @ forward.W.astype(float) + (0 if forward.b is None else forward.b)
        return float(-log_softmax(Z)[np.arange(len(Z)), self.labels[forward.rows]].mean())

    def guess(self, forward):
        """The class that a state gives each of its images."""

        def compute():
            Z = forward.X @ forward.W.astype(float) + (0 if forward.b is None else forward.b)
            return Z.argmax(axis=1)

        return self.once("guess", forward, forward.b, forward.rows, compute)

    def trained_on(self, groups):
        """The images that steps were made with."""
        rows = [rows for group in groups for rows in group.gradients]
        rows += [group.step for group in groups if group.step is not None]
        return np.unique(np.concatenate(rows)) if rows else np.arange(0)

    def _ordered(self, observer):
        """Whether every batch holds a single class: sorted data that nobody shuffled."""
        groups = [group for group in observer.groups if group.batch is not None]
        batches = [g.batch for g in groups if 10 <= len(g.batch) < len(self.labels)]
        most = [np.bincount(self.labels[rows]).max() / len(rows) for rows in batches]
        if len(most) < 3 or min(most) < ONE_CLASS:
            return []
        at = groups[0].forwards[0]
        return [Fault("images", "order", at.at, at.line, "each batch holds images of one class")]

    def _prepared(self, groups):
        """Images and weights of what is evaluated of one model, against those of its training."""
        trained = self.trained_on(groups)
        forwards = [forward for group in groups for forward in group.forwards]
        training = [f for f in forwards if len(trained) and np.isin(f.rows, trained).all()]
        if not training:
            return []
        found, first = [], training[0]
        others = [f for f in forwards if not _alike(f, first)]
        if others:
            says = "the images are not prepared as those of training"
            rows, place = np.concatenate([f.rows for f in others]), (others[0].at, others[0].line)
            found.append(Fault("prepared", "images", *place, says, rows=rows))
        for forward in forwards:
            if not _alike(forward, first):
                continue
            if len(groups) > 1 and forward.at > training[-1].at and forward.same_state(first):
                says = "the weights are those of the start"
                found.append(Fault("prepared", "weights", forward.at, forward.line, says))
            elif forward.b is None and first.b is not None and forward.at > first.at:
                says = "the bias is left out"
                found.append(Fault("prepared", "bias", forward.at, forward.line, says))
        return found


def _alike(one, other):
    """Whether two products have images that were prepared alike, their ones in the same place."""
    return one.prepared.same(other.prepared) and one.offset == other.offset


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
