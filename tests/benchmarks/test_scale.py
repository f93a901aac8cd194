"""What one gradient costs on Dask's arrays: in N, D, K, in the number of chunks, and of workers.

    python -m pytest tests/benchmarks/test_scale.py -n 0 -p benchmark --store-costs

Each time is one of processor time, so that a busy machine changes it little, and is told over that
of the middle of its series. N, D, K and chunks: in one process, without a cluster, so that it is
the work alone. Workers: the mean over the workers of what each used; what the scheduler and the
client use stays as it is. The last option stores the medians, to a tenth, for notebook 09.
"""

import time

import numpy as np
import pytest

from helpers.softmax_regression import loss_and_gradients
from helpers.threads import one_blas_thread

dask = pytest.importorskip("dask", reason="needs Dask: pip install -e .[scale]")
da = pytest.importorskip("dask.array")
distributed = pytest.importorskip("distributed")

MIDDLE = {"samples": 12_000, "features": 784, "classes": 10, "chunks": 8}
FACTORS = (0.25, 0.5, 1, 2, 4)
WORKERS = (1, 2, 4)


def cut(X, Y, chunks):
    rows = -(-len(X) // chunks)
    return [da.from_array(part, chunks=(rows, part.shape[1])) for part in (X, Y)]


@pytest.mark.parametrize("factor", FACTORS)
@pytest.mark.parametrize("series", MIDDLE)
@pytest.mark.benchmark(timer=time.process_time)
def test_the_work(benchmark, series, factor):
    size = MIDDLE | {series: round(MIDDLE[series] * factor)}
    rng = np.random.default_rng(0)
    W, b = rng.normal(size=(size["features"], size["classes"])), np.zeros(size["classes"])
    X = rng.random((size["samples"], size["features"]))
    Y = np.eye(size["classes"])[rng.integers(size["classes"], size=len(X))]
    lazy = loss_and_gradients(W, b, *cut(X, Y, size["chunks"]))
    benchmark.group, benchmark.extra_info["size"] = f"cost: {series}", size[series]
    with one_blas_thread:
        benchmark.pedantic(lambda: dask.compute(*lazy, scheduler="sync"), rounds=7, warmup_rounds=1)


@pytest.fixture(scope="module")
def cluster():
    with (
        distributed.LocalCluster(
            n_workers=max(WORKERS),
            threads_per_worker=1,
            dashboard_address="127.0.0.1:0",
            worker_dashboard_address="127.0.0.1:0",
        ) as cluster,
        distributed.Client(cluster.scheduler_address) as client,
    ):
        yield client


@pytest.mark.parametrize("count", WORKERS)
def test_the_workers(benchmark, cluster, count):
    """The same gradient of 40 chunks that lie in the workers' memory, on some of the workers."""
    some = list(cluster.scheduler_info(n_workers=-1)["workers"])[:count]

    def used():
        return sum(cluster.run(time.process_time, workers=some).values()) / count

    W, b = np.zeros((784, 10)), np.zeros(10)
    X = da.random.default_rng(0).random((40 * 1000, 784), chunks=(1000, 784))
    X, Y = dask.persist(X, X[:, :10], workers=some)
    distributed.wait([X, Y])
    benchmark.group, benchmark.extra_info["size"] = "cost: workers", count
    benchmark._timer = used
    lazy = loss_and_gradients(W, b, X, Y)
    benchmark.pedantic(lambda: dask.compute(*lazy, workers=some), rounds=3, warmup_rounds=1)
