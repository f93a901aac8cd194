"""Notebook 07 in a real browser: the clinic, the doctor and a check of one's own."""

import re

SECONDS_30 = 30_000
CLINIC, DOCTOR, WRITING = "The clinic", "The doctor", "Write a check"


def expect(locator):
    from playwright.sync_api import expect

    return expect(locator)


def test_a_patient_by_mouse(lab):
    notebook = lab("07")
    notebook.run_all()
    panel, status = notebook.panel(CLINIC), notebook.status(CLINIC)
    expect(status).to_contain_text("Patient 0")
    panel.get_by_label("patient number").fill("55")
    panel.get_by_label("patient number").press("Tab")
    expect(status).to_contain_text("Patient 55, one bug")
    panel.get_by_role("button", name="Next patient").click()
    expect(status).to_contain_text("Patient 56, one bug")
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
    lines = panel.get_by_label("right and wrong line of softmax-over-batch")
    expect(lines).to_contain_text("+ log_sum = np.log(np.exp(shifted).sum(axis=0")


def test_a_patient_by_keyboard(lab):
    notebook = lab("07")
    notebook.run_all()
    panel, status, keyboard = (
        notebook.panel(CLINIC),
        notebook.status(CLINIC),
        notebook.page.keyboard,
    )
    number = panel.get_by_label("patient number")
    number.focus()
    keyboard.press("Control+a")
    keyboard.type("56")
    keyboard.press("Tab")
    expect(status).to_contain_text("Patient 56")
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
    notebook.run_all()
    panel, status = notebook.panel(CLINIC), notebook.status(CLINIC)
    panel.get_by_role("radio", name="two or three of six bugs at once").check()
    expect(status).to_contain_text("two or three of six bugs at once")
    expect(panel.get_by_role("checkbox")).to_have_count(6)
    panel.get_by_role("button", name="Diagnose").click()
    expect(status).to_contain_text("Name two or three of the six", timeout=SECONDS_30)
    panel.get_by_role("button", name="Give up").click()
    expect(status).to_contain_text(
        "Given up: it was diagonal-jacobian + sum-for-mean + update-misnamed"
    )
    expect(panel.get_by_label(re.compile("^right and wrong line of"))).to_have_count(3)


def test_the_doctor_by_keyboard_and_mouse(lab):
    notebook = lab("07")
    notebook.run_all()
    expect(notebook.status("Diagnosis").first).to_contain_text("log-likelihood")
    expect(notebook.status("Diagnosis").last).to_contain_text("uphill")
    panel, status, keyboard = (
        notebook.panel(DOCTOR),
        notebook.status(DOCTOR),
        notebook.page.keyboard,
    )
    area = panel.get_by_label("your function")
    expect(status).to_contain_text("The sign of the gradient is wrong (wrong-sign)")

    area.focus()
    keyboard.press("Control+a")
    # Letters that are commands of JupyterLab elsewhere: a, b, d d, x.
    keyboard.insert_text("def add(W, b, X, Y):\n    P = np.exp(X @ W + b)\n    ")
    keyboard.type("P = P / P.sum(axis=1, keepdims=True)")
    keyboard.insert_text("\n    return X.T @ (P - Y) / len(X), (P - Y).sum() / len(X)\n")
    keyboard.press("Escape")
    keyboard.press("Tab")  # leaves the text
    expect(status).to_contain_text("The text has changed since: press Diagnose.")
    panel.get_by_role("button", name="Diagnose").focus()
    keyboard.press("Enter")
    expect(status).to_contain_text("dead-bias")
    expect(status).not_to_contain_text("The text has changed")

    area.fill("def f(W, b\n    return 1")
    panel.get_by_role("button", name="Diagnose").click()
    expect(status).to_contain_text("SyntaxError in line 1")
    area.fill("def step(W, b, X, Y, rate):\n    return W, b")
    panel.get_by_role("radio", name="one step").check()
    expect(status).to_contain_text("Not correct.")
    panel.get_by_role("radio", name="loss and gradients").check()
    expect(area).to_have_value(re.compile("^def step"))


def test_a_check_is_written(lab):
    notebook = lab("07")
    notebook.run_all()
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
