"""What bounds one gradient when its samples are spread over workers: four times, by division.

No more than bytes over bandwidth, operations over speed, tasks over tasks a second. The speeds are
round numbers for a plain machine, stated here, and not measured.
"""

from typing import NamedTuple

DISK = 0.5e9  # bytes a second that a worker reads from a disk of its own
STORE = 5e9  # bytes a second that one shared store gives to all of them together
LINK = 1.25e9  # bytes a second into the machine that adds the gradients: 10 Gbit/s
SPEED = 10e9  # floating-point operations a second of a worker, in thin matrix products
TASK = 0.5e-3  # seconds of the one scheduler for a task
NUMBER = {"sample": 4, "gradient": 8}  # bytes: float32 on disk, float64 in sums


class Spread(NamedTuple):
    """One gradient over all samples.

    Attributes
    ----------
    times : dict of str to float
        Seconds for "reading", "computing", "sending" and "scheduling".
    read, sent, chunk : float
        Bytes: all that is read, all gradients that are sent, one chunk.
    chunks, busy : int
        How many chunks there are, and how many workers have one.
    """

    times: dict
    read: float
    sent: float
    chunk: float
    chunks: int
    busy: int

    @property
    def longest(self):
        """The name of the longest time: what bounds the whole, since the four overlap."""
        return max(self.times, key=self.times.get)


def spread(samples, rows, workers, *, classes=10, features=784, tasks=17, shared=False):
    """Spread one gradient over workers.

    Parameters
    ----------
    samples, rows, workers, classes, features : int
        N, the rows of a chunk, the workers, K and D.
    tasks : int
        Tasks a chunk. Dask makes about 17 of the lines of ``loss_and_gradients``.
    shared : bool
        Whether all read from one store, or each from its own disk.

    Returns
    -------
    Spread
    """
    rows = min(rows, samples)
    chunks = -(-samples // rows)
    busy = min(workers, chunks)
    rounds = -(-chunks // busy)  # chunks of the worker that has most
    chunk = NUMBER["sample"] * rows * features
    read = NUMBER["sample"] * samples * features
    sent = NUMBER["gradient"] * chunks * (features * classes + classes + 1)
    times = {
        "reading": read / STORE if shared else rounds * chunk / DISK,
        "computing": rounds * 4 * rows * features * classes / SPEED,
        "sending": sent / LINK,
        "scheduling": chunks * tasks * TASK,
    }
    return Spread(times, read, sent, chunk, chunks, busy)
