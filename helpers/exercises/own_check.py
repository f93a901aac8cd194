"""Exercise of notebook 07: write a check that kills many bugs and no right program.

The reader's check runs on right programs (wheats) and on the whole catalogue (chaffs). Every
program is whole and made afresh, so that a check may train it, or patch it, as it likes.
The idea of wheats and chaffs is that of Examplar (Wrenn and Krishnamurthi, ICER 2019).
"""

import contextlib
import io
import time
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from helpers.bugs import BUGS, GROUPS, variant
from helpers.checks import whole_wheats
from helpers.exercises.answers import exercise, is_stub, what
from helpers.exercises.feedback import NotAttempted, failed, not_yet
from helpers.exercises.feedback import right as accepted
from helpers.symptoms import describe_exception

CHAFFS = tuple(id_ for id_, bug in BUGS.items() if not bug.decoy)
WANTED = 2 * len(CHAFFS) // 3  # far more than any single check of ours kills
_SECONDS = 0.5  # of processor time for one program; there are more than sixty


def make_chaffs():
    """Wrong programs, made afresh: every bug of the catalogue.

    Returns
    -------
    dict of str to Program
    """
    return {id_: variant(id_, (BUGS[id_].right, BUGS[id_].wrong)) for id_ in CHAFFS}


@dataclass(frozen=True)
class Score:
    """What a check did.

    Attributes
    ----------
    killed, missed : tuple of str
        Bugs it rejected and accepted.
    accepted, rejected : tuple of str
        Right programs that it accepted, and that it wrongly rejected.
    raised : dict of str to str
        Programs on which it raised, and what. That counts as a rejection.
    used : tuple of str
        Functions of the program it looked at.
    """

    killed: tuple
    missed: tuple
    accepted: tuple
    rejected: tuple
    raised: dict
    used: tuple

    def __str__(self):
        return (
            f"Killed {len(self.killed)} of {len(CHAFFS)} bugs; wrongly rejected "
            f"{len(self.rejected)} of {len(self.accepted) + len(self.rejected)} right programs."
        )


class _Spy:
    """A program that remembers which of its functions were looked at."""

    def __init__(self, program):
        self._program, self.used = program, []

    def __getattr__(self, name):
        self.used.append(name)
        return getattr(self._program, name)


class _Said(NamedTuple):
    answer: object
    raised: str


class Unfit(Exception):
    """The check gives no answer that could be scored; the message says why."""


def score_check(check):
    """Run a check on every wheat and every chaff.

    Parameters
    ----------
    check : callable
        ``check(program) -> bool``: True for a program that it takes for right. An exception counts
        as a rejection.

    Returns
    -------
    Score

    Raises
    ------
    Unfit
        If it does not answer True or False, differs from call to call, or takes too long.
    NotAttempted
        If it holds only its dots.
    """
    wheats, chaffs = whole_wheats(), make_chaffs()
    used = _trial(check, wheats["right"])
    answers = {name: _ask(check, program) for name, program in (wheats | chaffs).items()}
    passed = {name for name, said in answers.items() if _truth(said)}
    return Score(
        killed=tuple(id_ for id_ in chaffs if id_ not in passed),
        missed=tuple(id_ for id_ in chaffs if id_ in passed),
        accepted=tuple(name for name in wheats if name in passed),
        rejected=tuple(name for name in wheats if name not in passed),
        raised={name: said.raised for name, said in answers.items() if said.raised},
        used=used,
    )


def _trial(check, program):
    """Try a check on the right program: which functions does it use?"""
    spy = _Spy(program)
    start = time.process_time()
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        first = _ask(check, spy)
    seconds = time.process_time() - start
    if first.answer is ... or (first.answer is None and is_stub(check)):
        raise NotAttempted
    if first.answer is None and printed.getvalue():
        raise Unfit("It prints its answer and returns nothing. Write `return` before it instead.")
    if seconds > _SECONDS:
        raise Unfit(
            f"Your check takes {seconds:.1f} s for one program, and more than sixty wait. "
            "Take fewer images or fewer epochs: `small_digits()` is made for that."
        )
    again = _ask(check, _Spy(program))
    if _truth(first) != _truth(again):
        raise Unfit(
            "Asked twice about one program your check gives two answers. Draw with a seed: "
            "`np.random.default_rng(0)`."
        )
    return tuple(dict.fromkeys(spy.used))


def _ask(check, program):
    with np.errstate(all="ignore"):
        try:
            return _Said(check(program), "")
        except SystemExit:
            return _Said(False, "it calls exit(), which would end the notebook's Python")
        except Exception as error:
            return _Said(False, describe_exception(error))


def _truth(said):
    answer = said.answer
    if isinstance(answer, (bool, np.bool_)):
        return bool(answer)
    if answer is None:
        raise Unfit("Your check returns nothing. Return True or False, on every way through it.")
    if np.shape(answer):
        raise Unfit(
            f"Your check returns an array of shape {np.shape(answer)}. Return one truth value: "
            "`.all()` of it, or the largest error compared with a tolerance."
        )
    raise Unfit(
        f"Your check returns {what(answer)}. Compare it with something: return True or False."
    )


@exercise
def grade_check(check):
    """Say what a reader's check does well, and what it does wrong.

    Parameters
    ----------
    check : callable
        As for ``score_check``.

    Returns
    -------
    Feedback
    """
    try:
        score = score_check(check)
    except Unfit as unfit:
        return not_yet(str(unfit))
    return feedback_on(score)


def feedback_on(score):
    """Put a score into words.

    Parameters
    ----------
    score : Score

    Returns
    -------
    Feedback
        Accepted if no right program is rejected and two thirds of the bugs are killed.
    """
    if not score.rejected and len(score.killed) >= WANTED:
        missed = f" It lets through: {_some(score.missed)}." if score.missed else ""
        return accepted(f"{score}{missed}")
    if "right" in score.raised:
        return failed(f"It raises on the right program: {score.raised['right']}.")
    return not_yet(f"{score} {_cause(score)}")


def _some(names):
    names = list(names)
    return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")


def _cause(score):
    if not score.used and score.killed and score.missed:
        return "It answers without a look at the program, now so, now so: call its functions."
    if not score.used:
        verdict = "accepts" if score.accepted else "rejects"
        return f"It {verdict} everything without a look at the program: call its functions."
    for rule in (_wholesale, _style):
        cause = rule(score)
        if cause:
            return cause
    return _weakness(score)


def _wholesale(score):
    """Mistakes that show on the right program itself."""
    if "right" not in score.rejected:
        return ""
    if not score.accepted and score.missed:
        return (
            f"It rejects all right programs and accepts {len(score.missed)} wrong ones. Is it the "
            "wrong way round? True must mean that the program is right."
        )
    return (
        "It rejects the right program too, so a condition is too strict, or is tested in the "
        "wrong direction. Print what it compares."
    )


_STYLES = {
    "float32": (
        "A program may compute in float32, good to seven digits: your tolerance is too tight. "
        "Differences of losses need more digits than that; compare with the right formula at 1e-4."
    ),
    "updated-in-place": (
        "A program may update W and b in place: what you kept from before has changed with it. "
        "Hand it copies."
    ),
    "summed-with-summed": (
        "A program may sum the loss over the batch, if its gradient is a sum too: do not demand "
        "the mean's numbers. Compare the gradient with the loss, or allow one common factor."
    ),
    "small-random-start": (
        "A program may start from small random weights: the first loss is then near ln K, not "
        "equal to it, and W is not 0."
    ),
    "drawn-with-replacement": (
        "A program may draw its batches with replacement: do not demand one particular order, nor "
        "every image once an epoch."
    ),
    "decay-as-a-factor": (
        "A program may shrink W by a factor where ours adds to dW: judge weight decay by what it "
        "does to W."
    ),
}


def _style(score):
    """Right programs that are rejected for their style."""
    rejected = [name for name in score.rejected if name != "right"]
    if not rejected:
        return ""
    listed = f"Wrongly rejected: {_some(rejected)}."
    if {"float32", "summed-with-summed", "drawn-with-replacement"} <= set(rejected):
        return f"It demands the very numbers of our program. Judge by what must hold. {listed}"
    name = next((name for name in _STYLES if name in rejected), None)
    raised = score.raised.get(rejected[0])
    if name is None:
        return f"{listed} {raised or 'They are right, in a style of their own.'}"
    return f"{_STYLES[name]} {listed}"


_PLACES = {
    "loss_and_gradients": "the loss and its gradients",
    "train": "a training: the update, the data, the state",
    "predict": "the prediction",
}


def _weakness(score):
    """A check that wrongs nobody and kills too few."""
    start = f"It wrongs nobody; {WANTED} kills are wanted."
    unused = [words for name, words in _PLACES.items() if name not in score.used]
    if not score.killed:
        return f"{start} It accepts every program: nothing it compares can fail."
    spared = [
        group for group in GROUPS if not any(BUGS[id_].group == group for id_ in score.killed)
    ]
    where = f" It kills none of the kind {_some(spared)}." if spared else ""
    if unused:
        return f"{start} It never looks at {unused[0]}.{where}"
    return f"{start}{where} It lets through: {_some(score.missed)}."
