"""The rules every notebook keeps. Each is a function: notebook, its path -> list of complaints.

`pytest --nbval` compares what is stored with what a fresh run gives; it is silent about a cell that
was never run, or that was told not to compare. These rules close such gaps, and keep the notebooks
readable. `RULES` names them.
"""

import ast
import re
from collections import Counter
from functools import lru_cache
from urllib.parse import unquote

import nbformat
from nbval.plugin import comment_markers, metadata_tags
from regenerate import ROOT, WIDGET_VIEW, metadata, read_notebook

LINES_A_CELL = 20
RUN_AGAIN = "run `python tests/regenerate.py`"

_SILENCERS = {name for name in comment_markers if name != "NBVAL_CHECK_OUTPUT"}
_SILENCING_TAGS = {tag for tag in metadata_tags if tag != "nbval-check-output"}
_UNCOMPARABLE = re.compile(r"\b(interact\w*\(|Output\(|clear_output\b|update_display\b)")
_UNSTABLE = re.compile(
    r"\b0x[0-9a-f]{6,}|ipykernel_\d+|site-packages|(?<![\w.])/(?:home|Users|root|tmp)/|[A-Z]:\\\\|"
    + re.escape(str(ROOT))
)
_LINK = re.compile(r"\]\(\s*<?([^)\s>]+)|(?:href|src|srcset)\s*=\s*[\"']([^\"']+)", re.IGNORECASE)
_NO_LINK_INSIDE = re.compile(r"```.*?```|`[^`\n]*`|\$\$.*?\$\$|\$[^$\n]*\$", re.DOTALL)
_DETAILS = re.compile(r"<details\b.*?</details>", re.DOTALL | re.IGNORECASE)
_FENCED = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)
_FENCE = re.compile(r"^```python\n(.*?)^```\s*$", re.DOTALL | re.MULTILINE)


def code_cells(notebook):
    """Code cells with the number (from 1) they have among all cells of the notebook."""
    return [(n, c) for n, c in enumerate(notebook.cells, 1) if c.cell_type == "code"]


def valid_format(notebook, path):
    """The file is a valid notebook of format 4.5, the first with cell ids."""
    if (notebook.nbformat, notebook.nbformat_minor) != (4, 5):
        return [f"format {notebook.nbformat}.{notebook.nbformat_minor}; wanted 4.5"]
    try:
        nbformat.validate(notebook)
    except nbformat.ValidationError as error:
        return [str(error)]
    return []


def unique_ids(notebook, path):
    """No two cells share an id."""
    counts = Counter(cell.get("id") for cell in notebook.cells)
    return [f"id {name!r} on {count} cells" for name, count in counts.items() if count > 1]


def run_in_order(notebook, path):
    """Every code cell was run, once, from top to bottom. Of unrun cells nbval compares nothing."""
    counts = [cell.execution_count for _, cell in code_cells(notebook)]
    wanted = list(range(1, len(counts) + 1))
    return (
        [] if counts == wanted else [f"execution counts {counts}; wanted 1, 2, 3...: {RUN_AGAIN}"]
    )


def no_errors(notebook, path):
    """No stored error and nothing on stderr: a warning carries paths and process ids."""
    return [
        f"cell {number} stores {output.get('name', 'error')}"
        for number, cell in code_cells(notebook)
        for output in cell.outputs
        if output.output_type == "error" or output.get("name") == "stderr"
    ]


def stable_outputs(notebook, path):
    """No output names an address in memory, a process or a folder of the author's machine."""
    return [
        f"cell {number} stores {found[0]!r}, which differs from run to run or machine to machine"
        for number, cell in code_cells(notebook)
        for output in cell.outputs
        if (found := _UNSTABLE.search(_text_of(output)))
    ]


def _text_of(output):
    data = output.get("data", {})
    return output.get("text", "") + "".join(v for k, v in data.items() if k.startswith("text/"))


def short_cells(notebook, path):
    """No cell needs scrolling."""
    return [
        f"cell {number} has {lines} lines; at most {LINES_A_CELL}: split it, or move a function "
        "to helpers/"
        for number, cell in code_cells(notebook)
        if (lines := len(cell.source.splitlines())) > LINES_A_CELL
    ]


def compared_or_explained(notebook, path):
    """A cell taken out of the comparison says why in a comment.

    After a marker such as `# NBVAL_IGNORE_OUTPUT` the reason is the next line, for a tag the first.
    """
    complaints = []
    for number, cell in code_cells(notebook):
        lines = [line.strip() for line in cell.source.splitlines()]
        marks = [(n + 1, line) for n, line in enumerate(lines) if line.lstrip("# ") in _SILENCERS]
        marks += [(0, tag) for tag in cell.metadata.get("tags", []) if tag in _SILENCING_TAGS]
        for reason, mark in marks:
            if not re.match(r"#\W*\w+\W+\w+", lines[reason] if reason < len(lines) else ""):
                complaints.append(f"cell {number}: {mark} without a comment that gives the reason")
    return complaints


def portable_metadata(notebook, path):
    """Nothing stored depends on the author's Python, editor or widgets' state."""
    wanted = metadata(notebook)
    complaints = [f"metadata.{key}: remove it" for key in notebook.metadata if key not in wanted]
    if notebook.metadata.get("language_info") != {"name": "python"}:
        complaints.append(f"language_info holds more than the name: {RUN_AGAIN}")
    for number, cell in enumerate(notebook.cells, 1):
        if "execution" in cell.metadata:
            complaints.append(f"cell {number} stores its times: {RUN_AGAIN}")
    return complaints


def names_itself(notebook, path):
    """Its metadata hold title, authors and date; the title is the first heading."""
    wanted = metadata(notebook)
    return [
        f"metadata.{key} is {notebook.metadata.get(key)!r}; wanted {wanted.get(key)!r}: {RUN_AGAIN}"
        for key in ("title", "authors", "date")
        if not wanted.get(key) or notebook.metadata.get(key) != wanted[key]
    ]


def solved_exercises(notebook, path):
    """Each cell tagged `exercise` has a folded solution: one block of Python in `<details>`."""
    complaints = []
    for number, solution in exercise_solutions(notebook):
        if solution is None:
            complaints.append(
                f"cell {number} is an exercise; the next text must hold <details> with its "
                "solution in one ```python block"
            )
            continue
        try:
            ast.parse(solution)
        except SyntaxError as error:
            complaints.append(f"the solution of cell {number} is not Python: {error}")
    return complaints


def exercise_solutions(notebook):
    """Find the exercises and their folded solutions.

    Parameters
    ----------
    notebook : nbformat.NotebookNode

    Returns
    -------
    list of (int, str or None)
        Number of the exercise's cell, counted from 1, and the source of its solution; ``None`` if
        the next Markdown cell does not fold exactly one block of Python.
    """
    found = []
    for number, cell in code_cells(notebook):
        if "exercise" not in cell.metadata.get("tags", []):
            continue
        following = (c.source for c in notebook.cells[number:] if c.cell_type == "markdown")
        blocks = [b for d in _DETAILS.findall(next(following, "")) for b in _FENCE.findall(d)]
        found.append((number, blocks[0] if len(blocks) == 1 else None))
    return found


def readable_unrun(notebook, path):
    """Beside each widget there is its picture and its text, for readers who run nothing.

    A cell that makes plain widgets, for the reader to imitate, prints what they say instead.
    """
    return [
        f"cell {number} shows a widget without {kind}: give the panel a _repr_mimebundle_"
        for number, cell in code_cells(notebook)
        for output in cell.outputs
        if WIDGET_VIEW in output.get("data", {})
        if not ("import ipywidgets" in cell.source and "print(" in cell.source)
        for kind in ("image/png", "text/plain")
        if not output.data.get(kind)
    ]


def comparable_widgets(notebook, path):
    """None of the ways to use widgets that nbval can never compare."""
    return [
        f"cell {number} uses {found[0].strip('(')}: nbval cannot compare it; use a panel"
        for number, cell in code_cells(notebook)
        if (found := _UNCOMPARABLE.search(cell.source))
    ]


def no_trailing_semicolon(notebook, path):
    """A `;` hides an output in JupyterLab, but not from nbval."""
    return [
        f"cell {number} ends a line with `;`: assign the value to a name instead"
        for number, cell in code_cells(notebook)
        if re.search(r";[ \t]*$", cell.source, re.MULTILINE)
    ]


def links_resolve(notebook, path):
    """Links to files of the project lead somewhere, and into a notebook to one of its headings."""
    complaints = []
    for number, cell in enumerate(notebook.cells, 1):
        if cell.cell_type != "markdown":
            continue
        for target, anchor in links_of(cell.source):
            if not target or re.match(r"[a-z][a-z0-9+.-]*:", target, re.IGNORECASE):
                continue
            file = path.parent / target
            if not file.exists():
                complaints.append(f"cell {number} links to {target}, which does not exist")
            elif anchor and file.suffix == ".ipynb" and anchor not in anchors(file):
                complaints.append(f"cell {number} links to #{anchor}, no heading of {target}")
    return complaints


def links_of(text):
    """The links in a Markdown text, and where its pictures lie.

    Parameters
    ----------
    text : str

    Yields
    ------
    (str, str)
        The address, and what stands after its `#`.
    """
    for parts in _LINK.findall(_NO_LINK_INSIDE.sub("", text)):
        target, _, anchor = unquote("".join(parts)).partition("#")
        yield target, anchor


@lru_cache
def anchors(path):
    """What a link into a notebook may say after the `#`: its headings, as JupyterLab writes them.

    Parameters
    ----------
    path : Path

    Returns
    -------
    frozenset of str
    """
    texts = (cell.source for cell in read_notebook(path).cells if cell.cell_type == "markdown")
    titles = (title for text in texts for title in _HEADING.findall(_FENCED.sub("", text)))
    return frozenset(title.replace(" ", "-") for title in titles)


RULES = (
    valid_format,
    unique_ids,
    run_in_order,
    no_errors,
    stable_outputs,
    short_cells,
    compared_or_explained,
    portable_metadata,
    names_itself,
    solved_exercises,
    readable_unrun,
    comparable_widgets,
    no_trailing_semicolon,
    links_resolve,
)
