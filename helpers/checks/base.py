"""What a check is, and what it says of a program."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from helpers.symptoms import describe_exception
from helpers.threads import one_blas_thread


@dataclass(frozen=True)
class Verdict:
    """What a check says of a program.

    Attributes
    ----------
    passed : bool or None
        ``None`` if the check does not apply to this program.
    evidence : str
        What was seen, in a sentence.
    finding : str
        The same in a word or two, to sort by: "-1", "ln B", "raises". Empty: no more than passed
        or not.
    """

    passed: bool | None
    evidence: str
    finding: str = ""

    @property
    def word(self):
        """One of "passed", "failed", "not applicable"."""
        return {True: "passed", False: "failed", None: "not applicable"}[self.passed]

    @property
    def answer(self):
        """The word, and the finding if there is one: what tells two programs apart."""
        return f"{self.word}: {self.finding}" if self.finding else self.word

    def __str__(self):
        return f"{self.answer}. {self.evidence}"


@dataclass(frozen=True)
class Check:
    """A diagnostic check: call it with a program, get a ``Verdict``. It raises nothing.

    Attributes
    ----------
    name, question : str
        The name, and what it asks, in one line.
    source : str
        Where the check comes from.
    cost : int
        1 (a glance at what the run prints) to 5 (an afternoon).
    needs : tuple of str
        Functions the program must have; without one of them the check does not apply.
    body : callable
        ``body(program, **settings) -> Verdict``.
    kept : str
        Why it is kept although the checks without this note tell apart all that it does; empty
        for most.
    """

    name: str
    question: str
    source: str
    cost: int
    needs: tuple
    body: Callable = field(repr=False)
    kept: str = ""

    def __call__(self, program, **settings):
        """Run the check.

        Parameters
        ----------
        program : Program, module or namespace
            Anything with some of the functions of ``helpers.softmax_regression``.
        **settings
            Arguments of ``train`` with which this program is run; those that a check must fix for
            itself have no effect on it.

        Returns
        -------
        Verdict
        """
        missing = [name for name in self.needs if not callable(getattr(program, name, None))]
        if missing:
            return Verdict(None, f"The program has no function {missing[0]}.")
        with one_blas_thread, np.errstate(all="ignore"):
            try:
                return self.body(program, **settings)
            except Exception as error:
                return Verdict(False, describe_exception(error), "raises")


def check(question, *, source, cost, needs, kept=""):
    """Decorator: make a function ``body(program, **settings) -> Verdict`` a ``Check``.

    The check takes its name from the function: ``first_loss`` becomes "first-loss".

    Parameters
    ----------
    question, source : str
    cost : int
    needs : tuple of str
    kept : str
        As in ``Check``.

    Returns
    -------
    callable
    """

    def make(body):
        name = body.__name__.replace("_", "-")
        return Check(name, question, source, cost, needs, body, kept)

    return make
