"""The softmax playground shows what the program and the question's formulas compute."""

import re

import numpy as np
import pytest

from helpers.panels.softmax_playground import CLASSES, SHIFTS, START, SoftmaxPlayground
from helpers.softmax_regression import softmax


@pytest.fixture(scope="module")
def one_panel():
    return SoftmaxPlayground()


def residuals(panel):
    return np.array([float(r) for r in re.findall(r"[A-D] ([+-]\d\.\d{3})", panel.summary())])


def test_the_status_says_loss_probability_and_residuals(panel):
    p = softmax(np.array([START]))[0]
    assert f"True class B: p = {p[1]:.3f}, loss = -ln p = {-np.log(p[1]):.3f}." in panel.summary()
    assert np.allclose(residuals(panel), p - [0, 1, 0, 0], atol=5e-4)
    assert panel.summary().endswith("they sum to 0.")


@pytest.mark.parametrize("true", CLASSES)
def test_only_the_true_class_has_a_negative_residual(panel, true):
    panel.set(true=true)
    assert [name for name, r in zip(CLASSES, residuals(panel), strict=True) if r < 0] == [true]


@pytest.mark.parametrize("shift", SHIFTS)
def test_a_shift_changes_nothing_with_log_sum_exp(panel, shift):
    before = panel.summary()
    panel.set(shift=shift)
    assert panel.summary() == before


@pytest.mark.parametrize("shift", [0, 10, 700])
def test_plain_exp_agrees_while_it_can(panel, shift):
    before = panel.summary()
    panel.set(shift=shift, way="plain exp")
    assert panel.summary() == before


@pytest.mark.parametrize(("shift", "why"), [(1000, "infinity / infinity"), (-1000, "0 / 0")])
def test_plain_exp_breaks_and_says_why(panel, shift, why):
    panel.set(shift=shift, way="plain exp")
    assert why in panel.summary() and "NaN in every class" in panel.summary()
    assert why in panel._shown.alt and panel._shown.png.startswith(b"\x89PNG")


def test_one_logit_moves_every_residual(panel):
    before = residuals(panel)
    panel.controls["A"].value = 3.0
    assert (residuals(panel) != before).all()


def test_extreme_logits_and_equal_logits_are_drawn(panel):
    for z in ([0, 0, 0, 0], [6, 6, 6, 6], [-6, -6, -6, -6], [6, -6, 6, -6]):
        panel.set(**dict(zip(CLASSES, z, strict=True)))
        assert panel.summary().endswith("they sum to 0.")


def test_numbers_that_near_0_or_1_are_not_called_0_or_1(panel):
    panel.set(A=-6, B=6, C=-6, D=-6)
    assert "p = 1 - 1.8e-05, loss = -ln p = 1.8e-05." in panel.summary()
    panel.set(true="A")
    assert "p = 6.1e-06, loss = -ln p = 12.000." in panel.summary()


def test_reset_brings_back_the_first_picture(panel):
    first, png = repr(panel), panel._shown.png
    panel.set(A=-3, true="D", shift=1000, way="plain exp")
    assert repr(panel) != first
    panel.reset()
    assert repr(panel) == first and panel._shown.png == png


def test_the_picture_is_described(panel):
    panel.set(shift=10)
    alt = panel._shown.alt
    assert "Logits A 2, B 1, C 0, D -1, with 10 added to each." in alt and panel.summary() in alt
