"""The gradient check: it passes the right, catches the wrong, and names the factor."""

import dataclasses
import re

import numpy as np
import pytest

import helpers
from helpers.gradient_check import (
    BELONGS,
    METHODS,
    NOISY,
    WRONG,
    GradientReport,
    default_step,
    gradient_check,
    negative_control,
    random_point,
)
from helpers.softmax_regression import loss_and_gradients, softmax

# Largest relative error that the method's own error and rounding explain, in float64.
BOUNDS = {"forward": 1e-6, "central": 1e-8, "complex-step": 1e-14}


def changed(weights=lambda dW: dW, biases=lambda db: db, loss=lambda loss: loss):
    """The program's loss and gradients, each put through a function."""

    def f(W, b, X, Y):
        value, dW, db = loss_and_gradients(W, b, X, Y)
        return loss(value), weights(dW), biases(db)

    return f


# ---- The report ---------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("seed", range(5))
def test_the_program_passes(method, seed):
    report = gradient_check(loss_and_gradients, method=method, seed=seed)
    assert report.max_error == max(report.errors.values()) <= BOUNDS[method]
    assert report.passed(BOUNDS[method])
    assert report.method == method
    assert report.step == default_step(method)
    assert report.changed == ()
    for name, shape in (("W", (5, 3)), ("b", (3,))):
        assert report.analytic[name].shape == report.numeric[name].shape == shape
        assert report.ratios[name] == pytest.approx(1, abs=BOUNDS[method])
        assert report.cosines[name] == pytest.approx(1, abs=BOUNDS[method])


def test_the_default_tolerance_passes_the_program_and_no_error_of_one_in_a_million():
    assert gradient_check(loss_and_gradients).passed()
    for slight in (
        changed(weights=lambda dW: dW * (1 + 1e-6)),
        changed(biases=lambda db: db * (1 + 1e-6)),
    ):
        assert not gradient_check(slight).passed()


@pytest.mark.parametrize("factor", [-1, 7, 1 / 7, 7 / 3, 2, 0.5])
def test_the_ratio_names_the_factor(factor):
    report = gradient_check(changed(lambda dW: factor * dW, lambda db: factor * db))
    for name in "W", "b":
        assert report.ratios[name] == pytest.approx(factor, rel=1e-8)
        assert report.cosines[name] == pytest.approx(np.sign(factor), rel=1e-8)
    assert not report.passed(1e-2)


def test_one_wrong_parameter_is_told_from_the_other():
    report = gradient_check(changed(biases=lambda db: np.full_like(db, db.sum())))
    assert report.errors["W"] < 1e-8 < 0.1 < report.errors["b"]
    assert report.ratios["b"] == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("index", list(np.ndindex(5, 3)))
def test_every_entry_of_w_is_checked(index):
    def spoil(dW):
        dW = dW.copy()
        dW[index] += 1e-3
        return dW

    report = gradient_check(changed(spoil))
    norm = np.linalg.norm(report.numeric["W"])
    assert report.errors["W"] == pytest.approx(1e-3 / norm, rel=1e-5)
    assert report.errors["b"] < 1e-8


@pytest.mark.parametrize("index", range(3))
def test_every_entry_of_b_is_checked(index):
    report = gradient_check(changed(biases=lambda db: db + 1e-3 * (np.arange(3) == index)))
    assert report.errors["b"] == pytest.approx(1e-3 / np.linalg.norm(report.numeric["b"]), rel=1e-5)
    assert report.errors["W"] < 1e-8


def test_at_zero_weights_a_wrong_gradient_passes():
    """softmax(2Z) in the gradient, softmax(Z) in the loss: equal at W = 0, unequal elsewhere."""

    def f(W, b, X, Y):
        loss, _, _ = loss_and_gradients(W, b, X, Y)
        R = softmax(2 * (X @ W + b)) - Y
        return loss, X.T @ R / len(X), R.sum(axis=0) / len(X)

    assert gradient_check(f, scale=0.0).passed()
    assert not gradient_check(f).passed(1e-2)


@pytest.mark.parametrize("where", ["loss", "weights", "biases"])
@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize("method", METHODS)
def test_nan_and_infinity_never_pass(where, value, method):
    report = gradient_check(changed(**{where: lambda part: part * value}), method=method)
    assert not np.isfinite(report.max_error)
    assert not report.passed(1e300)
    assert str(report)


def test_one_nan_in_w_is_not_lost_beside_a_clean_b():
    def spoil(dW):
        dW = dW.copy()
        dW[2, 1] = np.nan
        return dW

    report = gradient_check(changed(spoil))
    assert np.isnan(report.max_error)
    assert report.errors["b"] < 1e-8


@pytest.mark.parametrize(("analytic", "error"), [(0.0, 0.0), (1e-12, np.inf), (np.nan, np.inf)])
def test_a_numeric_gradient_of_zero_has_no_scale(analytic, error):
    report = gradient_check(
        lambda W, b, X, Y: (1.0, np.full(W.shape, analytic), np.full(b.shape, analytic))
    )
    assert report.errors == {"W": error, "b": error}
    assert np.isnan(report.ratios["W"])
    assert np.isnan(report.cosines["W"])
    assert report.passed() is (analytic == 0)


def test_a_gradient_of_zero_for_a_loss_that_moves_is_wrong_by_its_whole_size():
    report = gradient_check(changed(weights=lambda dW: 0 * dW))
    assert 0.1 < report.errors["W"] <= 1
    assert report.ratios["W"] == 0
    assert np.isnan(report.cosines["W"])


@pytest.mark.parametrize("method", METHODS)
def test_a_function_that_writes_into_its_arguments_spoils_nothing_and_is_told(method):
    def vandal(W, b, X, Y):
        result = loss_and_gradients(W, b, X, Y)
        W += 1
        Y -= 0.5
        return result

    report = gradient_check(vandal, method=method)
    right = gradient_check(loss_and_gradients, method=method)
    assert report.changed == ("W", "Y")
    assert report.passed(BOUNDS[method])
    assert str(report) == f"{right}\nThe function wrote into W, Y."
    W, b, X, Y = random_point()
    for array in (W, b, X, Y):
        array.setflags(write=False)
    assert gradient_check(vandal, method=method, point=(W, b, X, Y)).passed(BOUNDS[method])


def test_a_loss_of_its_own_and_its_gradient_pass():
    """The question's pair: L and its gradient belong together, though one must ascend them."""
    N = 7

    def question(W, b, X, Y):
        loss, dW, db = loss_and_gradients(W, b, X, Y)
        return -N * loss, -N * dW, -N * db

    assert gradient_check(question).passed()


def test_a_report_is_frozen_and_prints_its_numbers():
    N = 7
    wrong = changed(lambda dW: -N * dW, lambda db: np.full_like(db, db.sum()))
    report = gradient_check(wrong)
    with pytest.raises(dataclasses.FrozenInstanceError):
        report.step = 1.0
    assert str(report).splitlines() == [
        "central, step 6.06e-06           W           b",
        "largest error                 4.39       0.814",
        "ratio                        -7.00        0.00",
        "cosine                       -1.00        0.00",
        "dW and db do not belong to the loss.",
    ]
    assert str(gradient_check(loss_and_gradients, method="complex-step")).splitlines() == [
        "complex-step, step 1.00e-20           W           b",
        "largest error                   < 1e-14     < 1e-14",
        "ratio                              1.00        1.00",
        "cosine                             1.00        1.00",
        "The gradients belong to the loss.",
    ]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("method", METHODS)
def test_noise_is_not_printed_as_digits(method, dtype):
    texts = [
        str(gradient_check(loss_and_gradients, method=method, dtype=dtype, seed=seed))
        for seed in range(10)
    ]
    assert len(set(texts)) == 1
    assert "< 1e-" in texts[0]


# ---- Three verdicts -----------------------------------------------------------------------------


def test_the_negative_control_does_not_pass():
    """A check that cannot fail proves nothing: this one is known to fail."""
    for method in METHODS:
        for dtype in (np.float32, np.float64):
            report = gradient_check(negative_control, method=method, dtype=dtype)
            assert not report.passed() and report.verdict() == WRONG
            assert report.ratios["W"] == pytest.approx(1.5, rel=1e-2)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("samples", [6, 7])
@pytest.mark.parametrize("scale", [0.0, 1.0, 10.0])
def test_no_false_alarm_for_the_right_program(method, dtype, samples, scale):
    """Six samples of three classes at W = 0: the slope along b is 0 but for rounding."""
    for seed in range(5):
        settings = {"seed": seed, "samples": samples, "scale": scale, "dtype": dtype}
        report = gradient_check(loss_and_gradients, method=method, **settings)
        assert report.verdict() in ((BELONGS,) if scale < 10 else (BELONGS, NOISY)), str(report)
        assert not re.search(r" 0(\.0+)?(\s|$)", str(report))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_wrong_gradient_is_called_wrong_in_both_precisions(method, dtype):
    for spoil in (lambda dW: -dW, lambda dW: 7 * dW, lambda dW: 0 * dW, lambda dW: dW[::-1]):
        report = gradient_check(changed(spoil), method=method, dtype=dtype)
        assert report.verdict() == WRONG
        assert "dW does not belong to the loss." in str(report)


def optimum():
    """A point where every slope is 0 but for rounding; classes overlap, so that there is one."""
    W, b, X, _ = random_point(samples=30)
    Y = np.eye(3)[np.random.default_rng(0).integers(3, size=30)]
    for _ in range(5000):
        _, dW, db = loss_and_gradients(W, b, X, Y)
        W, b = W - dW, b - db
    assert np.abs(dW).max() < 1e-12
    return W, b, X, Y


@pytest.mark.parametrize("method", METHODS)
def test_at_an_optimum_nothing_can_be_told(method):
    report = gradient_check(loss_and_gradients, point=optimum(), method=method)
    assert report.verdict() == NOISY and not report.passed()
    assert "a slope is 0 here, but for rounding. Check at another point" in str(report)


@pytest.mark.parametrize(
    ("settings", "advice"),
    [
        ({"step": 1e-14}, "so small that rounding drowns the slope. Take step=6e-06."),
        ({"step": 0.1}, "so large that the loss bends and hides the slope. Take step=6e-06."),
        ({"step": 1e-6, "dtype": np.float32}, "Take step=5e-03."),
        ({"step": 1e-13, "method": "forward"}, "Take step=1e-08."),
    ],
)
def test_a_bad_step_makes_no_wrong_gradient_and_the_good_one_is_named(settings, advice):
    report = gradient_check(loss_and_gradients, **settings)
    assert report.verdict() == NOISY
    assert advice in str(report)
    assert not re.search(r" 0(\.0+)?(\s|$)", str(report))
    assert gradient_check(changed(lambda dW: -100 * dW), **settings).verdict() == WRONG


def test_a_loss_computed_in_short_floats_is_too_noisy_not_wrong():
    def short(W, b, X, Y):
        loss, dW, db = loss_and_gradients(*(part.astype(np.float32) for part in (W, b, X, Y)))
        return loss, dW.astype(float), db.astype(float)

    report = gradient_check(short)
    assert report.verdict() == NOISY
    assert "Compute it in float64" in str(report)


def test_a_function_that_does_not_repeat_itself_is_noticed():
    rng = np.random.default_rng(0)

    def dropout(W, b, X, Y):
        return loss_and_gradients(W, b, X * (rng.random(X.shape) > 0.5), Y)

    report = gradient_check(dropout)
    assert not report.repeats and report.verdict() == NOISY
    assert "Draw with a fixed seed" in str(report)
    assert gradient_check(loss_and_gradients).repeats


@pytest.mark.parametrize(
    ("spoil", "text"),
    [
        ({"weights": lambda dW: dW + 1j}, r"dW is of type complex128; .* return dW\.real"),
        ({"biases": lambda db: db.astype(complex)}, "db is of type complex128; wanted real"),
        ({"loss": lambda loss: loss + 0j}, "the loss is of type complex128; wanted real"),
        ({"weights": lambda dW: dW.astype(str)}, "dW is of type <U32; wanted real numbers"),
    ],
)
def test_what_is_not_real_is_refused_and_not_cut(spoil, text):
    with pytest.raises(TypeError, match=text):
        gradient_check(changed(**spoil))


# ---- The point ----------------------------------------------------------------------------------


def test_the_default_point_has_three_different_sizes_and_every_class():
    W, b, X, Y = random_point()
    (N, D), K = X.shape, len(b)
    assert len({N, D, K}) == 3
    assert N % K != 0
    assert W.shape == (D, K)
    assert Y.shape == (N, K)
    assert (Y.sum(axis=1) == 1).all()
    assert (Y.sum(axis=0) >= 1).all()


def test_seed_scale_and_sizes_make_the_point():
    first, again, other = (random_point(seed) for seed in (1, 1, 2))
    for one, two in zip(first, again, strict=True):
        np.testing.assert_array_equal(one, two)
    assert not np.array_equal(first[0], other[0])
    doubled = random_point(1, scale=2.0)
    np.testing.assert_array_equal(doubled[0], 2 * first[0])
    np.testing.assert_array_equal(doubled[2], first[2])
    sizes = {"samples": 4, "features": 2, "classes": 6}
    report = gradient_check(loss_and_gradients, seed=3, scale=0.5, **sizes)
    expected = loss_and_gradients(*random_point(3, scale=0.5, **sizes))
    np.testing.assert_array_equal(report.analytic["W"], expected[1])
    assert report.loss == expected[0]


def test_a_given_point_is_used_and_left_alone():
    W, b, X, Y = random_point(seed=8, samples=2, features=6, classes=4)
    for array in (W, b, X, Y):
        array.setflags(write=False)
    report = gradient_check(loss_and_gradients, point=(W, b, X, Y))
    np.testing.assert_array_equal(report.analytic["W"], loss_and_gradients(W, b, X, Y)[1])
    assert report.passed()


@pytest.mark.parametrize(
    ("method", "bound"), [("central", 1e-2), ("forward", 1e-1), ("complex-step", 1e-5)]
)
def test_short_floats_are_checked_in_short_floats(method, bound):
    seen = set()

    def f(W, b, X, Y):
        seen.update(array.dtype for array in (W, b, X, Y))
        return loss_and_gradients(W, b, X, Y)

    report = gradient_check(f, method=method, dtype=np.float32)
    assert report.passed(bound)
    assert report.dtype == np.float32
    assert seen <= {np.dtype(np.float32), np.dtype(np.complex64)}
    assert not gradient_check(changed(lambda dW: -dW), method=method, dtype=np.float32).passed(
        bound
    )


# ---- What is refused ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("returned", "error", "text"),
    [
        (lambda loss, dW, db: None, TypeError, r"returned NoneType; wanted \(loss, dW, db\)"),
        (lambda loss, dW, db: dW, TypeError, r"returned ndarray; wanted \(loss, dW, db\)"),
        (lambda loss, dW, db: (dW, db), ValueError, r"returned 2 values; wanted \(loss, dW, db\)"),
        (
            lambda loss, dW, db: (np.array([loss]), dW, db),
            ValueError,
            r"loss is of shape \(1,\); wanted one number",
        ),
        (
            lambda loss, dW, db: (loss, dW.T, db),
            ValueError,
            r"dW is \(3, 5\); wanted \(5, 3\), the shape of W: return dW\.T",
        ),
        (
            lambda loss, dW, db: (loss, dW, db[None]),
            ValueError,
            r"db is \(1, 3\); wanted \(3,\), the shape of b$",
        ),
        (
            lambda loss, dW, db: (loss, dW, db.sum()),
            ValueError,
            r"db is \(\); wanted \(3,\), the shape of b$",
        ),
    ],
)
def test_a_wrong_return_is_named(returned, error, text):
    with pytest.raises(error, match=text):
        gradient_check(lambda *point: returned(*loss_and_gradients(*point)))


@pytest.mark.parametrize(
    "part",
    [
        lambda Z: abs(Z),
        lambda Z: Z.real,
        lambda Z: np.array([[float(z) for z in row] for row in Z]),
    ],
    ids=["abs", "real", "float"],
)
@pytest.mark.filterwarnings("ignore::numpy.exceptions.ComplexWarning")
def test_a_function_that_drops_the_imaginary_part_is_told_so(part):
    def f(W, b, X, Y):
        return part(X @ W + b).sum(), np.zeros_like(W), np.zeros_like(b)

    with pytest.raises(TypeError, match=r"complex step cannot be taken: pass method='central'"):
        gradient_check(f, method="complex-step")
    gradient_check(f, method="central")


def test_an_error_of_the_function_itself_comes_through():
    def f(W, b, X, Y):
        raise ValueError("matmul: mismatch")

    with pytest.raises(ValueError, match="matmul: mismatch"):
        gradient_check(f)


@pytest.mark.parametrize(
    ("settings", "error", "text"),
    [
        ({"method": "backward"}, ValueError, "'backward'; wanted one of forward, central, complex"),
        ({"step": 0}, ValueError, "step is 0; wanted a finite number above 0"),
        ({"step": np.nan}, ValueError, "step is nan; wanted a finite number above 0"),
        ({"samples": 0}, ValueError, "samples is 0; wanted at least 1"),
        ({"classes": 2.0}, TypeError, r"classes is 2\.0; wanted an integer"),
        ({"scale": -1.0}, ValueError, r"scale is -1\.0; wanted a finite number of at least 0"),
        ({"dtype": int}, TypeError, "dtype is int64; wanted floating point"),
    ],
)
def test_settings_out_of_range_are_named(settings, error, text):
    with pytest.raises(error, match=text):
        gradient_check(loss_and_gradients, **settings)


@pytest.mark.parametrize(
    ("replace", "error", "text"),
    [
        ({0: [[1.0]]}, TypeError, "W is a list; wanted a NumPy array"),
        ({0: np.ones((5, 3), int)}, TypeError, "W is of type int64; wanted floating point"),
        ({0: np.ones(5)}, ValueError, r"W is \(5,\); wanted \(D, K\)"),
        ({1: np.ones((1, 3))}, ValueError, r"b is \(1, 3\); wanted \(3,\) beside W \(5, 3\)"),
        ({2: np.ones((7, 4))}, ValueError, r"X is \(7, 4\); wanted \(7, 5\) beside W \(5, 3\)"),
        ({3: np.ones((3, 7))}, ValueError, r"Y is \(3, 7\); wanted \(7, 3\) beside W \(5, 3\)"),
    ],
)
def test_a_point_that_does_not_fit_is_named(replace, error, text):
    point = list(random_point())
    for position, values in replace.items():
        point[position] = values
    with pytest.raises(error, match=text):
        gradient_check(loss_and_gradients, point=tuple(point))


def test_it_is_there_to_import():
    assert helpers.gradient_check is gradient_check
    assert isinstance(gradient_check(loss_and_gradients), GradientReport)
