"""Notebook 02 in a real browser: the softmax playground by mouse and by keyboard."""

from browser.lab import expect

PLAYGROUND = "From logits to residuals, one sample"


def test_sliders_and_switches_move_the_residuals(lab):
    notebook = lab("02")
    notebook.run("SoftmaxPlayground[(]")
    panel, status = notebook.panel(PLAYGROUND), notebook.status(PLAYGROUND)
    expect(status).to_contain_text("True class B: p = 0.237, loss = -ln p = 1.440.")
    expect(status).to_contain_text("they sum to 0")

    panel.get_by_role("radio", name="C", exact=True).check()
    expect(status).to_contain_text("True class C: p = 0.087")

    # The keyboard: four steps of 0.25 bring the logit of A from 2 to 1, that of B.
    first = panel.get_by_role("slider", name="logit of A")
    first.focus()
    for _ in range(4):
        first.press("ArrowLeft")
    expect(status).to_contain_text("A +0.399, B +0.399")

    panel.get_by_role("radio", name="1000", exact=True).check()
    expect(status).to_contain_text("A +0.399, B +0.399")
    panel.get_by_role("radio", name="plain exp").check()
    expect(status).to_contain_text("NaN in every class")
    expect(panel.get_by_role("img")).to_have_attribute("alt", NAN_ALT)


def test_a_slider_is_dragged_by_mouse(lab):
    notebook = lab("02")
    notebook.run("SoftmaxPlayground[(]")
    panel, status = notebook.panel(PLAYGROUND), notebook.status(PLAYGROUND)
    slider = panel.get_by_role("slider", name="logit of B")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    x, y = box["x"] + box["width"] * 7 / 12, box["y"] + box["height"] / 2  # at 1, from -6 to 6
    notebook.page.mouse.move(x, y)
    notebook.page.mouse.down()
    notebook.page.mouse.move(x + 500, y, steps=5)
    notebook.page.mouse.up()
    expect(status).to_contain_text("True class B: p = 0.979, loss = -ln p = 0.021.")


NAN_ALT = (
    "Three bar charts: logits, probabilities, residuals. Logits A 1, B 1, C 0, D -1, with 1000 "
    "added to each. With 1000 added, e^z is infinite, and infinity / infinity is not a number: "
    "NaN in every class, and no loss."
)
