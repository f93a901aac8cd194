"""One thing that is not as it should be in a script."""

from dataclasses import dataclass

import numpy as np

STAGES = {"raises": 0, "images": 1, "step": 2, "update": 2, "loss": 3, "prepared": 4, "metric": 5}


@dataclass(frozen=True, eq=False)
class Fault:
    """One thing that is not as it should be.

    Attributes
    ----------
    stage : str
        One of ``STAGES``.
    part : str
        Which: ``W``, ``b``, or the name under which a number is reported.
    at : int
        Its place in the order of execution.
    line : int or None
        Where it shows: rarely where it was made.
    says : str
        What was seen.
    factor : float or None
        Step = -factor x gradient, where that holds.
    rows : ndarray of int or None
        The images that it is about.
    """

    stage: str
    part: str
    at: int
    line: int = None
    says: str = ""
    factor: float = None
    rows: np.ndarray = None

    @property
    def key(self):
        return STAGES[self.stage], self.stage, self.part
