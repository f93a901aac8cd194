"""What holds of every diagnosis, whatever was handed in."""

import ast
import difflib
import linecache
from functools import partial

import pytest

from helpers.doctor import Edit
from helpers.doctor.findings import LONGEST

VERDICTS = {"right": True, "fragile": True, "wrong": False, "not judged": None}


def check(diagnosis):
    """Assert what is promised of a ``Diagnosis`` and of its parts."""
    assert diagnosis.correct is VERDICTS[diagnosis.verdict]
    said = str(diagnosis)
    assert said == repr(diagnosis) == diagnosis.evidence
    assert 0 < len(said) <= LONGEST == 900
    assert "nan times" not in said and "None times" not in said
    assert len(diagnosis.alternatives) <= 2
    assert all(alternative != diagnosis.edits for alternative in diagnosis.alternatives)
    for edit in (*diagnosis.edits, *sum(diagnosis.alternatives, ())):
        assert isinstance(edit, Edit)
        assert edit.line >= 1 and edit.before != edit.after and edit.kind
    if diagnosis.repaired is not None:  # None too where a helper is to be edited
        assert diagnosis.edits
    if diagnosis.verdict == "right":
        assert diagnosis.edits == () and diagnosis.bugs == ()
    if diagnosis.xray is not None and diagnosis.correct:
        assert diagnosis.xray.marked is None


def without_text(f):
    """A function whose text the doctor does not find: it names and judges, and seeks no edit."""
    return partial(f)


def check_repair(diagnosis, listing, where):
    """Assert that ``repaired`` is the listing but for the statements of ``edits``.

    Parameters
    ----------
    diagnosis : Diagnosis
    listing : str
        What was handed in.
    where : str
        The function that the edits are of.
    """
    before, after = listing.splitlines(), diagnosis.repaired.splitlines()
    touched, added = set(), []
    for tag, start, end, new, last in difflib.SequenceMatcher(
        None, before, after, autojunk=False
    ).get_opcodes():
        if tag != "equal":
            touched |= set(range(start + 1, max(end, start + 1) + 1))
            added += after[new:last]
    allowed = set()
    for edit in diagnosis.edits:
        assert edit.where == where
        allowed |= _lines(listing, edit)
        assert not edit.after or _plain(edit.after) in _plain("\n".join(added))
    assert touched and touched <= allowed
    assert _comments(listing, allowed) <= set(after)


def _lines(listing, edit):
    """The lines of the statement that an edit is about."""
    for node in ast.walk(ast.parse(listing)):
        if isinstance(node, ast.stmt) and node.lineno == edit.line:
            text = ast.get_source_segment(listing, node)
            if not edit.before or _plain(text) == _plain(edit.before):
                return set(range(node.lineno, node.end_lineno + 1))
    pytest.fail(f"line {edit.line} does not hold {edit.before!r}")


def _plain(text):
    return "".join(text.split()).replace('"', "'")


def _comments(listing, allowed):
    """Lines with comments that no edit is about."""
    rows = enumerate(listing.splitlines(), 1)
    return {row for number, row in rows if "#" in row and number not in allowed}


def made_of(text, name, names):
    """A function made of a text, with its lines where ``inspect`` finds them.

    Parameters
    ----------
    text, name : str
    names : Mapping
        The names that it stands among.

    Returns
    -------
    function
    """
    filename = f"<test {abs(hash(text))}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(True), filename)
    names = dict(names)
    exec(compile(text, filename, "exec"), names)
    return names[name]
