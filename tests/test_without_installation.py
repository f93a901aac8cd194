"""What Codespaces and Binder install is what a reader installs: the same file, a Python we know."""

import json
import re
import tomllib

from regenerate import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
TRIED = {"3.11", "3.12", "3.13"}  # as .github/workflows/tests.yml says


def test_binder_installs_the_course_and_the_extra_of_09():
    lines = (ROOT / ".binder" / "requirements.txt").read_text("utf-8").split("\n")
    assert lines == ["-r ../requirements.txt", "-e .[scale]", ""]
    version = (ROOT / ".binder" / "runtime.txt").read_text("utf-8").strip()
    assert version.removeprefix("python-") in TRIED


def test_the_container_does_too():
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text("utf-8"))
    assert container["image"].rpartition(":")[2] in TRIED
    command = container["postCreateCommand"]
    assert "-r requirements.txt -e '.[scale]'" in command
    python = re.search(r"&& (\S+) -m pip", command)[1]
    editor = container["customizations"]["vscode"]["settings"]["python.defaultInterpreterPath"]
    assert editor == "${containerWorkspaceFolder}/" + python
    for path in container["customizations"]["codespaces"]["openFiles"]:
        assert (ROOT / path).exists()


def test_the_extras_that_the_files_name_exist():
    assert {"scale", "test"} <= PROJECT["optional-dependencies"].keys()
