"""Notebook 01: the error of a classifier that always gives the same answer."""

import numpy as np

from helpers.exercises.feedback import Feedback, NotAttempted, exercise, not_yet, right


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
    found = [answer(labels.copy(), k) for labels, k in cases]
    if all(value is None or value is ... for value in found):
        raise NotAttempted
    wanted = [float(np.mean(labels != k)) for labels, k in cases]
    return _name_the_mistake(found, wanted, cases)


def _name_the_mistake(found, wanted, cases) -> Feedback:
    if any(np.ndim(value) for value in found):
        shape = next(np.shape(value) for value in found if np.ndim(value))
        return not_yet(
            f"It returns an array of shape {shape}. One number is wanted: take the mean."
        )
    if any(isinstance(value, str) or value is None for value in found):
        return not_yet(f"It returns {found[0]!r}. A number between 0 and 1 is wanted.")
    if np.allclose(found, wanted):
        return right(
            "On balanced classes it is 1 - 1/K whatever k is; elsewhere it depends on the class."
        )
    if np.allclose(found, 1 - np.array(wanted)):
        return not_yet("That is the share that is right. The error is the share that is wrong.")
    if np.allclose(found, 100 * np.array(wanted)):
        return not_yet("That is in per cent. A fraction between 0 and 1 is wanted.")
    if np.allclose(found, [w * len(labels) for w, (labels, _) in zip(wanted, cases, strict=True)]):
        return not_yet("That counts the wrong answers. Divide by how many labels there are.")
    if len(set(map(float, found))) == 1:
        return not_yet(
            f"It gives {float(found[0]):.2f} for any labels, as if classes were balanced; "
            "count how many of these labels differ from k."
        )
    if np.isclose(found[0], wanted[0]):
        return not_yet(
            "Right where classes are balanced, wrong where not: it seems to count classes, "
            "where labels are to be counted."
        )
    labels, k = cases[1]
    return not_yet(
        f"For labels {labels.tolist()} and k = {k} it gives {float(found[1]):.3g}; "
        "count by hand how many of these labels are not k."
    )
