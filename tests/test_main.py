"""The doctor in a terminal: what is printed, where, and with which exit code it ends."""

import io
import json
import os
import subprocess
import sys

import pytest
from regenerate import ROOT

from helpers import diagnose
from helpers.__main__ import main
from helpers.panels.doctor import EXAMPLES

GRADIENTS, SCRIPT = EXAMPLES["gradients"], EXAMPLES["script"]
RIGHT = GRADIENTS.replace("Y - P", "P - Y")
FRAGILE = RIGHT.replace(" - scores.max(axis=1, keepdims=True)", "")


@pytest.fixture
def file(tmp_path):
    """Writes a text or bytes into a file and returns its name."""

    def write(content, name="my.py"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return str(path)

    return write


ENDINGS = [
    (RIGHT, 0, "Right."),
    (FRAGILE, 0, "Right, but fragile."),
    (GRADIENTS, 1, "Wrong."),
    (SCRIPT, 1, "Wrong."),
    ("def f(W, b\n", 2, "SyntaxError"),
    ("", 2, "defines no function"),
    ("import os\nos._exit(0)\n", 2, "it stops"),
    ("import os\ndef f(W, b, X, Y):\n    os._exit(0)\n", 2, "It ends the process"),
]


@pytest.mark.parametrize(("text", "code", "words"), ENDINGS)
def test_exit_codes(file, capsys, text, code, words):
    assert main([file(text)]) == code
    assert words in capsys.readouterr().out


def test_what_is_printed_is_x_ray_and_diagnosis(file, capsys):
    main([file(RIGHT)])
    diagnosis = diagnose(RIGHT)
    assert capsys.readouterr().out == f"{diagnosis.xray}\n\n{diagnosis}\n"


def test_json(file, capsys):
    assert main([file(GRADIENTS), "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert said["verdict"] == "wrong" and said["edits"][0]["after"] == "R = P - Y"
    assert said["repaired"] == RIGHT and said["xray"]["marked"] == 6
    assert said["xray"]["lines"]["4"] == "probabilities P" and said["bugs"] == ["wrong-sign"]


def test_a_notebook(file):
    cells = [
        {"cell_type": "code", "source": ["import numpy as np\n"]},
        {"cell_type": "code", "source": RIGHT.splitlines(True)},
    ]
    assert main([file(json.dumps({"cells": cells}), "my.ipynb")]) == 0


def test_the_standard_input(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(RIGHT))
    assert main(["-"]) == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows names no pipe by a path")
def test_a_pipe_is_read_once():
    """As in ``python -m helpers <(git show HEAD:my.py)``."""
    read, write = os.pipe()
    os.write(write, RIGHT.encode())
    os.close(write)
    try:
        assert main([f"/dev/fd/{read}"]) == 0
    finally:
        os.close(read)


def test_a_number(capsys):
    assert main(["9.8 %"]) == 2
    assert "all predictions are 0" in capsys.readouterr().out


REFUSED = {
    "nowhere.py": "no file 'nowhere.py'",
    "nowhere": "no file 'nowhere'",
    ".": ". is a folder; wanted a file",
    "bytes.py": "holds null bytes",
    "no.ipynb": "no.ipynb is no notebook",
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read(file, capsys, monkeypatch, tmp_path, name):
    file(RIGHT.encode("utf-16"), "bytes.py")
    file("{", "no.ipynb")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as left:
        main([name])
    assert left.value.code == 2
    said = capsys.readouterr()
    assert REFUSED[name] in said.err and not said.out


def in_a_terminal(*arguments, **options):
    command = [sys.executable, "-m", "helpers", *arguments]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, **options)


@pytest.mark.skipif(os.name == "nt", reason="Windows has another error for a closed pipe")
def test_who_stops_reading_gets_the_verdict_and_no_traceback(file):
    """As in ``python -m helpers my.py | head -0``."""
    read, write = os.pipe()
    os.close(read)
    process = in_a_terminal(file(RIGHT), stdout=write)
    os.close(write)
    assert process.communicate(timeout=60)[1] == "" and process.returncode == 0


def test_letters_that_the_terminal_has_not(file):
    text = RIGHT.replace("scores", "σ")
    ascii_only = {**os.environ, "PYTHONIOENCODING": "ascii"}
    process = in_a_terminal(file(text), stdout=subprocess.PIPE, env=ascii_only)
    said, complaint = process.communicate(timeout=60)
    assert complaint == "" and process.returncode == 0 and "\\u03c3 = X @ W + b" in said
