"""What TEACHING.md says is so: minutes, the worked example, memory, licences, links."""

import os
import re
import shlex
import shutil
import subprocess
import sys

import pytest
from benchmarks.measure_memory import measure
from regenerate import ROOT, course_notebooks, read_notebook

TEXT = (ROOT / "notebooks" / "TEACHING.md").read_text(encoding="utf-8")
MINUTES = {
    name: int(minutes)
    for name, minutes in re.findall(r"^\| \[.*?\]\((.*?)\) \| .*? \| (\d+) \|$", TEXT, re.MULTILINE)
}


def section(title):
    return TEXT.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


@pytest.mark.parametrize("path", course_notebooks(), ids=lambda path: path.name)
def test_titles_and_minutes_are_those_of_the_notebooks(path):
    notebook = read_notebook(path)
    assert f"[{notebook.metadata.title}]({path.name})" in TEXT
    stated = re.search(r"An estimated (\d+) minutes", notebook.cells[0].source)
    assert MINUTES[path.name] == int(stated[1])


def test_sessions_hold_every_notebook_once():
    rows = re.findall(r"^\| \d [^|]*\| ([\d, ]+) \| (\d+) \|", TEXT, re.MULTILINE)
    held = [number for numbers, _ in rows for number in numbers.split(", ")]
    assert sorted(held) == sorted(name[:2] for name in MINUTES)
    for numbers, minutes in rows:
        due = sum(MINUTES[name] for name in MINUTES if name[:2] in numbers.split(", "))
        assert due == int(minutes)


def test_a_bug_is_added_as_it_says(tmp_path):
    """The entry and the commands of the page, in a copy of the project."""
    ignored = shutil.ignore_patterns("__pycache__", "browser", "*.ipynb")
    for name in ("helpers", "data", "tests"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    text = section("Add a bug of your own")
    (entry,) = re.findall(r"^```toml\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    (commands,) = re.findall(r"^```sh\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    with (tmp_path / "helpers" / "catalogue.toml").open("a", encoding="utf-8") as catalogue:
        catalogue.write(f"\n{entry}")
    said = []
    for command in commands.splitlines():
        words = shlex.split(command)
        assert words[0] == "python"
        done = subprocess.run(
            [sys.executable, *words[1:]],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert not done.returncode, done.stdout + done.stderr
        said.append(done.stdout)
    assert re.search(r"\d passed", said[0]) and "failed" not in said[0]
    checks = said[1].partition("gradient-at-random")[0].splitlines()
    (row,) = [line.split() for line in said[1].splitlines() if line.startswith("bias-averaged")]
    place = int(re.search(r"(\d+)\s*$", checks[-1])[1])
    assert row[place] == "x", said[1]
    table = (tmp_path / "helpers" / "symptoms" / "fingerprints.json").read_text("utf-8")
    assert '"bias-averaged"' in table


if sys.platform.startswith("linux"):  # what the page states, it states of Linux

    def test_memory_is_rounded_up_from_what_is_measured():
        rows = re.findall(r"^\| (\d\d) \| (\d+) \| [^|]+ \|$", TEXT, re.MULTILINE)
        stated = {name: int(kernel) for name, kernel in rows}
        assert set(stated) == {path.name[:2] for path in course_notebooks()}
        kernel, _, _ = measure(next(p for p in course_notebooks() if p.name.startswith("02")))
        assert kernel <= stated["02"] <= 2 * kernel


def test_licences_of_all_that_is_installed_are_named():
    text = section("Licences").lower()
    names = re.findall(
        r"^([a-z][\w-]*)", (ROOT / "requirements.txt").read_text("utf-8"), re.MULTILINE
    )
    assert names and not [name for name in names if name not in text]


def test_links_lead_somewhere():
    targets = re.findall(r"\]\(([^):#]+)\)", TEXT)
    assert targets
    assert not [target for target in targets if not (ROOT / "notebooks" / target).exists()]
