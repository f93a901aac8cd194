"""``diagnose_gradients``: which line of the program would do what this function does?"""

import numpy as np

from helpers.doctor import departures
from helpers.doctor.conventions import call
from helpers.doctor.diagnosis import Factor, compose, name_factor
from helpers.doctor.explain import bugs_of, part_factor, same_part, sizes_of
from helpers.doctor.failures import diagnose_failure
from helpers.doctor.numerics import BAD, OFF, OK, behaviour, large_outcomes, name_bug
from helpers.doctor.probes import LARGE, MODERATE
from helpers.doctor.references import RIGHT, evaluate, reference, writers
from helpers.doctor.trial import Failure, try_gradients
from helpers.doctor.variants import VARIANTS
from helpers.doctor.words import (
    describe_bugs,
    describe_parts,
    describe_term,
    describe_uneven,
    plain,
)
from helpers.threads import one_blas_thread


@one_blas_thread
def diagnose_gradients(f):
    """Say what is right or wrong with a function that computes loss and gradients.

    The convention is found by trying. Loss and gradients are judged together at two random points
    with moderate logits; then at logits of some thousands, where only NaN and infinity count.

    Parameters
    ----------
    f : callable
        ``f(W, b, X, Y) -> (loss, dW, db)``, with W (D, K), b (K,), X (N, D) and one-hot Y (N, K).
        Also without the loss or without db, in another order, as a dictionary, named tuple or
        object; with labels as integers or one column a sample, with samples in columns, W (K, D),
        b (1, K) or (K, 1), the bias folded into W, W and b in one argument, or one sample a call.
        A further required argument is taken for the strength of weight decay.

    Returns
    -------
    Diagnosis

    Raises
    ------
    TypeError
        If ``f`` cannot be called. Whatever ``f`` itself raises is part of the diagnosis.
    """
    if not callable(f):
        raise TypeError(f"f is a {type(f).__name__}; wanted a function: pass f, not f(...)")
    trial = try_gradients(f)
    if isinstance(trial, Failure):
        return diagnose_failure(f, trial)
    return _judge(f, trial)


def _judge(f, trial):
    outcomes = trial.outcomes
    bugs, sentences, correct, factor = _moderate(f, trial)
    written = sorted({name for outcome in outcomes for name in outcome.changed}, key="XYWb".index)
    if written:
        correct = False
        bugs = [*bugs, *(writers()[n] for n in written if n in writers())]
        sentences.insert(0, _about_writing(written))
    if _repeats(f, trial):
        correct = _add_large(f, trial, bugs, sentences, correct)
    else:
        correct = False
        sentences.insert(0, _TWO_ANSWERS)
    if trial.outcomes[0].dW is None:
        correct = False
    sentences += _notes(trial)
    return compose(correct, sentences, bugs, factor)


def _add_large(f, trial, bugs, sentences, correct):
    """Add what large logits show to bugs and sentences; return the verdict."""
    more, sentence, fine = _large(f, trial)
    bugs += more
    if sentence:
        first = trial.explanation.kind == "right" and not fine
        sentences.insert(0 if first else 1, sentence)
    return correct and fine


_TWO_ANSWERS = (
    "Asked the same twice, it gives two answers: it keeps something from call to call (a gradient "
    "that is never reset to 0?), or draws random numbers."
)


def _repeats(f, trial):
    """Whether a call gives what the first one gave."""
    again = call(f, trial.convention, MODERATE[trial.size][0])
    first = trial.outcomes[0]
    if not again.usable:
        return False
    pairs = ((first.dW, again.dW), (first.db, again.db))
    return all(
        one is None or (other is not None and np.array_equal(one, other, equal_nan=True))
        for one, other in pairs
    )


def _moderate(f, trial):
    """Bugs, sentences, verdict and factor at moderate logits."""
    explanation = trial.explanation
    has_loss = trial.outcomes[0].loss is not None
    common = explanation.common
    factor = None if common in (None, "1") else common
    if explanation.kind == "right":
        return _right(explanation, has_loss, factor)
    if explanation.kind == "log-likelihood":
        return [], [_about_log_likelihood(common)], True, factor
    if explanation.kind == "bugs":
        return _bugs(trial)
    if explanation.kind in ("factors", "parts"):
        ids, sentences, factor = describe_parts(trial)
        return list(ids), sentences, False, factor
    return [], _unknown(f, trial), False, None


def _right(explanation, has_loss, factor):
    what = "Loss and gradients are" if has_loss else "The gradients are"
    if explanation.ids:
        return [], [plain(explanation)], True, factor
    bugs, sentences, correct = [], [], True
    if explanation.term is None or factor is not None:
        sentences.append(_about_right(what, has_loss, factor))
    if explanation.term is not None:
        correct, bugs, sentence = describe_term(explanation.term)
        sentences.insert(0, sentence)
    return bugs, sentences, correct, factor


def _about_right(what, has_loss, factor):
    if factor is None:
        return f"{what} those of the mean cross-entropy."
    if factor == "N":
        advice = "divide the learning rate by N, or both by N, to compare with the mean"
        return f"{what} those of the summed cross-entropy, N times the mean: {advice}."
    return f"{what} both {factor} times those of the mean cross-entropy, so they belong together."


def _about_log_likelihood(common):
    kind = "mean " if common == "-1" else ""
    scale = "" if common in ("-1", "-N") else f" times {common}"
    return (
        f"This is the {kind}log-likelihood{scale} and its gradient, X.T @ (Y - P): a pair that "
        "belongs together, to be ascended. With gradient descent (W -= rate * dW) it goes the "
        f"wrong way: flip both signs first. Factor {common} against the mean cross-entropy."
    )


def _bugs(trial):
    explanation, outcomes = trial.explanation, trial.outcomes
    bugs = list(bugs_of(explanation.ids))
    factor = _gradient_factor(outcomes, trial.size)
    sentences = departures.wrong_shapes(outcomes[0], MODERATE[trial.size][0])
    if trial.convention.samples == "single":
        sentences = []
    uneven = describe_uneven(trial) if len(explanation.ids) > 1 else []
    sentences = [*uneven, *describe_bugs(explanation.ids, factor, outcomes), *sentences]
    if explanation.common == "N" and outcomes[0].loss is not None:
        sentences.append("Loss and gradients are summed, not averaged, which is no bug.")
    if explanation.term is not None:
        _, more, sentence = describe_term(explanation.term)
        bugs += more
        sentences.append(sentence)
    return bugs, sentences, False, factor


def _gradient_factor(outcomes, size):
    """Gradient of W over the slope of the loss, both as multiples of the right ones."""
    parts = [part_factor(outcomes, RIGHT, name, size) for name in ("loss", "dW", "db")]
    loss, dW, db = parts
    loss = 1.0 if loss is None else loss
    odd = next((g for g in (dW, db) if g is not None and g != loss), None)
    if odd is None:
        return None
    ratios = [float(odd) / float(loss)]
    values = [_ratio(o, r) for o, r in zip(outcomes, reference(RIGHT, size), strict=True)]
    if dW is not None and dW == odd and parts[0] is not None and np.isfinite(values).all():
        return name_factor(values, sizes_of(size))
    return Factor(ratios[0], odd.name) if loss == 1 else None


def _ratio(mine, right):
    """Factor of dW over that of the loss, at one probe."""
    square = np.vdot(right.dW, right.dW)
    if mine.loss is None or mine.loss == 0:
        return np.nan
    return np.vdot(right.dW, mine.dW) / square * right.loss / mine.loss


def _about_writing(names):
    what = " and ".join(names)
    return (
        f"It writes into its argument{'s' * (len(names) > 1)} {what} (an in-place `-=`, `+=` or "
        f"`[...] =`): the caller's {what} {'is' if len(names) == 1 else 'are'} spoilt for the "
        "next call. Work on a copy."
    )


def _large(f, trial):
    """Bugs, a sentence and whether it is fine at logits of some thousands."""
    explanation, size = trial.explanation, trial.size
    if not all(np.isfinite(part).all() for part in _parts(trial.outcomes[0])):
        return [], "", True
    outcomes = large_outcomes(f, trial.convention, size)
    ids = explanation.ids if explanation.kind in ("right", "bugs") else RIGHT
    ids = ids[:1] if ids and ids[0] in VARIANTS else ids
    expected = [evaluate(ids, probe) for probe in LARGE[size]]
    loss, gradients = behaviour(outcomes, expected, explanation.common or 1.0)
    excused = tuple(not np.isfinite(e.dW).all() if e.usable else True for e in expected)
    gradients = tuple(OK if x else g for x, g in zip(excused, gradients, strict=True))
    if BAD in gradients:
        bug = name_bug(loss, gradients)
        return ([bug] if bug else []), _about_overflow(bug, outcomes), False
    if explanation.kind not in ("right", "log-likelihood") or explanation.term or explanation.ids:
        return [], "", True
    return _finite_at_large(loss, gradients, outcomes)


def _finite_at_large(loss, gradients, outcomes):
    if OFF in gradients:
        bug = name_bug(loss, gradients)
        sentence = "At logits of some thousands the gradients are finite and wrong"
        if bug:
            return [bug], f"{sentence}: {describe_bugs((bug,), None, outcomes)[0]}", False
        return [], f"{sentence}; at moderate ones they are right.", True
    if BAD in loss:
        bug = name_bug(loss, gradients)
        name = f" ({bug})" if bug else ""
        return [], (
            "A note: at logits of some thousands the loss is NaN or infinite, the logarithm of a "
            f"probability that rounds to 0{name}; the gradients stay right."
        ), True  # fmt: skip
    if OFF in loss:
        return [], "A note: at logits of some thousands the loss is clipped.", True
    return [], "", True


def _about_overflow(bug, outcomes):
    raised = next((o for o in outcomes if not o.usable), None)
    if raised is not None:
        return "At logits of some thousands it raises or returns nothing that can be read."
    start = "At logits of some thousands the gradients are NaN or infinite"
    if bug:
        return f"{start} ({bug}): subtract each row's maximum from the logits before exp."
    return f"{start}: a probability that rounds to 0 is divided by, or its logarithm is used."


def _parts(outcome):
    return [part for part in (outcome.loss, outcome.dW, outcome.db) if part is not None]


def _unknown(f, trial):
    convention, size, outcomes = trial.convention, trial.size, trial.outcomes
    probe = MODERATE[size][0]
    shapes = departures.wrong_shapes(outcomes[0], probe)
    if shapes:
        return [*shapes, *departures.where(outcomes, size)]
    own = departures.belongs_to_own_loss(
        lambda W, b: _loss_at(f, convention, probe._replace(W=W, b=b)), outcomes[0], probe
    )
    if own:
        return [
            "Loss and gradients belong together, but they are not those of softmax cross-entropy "
            f"of XW + b: the loss is {float(outcomes[0].loss):.4g} where "
            f"{float(reference(RIGHT, size)[0].loss):.4g} is due. Look at the forward pass.",
            *departures.where(outcomes, size),
        ]
    if _gradients_right(outcomes, size):
        return [
            f"The gradients are right, the loss is not: {float(outcomes[0].loss):.4g} where "
            f"{float(reference(RIGHT, size)[0].loss):.4g} is due, the mean of -log P of the true "
            "class. So they do not belong together."
        ]
    loss_right = outcomes[0].loss is not None and same_part(
        outcomes[0].loss, reference(RIGHT, size)[0].loss
    )
    start = "It is no bug that I know, nor two of them. Here is where your gradient departs:"
    loss = "The loss is right." if loss_right else ""
    return [f"{start} {' '.join(departures.where(outcomes, size)) or 'in the loss.'}", loss]


def _gradients_right(outcomes, size):
    factors = [part_factor(outcomes, RIGHT, name, size) for name in ("dW", "db")]
    here = [outcomes[0].dW, outcomes[0].db]
    return outcomes[0].loss is not None and all(
        factor == 1 for factor, part in zip(factors, here, strict=True) if part is not None
    )


def _loss_at(f, convention, probe):
    outcome = call(f, convention, probe)
    if outcome.loss is None or outcome.loss.ndim:
        raise ValueError("no loss")
    return float(outcome.loss)


def _notes(trial):
    """What is worth a word and no reproach."""
    notes, outcome = [], trial.outcomes[0]
    if trial.reduced:
        notes.append(f"The loss comes as one number a sample; I took the {trial.reduced}.")
    if str(trial.convention):
        notes.append(f"Taken with {trial.convention}.")
    if trial.size in ("ten", "digits"):
        notes.append("It runs with ten classes only, or with the digits' size.")
    if outcome.db is None and trial.convention.pack == "apart" and outcome.dW is not None:
        notes.append("No gradient of the bias came back.")
    if outcome.dW is None:
        notes.append("No gradient of W came back.")
    if trial.convention.samples == "rows" and trial.convention.labels == "one-hot columns":
        return notes
    return notes
