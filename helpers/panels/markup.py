"""The right line and the wrong one, for panels. All of it is HTML, and what comes in is escaped."""

import html

from helpers.bugs import BUGS, line_of


def lines_html(ids):
    """What bugs change: title, the right line with a minus, the wrong one with a plus, and why.

    Parameters
    ----------
    ids : iterable of str
        Keys of ``BUGS``.

    Returns
    -------
    str
        HTML; empty for no bugs.
    """
    return "".join(_one(BUGS[id_]) for id_ in ids)


def _one(bug):
    pair = "\n".join(diff_lines(line_of(bug), bug.right, bug.wrong))
    name = html.escape(f"right and wrong line of {bug.id}", quote=True)
    return f'{about_bug(bug)}<pre role="region" aria-label="{name}">{pair}</pre>'


def about_bug(bug, *, origin=False):
    """What a bug does and what gives it away.

    Parameters
    ----------
    bug : Bug
    origin : bool
        Whether to say where it was met.

    Returns
    -------
    str
        A paragraph of HTML.
    """
    text = f"{bug.effect} {bug.giveaway}" + (f" Met in: {bug.seen}." if origin else "")
    return f"<p><b>{html.escape(bug.title)}</b> ({bug.id}). {html.escape(text)}</p>"


def diff_lines(number, right, wrong):
    """A line taken out and the line put in, marked by sign and weight as well as by colour.

    Parameters
    ----------
    number : int
        Of the line, from 1.
    right, wrong : str

    Returns
    -------
    list of str
        Two pieces of HTML, for a ``<pre>``.
    """
    return [
        f"<del>{html.escape(f'{number:3} - {right}')}</del>",
        f"<ins>{html.escape(f'{number:3} + {wrong}')}</ins>",
    ]
