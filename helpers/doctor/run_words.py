"""A diagnosis of a run in sentences: the only place where its findings become prose."""

import numpy as np

from helpers.doctor.findings import LONGEST, NOT_JUDGED, RIGHT, WRONG
from helpers.symptoms.record import name_start

_OPENINGS = {RIGHT: "Correct.", WRONG: "Not correct.", NOT_JUDGED: "Not judged."}
_METRICS = {
    "table": "it is the mean over an n x n table, (n,) against (n, 1)",
    "2/K": "it is 2/K of the true one: one-hot entries are compared, not rows",
    "accuracy": "it is 1 minus the error, the accuracy",
    "chance": "it is chance: print the shapes that are compared",
    "other": "print the shapes that are compared, and count the wrong ones by hand",
}


def sentences(record, signs, verdict, training, findings, catalogue):
    """Say what was found.

    Parameters
    ----------
    record : Record
    signs : Signs
    verdict, training : str
        Of the whole, and of the training without its metric.
    findings : list of Finding
    catalogue : Mapping

    Returns
    -------
    str
        At most ``LONGEST`` characters: what comes later is left out.
    """
    seen = [describe(f.note, record, signs) for f in findings if f.part == "run"]
    seen = [text for text in dict.fromkeys(seen) if text][:4]
    parts = [
        _OPENINGS[verdict],
        _state(record, signs),
        seen and f"{seen[0][0].upper()}{'; '.join(seen)[1:]}.",
        *_metric(record, signs, findings),
        *_suspects(training, findings, catalogue),
        *record.notes,
    ]
    text = ""
    for part in filter(None, parts):
        if len(text) + len(part) < LONGEST:
            text = f"{text} {part}".strip()
    return text


def describe(field, record, signs):
    """One symptom in words.

    Parameters
    ----------
    field : str
        Of ``Signs``.
    record : Record
    signs : Signs

    Returns
    -------
    str
        Empty if the sentence on the state says it already.
    """
    return _PHRASES.get(field, lambda record, signs: "")(record, signs)


def first_loss(record):
    """The first loss by its formula, with the batch size put in: "ln 100", "ln(100 x 10)".

    Parameters
    ----------
    record : Record

    Returns
    -------
    str
        Empty if it has none.
    """
    name, size = name_start(record.losses[0], record.classes)
    if name in ("low", "near", "high", "not finite"):
        return ""
    return name.replace("(BK)", f"({size} x {record.classes})").replace("B", str(size))


def _start(record, signs):
    first, due = record.losses[0], np.log(record.classes)
    name = first_loss(record)
    if name == "ln K":
        return ""
    if name:
        return f"the first loss {first:.4g} is {name}, where ln K is due"
    return f"the first loss {first:.4g} is far above ln K" if first > 1.6 * due else ""


def _curve(record, signs):
    losses = record.losses[: record.first_bad and record.first_bad - 1]
    if len(losses) < 3:
        return ""
    first, late = losses[0], losses[-max(1, len(losses) // 5) :].mean()
    early = losses[1 : max(4, len(losses) // 6)].max()
    ways = (
        (np.ptp(losses) < 2e-5 * abs(first), "the loss is flat to the last digits"),
        (late > max(early, 1.2 * abs(first)), f"it rises, to {losses[-1]:.3g}"),
        (early > 3 * abs(first), f"it leaps to {early:.3g} within the first steps"),
        (late > 1.2 * abs(first), f"it rises, to {losses[-1]:.3g}"),
        (first > 0 and late > 0.9 * first, f"it hardly moves: {late:.3g} is its mean at the end"),
    )
    return next((text for holds, text in ways if holds), "")


def _predicted(record, signs):
    if len(record.predicted) != len(record.labels):
        return ""
    counts = np.bincount(record.predicted, minlength=record.classes)
    due = np.bincount(record.labels, minlength=len(counts))
    never = int(((counts == 0) & (due > 0)).sum())
    if (counts > 0).sum() == 1 or not never:
        return ""
    return f"{never} of the classes that occur are never predicted"


def _floor(record, signs):
    floor = np.log1p((record.classes - 1) / np.e)
    low = signs.floor == "near"
    if signs.floor == "below 0":
        return f"it falls below 0, to {np.nanmin(record.losses):.3g}, where no cross-entropy is"
    return f"it stays above {floor:.3f} = ln(1 + (K-1)/e), the floor of a softmax twice" * low


_PHRASES = {
    "start": _start,
    **dict.fromkeys(("end", "lowest", "leap", "pace", "noise"), _curve),
    "bend": lambda r, s: "",
    "teeth": lambda r, s: "the loss is a sawtooth, near 0 and then above ln K" * (s.teeth > 1),
    "stairs": lambda r, s: (
        "it falls without noise and leaps at equal distances" * (s.stairs == "yes")
    ),
    "skew": lambda r, s: "its rises are sudden and its falls are not" * (s.skew > 2),
    "excess": lambda r, s: "the loss is higher than such predictions allow" * (s.excess > 3),
    "floor": _floor,
    **dict.fromkeys(
        ("finite", "bad"),
        lambda r, s: f"the loss is not finite ({s.bad}) from step {r.first_bad} on",
    ),
    "missing": _predicted,
    "turned": lambda r, s: (
        f"most predictions are the true class {s.turned}" * (s.turned[1:] == "1")
    ),
}


def _state(record, signs):
    losses, n = record.losses, len(record.labels)
    if len(record.predicted) != n:
        return (
            f"{len(record.predicted)} predictions for {n} samples: one a class, not one a sample; "
            "argmax runs over the samples: use argmax(axis=1)."
        )
    what = {0: "near chance", 1: "a little better than chance"}.get(
        signs.score, "better than chance"
    )
    if signs.spread in ("one class", "class 0"):
        what = f"all {n} predictions are class {record.predicted[0]}"
    elif signs.turned not in ("no", "chance"):
        what = "worse than guessing"
    elif signs.spread == "nearly one":
        what = f"nearly all predictions are class {np.bincount(record.predicted).argmax()}"
    if signs.score < 2 and losses[-1] < 0.6 * losses[0] and signs.turned in ("no", "chance"):
        what += ", though the training loss falls: training and test differ"
    return (
        f"Error {record.error:.2%}: {what}. Loss {losses[0]:.4g} at first, {losses[-1]:.4g} at "
        f"last; ln K is {np.log(record.classes):.4g}."
    )


def _metric(record, signs, findings):
    if signs.metric in (None, "true"):
        return
    yield (
        f"Reported error {record.reported:.2%}, the predictions give {record.error:.2%}: the "
        f"metric is wrong; {_METRICS[signs.metric]}."
    )
    suspects = [f.bug for f in findings if f.part == "metric"]
    if suspects:
        yield f"Suspects for the metric: {', '.join(suspects)}."


def _suspects(training, findings, catalogue):
    suspects = [f for f in findings if f.part == "training"]
    if training == RIGHT:
        yield (
            "The training looks healthy: the loss starts at ln K and falls. A run cannot show: "
            "a bias that never moves, a gradient that is only nearly right; check the gradient."
        )
        return
    if training == NOT_JUDGED:
        yield (
            "A run like this does not decide whether it is right; most alike among the wrong ones:"
        )
    for f in suspects:
        if f.bug not in catalogue:
            yield f"Steps too long ({f.detail})? Take a rate 10 times smaller."
        else:
            yield f"{f.bug} ({f.detail}): {catalogue[f.bug].giveaway}"
