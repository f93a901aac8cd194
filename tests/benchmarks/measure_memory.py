"""What memory and processor time a notebook's kernel needs: for whoever plans a hub. Linux only.

    python tests/benchmarks/measure_memory.py                       all notebooks
    python tests/benchmarks/measure_memory.py notebooks/06_*.ipynb  these

Each notebook is run from top to bottom in a kernel of its own, which is then asked for the peak of
its resident memory. Processes that it starts (the doctor runs scripts in one) count apart.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import nbformat
from nbclient import NotebookClient
from regenerate import CURRENT_ENV_KERNEL_NAME, ThisPython, course_notebooks, read_notebook

ASK = """
import re, resource
peak = int(re.search(r"VmHWM:\\s+(\\d+) kB", open("/proc/self/status").read())[1])
own, started = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
print(peak, started.ru_maxrss, own.ru_utime + started.ru_utime)
"""


def measure(path):
    """Run a notebook and ask its kernel what it took.

    Parameters
    ----------
    path : Path

    Returns
    -------
    tuple of float
        Peak memory of the kernel and of the largest process it started, in MB (10^6 bytes); user
        time of both, in seconds.
    """
    notebook = read_notebook(path)
    notebook.cells.append(nbformat.v4.new_code_cell(ASK))
    client = NotebookClient(
        notebook,
        kernel_name=CURRENT_ENV_KERNEL_NAME,
        kernel_manager_class=ThisPython,
        timeout=300,
        resources={"metadata": {"path": str(path.resolve().parent)}},
    )
    client.execute()
    kernel, started, seconds = map(float, notebook.cells[-1].outputs[0].text.split())
    return kernel * 1024 / 1e6, started * 1024 / 1e6, seconds


if __name__ == "__main__":
    print(f"{'notebook':40} {'kernel MB':>10} {'started MB':>11} {'user s':>7}")
    for path in list(map(Path, sys.argv[1:])) or course_notebooks():
        kernel, started, seconds = measure(path)
        print(f"{path.name:40} {kernel:10.0f} {started:11.0f} {seconds:7.1f}", flush=True)
