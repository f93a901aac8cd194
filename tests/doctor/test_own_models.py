"""``diagnose_gradients(f, at=...)``: other models, their own loss the only judge."""

import inspect

import numpy as np
import pytest
from doctor.contract import check, check_repair, made_of

from helpers.doctor import diagnose_gradients

RNG = np.random.default_rng(5)
X = RNG.normal(size=(9, 4))
BITS = RNG.integers(0, 2, size=9)
LABELS = RNG.integers(0, 3, size=9)


def network(params, X, y):
    """Two layers with ReLU between them."""
    Z1 = X @ params["W1"] + params["b1"]
    H = np.maximum(Z1, 0)  # the hidden layer
    Z2 = H @ params["W2"] + params["b2"]
    P = np.exp(Z2) / np.exp(Z2).sum(axis=1, keepdims=True)
    loss = -np.log(P[np.arange(len(y)), y]).mean()
    P[np.arange(len(y)), y] -= 1
    dZ2 = P / len(y)
    dW2 = H.T @ dZ2
    db2 = dZ2.sum(axis=0)
    dH = dZ2 @ params["W2"].T
    dZ1 = dH * (Z1 > 0)
    dW1 = X.T @ dZ1
    db1 = dZ1.sum(axis=0)
    return loss, {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}


def linear(w, c, X, y):
    residual = X @ w + c - y
    loss = (residual**2).mean()
    dw = 2 * X.T @ residual / len(y)
    dc = 2 * residual.mean()
    return loss, dw, dc


def ridge(w, X, y, strength):
    residual = X @ w - y
    loss = 0.5 * np.mean(residual**2) + 0.5 * strength * np.sum(w**2)
    dw = X.T @ residual / len(y) + strength * w
    return loss, dw


def logistic(w, c, X, y):
    p = 1 / (1 + np.exp(-(X @ w + c)))
    loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
    dw = X.T @ (p - y) / len(y)
    dc = (p - y).mean()
    return loss, dw, dc


LAYERS = dict(W1=RNG.normal(size=(4, 5)), b1=RNG.normal(size=5), W2=RNG.normal(size=(5, 3)),
              b2=RNG.normal(size=3))  # fmt: skip
AT = {
    network: (LAYERS, X, LABELS),
    linear: (RNG.normal(size=4), 0.3, X, RNG.normal(size=9)),
    ridge: (RNG.normal(size=4), X, RNG.normal(size=9), 0.2),
    logistic: (RNG.normal(size=4), 0.1, X, BITS),
}
RIDGE = "dw = X.T @ residual / len(y) + strength * w"
# One line of each, broken.
MUTANTS = [
    (network, "dZ1 = dH * (Z1 > 0)", "dZ1 = dH"),
    (network, "db1 = dZ1.sum(axis=0)", "db1 = dZ1.sum()"),
    (linear, "dw = 2 * X.T @ residual / len(y)", "dw = -2 * X.T @ residual / len(y)"),
    (linear, "dc = 2 * residual.mean()", "dc = 2 * residual.sum()"),
    (ridge, RIDGE, "dw = X.T @ residual / len(y) - strength * w"),
    (ridge, RIDGE, "dw = X.T @ residual / len(y)"),
    (logistic, "dw = X.T @ (p - y) / len(y)", "dw = X.T @ (y - p) / len(y)"),
    (logistic, "dw = X.T @ (p - y) / len(y)", "dw = X.T @ (p - y)"),
]  # fmt: skip


@pytest.mark.parametrize("f", AT, ids=lambda f: f.__name__)
def test_a_right_model_is_right(f):
    diagnosis = diagnose_gradients(f, at=AT[f])
    assert diagnosis.verdict == "right", diagnosis
    check(diagnosis)


def _broken(f, right, wrong):
    text = inspect.getsource(f)
    for quoted in (right, right.replace("'", '"')):
        if quoted in text:
            return text.replace(quoted, wrong.replace("'", '"'))
    raise AssertionError(right)


@pytest.mark.parametrize(("f", "right", "wrong"), MUTANTS, ids=[row[2] for row in MUTANTS])
def test_a_broken_line_is_found_and_mended(f, right, wrong):
    text = _broken(f, right, wrong)
    line = 1 + next(i for i, row in enumerate(text.splitlines()) if row != _row(f, i))
    diagnosis = diagnose_gradients(made_of(text, f.__name__, f.__globals__), at=AT[f])
    assert diagnosis.verdict == "wrong"
    check(diagnosis)
    here = (12, 13) if wrong == "dZ1 = dH" else (line,)  # two places for one factor
    assert [edit.line for edit in diagnosis.edits] == [diagnosis.xray.marked]
    assert diagnosis.xray.marked in here
    check_repair(diagnosis, text, f.__name__)
    mended = made_of(diagnosis.repaired, f.__name__, f.__globals__)
    assert diagnose_gradients(mended, at=AT[f]).verdict == "right"


def tanh_network(W1, W2, X, y):
    H = np.tanh(X @ W1)
    err = H @ W2 - y
    loss = (err**2).sum() / 2
    dW2 = H.T @ err
    dH = np.outer(err, W2)
    dA = dH * (1 - H**2)
    dW1 = X.T @ dA
    return loss, dW1, dW2


def words(E, v, index, y):
    err = E[index] @ v - y
    loss = (err**2).sum() / 2
    dv = E[index].T @ err
    dE = np.zeros_like(E)
    np.add.at(dE, index, np.outer(err, v))
    return loss, dE, dv


BY_VALUE = [
    (tanh_network, "dH * (1 - H**2)", "dH * H * (1 - H)", "dA = dH * (1 - H ** 2)"),
    (tanh_network, "dH * (1 - H**2)", "dH", "dA = dH * (1 - H ** 2)"),
    (words, "np.add.at(dE, index, np.outer(err, v))", "dE[index] += np.outer(err, v)",
     "np.add.at(dE, index, np.outer(err, v))"),
]  # fmt: skip


@pytest.mark.parametrize(("f", "right", "wrong", "after"), BY_VALUE, ids=[r[2] for r in BY_VALUE])
def test_what_belongs_there_is_found_by_its_value(f, right, wrong, after):
    rng = np.random.default_rng(8)
    at = {
        tanh_network: (rng.normal(size=(4, 3)), rng.normal(size=3), X, rng.normal(size=9)),
        words: (rng.normal(size=(6, 3)), rng.normal(size=3), np.array([0, 2, 2, 5]), np.ones(4)),
    }[f]
    text = _broken(f, right, wrong)
    diagnosis = diagnose_gradients(made_of(text, f.__name__, f.__globals__), at=at)
    assert [edit.after for edit in diagnosis.edits] == [after], diagnosis
    assert diagnosis.xray.marked == diagnosis.edits[0].line
    check_repair(diagnosis, text, f.__name__)


def _row(f, index):
    return inspect.getsource(f).splitlines()[index]


def test_a_text_is_taken_too_and_its_edits_count_in_the_whole():
    broken = _broken(logistic, "dc = (p - y).mean()", "dc = (y - p).mean()")
    text = f"import numpy as np\n\n{broken}"
    diagnosis = diagnose_gradients(text, at=AT[logistic])
    assert diagnosis.verdict == "wrong"
    assert [(e.line, e.after) for e in diagnosis.edits] == [(7, "dc = (p - y).mean()")]
    assert diagnosis.repaired.startswith("import numpy as np\n\ndef logistic")


def test_the_arguments_stay_as_they_were():
    before = [np.copy(part) for part in AT[linear]]

    def writes(w, c, X, y):
        w -= 0.1
        X *= 2
        return linear(w, c, X, y)

    diagnose_gradients(writes, at=AT[linear])
    assert all(np.array_equal(a, b) for a, b in zip(before, AT[linear], strict=True))


def test_without_a_loss_there_is_no_judge():
    diagnosis = diagnose_gradients(lambda w, X: {"dw": X.T @ (X @ w)}, at=(np.ones(4), X))
    assert diagnosis.verdict == "not judged" and diagnosis.correct is None


def test_what_raises_is_not_judged_and_says_so():
    def f(w, X):
        raise KeyError("no such layer")

    diagnosis = diagnose_gradients(f, at=(np.ones(4), X))
    assert diagnosis.verdict == "not judged" and "no such layer" in str(diagnosis)


def test_at_is_a_tuple():
    with pytest.raises(TypeError, match="wanted a tuple"):
        diagnose_gradients(linear, at=X)
