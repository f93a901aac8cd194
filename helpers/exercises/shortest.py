"""Notebook 08: of all weights with the same probabilities, the shortest."""

import numpy as np

from helpers.exercises.answers import ask, borrowed, exercise, explain, first_mistake, same, what
from helpers.exercises.feedback import complain, failed, not_yet, right
from helpers.softmax_regression import softmax

_SIZES = ((5, 3), (4, 6))  # features and classes

_KEEPS = "The probabilities stay, so it is a fair twin of W. But it is not the shortest: "
_AXIS = (
    "That takes off a mean over the features, so each class moves by a number of its own, and the "
    "probabilities change. What may be added is one vector, the same for all classes: "
)
_SCALED = "That scales W, and with it the differences between logits: the probabilities change."

# What people return, as (formula, hint).
_MISTAKES = [
    (lambda W: W, "That is W as it came. Something can be taken off that no probability sees."),
    (lambda W: W - W.mean(axis=0), _AXIS + "which axis of W counts the classes?"),
    (
        lambda W: W - W.mean(),
        _KEEPS + "one number is taken off, and each feature may have its own.",
    ),
    (lambda W: W - W[:, :1], _KEEPS + "it makes the first class zero. Which v makes it shortest?"),
    (lambda W: W - W[:, -1:], _KEEPS + "it makes the last class zero. Which v makes it shortest?"),
    (
        lambda W: W - W.max(axis=1, keepdims=True),
        _KEEPS + "the largest entry is what log-sum-exp takes off, to be safe, not to be short.",
    ),
    (lambda W: W - W.min(axis=1, keepdims=True), _KEEPS + "the least entry is taken off."),
    (
        lambda W: W - np.median(W, axis=1, keepdims=True),
        _KEEPS + "the median makes the sum of *absolute* values least. Wanted are squares.",
    ),
    (
        lambda W: W - W.sum(axis=1, keepdims=True),
        _KEEPS + "it takes off the sum over the classes. Put the derivative by v_n to 0: a K is "
        "missing.",
    ),
    (
        lambda W: W + W.mean(axis=1, keepdims=True),
        _KEEPS + "the vector is right and its sign is not. It is to be taken off.",
    ),
    (
        lambda W: np.repeat(W.mean(axis=1, keepdims=True), W.shape[1], axis=1),
        "That is what has to be taken off, not what is left.",
    ),
    (
        lambda W: W.mean(axis=1, keepdims=True),
        "That is what has to be taken off, as one column. Take it off W.",
    ),
    (lambda W: W.mean(axis=1), "That is the vector that has to be taken off. Take it off W."),
    (
        lambda W: 0 * W,
        "Nothing is shorter than zero, but it gives every class the same probability. Only what no "
        "probability sees may go.",
    ),
    (lambda W: W / np.linalg.norm(W), _SCALED),
    (lambda W: W / np.linalg.norm(W, axis=0), _SCALED),
    (lambda W: W / np.linalg.norm(W, axis=1, keepdims=True), _SCALED),
    (lambda W: W / np.abs(W).max(), _SCALED),
    (
        lambda W: W - W.mean(axis=0) - W.mean(axis=1, keepdims=True) + W.mean(),
        "Both means are taken off. That over the classes is right; that over the features moves "
        "each class by a number of its own, and the probabilities change.",
    ),
    (
        lambda W: (W - W.mean(axis=1, keepdims=True)) / W.std(axis=1, keepdims=True),
        "The mean over the classes is right. Dividing by the spread as well changes the "
        "differences between logits, and with them the probabilities.",
    ),
    (
        lambda W: W - np.linalg.norm(W, axis=1, keepdims=True),
        _KEEPS + "the length of a row is taken off. Put the derivative by v_n to 0.",
    ),
    (
        lambda W: W - (W**2).mean(axis=1, keepdims=True),
        _KEEPS + "the mean of the squares is taken off. Put the derivative by v_n to 0.",
    ),
    (lambda W: softmax(W), "That is a softmax of the weights. Wanted are weights again."),
    (
        lambda W: (W - W.mean(axis=1, keepdims=True)).T,
        "That is right, and then transposed. Wanted is the shape of W.",
    ),
    (lambda W: np.abs(W), "Without their signs these are other weights: the probabilities change."),
]


@exercise
def check_shortest(shortest):
    """Check a function that takes from W what no probability sees.

    Parameters
    ----------
    shortest : callable
        ``shortest(W)``, with W (D, K), gives the table V (D, K) with softmax(X V + b) =
        softmax(X W + b) for every X and b whose sum of squares is least. Right is W less the mean
        of its columns.

    Returns
    -------
    Feedback
    """
    given = [np.random.default_rng(seed).normal(1, 1, size) for seed, size in enumerate(_SIZES)]
    try:
        found = [_table(ask(shortest, W)) for W in given]
    except ValueError as error:
        flat = "(5,3) (5,)" in str(error)  # of the first W, less a vector
        hint = " A mean over the classes has to stay a column: keepdims=True." if flat else ""
        return failed(explain(error) + hint + borrowed(shortest))
    if same(found, [W - W.mean(axis=1, keepdims=True) for W in given]):
        return right(
            "Its rows sum to 0: the classes' weights add up to nothing. What was taken off is the "
            "null direction's share."
        )
    mistakes = [
        (lambda formula=formula: [formula(W) for W in given], hint) for formula, hint in _MISTAKES
    ]
    return not_yet((first_mistake(found, mistakes) or _measure(given, found)) + borrowed(shortest))


def _table(value):
    if isinstance(value, (str, dict, set)) or value is True or value is False:
        complain(f"It is {what(value)}. Wanted is a table of the shape of W.")
    if isinstance(value, tuple):
        complain(f"It is {what(value)}. Wanted is one table, of the shape of W.")
    return np.asarray(value, dtype=float)


def _measure(given, found):
    """What is wrong with it, by the two things that are asked of it."""
    for W, V in zip(given, found, strict=True):
        if V.shape != W.shape:
            return f"For W of shape {W.shape} it gives {V.shape}. Wanted is the shape of W."
        if not np.isfinite(V).all():
            return "Not every entry is a finite number."
        moved = V - W
        if not np.allclose(moved, moved[:, :1]):
            return (
                "It changes the probabilities: what it adds to the classes differs, in the first "
                f"row by {moved[0, 0]:.3f} and {moved[0, 1]:.3f}. Only what is the same for all "
                "classes goes unseen."
            )
    if divisors := _divisors(given, found):
        return f"{_KEEPS}it takes off the sum over the classes, divided by {divisors}."
    # The two sizes of probe: an answer may be right at one of them.
    W, V = max(zip(given, found, strict=True), key=lambda pair: np.ptp(pair[1].sum(axis=1)))
    least = ((W - W.mean(axis=1, keepdims=True)) ** 2).sum()
    return (
        f"{_KEEPS}the squares of W sum to {(W**2).sum():.2f}, of yours to {(V**2).sum():.2f}, and "
        f"{least:.2f} is possible."
    )


def _divisors(given, found):
    """By what the sum over the classes was divided, if that was taken off; else empty."""
    by = []
    for W, V in zip(given, found, strict=True):
        with np.errstate(all="ignore"):
            ratios = W.sum(axis=1) / (W - V)[:, 0]
        if not np.allclose(ratios, ratios[0]):
            return ""
        by.append(ratios[0])
    if np.allclose(by, [len(W) for W in given]):
        return "D, the number of features. Divide by K, that of the classes: W.shape[1]"
    classes = [W.shape[1] for W in given]
    if np.isclose(by[0] / classes[0], by[1] / classes[1]):
        return f"{by[0] / classes[0]:.6g} K. What the derivative makes 0 is the sum over K itself"
    if np.isclose(*by):
        sizes = " and ".join(map(str, classes))
        return f"{by[0]:.6g}, however many classes there are: here {sizes}. Divide by W.shape[1]"
    return ""
