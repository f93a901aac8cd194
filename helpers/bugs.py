"""The bug engine: every bug is one line of the program changed.

The catalogue itself is ``catalogue.toml``: a new bug is one entry there, and the lab, the kill
matrix, the clinic, the doctor and their tests pick it up.
"""

import difflib
import linecache
import tomllib
import types
import weakref
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from helpers.source import without_docstrings

_HERE = Path(__file__).parent


WILD_RATE = 100.0  # a learning rate at which only a careless softmax gives NaN


@dataclass(frozen=True)
class Signature:
    """What a run with the bug shows, as the catalogue states it and a test finds it.

    Attributes
    ----------
    outcome : str
        "learns", "near chance", "below chance", "constant" or "raises".
    first_loss : str
        As ``helpers.symptoms.name_first_loss`` names it: "ln K", "ln B" (B the batch size), ...,
        "other"; or "none" (it raised, so no loss is left).
    ratio : str
        Analytic over numeric gradient of W, as ``helpers.symptoms.name_ratio`` says it; "no slope"
        if the loss does not change with W, "raises" if the check stops.
    not_finite_from : int
        The first step of the run whose loss is not finite; 0 if there is none.
    first_non_finite_step : int
        Of a run at ``WILD_RATE``, the first step whose loss is not finite; 0 if there is none.
    large_logits : bool
        Whether loss and gradients at logits of some thousands are finite and of the right shape.
    """

    outcome: str
    first_loss: str = "ln K"
    ratio: str = "1"
    not_finite_from: int = 0
    first_non_finite_step: int = 0
    large_logits: bool = True


@dataclass(frozen=True)
class Bug:
    """A one-line patch of the program.

    Attributes
    ----------
    id, title : str
        The name in code, and the name for people.
    group : str
        One of ``GROUPS``.
    right, wrong : str
        The line of the program and what stands there instead. ``right`` occurs exactly once.
    effect : str
        What it does.
    giveaway : str
        The observation that gives it away.
    seen : str
        Where it was met.
    caught_by : sequence of str
        The checks that ought to catch it, as expected before they were run; decoys have none.
    settings : Mapping
        The arguments of ``train`` at which it shows, where the defaults hide it.
    signature : Signature
        What such a run shows.
    decoy : bool
        Looked at with suspicion, and harmless.
    """

    id: str
    title: str
    group: str
    right: str
    wrong: str
    effect: str
    giveaway: str
    seen: str
    signature: Signature
    caught_by: tuple = ()
    settings: Mapping = field(default_factory=dict)
    decoy: bool = False


class Program(types.ModuleType):
    """The program with some lines patched: the functions of ``softmax_regression``, and its text.

    Attributes
    ----------
    title : str
        What it is called in tracebacks.
    ids : tuple of str
        The bugs in it, in the catalogue's order.
    source : str
        The text that runs: the program without its docstrings, patched.
    changes : dict
        Line number in ``source``, from 1, to the ``Bug`` that changed it.
    """


def _read_catalogue():
    entries = tomllib.loads((_HERE / "catalogue.toml").read_text("utf-8"))
    return {
        id_: Bug(id=id_, signature=Signature(**entry.pop("signature")), **entry)
        for id_, entry in entries.items()
    }


BUGS = types.MappingProxyType(_read_catalogue())
GROUPS = tuple(dict.fromkeys(bug.group for bug in BUGS.values()))
SOURCE = without_docstrings((_HERE / "softmax_regression.py").read_text("utf-8"))


def line_of(bug):
    """The line of the program that a bug patches.

    Parameters
    ----------
    bug : Bug

    Returns
    -------
    int
        Line number in ``SOURCE``, from 1.

    Raises
    ------
    ValueError
        If its right line does not occur exactly once.
    """
    count = SOURCE.count(bug.right)
    if count != 1:
        raise ValueError(f"{bug.id}: {bug.right!r} occurs {count} times in the program; wanted 1")
    return SOURCE[: SOURCE.index(bug.right)].count("\n") + 1


def build(ids=()):
    """Build the program with these bugs in it.

    Parameters
    ----------
    ids : iterable of str
        Keys of ``BUGS``, in any order. None of them gives the right program.

    Returns
    -------
    Program

    Raises
    ------
    KeyError
        If an id is unknown; the message names the nearest ones.
    ValueError
        If two bugs patch the same line; the message names both.
    TypeError
        If ``ids`` is a single string, or does not hold strings.
    """
    if isinstance(ids, str):
        raise TypeError(f"ids is the string {ids!r}; wanted an iterable of ids: [{ids!r}]")
    ids = list(ids) if isinstance(ids, Iterable) else [ids]
    for id_ in ids:
        if not isinstance(id_, str):
            raise TypeError(f"ids hold {id_!r}; wanted ids of the catalogue, which are strings")
    for id_ in ids:
        if id_ not in BUGS:
            near = difflib.get_close_matches(str(id_), BUGS, n=3, cutoff=0.3)
            raise KeyError(
                f"no bug has the id {id_!r}; the nearest are {', '.join(near) or 'none'}"
            )
    return _build(tuple(id_ for id_ in BUGS if id_ in ids))


def variant(name, *replacements):
    """The program with some of its text replaced: for right programs in another style, and for
    bugs of one use. It is made afresh in every call, so its functions may be overwritten.

    Parameters
    ----------
    name : str
        What tracebacks call it.
    *replacements : (str, str)
        What stands in ``SOURCE``, exactly once, and what stands there instead.

    Returns
    -------
    Program

    Raises
    ------
    ValueError
        If a text does not occur exactly once.
    """
    source = SOURCE
    for right, other in replacements:
        if source.count(right) != 1:
            raise ValueError(f"{right!r} occurs {source.count(right)} times in the program")
        source = source.replace(right, other)
    return _run(source, name)


def fresh(program):
    """The same program, made anew: with functions and state of its own.

    Parameters
    ----------
    program : Program

    Returns
    -------
    Program
    """
    return _run(program.source, program.title, program.ids, program.changes)


_LIVING = weakref.WeakValueDictionary()


def _run(source, title, ids=(), changes=types.MappingProxyType({})):
    """Execute the text of a program: the one place where that is done."""
    name, number = f"<softmax_regression: {title}>", 1
    while name in _LIVING:  # each has a text of its own, which goes when it goes
        number += 1
        name = f"<softmax_regression: {title} ({number})>"
    program = _LIVING[name] = Program(name)
    program.title, program.ids, program.changes, program.source = title, ids, changes, source
    exec(compile(source, name, "exec"), program.__dict__)
    # Tracebacks and inspect find the text here; it goes when the program goes.
    linecache.cache[name] = (len(source), None, source.splitlines(True), name)
    weakref.finalize(program, _forget, name, linecache.cache[name])
    return program


def _forget(name, entry):
    """Drop a program's text, unless a later program of that name has put its own there."""
    if linecache.cache.get(name) is entry:
        del linecache.cache[name]


@lru_cache(maxsize=128)
def _build(ids):
    lines, changes = SOURCE.splitlines(), {}
    for bug in map(BUGS.get, ids):
        number = line_of(bug)
        if number in changes:
            raise ValueError(
                f"{changes[number].id} and {bug.id} patch the same line, {bug.right!r}; "
                "choose one of them"
            )
        changes[number] = bug
        lines[number - 1] = lines[number - 1].replace(bug.right, bug.wrong)
    return _run("\n".join(lines) + "\n", " + ".join(ids) or "right", ids, changes)
