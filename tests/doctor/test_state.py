"""Steps that keep state: which ways to combine gradients go down the slope, and which do not."""

import numpy as np
import pytest

from helpers.doctor.probes import Outcome
from helpers.doctor.scenes import scenes_of
from helpers.doctor.state import adapts, combines

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
