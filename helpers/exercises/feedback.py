"""What an exercise says: right, not yet (with the mistake by its name), error or not attempted."""

import html
from typing import NamedTuple

NOT_ATTEMPTED = "Not attempted yet. Replace the dots and run the cell again; or read on."

# Sign, word and colour say the same three times: for the eye, the ear, and without colours.
_LOOKS = {
    "Right": ("✓", "#009E73"),
    "Not yet": ("→", "#0072B2"),
    "Error": ("✗", "#D55E00"),
    "Not attempted yet": ("…", "#6E6E6E"),
}


class Feedback(NamedTuple):
    """The answer to an answer.

    Attributes
    ----------
    accepted : bool
    message : str
        Opens with "Right.", "Not yet.", "Error." or "Not attempted yet."; then what is right, or
        which mistake was made and where to look.
    """

    accepted: bool
    message: str

    @property
    def kind(self):
        """One of "Right", "Not yet", "Error", "Not attempted yet"."""
        return self.message.partition(".")[0]

    def __repr__(self):
        return self.message

    def _repr_html_(self):
        mark, colour = _LOOKS[self.kind]
        rest = html.escape(self.message.partition(".")[2].strip()).replace("\n", "<br>")
        return (
            f'<div style="border-left: 6px solid {colour}; padding: 2px 10px">'
            f'<span aria-hidden="true">{mark}</span> <strong>{self.kind}.</strong> {rest}</div>'
        )


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


def failed(message):
    """Feedback on an answer that could not be run.

    Parameters
    ----------
    message : str

    Returns
    -------
    Feedback
    """
    return Feedback(False, f"Error. {message}")


class NotAttempted(Exception):
    """Raised by a check when the learner's function still holds only its dots."""


class Complaint(Exception):
    """An answer that has not the form of an answer; carries the feedback.

    Parameters
    ----------
    feedback : Feedback
    """

    def __init__(self, feedback):
        super().__init__(feedback.message)
        self.feedback = feedback


def complain(message):
    """Stop a check: the answer has not the form of an answer.

    Parameters
    ----------
    message : str

    Raises
    ------
    Complaint
    """
    raise Complaint(not_yet(message))
