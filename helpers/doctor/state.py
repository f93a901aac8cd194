"""Steps that keep state: momentum, Adam and their relatives."""

from functools import cached_property

import numpy as np

from helpers.doctor.calls import call, follow
from helpers.doctor.contract import RATE

_CALLS = 6
_OTHER_RATE = 0.1
_SMALL_RATE = 1e-6  # a look ahead, W + 0.9 v, is at W then
_SAME = 0.05  # of a length: it depends a little on the slopes, by the number beside the root
_CLEAR = 1e-3  # of the largest slope: what is smaller has a sign by chance
_NEAR = 2e-3
_ALONG = 0.7  # the cosine of a step that looks ahead at a rate of its own


class Steps:
    """Several steps of one function, the state handed on from each to the next.

    Parameters
    ----------
    oracle : SoftmaxOracle
    load : callable
        Gives the function anew.
    """

    def __init__(self, oracle, load):
        self.oracle, self.load = oracle, load
        self.scene, self.convention = oracle.scenes[0], oracle.convention

    def _run(self, rate):
        args = self.load(), self.convention, self.scene.probe, _CALLS, rate, self.oracle.hints
        return follow(*args)

    @cached_property
    def run(self):
        """The steps at the usual rate."""
        return self._run(RATE)

    @cached_property
    def remember(self):
        """Whether a later step is another than the first, from the same weights and data."""
        first, *later = self.run.outcomes
        return not all(each.usable and alike(first, each) for each in later)

    @cached_property
    def fine(self):
        """Whether each step is the first one again, or a combination of gradients."""
        if not self.remember:
            return True
        if combines(self.run.outcomes, self.scene):
            return True
        if not self.convention.has("rate"):
            return combines(self.run.outcomes, self.scene, strict=False)
        return combines(self._run(_SMALL_RATE).outcomes, self.scene)

    @cached_property
    def proportional(self):
        """Whether the first step is as long as its rate says."""
        if not self.convention.has("rate"):
            return True
        rates = RATE, _OTHER_RATE
        one, other = (
            call(self.load(), self.convention, self.scene.probe, rate, hints=self.oracle.hints)
            for rate in rates
        )
        return one.usable and other.usable and alike(one, other, 1e-3)

    @cached_property
    def adapting(self):
        """Names of the parts that are moved by so much, whatever the slope."""
        first, wanted = self.run.outcomes[0], self.scene.wanted[0].parts
        return {
            name
            for name, found in first.parts.items()
            if adaptation([found], [wanted[name]], getattr(self.scene.probe, name)) is not None
        }

    def may_be(self, lengths):
        """Whether a step may be so many times the gradient, at each size of probe.

        A first step is short where an average begins at 0, and long where one is divided by its
        root: which constant is right no one can tell, but it is one.

        Parameters
        ----------
        lengths : sequence of float

        Returns
        -------
        bool
        """
        if min(lengths) <= 0 or np.ptp(lengths) > _SAME * lengths[0]:
            return False
        free = not self.convention.has("rate") or self.remember or self.adapting
        return bool(free and self.proportional)

    def may_be_beside(self, lengths, others):
        """Whether both may be, of W and of b: the same constant, if they are moved in one way."""
        unlike = len(self.adapting) == 1
        return self.may_be(lengths) and (unlike or np.allclose(lengths, others, rtol=_SAME))


def alike(one, other, tolerance=1e-9):
    """Whether two outcomes are the same.

    Parameters
    ----------
    one, other : Outcome
    tolerance : float
        Relative.

    Returns
    -------
    bool
    """
    pairs = [(one.parts.get(n), other.parts.get(n)) for n in ("loss", "W", "b")]
    for a, b in pairs:
        if (a is None) != (b is None):
            return False
        if a is not None and not (
            np.shape(a) == np.shape(b)
            and np.allclose(a, b, rtol=tolerance, atol=1e-3 * tolerance, equal_nan=True)
        ):
            return False
    return True


def combines(outcomes, scene, strict=True):
    """Whether steps with state are down the gradient each time, and their length settles.

    Parameters
    ----------
    outcomes : sequence of Outcome
        Of one step after the other, all from the same weights.
    scene : Scene
    strict : bool
        Whether each is to be along the gradient, and not only near it.

    Returns
    -------
    bool
    """
    lengths = []
    for outcome in outcomes:
        if not outcome.usable:
            return False
        for name in ("W", "b"):
            found, wanted = outcome.parts.get(name), scene.wanted[0].parts[name]
            if found is None:
                continue
            if not (
                _down(found, wanted, getattr(scene.probe, name))
                if strict
                else _near_down(found, wanted)
            ):
                return False
        lengths.append(float(np.linalg.norm(outcome.dW if outcome.dW is not None else 0)))
    growth = np.diff(lengths)  # a rate may fall as it likes
    most = np.maximum(growth[:-1], 0) * 1.001 + 1e-9
    return bool((growth[1:] <= most).all())


def _near_down(found, wanted):
    if found.shape != wanted.shape or not np.isfinite(found).all():
        return False
    return np.vdot(found, wanted) >= _ALONG * np.linalg.norm(found) * np.linalg.norm(wanted)


def _down(found, wanted, parameter):
    """Whether a step is a positive multiple of a gradient, or of its signs, and of a decay."""
    if found.shape != wanted.shape or not np.isfinite(found).all():
        return False
    basis = np.stack([wanted.ravel(), parameter.ravel()])[: max(found.size - 1, 1)]
    for columns in (basis[:1], basis):
        s = np.linalg.lstsq(columns.T, found.ravel(), rcond=None)[0]
        rest = np.abs(found.ravel() - s @ columns).max()
        if (s > 0).all() and rest <= 1e-5 * np.abs(found).max():
            return True
    return adaptation([found], [wanted], parameter) is not None


def adapts(found, wanted):
    """Whether a step is down each slope, by what grows with the slope and soon grows no more.

    Adam and its relatives divide each slope by its size, and by a small number beside that.

    Parameters
    ----------
    found, wanted : ndarray
        The step, and the gradient.

    Returns
    -------
    bool
    """
    found, wanted = np.ravel(found), np.ravel(wanted)
    largest = np.abs(wanted).max(initial=0)
    clear = np.abs(wanted) > _CLEAR * largest
    length = np.abs(found).max(initial=0)
    if length == 0 or clear.sum() < 2 or not np.isfinite(found).all():
        return False
    step, slope = (found * np.sign(wanted))[clear], np.abs(wanted[clear])
    order = np.argsort(slope)
    step, slope = step[order], slope[order]
    steady = (np.diff(step) >= -_NEAR * length).all() and (step > 0).all()
    ratio = step / slope
    bends = (np.diff(ratio) <= _NEAR * ratio[:-1]).all() and ratio[-1] < 0.9 * ratio[0]
    return bool(steady and bends) or bool((np.abs(step - length) <= _NEAR * length).all())


def adaptation(found, wanted, parameter):
    """(length, decay) of a step that adapts and may shrink its parameter besides.

    Parameters
    ----------
    found, wanted : sequence of ndarray
        Steps, and the gradients that they belong to, at one parameter.
    parameter : ndarray

    Returns
    -------
    tuple of (float, float) or None
        ``None`` if it is no such step.
    """
    f, g = (np.concatenate([np.ravel(each) for each in rows]) for rows in (found, wanted))
    if f.size != g.size or not np.isfinite(f).all() or not np.any(f):
        return None
    if adapts(f, g):
        return float(np.abs(f).max()), 0.0
    w = np.tile(np.ravel(parameter), len(found))
    large = np.abs(g) > 0.1 * np.abs(g).max()
    if large.sum() < 4:
        return None
    columns = np.stack([np.sign(g), w])
    length, decay = np.linalg.lstsq(columns[:, large].T, f[large], rcond=None)[0]
    if length > 0 and decay > 0 and adapts(f - decay * w, g):
        return float(length), float(decay)
    return None
