"""Notebook 01: the error of a classifier that always gives the same answer."""

import numpy as np

from helpers.exercises.answers import as_number, ask, borrowed, exercise, first_mistake, same
from helpers.exercises.feedback import not_yet, right


@exercise
def check_constant_error(answer):
    """Check ``constant_error(labels, k)``, the error rate of always answering class ``k``.

    Parameters
    ----------
    answer : callable
        ``answer(labels, k) -> float`` in [0, 1]; labels is an integer vector (N,).

    Returns
    -------
    Feedback
    """
    balanced, uneven = np.repeat(np.arange(10), 3), np.array([0, 0, 0, 1, 2, 2, 2, 2])
    cases = [(balanced, 7), (uneven, 0), (uneven, 1), (uneven, 3)]
    wanted = "one number between 0 and 1"
    found = [as_number(ask(answer, labels, k), wanted) for labels, k in cases]
    truth = [float(np.mean(labels != k)) for labels, k in cases]
    if same(found, truth):
        return right(
            "On balanced classes it is 1 - 1/K whatever k is; elsewhere it depends on the class."
        )
    named = first_mistake(found, _mistakes(cases, truth, found))
    if not named:
        labels, k = cases[1]
        named = (
            f"For labels {labels.tolist()} and k = {k} it gives {found[1]:.3g}; "
            "count by hand how many of these labels are not k."
        )
    return not_yet(named + borrowed(answer))


def _mistakes(cases, truth, found):
    """What people write: the values at the cases, and a hint."""
    truth = np.array(truth)
    sizes = np.array([len(labels) for labels, _ in cases])
    classes = np.array([len(set(labels.tolist())) for labels, _ in cases])

    def shares(change):
        return [float(change(labels, k)) for labels, k in cases]

    count = "That counts the wrong answers. Divide by how many labels there are."
    yield lambda: list(1 - truth), "That is the share that is right. Wanted is the wrong share."
    yield lambda: list(100 * truth), "That is in per cent. A fraction between 0 and 1 is wanted."
    yield (
        lambda: list(100 * (1 - truth)),
        "That is the share that is right, in per cent. Wanted is the wrong share, as a fraction.",
    )
    yield lambda: list(truth * sizes), count
    yield (
        lambda: list(-(1 - truth)),
        "That is minus the share that is right. The wrong share is 1 minus it.",
    )
    yield (
        lambda: list(sizes - (1 - truth)),
        "Brackets are missing: the division comes before the subtraction, so you take a share "
        "from the number of labels.",
    )
    for divisor in (10, 2000, 10_000, 60_000):
        yield (
            lambda divisor=divisor: list(truth * sizes / divisor),
            f"That divides by {divisor}, whatever comes in. Divide by how many labels there are.",
        )
    yield (
        lambda: list(truth * sizes / classes),
        "That divides by the number of classes. Divide by how many labels there are.",
    )
    for digits in (0, 1, 2):
        yield (
            lambda digits=digits: [round(value, digits) for value in truth],
            f"That is right, and then rounded to {digits} decimals. Leave the rounding out.",
        )
    yield (
        lambda: list(1 - 1 / classes),
        "That is 1 - 1/K, right where classes are balanced. It seems to count classes, where "
        "labels are to be counted.",
    )
    yield (
        lambda: list((truth > 0) / sizes),
        "It stops at the first wrong answer: the `return` stands inside the loop.",
    )
    for other in range(10):
        yield (
            lambda other=other: shares(lambda labels, k: np.mean(labels != other)),
            f"That is the error of always answering {other}. The class is the argument k.",
        )
    for move in (1, -1):
        yield (
            lambda move=move: shares(lambda labels, k: np.mean(labels != k + move)),
            f"That is the error of always answering k {move:+d}. Classes count from 0, as k does.",
        )
    if len(set(found)) == 1:
        yield (
            lambda: found,
            f"It gives {found[0]:.3g} for any labels and any k. These labels are not balanced: "
            "count how many of them differ from k.",
        )
