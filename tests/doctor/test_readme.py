"""The README shows what the doctor really says of a listing, and a test that really asserts it."""

import re

import pytest
from regenerate import ROOT

from helpers import diagnose

LISTING = """\
def my_gradients(W, b, X, y):
    scores = np.dot(X, W) + b
    exps = np.exp(scores - scores.max(axis=1, keepdims=True))
    probs = exps / exps.sum(axis=1, keepdims=True)
    truth = np.eye(W.shape[1])[y]
    loss = -np.mean(np.sum(truth * np.log(probs), axis=1))
    err = truth - probs
    grad = X.T.dot(err) / len(X)
    return loss, grad, err.mean(axis=0)
"""


README = (ROOT / "README.md").read_text("utf-8")


def said():
    diagnosis = diagnose(LISTING)
    return f"{diagnosis.xray}\n\n{diagnosis}"


def test_the_x_ray_in_the_readme():
    blocks = re.findall(r"```text\n(.*?)\n```", README, re.DOTALL)
    assert said() in blocks, f"README's block should be:\n{said()}"


def test_the_test_in_the_readme(tmp_path, monkeypatch):
    """It passes for a right file, and for a wrong one says which line to change."""
    (block,) = re.findall(r"```python\n([^`]*?def test_.*?)```", README, re.DOTALL)
    space = {}
    exec(block, space)
    monkeypatch.chdir(tmp_path)
    mine = tmp_path / "my.py"
    mine.write_text(LISTING.replace("truth - probs", "probs - truth"), encoding="utf-8")
    space["test_my_gradients"]()
    mine.write_text(LISTING, encoding="utf-8")
    with pytest.raises(AssertionError, match="err = probs - truth"):
        space["test_my_gradients"]()
