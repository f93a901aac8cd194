"""Notebook 03: carry a lecture's gradient over into the course's layout."""

import itertools

import numpy as np

from helpers.exercises.answers import ask, borrowed, exercise, first_mistake, same
from helpers.exercises.feedback import complain, not_yet, right
from helpers.gradient_check import random_point
from helpers.question import CONVENTIONS
from helpers.softmax_regression import loss_and_gradients

_SIZES = ((7, 5, 3), (6, 4, 5))
_LECTURE = next(c for c in CONVENTIONS if c == ("columns", "sum", "log-likelihood"))


@exercise
def check_to_course(answer):
    """Check ``to_course(G, N)``: the course's dW from a lecture's gradient.

    Parameters
    ----------
    answer : callable
        ``answer(G, N) -> dW``. G, (K, D), is the gradient of the summed log-likelihood, with
        samples in columns; dW, (D, K), that of the mean loss, with samples in rows.

    Returns
    -------
    Feedback
    """
    points = [random_point(seed, *sizes) for seed, sizes in enumerate(_SIZES)]
    given = [(_LECTURE.gradient(W.T, X.T, Y.T), len(X)) for W, _, X, Y in points]
    wanted = [loss_and_gradients(W, 0 * b, X, Y)[1] for W, b, X, Y in points]
    found = [_table(ask(answer, G, n)) for G, n in given]
    if same(found, wanted):
        return right("Transpose, factor, sign: each undoes one choice of the lecture's.")
    named = first_mistake(found, _mistakes(given))
    if not named:
        due, shape = wanted[0].shape, np.shape(found[0])
        named = (
            f"For G of shape {given[0][0].shape} it gives {shape}; wanted {due}, the shape of W."
            if shape != due
            else f"In its first entry it gives {found[0].flat[0]:.4f} where "
            f"{wanted[0].flat[0]:.4f} is right."
        )
    return not_yet(named + borrowed(answer))


def _table(value):
    if isinstance(value, str):
        complain(f"It returns the text {value!r}. Leave the quotation marks out.")
    return np.asarray(value, dtype=float)


_TURNS = {
    "": lambda G: G.T,
    "Samples stand in columns there and in rows here, so the table has to be turned: it is "
    "{0} and W is {1}.": lambda G: G,
    "A reshape keeps the numbers in their order and puts them at other places. Wanted is the "
    "transpose.": lambda G: G.reshape(G.shape[::-1]),
    "The mean takes the whole table to one number. Only the samples are averaged, and they are "
    "summed in G already.": lambda G: G.T.mean(),
}
_SIGNS = {
    "": lambda G: -G,
    "The lecture's objective is to be made large and the course's loss to be made small: the sign "
    "turns.": lambda G: G,
    "The absolute value loses the signs of the entries. Every one of them turns.": np.abs,
}
_FACTORS = {
    "": lambda G, n, K, D: G / n,
    "The lecture sums over the samples and the course takes the mean: a factor is missing.": (
        lambda G, n, K, D: G
    ),
    "A sum becomes a mean by dividing by N, not by multiplying.": lambda G, n, K, D: G * n,
    "It is divided by N twice.": lambda G, n, K, D: G / n**2,
    "It is divided by the number of classes. The mean is over the samples.": (
        lambda G, n, K, D: G / K
    ),
    "It is divided by the number of features. The mean is over the samples.": (
        lambda G, n, K, D: G / D
    ),
    "It is divided by 7, the notebook's number of samples. N is an argument.": lambda G, n, K, D: (
        G / 7
    ),
}


def _mistakes(given):
    """Every choice of turn, sign and factor, those with the fewest mistakes first."""
    choices = itertools.product(_TURNS.items(), _SIGNS.items(), _FACTORS.items())
    for (turn, a), (sign, b), (factor, c) in sorted(
        choices, key=lambda choice: sum(1 for words, _ in choice if words)
    ):
        hints = [words for words in (turn, sign, factor) if words]
        shape = given[0][0].shape
        if hints:
            yield (
                lambda a=a, b=b, c=c: [c(a(b(G)), n, *G.shape) for G, n in given],
                " ".join(hints).format(shape, shape[::-1]),
            )
