"""Notebook 07: the doctor in a panel. Paste a function and press a button."""

import html

from helpers.doctor import diagnose_gradients, diagnose_step
from helpers.panels.base import Panel, View
from helpers.panels.code_box import CodePanel, compile_function
from helpers.panels.controls import radio
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


def diagnose_text(text, kind):
    """What the doctor says of a text.

    Parameters
    ----------
    text : str
        Python that defines a function.
    kind : str
        A key of ``DOCTORS``.

    Returns
    -------
    str
        The verdict; further lines are a listing.

    Raises
    ------
    CodeError
        If the text defines no function.
    """
    return str(DOCTORS[kind](compile_function(text)))


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
            places=("listing",),
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
        return diagnose_text(text, self._kind.value)

    def show(self, judged):
        return _view(judged)


class DiagnosisCard(Panel):
    """A diagnosis, with the right line and the wrong one.

    Parameters
    ----------
    diagnosis : Diagnosis
    """

    def __init__(self, diagnosis):
        self._diagnosis = diagnosis
        super().__init__({}, ("status", "listing", "lines"), title="Diagnosis")

    def view(self):
        view = _view(str(self._diagnosis))
        return view._replace(texts=view.texts | {"lines": lines_html(self._diagnosis.bugs)})


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


def _view(said):
    """The first line is the verdict; the rest is shown as it stands."""
    verdict, _, rest = said.partition("\n")
    listing = f'<pre class="listing">{html.escape(rest.strip(chr(10)))}</pre>' if rest else ""
    return View(verdict, texts={"listing": listing})
