"""Notebook 01: which class does a model answer that always gives the same one?"""

import numpy as np

from helpers.exercises.answers import as_number, ask, borrowed, exercise, first_mistake, same
from helpers.exercises.feedback import complain, not_yet, right

# The test sets of MNIST and of this course, and a small one; no two classes of the uneven ones
# are equally frequent, so that there is one answer.
MNIST = (980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009)
_SMALL = (3, 0, 5, 8)


def _cases():
    # As a mean of comparisons gives it: in the last digit not always 1 - count / total.
    cases = [
        ((sum(counts) - count) / sum(counts), list(counts))
        for counts in (MNIST, _SMALL)
        for count in counts
        if count
    ]
    # An accuracy in place of an error; a guess; near misses of a real one.
    none = [(0.9135, list(MNIST)), (0.9, list(MNIST)), (0.9019, list(MNIST)), (0.25, list(_SMALL))]
    return cases + none


@exercise
def check_constant_class(answer):
    """Check ``constant_class(error, counts)``: the class whose constant answer has this error.

    Parameters
    ----------
    answer : callable
        ``answer(error, counts) -> int``, -1 if no constant answer has that error. ``error`` is a
        fraction, ``counts`` a list: how many test images each class has.

    Returns
    -------
    Feedback
    """
    cases = _cases()
    wanted = "the number of one class, or -1"
    found = []
    for error, counts in cases:
        value = ask(answer, error, list(counts))
        if isinstance(value, (tuple, list, np.ndarray)) and np.size(value) <= 1:
            complain(
                f"It gives the class in a {type(value).__name__}. Wanted is {wanted}: take it out."
            )
        found.append(as_number(value, wanted))
    truth = [_right(error, counts) for error, counts in cases]
    if same(found, truth):
        return right("So the digits behind the point name the class, if the answer is constant.")
    named = first_mistake(found, _mistakes(cases, found, truth))
    if not named:
        at = next(i for i, (a, b) in enumerate(zip(found, truth, strict=True)) if a != b)
        error, counts = cases[at]
        shown = f"error {error:.4f} and counts {counts}"
        named = f"For {shown} it gives {found[at]:g}, and {truth[at]:g} is right."
    return not_yet(named + borrowed(answer))


def _right(error, counts, share=lambda count, total: 1 - count / total, near=1e-9):
    total = sum(counts)
    return next((k for k, c in enumerate(counts) if abs(share(c, total) - error) < near), -1)


def _mistakes(cases, found, truth):
    def everywhere(change):
        return lambda: [float(change(error, counts)) for error, counts in cases]

    def nearest(error, counts):
        return np.argmin(np.abs(1 - np.array(counts) / sum(counts) - error))

    if len(set(found)) == 1:
        yield lambda: found, f"It answers {found[0]:g} whatever the error is."
    yield (
        everywhere(lambda e, n: _right(e, n, lambda c, total: c / total)),
        "That takes the error for the share that is right. A constant answer k is right on "
        "counts[k], and wrong on the others.",
    )
    yield (
        everywhere(lambda e, n: _right(e, n, lambda c, total: 100 - 100 * c / total)),
        "It compares with per cents. The error comes as a fraction between 0 and 1.",
    )
    yield (
        everywhere(nearest),
        "It always finds some class, the nearest. If no constant answer has that error, the "
        "model's answer was not constant: -1.",
    )
    yield (
        everywhere(lambda e, n: round((1 - e) * sum(n))),
        "That is how many images the model has right. Which class has that count?",
    )
    yield (
        everywhere(lambda e, n: _right(e, n, lambda c, _: 1 - c / sum(MNIST))),
        "It is right for MNIST's counts only: does it divide by 10 000, or use counts of its own, "
        "in place of the argument and its sum?",
    )
    yield (
        lambda: [value + 1 if value >= 0 else value for value in truth],
        "It counts classes from 1. They are 0 to 9 here.",
    )
    yield (
        everywhere(lambda e, n: _right(e, n, lambda c, total: 1 - c / total, 0.05)),
        "It is content with an error that is only near. Allow 1e-9 or so.",
    )
    yield (
        everywhere(lambda e, n: 0 if abs(1 - n[0] / sum(n) - e) < 1e-9 else -1),
        "It answers -1 as soon as the first class does not fit. Return -1 after the loop.",
    )
    yield (
        everywhere(lambda e, n: np.argmax(n)),
        "That is the commonest class, whatever the error. The error says which it is.",
    )
    yield (
        everywhere(lambda e, n: np.argmin(n)),
        "That is the rarest class, whatever the error. The error says which it is.",
    )
