"""What the record of a run shows, as signs in words.

Signs are made so that runs of other data, sizes and rates can be compared: losses in units of
ln K, counts as shares, a score as its distance from chance.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from helpers.symptoms.names import FirstLoss, name_first_loss


class Signs(NamedTuple):
    """What shows in a record: a word is of a kind, a whole number is a degree, ``None`` not known.

    Attributes
    ----------
    start : str
        The first loss by name ("ln K", "ln B", ...), or "low", "high" or "not finite".
    end, lowest, leap : int
        The mean of the last losses, the least loss and the largest early one over the first.
    pace, bend, noise : int
        How much of ln K is lost a step; how much of that pace is left at the end; how far
        neighbouring losses are from each other.
    teeth, stairs, skew : int, str, int
        Leaps from near 0 to above ln K; whether smooth falls end in leaps at equal distances; how
        much more sudden rises are than falls.
    excess : int
        How far the last losses lie above what the predictions allow: by Fano's inequality a
        calibrated model that errs in a share e has a loss of at most h(e) + e ln(K - 1).
    floor : str
        "near" if there is an excess, and the loss ends a little above ln(1 + (K-1)/e) and was never
        below; "below 0", where no cross-entropy is; else "no".
    finite, bad : str
        "always", "soon" or "late" not; "nan" or "inf".
    score : int
        Cohen's kappa of predictions and labels, from chance to good.
    spread, missing : str, int
        "one class", "class 0", "nearly one" or "several"; how many classes are never predicted.
    turned : str
        "+1" or "-1" if most predictions are the true class plus this; "below" what guessing would
        give, or no better than that ("chance"); else "no".
    metric : str or None
        What the reported error is: "true", "table" (of all pairs), "2/K", "accuracy", "chance".
    """

    start: str
    end: int
    lowest: int
    leap: int
    pace: int
    bend: int
    noise: int
    teeth: int
    stairs: str
    skew: int
    excess: int
    floor: str
    finite: str
    bad: str
    score: int
    spread: str
    missing: int
    turned: str
    metric: str | None


_LEVELS = (0, 0.1, 0.25, 0.45, 0.65, 0.85, 0.97, 1.03, 1.2, 1.6, 4, 30, 1e3, 1e6)  # of ln K
_LEAPS = (1.1, 1.5, 3, 10, 100, 1000)
_PACES = (-0.001, 1e-7, 1e-4, 5e-4, 2e-3, 1e-2, 5e-2)  # of ln K a step
_BENDS = (0.1, 0.35, 0.7)
_NOISES = (1e-12, 1e-4, 1e-3, 0.01, 0.03, 0.1, 0.3, 1)
_SKEWS = (-1, 1, 2, 4)
_EXCESSES = (-0.1, 0.05, 0.15, 0.3, 0.6, 2, 10, 100)  # of ln K
_SCORES = (0.15, 0.4, 0.65, 0.85)
_SOON = 12  # steps


@dataclass(frozen=True, eq=False)
class Record:
    """A run's record, checked.

    Attributes
    ----------
    losses : ndarray of float, shape (steps,)
    predicted, labels : ndarray of int, shape (n,)
    classes : int
        K.
    reported : float or None
        The error that was reported, as a fraction.
    notes : tuple of str
        How the arguments were read.
    """

    losses: np.ndarray
    predicted: np.ndarray
    labels: np.ndarray
    classes: int
    reported: float | None
    notes: tuple = ()

    @property
    def error(self):
        """The true fraction of wrong predictions."""
        return float((self.predicted != self.labels).mean())

    @cached_property
    def table_error(self):
        """The mean of ``predicted[:, None] != labels``, over all pairs: the error of guessing."""
        K = max(self.classes, int(self.predicted.max()) + 1)
        count = [np.bincount(v, minlength=K) / len(v) for v in (self.predicted, self.labels)]
        return 1 - float(count[0] @ count[1])

    @property
    def first_bad(self):
        """1-based step of the first NaN or infinity among the losses; ``None`` without one."""
        bad = np.flatnonzero(~np.isfinite(self.losses))
        return int(bad[0]) + 1 if bad.size else None

    @property
    def late(self):
        """Mean of the last fifth of the losses."""
        return float(self.losses[-max(1, len(self.losses) // 5) :].mean())

    @property
    def increments(self):
        """The record whose losses these are the running sums of, or ``None``.

        A fall starts a new sum. The first increments must go on where the first loss stands.
        """
        losses = self.losses
        if len(losses) < 3 or self.first_bad is not None or losses[0] <= 0:
            return None
        steps = np.diff(losses)
        falls = np.flatnonzero(steps < 0) + 1
        if len(set(np.diff(falls, prepend=0).tolist())) > 1 or (falls.size and falls[0] < 3):
            return None
        steps = np.concatenate([losses[:1], np.where(steps < 0, losses[1:], steps)])
        if not 0.4 < steps[1] / steps[0] < 1.6:
            return None
        note = "I took the losses for running sums, and looked at what each step adds."
        return Record(
            steps, self.predicted, self.labels, self.classes, self.reported, (*self.notes, note)
        )

    @property
    def signs(self):
        """What shows.

        Returns
        -------
        Signs
        """
        return Signs(**self._curve(), **self._answers(), metric=self._metric())

    def _curve(self):
        if not len(self.losses):
            return dict.fromkeys(Signs._fields[: Signs._fields.index("score")])
        due = np.log(self.classes)
        stop = self.first_bad
        finite = self.losses if stop is None else self.losses[: stop - 1]
        bad = "-" if stop is None else "nan" if np.isnan(self.losses[stop - 1]) else "inf"
        seen = {
            "start": name_start(self.losses[0], self.classes)[0],
            "finite": "always" if stop is None else "soon" if stop <= _SOON else "late",
            "bad": bad,
        }
        if len(finite) == 0:
            finite = np.array([due])
        x = finite / due
        tail = x[-max(1, len(x) // 5) :].mean()
        pace = (x[0] - tail) / len(x)
        early = x[1 : max(4, len(x) // 6)]
        return seen | {
            "end": _degree(tail, _LEVELS),
            "lowest": _degree(x.min(), _LEVELS),
            "leap": _degree(early.max() / max(x[0], 0.1) if early.size else 1, _LEAPS),
            "pace": _degree(pace, _PACES),
            "bend": _bend(x),
            "noise": _degree(np.median(np.abs(np.diff(x))), _NOISES) if len(x) > 2 else 0,
            "teeth": min(3, _teeth(x)),
            "stairs": "yes" if _stairs(x) else "no",
            "skew": _skew(x),
            **self._allowed(x, tail),
        }

    def _answers(self):
        labels, predicted = self.labels, self.predicted
        if len(labels) != len(predicted):
            return {"score": 0, "spread": "too few", "missing": 0, "turned": "no"}
        guess = 1 - self.table_error
        right = 1 - self.error
        score = _degree((right - guess) / max(1 - guess, 1e-12), _SCORES)
        counts = np.bincount(predicted, minlength=self.classes)
        due = np.bincount(labels, minlength=len(counts))
        occurs = due > 0
        return {
            "score": score,
            "spread": _spread(counts, occurs.sum()),
            "missing": _degree((counts[occurs] < 0.1 * due[occurs]).mean(), (0.05, 0.3, 0.6)),
            "turned": self._turned(),
        }

    def _turned(self):
        if self.classes > 2:
            for shift in (1, -1):
                if np.mean((self.labels + shift) % self.classes == self.predicted) > 0.5:
                    return f"{shift:+d}"
        right, guess = 1 - self.error, 1 - self.table_error
        noise = np.sqrt(guess * (1 - guess) / len(self.labels))
        if right < min(0.5 * guess, guess - 3 * noise):
            return "below"
        return "no" if right > guess + min(3 * noise, 0.15 * (1 - guess)) else "chance"

    def _allowed(self, x, tail):
        """What Fano's inequality says of the last losses."""
        K = self.classes
        e = min(self.error, 1 - 1 / K) if len(self.labels) == len(self.predicted) else 0.5
        entropy = -sum(p * np.log(p) for p in (e, 1 - e) if p > 0)
        excess = tail - (entropy + e * np.log(max(K - 1, 1))) / np.log(K)
        floor = np.log1p((K - 1) / np.e) / np.log(K)
        near = x.min() >= floor and tail < floor + 0.35 * (1 - floor) and excess > _EXCESSES[1]
        word = "below 0" if x.min() < -1e-9 else "near" if near else "no"
        return {"excess": _degree(excess, _EXCESSES), "floor": word}

    def _metric(self):
        if self.reported is None or len(self.predicted) != len(self.labels):
            return None
        ways = {
            "true": self.error,
            "table": self.table_error,
            "2/K": 2 * self.error / self.classes,
            "accuracy": 1 - self.error,
            "chance": 1 - 1 / self.classes,
        }
        fit = max(6e-4, 0.6 / len(self.labels))
        return next((n for n, value in ways.items() if abs(self.reported - value) < fit), "other")


def name_start(first, classes):
    """The name of a first loss, and the batch size in it (or 0).

    Parameters
    ----------
    first : float
    classes : int

    Returns
    -------
    name : str
        "ln K" within five per cent; a formula's name; else "low", "near", "high" or "not finite".
    batch_size : int
    """
    due = np.log(classes)
    if not np.isfinite(first):
        return FirstLoss("not finite", 0)
    if abs(first - due) < 0.05 * due:
        return FirstLoss("ln K", 0)
    named = name_first_loss(first, classes, tolerance=5e-4)
    if named.name != "other":
        return named
    return FirstLoss("low" if first < due else "near" if first < 1.6 * due else "high", 0)


def _degree(value, edges):
    return int(np.searchsorted(edges, value, side="right"))


def _spread(counts, occurring):
    share = counts.max() / counts.sum()
    if counts.sum() < 2 or occurring < 2:
        return "several"
    if share == 1:
        return "one class" if counts.argmax() else "class 0"
    return "nearly one" if share > 0.97 else "several"


def _bend(x):
    """How much of the mean pace is left in the last third: 0 (levelled) to 3 (straight)."""
    third = len(x) // 3
    if third < 2 or x[0] - x[-third:].mean() < 0.002:
        return 0
    thirds = [part.mean() for part in (x[:third], x[third:-third], x[-third:])]
    return _degree((thirds[1] - thirds[2]) / max(thirds[0] - thirds[1], 1e-12), _BENDS)


def _teeth(x):
    """How often the loss leaps from below a quarter of ln K to above it."""
    level = np.where(x < 0.25, -1, np.where(x > 1.0, 1, 0))
    level = level[level != 0]
    return int(np.sum(np.diff(level) > 0))


def _stairs(x):
    rises = np.flatnonzero(np.diff(x) > 1e-12)
    apart = np.diff(rises)
    if len(x) < 12 or len(rises) < 3 or len(rises) > len(x) / 4:
        return False
    return apart[0] > 2 and len(set(apart.tolist())) == 1


def _skew(x):
    steps = np.diff(x[len(x) // 4 :])
    spread = steps.std() if len(steps) > 8 else 0
    if not 1e-12 < spread < 1e100:
        return 1
    return _degree(np.mean(((steps - steps.mean()) / spread) ** 3), _SKEWS)
