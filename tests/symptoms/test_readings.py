"""The sentence under a run never says what is not so: every bug alone, and pairs.

Each reading is held against invariants that are measured apart from it. The pairs here are a sample
of those with a sign, loss or metric bug, on the small digits; run as a script, this file goes
through all pairs.
"""

import functools
import itertools
import sys

import numpy as np
import pytest

from helpers import BUGS, build, error_rate, load_digits, one_hot, predict
from helpers.checks import CHECKS, small_digits
from helpers.symptoms import name_trend, observe, read

WRONG = [id_ for id_, bug in BUGS.items() if not bug.decoy]
SUSPECT = [
    id_
    for id_ in WRONG
    if BUGS[id_].group in ("sign", "metric") or BUGS[id_].right.startswith("loss =")
]
PAIRS = [
    pair for pair in itertools.combinations(WRONG, 2) if BUGS[pair[0]].right != BUGS[pair[1]].right
]


@functools.cache
def all_digits():
    digits = load_digits()
    return digits.X_train, one_hot(digits.y_train, 10), digits.X_test, digits.y_test


@functools.cache
def at_fault(id_, *checks):
    """Whether a bug by itself fails one of the checks: beside others they may not apply."""
    return any(CHECKS[check](build([id_])).word == "failed" for check in checks)


def complaints(ids, data, **settings):
    """What the reading says and is not so."""
    program = build(ids)
    seen = observe(program, *data, **settings)
    text = read(seen)
    if seen.run is None:
        return [] if text.startswith("The program raises") else ["raises, and is not said"]
    run, found = seen.run, []
    place = text.split(". ", 1)[1]
    finite = run.losses[np.isfinite(run.losses)]
    flat = len(finite) == len(run.losses) and np.ptp(run.losses) < 1e-4 * abs(run.losses[0])
    if (finite < -1e-9).any():
        if not place.startswith("A cross-entropy is never below 0"):
            found.append("a loss below 0 is not said first")
    elif flat and not seen.probe.changed and "does not" not in place:
        found.append("a flat loss is not said first")
    if "It learns" in place:
        fresh = error_rate(predict(run.W, run.b, data[0]), data[1].argmax(axis=1))
        if not fresh < 0.6:
            found.append(f"learns, and {100 * fresh:.0f} % of the training data are wrong")
    constant = len(set(run.predictions)) == 1 and not seen.tied
    if ("all " in text.split(";")[0]) != constant or ("tie" in text.split(";")[0]) != seen.tied:
        found.append("constant, or not")
    if "The loss does not fall" in place and name_trend(run.losses) != "wanders":
        found.append("the loss falls or rises, and is said to do neither")
    if "order" in place and not any(at_fault(id_, "order-changes", "epoch-covers") for id_ in ids):
        found.append("the order is blamed, and it changes")
    return found and [*found, text]


@pytest.mark.parametrize("id_", BUGS)
def test_every_bug_alone(id_):
    assert not complaints([id_], all_digits(), **BUGS[id_].settings)


@pytest.mark.parametrize("suspect", SUSPECT)
def test_pairs_with_a_sign_a_loss_or_a_metric(suspect):
    partners = [pair for pair in PAIRS if suspect in pair]
    drawn = np.random.default_rng(SUSPECT.index(suspect)).permutation(len(partners))[:8]
    found = {
        pair: wrong
        for pair in (partners[i] for i in drawn)
        if (wrong := complaints(pair, small_digits(), batch_size=20, epochs=3))
    }
    assert not found


def test_sorted_samples_are_seen_in_the_saw_tooth():
    text = read(observe(build(["not-shuffled"]), *all_digits()))
    assert "look at the order in which samples come" in text


if __name__ == "__main__":
    wrong = {}
    for pair in PAIRS:
        if found := complaints(pair, all_digits()):
            wrong[pair] = found
            print(pair, *found, sep="\n    ", flush=True)
    print(f"{len(PAIRS)} pairs, {len(wrong)} of them read wrongly", file=sys.stderr)
