"""What the doctor finds, as data. Sentences are made of it once, in ``words``."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from helpers.symptoms import Factor

RIGHT, FRAGILE, WRONG, NOT_JUDGED = "right", "fragile", "wrong", "not judged"
LONGEST = 900  # characters of a printed diagnosis


@dataclass(frozen=True)
class Edit:
    """A change of one statement of the reader's.

    Attributes
    ----------
    line : int
        From 1: in the listing of the function ``where``; of a text or a class, in the whole.
    before, after : str
        The whole statement as the reader wrote it, and as it should be. "" for a statement that
        is to be inserted, or deleted.
    kind : str
        What is done, for people: "swap the operands".
    where : str
        The function that holds the line; "" at the top level of a text.
    """

    line: int
    before: str
    after: str
    kind: str
    where: str


@dataclass(frozen=True)
class Finding:
    """One thing that was seen.

    Attributes
    ----------
    part : str
        What it is about: "loss", "W", "b", "call", "result", "code" or an argument's name.
    note : str
        A key of ``words.NOTES``: what was seen.
    line : int or None
        The reader's line that it is about.
    edit : Edit or None
        The change that mends it.
    bug : str or None
        An id of the catalogue.
    factor : Factor or None
        Of that part over what it should be.
    detail : str
        What fills the note: a name, a shape, a message.
    """

    part: str
    note: str
    line: int | None = None
    edit: Edit | None = None
    bug: str | None = None
    factor: Factor | None = None
    detail: str = ""


@dataclass(frozen=True)
class XRay:
    """The reader's listing, each line with what it is.

    Attributes
    ----------
    lines : Mapping of int to str
        Line number, from 1, to what its value is.
    marked : int or None
        In a wrong function, the first line that goes wrong.
    source : str
        The listing.
    """

    lines: Mapping = field(default_factory=lambda: MappingProxyType({}))
    marked: int | None = None
    source: str = ""

    def __str__(self):
        listing = self.source.splitlines()
        width = min(max((len(line) for line in listing), default=0), 64)
        rows = []
        for number, line in enumerate(listing, 1):
            arrow = ">" if number == self.marked else " "
            name = self.lines.get(number, "")
            note = f"  # {name}" if name else ""
            rows.append(f"{arrow}{number:3d}  {line:{width if note else 0}s}{note}".rstrip())
        return "\n".join(rows)


@dataclass(frozen=True)
class Diagnosis:
    """What the doctor says.

    Attributes
    ----------
    verdict : str
        "right", "fragile" (right, and breaks at large logits or writes into its arguments),
        "wrong" or "not judged".
    findings : tuple of Finding
        What was seen, the most important first.
    edits : tuple of Edit
        Changes to be made together; with them the code is right. Empty if none was found.
    alternatives : tuple of tuple of Edit
        Up to two other changes that do as well.
    repaired : str or None
        The reader's text with ``edits`` made, comments kept.
    xray : XRay or None
    bugs : tuple of str
        Ids of the catalogue, the likeliest first.
    factor : Factor or None
        Common to loss and gradients where they belong together, else of the gradients.
    evidence : str
        All of it in sentences, at most 900 characters.
    """

    verdict: str
    findings: tuple = ()
    edits: tuple = ()
    alternatives: tuple = ()
    repaired: str | None = None
    xray: XRay | None = None
    bugs: tuple = ()
    factor: Factor | None = None
    evidence: str = ""

    @property
    def correct(self):
        """True if right or fragile, False if wrong, ``None`` if not judged."""
        return {RIGHT: True, FRAGILE: True, WRONG: False}.get(self.verdict)

    def __str__(self):
        return self.evidence

    __repr__ = __str__
