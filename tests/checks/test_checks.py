"""The checks: right programs pass, each bug is named by the check made for it, nothing raises."""

import functools
import types

import numpy as np
import pytest

from helpers import softmax_regression
from helpers.bugs import BUGS, build, variant
from helpers.checks import Check, Verdict, check, small_digits, watch
from helpers.checks.in_order import CHECKS
from helpers.checks.wheats import WHEATS

EACH = pytest.mark.parametrize("name", CHECKS)

# What each check is made for: a bug, and the finding (or, without one, the word) it must give.
MADE_FOR = [
    ("first-loss", "softmax-over-batch", "ln B"),
    ("first-loss", "softmax-over-all", "ln(BK)"),
    ("first-loss", "loss-without-minus", "-ln K"),
    ("first-loss", "log-base-ten", "log10 K"),
    ("first-loss", "large-random-start", "too high"),
    ("first-loss", "standardised-by-zero", "not finite"),
    ("first-loss", "question-loss", "-B ln K"),
    ("first-loss", "loss-over-entries", "ln K / K"),
    ("first-loss", "samples-in-columns", "too low"),
    ("first-loss", "binary-terms", "binary terms"),
    ("loss-falls-in-training", "loss-accumulated", "rises"),
    ("loss-falls-in-training", "wrong-sign", "rises"),
    ("loss-falls-in-training", "rate-too-small", "flat"),
    ("loss-falls-in-training", "update-dropped", "flat"),
    ("error-against-chance", "labels-off-by-one", "below chance"),
    ("error-against-chance", "metric-broadcast", ""),
    ("prediction-histogram", "wrong-sign", "constant"),
    ("prediction-histogram", "start-evaluated", "constant"),
    ("bias-moves", "dead-bias", ""),
    ("bias-moves", "bias-frozen", ""),
    ("softmax-rows", "softmax-over-batch", "columns do"),
    ("softmax-rows", "softmax-over-all", "all together"),
    ("softmax-rows", "log-base-ten", "rows do not"),
    ("gradient-shapes", "gradient-transposed", "dW is (K, D)"),
    ("gradient-shapes", "bias-over-classes", "db is (N)"),
    ("gradient-shapes", "dead-bias", "db is ()"),
    ("gradient-shapes", "x-not-transposed", "raises"),
    ("gradient-at-zero", "wrong-sign", ""),
    ("gradient-at-random", "wrong-sign", "-1"),
    ("gradient-at-random", "sum-for-mean", "N"),
    ("gradient-at-random", "divided-twice", "W 1/N, b 1"),
    ("gradient-at-random", "divided-by-classes", "N/K"),
    ("gradient-at-random", "summed-loss", "1/N"),
    ("gradient-at-random", "question-loss", "-1/N"),
    ("gradient-at-random", "clip-swapped", "no slope"),
    ("gradient-at-random", "squared-error", "not a multiple"),
    ("gradient-at-random", "x-reshaped", "W not a multiple, b 1"),
    ("residual-rows", "logits-for-probabilities", ""),
    ("residual-rows", "diagonal-jacobian", ""),
    ("permuted-batch", "x-reshaped", "dW"),
    ("large-logits", "naive-softmax", "gradients"),
    ("large-logits", "log-of-softmax", "loss"),
    ("large-logits", "one-max-for-all", "loss and gradients"),
    ("shifted-logits", "no-shift", "loss, dW, db"),
    ("shifted-logits", "sigmoid", "dW, db"),
    ("arguments-unchanged", "labels-overwritten", "Y"),
    ("update-moves", "ascent", "-1"),
    ("update-moves", "bias-ascends", "W 1, b -1"),
    ("update-moves", "bias-frozen", "W 1, b 0"),
    ("update-moves", "update-assigned", "not a multiple"),
    ("loss-falls-on-a-batch", "ascent", "rises"),
    ("loss-falls-on-a-batch", "integer-weights", "flat"),
    ("overfit-ten", "softmax-twice", "stays up"),
    ("training-moves", "update-dropped", "0"),
    ("training-moves", "rate-too-small", "0.001"),
    ("training-moves", "ascent", "-1"),
    ("training-moves", "rate-too-large", "100"),
    ("training-moves", "rate-dies", "later 0"),
    ("decay-moves", "decay-sign", "-1"),
    ("decay-moves", "decay-twice", "2"),
    ("labels-one-hot", "labels-not-transposed", "columns do"),
    ("labels-one-hot", "labels-reshaped", "rows do not"),
    ("labels-with-images", "shuffled-apart", "some"),
    ("labels-with-images", "labels-off-by-one", "all"),
    ("pixels-arrive", "raw-pixels", "255 times"),
    ("pixels-arrive", "wrapped-bytes", "other pixels"),
    ("pixels-arrive", "scaled-twice", "0.00392 times"),
    ("pixels-arrive", "standardised-by-zero", "not finite"),
    ("epoch-covers", "first-batch-only", ""),
    ("epoch-covers", "order-too-short", "empty"),
    ("order-changes", "not-shuffled", "as they are stored"),
    ("order-changes", "same-order", "repeated"),
    ("predict-known", "argmin", "least"),
    ("predict-known", "bias-left-out", "no bias"),
    ("predict-known", "argmax-over-batch", "shape"),
    ("predict-known", "class-left-out", "last class never"),
    ("predict-known", "threshold-half", "class 0 below one half"),
    ("predictions-of-last-weights", "start-evaluated", ""),
    ("test-images-arrive", "test-raw", "255 times"),
    ("test-images-arrive", "test-inverted", "inverted"),
    ("test-images-arrive", "test-shuffled-apart", "another order"),
    ("test-images-arrive", "tested-on-training", "training images"),
    ("metric-known", "metric-broadcast", "90%"),
    ("metric-known", "metric-one-hot", "10%"),
    ("error-recounted", "test-labels-of-training", ""),
]


def run(name, *ids):
    """A check on a program with bugs, at the settings at which they show."""
    settings = {key: value for id_ in ids for key, value in BUGS[id_].settings.items()}
    return CHECKS[name](build(ids), **settings)


@pytest.mark.parametrize(("name", "bug", "finding"), MADE_FOR)
def test_a_check_names_what_it_is_made_for(name, bug, finding):
    verdict = run(name, bug)
    assert verdict.passed is False and verdict.finding == finding, str(verdict)


def test_every_check_is_made_for_something():
    assert {name for name, _, _ in MADE_FOR} == set(CHECKS)


@EACH
def test_the_right_program_passes(name):
    assert CHECKS[name](build()).passed is True
    assert CHECKS[name](softmax_regression).passed is True


@EACH
@pytest.mark.parametrize(
    "settings",
    [dict(bug.settings) for bug in BUGS.values() if bug.settings]
    + [{"batch_size": 10, "weight_decay": 1.0}, {"batch_size": 500}, {"seed": 3}],
    ids=str,
)
def test_the_right_program_passes_at_the_settings_of_the_bugs(name, settings):
    verdict = CHECKS[name](build(), **settings)
    assert verdict.passed is True, str(verdict)


@EACH
@pytest.mark.parametrize("wheat", WHEATS)
def test_a_right_variant_is_never_called_wrong(name, wheat):
    verdict = CHECKS[name](WHEATS[wheat])
    assert verdict.passed is not False, str(verdict)
    if hasattr(WHEATS[wheat], "train"):
        assert verdict.passed, f"{name} has nothing to say on a whole program: {verdict}"


@pytest.mark.parametrize("wheat", WHEATS)
def test_a_wheat_is_not_the_program_itself(wheat):
    """Each computes what the program computes (summed ones N times it), by other lines."""
    if wheat == "right":
        return
    rng = np.random.default_rng(0)
    W, b, X = rng.normal(size=(5, 3)), rng.normal(size=3), rng.normal(size=(7, 5))
    Y = np.eye(3)[np.arange(7) % 3]
    wanted = softmax_regression.loss_and_gradients(W, b, X, Y)
    factor = 7 if wheat.startswith("summed") else 1
    for mine, right in zip(WHEATS[wheat].loss_and_gradients(W, b, X, Y), wanted, strict=True):
        assert np.allclose(mine, factor * right, rtol=1e-5, atol=1e-6)
    assert getattr(WHEATS[wheat], "source", "") != build().source


@EACH
def test_a_check_that_does_not_apply_says_so(name):
    verdict = CHECKS[name](types.SimpleNamespace())
    assert verdict.passed is None and "no function" in verdict.evidence


def test_a_summed_loss_is_not_called_wrong_by_the_first_loss():
    assert CHECKS["first-loss"](WHEATS["summed-with-summed"]).passed is None
    assert run("first-loss", "summed-loss").answer == "not applicable: B ln K"
    assert CHECKS["gradient-at-random"](WHEATS["summed-with-summed"]).passed
    assert not run("gradient-at-random", "summed-loss").passed


@EACH
@pytest.mark.parametrize("value", [None, 3.0, "text", (), (1.0, 2.0, 3.0), np.full((2, 2), np.nan)])
def test_nothing_that_a_program_returns_makes_a_check_raise(name, value):
    """Garbage is wrong or does not apply, unless the check only asks that something stays put."""
    names = ("softmax", "loss_and_gradients", "update", "step", "predict", "error_rate", "train")
    program = types.SimpleNamespace(**{key: lambda *_a, **_k: value for key in names})
    verdict = CHECKS[name](program)
    assert isinstance(verdict, Verdict)
    if name not in ("arguments-unchanged", "permuted-batch", "large-logits", "shifted-logits"):
        assert verdict.passed is not True, str(verdict)


@EACH
def test_an_exception_is_a_verdict_that_quotes_it(name):
    def broken(*_arguments, **_settings):
        raise ZeroDivisionError("at last")

    names = ("softmax", "loss_and_gradients", "update", "step", "predict", "error_rate", "train")
    verdict = CHECKS[name](types.SimpleNamespace(**dict.fromkeys(names, broken)))
    if verdict.passed is not None:
        assert verdict.answer == "failed: raises"
        assert "ZeroDivisionError: at last" in verdict.evidence


@EACH
def test_a_check_says_what_it_is(name):
    it = CHECKS[name]
    assert isinstance(it, Check) and it.name == name
    assert it.question.endswith("?") and len(it.question) < 80 and "\n" not in it.question
    assert it.source and 1 <= it.cost <= 5


def test_a_function_becomes_a_check_of_its_name():
    @check("Is it so?", source="here", cost=2, needs=("train",))
    def is_it_so(program, **settings):
        return Verdict(program.train(**settings) == 4, "Four or not.")

    assert (is_it_so.name, is_it_so.cost, is_it_so.kept) == ("is-it-so", 2, "")
    assert is_it_so(types.SimpleNamespace(train=lambda seed: seed), seed=4).passed
    assert is_it_so(types.SimpleNamespace(train=lambda seed: seed), seed=5).word == "failed"
    assert is_it_so(types.SimpleNamespace()).passed is None


def test_the_evidence_holds_what_was_measured():
    assert "2.996" in run("first-loss", "softmax-over-batch").evidence  # ln 20
    assert "5.298" in run("first-loss", "softmax-over-all").evidence  # ln 200
    assert "90.0 %" in run("error-against-chance", "wrong-sign").evidence
    assert "1.46" in run("overfit-ten", "softmax-twice").evidence  # ln(1 + 9 / e)
    assert "20 of 20" in run("labels-with-images", "labels-off-by-one").evidence
    assert "20 of 200" in run("epoch-covers", "first-batch-only").evidence
    assert "255" in run("pixels-arrive", "raw-pixels").evidence
    assert "X @ dZ" in run("gradient-at-random", "x-not-transposed").evidence, "quotes the line"


@pytest.mark.parametrize("wrong", ["softmax(X @ W)", "softmax(2 * Z)"])
def test_the_check_at_zero_is_fooled_and_the_one_at_random_is_not(wrong):
    """Why it is kept: both gradients are wrong, and right where W = 0 and b = 0."""
    program = variant("fooled", ("P = np.exp(log_P)", f"P = {wrong}"))
    assert CHECKS["gradient-at-zero"](program).passed
    assert not CHECKS["gradient-at-random"](program).passed


def test_a_float32_program_is_checked_with_its_own_precision():
    def wrong(W, b, X, Y):
        loss, dW, db = WHEATS["float32"].loss_and_gradients(W, b, X, Y)
        return loss, dW * np.float32(1.1), db

    assert WHEATS["float32"].loss_and_gradients(*_point())[1].dtype == np.float32
    assert CHECKS["gradient-at-random"](WHEATS["float32"]).passed
    verdict = CHECKS["gradient-at-random"](types.SimpleNamespace(loss_and_gradients=wrong))
    assert verdict.passed is False


def _point():
    rng = np.random.default_rng(0)
    return rng.normal(size=(5, 3)), rng.normal(size=3), rng.normal(size=(7, 5)), np.eye(3)[[0] * 7]


def test_a_learners_step_is_judged_without_an_update():
    right = WHEATS["integer-labels"]

    def ascend(W, b, X, Y, learning_rate):
        _, dW, db = right.loss_and_gradients(W, b, X, Y)
        return W + learning_rate * dW, b + learning_rate * db

    program = types.SimpleNamespace(loss_and_gradients=right.loss_and_gradients, step=ascend)
    assert CHECKS["update-moves"](right).passed
    assert CHECKS["update-moves"](program).finding == "-1"
    assert CHECKS["loss-falls-on-a-batch"](program).finding == "rises"


def test_settings_reach_the_training():
    bug = build(["labels-not-transposed"])
    assert CHECKS["error-against-chance"](bug).finding == "raises"
    assert CHECKS["error-against-chance"](bug, batch_size=10).finding == ""
    assert CHECKS["loss-falls-in-training"](build(["decay-sign"])).passed
    assert not CHECKS["loss-falls-in-training"](build(["decay-sign"]), weight_decay=1.0).passed


def test_watching_sees_every_call_and_leaves_the_program_alone():
    program = build(["ascent"])
    before = dict(vars(program))
    watched = watch(program, epochs=2)
    assert vars(program) == before
    assert watched.error is None and len(watched.calls) == 2 * 10
    data = small_digits()
    seen = np.concatenate([call.X for call in watched.calls[:10]])
    assert np.array_equal(np.sort(seen.sum(axis=1)), np.sort(data.X.sum(axis=1)))
    first, second = watched.calls[:2]
    assert not first.W.any() and np.allclose(second.W, first.W + 0.3 * first.dW)
    loss, dW, db = program.loss_and_gradients(*second[:4])
    assert np.isfinite(loss) and np.allclose(second.dW, dW) and np.allclose(second.db, db)


def test_watching_keeps_what_came_before_an_exception():
    watched = watch(build(["labels-not-transposed"]))
    assert isinstance(watched.error, ValueError) and len(watched.calls) == 1
    assert watched.calls[0].Y.shape == (10, 20) and watched.calls[0].dW is None
    with pytest.raises(ValueError):
        watched.complete()


def test_a_training_that_goes_through_step_is_watched_too():
    program = variant(
        "by step",
        ("loss, dW, db = loss_and_gradients(W, b, X_batch, Y_batch)", "loss = 0.0"),
        ("dW = dW + weight_decay * W", "pass"),
        ("W, b = update(W, b, dW, db, learning_rate)", "W, b = step(W, b, X_batch, Y_batch, 0.3)"),
    )
    assert len(watch(program, epochs=1).calls) == 10
    assert CHECKS["training-moves"](program).passed


def test_a_training_that_cannot_be_watched_is_not_judged():
    program = types.SimpleNamespace(
        train=lambda *_a, **_k: build().train(*_a, **_k),
        loss_and_gradients=build().loss_and_gradients,
    )
    assert watch(program) is None
    names = ("labels-one-hot", "labels-with-images", "pixels-arrive", "epoch-covers")
    for name in (*names, "decay-moves"):
        assert CHECKS[name](program).passed is None
    assert CHECKS["error-against-chance"](program).passed
    program.train = functools.partial(build().train)
    assert watch(program) is None and CHECKS["training-moves"](program).passed is None


def test_a_batch_is_no_larger_than_the_data():
    verdict = CHECKS["first-loss"](build(["softmax-over-batch"]), batch_size=500)
    assert verdict.finding == "ln B" and "5.298" in verdict.evidence  # ln 200


def test_a_variant_replaces_what_is_there_once():
    with pytest.raises(ValueError, match="occurs 0 times"):
        variant("nothing", ("no such line", "x"))


def test_small_digits_are_balanced_sorted_and_fresh():
    data = small_digits()
    assert data.X.shape == (200, 196) and data.X_test.shape == (200, 196)
    assert (data.Y.sum(axis=0) == 20).all() and (np.bincount(data.y_test) == 20).all()
    assert (np.diff(data.Y.argmax(axis=1)) >= 0).all()
    data.X[:] = 7
    assert small_digits().X.max() == 1 and small_digits().X is not data.X


def test_a_verdict_prints_its_answer_and_its_evidence():
    assert str(Verdict(False, "It rose.", "rises")) == "failed: rises. It rose."
    assert str(Verdict(True, "It fell.")) == "passed. It fell."
    assert Verdict(None, "").answer == "not applicable"
