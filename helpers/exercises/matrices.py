"""Notebook 03: write the loss and its gradients; the feedback names the mistake.

The mistakes are those of the catalogue: the candidate and every patched program run on the same
numbers, and whoever gives the same answer explains it.
"""

import functools
import itertools
import re

import numpy as np

from helpers.bugs import BUGS, build
from helpers.exercises.feedback import NotAttempted, exercise, not_yet, right
from helpers.gradient_check import ARGUMENTS, gradient_check, random_point
from helpers.symptoms import name_ratio

N, D, K = SIZES = 7, 5, 3
_NAMES = ("the loss", "dW", "db")
_WANTED = {"the loss": (), "dW": (D, K), "db": (K,)}
_LAYOUT = f"The check uses N = {N} samples, D = {D} features, K = {K} classes."


@exercise
def check_loss_and_gradients(f):
    """Check ``f(W, b, X, Y) -> (loss, dW, db)``, the mean cross-entropy and its gradients.

    Parameters
    ----------
    f : callable

    Returns
    -------
    Feedback
    """
    if not callable(f):
        return not_yet(f"This is {type(f).__name__}; wanted a function of W, b, X and Y.")
    plain, large, square = _points()
    answer, raised = _run(f, plain)
    if raised:
        return not_yet(_why_it_raises(f, raised, plain, square))
    hint = _wrong_structure(answer) or _wrote_into_arguments(f, plain)
    if hint:
        return not_yet(hint)
    if not _agree(answer, _program(()), plain):
        return not_yet(_explain(f, plain) or _wrong_shape(answer) or _factors(f, plain))
    at_large, raised = _run(f, large)
    if raised:
        return not_yet(f"At logits of some thousands your code raises {raised}.")
    if not _agree(at_large, _program(()), large):
        named = _explain(f, plain, large, combine=False)
        return not_yet(f"{_not_finite(at_large)} {named}".strip())
    return right(
        "The loss and both gradients agree with the program at random weights, and at logits of "
        "some thousands too."
    )


@functools.cache
def _points():
    """A plain point, the same with large logits, and one where every matrix is square."""
    W, b, X, Y = random_point(1, *SIZES)
    square = random_point(1, 4, 4, 4)[:3]
    # Labels that are not their own transpose, or a wrong transpose would pass.
    return (W, b, X, Y), (3000 * W, b, X, Y), (*square, np.eye(4)[[2, 0, 1, 0]])


def _run(f, point):
    """What ``f`` returns on copies, and its exception in words."""
    with np.errstate(all="ignore"):
        try:
            return f(*(array.copy() for array in point)), ""
        except Exception as error:
            return None, f"{type(error).__name__}: {error}".strip()


# ---- What the function returns ------------------------------------------------------------------


def _wrong_structure(answer):
    if answer is ... or (isinstance(answer, tuple) and all(part is ... for part in answer)):
        raise NotAttempted
    if answer is None:
        return "Your function returns None: is the line `return loss, dW, db` missing?"
    if not isinstance(answer, (tuple, list)) or len(answer) != 3:
        count = f"{len(answer)} values" if isinstance(answer, (tuple, list)) else "one value"
        return f"Your function returns {count}; wanted three, loss, dW, db."
    for name, part in zip(_NAMES, answer, strict=True):
        if part is ... or part is None:
            return f"One part is missing: {name} is still `{'...' if part is ... else 'None'}`."
    found = [np.shape(part) for part in answer]
    for order in itertools.permutations(range(3)):
        if order != (0, 1, 2) and [found[i] for i in order] == list(_WANTED.values()):
            return f"The three values come as {_text(found)}; wanted loss, dW, db in this order."
    return ""


def _wrong_shape(answer):
    for (name, wanted), part in zip(_WANTED.items(), answer, strict=True):
        found = np.shape(part)
        if found == wanted:
            continue
        if name == "the loss":
            return f"The loss is {found}; wanted one number, the mean over the {N} samples."
        hint = ""
        if found == wanted[::-1] and name == "dW":
            hint = " It is transposed: swap the two factors of the product, or transpose it."
        elif found == (1, K):
            hint = " Leave keepdims out here: it is for dividing rows, not for a gradient."
        elif name == "db" and found == (N,):
            hint = " You summed over the classes (axis 1); wanted the sum over the samples."
        elif name == "db" and found in [(), (1,)]:
            hint = " Summed to one number, all biases would move alike: sum over the samples only."
        return f"{name} is {found}; wanted {wanted}, the shape of {name[1:]}.{hint} {_LAYOUT}"
    return ""


def _wrote_into_arguments(f, point):
    copies = [array.copy() for array in point]
    with np.errstate(all="ignore"):
        f(*copies)
    changed = [
        name
        for name, before, after in zip(ARGUMENTS, point, copies, strict=True)
        if before.tobytes() != after.tobytes()
    ]
    if not changed:
        return ""
    return (
        f"Your function writes into {' and '.join(changed)}. That is the caller's: a second call "
        "gets other numbers. Look for -=, += or out=, and make a new array instead."
    )


def _text(shapes):
    return ", ".join(str(shape) for shape in shapes)


# ---- Which bug explains the numbers -------------------------------------------------------------


def _program(ids):
    return build(ids).loss_and_gradients


def _agree(answer, f, point):
    """Whether ``f`` does the same: equal shapes and numbers, NaN included; or it raises too."""
    expected, raised = _run(f, point)
    if answer is None:
        return bool(raised)
    return not raised and all(
        np.shape(a) == np.shape(e)
        and np.allclose(np.asarray(a, dtype=float), e, rtol=1e-6, atol=1e-9, equal_nan=True)
        for a, e in zip(answer, expected, strict=True)
    )


@functools.cache
def _suspects():
    """Bugs that change what ``loss_and_gradients`` does, and pairs of them."""
    points = _points()
    right_answers = [_run(_program(()), point)[0] for point in points]

    def shows(bug):
        f = _program([bug.id])
        return not all(_agree(a, f, p) for a, p in zip(right_answers, points, strict=True))

    ids = [bug.id for bug in BUGS.values() if not bug.decoy and shows(bug)]
    lines = {id_: BUGS[id_].right for id_ in ids}
    pairs = [p for p in itertools.combinations(ids, 2) if lines[p[0]] != lines[p[1]]]
    return [(id_,) for id_ in ids], pairs


def _explain(f, *points, combine=True):
    """The bug, or pair of bugs, that gives the same answers, in words; empty if none does."""
    answers = [(_run(f, point)[0], point) for point in points]
    singles, pairs = _suspects()
    for ids in singles + (pairs if combine else []):
        program = _program(ids)
        if all(_agree(answer, program, point) for answer, point in answers):
            return " And: ".join(_name(BUGS[id_]) for id_ in ids)
    return ""


def _name(bug):
    return f"{bug.title}. {bug.effect} What runs is like `{bug.wrong}`; wanted `{bug.right}`."


def _why_it_raises(f, raised, plain, square):
    """Whatever raises at different sizes may run where all are equal, and show its face."""
    answer, _ = _run(f, square)
    known = isinstance(answer, tuple) and len(answer) == 3 and _explain(f, plain, square)
    if known:
        return f"Your code raises {raised}. {known} {_LAYOUT}"
    shapes = re.findall(r"\(\d+,\d*\)", raised)
    hint = ""
    if shapes or "core dimension" in raised:
        hint = f"{_LAYOUT} Write the shapes beside each line: letters must meet, not numbers."
    if {f"({N},{K})", f"({K},{N})"} <= set(shapes):
        hint = f"Y already holds one row a sample, {N, K}, as P does: no transpose there. {_LAYOUT}"
    return f"Your code raises {raised}. {hint}".strip()


# ---- What is left when no bug explains them -----------------------------------------------------


def _factors(f, point):
    """Compare each part with the program, and give the factor of those that are multiples."""
    answer, _ = _run(f, point)
    wanted, _ = _run(_program(()), point)
    words = []
    for name, found, due in zip(_NAMES, answer, wanted, strict=True):
        found = np.asarray(found, dtype=float)
        words.append(f"{name} {_compare(found, due)}")
    text = f"{'; '.join(words)}. {_belong_together(f, point)}".strip()
    return text[0].upper() + text[1:]


def _compare(found, due):
    if np.allclose(found, due, rtol=1e-6, atol=1e-9):
        return "is right"
    if not np.isfinite(found).all():
        return "is not finite"
    if np.ptp(found) < 1e-12 and found.ndim:
        return "has the same value in every entry"
    ratio = (found * due).sum() / (due * due).sum()
    cosine = (found * due).sum() / np.sqrt((found**2).sum() * (due**2).sum())
    named = name_ratio(ratio, cosine)
    if named == "not a multiple":
        return "is no multiple of the right one"
    letters = f", which is {named}" if {"N", "K"} & set(named) else ""
    return f"is {ratio:.4g} times the right one{letters}"


def _belong_together(f, point):
    """Say so where the gradients are those of the loss: then only the loss is another one."""
    try:
        consistent = gradient_check(f, point=point).passed(1e-6)
    except (TypeError, ValueError):
        return ""
    if not consistent:
        return ""
    return (
        "Your gradients do belong to your loss, so the calculus is right: it is another loss than "
        "the mean cross-entropy."
    )


def _not_finite(answer):
    names = [
        name
        for name, part in zip(_NAMES, answer, strict=True)
        if not np.isfinite(np.asarray(part, dtype=float)).all()
    ]
    if not names:
        return "Right at moderate logits; at logits of some thousands the numbers depart."
    return (
        "Right at moderate logits. At logits of some thousands there are numbers that are not "
        f"finite in {' and '.join(names)}: exp overflows past 709, and log(0) is -inf. "
        "Take the logarithm by log_softmax, or subtract each row's largest logit first."
    )
