"""The atlas of 90 %: every bug whose run ends near 90 % error, and what tells it from the others.

Nothing in it is written by hand: each road is run, looked at from outside, and its neighbours are
those that look the same at a glance. What tells it from them is searched for.
"""

import itertools
from dataclasses import dataclass

import numpy as np

from helpers.bugs import BUGS, build
from helpers.softmax_regression import one_hot
from helpers.symptoms import is_tied, name_ratio, name_trend, observe

BETWEEN = (0.89, 0.91)
# Two bugs at once that show something which neither shows alone, and sorted data for one epoch.
BESIDES = (
    (("wrong-sign", "naive-softmax"), {}),
    (("raw-pixels", "naive-softmax"), {}),
    (("not-shuffled",), {"epochs": 1}),
)

# From cheap to dear. At a glance: the curve, the weights, and the training images counted afresh.
GLANCE = ("first NaN", "loss", "learnt")
MEASURED = (
    *("classes", "weights", "first loss", "recount", "metric", "ratio", "update"),
    "large logits",
)


@dataclass(frozen=True)
class Road:
    """A program that ends near 90 % error.

    Attributes
    ----------
    bugs : tuple of str
    settings : dict
        The arguments of ``train`` that are not its defaults.
    error : float
        In [0, 1].
    observed : dict of str to str
        By the names in ``GLANCE`` and ``MEASURED``.
    branch : str
        Its observations at a glance, in words.
    tells : str
        The first measurement that no neighbour of its branch shares; where none does it alone, the
        first two. Empty if it has no neighbour.
    """

    bugs: tuple
    settings: dict
    error: float
    observed: dict
    branch: str = ""
    tells: str = ""

    @property
    def tied(self):
        """Whether rounding chooses the classes: the error is near 90 %, or past it."""
        return self.observed["classes"] == "tied"

    @property
    def exact(self):
        """Whether the error is 90.00 % to the last digit, on any processor."""
        return abs(self.error - 0.9) < 1e-9 and not self.tied


def atlas(digits, *, epochs=2, ids=None, besides=BESIDES):
    """Run every single bug, and some pairs, and keep those that end near 90 %.

    What is tied is kept too: rounding may take it to 90 % or past it.

    Parameters
    ----------
    digits : Digits
    epochs : int
        Two, as in the bug lab, so that every road can be walked there. All other arguments of
        ``train`` are its defaults, or those of the bug's entry.
    ids : iterable of str, optional
        Only these bugs. Default: all but the decoys.
    besides : iterable of (tuple of str, dict)
        Further programs: bugs, and settings.

    Returns
    -------
    list of Road
        By branch, "good model, broken metric" last; the exact ones first in each.
    """
    ids = [id_ for id_, bug in BUGS.items() if not bug.decoy] if ids is None else ids
    programs = [*(((id_,), BUGS[id_].settings) for id_ in ids), *besides]
    walked = (_walk(digits, bugs, {"epochs": epochs, **more}) for bugs, more in programs)
    near = [road for road in walked if road]
    roads = [_place(road, near) for road in near]
    return sorted(roads, key=lambda road: (_order(road), road.branch, not road.exact))


def _walk(digits, ids, settings):
    """The road of a program; ``None`` if it does not end near 90 %, so that no more is measured."""
    program = build(ids)
    data = digits.X_train, one_hot(digits.y_train, 10), digits.X_test, digits.y_test
    with np.errstate(all="ignore"):
        try:
            run = program.train(*data, **settings)
        except Exception:  # a program that raises ends nowhere
            return None
    if not (BETWEEN[0] <= run.error <= BETWEEN[1] or is_tied(run, digits.X_test)):
        return None
    seen = observe(program, *data, run=run, **settings)
    return seen.run and Road(ids, settings, run.error, _measure(program, seen))


def _measure(program, seen):
    run = seen.run
    start = run.first_non_finite_step
    count = int((seen.counts > 0).sum())
    return {
        "first NaN": "never" if start is None else "at once" if start == 1 else "later",
        "loss": name_trend(run.losses),
        "learnt": "yes" if seen.fit == "learns" else "no",
        "classes": "tied" if seen.tied else f"{count}",  # which class has won depends on the seed
        "weights": _size(run.W),
        "first loss": seen.first_loss,
        "recount": _recounted(seen),
        "metric": _known_metric(program),
        "ratio": seen.probe.ratio,
        "update": _one_update(program),
        "large logits": "finite" if seen.probe.large_logits else "not finite",
    }


def _recounted(seen):
    if seen.recount is None:
        return "impossible"
    as_reported = abs(seen.recount - seen.run.error) < 1e-9
    return "as reported" if as_reported else f"{100 * seen.recount:.0f} %"


def _size(W):
    if not np.isfinite(W).all():
        return "NaN"
    return "0" if not W.any() else "finite"


def _known_metric(program):
    """What the metric says of ten predictions, half of which are right."""
    labels = np.arange(10)
    return f"{program.error_rate(np.where(labels < 5, labels, 9 - labels), labels):.0%}"


def _one_update(program):
    """The move of W in one update done by hand, over the one that is due."""
    rng = np.random.default_rng(0)
    W, dW, b = rng.normal(size=(5, 3)), rng.normal(size=(5, 3)), np.zeros(3)
    moved = np.ravel(program.update(W, b, dW, b, 0.5)[0] - W)
    due = np.ravel(-0.5 * dW)
    size = np.linalg.norm(moved) * np.linalg.norm(due)
    return name_ratio(moved @ due / (due @ due), moved @ due / size if size else np.nan)


def _place(road, near):
    """A road with its branch, and with what tells it from its neighbours."""
    glance = [road.observed[name] for name in GLANCE]
    neighbours = [
        other.observed for other in near
        if other is not road and [other.observed[name] for name in GLANCE] == glance
    ]  # fmt: skip
    tells = _tell(road.observed, neighbours) if neighbours else ()
    words = " and ".join(f"{name} {road.observed[name]}" for name in tells)
    return Road(road.bugs, road.settings, road.error, road.observed, _branch(*glance), words)


def _tell(observed, neighbours):
    """The fewest measurements, the cheapest first, that no neighbour answers alike."""
    for size in range(1, len(MEASURED) + 1):
        for names in itertools.combinations(MEASURED, size):
            if all(any(n[name] != observed[name] for name in names) for n in neighbours):
                return names
    return ()


def _branch(first_nan, loss, learnt):
    if first_nan != "never":
        return f"NaN {first_nan}"
    if learnt == "yes":
        return "good model, broken metric"
    return {"flat": "nothing moves", "wanders": "the loss wanders"}.get(loss, f"the loss {loss}")


def _order(road):
    return road.branch.startswith("good model")
