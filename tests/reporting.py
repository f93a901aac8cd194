"""What pytest does here besides comparing: advice for learners, and no silent skips in CI.

A plugin, registered once by `tests/conftest.py` and `notebooks/conftest.py`, so that a run of a
single notebook has it too.
"""

import functools
import importlib.util
import os
import re
from pathlib import Path

import pytest

_NAME = "softmax-course-reporting"
_SANITIZE = Path(__file__).with_name("nbval_sanitize.cfg")
_NOTEBOOK = re.compile(r"[\w-]+\.ipynb")

# What a notebook needs beyond requirements.txt, by the beginning of its name.
_EXTRAS = {"09_": ("distributed", "scale")}

_ADVICE = """\
{paths}

Did you edit a notebook, solve an exercise in it, or save it after use? Then nothing is broken:
this test compares each notebook with its published form, and yours has become your own.

To keep your work, save it under a name that starts with my_ (JupyterLab: File > Save Notebook As):
{copies}
Git and these tests leave files of that name alone.

To get the original back (this throws your changes to it away), type in the project's folder:
{restores}
No terminal? JupyterLab has one: File > New > Terminal. If the notebook is open in JupyterLab,
choose File > Reload Notebook from Disk afterwards.

If you changed nothing, the failure is real: please report it."""


def register(config):
    """Switch this plugin on, once.

    Parameters
    ----------
    config : pytest.Config
    """
    if getattr(config.option, "nbval_sanitize_with", "") is None:
        config.option.nbval_sanitize_with = str(_SANITIZE)
    if not config.pluginmanager.has_plugin(_NAME):
        config.pluginmanager.register(_Reporting(), _NAME)


def skips_are_failures(environment=os.environ):
    """Whether the run is one that must run everything: `CI` is set to something true.

    Parameters
    ----------
    environment : mapping of str to str

    Returns
    -------
    bool
    """
    return environment.get("CI", "").strip().lower() not in ("", "0", "false", "no", "off")


@functools.cache
def missing_for(notebook):
    """Why a notebook cannot run here.

    Parameters
    ----------
    notebook : str
        Its file's name, or the beginning of it.

    Returns
    -------
    str
        Empty if it can.
    """
    for beginning, (module, extra) in _EXTRAS.items():
        named = notebook.removeprefix("solved_").startswith(beginning)
        if named and importlib.util.find_spec(module) is None:
            return f"needs {module}: pip install -e .[{extra}]"
    return ""


def advice(node_ids):
    """What to tell a learner whose notebook fails.

    Parameters
    ----------
    node_ids : iterable of str
        pytest's names of the failed tests.

    Returns
    -------
    str
        Empty if no notebook is among them.
    """
    names = sorted({found[0] for found in map(_NOTEBOOK.search, node_ids) if found})
    if not names:
        return ""
    return _ADVICE.format(
        paths="\n".join(f"notebooks/{name}" for name in names),
        copies="\n".join(f"    notebooks/my_{name}" for name in names),
        restores="\n".join(f"    git restore notebooks/{name}" for name in names),
    )


class _Reporting:
    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self):
        return _skip_to_failure((yield))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_make_collect_report(self):
        return _skip_to_failure((yield))

    def pytest_terminal_summary(self, terminalreporter):
        stats = terminalreporter.stats
        failed = [*stats.get("failed", []), *stats.get("error", [])]
        text = advice(report.nodeid for report in failed)
        if text:
            terminalreporter.section("about your notebooks")
            terminalreporter.write_line(text)


def _skip_to_failure(report):
    """Turn a skip into a failure in CI. An expected failure (xfail) is no skip."""
    if report.skipped and not hasattr(report, "wasxfail") and skips_are_failures():
        where, line, reason = report.longrepr
        report.outcome = "failed"
        report.longrepr = f"skipped in CI: {reason.removeprefix('Skipped: ')} ({where}:{line})"
    return report
