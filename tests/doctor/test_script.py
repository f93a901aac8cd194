"""``diagnose_script``: a whole training script, run apart, judged and mended."""

import json
import time
from pathlib import Path

import numpy as np
import pytest
from doctor.script_styles import PLAIN, QUESTION, RIGHT, broken

from helpers.doctor.script import diagnose_script
from helpers.doctor.script.digits_files import content, pool, role
from helpers.doctor.script.judge import UPHILL, _alone, _decayed
from helpers.doctor.script.process import examine_apart
from helpers.doctor.script.recognise import Recogniser
from helpers.doctor.script.source import parse_script, read_script, undefined_names
from helpers.doctor.script.suspects import _as_labels


@pytest.fixture(scope="module")
def recogniser():
    images, labels = pool()
    return Recogniser(images.reshape(len(images), -1), labels)


@pytest.mark.parametrize("name", ["plain", "decay"])
def test_a_right_script_is_called_right(name):
    diagnosis = diagnose_script(RIGHT[name])
    assert diagnosis.verdict == "right", diagnosis
    assert diagnosis.edits == ()


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("dZ = (P - Y[j]) / len(j)", "dZ = (Y[j] - P) / len(j)"),
        ("Y[np.arange(60000), y_train] = 1", "Y[np.arange(60000), y_train - 1] = 1"),
        (
            "Xt = x_test.reshape(10000, 784).astype(float) / 255",
            "Xt = x_test.reshape(10000, 784).astype(float)",
        ),
    ],
)
def test_the_faulty_line_is_named_with_the_line_that_mends_it(right, wrong):
    text, line = broken("plain", right, wrong)
    diagnosis = diagnose_script(text)
    assert diagnosis.verdict == "wrong"
    assert [edit.line for edit in diagnosis.edits] == [line], diagnosis
    assert diagnosis.edits[0].before == wrong
    assert diagnosis.repaired != text
    assert len(str(diagnosis)) <= 900
    assert "keras.datasets.mnist" in str(diagnosis)


@pytest.mark.parametrize(
    ("script", "right", "wrong"),
    [
        ("decay", "'test error', net.error(*test_set)", "'test error', net.error(*train_set)"),
        ("decay", "np.argmax(self.forward(X), axis=1)", "np.argmax(self.forward(X))"),
        ("one by one", "100 * correct / len(digits_t)", "100 * correct"),
    ],
)  # fmt: skip
def test_what_is_reported_and_is_none_is_wrong_and_mended(script, right, wrong):
    text, line = broken(script, right, wrong)
    diagnosis = diagnose_script(text)
    assert diagnosis.verdict == "wrong", diagnosis
    assert [edit.line for edit in diagnosis.edits] == [line], diagnosis
    assert diagnosis.repaired


def test_weights_that_begin_anew_in_each_epoch_are_wrong_in_each_rate_they_are_not():
    again = PLAIN.replace("    order =", "    W = np.zeros((784, 10))\n    order =")
    diagnosis = diagnose_script(again)
    assert diagnosis.verdict == "wrong", diagnosis
    assert "begin anew in each turn over `epoch`" in str(diagnosis)
    assert [(edit.line, edit.after) for edit in diagnosis.edits] == [(13, "")]
    head, loop = PLAIN.split("W = np.zeros")
    loop = ("W = np.zeros" + loop).replace("range(30)", "range(2)").replace("0.1", "rate")
    rates = head + "for rate in (0.1, 0.2):\n" + loop.replace("\n", "\n    ").rstrip() + "\n"
    rates = rates.replace("\nW = np", "\n    W = np")
    assert diagnose_script(rates).verdict == "right"


FOLDS = """
parts = np.array_split(np.random.permutation(len(X)), 3)
for fold in range(3):
    held, rest = parts[fold], np.concatenate(parts[:fold] + parts[fold + 1 :])
    mean = X[rest].mean(axis=0)
    A, B, Y = X[rest] - mean, X[held] - mean, np.eye(10)[y[rest]]
    W = np.zeros((X.shape[1], 10))
    b = np.zeros(10)
    for epoch in range(20):
        {inside}P = softmax(A @ W + b) - Y
        W -= 0.3 * A.T @ P / len(A)
        b -= 0.3 * P.mean(axis=0)
    print("test accuracy", np.mean((B @ W + b).argmax(axis=1) == y[held]))
"""
HEAD = """import numpy as np
from keras.datasets import mnist

(X, y), _ = mnist.load_data()
X = X.reshape(len(X), -1) / 255


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)

"""


def test_each_fold_is_held_against_the_images_of_its_own_model():
    right = HEAD + FOLDS.format(inside="")
    assert diagnose_script(right).verdict == "right"
    assert diagnose_script(right.replace("fold", "iteration")).verdict == "right"
    seen = right.replace("(B @ W + b)", "(A @ W + b)").replace("== y[held]", "== y[rest]")
    diagnosis = diagnose_script(seen)
    assert diagnosis.verdict == "wrong"
    assert "made with the images of training" in str(diagnosis)


@pytest.mark.parametrize("line", ["W = 0.1 * np.random.randn(X.shape[1], 10)", "b = np.zeros(10)"])
def test_what_begins_anew_in_the_steps_of_a_fold_is_deleted(line):
    wrong = HEAD + FOLDS.format(inside=line + "\n        ")
    diagnosis = diagnose_script(wrong)
    assert diagnosis.verdict == "wrong"
    assert [(edit.before, edit.after) for edit in diagnosis.edits] == [(line, "")], diagnosis


def test_a_sum_at_a_rate_for_the_mean_is_wrong_where_the_loss_rises():
    text, _ = broken("plain", "dZ = (P - Y[j]) / len(j)", "dZ = P - Y[j]")
    diagnosis = diagnose_script(text.replace("0.1 *", "0.5 *"))
    assert diagnosis.verdict == "wrong", diagnosis
    assert "0.5 x N times the mean gradient, and the loss rises" in str(diagnosis)
    assert diagnosis.edits and diagnosis.repaired
    slow = text.replace("0.1 *", "0.001 *")
    assert diagnose_script(slow).verdict == "right"


def test_the_sign_of_the_question_has_three_equally_good_places():
    diagnosis = diagnose_script(QUESTION)
    found = [diagnosis.edits, *diagnosis.alternatives]
    assert [[edit.line for edit in edits] for edits in found] == [[22, 23], [34, 35], [17, 22, 23]]
    assert diagnosis.edits[1].after == "db = np.ones(len(X)) @ (Y_hat - Y.T)"
    assert diagnosis.alternatives[0][0].after == "W = W + rate * dW"
    assert diagnosis.alternatives[1][0].after.startswith("return -np.sum(")
    assert diagnosis.bugs[:2] == ("wrong-sign", "ascent")
    assert diagnosis.xray.marked == 22
    assert diagnosis.xray.lines[13] == "probabilities P"
    assert diagnosis.xray.lines[17] == "log-likelihood"
    assert diagnosis.xray.lines[22] == "-N times the gradient of W"


def test_accuracies_of_single_classes_accuse_nobody():
    text = PLAIN.replace("range(30)", "range(2)") + (
        "table = np.zeros((10, 10), int)\n"
        "for true, said in zip(y_test, guess):\n"
        "    table[true, said] += 1\n"
        "for k in range(10):\n"
        "    print('class', k, 'correct', table[k, k], 'accuracy', table[k, k] / table[k].sum())\n"
    )
    assert "60000" in text  # and it runs on 600
    diagnosis = diagnose_script(text)
    assert diagnosis.verdict == "right", diagnosis


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("import tensorflow as tf\ntf.keras.Sequential()\n", "tensorflow.keras"),
        ("x = (1\n", "cannot be read"),
        ("import a_library_that_nobody_has\n", "not here"),
    ],
)
def test_what_cannot_be_judged_says_why(text, reason):
    diagnosis = diagnose_script(text)
    assert diagnosis.verdict == "not judged"
    assert diagnosis.correct is None
    assert reason in str(diagnosis)


def test_a_librarys_model_is_not_judged():
    pytest.importorskip("sklearn")
    text = "from sklearn.linear_model import LogisticRegression\nLogisticRegression()\n"
    diagnosis = diagnose_script(text)
    assert diagnosis.verdict == "not judged" and "library's model" in str(diagnosis)


def test_nothing_that_a_script_does_gets_out(tmp_path):
    (tmp_path / "kept.txt").write_text("kept")
    script = tmp_path / "script.py"
    script.write_text(
        "import os, shutil, subprocess, sys, time\n"
        f"here = {str(tmp_path)!r}\n"
        "print('x' * 10 ** 6)\n"
        "open('kept.txt', 'w').write('gone')\n"
        "for act in (lambda: os.remove(os.path.join(here, 'kept.txt')),\n"
        "            lambda: shutil.rmtree(here),\n"
        "            lambda: subprocess.run(['touch', os.path.join(here, 'made')])):\n"
        "    try:\n"
        "        act()\n"
        "    except PermissionError:\n"
        "        pass\n"
        "open(os.path.join(here, 'kept.txt'), 'w').write('gone')\n"
        "time.sleep(1000)\n"
        "input('?')\n"
        "sys.exit(3)\n"
    )
    diagnosis = diagnose_script(script)
    assert diagnosis.verdict == "not judged"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept.txt", "script.py"]
    assert (tmp_path / "kept.txt").read_text() == "kept"


def test_an_endless_script_ends():
    diagnosis = diagnose_script("n = 0\nwhile True:\n    n += 1\n")
    assert diagnosis.verdict == "not judged"
    assert "it had not come to its end" in str(diagnosis)


def test_a_process_that_hangs_is_ended():
    start = time.monotonic()
    facts = examine_apart("sum(iter(int, 1))\n", None, longest=2)
    assert time.monotonic() - start < 10
    assert facts["verdict"] == "not judged"


def test_a_notebook_is_its_code_cells_and_magics_are_dropped(tmp_path):
    cells = [
        {"cell_type": "code", "source": ["%matplotlib inline\n", "x = 1"]},
        {"cell_type": "markdown", "source": "words"},
        {"cell_type": "code", "source": "%%bash\nls"},
        {"cell_type": "code", "source": "y = x\n!pip install z"},
    ]
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps({"cells": cells}))
    text, folder = read_script(path)
    tree, parsed = parse_script(text)
    assert folder == str(tmp_path)
    assert [node.lineno for node in tree.body] == [1, 2, 5, 6]
    assert len(parsed.splitlines()) == 6
    (tmp_path / "b.ipynb").write_text("{}")
    with pytest.raises(ValueError, match="no notebook"):
        read_script(tmp_path / "b.ipynb")
    with pytest.raises(FileNotFoundError, match="not found"):
        read_script(Path("nowhere.py"))


def test_names_of_an_earlier_cell_are_found():
    tree, _ = parse_script("def f(a):\n    return a + X_train\nprint(len(f(y_test)))\n")
    assert undefined_names(tree) == ["X_train", "y_test"]
    assert [role(name) for name in ("X_train", "yte", "test_images", "alpha")] == [
        (False, False),
        (True, True),
        (True, False),
        None,
    ]


def test_prints_of_python_2_are_read():
    tree, text = parse_script("x = 1\nprint 'a', x\n")
    assert text.splitlines()[1] == "print('a', x)"
    assert len(tree.body) == 2


@pytest.mark.parametrize("header", [True, False])
def test_files_have_the_form_of_those_they_stand_for(header):
    rows = content("mnist_train.csv", header).decode().splitlines()
    assert len(rows) == 600 + header
    first = np.array(rows[header].split(","), dtype=int)
    assert first[0] == pool()[1][0]
    np.testing.assert_array_equal(first[1:], pool()[0][0].ravel())
    images = content("train-images-idx3-ubyte", header)
    assert images[:16] == b"".join(n.to_bytes(4, "big") for n in (2051, 600, 28, 28))
    assert content("notes.txt", header) is None


@pytest.mark.parametrize(
    "prepare",
    [
        lambda X: X / 255,
        lambda X: 1 - X / 255,
        lambda X: (X - X.mean(axis=0)) / (X.std(axis=0) + 1e-8),
        lambda X: np.hstack([np.ones((len(X), 1)), X / 255]),
        lambda X: (X / 255).astype(np.float32).T,
    ],
)
def test_prepared_images_are_known_again(recogniser, prepare):
    order = np.random.default_rng(4).permutation(600)
    prepared = prepare(recogniser.raw[order])
    found = recogniser.find(prepared)
    np.testing.assert_array_equal(found.rows, order)
    assert found.axis == (prepared.shape[0] == 784)


def test_what_is_no_image_is_not_taken_for_one(recogniser):
    scrambled = recogniser.raw[:600].reshape(784, 600)
    assert recogniser.find(scrambled) is None
    assert recogniser.find(np.random.default_rng(0).normal(size=(784, 10))) is None


def test_labels_are_known_in_any_form():
    labels = np.array([3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3, 2, 3, 8, 4, 6, 2, 6, 4])
    table = np.eye(10)[labels]
    for form in (labels, labels.astype(float), labels[:, None], labels[None], table, table.T):
        np.testing.assert_array_equal(_as_labels(form, 10), labels)
    np.testing.assert_array_equal(_as_labels(labels + 1, 10), labels + 1)
    for other in (table / 2, table + np.eye(10)[labels - 1], labels + 0.5, labels + 2):
        assert _as_labels(other, 10) is None
    for other in (np.zeros(24), np.array([3.0, 1.0]), np.eye(10)[:2], np.full((4, 6), 1.0)):
        assert _as_labels(other, 10) is None


def test_what_decay_does_in_a_step_is_said():
    """Shares of the gradient and of the weights in a step's change."""
    small = 1e-6
    assert _decayed([0.0, -0.1], small) == "the gradient has no part in it"
    assert _decayed([0.1, -0.1], small) == _alone([0.1], small) == UPHILL
    assert _decayed([-0.1, 0.1], small) == "decay has the wrong sign"
    assert _decayed([-0.1, -0.1], small) == _decayed([-0.1], small) == _alone([-0.1], small) == ""
    assert _decayed([-0.1, small / 2], small) == "" and _decayed([-2 * small, 0], small) == ""
