"""What is known where the reader's code runs at one point: values, and the slopes of the loss."""

from types import SimpleNamespace

import numpy as np

from helpers.doctor.recording import INSIDE, PARAMETER

_NEAR = 1e-5


class Scene:
    """What is known where the code runs at one point.

    Parameters
    ----------
    before : dict
        (unit, line) to the values of the names there, before that line.
    after : dict
        (unit, line) to the value that the line gave.
    slopes : iterable of ndarray
        Slopes of the loss, by each argument and by each earlier value.
    names : dict
        What else the code can read.
    fine : container of (Unit, int)
        Lines that give such a slope already.
    """

    def __init__(self, before, after, slopes, names, fine):
        self.before, self.after, self.names, self.fine = before, after, names, fine
        by_shape = {}
        for slope in slopes:
            if np.isfinite(slope).all() and slope.any():
                by_shape.setdefault(slope.shape, []).append(slope.ravel())
        self.tables = {shape: np.stack(rows) for shape, rows in by_shape.items()}
        self.sizes = {shape: np.abs(t).max(axis=1) for shape, t in self.tables.items()}

    def is_slope(self, value):
        """Whether a value is one of the slopes."""
        table = self.tables.get(value.shape)
        if table is None:
            return False
        flat, most = value.ravel(), _NEAR * self.sizes[value.shape]
        rows = np.flatnonzero(np.abs(table[:, 0] - flat[0]) <= most)  # most fail here already
        return any(np.abs(table[i] - flat).max() <= most[i] for i in rows)


def scene_of(case, recording, slopes, arguments, sizes, fine):
    """The scene of a recorded run.

    Parameters
    ----------
    case : Case
    recording : Recording
        Of the run.
    slopes : dict
        (unit, line) of earlier values to slopes of the loss by them.
    arguments : iterable of ndarray
        Slopes of the loss by arguments.
    sizes : iterable of float
        Factors that the values of a backward pass may carry: 1, N, 1 / N.
    fine : container of (Unit, int)
        Lines that give a slope already.

    Returns
    -------
    Scene
    """
    before, after, now, attributes = {}, {}, {}, {}
    names = {"np": np} | case.code.namespace()
    for number, value in recording.events:
        site = recording.sites[number]
        known = now.setdefault(site.where, {})
        if site.part not in (PARAMETER, INSIDE) and (site.unit, site.line) not in slopes:
            before[site.unit, site.line] = known | attributes
            after[site.unit, site.line] = value
            if attributes:
                before[site.unit, site.line]["self"] = _object(site.where, names, attributes)
        if site.target.startswith("self."):
            attributes[site.target] = value
        elif site.target != "return":
            known[site.target] = value
    measured = [*arguments, *(slope for found in slopes.values() for slope in found)]
    wanted = [factor * slope for slope in measured for factor in sizes]
    return Scene(before, after, wanted, names, fine)


def _object(method, names, attributes):
    """An object of the reader's class as it was: with its methods, and these attributes."""
    classes = [each for each in names.values() if isinstance(each, type)]
    cls = next((each for each in classes if method in vars(each)), SimpleNamespace)
    made = cls.__new__(cls)
    made.__dict__.update({name.partition(".")[2]: value for name, value in attributes.items()})
    return made
