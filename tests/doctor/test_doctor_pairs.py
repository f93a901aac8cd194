"""Two bugs at once that once made the doctor itself stumble: shapes that fit nowhere."""

import pytest

from helpers import build, diagnose_gradients, diagnose_step


@pytest.mark.parametrize("second", ["bias-over-classes", "dead-bias"])
def test_gradients_of_two_wrong_shapes(second):
    diagnosis = diagnose_gradients(build(["x-not-transposed", second]).loss_and_gradients)
    assert not diagnosis.correct
    assert "x-not-transposed" in diagnosis.bugs


@pytest.mark.parametrize("second", ["gradient-transposed", "bias-over-classes"])
def test_a_step_that_returns_another_shape(second):
    diagnosis = diagnose_step(build(["update-assigned", second]).step)
    assert not diagnosis.correct
    assert str(diagnosis)
