"""The gradient beside libraries that differentiate for us, and on arrays that are not NumPy's."""

import importlib.util

import numpy as np
import pytest
from libraries import WAYS, gradients_of, problem

from helpers.bugs import build
from helpers.softmax_regression import log_softmax, loss_and_gradients, predict, step

# JAX and PyTorch are in no extra of ours: where one is missing there is no test, and no skip.
MODULES = {"scikit_learn": None, "pytorch": "torch", "jax": "jax"}
HERE = [way for way, module in MODULES.items() if not module or importlib.util.find_spec(module)]


@pytest.mark.parametrize("way", HERE)
def test_they_compute_the_same(way):
    W, b, X, Y = problem(50, np.float64)
    _, *ours = loss_and_gradients(W, b, X, Y)
    theirs = gradients_of(way, WAYS[way](W, b, X, Y)())
    for part, wanted in zip(theirs, ours, strict=False):
        np.testing.assert_allclose(np.asarray(part), wanted, rtol=1e-6, atol=1e-12)


@pytest.fixture(scope="module")
def da():
    return pytest.importorskip("dask.array", reason="needs Dask: pip install -e .[scale]")


def in_chunks(da, rows, X, Y):
    return (da.from_array(part, chunks=(rows, part.shape[1])) for part in (X, Y))


@pytest.mark.parametrize("rows", [200, 50, 33, 1], ids="rows={}".format)
@pytest.mark.parametrize(("dtype", "bound"), [(np.float64, 1e-10), (np.float32, 1e-5)])
def test_on_dask_s_arrays_the_program_gives_numpy_s_numbers(da, rows, dtype, bound):
    W, b, X, Y = problem(200, dtype)
    lazy = loss_and_gradients(W, b, *in_chunks(da, rows, X, Y))
    assert all(isinstance(part, da.Array) for part in lazy)
    found = da.compute(*lazy, scheduler="sync")
    for part, wanted in zip(found, loss_and_gradients(W, b, X, Y), strict=True):
        assert (part.dtype, part.shape) == (wanted.dtype, wanted.shape)
        np.testing.assert_allclose(part, wanted, rtol=bound, atol=bound)


def test_nothing_is_computed_before_it_is_asked_for_and_each_chunk_is_made_once(da):
    """`np.asarray` inside the program would compute the logits, and bring them together."""
    made = []

    def make(block):
        made.append(len(block))
        return block

    W, b, X, Y = problem(200, np.float64)
    X, Y = in_chunks(da, 20, X, Y)
    lazy = loss_and_gradients(W, b, X.map_blocks(make, dtype=X.dtype, meta=X._meta), Y)
    assert not made
    da.compute(*lazy, scheduler="sync")
    assert made == [20] * 10


def test_a_step_and_predictions_run_there_too(da):
    W, b, X, Y = problem(200, np.float64)
    lazy_X, lazy_Y = in_chunks(da, 33, X, Y)
    lazy = *step(W, b, lazy_X, lazy_Y, 0.1), predict(W, b, lazy_X)
    wanted = *step(W, b, X, Y, 0.1), predict(W, b, X)
    for part, other in zip(da.compute(*lazy, scheduler="sync"), wanted, strict=True):
        np.testing.assert_allclose(part, other, rtol=1e-10)


def test_a_bug_is_the_same_bug_there(da):
    W, b, X, Y = problem(200, np.float64)
    program = build(["wrong-sign"])
    lazy = program.loss_and_gradients(W, b, *in_chunks(da, 33, X, Y))
    wanted = program.loss_and_gradients(W, b, X, Y)[1]
    assert np.abs(wanted).max() > 1e-4
    np.testing.assert_allclose(lazy[1].compute(scheduler="sync"), wanted, rtol=1e-10, atol=1e-12)


def test_what_is_wrong_with_logits_is_said_there_too(da):
    with pytest.raises(ValueError, match=r"logits are \(3,\); wanted \(N, K\)"):
        log_softmax(da.zeros(3))
    assert log_softmax(da.zeros((4, 2), dtype=np.uint8)).dtype == np.float64
