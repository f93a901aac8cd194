"""The base of the panels: errors in the page, threads, the static fallback; and notebook 01's."""

import base64
import re
import threading
import time

import pytest

from helpers import load_digits
from helpers.panels import Suspects, TrainQuestion
from helpers.panels import face as face_module
from helpers.panels.base import Panel, View, paragraph
from helpers.panels.controls import Button, checkbox, code, radio, slider, whole_number


class Echo(Panel):
    """Shows its controls, counts its drawings, and may be slow or broken."""

    def __init__(self, seconds=0.0):
        self.seconds, self.drawn, self.inside, self.overlaps = seconds, 0, 0, 0
        super().__init__(
            {"a": checkbox("a"), "n": radio("n", [1, 2, 3], 1), "broken": checkbox("broken")},
            title="An echo",
            buttons={"read": Button("Read", self.summary)},
        )

    def view(self):
        self.inside += 1
        self.overlaps += self.inside > 1
        time.sleep(self.seconds)
        self.drawn += 1
        self.inside -= 1
        if self.controls["broken"].value:
            raise ValueError("came 1 < 2, wanted 2")
        return View(f"a is {self.controls['a'].value}, n is {self.controls['n'].value}")


def test_repr_is_the_summary_in_one_line():
    assert repr(Echo()) == "Echo: a is False, n is 1"


def test_a_change_is_drawn_at_once():
    panel = Echo()
    panel.controls["a"].value = True
    assert panel.summary() == "a is True, n is 1"
    assert panel.shown()["summary"] == "a is True, n is 1"
    assert panel.wire_values() == {"a": True, "n": 0, "broken": False}


def test_set_draws_once_and_reset_restores():
    panel = Echo()
    before = panel.drawn
    panel.set(a=True, n=3)
    assert panel.drawn == before + 1
    panel.reset()
    assert panel.summary() == "a is False, n is 1"


def test_set_names_the_controls_there_are():
    panel = Echo()
    with pytest.raises(KeyError, match="no control 'b'; there are a, n, broken"):
        panel.set(a=True, b=1)
    assert panel.summary() == "a is False, n is 1"


def test_an_exception_is_shown_in_the_page_and_the_panel_lives_on():
    panel = Echo()
    panel.controls["broken"].value = True
    assert panel.summary() == "ValueError: came 1 < 2, wanted 2"
    panel.controls["broken"].value = False
    assert panel.summary() == "a is False, n is 1"


def test_an_interrupt_is_told_and_does_not_lock_the_panel():
    panel = Echo()
    panel.view = lambda: (_ for _ in ()).throw(KeyboardInterrupt)
    with pytest.raises(KeyboardInterrupt):
        panel.refresh()
    assert panel.summary().startswith("Interrupted")
    panel.take({"a": True})  # done in the page: nobody there could catch it
    assert panel.summary().startswith("Interrupted")
    del panel.view
    panel.controls["a"].value = False
    panel.controls["n"].value = 2
    assert panel.summary() == "a is False, n is 2"


def test_observers_on_two_threads_do_not_overlap_and_end_in_the_last_state():
    panel = Echo(seconds=0.002)

    def click(name, values):
        for value in values:
            panel.controls[name].value = value

    threads = [
        threading.Thread(target=click, args=("a", [True, False] * 20 + [True])),
        threading.Thread(target=click, args=("n", [2, 3, 1] * 13 + [3])),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    deadline = time.monotonic() + 10
    while panel._running and time.monotonic() < deadline:
        time.sleep(0.01)
    assert panel.overlaps == 0
    assert panel.summary() == "a is True, n is 3"


def test_set_from_one_thread_while_another_draws():
    panel = Echo(seconds=0.02)
    thread = threading.Thread(target=panel.refresh)
    thread.start()
    panel.set(a=True, n=2)
    thread.join()
    panel.controls["n"].value = 3
    assert panel.summary() == "a is True, n is 3"


def test_a_press_carries_the_changes_before_it():
    panel, read = Echo(), []
    panel.buttons["read"] = Button("Read", lambda: read.append(panel.summary()))
    panel.take({"a": True, "n": 2}, "read")
    assert read == ["a is True, n is 3"]


def test_what_the_page_sends_is_checked_and_refusals_are_shown_there():
    panel = Echo()
    for sent in ({"n": 3}, {"n": -1}, {"n": "1"}, {"n": None}, {"no": 1}):
        panel.take(sent)
        assert re.match("(Value|Key)Error: ", panel.summary()), sent
    panel.take({}, "no")
    assert panel.summary() == "KeyError: \"no button 'no'; there are read\""
    panel.take({"n": 1})
    assert panel.summary() == "a is False, n is 2"


def test_whether_the_reader_or_code_did_it():
    panel, by = Echo(), []
    panel._on_change = lambda control: by.append(panel.by_reader)
    for control in panel.controls.values():
        control.attach(control.name, panel._on_change)
    panel.set(a=True)
    panel.take({"a": False})
    panel.set(a=True)
    assert by == [False, True, False]


def test_a_face_is_told_what_changes_and_what_holds():
    panel = Echo()
    bundle, _ = panel._repr_mimebundle_()
    face, sent = panel._face, []
    face.send = lambda content, buffers=None: sent.append(content)
    panel.set(n=3)
    assert sent == [{"changed": {"n": 2}}] and face.values["n"] == 2
    assert face.shown["summary"] == "a is False, n is 3"
    sent.clear()
    panel.buttons["read"] = Button("Both", lambda: panel.set(a=True, n=1))
    face._receive(face, {"view": "v", "seq": 7, "set": {"n": 1}, "press": "read"}, [])
    answers = [content for content in sent if "padding" not in content]
    assert answers == [{"view": "v", "seq": 7, "changed": {"a": True, "n": 0}}]
    sent.clear()
    face._receive(face, {"view": "v", "seq": 8, "set": {"n": 9}}, [])
    assert sent[0] == {"view": "v", "seq": 8, "changed": {"n": 0}}, "what was refused is put back"
    assert (
        panel._repr_mimebundle_()[0]["application/vnd.jupyter.widget-view+json"]
        == bundle["application/vnd.jupyter.widget-view+json"]
    ), "a second view of the same panel"


def test_a_slow_answer_is_announced(monkeypatch):
    monkeypatch.setattr(face_module, "_WORKING_AFTER", 0.01)
    panel = Echo()
    panel._repr_mimebundle_()
    sent = []
    panel._face.send = lambda content, buffers=None: sent.append(content)
    panel.seconds = 0.2
    panel._face._receive(panel._face, {"view": "v", "seq": 1, "set": {"n": 1}}, [])
    assert sent[:2] == [
        {"view": "v", "working": 1},
        {"view": "v", "seq": 1, "changed": {"n": 1}},
    ]


CONTROLS = [
    (checkbox("c"), 1, True, True),
    (radio("r", [("one", 1.0), ("two", 2.0)], 1.0), 2, 2.0, 1),
    (slider("s", 1.0, -6, 6, 0.25), 7.5, 6.0, 6.0),
    (slider("l", 1e-5, -16, 0, 0.5, log=True), 1e-8, 1e-8, -8.0),
    (whole_number("w", 5, 1, 12), 13, 12, 12),
    (code("t", "x = 1", 3), "y", "y", "y"),
]


@pytest.mark.parametrize(("control", "given", "value", "wire"), CONTROLS)
def test_controls_take_and_send(control, given, value, wire):
    control.value = given
    assert control.value == value and type(control.value) is type(value)
    assert control.wire == pytest.approx(wire) if isinstance(wire, float) else control.wire == wire
    control.value = control.default
    control.from_wire(wire)
    assert control.value == pytest.approx(value) if isinstance(value, float) else value


@pytest.mark.parametrize(
    ("control", "given", "complaint"),
    [
        (radio("r", [1, 2], 1), 3, "r is 3; wanted one of 1, 2"),
        (whole_number("w", 5, 1, 12), "5", "w is '5'; wanted a number"),
        (slider("s", 1.0, -6, 6, 0.25), float("nan"), "s is nan; wanted a number"),
        (code("t", "", 3), 4, "t is 4; wanted a text"),
    ],
)
def test_controls_refuse(control, given, complaint):
    with pytest.raises(ValueError, match=complaint):
        control.value = given


def test_words_are_escaped():
    assert paragraph("<b>&", lead="<i>") == "<p><b>&lt;i&gt;</b> &lt;b&gt;&amp;</p>"


def test_without_a_browser_there_is_a_picture_and_the_summary():
    bundle, _ = Echo()._repr_mimebundle_()
    assert bundle["text/plain"] == "Echo: a is False, n is 1"
    assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG")
    assert "application/vnd.jupyter.widget-view+json" in bundle


def test_pictures_carry_their_description():
    panel = TrainQuestion(load_digits())
    assert panel.shown()["alt"].startswith("A loss curve and a bar chart. Error 90.00 %.")
    again = TrainQuestion(load_digits())
    pictures = [one._repr_mimebundle_()[0]["image/png"] for one in (panel, again)]
    assert pictures[0] == pictures[1]


@pytest.mark.parametrize("rate", [1e-4, 1e-3, 0.1])
def test_training_with_the_questions_formulas_stays_at_90(rate):
    panel = TrainQuestion(load_digits())
    for batch_size in (100, 600):
        panel.set(learning_rate=rate, batch_size=batch_size)
        assert "Error 90.00 %. All 2000 test images are predicted as class" in panel.summary()


def test_suspects_are_repeated_in_words():
    panel = Suspects()
    assert "nothing yet" in panel.summary()
    panel.set(sign=True)
    assert "You suspect a sign between formula and code. " in panel.summary()
    panel.set(data=True, exp=True)
    assert "formula and code, the plain exp in softmax and the data." in panel.summary()
