"""The doctor in a terminal: ``python -m helpers my.py``."""

import argparse
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

from helpers.doctor import diagnose, diagnose_number

RIGHT, WRONG, NOT_JUDGED = 0, 1, 2  # exit codes; argparse ends with 2 as well


def main(arguments=None):
    """Diagnose a file, print what was found.

    Parameters
    ----------
    arguments : list of str, optional
        Default: those of the command line.

    Returns
    -------
    int
        The exit code: 0 right or fragile, 1 wrong, 2 not judged.
    """
    parser = argparse.ArgumentParser(prog="python -m helpers", description=__doc__)
    parser.add_argument(
        "file",
        help="Python or a notebook: functions, a class or a training script; '-' reads the "
        "standard input; or one number, '9.8 %%'",
    )
    parser.add_argument("--json", action="store_true", help="for programs")
    asked = parser.parse_args(arguments)
    try:
        diagnosis = _diagnose(asked.file)
    except (OSError, ValueError) as error:
        parser.error(str(error))
    _say(json.dumps(as_data(diagnosis), indent=2) if asked.json else _in_words(diagnosis))
    return NOT_JUDGED if diagnosis.correct is None else RIGHT if diagnosis.correct else WRONG


def _diagnose(name):
    if name == "-":
        return diagnose(sys.stdin.read())
    path = Path(name)
    if path.is_dir():
        raise IsADirectoryError(f"{name} is a folder; wanted a file, such as my.py")
    if path.is_file():
        if b"\0" in path.read_bytes():
            raise ValueError(f"{name} holds null bytes; wanted Python or a notebook, in UTF-8")
        return diagnose(path)
    if path.exists():  # a pipe, which can be read only once
        return diagnose(path.read_text("utf-8"))
    try:
        return diagnose_number(name)
    except ValueError:
        wanted = "wanted my.py, my.ipynb, '-' for the standard input, or a number: '9.8 %'"
        raise FileNotFoundError(f"no file {name!r}, and no number; {wanted}") from None


def _say(text):
    """Print. Who has stopped reading, as ``head`` does, has read enough."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        # Python flushes once more at its end, and would complain then.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def as_data(diagnosis):
    """A diagnosis in JSON's types.

    Parameters
    ----------
    diagnosis : Diagnosis

    Returns
    -------
    dict
    """
    xray = diagnosis.xray
    return {
        "verdict": diagnosis.verdict,
        "edits": [asdict(edit) for edit in diagnosis.edits],
        "alternatives": [[asdict(edit) for edit in edits] for edits in diagnosis.alternatives],
        "repaired": diagnosis.repaired,
        "xray": {"lines": dict(xray.lines), "marked": xray.marked} if xray else None,
        "factor": None if diagnosis.factor is None else str(diagnosis.factor),
        "bugs": list(diagnosis.bugs),
        "evidence": diagnosis.evidence,
    }


def _in_words(diagnosis):
    listing = str(diagnosis.xray) if diagnosis.xray else ""
    return f"{listing}\n\n{diagnosis}".lstrip("\n")


if __name__ == "__main__":
    # A listing may hold letters that the terminal has not.
    sys.stdout.reconfigure(errors="backslashreplace")
    sys.exit(main())
