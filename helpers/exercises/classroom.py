"""For a class: copies of the notebooks without solutions, and what was accepted in those handed in.

    python -m helpers.exercises.classroom hand-out FOLDER
    python -m helpers.exercises.classroom collect FOLDER

``hand-out`` copies the course's notebooks into a new folder and leaves the folded solutions out.
``collect`` runs every notebook of a folder, each in a process of its own, and prints one line of
comma-separated values an exercise. It runs what was handed in: where that is not trusted, run it
under an account that has nothing to lose.
"""

import argparse
import ast
import contextlib
import csv
import io
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
SECONDS = 300  # for one notebook
TAKEN_OUT = "*In this copy the solution is left out.*"
NOT_RUN = "Not run"

_FOLDED = re.compile(r"<details\b.*?</details>", re.DOTALL | re.IGNORECASE)
_CODE = re.compile(r"^```python\n", re.MULTILINE)
_FIELDS = ("notebook", "exercise", "accepted", "kind", "message")


def hand_out(folder, notebooks=NOTEBOOKS):
    """Copy the notebooks of the course and leave their folded solutions out.

    Parameters
    ----------
    folder : Path
        Made anew. At the project's top level the notebooks' links still lead somewhere.
    notebooks : Path
        The folder that is copied.

    Returns
    -------
    dict of str to int
        How many solutions were left out, by the notebook's name.

    Raises
    ------
    FileExistsError
        If ``folder`` exists: somebody's work may be in it.
    FileNotFoundError
        If there are no notebooks to copy.
    """
    paths = [path for path in sorted(Path(notebooks).glob("*.ipynb")) if path.name[:3] != "my_"]
    if not paths:
        raise FileNotFoundError(f"no notebook in {notebooks}; wanted the course's folder of them")
    folder = Path(folder)
    folder.mkdir(parents=True)
    left_out = {}
    for path in paths:
        notebook = json.loads(path.read_text("utf-8"))
        left_out[path.name] = sum(map(_without_solution, _after_exercises(notebook["cells"])))
        text = json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        (folder / path.name).write_bytes(text.encode("utf-8"))
    return left_out


def _is_exercise(cell):
    return cell["cell_type"] == "code" and "exercise" in cell["metadata"].get("tags", [])


def _after_exercises(cells):
    """The text that follows each exercise: there its solution is folded."""
    for number, cell in enumerate(cells):
        if _is_exercise(cell):
            yield from [c for c in cells[number + 1 :] if c["cell_type"] == "markdown"][:1]


def _without_solution(cell):
    """Take the solution out of a cell; whether there was one."""
    text = "".join(cell["source"])
    kept = _FOLDED.sub(lambda fold: TAKEN_OUT if _CODE.search(fold[0]) else fold[0], text)
    cell["source"] = kept.splitlines(keepends=True)
    return kept != text


def collect(folder, seconds=SECONDS):
    """Run the notebooks that were handed in, and ask each exercise what it says.

    Parameters
    ----------
    folder : Path
        Searched with its subfolders.
    seconds : float
        How long one notebook may take.

    Returns
    -------
    list of dict
        One an exercise: the path below ``folder``, the check that judges, ``Feedback.accepted``,
        the kind of feedback and its message. "Not run" if the notebook ended before, or if the
        cell's last value is no feedback.

    Raises
    ------
    FileNotFoundError
        If there is no notebook.
    """
    folder = Path(folder)
    paths = [p for p in sorted(folder.rglob("*.ipynb")) if ".ipynb_checkpoints" not in p.parts]
    if not paths:
        raise FileNotFoundError(f"no notebook in {folder}; wanted those that were handed in")
    rows = []
    for path in paths:
        said = _run_apart(path, seconds)
        for number, check in _exercises(path):
            answer = said.get(number, {"accepted": False, "kind": NOT_RUN, "message": ""})
            rows.append({"notebook": str(path.relative_to(folder)), "exercise": check, **answer})
    return rows


def _exercises(path):
    """Number of the cell and name of its check, for each exercise of a notebook."""
    cells = json.loads(path.read_text("utf-8"))["cells"]
    return [(n, _check("".join(c["source"]))) for n, c in enumerate(cells) if _is_exercise(c)]


def _check(source):
    """The function that is called last in a cell."""
    try:
        last = ast.parse(source).body[-1].value
        return last.func.id
    except (SyntaxError, IndexError, AttributeError):
        return "no check"


def _run_apart(path, seconds):
    """Feedback by the number of the exercise's cell."""
    with tempfile.TemporaryDirectory() as place:
        result = Path(place, "feedback.jsonl")
        child = "from helpers.exercises import classroom; classroom.run_here()"
        # Whatever was said until its time is over counts.
        with contextlib.suppress(subprocess.TimeoutExpired):
            subprocess.run(
                [sys.executable, "-c", child, path.resolve(), result],
                cwd=path.parent,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=seconds,
                check=False,
            )
        lines = result.read_text("utf-8").splitlines() if result.exists() else []
    return {said.pop("cell"): said for said in map(json.loads, lines)}


def run_here():
    """Run a notebook in this process; what ``collect`` starts, with two paths as arguments."""
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    from helpers.exercises.feedback import Feedback

    path, result = map(Path, sys.argv[1:])
    no_history = Config({"HistoryManager": {"enabled": False}})
    shell = InteractiveShell.instance(config=no_history)
    with result.open("w", encoding="utf-8") as out:
        for number, cell in enumerate(json.loads(path.read_text("utf-8"))["cells"]):
            if cell["cell_type"] != "code":
                continue
            said = shell.run_cell("".join(cell["source"])).result
            if _is_exercise(cell) and isinstance(said, Feedback):
                row = {"cell": number, "accepted": said.accepted, "kind": said.kind}
                print(json.dumps({**row, "message": said.message}), file=out, flush=True)


def main(arguments=None):
    """The command line.

    Parameters
    ----------
    arguments : list of str, optional
        Default: those of the command line.

    Returns
    -------
    int
        Exit code: 0 if all is well.
    """
    parser = argparse.ArgumentParser(
        prog="python -m helpers.exercises.classroom", description=__doc__.splitlines()[0]
    )
    parser.add_argument("what", choices=("hand-out", "collect"))
    parser.add_argument("folder", type=Path)
    options = parser.parse_args(arguments)
    try:
        if options.what == "hand-out":
            for name, count in hand_out(options.folder).items():
                print(f"{name}: {count} solutions left out")
        else:
            table = io.StringIO()
            writer = csv.DictWriter(table, _FIELDS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(collect(options.folder))
            print(table.getvalue(), end="")
    except OSError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
