"""Notebook 00: from the notebook, as it opens, to a verdict on one's own code, and on to why."""

import re

from browser.lab import expect

DOCTOR = "The doctor"
SECONDS_30 = 30_000
OWN = """\
def cost(W, b, X, y):
    scores = X.dot(W) + b
    scores -= scores.max(axis=1, keepdims=True)
    probs = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    loss = -np.log(probs[np.arange(len(y)), y]).mean()
    probs[np.arange(len(y)), y] -= 1
    return loss, X.T.dot(probs) / len(y), probs.mean()
"""


def paste(notebook, text):
    """As a reader does, with the system's clipboard: pasting has an event of its own."""
    page = notebook.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+v")


def test_by_keyboard_and_one_click(lab):
    """Shift+Enter twice, a click into the box, paste, Control+Enter."""
    notebook = lab("00")
    keyboard, panel, status = (
        notebook.page.keyboard,
        notebook.panel(DOCTOR),
        notebook.status(DOCTOR),
    )
    keyboard.press("Shift+Enter")
    keyboard.press("Shift+Enter")
    expect(status).to_contain_text("Line 6 of gradients", timeout=SECONDS_30)
    area = panel.get_by_label("your code, or a number")
    area.click()
    paste(notebook, OWN)
    expect(area).to_have_value(OWN)  # the example has made way
    keyboard.press("Control+Enter")
    expect(status).to_contain_text("probs.mean(axis=0)", timeout=SECONDS_30)
    paste(notebook, "# pasted into what was pasted\n")
    expect(area).to_have_value(re.compile(r"^def cost.*# pasted into", re.DOTALL))


def test_a_number_and_a_link_by_mouse(lab):
    notebook = lab("00")
    notebook.run_all()
    page, panel, status = notebook.page, notebook.panel(DOCTOR), notebook.status(DOCTOR)
    link = panel.get_by_role("link", name="06, Five roads to exactly 90.00 %")
    expect(link).to_have_attribute("target", "_blank")  # where JupyterLab does not lead on
    panel.get_by_label("your code, or a number").click()
    paste(notebook, "90.00 %")
    panel.get_by_role("button", name="Diagnose").click()
    expect(status).to_contain_text("one class for everything", timeout=SECONDS_30)
    expect(link).to_have_count(0)
    panel.get_by_role("link", name="01, How much of a clue is that number?").click()
    heading = page.get_by_role("heading", name="How much of a clue is that number?")
    expect(heading).to_have_count(1, timeout=SECONDS_30)  # it is open beside this one
