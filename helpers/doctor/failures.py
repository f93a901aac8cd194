"""A function that raises, or returns nothing that can be read, at every probe of odd sizes."""

from helpers.doctor.conventions import Convention, call, conventions_of
from helpers.doctor.diagnosis import compose
from helpers.doctor.explain import bugs_of
from helpers.doctor.probes import MODERATE, SQUARE, close
from helpers.doctor.references import evaluate, pairs, reference_square, singles
from helpers.doctor.trial import GRADIENTS, in_words
from helpers.doctor.words import describe_bugs

_PARTS = ("loss", "dW", "db")


def diagnose_failure(f, failure):
    """Say why nothing came of it, and what it does where the shapes happen to fit.

    Parameters
    ----------
    f : callable
    failure : Failure

    Returns
    -------
    Diagnosis
    """
    if failure.complaint:
        return compose(False, [failure.complaint])
    if failure.raised is None:
        return compose(False, ["It could not be called with W, b, X and Y."])
    sentence = in_words(failure.raised)
    for name, probe in SQUARE.items():
        found = _at_square(f, name, probe)
        if found is None:
            continue
        ids, convention = found
        if ids is None:
            continue
        text = [*describe_bugs(ids, None, [_Nothing]), f"{sentence} Only {name} lets it run."]
        if str(convention):
            text.append(f"Taken with {convention}.")
        return compose(False, text, bugs_of(ids))
    guess = _guess(failure.raised, failure.convention)
    return compose(False, [*describe_bugs(guess, None, [_Nothing]), sentence, _shapes()], guess)


class _Nothing:
    loss = None


def _at_square(f, name, probe):
    """Bugs that explain what it does where the sizes are equal; ``None`` if it raises there."""
    runs = 0
    for convention in conventions_of(f, GRADIENTS):
        outcome = call(f, convention, probe)
        if not outcome.usable or (outcome.dW is None and outcome.db is None):
            continue
        ids = _match(outcome, name)
        if ids is not None:
            return ids, convention
        runs += 1
        if runs == 12:
            break
    return (None, Convention(())) if runs else None


def _match(outcome, name):
    """The bug or pair that raises at odd sizes and equals this at the square one."""
    raising = [ids for ids in singles() if _raises(ids)]
    both = [ids for ids in pairs() if any((id_,) in raising for id_ in ids)]
    for ids in (*raising, *both):
        theirs = reference_square(ids, name)
        if theirs.usable and _equal(outcome, theirs, len(SQUARE[name].X)):
            return ids
    return None


def _raises(ids):
    return evaluate(ids, MODERATE["free"][0]).raised is not None


def _equal(mine, theirs, samples):
    """Whether all parts agree, as means or as sums over the samples."""
    here = [part for part in _PARTS if getattr(mine, part) is not None]
    for scale in (1, samples):
        fits = [close(getattr(mine, part), scale * getattr(theirs, part), 1e-6) for part in here]
        if all(fits):
            return True
    return False


def _guess(error, convention):
    """The bug that the message of a ValueError points to: (N, K) against (N,)."""
    N, _, K = MODERATE["free"][0].sizes
    message = str(error).replace(" ", "")
    if f"({N},{K})({N},)" in message and convention is not None:
        by_row = convention.labels.startswith("one-hot")
        return ("keepdims-dropped",) if by_row else ()
    return ()


def _shapes():
    N, D, K = MODERATE["free"][0].sizes
    return f"It was tried with N = {N}, D = {D}, K = {K}, samples in rows and in columns."
