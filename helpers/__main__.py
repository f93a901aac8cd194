"""The doctor in a terminal: ``python -m helpers my.py``."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from helpers.doctor import diagnose

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
        diagnosis = diagnose(_brought(asked.file))
    except (OSError, ValueError) as error:
        parser.error(str(error))
    print(json.dumps(as_data(diagnosis), indent=2) if asked.json else _in_words(diagnosis))
    return NOT_JUDGED if diagnosis.correct is None else RIGHT if diagnosis.correct else WRONG


def _brought(name):
    if name == "-":
        return sys.stdin.read()
    path = Path(name)
    return path if path.is_file() or path.suffix in (".py", ".ipynb") else name


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
    sys.exit(main())
