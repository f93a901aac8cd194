"""A probe with other data at the same weights, and what is right at each."""

from functools import cache

import numpy as np

from helpers.doctor.contract import RATE
from helpers.doctor.probes import FRESH, MODERATE, Outcome, other_data


class Scene:
    """A probe, the same weights with other data, and what is right at each."""

    def __init__(self, probe, scale=1.0, swept=False):
        self.probe = probe
        self.probes = [probe, *(other_data(probe, seed) for seed in (31, 32, 33, 34))]
        inside = [seen(each, scale) for each in self.probes]
        self.wanted = [right_at(each, swept) for each in inside]
        self.uniform = [right_at(uniform(each), swept) for each in inside]
        self.scale, self._moved = scale, {}

    def moved(self, h):
        """Where slopes are taken: (part, direction, both ends) of a few fixed directions.

        Each end is a probe and its two cross-entropies: with its labels, and with all alike.
        """
        if h not in self._moved:
            self._moved[h] = [
                (part, direction, [self._end(part, step * direction) for step in (h, -h)])
                for part, direction in self._directions()
            ]
        return self._moved[h]

    def _directions(self):
        rng = np.random.default_rng(77)
        for part in ("W", "W", "b"):
            direction = rng.normal(size=getattr(self.probe, part).shape)
            yield part, direction / np.linalg.norm(direction)

    def _end(self, part, change):
        probe = self.probe._replace(**{part: getattr(self.probe, part) + change})
        inside = seen(probe, self.scale)
        return probe, (inside.reference().loss, uniform(inside).reference().loss)


@cache
def scenes_of(size, scale=1.0, fresh=False, swept=False):
    """The scenes at one size of probe; none of them is ever written into."""
    return tuple(Scene(probe, scale, swept) for probe in (FRESH if fresh else MODERATE)[size])


def right_at(probe, swept=False):
    """What is right at a probe; swept: of a pass that makes one step a sample."""
    if not swept:
        return probe.reference()
    moved = probe
    for x, y in zip(probe.X, probe.Y, strict=True):
        one = moved._replace(X=x[None], Y=y[None]).reference()
        moved = moved._replace(W=moved.W - RATE * one.dW, b=moved.b - RATE * one.db)
    return Outcome(None, (probe.W - moved.W) / RATE, (probe.b - moved.b) / RATE)


def seen(probe, scale):
    """A probe as a function sees it that multiplies its samples with ``scale``."""
    return probe if scale == 1 else probe._replace(X=probe.X * scale)


def uniform(probe):
    """A probe whose labels are all classes alike: the other part of label smoothing."""
    return probe._replace(Y=np.full_like(probe.Y, 1 / probe.Y.shape[1]))
