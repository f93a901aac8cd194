"""Show a line of the question's derivation beside the code that computes it."""

import html
import re

from helpers.source import source_of


class SideBySide:
    """A formula, typeset, beside its code. Both come from one function, so they cannot drift apart.

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

    def _repr_html_(self):
        # A left column of one width, so that the code of all lines starts at one edge.
        return (
            '<div style="display:flex; align-items:center; gap:10px">'
            f'<div style="flex:0 0 270px"><p>{html.escape(self.title)}</p>'
            f"<p>$\\displaystyle {html.escape(self.formula)}$</p></div>"
            '<pre style="font-size:11px; white-space:pre-wrap; min-width:0; margin:0; padding:0">'
            f"{html.escape(self.code)}</pre></div>"
        )


def _typeset(formula):
    formula = re.sub(r"^(entry .+? of) ", r"\\text{\1 } ", formula)
    # A 1 that closes or multiplies a bracket is a row of ones; any other is the number.
    return re.sub(r"(?<= )1(?= ?[()])", r"\\mathbf{1}", formula)
