"""``diagnose_gradients`` on functions in the styles of public questions, and on the catalogue."""

import dataclasses
import inspect
from functools import cache
from types import MappingProxyType

import numpy as np
import pytest
from doctor import right_styles, wrong_styles
from doctor.contract import check, check_repair, made_of, without_text
from doctor.right_styles import RIGHT, plain
from doctor.wrong_styles import EDITS, LONG, NAMED, NOT_JUDGED, SAID, UNMENDED

from helpers.bugs import BUGS
from helpers.doctor import diagnose_gradients

WRONG = [f for f in wrong_styles.WRONG if f not in LONG]
MENDED = [f for f in (*WRONG, wrong_styles.naive, wrong_styles.one_max) if f not in UNMENDED]


def name_of(value):
    return getattr(value, "__name__", type(value).__name__)


@cache
def diagnosed(f):
    return diagnose_gradients(f)


@pytest.mark.parametrize("f", RIGHT, ids=name_of)
def test_a_right_function_in_any_style_is_called_right(f):
    diagnosis = diagnosed(f)
    fragile = f in right_styles.FRAGILE
    assert diagnosis.verdict == ("fragile" if fragile else "right"), diagnosis
    assert diagnosis.factor == right_styles.FACTORS.get(f)
    for words in right_styles.SAID.get(f, ()):
        assert words in str(diagnosis)
    check(diagnosis)


@pytest.mark.parametrize("f", WRONG, ids=name_of)
def test_a_wrong_function_in_any_style_is_called_wrong(f):
    diagnosis = diagnosed(f)
    assert diagnosis.verdict == ("not judged" if f in NOT_JUDGED else "wrong"), diagnosis
    check(diagnosis)


@pytest.mark.parametrize("f", wrong_styles.FRAGILE, ids=name_of)
def test_what_breaks_at_large_logits_is_called_fragile(f):
    diagnosis = diagnosed(f)
    assert diagnosis.verdict == "fragile" and diagnosis.correct is True
    check(diagnosis)


@pytest.mark.parametrize("f", [f for f in NAMED if f not in LONG], ids=name_of)
def test_what_the_catalogue_knows_is_named_and_nothing_else(f):
    assert set(diagnosed(f).bugs) == NAMED[f], diagnosed(f)


@pytest.mark.parametrize("f", SAID, ids=name_of)
def test_what_was_seen_is_said(f):
    for words in SAID[f]:
        assert words in str(diagnosed(f))


@pytest.mark.parametrize("f", [f for f in EDITS if f not in LONG], ids=name_of)
def test_the_edit_is_the_natural_one(f):
    assert [(edit.line, edit.after) for edit in diagnosed(f).edits] == EDITS[f]


@pytest.mark.parametrize("f", MENDED, ids=name_of)
def test_the_repaired_listing_is_right_and_the_reader_s_own_but_for_the_edits(f):
    diagnosis = diagnosed(f)
    assert diagnosis.edits, diagnosis
    if diagnosis.repaired is None:  # a helper is to be edited
        assert all(edit.where != f.__name__ for edit in diagnosis.edits) or len(diagnosis.edits) > 1
        return
    check_repair(diagnosis, inspect.getsource(f), f.__name__)
    mended = made_of(diagnosis.repaired, f.__name__, f.__globals__)
    assert diagnose_gradients(mended).correct, diagnosis.repaired


@pytest.mark.parametrize("f", [RIGHT[0], *WRONG[::11]], ids=name_of)
def test_a_second_look_says_the_same(f):
    again = diagnose_gradients(f)
    assert str(again) == str(diagnosed(f))
    assert (again.edits, again.alternatives) == (diagnosed(f).edits, diagnosed(f).alternatives)


def test_a_pair_to_be_ascended_is_right_and_says_so():
    diagnosis = diagnosed(wrong_styles.log_likelihood_pair)
    assert diagnosis.verdict == "right"
    assert diagnosis.factor == "-N"
    assert "to be made large" in diagnosis.evidence


def test_a_catalogue_with_an_entry_more_names_it():
    """Nothing in the doctor knows the id; the entry alone makes it known."""
    entry = dataclasses.replace(
        BUGS["sum-for-mean"], id="thirds", title="Three thirds", wrong="dZ = R / (N + 3)"
    )

    def f(W, b, X, Y):
        loss, dW, db = plain(W, b, X, Y)
        return loss, dW * len(X) / (len(X) + 3), db * len(X) / (len(X) + 3)

    assert diagnose_gradients(without_text(f)).bugs == ()
    grown = diagnose_gradients(
        without_text(f), catalogue=MappingProxyType({**BUGS, "thirds": entry})
    )
    assert grown.bugs == ("thirds",)
    assert "Three thirds (thirds)" in str(grown)


def test_an_empty_catalogue_names_nothing_and_mends_all_the_same():
    diagnosis = diagnose_gradients(wrong_styles.sign_flipped, catalogue=MappingProxyType({}))
    assert diagnosis.bugs == () and diagnosis.edits == diagnosed(wrong_styles.sign_flipped).edits


# arguments


def test_labels_may_not_be_written_even_by_a_right_function():
    def f(W, b, X, Y):
        result = plain(W, b, X, Y)
        Y[0] = 0
        return result

    diagnosis = diagnose_gradients(f)
    assert diagnosis.verdict == "wrong"
    assert [(edit.before, edit.after) for edit in diagnosis.edits] == [("Y[0] = 0", "")]
    assert "argument Y" in str(diagnosis)


def test_an_argument_that_is_written_without_changing_the_second_answer_is_fragile():
    def f(W, b, X, Y):
        X += 0.0
        b -= b.mean()
        return plain(W, b, X, Y)

    diagnosis = diagnose_gradients(f)
    assert diagnosis.verdict == "fragile"
    assert "argument b" in str(diagnosis)


def test_every_look_passes_the_same_arrays():
    seen = []

    def f(W, b, X, Y):
        seen.append([a.copy() for a in (W, b, X, Y)])
        W += 1
        return plain(W - 1, b, X, Y)

    first, second = diagnose_gradients(f), diagnose_gradients(f)
    assert str(first) == str(second)
    assert seen == []


def test_a_callable_without_a_text_sees_the_same_arrays_twice():
    class Recorder:
        def __init__(self):
            self.seen = []

        def __call__(self, W, b, X, Y):
            self.seen.append([a.copy() for a in (W, b, X, Y)])
            return plain(W, b, X, Y)

    one, other = Recorder(), Recorder()
    assert diagnose_gradients(one).verdict == diagnose_gradients(other).verdict == "right"
    assert len(one.seen) == len(other.seen) > 2
    for before, after in zip(one.seen, other.seen, strict=True):
        assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))


@pytest.mark.parametrize("value", [None, 3, np.eye(2), b"def f(): pass"])
def test_what_is_no_code_raises(value):
    with pytest.raises(TypeError, match="wanted a function"):
        diagnose_gradients(value)
