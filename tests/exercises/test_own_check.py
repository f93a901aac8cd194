"""The exercise of notebook 07: each plausible wrong check gets its own hint."""

import time
from pathlib import Path

import nbformat
import numpy as np
import pytest
from hygiene import exercise_solutions
from regenerate import regenerate

from helpers import gradient_check, loss_and_gradients
from helpers.bugs import BUGS
from helpers.checks import small_digits, whole_wheats
from helpers.exercises.feedback import NOT_ATTEMPTED
from helpers.exercises.own_check import CHAFFS, WANTED, grade_check, score_check

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "07_run_the_clinic.ipynb"
RATE = {"learning_rate": 0.3, "batch_size": 20}


def trained(program, **settings):
    return program.train(*small_digits(), **{**RATE, "epochs": 5, **settings})


def point():
    rng = np.random.default_rng(0)
    W, b, X = rng.normal(size=(5, 3)), rng.normal(size=3), rng.normal(size=(7, 5))
    return W, b, X, np.eye(3)[np.arange(7) % 3]


def learns(program):
    return bool(trained(program).error < 0.5)


def first_loss(program):
    return bool(np.isclose(trained(program, epochs=1).losses[0], np.log(10)))


def starts_at_zero(program):
    return learns(program) and abs(trained(program, epochs=1).losses[0] / np.log(10) % 1) < 1e-6


def fits_mean(program):
    found, right = program.loss_and_gradients(*point()), loss_and_gradients(*point())
    return all(np.allclose(f, r, rtol=1e-4) for f, r in zip(found, right, strict=True))


def same_as_ours(program):
    right = trained(whole_wheats()["right"])
    return bool(np.array_equal(trained(program).W, right.W))


def moved(program):
    W, b, X, Y = point()
    W_next, b_next = program.step(W, b, X, Y, 0.1)
    return bool(np.abs(W_next - W).max() > 0 and np.abs(b_next - b).max() > 0)


def every_image_once(program):
    """Count the images that arrive: a particular way to draw."""
    seen, right = [], program.loss_and_gradients

    def recorder(W, b, X, Y):
        seen.extend(X)
        return right(W, b, X, Y)

    program.loss_and_gradients = recorder
    trained(program, epochs=1)
    return len(np.unique(seen, axis=0)) == 200


def decay_in_the_gradient(program):
    """Demand that the last step be the same whether decay is added to dW or not: ours alone."""
    W = trained(program, epochs=1, weight_decay=0.1).W
    ours = trained(whole_wheats()["right"], epochs=1, weight_decay=0.1).W
    # Loose enough for float32, and for the other ways to draw and to start.
    other = trained(whole_wheats()["decay-as-a-factor"], epochs=1, weight_decay=0.1).W
    return not np.array_equal(W, other) or np.array_equal(W, ours)


def slow(program):
    until = time.process_time() + 1
    while time.process_time() < until:
        pass
    return True


coin = np.random.default_rng(0)

WRONG = {
    "always True": (lambda program: True, "It accepts everything without a look"),
    "always False": (lambda program: False, "It rejects everything without a look"),
    "reversed": (lambda program: not learns(program), "the wrong way round"),
    "too strict": (lambda program: trained(program).error < 0, "a condition is too strict"),
    "returns nothing": (lambda program: print(end=f"{trained(program).error:.0f}"[:0]), "nothing"),
    "returns the error": (lambda program: trained(program).error, "Compare it with something"),
    "returns an array": (lambda program: trained(program).losses < 2, "one truth value"),
    "raises": (lambda program: program.fit(*small_digits()), "raises on the right program"),
    "draws without a seed": (
        lambda program: bool(trained(program) and coin.random() < 0.5),
        "Draw with a seed",
    ),
    "slow": (slow, "small_digits()"),
    "exact in the loss": (starts_at_zero, "small random weights"),
    "the mean's numbers": (fits_mean, "may sum the loss over the batch"),
    "differences in float32": (
        lambda program: gradient_check(program.loss_and_gradients).passed(),
        "may compute in float32",
    ),
    "our very numbers": (same_as_ours, "demands the very numbers of our program"),
    "no copies": (moved, "Hand it copies"),
    "one way to draw": (every_image_once, "with replacement"),
    "one way to decay": (decay_in_the_gradient, "judge weight decay by what it does to W"),
    "only a glance": (learns, "never looks at the loss and its gradients"),
    "accepts all": (lambda program: callable(program.train), "nothing it compares can fail"),
    "only the gradient": (
        lambda program: (
            len(program.loss_and_gradients(*point())) == 3
            and program.loss_and_gradients(*point())[2].shape == (3,)
        ),
        "never looks at a training",
    ),
    "all three, feebly": (
        lambda program: bool(
            program.loss_and_gradients(*point())[0] > 0
            and program.predict(*point()[:3]).shape == (7,)
            and len(trained(program).losses) == 50
        ),
        "It kills none of the kind",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_each_mistake_gets_its_own_hint(name):
    check, hint = WRONG[name]
    feedback = grade_check(check)
    assert not feedback.accepted
    assert hint in feedback.message, feedback.message
    assert len(feedback.message) < 700


def test_the_hints_differ():
    assert len({hint for _, hint in WRONG.values()}) == len(WRONG)


@pytest.mark.parametrize("answer", [..., lambda program: ..., lambda program: None])
def test_not_attempted(answer):
    assert grade_check(answer).message == NOT_ATTEMPTED


def test_the_folded_solution_is_accepted_in_the_exercise_cell(tmp_path):
    notebook = nbformat.read(NOTEBOOK, 4)
    _, (number, solution) = exercise_solutions(notebook)
    notebook.cells[number - 1].source = solution
    # The imports, the exercise and its score: what stands between is run by nbval.
    imports = next(cell for cell in notebook.cells if cell.cell_type == "code")
    notebook.cells = [imports, *notebook.cells[number - 1 : number + 3]]
    solved = tmp_path / NOTEBOOK.name
    nbformat.write(notebook, solved)
    cells = nbformat.reads(regenerate(solved).decode(), 4).cells
    feedback, score = (cells[n].outputs[0].data["text/plain"] for n in (1, 4))
    assert feedback.startswith("Right. Killed ")
    assert score.startswith("CheckScore: Right. Killed ")


def test_a_check_that_changes_the_program_harms_no_other():
    def vandal(program):
        program.loss_and_gradients = None
        return True

    before = score_check(learns)
    score_check(vandal)
    assert score_check(learns) == before


def test_the_wheats_learn_and_the_chaffs_are_the_catalogue():
    assert all(learns(program) for program in whole_wheats().values())
    assert set(CHAFFS) == {id_ for id_, bug in BUGS.items() if not bug.decoy}
    summed = whole_wheats()["summed-with-summed"]
    plain, batch = whole_wheats()["right"], point()
    assert np.allclose(summed.step(*batch, 0.1)[0], plain.step(*batch, 0.1)[0])
    assert np.isclose(summed.loss_and_gradients(*batch)[0], 7 * loss_and_gradients(*batch)[0])


def test_what_is_wanted_is_more_than_one_check_of_ours_kills():
    from helpers.clinic.kill_matrix import kill_matrix

    matrix = kill_matrix()
    assert max(len(matrix.kills(check)) for check in matrix.checks) < WANTED < len(CHAFFS)
