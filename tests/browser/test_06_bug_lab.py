"""Notebook 06 in a real browser: the question's suspects, by mouse and by keyboard."""

import re

from browser.lab import expect

SIGN, ASCENT = "The sign of the gradient is wrong", "Ascent instead of descent"
LABELS = "Missing transpose of the labels"

LAB = "The bug lab"


def test_the_questions_suspects_by_mouse(lab):
    notebook = lab("06")
    notebook.run("BugLab[(]")
    panel, status = notebook.panel(LAB), notebook.status(LAB)
    expect(status).to_contain_text("Nothing wrong is seen here")

    panel.get_by_role("checkbox", name=SIGN).check()
    expect(status).to_contain_text("Error 90.00 %: all 2000 predictions are class")
    expect(status).to_contain_text("ratio -1")
    expect(panel.get_by_label("changed lines")).to_contain_text("R = Y - P")

    panel.get_by_role("checkbox", name=ASCENT).check()
    expect(status).to_contain_text("a second sign is wrong")

    panel.get_by_role("checkbox", name=SIGN).uncheck()
    expect(status).to_contain_text("the gradient check passes")
    expect(status).to_contain_text("look at the update")

    panel.get_by_role("button", name="The right program").click()
    expect(status).to_contain_text("Nothing wrong is seen here")
    panel.get_by_role("checkbox", name=LABELS).check()
    expect(status).to_contain_text("The program raises ValueError")
    panel.get_by_role("radio", name="10", exact=True).first.check()
    expect(status).to_contain_text("classes are predicted")

    panel.get_by_role("button", name="NaN").click()
    expect(status).to_contain_text("not finite from step")
    expect(panel.get_by_role("img")).to_be_visible()


def test_the_questions_suspects_by_keyboard_alone(lab):
    notebook = lab("06")
    notebook.run("BugLab[(]")
    panel, status = notebook.panel(LAB), notebook.status(LAB)
    keyboard = notebook.page.keyboard

    panel.get_by_role("button", name="The right program").focus()
    for _ in range(8):  # five groups of radio buttons, the filter, the fold: then the first box
        keyboard.press("Tab")
    expect(panel.get_by_role("checkbox", name=SIGN)).to_be_focused()
    keyboard.press("Space")
    expect(status).to_contain_text("Error 90.00 %: all 2000 predictions are class")
    keyboard.press("ArrowDown")
    keyboard.press("Space")
    expect(panel.get_by_role("checkbox", name=ASCENT)).to_be_checked()
    expect(status).to_contain_text("a second sign is wrong")
    keyboard.press("ArrowUp")
    keyboard.press("Space")
    expect(status).to_contain_text("look at the update")
    keyboard.press("ArrowDown")
    keyboard.press("Space")
    expect(status).to_contain_text("Nothing wrong is seen here")

    box = panel.get_by_role("checkbox", name=LABELS)
    box.focus()
    keyboard.press("Space")
    expect(status).to_contain_text("The program raises ValueError")
    preset = panel.get_by_role("button", name="Ties")
    preset.focus()
    keyboard.press("Enter")
    expect(status).to_contain_text("the loss stays at 2.303")


def test_rivals_and_rapid_clicks(lab):
    notebook = lab("06")
    notebook.run("BugLab[(]")
    panel, status = notebook.panel(LAB), notebook.status(LAB)
    panel.get_by_role("checkbox", name=SIGN).check()
    panel.get_by_role("checkbox", name="The gradient of another loss").check()
    expect(panel.get_by_role("checkbox", name=SIGN)).not_to_be_checked()
    expect(status).to_contain_text(f'Unticked "{SIGN}": it patches the same line.')

    panel.get_by_role("button", name="The right program").click()
    expect(status).to_contain_text("Nothing wrong is seen here")
    for _ in range(5):
        panel.get_by_role("checkbox", name=ASCENT).click()
    expect(panel.get_by_role("checkbox", name=ASCENT)).to_be_checked()
    expect(status).to_contain_text("look at the update")
    expect(panel.get_by_label("changed lines")).to_contain_text("+ learning_rate * gradient")


def test_filter_chips_and_folds(lab):
    notebook = lab("06")
    notebook.run("BugLab[(]")
    panel, status, keyboard = notebook.panel(LAB), notebook.status(LAB), notebook.page.keyboard
    line = panel.get_by_role("searchbox", name="Filter the bugs")
    line.focus()
    keyboard.type("transpose")
    expect(panel.get_by_role("checkbox", name=LABELS)).to_be_visible()
    expect(panel.get_by_role("checkbox", name=SIGN)).to_have_count(0)
    panel.get_by_role("checkbox", name=LABELS).check()
    expect(status).to_contain_text("The program raises ValueError")
    line.fill("")
    expect(panel.get_by_text("(7, 1 ticked)")).to_be_visible()
    chip = panel.get_by_role("button", name=f"Untick {LABELS}")
    chip.focus()
    keyboard.press("Enter")
    expect(panel.get_by_role("checkbox", name=LABELS)).not_to_be_checked()
    expect(status).to_contain_text("Nothing wrong is seen here")
    expect(line).to_be_focused()  # the chip has gone, the focus has not
    fold = panel.locator("summary").filter(has_text="sign (7)")
    fold.click()
    expect(panel.get_by_role("checkbox", name=SIGN)).to_have_count(0)
    fold.press("Enter")
    expect(panel.get_by_role("checkbox", name=SIGN)).to_be_visible()


def test_two_runs_are_compared_and_a_run_is_foreseen(lab):
    notebook = lab("06")
    notebook.run("BugLab[(]")
    panel, status = notebook.panel(LAB), notebook.status(LAB)
    panel.get_by_role("checkbox", name=SIGN).check()
    expect(status).to_contain_text("Error 90.00 %")
    panel.get_by_role("button", name="Keep this run").click()
    panel.get_by_role("button", name="The right program").click()
    expect(panel.get_by_text("error of the kept run")).to_be_visible()
    expect(panel.get_by_role("img")).to_have_attribute("aria-label", re.compile("kept run.$"))
    panel.get_by_role("button", name="Forget the kept run").click()
    expect(panel.get_by_text("error of the kept run")).to_have_count(0)

    panel.get_by_role("checkbox", name="Predict first").check()
    panel.get_by_role("checkbox", name=ASCENT).check()
    expect(status).to_have_text("What will come? Say it, and it is shown.")
    expect(panel.get_by_role("img")).to_have_count(0)
    panel.get_by_role("button", name="one class for every image").click()
    expect(status).to_contain_text("It came: one class for every image. Foreseen: 1 of 1. Error")
    expect(panel.get_by_role("img")).to_be_visible()


def test_the_changed_line_is_in_sight(lab):
    notebook = lab("06", width=1280, height=800)
    notebook.run("BugLab[(]")
    panel = notebook.panel(LAB)
    panel.get_by_role("button", name="The right program").click()
    panel.get_by_role("checkbox", name=SIGN).check()
    expect(notebook.status(LAB)).to_contain_text("Error 90.00 %")
    panel.evaluate("panel => panel.scrollIntoView(true)")
    for part in (
        notebook.status(LAB),
        panel.get_by_label("changed lines"),
        panel.get_by_role("img"),
    ):
        expect(part).to_be_in_viewport(ratio=1)
    inside = """box => {
        const line = box.querySelector('ins').getBoundingClientRect();
        const seen = box.getBoundingClientRect();
        return line.top >= seen.top && line.bottom <= seen.bottom;
    }"""
    assert panel.get_by_label("source of the program").evaluate(inside)
