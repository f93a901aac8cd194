"""The notebooks keep the rules; and the rules catch what they say they catch."""

import copy

import hygiene
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from regenerate import ROOT, WIDGET_VIEW, course_notebooks, metadata, read_notebook

NOTEBOOKS = course_notebooks()


def test_the_course_has_notebooks():
    assert NOTEBOOKS, f"no notebook in {ROOT / 'notebooks'}"


def test_every_notebook_but_the_hurried_one_has_an_exercise():
    without = [p.name[:2] for p in NOTEBOOKS if not hygiene.exercise_solutions(read_notebook(p))]
    assert without == ["00"]


@pytest.mark.parametrize("rule", hygiene.RULES, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_notebook_keeps_rule(path, rule):
    complaints = rule(read_notebook(path), path)
    assert not complaints, "\n".join([f"{path.name}: {rule.__doc__.splitlines()[0]}", *complaints])


SOLUTION = "<details><summary>Solution</summary>\n\n```python\nanswer = 0.9\n```\n\n</details>"


@pytest.fixture
def clean():
    """A notebook that keeps every rule."""
    picture = {"image/png": "iVBORw0KGgo=", "text/plain": "Panel(x)", WIDGET_VIEW: {}}
    cells = [
        new_markdown_cell("# Try\n[self](test_notebooks.py#top), `[no](link)` and $f[i](x)$"),
        new_code_cell("print(0.9)", outputs=[new_output("stream", text="0.9\n")]),
        new_code_cell("panel", outputs=[new_output("display_data", data=picture)]),
        new_code_cell("answer = ...", metadata={"tags": ["exercise"]}),
        new_markdown_cell(SOLUTION),
    ]
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"
    for count, (_, cell) in enumerate(hygiene.code_cells(new_notebook(cells=cells)), 1):
        cell.execution_count = count
    return new_notebook(cells=cells, metadata=metadata(new_notebook(cells=cells)))


@pytest.mark.parametrize("rule", hygiene.RULES, ids=lambda rule: rule.__name__)
def test_a_clean_notebook_keeps_every_rule(clean, rule):
    assert rule(clean, ROOT / "tests" / "clean.ipynb") == []


def set_source(number, source):
    return lambda notebook: notebook.cells[number].update(source=source)


def set_output(output_type, **fields):
    output = new_output(output_type, **fields)
    return lambda notebook: notebook.cells[1].update(outputs=[output])


def set_tag(tag):
    return lambda notebook: notebook.cells[1].metadata.update(tags=[tag])


BROKEN = [
    (hygiene.valid_format, lambda nb: nb.update(nbformat_minor=4)),
    (hygiene.valid_format, lambda nb: nb.cells[1].update(outputs=[{"output_type": "nonsense"}])),
    (hygiene.unique_ids, lambda nb: nb.cells[1].update(id=nb.cells[2].id)),
    (hygiene.run_in_order, lambda nb: nb.cells[1].update(execution_count=None)),
    (hygiene.run_in_order, lambda nb: nb.cells[1].update(execution_count=7)),
    (hygiene.no_errors, set_output("error", ename="ValueError", evalue="", traceback=[])),
    (hygiene.no_errors, set_output("stream", name="stderr", text="RuntimeWarning")),
    (hygiene.stable_outputs, set_output("stream", text="<object at 0x7f3a5c0d2e10>")),
    (hygiene.stable_outputs, set_output("display_data", data={"text/plain": "/home/ada/data"})),
    (hygiene.short_cells, set_source(1, "x = 1\n" * 21)),
    (hygiene.compared_or_explained, set_source(1, "# NBVAL_IGNORE_OUTPUT\nprint(1)")),
    (hygiene.compared_or_explained, set_source(1, "#NBVAL_SKIP")),
    (hygiene.compared_or_explained, set_tag("nbval-ignore-output")),
    (hygiene.compared_or_explained, set_tag("nbval-skip")),
    (hygiene.compared_or_explained, set_tag("raises-exception")),
    (hygiene.portable_metadata, lambda nb: nb.metadata.update(widgets={})),
    (hygiene.portable_metadata, lambda nb: nb.metadata.language_info.update(version="3.11.7")),
    (hygiene.portable_metadata, lambda nb: nb.cells[1].metadata.update(execution={})),
    (hygiene.names_itself, lambda nb: nb.metadata.pop("title")),
    (hygiene.names_itself, lambda nb: nb.metadata.update(authors=[])),
    (hygiene.names_itself, lambda nb: nb.metadata.pop("date")),
    (hygiene.names_itself, set_source(0, "# Another title")),
    (hygiene.names_itself, set_source(0, "No heading")),
    (hygiene.solved_exercises, set_source(4, "No solution.")),
    (hygiene.solved_exercises, set_source(4, "```python\nanswer = 0.9\n```")),
    (hygiene.solved_exercises, set_source(4, SOLUTION.replace("0.9", "0 9"))),
    (hygiene.readable_unrun, lambda nb: nb.cells[2].outputs[0].data.pop("image/png")),
    (hygiene.readable_unrun, lambda nb: nb.cells[2].outputs[0].data.pop("text/plain")),
    (hygiene.comparable_widgets, set_source(1, "interact(f, x=3)")),
    (hygiene.comparable_widgets, set_source(1, "out = widgets.Output()")),
    (hygiene.comparable_widgets, set_source(1, "clear_output(wait=True)")),
    (hygiene.no_trailing_semicolon, set_source(1, "x;")),
    (hygiene.links_resolve, set_source(0, "[next](09_no_such_notebook.ipynb)")),
    (hygiene.links_resolve, set_source(0, '<img alt="x" src="no/such.png">')),
    (hygiene.links_resolve, set_source(0, f"[a heading]({NOTEBOOKS[0]}#No-such-heading)")),
]


@pytest.mark.parametrize(("rule", "break_it"), BROKEN, ids=lambda value: value.__name__)
def test_a_broken_notebook_is_caught(clean, rule, break_it):
    broken = copy.deepcopy(clean)
    break_it(broken)
    assert rule(broken, ROOT / "tests" / "broken.ipynb")


def test_every_rule_has_been_seen_to_fail():
    assert {rule for rule, _ in BROKEN} == set(hygiene.RULES)


def test_a_reason_allows_a_silenced_cell(clean):
    clean.cells[1].source = "# NBVAL_IGNORE_OUTPUT\n# The time it takes differs from run to run.\nt"
    assert hygiene.compared_or_explained(clean, ROOT) == []
    clean.cells[1].metadata.tags = ["nbval-ignore-output"]
    clean.cells[1].source = "# The time it takes differs from run to run.\nt"
    assert hygiene.compared_or_explained(clean, ROOT) == []


def test_solutions_are_found(clean):
    assert hygiene.exercise_solutions(clean) == [(4, "answer = 0.9\n")]
