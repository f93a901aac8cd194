"""``diagnose_run``: what the record of a training run gives away, and what it cannot."""

import numpy as np

from helpers.bugs import BUGS
from helpers.doctor.diagnosis import compose
from helpers.doctor.run_facts import read_run
from helpers.doctor.run_rules import KNOWN, RULES, wrong_length, wrong_metric
from helpers.threads import one_blas_thread

_MOST = 4  # suspects that are named


@one_blas_thread
def diagnose_run(losses, predictions, labels, reported_error=None):
    """Say what a run's symptoms point to.

    Parameters
    ----------
    losses : array_like of float
        The loss of each step, in nats, the first one measured before the first update.
    predictions : array_like
        Predicted classes (n,) after training; or probabilities (n, K), whose argmax is taken.
    labels : array_like
        True classes (n,), or one-hot rows (n, K).
    reported_error : float, optional
        The error rate that the program printed, as a fraction, or in percent if above 1.

    Returns
    -------
    Diagnosis
        ``bugs`` are suspects, the likeliest first: symptoms rarely leave only one.

    Raises
    ------
    TypeError, ValueError
        If something is missing, empty, or does not fit.
    """
    facts = read_run(losses, predictions, labels, reported_error)
    for rule in RULES:
        found = rule(facts)
        if found is not None:
            suspects, sentences, *factor = found
            suspects = [s for s in (*suspects, *_by_signature(facts, suspects)) if s in BUGS]
            sentences = [_state(facts), *sentences, *_other_findings(facts, rule), *facts.notes]
            return compose(False, sentences, suspects[:_MOST], factor[0] if factor else None)
    healthy = (
        "A healthy run: the loss starts at ln K and falls. What a run cannot show: a bias that is "
        "frozen or left out, a gradient that is only nearly right; check the gradient for those."
    )
    return compose(True, [_state(facts), healthy, *facts.notes])


def _state(facts):
    if len(facts.predicted) != len(facts.labels):
        return ""
    what = {
        "constant": f"all {len(facts.predicted)} predictions are class {facts.constant}",
        "below chance": "worse than guessing",
        "near chance": "near chance",
        "learns": "better than chance",
    }[facts.outcome]
    return (
        f"Error {facts.error:.2%}: {what}. Loss {facts.losses[0]:.4g} at first, "
        f"{facts.losses[-1]:.4g} at last; ln K is {np.log(facts.classes):.4g}."
    )


def _by_signature(facts, named):
    """Bugs whose catalogue entry states these symptoms and that no rule knows of."""
    if len(facts.predicted) != len(facts.labels) or facts.first_bad is not None:
        return []
    name = facts.first_loss[0]
    return [
        id_ for id_, bug in BUGS.items()
        if id_ not in named and id_ not in KNOWN and not bug.decoy
        and bug.signature.outcome == facts.outcome
        and bug.signature.first_loss == name
    ]  # fmt: skip


def _other_findings(facts, used):
    """A wrong metric beside whatever else is wrong."""
    if used is wrong_metric or used is wrong_length:
        return []
    found = wrong_metric(facts)
    return found[1][:1] if found else []
