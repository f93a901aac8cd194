"""Winner takes all: the proposition of notebook 06, its condition, and the five roads."""

import numpy as np
import pytest

from helpers import build, error_rate, load_digits, one_hot, predict, question
from helpers.experiments.roads import ROADS, walk
from helpers.experiments.winner import absorbing_bound, pull, shortfall


@pytest.fixture(scope="module")
def digits():
    return load_digits()


@pytest.mark.parametrize("rate", [1e-4, 0.1])
def test_the_questions_program_is_at_exactly_90_for_ten_seeds(digits, rate):
    Y = one_hot(digits.y_train, 10).T
    for seed in range(10):
        W, b, _ = question.descend(digits.X_train, Y, learning_rate=rate, seed=seed)
        with np.errstate(invalid="ignore"):
            predicted = predict(W, b, digits.X_test)
        assert error_rate(predicted, digits.y_test) == 0.9
        assert len(np.unique(predicted)) == 1


def test_pull_is_the_sum_of_kappa_by_class():
    rng = np.random.default_rng(0)
    X, images = rng.random((6, 4)), rng.random((3, 4))
    Y = one_hot([0, 1, 2, 0, 1, 0], 3)
    kappa = images @ X.T + 1
    by_hand = [[kappa[m][Y[:, k] == 1].sum() for k in range(3)] for m in range(3)]
    assert np.allclose(pull(X, Y, images), by_hand)


def test_every_gap_grows_while_the_condition_holds_and_not_at_every_point():
    rng = np.random.default_rng(1)
    X = rng.random((30, 5))
    Y = one_hot(np.arange(30) % 3, 3)
    bound = absorbing_bound(X, Y, X, 0)
    assert 0 < bound <= 0.5
    program, W, b = build(["wrong-sign"]), np.zeros((5, 3)), np.array([6.0, 0.0, 0.0])
    assert shortfall(X @ W + b, 0) < bound

    def gaps(W, b):
        Z = X @ W + b
        return Z[:, :1] - Z[:, 1:]

    for rate in (0.01, 1.0, 100.0):
        before = gaps(W, b)
        W, b = program.step(W, b, X, Y, rate)
        assert (gaps(W, b) > before).all()
        assert shortfall(X @ W + b, 0) < bound
    # Where the condition does not hold, some gap shrinks.
    W, b = np.zeros((5, 3)), np.zeros(3)
    assert shortfall(X @ W + b, 0) > bound
    assert not (gaps(*program.step(W, b, X, Y, 1.0)) > gaps(W, b)).all()


def test_centred_pixels_void_the_condition(digits):
    X, Y = digits.X_train, one_hot(digits.y_train, 10)
    centred = X - X.mean(axis=0)
    assert absorbing_bound(X, Y, X, 1) > 0.4
    assert absorbing_bound(centred, Y, centred, 1) < 0


def test_the_roads_are_told_apart_by_what_is_observed(digits):
    seen = {road: walk(road, digits) for road in ROADS}
    assert {fact.error for fact in seen.values()} == {0.9}
    assert seen["metric"].classes == 10 and seen["metric"].compared == 2000**2
    assert all(seen[road].classes == 1 for road in ROADS if road != "metric")
    assert seen["ties"].largest_weight == 0 < seen["collapse"].largest_weight
    assert seen["raw pixels"].first_non_finite_step < 10 < seen["overflow"].first_non_finite_step
    assert seen["raw pixels"].ratio == pytest.approx(1, abs=1e-6)
    assert seen["overflow"].ratio == pytest.approx(-1, abs=1e-6)


def test_an_unknown_road_names_those_there_are(digits):
    with pytest.raises(KeyError, match="there are collapse, overflow"):
        walk("guessing", digits)


def test_kappa_of_both_signs_is_summed_by_its_parts():
    rng = np.random.default_rng(2)
    X, images = rng.normal(size=(12, 4)), rng.normal(size=(2500, 4))  # more than one block
    Y = one_hot(np.arange(12) % 3, 3)
    kappa = images @ X.T + 1
    plus, minus = np.maximum(kappa, 0), np.maximum(-kappa, 0)
    others = Y[:, 0] == 0
    left = plus[:, others].sum(axis=1) - 2 * minus[:, others].sum(axis=1)
    assert absorbing_bound(X, Y, images, 0) == pytest.approx((left / plus.sum(axis=1)).min() / 2)


def test_the_usual_standardisation_keeps_the_condition(digits):
    Y = one_hot(digits.y_train, 10)
    X, X_test = ((A - 0.1307) / 0.3081 for A in (digits.X_train, digits.X_test))
    run = build(["wrong-sign"]).train(X, Y, X_test, digits.y_test)
    assert run.error == 0.9
    k = int(run.predictions[0])
    assert shortfall(X @ run.W + run.b, k) < absorbing_bound(X, Y, X_test, k)


def test_images_that_do_not_overlap_need_no_winner():
    X, Y, program = 3 * np.eye(10), np.eye(10), build(["wrong-sign"])
    assert (X @ X.T + 1 >= 1).all()
    for seed in range(5):
        W, b = np.random.default_rng(seed).normal(size=(10, 10)), np.zeros(10)
        for _ in range(2000):
            W, b = program.step(W, b, X, Y, 0.1)
        assert error_rate(predict(W, b, X), np.arange(10)) == 1.0


def test_the_proposition_is_about_any_batch(digits):
    X, Y = digits.X_train[::20], one_hot(digits.y_train[::20], 10)
    program, W, b = build(["wrong-sign"]), np.zeros((784, 10)), np.zeros(10)
    rng, held = np.random.default_rng(0), 0
    for _ in range(60):
        batch = rng.choice(len(X), 30)
        Z = X @ W + b
        k = np.bincount(Z.argmax(axis=1)).argmax()
        holds = shortfall(Z, k) < absorbing_bound(X[batch], Y[batch], X, k)
        W, b = program.step(W, b, X[batch], Y[batch], 0.1)
        moved = X @ W + b
        if holds:
            held += 1
            grew = (moved[:, [k]] - moved) - (Z[:, [k]] - Z)
            assert (np.delete(grew, k, axis=1) > 0).all()
    assert held > 30
