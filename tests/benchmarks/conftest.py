"""The table of the benchmarks: every time over that of the two products alone."""

from collections import defaultdict

import pytest


def pytest_collection_modifyitems(config, items):
    if not config.pluginmanager.hasplugin("benchmark"):
        why = "needs pytest-benchmark (pip install -e .[test]), and the option -p benchmark"
        for item in items:
            item.add_marker(pytest.mark.skip(reason=why))


def pytest_terminal_summary(terminalreporter, config):
    session = getattr(config, "_benchmarksession", None)
    groups = defaultdict(dict)
    for bench in getattr(session, "benchmarks", ()):
        groups[bench.group][bench.params["way"]] = bench.stats.median
    for group, medians in groups.items():
        if "floor" not in medians:
            continue
        floor = medians["floor"]
        ratios = "   ".join(f"{way} {time / floor:5.2f}" for way, time in medians.items())
        terminalreporter.write_line(f"{group:20} floor {1e3 * floor:8.3f} ms   {ratios}")
