"""The right line and the wrong one, for panels."""

import html

from helpers.bugs import BUGS, line_of

INK = "color:var(--jp-content-font-color1, #222)"
_CODE = (
    f"font-size:12px; line-height:1.5; margin:2px 0 6px 0; padding:4px; white-space:pre-wrap; {INK}"
)
_DELETED, _INSERTED = "#D55E0033", "#0072B233"


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
    number = line_of(bug)
    pair = "\n".join(diff_lines(number, bug.right, bug.wrong))
    return (
        f'{about_bug(bug)}<pre role="region" aria-label="right and wrong line of {bug.id}" '
        f'style="{_CODE}">{pair}</pre>'
    )


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
    return (
        f'<p style="margin:6px 0; line-height:1.4; white-space:normal; {INK}">'
        f"<b>{html.escape(bug.title)}</b> ({bug.id}). {html.escape(text)}</p>"
    )


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
        _marked("del", f"{number:3} - {right}", _DELETED),
        _marked("ins", f"{number:3} + {wrong}", _INSERTED),
    ]


def _marked(element, text, colour):
    style = f"background:{colour}; text-decoration:none; font-weight:600"
    return f'<{element} style="{style}">{html.escape(text)}</{element}>'


def table_html(caption, head, rows):
    """A small table.

    Parameters
    ----------
    caption : str
    head : sequence of str
    rows : iterable of sequence
        The first of each row is its heading; the others are str, or lists of str, of which each
        stays in one piece.

    Returns
    -------
    str
        HTML. Long texts wrap.
    """
    cell = "text-align:left; vertical-align:top; padding:2px 10px 2px 0; white-space:normal"
    top = "".join(f'<th scope="col" style="{cell}">{html.escape(name)}</th>' for name in head)
    body = "".join(
        f'<tr><th scope="row" style="{cell}; font-weight:600">{html.escape(first)}</th>'
        + "".join(f'<td style="{cell}">{_cell(value)}</td>' for value in rest)
        + "</tr>"
        for first, *rest in rows
    )
    return (
        f'<table style="border-collapse:collapse; font-size:13px; line-height:1.4; {INK}">'
        f'<caption style="text-align:left; font-weight:600; padding:4px 0">{html.escape(caption)}'
        f"</caption><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
    )


def _cell(value):
    if isinstance(value, str):
        return html.escape(value)
    whole = (f'<span style="white-space:nowrap">{html.escape(text)}</span>' for text in value)
    return ", ".join(whole) or "none"
