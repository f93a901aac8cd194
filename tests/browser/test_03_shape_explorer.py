"""Notebook 03 in a real browser: the shape explorer by mouse and by keyboard."""

from browser.lab import expect

SHAPES = "Which transposes did you write?"


def test_sizes_presets_and_transposes(lab):
    notebook = lab("03")
    notebook.run("ShapeExplorer[(]")
    panel, status = notebook.panel(SHAPES), notebook.status(SHAPES)
    expect(status).to_contain_text("Right: dW is (5, 3)")

    panel.get_by_role("radio", name="R = P - labels", exact=True).check()
    expect(status).to_contain_text("Raises, at R = P - labels.")
    panel.get_by_role("button", name="batch = K").click()
    expect(status).to_contain_text("Silently wrong: P (N, K) meets labels (K, N)")
    expect(panel.get_by_role("img")).to_have_attribute(
        "alt", "Matrices as rectangles. X.T with labels.T: right. "
        "X.T with labels: silently wrong. X with labels.T: raises. X with labels: raises."
    )  # fmt: skip

    panel.get_by_role("radio", name="R = P - labels.T", exact=True).check()
    panel.get_by_role("radio", name="dW = X @ R / N", exact=True).check()
    expect(status).to_contain_text("Raises, at dW = X @ R.")


def test_keyboard_alone(lab):
    notebook = lab("03")
    notebook.run("ShapeExplorer[(]")
    panel, status = notebook.panel(SHAPES), notebook.status(SHAPES)
    samples = panel.get_by_role("spinbutton", name="N, samples in the batch")
    samples.focus()
    samples.press("ArrowDown")
    samples.press("ArrowDown")
    samples.press("Tab")
    expect(panel.get_by_role("spinbutton", name="D, features")).to_be_focused()

    panel.get_by_role("radio", name="dW = X.T @ R / N").focus()
    notebook.page.keyboard.press("ArrowRight")
    expect(status).to_contain_text("Silently wrong: X (N, D) meets R, D against N, since D = N = 5")

    preset = panel.get_by_role("button", name="all different")
    preset.focus()
    preset.press("Enter")
    expect(status).to_contain_text("Raises, at dW = X @ R.")
