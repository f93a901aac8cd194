"""Notebook 04 in a real browser: the gradient check by mouse and by keyboard."""

from browser.lab import expect

CHECK = "Check a gradient: step, method, precision, bug"


def test_bugs_and_methods_by_mouse(lab):
    notebook = lab("04")
    notebook.run("GradientCheck[(]")
    panel, status = notebook.panel(CHECK), notebook.status(CHECK)
    expect(status).to_contain_text("The gradient belongs to the loss.")

    panel.get_by_role("radio", name="The sign of the gradient is wrong").check()
    expect(status).to_contain_text("It is -1 times the right one: a sign.")
    panel.get_by_role("radio", name="Softmax applied twice").check()
    expect(status).to_contain_text("no multiple")
    panel.get_by_role("radio", name="W = 0").check()
    expect(status).to_contain_text("It is K times the right one")

    panel.get_by_role("radio", name="none", exact=True).check()
    panel.get_by_role("radio", name="float32").check()
    expect(status).to_contain_text("Central, float32, step 1e-05")
    panel.get_by_role("radio", name="complex-step").check()
    expect(status).to_contain_text("Complex-step, float32, step 1e-05")
    alt = panel.get_by_role("img").get_attribute("alt")
    assert "33 steps" in alt and "Complex-step, float32" in alt


def test_the_step_by_keyboard(lab):
    notebook = lab("04")
    notebook.run("GradientCheck[(]")
    panel, status = notebook.panel(CHECK), notebook.status(CHECK)
    slider = panel.get_by_role("slider", name="step h")
    slider.focus()
    for _ in range(6):
        slider.press("ArrowLeft")
    expect(status).to_contain_text("step 1e-08")
    slider.press("Home")
    expect(status).to_contain_text("step 1e-16: largest relative error inf")
    slider.press("End")
    expect(status).to_contain_text("The step is too large")

    panel.get_by_role("radio", name="none", exact=True).focus()
    notebook.page.keyboard.press("ArrowDown")
    expect(status).to_contain_text("It is -1 times the right one: a sign.")


def test_the_step_is_dragged_by_mouse(lab):
    notebook = lab("04")
    notebook.run("GradientCheck[(]")
    handle, status = notebook.panel(CHECK).get_by_role("slider"), notebook.status(CHECK)
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] * 11 / 16, box["y"] + box["height"] / 2  # at -5, from -16 to 0
    notebook.page.mouse.move(x, y)
    notebook.page.mouse.down()
    notebook.page.mouse.move(x - 800, y, steps=8)
    notebook.page.mouse.up()
    expect(status).to_contain_text("step 1e-16: largest relative error inf")
