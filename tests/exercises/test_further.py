"""Notebook 08's exercises: right answers in several styles, and what feedback does not say."""

import nbformat
import numpy as np
import pytest
from exercises.answers.wrong_08 import changed
from hygiene import exercise_solutions
from regenerate import ROOT

from helpers import log_softmax
from helpers.exercises import check_backward, check_shortest, train_hidden_layer
from helpers.exercises.backward import _CHANGES, _changed
from helpers.experiments import network
from helpers.source import source_of

NOTEBOOK = ROOT / "notebooks" / "08_go_further.ipynb"
RIGHT_SHORTEST = {
    "mean": lambda W: W - W.mean(axis=1, keepdims=True),
    "projector": lambda W: W @ (np.eye(W.shape[1]) - 1 / W.shape[1]),
    "turned and back": lambda W: (W.T - W.T.mean(axis=0)).T,
    "loop": lambda W: [[w - sum(row) / len(row) for w in row] for row in W],
}
RIGHT_BACKWARD = {
    "as printed": changed(),
    "einsum": changed(("X.T @ dA", "np.einsum('nd,nm->dm', X, dA)")),
    "one minus, otherwise": changed(("(1 - H**2)", "(1 + H) * (1 - H)")),
    "cosh": changed(("(1 - H**2)", "np.cosh(A) ** -2")),
    "a rectifier": changed(("np.tanh(A)", "np.maximum(A, 0)"), ("(1 - H**2)", "(A > 0)")),
    "sum and sum": changed((" / N\n    dZ", "\n    dZ"), (" - Y) / N", " - Y)")),
}


@pytest.mark.parametrize("name", RIGHT_SHORTEST)
def test_the_shortest_is_accepted_in_any_style(name):
    assert check_shortest(RIGHT_SHORTEST[name]).accepted


@pytest.mark.parametrize("name", RIGHT_BACKWARD)
def test_what_fits_its_own_loss_is_accepted(name):
    assert check_backward(RIGHT_BACKWARD[name]).accepted


def test_the_network_of_the_house_is_accepted():
    assert check_backward(network).accepted


def test_each_mistake_that_is_named_is_a_line_of_the_network_changed():
    lines = [line.strip() for line in source_of(network).splitlines()]
    assert all(lines.count(line) == 1 and line != other for line, other, _ in _CHANGES)
    assert len(_changed(1)) == len(_CHANGES), "one of them raises"


def test_a_loss_that_ignores_a_weight_is_not():
    """All slopes by W1 are 0, and 0 is what it states: nothing was derived."""
    constant = changed(("X @ W1 + b1", "X @ np.ones_like(W1) + b1"), ("X.T @ dA", "0 * W1"))
    assert "does not depend on W1" in check_backward(constant).message


def test_the_folded_solutions_are_accepted_and_learn():
    space = {"np": np, "log_softmax": log_softmax}
    solutions = [text for _, text in exercise_solutions(nbformat.read(NOTEBOOK, 4))]
    assert len(solutions) == 2
    for check, name, text in zip(
        (check_shortest, check_backward), ("shortest", "yours"), solutions, strict=True
    ):
        definition, call = text.rstrip().rsplit("\n\n\n", 1)
        assert call == f"{check.__name__}({name})"
        exec(definition, space)
        assert check(space[name]).accepted
    assert train_hidden_layer(space["yours"]).accepted


def test_a_network_that_goes_uphill_hears_how_far_it_came():
    feedback = train_hidden_layer(changed(("np.exp(log_P) - Y", "Y - np.exp(log_P)")))
    assert not feedback.accepted and "90.0 %" in feedback.message


def test_a_vector_taken_from_a_table_hears_of_keepdims():
    assert "keepdims=True" in check_shortest(lambda W: W - W.mean(axis=1)).message
