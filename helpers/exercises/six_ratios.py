"""Notebook 04: read the ratio and the cosine of a gradient check."""

import itertools

from helpers.bugs import build
from helpers.exercises.answers import ask, borrowed, exercise, what
from helpers.exercises.feedback import complain, not_yet, right
from helpers.gradient_check import gradient_check

NAMES = {
    "right": (),
    "sign": ("wrong-sign",),
    "sum for mean": ("sum-for-mean",),
    "mean twice": ("summed-loss",),
    "wrong axis": ("divided-by-classes",),
    "calculus": ("diagonal-jacobian",),
}
_SIZES = ((7, 3), (6, 4), (12, 5))
_SAYS = {
    "right": "ratio 1 and cosine 1: nothing is wrong.",
    "sign": "ratio -1 and cosine -1.",
    "sum for mean": "the ratio is N: the gradient is a sum where the loss is a mean.",
    "mean twice": "the ratio is 1/N: the gradient is a mean where the loss is a sum.",
    "wrong axis": "the ratio is N/K: divided by K where N was meant.",
    "calculus": "the cosine is neither 1 nor -1, so no factor explains it, whatever the ratio is.",
}


def _cases():
    """Readings of real checks: (name, ratio, cosine, N, K)."""
    for (name, bugs), (seed, (N, K)) in itertools.product(NAMES.items(), enumerate(_SIZES)):
        report = gradient_check(
            build(bugs).loss_and_gradients, samples=N, features=5, classes=K, seed=seed
        )
        yield name, report.ratios["W"], report.cosines["W"], N, K
    # A wrong calculus may have any ratio, those of the others among them.
    yield "calculus", -0.4, -0.7, 7, 3
    yield "calculus", 1.0, 0.6, 7, 3
    yield "calculus", 7.0, 0.8, 7, 3
    yield "calculus", 1.0, 0.97, 7, 3


@exercise
def check_reading(answer):
    """Check ``name_the_mistake(ratio, cosine, N, K)``.

    Parameters
    ----------
    answer : callable
        Gives one of "right", "sign", "sum for mean", "mean twice", "wrong axis", "calculus".

    Returns
    -------
    Feedback
    """
    try:
        cases = [(case, _name(ask(answer, *case[1:]))) for case in _cases()]
    except KeyError as error:
        if isinstance(error.args[0], float):
            complain(
                f"It looks up {error.args[0]!r} in a table. Measured numbers are never exactly "
                "equal: look for the nearest."
            )
        raise
    wrong = [(case, given) for case, given in cases if case[0] != given]
    if not wrong:
        return right("Ratio and cosine are read at three sizes, and the cosine is looked at first.")
    by_heart = all(_name(ask(answer, *case[1:3], *_SIZES[0])) == name for case, name in cases)
    return not_yet(_cause(cases, wrong, by_heart) + borrowed(answer))


def _name(value):
    if not isinstance(value, str):
        complain(f"It returns {what(value)}. Wanted is one of the names: {', '.join(NAMES)}.")
    if value not in NAMES:
        near = [name for name in NAMES if name == value.strip().lower()]
        hint = f" Write {near[0]!r}." if near else f" They are {', '.join(NAMES)}."
        complain(f"It returns {value!r}, which is none of the names.{hint}")
    return value


def _cause(cases, wrong, by_heart):
    given = {name for _, name in cases}
    if len(given) == 1:
        only = given.pop()
        equal = " If it compares with ==: measured numbers are never exactly equal."
        return f"It answers {only!r} whatever the numbers are.{equal * (only == 'calculus')}"
    if by_heart and all(case[3:] != _SIZES[0] or case[0] == name for case, name in cases):
        return "It is right for N = 7 and K = 3 only. N and K are arguments."
    names = {(case[0], name) for case, name in wrong}
    if names == {("sign", "calculus")}:
        return "It takes 'sign' for 'calculus'. -1 is a factor too: there the cosine is -1."
    exchanged = next((p for p in itertools.combinations(NAMES, 2) if names == {p, p[::-1]}), None)
    if exchanged:
        a, b = exchanged
        return f"It has {a!r} and {b!r} exchanged: for {a!r} {_SAYS[a]}"
    lost = _lost_to_calculus(cases, names)
    if lost:
        return (
            f"It takes {lost} for 'calculus'. Measured numbers are never exactly equal: "
            "allow a small difference, relative to what is expected."
        )
    case, name = next(((c, n) for c, n in wrong if c[0] != "calculus"), wrong[0])
    _, ratio, cosine, N, K = case
    shown = f"ratio {ratio:.3f}, cosine {cosine:.3f}, N = {N}, K = {K}"
    return f"For {shown} it says {name!r}, and it is {case[0]!r}: {_SAYS[case[0]]}"


def _lost_to_calculus(cases, names):
    """The factors, in words, that a comparison with == takes for none; "" if it is not that."""
    wholly = {a for a in NAMES if all(n != a for case, n in cases if case[0] == a)}
    only = "calculus" not in wholly and names <= {(a, "calculus") for a in NAMES}
    partly = {a for a, _ in names} - wholly
    if not (wholly >= set(NAMES) - {"calculus"} or only) or not (partly or len(wholly) > 1):
        return ""
    return ", ".join(repr(a) for a in NAMES if (a, "calculus") in names)
