"""Notebook 01 in a real browser: train with the question's formulas, tick the suspects."""

from browser.lab import expect

TRAINING = "Train with the question's formulas"

SUSPECTS = "What do you suspect?"


def test_the_first_notebook_runs_and_its_panel_answers(lab):
    notebook = lab("01")
    notebook.run("TrainQuestion[(]", "Suspects[(]")
    panel, status = notebook.panel(TRAINING), notebook.status(TRAINING)
    expect(status).to_contain_text("Error 90.00 %. All 2000 test images are predicted as class 1.")
    before = panel.get_by_role("img").get_attribute("src")

    panel.get_by_role("radio", name="0.1", exact=True).check()
    expect(status).to_contain_text("predicted as class 0. The loss is not a finite number")
    expect(panel.get_by_role("img")).not_to_have_attribute("src", before)
    assert status.inner_text() in panel.get_by_role("img").get_attribute("alt")

    suspects, words = notebook.panel(SUSPECTS), notebook.status(SUSPECTS)
    expect(words).to_contain_text("You suspect nothing yet")
    suspects.get_by_role("checkbox", name="a missing transpose").check()
    expect(words).to_contain_text("You suspect a missing transpose.")


def test_rapid_clicks_end_in_the_state_that_is_ticked(lab):
    notebook = lab("01")
    notebook.run("TrainQuestion[(]", "Suspects[(]")
    panel, status = notebook.panel(TRAINING), notebook.status(TRAINING)
    for name in ("0.1", "0.001", "0.0001", "0.1", "0.0001"):
        panel.get_by_role("radio", name=name, exact=True).check()
    expect(panel.get_by_role("radio", name="0.0001", exact=True)).to_be_checked()
    expect(status).to_contain_text("predicted as class 1.")
    notebook.page.wait_for_timeout(500)
    expect(status).to_contain_text("predicted as class 1.")
