"""A script's text: a file, a notebook's code cells joined, or what was pasted.

Lines keep their numbers: a magic becomes a comment, never nothing.
"""

import ast
import builtins
import json
import re
from pathlib import Path

MAGIC = re.compile(r"^(\s*)(?:[%!]|(?:[\w.]+\s*=\s*)?[%!](?=\w)|\?|[\w.]+\?\??\s*$).*$")
FOREIGN_CELL = re.compile(r"^\s*%%(?!time|timeit|capture|prun)\w+")
PRINT_STATEMENT = re.compile(r"^(\s*)print[ \t]+(?![=(])(.+?)\s*$")


def read_script(text_or_path):
    """The text of a script, ready to be parsed, and the folder it comes from.

    Parameters
    ----------
    text_or_path : str or path
        Python source; or a path to a ``.py`` or ``.ipynb`` file. A single line that ends in
        one of these is taken for a path.

    Returns
    -------
    text : str
        Of a notebook: its code cells one after the other.
    folder : str or None
        Where the file stands; None for pasted text.

    Raises
    ------
    FileNotFoundError
        If the path names no file.
    ValueError
        If a notebook's file is not one.
    """
    text, folder = str(text_or_path), None
    if isinstance(text_or_path, Path) or _is_path(text):
        path = Path(text).expanduser()
        if not path.is_file():
            raise FileNotFoundError(f"{path.absolute()} not found; wanted a .py or .ipynb file")
        folder = str(path.absolute().parent)
        text = path.read_text(encoding="utf-8-sig", errors="replace")
        if path.suffix == ".ipynb":
            text = _joined_cells(text, path)
    return text.rstrip() + "\n", folder


def _is_path(text):
    return "\n" not in text.strip() and text.strip().endswith((".py", ".ipynb", ".txt"))


def _joined_cells(text, path):
    try:
        cells = json.loads(text)["cells"]
        sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path} is no notebook ({error!r}); wanted a .ipynb file") from error
    return "\n".join(
        "\n".join("# " + line for line in source.splitlines())
        if FOREIGN_CELL.match(source)
        else source
        for source in sources
    )


def _without_magics(lines):
    """A line that opens with % may go on from the one before: asked only if nothing else reads."""
    for line in lines:
        magic = MAGIC.match(line)
        yield f"{magic[1]}pass  # {line.strip()}" if magic else line


def _with_print_calls(lines):
    return [PRINT_STATEMENT.sub(r"\1print(\2)", line) for line in lines]


def parse_script(text):
    """The syntax tree. Magics are dropped, print statements of Python 2 read as calls.

    Returns
    -------
    tree : ast.Module
    text : str
        The text as it was parsed: as many lines.

    Raises
    ------
    SyntaxError
        With the line that cannot be read.
    """
    first, lines = None, text.expandtabs(4).splitlines()
    for cure in (list, _without_magics, _with_print_calls):
        lines = list(cure(lines))
        try:
            return ast.parse("\n".join(lines)), "\n".join(lines) + "\n"
        except SyntaxError as error:
            first = error if first is None or cure is _without_magics else first
    raise first


def undefined_names(tree):
    """The names that a script reads and never sets: what an earlier cell must have made."""
    read, known = [], set(dir(builtins)) | {"__file__", "__name__"}
    for node in ast.walk(tree):
        match node:
            case ast.Name(ctx=ast.Load()):
                read.append(node.id)
            case ast.Name():
                known.add(node.id)
            case ast.FunctionDef() | ast.ClassDef() | ast.AsyncFunctionDef():
                known.add(node.name)
            case ast.arg():
                known.add(node.arg)
            case ast.alias():
                known.add((node.asname or node.name).split(".")[0])
            case ast.ExceptHandler(name=str(name)):
                known.add(name)
    return [name for name in dict.fromkeys(read) if name not in known]
