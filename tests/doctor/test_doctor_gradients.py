"""``diagnose_gradients`` on functions in the styles of public questions, and on the catalogue."""

import itertools
import re
from functools import cache

import numpy as np
import pytest
from doctor.right_styles import FACTORS, RIGHT, SAID, plain
from doctor.wrong_styles import WRONG, log_likelihood_pair

from helpers.bugs import BUGS, build
from helpers.doctor import diagnose_gradients
from helpers.doctor.diagnosis import LONGEST


def name_of(value):
    return getattr(value, "__name__", type(value).__name__)


@cache
def diagnosed(f):
    return diagnose_gradients(f)


@pytest.mark.parametrize("f", RIGHT, ids=name_of)
def test_a_right_function_in_any_style_is_called_correct(f):
    diagnosis = diagnosed(f)
    assert diagnosis.correct, diagnosis
    assert diagnosis.bugs == ()
    assert diagnosis.factor == FACTORS.get(f)
    for words in SAID.get(f, ()):
        assert words in str(diagnosis)


@pytest.mark.parametrize(("f", "bugs", "words"), WRONG, ids=[name_of(row[0]) for row in WRONG])
def test_a_wrong_function_in_any_style_is_named(f, bugs, words):
    diagnosis = diagnosed(f)
    assert not diagnosis.correct
    assert set(diagnosis.bugs) == bugs, diagnosis
    for word in words:
        assert word in str(diagnosis)


@pytest.mark.parametrize("f", [*RIGHT, *(row[0] for row in WRONG)], ids=name_of)
def test_the_text_is_short_and_whole(f):
    text = str(diagnosed(f))
    assert len(text) <= LONGEST
    assert text.startswith(("Correct. ", "Not correct. "))
    assert not re.search(r"None\b(?!\))|nan times", text)


@pytest.mark.parametrize("f", [RIGHT[0], *(row[0] for row in WRONG[::9])], ids=name_of)
def test_a_second_look_says_the_same(f):
    assert str(diagnosed(f)) == repr(diagnose_gradients(f))


def test_the_question_s_own_pair_is_recognised_and_to_be_ascended():
    diagnosis = diagnose_gradients(log_likelihood_pair)
    assert diagnosis.correct
    assert diagnosis.factor == "-N"
    assert "log-likelihood" in diagnosis.evidence
    assert "ascended" in diagnosis.evidence


@pytest.mark.parametrize("bug", [id_ for id_ in BUGS if not BUGS[id_].decoy])
def test_every_bug_of_loss_and_gradients_is_named(bug):
    """Visible: outcomes at a random point differ from the right program's, or arguments do."""
    mine, right = _trace(build([bug])), _trace(build())
    diagnosis = diagnose_gradients(build([bug]).loss_and_gradients)
    if mine == right:
        assert diagnosis.correct
        assert diagnosis.bugs == ()
    elif bug in ("labels-as-column", "samples-in-columns", "batch-size-fixed"):
        # Labels as numbers are a convention; and a loss that is N / D times the mean goes with
        # gradients that are, too. The function is right, and the factor is told.
        assert diagnosis.correct and ("times those" in str(diagnosis)) == bug.startswith(("s", "b"))
    else:
        assert bug in diagnosis.bugs or f"({bug})" in diagnosis.evidence, diagnosis


@pytest.mark.parametrize("decoy", [id_ for id_ in BUGS if BUGS[id_].decoy])
def test_decoys_are_correct(decoy):
    diagnosis = diagnose_gradients(build([decoy]).loss_and_gradients)
    assert diagnosis.correct
    assert diagnosis.bugs == ()


def _point(N=11, D=6, K=4, scale=0.4, shift=0.0):
    rng = np.random.default_rng(42)
    W, b = scale * rng.normal(size=(D, K)), scale * rng.normal(size=K) + shift
    return W, b, rng.normal(size=(N, D)), np.eye(K)[rng.permutation(np.arange(N) % K)]


def _trace(program):
    """Everything that calls at moderate and at large logits show, rounded."""
    shown = []
    for point in (_point(), _point(scale=3000), _point(shift=2000), _point(K=11, N=11)):
        copies = [a.copy() for a in point]
        with np.errstate(all="ignore"):
            try:
                parts = program.loss_and_gradients(*copies)
            except ValueError:
                shown.append("raises")
                continue
        for array in (*parts, copies[3]):
            shown.append((np.shape(array), np.round(array, 9).tolist()))
    return repr(shown).replace("-0.0", "0.0")


def _moderate(ids):
    """Moderate outcome as one vector, or what else came of it."""
    try:
        with np.errstate(all="ignore"):
            loss, dW, db = build(ids).loss_and_gradients(*_point())
    except ValueError:
        return None
    return np.concatenate([np.ravel(loss), np.ravel(dW), np.ravel(db)])


def _same(one, other):
    return one.shape == other.shape and np.allclose(one, other, rtol=1e-6, atol=1e-12)


def _visible_pairs():
    """Pairs on different lines that no bug alone, no other pair and no right program explains."""
    right = _moderate([])
    alone = {id_: _moderate([id_]) for id_ in BUGS}
    visible = [i for i, v in alone.items() if v is not None and not _same(v, right)]
    both = {}
    for pair in itertools.combinations(visible, 2):
        if BUGS[pair[0]].right != BUGS[pair[1]].right:
            value = _moderate(pair)
            if value is not None and np.isfinite(value).all():
                both[pair] = value
    explained = [right, -right, *(v for v in alone.values() if v is not None)]
    found = []
    for pair, value in both.items():
        scaled = [s * e for e in explained for s in (1, 11, -1, -11)]
        others = [v for p, v in both.items() if p != pair]
        if not any(_same(value, e) for e in (*scaled, *others)):
            found.append(pair)
    return found


PAIRS = _visible_pairs()
DRAWN = np.random.default_rng(0).permutation(len(PAIRS))[:120]


def test_there_are_many_pairs():
    assert len(PAIRS) > 300


@pytest.mark.parametrize("pair", [PAIRS[i] for i in DRAWN], ids=" + ".join)
def test_every_pair_that_can_be_told_apart_is_named(pair):
    diagnosis = diagnose_gradients(build(pair).loss_and_gradients)
    assert not diagnosis.correct
    assert set(pair) <= set(diagnosis.bugs), diagnosis


@pytest.mark.parametrize("bug", ["sum-for-mean", "dead-bias", "summed-loss", "softmax-over-batch"])
@pytest.mark.parametrize("other", ["labels-overwritten", "naive-softmax"])
def test_writing_and_overflow_are_seen_beside_another_bug(bug, other):
    diagnosis = diagnose_gradients(build([bug, other]).loss_and_gradients)
    assert {bug, other} <= set(diagnosis.bugs)


def test_pixels_and_labels_may_not_be_written_even_by_a_right_function():
    def f(W, b, X, Y):
        result = plain(W, b, X, Y)
        Y[0] = 0
        return result

    diagnosis = diagnose_gradients(f)
    assert not diagnosis.correct
    assert diagnosis.bugs == ("labels-overwritten",)


def test_the_arguments_of_the_caller_s_closure_stay_untouched():
    seen = []

    def f(W, b, X, Y):
        seen.append([a.copy() for a in (W, b, X, Y)])
        W += 1
        return plain(W - 1, b, X, Y)

    diagnose_gradients(f)
    diagnose_gradients(f)
    half = len(seen) // 2
    for one, other in zip(seen[:half], seen[half:], strict=True):
        assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("value", [None, 3, "f", np.eye(2)])
def test_what_is_no_function_raises(value):
    with pytest.raises(TypeError, match="wanted a function"):
        diagnose_gradients(value)


def test_a_new_entry_of_the_catalogue_needs_no_code(monkeypatch):
    """Nothing in the doctor knows the id; the entry alone makes it known."""
    import dataclasses
    import types

    import helpers.bugs
    from helpers.doctor import explain, numerics, references

    entry = dataclasses.replace(
        BUGS["sum-for-mean"], id="thirds", title="Three thirds", wrong="dZ = R / (N + 3)"
    )
    grown = types.MappingProxyType({**BUGS, "thirds": entry})
    caches = [references.singles, references.pairs, references.reference, references.writers]
    caches += [references._batch_bugs, explain._part_candidates, numerics._catalogue]
    for module in (helpers.bugs, references, explain, numerics):
        monkeypatch.setattr(module, "BUGS", grown)
    monkeypatch.setattr("helpers.doctor.words.BUGS", grown)
    for each in caches:
        each.cache_clear()

    def f(W, b, X, Y):
        loss, dW, db = plain(W, b, X, Y)
        return loss, dW * len(X) / (len(X) + 3), db * len(X) / (len(X) + 3)

    try:
        assert diagnose_gradients(f).bugs == ("thirds",)
    finally:
        monkeypatch.undo()
        for each in caches:
            each.cache_clear()
