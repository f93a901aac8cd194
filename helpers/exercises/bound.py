"""Notebook 09: how long a gradient takes at least, when the samples have to be read."""

import math

from helpers.exercises.answers import as_number, exercise
from helpers.exercises.feedback import not_yet, right

# The task, as the notebook states it.
N, D, K = 10**9, 784, 10
BYTES = 4  # float32
MACHINES, READ = 50, 0.5e9  # each reads so many bytes a second
RIGHT = N * D * BYTES / (MACHINES * READ)

_MISTAKES = (
    (RIGHT * 2, "Twice too long. A float32 has 4 bytes, and the samples are read once: both "
     "products use a chunk while it is in memory."),
    (RIGHT / 4, "That counts numbers, not bytes. A float32 has 4 of them."),
    (RIGHT * 8, "That is 8 times too long: the speed is in bytes a second, not in bits."),
    (RIGHT / 8, "That is 8 times too short: the speed is in bytes a second, not in bits."),
    (RIGHT * MACHINES, "That is what one machine alone would take. There are 50, and each reads a "
     "part of its own."),
    (RIGHT / MACHINES, "Divided by the machines twice."),
    (RIGHT / 2, "That is half of it. Each machine reads 0.5 GB a second, not 1; and a float32 "
     "has 4 bytes, not 2."),
    (RIGHT * 1e9, "The speed is in GB a second, and a GB has 10**9 bytes."),
    (RIGHT * MACHINES**2, "Fifty machines need a fiftieth of the time of one: divide by 50."),
    (RIGHT * READ**2, "Bytes are to be divided by the bytes of a second, not multiplied."),
    (RIGHT * K, "That is K times the answer. The classes are computed, and only the pixels are "
     "read: N x D numbers."),
    (1 / RIGHT, "That is upside down: bytes over bytes a second."),
    (RIGHT / 28, "An image has 28 x 28 pixels, D = 784."),
    (RIGHT * READ, "The speed is left out: that is the number of bytes a machine has to read."),
    (N * D * BYTES, "That is the number of bytes in all. Divide by what 50 "
     "machines read in a second."),
    (RIGHT / D, "The features are left out: each sample has 784 numbers."),
    (N * K * BYTES / (MACHINES * READ), "That is the time for N x K numbers, the logits. They are "
     "computed where the samples are, and are not read: the samples are, N x D numbers."),
    (D * K * BYTES / (MACHINES * READ), "That is the time for D x K numbers, one gradient. The "
     "samples themselves have to be read: N x D numbers."),
    (RIGHT / 1000, "A factor of 1000 is lost: N is 10**9, and so is a GB in bytes."),
    (RIGHT * 1000, "That is 1000 times the answer: seconds are wanted, not "
     "milliseconds, and a GB is 10**9 bytes."),
    (RIGHT / 60, "Those are minutes. Wanted are seconds."),
    (RIGHT / 3600, "Those are hours. Wanted are seconds."),
)  # fmt: skip


@exercise
def check_seconds(seconds):
    """Check how long one gradient takes at least.

    Parameters
    ----------
    seconds : float
        For N = 10**9 samples of D = 784 float32 numbers, on 50 machines that each read
        0.5 GB a second.

    Returns
    -------
    Feedback
    """
    value = as_number(seconds, "a number of seconds")
    if not 0 < value < math.inf:
        return not_yet(f"It is {value:g}. Wanted is a number of seconds, finite and above 0.")
    # To within 5 %: a GB of 2**30 bytes is 7 % more, and has its own word.
    if abs(value - RIGHT) <= 0.05 * RIGHT:
        return right(
            "3.1 TB, 25 GB a second. The network hardly shows: each machine sends one sum of "
            "7840 numbers, 63 kB in float64. Only twice the disks make it twice as fast."
        )
    if abs(value * 2**30 / 1e9 - RIGHT) <= 0.005 * RIGHT:
        return not_yet("Your GB has 2**30 bytes. Here it has 10**9, as on the label of a disk.")
    for wrong, hint in _MISTAKES:
        if abs(value - wrong) <= 0.05 * wrong:
            return not_yet(hint)
    return not_yet(
        f"That is {value / RIGHT:.3g} times the answer. Bytes to read, N x D numbers of 4 bytes, "
        "over bytes that all machines read in a second."
    )
