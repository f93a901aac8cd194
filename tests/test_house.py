"""The house: its map, what importing it changes, and whether it works away from its checkout."""

import os
import subprocess
import sys
import zipfile

import pytest
from regenerate import ROOT


def run_python(code, *, path=ROOT, folder=ROOT, **environment):
    """What Python prints in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(path), **environment},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert not done.returncode, done.stdout + done.stderr
    return done.stdout.strip()


def test_imports_run_along_the_arrows():
    pytest.importorskip("importlinter", reason="needs import-linter: pip install -e .[test]")
    code = """
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports
import sys
sys.exit(0 if lint_imports(no_cache=True) == EXIT_STATUS_SUCCESS else "see above")
"""
    assert "2 kept, 0 broken" in run_python(code)


def test_every_room_says_what_may_be_imported():
    rooms = [path.parent for path in (ROOT / "helpers").glob("*/__init__.py")]
    assert len(rooms) >= 9
    for room in rooms:
        text = (room / "__init__.py").read_text("utf-8")
        assert "__all__" in text and "Imported from outside:" in text, room.name


STATE = """
import warnings
import matplotlib, numpy as np, threadpoolctl

def state():
    return (
        [(pool["filepath"], pool["num_threads"]) for pool in threadpoolctl.threadpool_info()],
        np.geterr(), np.get_printoptions(), list(warnings.filters), dict(matplotlib.rcParams),
        np.random.get_state()[1].tolist(),
    )
"""


@pytest.mark.parametrize(
    "run",
    [
        "",
        "helpers.train(X, helpers.one_hot(y, 3), epochs=1)",
        "helpers.diagnose_gradients(helpers.loss_and_gradients)",
        "helpers.checks.CHECKS['overfit-ten'](helpers.softmax_regression)",
    ],
)
def test_the_reader_s_process_stays_as_it_was(run):
    code = f"""{STATE}
import IPython.display, ipywidgets, matplotlib.figure  # these have filters of their own
before = state()
import helpers, helpers.panels, helpers.checks
X, y = np.eye(3), np.arange(3)
{run}
after = state()
print([i for i, (one, other) in enumerate(zip(before, after)) if one != other])
"""
    assert run_python(code) == "[]"


def test_blas_has_one_thread_inside_and_its_own_number_after():
    """Two threads overlap, each nested: whoever leaves last must find what was there at first."""
    code = """
import threading
from threadpoolctl import threadpool_info
import numpy as np
from helpers.threads import one_blas_thread

def threads():
    return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]

start, inside = threads(), []
one_in, two_in, one_out = threading.Event(), threading.Event(), threading.Event()

@one_blas_thread
def nested():
    inside.append(threads())

def first():
    with one_blas_thread:
        nested()
        one_in.set()
        two_in.wait(10)
        inside.append(threads())
    one_out.set()

thread = threading.Thread(target=first)
thread.start()
one_in.wait(10)
with one_blas_thread:
    two_in.set()
    one_out.wait(10)
    nested()
thread.join()
print(inside == [[1] * len(start)] * 3, start == threads())
nested()
print(start == threads())
"""
    assert run_python(code, OPENBLAS_NUM_THREADS="2").split() == ["True"] * 3


def test_a_wheel_works_away_from_the_checkout(tmp_path):
    pytest.importorskip("hatchling", reason="needs hatchling: pip install -e .[test]")
    built, installed, empty = (tmp_path / name for name in ("dist", "site", "empty"))
    empty.mkdir()
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(built)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=60,
    )
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = {name.split("/")[0] for name in archive.namelist()}
        archive.extractall(installed)
    assert {name for name in names if not name.endswith(".dist-info")} == {"helpers"}
    code = """
import helpers, helpers.panels
digits = helpers.load_digits()
print(helpers.__file__, digits.X_train.shape, len(helpers.BUGS) > 40, helpers.panels.BugLab)
panel = helpers.panels.Suspects()
panel._repr_mimebundle_()
print("PanelView" in panel._face._esm, ".course-panel" in panel._face._css)
"""
    said = run_python(code, path=installed, folder=empty)
    assert said.startswith(str(installed)) and "(6000, 784) True <class" in said
    assert said.split()[-2:] == ["True", "True"], "the front end's JS and CSS are in the wheel"
