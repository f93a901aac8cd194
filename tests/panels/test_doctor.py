"""The doctor's panel without a browser: it says what the doctor says."""

import _thread
import threading
import time

import pytest

from helpers import BUGS, build, question
from helpers.doctor import diagnose_gradients, diagnose_run, diagnose_step
from helpers.panels import doctor
from helpers.panels.code_box import STOPPED, compile_function
from helpers.panels.doctor import (
    DOCTORS,
    EXAMPLES,
    DoctorPanel,
    diagnose_text,
    show_diagnosis,
)
from helpers.panels.markup import lines_html


@pytest.mark.parametrize("kind", EXAMPLES)
def test_the_examples_are_diagnosed(kind):
    panel = DoctorPanel(kind)
    said = str(DOCTORS[kind](compile_function(EXAMPLES[kind])))
    assert panel.judged == said == diagnose_text(EXAMPLES[kind], kind)
    assert panel.summary() == said.splitlines()[0]
    assert {"gradients": "wrong-sign", "step": "dead-bias"}[kind] in said


def test_a_verdict_of_many_lines_is_a_listing(monkeypatch):
    monkeypatch.setattr(doctor, "diagnose_text", lambda text, kind: "Not correct.\n  3 <b>\n  4")
    panel = DoctorPanel()
    assert panel.summary() == "Not correct."
    assert panel.current.texts["listing"] == '<pre class="listing">  3 &lt;b&gt;\n  4</pre>'


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
    assert panel.judged.startswith("Correct")


def test_the_button_diagnoses():
    panel = DoctorPanel()
    panel.set(code=EXAMPLES["gradients"].replace("Y - P", "P - Y"))
    panel.take({}, "run")
    assert panel.judged == panel.summary() and panel.summary().startswith("Correct.")


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
    assert f"+ {BUGS['ascent'].wrong}" in card.current.texts["lines"]


def test_a_run_is_shown_too():
    diagnosis = diagnose_run([2.3, 2.3, 2.3], [0] * 10, list(range(10)))
    assert show_diagnosis(diagnosis).summary() == str(diagnosis)


def test_a_right_function_has_no_lines():
    card = show_diagnosis(diagnose_gradients(build().loss_and_gradients))
    assert card.current.texts["lines"] == ""


def test_the_question_is_recognised():
    def asked(W, b, X, Y):
        return question.objective(W, b, X, Y), *question.gradients(W, b, X, Y)

    summary = show_diagnosis(diagnose_gradients(asked)).summary()
    assert "log-likelihood" in summary and "ascended" in summary


def test_lines_are_escaped():
    assert "&lt;" not in lines_html(["ascent"]) and "<del" in lines_html(["ascent"])
    assert lines_html([]) == ""


def test_the_line_of_a_mistake_is_marked():
    panel = DoctorPanel()
    panel.set(code="x = 1\ny = 1 / 0\ndef f(W, b, X, Y):\n    return 1")
    panel.run()
    line, words = panel.current.marks["code"]
    assert line == 2 and "ZeroDivisionError" in words
    panel.set(code="x = 1")
    assert panel.current.marks == {}, "the text has changed since"


@pytest.mark.parametrize("text", ["while True:\n    pass", "def f(W, b, X, Y):\n    while True: 1"])
def test_code_that_never_ends_is_stopped(text):
    panel = DoctorPanel()
    panel.take({"code": text}, "run")
    assert panel.running and panel.summary() == "Your code is running. Stop ends it."
    assert "stop" not in panel.current.hidden
    panel.take({}, "run")  # nothing new begins
    job = panel._job
    panel.take({}, "stop")
    assert job.wait(10) and panel.summary() == STOPPED
    assert "stop" in panel.current.hidden
    panel.reset()
    assert "wrong-sign" in panel.summary()


def test_code_that_leaves_does_not_end_the_kernel():
    panel = DoctorPanel()
    panel.set(code="import sys\nsys.exit(3)")
    panel.run()
    assert panel.summary() == "Your code raises SystemExit: 3"


def test_the_kernels_interrupt_ends_code_that_a_cell_runs():
    panel = DoctorPanel()
    panel.set(code="while True:\n    pass")

    def interrupt():
        while not panel.running:
            time.sleep(0.01)
        time.sleep(0.4)  # the second of several waits
        _thread.interrupt_main()

    threading.Thread(target=interrupt).start()
    with pytest.raises(KeyboardInterrupt):
        panel.run()
    deadline = time.monotonic() + 10
    while panel.running and time.monotonic() < deadline:
        time.sleep(0.01)
    assert panel.summary() == STOPPED and not panel.running
