"""Notebook 06 in a real browser: the question's suspects, by mouse and by keyboard."""

from browser.lab import expect

SIGN, ASCENT = "The sign of the gradient is wrong", "Ascent instead of descent"
LABELS = "Missing transpose of the labels"


def test_the_questions_suspects_by_mouse(lab):
    notebook = lab("06")
    notebook.run_all()
    panel, status = notebook.panel(-1), notebook.status(-1)
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
    notebook.run_all()
    panel, status = notebook.panel(-1), notebook.status(-1)
    keyboard = notebook.page.keyboard

    panel.get_by_role("button", name="The right program").focus()
    for _ in range(60):  # Tab on until the box is reached, as a reader would
        keyboard.press("Tab")
        if panel.get_by_role("checkbox", name=SIGN).evaluate("e => e === document.activeElement"):
            break
    keyboard.press("Space")
    expect(status).to_contain_text("Error 90.00 %: all 2000 predictions are class")
    keyboard.press("Tab")
    keyboard.press("Space")
    expect(panel.get_by_role("checkbox", name=ASCENT)).to_be_checked()
    expect(status).to_contain_text("a second sign is wrong")
    keyboard.press("Shift+Tab")
    keyboard.press("Space")
    expect(status).to_contain_text("look at the update")
    keyboard.press("Tab")
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
    notebook.run_all()
    panel, status = notebook.panel(-1), notebook.status(-1)
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
