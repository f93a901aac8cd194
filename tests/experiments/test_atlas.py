"""The atlas of 90 %: which bugs are on it, and whether what tells them apart does."""

import itertools

import numpy as np
import pytest

from helpers import BUGS, build, load_digits, one_hot
from helpers.experiments import ROADS, atlas
from helpers.experiments.atlas import BESIDES, GLANCE, MEASURED
from helpers.figures import atlas_figure, to_png

EXACT = {
    *("wrong-sign", "ascent", "logits-for-probabilities", "probabilities-differentiated"),
    *("integer-weights", "update-dropped", "weights-for-gradient", "update-misnamed"),
    *("standardised-by-zero", "order-too-short", "labels-from-model"),
    *("start-evaluated", "metric-broadcast"),
}
NEAR = {
    *("max-over-batch", "x-reshaped", "labels-as-column", "argmax-of-column"),
    *("test-shuffled-apart", "test-labels-of-training"),
}


@pytest.fixture(scope="module")
def roads():
    return atlas(load_digits())


def test_the_single_bugs_that_end_at_90(roads):
    singles = [road for road in roads if len(road.bugs) == 1 and "not-shuffled" not in road.bugs]
    assert {road.bugs[0] for road in singles if road.exact} == EXACT
    assert {road.bugs[0] for road in singles if not road.exact} == NEAR
    assert all(0.89 <= road.error <= 0.91 for road in singles if not road.tied)
    assert [road.bugs for road in roads if road.tied] == [("labels-as-column",)]


def test_one_more_is_exact_after_five_epochs():
    """All 83 bugs take long; those that were exact or near are enough to see what has moved."""
    roads = atlas(load_digits(), epochs=5, ids=sorted(EXACT | NEAR), besides=())
    assert {road.bugs[0] for road in roads if road.exact} == EXACT | {"max-over-batch"}


def test_another_seed_leads_to_the_same_number():
    digits = load_digits()
    Y = one_hot(digits.y_train, 10)
    for id_ in EXACT:
        with np.errstate(all="ignore"):
            program = build([id_])
            run = program.train(digits.X_train, Y, digits.X_test, digits.y_test, epochs=2, seed=1)
        assert run.error == pytest.approx(0.9, abs=1e-12), id_


def test_what_tells_a_road_from_its_neighbours_does(roads):
    for road in roads:
        neighbours = [other for other in roads if other.branch == road.branch and other != road]
        assert bool(road.tells) == bool(neighbours)
        words = [part.split(" ", 1) for part in road.tells.split(" and ") if part]
        for other in neighbours:
            assert any(
                other.observed[_name(part)] != road.observed[_name(part)] for part in words
            ), (road.bugs, other.bugs)


def _name(part):
    text = " ".join(part)
    return next(name for name in MEASURED if text.startswith(name))


def test_a_branch_is_a_glance(roads):
    for one, other in itertools.combinations(roads, 2):
        same = all(one.observed[name] == other.observed[name] for name in GLANCE)
        assert same == (one.branch == other.branch)


def test_pairs_are_there_only_where_they_show_something_else(roads):
    pairs = [ids for ids, _ in BESIDES if len(ids) == 2]
    assert {road.bugs for road in roads if len(road.bugs) == 2} == set(pairs)
    observed = {road.bugs: road.observed for road in roads}
    for pair in pairs:
        assert all(observed.get((id_,)) != observed[pair] for id_ in pair)


def test_sorted_data_are_nearly_constant_and_the_second_nought_is_luck():
    digits = load_digits()
    errors = []
    for rate in (0.05, 0.1, 0.2):
        (road,) = atlas(
            digits, ids=(), besides=[(("not-shuffled",), {"epochs": 1, "learning_rate": rate})]
        ) or [None]
        errors.append(road and round(road.error, 4))
        assert road is None or road.observed["classes"] != "1"
    assert errors[1] == 0.9 and errors[2] is None


def test_the_five_roads_of_the_exercise_are_on_it(roads):
    assert set(ROADS.values()) <= {road.bugs for road in roads}


def test_every_bug_of_the_atlas_has_an_entry_and_the_picture_its_row(roads):
    figure = atlas_figure(roads)
    (ax,) = figure.axes
    shown = [label.get_text() for label in ax.get_yticklabels()]
    assert shown == [" + ".join(road.bugs) for road in roads]
    assert all(id_ in BUGS for road in roads for id_ in road.bugs)
    assert to_png(figure)
    renderer, frame = figure.canvas.get_renderer(), figure.bbox
    for text in [*ax.texts, *ax.get_yticklabels()]:
        box = text.get_window_extent(renderer)
        assert frame.x0 <= box.x0 and box.x1 <= frame.x1, text.get_text()
