"""Notebook 07: the doctor in a panel. Paste a function and press a button."""

import ipywidgets as widgets

from helpers.doctor import diagnose_gradients, diagnose_step
from helpers.panels.base import Panel, View, radio
from helpers.panels.code_box import CodePanel, compile_function
from helpers.panels.markup import lines_html

DOCTORS = {"gradients": diagnose_gradients, "step": diagnose_step}
EXAMPLES = {
    "gradients": """\
def gradients(W, b, X, Y):
    scores = X @ W + b
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    P = e / e.sum(axis=1, keepdims=True)
    loss = -np.mean(np.sum(Y * np.log(P + 1e-300), axis=1))
    dW = np.dot(X.T, Y - P) / len(X)
    db = np.mean(Y - P, axis=0)
    return loss, dW, db
""",
    "step": """\
def step(W, b, X, Y, learning_rate):
    scores = X @ W + b
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    P = e / e.sum(axis=1, keepdims=True)
    W = W - learning_rate * np.dot(X.T, P - Y) / len(X)
    b = b - learning_rate * np.mean(P - Y)
    return W, b
""",
}


class DoctorPanel(CodePanel):
    """A text area for a function of the reader's, and a button that diagnoses it.

    Parameters
    ----------
    kind : str
        "gradients": the function computes loss and gradients. "step": it makes an update.
    """

    def __init__(self, kind="gradients"):
        self._kind = radio(
            "the function computes",
            [("loss and gradients", "gradients"), ("one step", "step")],
            kind,
        )
        super().__init__(
            EXAMPLES[kind],
            label="your function",
            action="Diagnose",
            controls={"kind": self._kind},
            title="The doctor",
            texts={"lines": widgets.HTML()},
        )

    def _on_change(self, change):
        if change["owner"] is self._kind:
            # Another kind brings its example, unless the reader has written something.
            if self._area.value in EXAMPLES.values():
                self._area.value = EXAMPLES[self._kind.value]
            self.run()
        self.refresh()

    def judge(self, text):
        try:
            return DOCTORS[self._kind.value](compile_function(text))
        except ValueError as error:
            return str(error)

    def view(self):
        if isinstance(self.judged, str):
            return View(self.judged + self.stale())
        view = _view(self.judged)
        return view._replace(summary=view.summary + self.stale())


class DiagnosisCard(Panel):
    """A diagnosis, with the right line and the wrong one.

    Parameters
    ----------
    diagnosis : Diagnosis
    """

    def __init__(self, diagnosis):
        self._diagnosis = diagnosis
        super().__init__({}, [], title="Diagnosis", texts={"lines": widgets.HTML()})

    def arrange(self, rows):
        return [self.status, self.texts["lines"]]

    def view(self):
        return _view(self._diagnosis)


def show_diagnosis(diagnosis):
    """Show a diagnosis in a notebook.

    Parameters
    ----------
    diagnosis : Diagnosis
        From ``diagnose_gradients``, ``diagnose_step`` or ``diagnose_run``.

    Returns
    -------
    DiagnosisCard
        Displays itself when it ends a cell.
    """
    return DiagnosisCard(diagnosis)


def _view(diagnosis):
    return View(str(diagnosis), texts={"lines": lines_html(diagnosis.bugs)})
