"""What is read of a function's text before it runs: how it uses what it is given."""

import pytest

from helpers.doctor.case import cases_of


def usage_of(text):
    return cases_of(text)[0].usage


def function(*lines, arguments="theta, X, y, reg"):
    return f"def f({arguments}):\n" + "".join(f"    {line}\n" for line in lines)


LABELS = {
    "P[np.arange(len(y)), y] -= 1": "integers",
    "P[np.arange(len(y)), y - 1] -= 1": "integers from 1",
    "T = (y == k)": "integers",
    "T = (y == k + 1)": "integers from 1",
    "T = np.eye(10)[y]": "integers",
    "R = P - y": "one-hot",
    "loss = -(y * np.log(P)).sum()": "one-hot",
    "K = len(np.unique(y))": "integers",
    "z = X @ theta": "",
}


@pytest.mark.parametrize("line", LABELS)
def test_labels_are_what_they_are_used_as(line):
    assert usage_of(function(line)).labels("y") == LABELS[line]


def test_labels_are_followed_into_helpers():
    text = "def one_hot(t):\n    return np.eye(10)[t]\n\n" + function("T = one_hot(y)")
    (usage,) = [case.usage for case in cases_of(text) if case.name == "f"]
    assert usage.labels("y") == "integers"


@pytest.mark.parametrize(
    ("line", "spared"),
    [
        ("G = theta.copy(); G[0] = 0", True),
        ("G[0, :] = 0", True),
        ("G[1] = 0", False),
        ("G[0] = 1", False),
        ("penalty = np.sum(theta[1:] ** 2)", True),
        ("penalty = np.sum(theta[1:3] ** 2)", False),
        ("penalty = np.sum(theta[2:] ** 2)", False),
    ],
)
def test_a_first_row_that_is_left_out_is_a_bias(line, spared):
    assert usage_of(function(*line.split("; "))).spares_first() is spared


@pytest.mark.parametrize(
    ("line", "flat"),
    [
        ("W = theta.reshape(5, 3)", True),
        ("W = np.reshape(theta, (5, 3))", True),
        ("W, b = np.split(theta, [15])", True),
        ("W = theta[:15]", True),
        ("W = theta[0]", False),
        ("X = X.reshape(len(X), -1)", False),
        ("z = X @ theta", False),
    ],
)
def test_a_vector_that_is_cut_or_reshaped_is_flat(line, flat):
    assert usage_of(function(line)).is_flat("theta") is flat


LEAVES = {
    "W, b = theta": [((("item", 0),), "W"), ((("item", 1),), "b")],
    "z = X @ theta['W'] + theta['b']": [((("key", "W"),), "W"), ((("key", "b"),), "b")],
    "z = X @ theta.W + theta.bias": [((("attr", "W"),), "W"), ((("attr", "bias"),), "bias")],
    "z = X @ theta": [],
    "z = X @ theta[0] + theta[1]": [((("item", 0),), ""), ((("item", 1),), "")],
}


@pytest.mark.parametrize("line", LEAVES)
def test_containers_are_taken_apart(line):
    leaves = usage_of(function(line)).leaves("theta")
    assert sorted((leaf.path, leaf.label) for leaf in leaves) == LEAVES[line]


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("theta.append(X)", "list"),
        ("v = theta.setdefault('v', 0)", "state"),
        ("v = theta.copy()", ""),
    ],
)
def test_what_keeps_a_state(line, kept):
    assert usage_of(function(line)).keeps("theta") == kept
