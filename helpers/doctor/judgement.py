"""What the oracles say, as data."""

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True, eq=False)
class Part:
    """How one part (loss, gradient of W or of b) does.

    Attributes
    ----------
    state : str
        "right", "factor" (right but for a factor), "term" (what does not depend on the data is
        wrong), "shape", "not finite", "other" or "missing".
    values : tuple of float
        The factor c at each probe; empty if there is none.
    term : ndarray or None
        h at the first probe, and its scale at each.
    shape : tuple
        Of what came.
    coefficients : tuple of float
        Of the cross-entropy and, with label smoothing, of that of all classes alike.
    """

    state: str
    values: tuple = ()
    term: np.ndarray | None = None
    shape: tuple = ()
    coefficients: tuple = ()


@dataclass(frozen=True, eq=False)
class Judgement:
    """What the oracles say.

    Attributes
    ----------
    parts : dict
        Name to ``Part``.
    failed : Outcome or None
        A call that raised or gave nothing to read.
    common : Factor or None
        The factor of all parts.
    belongs : bool or None
        Whether the gradients are the slopes of the function's own loss; ``None`` without a loss.
    keeps : bool
        Whether a second call gives the same answer.
    lasts : bool
        Whether the gradients are right and finite at large logits.
    changed : tuple of str
        Arguments that were written into.
    loss_lasts, clipped, reduced : bool
        Notes: the loss at large logits; a loss a little off; one number a sample.
    decay : tuple of (str, float)
        Terms that were found: "W", "b" or "L1", and their strength.
    smoothing : float
        Of the labels.
    scaled : bool
        Whether the samples are divided by 255 inside.
    numbers : tuple of (str, float)
        Optional numbers with which the gradients are no slopes of the loss, as they are without.
    lost : tuple of str
        State that a step renews and does not hand back.
    remembers : bool
        Whether a step's state makes the next one another.
    adapting : frozenset of str
        Parts that a step moves by so much, whatever the slope.
    """

    parts: dict = field(default_factory=dict)
    failed: object = None
    common: object = None
    belongs: bool | None = None
    keeps: bool = True
    lasts: bool = True
    changed: tuple = ()
    loss_lasts: bool = True
    clipped: bool = False
    reduced: bool = False
    decay: tuple = ()
    stepping: bool = False
    smoothing: float = 0.0
    scaled: bool = False
    numbers: tuple = ()
    lost: tuple = ()
    remembers: bool = False
    adapting: frozenset = frozenset()

    @property
    def changed_data(self):
        """Arguments that were written into and are not meant to be: of a step, X and Y."""
        return tuple(n for n in self.changed if not self.stepping or n in "XY")

    @property
    def agrees(self):
        """Whether all parts are right at moderate logits, and stay so."""
        states = {part.state for part in self.parts.values()}
        fine = self.failed is None and states <= {"right", "missing"}
        return fine and self.keeps and not self.numbers and not self.lost

    @property
    def came(self):
        """Names of the parts that came."""
        return {n for n, part in self.parts.items() if part.state not in ("missing", "lost")}

    @property
    def wrong(self):
        """Names of the parts that are wrong."""
        return [n for n, part in self.parts.items() if part.state not in ("right", "missing")]
