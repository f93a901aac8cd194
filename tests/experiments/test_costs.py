"""The stored costs are those of the benchmark: every series, each over its own middle."""

import pytest

from helpers.experiments import measured_costs
from helpers.figures import costs_figure, to_png

SIZES = {"samples", "features", "classes", "chunks"}


@pytest.mark.parametrize("name", sorted(SIZES))
def test_more_costs_more_and_never_more_than_in_proportion(name):
    series = measured_costs()[name]
    assert list(series) == [0.25, 0.5, 1, 2, 4] and series[1] == 1
    costs = list(series.values())
    assert costs == sorted(costs) and series[4] <= 4 and series[0.25] >= 0.25


def test_a_worker_of_more_has_less_to_do_and_never_less_than_its_share():
    costs = measured_costs()
    assert costs.keys() == SIZES | {"workers"}
    workers = costs["workers"]
    assert list(workers) == [1, 2, 4] and workers[1] == 1
    assert 0.25 <= workers[4] < workers[2] < 1
    assert to_png(costs_figure(costs)).startswith(b"\x89PNG")
