"""The race's sentences are those of the runs."""

import numpy as np
import pytest

from helpers.experiments import descent_path
from helpers.panels import NewtonRace


@pytest.fixture(scope="module")
def one_panel():
    return NewtonRace()


def test_it_says_where_each_method_is(panel):
    assert "Newton is within 1e-9 after 5" in panel.summary()
    panel.set(steps=0)
    assert "after 0 steps" in panel.summary() and "where it starts" in panel.summary()
    panel.set(steps=60)
    assert f"lies {descent_path(1.0, 60).gaps[-1]:.2g} nats" in panel.summary()
    assert "rose" not in panel.summary()
    panel.set(stretch=3, steps=10)
    assert "it rose on the way" in panel.summary()


def test_uphill_the_loss_only_grows(panel):
    panel.set(sign="wrong")
    assert "wrong sign" in panel.summary() and "more than the 0.32" in panel.summary()
    assert (np.diff(descent_path(1.0, 60, uphill=True).gaps) > 0).all()
