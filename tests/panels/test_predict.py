"""A guess before the answer."""

import base64

import pytest

from helpers.figures import text_figure, to_png
from helpers.panels import Predict

WHY = [f"Fair: reason {k}. It misses <that>." for k in range(4)]
CHOICES = ("about 12 %", "50 %", "90 %", "100 %")


@pytest.fixture
def made():
    asked = []

    def answer():
        asked.append(1)
        return "90.00 %"

    panel = Predict("How large is the error?", CHOICES, answer=answer, because=WHY)
    return panel, asked


def test_the_answer_is_not_computed_before_it_is_wanted(made):
    panel, asked = made
    assert panel.summary() == "" and asked == []
    assert "90.00" not in str(panel.shown()) + str(panel.spec())
    assert "How large is the error?" in panel.shown()["texts"]["question"]


@pytest.mark.parametrize("number", range(4))
def test_a_guess_is_answered_with_its_own_reason(made, number):
    panel, asked = made
    panel.take({}, CHOICES[number])
    said = f"You said {CHOICES[number]}. It came: 90.00 %. {WHY[number]}"
    assert panel.summary() == said and asked == [1]
    assert set(panel.current.hidden) == set(panel.buttons)
    panel.reset()
    assert panel.summary() == "" and panel.current.hidden == ()


def test_one_may_just_look(made):
    panel, _ = made
    panel.guess("Just show me")
    assert panel.summary() == "It came: 90.00 %."
    with pytest.raises(KeyError, match="no choice '12'; there are about 12 %"):
        panel.guess("12")


def test_static_viewers_and_nbval_see_question_and_answer(made):
    panel, _ = made
    bundle, _ = panel._repr_mimebundle_()
    words = "How large is the error? It came: 90.00 %."
    assert bundle["text/plain"] == repr(panel) == f"Predict: {words}"
    assert base64.b64decode(bundle["image/png"]) == to_png(text_figure(words))


def test_an_answer_that_raises_is_shown_in_the_page():
    panel = Predict("?", CHOICES, answer=lambda: 1 / 0, because=WHY)
    panel.take({}, "50 %")
    assert panel.summary() == "ZeroDivisionError: division by zero"


@pytest.mark.parametrize(
    ("choices", "because", "complaint"),
    [
        (CHOICES[:3], WHY, "wanted four, all different"),
        (("a", "a", "b", "c"), WHY, "wanted four, all different"),
        (CHOICES, WHY[:2], "because holds 2; wanted four"),
        (CHOICES, "abcd", "wanted four sentences"),
    ],
)
def test_what_is_missing_is_named(choices, because, complaint):
    with pytest.raises(ValueError, match=complaint):
        Predict("?", choices, answer=str, because=because)
