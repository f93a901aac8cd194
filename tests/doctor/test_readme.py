"""The README shows what the doctor really says of a listing."""

import re

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


def said():
    diagnosis = diagnose(LISTING)
    return f"{diagnosis.xray}\n\n{diagnosis}"


def test_the_x_ray_in_the_readme():
    blocks = re.findall(r"```text\n(.*?)\n```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    assert said() in blocks, f"README's block should be:\n{said()}"
