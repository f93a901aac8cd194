"""What a Dask cluster says of itself: the memory of its workers, and what they sent each other."""

from typing import NamedTuple


class WorkerFigures(NamedTuple):
    """The figures of one worker, in bytes.

    Attributes
    ----------
    limit : int
        The memory it may use. From 95 % on its nanny ends it.
    peak : int
        The most memory its process has had: on Linux as the system counts it, elsewhere at the
        two samples a second that the worker takes of itself.
    spilled : int
        What it holds on disk, for want of memory.
    sent : int
        What it has sent to other workers and to the client since it was started.
    """

    limit: int
    peak: int
    spilled: int
    sent: int


def worker_figures(client):
    """Ask every worker of a cluster for its own figures.

    Parameters
    ----------
    client : distributed.Client

    Returns
    -------
    dict of str to WorkerFigures
        By the worker's address. A worker that was ended and started again has a new one.
    """

    # Inside, so that it travels as its code: the workers need nothing of this course.
    def read(dask_worker):
        from pathlib import Path

        dask_worker.monitor.update()
        peak = max(dask_worker.monitor.quantities["memory"])
        status = Path("/proc/self/status")
        if status.exists():
            peak = max(peak, 1024 * int(status.read_text().split("VmHWM:")[1].split()[0]))
        return (
            int(dask_worker.memory_manager.memory_limit or 0),
            int(peak),
            int(sum(getattr(dask_worker.data, "spilled_total", (0, 0)))),
            int(dask_worker.transfer_outgoing_bytes_total),
        )

    found = client.run(read)
    return {address: WorkerFigures(*figures) for address, figures in found.items()}
