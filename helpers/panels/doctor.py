"""Notebooks 00 and 07: the doctor in a panel. Paste code, or a number, and press a button."""

import html

from helpers.doctor import KINDS, diagnose_as
from helpers.panels.base import Panel, View
from helpers.panels.code_box import CodePanel
from helpers.panels.controls import radio
from helpers.panels.markup import edits_html, lines_html
from helpers.panels.read_on import read_on_html

_LABELS = {
    "anything": "find out",
    "gradients": "loss and gradients",
    "step": "one step",
    "script": "a training script",
    "number": "one number",
}
_PLACES = ("listing", "lines", "read_on")
_GRADIENTS = """\
def gradients(W, b, X, Y):
    scores = X @ W + b
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    P = e / e.sum(axis=1, keepdims=True)
    loss = -np.mean(np.sum(Y * np.log(P + 1e-300), axis=1))
    R = Y - P
    dW = np.dot(X.T, R) / len(X)
    db = np.mean(R, axis=0)
    return loss, dW, db
"""
EXAMPLES = {
    "anything": _GRADIENTS,
    "gradients": _GRADIENTS,
    "step": """\
def step(W, b, X, Y, learning_rate):
    scores = X @ W + b
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    P = e / e.sum(axis=1, keepdims=True)
    W = W - learning_rate * np.dot(X.T, P - Y) / len(X)
    b = b - learning_rate * np.mean(P - Y)
    return W, b
""",
    "script": """\
import numpy as np
from keras.datasets import mnist

(x_train, y_train), (x_test, y_test) = mnist.load_data()
X = x_train.reshape(len(x_train), -1) / 255
Y = np.eye(10)[y_train]
W, b = np.zeros((784, 10)), np.zeros(10)
for epoch in range(3):
    for i in range(0, len(X), 100):
        x, y = X[i : i + 100], Y[i : i + 100]
        e = np.exp(x @ W + b)
        p = e / e.sum(axis=1, keepdims=True)
        grad = y - p
        W -= 0.1 * x.T @ grad / len(x)
        b -= 0.1 * grad.mean(axis=0)
predicted = (x_test.reshape(len(x_test), -1) / 255 @ W + b).argmax(axis=1)
print("error", np.mean(predicted != y_test))
""",
    "number": "9.8 %\n",
}


class DoctorPanel(CodePanel):
    """A text area for the reader's code or number, and a button that diagnoses it.

    Parameters
    ----------
    kind : str
        What the text is: a key of ``helpers.doctor.KINDS``. "anything": the doctor finds out.
    """

    def __init__(self, kind="anything"):
        self._kind = radio("it is", [(_LABELS[kind], kind) for kind in KINDS], kind)
        super().__init__(
            EXAMPLES[kind],
            label="your code, or a number",
            action="Diagnose",
            controls={"kind": self._kind},
            title="The doctor",
            places=_PLACES,
        )

    def _on_change(self, control):
        if control is self._kind:
            # Another kind brings its example, unless the reader has written something.
            area = self.controls["code"]
            if area.value in EXAMPLES.values():
                area.value = EXAMPLES[self._kind.value]
            self.run()
        super()._on_change(control)

    def judge(self, text):
        diagnosis = diagnose_as(text, self._kind.value)
        mark = _mark(diagnosis)
        if mark is not None:
            self._marks = {"code": mark}
        return diagnosis

    def show(self, judged):
        return View(judged) if isinstance(judged, str) else _view(judged)

    def __repr__(self):
        return " ".join(super().__repr__().split())


class DiagnosisCard(Panel):
    """A diagnosis, with the X-ray.

    Parameters
    ----------
    diagnosis : Diagnosis
    """

    def __init__(self, diagnosis):
        self._diagnosis = diagnosis
        super().__init__({}, ("status", *_PLACES), title="Diagnosis")

    def view(self):
        return _view(self._diagnosis)

    def __repr__(self):
        return " ".join(super().__repr__().split())


def show_diagnosis(diagnosis):
    """Show a diagnosis in a notebook.

    Parameters
    ----------
    diagnosis : Diagnosis

    Returns
    -------
    DiagnosisCard
        Displays itself when it ends a cell.
    """
    return DiagnosisCard(diagnosis)


def _view(diagnosis):
    """The sentences, the X-ray, what else would do (other edits, or lines of the catalogue), and
    where it is explained.
    """
    xray = str(diagnosis.xray) if diagnosis.xray else ""
    listing = f'<pre class="listing">{html.escape(xray)}</pre>' if xray else ""
    if diagnosis.edits:
        others = [f"<p>As good:</p>{edits_html(edits)}" for edits in diagnosis.alternatives]
        lines = edits_html(diagnosis.edits) + "".join(others)
    else:
        lines = lines_html(diagnosis.bugs) if diagnosis.verdict == "wrong" else ""
    texts = {"listing": listing, "lines": lines, "read_on": read_on_html(diagnosis)}
    return View(str(diagnosis), texts=texts)


def _mark(diagnosis):
    """The line of the text that the doctor points at, and what it says there."""
    if diagnosis.edits:
        edit = diagnosis.edits[0]
        if not edit.after:
            return edit.line, "one too many"
        return edit.line, f"should be {edit.after}" if edit.before else f"missing: {edit.after}"
    finding = next((found for found in diagnosis.findings if found.line), None)
    return (finding.line, finding.detail) if finding else None
