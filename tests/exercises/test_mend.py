"""Notebook 07's program with three faults: the X-ray of the reader's listing is the feedback."""

import nbformat
import pytest
from exercises.answers.wrong_07 import BROKEN, MENDED_RIGHT, defined
from hygiene import exercise_solutions
from regenerate import ROOT

from helpers.doctor import diagnose_gradients, xray
from helpers.exercises import check_mended

NOTEBOOK = ROOT / "notebooks" / "07_run_the_clinic.ipynb"


@pytest.mark.parametrize("name", MENDED_RIGHT)
def test_right_answers_are_accepted(name):
    assert check_mended(MENDED_RIGHT[name]).message.startswith("Right.")


def test_the_folded_solution_is_accepted():
    (_, solution), _ = exercise_solutions(nbformat.read(NOTEBOOK, 4))
    definition, call = solution.rstrip().rsplit("\n\n\n", 1)
    assert call == "check_mended(mended)"
    assert check_mended(defined(definition)).accepted


def test_the_program_is_the_notebook_s_and_its_x_ray_names_the_faults_without_the_cure():
    source = BROKEN.replace("mended", "broken")
    cells = nbformat.read(NOTEBOOK, 4).cells
    assert any(cell.source.startswith(source) for cell in cells)
    assert not diagnose_gradients(source).edits, "then the exercise would be solved"
    names = xray(source).lines
    assert names[6] == "1/K times the mean cross-entropy"
    assert names[8] == "1/N times the gradient of W"
    assert names[9] == "gradient of b, sign flipped"


def test_a_plain_exp_is_accepted_with_a_note():
    text = BROKEN.replace(" - Z.max(axis=1, keepdims=True)", "")
    text = text.replace("-np.mean(Y * np.log(P))", "-np.sum(Y * np.log(P)) / N")
    text = text.replace("X.T @ R / N", "X.T @ R").replace("-R.sum", "R.sum")
    feedback = check_mended(defined(text))
    assert feedback.accepted and "large logits" in feedback.message


def test_without_a_listing_it_says_so():
    namespace = {}
    exec(BROKEN, {"np": __import__("numpy")}, namespace)
    feedback = check_mended(namespace["mended"])
    assert not feedback.accepted and "no listing" in feedback.message
