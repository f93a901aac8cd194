"""``diagnose_number``: every known number is recognised, however it is written."""

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from helpers import load_digits
from helpers.bugs import BUGS, build
from helpers.doctor import diagnose_number
from helpers.doctor.findings import LONGEST
from helpers.doctor.losses import FORMULAS, name_loss
from helpers.doctor.number import CLASS_COUNTS, causes, read_number
from helpers.softmax_regression import loss_and_gradients, one_hot
from helpers.symptoms import USUAL_BATCHES


def first(text):
    return causes(read_number(text))[0]


@pytest.mark.parametrize(
    ("number", "kind", "words", "bug"),
    [
        ("9.8 %", "accuracy", "0, on MNIST's test set (980 of", "update-dropped"),
        ("9,80%", "accuracy", "0, on MNIST's test set (980 of", "start-evaluated"),
        (0.1135, "accuracy", "1, on MNIST's test set (1135 of", "wrong-sign"),
        (0.8865, "error", "1, on MNIST's test set (1135 of", "ascent"),
        ("0.0987", "accuracy", "0, on MNIST's training set (5923 of", "update-dropped"),
        ("90.20 %", "error", "0, on MNIST's test set", "update-dropped"),
        ("90.00 %", "error", "10 classes of one size", "wrong-sign"),
        (0.9, "error", "10 classes of one size", "wrong-sign"),
        ("1/10", "accuracy", "10 classes of one size", "ascent"),
        ("66.67 %", "error", "3 classes of one size", "update-dropped"),
        ("2.303", "loss", "ln 10 = 2.303: equal", "update-dropped"),
        (math.log(10), "loss", "ln 10 = 2.303: equal", "update-dropped"),
        (0.230, "loss", "ln 10 / 10", None),
        (3.251, "loss", "(1 - Y) log(1 - P)", None),
        (27.63, "loss", "1e-12", None),
        (1.46, "loss", "floor of a softmax", "softmax-twice"),
        (-2.303, "loss", "minus is lost", "loss-without-minus"),
        (4.605, "loss", "ln 100 = 4.605", "softmax-over-batch"),
        ("6.908", "loss", "ln(100 x 10)", "softmax-over-all"),
        ("loss 230.26", "loss", "100 ln 10", "summed-loss"),
        ("0,693", "loss", "ln 2", None),
        ("1.0986", "loss", "ln 3 = 1.099: equal", "update-dropped"),
        ("nan", "loss", "inf / inf", "naive-softmax"),
        (float("inf"), "loss", "log of 0", "log-of-softmax"),
        ("accuracy = 88.35 %", "accuracy", "right program", None),
        ("99.95 %", "error", "argmin", "argmin"),
    ],
)
def test_known_numbers_are_recognised(number, kind, words, bug):
    cause = first(number)
    assert cause.kind == kind
    assert words in cause.what, cause
    assert bug is None or bug in cause.bugs
    diagnosis = diagnose_number(number)
    assert diagnosis.verdict == "not judged" and diagnosis.correct is None
    assert words in str(diagnosis) and len(str(diagnosis)) <= LONGEST
    assert not cause.bugs or diagnosis.bugs[0] == cause.bugs[0]


FORMS = (
    *(0.9, np.float64(0.9), np.float32(0.9), Fraction(9, 10), Decimal("0.900"), 90, "90", " 90%"),
    *("90,0 %", "0.9000", "9e-1", "error: 90 percent", "90 per cent", "9/10", ".900"),
)


@pytest.mark.parametrize("number", FORMS, ids=repr)
def test_a_number_may_come_in_any_form(number):
    assert "10 classes of one size" in first(number).what and first(number).kind == "error"


def test_the_digits_count():
    """90.00 is 0.9 and nothing else; 90 is also the 90.2 of MNIST's test set."""
    exact, rounded = (" ".join(map(str, causes(read_number(text)))) for text in ("90.00", "90"))
    assert "MNIST" not in exact and "980 of 10000" in rounded
    assert "982" in str(causes(read_number("9.8 %"))) and "982" not in str(
        causes(read_number("9.80 %"))
    )


@pytest.mark.parametrize("digit", range(10))
@pytest.mark.parametrize("where", CLASS_COUNTS)
def test_every_constant_class_is_named_by_its_share(where, digit):
    counts = CLASS_COUNTS[where]
    share = 100 * counts[digit] / sum(counts)
    for text in (f"accuracy {share:.3f} %", f"error {100 - share:.3f} %"):
        assert first(text).what.startswith(f"all predictions are {digit}, on {where}")


def test_mnists_files_hold_ten_thousand_and_sixty_thousand():
    assert [sum(counts) for counts in CLASS_COUNTS.values()] == [10_000, 60_000]


@pytest.mark.parametrize("K", [2, 3, 10, 26])
def test_formulas_are_what_programs_give_at_the_start(K):
    """ln K and its kin, from the program and its one-line variants."""
    N, D = 12, 5
    X = np.random.default_rng(0).random((N, D))
    start = np.zeros((D, K)), np.zeros(K), X, one_hot(np.arange(N) % K, K)
    P = np.full((N, K), 1 / K)
    Y = start[3]
    computed = {
        "ln K": loss_and_gradients(*start)[0],
        "-ln K": build(["loss-without-minus"]).loss_and_gradients(*start)[0],
        "ln B": build(["softmax-over-batch"]).loss_and_gradients(*start)[0],
        "ln(BK)": build(["softmax-over-all"]).loss_and_gradients(*start)[0],
        "B ln K": build(["summed-loss"]).loss_and_gradients(*start)[0],
        "log10 K": build(["log-base-ten"]).loss_and_gradients(*start)[0],
        "ln K / K": -(Y * np.log(P)).mean(),
        "binary terms": -(Y * np.log(P) + (1 - Y) * np.log(1 - P)).sum() / N,
        "1 - 1/K": ((P - Y) ** 2).sum() / N,
        "K ln 2": -(Y * np.log(0.5) + (1 - Y) * np.log(0.5)).sum() / N,
    }
    for name, loss in computed.items():
        assert FORMULAS[name](N, K) == pytest.approx(loss, abs=1e-12), name


def test_a_softmax_applied_twice_has_that_floor():
    Z = np.zeros((1, 10))
    Z[0, 3] = 1e4
    program = build(["softmax-twice"])
    loss, *_ = program.loss_and_gradients(Z, np.zeros(10), np.ones((1, 1)), one_hot([3], 10))
    assert [name for name, _ in name_loss(loss - 1e-9, loss + 1e-9, 10)] == ["ln(1 + (K-1)/e)"]


def test_every_usual_batch_size_is_found():
    for B in USUAL_BATCHES:
        assert ("ln B", B) in name_loss(np.log(B) - 1e-6, np.log(B) + 1e-6, 10)


def test_another_batch_size_is_found_where_the_number_leaves_no_other():
    loss = np.log(1234)
    assert ("ln B", 1234) in name_loss(loss - 1e-6, loss + 1e-6, 10)
    assert "ln B" not in dict(name_loss(loss - 3e-4, loss + 3e-4, 10)), "1234 or not far from it"
    assert "ln B" not in dict(name_loss(loss - 0.01, loss + 0.01, 10))
    for B in USUAL_BATCHES:
        assert name_loss(np.log(B) - 1e-6, np.log(B) + 1e-6, 10).count(("ln B", B)) == 1


def test_what_a_constant_does_is_measured_on_the_digits():
    """The bugs that are named for a constant class do predict one class only."""
    digits = load_digits()
    for id_ in first("90.00 %").bugs[:4]:
        with np.errstate(all="ignore"):
            run = build([id_]).train(
                digits.X_train, one_hot(digits.y_train, 10), digits.X_test, digits.y_test
            )
        assert run.error == 0.9, id_


def test_every_cause_says_where_to_look():
    for number in ("9.8 %", 0.23, "nan", 27.63, "11.65 %"):
        for cause in causes(read_number(number)):
            assert cause.check and cause.notebook in {f"{n:02d}" for n in range(10)}
            assert set(cause.bugs) <= set(BUGS)


@pytest.mark.parametrize("text", ["", "ninety", "1.2.3", "1/0", "120 %", "-3 %", "acc 1e9", "1 2"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ValueError, match=r"wanted"):
        diagnose_number(text)


@pytest.mark.parametrize("text", [None, True, [0.9], np.ones(2), 1j, {}])
def test_what_is_of_another_type_is_refused(text):
    with pytest.raises(TypeError, match="wanted a number"):
        diagnose_number(text)


def test_a_number_that_nothing_gives_is_said_to_be_unknown():
    diagnosis = diagnose_number("loss 7.77777")
    assert diagnosis.bugs == () and "7.77777" in str(diagnosis)
