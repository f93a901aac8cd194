"""``diagnose_step``: what does one update really do to W and b?"""

from dataclasses import dataclass

import numpy as np

from helpers.doctor.conventions import Convention, call, conventions_of
from helpers.doctor.departures import where
from helpers.doctor.diagnosis import compose, name_factor
from helpers.doctor.explain import bugs_of, explain
from helpers.doctor.numerics import BAD, OFF, behaviour, name_bug
from helpers.doctor.probes import LARGE, MODERATE, SQUARE, Outcome, close, projection
from helpers.doctor.references import RIGHT, evaluate, reference, writers
from helpers.doctor.step_bugs import RATES, fitting, match_square, stirs, zero_probe
from helpers.doctor.step_forms import find_form
from helpers.doctor.trial import in_words
from helpers.doctor.words import describe_bugs, describe_parts, describe_term
from helpers.threads import one_blas_thread

STEP = ("W", "b", "X", "Y", "rate")


@dataclass(frozen=True, eq=False)
class StepTrial:
    """A step in the convention that suits it best.

    Attributes
    ----------
    convention : Convention
    size : str
    moves : dict
        The outcomes, by learning rate: new W and b at both moderate probes.
    in_place : bool
        Whether W or b that were passed were written into.
    stirs : bool
        Whether a b of zeros is moved at all.
    """

    convention: Convention
    size: str
    moves: dict
    in_place: bool
    stirs: bool

    @property
    def outcomes(self):
        """Gradients as they must have been: (old - new) / rate."""
        return gradients_of(self.moves[RATES[0]], MODERATE[self.size], RATES[0])


def gradients_of(moves, probes, rate):
    """The gradients that plain descent must have used."""
    found = []
    for move, probe in zip(moves, probes, strict=True):
        dW = None if move.dW is None else (probe.W - move.dW) / rate
        db = None if move.db is None else (probe.b - move.db) / rate
        found.append(Outcome(dW=dW, db=db, changed=move.changed))
    return tuple(found)


@one_blas_thread
def diagnose_step(step):
    """Say what is right or wrong with one update of gradient descent.

    Parameters
    ----------
    step : callable
        ``step(W, b, X, Y, learning_rate) -> (W, b)``, in the conventions of
        ``diagnose_gradients``. It may also work in place and return nothing.

    Returns
    -------
    Diagnosis
        The step is compared with ``W - learning_rate * dW`` for mean gradients, so a summed
        gradient is a wrong scale here.

    Raises
    ------
    TypeError
        If ``step`` cannot be called. Whatever it raises itself is part of the diagnosis.
    """
    if not callable(step):
        raise TypeError(f"step is a {type(step).__name__}; wanted a function: pass step itself")
    best, failures = _search(step)
    if best is None:
        return _failed(step, failures)
    bugs, sentences, correct, factor = best[1]
    return _finish(step, best[0], bugs, sentences, correct, factor)


def _search(step):
    best, failures = None, []
    for size in MODERATE:
        runs = 0
        for convention in conventions_of(step, STEP, single=size == "single"):
            trial, failure = _try(step, convention, size)
            if trial is None:
                failures.append((failure, convention))
                continue
            verdict, rank = _judge(trial)
            if best is None or rank < best[2]:
                best = trial, verdict, rank
            runs += 1
            if rank == 0 or runs == 6:
                break
        if best is not None:
            break
    return best, failures


def _try(step, convention, size):
    moves = {}
    for rate in RATES:
        found = []
        for probe in MODERATE[size]:
            outcome = call(step, convention, probe, rate)
            if not outcome.usable:
                return None, outcome
            found.append(outcome)
        moves[rate] = tuple(found)
    in_place = any(name in ("W", "b") for move in moves[RATES[0]] for name in move.changed)
    stirred = stirs(call(step, convention, zero_probe(size), RATES[0]))
    return StepTrial(convention, size, moves, in_place, stirred), None


def _judge(trial):
    """(bugs, sentences, correct, factor), and how simple that is: 0 is right, 9 unknown."""
    if not all(np.isfinite(part).all() for part in _new_values(trial)):
        return ([], ["The new W or b is NaN or infinite, at moderate logits."], False, None), 8
    shapes = _wrong_shape(trial)
    if shapes:
        return _by_catalogue(trial) or (([], shapes, False, None), 8)
    if _as_form(trial, "right"):
        return ([], ["It walks down the gradient of the mean cross-entropy."], True, None), 0
    return (
        _by_catalogue(trial)
        or _by_form(trial)
        or _by_catalogue(trial, both=True)
        or _by_form(trial, scaled=True)
        or _by_gradients(trial)
    )


def _new_values(trial):
    moves = trial.moves[RATES[0]]
    return [part for move in moves for part in (move.dW, move.db) if part is not None]


def _as_form(trial, name):
    form = find_form(trial.moves, trial.size)
    return form is not None and form.name == name


def _by_form(trial, scaled=False):
    """A form that fits; one that is assigned and scaled besides waits for the pairs of bugs."""
    form = find_form(trial.moves, trial.size)
    if form is None or (form.name == "assigned" and form.factor is not None and not scaled):
        return None
    return (list(form.bugs), [form.sentence], form.correct, form.factor), 1 if form.correct else 4


def _by_catalogue(trial, both=False):
    found = fitting(trial, both)
    if not found:
        return None
    ids, factor = found[0], _factor(trial)
    sentences = describe_bugs(ids, None, trial.outcomes)
    if factor is not None:
        sentences.append(f"The step is {factor} times the right one.")
    alike = [] if both else [other[0] for other in found[1:]]
    if alike:
        sentences.append(
            f"Through a step it looks the same as {', '.join(alike)}: "
            "diagnose_gradients tells them apart."
        )
    return ([*ids, *alike], sentences, False, factor), 3 + both


def _factor(trial):
    values = [
        projection(mine.dW, right.dW) if mine.dW is not None else np.nan
        for mine, right in zip(trial.outcomes, reference(RIGHT, trial.size), strict=True)
    ]
    rights = reference(RIGHT, trial.size)
    if not all(
        mine.dW is not None and close(mine.dW, v * right.dW, 1e-5)
        for mine, v, right in zip(trial.outcomes, values, rights, strict=True)
    ):
        return None
    factor = name_factor(values, [probe.sizes for probe in MODERATE[trial.size]])
    return None if factor is None or factor == 1 else factor


def _by_gradients(trial):
    """Judge the gradients that plain descent must have used."""
    explanation = explain(trial.outcomes, trial.size)
    here = replace_trial(trial, explanation)
    if explanation.kind == "right" and explanation.term is not None:
        correct, bugs, sentence = describe_term(explanation.term)
        factor = None if explanation.common == 1 else explanation.common
        sentence = sentence.replace("dW gains", "the step gains, through dW,")
        return (bugs, [sentence], correct and factor is None, factor), 2
    if explanation.kind == "right" and explanation.ids:
        return ([], describe_bugs(explanation.ids, None, trial.outcomes), True, None), 2
    if explanation.kind == "right":  # in a scale of its own: "right" for a gradient alone
        bugs = ["sum-for-mean"] if explanation.common == "N" else []
        sentence = f"The step is {explanation.common} times the one for mean gradients."
        return (bugs, [sentence], False, explanation.common), 4
    if explanation.kind == "bugs":
        factor = explanation.common if explanation.common != 1 else None
        sentences = describe_bugs(explanation.ids, factor, trial.outcomes)
        bugs = [*bugs_of(explanation.ids), *(["sum-for-mean"] if factor == "N" else [])]
        return (bugs, sentences, False, factor), 5
    if explanation.kind in ("factors", "parts"):
        ids, sentences, factor = describe_parts(here)
        sentences = [s for s in sentences if "loss and gradient" not in s]
        return (list(ids), ["Seen as W - rate * dW:", *sentences], False, factor), 6
    return ([], _unknown(trial), False, None), 9


@dataclass(frozen=True, eq=False)
class _Explained:
    explanation: object
    outcomes: tuple


def replace_trial(trial, explanation):
    """What ``describe_parts`` reads of a trial."""
    return _Explained(explanation, trial.outcomes)


def _unknown(trial):
    start = "It is no bug that I know. Seen as W - rate * dW:"
    return [f"{start} {' '.join(where(trial.outcomes, trial.size))}"]


def _wrong_shape(trial):
    move, probe = trial.moves[RATES[0]][0], MODERATE[trial.size][0]
    found = []
    for name, new, old in (("W", move.dW, probe.W), ("b", move.db, probe.b)):
        if new is not None and new.shape != old.shape:
            found.append(f"The new {name} is {new.shape}; {name} was {old.shape}.")
    return found


def _finish(step, trial, bugs, sentences, correct, factor):
    changed = {name for move in trial.moves[RATES[0]] for name in move.changed}
    written = sorted(changed & {"X", "Y"})
    if written:
        correct = False
        bugs = [*bugs, *(writers()[name] for name in written if name in writers())]
        sentences.insert(
            0, f"It writes into {' and '.join(written)}, which the caller still needs."
        )
    overflow = _overflow(step, trial)
    if overflow is not None:
        correct = False
        bugs = [*bugs, *([overflow] if overflow else [])]
        name = f" ({overflow})" if overflow else ""
        sentences.append(
            f"At logits of some thousands W becomes wrong, NaN or infinite{name}: subtract each "
            "row's maximum before exp."
        )
    if trial.in_place:
        sentences.append("It updates W or b in place: a habit, not a bug.")
    if str(trial.convention):
        sentences.append(f"Taken with {trial.convention}.")
    if trial.moves[RATES[0]][0].db is None:
        sentences.append("No b came back.")
    return compose(correct, sentences, bugs, factor)


def _overflow(step, trial):
    """The numeric bug that shows at large logits; "" if it has no name, ``None`` if all is well."""
    moves = [call(step, trial.convention, probe, RATES[0]) for probe in LARGE[trial.size]]
    if not all(np.isfinite(move.dW).all() for move in trial.moves[RATES[0]] if move.dW is not None):
        return None
    expected = [evaluate(RIGHT, probe) for probe in LARGE[trial.size]]
    gradients = []
    for move, probe in zip(moves, LARGE[trial.size], strict=True):
        if not move.usable:
            gradients.append(move)
            continue
        if _misshapen(move, probe):
            return None  # what matters is said already
        gradients.append(gradients_of([move], [probe], RATES[0])[0])
    loss, both = behaviour(gradients, expected)
    if BAD in both:
        return name_bug(loss, both)
    right = _as_form(trial, "right")
    return (name_bug(loss, both) or None) if OFF in both and right else None


def _misshapen(move, probe):
    pairs = ((move.dW, probe.W), (move.db, probe.b))
    return any(new is not None and new.shape != old.shape for new, old in pairs)


def _failed(step, failures):
    outcomes = [(o, c) for o, c in failures if o is not None]
    complaints = [o.complaint for o, _ in outcomes if o.raised is None and o.complaint]
    if complaints or not outcomes:
        return compose(False, [*complaints[:1], "Wanted W and b back, (D, K) and (K,)."])
    raised = outcomes[0][0].raised
    for name, probe in SQUARE.items():
        for convention in conventions_of(step, STEP):
            move = call(step, convention, probe, RATES[0])
            ids = match_square(move, name) if move.usable else None
            if ids is not None:
                sentences = [*describe_bugs(ids, None, [_NoLoss]), in_words(raised)]
                return compose(False, [*sentences, f"Only {name} lets it run."], bugs_of(ids))
    return compose(False, [in_words(raised)])


class _NoLoss:
    loss = None
