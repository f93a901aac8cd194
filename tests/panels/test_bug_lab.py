"""The bug lab without a browser: it stays consistent with what is ticked, whatever is clicked."""

import gc
import re

import numpy as np
import psutil  # comes with ipykernel
import pytest

from helpers import BUGS, build, gradient_check, load_digits, loss_and_gradients
from helpers.digits import Digits
from helpers.panels.bug_lab import OUTCOMES, PRESETS, SWITCHES, BugLab


@pytest.fixture(scope="module")
def few():
    digits = load_digits()
    train, test = slice(None, None, 60), slice(None, None, 40)
    return Digits(
        digits.X_train[train], digits.y_train[train], digits.X_test[test], digits.y_test[test]
    )


@pytest.fixture(scope="module")
def lab():
    return BugLab(load_digits())


PRESET_SIGNS = {
    "The right program": "Nothing wrong is seen here",
    "The question's code": "Error 90.00 %: all 2000 predictions",
    "NaN": "the loss is not finite from step",
    "Ties": "the loss stays at 2.303",
    "The square trap": "10 of 10 classes are predicted; the loss rises from",
    "The dead bias": "db is ()",
    "Two wrongs make a right": "a second sign is wrong",
}


@pytest.mark.parametrize("name", PRESETS)
def test_presets_show_what_they_promise(lab, name):
    lab.preset(name)
    assert PRESET_SIGNS[name] in lab.summary()
    assert lab.ticked() == tuple(PRESETS[name].get("bugs", ()))


def test_the_question_s_code_has_the_ratios_that_the_course_states():
    """1 against its own L, -1 against the summed cross-entropy, -N against the mean."""
    asked = build(PRESETS["The question's code"]["bugs"]).loss_and_gradients

    def against(loss):
        def pair(W, b, X, Y):
            return loss(W, b, X, Y), *asked(W, b, X, Y)[1:]

        return gradient_check(pair, samples=7).ratios["W"]

    assert against(lambda *point: asked(*point)[0]) == pytest.approx(1, rel=1e-6)
    summed = build(["summed-loss"]).loss_and_gradients
    assert against(lambda *point: summed(*point)[0]) == pytest.approx(-1, rel=1e-6)
    assert against(lambda *point: loss_and_gradients(*point)[0]) == pytest.approx(-7, rel=1e-6)


def test_a_preset_clears_what_was_set_before(lab):
    lab.set(**{"argmin": True, "batch_size": 64})
    lab.preset("Ties")
    assert lab.ticked() == ("update-dropped",)
    assert lab.controls["batch_size"].value == 100


def test_the_source_shown_is_the_program_that_ran(lab):
    lab.preset("Two wrongs make a right")
    shown = lab.current.texts["source"]
    for bug in (BUGS["wrong-sign"], BUGS["ascent"]):
        assert f" - {' ' * 4}{bug.right}" in shown
        assert f" + {' ' * 4}{bug.wrong}" in shown
    changed = lab.current.texts["changed"]
    assert "so every step of descent raises the loss" in changed
    assert "Met in: math.stackexchange 2742660" in changed
    lab.reset()
    assert "No line is changed" in lab.current.texts["changed"]


def test_rivals_for_one_line_exclude_each_other_and_the_panel_says_so(few):
    lab = BugLab(few)
    lab.bugs["wrong-sign"].value = True
    lab.bugs["squared-error"].value = True
    assert lab.ticked() == ("squared-error",)
    assert lab.summary().startswith('Unticked "The sign of the gradient is wrong"')
    lab.bugs["ascent"].value = True
    assert not lab.summary().startswith("Unticked")


def test_an_exception_is_a_symptom(lab):
    lab.reset()
    lab.bugs["labels-not-transposed"].value = True
    assert "ValueError" in lab.summary()
    assert "at `loss = " in lab.summary()
    assert "ValueError" in lab.current.svg
    assert lab.current.alt.startswith("No curve and no bars: the program raised. ")


def test_centred_pixels_leave_the_ninety_per_cent(lab):
    lab.reset()
    lab.set(**{"wrong-sign": True})
    assert "Error 90.00 %" in lab.summary()
    lab.set(centred=True)
    assert "Error 99." in lab.summary()


def test_a_thousand_random_clicks(few):
    lab = BugLab(few)
    rng = np.random.default_rng(0)
    names = [*BUGS] * 3 + [name for name in SWITCHES if name != "epochs"] * 8
    sizes, memory = [], []
    for click in range(1000):
        control = lab.controls[names[rng.integers(len(names))]]
        control.value = _another_value(control, rng)
        ticked = lab.ticked()
        lines = [BUGS[id_].right for id_ in ticked]
        assert len(set(lines)) == len(lines), "two bugs of one line are ticked"
        assert lab.current.texts["source"].count("<ins") == len(ticked)
        assert lab.current.texts["changed"].count("<ins") == len(ticked)
        assert lab.summary().removeprefix(lab._note).startswith(("Error", "The program raises"))
        if click in (499, 999):
            gc.collect()
            sizes.append(len(gc.get_objects()))
            memory.append(psutil.Process().memory_info().rss)
        if click % 20 == 0 and len(ticked) > 4:
            lab.reset()
    assert lab._run.cache_info().currsize <= 64
    assert sizes[1] < 1.02 * sizes[0], "objects pile up from click to click"
    assert memory[1] - memory[0] < 20e6, "bytes pile up from click to click"
    build(lab.ticked())


def _another_value(control, rng):
    if not control.options:
        return not control.value
    return control.options[rng.integers(len(control.options))][1]


def test_a_last_batch_against_the_trend_is_not_quoted(lab):
    lab.preset("The square trap")
    start, end = re.search(r"rises from ([\d.]+) to ([\d.]+) on average", lab.summary()).groups()
    assert float(start) < float(end)


@pytest.mark.parametrize("name", PRESETS)
def test_a_picture_keeps_nothing_of_the_one_before(lab, name):
    lab.preset("NaN")  # a log scale, crosses and a note
    lab.preset(name)
    fresh = BugLab(load_digits())
    fresh.preset(name)
    assert lab.current.svg == fresh.current.svg
    assert lab.current.static_png() == fresh.current.static_png()


def test_what_is_shown_equals_a_fresh_lab(few):
    lab, fresh = BugLab(few), BugLab(few)
    for id_ in ("wrong-sign", "naive-softmax", "argmin"):
        lab.bugs[id_].value = True
    lab.bugs["argmin"].value = False
    fresh.set(**{"wrong-sign": True, "naive-softmax": True})
    assert lab.summary() == fresh.summary()
    assert lab.current.texts["numbers"] == fresh.current.texts["numbers"]
    assert lab.current.svg == fresh.current.svg


def test_the_right_program_and_a_kept_run_are_drawn_beside(few):
    lab = BugLab(few)
    assert "opacity" not in lab.current.svg.split("</svg>")[0], "no ghost of itself"
    assert "forget" in lab.current.hidden
    lab.set(argmin=True)
    assert lab.current.svg.count('opacity="0.6"') == 1 + 10  # a curve, and a mark at every bar
    lab.press("keep")
    lab.set(argmin=False, ascent=True)
    assert lab.current.svg.count("var(--kept)") == 1 + 10
    assert "error of the kept run" in lab.current.texts["numbers"]
    assert lab.current.alt.endswith("Beside it: right program, kept run.")
    lab.press("forget")
    assert "var(--kept)" not in lab.current.svg


def test_new_scales_are_told(few):
    lab = BugLab(few)
    assert "New scales" not in lab.current.texts["scales"]
    lab.set(**{"wrong-sign": True, "learning_rate": 1.0})
    assert "<b>New scales.</b> Loss: 0 to 5 nats" in lab.current.texts["scales"]
    lab.set(**{"naive-softmax": True})
    assert "New scales" not in lab.current.texts["scales"]


def test_predict_first_asks_the_reader_and_never_code(few):
    lab = BugLab(few)
    lab.set(predict=True, argmin=True)
    assert lab.summary().startswith("Error")
    lab.take({"argmin": False, "wrong-sign": True})
    assert lab.summary() == "What will come? Say it, and it is shown."
    assert BUGS["wrong-sign"].wrong in lab.current.texts["changed"]
    assert BUGS["wrong-sign"].effect not in lab.current.texts["changed"]
    assert "picture" in lab.current.hidden and not lab.current.svg
    lab.take({}, "guess learns")
    outcome = OUTCOMES[lab._run(*lab._setting()).symptoms.outcome]
    start = f"You said: it learns. It came: {outcome}. Foreseen: 0 of 1. Error"
    assert lab.summary().startswith(start)
    lab.take({"wrong-sign": False})
    lab.take({}, "guess learns")
    assert "Foreseen: 1 of 2." in lab.summary()
    lab.take({"ascent": True})
    lab.take({}, "guess nothing")
    assert lab.summary().startswith("Error")
    lab.take({"predict": False})
    lab.take({"ascent": False})
    assert lab.summary().startswith("Error")
