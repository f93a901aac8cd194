"""Run the notebooks and store their outputs: the one way in which outputs get into a notebook.

    python tests/regenerate.py                      all notebooks of the course
    python tests/regenerate.py notebooks/01_*.ipynb these
    python tests/regenerate.py --check              write nothing; exit code 1 if one differs

Two runs on one machine give the same bytes: what differs from run to run (times, random ids of
widgets, the version of Python) is left out or replaced. Title, authors and date are written into
each notebook's metadata: the title is its first heading. Pictures hold the version of matplotlib,
so another version stores other bytes; `pytest --nbval` does not compare pictures.
"""

import argparse
import hashlib
import os
import re
import sys
from pathlib import Path

import nbformat
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal, CellTimeoutError, DeadKernelError
from nbval.kernel import CURRENT_ENV_KERNEL_NAME, NbvalKernelspecManager
from traitlets import default

ROOT = Path(__file__).resolve().parents[1]
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
SECONDS_A_CELL = 120
AUTHORS = "The authors of the softmax gradient course"  # as in LICENSE
DATE = "2026-11-25"  # of this edition; change it by hand
_HEADING = re.compile(r"^# +(\S.*)$", re.MULTILINE)


class NotebookFailed(Exception):
    """A notebook could not be run to its end; the message says where and why."""


class ThisPython(AsyncKernelManager):
    """Starts the interpreter that runs this script, as `--nbval-current-env` does.

    The kernel name in a notebook may point to any Python the user has registered.
    """

    @default("kernel_spec_manager")
    def _kernel_spec_manager_default(self):
        return NbvalKernelspecManager()


def course_notebooks(root=ROOT):
    """Paths of the course's notebooks in order; a learner's own `my_*` copies are not among them.

    Parameters
    ----------
    root : Path
        The project's folder.

    Returns
    -------
    list of Path
    """
    found = sorted((Path(root) / "notebooks").glob("*.ipynb"))
    return [path for path in found if not path.name.startswith("my_")]


def read_notebook(path):
    """Read a notebook as it is stored.

    (`nbformat.read` would replace missing or repeated cell ids by random ones.)

    Parameters
    ----------
    path : Path

    Returns
    -------
    nbformat.NotebookNode

    Raises
    ------
    ValueError
        If the file is not JSON.
    """
    return nbformat.v4.reads(Path(path).read_text(encoding="utf-8"))


def regenerate(path):
    """Run a notebook from top to bottom.

    Parameters
    ----------
    path : Path
        The notebook. It is read, not written.

    Returns
    -------
    bytes
        The notebook with fresh outputs, as it should be stored.

    Raises
    ------
    NotebookFailed
        If a cell raises, takes too long or kills the kernel, or the cells' ids are not unique.
    """
    path = Path(path)
    notebook = read_notebook(path)
    _require_ids(notebook, path)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    started = []
    client = NotebookClient(
        notebook,
        kernel_name=CURRENT_ENV_KERNEL_NAME,
        kernel_manager_class=ThisPython,
        timeout=SECONDS_A_CELL,
        store_widget_state=False,
        record_timing=False,
        coalesce_streams=True,
        extra_arguments=["--log-level=ERROR"],
        on_cell_execute=lambda cell, cell_index: started.append(cell_index + 1),
        resources={"metadata": {"path": str(path.resolve().parent)}},
    )
    try:
        client.execute()
    except (CellControlSignal, CellTimeoutError, DeadKernelError) as error:
        raise NotebookFailed(_where_it_stopped(path, started, error)) from None
    _normalise(notebook)
    nbformat.validate(notebook)
    return (nbformat.writes(notebook).rstrip("\n") + "\n").encode("utf-8")


def _require_ids(notebook, path):
    ids = [cell.get("id") for cell in notebook.cells]
    if None in ids or len(set(ids)) < len(ids):
        raise NotebookFailed(
            f"cell ids are {ids}; wanted a different id in each cell (nbformat 4.5)"
        )


def _where_it_stopped(path, started, error):
    place = f"cell {started[-1]}" if started else "the start of the kernel"
    return f"stopped at {place}; the file is unchanged.\n{_plain(error)}"


def _plain(error):
    """The error's text without the colours IPython puts into tracebacks."""
    return re.sub(r"\x1b\[[0-9;]*m", "", str(error))


def metadata(notebook):
    """What a notebook's metadata hold, and all they hold.

    Parameters
    ----------
    notebook : nbformat.NotebookNode

    Returns
    -------
    dict
        Without a title if the notebook has no heading.
    """
    markdown = (cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    heading = next((found for text in markdown if (found := _HEADING.search(text))), None)
    return {
        "authors": [{"name": AUTHORS}],
        "date": DATE,
        "kernelspec": {
            "display_name": "Python 3 (ipykernel)",
            "language": "python",
            "name": "python3",
        },
        "language_info": {"name": "python"},
        **({"title": " ".join(heading[1].split())} if heading else {}),
    }


def _normalise(notebook):
    """Drop or replace all that differs from run to run."""
    notebook.metadata = nbformat.from_dict(metadata(notebook))
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for number, output in enumerate(cell.get("outputs", [])):
            view = output.get("data", {}).get(WIDGET_VIEW)
            if view is not None:
                name = f"{cell.id}/{number}".encode()
                view["model_id"] = hashlib.sha256(name).hexdigest()[:32]


def write_atomically(path, content):
    """Replace a file in one go, so that a crash leaves the old one or the new one.

    Parameters
    ----------
    path : Path
    content : bytes
    """
    partial = path.with_name(path.name + ".partial")
    partial.write_bytes(content)
    os.replace(partial, path)


def main(arguments=None):
    """Regenerate or check the notebooks named on the command line.

    Parameters
    ----------
    arguments : list of str, optional
        Default: those of the command line.

    Returns
    -------
    int
        Exit code: 0 if all is well.
    """
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: all of the course")
    parser.add_argument("--check", action="store_true", help="write nothing, compare only")
    options = parser.parse_args(arguments)
    failures = 0
    for path in options.notebooks or course_notebooks():
        try:
            fresh = regenerate(path)
        except (NotebookFailed, OSError, ValueError) as error:
            print(f"{path.name}: {error}", file=sys.stderr)
            failures += 1
            continue
        same = fresh == path.read_bytes()
        if not same and options.check:
            failures += 1
        elif not same:
            write_atomically(path, fresh)
        print(f"{path.name}: {'same' if same else 'differs' if options.check else 'written'}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
