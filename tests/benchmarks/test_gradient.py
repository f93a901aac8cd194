"""How long one gradient takes, beside its own two matrix products and beside other libraries.

    python -m pytest tests/benchmarks -n 0 -p benchmark

Not in the default run: a time is a fact about a machine, not about the code. One BLAS thread. The
floor is X @ W and X.T @ R, as NumPy runs them. scikit-learn takes (R.T @ X).T in place of X.T @ R,
which is faster in float64 at large N by the order of one product; ours stays as the formula has it.
PyTorch and JAX are timed where they are installed; that all compute the same,
`tests/test_libraries.py` tests. On a busy machine add
`--benchmark-timer=time.process_time`: the ratios are then those of processor time.
"""

import numpy as np
import pytest
from libraries import WAYS, problem

from helpers.threads import one_blas_thread

CASES = [(N, dtype) for dtype in ("float64", "float32") for N in (100, 6000, 60_000)]


@pytest.fixture(scope="module", params=CASES, ids=lambda case: f"{case[1]}-{case[0]}")
def case(request):
    N, dtype = request.param
    return f"N = {N}, {dtype}", problem(N, np.dtype(dtype).type)


@pytest.mark.parametrize("way", WAYS)
def test_one_gradient(benchmark, case, way):
    benchmark.group, point = case
    run = WAYS[way](*point)
    with one_blas_thread:
        benchmark(run)
