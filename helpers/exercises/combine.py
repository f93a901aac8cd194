"""Notebook 09: put the losses and gradients of the parts together.

Whatever a reader does to the parts, each of the three answers is mostly a sum of the parts with
weights. So the mistake is named by a search over weights, for each of the three by itself.
"""

import itertools

import numpy as np

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
from helpers.softmax_regression import loss_and_gradients

D, K = 4, 3
_SIZES = ((7, 2, 5), (3, 1, 6, 4))  # samples in each part, at two probes
_NAMES = ("the loss", "dW", "db")

# Weights of the parts, from the numbers of samples in them, and what to say to whom has them.
_MISTAKES = (
    (
        lambda n: np.full(len(n), 1 / len(n)),
        "the plain mean of the parts. A part with few samples then counts as much as one with "
        "many: weigh each by its n.",
    ),
    (
        lambda n: np.ones(len(n)),
        "the sum of the parts. Each is a mean already, and a sum of means is no mean: weigh each "
        "by its n, and divide by all samples.",
    ),
    (lambda n: n, "summed over the samples. Still to come: divide by all n together."),
    (
        lambda n: n / len(n),
        "weighed by n, which is right, and then divided by the number of parts. Divide by the "
        "number of samples.",
    ),
    (
        lambda n: np.full(len(n), 1 / n.sum()),
        "the sum of the parts over all samples. The parts are means, divided by their own n "
        "already: multiply each by its n first.",
    ),
    (lambda n: n / n.sum() ** 2, "divided by the number of samples twice."),
    (
        lambda n: 1 / n / (1 / n).sum(),
        "weighed by 1 / n, so that the smallest part counts most. Weigh by n.",
    ),
    (lambda n: 1 / n, "divided by n once more. The parts are means already: multiply by n."),
    (lambda n: 1 / n / len(n), "divided by n once more. The parts are means already: multiply."),
    (
        lambda n: n / n[0],
        "divided by the n of the first part. Divide by the n of all parts together.",
    ),
    (
        lambda n: n / n[-1],
        "divided by the n of the last part. Divide by the n of all parts together.",
    ),
    (lambda n: n / n.max(), "divided by the largest n. Divide by all n together."),
    (lambda n: n**2 / n.sum() ** 2, "weighed by n twice."),
    (lambda n: n**2 / (n**2).sum(), "weighed by the square of n. Weigh by n."),
    (lambda n: np.sqrt(n) / np.sqrt(n).sum(), "weighed by the root of n. Weigh by n."),
    (lambda n: np.arange(len(n)) == 0, "that of the first part alone. Does the loop end early?"),
    (
        lambda n: n / n.sum() * (np.arange(len(n)) == 0),
        "the first part alone, with its weight. Does the loop return in its first round?",
    ),
    (lambda n: n == n.max(), "that of the largest part alone. All of them count."),
    (
        lambda n: 0.5 ** np.minimum(len(n) - np.arange(len(n)), len(n) - 1),
        "the mean of the result so far and the next part, again and again: late parts then count "
        "most. Weigh each by its n.",
    ),
    (np.zeros_like, "0 throughout. Is a share cut to a whole number by //?"),
    (
        lambda n: np.arange(len(n)) == len(n) - 1,
        "that of the last part alone. Is it overwritten at each part, in place of added to?",
    ),
    (
        lambda n: n / n.sum() * (np.arange(len(n)) < len(n) - 1),
        "without the last part. Count the rounds of the loop.",
    ),
    (
        lambda n: n / n.sum() * (np.arange(len(n)) > 0),
        "without the first part. Python counts from 0.",
    ),
    (
        lambda n: n / n.sum() * (np.arange(len(n)) == len(n) - 1),
        "the last part alone, with its weight. Is it overwritten, in place of added to?",
    ),
    (lambda n: -n / n.sum(), "right but for its sign. Nothing has to be turned here."),
)  # fmt: skip


@exercise
def check_combine(combine):
    """Check ``combine(parts) -> (loss, dW, db)``, the means over all samples.

    Parameters
    ----------
    combine : callable
        ``parts`` is a list of (n, loss, dW, db), each the mean over the n samples of a part.

    Returns
    -------
    Feedback
    """
    probes = [_probe(seed, sizes) for seed, sizes in enumerate(_SIZES)]
    found, changed = [], False
    try:
        for seed, (_, parts, _) in enumerate(probes):
            given = _probe(seed, _SIZES[seed])[1]
            answer = ask(combine, given, wanted="a function of a list of parts")
            found.append(as_loss_and_gradients(answer))
            changed |= not same(given, parts)
    except ValueError as error:
        fixed = " There may be more parts than three." if "to unpack" in str(error) else ""
        return failed(explain(error) + fixed + borrowed(combine))
    if turned := _in_another_order(found, probes):
        return not_yet(turned)
    said = {}
    for i, name in enumerate(_NAMES):
        said.setdefault(_hint(i, found, probes), []).append(name)
    if list(said) == [""]:
        return right(
            "The parts give the loss and the gradients of the whole, however unequal they are."
            + " But the parts that it is given are changed by it: a second call would differ."
            * changed
            + borrowed(combine)
        )
    fine = said.pop("", [])
    text = [f"{_listed(names)} {'are each' if names[1:] else 'is'} {hint}"
            for hint, names in said.items()]  # fmt: skip
    text += [f"{_listed(fine)} {'are' if fine[1:] else 'is'} right."] if fine else []
    return not_yet(" ".join(text) + borrowed(combine))


def _listed(names):
    text = " and ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)
    return text.replace("the loss", "The loss")


def _probe(seed, sizes):
    """Samples, their parts, and what should come out; the parts as a list that may be changed."""
    W, b, X, Y = random_point(seed, sum(sizes), D, K)
    ends = np.cumsum(sizes)
    parts = [
        (int(n), *loss_and_gradients(W, b, X[end - n : end], Y[end - n : end]))
        for n, end in zip(sizes, ends, strict=True)
    ]
    return np.array(sizes, dtype=float), parts, loss_and_gradients(W, b, X, Y)


def _in_another_order(found, probes):
    """A sentence if the three answers are right but for their order; else empty."""
    for order in itertools.permutations(range(3)):
        turned = [[answer[place] for place in order] for answer in found]
        if order != (0, 1, 2) and all(
            same(answer, list(whole)) for answer, (_, _, whole) in zip(turned, probes, strict=True)
        ):
            return "The numbers are right and come in another order. Wanted is loss, dW, db."
    return ""


def _hint(i, found, probes):
    """What is wrong with the i-th of the three answers; empty if nothing is."""
    answers = [answer[i] for answer in found]
    due = [np.asarray(whole[i]) for _, _, whole in probes]
    if same(answers, due):
        return ""
    if np.shape(answers[0]) != np.shape(due[0]):
        lost = " Is `axis=0` missing?" if np.shape(answers[0]) == () else ""
        return f"of shape {np.shape(answers[0])}; wanted {np.shape(due[0])}, as in each part.{lost}"
    for weigh, hint in _MISTAKES:
        values = [
            sum(w * part[i + 1] for w, part in zip(weigh(n), parts, strict=True))
            for n, parts, _ in probes
        ]
        if same(answers, [np.asarray(value) for value in values]):
            return hint
    if same(answers, [np.floor(value) for value in due]):
        return "cut to whole numbers: // drops the fraction. Divide by /."
    by = [
        n.sum() * whole.flat[0] / answer.flat[0]
        for (n, _, _), whole, answer in zip(probes, due, answers, strict=True)
    ]
    if np.isclose(*by) and same(
        answers, [whole * n.sum() / by[0] for (n, _, _), whole in zip(probes, due, strict=True)]
    ):
        return f"divided by {by[0]:.6g} whatever the parts. Divide by all their n together."
    first, wanted = answers[0].flat[0], due[0].flat[0]
    return f"{first:.4f} in its first entry, where {wanted:.4f} is right, for parts of {_SIZES[0]}."
