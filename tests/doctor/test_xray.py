"""``xray``: each line of real functions by what it is, and which line is marked."""

from types import SimpleNamespace

import numpy as np
import pytest
from doctor import right_styles, wrong_styles
from doctor.right_styles import plain
from doctor.test_own_models import AT, network

from helpers.doctor import XRay, diagnose_gradients, xray
from helpers.doctor.listing import first_fault
from helpers.doctor.recording import Site

LINES = [
    (right_styles.naive_loops, 5, "logits Z, of one sample"),
    (right_styles.naive_loops, 7, "probabilities P, of one sample"),
    (right_styles.naive_loops, 12, "gradient of W"),
    (right_styles.minimal_network, 3, "N, the samples"),
    (right_styles.minimal_network, 5, "logits less their row's maximum"),
    (right_styles.minimal_network, 6, "exponentials of the shifted logits"),
    (right_styles.minimal_network, 8, "loss: the mean cross-entropy"),
    (right_styles.minimal_network, 9, "probabilities P"),
    (right_styles.minimal_network, 10, "residual P - Y"),
    (right_styles.minimal_network, 11, "1/N times the residual P - Y"),
    (right_styles.columns_propagate, 4, "logits Z, one column a sample"),
    (right_styles.columns_propagate, 8, "gradient of W"),
    (right_styles.columns_propagate, 9, "gradient of b"),
    (right_styles.scipy_log_sum_exp, 3, "log-probabilities"),
    (right_styles.copies_then_subtracts, 4, "residual, sign flipped: Y - P"),
    (wrong_styles.sign_flipped, 3, "residual, sign flipped: Y - P"),
    (wrong_styles.python_sum, 4, "softmax over the samples, not the classes"),
    (wrong_styles.sigmoid_prime, 3, "residual times P (1 - P): the diagonal of the Jacobian only"),
    (wrong_styles.squared_error_gradient, 4, "gradient of the squared error by the logits"),
]


@pytest.mark.parametrize(
    ("f", "line", "name"), LINES, ids=[f"{f.__name__}-{line}" for f, line, _ in LINES]
)
def test_a_line_is_named(f, line, name, looked):
    if (f, line) == (right_styles.naive_loops, 12):
        pytest.xfail("`dW /= N` after a loop of `dW[:, j] +=` goes unnamed")
    assert looked(f).lines.get(line) == name


@pytest.fixture(scope="module")
def looked():
    """The X-ray of a function, taken once."""
    known = {}
    return lambda f: known.setdefault(f, xray(f))


RETURNED = {
    right_styles.minimal_network: ["[0] gradient of W", "[1] gradient of b", "[2] loss"],
    wrong_styles.mean_loss_summed_gradient: ["[1] N times the gradient of W", "[2] N times the"],
    wrong_styles.sign_flipped: ["[1] gradient of W, sign flipped", "[2] gradient of b, sign"],
    wrong_styles.divided_by_features: ["[1] N/D times the gradient of W"],
}


@pytest.mark.parametrize("f", RETURNED, ids=lambda f: f.__name__)
def test_each_returned_part_is_named(f, looked):
    last = max(looked(f).lines)
    for words in RETURNED[f]:
        assert words in looked(f).lines[last]


MARKED = {
    wrong_styles.sign_flipped: 3,
    wrong_styles.sigmoid_prime: 3,
    wrong_styles.python_sum: 4,
    wrong_styles.divided_by_features: 3,
    wrong_styles.raw_logits: 4,
    wrong_styles.no_jacobian: 3,
    wrong_styles.keepdims_forgotten_in_max: 3,
    wrong_styles.gradient_never_reset: 3,
}


@pytest.mark.parametrize("f", MARKED, ids=lambda f: f.__name__)
def test_the_line_that_goes_wrong_is_marked(f, looked):
    assert looked(f).marked == MARKED[f]


def test_the_listing_carries_names_and_the_mark(looked):
    seen = looked(wrong_styles.sign_flipped)
    rows = str(seen).splitlines()
    assert len(rows) == len(seen.source.splitlines()) == 4
    assert [row[0] for row in rows] == [" ", " ", ">", " "]
    assert "  2      P = softmax(X @ W + b)" in rows[1] and "# probabilities P" in rows[1]
    with pytest.raises(TypeError):
        seen.lines[2] = "mine"


def test_a_long_listing_of_right_code_has_no_mark(looked):
    assert ">" not in [row[0] for row in str(looked(right_styles.minimal_network)).splitlines()]


def test_the_x_ray_stands_in_the_diagnosis():
    diagnosis = diagnose_gradients(wrong_styles.sign_flipped)
    assert diagnosis.xray.lines == xray(wrong_styles.sign_flipped).lines
    assert diagnosis.xray.marked == diagnosis.edits[0].line


def test_what_has_no_text_has_an_empty_x_ray():
    names = {}
    exec("def f(W, b, X, Y): return plain(W, b, X, Y)", {"plain": plain}, names)
    assert xray(names["f"]) == XRay()
    assert str(XRay()) == ""


def test_with_at_lines_are_slopes_of_the_own_loss():
    lines = xray(network, at=AT[network]).lines
    assert lines[8] == "N x slope of the loss by Z2 (line 5)"
    assert lines[9] == "slope of the loss by Z2 (line 5)"
    assert lines[12] == "slope of the loss by H (line 4)"
    assert lines[13] == "slope of the loss by Z1 (line 3)"


@pytest.mark.xfail(strict=True, reason="slopes are taken by assigned values, not by arguments")
def test_with_at_gradients_of_arguments_are_named():
    assert "W2" in xray(network, at=AT[network]).lines[10]


def test_a_wrong_turn_is_marked_before_what_has_no_name():
    """Of two sites on the path to the wrong part; one that leads elsewhere is none."""
    rows = [("A", ""), ("B", "A"), ("C", ""), ("return", "B")]
    sites = [Site("f", n, rows[n][0], -1, None, frozenset(rows[n][1])) for n in range(4)]
    values = [{n: np.ones(2) for n in range(4)}]
    names = SimpleNamespace(sites=sites, values=values, names={1: "B"}, wrong_turns={1, 2})
    assert first_fault(names, {3}) == 0  # it has no name
    names.names[0] = "A"
    assert first_fault(names, {3}) == 1
    assert first_fault(names, {3}, forward={1}) == 3
    names.wrong_turns = {2}
    assert first_fault(names, {3}) == 3
