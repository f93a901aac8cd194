"""Each answer of the doctor leads to a heading of the course."""

import pytest
from hygiene import anchors
from regenerate import ROOT

from helpers import BUGS, diagnose
from helpers.bugs import GROUPS
from helpers.doctor.findings import FRAGILE, NOT_JUDGED, RIGHT, WRONG, Diagnosis, Finding
from helpers.doctor.words import NOTES
from helpers.panels.read_on import (
    OF_BUG,
    OF_GROUP,
    OF_NOTE,
    OF_NUMBER,
    OF_VERDICT,
    Place,
    places_of,
    read_on_html,
)

PLACES = {
    *(*OF_BUG.values(), *OF_GROUP.values(), *OF_NOTE.values(), *OF_VERDICT.values()),
    *(place for places in OF_NUMBER.values() for place in places),
}


@pytest.mark.parametrize("place", sorted(PLACES), ids=lambda place: place.name)
def test_every_place_is_a_heading_of_its_notebook(place):
    file = ROOT / "notebooks" / f"{place.notebook}.ipynb"
    assert place.heading.replace(" ", "-") in anchors(file)


def test_the_table_knows_all_that_can_be_said():
    assert set(OF_GROUP) == set(GROUPS) and set(OF_BUG) <= set(BUGS)
    assert set(OF_VERDICT) == {RIGHT, FRAGILE, WRONG, NOT_JUDGED}


def test_its_notes_are_those_of_functions_or_of_scripts():
    from helpers.doctor.script.judge import STAGES

    assert set(OF_NOTE) <= {*NOTES, *STAGES}


@pytest.mark.parametrize("verdict", OF_VERDICT)
def test_no_answer_is_without_a_place(verdict):
    assert places_of(Diagnosis(verdict)) == (OF_VERDICT[verdict],)
    assert places_of(Diagnosis(verdict, (Finding("W", "other"),))) == (OF_VERDICT[verdict],)


def headings(diagnosis):
    return [place.heading for place in places_of(diagnosis)]


def test_a_bug_s_own_place_comes_first_and_is_not_said_twice():
    findings = (Finding("W", "factor"), Finding("b", "factor"), Finding("loss", "summed"))
    found = headings(Diagnosis(WRONG, findings, bugs=("wrong-sign", "dead-bias")))
    assert found == ["Five roads to exactly 90.00 %", "The ratio names the mistake", "Sum or mean"]
    assert headings(Diagnosis(WRONG, bugs=("dead-bias",))) == ["The bias: column sums"]


@pytest.mark.parametrize(
    ("number", "first"),
    [
        ("90.00 %", "How much of a clue is that number?"),
        ("accuracy 9.8 %", "How much of a clue is that number?"),
        ("loss 2.303", "The first loss is known in advance"),
        ("1.46", "Ten samples must be learned by heart"),
    ],
)
def test_a_number_s_bugs_are_guesses_and_name_no_place_but_their_own(number, first):
    assert headings(diagnose(number))[0] == first


def test_the_link_is_that_of_jupyterlab_escaped_as_html():
    assert Place("06_x", "Exactly 90 %?").href == "06_x.ipynb#Exactly-90-%?"
    shown = read_on_html(Diagnosis(RIGHT))
    assert shown.startswith('<p><b>Explained in</b> <a href="04_check_the_gradient.ipynb#What-a-')
