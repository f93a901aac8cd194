"""The clinic: cases come from the seed alone, and the score is what the kill matrix says."""

import re
from functools import cache

import pytest
from regenerate import ROOT

from helpers.bugs import BUGS, build
from helpers.checks.in_order import CHECKS
from helpers.clinic.kill_matrix import kill_matrix
from helpers.clinic.patients import (
    COMPLAINT,
    LEVELS,
    WRONG_COST,
    Visit,
    draw_case,
    easy_bugs,
    examine,
    in_short,
)
from helpers.panels.clinic import Clinic

DECOYS = [id_ for id_, bug in BUGS.items() if bug.decoy]


@cache
def learns():
    """The number of notebook 07's patient: it learns, but badly."""
    return next(s for s in range(999) if draw_case("easy", s).ids == ("softmax-over-batch",))


@pytest.mark.parametrize("level", LEVELS)
def test_a_case_follows_from_level_and_seed(level):
    cases = [draw_case(level, seed) for seed in range(40)]
    assert cases == [draw_case(level, seed) for seed in range(40)]
    assert len({case.ids for case in cases}) > 12
    for case in cases:
        assert case.ids in case.answers()
        assert not set(case.ids) - set(case.suspects)
        build(case.ids)  # no two bugs of one line


def test_the_levels_hold_what_they_promise():
    matrix = kill_matrix()
    easy = [draw_case("easy", seed).ids for seed in range(60)]
    assert all(len(matrix.killers(id_)) >= 5 for (id_,) in easy)
    any_ = [draw_case("any", seed).ids for seed in range(150)]
    harmless = [ids for ids in any_ if not ids or BUGS[ids[0]].decoy]
    assert () in harmless and any(ids for ids in harmless)
    assert 10 < len(harmless) < 60 and all(len(ids) < 2 for ids in any_)
    assert {id_ for (id_,) in filter(None, any_)} - set(easy_bugs()) - set(DECOYS)
    several = [draw_case("several", seed) for seed in range(40)]
    assert {len(case.ids) for case in several} == {2, 3}
    assert {len(case.suspects) for case in several} == {6}


@pytest.mark.parametrize(("level", "seed"), [("hard", 0), ("easy", -1)])
def test_bad_requests_are_answered(level, seed):
    with pytest.raises(ValueError, match=r"wanted one of easy, any, several|wanted 0 or more"):
        draw_case(level, seed)
    with pytest.raises(KeyError, match="no check 'x-ray'"):
        Visit(draw_case("easy", 0)).order("x-ray")


def test_a_verdict_is_that_of_the_patched_program():
    ids = ("wrong-sign", "labels-not-transposed")
    settings = BUGS["labels-not-transposed"].settings
    for check in ("labels-one-hot", "gradient-at-random", "first-loss"):
        assert examine(check, ids) == CHECKS[check](build(ids), **settings)
    assert examine("first-loss", ("argmin",)).passed


@pytest.mark.parametrize(("level", "seed"), [("easy", 0), ("easy", 5), ("any", 3), ("several", 4)])
def test_the_greedy_order_scores_a_hundred(level, seed):
    visit = Visit(draw_case(level, seed))
    for check in visit.greedy_path():
        visit.order(check)
    assert len(visit.possible()) == 1
    assert visit.case.ids in visit.possible()[0]
    assessment = visit.diagnose(visit.case.ids)
    assert assessment.right and assessment.points == 100, assessment.text


def test_a_guess_is_worth_its_chance():
    visit = Visit(draw_case("any", 3))
    matrix, seen = kill_matrix(), visit.ordered[COMPLAINT].answer
    alike = [id_ for id_ in BUGS if matrix.verdicts[COMPLAINT, id_].answer == seen]
    if set(DECOYS) <= set(alike):
        alike = alike[: len(alike) - len(DECOYS) + 1]  # decoys and "healthy" are one answer
    groups = len(alike)
    assert len(visit.possible()) == groups
    assessment = visit.diagnose(visit.case.ids)
    assert assessment.points == round(100 / groups)
    assert f"{groups} answers still fitted" in assessment.text


def test_every_needless_cost_counts():
    visit = Visit(draw_case("easy", 0))
    best = visit.cost + sum(CHECKS[check].cost for check in visit.greedy_path())
    for check in CHECKS:
        visit.order(check)
        visit.order(check)  # paid once
    everything = sum(check.cost for check in CHECKS.values())
    assert visit.cost == everything
    wrong = next(ids for ids in visit.case.answers() if ids != visit.case.ids)
    assert not visit.diagnose(wrong).right and not visit.diagnose(wrong).right
    assert visit.cost == everything + WRONG_COST
    assert visit.diagnose(visit.case.ids).points == round(100 * best / visit.cost)


def test_a_wrong_diagnosis_is_refuted_by_what_was_seen():
    visit = Visit(draw_case("easy", learns()))  # the complaint is moderate: it learns, badly
    assert visit.case.ids == ("softmax-over-batch",)
    visit.order("first-loss")
    text = visit.diagnose(["softmax-over-all"]).text
    assert 'first-loss would have answered "failed: ln(BK)"' in text
    assert 'answered "failed: ln B"' in text and "softmax-over-batch" not in text


def test_a_wrong_diagnosis_that_fits_is_sent_for_another_check():
    visit = Visit(draw_case("easy", 0))
    fitting = [group[0] for group in visit.possible() if visit.case.ids not in group]
    text = visit.diagnose(fitting[0]).text
    assert "though it fits all you have seen" in text
    assert f"So do {len(fitting)} other answers" in text


@pytest.mark.parametrize("ids", [(), *((id_,) for id_ in DECOYS)])
def test_healthy_and_decoys_are_one_answer(ids):
    seed = next(s for s in range(200) if draw_case("any", s).ids == ())
    visit = Visit(draw_case("any", seed))
    for check in visit.greedy_path():
        visit.order(check)
    assessment = visit.diagnose(ids)
    assert assessment.points == 100
    assert "No check tells this from" in assessment.text
    assert (in_short(()) in assessment.text) == (ids != ())


def test_bugs_that_no_check_tells_apart_are_one_answer():
    case = draw_case("several", 0)
    group = next(group for group in case.matrix().groups() if case.ids in group)
    assert len(group) > 1
    other = next(ids for ids in group if ids != case.ids)
    assert Visit(case).diagnose(other).right
    assert in_short(case.ids) in Visit(case).diagnose(other).text


def test_impossible_answers_cost_nothing():
    easy, several = Visit(draw_case("easy", 0)), Visit(draw_case("several", 0))
    assert "not healthy" in easy.diagnose(()).text
    assert "you named 2" in easy.diagnose(["ascent", "wrong-sign"]).text
    assert "Name two or three of the six" in several.diagnose(several.case.suspects).text
    assert (easy.cost, several.cost) == (1, 1)


def test_the_panel_is_driven_in_code():
    panel = Clinic(seed=learns())
    first = panel.summary()
    assert "Checks ordered: 0; cost 1" in first
    panel.order("first-loss")
    assert "first-loss: failed: ln B." in panel.summary()
    assert panel.current.texts["answer first-loss"] == "<p>first-loss: failed: ln B</p>"
    assert panel.current.tables["evidence"]["rows"][-1][:2] == ["first-loss", "failed: ln B"]
    panel.set(**{"softmax-over-batch": True})
    assert panel.diagnose().points == 100
    assert "100 points" in panel.summary()
    bug = BUGS["softmax-over-batch"]
    lines = panel.current.texts["lines"]
    assert bug.title in lines and "wrong: log_sum" in lines and "right: log_sum" in lines
    panel.reset()
    assert panel.summary() == first and panel.ticked() == ()
    assert "lines" not in panel.current.texts
    assert panel.current.texts["answer first-loss"] == "<p>first-loss</p>"


def test_buttons_do_what_the_methods_do():
    panel = Clinic(seed=learns())
    panel.press("order first-loss")
    assert "Checks ordered: 1; cost 2" in panel.summary()
    panel.give_up()
    assert "it was softmax-over-batch. 0 points." in panel.summary()
    assert "right: log_sum" in panel.current.texts["lines"]
    panel.set(**{"softmax-over-batch": True})
    assert panel.diagnose().right
    assert "Given up" in panel.summary(), "no points after giving up"
    panel.next_patient()
    assert f"Patient {learns() + 1}" in panel.summary() and panel.ticked() == ()


def test_the_panel_gives_nothing_away():
    panel = Clinic(seed=learns())
    panel.order("first-loss")
    texts, tables = str(panel.current.texts), str(panel.current.tables)
    shown = panel.summary() + texts + tables
    assert "softmax-over-batch" not in shown and BUGS["softmax-over-batch"].wrong not in shown


def test_the_panel_offers_the_suspects_of_the_level():
    panel = Clinic()

    def offered():
        return {bug.title for id_, bug in BUGS.items() if id_ not in panel.current.hidden}

    assert offered() == {BUGS[id_].title for id_ in easy_bugs()}
    panel.set(level="several", seed=4)
    case = draw_case("several", 4)
    assert offered() == {BUGS[id_].title for id_ in case.suspects}
    panel.set(**dict.fromkeys(case.ids, True))
    assert panel.diagnose().right
    panel.set(level="any")
    assert len(offered()) == len(BUGS)
    assert panel.ticked() == ()


@pytest.mark.parametrize("end", ["diagnose", "give up"])
def test_after_the_end_nothing_is_charged(end):
    panel = Clinic(seed=learns())
    panel.set(**{"softmax-over-batch": True})
    panel.press(end)
    said, cost = panel.summary(), panel._visit.cost
    assert panel.order("overfit-ten").word != ""
    panel.set(**{"softmax-over-batch": False, "argmin": True})
    assert not panel.diagnose().right
    assert panel._visit.cost == cost
    assert panel.summary().startswith(said)
    assert "overfit-ten" in str(panel.current.tables["evidence"])


def test_words_of_the_clinic():
    assert examine("first-loss", ("softmax-over-batch",)).answer == "failed: ln B"
    assert in_short(("ascent", "argmin")) == "ascent + argmin"


SEEDS = re.findall(
    r"^\| (easy|any|several) \| (\d+) \| (.*?) \| (\d+) \| (.*?)(?: \.\.\.)? \|$",
    (ROOT / "notebooks" / "TEACHING.md").read_text(encoding="utf-8"),
    re.MULTILINE,
)


def test_teachers_have_numbers_of_every_level():
    assert {level for level, *_ in SEEDS} == set(LEVELS) and len(SEEDS) >= 12


@pytest.mark.parametrize(("level", "seed", "ids", "count", "checks"), SEEDS)
def test_a_teachers_numbers_deal_out_these_patients(level, seed, ids, count, checks):
    case = draw_case(level, int(seed))
    assert " + ".join(case.ids) == ids or (ids, case.ids) == ("nothing", ())
    if level == "several" and seed != SEEDS[-1][1]:
        return  # the matrix of all its answers takes seconds: one of them will do
    path = Visit(case).greedy_path()
    assert len(path) == int(count) and ", ".join(path).startswith(checks)
