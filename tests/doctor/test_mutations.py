"""The edits that are tried: each leaves a tree, and takes itself back."""

import ast

import pytest

from helpers import diagnose_gradients, diagnose_step
from helpers.doctor.case import cases_of
from helpers.doctor.consult import consult
from helpers.doctor.examine import search_of
from helpers.doctor.mutations import mutations_of

TEXT = """\
import numpy as np

def gradients(W, b, X, y):
    N = X.shape[0]
    s = X.dot(W) + b
    P = np.exp(s)
    P /= P.sum(axis=1, keepdims=True)
    loss = -np.log(P[np.arange(N), y]).sum() / N
    P[np.arange(N), y] -= 1
    return loss, X.T.dot(P) / N, P.sum(axis=0) / N
"""


def has_an_end(node, above=()):
    if any(node is each for each in above):
        return False
    return all(has_an_end(child, (*above, node)) for child in ast.iter_child_nodes(node))


def test_no_edit_puts_a_node_into_itself_and_each_is_taken_back():
    (case,) = cases_of(TEXT)
    setting = search_of(case, consult(case.load, case.usage, case.clock).oracle).setting()
    tried = 0
    for unit in case.code.units:
        before = ast.dump(unit.tree)
        for mutation in list(mutations_of(unit, setting)):
            old = mutation.apply()
            tried += 1
            ends = has_an_end(unit.tree)
            mutation.revert(old)
            assert ends, mutation.kind
        assert ast.dump(unit.tree) == before
    assert tried > 300


LOOPS = """\
import numpy as np

def gradients(W, X, y):
    loss, dW = 0.0, np.zeros_like(W)
    for i in range(len(X)):
        s = X[i].dot(W)
        s = s - np.max(s)
        total = np.sum(np.exp(s))
        loss += np.log(total) - s[y[i]]
        for j in range(W.shape[1]):
            p = np.exp(s[j]) / total
            if j == y[i]:
                dW[:, j] += (p - 1) * X[i]
            else:
                dW[:, j] += p * X[i]
    return loss / len(X), dW / len(X)
"""


COLUMNS = """\
import numpy as np

def propagate(W, b, X, labels):
    m = X.shape[1]
    Z = np.dot(W, X) + b
    exps = np.exp(Z - np.max(Z, axis=0, keepdims=True))
    A = exps / np.sum(exps, axis=0, keepdims=True)
    Y = np.zeros(A.shape)
    Y[labels, np.arange(m)] = 1
    cost = -1 / m * np.sum(Y * np.log(A))
    dZ = A - Y
    dW = 1 / m * np.dot(dZ, X.T)
    db = 1 / m * np.sum(dZ, axis=1, keepdims=True)
    return {"dW": dW, "db": db}, cost
"""


@pytest.mark.parametrize(
    "right, wrong",
    [
        ("dW = 1 / m * np.dot(dZ, X.T)", "dW = 1 / m * np.dot(X, dZ.T)"),
        ("db = 1 / m * np.sum(dZ, axis=1, keepdims=True)", "db = 1 / m * np.sum(dZ, axis=1)"),
        ("Y[labels, np.arange(m)] = 1", "Y[labels] = 1"),
    ],
)
def test_what_lies_across_is_turned_on_its_own_line(right, wrong):
    assert diagnose_gradients(COLUMNS).verdict == "right"
    (edit,) = diagnose_gradients(COLUMNS.replace(right, wrong)).edits
    assert (edit.before, edit.after) == (wrong, right)


@pytest.mark.parametrize(
    "right, wrong",
    [
        ("dW[:, j] += p * X[i]", "dW[:, j] += p"),
        ("dW[:, j] += (p - 1) * X[i]", "dW[:, j] += p * X[i]"),
        ("dW[:, j] += p * X[i]", "dW[:, y[i]] += p * X[i]"),
        ("p = np.exp(s[j]) / total", "p = s[j] / total"),
        ("p = np.exp(s[j]) / total", "p = np.exp(s[j] / total)"),
    ],
)
def test_what_was_left_out_of_an_element_is_put_back(right, wrong):
    assert LOOPS.count(right) == 1
    (edit,) = diagnose_gradients(LOOPS.replace(right, wrong)).edits
    assert (edit.before, edit.after) == (wrong, right)


PASS = """\
import numpy as np

def one_pass(W, X, y, eta):
    for i in range(len(X)):
        z = X[i].dot(W)
        p = np.exp(z - z.max())
        p = p / p.sum()
        p[y[i]] -= 1
        W = W - eta * np.outer(X[i], p)
    return W
"""


@pytest.mark.parametrize(
    "right, wrong",
    [
        ("W = W - eta * np.outer(X[i], p)", "W = W + eta * np.outer(X[i], p)"),
        ("W = W - eta * np.outer(X[i], p)", "W = W - eta * np.outer(p, X[i])"),
        ("p[y[i]] -= 1", "p[y[i]] += 1"),
    ],
)
def test_a_pass_that_makes_one_step_a_sample_is_mended_inside(right, wrong):
    assert diagnose_step(PASS).verdict == "right"
    (edit,) = diagnose_step(PASS.replace(right, wrong)).edits
    assert (edit.before, edit.after) == (wrong, right)


def test_a_function_that_makes_the_function_is_looked_into():
    inside = "".join(f"    {line}\n" for line in TEXT.splitlines()[2:])
    text = (
        f"import numpy as np\n\ndef make(classes):\n{inside}    return gradients\n\nf = make(10)\n"
    )
    assert diagnose_gradients(text).verdict == "fragile"
    wrong = text.replace("y] -= 1", "y] += 1")
    assert [e.after for e in diagnose_gradients(wrong).edits] == ["P[np.arange(N), y] -= 1"]
