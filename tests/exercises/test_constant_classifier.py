"""Wrong answers to the exercise of notebook 01 each get their own hint."""

import numpy as np
import pytest

from helpers.exercises import NOT_ATTEMPTED, check_constant_error

CONSTANT = {
    "accuracy": (lambda labels, k: np.mean(labels == k), "the share that is right"),
    "per cent": (lambda labels, k: 100 * np.mean(labels != k), "in per cent"),
    "count": (lambda labels, k: np.sum(labels != k), "Divide by how many"),
    "always 0.9": (lambda labels, k: 0.9, "0.9 for any labels"),
    "classes": (lambda labels, k: 1 - 1 / len(set(labels)), "seems to count classes"),
    "array": (lambda labels, k: labels != k, "shape (30,)"),
    "text": (lambda labels, k: "90 %", "'90 %'"),
    "raises": (lambda labels, k: labels.index(k), "AttributeError"),
    "first ten": (lambda labels, k: np.mean(labels[1:] != k), "count by hand"),
}


@pytest.mark.parametrize("name", CONSTANT)
def test_constant_error_hint(name):
    answer, hint = CONSTANT[name]
    feedback = check_constant_error(answer)
    assert not feedback.accepted
    assert hint in feedback.message


def test_dots_are_not_an_attempt():
    for dots in (..., lambda labels, k: ...):
        assert check_constant_error(dots).message == NOT_ATTEMPTED


def test_right_answer_is_accepted():
    assert check_constant_error(lambda labels, k: 1 - np.mean(labels == k)).accepted


def test_hints_differ():
    messages = [check_constant_error(answer).message for answer, _ in CONSTANT.values()]
    assert len(set(messages)) == len(messages)
