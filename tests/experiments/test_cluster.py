"""The program on a cluster: a scheduler and two workers, each a process of its own."""

import contextlib
import json
import subprocess
import sys
import time

import numpy as np
import pytest

from helpers.experiments import worker_figures
from helpers.softmax_regression import loss_and_gradients, step

REASON = "needs Dask: pip install -e .[scale]"
dask = pytest.importorskip("dask", reason=REASON)
distributed = pytest.importorskip("distributed", reason=REASON)
da = pytest.importorskip("dask.array", reason=REASON)

MIB = 2**20
LIMIT = 300 * MIB
D, K, ROWS, CHUNKS = 784, 10, 2500, 64


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """Connected by the address alone, as to another machine."""
    folder = tmp_path_factory.mktemp("cluster")
    where = folder / "scheduler.json"
    with contextlib.ExitStack() as stack:

        def start(*arguments):
            command = [sys.executable, "-m", "dask", *arguments, "--dashboard-address=127.0.0.1:0"]
            with (folder / f"{arguments[0]}.log").open("a") as log:
                process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
            stack.callback(process.wait)
            stack.callback(process.terminate)

        start("scheduler", "--host=127.0.0.1", "--port=0", f"--scheduler-file={where}")
        end = time.monotonic() + 60
        while not where.exists():
            assert time.monotonic() < end, (folder / "scheduler.log").read_text()
            time.sleep(0.05)
        address = json.loads(where.read_text())["address"]
        for _ in range(2):
            start("worker", address, "--host=127.0.0.1", "--nthreads=1", "--memory-limit=300MiB")
        client = stack.enter_context(distributed.Client(address, timeout=60))
        client.wait_for_workers(2, timeout=60)
        client.amm.stop()
        yield client


def make(number, columns, probabilities=False):
    """One chunk from its number, on a worker; rows sum to 1 if they are labels."""
    chunk = np.random.default_rng(int(number[0, 0])).random((ROWS, columns))
    return chunk / chunk.sum(axis=1, keepdims=True) if probabilities else chunk


def lazy_set(chunks):
    numbers = da.arange(chunks, chunks=1)[:, np.newaxis]
    rows = (ROWS,) * chunks
    X = da.map_blocks(make, numbers, D, chunks=(rows, (D,)), dtype=float)
    Y = da.map_blocks(make, numbers, K, probabilities=True, chunks=(rows, (K,)), dtype=float)
    return X, Y


def test_the_gradient_of_a_set_that_is_never_in_memory(client):
    """A set of three times a worker's limit; the numbers are those of NumPy, chunk by chunk."""
    X, Y = lazy_set(CHUNKS)
    assert X.nbytes > 3.1 * LIMIT
    W, b = np.random.default_rng(0).normal(scale=0.1, size=(D, K)), np.zeros(K)
    before = worker_figures(client)
    found = dask.compute(*loss_and_gradients(W, b, X, Y))
    after = worker_figures(client)

    assert len(after) == 2 and after.keys() == before.keys(), "a worker was ended"
    for figures in after.values():
        assert figures.limit == LIMIT
        assert 60 * MIB < figures.peak < LIMIT, figures
        assert figures.spilled == 0
    numbers = (np.array([[number]]) for number in range(CHUNKS))
    parts = [loss_and_gradients(W, b, make(n, D), make(n, K, True)) for n in numbers]
    for part, *others in zip(found, *parts, strict=True):
        np.testing.assert_allclose(part, sum(others) / CHUNKS, rtol=0, atol=1e-10)


def test_a_step_of_gradient_descent(client):
    X, Y = lazy_set(2)
    W, b = np.zeros((D, K)), np.zeros(K)
    found = dask.compute(*step(W, b, X, Y, 0.1))
    both = [np.vstack([make(np.array([[n]]), columns, columns == K) for n in range(2)])
            for columns in (D, K)]  # fmt: skip
    wanted = step(W, b, *both, 0.1)
    for part, other in zip(found, wanted, strict=True):
        np.testing.assert_allclose(part, other, rtol=0, atol=1e-10)


def test_one_task_a_chunk_sends_a_gradient_and_no_more(client):
    def part(number, W, b):
        number = np.array([[number]])
        return loss_and_gradients(W, b, make(number, D), make(number, K, True))

    # By value, as from a notebook: these tests are no module that a worker could import.
    W, b = np.zeros((D, K)), np.zeros(K)
    sent = sum(figures.sent for figures in worker_figures(client).values())
    client.gather(client.map(part, range(8), W=W, b=b))
    sent = sum(figures.sent for figures in worker_figures(client).values()) - sent
    assert sent / (8 * 8 * (D * K + K + 1)) == pytest.approx(1, abs=0.02)


def test_the_figures_see_memory_that_is_used(client):
    """A control: the peak rises by what a task holds, though the task gives nothing back."""

    def hold(size):
        held = np.ones(size // 8)
        time.sleep(1.2)
        return held[-1]

    (worker,) = list(worker_figures(client))[:1]
    before = client.run(lambda dask_worker: dask_worker.monitor.quantities["memory"][-1])[worker]
    client.submit(hold, 80 * MIB, workers=[worker], pure=False).result()
    assert worker_figures(client)[worker].peak > before + 72 * MIB
