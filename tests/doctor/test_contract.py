"""Every convention, there and back: what an author is given, and what is read of what comes."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from helpers.doctor.calls import call, call_twice
from helpers.doctor.contract import (
    BIAS_FIRST,
    BIASES,
    FLAT,
    FOLDED,
    LABELS,
    RATE,
    VECTORS,
    Convention,
)
from helpers.doctor.probes import MODERATE
from helpers.doctor.returns import UnreadableReturn, read
from helpers.softmax_regression import loss_and_gradients

ROLES = tuple((f"*{role}", role) for role in "WbXY")
NO_BIAS = tuple(row for row in ROLES if row[1] != "b")
STEP = (*ROLES, ("*rate", "rate"))


def author(convention, K, step=False, in_place=False):
    """Somebody's right function, who wants everything as the convention says."""
    c = convention

    def f(W, *rest):
        b, X, Y = (None, *rest[:2]) if c.folded else rest[:3]
        weights, bias = _unpacked(W, b, c, K)
        loss, dW, db = loss_and_gradients(weights, bias, _rows(X, c), _one_hot(Y, c, K))
        G, g = _packed(dW, db, c)
        if step and in_place:
            W -= rest[-1] * np.reshape(G, np.shape(W))
            b -= rest[-1] * g
            return None
        if step:
            return W - rest[-1] * G, b - rest[-1] * g
        return (loss, G) if c.folded else (loss, G, g)

    return f


def _rows(X, c):
    X = X[np.newaxis] if c.samples == "single" else X.T if "column" in c.samples else X
    return X[:, :-1] if c.pack == "folded" else X[:, 1:] if c.pack == "ones first" else X


def _one_hot(Y, c, K):
    if c.labels.startswith("one-hot"):
        Y = np.asarray(Y, dtype=float)
        return Y.T if c.labels == "one-hot columns" or c.samples == "single column" else (
            Y.reshape(-1, K))  # fmt: skip
    return np.eye(K)[np.ravel(Y).astype(int) - ("from 1" in c.labels)]


def _unpacked(W, b, c, K):
    if c.pack in FLAT:
        flat = np.ravel(W)
        W, b = (flat[K:], flat[:K]) if c.pack in BIAS_FIRST else (flat[:-K], flat[-K:])
    if c.shape != "matrix" or c.pack in FLAT:
        W = np.reshape(W, (-1, K) if c.weights == "(D, K)" else (K, -1))
    W = W.T if c.weights == "(K, D)" else W
    if c.pack in FOLDED:
        return (W[1:], W[0]) if c.pack in BIAS_FIRST else (W[:-1], W[-1])
    return W, np.ravel(b)


def _packed(dW, db, c):
    if c.pack in FOLDED:
        dW = np.vstack([db, dW] if c.pack in BIAS_FIRST else [dW, db])
    dW = dW.T if c.weights == "(K, D)" else dW
    if c.pack in FLAT:
        dW = np.concatenate([db, dW.ravel()] if c.pack in BIAS_FIRST else [dW.ravel(), db])
    return dW if c.shape == "matrix" else dW.reshape(VECTORS[c.shape]), BIASES[c.bias](db)


def conventions():
    """One of each: every pack, and every layout of the plain one."""
    for pack, weights in itertools.product((*FOLDED, *FLAT), ("(D, K)", "(K, D)")):
        for shape in VECTORS if pack in FLAT else ("matrix", *VECTORS):
            yield Convention(NO_BIAS, pack, weights=weights, shape=shape)
    for samples, weights, bias in itertools.product(
        ("rows", "columns"), ("(D, K)", "(K, D)"), BIASES
    ):
        for labels in LABELS:
            yield Convention(ROLES, "apart", (), samples, weights, labels, bias)
    for labels in LABELS:
        if labels != "one-hot columns":
            yield Convention(ROLES, samples="single", labels=labels)
            yield Convention(ROLES, samples="single column", labels=labels, bias="(K, 1)")


def same(outcome, wanted):
    assert outcome.usable, (outcome.raised, outcome.complaint, outcome.detail)
    for name, part in wanted.parts.items():
        if name in outcome.parts or name != "loss":
            np.testing.assert_allclose(outcome.parts[name], part, rtol=1e-9, atol=1e-12)


def test_each_convention_is_told_apart_from_the_plain_one():
    departures = [c.departures for c in conventions()]
    assert departures.count(()) == 1


@pytest.mark.parametrize("size", [0, 1])
def test_there_and_back(size):
    for convention in conventions():
        probe = MODERATE["single" if "single" in convention.samples else "free"][size]
        f = author(convention, probe.sizes[2])
        outcome = call(f, convention, probe)
        same(outcome, probe.reference())
        assert outcome.changed == () and outcome.loss.shape == () and not outcome.reduced


@pytest.mark.parametrize("in_place", [False, True])
@pytest.mark.parametrize("bias", BIASES)
@pytest.mark.parametrize("weights", ["(D, K)", "(K, D)"])
def test_a_step_there_and_back(weights, bias, in_place):
    convention = Convention(STEP, weights=weights, bias=bias, stepping=True)
    probe = MODERATE["free"][0]
    f = author(convention, 3, step=True, in_place=in_place)
    for rate in (RATE, 0.07):
        outcome = call(f, convention, probe, rate)
        same(outcome, replace(probe.reference(), loss=None))
        assert outcome.changed == (("W", "b") if in_place else ())
    first, second = call_twice(f, convention, probe)
    alike = np.allclose(first.dW, second.dW)
    assert alike is not in_place, "the second call of a step in place begins where the first ended"


def test_what_is_written_into_is_told():
    convention, probe = Convention(ROLES), MODERATE["free"][0]
    for place, name in enumerate("WbXY"):

        def f(*args, place=place):
            result = loss_and_gradients(*args)
            args[place][0] += 1
            return result

        assert call(f, convention, probe).changed == (name,)


def test_one_loss_a_sample_is_told():
    convention, probe = Convention(ROLES), MODERATE["free"][0]
    outcome = call(lambda W, b, X, Y: (np.arange(7.0), W, b), convention, probe)
    assert outcome.reduced and outcome.loss == 3


@pytest.mark.parametrize(
    ("bias", "came"), [("(K,)", (3, 1)), ("(1, K)", (3, 1)), ("(K, 1)", (1, 3)), ("(K, 1)", (7,))]
)
def test_a_gradient_of_b_that_would_broadcast_keeps_its_shape(bias, came):
    convention = Convention(ROLES, bias=bias)
    outcome = call(lambda W, b, X, Y: (1.0, W, np.ones(came)), convention, MODERATE["free"][0])
    assert outcome.db.shape == came


def test_one_number_for_b_is_a_number():
    outcome = call(
        lambda W, b, X, Y: (1.0, W, np.zeros((1, 1))), Convention(ROLES), MODERATE["free"][0]
    )
    assert outcome.db.shape == ()


def test_what_raises_or_returns_nothing_of_use_is_told():
    convention, probe = Convention(ROLES), MODERATE["free"][0]
    outcome = call(lambda *_: 1 / 0, convention, probe)
    assert isinstance(outcome.raised, ZeroDivisionError) and not outcome.usable
    outcome = call(lambda *_: "text", convention, probe)
    assert outcome.complaint == "returns no numbers" and not outcome.usable
    outcome = call(lambda *_: 0.5, convention, probe)
    assert outcome.loss == 0.5 and not outcome.usable


# what came back

W, b, LOSS = np.ones((5, 3)), np.arange(3.0), 0.7
READ = {
    "in order": ((LOSS, W, b), "loss W b"),
    "loss last": ((W, b, LOSS), "loss W b"),
    "nested": ((LOSS, (W, b)), "loss W b"),
    "a list": ([W, b], "W b"),
    "by key": ({"db": b, "dW": W, "cost": LOSS}, "loss W b"),
    "other keys": ({"weights": W, "bias": b}, "W b"),
    "transposed": ((LOSS, W.T, b), "loss W b"),
    "one number for b": ((LOSS, W, 2.0), "loss W b"),
    "two numbers": ((W, LOSS, 2.0), "loss W b"),
    "b over the samples": ((LOSS, W, np.ones(7)), "loss W b"),
    "b is zero": ((W, 0.0), "W b"),
    "a lone gradient": (W, "W"),
    "b alone": (b, "b"),
}


@pytest.mark.parametrize("name", READ)
def test_parts_are_read(name):
    returned, wanted = READ[name]
    found = read(returned, W.shape, b.shape, samples=7)
    assert set(found) == set(wanted.split())
    if "W" in found:
        assert found["W"].size == W.size
    if "loss" in found:
        assert found["loss"] == LOSS
    if "b" in found and name not in ("one number for b", "two numbers", "b is zero"):
        assert found["b"].size in (3, 7)


@pytest.mark.parametrize(
    ("returned", "note"),
    [
        (None, "returns nothing"),
        ("text", "returns no numbers"),
        (np.ones((2, 2, 2)), "returns no gradient"),
    ],
)
def test_what_cannot_be_read_says_why(returned, note):
    with pytest.raises(UnreadableReturn) as caught:
        read(returned, W.shape, b.shape, samples=7)
    assert caught.value.note == note


def test_names_of_what_is_returned_help():
    square, hints = np.ones((3, 3)), ("db", "dW")
    found = read((b, square), (3, 3), (3,), 7, hints)
    assert found["b"] is b and found["W"] is square
    one, other = np.zeros((5, 3)), np.ones((5, 3))
    assert read((one, other, b), W.shape, b.shape, 7, ("", "dW", "db"))["b"] is b
    small, short = np.ones((2, 2)), np.ones(2)
    by_name = read((small, short, LOSS), W.shape, b.shape, 7, ("gradient", "db", "cost"))
    assert by_name["W"] is small and by_name["b"] is short and by_name["loss"] == LOSS
    by_name = read((np.ones(4), short, np.ones(7)), W.shape, b.shape, 7, ("dW", "db", "losses"))
    assert [by_name[part].size for part in ("W", "b", "loss")] == [4, 2, 7]
    keyed = read({"dW": W, "b": b, "grad_W": W + 1, "loss": LOSS}, W.shape, b.shape, 7)
    assert keyed["W"] is W, "the first of two keys"
