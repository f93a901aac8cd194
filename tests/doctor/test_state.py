"""Steps that keep state: which ways to combine gradients go down the slope, and which do not."""

import inspect

import numpy as np
import pytest
from doctor import state_styles
from doctor.contract import check, check_repair, made_of
from doctor.state_styles import RIGHT as STYLES
from doctor.state_styles import SLIPS

from helpers.doctor import diagnose, diagnose_gradients, diagnose_step
from helpers.doctor.carried import Carried, begins_as
from helpers.doctor.probes import Outcome
from helpers.doctor.scenes import scenes_of
from helpers.doctor.state import adaptation, adapts, combines

SCENE = scenes_of("free")[0]
DW, DB = SCENE.wanted[0].dW, SCENE.wanted[0].db


def steps(*pairs):
    """A step that makes these moves of W and b, one after the other; the last one for ever."""
    return [Outcome(None, *pairs[min(n, len(pairs) - 1)]) for n in range(6)]


def momentum(rate):
    sums = np.cumsum([rate**n for n in range(8)])
    return [(s * DW, s * DB) for s in sums]


RIGHT = {
    "the gradient": [(DW, DB)],
    "momentum": momentum(0.9),
    "a long step": [(1e6 * DW + 1e-2 * DW[::-1], 1e6 * DB)],  # off by rounding
    "the signs": [(np.sign(DW), np.sign(DB))],
    "no bias": [(DW, None)],
    "a bias alone": [(None, DB)],
}
TURNED = DW[::-1].copy()
WRONG = {
    "uphill": [(-DW, -DB)],
    "W uphill": [(-DW, DB)],
    "b uphill": [(DW, -DB)],
    "b uphill in the end": [*momentum(0.9)[:4], (DW, -DB)],
    "another direction": [(TURNED, DB)],
    "a little off": [(DW + 1e-3 * TURNED, DB)],
    "another shape": [(DW.T, DB)],
    "not finite": [(np.inf * DW, DB)],
    "ever longer": [(2.0**n * DW, DB) for n in range(8)],
    "nothing": [(None, None)],
}


@pytest.mark.parametrize("name", RIGHT)
def test_what_goes_down_each_time_and_settles_is_right(name):
    assert combines(steps(*RIGHT[name]), SCENE)


@pytest.mark.parametrize("name", WRONG)
def test_what_does_not_is_wrong(name):
    assert not combines(steps(*WRONG[name]), SCENE)


def test_a_step_of_one_length_is_down_the_signs():
    assert adapts(0.3 * np.sign(DW), DW)
    assert adapts(0.3 * np.sign(DW) * (1 + 1e-4), DW)
    assert not adapts(-0.3 * np.sign(DW), DW)
    assert not adapts(DW, DW)
    assert not adapts(0 * DW, DW)
    assert not adapts(np.ones(1), np.ones(1)), "one number has a sign and no more"
    flat = np.array([1.0, -2.0, 1e-9])
    assert adapts(np.array([1.0, -1.0, -1.0]), flat), "where there is no slope any step will do"


def test_a_small_number_beside_the_root_bends_a_step():
    assert adapts(DW / np.sqrt(DW**2 + 1e-4), DW)
    assert not adapts(DW / (DW**2 + 1e-8), DW), "the root is forgotten"


def test_a_step_that_adapts_may_shrink_its_weights():
    W = SCENE.probe.W
    length, decay = adaptation([3 * np.sign(DW) + 0.1 * W], [DW], W)
    assert np.isclose(length, 3) and np.isclose(decay, 0.1)
    assert adaptation([3 * np.sign(DW) - 0.1 * W], [DW], W) is None


@pytest.mark.parametrize("hint", ["m", "new_m", "m_new", "m_next", "m1", "m_t"])
def test_new_state_is_known_by_its_name(hint):
    assert begins_as("m", hint)
    assert not begins_as("v", hint) and not begins_as("mb", hint)


CARRIED = Carried({"m": "velocity", "v": "velocity", "t": "count"}, ("m", "v"))
W, B, M, V = np.ones((2, 3)), np.ones(3), np.full((2, 3), 2.0), np.full((2, 3), 3.0)


@pytest.mark.parametrize(
    ("returned", "hints", "state"),
    [
        ((W, B, M, V, 1), ("W", "b", "m", "v", "t"), {"m": M, "v": V, "t": 1}),
        ((V, M, W, B), ("v", "m", "W", "b"), {"m": M, "v": V}),
        ((W, B, M, V), ("W", "b", "first", "second"), {"m": M, "v": V}),
        ((W, B, M, V, 1), (), {"m": M, "v": V, "t": 1}),
        ({"W": W, "b": B, "m": M, "v": V}, (), {"m": M, "v": V}),
        ((W, B), ("W", "b"), {}),
        (None, (), {}),
    ],
)
def test_what_came_back_is_parted_into_weights_and_state(returned, hints, state):
    rest, _, came = CARRIED.split(returned, hints)
    came |= CARRIED.loose(rest, (W, B), came)
    assert came.keys() == state.keys()
    assert all(came[name] is value for name, value in state.items())


def test_state_goes_on_a_count_counts_and_what_is_lost_is_found():
    passed = {"m": M, "v": V, "t": 4}
    assert CARRIED.onward(passed, {"m": V}) == {"m": V, "v": V, "t": 5}
    assert CARRIED.lost(passed, passed, {"m": V}) == ("v",)
    written = passed | {"v": V + 1}
    assert CARRIED.lost(passed, written, {"m": V}) == ()


def name_of(style):
    return style.__name__


def judge(style):
    """The diagnosis of a function as a step, of a class with a backward pass as gradients."""
    return (diagnose_gradients if hasattr(style, "backward") else diagnose_step)(style)


@pytest.mark.parametrize("style", STYLES, ids=name_of)
def test_state_from_outside_is_no_mistake(style):
    diagnosis = judge(style)
    assert diagnosis.verdict == "right", diagnosis
    check(diagnosis)


@pytest.mark.parametrize("style", STYLES, ids=name_of)
def test_the_one_door_knows_a_step_with_state(style):
    assert diagnose(style).verdict == "right", diagnose(style)


@pytest.mark.parametrize(("style", "before", "after", "wanted"), SLIPS)
def test_a_slip_in_a_step_with_state_is_found_and_mended(style, before, after, wanted):
    text = inspect.getsource(style)
    assert text.count(before) == 1
    wrong = made_of(text.replace(before, after), style.__name__, vars(state_styles))
    diagnosis = judge(wrong)
    assert diagnosis.verdict == "wrong", diagnosis
    check(diagnosis)
    check_repair(diagnosis, text.replace(before, after), style.__name__)
    assert judge(made_of(diagnosis.repaired, style.__name__, vars(state_styles))).correct
    line = 1 + text[: text.index(before)].count("\n")
    assert [edit.line for edit in diagnosis.edits] == [line], diagnosis
    assert wanted in (None, diagnosis.edits[0].after)


def test_state_that_is_not_handed_back_is_named():
    text = inspect.getsource(state_styles.ema_momentum).replace(", mw, mb\n", "\n")
    said = str(judge(made_of(text, "ema_momentum", vars(state_styles))))
    assert "mw and mb" in said and "does not come back" in said


def test_a_slip_that_shows_from_the_second_step_on_is_told_as_such():
    text = inspect.getsource(state_styles.nesterov).replace("b + v_b, v_w, v_b", "b + v_b, dW, db")
    assert "A later step" in str(judge(made_of(text, "nesterov", vars(state_styles))))
