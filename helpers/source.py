"""Source text as the course shows it: code and comments, without docstrings."""

import ast
import inspect
import textwrap


def without_docstrings(text):
    """Take the docstrings out of Python source.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
    """
    lines = text.splitlines()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.Module, ast.FunctionDef)) and ast.get_docstring(node):
            doc = node.body[0]
            lines[doc.lineno - 1 : doc.end_lineno] = [None] * (doc.end_lineno - doc.lineno + 1)
    return "\n".join(line for line in lines if line is not None).strip() + "\n"


def source_of(*functions):
    """The source of functions, ready to print.

    Parameters
    ----------
    *functions : function

    Returns
    -------
    str
        One after the other, a blank line between them.
    """
    texts = [textwrap.dedent(inspect.getsource(function)) for function in functions]
    return "\n".join(
        "\n".join(line for line in without_docstrings(text).splitlines() if line.strip()) + "\n"
        for text in texts
    ).rstrip()
