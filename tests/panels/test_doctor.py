"""The doctor's panel without a browser: it says what the doctor says."""

import pytest

from helpers import BUGS, build, question
from helpers.doctor import diagnose_gradients, diagnose_run, diagnose_step
from helpers.panels.code_box import compile_function
from helpers.panels.doctor import DOCTORS, EXAMPLES, DoctorPanel, show_diagnosis
from helpers.panels.markup import lines_html


@pytest.mark.parametrize("kind", EXAMPLES)
def test_the_examples_are_diagnosed(kind):
    panel = DoctorPanel(kind)
    diagnosis = DOCTORS[kind](compile_function(EXAMPLES[kind]))
    assert panel.summary() == str(diagnosis) == str(panel.judged)
    assert not diagnosis.correct
    expected = {"gradients": "wrong-sign", "step": "dead-bias"}[kind]
    assert expected in diagnosis.bugs
    assert BUGS[expected].title in panel.texts["lines"].value
    assert panel.texts["lines"].value == lines_html(diagnosis.bugs)


def test_another_kind_brings_its_example():
    panel = DoctorPanel()
    first = panel.summary()
    panel.set(kind="step")
    assert panel.controls["code"].value == EXAMPLES["step"]
    assert panel.summary() == DoctorPanel("step").summary()
    panel.reset()
    assert panel.summary() == first and panel.controls["code"].value == EXAMPLES["gradients"]


def test_what_the_reader_wrote_is_kept_and_judged_as_the_other_kind():
    panel = DoctorPanel()
    own = EXAMPLES["step"].replace("np.mean(P - Y)", "np.mean(P - Y, axis=0)")
    panel.set(code=own)
    assert panel.summary().endswith("The text has changed since: press Diagnose.")
    panel.set(kind="step")
    assert panel.controls["code"].value == own
    assert panel.judged.correct and panel.texts["lines"].value == ""


def test_the_button_diagnoses():
    panel = DoctorPanel()
    panel.set(code=EXAMPLES["gradients"].replace("Y - P", "P - Y"))
    panel._button.click()
    assert panel.judged.correct and panel.summary().startswith("Correct.")


MISTAKES = {
    "def f(W, b, X, Y)\n    return 1": "SyntaxError in line 1",
    "X @ W": "raises NameError: name 'X' is not defined",
    "W = np.zeros(3)": "defines no function",
    "def f(W, b, X, Y):\n    return undefined": "undefined",
    "def f(W, b, X, Y):\n    pass": "Not correct.",
}


@pytest.mark.parametrize("text", MISTAKES)
def test_mistakes_are_shown_in_the_page(text):
    panel = DoctorPanel()
    panel.set(code=text)
    panel.run()
    assert MISTAKES[text] in panel.summary()


def test_a_diagnosis_is_shown_as_it_is():
    program = build(["ascent"])
    diagnosis = diagnose_step(program.step)
    card = show_diagnosis(diagnosis)
    assert card.summary() == str(diagnosis)
    assert repr(card) == f"DiagnosisCard: {diagnosis}"
    assert f"+ {BUGS['ascent'].wrong}" in card.texts["lines"].value


def test_a_run_is_shown_too():
    diagnosis = diagnose_run([2.3, 2.3, 2.3], [0] * 10, list(range(10)))
    assert show_diagnosis(diagnosis).summary() == str(diagnosis)


def test_a_right_function_has_no_lines():
    card = show_diagnosis(diagnose_gradients(build().loss_and_gradients))
    assert card.texts["lines"].value == ""


def test_the_question_is_recognised():
    def asked(W, b, X, Y):
        return question.objective(W, b, X, Y), *question.gradients(W, b, X, Y)

    summary = show_diagnosis(diagnose_gradients(asked)).summary()
    assert "log-likelihood" in summary and "ascended" in summary


def test_lines_are_escaped():
    assert "&lt;" not in lines_html(["ascent"]) and "<del" in lines_html(["ascent"])
    assert lines_html([]) == ""
