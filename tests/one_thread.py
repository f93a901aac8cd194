"""Matrix products with one thread, in tests and when outputs are stored."""

import os

_SETTINGS = (
    "OPENBLAS_NUM_THREADS",
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)


def use_one_thread():
    """Ask for one thread, unless the user has asked for another number.

    Call it before NumPy is imported; kernels and servers started afterwards inherit it. With more
    threads the last digits of a product depend on the number of cores; and on a busy machine, where
    threads wait for one another, a notebook took ten times as long.
    """
    for name in _SETTINGS:
        os.environ.setdefault(name, "1")
