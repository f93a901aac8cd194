"""What is seen of any model's function: its values, and the slopes of its loss by them."""

import copy
from functools import cached_property

import numpy as np

from helpers.doctor import guard
from helpers.doctor.leaves import get
from helpers.doctor.line_slopes import name_by_slopes, slopes
from helpers.doctor.listing import first_fault, mark_edits, to_xray
from helpers.doctor.nodes import Setting
from helpers.doctor.recording import Recording
from helpers.doctor.scene import scene_of
from helpers.doctor.xray import Names


def _sizes(model):
    """Lengths of the arrays that receive no gradient: N is one of them, the first most often."""
    taken = set(model.matched.values())
    data = [get(model.at, p) for p in model.leaves if p not in taken]
    arrays = [a for a in data if a.ndim] + [a for a in model.at if isinstance(a, np.ndarray)]
    return list(dict.fromkeys(n for array in arrays for n in array.shape)) or [1]


def samples(model, numbers=()):
    """N: a length of the data that the code itself has as a number, else the first."""
    sizes = _sizes(model)
    return next((n for n in sizes if n in numbers), sizes[0])


class Seen:
    """What is seen of a function at two points: values, and slopes of its loss by them."""

    def __init__(self, case, model):
        self.case, self.model = case, model
        self.points = list(model.points(2, seed=9))
        self.recording = Recording(case, inside=True)
        self.values, self.slopes = [], []
        for args in self.points:
            self._run(self.recording, args)
            self.values.append(self.recording.last())
            found = slopes(case, lambda f, a=args: model.loss(f, a), lambda loss: loss, inside=True)
            self.slopes.append(found)
        whole = [v for v in self.values[0].values() if isinstance(v, (int, np.integer))]
        self.N = samples(model, whole)
        self.names = Names(self.recording.sites, self.values)
        name_by_slopes(self.names, self.slopes, [(self.N, 2.5, 3.5)] * 2)

    def _run(self, recording, args):
        self.case.clock.start()
        recording.run(lambda f: guard.attempt(f, *copy.deepcopy(args)))

    def setting(self):
        """What is known of the code as it stands now, with a first edit made or not."""
        case, model, recording, values = self.case, self.model, Recording(self.case), {}
        self._run(recording, self.points[0])
        for number, value in recording.last().items():
            site = recording.sites[number]
            if site.target != "return":
                values[(site.where, site.target)] = value
        weights = [model.leaves[p] for p in model.matched.values() if get(model.at, p).ndim == 2]
        return Setting(
            values,
            self.N,
            0,
            False,
            {"W": weights[0]} if weights else {},
            case.code.main,
            numpy="np" if case.code.knows("np") or case.whole else "",
            scene=self._scene(recording),
        )

    def _scene(self, recording):
        by_line, sizes = {}, {float(n) for n in _sizes(self.model)}
        for number, slope in self.slopes[0].items():
            site = self.recording.sites[number]
            by_line.setdefault((site.unit, site.line), []).append(slope)
        arguments = self._slopes_by_arguments.values()
        factors = {1.0, *sizes, *(1 / n for n in sizes if n)}
        return scene_of(self.case, recording, by_line, arguments, factors, self.fine)

    @cached_property
    def _slopes_by_arguments(self):
        return self.model.slopes(self.points[0])

    @property
    def fine(self):
        """Lines whose values are slopes of the loss, and not those of a line before them."""
        lines, met = {}, []
        for number, site in enumerate(self.names.sites):
            if number in self.slopes[0] or site.target == "return":
                continue
            exact = self.names.names.get(number, "").startswith("slope of the loss")
            value = self.values[0].get(number)
            exact = exact and not any(np.array_equal(value, other) for other in met)
            met.append(value)
            place = site.unit, site.line
            lines[place] = lines.get(place, True) and exact
        return frozenset(place for place, exact in lines.items() if exact)

    def xray(self, wrong, repairs):
        """The listing; in a wrong function with a line marked."""
        marked = None
        if wrong:
            sites = enumerate(self.names.sites)
            returns = {n for n, s in sites if s.target == "return" and s.where == self.case.name}
            marked = first_fault(self.names, returns, self.slopes[0])
        xray = to_xray(self.case.code, self.names, marked)
        return mark_edits(xray, repairs, self.case) if wrong else xray
