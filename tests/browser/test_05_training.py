"""Notebook 05 in a real browser: the training panel by mouse and by keyboard."""

import re

from browser.lab import expect

TRAINING = "Train it at eight rates"


def choose(panel, group, label):
    """Click a radio button of the group with this legend."""
    panel.get_by_role("group", name=group).get_by_text(label, exact=True).click()


SECONDS_30 = 30_000


def test_settings_by_mouse(lab):
    notebook = lab("05")
    notebook.run("Training[(]")
    panel, status = notebook.panel(TRAINING), notebook.status(TRAINING)
    expect(status).to_contain_text("The best of the 8 rates is 1,")
    choose(panel, "gradient", "sum")
    expect(status).to_contain_text("The best of the 8 rates is 0.01,", timeout=SECONDS_30)
    choose(panel, "softmax", "naive")
    choose(panel, "learning rate", "1")
    expect(status).to_contain_text("error 90.00 % on test images", timeout=SECONDS_30)
    expect(status).to_contain_text("not a number from step 4 on")
    expect(panel.get_by_role("img")).to_have_attribute("alt", re.compile("nan at 10"))
    choose(panel, "softmax", "stable")
    expect(status).not_to_contain_text("NaN", timeout=SECONDS_30)


def test_the_bar_moves_while_it_trains_and_is_full_at_the_end(lab):
    notebook = lab("05")
    notebook.run("Training[(]")
    panel = notebook.panel(TRAINING)
    bar = panel.get_by_role("progressbar")
    expect(bar).to_have_accessible_name("8 of 8 learning rates tried")
    expect(bar).to_have_js_property("value", 8)
    # Every value the page is given, and whether the row above the picture ever changes its height.
    panel.evaluate(
        """panel => {
            const widget = panel.querySelector('progress').parentNode;
            window.seen = []; window.heights = new Set();
            new MutationObserver(() => {
                const bar = widget.querySelector('progress');
                if (bar) window.seen.push(bar.value);
                window.heights.add(widget.offsetHeight);
            }).observe(widget, {childList: true, subtree: true, attributes: true});
        }"""
    )
    choose(panel, "batch size", "10")
    expect(notebook.status(TRAINING)).to_contain_text("Rate 0.1: error 10.", timeout=SECONDS_30)
    seen = notebook.page.evaluate("window.seen")
    assert {1, 2, 3, 4, 5, 6, 7, 8} <= set(seen)
    assert seen[-1] == 8
    assert notebook.page.evaluate("window.heights.size") == 1


def test_settings_by_keyboard(lab):
    notebook = lab("05")
    notebook.run("Training[(]")
    panel, status = notebook.panel(TRAINING), notebook.status(TRAINING)
    panel.get_by_role("radio", name="mean").focus()
    notebook.page.keyboard.press("ArrowRight")
    expect(status).to_contain_text("The best of the 8 rates is 0.01,", timeout=SECONDS_30)
