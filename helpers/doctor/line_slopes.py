"""Slopes of the function's own loss by the values of its lines, and lines named by them."""

import numpy as np

from helpers.doctor.recording import PARAMETER, Recording
from helpers.doctor.returns import as_array
from helpers.doctor.xray import CONSISTENT
from helpers.symptoms import name_factor

_MOST_ENTRIES = 60  # of a value whose slopes are taken


def slopes(case, call, loss_of, inside=False):
    """Slope of the loss by each assigned value, by perturbing its entries in turn.

    Parameters
    ----------
    case : Case
    call : callable
        Takes the function and calls it.
    loss_of : callable
        The loss out of what ``call`` gives.
    inside : bool
        As for ``Recording``; and whether slopes by single numbers are taken too.

    Returns
    -------
    dict
        Site number to an array of slopes.
    """
    recording = Recording(case, inside)
    case.clock.start()
    recording.run(call)
    values = recording.last()
    counts = {number: sum(1 for n, _ in recording.events if n == number) for number in values}
    found = {}
    for number, value in values.items():
        array = as_array(value)
        least = 1 if inside else 2
        if array is None or array.dtype.kind != "f" or not least <= array.size <= _MOST_ENTRIES:
            continue
        if recording.sites[number].target == "return":
            continue
        found[number] = _slope(recording, call, loss_of, number, counts[number], array, case.clock)
    return {number: slope for number, slope in found.items() if slope is not None}


def _slope(recording, call, loss_of, number, count, array, clock):
    slope, h = np.empty_like(array), 1e-5
    for index in np.ndindex(array.shape):
        ends = []
        for sign in (h, -h):
            moved = array.copy()
            moved[index] += sign
            clock.start()
            loss = loss_of(recording.run(call, (number, count, moved)))
            if loss is None:
                return None
            ends.append(float(loss))
        slope[index] = (ends[0] - ends[1]) / (2 * h)
    return slope if np.isfinite(slope).all() and np.abs(slope).max() > 1e-9 else None


def name_by_slopes(names, found, sizes):
    """Name values that are slopes of the loss by an earlier value.

    Parameters
    ----------
    names : Names
        ``names.names`` is added to; what the tables named keeps its name.
    found : list of dict
        What ``slopes`` gave at each probe.
    sizes : list of tuple
    """
    for number, value in names.values[0].items():
        array = as_array(value)
        if number in names.names or array is None or array.size < 2:
            continue
        for earlier in found[0]:
            pairs = [
                (as_array(v.get(number)), f.get(earlier))
                for v, f in zip(names.values, found, strict=True)
            ]
            factors = [_near(v, s) for v, s in pairs]
            if all(f is not None for f in factors):
                scale = name_factor(factors, sizes)
                if scale is not None:
                    site = names.sites[earlier]
                    prefix = "" if scale == "1" else f"{scale} x "
                    place = "" if site.part == PARAMETER else f" (line {site.line})"
                    names.names[number] = f"{prefix}slope of the loss by {site.target}{place}"
                    if scale not in CONSISTENT:
                        names.wrong_turns.add(number)
                    break


def _near(value, slope):
    """The factor between a value and slopes that were measured."""
    if value is None or slope is None:
        return None
    for wanted in (slope, slope.T):
        if value.shape == wanted.shape or np.squeeze(value).shape == np.squeeze(wanted).shape:
            flat, wanted = np.squeeze(value).ravel(), np.squeeze(wanted).ravel()
            s = float(flat @ wanted / (wanted @ wanted))
            if abs(s) > 1e-9 and np.abs(flat - s * wanted).max() <= 1e-5 * np.abs(flat).max():
                return round(s, 5) if abs(s - round(s)) < 1e-4 else s
    return None
