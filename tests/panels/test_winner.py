"""The winner's panel shows the run of notebook 06, and who pulls one image where."""

import numpy as np
import pytest

from helpers import build, load_digits, one_hot
from helpers.panels import Winner


@pytest.fixture(scope="module")
def one_panel():
    return Winner(load_digits())


def test_it_goes_from_nearly_all_wrong_to_one_class(panel):
    panel.set(step=1)
    assert "error 99.7" in panel.summary()
    panel.set(step=20)
    assert "error 90.00 %, 1 of 10 classes predicted" in panel.summary()
    assert "against it pull those of class 1" in panel.summary()


def test_with_the_mean_image_taken_off_nobody_wins(panel):
    panel.set(pixels="mean image taken off", step=20)
    assert "error 99.9" in panel.summary() or "error 100.00" in panel.summary()
    assert " 1 of 10" not in panel.summary()


@pytest.mark.parametrize("step", [0, 3, 19])
def test_the_pulls_add_up_to_what_the_next_step_does(panel, step):
    """The number in the sentence is the change of the gap, measured by making the step."""
    panel.set(step=step, image=8)
    digits = load_digits()
    Y, program = one_hot(digits.y_train, 10), build(["wrong-sign"])
    W, b = np.zeros((784, 10)), np.zeros(10)
    image = digits.X_test[np.flatnonzero(digits.y_test == 8)[0]]
    gaps = []
    for _ in range(step + 2):
        z = image @ W + b
        gaps.append(z[1] - z[8])
        W, b = program.step(W, b, digits.X_train, Y, 0.1)
    assert f"z1 - z8 by {gaps[-1] - gaps[-2]:+.2g};" in panel.summary()
