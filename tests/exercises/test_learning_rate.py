"""Notebook 05's exercise: what it accepts is measured, and each mistake gets its own hint."""

from pathlib import Path

import hygiene
import nbformat
import numpy as np
import pytest

from helpers.exercises import check_curves
from helpers.exercises.learning_rate import check_largest_rate, never_rises, task
from helpers.experiments.learning_rates import largest_eigenvalue, largest_stable_rate

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "05_train_it.ipynb"


@pytest.fixture(scope="module")
def rate():
    return largest_stable_rate(*task(), tolerance=0.002)


@pytest.mark.parametrize("factor", [1, 0.99, 0.96])
@pytest.mark.parametrize("kind", [float, np.float64, np.float32, np.array])
def test_a_rate_within_five_per_cent_is_accepted(rate, factor, kind):
    feedback = check_largest_rate(kind(factor * rate))
    assert feedback.accepted, feedback
    assert "Right" in repr(feedback)


def test_the_solution_in_the_notebook_is_accepted():
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    (_, curves), (number, solution) = hygiene.exercise_solutions(notebook)
    *lines, last = solution.rstrip().splitlines()
    names = {
        "check_largest_rate": check_largest_rate,
        "never_rises": never_rises,
        "check_curves": check_curves,
    }
    exec("\n".join(lines), names)
    assert eval(last, names).accepted
    exec(curves.replace("\ncheck_curves", "\nfound = check_curves"), names)
    assert names["found"].accepted
    # Before it is attempted the same cell says so, and the notebook runs on.
    *lines, last = notebook.cells[number - 1].source.splitlines()
    exec("\n".join(lines), names)
    assert "Not attempted" in repr(eval(last, names))


WRONG = {
    "sum": (lambda m: m / 300, "the summed gradient"),
    "divided": (lambda m: m * 300, "the mean already"),
    "0 to 255": (lambda m: largest_stable_rate(255 * task()[0], task()[1]), "0 to 255"),
    "255 once too often": (lambda m: m / 255**2, "0 to 255"),
    "centred": (
        lambda m: largest_stable_rate(task()[0] - task()[0].mean(axis=0), task()[1]),
        "centred",
    ),
    "promise": (lambda m: 4 / largest_eigenvalue(task()[0]), "theory guarantees"),
    "start": (lambda m: 20 / largest_eigenvalue(task()[0]), "curvature at the start"),
    "half": (lambda m: m / 2, "by a factor of about 2"),
    "a little low": (lambda m: 0.9 * m, "by a factor of about 1.1"),
    "a hundredth": (lambda m: m / 100, "by a factor of about 100"),
    "tiny": (lambda m: 1e-300, "Too small"),
    "a little high": (lambda m: 1.1 * m, "rises on the way"),
    "upper end": (lambda m: 1.02 * m, "Too large"),
    "high": (lambda m: 1e6, "diverges"),
    "zero": (lambda m: 0, "nothing moves"),
    "negative": (lambda m: -m, "uphill"),
    "nan": (lambda m: np.nan, "NaN"),
    "infinite": (lambda m: np.inf, "infinite"),
    "text": (str, "It is the text"),
    "none": (lambda m: None, "It is None"),
    "complex": (complex, "Wanted is a learning rate"),
    "bracket": (lambda m: (m, 1.02 * m), "2 entries"),
    "array": (lambda m: np.array([m]), "shape (1,)"),
    "verdict": (never_rises, "True or False"),
    "function": (lambda m: never_rises, "Call it"),
}


@pytest.mark.parametrize("mistake", WRONG)
def test_a_wrong_answer_is_told_its_mistake(rate, mistake):
    make, wanted = WRONG[mistake]
    feedback = check_largest_rate(make(rate))
    assert not feedback.accepted
    assert wanted in feedback.message
    assert "raises" not in feedback.message


def test_each_familiar_mistake_has_a_hint_of_its_own(rate):
    names = ("sum", "divided", "0 to 255", "centred", "promise", "start", "half", "high", "zero")
    messages = [check_largest_rate(WRONG[name][0](rate)).message for name in names]
    assert len(set(messages)) == len(names)
