"""`check_derivation` names the first false step of a derivation, and what is wrong with it."""

import ast
import re

import numpy as np
import pytest
from question import derivations_kept_back as kept_back
from question import derivations_tried as tried
from regenerate import ROOT

from helpers.question import check_derivation
from helpers.question.derivation import B_LINES, W_LINES, every_entry
from helpers.question.slips import KINDS, edits, tree_of

RIGHT = tried.RIGHT | kept_back.RIGHT
BROKEN = tried.BROKEN | kept_back.BROKEN
LOSS = "-(Y * log(P)).sum() / N"


def test_ten_right_and_twenty_broken():
    assert (len(RIGHT), len(BROKEN)) == (10, 20)


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_derivation_holds(name):
    report = check_derivation(RIGHT[name])
    assert report.correct, report
    assert report.slip is None
    assert max(report.gaps.values()) < 1e-7


@pytest.mark.parametrize("name", BROKEN)
def test_the_first_false_step_and_its_kind_are_named(name):
    steps, false_step, kinds = BROKEN[name]
    report = check_derivation(steps)
    assert report.false_step == false_step, report
    assert report.slip.kind in kinds & set(KINDS), report
    assert report.slip.words in str(report)


def test_few_are_unnamed():
    unnamed = [n for n, (s, _, _) in BROKEN.items() if check_derivation(s).slip.kind == "unnamed"]
    assert unnamed == ["sigmoid in place of softmax", "diagonal of the Jacobian only"]


@pytest.mark.parametrize("lines", [W_LINES, B_LINES])
def test_the_questions_lines_follow_and_what_they_assume_is_found(lines):
    report = check_derivation({name: every_entry(line) for name, line in lines.items()})
    assert report.correct
    assert report.assumes == {
        "line (2)": "the labels of each sample sum to 1",
        "labels": "labels are 0 or 1",
        "line (3)": "labels are 0 or 1",
    }
    assert "columns" in report.notes[0]


@pytest.mark.parametrize("line", ["w_line_3", "w_matrix"])
def test_a_line_of_the_question_with_its_sign_turned_is_found(line):
    steps = {name: every_entry(f) for name, f in W_LINES.items()}
    steps["turned"] = lambda W, b, X, Y: -steps["matrix"](W, b, X, Y)
    report = check_derivation(steps)
    assert (report.false_step, report.slip.kind) == ("turned", "sign")


def test_how_far_off_is_said():
    assert "off by 200 % of its size" in str(
        check_derivation({"a": LOSS, "b": "X.T @ (Y - P) / N"})
    )


def test_a_size_of_the_notebooks_own_is_noticed():
    N = 7
    report = check_derivation(
        {
            "loss": LOSS,
            "gradient": lambda W, b, X, Y: (
                sum(np.outer(X[i], (np.exp(X @ W + b).T / np.exp(X @ W + b).sum(1)).T[i] - Y[i])
                    for i in range(N)) / N
            ),
        }
    )  # fmt: skip
    assert "Judged at one size only" in str(report)
    assert report.correct


def test_functions_may_take_fewer_arguments():
    assert check_derivation({"a": lambda X: X.T @ X, "b": "X.T @ X"}).correct


def test_no_source_no_edit_but_still_a_verdict():
    space = {}
    exec("f = lambda X: X.sum(axis=0)\ng = lambda X: X.sum(axis=1)", space)
    report = check_derivation({"f": space["f"], "g": space["g"]})
    assert (report.false_step, report.slip.kind) == ("g", "unnamed")
    assert "it is (7,); the step before asks for (5,)" in report.slip.words


@pytest.mark.parametrize(
    ("steps", "error", "words"),
    [
        (["X", "X"], TypeError, "a dictionary of at least two steps"),
        ({"a": "X"}, TypeError, "at least two steps"),
        ({"a": "X", "b": 3}, TypeError, "a step is int"),
        ({"a": "X", "b": lambda V: V}, TypeError, "a step wants V; it gets W, b, X and Y"),
        ({"a": "X", "b": "X.T @ Q"}, ValueError, "'b' raises NameError"),
        ({"a": "X", "b": lambda X: exit()}, ValueError, "'b' raises"),
        ({"a": "X @", "b": "X"}, SyntaxError, "invalid"),
        ({"a": "X", "b": lambda X: None}, ValueError, "it gives NoneType"),
    ],
)
def test_bad_input_is_refused(steps, error, words):
    with pytest.raises(error, match=words):
        check_derivation(steps)


def test_nan_does_not_pass():
    assert not check_derivation({"a": "X", "b": "X * (0 * log(0 * X))"}).correct


def test_arguments_stay_as_they_are():
    def writes(X):
        X *= 2
        return X

    assert check_derivation({"a": "2 * X", "b": writes, "c": "2 * X"}).correct


def test_an_edit_changes_one_place_and_leaves_the_step_alone():
    tree = tree_of("X.T @ (Y - P)")
    before = tree_of("X.T @ (Y - P)")
    texts = {edit.after for edit in edits(tree)}
    assert {"Y + P", "X", "Y"} <= texts
    assert ast.dump(tree) == ast.dump(before)


def test_the_readmes_example_says_what_the_readme_says():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"print\((check_derivation\(.*?\))\)\n```", text)
    report = eval(code, {"check_derivation": check_derivation})
    assert (report.false_step, report.slip.kind) == ("gradient", "sign")
