"""What an exercise answers: accepted, or the mistake by its name, or not attempted yet."""

import functools
from typing import NamedTuple

NOT_ATTEMPTED = "Not attempted yet. Replace the dots and run the cell again; or read on."


class Feedback(NamedTuple):
    """The answer to an answer.

    Attributes
    ----------
    accepted : bool
    message : str
        What is right, or which mistake was made and where to look.
    """

    accepted: bool
    message: str

    def __repr__(self):
        return self.message


def right(message):
    """Feedback that accepts.

    Parameters
    ----------
    message : str

    Returns
    -------
    Feedback
    """
    return Feedback(True, f"Right. {message}")


def not_yet(message):
    """Feedback that names the mistake.

    Parameters
    ----------
    message : str

    Returns
    -------
    Feedback
    """
    return Feedback(False, f"Not yet. {message}")


class NotAttempted(Exception):
    """Raised by a check when the learner's function still holds only its dots."""


def exercise(check):
    """Make a check of a learner's answer safe to run on anything.

    An answer that is still ``...``, or a function that returns ``...`` or ``None`` in the sense of
    ``NotAttempted``, gives the standing message. An exception in the learner's function becomes
    feedback too, so that the notebook runs on.

    Parameters
    ----------
    check : callable
        ``check(answer) -> Feedback``.

    Returns
    -------
    callable
    """

    @functools.wraps(check)
    def safe(answer):
        if answer is ...:
            return Feedback(False, NOT_ATTEMPTED)
        try:
            return check(answer)
        except NotAttempted:
            return Feedback(False, NOT_ATTEMPTED)
        except Exception as error:
            return not_yet(f"Your code raises {type(error).__name__}: {error}")

    return safe
