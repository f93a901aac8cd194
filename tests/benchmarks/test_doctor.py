"""How long a diagnosis takes: median and worst over functions and steps of the suite.

    python -m pytest tests/benchmarks/test_doctor.py -n 0 -s --benchmark-timer=time.process_time

Not in the default run: a time is a fact about a machine. One round of each, since the second one
would find tables and compiled code that the first made.
"""

import statistics
import time

import pytest
from doctor import right_styles, step_styles, wrong_styles

from helpers.bugs import build
from helpers.doctor import diagnose_gradients, diagnose_step

pytest.importorskip("pytest_benchmark", reason="needs pytest-benchmark: pip install -e .[test]")

GROUPS = {
    "right functions": (diagnose_gradients, right_styles.RIGHT),
    "wrong functions": (diagnose_gradients, wrong_styles.WRONG),
    "steps": (diagnose_step, [*step_styles.RIGHT, *step_styles.WRONG]),
}


@pytest.mark.parametrize("group", GROUPS)
def test_a_diagnosis(benchmark, group):
    diagnose, functions = GROUPS[group]
    diagnose(build().step if diagnose is diagnose_step else build().loss_and_gradients)
    seconds = {}

    def run():
        for f in functions:
            start = time.process_time()
            diagnose(f)
            seconds[f] = time.process_time() - start

    benchmark.pedantic(run, rounds=1, iterations=1)
    worst = max(seconds, key=seconds.get)
    name = getattr(worst, "__name__", type(worst).__name__)
    print(f"\n{group}: {len(seconds)}, median {statistics.median(seconds.values()):.2f} s, "
          f"worst {seconds[worst]:.2f} s ({name}), of processor time")  # fmt: skip
