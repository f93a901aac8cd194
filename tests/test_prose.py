"""Numbers that prose states are those of the program."""

import re

from hygiene import links_of
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
    total = 0
    for path in course_notebooks():
        minutes = re.findall(r"(\w+) (\d+) minutes", read_notebook(path).cells[0].source)
        assert [word for word, _ in minutes] == ["estimated"], path.name
        (row,) = (
            r for r in README.splitlines() if r[:1] == "|" and f"(notebooks/{path.name})" in r
        )
        assert f"| {minutes[0][1]} |" in row
        total += int(minutes[0][1])
    assert re.findall(r"An estimated (\S+) hours", README) == [str(round(total / 60))]


def test_the_readmes_links_lead_somewhere():
    links = list(links_of(README))
    first = next(target for target, _ in links if target.startswith("notebooks/"))
    assert first == "notebooks/00_what_is_wrong_with_my_code.ipynb"
    for target, anchor in links:
        if not target.startswith("https:"):
            assert (ROOT / target).exists(), target
            assert not anchor or anchor in headings(ROOT / (target or "README.md")), anchor


def headings(path):
    """What a link into a Markdown file may say after the `#`, as GitHub writes it."""
    titles = re.findall(r"^#+ +(.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}
