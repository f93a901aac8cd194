"""Exhaustive tables in the suite: a seeded sample of them, or with EXHAUSTIVE=1 every row.

For example ``EXHAUSTIVE=1 pytest tests/panels/test_gradient_check.py``. What is longer still is a
script of its own: ``tests/doctor/exhaustive.py``, ``tests/doctor/exhaust_scripts.py``.
"""

import os
import random


def sample(rows, count, seed=0):
    """Some rows of a table, in its order.

    Parameters
    ----------
    rows : iterable
    count : int
    seed : int

    Returns
    -------
    list
    """
    rows = list(rows)
    if os.environ.get("EXHAUSTIVE"):
        return rows
    return [rows[i] for i in sorted(random.Random(seed).sample(range(len(rows)), count))]
