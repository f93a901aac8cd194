"""What the bug lab says beside its picture: numbers, changed lines and the source, as HTML."""

import html

import numpy as np

from helpers.figures import short_label
from helpers.panels.markup import about_bug, diff_lines


def numbers_html(symptoms, kept=None):
    """The error in large figures, and what the gradient check gives.

    Parameters
    ----------
    symptoms : Symptoms
    kept : Symptoms, optional
        Of the run that is kept.

    Returns
    -------
    str
    """
    run, probe = symptoms.run, symptoms.probe
    if probe.raised:
        check, ratio, large = "raises", "-", "-"
    else:
        check = " / ".join(_plain(probe.errors[name], 1) for name in ("W", "b"))
        ratio = " / ".join(_plain(probe.ratios[name]) for name in ("W", "b"))
        large = "yes" if probe.large_logits else "no"
    facts = {
        "error rate": _error(symptoms),
        "gradient error, W / b": check,
        "ratio, W / b": ratio,
        "losses finite": "-" if run is None else _yes(run.first_non_finite_step is None),
        "finite at large logits": large,
        "largest bias": "-" if run is None else _plain(np.abs(run.b).max()),
    }
    if kept:
        facts["error of the kept run"] = _error(kept)
    pairs = "".join(
        f"<dl><dt>{html.escape(name)}</dt><dd{_big(name)}>{html.escape(value)}</dd></dl>"
        for name, value in facts.items()
    )
    return f'<div class="facts">{pairs}</div>'


def _big(name):
    return ' class="big"' if name == "error rate" else ""


def _error(symptoms):
    return "none" if symptoms.run is None else f"{100 * symptoms.run.error:.2f} %"


def _yes(true):
    return "yes" if true else "no"


def _plain(number, digits=3):
    """A number as people write it: few digits, and no zeros that say nothing."""
    if number == 0 or not np.isfinite(number):
        return f"{number:g}"
    return short_label(float(f"{number:.{digits}g}"))


def scales_html(scene, *, moved):
    """Which lines are whose, and how far the scales go.

    Parameters
    ----------
    scene : Scene
    moved : bool
        Whether they are others than before.

    Returns
    -------
    str
    """
    keys = {"right program": "thin grey: the right program", "kept run": "dashed: the kept run"}
    legend = "; ".join(["thick: now", *(keys[name] for name in scene.others)])
    news = "<b>New scales.</b> " if moved else ""
    return (
        f'<p class="hint">{html.escape(legend.capitalize())}. {news}{html.escape(scene.scales)}</p>'
    )


def changed_html(program, *, explained=True):
    """The lines that bugs change, right and wrong, and what each does.

    Parameters
    ----------
    program : Program
    explained : bool
        Whether to say what each does.

    Returns
    -------
    str
    """
    pairs = [piece for pair in _pairs(program).values() for piece in pair]
    lines = "\n".join(pairs) or "No line is changed: this is the right program."
    bugs = program.changes.values() if explained else ()
    about = "".join(about_bug(bug, origin=True) for bug in bugs)
    return f'<pre role="region" aria-label="changed lines">{lines}</pre>{about}'


def source_html(program):
    """The whole text with its changes marked: what is shown is what runs.

    Parameters
    ----------
    program : Program

    Returns
    -------
    str
    """
    pairs, lines = _pairs(program), []
    for number, line in enumerate(program.source.splitlines(), 1):
        lines += pairs.get(number) or [f"{number:3}   {html.escape(line)}"]
    return (
        '<pre tabindex="0" role="region" aria-label="source of the program" data-scroll="">'
        + "\n".join(lines)
        + "</pre>"
    )


def _pairs(program):
    text = program.source.splitlines()
    return {
        number: diff_lines(number, text[number - 1].replace(bug.wrong, bug.right), text[number - 1])
        for number, bug in program.changes.items()
    }
