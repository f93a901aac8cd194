"""The arguments of ``diagnose_run``, as people have them: checked, and read into a ``Record``."""

import numpy as np

from helpers.symptoms.record import Record


def read_record(losses, predictions, labels, reported_error=None, classes=None):
    """Check and read the arguments of ``diagnose_run``.

    Returns
    -------
    Record

    Raises
    ------
    TypeError, ValueError
        If something is missing, empty, or does not fit.
    """
    notes = []
    losses = _losses(losses)
    labels, width = _classes("labels", labels, notes)
    predicted, columns = _classes("predictions", predictions, notes, len(labels))
    classes = _count(classes, max(width, columns), predicted, labels, losses[0], notes)
    if len(predicted) not in (len(labels), classes):
        raise ValueError(f"{len(predicted)} predictions for {len(labels)} labels; wanted one each")
    reported = _reported(reported_error, notes)
    return Record(losses, predicted, labels, classes, reported, tuple(notes))


def _count(classes, columns, predicted, labels, first, notes):
    """K: as given, or as the columns say, or what occurs, or a little more if ln K says so."""
    highest = int(max(labels.max(), predicted.max() if len(predicted) == len(labels) else 0)) + 1
    if classes is not None:
        if isinstance(classes, bool) or not isinstance(classes, (int, np.integer)):
            raise TypeError(f"classes is {classes!r}; wanted the number of classes, an int")
        if classes < max(2, columns, highest):
            raise ValueError(
                f"classes is {classes}; wanted at least {max(2, columns, highest)}, for that many "
                "occur"
            )
        return int(classes)
    classes = max(columns, highest)
    named = np.exp(min(first, 9.0)) if np.isfinite(first) else 0.0
    more = round(named)
    if classes < more <= 1.25 * classes + 1 and abs(named - more) < 1e-3 * more and not columns:
        notes.append(
            f"The first loss is ln {more}, so I took {more} classes though {classes} occur; say "
            "classes= if not."
        )
        return more
    if classes < 2:
        raise ValueError(
            "labels hold one class only; wanted at least two, or classes= if others never occur"
        )
    return classes


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
