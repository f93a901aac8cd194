"""What a gradient check does, seen from the function that it checks."""

from dataclasses import dataclass

import numpy as np


class Recorder:
    """A function that remembers where it was called.

    Parameters
    ----------
    f : callable
        ``f(W, b, X, Y) -> (loss, dW, db)``.

    Attributes
    ----------
    calls : list of (W, b, X)
        Copies of the arguments of each call.
    """

    def __init__(self, f):
        self._f = f
        self.calls = []

    def __call__(self, *arguments, **named):
        copies = tuple(np.array(argument) for argument in arguments[:3])
        result = self._f(*arguments, **named)
        if len(copies) == 3:
            self.calls.append(copies)
        return result


@dataclass(frozen=True)
class Habits:
    """How a check goes about it.

    Attributes
    ----------
    calls : int
        How often the function is called.
    moved_W, moved_b : ndarray of bool, shapes (D, K) and (K,)
        The entries that took more than one value.
    step : float
        The usual distance of a moved entry from where it stands otherwise; NaN if none moved.
    one_sided : bool
        Every move goes the same way.
    imaginary : bool
        The moves go along the imaginary axis.
    wanders : bool
        More and more entries differ from the first call: moves are not taken back.
    size : float
        The largest absolute value in W, apart from the moves.
    samples, classes : int
        N and K.
    dtype : numpy.dtype
        The type of W.
    """

    calls: int
    moved_W: np.ndarray
    moved_b: np.ndarray
    step: float
    one_sided: bool
    imaginary: bool
    wanders: bool
    size: float
    samples: int
    classes: int
    dtype: np.dtype


def habits(calls):
    """Read a check's habits off its calls.

    Parameters
    ----------
    calls : list of (W, b, X)
        As a ``Recorder`` keeps them.

    Returns
    -------
    Habits or None
        ``None`` if there was no call. Calls whose W has another shape than the first are left out.
    """
    if not calls:
        return None
    W, b, X = calls[0]
    points = np.array(
        [np.append(p, q) for p, q, _ in calls if (p.shape, q.shape) == (W.shape, b.shape)]
    )
    # Each entry stands still in most calls, so its middle value is the point of the check.
    base = np.sort(points.real, axis=0)[(len(points) - 1) // 2]
    moves = points - base
    distances = np.abs(moves[moves != 0])
    moved = (points != points[0]).any(axis=0)
    apart = (points != points[0]).sum(axis=1)
    return Habits(
        calls=len(calls),
        moved_W=moved[: W.size].reshape(W.shape),
        moved_b=moved[W.size :],
        step=float(np.median(distances)) if distances.size else np.nan,
        one_sided=bool((moves.real >= 0).all() or (moves.real <= 0).all()),
        imaginary=bool((moves.imag != 0).any()),
        wanders=bool(apart.max() > 2 and len(set(apart)) > 3),
        size=float(np.abs(base[: W.size]).max()),
        samples=len(X),
        classes=b.size,
        dtype=W.dtype,
    )
