"""Notebook 05's panel, without a browser: a small part of the data, the same code."""

import re

import numpy as np
import pytest
from matplotlib.figure import Figure

from helpers import build, load_digits, one_hot
from helpers.experiments.learning_rates import RATES, try_rate
from helpers.figures import short_label, to_png
from helpers.figures.training import draw_weights, weights_figure
from helpers.panels import base, training
from helpers.panels.training import Training


@pytest.fixture(scope="module")
def digits():
    full = load_digits()
    return full._replace(X_train=full.X_train[::20], y_train=full.y_train[::20])


@pytest.fixture(scope="module")
def one_panel(digits):
    return Training(digits)


def error_in(text):
    return float(re.search(r"error ([\d.]+) % on test", text)[1])


def bar_in(panel):
    progress = panel.shown()["progress"]
    done, total = re.match(r"(\d+) of (\d+) learning rates tried$", progress["words"]).groups()
    assert (progress["done"], progress["total"]) == (int(done), int(total))
    return int(done), int(total)


def test_it_shows_the_run_of_its_controls(panel, digits):
    panel.set(learning_rate=1.0, batch_size=10, gradient="sum", pixels="centred", epochs=1)
    mean = digits.X_train.mean(axis=0)
    run = build(["sum-for-mean"]).train(
        digits.X_train - mean, one_hot(digits.y_train, 10), digits.X_test - mean, digits.y_test,
        learning_rate=1.0, batch_size=10, epochs=1,
    )  # fmt: skip
    assert error_in(panel.summary()) == pytest.approx(100 * run.error, abs=0.005)


def test_the_pixels_of_the_test_images_are_scaled_too(panel):
    panel.set(learning_rate=1e-5, pixels="0 to 255")
    assert error_in(panel.summary()) < 40


def test_a_sum_moves_the_best_rate_by_the_batch_size(panel):
    best = re.compile(r"best of the 8 rates is (\S+),")
    before = float(best.search(panel.summary())[1])
    panel.set(gradient="sum")
    assert before / float(best.search(panel.summary())[1]) == pytest.approx(100)


def test_sum_and_naive_softmax_give_nan_and_the_stable_one_does_not(panel):
    panel.set(gradient="sum", softmax="naive", learning_rate=10.0)
    assert "not a number from step 3" in panel.summary()
    assert error_in(panel.summary()) == 90.0
    assert "end" in panel.summary() and "as NaN" in panel.summary()
    panel.set(softmax="stable")
    assert "NaN" not in panel.summary()
    assert "not a number" not in panel.summary()


def test_every_rate_ending_in_nan_is_said():
    assert training._sweep_in_words((1.0, 2.0), [np.nan, np.inf]) == (
        "At every rate tried the loss ends as NaN."
    )


def test_the_bar_counts_every_run_once(digits, monkeypatch):
    seen = []
    panel = Training(digits)
    assert bar_in(panel) == (8, 8)
    panel._repr_mimebundle_()
    monkeypatch.setattr(panel._face, "send", lambda content, buffers=None: seen.append(content))
    panel.set(epochs=1)
    bars = [content["progress"]["done"] for content in seen if "progress" in content]
    assert bars == [*range(8), 8]  # 0 before the first run, 8 after the last
    seen.clear()
    panel.set(learning_rate=0.01)
    panel.set(epochs=5)
    assert not [content for content in seen if "progress" in content]  # results are kept


def test_a_control_moved_in_the_middle_ends_in_the_last_state(digits, monkeypatch):
    panel = Training(digits)
    tried, original = [], training.try_rate

    def moves_a_control(rate, data, **settings):
        tried.append((rate, settings["epochs"]))
        if len(tried) == 2:
            panel.controls["epochs"].value = 1
        return original(rate, data, **settings)

    monkeypatch.setattr(training, "try_rate", moves_a_control)
    panel.set(epochs=20)
    assert [epochs for _, epochs in tried] == [20, 20] + [1] * 8
    assert bar_in(panel) == (8, 8)
    fresh = Training(digits)
    fresh.set(epochs=1)
    assert panel.summary() == fresh.summary()
    assert panel._shown.png == fresh._shown.png


def test_the_results_kept_are_bounded(digits, monkeypatch):
    monkeypatch.setattr(training, "_KEPT", 6)
    monkeypatch.setattr(base, "to_png", lambda figure: b"")  # drawing has its own tests
    few = digits._replace(X_train=digits.X_train[::3], y_train=digits.y_train[::3],
                          X_test=digits.X_test[::20], y_test=digits.y_test[::20])  # fmt: skip
    panel = Training(few, rates=(0.01, 0.1))
    rng = np.random.default_rng(0)
    for _ in range(20):
        values = {n: panel.controls[n].options[rng.integers(2)][1] for n in ("pixels", "gradient")}
        panel.set(batch_size=int(rng.choice([10, 100])), epochs=int(rng.choice([1, 5])), **values)
        assert len(panel._trials) <= 6
        assert "Error:" not in panel.summary()
        assert "best of the 2 rates" in panel.summary()


def test_reset_shows_what_was_shown_at_first(panel):
    first = panel._shown
    panel.set(gradient="sum", learning_rate=1.0, epochs=1)
    assert panel._shown != first
    panel.reset()
    assert panel._shown == first


def test_alt_text_gives_the_final_losses(panel, digits):
    loss = try_rate(0.1, digits, batch_size=100, epochs=5).loss
    assert f"{loss:.3g} at 0.1" in panel._shown.alt
    assert panel.summary() in panel._shown.alt


def test_weights_share_one_scale_and_white_is_zero():
    W = np.zeros((784, 10))
    W[0, 3], W[5, 7] = 0.5, -2.0
    ax = Figure().add_subplot()
    assert draw_weights(ax, W) == 2.0
    (image,) = ax.images
    assert image.get_clim() == (-2.0, 2.0)
    assert (image.get_array().min(), image.get_array().max()) == (-2.0, 0.5)
    assert image.cmap(image.norm(0.0))[:3] == pytest.approx((0.97, 0.97, 0.97), abs=0.01)


@pytest.mark.parametrize("fill", [0.0, np.nan])
def test_weights_that_cannot_be_scaled_are_drawn_all_the_same(fill):
    assert to_png(weights_figure(np.full((784, 10), fill)))


def test_labels_of_rates_are_short_and_differ():
    labels = [short_label(rate) for rate in RATES]
    assert labels[0] == "1e-6" and labels[-1] == "10"
    assert len(set(labels)) == len(labels)
    assert [float(label) for label in labels] == list(RATES)
