"""The panels in which a check is written and scored, without a browser."""

import pytest

from helpers.bugs import BUGS
from helpers.checks import small_digits
from helpers.checks.wheats import WHEATS
from helpers.clinic.kill_matrix import kill_matrix
from helpers.exercises.feedback import NOT_ATTEMPTED
from helpers.exercises.own_check import CHAFFS, score_check
from helpers.panels.check_writing import OURS, STARTER, CheckScore, CheckWriting
from helpers.panels.code_box import compile_function


@pytest.fixture(scope="module")
def panel():
    return CheckWriting()


def learns(program):
    run = program.train(*small_digits(), learning_rate=0.3, batch_size=20)
    return bool(run.error < 0.5)


def test_the_starter_wrongs_right_programs(panel):
    panel.reset()
    score = panel.judged
    assert score == score_check(compile_function(STARTER, small_digits=small_digits))
    assert {"float32", "summed-with-summed", "small-random-start"} == set(score.rejected)
    assert f"wrongly rejected 3 of {len(score.accepted) + 3} right programs" in panel.summary()


def test_the_table_holds_every_program_once(panel):
    panel.reset()
    table, score = str(panel.current.tables["score"]), panel.judged
    for id_ in CHAFFS:
        mark = "\u2717" if id_ in score.killed else "\u25cb"
        assert table.count(f"{mark} {id_}") == 1
    for name in (*score.rejected, *score.accepted):
        mark = "\u2717" if name in score.rejected else "\u25cb"
        assert f"{mark} {name}" in table
    assert set(WHEATS) - {"loops"} <= set(score.rejected + score.accepted)
    assert all(id_ in score.accepted + score.rejected for id_, bug in BUGS.items() if bug.decoy)


@pytest.mark.parametrize("other", OURS)
def test_ones_own_check_beside_ours(other):
    panel = CheckScore(learns)
    panel.set(compare=other)
    mine, theirs = set(panel._score.killed), set(kill_matrix([other]).kills(other))
    assert f"{other} kills {len(theirs)}: {len(theirs - mine)} of them you miss" in panel.summary()
    assert f"you kill {len(mine - theirs)} that it misses" in panel.summary()
    table = str(panel.current.tables["score"])
    assert all((f" {id_}*" in table) == (id_ in theirs) for id_ in CHAFFS)


def test_a_text_is_judged_when_the_button_is_pressed(panel):
    panel.reset()
    before = panel.judged
    panel.set(
        code="def check(program):\n    return bool(program.softmax(np.zeros((2, 3))).sum() == 2)"
    )
    assert panel.judged is before
    assert panel.summary().endswith("The text has changed since: press Run the check.")
    panel.press("run")
    assert panel.judged.used == ("softmax",) and "press Run" not in panel.summary()
    panel.reset()
    assert panel.judged == before


MISTAKES = {
    "def check(program)\n    return True": "SyntaxError in line 1",
    "def check(program):\nreturn True": "IndentationError in line 2",
    "answer = True": "defines no function",
    "import nothing_of_this_name": "raises ModuleNotFoundError",
    "1 / 0\ndef check(program): return True": "raises ZeroDivisionError",
    "def check(program):\n    return tru": "NameError: name 'tru' is not defined",
    "def check(program):\n    ...": NOT_ATTEMPTED,
    "def check(program):\n    return program.train(*small_digits()).error": "Compare it with",
    "def check(program, data):\n    return True": "TypeError",
}


@pytest.mark.parametrize("text", MISTAKES)
def test_mistakes_are_shown_in_the_page(panel, text):
    panel.set(code=text)
    panel.run()
    assert MISTAKES[text] in panel.summary()


def test_the_last_function_of_a_text_is_taken():
    f = compile_function(
        "from math import sqrt\ndef half(x): return x / 2\ndef f(x): return half(x) + 1"
    )
    assert f(4) == 3
    with pytest.raises(ValueError, match="defines no function"):
        compile_function("from os.path import join")
    g = compile_function("def g(): return np.pi > 3 and extra", extra="given")
    assert g() == "given"
    assert "f" not in compile_function("def g(): return 1").__globals__, "a namespace of its own"


def test_the_score_of_an_unattempted_exercise():
    assert CheckScore(lambda program: ...).summary() == NOT_ATTEMPTED
