"""Show a line of the question's derivation with the code that computes it."""

import re

from helpers.source import source_of


class SideBySide:
    """A formula, typeset, and its code. Both come from one function, so they cannot drift apart.

    Parameters
    ----------
    line : callable
        A function of ``helpers.derivation``: its docstring opens with a title, a colon and the
        formula in LaTeX, up to the end of the sentence or a blank line.

    Raises
    ------
    ValueError
        If the docstring does not open so.
    """

    def __init__(self, line):
        opening = " ".join((line.__doc__ or "").split("\n\n")[0].split())
        found = re.fullmatch(r"([^:]+): (.+?)(\.( [A-Z].*)?)?", opening)
        if not found:
            raise ValueError(f"{line.__name__} does not open with `title: formula`: {opening!r}")
        self.title, self.formula = found[1], _typeset(found[2])
        self.code = source_of(line)

    def __repr__(self):
        return f"{self.title}: {self.formula}\n\n{self.code}"

    def _repr_markdown_(self):
        # Markdown, and the code below: VS Code and Colab set no TeX inside HTML, and no viewer
        # sets code inside a table of Markdown's.
        return f"{self.title}\n\n$\\displaystyle {self.formula}$\n\n```python\n{self.code}\n```"


def _typeset(formula):
    formula = formula.replace("^T", r"^{\mathsf T}")
    formula = re.sub(r"^(entry .+? of) ", r"\\text{\1 } ", formula)
    # A 1 that closes or multiplies a bracket is a row of ones; any other is the number.
    return re.sub(r"(?<= )1(?= ?[()])", r"\\mathbf{1}", formula)
