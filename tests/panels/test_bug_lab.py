"""The bug lab without a browser: it stays consistent with what is ticked, whatever is clicked."""

import gc
import re

import numpy as np
import psutil  # comes with ipykernel
import pytest

from helpers import BUGS, build, load_digits
from helpers.digits import Digits
from helpers.panels import bug_lab
from helpers.panels.bug_lab import PRESETS, SWITCHES, BugLab


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


def test_a_preset_clears_what_was_set_before(lab):
    lab.set(**{"argmin": True, "batch_size": 64})
    lab.preset("Ties")
    assert lab.ticked() == ("update-dropped",)
    assert lab.controls["batch_size"].value == 100


def test_the_source_shown_is_the_program_that_ran(lab):
    lab.preset("Two wrongs make a right")
    shown = lab.texts["source"].value
    for bug in (BUGS["wrong-sign"], BUGS["ascent"]):
        assert f" - {' ' * 4}{bug.right}" in shown
        assert f" + {' ' * 4}{bug.wrong}" in shown
    assert "so every step of descent raises the loss" in shown
    assert "Met in: math.stackexchange 2742660" in shown
    lab.reset()
    assert "No line is changed" in lab.texts["source"].value


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
    assert "ValueError" in lab.picture.value
    assert 'alt="No curve and no bars: the program raised. ' in lab.picture.value


def test_centred_pixels_leave_the_ninety_per_cent(lab):
    lab.reset()
    lab.set(**{"wrong-sign": True})
    assert "Error 90.00 %" in lab.summary()
    lab.set(centred=True)
    assert "Error 99." in lab.summary()


def test_a_thousand_random_clicks(few, monkeypatch):
    # Drawing has its own tests; without it a thousand clicks take seconds, not a minute.
    monkeypatch.setattr(bug_lab, "to_png", lambda figure: b"")
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
        assert lab.texts["source"].value.count("<ins") == 2 * len(ticked)
        assert lab.summary().removeprefix(lab._note).startswith(("Error", "The program raises"))
        if click in (499, 999):
            gc.collect()
            sizes.append(len(gc.get_objects()))
            memory.append(psutil.Process().memory_info().rss)
        if click % 20 == 0 and len(ticked) > 4:
            lab.reset()
    assert lab._compute.cache_info().currsize <= 64
    assert sizes[1] < 1.02 * sizes[0], "objects pile up from click to click"
    assert memory[1] - memory[0] < 20e6, "bytes pile up from click to click"
    build(lab.ticked())


def _another_value(control, rng):
    if isinstance(control.value, bool) and not hasattr(control, "options"):
        return not control.value
    options = [option[1] if isinstance(option, tuple) else option for option in control.options]
    return options[rng.integers(len(options))]


def test_a_last_batch_against_the_trend_is_not_quoted(lab):
    lab.preset("The square trap")
    start, end = re.search(r"rises from ([\d.]+) to ([\d.]+) on average", lab.summary()).groups()
    assert float(start) < float(end)


@pytest.mark.parametrize("name", PRESETS)
def test_a_picture_keeps_nothing_of_the_one_before(lab, name):
    lab.preset("NaN")  # a log scale, crosses and a note
    lab._compute.cache_clear()
    lab.preset(name)
    lab._compute.cache_clear()
    fresh = BugLab(load_digits())
    fresh.preset(name)
    assert lab.picture.value == fresh.picture.value


def test_what_is_shown_equals_a_fresh_lab(few):
    lab, fresh = BugLab(few), BugLab(few)
    for id_ in ("wrong-sign", "naive-softmax", "argmin"):
        lab.bugs[id_].value = True
    lab.bugs["argmin"].value = False
    fresh.set(**{"wrong-sign": True, "naive-softmax": True})
    assert lab.summary() == fresh.summary()
    assert lab.texts["numbers"].value == fresh.texts["numbers"].value
    assert lab.picture.value == fresh.picture.value
