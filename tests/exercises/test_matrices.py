"""Notebook 03's exercise accepts what is right and names what is wrong."""

import nbformat
import numpy as np
import pytest
from hygiene import exercise_solutions
from regenerate import ROOT

from helpers import BUGS, build, log_softmax, softmax
from helpers.exercises.feedback import NOT_ATTEMPTED
from helpers.exercises.lecture import check_to_course
from helpers.exercises.matrices import check_loss_and_gradients, train_digits


def candidate(**lines):
    """A learner's function in the learner's own style, with some of its lines replaced."""
    body = {
        "head": "N = len(X)",
        "Z": "Z = X @ W + b",
        "shift": "Z = Z - np.max(Z, axis=1)[:, None]",
        "P": "P = np.exp(Z) / np.exp(Z).sum(axis=1)[:, None]",
        "log": "log_P = Z - np.log(np.exp(Z).sum(axis=1))[:, None]",
        "loss": "loss = -np.mean(np.sum(Y * log_P, axis=1))",
        "R": "R = P - Y",
        "dW": "dW = np.dot(X.T, R) / N",
        "db": "db = np.ones(N) @ R / N",
        "end": "return loss, dW, db",
    } | lines
    source = "def f(W, b, X, Y):\n" + "".join(f"    {line}\n" for line in body.values())
    space = {"np": np, "softmax": softmax, "log_softmax": log_softmax}
    exec(source, space)
    return space["f"]


RIGHT = {
    "plain": {},
    "einsum": {"dW": "dW = np.einsum('id,ik->dk', X, R) / N"},
    "loops": {"dW": "dW = sum(np.outer(X[i], R[i]) for i in range(N)) / N"},
    "picked": {"loss": "loss = -log_P[np.arange(N), Y.argmax(axis=1)].mean()"},
    "from the log-likelihood": {"R": "R = -(Y - P)"},
    "lists": {"end": "return [loss, dW.tolist(), db.tolist()]"},
}


@pytest.mark.parametrize("lines", RIGHT.values(), ids=RIGHT)
def test_right_answers_are_accepted(lines):
    feedback = check_loss_and_gradients(candidate(**lines))
    assert feedback.accepted, feedback.message


# What is changed, and words that only its hint holds.
WRONG = {
    "sign": ({"R": "R = Y - P"}, ["sign of the gradient is wrong", "`R = Y - P`"]),
    "loss without minus": (
        {"loss": "loss = np.mean(np.sum(Y * log_P, axis=1))"},
        ["lost its minus"],
    ),
    "sign of both": (
        {"R": "R = Y - P", "loss": "loss = np.mean(np.sum(Y * log_P, axis=1))"},
        ["sign of the gradient", "lost its minus"],
    ),
    "X not transposed": ({"dW": "dW = X @ R / N"}, ["raises ValueError", "core dimension"]),
    "Y transposed": ({"R": "R = P - Y.T"}, ["raises ValueError", "one row a sample"]),
    "X reshaped": ({"dW": "dW = X.reshape(X.shape[1], -1) @ R / N"}, ["X.reshape"]),
    "dW transposed": ({"dW": "dW = R.T @ X / N"}, ["comes out transposed"]),
    "summed gradients": (
        {"dW": "dW = X.T @ R", "db": "db = R.sum(axis=0)"},
        ["Summed gradient, mean loss"],
    ),
    "summed dW": (
        {"dW": "dW = X.T @ R"},
        ["dW is a sum over the batch, and db a mean"],
    ),
    "summed loss": ({"loss": "loss = -np.sum(Y * log_P)"}, ["Summed loss, mean gradient"]),
    "everything summed": (
        {"loss": "loss = -np.sum(Y * log_P)", "dW": "dW = X.T @ R", "db": "db = R.sum(axis=0)"},
        ["All three are N times", "the mean over the samples"],
    ),
    "mean over everything": (
        {"loss": "loss = -np.mean(Y * log_P)"},
        ["averaged over all entries"],
    ),
    "bias to a scalar": ({"db": "db = R.sum() / N"}, ["summed to one number"]),
    "bias over classes": ({"db": "db = R.sum(axis=1) / N"}, ["summed over the classes"]),
    "bias keepdims": (
        {"db": "db = R.sum(axis=0, keepdims=True) / N"},
        ["db is (1, 3)", "keepdims"],
    ),
    "bias ones": (
        {"db": "db = np.ones(len(b)) * R.sum() / N"},
        ["db is wrong: at a random point", "The loss and dW are right"],
    ),
    "softmax axis": (
        {"P": "P = np.exp(Z) / np.exp(Z).sum(axis=0)", "log": "log_P = np.log(P)", "shift": ""},
        ["Softmax over the samples"],
    ),
    "softmax over all": (
        {"P": "P = np.exp(Z) / np.exp(Z).sum()", "log": "log_P = np.log(P)", "shift": ""},
        ["Softmax over the whole batch"],
    ),
    "keepdims": (
        {"P": "P = np.exp(Z) / np.exp(Z).sum(axis=1)", "log": "log_P = np.log(P)"},
        ["raises ValueError", "keepdims"],
    ),
    "writes into Y": ({"R": "Y -= P; R = -Y"}, ["writes into its argument Y"]),
    "writes into b and X": (
        {"head": "N = len(X); X *= 1.5; b += 1"},
        ["writes into its arguments b and X"],
    ),
    "order": ({"end": "return dW, db, loss"}, ["(5, 3), (3,), ()", "in this order"]),
    "forgotten return": ({"end": "pass"}, ["returns nothing"]),
    "no loss": ({"end": "return dW, db"}, ["2 values"]),
    "only dW": ({"end": "return dW"}, ["one value"]),
    "half done": ({"db": "db = ..."}, ["db is still `...`"]),
    "loss per sample": ({"loss": "loss = -np.sum(Y * log_P, axis=1)"}, ["The loss is (7,)"]),
    "diagonal": ({"R": "R = (P - Y) * P * (1 - P)"}, ["Only the diagonal"]),
    "logits": ({"R": "R = X @ W + b - Y"}, ["Logits where probabilities"]),
    "another loss": (
        {"R": "R = 2 * (P - Y)", "loss": "loss = -2 * np.mean(np.sum(Y * log_P, axis=1))"},
        ["All three are 2 times"],
    ),
    "name": ({"R": "R = p - Y"}, ["raises NameError"]),
    "too short": ({"Z": "Z = X @ W.T + b"}, ["core dimension", "shapes beside each line"]),
}


@pytest.mark.parametrize("lines", [{"shift": "pass"}, {"log": "log_P = np.log(P)"}])
def test_what_is_right_and_fragile_is_right_with_a_note(lines):
    feedback = check_loss_and_gradients(candidate(**lines))
    assert feedback.accepted and "A note: at logits of some thousands" in feedback.message


@pytest.mark.parametrize(("lines", "words"), WRONG.values(), ids=WRONG)
def test_each_mistake_has_its_hint(lines, words):
    feedback = check_loss_and_gradients(candidate(**lines))
    assert not feedback.accepted
    missing = [word for word in words if word not in feedback.message]
    assert not missing, feedback.message


def test_no_two_mistakes_share_a_message():
    messages = [check_loss_and_gradients(candidate(**lines)).message for lines, _ in WRONG.values()]
    assert len(set(messages)) == len(messages)


def test_the_dots_and_what_is_no_function():
    assert check_loss_and_gradients(...).message == NOT_ATTEMPTED
    assert check_loss_and_gradients(lambda W, b, X, Y: (..., ..., ...)).message == NOT_ATTEMPTED
    assert "wanted a function" in check_loss_and_gradients(3).message


@pytest.mark.parametrize("bug", [bug for bug in BUGS.values() if not bug.decoy], ids=lambda b: b.id)
def test_every_bug_of_the_function_is_named(bug):
    """Those that patch another function leave this one right; the numerics ones are fragile."""
    feedback = check_loss_and_gradients(build([bug.id]).loss_and_gradients)
    inside = bug.right in LOSS_AND_GRADIENTS
    fragile = inside and bug.group == "numerics"
    assert feedback.accepted == (not inside or fragile), feedback.message
    if fragile:
        assert "A note" in feedback.message
    elif inside and bug.id != "labels-overwritten" and feedback.kind != "Error":
        assert bug.title in feedback.message or bug.group == "scale"


def test_no_part_is_accused_that_is_right():
    outer = check_loss_and_gradients(candidate(dW="dW = np.outer(X, R) / N")).message
    mean = check_loss_and_gradients(candidate(loss="loss = -(Y * log_P).mean()")).message
    assert "sign" not in outer + mean
    assert "The loss and db are right" in outer


def test_a_size_of_the_notebook_is_not_right():
    space = {"np": np, "softmax": softmax, "log_softmax": log_softmax, "N": 7}
    exec(
        "def f(W, b, X, Y):\n R = softmax(X @ W + b) - Y\n"
        " return -(Y * log_softmax(X @ W + b)).sum() / N, X.T @ R / N, R.sum(axis=0) / N",
        space,
    )
    feedback = check_loss_and_gradients(space["f"])
    assert not feedback.accepted
    assert "N comes from the notebook, not from your arguments" in feedback.message


def test_the_digits_are_trained_with_the_readers_function():
    assert "11.7 %" in train_digits(candidate()).message
    assert train_digits(candidate()).accepted
    wrong = train_digits(candidate(R="R = Y - P"))
    assert not wrong.accepted and "90.0 %" in wrong.message
    assert train_digits(lambda W, b, X, Y: (..., ..., ...)).message == NOT_ATTEMPTED


def test_the_lecture_is_carried_over():
    assert check_to_course(lambda G, N: -G.T / N).accepted
    assert check_to_course(lambda G, N: (-G / N).T.tolist()).accepted


def _inside():
    source = build(()).source
    softmax_part = source[source.index("def log_softmax") : source.index("def one_hot")]
    own = source[source.index("def loss_and_gradients") : source.index("def descend")]
    return softmax_part + own


LOSS_AND_GRADIENTS = _inside()


def test_the_notebook_s_own_solution_is_accepted():
    notebook = nbformat.read(ROOT / "notebooks" / "03_turn_it_into_matrices.ipynb", as_version=4)
    (_, solution), (_, second) = exercise_solutions(notebook)
    space = {"np": np, "softmax": softmax, "log_softmax": log_softmax}
    space |= {"check_loss_and_gradients": check_loss_and_gradients}
    space |= {"check_to_course": check_to_course}
    exec(solution, space)
    exec(second, space)
    assert check_loss_and_gradients(space["loss_and_gradients"]).accepted
    assert check_to_course(space["to_course"]).accepted
