"""Numbers that prose states are those of the program."""

import re

from regenerate import ROOT, course_notebooks, read_notebook

from helpers import softmax_regression
from helpers.source import source_of

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_readme_counts_the_programs_lines():
    lines = [line for line in source_of(softmax_regression).splitlines() if line.strip()]
    counted = re.findall(r"program (?:of|is) (\S+) lines", README)
    assert counted == [str(len(lines))] * 2


def test_no_text_counts_the_programs_lines_by_hand():
    for path in course_notebooks():
        for cell in read_notebook(path).cells:
            assert "sixty lines" not in cell.source, path.name


def test_minutes_are_called_estimates():
    assert "| minutes, estimated |" in README
    for path in course_notebooks():
        minutes = re.findall(r"(\w+) (\d+) minutes", read_notebook(path).cells[0].source)
        assert [word for word, _ in minutes] == ["estimated"], path.name
        assert f"| {minutes[0][1]} |" in next(
            line for line in README.splitlines() if f"](notebooks/{path.name})" in line
        )
