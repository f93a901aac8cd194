"""What a diagnosis says: the result object, and factors that know their names."""

from dataclasses import dataclass
from functools import cache

import numpy as np

LONGEST = 600  # characters of a printed diagnosis


class Factor(float):
    """A number with a name: 7.0 is called "N" if the probe had seven samples.

    It is equal to its value and to its name, since nobody outside knows the size of the probe.

    Attributes
    ----------
    name : str
        "N", "-1", "1/N", "N/K", ...
    """

    def __new__(cls, value, name):
        factor = super().__new__(cls, value)
        factor.name = name
        return factor

    def __eq__(self, other):
        return self.name == other if isinstance(other, str) else float(self) == other

    __hash__ = float.__hash__

    def __repr__(self):
        return self.name

    __str__ = __repr__


def name_factor(values, sizes):
    """Name a factor that was measured at several probes of different sizes.

    Parameters
    ----------
    values : sequence of float
        One a probe.
    sizes : sequence of (N, D, K)

    Returns
    -------
    Factor or None
        ``None`` if no name fits all probes.
    """
    values = np.asarray(values, dtype=float)
    if not np.isfinite(values).all() or (values == 0).any():
        return None
    names, known = _known_factors(tuple(sizes))
    fits = _agree(values, known)
    if fits.any():
        first = fits.argmax()
        return Factor(known[first, 0], names[first])
    N = np.array(sizes, dtype=float)[:, 0]
    for suffix, scale in (("", np.ones_like(N)), ("N", N), ("/N", 1 / N)):
        constant = values / scale
        if _agree(constant, constant[:1]):
            return Factor(values[0], _constant_name(constant[0], suffix))
    return None


@cache
def _known_factors(sizes):
    """Names of factors, and what each is at every probe: (factors, probes)."""
    N, D, K = np.array(sizes, dtype=float).T
    one = np.ones_like(N)
    known = {
        "1": one, "N": N, "1/N": 1 / N, "N/K": N / K, "K": K, "1/K": 1 / K, "1/(NK)": 1 / (N * K),
        "K/N": K / N, "NK": N * K, "N^2": N * N, "1/N^2": 1 / N**2, "D": D, "1/D": 1 / D,
        "N/D": N / D, "1/(ND)": 1 / (N * D), "1/ln 2": one / np.log(2), "1/ln 10": one / np.log(10),
        "2": 2 * one, "1/2": one / 2, "2N": 2 * N, "N/2": N / 2, "2/N": 2 / N, "1/(2N)": 0.5 / N,
        "2/K": 2 / K, "2/(NK)": 2 / (N * K),
    }  # fmt: skip
    both = {sign + name: wanted for name, wanted in known.items() for sign in ("", "-")}
    return tuple(both), np.array([-v if n[0] == "-" else v for n, v in both.items()])


def _agree(values, wanted):
    """Whether all values of a row are within 0.02 per cent of those wanted."""
    return (np.abs(values - wanted) <= 2e-4 * np.abs(wanted)).all(axis=-1)


def _constant_name(constant, suffix):
    """0.01 and "N" make "N/100"; 0.3 and "" make "0.3"."""
    inverse = 1 / constant
    if suffix == "N" and abs(inverse - round(inverse)) < 1e-3:
        return f"N/{round(inverse)}"
    text = f"{constant:.4g}"
    if abs(inverse - round(inverse)) < 1e-3 and abs(round(inverse)) > 1:
        text = f"1/{round(inverse)}" if inverse > 0 else f"-1/{-round(inverse)}"
    return text + (f" {suffix}" if suffix == "N" else suffix)


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
