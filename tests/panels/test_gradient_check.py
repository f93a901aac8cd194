"""The gradient-check panel of notebook 04, without a browser, and the curve beneath it."""

import itertools

import numpy as np
import pytest
from sampling import sample

from helpers import BUGS, gradient_check, loss_and_gradients
from helpers.experiments.gradient_curve import gradient_curve, typical_errors
from helpers.panels import gradient_check as gradient_check_panel
from helpers.panels.base import View
from helpers.panels.gradient_check import SHOWN_BUGS, GradientCheck

STEPS = 10.0 ** -np.arange(17)


@pytest.fixture(scope="module")
def one_panel():
    return GradientCheck()


def test_the_right_program_passes(panel):
    assert "step 1e-05" in panel.summary()
    assert "ratio 1.000, cosine 1.000. The gradient belongs to the loss." in panel.summary()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"step": 1e-12}, "too small: rounding"),
        ({"step": 1.0}, "too large: the loss bends"),
        ({"step": 1e-16}, "error inf"),
        ({"step": 1e-16, "method": "complex-step"}, "below 1e-14"),
        ({"step": 1e-2, "precision": "float32"}, "the best of all errors is of the order 1e-05"),
        ({"bug": "wrong-sign"}, "It is -1 times the right one: a sign."),
        ({"bug": "sum-for-mean"}, "It is N times the right one"),
        ({"bug": "summed-loss"}, "It is 1/N times the right one"),
        ({"bug": "divided-by-classes"}, "It is N/K times the right one"),
        ({"bug": "softmax-twice"}, "no multiple"),
        ({"bug": "softmax-twice", "point": 0.0}, "It is K times the right one"),
        ({"bug": "diagonal-jacobian"}, "look at the calculus"),
        ({"bug": "ascent"}, "belongs to the loss. This program walks uphill all the same."),
        ({"bug": "wrong-sign", "precision": "float32", "step": 1e-2}, "It is -1 times"),
    ],
)
def test_the_sentence(panel, settings, said):
    panel.set(**settings)
    assert said in panel.summary()


def test_a_wrong_gradient_is_not_blamed_on_the_step(panel):
    for bug in SHOWN_BUGS:
        panel.set(bug=bug, step=1e-12)
        assert ("The step is too small" in panel.summary()) == (bug == "ascent")


def test_the_numbers_are_those_of_the_check(panel):
    panel.set(bug="divided-by-classes")
    assert f"ratio {7 / 3:.3f}" in panel.summary()


def _settings(panel):
    """Every method at every precision, at both points."""
    names = ("method", "precision", "point")
    for chosen in itertools.product(*([v for _, v in panel.controls[n].options] for n in names)):
        yield dict(zip(names, chosen, strict=True))


def test_every_state_makes_its_figure_and_sentence(panel, monkeypatch):
    """A fourth of them, short of the pixels; these are the next test's."""
    figures = []
    monkeypatch.setattr(
        gradient_check_panel,
        "figure_view",
        lambda figure, summary, alt: figures.append(figure) or View(summary, alt=alt),
    )
    bugs = [bug for _, bug in panel.controls["bug"].options]
    states = list(itertools.product(_settings(panel), bugs))
    assert len(states) == 96
    for count, (settings, bug) in enumerate(sample(states, 24), 1):
        panel.set(**settings, bug=bug)
        assert "Error:" not in panel.summary()
        assert len(figures) == count and figures[-1].axes


def test_every_option_is_drawn(panel):
    bugs = itertools.cycle(bug for _, bug in panel.controls["bug"].options)
    drawn = set()
    for settings, bug in zip(_settings(panel), bugs, strict=False):
        panel.set(**settings, bug=bug)
        drawn.add(bug)
        assert "Error:" not in panel.summary()
        assert panel._repr_mimebundle_()[0]["image/png"]
    assert drawn == {"", *SHOWN_BUGS}


def test_the_text_is_that_of_the_panel(panel):
    panel.set(bug="wrong-sign")
    assert panel._repr_mimebundle_()[0]["text/plain"] == f"GradientCheck: {panel.summary()}"


def test_bugs_are_of_the_catalogue_and_few():
    assert set(SHOWN_BUGS) < set(BUGS)


def test_curve_is_one_check_a_step():
    curve = gradient_curve(loss_and_gradients, STEPS, "forward", seed=4)
    assert curve.errors.shape == curve.steps.shape == (17,)
    same = gradient_check(loss_and_gradients, method="forward", step=1e-3, seed=4)
    assert curve.errors[3] == same.max_error
    assert curve.at(1.4e-3).step == pytest.approx(1e-3)
    assert curve.errors[curve.best] == curve.errors.min()


@pytest.mark.parametrize(
    ("method", "power", "root"), [("forward", 1, 1 / 2), ("central", 2, 1 / 3)]
)
def test_the_v_has_the_shape_that_theory_gives(method, power, root):
    errors = typical_errors(loss_and_gradients, STEPS, method)
    assert np.log10(errors[1] / errors[3]) / 2 == pytest.approx(power, abs=0.05)
    assert np.log10(errors[14] / errors[9]) / 5 == pytest.approx(1, abs=0.2)
    best = STEPS[errors.argmin()]
    assert 0.1 < best / np.finfo(float).eps ** root < 10


def test_the_complex_step_has_no_left_flank():
    errors = typical_errors(loss_and_gradients, STEPS, "complex-step")
    assert (errors[8:] < 1e-14).all()
