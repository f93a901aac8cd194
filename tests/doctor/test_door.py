"""One door: whatever is brought goes to the diagnosis that suits it."""

import ast

import pytest

from helpers import build, diagnose
from helpers.doctor import diagnose_gradients, diagnose_number, diagnose_run, diagnose_step
from helpers.doctor.door import _is_number, _order, makes_step
from helpers.panels.doctor import EXAMPLES

GRADIENTS, STEP, SCRIPT = (EXAMPLES[kind] for kind in ("gradients", "step", "script"))
RIGHT = GRADIENTS.replace("Y - P", "P - Y")
MODEL = """\
class Model:
    def __init__(self, D, K, lr=0.1):
        self.W = np.zeros((D, K))
        self.b = np.zeros(K)
        self.lr = lr
    def forward(self, X):
        Z = X @ self.W + self.b
        E = np.exp(Z - Z.max(axis=1, keepdims=True))
        self.P = E / E.sum(axis=1, keepdims=True)
        return self.P
    def loss(self, P, Y):
        return -np.mean(np.sum(Y * np.log(P), axis=1))
    def backward(self, X, Y):
        self.dW = X.T @ (self.P - Y) / len(X)
        self.db = (self.P - Y).mean(axis=0)
    def step(self):
        self.W -= self.lr * self.dW
        self.b -= self.lr * self.db
"""

STEPS = {
    "def f(W, b, X, Y, lr):\n W = W - lr * X\n return W, b": True,
    "def f(W, X, Y, alpha):\n W -= alpha * X": True,
    "def f(w, X, y):\n return w - 0.1 * X": True,
    "def f(params, X, y, lr):\n params['W'] -= lr * X\n return params": True,
    "def f(W, b, X, Y, lr):\n new = W - lr * X\n return new, b": True,
    "def f(W, b, X, Y):\n return loss, dW, db": False,
    "def f(W, b, X, Y, alpha):\n return loss, dW, db": False,
    "def f(W, b, X, Y):\n return {'loss': l, 'dW': dW, 'db': db}": False,
    "def f(W, X, Y):\n return X.T @ (X @ W - Y)": False,
    "def f(W, b, dW, db, lr):\n return W - lr * dW, b - lr * db": None,
    "def f(X, Y):\n def g(W): return W\n return X.T @ Y": False,
    MODEL: False,
    MODEL.replace("def backward", "def _fill"): True,
}


@pytest.mark.parametrize("text", STEPS)
def test_a_step_is_known_by_its_shape(text):
    (definition,) = ast.parse(text).body
    assert makes_step(definition) is STEPS[text]


ROADS = {
    GRADIENTS: ["as_code"],
    SCRIPT: ["as_script"],
    f"{GRADIENTS}\nprint(gradients(*point))\n": ["as_script", "as_code"],
    f"{GRADIENTS}\nif __name__ == '__main__':\n    for i in range(3):\n        pass\n": [
        "as_script",
        "as_code",
    ],
    f"import numpy as np\nN = 5\n{GRADIENTS}": ["as_code"],
    "def f(W, b\n": ["as_code"],
    "%matplotlib inline\nW = 1\n": ["as_script"],
    "": ["as_code"],
    "import numpy as np\n": ["as_code"],
}


@pytest.mark.parametrize("text", ROADS)
def test_the_road_of_a_text(text):
    assert [judge.__name__ for judge in _order(text, text, {})] == ROADS[text]


@pytest.mark.parametrize("text", ["9.8 %", "0,1135", "nan", "error 90 %", "loss = 2.303", "1/10"])
def test_numbers(text):
    assert _is_number(text) and str(diagnose(text)) == str(diagnose_number(text))


@pytest.mark.parametrize("text", ["x = 1", "", "W @ X", "def f(): pass", "pass"])
def test_no_numbers(text):
    assert not _is_number(text)


def test_functions_and_classes_and_their_texts():
    program = build(["wrong-sign"])
    found = diagnose(program.loss_and_gradients)
    assert found.bugs == ("wrong-sign",) and found.verdict == "wrong"
    assert diagnose(program.step).verdict == "wrong"
    assert str(diagnose(GRADIENTS)) == str(diagnose_gradients(GRADIENTS))
    assert str(diagnose(STEP)) == str(diagnose_step(STEP))
    assert diagnose(RIGHT).verdict == "right"


def test_of_a_class_the_step_is_judged_too():
    assert diagnose(MODEL).verdict == "right"
    wrong = diagnose(MODEL.replace("self.b -=", "self.b +="))
    assert wrong.verdict == "wrong" and diagnose_gradients(MODEL).verdict == "right"


def test_what_is_given_the_gradients_is_not_accused():
    update = "def update(W, b, dW, db, lr):\n    return W - lr * dW, b - lr * db\n"
    assert diagnose(RIGHT + update).verdict == "right"
    assert diagnose(GRADIENTS + update).edits[0].after == "R = P - Y"


def test_a_script_that_only_calls_its_function_falls_back_to_it():
    text = f"{RIGHT}\nprint(gradients)\nx = [gradients for _ in range(2)]\n"
    assert diagnose(text).verdict == "right"
    called = f"import numpy as np\n{RIGHT}\nW = np.zeros((3, 2))\n" + (
        "print(gradients(W, np.zeros(2), np.ones((4, 3)), np.eye(2)[[0, 1, 1, 0]]))\n"
    )
    assert diagnose(called).verdict == "right"


def test_a_run():
    run = [2.3, 2.4, 2.6, 3.0], [1] * 10, list(range(10))
    assert str(diagnose(run)) == str(diagnose_run(*run))


@pytest.mark.parametrize("bad", [None, [2.3, 2.2], (1, 2), {}, (1,) * 6])
def test_nothing_of_the_kind(bad):
    with pytest.raises(TypeError, match="wanted"):
        diagnose(bad)


def test_other_models():
    def f(w, x, y):
        r = x @ w - y
        return (r**2).sum(), 2 * x.T @ r

    import numpy as np

    rng = np.random.default_rng(0)
    at = rng.normal(size=3), rng.normal(size=(5, 3)), rng.normal(size=5)
    assert diagnose(f, at).verdict == "right"
