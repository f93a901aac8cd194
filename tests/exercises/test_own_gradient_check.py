"""The exercise of notebook 04: each plausible wrong check gets its own hint."""

from pathlib import Path

import nbformat
import numpy as np
import pytest
from hygiene import exercise_solutions

from helpers import gradient_check
from helpers.exercises import check_reading
from helpers.exercises.feedback import NOT_ATTEMPTED
from helpers.exercises.own_gradient_check import CHAFFS, WHEATS, grade_checker

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "04_check_the_gradient.ipynb"


def largest(analytic, numeric):
    return np.abs(analytic - numeric).max() / np.linalg.norm(numeric)


def make(
    *,
    step=1e-5,
    tolerance=1e-7,
    compare=largest,
    samples=7,
    scale=1.0,
    dtype=np.float64,
    forward=False,
    entries=lambda parameter: list(np.ndindex(parameter.shape)),
    parameters=(0, 1),
    restore=True,
    accept=lambda error, tolerance: error <= tolerance,
):
    """A gradient check with its habits laid open."""

    def check(f):
        rng = np.random.default_rng(3)
        W, b, X = (rng.normal(size=size) for size in ((5, 3), 3, (samples, 5)))
        W, b, X = ((factor * a).astype(dtype) for factor, a in ((scale, W), (scale, b), (1, X)))
        Y = np.eye(3)[np.arange(samples) % 3]
        here, *gradients = f(W, b, X, Y)
        for which in parameters:
            parameter = (W, b)[which]
            chosen = entries(parameter)
            slopes = []
            for index in chosen:
                kept = parameter[index]
                parameter[index] = kept + step
                above, below, width = f(W, b, X, Y)[0], here, step
                if not forward:
                    parameter[index] = kept - step
                    below, width = f(W, b, X, Y)[0], 2 * step
                if restore:
                    parameter[index] = kept
                slopes.append((above - below) / width)
            analytic = np.broadcast_to(gradients[which], parameter.shape)
            analytic = np.array([analytic[index] for index in chosen])
            if not accept(compare(analytic, np.array(slopes)), tolerance):
                return False
        return True

    return check


def cosine(analytic, numeric):
    return 1 - analytic @ numeric / np.linalg.norm(analytic) / np.linalg.norm(numeric)


def norms(analytic, numeric):
    return abs(np.linalg.norm(analytic) / np.linalg.norm(numeric) - 1)


def by_formula(f):
    rng = np.random.default_rng(0)
    W, b, X = rng.normal(size=(5, 3)), rng.normal(size=3), rng.normal(size=(7, 5))
    Y = np.eye(3)[np.arange(7) % 3]
    return np.allclose(f(W, b, X, Y)[1], WHEATS["program"].function(W, b, X, Y)[1])


def only_first(parameter):
    return [(0,) * parameter.ndim]


WRONG = {
    "only W": (make(parameters=(0,)), "never b"),
    "only b": (make(parameters=(1,)), "never W"),
    "one entry": (make(entries=only_first), "moves 2 of 18 entries"),
    "at zero": (make(scale=0), "at W = 0"),
    "near zero": (make(scale=1e-6), "close to W = 0"),
    "norms only": (make(compare=norms), "sizes and not signs"),
    "direction only": (make(compare=cosine), "directions and not lengths"),
    "too loose": (make(tolerance=0.05), "too loose"),
    "too tight": (make(tolerance=1e-14), "too tight"),
    "absolute": (make(compare=lambda a, n: np.abs(a - n).max(), tolerance=1e-4), "is absolute"),
    "forward, tight": (make(forward=True, step=1e-7, tolerance=1e-9), "forward difference"),
    "forward, tiny step": (make(forward=True, step=1e-13), "mostly rounding"),
    "central, tiny step": (make(step=1e-12), "mostly rounding"),
    "huge step": (make(step=0.1), "bends within it"),
    "not restored": (make(restore=False), "does not move them back"),
    "float32": (make(dtype=np.float32, step=1e-2), "float32"),
    "one sample": (make(samples=1), "N = 1"),
    "N = K": (make(samples=3), "N = K"),
    "NaN": (make(accept=lambda error, tolerance: not error > tolerance), "NaN is not greater"),
    "formula": (by_formula, "never moves an entry"),
    "always True": (lambda f: True, "never calls f"),
    "reversed": (lambda f: not make()(f), "wrong way round"),
    "returns the error": (lambda f: 3e-11, "Return whether that is small"),
    "returns an array": (lambda f: np.ones((5, 3), bool), "Return one truth value"),
    "returns nothing": (lambda f: print(f(*POINT)[0] * 0, end=""), "returns nothing"),
    "raises": (lambda f: f(1), "raises TypeError"),
}
POINT = np.ones((5, 3)), np.ones(3), np.ones((7, 5)), np.eye(3)[np.arange(7) % 3]

RIGHT = {
    "central": make(),
    "forward": make(forward=True, step=1e-8, tolerance=1e-5),
    "one sign apart": make(accept=lambda error, tolerance: bool(error < tolerance)),
    "the course's own": lambda f: gradient_check(f).passed(),
}


@pytest.mark.parametrize("name", WRONG)
def test_each_mistake_gets_its_own_hint(name):
    check, hint = WRONG[name]
    feedback = grade_checker(check)
    assert not feedback.accepted
    assert hint in feedback.message
    assert len(feedback.message) < 600


@pytest.mark.parametrize("name", RIGHT)
def test_right_checks_are_accepted(name):
    feedback = grade_checker(RIGHT[name])
    assert feedback.accepted, feedback.message


def test_the_feedback_names_the_functions():
    assert CHAFFS["dead-bias"].title in grade_checker(WRONG["only W"][0]).message
    assert WHEATS["program"].title in grade_checker(make(tolerance=1e-14)).message


def test_the_hints_differ():
    hints = [hint for _, hint in WRONG.values()]
    assert len(set(hints)) >= len(hints) - 1  # two ways to take too small a step


@pytest.mark.parametrize("answer", [..., lambda f: None])
def test_not_attempted(answer):
    assert grade_checker(answer).message == NOT_ATTEMPTED


@pytest.mark.parametrize("id_", WHEATS)
def test_wheats_are_right(id_):
    assert gradient_check(WHEATS[id_].function, seed=1).passed()


@pytest.mark.parametrize("id_", CHAFFS)
def test_chaffs_are_wrong(id_):
    try:
        with np.errstate(all="ignore"):
            assert not gradient_check(CHAFFS[id_].function, seed=1).passed(1e-4)
    except ValueError as error:
        assert "wanted (" in str(error)  # a gradient of the wrong shape


def test_the_folded_solution_is_accepted():
    _, (_, solution) = exercise_solutions(nbformat.read(NOTEBOOK, 4))
    space = {"np": np, "grade_checker": grade_checker}
    body, _, call = solution.rstrip().rpartition("\n")
    exec(body, space)
    feedback = eval(call, space)
    assert feedback.accepted, feedback.message


def test_the_folded_reading_of_ratios_is_accepted():
    (_, solution), _ = exercise_solutions(nbformat.read(NOTEBOOK, 4))
    space = {"check_reading": check_reading}
    body, _, call = solution.rstrip().rpartition("\n")
    exec(body, space)
    assert eval(call, space).accepted
