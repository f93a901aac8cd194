"""From what is seen to where to look: the one table of it.

The sentence under a run reads it, the clinic's table of first looks counts by it, and a doctor who
has no more than a run's numbers may ask it too: what is not known is left out, and no row that
needs it applies.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from helpers.symptoms.names import name_trend


@dataclass(frozen=True)
class Seen:
    """What is known of a run, in names. ``None``: not known.

    Attributes
    ----------
    raises : bool
        Whether the run raised.
    outcome, trend, first_loss : str, optional
        As ``name_outcome``, ``name_trend`` and ``name_first_loss`` name them.
    first_over_due : float, optional
        The first loss over ln K.
    error, recount : float, optional
        The error rate that was reported, and counted afresh.
    ratio : str, optional
        Analytic over numeric gradient, as ``name_ratio`` names it; "raises" if the check raised.
    belongs : bool, optional
        Whether the gradient check passes.
    large_logits : bool, optional
        Whether loss and gradients stay finite at large logits.
    bias_still : bool, optional
        Whether the bias never moved though the weights did.
    below_zero : bool, optional
        Whether a loss was below 0, which no cross-entropy is.
    moved : bool, optional
        Whether a weight moved at all.
    fit : str, optional
        What the last weights come to on the training data, counted afresh; as ``outcome``.
    repeats : bool, optional
        Whether the losses go the same way in every epoch.
    first_finite, weights_finite : bool, optional
        Whether the first loss, and the last weights, are finite.
    steady : bool, optional
        Whether the loss rises in every single step.
    answers : int, optional
        How many predictions came, if not one an image.
    changed : tuple of str
        Arguments that were written into.
    """

    raises: bool = False
    outcome: str | None = None
    trend: str | None = None
    first_loss: str | None = None
    first_over_due: float | None = None
    error: float | None = None
    recount: float | None = None
    ratio: str | None = None
    belongs: bool | None = None
    large_logits: bool | None = None
    bias_still: bool | None = None
    below_zero: bool | None = None
    moved: bool | None = None
    fit: str | None = None
    repeats: bool | None = None
    first_finite: bool | None = None
    weights_finite: bool | None = None
    steady: bool | None = None
    answers: int | None = None
    changed: tuple = ()


class Row(NamedTuple):
    """One row of the table.

    Attributes
    ----------
    shows : callable
        ``shows(seen) -> bool``.
    look : str
        Where to look. It may hold {changed}, {recount} and {answers}. Empty: this
        alone points nowhere.
    symptom : str
        Its name for people, where it is one that a glance at a run gives.
    """

    shows: Callable
    look: str
    symptom: str = ""


NOTHING_WRONG = "Nothing wrong is seen here."

# In the order in which they are asked: the surer clue first.
TABLE = (
    Row(
        lambda s: s.raises,
        "An exception is the kindest symptom: it names a line. Look there, and at what came in.",
        "it raises",
    ),
    Row(
        lambda s: s.below_zero and s.changed,
        "A cross-entropy is never below 0, and it writes into {changed}: look for an in-place "
        "line.",
    ),
    Row(
        lambda s: s.below_zero,
        "A cross-entropy is never below 0: it has lost its minus, or its labels are no labels.",
    ),
    Row(lambda s: s.changed, "It writes into {changed}: look for an in-place line."),
    Row(
        lambda s: s.trend == "flat" and s.moved,
        "The weights move and the loss does not: look at how the loss is computed.",
    ),
    Row(
        lambda s: s.trend == "flat",
        "The loss does not move: look at whether the update is kept.",
        "the loss stays flat",
    ),
    Row(lambda s: s.ratio == "raises", "Look at the shape of each gradient."),
    Row(
        lambda s: s.ratio == "-1" and s.trend == "falls",
        "Loss and gradient disagree by a sign, and yet the loss falls: a second sign is wrong.",
    ),
    Row(lambda s: s.ratio == "-1", "Loss and gradient disagree by a sign: look at the residual."),
    Row(
        lambda s: s.belongs is False and s.ratio in ("N", "1/N", "-1/N", "N/K", "K", "1/K"),
        "Look at what is divided by N.",
    ),
    Row(
        lambda s: s.first_loss in ("ln B", "ln(BK)"),
        "The first loss names the axis: look at the sums in softmax.",
    ),
    Row(lambda s: s.belongs is False, "Look at the gradient line by line."),
    Row(
        lambda s: s.first_finite is False,
        "The first loss is not finite, before any update: look at the pixels that come in.",
    ),
    Row(
        lambda s: s.trend == "not finite" and s.weights_finite,
        "The loss is not a number and the weights are: look at the loss, and at empty batches.",
    ),
    Row(
        lambda s: s.trend == "not finite",
        "Something overflowed: look at exp, and at what grew so large.",
    ),
    Row(
        lambda s: s.answers is not None,
        "{answers} answers came, not one an image: look at which images are tested.",
    ),
    Row(
        lambda s: s.recount is not None and abs(s.error - s.recount) > 1e-9,
        "Counted afresh the error is {recount:.2f} %: look at the metric.",
    ),
    Row(
        lambda s: s.first_over_due is not None and s.first_over_due > 2,
        "The first loss is too high: look at the start, and at the labels that arrive.",
    ),
    Row(
        lambda s: s.first_over_due is not None and s.first_over_due < 0.5,
        "The first loss is too low: look at what it is divided by.",
    ),
    Row(
        lambda s: s.repeats,
        "The loss goes the same way in every epoch: look at the order in which samples come.",
    ),
    Row(
        lambda s: s.steady and s.fit == "learns",
        "The loss rises in every step and the training data are learnt: look at what is printed.",
    ),
    Row(
        lambda s: s.trend == "rises",
        "The gradient is right and the loss rises: look at the update and its rate, then the data.",
        "the loss rises",
    ),
    Row(
        lambda s: s.trend == "falls" and s.outcome == "constant" and s.fit in (None, "learns"),
        "It learns and the answer is constant: look at what is evaluated.",
    ),
    Row(
        lambda s: s.trend == "falls" and s.outcome == "constant",
        "The loss falls and the answer is constant, on the training data too: look at the labels "
        "that arrive.",
    ),
    Row(lambda s: s.outcome == "constant", "", "one class is predicted for all"),
    Row(
        lambda s: s.outcome == "below chance",
        "Worse than guessing is information: look at labels and argmax.",
        "the error is far above a guess",
    ),
    Row(
        lambda s: s.first_loss not in (None, "ln K", "none", "not finite"),
        "",
        "the first loss is not ln K",
    ),
    Row(
        lambda s: s.outcome in ("near chance", "below chance") and s.fit == "learns",
        "It learns the training data and not the test data: look at how the two are prepared.",
    ),
    Row(
        lambda s: s.outcome == "near chance" and s.trend != "falls",
        "The loss does not fall: look at the images and labels that arrive, then at the update and "
        "its rate.",
    ),
    Row(
        lambda s: s.error is not None and s.error > 0.15,
        "Right gradients, too high an error: look at the rate and at the batches.",
    ),
    Row(
        lambda s: s.large_logits is False,
        "At large logits it is not finite: look at exp and log.",
        "NaN once logits are large",
    ),
    Row(lambda s: s.bias_still, "The bias never moved: look at db and its update."),
    Row(
        lambda s: (s.outcome, s.trend, s.first_loss) == ("learns", "falls", "ln K"),
        NOTHING_WRONG,
        "all looks well",
    ),
)


def where_to_look(seen):
    """The place that the surest clue points to.

    Parameters
    ----------
    seen : Seen

    Returns
    -------
    str
    """
    looks = (row.look for row in TABLE if row.look and row.shows(seen))
    recount = np.nan if seen.recount is None else 100 * seen.recount
    look = next(looks, NOTHING_WRONG)
    return look.format(changed=" and ".join(seen.changed), recount=recount, answers=seen.answers)


def seen_in(symptoms):
    """What ``observe`` has recorded, in names.

    Parameters
    ----------
    symptoms : Symptoms

    Returns
    -------
    Seen
    """
    run, probe = symptoms.run, symptoms.probe
    if run is None:
        return Seen(raises=True)
    return Seen(
        outcome=symptoms.outcome,
        trend=name_trend(run.losses),
        first_loss=symptoms.first_loss,
        first_over_due=run.losses[0] / np.log(symptoms.classes),
        error=run.error,
        recount=symptoms.recount,
        first_finite=bool(np.isfinite(run.losses[0])),
        weights_finite=bool(np.isfinite(run.W).all()),
        steady=bool((np.diff(run.losses) > 0).all()),
        answers=len(run.predictions) if symptoms.recount is None else None,
        ratio=probe.ratio,
        belongs=probe.passes,
        large_logits=probe.large_logits,
        below_zero=bool((run.losses < -1e-9).any()),
        moved=bool((run.W != 0).any()),
        fit=symptoms.fit,
        repeats=_repeats(run.losses, len(run.error_rates)),
        bias_still=bool(np.abs(run.b).max() < 1e-12 < np.abs(run.W).max()),
        changed=probe.changed,
    )


def _repeats(losses, epochs):
    """Whether the losses of the epochs rise and fall together: a saw-tooth.

    Batches drawn anew are noise, and the noise of two epochs has no correlation. The steps from
    one batch to the next are compared, without the first fifth of an epoch, where a loss may fall.
    """
    steps = len(losses) // max(epochs, 1)
    if epochs < 2 or steps < 10 or not np.isfinite(losses).all():
        return False
    table = losses[: steps * epochs].reshape(epochs, steps)[:, steps // 5 :]
    with np.errstate(all="ignore"):
        jumps = np.diff(table, axis=1)
        up = (jumps > 0).mean(axis=1)
        if not ((up > 0.2) & (up < 0.8)).all():  # a smooth curve is no saw
            return False
        together = np.corrcoef(jumps)[np.triu_indices(epochs, 1)]
    return bool(together.min() > 0.6)
