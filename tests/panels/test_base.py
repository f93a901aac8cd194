"""The base of the panels: errors in the page, threads, the static fallback; and notebook 01's."""

import base64
import threading
import time

import pytest

from helpers import load_digits
from helpers.panels import Suspects, TrainQuestion
from helpers.panels.base import Panel, View, button, checkbox, radio


class Echo(Panel):
    """Shows its controls, counts its drawings, and may be slow or broken."""

    def __init__(self, seconds=0.0):
        self.seconds, self.drawn, self.inside, self.overlaps = seconds, 0, 0, 0
        super().__init__(
            {"a": checkbox("a"), "n": radio("n", [1, 2, 3], 1), "broken": checkbox("broken")},
            title="An echo",
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
    assert 'role="status"' in panel.status.value
    assert "a is True" in panel.status.value


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
    assert "came 1 &lt; 2" in panel.status.value
    panel.controls["broken"].value = False
    assert panel.summary() == "a is False, n is 1"


def test_an_interrupt_does_not_lock_the_panel():
    panel = Echo()
    panel.view = lambda: (_ for _ in ()).throw(KeyboardInterrupt)
    with pytest.raises(KeyboardInterrupt):
        panel.refresh()
    del panel.view
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


def test_a_press_waits_for_a_change_that_it_has_overtaken():
    panel, read = Echo(), []
    press = button("Read", lambda: read.append(panel.summary()), reads=True)
    late = threading.Timer(0.02, setattr, (panel.controls["n"], "value", 3))
    late.start()
    press.click()
    late.join()
    assert read == ["a is False, n is 3"]


def test_without_a_browser_there_is_a_picture_and_the_summary():
    bundle = Echo()._repr_mimebundle_()
    assert bundle["text/plain"] == "Echo: a is False, n is 1"
    assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG")
    assert "application/vnd.jupyter.widget-view+json" in bundle


def test_pictures_carry_their_description():
    panel = TrainQuestion(load_digits())
    assert '<img alt="A loss curve and a bar chart. Error 90.00 %.' in panel.picture.value
    again = TrainQuestion(load_digits())
    assert panel._repr_mimebundle_()["image/png"] == again._repr_mimebundle_()["image/png"]


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
