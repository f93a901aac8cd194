"""The forms that an update takes besides W - rate * dW: dropped, half-updated, deaf to the rate."""

from typing import NamedTuple

import numpy as np

from helpers.doctor.diagnosis import Factor, name_factor
from helpers.doctor.probes import MODERATE, close, projection
from helpers.doctor.references import RIGHT, evaluate, reference


class Form(NamedTuple):
    """A form that fits.

    Attributes
    ----------
    name, sentence : str
    bugs : tuple of str
    correct : bool
    factor : Factor or None
    """

    name: str
    sentence: str
    bugs: tuple = ()
    correct: bool = False
    factor: Factor | None = None


def find_form(moves, size):
    """The form of an update.

    Parameters
    ----------
    moves : dict
        Outcomes by learning rate: new W and b at each probe.
    size : str

    Returns
    -------
    Form or None
    """
    forms = (_right, _unmoved, _one_unmoved, _returns_gradients, _assigned, _whole_numbers,
             _half_updated, _rate_ignored, _scaled, _decoupled_decay)  # fmt: skip
    found = (form(moves, size) for form in forms)
    return next((form for form in found if form is not None), None)


def _each(moves, size):
    """(rate, probe, right gradients, new W, new b) of every trial."""
    for rate, outcomes in moves.items():
        rights = reference(RIGHT, size)
        for probe, right, move in zip(MODERATE[size], rights, outcomes, strict=True):
            yield rate, probe, right, move.dW, move.db


def _is_step(new, old, gradient, rate, tolerance=3e-4):
    """Whether new is old - rate * gradient; a missing value agrees with everything."""
    return new is None or close((old - new) / rate, gradient, tolerance)


def _all(moves, size, agrees):
    return all(agrees(*trial) for trial in _each(moves, size))


def _right(moves, size):
    def agrees(rate, probe, right, W, b):
        return _is_step(W, probe.W, right.dW, rate) and _is_step(b, probe.b, right.db, rate)

    return Form("right", "", correct=True) if _all(moves, size, agrees) else None


def _same(new, old):
    return new is not None and np.array_equal(new, old)


def _unmoved(moves, size):
    if not _all(moves, size, lambda rate, probe, right, W, b: _same(W, probe.W)
                and (b is None or _same(b, probe.b))):  # fmt: skip
        return None
    return Form(
        "unmoved",
        "W and b come back as they went in: the update is computed and dropped (update-dropped). "
        "`W = W - ...` inside a function makes a new array; return it, or write W -= ...",
        ("update-dropped",),
    )


def _one_unmoved(moves, size):
    if _all(moves, size, lambda rate, probe, right, W, b: _same(b, probe.b)
            and _is_step(W, probe.W, right.dW, rate)):  # fmt: skip
        return Form("bias frozen", "W moves as it should; b is never updated (bias-frozen).",
                    ("bias-frozen",))  # fmt: skip
    if _all(moves, size, lambda rate, probe, right, W, b: _same(W, probe.W)
            and _is_step(b, probe.b, right.db, rate)):  # fmt: skip
        return Form("weights frozen", "b moves as it should; W is never updated "
                    "(update-dropped, for W alone).", ("update-dropped",))  # fmt: skip
    return None


def _returns_gradients(moves, size):
    for sign in (1, -1):
        if _all(moves, size, lambda rate, probe, right, W, b, s=sign: W is not None
                and close(W, s * right.dW, 3e-4)):  # fmt: skip
            return Form("gradients", "It returns the gradients, not the new W and b: the step "
                        "itself is missing.")  # fmt: skip
    return None


def _assigned(moves, size):
    """W = rate * dW, of either sign and any scale, with what W was before left out."""
    for part in ("W", "b"):
        factors = []
        for rate, _probe, right, W, b in _each(moves, size):
            new, gradient = (W, right.dW) if part == "W" else (b, right.db)
            factor = np.nan if new is None else projection(new, -rate * gradient)
            if not np.isfinite(factor) or not close(new, -factor * rate * gradient, 3e-4):
                break
            factors.append(factor)
        else:
            factor = name_factor(factors[:2], [probe.sizes for probe in MODERATE[size]])
            if factor is not None:
                return Form(
                    "assigned",
                    f"The new {part} is {'-' if factor > 0 else ''}rate * d{part} alone: assigned "
                    "(=) where it should be subtracted from the old one (-=). update-assigned.",
                    ("update-assigned",),
                    factor=None if factor == 1 else factor,
                )
    return None


def _whole_numbers(moves, size):
    def agrees(rate, probe, right, W, b):
        return W is not None and np.isfinite(W).all() and np.array_equal(W, np.round(W))

    if not _all(moves, size, agrees):
        return None
    return Form("integers", "The new W holds whole numbers only: it is rounded to integers, and "
                "small steps are lost (integer-weights).", ("integer-weights",))  # fmt: skip


def _half_updated(moves, size):
    """The second gradient is taken after the first parameter has moved."""

    def bias_second(rate, probe, right, W, b):
        if W is None or b is None or not _is_step(W, probe.W, right.dW, rate):
            return False
        after = evaluate(RIGHT, probe._replace(W=W))
        return _is_step(b, probe.b, after.db, rate, 1e-6)

    def weights_second(rate, probe, right, W, b):
        if W is None or b is None or not _is_step(b, probe.b, right.db, rate):
            return False
        after = evaluate(RIGHT, probe._replace(b=b))
        return _is_step(W, probe.W, after.dW, rate, 1e-6)

    for agrees, first, second in ((bias_second, "W", "b"), (weights_second, "b", "W")):
        if _all(moves, size, agrees):
            return Form(
                "half-updated",
                f"d{second} is taken at the half-updated point, after {first} has moved: compute "
                "both gradients first, then move both.",
            )
    return None


def _rate_ignored(moves, size):
    """The same step for two learning rates."""
    (_, first), (_, second) = moves.items()
    for a, b in zip(first, second, strict=True):
        if a.dW is None or not close(a.dW, b.dW, 1e-9):
            return None
    factors = []
    for rate, probe, right, W, _b in _each(moves, size):
        factor = projection((probe.W - W) / rate, right.dW) * rate
        if not close(probe.W - W, factor * right.dW, 3e-4):
            return Form("rate ignored", "The learning rate is ignored: two rates give one step.")
        factors.append(factor)
    factor = name_factor(factors[:2], [probe.sizes for probe in MODERATE[size]])
    if factor is None:
        return Form("rate ignored", "The learning rate is ignored: two rates give one step.")
    up = " It walks up the gradient, too (ascent)." if factor < 0 else ""
    return Form(
        "rate ignored",
        f"The learning rate is ignored: each step is {_plainly(factor)} times the gradient.{up}",
        ("ascent",) if factor < 0 else (),
        factor=factor,
    )


def _plainly(factor):
    """A rate as people write it, 0.01; a factor of N as N."""
    return factor.name if "N" in factor.name else f"{float(factor):.4g}"


def _scaled(moves, size):
    """W and b move along the right gradients, each times a factor."""
    by_rate = []
    for rate in moves:
        only = {rate: moves[rate]}
        factors = {"W": [], "b": []}
        for rate_, probe, right, W, b in _each(only, size):
            for name, new, old, slope in (("W", W, probe.W, right.dW), ("b", b, probe.b, right.db)):
                if new is None:
                    continue
                factor = projection((old - new) / rate_, slope)
                if not np.isfinite(factor) or not close((old - new) / rate_, factor * slope, 3e-4):
                    return None
                factors[name].append(factor)
        by_rate.append(factors)
    return _name_scales(by_rate, list(moves), size)


def _name_scales(by_rate, rates, size):
    sizes = [probe.sizes for probe in MODERATE[size]]
    first, second = by_rate
    steady = all(np.allclose(first[name], second[name], rtol=1e-3, atol=1e-9) for name in first)
    if not steady:
        ratio = np.array(first["W"] or first["b"]) / np.array(second["W"] or second["b"])
        if np.allclose(ratio, rates[0] / rates[1], rtol=1e-3):
            return Form("rate twice", "The learning rate is multiplied in twice: the step goes "
                        "with its square.")  # fmt: skip
        return Form("rate bent", "The step is not proportional to the learning rate.")
    named = {name: name_factor(first[name], sizes) for name in first if first[name]}
    frozen = [name for name in first if first[name] and not np.any(first[name])]
    if frozen:
        return None
    if any(factor is None for factor in named.values()):
        return None
    return _about_scales(named)


def _about_scales(named):
    W, b = named.get("W"), named.get("b")
    factor = W if W is not None and W != 1 else b
    if W is not None and b is not None and W.name != b.name:
        bugs, parts = [], []
        for name, scale in (("W", W), ("b", b)):
            if scale == 1:
                parts.append(f"{name} moves as it should")
                continue
            parts.append(f"{name} moves {scale} times the right step")
            if scale < 0:
                bugs.append("bias-ascends" if name == "b" else "ascent")
            bugs += _bugs_of_scale(scale)
        up = "" if W > 0 and b > 0 else " The one with the minus goes uphill."
        return Form("scales", f"{'; '.join(parts)}.{up}", tuple(bugs), factor=factor)
    bugs = (("ascent",) if factor < 0 else ()) + tuple(_bugs_of_scale(factor))
    up = ", and uphill (ascent)" if factor < 0 else ""
    return Form(
        "scaled",
        f"The step is {factor} times the right one{up}: the direction is that of the mean "
        "gradient, the length is not rate times it.",
        bugs,
        factor=factor,
    )


def _bugs_of_scale(factor):
    size = factor.name.removeprefix("-")
    named = {"N": "sum-for-mean", "1/N": "divided-twice", "N/K": "divided-by-classes"}
    if size in named:
        return [named[size]]
    return ["rate-too-small"] if size == "1/1000" else []


def _decoupled_decay(moves, size):
    """W = (1 - lambda) W - rate * dW, whatever the rate."""
    strengths = []
    for rate, probe, right, W, b in _each(moves, size):
        if W is None or not _is_step(b, probe.b, right.db, rate):
            return None
        rest = probe.W - rate * right.dW - W
        strength = projection(rest, probe.W)
        if not np.isfinite(strength) or not close(rest, strength * probe.W, 1e-6):
            return None
        strengths.append(strength)
    if not np.allclose(strengths, strengths[0], rtol=1e-4) or abs(strengths[0]) < 1e-8:
        return None
    if strengths[0] < 0:
        return Form("decay", f"W grows by {-strengths[0]:.4g} of itself each step: weight decay "
                    "with the wrong sign (decay-sign).", ("decay-sign",))  # fmt: skip
    return Form("decay", f"Right, with weight decay: W shrinks by {strengths[0]:.4g} of itself "
                "each step, whatever the learning rate.", correct=True)  # fmt: skip
