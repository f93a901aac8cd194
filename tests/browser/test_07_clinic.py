"""Notebook 07 in a real browser: the clinic, the doctor and a check of one's own."""

import re
from functools import cache

from helpers.clinic.patients import draw_case

SECONDS_30 = 30_000
CLINIC, DOCTOR, WRITING = "The clinic", "The doctor", "Write a check"


# Whom a number brings in changes with every new bug; what the first loss says of this one does not.
@cache
def patient():
    return next(s for s in range(2, 999) if draw_case("easy", s).ids == ("softmax-over-batch",))


def expect(locator):
    from playwright.sync_api import expect

    return expect(locator)


def test_a_patient_by_mouse(lab):
    notebook = lab("07")
    notebook.run("Clinic[(]")
    panel, status = notebook.panel(CLINIC), notebook.status(CLINIC)
    expect(status).to_contain_text("Patient 0")
    panel.get_by_role("button", name="Next patient").click()
    expect(status).to_contain_text("Patient 1, one bug")
    panel.get_by_label("patient number").fill(str(patient()))
    panel.get_by_label("patient number").press("Tab")
    expect(status).to_contain_text(f"Patient {patient()}, one bug")
    panel.get_by_role("button", name="Is the first loss ln K?").click()
    expect(panel.get_by_text("first-loss: failed: ln B", exact=True)).to_be_visible()
    expect(status).to_contain_text("Checks ordered: 1; cost 2")
    expect(panel.get_by_role("row", name=re.compile("^first-loss"))).to_contain_text("ln B")

    panel.get_by_role("checkbox", name="Softmax over the whole batch at once").check()
    panel.get_by_role("button", name="Diagnose").click()
    expect(status).to_contain_text('then first-loss would have answered "failed: ln(BK)"')
    expect(status).to_contain_text("cost 5")
    panel.get_by_role("checkbox", name="Softmax over the whole batch at once").uncheck()
    panel.get_by_role("checkbox", name="Softmax over the samples").check()
    panel.get_by_role("button", name="Diagnose").click()
    expect(status).to_contain_text("You spent 5; the greedy order spends 2 (first-loss). 40 points")
    lines = panel.get_by_label("wrong and right line of softmax-over-batch")
    expect(lines).to_contain_text("wrong: log_sum = np.log(np.exp(shifted).sum(axis=0")


def test_a_patient_by_keyboard(lab):
    notebook = lab("07")
    notebook.run("Clinic[(]")
    panel, status, keyboard = (
        notebook.panel(CLINIC),
        notebook.status(CLINIC),
        notebook.page.keyboard,
    )
    number = panel.get_by_label("patient number")
    number.focus()
    keyboard.press("Control+a")
    keyboard.type(str(patient()))
    keyboard.press("Tab")
    expect(status).to_contain_text(f"Patient {patient()}, one bug")
    # From the number, Tab goes to the fold of the checks that cost 1, then to the first of them.
    keyboard.press("Tab")
    first = panel.get_by_role("button", name="Is the first loss ln K?")
    expect(first).to_be_focused()
    keyboard.press("Space")
    expect(status).to_contain_text("first-loss: failed: ln B.")
    box = panel.get_by_role("checkbox", name="Softmax over the samples")
    box.focus()
    keyboard.press("Space")
    panel.get_by_role("button", name="Diagnose").focus()
    keyboard.press("Enter")
    expect(status).to_contain_text("100 points")


def test_the_highest_level_by_mouse(lab):
    notebook = lab("07")
    notebook.run("Clinic[(]")
    panel, status = notebook.panel(CLINIC), notebook.status(CLINIC)
    panel.get_by_role("radio", name="two or three of six bugs at once").check()
    expect(status).to_contain_text("two or three of six bugs at once")
    expect(panel.get_by_role("checkbox")).to_have_count(6)
    panel.get_by_role("button", name="Diagnose").click()
    expect(status).to_contain_text("Name two or three of the six", timeout=SECONDS_30)
    panel.get_by_role("button", name="Give up").click()
    ids = draw_case("several", 0).ids
    expect(status).to_contain_text(f"Given up: it was {' + '.join(ids)}")
    expect(panel.get_by_label(re.compile("^wrong and right line of"))).to_have_count(len(ids))


PASTED = """\
def add(W, b, X, Y):
    P = np.exp(X @ W + b)
    P = P / P.sum(axis=1, keepdims=True)
    return X.T @ (P - Y) / len(X), (P - Y).sum() / len(X)
"""
SCRIPT = """\
from keras.datasets import mnist
import numpy as np

(x, y), _ = mnist.load_data()
x, y = x.reshape(len(x), -1) / 255, np.eye(10)[y]
W, b = np.zeros((784, 10)), np.zeros(10)
for i in range(0, len(x), 50):
    e = np.exp(x[i : i + 50] @ W + b)
    p = e / e.sum(axis=1, keepdims=True)
    r = y[i : i + 50] - p
    W -= 0.1 * x[i : i + 50].T @ r / 50
    b -= 0.1 * r.mean(axis=0)
"""


def test_the_doctor_by_keyboard_and_mouse(lab):
    notebook = lab("07")
    notebook.run("^doctor$", "show_diagnosis[(]")
    expect(notebook.status("Diagnosis").first).to_contain_text("log-likelihood")
    expect(notebook.status("Diagnosis").last).to_contain_text("should be `R = Y_hat - y.T`")
    panel, status, keyboard = (
        notebook.panel(DOCTOR),
        notebook.status(DOCTOR),
        notebook.page.keyboard,
    )
    area = panel.get_by_label("your code, or a number")
    expect(status).to_contain_text("Line 6 of gradients, yours:")
    expect(panel.get_by_label("change in line 6").first).to_contain_text("should be: R = P - Y")
    expect(panel.get_by_text("# probabilities P")).to_be_visible()

    area.focus()
    keyboard.press("Control+a")
    # Letters that are commands of JupyterLab elsewhere: a, b, d d, x.
    keyboard.type("def add")
    keyboard.insert_text(PASTED.removeprefix("def add"))
    keyboard.press("Escape")
    keyboard.press("Tab")  # leaves the text
    expect(status).to_contain_text("The text has changed since: press Diagnose.")
    panel.get_by_role("button", name="Diagnose").focus()
    keyboard.press("Enter")
    expect(status).to_contain_text("dead-bias", timeout=SECONDS_30)
    expect(status).not_to_contain_text("The text has changed")

    area.fill("def f(W, b\n    return 1")
    panel.get_by_role("button", name="Diagnose").click()
    expect(panel.get_by_text(re.compile("^Line 1: SyntaxError"))).to_be_visible()
    area.fill("def step(W, b, X, Y, rate):\n    return W, b")
    panel.get_by_role("radio", name="one step").check()
    expect(status).to_contain_text("Wrong.", timeout=SECONDS_30)
    panel.get_by_role("radio", name="find out").check()
    expect(area).to_have_value(re.compile("^def step"))


def test_scripts_and_what_would_end_the_kernel(lab):
    notebook = lab("07")
    notebook.run("^doctor$")
    panel, status = notebook.panel(DOCTOR), notebook.status(DOCTOR)
    area, diagnose = (
        panel.get_by_label("your code, or a number"),
        panel.get_by_role("button", name="Diagnose"),
    )
    area.fill(SCRIPT)
    diagnose.click()
    expect(status).to_contain_text("should be `r = p - y[i : i + 50]`", timeout=SECONDS_30)
    expect(status).to_contain_text("The course's digits stood in for")

    area.fill("import sys\nsys.exit()")
    diagnose.click()
    expect(status).to_contain_text("SystemExit", timeout=SECONDS_30)
    for endless in ("while True:\n    pass", "def f(W, b, X, Y):\n    while True:\n        pass"):
        area.fill(endless)
        diagnose.click()
        expect(status).to_have_text("Your code is running. Stop ends it.")
        panel.get_by_role("button", name="Stop").click()
        expect(status).to_contain_text("Stopped.")

    area.fill("9.8 %")  # the kernel is there
    diagnose.click()
    expect(status).to_contain_text("all predictions are 0", timeout=SECONDS_30)


def test_a_check_is_written(lab):
    notebook = lab("07")
    notebook.run("CheckWriting[(]")
    keyboard = notebook.page.keyboard
    panel, status = notebook.panel(WRITING), notebook.status(WRITING)
    expect(status).to_contain_text("wrongly rejected 3 of 15 right programs")
    panel.get_by_role("radio", name="gradient-at-random").check()
    expect(status).to_contain_text("gradient-at-random kills 28")
    area = panel.get_by_label("your check")
    area.fill("def check(program):\n    return program.train(*small_digits()).error < 0.5")
    panel.get_by_role("button", name="Run the check").click()
    expect(status).to_contain_text("wrongly rejected 0 of 15", timeout=SECONDS_30)
    expect(status).to_contain_text("It never looks at the loss and its gradients")
    expect(panel.get_by_role("row", name=re.compile("^right programs"))).to_contain_text(
        "○ float32"
    )

    area.focus()
    keyboard.press("Control+a")
    keyboard.type("def check(program):")
    keyboard.press("Enter")  # the next line is indented
    keyboard.type("return program.nothing")
    keyboard.press("Escape")
    keyboard.press("Tab")
    panel.get_by_role("button", name="Run the check").focus()
    keyboard.press("Space")
    expect(status).to_contain_text("It raises on the right program: AttributeError")
