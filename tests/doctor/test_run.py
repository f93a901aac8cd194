"""``diagnose_run``: from hand-made records, from the patched programs, and from other data."""

import types
from dataclasses import replace

import numpy as np
import pytest

from helpers import load_digits, one_hot
from helpers.bugs import BUGS, build
from helpers.doctor import diagnose_run
from helpers.doctor.findings import LONGEST
from helpers.symptoms.fingerprints import fingerprint, hypotheses, key, look, read_table

N, K = 500, 10
RNG = np.random.default_rng(0)
LABELS = np.arange(N) % K
GOOD = np.where(RNG.random(N) < 0.88, LABELS, RNG.integers(0, K, N))
GUESSES = RNG.integers(0, K, N)
FALLING = 0.3 + (np.log(K) - 0.3) * np.exp(-np.arange(200) / 30) + 0.01 * RNG.random(200)
FALLING[0] = np.log(K)
HOVERING = np.log(K) + 0.02 * RNG.random(200)
RISING = np.log(K) + np.arange(200) * 0.6
NAN_SOON = [np.log(K), 640.0, *[np.nan] * 50]
NAN_LATE = [*RISING[:99], *[np.nan] * 50]


@pytest.mark.parametrize(
    ("losses", "predictions", "labels", "reported"),
    [
        (FALLING, GOOD, LABELS, None),
        (FALLING.tolist(), GOOD.tolist(), LABELS.tolist(), float((GOOD != LABELS).mean())),
        (FALLING, GOOD, np.eye(K)[LABELS], None),
        (FALLING, np.eye(K)[GOOD], LABELS, None),
        (FALLING, GOOD[:, None], LABELS[:, None], None),
        (FALLING, GOOD.astype(float), LABELS.astype(np.uint8), None),
        (FALLING, GOOD, np.eye(K)[LABELS].T, None),
        (FALLING, GOOD, LABELS, 100 * float((GOOD != LABELS).mean())),
        (0.98 * FALLING, GOOD, LABELS, None),
        ([0.69, 0.5, 0.4, 0.3, 0.2], [0, 1, 1, 0], [0, 1, 1, 0], 0.0),
    ],
)
def test_a_healthy_run_is_healthy_in_every_form(losses, predictions, labels, reported):
    diagnosis = diagnose_run(losses, predictions, labels, reported)
    assert diagnosis.verdict == "right", diagnosis
    assert diagnosis.bugs == ()
    assert "healthy" in str(diagnosis)


SICK = {
    "constant, uphill": ((RISING, np.full(N, 1), LABELS), "wrong-sign", "class 1"),
    "constant, falling": ((FALLING, np.zeros(N, int), LABELS), "start-evaluated", "class 0"),
    "flat": ((np.full(100, np.log(K)), np.zeros(N, int), LABELS), "update-dropped", "flat"),
    "nan soon": ((NAN_SOON, np.zeros(N, int), LABELS), "naive-softmax", "step 3"),
    "nan late": ((NAN_LATE, np.zeros(N, int), LABELS), "wrong-sign", "step 100"),
    "inf, learns": (([2.3, 1.0, np.inf, 0.5], GOOD, LABELS), "log-of-softmax", "step 3"),
    "below, shifted": ((FALLING, (GOOD + 1) % K, LABELS), "labels-off-by-one", "+1"),
    "below, argmin": ((FALLING, (LABELS + RNG.integers(2, 9, N)) % K, LABELS), "argmin", ""),
    "near chance": ((HOVERING, GUESSES, LABELS), "shuffled-apart", "near chance"),
    "near, falling": ((FALLING, GUESSES, LABELS), None, "training and test"),
    "ln B": ((FALLING + np.log(100 / K), GOOD, LABELS), "softmax-over-batch", "ln 100"),
    "ln B, 32": ((FALLING + np.log(3.2), GOOD, LABELS), "softmax-over-batch", "ln 32"),
    "ln(BK)": ((FALLING + np.log(100), GOOD, LABELS), "softmax-over-all", "100 x 10"),
    "ln(BK), 64": ((FALLING + np.log(64), GOOD, LABELS), "softmax-over-all", "64 x 10"),
    "-ln K": ((-FALLING, GOOD, LABELS), "loss-without-minus", "-ln K"),
    "B ln K": ((64 * FALLING, GOOD, LABELS), "summed-loss", "64 ln K"),
    "log10": ((FALLING / np.log(10), GOOD, LABELS), "log-base-ten", "log10"),
    "wild start": ((30 * FALLING + 1, GUESSES, LABELS), "large-random-start", "far above"),
    "plateau": ((np.maximum(1.5, FALLING), GOOD, LABELS), "softmax-twice", "1.461"),
    "slow": ((np.linspace(2.3026, 2.25, 100), GOOD, LABELS), "rate-too-small", "rate"),
    "leaps": (([2.3026, 40, 60, 30, 12, 9, 8, 7, 3, 2], GOOD, LABELS), "sum-for-mean", "leaps"),
    "negative": ((FALLING - 1.5 * np.arange(200) / 199, GOOD, LABELS), "loss-without-minus", "0"),
    "too few": ((FALLING, np.arange(K), LABELS), "argmax-over-batch", "axis=1"),
}


# Here two bugs look alike, and a made-up record does not decide which is the likelier.
TWO_ALIKE = {"flat", "nan soon", "nan late", "near chance"}
AS_LIKELY = {
    "constant, falling": "labels-from-model",
    "nan late": "naive-softmax",
    "inf, learns": "order-too-short",
}


@pytest.mark.parametrize("name", SICK)
def test_symptoms_point_to_suspects(name):
    arguments, first, words = SICK[name]
    diagnosis = diagnose_run(*arguments)
    assert not diagnosis.correct
    expected = {first, AS_LIKELY.get(name, first)}
    assert first is None or expected & {*diagnosis.bugs[: 1 + (name in TWO_ALIKE)]}, diagnosis
    assert words in str(diagnosis)
    assert len(str(diagnosis)) <= LONGEST


def test_a_uniform_shift_of_first_loss_names_the_factor():
    assert diagnose_run(64 * FALLING, GOOD, LABELS).factor == "N"
    assert diagnose_run(-FALLING, GOOD, LABELS).factor == -1


@pytest.mark.parametrize(
    ("reported", "bug", "words"),
    [
        (0.9, "metric-broadcast", "n x n"),
        (90.0, "metric-broadcast", "percent"),
        (2 * float((GOOD != LABELS).mean()) / K, "metric-one-hot", "2/K"),
        (1 - float((GOOD != LABELS).mean()), None, "accuracy"),
        (0.5, "metric-broadcast", "metric is wrong"),
    ],
)
def test_a_reported_error_that_the_predictions_do_not_bear_out(reported, bug, words):
    diagnosis = diagnose_run(FALLING, GOOD, LABELS, reported)
    assert not diagnosis.correct
    assert (diagnosis.bugs or (None,))[0] == bug
    assert words in str(diagnosis)


def test_the_metric_is_told_beside_another_finding():
    diagnosis = diagnose_run(64 * FALLING, GOOD, LABELS, 0.9)
    assert diagnosis.bugs[0] == "summed-loss"
    assert "the metric is wrong" in str(diagnosis)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (([], GOOD, LABELS), ValueError, "losses are empty"),
        ((None, GOOD, LABELS), TypeError, "losses is None"),
        ((FALLING, None, LABELS), TypeError, "predictions is None"),
        ((FALLING, GOOD, None), TypeError, "labels is None"),
        ((FALLING, [], []), ValueError, "empty"),
        ((FALLING, GOOD[:-3], LABELS), ValueError, "497 predictions for 500"),
        ((FALLING, GOOD, -LABELS), ValueError, "from 0"),
        ((FALLING, GOOD + 0.5, LABELS), ValueError, "whole"),
        ((["a"], GOOD, LABELS), TypeError, "numbers"),
        ((FALLING, GOOD, LABELS, "90 %"), TypeError, "reported_error"),
        ((FALLING, GOOD, LABELS, -1), ValueError, "reported_error"),
        ((FALLING, np.zeros((3, 4, 5)), LABELS), ValueError, r"\(3, 4, 5\)"),
        ((FALLING, np.zeros(4, int), np.zeros(4, int)), ValueError, "one class"),
    ],
)
def test_bad_arguments_are_refused_with_the_reason(arguments, error, message):
    with pytest.raises(error, match=message):
        diagnose_run(*arguments)


def test_probabilities_are_taken_by_argmax_and_said():
    P = 0.05 + 0.5 * np.eye(K)[GOOD]
    assert "argmax" in str(diagnose_run(FALLING, P, LABELS))


@pytest.mark.parametrize("steps", [5, 10, 30])
def test_a_short_run_that_is_on_its_way_is_no_false_alarm(steps):
    digits = load_digits()
    every = slice(None, None, 6000 // (100 * steps))
    X, Y = digits.X_train[every], one_hot(digits.y_train[every], 10)
    run = build().train(X, Y, digits.X_test, digits.y_test, epochs=1)
    assert len(run.losses) == steps
    diagnosis = diagnose_run(run.losses, run.predictions, digits.y_test, run.error)
    assert diagnosis.correct, str(diagnosis)


def test_a_right_run_on_the_digits_is_healthy():
    digits = load_digits()
    run = build().train(digits.X_train, one_hot(digits.y_train, 10), digits.X_test, digits.y_test)
    diagnosis = diagnose_run(run.losses, run.predictions, digits.y_test, run.error)
    assert diagnosis.correct


@pytest.mark.parametrize("classes", [10, 12])
def test_the_number_of_classes_may_be_given(classes):
    """Labels of five classes, a model of ten: ln 10 is no sign of anything."""
    few = LABELS[LABELS < 5]
    losses = FALLING + np.log(classes / K)
    assert diagnose_run(losses, few, few, classes=classes).verdict == "right"
    assert f"ln K is {np.log(classes):.4g}" in str(diagnose_run(losses, few, few, classes=classes))


def test_a_class_that_never_occurs_is_told_by_the_first_loss():
    few = LABELS[LABELS < 9]
    diagnosis = diagnose_run(FALLING, few, few)
    assert diagnosis.verdict == "right" and "classes=" in str(diagnosis)


@pytest.mark.parametrize(
    ("classes", "error"), [(3, ValueError), (1, ValueError), ("10", TypeError), (True, TypeError)]
)
def test_a_wrong_number_of_classes_is_refused(classes, error):
    with pytest.raises(error, match="classes"):
        diagnose_run(FALLING, GOOD, LABELS, classes=classes)


@pytest.mark.parametrize("steps", [200, 50])
def test_running_sums_are_understood(steps):
    """A cost that is added up, over the run or within each epoch, rises; nothing is wrong."""
    sums = np.cumsum(FALLING.reshape(-1, steps), axis=1).ravel()
    diagnosis = diagnose_run(sums, GOOD, LABELS)
    assert diagnosis.verdict == "right", diagnosis
    assert "running sums" in str(diagnosis)


def test_a_loss_that_rises_is_no_running_sum():
    assert "running sums" not in str(diagnose_run(RISING, np.full(N, 1), LABELS))


def test_sorted_classes_that_were_never_shuffled_are_seen_after_one_epoch():
    """Error 90.00 % by luck, two classes predicted, loss near 0: no constant, no metric."""
    digits = load_digits()
    data = digits.X_train, one_hot(digits.y_train, 10), digits.X_test, digits.y_test
    run = build(["not-shuffled"]).train(*data, epochs=1)
    diagnosis = diagnose_run(run.losses, run.predictions, digits.y_test, run.error)
    assert diagnosis.verdict == "wrong" and diagnosis.bugs[0] == "not-shuffled"
    assert "never predicted" in str(diagnosis)


NEW = replace(
    BUGS["summed-loss"],
    id="mean-of-all-entries",
    wrong="loss = -np.mean(Y * log_P)",
    giveaway="The first loss is ln K / K.",
)


def test_a_new_entry_is_named_without_a_table():
    catalogue = {id_: bug for id_, bug in BUGS.items() if id_ != "loss-over-entries"}
    catalogue = types.MappingProxyType({**catalogue, NEW.id: NEW})
    record = FALLING / K, GOOD, LABELS
    assert diagnose_run(*record, catalogue=catalogue).bugs[0] == NEW.id
    assert NEW.giveaway in str(diagnose_run(*record, catalogue=catalogue))
    assert NEW.id not in diagnose_run(*record).bugs


def test_a_bug_that_is_not_in_the_catalogue_is_not_named():
    few = {id_: bug for id_, bug in BUGS.items() if id_ != "softmax-over-batch"}
    assert "softmax-over-batch" not in diagnose_run(*SICK["ln B"][0], catalogue=few).bugs


REMEDY = "run `python tests/symptoms/measure_fingerprints.py`"


def test_the_table_is_of_this_program_and_this_catalogue():
    table = read_table()
    singles = [name for name in hypotheses() if len(name) < 2]
    stale = [name for name in singles if table.get("+".join(name), {}).get("key") != key(name)]
    assert not stale, f"{len(stale)} entries are not of these lines, {stale[:3]}: {REMEDY}"


SINGLES = [name[0] for name in hypotheses() if len(name) == 1 and name[0] in BUGS]


@pytest.mark.parametrize("name", RNG.permutation(SINGLES)[:4])
def test_a_sample_of_the_table_is_found_again(name):
    """Degrees may differ by one where a value lies on an edge; words do not."""
    known, _ = fingerprint((name,))
    again = look((name,))
    assert sum(known.values()) == sum(again.values())
    distance = sum(
        min(sum(a != b for a, b in zip(one, other, strict=True)) for other in known)
        for one in again
    )
    assert distance <= 0.1 * len(again), REMEDY


def test_right_programs_are_not_accused_on_other_data():
    """Three clouds, rates of two decades, two batch sizes, loss by loss and by epoch."""
    rng = np.random.default_rng(3)
    y = rng.integers(0, 3, 900)
    X = 1.5 * rng.normal(size=(3, 6))[y] + rng.normal(size=(900, 6))
    Y = one_hot(y, 3)
    for rate, size in ((0.01, 16), (0.03, 64), (0.1, 32), (0.3, 64), (1.0, 32)):
        run = build().train(X, Y, learning_rate=rate, batch_size=size, epochs=8)
        epochs = [part.mean() for part in np.array_split(run.losses, 8)]
        for losses in (run.losses, epochs):
            diagnosis = diagnose_run(losses, run.predictions, y, run.error)
            assert diagnosis.correct is not False, (rate, size, diagnosis)
