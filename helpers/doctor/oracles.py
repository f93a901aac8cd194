"""What right means, for softmax regression: belongs, is, keeps, lasts.

A right function is ``f = c g + h``: g the cross-entropy or its gradients, c one positive factor
for all parts, h what does not depend on the data (weight decay). Two sets of data at the same
weights give c, since h cancels; what is left is h, whose gradient must be the slope of its loss.
"""

import copy
from dataclasses import replace

import numpy as np

from helpers.doctor.calls import call, call_twice
from helpers.doctor.contract import RATE, STRENGTHS
from helpers.doctor.glance import SINGLE_PRECISION
from helpers.doctor.judgement import Judgement, Part
from helpers.doctor.optional import Numbers, decays
from helpers.doctor.probes import close, large
from helpers.doctor.scenes import right_at, scenes_of, seen, uniform
from helpers.doctor.state import Steps, adaptation, adapts, alike
from helpers.symptoms import name_factor

LOSS_TOLERANCE = 3e-4  # a logarithm with 1e-8 or a clip beside it is no mistake
TOLERANCE = 1e-5
_FAR = 3.0  # a loss at which some own class's probability is small
PARTS = ("loss", "W", "b")


class SoftmaxOracle:
    """Judges loss and gradients, or a step, of softmax regression.

    Parameters
    ----------
    convention : Convention
    size : str
        A key of ``MODERATE``.
    hints : tuple of str
        Names of the returned parts.
    scale : float
        What the function multiplies the samples with.
    swept : bool
        Whether a call makes one step a sample, not one for all.
    """

    def __init__(self, convention, size="free", hints=(), scale=1.0, swept=False):
        self.convention, self.size, self.hints, self.scale = convention, size, hints, scale
        self.swept = swept
        self.stepping = convention.stepping
        self.strengths = STRENGTHS if convention.has("reg") else (0.0,)
        self.scenes = scenes_of(size, scale, swept=swept)
        self._fresh = None
        self.numbers = ()  # optional numbers with which the unchanged function was wrong
        self.there = None  # what it gave with these

    def turned(self, convention):
        """The same oracle in another convention."""
        other = copy.copy(self)
        other.convention = convention
        return other

    def call(self, f, probe, strength=0.0, rate=RATE):
        """The outcome of ``f`` at a probe."""
        return call(f, self.convention, probe, rate, strength, self.hints)

    # -- the whole judgement ------------------------------------------------------------------

    def judge(self, f, scenes=None, lasting=True, load=None):
        """Judge a function.

        Parameters
        ----------
        f : callable
        scenes : list of Scene, optional
        lasting : bool
            Whether to try large logits and a second call too.
        load : callable, optional
            Gives the function anew: a step may keep state, and each is to begin without.

        Returns
        -------
        Judgement
        """
        scenes = scenes or self.scenes
        kept = f
        if self.stepping and load is not None:

            def f(*args, **kwargs):
                return load()(*args, **kwargs)

        fits = []
        changed, reduced = set(), False
        for strength in self.strengths:
            row = []
            for scene in scenes:
                outcomes = [self.call(f, probe, strength) for probe in scene.probes]
                bad = next((o for o in outcomes if not o.usable), None)
                if bad is not None:
                    return Judgement(failed=bad, stepping=self.stepping)
                changed.update(*(o.changed for o in outcomes))
                reduced = reduced or outcomes[0].reduced
                row.append(self._fit(f, scene, outcomes, strength))
            fits.append(row)
        steps = Steps(self, load or (lambda: kept)) if self.stepping else None
        judgement = self._weigh(fits, scenes, steps)
        judgement = replace(
            judgement,
            changed=tuple(n for n in "WbXY" if n in changed),
            reduced=reduced,
            stepping=self.stepping,
        )
        return (
            self._last(kept, judgement, _decay_of(fits[0]), load, steps) if lasting else judgement
        )

    def _fit(self, f, scene, outcomes, strength):
        """For each part (state, c, h) at one scene."""
        fit = {}
        for name in PARTS:
            fit[name] = self.fit_part(name, outcomes, scene)
        if fit["loss"][0] == "form":
            fit["slopes"] = self._slopes(f, scene, strength, fit["loss"][1], 1e-3)
        elif fit["loss"][0] == "other" and not self.stepping:
            gaps = self.gaps(f, scene, strength, outcomes[0])
            fit["own"] = bool(gaps) and max(gaps.values()) <= 1e-5
        fit["single"] = _is_single(outcomes[0].dW)
        fit["parameters"] = {"W": scene.probe.W, "b": scene.probe.b}
        return fit

    def fit_part(self, name, outcomes, scene):
        """(state, c, h, shape): "form" if found = c wanted + h, with h the same for all data.

        A part of it may be the cross-entropy with all classes alike: label smoothing.
        """
        found, wanted, uniform = (
            [each.parts.get(name) for each in rows]
            for rows in (outcomes, scene.wanted, scene.uniform)
        )
        if found[0] is None or any(each is None for each in found):
            return ("missing", (), None, ())
        shape = np.shape(found[0])
        if shape != np.shape(wanted[0]):
            return ("shape", (), None, shape)
        if not all(np.isfinite(each).all() for each in found):
            return ("not finite", (), None, shape)
        tolerance = LOSS_TOLERANCE if name == "loss" else TOLERANCE
        if name != "loss" and _is_single(found[0]):
            tolerance = SINGLE_PRECISION
        if self.stepping:
            parameter = getattr(scene.probe, name)
            adapted = adaptation(found, wanted, parameter)
            if adapted is not None:
                length, decay = adapted
                return ("form", (length,), decay * parameter, shape)
        delta = _differences(found)
        for basis in ((wanted,), (wanted, uniform)):
            columns = np.stack([_differences(each) for each in basis])
            fit, *_ = np.linalg.lstsq(columns.T, delta, rcond=None)
            scale = max(np.abs(columns[0]).max() * abs(fit.sum()), np.abs(delta).max(), 1e-12)
            near = np.abs(delta - fit @ columns).max() <= tolerance * scale
            if near and abs(fit[0]) > 1e-9 and (fit / fit[0] > -1e-9).all():
                rest = found[0] - sum(c * each[0] for c, each in zip(fit, basis, strict=True))
                return ("form", tuple(fit), rest, shape)
        return ("other", (), None, shape)

    def gaps(self, f, scene, strength, outcome):
        """How far the gradients are from the slopes of the function's own loss, by part."""
        found = {}
        for part, direction, slope in self._slopes(f, scene, strength, (), 1e-4):
            gradient = outcome.parts.get(part)
            if gradient is None or gradient.shape != direction.shape:
                continue
            gap = abs(float(np.sum(gradient * direction)) - slope)
            gap /= abs(slope) + np.linalg.norm(gradient) + 1e-9
            found[part] = max(found.get(part, 0.0), gap)
        return found

    def _slopes(self, f, scene, strength, coefficients, h):
        """(part, direction, slope) of the loss less its cross-entropies, by central differences."""
        found = []
        for part, direction, ends in scene.moved(h):
            values = []
            for probe, known in ends:
                outcome = self.call(f, probe, strength)
                if outcome.loss is None or outcome.raised is not None:
                    return []
                less = sum(c * each for c, each in zip(coefficients, known, strict=False))
                values.append(outcome.loss - less)
            found.append((part, direction, (values[0] - values[1]) / (2 * h)))
        return found

    def _weigh(self, fits, scenes, steps=None):
        """Put the fits at all strengths and scenes together."""
        first = fits[0]
        sizes = [scene.probe.sizes for scene in scenes]
        states = {name: _worst_state(name, fits) for name in PARTS}
        values = {n: tuple(float(sum(fit[n][1])) for fit in first) for n in PARTS}
        base = self._base(states, values, sizes, steps)
        parts = {}
        for name in PARTS:
            state = states[name]
            if state == "form":
                state = self._form_state(name, values, base, fits, steps)
            _, coefficients, term, shape = first[0][name]
            kept = values[name] if states[name] == "form" else ()
            parts[name] = Part(state, kept, term, shape, coefficients)
        self._mark_missing(parts)
        common = None
        if all(parts[n].state in ("right", "missing") for n in PARTS):
            named = name_factor(base, sizes) if base else None
            common = None if named is None or named.name == "1" else named
        mixed = parts["W"].coefficients
        return Judgement(
            parts,
            common=common,
            belongs=self._belongs(parts, fits),
            clipped=_is_clipped(states, first),
            decay=_decay_of(first if len(fits) == 1 else fits[-1]),
            smoothing=float(mixed[1] / sum(mixed)) if len(mixed) > 1 else 0.0,
            scaled=self.scale != 1,
        )

    def _mark_missing(self, parts):
        if parts["W"].state == "missing":
            parts["W"] = Part("lost")
        if parts["b"].state == "missing" and self.convention.folded:
            parts["b"] = Part("lost")

    def _base(self, states, values, sizes, steps):
        """The factor that all parts ought to have, at each scene."""
        ones = tuple(1.0 for _ in sizes)
        if self.stepping:
            # A rate that is written in, or an average: any constant, the same for all sizes.
            moved = [values[n] for n in ("W", "b") if states[n] == "form"] or [ones]
            plain = any(np.allclose(each, ones, rtol=1e-4) for each in moved)
            return moved[0] if not plain and steps.may_be(moved[0]) else ones
        gradients = [n for n in ("W", "b") if states[n] == "form"]
        if states["loss"] == "form":
            return self._base_of_loss(values["loss"], [values[n] for n in gradients], ones)
        return self._base_alone([values[n] for n in gradients], sizes) or ones

    @staticmethod
    def _base_alone(gradients, sizes):
        """Without a loss, a gradient may be a sum, or a constant times it; not a D-th of it."""
        usual = []
        for values in gradients:
            name = str(name_factor(values, sizes))
            if values[0] > 0 and not set("DK") & set(name) and name not in ("None", "1/N"):
                usual.append((name != "1", values))
        return min(usual, key=lambda pair: pair[0])[1] if usual else None

    def _base_of_loss(self, loss, gradients, ones):
        """The loss's factor. A negative one is a log-likelihood's, if the gradients have it too."""
        agree = [g for g in gradients if np.allclose(g, loss, rtol=1e-3)]
        if loss[0] > 0 or len(agree) == len(gradients) > 0:
            return self._prefer_plain(loss, gradients, ones)
        return tuple(np.abs(loss))

    @staticmethod
    def _prefer_plain(loss, gradients, ones):
        """The loss's factor; but 1 if a gradient is a plain mean, and none is the loss's slope."""
        plain = any(np.allclose(g, ones, rtol=1e-4) for g in gradients)
        belongs = any(np.allclose(g, loss, rtol=1e-3) for g in gradients)
        return ones if plain and not belongs else loss

    def _form_state(self, name, values, base, fits, steps):
        tolerance = 1e-3 if name == "loss" else 1e-4
        if not np.allclose(values[name], base, rtol=tolerance) and not (
            steps is not None and steps.may_be_beside(values[name], base)
        ):
            return "factor"
        return "right" if all(self._term_fits(name, fit) for row in fits for fit in row) else "term"

    def _term_fits(self, name, fit):
        """Whether h of a gradient is the slope of h of the loss; of a loss it always is."""
        if name == "loss":
            return True
        h = fit[name][2]
        parameter = fit["parameters"][name]
        scale = abs(sum(fit[name][1])) * 0.1 + 1e-9
        if fit["single"] and np.abs(h).max() <= 1e-2 * scale:
            return True
        if fit["loss"][0] == "form" and fit.get("slopes"):
            for part, direction, slope in fit["slopes"]:
                if part == name and abs(float(np.sum(h * direction)) - slope) > 2e-4 * max(
                    scale, np.abs(h).max()
                ):
                    return False
            return True
        if np.abs(h).max() <= 1e-4 * scale:
            return True
        # A step that shrinks W by more replaces it.
        shrinks = not self.stepping or np.abs(h).max() * RATE < 0.9 * np.abs(parameter).max()
        return (shrinks and decays(h, parameter)) or fit["loss"][0] not in ("form", "missing")

    def _belongs(self, parts, fits):
        if parts["loss"].state == "missing":
            return None
        own = [fit["own"] for row in fits for fit in row if "own" in fit]
        if own:
            return all(own)
        return all(part.state in ("right", "missing") for part in parts.values())

    def _last(self, f, judgement, decay, load=None, steps=None):
        """Add what a second call, large logits and other optional numbers show."""
        if judgement.failed is not None:
            return judgement
        first, *second = call_twice(f, self.convention, self.scenes[0].probe, self.hints)
        keeps = bool(second) and second[0].usable and alike(first, second[0])
        if steps is not None and first.usable:  # W is written into: the second is from other ones
            keeps = (keeps or not set("XY") & set(first.changed)) and steps.fine
            lost, adapting = steps.run.lost, frozenset(steps.adapting)
            judgement = replace(judgement, lost=lost, remembers=steps.remember, adapting=adapting)
        lasts, loss_lasts = True, True
        for probe in large(self.scenes[0].probe):
            outcome = self.call(load() if self.stepping and load else f, probe)
            right = [n for n in ("W", "b") if judgement.parts[n].state == "right"]
            lasts = lasts and all(
                self._part_lasts(n, outcome, judgement.parts[n], decay, probe) for n in right
            )
            if outcome.loss is not None and not np.isfinite(outcome.loss):
                loss_lasts = False
        judgement = replace(judgement, keeps=keeps, lasts=lasts, loss_lasts=loss_lasts)
        if judgement.agrees:
            numbers = Numbers(self, load or (lambda: f)).departing()
            belongs = judgement.belongs and not numbers
            judgement = replace(judgement, numbers=numbers, belongs=belongs)
        return judgement

    def finite_at_large(self, f):
        """A quick look, for the search: are there finite gradients at large logits?"""
        outcomes = [self.call(f, probe) for probe in large(self.scenes[0].probe)]
        parts = [o.parts[n] for o in outcomes for n in ("W", "b") if n in o.parts]
        return bool(parts) and all(np.isfinite(part).all() for part in parts)

    def _part_lasts(self, part, outcome, judged, decay, probe):
        """Whether a gradient is right at large logits too."""
        mine = _without_term(outcome.parts.get(part), part, decay, probe)
        if mine is None:
            return False
        inside = seen(probe, self.scale)
        both = (inside, uniform(inside))
        known = zip(judged.coefficients, both, strict=False)
        wanted = sum(c * right_at(each, self.swept).parts[part] for c, each in known)
        return close(mine, wanted, 1e-3) or (self.stepping and adapts(mine, wanted))

    def start_fresh(self, f):
        """Keep those fresh probes at which the unchanged function runs: some count the classes."""
        scenes = scenes_of(self.size, self.scale, True, self.swept)
        runs = [s for s in scenes if all(self.call(f, p).usable for p in s.probes)]
        self._fresh = runs or scenes

    def fresh(self, f, load=None, clipped=False):
        """Whether ``f`` is right at fresh probes too: one sample, few samples, a wide spread.

        A clipped loss, log(P + 1e-9), departs where P is small: such a probe says nothing of it.
        """
        if self._fresh is None:
            self._fresh = scenes_of(self.size, self.scale, True, self.swept)
        scenes = [s for s in self._fresh if not (clipped and s.wanted[0].loss > _FAR)]
        return self.judge(f, scenes or self._fresh, lasting=False, load=load).agrees


def _differences(outcomes):
    """What one and the same function gives for different data, less its first: h is gone."""
    return np.concatenate([np.ravel(outcomes[0] - each) for each in outcomes[1:]])


def _worst_state(name, fits):
    """The state of a part at all strengths and scenes."""
    states = [fit[name][0] for row in fits for fit in row]
    bad = next((state for state in states if state not in ("form", "missing")), None)
    return bad or ("missing" if "missing" in states else "form")


def _without_term(found, part, decay, probe):
    """A gradient less its weight decay, which is large at large weights."""
    for kind, strength in decay if found is not None else ():
        if kind == part:
            found = found - strength * getattr(probe, part)
        elif kind == "L1":
            found = found - strength * np.sign(getattr(probe, part)) * (part == "W")
    return found


def _is_clipped(states, first):
    """Whether a loss without a penalty is a little off."""
    if states["loss"] != "form":
        return False
    penalised = any(np.abs(fit["W"][2]).max() > 1e-9 for fit in first if fit["W"][0] == "form")
    return not penalised and any(abs(float(fit["loss"][2])) > 1e-9 for fit in first)


def _is_single(array):
    """Whether numbers were computed in float32: all of them fit into it."""
    return array is not None and np.any(array) and np.array_equal(np.float32(array), array)


def _decay_of(row):
    """Terms of weight decay in the gradients: ("W", strength), ("b", ...), ("L1", ...)."""
    fit = row[0]
    found = []
    for name in ("W", "b"):
        state, _, h, _ = fit[name]
        if state != "form" or np.abs(h).max() < 1e-8:
            continue
        parameter = fit["parameters"][name]
        a = float(np.sum(h * parameter) / np.sum(parameter**2))
        if np.abs(h - a * parameter).max() <= 1e-4 * np.abs(h).max():
            found.append((name, a))
            continue
        signs = np.sign(parameter)
        a = float(np.sum(h * signs) / np.sum(signs**2))
        if np.abs(h - a * signs).max() <= 1e-4 * np.abs(h).max():
            found.append(("L1", a))
    return tuple(found)
