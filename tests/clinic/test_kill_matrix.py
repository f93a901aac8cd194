"""The kill matrix, its picture, and the tree made of it."""

import itertools
import math

import numpy as np
import pytest

from helpers.bugs import BUGS, GROUPS, build
from helpers.checks import Verdict
from helpers.checks.in_order import CHECKS
from helpers.checks.wheats import WHEATS
from helpers.clinic.decision_tree import decision_tree, information, next_check
from helpers.clinic.kill_matrix import MARKS, kill_matrix, twins
from helpers.figures import to_png
from helpers.figures.kill_matrix import kill_matrix_figure

DECOYS = tuple(id_ for id_, bug in BUGS.items() if bug.decoy)


@pytest.fixture(scope="module")
def matrix():
    return kill_matrix()


@pytest.fixture(scope="module")
def tree(matrix):
    return decision_tree(matrix)


@pytest.mark.parametrize("bug", BUGS)
def test_every_bug_is_killed_and_no_decoy(matrix, bug):
    assert bool(matrix.killers(bug)) == (not BUGS[bug].decoy), matrix.killers(bug)


# Checks that were expected to catch a bug, by its entry, and do not.
MISSES = set()


def test_bugs_are_caught_by_the_checks_that_their_entries_name(matrix):
    named = {(check, id_) for id_, bug in BUGS.items() for check in bug.caught_by}
    assert all(bool(bug.caught_by) != bug.decoy for bug in BUGS.values())
    assert {cell for cell in named if matrix.verdicts[cell].passed is not False} == MISSES


def test_no_check_kills_a_wheat():
    wheats = kill_matrix(bugs=WHEATS)
    assert wheats.bugs == tuple(WHEATS)
    assert not [(c, w) for (c, w), verdict in wheats.verdicts.items() if verdict.passed is False]


@pytest.mark.parametrize("check", CHECKS)
def test_a_check_is_needed_or_says_why_it_is_kept(matrix, check):
    kills, pairs = matrix.lost_without(check)
    if CHECKS[check].kept:
        assert not kills and not pairs, f"{check} is needed after all: it needs no reason"
    else:
        assert kills or pairs, f"{check} loses nothing: drop it or say why it is kept"


def test_what_is_lost_is_really_lost(matrix):
    """Against a count of pairs by hand."""
    checks = ["first-loss", "gradient-at-random", "update-moves"]
    kills, pairs = matrix.lost_without("update-moves", checks)

    def alike(names):
        return {
            pair
            for pair in itertools.combinations(matrix.bugs, 2)
            if all(len({matrix.verdicts[n, bug].answer for bug in pair}) == 1 for n in names)
        }

    assert pairs == len(alike(checks[:2]) - alike(checks)) > 0
    others = set(matrix.kills(checks[0])) | set(matrix.kills(checks[1]))
    assert set(kills) == set(matrix.kills("update-moves")) - others
    assert "ascent" in kills


def test_all_bugs_are_told_apart_and_decoys_look_alike(matrix):
    assert matrix.alike() == [DECOYS]


def test_groups_hold_every_bug_once(matrix):
    groups = matrix.groups(["first-loss"])
    assert sorted(itertools.chain(*groups)) == sorted(BUGS)
    answers = [{matrix.verdicts["first-loss", bug].answer for bug in group} for group in groups]
    assert all(len(found) == 1 for found in answers)
    assert len(set.union(*answers)) == len(groups)
    assert matrix.alike(["first-loss"]) == [group for group in groups if len(group) > 1]


@pytest.mark.parametrize("bug", ["ascent", "labels-not-transposed", "decay-sign", "sigmoid"])
def test_cells_are_what_the_check_says(matrix, bug):
    for name in ("first-loss", "gradient-at-random", "loss-falls-in-training", "decay-moves"):
        fresh = CHECKS[name](build([bug]), **BUGS[bug].settings)
        assert matrix.verdicts[name, bug] == fresh


def test_bugs_run_at_their_own_settings(matrix):
    answer = matrix.verdicts["error-against-chance", "labels-not-transposed"].answer
    assert answer == "failed", "not 'raises', as at the default batch size"
    assert matrix.verdicts["loss-falls-in-training", "decay-sign"].finding == "rises"


def test_a_part_of_the_matrix_agrees_with_the_whole(matrix):
    part = kill_matrix(["overfit-ten", "first-loss"], ["sigmoid", "wrong-sign", "loops"])
    assert part.checks == ("overfit-ten", "first-loss")
    assert part.bugs == ("sigmoid", "wrong-sign", "loops")
    cells = itertools.product(part.checks, part.bugs[:2])
    assert all(part.verdicts[cell] == matrix.verdicts[cell] for cell in cells)


def test_a_check_of_ones_own():
    def falls(program):
        X, Y = np.eye(4, 5), np.eye(3)[[0, 1, 2, 0]]
        W, b = np.zeros((5, 3)), np.zeros(3)
        before = program.loss_and_gradients(W, b, X, Y.copy())[0]
        W, b = program.step(W, b, X, Y.copy(), 0.1)
        return program.loss_and_gradients(W, b, X, Y.copy())[0] < before

    def verdict(program):
        return Verdict(None, "not for me")

    bugs = ["ascent", "sigmoid", "keepdims-dropped", "updated-in-place"]
    own = kill_matrix({"falls": falls, "shy": verdict}, bugs)
    assert own.kills("falls") == ("ascent", "keepdims-dropped")
    assert own.verdicts["falls", "keepdims-dropped"].finding == "raises"
    assert own.killers("sigmoid") == () and own.verdicts["shy", "ascent"].passed is None
    assert own.lost_without("falls") == (("ascent", "keepdims-dropped"), 5)
    assert "falls" in str(own) and kill_matrix_figure(own)


def test_wrong_requests_are_answered():
    with pytest.raises(KeyError, match="first-loss"):
        kill_matrix(["fist-loss"])
    with pytest.raises(KeyError, match="wrong-sign"):
        kill_matrix(bugs=["wrongsign"])
    with pytest.raises(TypeError, match=r"\['ascent'\]"):
        kill_matrix(bugs="ascent")
    with pytest.raises(TypeError, match="True, False or a Verdict"):
        kill_matrix({"forgot": lambda program: None}, ["ascent"])


def test_the_table_shows_every_cell(matrix):
    lines = str(matrix).splitlines()
    assert max(map(len, lines)) < 100
    for bug in matrix.bugs:
        (row,) = [line for line in lines if line.startswith(f"{bug} ")]
        assert row.split()[1:] == [MARKS[matrix.verdicts[c, bug].word] for c in matrix.checks]
    for number, check in enumerate(matrix.checks, start=1):
        assert f"{number:>3}  {check}" in lines
    head = [line[-2 * len(matrix.checks) :] for line in lines[:2]]
    numbers = [int(a + b) for a, b in zip(head[0][1::2], head[1][1::2], strict=True)]
    assert numbers == list(range(1, len(matrix.checks) + 1))


def test_the_summary_counts(matrix):
    kills = sum(verdict.passed is False for verdict in matrix.verdicts.values())
    words = matrix.summary()
    assert f"{kills} cells are kills" in words
    assert f"{len(DECOYS)} by none: {', '.join(DECOYS)}." in words


def test_the_picture_shows_every_cell(matrix):
    figure = kill_matrix_figure(matrix)
    (ax,) = figure.axes
    squares, crosses, rings, dashes = (len(s.get_offsets()) for s in ax.collections)
    words = [verdict.word for verdict in matrix.verdicts.values()]
    assert squares == crosses == words.count("failed")
    assert rings == words.count("passed") and dashes == words.count("not applicable")
    assert {label.get_text() for label in ax.get_yticklabels()} == set(BUGS)
    columns = [label.get_text().removesuffix(" *") for label in ax.get_xticklabels()]
    assert columns == list(matrix.checks)
    labels = zip(ax.get_yticks(), ax.get_yticklabels(), strict=True)
    rows = {y: label.get_text() for y, label in labels}
    killed = {(columns[round(x)], rows[y]) for x, y in ax.collections[0].get_offsets()}
    assert killed == {cell for cell, verdict in matrix.verdicts.items() if verdict.passed is False}


def test_the_picture_is_readable(matrix):
    figure = kill_matrix_figure(matrix)
    png = to_png(figure)
    assert int.from_bytes(png[16:20], "big") == 900
    (ax,) = figure.axes
    labels = ax.get_xticklabels() + ax.get_yticklabels()
    renderer = figure.canvas.get_renderer()
    frame = figure.bbox
    for label in [*labels, *ax.texts, *ax.get_legend().get_texts()]:
        assert label.get_fontsize() >= 9
        box = label.get_window_extent(renderer)
        assert frame.x0 <= box.x0 and box.x1 <= frame.x1, label.get_text()
        assert frame.y0 <= box.y0 and box.y1 <= frame.y1, label.get_text()
    for one, two in itertools.pairwise(ax.get_yticklabels()):
        assert not one.get_window_extent(renderer).overlaps(two.get_window_extent(renderer))
    found = {text.get_text().replace("\n", " ") for text in ax.texts}
    assert set(GROUPS) <= found, "every group is named"


@pytest.mark.parametrize("bug", BUGS)
def test_the_tree_leads_to_every_bug(tree, bug):
    """Walk it with the checks run afresh, as a reader would."""
    program, node = build([bug]), tree
    while node.check is not None:
        node = node.branches[CHECKS[node.check](program, **BUGS[bug].settings).answer]
    assert node.bugs == (DECOYS if BUGS[bug].decoy else (bug,))


def test_the_tree_asks_nothing_twice_and_nothing_in_vain(matrix, tree):
    def visit(node, asked):
        if node.check is None:
            return
        assert node.check not in asked and len(node.branches) > 1
        assert sorted(itertools.chain(*(n.bugs for n in node.branches.values()))) == sorted(
            node.bugs
        )
        for branch in node.branches.values():
            visit(branch, {*asked, node.check})

    visit(tree, set())
    lengths = [len(tree.path(bug)) for bug in matrix.bugs]
    assert tree.mean_checks() == pytest.approx(np.mean(lengths))
    # Every check of the matrix in turn would take 27; even the best tree takes more than one.
    assert 1 < tree.mean_checks() < len(CHECKS) / 4


def test_the_tree_is_no_longer_than_asking_in_the_matrix_order(matrix, tree):
    """The greedy choice beats the order of the columns."""

    def length(bugs, checks):
        for position, check in enumerate(checks):
            parts = {}
            for bug in bugs:
                parts.setdefault(matrix.verdicts[check, bug].answer, []).append(bug)
            if len(parts) > 1:
                rest = checks[position + 1 :]
                return len(bugs) + sum(length(part, rest) for part in parts.values())
        return 0

    assert tree.mean_checks() < length(list(matrix.bugs), list(matrix.checks)) / len(matrix.bugs)


def test_the_next_check_tells_most(matrix):
    def entropy(check, bugs):
        answers = [matrix.verdicts[check, bug].answer for bug in bugs]
        shares = [answers.count(answer) / len(bugs) for answer in set(answers)]
        return -sum(share * math.log2(share) for share in shares)

    for bugs in (matrix.bugs, matrix.bugs[:9], ("naive-softmax", "no-shift", "one-max-for-all")):
        values = {check: entropy(check, bugs) for check in matrix.checks}
        assert values[next_check(matrix, bugs)] == pytest.approx(max(values.values()))
        worth = {check: values[check] / CHECKS[check].cost for check in matrix.checks}
        chosen = next_check(matrix, bugs, by_cost=True)
        assert worth[chosen] == pytest.approx(max(worth.values()))
        assert information(matrix, chosen, bugs) == pytest.approx(values[chosen])


def test_the_next_check_is_none_when_nothing_helps(matrix):
    assert next_check(matrix, DECOYS) is None
    assert next_check(matrix, ["ascent"]) is None
    first = next_check(matrix)
    assert next_check(matrix, asked=[first]) not in (first, None)
    assert next_check(matrix, asked=matrix.checks) is None


def test_a_tree_by_cost_costs_less(matrix, tree):
    def cost(which):
        return sum(CHECKS[c].cost for bug in matrix.bugs for c, _ in which.path(bug))

    assert cost(decision_tree(matrix, by_cost=True)) < cost(tree)


def test_the_tree_prints_every_bug_and_every_answer(tree):
    text = str(tree)
    assert text.startswith(f"{tree.check}?\n")
    ends = [line.split(" = ")[1].split(", ") for line in text.splitlines() if " = " in line]
    assert sorted(itertools.chain(*ends)) == sorted(BUGS)
    assert all(f"  {answer}" in text for answer in tree.branches)
    with pytest.raises(KeyError, match="no bug 'nothing'"):
        tree.path("nothing")


def test_separators_give_no_two_bugs_the_same_answers(matrix):
    for group in twins():
        checks, left = matrix.separators(group)
        answers = [tuple(matrix.verdicts[c, bug].answer for c in checks) for bug in group]
        assert not left and len(set(answers)) == len(group)
        assert len(checks) < len(group)
    assert matrix.separators(DECOYS[:2]) == ((), (tuple(DECOYS[:2]),))


def test_bugs_of_one_signature_are_told_apart_by_some_check(matrix):
    groups = twins()
    assert sum(map(len, groups)) > 20
    for group in groups:
        assert len({BUGS[bug].signature for bug in group}) == 1
        for pair in itertools.combinations(group, 2):
            assert matrix.told_apart_by(*pair), pair
    assert matrix.told_apart_by(*DECOYS[:2]) == ()
