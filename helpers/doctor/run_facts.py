"""What a run's record shows, as numbers: the only thing that ``diagnose_run`` looks at."""

from dataclasses import dataclass

import numpy as np

_USUAL_BATCHES = (100, 64, 32, 128, 256, 16, 50, 10, 20, 200, 512, 8, 500, 1000, 1024)


@dataclass(frozen=True, eq=False)
class Facts:
    """The symptoms of one run.

    Attributes
    ----------
    losses : ndarray of float
    predicted, labels : ndarray of int, shape (n,)
    classes : int
        K.
    reported : float or None
        The error that was reported, as a fraction.
    notes : tuple of str
        How the arguments were read.
    """

    losses: np.ndarray
    predicted: np.ndarray
    labels: np.ndarray
    classes: int
    reported: float | None
    notes: tuple

    @property
    def error(self):
        """The true fraction of wrong predictions."""
        return float((self.predicted != self.labels).mean())

    @property
    def chance(self):
        """The error of one class for everything, the commonest: 1 - 1/K if they are balanced."""
        return 1 - float(np.bincount(self.labels, minlength=self.classes).max()) / len(self.labels)

    @property
    def constant(self):
        """The one class that is predicted, or ``None``."""
        first = int(self.predicted[0])
        return first if (self.predicted == first).all() and len(self.predicted) > 1 else None

    @property
    def outcome(self):
        """ "constant", "below chance", "near chance" or "learns", as ``Symptoms.outcome``."""
        chance = 1 - 1 / self.classes
        if self.constant is not None and len(set(self.labels.tolist())) > 1:
            return "constant"
        if self.error > 1 - (1 - chance) / 2:
            return "below chance"
        return "learns" if self.error < chance * 2 / 3 else "near chance"

    @property
    def first_bad(self):
        """1-based step of the first NaN or infinity among the losses; ``None`` without one."""
        bad = np.flatnonzero(~np.isfinite(self.losses))
        return int(bad[0]) + 1 if bad.size else None

    @property
    def finite(self):
        """The losses before the first that is not finite."""
        return self.losses if self.first_bad is None else self.losses[: self.first_bad - 1]

    @property
    def late(self):
        """Mean of the last fifth of the losses."""
        return float(self.losses[-max(1, len(self.losses) // 5) :].mean())

    @property
    def first_loss(self):
        """(name, B) of the first loss: "ln K", "ln B", "ln(BK)", "-ln K", "B ln K", ..., "other".

        B is the batch size that fits, or 0.
        """
        first, K = float(self.losses[0]), self.classes
        due = np.log(K)
        if not np.isfinite(first):
            return "not finite", 0
        if abs(first - due) < 0.05 * due:
            return "ln K", 0
        named = {"-ln K": -due, "log10 K": np.log10(K), "log2 K": np.log2(K), "ln K / K": due / K}
        for name, value in named.items():
            if abs(first - value) < 2e-3 * abs(value):
                return name, 0
        return _with_batch(first, K)


def _with_batch(first, K):
    """ln B, ln(BK) or B ln K, for a whole number B; usual batch sizes first."""
    due = np.log(K)
    candidates = []
    if first > 0:
        candidates.append(("B ln K", first / due))
        candidates.append(("-B ln K", 0))
    if 0 < first < 12:
        candidates.append(("ln B", np.exp(first)))
        candidates.append(("ln(BK)", np.exp(first) / K))
    if first < 0:
        candidates = [("-B ln K", -first / due)]
    fitting = []
    for name, size in candidates:
        whole = round(size)
        if whole >= 2 and abs(size - whole) < 2e-3 * whole:
            usual = _USUAL_BATCHES.index(whole) if whole in _USUAL_BATCHES else 99
            exact = abs(size - whole) < 1e-6 * whole
            if usual < 99 or exact:
                fitting.append((usual, name, whole))
    if not fitting:
        return "other", 0
    _, name, whole = min(fitting)
    return name, whole


def read_run(losses, predictions, labels, reported_error):
    """Check and read the arguments of ``diagnose_run``.

    Returns
    -------
    Facts

    Raises
    ------
    TypeError, ValueError
        If something is missing, empty, or does not fit.
    """
    notes = []
    losses = _losses(losses)
    labels, width = _classes("labels", labels, notes)
    predicted, columns = _classes("predictions", predictions, notes, len(labels))
    width = max(width, columns)
    classes = max(width, int(labels.max()) + 1)
    if classes < 2:
        raise ValueError("labels hold one class only; wanted at least two")
    if len(predicted) not in (len(labels), classes):
        raise ValueError(f"{len(predicted)} predictions for {len(labels)} labels; wanted one each")
    reported = _reported(reported_error, notes)
    return Facts(losses, predicted, labels, classes, reported, tuple(notes))


def _losses(losses):
    if losses is None:
        raise TypeError("losses is None; wanted the loss of each step, a list of numbers")
    losses = _numbers("losses", losses).ravel().astype(float)
    if not losses.size:
        raise ValueError("losses are empty; wanted the loss of at least one step")
    return losses


def _numbers(name, values):
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise ValueError(f"{name} are ragged; wanted an array of numbers") from error
    if array.dtype == object or not (np.issubdtype(array.dtype, np.number) or array.dtype == bool):
        if not array.size:
            return array.astype(float)
        raise TypeError(f"{name} are of type {array.dtype}; wanted numbers")
    return array


def _classes(name, values, notes, samples=None):
    """Class numbers (n,), and K if the columns tell it."""
    if values is None:
        raise TypeError(f"{name} is None; wanted class numbers, one a sample")
    array = _numbers(name, values)
    if not array.size:
        raise ValueError(f"{name} are empty; wanted at least one")
    if array.ndim == 2 and 1 in array.shape and max(array.shape) > 1:
        array = array.ravel()
    if array.ndim == 2:
        return _from_columns(name, array, notes, samples)
    if array.ndim != 1:
        raise ValueError(f"{name} are {array.shape}; wanted class numbers, (n,)")
    if not np.isfinite(array).all() or (array != np.round(array)).any():
        raise ValueError(f"{name} hold {array[0]:.4g}, ...; wanted whole class numbers")
    if array.min() < 0:
        raise ValueError(f"{name} hold {array.min():.0f}; wanted class numbers from 0")
    return array.astype(int), 0


def _from_columns(name, array, notes, samples):
    """One-hot labels or probabilities, one row a sample; one column, if that is what fits."""
    rows, columns = array.shape
    one_hot = name == "labels"
    turned = columns == samples and rows != samples
    if one_hot:
        turned = (array.sum(axis=0) == 1).all() and not (array.sum(axis=1) == 1).all()
    if turned:
        array = array.T
        notes.append(f"The {name} stand one column a sample.")
    if not one_hot:
        notes.append("I took argmax of each row of the predictions.")
    return array.argmax(axis=1), array.shape[1]


def _reported(error, notes):
    if error is None:
        return None
    if isinstance(error, (bool, str)) or np.ndim(error) or not np.isreal(error):
        raise TypeError(f"reported_error is {error!r}; wanted one number, 0 to 1")
    error = float(error)
    if not 0 <= error <= 100:
        raise ValueError(f"reported_error is {error}; wanted a fraction, 0 to 1")
    if error > 1:
        notes.append("I took the reported error for percent.")
        return error / 100
    return error
