"""Notebook 09's exercises: what is right is accepted, however it is written."""

import hygiene
import numpy as np
import pytest
from regenerate import ROOT, read_notebook

from helpers.exercises import check_combine, check_seconds

NOTEBOOK = ROOT / "notebooks" / "09_leave_one_machine.ipynb"


def in_a_loop(parts):
    total, loss, dW, db = 0, 0.0, 0.0, 0.0
    for n, part_loss, part_dW, part_db in parts:
        total += n
        loss = loss + n * part_loss
        dW = dW + n * part_dW
        db = db + n * part_db
    return loss / total, dW / total, db / total


def by_average(parts):
    n, *columns = zip(*parts, strict=True)
    return [np.average(np.array(column), axis=0, weights=n) for column in columns]


def in_pairs(parts):
    """As a cluster does it: two parts at a time, each pair a part again."""
    while len(parts) > 1:
        (n, *first), (m, *second), *rest = parts
        both = [(n * x + m * y) / (n + m) for x, y in zip(first, second, strict=True)]
        parts = [*rest, (n + m, *both)]
    return parts[0][1:]


@pytest.mark.parametrize("combine", [in_a_loop, by_average, in_pairs])
def test_right_sums_are_accepted(combine):
    assert check_combine(combine).accepted


@pytest.mark.parametrize("seconds", [125.44, 125, 126, np.float32(125.4), 120])
def test_the_time_is_accepted_to_within_five_per_cent(seconds):
    assert check_seconds(seconds).accepted


def test_the_solutions_in_the_notebook_are_accepted():
    notebook = read_notebook(NOTEBOOK)
    names = {"check_combine": check_combine, "check_seconds": check_seconds}
    solutions = hygiene.exercise_solutions(notebook)
    assert len(solutions) == 2
    for number, solution in solutions:
        for source, accepted in ((notebook.cells[number - 1].source, False), (solution, True)):
            *lines, last = source.rstrip().splitlines()
            exec("\n".join(lines), names)
            feedback = eval(last, names)
            assert feedback.accepted == accepted
            assert accepted or "Not attempted" in feedback.message
