"""Whatever an answer does, it hears one sentence of its own, and the notebook runs on."""

import builtins

import numpy as np
import pytest

from helpers.exercises import check_constant_error, check_curves
from helpers.exercises.answers import borrowed, exercise, first_mistake
from helpers.exercises.feedback import NOT_ATTEMPTED, Feedback, failed, not_yet, right

KINDS = {
    "Right": right("So it is."),
    "Not yet": not_yet("A <b> in it."),
    "Error": failed("It raises."),
    "Not attempted yet": Feedback(False, NOT_ATTEMPTED),
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_kinds_differ_to_the_eye_and_to_the_ear(kind):
    feedback = KINDS[kind]
    assert feedback.kind == kind
    assert repr(feedback).startswith(f"{kind}.")
    page = feedback._repr_html_()
    assert f"<strong>{kind}.</strong>" in page
    assert "<b>" not in page
    others = [other._repr_html_() for name, other in KINDS.items() if name != kind]
    colour, mark = page.split("solid ")[1][:7], page.split('"true">')[1][0]
    assert all(colour not in other and mark not in other for other in others)


def test_a_stub_is_no_attempt_and_a_forgotten_return_is_one():
    def stub(labels, k):
        """To be written."""
        ...

    def forgot(labels, k):
        np.mean(labels != k)

    assert check_constant_error(stub).message == NOT_ATTEMPTED
    assert "It returns nothing" in check_constant_error(forgot).message


def test_an_unknown_name_points_to_the_cells_above():
    feedback = check_constant_error(lambda labels, k: not_there)  # noqa: F821
    assert feedback.kind == "Error"
    assert "NameError" in feedback.message and "Run All Above" in feedback.message


@pytest.mark.parametrize("leave", ["exit", "quit", "raise"])
def test_leaving_is_caught_and_exit_is_put_back(leave):
    kept = builtins.exit, builtins.quit

    def answer(labels, k):
        if leave == "raise":
            raise SystemExit(1)
        (exit if leave == "exit" else quit)()

    assert "exit()" in check_constant_error(answer).message
    assert (builtins.exit, builtins.quit) == kept


def test_a_kernels_own_exit_is_not_called():
    """In a notebook `exit` is an object of IPython's in the globals, and stops the kernel."""
    called = []
    space = {"exit": lambda: called.append("stopped")}
    exec("def answer(labels, k):\n    exit()", space)
    own = space["exit"]
    assert "exit()" in check_constant_error(space["answer"]).message
    assert not called and space["exit"] is own


def test_an_interrupt_goes_through():
    def interrupted(labels, k):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check_constant_error(interrupted)


def test_answers_get_copies_of_their_own():
    def writes(labels, k):
        labels[:] = 0
        return 0.0

    assert not check_constant_error(writes).accepted
    assert check_constant_error(lambda labels, k: np.mean(labels != k)).accepted


def test_only_the_notebooks_data_are_called_borrowed():
    space = {"np": np, "N": 3, "helper": len, "rows": [1]}
    exec("def f(x): return np.mean(x) + N + helper(rows) + [N for _ in x][0]", space)
    assert borrowed(space["f"]) == (" N and rows come from the notebook, not from your arguments.")
    assert borrowed(lambda x: np.sum(x)) == ""


def test_a_hint_is_given_only_where_the_mistake_gives_the_answer():
    mistakes = [
        (lambda: [1 / 0], "raises"),
        (lambda: [1.0, 2.5], "near"),
        (lambda: [1.0, 2.0], "exact"),
    ]
    assert first_mistake([1.0, 2.0], mistakes) == "exact"
    assert first_mistake([7.0, 2.0], mistakes) == ""


def test_several_answers_are_not_attempted_only_if_none_is_given():
    @exercise
    def both(one, other):
        return right("Both.")

    assert both(..., ...).message == NOT_ATTEMPTED
    assert both(1, ...).accepted
    assert check_curves(...).message == NOT_ATTEMPTED
