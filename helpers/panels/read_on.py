"""From what the doctor says to the place in the course that explains it: the one table of it."""

import html
from typing import NamedTuple

from helpers.bugs import BUGS

_MOST = 3  # places under one answer


class Place(NamedTuple):
    """A heading of a notebook.

    Attributes
    ----------
    notebook : str
        Name of its file, without the ending.
    heading : str
        As it is written there.
    """

    notebook: str
    heading: str

    @property
    def href(self):
        """The link, from another notebook. JupyterLab writes a heading's blanks as hyphens, and
        all else as it is: it compares without decoding.
        """
        return f"{self.notebook}.ipynb#{self.heading.replace(' ', '-')}"

    @property
    def name(self):
        """The notebook's number and the heading."""
        return f"{self.notebook[:2]}, {self.heading}"


_01, _02, _03 = (
    "01_meet_the_90_percent_error",
    "02_derive_it_with_scalars",
    "03_turn_it_into_matrices",
)
_04, _05, _06 = "04_check_the_gradient", "05_train_it", "06_diagnose_the_90_percent"
_07 = "07_run_the_clinic"

_GUESS = Place(_01, "How much of a clue is that number?")
_JACOBIAN = Place(_02, "The Jacobian and its two cases")
_UPHILL = Place(_02, "The verdict on the lines")
_COLUMN_SUMS = Place(_03, "The bias: column sums")
_TRANSPOSES = Place(_03, "Play: which transposes did you write?")
_BY_HAND = Place(_04, "One weight, moved by hand")
_RATIO = Place(_04, "The ratio names the mistake")
_CLEAN = Place(_04, "What a clean check does not clear")
_LOOP = Place(_05, "The loop")
_FIRST_LOSS = Place(_05, "The first loss is known in advance")
_TEN = Place(_05, "Ten samples must be learned by heart")
_SUM = Place(_05, "Sum or mean")
_MAXIMUM = Place(_05, "Why the maximum is subtracted")
_ROADS = Place(_06, "Five roads to exactly 90.00 %")
_ATLAS = Place(_06, "The atlas of 90 %")
_OTHER = Place(_07, "Another model")
_UNSEEN = Place(_07, "What the doctor cannot see")

OF_BUG = {
    "loss-without-minus": _UPHILL,
    "question-loss": _UPHILL,
    "bias-over-classes": _COLUMN_SUMS,
    "dead-bias": _COLUMN_SUMS,
    "softmax-twice": _TEN,
}
OF_GROUP = {
    "sign": _ROADS,
    "transpose and shape": _TRANSPOSES,
    "axis": _FIRST_LOSS,
    "calculus": _JACOBIAN,
    "scale": _SUM,
    "numerics": _MAXIMUM,
    "data": _ATLAS,
    "state": _LOOP,
    "metric": _ROADS,
}
# What is seen where the catalogue has no name for it; of functions, of scripts, of numbers.
OF_NOTE = {
    "uphill": _UPHILL,
    "summed": _SUM,
    "scaled": _SUM,
    "factor": _RATIO,
    "large": _MAXIMUM,
    "large loss": _MAXIMUM,
    "shape": _TRANSPOSES,
    "wrong shape": _TRANSPOSES,
    "own loss": _OTHER,
    "other slope": _OTHER,
    "gradients only": _BY_HAND,
    "step": _RATIO,
    "update": _LOOP,
    "images": _ATLAS,
    "prepared": _ATLAS,
    "metric": _ROADS,
    "loss": _FIRST_LOSS,
}
OF_NUMBER = {
    "error": (_GUESS, _ATLAS),
    "accuracy": (_GUESS, _ATLAS),
    "loss": (_FIRST_LOSS, _MAXIMUM),
}
OF_VERDICT = {"right": _CLEAN, "fragile": _MAXIMUM, "wrong": _RATIO, "not judged": _UNSEEN}


def places_of(diagnosis):
    """Where to read on.

    Parameters
    ----------
    diagnosis : Diagnosis

    Returns
    -------
    tuple of Place
        The closest first, at most three; never none.
    """
    if diagnosis.verdict == "not judged":  # then bugs are guesses: a number alone proves nothing
        found = [OF_BUG[seen.bug] for seen in diagnosis.findings[:1] if seen.bug in OF_BUG]
        found += [place for seen in diagnosis.findings for place in OF_NUMBER.get(seen.part, ())]
    else:
        found = [
            OF_BUG.get(id_) or OF_GROUP[BUGS[id_].group]
            for id_ in diagnosis.bugs[:1]
            if id_ in BUGS
        ]
        found += [OF_NOTE[seen.note] for seen in diagnosis.findings if seen.note in OF_NOTE]
    return tuple(dict.fromkeys(found or [OF_VERDICT[diagnosis.verdict]]))[:_MOST]


def read_on_html(diagnosis):
    """Links to those places.

    Parameters
    ----------
    diagnosis : Diagnosis

    Returns
    -------
    str
        A paragraph of HTML.
    """
    links = (
        f'<a href="{html.escape(place.href)}">{html.escape(place.name)}</a>'
        for place in places_of(diagnosis)
    )
    return f"<p><b>Explained in</b> {'; '.join(links)}.</p>"
