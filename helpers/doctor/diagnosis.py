"""What a diagnosis says: the result object."""

from dataclasses import dataclass

from helpers.symptoms import Factor, name_factor

__all__ = ["LONGEST", "Diagnosis", "Factor", "compose", "name_factor", "shorten"]

LONGEST = 600  # characters of a printed diagnosis


@dataclass(frozen=True)
class Diagnosis:
    """What the doctor found.

    Attributes
    ----------
    correct : bool
        Whether the patient is right. A note in the evidence may still name a weakness.
    bugs : tuple of str
        Ids of the catalogue, ``helpers.BUGS``. For a run: suspects, the likeliest first. For a
        step: where two bugs make the same step, both, the likelier first.
    factor : Factor or None
        A factor that was found: common to loss and gradients if they belong together, otherwise
        of the gradient over the slope of the loss. ``None`` if there is none but 1.
    evidence : str
        What was seen, and what follows, in sentences.
    """

    correct: bool
    bugs: tuple
    factor: Factor | None
    evidence: str

    def __str__(self):
        return self.evidence

    __repr__ = __str__


def compose(correct, sentences, bugs=(), factor=None):
    """Build a ``Diagnosis`` from sentences, the most important first.

    Sentences beyond ``LONGEST`` characters are left out; a first one that is too long is cut.

    Parameters
    ----------
    correct : bool
    sentences : iterable of str
    bugs : iterable of str
    factor : Factor or None

    Returns
    -------
    Diagnosis
    """
    text = "Correct." if correct else "Not correct."
    for sentence in filter(None, sentences):
        room = LONGEST - len(text) - 1
        if len(sentence) > room:
            if text.count(".") > 1:
                continue
            sentence = sentence[: room - 4] + " ..."
        text = f"{text} {sentence}"
    return Diagnosis(bool(correct), tuple(dict.fromkeys(bugs)), factor, text)


def shorten(text, room=150):
    """The first line of a text, cut to ``room`` characters."""
    line = " ".join(str(text).split())
    return line if len(line) <= room else line[: room - 4] + " ..."
