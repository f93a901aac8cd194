"""A test of the tests: pytest, run on a copy of the project's frame, catches what it must.

Each test builds a small project in a temporary folder from the real settings and hooks, and runs
pytest there as a reader would.
"""

import copy
import os
import re
import shutil
import subprocess
import sys

import hygiene
import nbformat
import pytest
import reporting
from nbformat.v4 import new_code_cell, new_notebook
from regenerate import ROOT, course_notebooks, read_notebook

FRAME = (
    "pyproject.toml",
    "tests/conftest.py",
    "tests/nbval_sanitize.cfg",
    "tests/reporting.py",
    "notebooks/conftest.py",
)


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A folder with the project's pytest settings and hooks, and nothing to test."""
    for name in FRAME:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    # jsonschema does without, and its grammar of web addresses takes 3 s to build in each process.
    (tmp_path / "rfc3987_syntax.py").write_text("raise ImportError")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    return tmp_path


def run_pytest(project, *arguments, ci="", processes=0):
    """Run pytest in the project's folder; returns exit code and output."""
    environment = {**os.environ, "CI": ci, "PYTEST_ADDOPTS": "", "PYTHONUTF8": "1"}
    # Of the plugins these have a part in this; the import of all others takes a second a run.
    environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    command = [sys.executable, "-m", "pytest", "-p", "nbval.plugin", "-p", "xdist.plugin"]
    command += ["-p", "no:cacheprovider", "--color=no", f"--numprocesses={processes}", *arguments]
    done = subprocess.run(
        command,
        cwd=project,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
    )
    return done.returncode, done.stdout + done.stderr


def first_number(outputs):
    """The first stored printed text with a digit, and where the digit stands; or None."""
    for output in outputs:
        if output.output_type == "stream" and (digit := re.search(r"\d", output.text)):
            return output, digit
    return None


def cut_after_first_number(notebook):
    """The notebook up to the first cell that prints a number; None if it prints none."""
    for number, cell in enumerate(notebook.cells, 1):
        if first_number(cell.get("outputs", [])):
            return nbformat.from_dict({**notebook, "cells": notebook.cells[:number]})
    return None


def change_first_number(notebook):
    """Change one digit of what the last cell has stored."""
    output, digit = first_number(notebook.cells[-1].outputs)
    other = str((int(digit[0]) + 1) % 10)
    output.text = output.text[: digit.start()] + other + output.text[digit.end() :]


def write_notebook(project, name, *sources):
    """A notebook that prints nothing, whatever its cells do."""
    cells = [new_code_cell(source, execution_count=n) for n, source in enumerate(sources, 1)]
    nbformat.write(new_notebook(cells=cells), project / "notebooks" / name)


def test_one_changed_number_fails_and_tells_the_way_back(project):
    stored = [read_notebook(path) for path in course_notebooks()[2:]]  # 00 and 01 draw panels
    original = next(filter(None, map(cut_after_first_number, stored)))
    changed = copy.deepcopy(original)
    change_first_number(changed)
    unrun = copy.deepcopy(changed)
    for cell in unrun.cells:
        cell.update({"outputs": [], "execution_count": None} if cell.cell_type == "code" else {})
    copies = {"01_same": original, "02_edited": changed, "my_02": changed, "03_unrun": unrun}
    for name, notebook in copies.items():
        nbformat.write(notebook, project / "notebooks" / f"{name}.ipynb")

    code, output = run_pytest(project, "--nbval", "-rA")

    last = sum(cell.cell_type == "code" for cell in original.cells) - 1
    assert code == 1, output
    assert set(re.findall(r"^(?:FAILED|ERROR) (.*?)(?: - |$)", output, re.MULTILINE)) == {
        f"notebooks/02_edited.ipynb::Cell {last}"
    }
    assert f"PASSED notebooks/01_same.ipynb::Cell {last}" in output
    assert "my_02.ipynb::" not in output
    # nbval compares nothing where no count is stored: this is why the hygiene test exists.
    assert f"PASSED notebooks/03_unrun.ipynb::Cell {last}" in output
    assert hygiene.run_in_order(unrun, project)
    advice = output.split("about your notebooks")[1].split("short test summary")[0]
    assert "nothing is broken" in advice
    assert "git restore notebooks/02_edited.ipynb" in advice
    assert "notebooks/my_02_edited.ipynb" in advice
    assert "01_same" not in advice


def test_a_cell_that_never_ends_is_stopped_and_one_notebook_alone_has_the_advice(project):
    write_notebook(project, "01_slow.ipynb", "while True:\n    pass")
    folder = project / "notebooks"
    code, output = run_pytest(folder, "--nbval", "--nbval-cell-timeout=1", "01_slow.ipynb")
    assert code == 1
    assert "Timeout of 1 seconds exceeded" in output
    assert "git restore notebooks/01_slow.ipynb" in output


SKIPS = {
    "call": "def test_x():\n    pytest.skip('no x here')\n",
    "fixture": "@pytest.fixture\ndef x():\n    pytest.skip('no x here')\n\ndef test_x(x): pass\n",
    "mark": "@pytest.mark.skip(reason='no x here')\ndef test_x(): pass\n",
    "module": "pytest.importorskip('no_such_module', reason='no x here')\n",
}


def test_a_skip_is_a_failure_in_ci_only(project):
    for name, source in SKIPS.items():
        (project / "tests" / f"test_{name}.py").write_text(f"import pytest\n\n{source}")
    xfail = "import pytest\n\n@pytest.mark.xfail\ndef test_x():\n    assert False\n"
    (project / "tests" / "test_expected.py").write_text(xfail)
    write_notebook(project, "01_skip.ipynb", "# NBVAL_SKIP\nprint('x')")

    code, output = run_pytest(project, "--nbval", "-rs", ci="")
    assert code == 0, output
    assert "5 skipped, 1 xfailed" in output
    assert "no x here" in output

    arguments = "--nbval", "--continue-on-collection-errors"
    code, output = run_pytest(project, *arguments, ci="true", processes=2)
    assert code == 1, output
    assert "2 failed, 1 xfailed, 3 errors" in output
    for name in SKIPS:
        assert re.search(rf"skipped in CI: no x here \(\S*test_{name}\.py:\d+\)", output), name
    assert re.search(r"skipped in CI: .*plugin\.py", output), "the skipped cell"


def test_a_notebook_whose_extra_is_missing_is_skipped_and_says_what_it_needs(project):
    """That nothing of it runs: its one cell would fail. In CI the skip is a failure."""
    write_notebook(project, "09_needs_more.ipynb", "raise ValueError")
    hide = "import importlib.util\nimportlib.util.find_spec = lambda *_: None\n"
    (project / "conftest.py").write_text(hide)
    code, output = run_pytest(project, "--nbval", "-rs")
    assert code == 0 and "1 skipped" in output, output
    assert "needs distributed: pip install -e .[scale]" in output
    code, output = run_pytest(project, "--nbval", ci="true")
    assert code == 1 and "skipped in CI: needs distributed" in output, output


@pytest.mark.parametrize(("value", "strict"), [("true", 1), ("1", 1), ("", 0), ("false", 0)])
def test_what_counts_as_ci(value, strict):
    assert reporting.skips_are_failures({"CI": value}) == bool(strict)


def test_without_a_notebook_there_is_no_advice():
    assert reporting.advice(["tests/test_x.py::test_y"]) == ""
