"""A probe with other data at the same weights, and what is right at each."""

import numpy as np

from helpers.doctor.probes import other_data


class Scene:
    """A probe, the same weights with other data, and what is right at each."""

    def __init__(self, probe, scale=1.0):
        self.probe = probe
        self.probes = [probe, *(other_data(probe, seed) for seed in (31, 32, 33, 34))]
        self.wanted = [seen(each, scale).reference() for each in self.probes]
        self.uniform = [uniform(seen(each, scale)).reference() for each in self.probes]


def seen(probe, scale):
    """A probe as a function sees it that multiplies its samples with ``scale``."""
    return probe if scale == 1 else probe._replace(X=probe.X * scale)


def uniform(probe):
    """A probe whose labels are all classes alike: the other part of label smoothing."""
    return probe._replace(Y=np.full_like(probe.Y, 1 / probe.Y.shape[1]))
