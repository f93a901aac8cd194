"""Notebook 03: write the loss and its gradients, and train the digits with them.

A mistake is named by a search: which one or two changed lines of the program give the reader's
very numbers, all three of them, at two sizes? Where no change of line does, each part is judged
alone, so that no part is accused that is right.
"""

import functools
import itertools
import re

import numpy as np

from helpers.bugs import BUGS, variant
from helpers.digits import load_digits
from helpers.exercises.answers import (
    as_loss_and_gradients,
    ask,
    borrowed,
    exercise,
    explain,
    same,
)
from helpers.exercises.feedback import failed, not_yet, right
from helpers.gradient_check import random_point
from helpers.question import slip_by_value
from helpers.softmax_regression import error_rate, loss_and_gradients, one_hot, predict, update

N, D, K = SIZES = 7, 5, 3
_OTHER_SIZES = 6, 4, 5
_WANTED = {"the loss": (), "dW": (D, K), "db": (K,)}
_LAYOUT = f"The check uses N = {N} samples, D = {D} features, K = {K} classes."
_LARGE = 3000  # times the weights: logits of some thousands

# Changes that are no bug of the catalogue: line of the program, other line, hint.
_LOSS = "loss = -(Y * log_P).sum() / N"
_PROBABILITIES = "P = np.exp(log_P)"
_VARIANTS = (
    ("Z = X @ W + b", "Z = X @ W", "The logits lack the bias: Z = X @ W, and b is added nowhere."),
    (_LOSS, "loss = -(Y * P).sum() / N", "The loss lacks its logarithm: it is the mean of -p."),
    (_LOSS, "loss = ((P - Y) ** 2).sum() / N", "The loss is the squared error. Wanted is the "
     "cross-entropy, whose gradients these are."),
    (_LOSS, "loss = (P.argmax(axis=1) != Y.argmax(axis=1)).mean()", "That loss is the error rate. "
     "It has no slope: wanted is the cross-entropy."),
    ("R = P - Y", "R = (P - Y) / N", "Divided by N twice: once in the residual, and once more "
     "after it."),
    ("R = P - Y", "R = (P - Y) * Y", "The residual is multiplied by the labels. All classes have "
     "a residual, the wrong ones too."),
    ("R = P - Y", "R = 2 * (P - Y) * P * (1 - P)", "That is the gradient of the squared error, and "
     "with the diagonal of the softmax Jacobian only. For cross-entropy the residual is P - Y."),
    (_LOSS, "loss = -(Y * np.log10(P)).sum() / N", "The loss has the logarithm to base ten. Its "
     "slopes are then smaller by ln 10: take the natural one."),
    (_PROBABILITIES, "P = np.exp(Z) / np.exp(Z).sum(axis=0)", "In the gradients softmax is taken "
     "over the samples: each column of P sums to 1, and it should be each row."),
    (_PROBABILITIES, "P = np.exp(Z) / np.exp(Z).sum()", "In the gradients softmax is taken over "
     "the whole batch: all of P sums to 1, and it should be each row."),
    ("log_P = log_softmax(Z)", "log_P = Z - np.log(np.exp(Z).sum(axis=0))", "Softmax over the "
     "samples: each column of P sums to 1, and it should be each row."),
    ("log_P = log_softmax(Z)", "log_P = Z - np.log(np.exp(Z).sum())", "Softmax over the whole "
     "batch: all of P sums to 1, and it should be each row."),
    ("db = dZ.sum(axis=0)", "db = R.sum(axis=0)", "db is a sum over the batch, and dW a mean."),
    ("dW = X.T @ dZ", "dW = X.T @ R", "dW is a sum over the batch, and db a mean."),
)  # fmt: skip


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
    points = _points()
    try:
        answer = as_loss_and_gradients(ask(f, *points[0], wanted="a function of W, b, X and Y"))
    except (Exception, SystemExit) as error:
        return _why_it_raises(f, error)
    hint = _wrong_structure(answer)
    if hint:
        return not_yet(hint + borrowed(f))
    own = borrowed(f)
    try:
        answers = [answer, as_loss_and_gradients(ask(f, *points[1]))]
    except (Exception, SystemExit) as error:
        if own:
            return not_yet(f"It works at the notebook's own sizes only.{own}")
        raise error
    changed = _changed_arguments(f, points[0])
    if changed:
        return not_yet(
            f"It writes into its argument{'s' if changed[1:] else ''} {' and '.join(changed)}, "
            "and the caller's numbers change with it. Make new arrays."
        )
    wanted = [loss_and_gradients(*point) for point in points]
    if not all(same(list(a), list(w)) for a, w in zip(answers, wanted, strict=True)):
        return not_yet(_name(answers, wanted, points) + own)
    W, b, X, Y = points[0]
    large = as_loss_and_gradients(ask(f, _LARGE * W, b, X, Y))
    note = ""
    if not same(list(large), list(loss_and_gradients(_LARGE * W, b, X, Y))):
        note = (
            " A note: at logits of some thousands it is not; there a plain exp overflows, or the "
            "logarithm meets 0. log_softmax takes care of both."
        )
    return right(f"The loss and both gradients agree with the program at two sizes.{note}{own}")


@functools.cache
def _points():
    return tuple(random_point(seed, *sizes) for seed, sizes in ((1, SIZES), (2, _OTHER_SIZES)))


def _wrong_structure(answer):
    found, wanted = [np.shape(part) for part in answer], list(_WANTED.values())
    if found != wanted and any(list(order) == wanted for order in itertools.permutations(found)):
        shapes = ", ".join(map(str, found))
        return f"The three values come as {shapes}; wanted loss, dW, db in this order."
    return ""


def _changed_arguments(f, point):
    copies = [part.copy() for part in point]
    with np.errstate(all="ignore"):
        f(*copies)
    return [
        name
        for name, copy, part in zip(("W", "b", "X", "Y"), copies, point, strict=True)
        if not np.array_equal(copy, part)
    ]


# ---- Naming the mistake -------------------------------------------------------------------------


def _name(answers, wanted, points):
    if same(list(answers[0]), list(wanted[0])):
        return "It is right at the notebook's own sizes, and at others it is not."
    slips = [_slip(answers, wanted, points, i) for i in range(len(_WANTED))]
    if slips[0] and slips[0] == slips[1] == slips[2] and slips[0].kind == "factor":
        words = slips[0].words.removeprefix("it is ").replace("it should", "they should")
        return f"All three are {words} Wanted is the mean over the samples."
    for hint, values in _known_mistakes():
        if all(same(list(a), list(v)) for a, v in zip(answers, values, strict=True)):
            return hint
    words, fine = [], []
    for i, (name, slip) in enumerate(zip(_WANTED, slips, strict=True)):
        due, found = np.asarray(wanted[0][i]), answers[0][i]
        if all(same(a[i], np.asarray(w[i])) for a, w in zip(answers, wanted, strict=True)):
            fine.append(name)
        else:
            words.append(_part_in_words(name, slip, due, found))
    if fine:
        text = f"{' and '.join(fine)} {'is' if len(fine) == 1 else 'are'} right."
        words.append(text[0].upper() + text[1:] if fine[0] == "the loss" else text)
    return " ".join(words)


def _slip(answers, wanted, points, i):
    sides = [(np.asarray(w[i]), a[i]) for a, w in zip(answers, wanted, strict=True)]
    return slip_by_value(sides, points) if sides[0][0].shape == sides[0][1].shape else None


def _part_in_words(name, slip, due, found):
    subject = "The loss" if name == "the loss" else name
    if found.shape != due.shape:
        return _wrong_shape(name, found.shape, due.shape)
    if not np.isfinite(found).all():
        return f"{subject} is not finite. Is a logarithm taken of something that is 0 or below?"
    if slip:
        return subject + slip.words.removeprefix("it")
    where = " in its first entry" if due.ndim else ""
    return (
        f"{subject} is wrong: at a random point it is {found.flat[0]:.4f}{where}, and "
        f"{due.flat[0]:.4f} is right."
    )


def _wrong_shape(name, found, due):
    if name == "the loss":
        return f"The loss is {found}; wanted one number, the mean over the {N} samples."
    if name == "dW" and found == due[::-1]:
        return f"dW is {found}, the transpose of what it should be. {_LAYOUT}"
    if name == "db" and found == (1, K):
        return f"db is {found}; wanted {due}. Leave keepdims out here: it is for dividing rows."
    if name == "db" and found == ():
        return f"db is one number; wanted {due}, one for each class. Sum over the samples only."
    if name == "db" and found == (N,):
        return f"db is {found}, summed over the classes; wanted {due}. Sum over the samples."
    return f"{name} is {found}; wanted {due}, the shape of {name[1:]}. {_LAYOUT}"


@functools.cache
def _known_mistakes():
    """What one or two changed lines of the program give at the points, and how it is called."""
    singles = [(f"{bug.title}: these are the numbers of `{bug.wrong}`.", (bug.right, bug.wrong))
               for bug in BUGS.values() if not bug.decoy]  # fmt: skip
    singles += [(hint, (line, other)) for line, other, hint in _VARIANTS]
    found = []
    for hint, change in singles:
        values = _values(change)
        if values:
            found.append((hint, change, values))
    pairs = []
    for (one, first, _), (two, second, _) in itertools.combinations(found, 2):
        values = None if first[0] == second[0] else _values(first, second)
        if values:
            pairs.append((f"Two things: {one} And: {two}", values))
    return [(hint, values) for hint, _, values in found] + pairs


def _values(*changes):
    """What the program with these lines changed returns; ``None`` if that is nothing new."""
    try:
        f = variant("exercise", *changes).loss_and_gradients
        with np.errstate(all="ignore"):
            values = [f(*(part.copy() for part in point)) for point in _points()]
    except Exception:
        return None
    right_ones = [loss_and_gradients(*point) for point in _points()]
    usual = all(same(list(v), list(w)) for v, w in zip(values, right_ones, strict=True))
    return None if usual else [[np.asarray(part) for part in value] for value in values]


def _why_it_raises(f, error):
    if not isinstance(error, (ValueError, IndexError)):
        raise error  # the frame of every exercise has words for it
    shapes = re.findall(r"\(\d+,\d*\)", str(error))
    hint = ""
    if {f"({N},{K})", f"({K},{N})"} <= set(shapes):
        hint = (
            f" Y already holds one row a sample, {N, K}, as P does: no transpose there. {_LAYOUT}"
        )
    elif {f"({N},{K})", f"({N},)"} <= set(shapes):
        hint = f" To divide each row by its sum, keep the sum a column: keepdims=True. {_LAYOUT}"
    elif shapes or "core dimension" in str(error):
        hint = f" {_LAYOUT} Write the shapes beside each line: letters must meet, not numbers."
    return failed(explain(error) + hint + borrowed(f))


# ---- The reader's function trains the digits ----------------------------------------------------


@exercise
def train_digits(f):
    """Train the digits with a reader's function, and say how far it came.

    The loop is that of ``train``: five epochs, batches of 100, rate 0.1, from zero.

    Parameters
    ----------
    f : callable
        ``f(W, b, X, Y) -> (loss, dW, db)``.

    Returns
    -------
    Feedback
        Accepted if it ends below 13 % error.
    """
    digits = load_digits()
    X, Y = digits.X_train, one_hot(digits.y_train, 10)
    W, b = np.zeros((X.shape[1], 10)), np.zeros(10)
    rng = np.random.default_rng(0)
    for _ in range(5):
        order = rng.permutation(len(X))
        for start in range(0, len(X), 100):
            batch = order[start : start + 100]
            _, dW, db = as_loss_and_gradients(ask(f, W, b, X[batch], Y[batch]))
            W, b = update(W, b, dW, db, 0.1)
    error = error_rate(predict(W, b, digits.X_test), digits.y_test)
    words = f"Your gradient: {100 * error:.1f} % of the test images are wrong after five epochs."
    return right(words) if error < 0.13 else not_yet(words)
