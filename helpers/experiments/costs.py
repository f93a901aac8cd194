"""What a gradient costs on Dask's arrays, as `tests/benchmarks/test_scale.py` has measured it."""

import json
from importlib import resources


def measured_costs():
    """The stored medians, each over that of the middle of its series, to a tenth.

    A time is a fact about a machine; so they are measured by the benchmark, on its author's, and
    stored in ``costs.json``.

    Returns
    -------
    dict of str to dict of float to float
        For "samples", "features", "classes" and "chunks": processor time by size, both relative.
        For "workers": mean processor time of a worker by their number, relative to one worker's.
    """
    text = resources.files("helpers.experiments").joinpath("costs.json").read_text("utf-8")
    return {
        name: {float(size): cost for size, cost in costs.items()}
        for name, costs in json.loads(text).items()
    }
