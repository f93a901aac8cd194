"""Notebook 06: write the three lines that tell the roads to 90 % apart."""

import functools
import itertools

import numpy as np

from helpers.bugs import build
from helpers.digits import load_digits
from helpers.exercises.answers import ask, borrowed, exercise, explain, first_mistake, same, what
from helpers.exercises.feedback import NotAttempted, complain, failed, not_yet, right
from helpers.experiments import ROADS
from helpers.softmax_regression import one_hot, predict, softmax

STATES = ("zero", "finite", "NaN")


@functools.cache
def _cases():
    """Weights at the end of each road and of a right run; two gradients that are no multiples."""
    digits = load_digits()
    X, Y = digits.X_train[::10], one_hot(digits.y_train[::10], 10)
    rng, cases = np.random.default_rng(0), []
    for bugs in [(), *ROADS.values()]:
        with np.errstate(all="ignore"):
            run = build(bugs).train(X, Y, epochs=15)
        W = run.W.copy()
        W[:, 7] += 0.5 * bool(bugs == ())  # so that class 9 is not always predicted
        measured = rng.normal(size=(6, 4))
        stated = -3 * measured + 0.1 * rng.normal(size=(6, 4))
        cases.append((W, run.b, digits.X_test[: 1000 + len(cases)], stated, measured))
    torn = np.where(np.arange(10) == 3, np.nan, cases[0][0]), *cases[0][1:]
    rare = cases[0][0].copy(), np.where(np.arange(10) == 9, -1e3, 0.0), *cases[0][2:]
    return [*cases, torn, rare]


def _truth(case):
    W, b, images, stated, measured = case
    counts = np.bincount(predict(W, b, images), minlength=len(b))
    state = "zero" if not W.any() else "NaN" if np.isnan(W).any() else "finite"
    return counts, state, (stated * measured).sum() / (measured**2).sum()


@exercise
def check_three_lines(answer):
    """Check ``three_lines(W, b, images, stated, measured) -> (counts, weights, ratio)``.

    Parameters
    ----------
    answer : callable
        Gives how often each class is predicted, "zero", "finite" or "NaN", and the ratio of the
        stated gradient to the measured one, by projection.

    Returns
    -------
    Feedback
    """
    with np.errstate(all="ignore"):
        truth = [_truth(case) for case in _cases()]
    try:
        given = [_three(ask(answer, *case)) for case in _cases()]
    except ValueError as error:
        tables = " Of two tables @ and np.dot make a matrix product: multiply entry by entry, *."
        unfit = "not aligned" in str(error) or "core dimension" in str(error)
        return failed(explain(error) + tables * unfit + borrowed(answer))
    counts, states, ratios = (list(column) for column in zip(*given, strict=True))
    wanted = [list(column) for column in zip(*truth, strict=True)]
    for found, due, name in (
        (counts, wanted[0], _wrong_counts),
        (states, wanted[1], _wrong_states),
        (ratios, wanted[2], _wrong_ratio),
    ):
        fits = found == due if name is _wrong_states else same(found, due)
        if not fits:
            return not_yet(name(found, due) + borrowed(answer))
    return right("Three numbers of one run, and the roads part.")


def _three(value):
    if isinstance(value, dict):
        complain("It returns a dict. Wanted are three values: `return counts, weights, ratio`.")
    if not isinstance(value, (tuple, list)) or len(value) != 3:
        complain(f"It returns {what(value)}. Wanted are three values, counts, weights, ratio.")
    if all(part is ... for part in value):
        raise NotAttempted
    missing = [n for n, part in zip(("counts", "weights", "ratio"), value, strict=True)
               if part is ... or part is None]  # fmt: skip
    if missing:
        complain(f"{missing[0]} is still missing.")
    counts, state, ratio = value
    if isinstance(counts, dict):
        complain(
            f"The counts are {what(counts)}. Wanted is one count for each class, in order: "
            "np.bincount, with minlength=len(b)."
        )
    if isinstance(counts, str) or (not isinstance(state, str) and isinstance(ratio, str)):
        complain("They come in another order. Wanted are counts, weights, ratio.")
    if not isinstance(state, (str, bool, np.bool_)) and np.ndim(counts) == 0 and np.ndim(ratio):
        complain("They come in another order. Wanted are counts, weights, ratio.")
    if isinstance(state, str) and np.ndim(ratio) == 1 and np.ndim(counts) == 0:
        complain("They come in another order. Wanted are counts, weights, ratio.")
    return np.asarray(counts), state, np.asarray(ratio)


def _everywhere(change):
    return lambda: [np.asarray(change(*case)) for case in _cases()]


def _wrong_counts(found, due):
    def predicted(W, b, images):
        return predict(W, b, images)

    mistakes = (
        (
            _everywhere(lambda W, b, x, *_: np.bincount(predicted(W, b, x))),
            "The counts stop at the last class that is predicted. Ask for all: minlength=len(b).",
        ),
        (
            _everywhere(lambda W, b, x, *_: np.unique(predicted(W, b, x))),
            "Those are the classes that occur. Wanted is how often each class occurs.",
        ),
        *(
            (
                _everywhere(
                    lambda W, b, x, *_, pick=pick: np.array(
                        np.unique(predicted(W, b, x), return_counts=True)[pick]
                    )
                ),
                "Classes that are never predicted have no count there. np.bincount has one for "
                "all, with minlength=len(b).",
            )
            for pick in (1, slice(2))
        ),
        (
            _everywhere(
                lambda W, b, x, *_: np.bincount(predicted(W, b, x), minlength=len(b)) / len(x)
            ),
            "Those are shares. Wanted are counts.",
        ),
        *(
            (_everywhere(values), f"Those are {name}. First the class of each image: argmax.")
            for name, values in (
                ("sums of logits", lambda W, b, x, *_: (x @ W + b).sum(axis=0)),
                ("mean probabilities", lambda W, b, x, *_: softmax(x @ W + b).mean(axis=0)),
                ("sums of probabilities", lambda W, b, x, *_: softmax(x @ W + b).sum(axis=0)),
            )
        ),
        (
            _everywhere(lambda W, b, x, *_: np.bincount((x @ W + b).argmin(axis=1), minlength=10)),
            "That is the argmin: the class predicted is the one of the *largest* logit.",
        ),
        (
            _everywhere(lambda W, b, x, *_: len(np.unique(predicted(W, b, x)))),
            "That is how many classes occur. Wanted is how often each class occurs.",
        ),
        (
            _everywhere(lambda W, b, x, *_: predicted(W, b, x)),
            "Those are the predictions themselves. Count them: np.bincount.",
        ),
        (
            _everywhere(lambda W, b, x, *_: np.bincount((x @ W + b).argmax(axis=0), minlength=10)),
            "That argmax runs over the images. The class is along axis 1.",
        ),
        (
            _everywhere(lambda W, b, x, *_: np.bincount((x @ W).argmax(axis=1), minlength=10)),
            "The bias is left out of the prediction.",
        ),
    )
    named = first_mistake(found, mistakes)
    if named:
        return named
    at = next(i for i, (a, b) in enumerate(zip(found, due, strict=True)) if not same(a, b))
    return f"The counts are {found[at].tolist()} where {due[at].tolist()} is right."


def _wrong_states(found, due):
    for value in found:
        if not isinstance(value, str):
            return f"The second value is {what(value)}. Wanted is one of {', '.join(STATES)}."
        if value not in STATES:
            near = [state for state in STATES if state.lower() == value.strip().lower()]
            hint = f" Write {near[0]!r}." if near else ""
            return f"{value!r} is none of {', '.join(STATES)}.{hint}"
    pairs = {(a, b) for a, b in zip(found, due, strict=True) if a != b}
    if ("finite", "NaN") in pairs:
        return (
            "It calls weights finite that hold NaN. A NaN is equal to nothing, itself included: "
            "ask np.isnan(W).any()."
        )
    if ("zero", "finite") in pairs:
        return "It calls weights zero of which some are: rows of dark pixels always are. All of W?"
    if ("finite", "zero") in pairs:
        return "It calls weights finite that are all 0. They need a word of their own: W.any()."
    given, wanted = sorted(pairs)[0]
    return f"It says {given!r} where the weights are {wanted!r}."


_RATIOS = {
    "the ratio is upside down: stated over measured is wanted": (
        lambda s, m: (s * m).sum() / (s * s).sum()
    ),
    "that is a ratio of lengths, which has no sign": (
        lambda s, m: np.linalg.norm(s) / np.linalg.norm(m)
    ),
    "that is a table of ratios, one an entry; project one gradient on the other": (
        lambda s, m: s / m
    ),
    "that is the largest difference, not a ratio": lambda s, m: np.abs(s - m).max(),
    "that is the cosine; divide by the measured length twice": (
        lambda s, m: (s * m).sum() / np.linalg.norm(s) / np.linalg.norm(m)
    ),
    "that is a ratio of means, in which the entries cancel; project": (
        lambda s, m: s.mean() / m.mean()
    ),
    "that is the mean of the entries' ratios; one entry near 0 spoils it": (
        lambda s, m: (s / m).mean()
    ),
    "that is upside down: the products over the measured squares": (
        lambda s, m: (m * m).sum() / (s * m).sum()
    ),
    "that is the median of the entries' ratios; project": lambda s, m: np.median(s / m),
    "that is the ratio of a single entry; project": lambda s, m: s.flat[0] / m.flat[0],
    "@ multiplies every row with every row; multiply entry by entry, *": (
        lambda s, m: (s @ m.T).sum() / (m @ m.T).sum()
    ),
    "the measured length below has to be squared": (lambda s, m: (s * m).sum() / np.linalg.norm(m)),
    "the squares are to be summed, and not the sum squared": (
        lambda s, m: (s * m).sum() / m.sum() ** 2
    ),
    "that is the sign alone, without the size": lambda s, m: np.sign((s * m).sum()),
    "that is a ratio of the largest entries, which has no sign": (
        lambda s, m: np.abs(s).max() / np.abs(m).max()
    ),
    "that is the sum of products; divide by that of the measured squares": (
        lambda s, m: (s * m).sum()
    ),
}


def _wrong_ratio(found, due):
    mistakes = (
        (
            _everywhere(lambda W, b, x, s, m, f=f, c=c: c * f(s, m)),
            f"As to the third value, {hint}.",
        )
        for (hint, f), c in itertools.product(_RATIOS.items(), (1, -1))
    )
    if same(found, [-ratio for ratio in due]):
        return "As to the third value, the sign is lost, or turned round."
    if any(same(found, [round(ratio, digits) for ratio in due]) for digits in range(6)):
        return "As to the third value, it is rounded. Return the number, and round what you print."
    first = f"The ratio is {found[0]} where {due[0]:.3f} is right." if found[0].ndim == 0 else ""
    return first_mistake(found, mistakes) or first or "The ratio is one number."
