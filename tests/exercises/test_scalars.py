"""The exercise of notebook 02 accepts what is right and names what is wrong."""

import hygiene
import nbformat
import numpy as np
import pytest
from regenerate import ROOT

from helpers.exercises.false_step import STEPS, check_false_step
from helpers.exercises.feedback import NOT_ATTEMPTED
from helpers.exercises.scalars import check_second_case
from helpers.question import check_derivation
from helpers.question.derivation import B_LINES, W_LINES
from helpers.question.side_by_side import SideBySide

NOTEBOOK = ROOT / "notebooks" / "02_derive_it_with_scalars.ipynb"


def p(z, k):
    return np.exp(z[k]) / np.exp(z).sum()


def answer(second, first=lambda z, k: p(z, k) * (1 - p(z, k))):
    """A learner's function with these formulas for the two cases."""
    return lambda z, j, k: first(z, k) if j == k else second(z, j, k)


def measured(z, j, k, h=1e-6):
    move = h * np.eye(len(z))[k]
    return (p(z + move, j) - p(z - move, j)) / (2 * h)


RIGHT = {
    "product": answer(lambda z, j, k: -p(z, j) * p(z, k)),
    "transposed, which is the same": answer(lambda z, j, k: -p(z, k) * p(z, j)),
    "one line": lambda z, j, k: p(z, j) * ((j == k) - p(z, k)),
    "matrix": lambda z, j, k: (np.diag(s := np.exp(z) / np.exp(z).sum()) - np.outer(s, s))[j, k],
    "quotient rule": answer(lambda z, j, k: -np.exp(z[j]) * np.exp(z[k]) / np.exp(z).sum() ** 2),
    "measured": measured,
}

WRONG = {
    "minus lost": (lambda z, j, k: p(z, j) * p(z, k), "the sign is not"),
    "first case for k": (lambda z, j, k: p(z, k) * (1 - p(z, k)), "first case, p_k (1 - p_k)"),
    "first case for j": (lambda z, j, k: p(z, j) * (1 - p(z, j)), "first case again, for class j"),
    "delta 1": (lambda z, j, k: p(z, j) * (1 - p(z, k)), "The 1 in p_j (1 - p_k)"),
    "delta 1, transposed": (lambda z, j, k: p(z, k) * (1 - p(z, j)), "The 1 in p_k (1 - p_j)"),
    "delta 1 and a minus": (lambda z, j, k: -p(z, j) * (1 - p(z, k)), "One minus too many"),
    "zero": (lambda z, j, k: 0, "the denominator, the sum S"),
    "of the logarithm": (lambda z, j, k: -p(z, k), "derivative of ln p_j"),
    "factor lost": (lambda z, j, k: -p(z, j), "A factor is lost"),
    "k twice": (lambda z, j, k: -(p(z, k) ** 2), "Both factors carry the index k"),
    "j twice": (lambda z, j, k: -(p(z, j) ** 2), "Both factors carry the index j"),
    "logits": (lambda z, j, k: -z[j] * z[k], "not z_j and z_k."),
    "logits, no minus": (lambda z, j, k: z[j] * z[k], "And mind the sign"),
    "not divided": (lambda z, j, k: -np.exp(z[j] + z[k]), "divided by S squared"),
    "divided once": (lambda z, j, k: -np.exp(z[j] + z[k]) / np.exp(z).sum(), "Divided by S once"),
    "factor": (lambda z, j, k: -2 * p(z, j) * p(z, k), "2 times the derivative"),
    "no known slip": (lambda z, j, k: p(z, j) * z[k], "None of the usual slips"),
    "not finite": (lambda z, j, k: np.nan, "not a finite number"),
    "vector": (lambda z, j, k: -p(z, j) * z, "an array of shape (4,). Wanted is one number"),
    "no return": (lambda z, j, k: None, "returns nothing"),
    "raises": (lambda z, j, k: z[j, k], "IndexError"),
}


@pytest.mark.parametrize("name", RIGHT)
def test_right_answers_are_accepted(name):
    feedback = check_second_case(RIGHT[name])
    assert feedback.accepted, feedback


@pytest.mark.parametrize("name", WRONG)
def test_wrong_answers_hear_what_is_wrong(name):
    second, hint = WRONG[name]
    feedback = check_second_case(answer(second))
    assert not feedback.accepted
    assert hint in feedback.message


def test_each_mistake_has_a_hint_of_its_own():
    messages = {check_second_case(answer(second)).message for second, _ in WRONG.values()}
    assert len(messages) == len(WRONG)


def test_a_changed_first_case_is_noticed():
    feedback = check_second_case(lambda z, j, k: -p(z, j) * p(z, k))
    assert not feedback.accepted
    assert "the first is not" in feedback.message


@pytest.mark.parametrize("unattempted", [..., answer(lambda z, j, k: ...)])
def test_unattempted_is_said(unattempted):
    assert check_second_case(unattempted).message == NOT_ATTEMPTED


def test_the_answer_cannot_spoil_the_check():
    def writes(z, j, k):
        z *= 2
        return 0

    assert "the denominator" in check_second_case(writes).message


def test_the_notebooks_solution_is_accepted():
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    (_, solution), (_, second) = hygiene.exercise_solutions(notebook)
    *definitions, call = solution.strip().splitlines()
    names = {"p": p, "np": np, "check_second_case": check_second_case}
    exec("\n".join(definitions), names)
    assert eval(call, names).accepted
    *definitions, call = second.strip().splitlines()
    exec("\n".join(definitions), names)
    assert eval(call, names | {"check_false_step": check_false_step}).accepted


@pytest.mark.parametrize("answer", [("(2)", "sign"), (2, "Sign"), ("line (2)", " sign ")])
def test_the_false_step_may_be_written_as_one_likes(answer):
    assert check_false_step(*answer).accepted


def test_the_false_step_of_the_notebook_is_the_one_that_is_judged():
    text = " ".join(cell.source for cell in nbformat.read(NOTEBOOK, as_version=4).cells)
    assert r"&= \sum_i x_{in} y_{ir} + \sum_i x_{in} p_{ir} && (2)" in text
    report = check_derivation(STEPS)
    assert (report.false_step, report.slip.kind) == ("(2)", "sign")


@pytest.mark.parametrize("line", [*W_LINES.values(), *B_LINES.values()])
def test_a_line_stands_with_its_code(line):
    shown = SideBySide(line)
    assert shown.formula in " ".join(repr(shown).split("\n")[:1])
    assert shown.code.startswith(f"def {line.__name__}(") and '"""' not in shown.code
    assert f"$\\displaystyle {shown.formula}$" in shown._repr_markdown_()
    # The sentence after the formula stays out; braces and fractions come through whole.
    assert shown.formula.count("{") == shown.formula.count("}")
    assert not shown.formula.endswith(".") and "The bold" not in shown.formula


def test_rows_of_ones_are_bold_and_the_number_one_is_not():
    assert r"\ln(Z_i) \mathbf{1})" in SideBySide(W_LINES["line (1)"]).formula
    assert r"} 1 - \sum_i" in SideBySide(B_LINES["labels"]).formula


def test_a_function_without_a_formula_is_refused():
    with pytest.raises(ValueError, match="p does not open with `title: formula`"):
        SideBySide(p)
