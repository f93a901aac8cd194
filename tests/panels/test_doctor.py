"""The doctor's panel without a browser: it says what the doctor says."""

import _thread
import functools
import signal
import threading
import time

import pytest

from helpers import BUGS, build, question
from helpers.doctor import (
    KINDS,
    diagnose_as,
    diagnose_gradients,
    diagnose_run,
    diagnose_step,
    guard,
)
from helpers.panels import doctor
from helpers.panels.code_box import STOPPED
from helpers.panels.doctor import EXAMPLES, DoctorPanel, show_diagnosis
from helpers.panels.markup import edits_html, lines_html

GRADIENTS = EXAMPLES["gradients"]
RIGHT = GRADIENTS.replace("Y - P", "P - Y")


@pytest.fixture(scope="module", autouse=True)
def each_example_once():
    """Each panel begins with the diagnosis of its example: one is enough for all of them."""
    known = functools.cache(diagnose_as)

    def diagnose(text, kind):
        return (known if text in EXAMPLES.values() else diagnose_as)(text, kind)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(doctor, "diagnose_as", diagnose)
        yield


def test_every_kind_has_an_example():
    assert list(EXAMPLES) == list(KINDS) == list(doctor._LABELS)


@pytest.mark.parametrize(
    ("kind", "after"),
    [
        ("gradients", "R = P - Y"),
        ("step", "b = b - learning_rate * np.mean(P - Y, axis=0)"),
        ("script", "grad = p - y"),
    ],
)
def test_the_examples_are_wrong_in_one_line_and_found_out(kind, after):
    panel, found = DoctorPanel(kind), DoctorPanel("anything")
    (edit,) = panel.judged.edits
    assert panel.judged.verdict == "wrong" and edit.after == after
    assert EXAMPLES[kind].splitlines()[edit.line - 1].strip() == edit.before
    assert panel.current.marks["code"] == (edit.line, f"should be {after}")
    found.set(code=EXAMPLES[kind])
    found.run()
    assert found.summary() == panel.summary() == str(diagnose_as(EXAMPLES[kind], kind))


def test_a_number_is_found_out():
    panel = DoctorPanel()
    panel.set(code=EXAMPLES["number"])
    panel.run()
    assert panel.summary() == DoctorPanel("number").summary()
    assert panel.summary().startswith("9.8 % can be")


def test_the_listing_is_the_reader_s_text_with_what_each_line_is():
    panel = DoctorPanel()
    listing = panel.current.texts["listing"]
    for line in GRADIENTS.splitlines():
        assert line in listing
    assert "# probabilities P" in listing and "&gt;  6      R = Y - P" in listing


def test_yours_and_should_be_without_signs():
    lines = DoctorPanel().current.texts["lines"]
    assert "line 6, yours: R = Y - P\n    should be: R = P - Y" in lines
    assert "<del" not in lines and "<ins" not in lines


def test_another_kind_brings_its_example():
    panel = DoctorPanel("gradients")
    first = panel.summary()
    panel.set(kind="step")
    assert panel.controls["code"].value == EXAMPLES["step"]
    assert panel.summary() == DoctorPanel("step").summary()
    panel.reset()
    assert panel.summary() == first and panel.controls["code"].value == GRADIENTS


def test_what_the_reader_wrote_is_kept_and_judged_as_the_other_kind():
    panel = DoctorPanel("gradients")
    own = EXAMPLES["step"].replace("np.mean(P - Y)", "np.mean(P - Y, axis=0)")
    panel.set(code=own)
    assert panel.summary().endswith("The text has changed since: press Diagnose.")
    panel.set(kind="step")
    assert panel.controls["code"].value == own
    assert panel.judged.verdict == "right" and not panel.current.marks


def test_the_button_diagnoses():
    panel = DoctorPanel()
    panel.set(code=RIGHT)
    panel.take({}, "run")
    panel._job and panel._job.wait(20)
    assert panel.judged.verdict == "right" and panel.summary().startswith("Right.")


NOT_JUDGED = {
    "def f(W, b, X, Y)\n    return 1": (1, "SyntaxError"),
    "x = 1\ny = (": (2, "SyntaxError"),
    "def f(W, b, X, Y):\n    return undefined": (0, "undefined"),
    "def f(W, b, X, Y):\n    pass": (0, "returns nothing"),
    "": (0, "defines no function"),
}


@pytest.mark.parametrize("text", NOT_JUDGED)
def test_what_cannot_be_judged_is_said_at_its_line(text):
    panel = DoctorPanel()
    panel.set(code=text)
    panel.run()
    line, words = NOT_JUDGED[text]
    assert panel.judged.verdict == "not judged" and words in panel.summary()
    assert panel.current.marks.get("code", (0,))[0] == line
    panel.set(code=text + "# ")
    assert panel.current.marks == {}, "the text has changed since"


def test_a_kind_that_does_not_fit_is_said_in_the_page():
    panel = DoctorPanel()
    panel.set(kind="number")
    panel.set(code="def f(): pass")
    panel.run()
    assert "is not read as a number" in panel.summary()


def test_a_diagnosis_is_shown_as_it_is():
    diagnosis = diagnose_step(EXAMPLES["step"])
    card = show_diagnosis(diagnosis)
    assert card.summary() == str(diagnosis)
    assert repr(card) == " ".join(f"DiagnosisCard: {diagnosis}".split())
    assert edits_html(diagnosis.edits) in card.current.texts["lines"]


def test_a_run_shows_lines_of_its_suspects():
    diagnosis = diagnose_run([2.3026, 3.1, 4.2, 5.9, 8.1, 9.0], [1] * 20, list(range(10)) * 2)
    card = show_diagnosis(diagnosis)
    assert card.summary() == str(diagnosis) and diagnosis.verdict == "wrong"
    suspect = BUGS[diagnosis.bugs[0]]
    assert f"wrong: {suspect.wrong}\nright: {suspect.right}" in card.current.texts["lines"]


def test_a_right_function_has_no_lines():
    card = show_diagnosis(diagnose_gradients(build().loss_and_gradients))
    assert card.current.texts["lines"] == ""


def test_the_question_is_recognised():
    def asked(W, b, X, Y):
        return question.objective(W, b, X, Y), *question.gradients(W, b, X, Y)

    summary = show_diagnosis(diagnose_gradients(asked)).summary()
    assert "log-likelihood" in summary and "uphill" in summary


def test_lines_are_escaped():
    assert "<b>" not in lines_html(["ascent"]).replace("<b>Ascent", "")
    assert lines_html([]) == edits_html([]) == ""


@pytest.mark.parametrize("kind", ["anything", "gradients"])
def test_a_function_that_never_ends_is_stopped_by_the_doctor(kind, monkeypatch):
    monkeypatch.setattr(guard, "SECONDS", 0.3)
    panel = DoctorPanel(kind)
    panel.set(code="def f(W, b, X, Y):\n    while True: 1")
    start = time.monotonic()
    panel.run()
    assert panel.judged.verdict == "not judged" and "stopped" in panel.summary()
    assert time.monotonic() - start < 10


@pytest.mark.parametrize("text", ["while True:\n    pass", "def f(W, b, X, Y):\n    while True: 1"])
def test_code_that_never_ends_is_stopped_by_the_reader(text):
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
    assert "R = P - Y" in panel.summary()


@pytest.mark.parametrize("text", ["import sys\nsys.exit(3)", "def f(W, b, X, Y):\n    exit()"])
def test_code_that_leaves_does_not_end_the_kernel(text):
    panel = DoctorPanel()
    panel.set(code=text)
    panel.run()
    assert panel.judged.verdict == "not judged"
    assert "SystemExit" in panel.summary() or "ends the process" in panel.summary()


def test_the_kernels_interrupt_ends_code_that_a_cell_runs():
    panel = DoctorPanel()
    panel.set(code="while True:\n    pass")

    def interrupt():
        while not panel.running:
            time.sleep(0.01)
        time.sleep(0.4)  # the second of several waits
        _thread.interrupt_main()

    # As in a kernel: a process started in the background may have been told to ignore it.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        threading.Thread(target=interrupt).start()
        with pytest.raises(KeyboardInterrupt):
            panel.run()
    finally:
        signal.signal(signal.SIGINT, before)
    deadline = time.monotonic() + 10
    while panel.running and time.monotonic() < deadline:
        time.sleep(0.01)
    assert panel.summary() == STOPPED and not panel.running
