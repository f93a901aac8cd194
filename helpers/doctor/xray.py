"""The reader's own lines, each with what it is.

Run the code at two probes of different size, record what each line assigns, and compare with the
quantities of the derivation and the well-known wrong turns, up to factor, sign, transposition and
weight decay. ``line_slopes`` compares with the slopes of the function's own loss by each earlier
value; ``listing`` writes the names beside the lines, and marks one.
"""

from dataclasses import dataclass, field

import numpy as np

from helpers.doctor.probes import make
from helpers.doctor.quantities import quantities
from helpers.doctor.recording import PARAMETER, Recording
from helpers.doctor.returns import as_array
from helpers.symptoms import name_factor

_EXACT = 1e-7
# A residual over N, or Y - P, is no wrong turn: what follows may be consistent with it.
CONSISTENT = ("1", "N", "1/N", "-1", "-N", "-1/N")


@dataclass(eq=False)
class Names:
    """What was found at each site.

    Attributes
    ----------
    sites : list of Site
    values : list of dict
        Site number to its last value, one dict a probe.
    names : dict
        Site number to what it is.
    wrong_turns : set of int
        Sites whose value is a well-known wrong turn, or right but for a factor that no right
        program has there.
    """

    sites: list
    values: list
    names: dict = field(default_factory=dict)
    wrong_turns: set = field(default_factory=set)


def look(case, call, probes, rate=None, turned=False):
    """Name every line by the two tables of the derivation.

    Parameters
    ----------
    case : Case
    call : callable
        ``call(f, probe)`` calls the function.
    probes : sequence of Probe
        Two, of different sizes.
    rate : float, optional
        Of a step: a factor of that size is called the rate.
    turned : bool
        Whether the reader's W is (K, D): so are its gradients, and no other order is right.

    Returns
    -------
    Names
    """
    recording = Recording(case)
    values = []
    for probe in probes:
        case.clock.start()
        recording.run(lambda f, probe=probe: call(f, probe))
        values.append(recording.last())
    names = Names(recording.sites, values)
    tables = [quantities(probe) for probe in probes]
    sizes = [probe.sizes for probe in probes]
    for number in values[0]:
        if any("empty" in read for read in recording.sites[number].reads):
            continue  # what lay in memory has no name
        found = [as_array(each.get(number)) for each in values]
        if any(each is None or each.size == 0 for each in found):
            continue
        named = _name(found, tables, probes, sizes, rate)
        if named:
            matrix = turned and found[0].ndim == 2 and min(found[0].shape) > 1
            names.names[number] = _turned(named[0]) if matrix else named[0]
            if named[1]:
                names.wrong_turns.add(number)
    return names


def fine_lines(names):
    """Lines all of whose values are right, with no factor: (unit, line) pairs.

    Parameters
    ----------
    names : Names

    Returns
    -------
    frozenset
    """
    known, lines = set(quantities(make(5, 4, 3, seed=0))[0]) | {"loss: the mean cross-entropy"}, {}
    known.discard("slope of the loss by P: -Y / P")  # right, and often where P - Y is wanted
    for number in names.values[0]:
        site = names.sites[number]
        if site.target != "return" and site.part != PARAMETER:
            name = names.names.get(number, "").removesuffix(", one column a sample")
            if not name.startswith(_WEIGHTS):
                name = name.removesuffix(", transposed")
            fine = name.removesuffix(", of one sample") in known
            lines[site.unit, site.line] = lines.get((site.unit, site.line), True) and fine
    helpers = _right_helpers(names, known)
    return frozenset(place for place, fine in lines.items() if fine or place in helpers)


def _right_helpers(names, known):
    """Lines of helpers of which only what is right comes back."""
    back = {}
    for number in names.values[0]:
        site = names.sites[number]
        if site.target == "return" and site.where != names.sites[-1].where:
            back.setdefault(site.where, []).append(names.names.get(number, "") in known)
    right = {where for where, parts in back.items() if all(parts)}
    return {(site.unit, site.line) for site in names.sites if site.where in right}


_WEIGHTS = ("weights W", "gradient of W")


def _turned(name):
    """What a matrix is, where the reader's W is (K, D)."""
    if not any(each in name for each in _WEIGHTS):
        return name
    bare = name.removesuffix(", transposed")
    return bare if bare != name else f"{name}, transposed"


def _name(found, tables, probes, sizes, rate=None):
    """(what it is, whether that is a wrong turn) of a value at all probes; ``None`` if unknown."""
    found = [np.asarray(each.real, dtype=float) for each in found]
    if not all(np.isfinite(each).all() for each in found):
        return ("not finite", False)
    if all(each.size == 1 for each in found):
        return name_number([float(each.ravel()[0]) for each in found], probes, sizes)
    for wrong in (False, True):
        for name in tables[0][wrong]:
            factors = [_factor(v, t[wrong][name]) for v, t in zip(found, tables, strict=True)]
            if all(f is not None for f in factors):
                scale = name_factor([f[0] for f in factors], sizes)
                if scale is not None:
                    scale = _of_rate([f[0] for f in factors], sizes, rate) or scale
                    return with_factor(name, scale, factors[0][1]), wrong
    update = _name_update(found, probes, sizes, rate) if rate else None
    return update or _name_with_term(found, probes, sizes) or _name_row(found, tables, sizes)


def _of_rate(factors, sizes, rate):
    """A factor as one of the learning rate: "-rate"; "" if it is none."""
    plain = rate and name_factor(factors, sizes)
    if not rate or str(plain) in CONSISTENT:
        return ""
    scale = str(name_factor([f / rate for f in factors], sizes))
    known = {
        "1": "rate",
        "-1": "-rate",
        "N": "N x rate",
        "-N": "-N x rate",
        "1/N": "rate / N",
        "-1/N": "-rate / N",
    }
    return known.get(scale, "")


def _factor(value, quantity):
    """(factor, transposed) that makes a value of a quantity; ``None`` if none does."""
    flat = np.squeeze(value)
    for transposed in (False, True):
        wanted = np.squeeze(quantity.T if transposed else quantity)
        if flat.shape != wanted.shape:
            continue
        square = float(np.vdot(wanted, wanted))
        if square < 1e-20:
            continue
        s = float(np.vdot(wanted, flat)) / square
        if abs(s) > 1e-12 and np.abs(flat - s * wanted).max() <= _EXACT * np.abs(flat).max():
            return s, transposed and value.ndim == 2 and min(value.shape) > 1
    return None


def with_factor(name, scale, transposed):
    """The words for a quantity times a factor, perhaps transposed."""
    if name == "residual P - Y" and scale == "-1":
        text = "residual, sign flipped: Y - P"
    elif scale == "1":
        text = name
    elif scale == "-1":
        text = f"{name}, sign flipped"
    else:
        text = f"{scale} times the {name}" if not name.startswith("-") else f"{scale} times {name}"
    return text + (
        ", one column a sample"
        if transposed and name in _BY_SAMPLE
        else ", transposed"
        if transposed
        else ""
    )


_BY_SAMPLE = {"logits Z", "probabilities P", "labels Y, one-hot", "residual P - Y", "samples X"}


def name_number(values, probes, sizes):
    """Of a number: the loss, or a size of the problem."""
    for i, what in enumerate(("N, the samples", "D, the features", "K, the classes")):
        if all(v == size[i] for v, size in zip(values, sizes, strict=True)):
            return what, False
    scale = name_factor(
        [v / float(p.reference().loss) for v, p in zip(values, probes, strict=True)], sizes
    )
    if scale is None or "." in str(scale):
        return None
    named = {
        "1": "loss: the mean cross-entropy",
        "N": "summed cross-entropy",
        "-1": "mean log-likelihood",
        "-N": "log-likelihood",
    }
    return named.get(str(scale), f"{scale} times the mean cross-entropy"), False


def _name_with_term(found, probes, sizes):
    """A gradient of W with a multiple of W in it, or a residual up to a factor of N."""
    fits = []
    for value, probe in zip(found, probes, strict=True):
        for turned, basis in _with_weights(value, probe):
            if turned.shape == basis[0].shape:
                basis = np.stack([each.ravel() for each in basis])
                fit = np.linalg.lstsq(basis.T, turned.ravel(), rcond=None)[0]
                near = np.abs(turned.ravel() - fit @ basis).max() <= _EXACT * np.abs(turned).max()
                if near and abs(fit[0]) > 1e-9:
                    fits.append(fit)
                break
    if len(fits) < len(found):
        return None
    scale = name_factor([fit[0] for fit in fits], sizes)
    if scale is None:
        return None
    return with_factor("gradient of W", scale, False) + " with weight decay", False


def _name_update(found, probes, sizes, rate):
    """New weights: the old ones and a multiple of their gradient; if not -rate, a wrong turn."""
    for part in ("W", "b"):
        factors = []
        for value, probe in zip(found, probes, strict=True):
            old, slope = getattr(probe, part), probe.reference().parts[part]
            for turned in (value, value.T, np.ravel(value)):
                if turned.shape == old.shape:
                    factor = _factor(turned - old, slope)
                    factors += [factor[0]] if factor else []
                    break
        scale = _of_rate(factors, sizes, rate) if len(factors) == len(found) else ""
        if scale:
            sign, size = ("-", scale[1:]) if scale[0] == "-" else ("+", scale)
            return f"new {part}: {part} {sign} {size} x gradient", scale != "-rate"
    return None


def _with_weights(value, probe):
    """Gradients of W, alone and with the bias's, each with what decays; the value either way up."""
    right, W = probe.reference(), probe.W
    bases = [(right.dW, W)]
    for order in (slice(None), slice(None, None, -1)):
        whole, weights = ([p, q][order] for p, q in ((right.dW, right.db), (W, probe.b)))
        bare = [W, np.zeros_like(probe.b)][order]
        bases.append(tuple(np.vstack(each) for each in (whole, weights, bare)))
    return [(turned, basis) for basis in bases for turned in (value, value.T)]


def _name_row(found, tables, sizes):
    """In a loop over samples: one row of a quantity."""
    for wrong in (False, True):
        for name in tables[0][wrong]:
            factors = []
            for value, table in zip(found, tables, strict=True):
                rows = table[wrong][name]
                if value.ndim != 1 or rows.ndim != 2 or rows.shape[1] != value.size:
                    break
                hits = [f for row in rows if (f := _factor(value, row))]
                if not hits:
                    break
                factors.append(hits[0][0])
            else:
                scale = name_factor(factors, sizes)
                if scale is not None and "." not in str(scale):
                    return with_factor(name, scale, False) + ", of one sample", wrong
    return None
