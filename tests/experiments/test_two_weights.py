"""The plane's two weights are the program's own, and Newton's method does not know their units."""

import numpy as np
import pytest

from helpers import loss_and_gradients, step
from helpers.experiments import descent_path, loss_at, newton_path, plane_data


@pytest.mark.parametrize("stretch", [1, 3, 10])
def test_newton_does_not_know_the_units(stretch):
    plain, stretched = newton_path(1), newton_path(stretch)
    assert np.allclose(stretched.points * (1, stretch), plain.points, atol=1e-9)
    X, Y = plane_data(stretch)
    W = np.outer(stretched.points[-1], (-0.5, 0.5))
    assert np.abs(loss_and_gradients(W, np.zeros(2), X, Y)[1]).max() < 1e-14


def test_the_plane_tells_all():
    """The program's own steps keep the bias at 0 and the classes' weights opposite."""
    X, Y = plane_data(3)
    W, b = np.zeros((2, 2)), np.zeros(2)
    for _ in range(5):
        W, b = step(W, b, X, Y, 0.3)
    assert np.abs(b).max() < 1e-15 and np.abs(W.sum(axis=1)).max() < 1e-15
    path = descent_path(0.3, 5, 3)
    assert np.allclose(path.points[-1], W[:, 1] - W[:, 0])
    assert np.isclose(loss_at(path.points[-1], X, Y), loss_and_gradients(W, b, X, Y)[0])
