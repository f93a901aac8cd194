"""The shape explorer, and the trials behind it, tell right, wrong and raising apart by running."""

import itertools

import numpy as np
import pytest

from helpers.experiments.transposes import try_transposes
from helpers.panels.shape_explorer import PRESETS, ShapeExplorer, describe
from helpers.softmax_regression import loss_and_gradients, one_hot, softmax


@pytest.fixture(scope="module")
def one_panel():
    return ShapeExplorer()


@pytest.mark.parametrize(("N", "D", "K"), [(7, 5, 3), (1, 1, 2), (2, 2, 2), (4, 4, 4), (12, 9, 12)])
def test_both_transposes_are_right_at_any_size(N, D, K):
    trial = try_transposes(N, D, K)
    assert trial.outcome == "right"
    assert trial.lines[1].shapes == ((D, N), (N, K), (D, K))
    assert trial.angle == pytest.approx(0, abs=1e-4)


SIZES = [s for s in itertools.product(range(2, 6), repeat=3) if s[2] > 1]


@pytest.mark.parametrize("X_transposed", [True, False])
@pytest.mark.parametrize("labels_transposed", [True, False])
def test_what_raises_is_what_the_sizes_forbid(X_transposed, labels_transposed):
    """From two samples on nothing is stretched, so equal sizes are the only way to fit."""
    for N, D, K in SIZES:
        trial = try_transposes(
            N, D, K, X_transposed=X_transposed, labels_transposed=labels_transposed
        )
        fits = (X_transposed or N == D) and (labels_transposed or N == K)
        assert (trial.outcome == "raises") == (not fits), (N, D, K)
        assert bool(trial.raised) == (not fits)
        if fits and not (X_transposed and labels_transposed):
            assert trial.outcome in ("silently wrong", "right by chance")


def test_the_verdict_is_the_program_s(monkeypatch):
    """The numbers are compared with the program: another right gradient, another verdict."""
    import helpers.experiments.transposes as shapes

    def doubled(W, b, X, Y):
        loss, dW, db = loss_and_gradients(W, b, X, Y)
        return loss, 2 * dW, db

    monkeypatch.setattr(shapes, "loss_and_gradients", doubled)
    assert try_transposes(7, 5, 3).outcome == "silently wrong"


def test_the_angle_is_that_of_the_wrong_gradient():
    N = D = 5
    K, rng = 3, np.random.default_rng(0)
    W, b, X = rng.normal(size=(D, K)), rng.normal(size=K), rng.normal(size=(N, D))
    Y = one_hot(rng.integers(K, size=N), K)
    R = softmax(X @ W + b) - Y
    wrong, right = (X @ R).ravel(), (X.T @ R).ravel()
    cosine = wrong @ right / np.sqrt((wrong @ wrong) * (right @ right))
    trial = try_transposes(N, D, K, X_transposed=False)
    assert np.cos(np.radians(trial.angle)) == pytest.approx(cosine)


def test_symmetric_labels_are_right_by_chance():
    seeds = range(20)
    outcomes = {
        try_transposes(2, 5, 2, labels_transposed=False, seed=seed).outcome for seed in seeds
    }
    assert outcomes == {"right by chance", "silently wrong"}


def test_one_sample_is_stretched_and_the_shape_is_wrong():
    trial = try_transposes(1, 3, 3, X_transposed=False, labels_transposed=False)
    assert trial.outcome == "silently wrong"
    assert "stretched" in describe(trial)
    assert "dW is (1, 3) where W is (3, 3)" in describe(trial)
    assert np.isnan(trial.angle)


@pytest.mark.parametrize(
    ("sizes", "error", "words"),
    [
        ((0, 5, 3), ValueError, "N is 0"),
        ((7, 5, 1), ValueError, "K is 1; wanted at least 2"),
        ((7, 2.5, 3), TypeError, "D is 2.5"),
    ],
)
def test_sizes_are_checked(sizes, error, words):
    with pytest.raises(error, match=words):
        try_transposes(*sizes)


def test_the_panel_starts_right_and_says_what_raises(panel):
    assert "Right: dW is (5, 3)" in panel.summary()
    panel.set(labels=False)
    assert "Raises, at R = P - labels." in panel.summary()
    assert "(7,3) (3,7)" in panel.summary()
    panel.set(labels=True, X=False)
    assert "Raises, at dW = X @ R." in panel.summary()
    panel.reset()
    assert "Right" in panel.summary()


@pytest.mark.parametrize(
    ("preset", "wrong", "words"),
    [
        ("batch = K", {"labels": False}, "since N = K = 3"),
        ("batch = D", {"X": False}, "since D = N = 5"),
        ("all equal", {"X": False, "labels": False}, "since N = K = 4; X"),
    ],
)
def test_the_square_traps_are_silent(panel, preset, wrong, words):
    panel.press(preset)
    assert {name: panel.controls[name].value for name in "NDK"} == PRESETS[preset]
    assert "Right" in panel.summary()
    panel.set(**wrong)
    assert "Silently wrong" in panel.summary()
    assert words in panel.summary()
    panel.press("all different")
    assert "Raises" in panel.summary()


def test_the_picture_s_words_hold_all_four(panel):
    panel.set(N=3)
    alt = panel._shown.alt
    assert "X.T with labels.T: right." in alt
    assert "X.T with labels: silently wrong." in alt
    assert "X with labels.T: raises." in alt


def test_every_state_draws(panel):
    """Sizes from the least to the largest, all four ways: a sentence and a picture each time."""
    for N, D, K in [(1, 1, 2), (1, 2, 2), (2, 2, 2), (12, 1, 2), (12, 12, 12)]:
        for X, labels in itertools.product((True, False), repeat=2):
            panel.set(N=N, D=D, K=K, X=X, labels=labels)
            assert panel.summary().startswith(("Right", "Raises", "Silently wrong"))
            assert panel._shown.png.startswith(b"\x89PNG")
