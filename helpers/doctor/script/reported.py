"""What a script reports of itself: predictions compared with labels, error rates, losses."""

import bisect
import re
from collections import Counter

import numpy as np

from helpers.doctor.script.faults import Fault
from helpers.doctor.script.instrument import LOSS, METRIC

MOSTLY = 0.9  # of a vote's labels, that one of the models gives too
SHARED = 0.2  # of the images of a test and of the last steps
LATEST = 4  # reports of a number that are judged
TEST = re.compile(r"test|valid|held|(^|[^a-z])dev([^a-z]|$)", re.IGNORECASE)
SHARE = re.compile(r"accurac|\bacc\b|rate|percent", re.IGNORECASE)
ACCURACY = re.compile(r"^(?!.*err).*acc", re.IGNORECASE)
COUNT = re.compile(r"correct|right|wrong|errors|mistakes|number|count|#", re.IGNORECASE)
CLASS = r"digit|class|label|categor"
INDEX = re.compile(  # "accuracy of digit", 6: what it is told of, and not how good it is
    rf"({CLASS}|fold|epoch|iteration|step|run|restart|\blr|learning rate|size|samples|lambda)\W*$",
    re.IGNORECASE,
)
SPREAD = "std", "varian", "deviation", "+/-", "±", "gap", "diff", "improv"  # of several numbers
UNJUDGED = ("precision", "recall", "f1", "tol", "best", "prev", "old", "last", *SPREAD)


class Reported:
    """Judges what one run reported.

    Parameters
    ----------
    judge : Judge
    observer : Observer

    Attributes
    ----------
    hits : int
        Comparisons of predictions with their labels.
    """

    def __init__(self, judge, observer):
        self.judge, self.observer, self.hits = judge, observer, 0
        self.known, self.right = {}, set()
        self.votes = []  # of several models: how many images, how many of them wrong
        self.lives = {f.at: group.life for group in observer.groups for f in group.forwards}

    def compared(self):
        """Comparisons of labels with what is no prediction, or of predictions with no labels."""
        found, single = [], {}
        for at, line, *sides in self.observer.pairs:
            near = [f for f in self.observer.forwards if f.at < at and len(f.rows) == sides[0].size]
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
            truth = np.concatenate([self.judge.labels[f.rows] for f in forwards])
            guess = np.concatenate([self.judge.guess(f) for f in forwards])
            kinds = [_is_labels(side, truth, guess) for side in sides]
            if {"truth", "guess"} <= set(kinds[0] + kinds[1]) and kinds[0] != kinds[1]:
                return "" if sides[0].shape == sides[1].shape else _shapes(sides)
            if "truth" in kinds[0] + kinds[1] and self._is_vote(choices, sides, truth):
                return ""
            if "truth" in kinds[0] + kinds[1]:
                best = "what is compared with the labels are not the predicted classes"
            elif "guess" in kinds[0] + kinds[1]:
                best = "what the predictions are compared with are not the labels of the images"
        return best

    def _is_vote(self, choices, sides, truth):
        """Whether labels are those of several models together: nearly each is what one says."""
        told = [side.ravel() for side in sides if not np.array_equal(side.ravel(), truth)]
        singles = [f for f in choices if not isinstance(f, list)]
        same = [f for f in singles if np.array_equal(self.judge.labels[f.rows], truth)]
        if not told or told[0].shape != truth.shape or len({self.lives[f.at] for f in same}) < 2:
            return False
        said = np.any([self.judge.guess(f) == told[0] for f in same], axis=0)
        if said.mean() < MOSTLY:
            return False
        self.votes.append((len(truth), int((told[0] != truth).sum())))
        return True

    def _of_training(self, at, value, states):
        """Whether a number is explained by images of its model's last steps, and by no others."""
        made_by = [f for f in states[-8:] if _is_share(value, [self._facts(f)])]
        return bool(made_by) and all(self._is_of_training(f, at) for f in made_by)

    def _is_of_training(self, forward, at):
        life = self.lives[forward.at]
        steps = [
            group
            for group in self.observer.groups
            if group.life == life and group.batch is not None and group.forwards[0].at < at
        ]
        if not steps or forward.at <= steps[-1].forwards[0].at:
            return False
        trained = np.unique(np.concatenate([group.batch for group in steps[-LATEST:]]))
        rows = forward.rows
        return max(np.isin(trained, rows).mean(), np.isin(rows, trained).mean()) > SHARED

    def numbers(self):
        """Reported numbers that name themselves a loss or a metric and are none."""
        found, forwards = [], self.observer.forwards
        ats = [forward.at for forward in forwards]
        numbers = [(*row, bisect.bisect(ats, row[0])) for row in self.observer.numbers]
        left = Counter((line, label) for _, line, label, *_ in numbers)
        beside = Counter((line, label, seen) for _, line, label, _, seen in numbers)
        for at, line, label, value, seen in numbers:
            left[line, label] -= 1
            kind, states = _kind(label), forwards[:seen]
            if left[line, label] >= LATEST or not kind or not states:
                continue  # what counts up is seen at its end
            if kind == "metric" and TEST.search(label) and self._of_training(at, value, states):
                says = "what is called a test is made with the images of training"
                found.append(Fault("prepared", "test set", at, line, says))
            if kind == "metric":
                good = self._is_metric(value, states, beside[line, label, seen] > 2, label)
            else:  # any factor and any term is allowed, but a cost is not negative
                good = not value < -1e-9
            if not good:
                says = f"{value:.6g} is no {'loss' if kind == 'loss' else 'error or accuracy'} here"
                found.append(Fault(kind, f"{kind} {line}", at, line, says))
        return found

    def _is_metric(self, value, states, by_class, label):
        """Whether a number counts or shares out what is right or wrong of recent products.

        Of single classes too, but that 0 or all of one are right explains too much, unless it is
        told of class after class.
        """
        by_class = by_class or re.search(CLASS, label.split("\t")[0].lower())
        counts, most = not _is_share_by_name(label), bool(by_class or value not in (0, 1, 100))
        if (value, counts, most) in self.right:
            return True
        last = states[-1]
        recent = [f for f in states[-700:] if f.line == last.line], states[-4:]
        facts = [[self._facts(forward) for forward in each] for each in recent[: 1 + most]]
        facts += [[one] for one in self._facts_of_classes(last)] if most else []
        facts += [[one] for one in self.votes]
        if not most and ACCURACY.search(label):
            return any(wrong == (0 if value else n) for n, wrong in facts[0])
        if any(_is_share(value, each, counts) for each in facts):
            self.right.add((value, counts, most))
            return True
        return False

    def _facts_of_classes(self, forward):
        """The same of the images of each class, and of those that are taken for it."""
        guess, truth = self.judge.guess(forward), self.judge.labels[forward.rows]
        for k in range(self.judge.K):
            for chosen in (truth == k, guess == k):
                if len(guess) > self.judge.K and chosen.any():
                    yield int(chosen.sum()), int((guess != truth)[chosen].sum())

    def _facts(self, forward):
        """How many images, and how many of them are classified wrongly."""
        if forward.at not in self.known:
            rows = forward.rows

            wrong = int((self.judge.guess(forward) != self.judge.labels[rows]).sum())
            self.known[forward.at] = len(rows), wrong
        return self.known[forward.at]


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


def _is_share_by_name(label):
    """Whether a text calls the number behind it a rate, and does not go on with "of 100"."""
    text, *more = label.split("\t")
    return len(more) == 1 and bool(SHARE.search(text)) and not COUNT.search(text)


def _is_share(value, facts, counted=True):
    """Whether a number counts or shares out what is right or wrong of some products, or of all."""
    table = np.array(facts[::-1], dtype=float)
    sums = np.cumsum(table, axis=0)
    n, wrong = np.concatenate([table, sums]).T
    counts = np.concatenate([wrong, n - wrong] if counted else [[0, 1]])
    shares = np.concatenate([wrong / n, 1 - wrong / n])
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
    if any(word in lower for word in UNJUDGED) or INDEX.search(label.split("\t")[0]):
        return None
    if METRIC.search(label) and not LOSS.search(label):
        return "metric"
    return "loss" if LOSS.search(label) and not METRIC.search(label) else None
