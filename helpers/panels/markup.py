"""Lines that are wrong, and what they should be. All of it is HTML; what comes in is escaped."""

import html

from helpers.bugs import BUGS


def lines_html(ids):
    """What bugs change: title, what they do, the wrong line and the one it should be.

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
    label = f"wrong and right line of {bug.id}"
    return about_bug(bug) + _exchange(label, [("wrong", bug.wrong), ("right", bug.right)])


def edits_html(edits):
    """Changes of the reader's code, as *yours* and *should be*. No signs: a plus would be copied.

    Parameters
    ----------
    edits : iterable of Edit

    Returns
    -------
    str
        HTML; empty for no edits.
    """
    return "".join(
        _exchange(
            f"change in line {edit.line}",
            [(f"line {edit.line}, yours", edit.before), ("should be", edit.after)],
        )
        for edit in edits
    )


def _exchange(label, lines):
    """Named lines of code below each other; an empty one is not there."""
    width = max(len(name) for name, _ in lines)
    rows = [f"{name:>{width}}: {line or '(nothing)'}" for name, line in lines]
    name = html.escape(label, quote=True)
    return f'<pre role="region" aria-label="{name}">{html.escape(chr(10).join(rows))}</pre>'


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
