"""The tables of the benchmarks: times over that of the two products, or of a series' middle."""

import json
from collections import defaultdict

import pytest
from regenerate import ROOT

COSTS = ROOT / "helpers" / "experiments" / "costs.json"


def pytest_addoption(parser):
    parser.addoption("--store-costs", action="store_true", help=f"write {COSTS.name}")


def pytest_collection_modifyitems(config, items):
    if not config.pluginmanager.hasplugin("benchmark"):
        why = "needs pytest-benchmark (pip install -e .[test]), and the option -p benchmark"
        for item in items:
            item.add_marker(pytest.mark.skip(reason=why))


def pytest_terminal_summary(terminalreporter, config):
    session = getattr(config, "_benchmarksession", None)
    groups = defaultdict(dict)
    for bench in getattr(session, "benchmarks", ()):
        groups[bench.group][_name(bench)] = bench.stats.median
    costs = {}
    for group, medians in groups.items():
        if group.startswith("cost: "):
            middle = medians[1] if 1 in medians else medians[min(medians)]
            costs[group[6:]] = {x: round(t / middle, 1) for x, t in medians.items()}
            terminalreporter.write_line(f"{group:20} {costs[group[6:]]}")
        if "floor" not in medians:
            continue
        floor = medians["floor"]
        ratios = "   ".join(f"{way} {time / floor:5.2f}" for way, time in medians.items())
        terminalreporter.write_line(f"{group:20} floor {1e3 * floor:8.3f} ms   {ratios}")
    if config.getoption("--store-costs"):
        COSTS.write_text(json.dumps(costs, indent=1) + "\n", encoding="utf-8")


def _name(bench):
    """What stands at the point of a series, or the way."""
    return next(bench.params[key] for key in ("way", "factor", "count") if key in bench.params)
