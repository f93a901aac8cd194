"""What readers get wrong is named, and nothing else is.

The wrong answers were written before the feedback. `hints.json` holds how each is answered; every
line of it was read by somebody who knew the mistake, and says that very mistake. Where exercise and
catalogue both have words for it there are two. An answer whose hint is only "here you have that,
right is this" is listed as unnamed.
"""

import json
import re
from functools import cache
from pathlib import Path

import pytest
from exercises.answers import (
    wrong_01,
    wrong_02,
    wrong_03,
    wrong_04,
    wrong_05,
    wrong_06,
    wrong_07,
    wrong_08,
    wrong_09,
)
from regenerate import ROOT

import helpers.exercises as exercises

SETS = {
    "01 constant_error": (exercises.check_constant_error, wrong_01.CONSTANT_ERROR),
    "01 constant_class": (exercises.check_constant_class, wrong_01.CONSTANT_CLASS),
    "02 dp_dz": (exercises.check_second_case, wrong_02.SECOND_CASE),
    "02 false_step": (exercises.check_false_step, wrong_02.FALSE_STEP),
    "03 loss_and_gradients": (exercises.check_loss_and_gradients, wrong_03.LOSS_AND_GRADIENTS),
    "03 to_course": (exercises.check_to_course, wrong_03.TO_COURSE),
    "04 check": (exercises.grade_checker, wrong_04.CHECKER),
    "04 name_the_mistake": (exercises.check_reading, wrong_04.SIX_RATIOS),
    "05 largest_rate": (exercises.check_largest_rate, wrong_05.RATE),
    "05 curves": (exercises.check_curves, wrong_05.CURVES),
    "06 name_the_road": (exercises.check_roads, wrong_06.ROADS),
    "06 three_lines": (exercises.check_three_lines, wrong_06.THREE_LINES),
    "07 check": (exercises.grade_check, wrong_07.PROGRAM_CHECK),
    "07 mended": (exercises.check_mended, wrong_07.MENDED),
    "08 shortest": (exercises.check_shortest, wrong_08.SHORTEST),
    "08 yours": (exercises.check_backward, wrong_08.BACKWARD),
    "09 combine": (exercises.check_combine, wrong_09.COMBINE),
    "09 seconds": (exercises.check_seconds, wrong_09.SECONDS),
}
HINTS = json.loads((Path(__file__).parent / "answers" / "hints.json").read_text("utf-8"))
UNNAMED = {
    ("03 to_course", "computed anew from the notebook"),
    ("04 name_the_mistake", "cosine for ratio"),
    ("04 name_the_mistake", "too loose"),
    ("08 shortest", "rounded"),
    ("08 yours", "a step in place"),
    ("08 yours", "an odd slope"),
}
CASES = [(key, name) for key in SETS for name in SETS[key][1]]


@cache
def judge(key, name):
    check, answers = SETS[key]
    answer = answers[name]
    return check(*answer) if check is exercises.check_false_step else check(answer)


def essence(message):
    """A message without what depends on the length of the catalogue, and on the clock."""
    kind, score, rest = message.partition(" right programs. ")
    text = f"Not yet. {rest}" if score else kind
    return re.sub(r"\d+ of \d+|\d+ kills|\d+\.\d s", "#", text)


@pytest.mark.parametrize(("key", "name"), CASES)
def test_a_wrong_answer_hears_which_mistake_it_is(key, name):
    feedback = judge(key, name)
    assert not feedback.accepted
    hints = HINTS[key][name]
    assert essence(feedback.message).startswith(tuple([hints] if isinstance(hints, str) else hints))


def test_nine_in_ten_are_named():
    assert len(UNNAMED) <= len(CASES) / 10
    assert set(CASES) >= UNNAMED


TOLD = re.findall(
    r"^\| (0\d \w+) \| (.*?) \| (.*) \|$",
    (ROOT / "notebooks" / "TEACHING.md").read_text(encoding="utf-8"),
    re.MULTILINE,
)


@pytest.mark.parametrize(("key", "name", "words"), TOLD)
def test_teachers_are_told_what_learners_hear(key, name, words):
    assert words in judge(key, name).message


def test_teachers_are_told_of_every_exercise():
    assert {key for key, _, _ in TOLD} == set(SETS)


@pytest.mark.parametrize("key", SETS)
def test_there_are_at_least_ten_an_exercise(key):
    assert len(SETS[key][1]) >= 10 and set(HINTS[key]) == set(SETS[key][1])
