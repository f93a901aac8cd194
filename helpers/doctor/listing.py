"""The listing of named lines, and the line that is marked: where it goes wrong first."""

from dataclasses import replace
from types import MappingProxyType

from helpers.doctor.findings import XRay
from helpers.doctor.recording import INSIDE, PARAMETER
from helpers.doctor.returns import as_array


def to_xray(code, names, marked=None):
    """The listing of the main function, or of the text.

    Parameters
    ----------
    code : Code
    names : Names
    marked : int, optional
        The site that went wrong first.

    Returns
    -------
    XRay
    """
    lines = {}
    for number in names.values[0]:
        site = names.sites[number]
        if site.unit.text != code.source or number not in names.names:
            continue
        if site.part in (PARAMETER, INSIDE):
            continue
        text = names.names[number]
        if site.target == "return" and site.part >= 0:
            text = f"[{site.part}] {text}"
        elif site.line in lines and site.target != "return":
            text = f"{site.target}: {text}"
        lines[site.line] = f"{lines[site.line]}; {text}" if site.line in lines else text
    line = None
    if marked is not None and names.sites[marked].unit.text == code.source:
        line = names.sites[marked].line
    return XRay(MappingProxyType(lines), line, code.source)


def mark_edits(xray, repairs, case):
    """Mark the line that is to be edited: a verified edit knows more than the first odd name.

    Parameters
    ----------
    xray : XRay
    repairs : sequence of Repair
        The most natural first; may be empty.
    case : Case

    Returns
    -------
    XRay
    """
    edits = repairs[0].edits if repairs else ()
    lines = [edit.line for edit in edits if case.whole or edit.where == case.name]
    return replace(xray, marked=lines[0]) if lines and xray.marked not in lines else xray


def first_fault(names, wrong_parts, forward=()):
    """The first site on the path to a wrong part that goes wrong.

    It is a wrong turn, or is unnamed though all that it reads is named.

    Parameters
    ----------
    names : Names
    wrong_parts : container of int
        Sites of the returned parts that are wrong.
    forward : container of int
        Sites that the loss depends on: they need no name.

    Returns
    -------
    int or None
    """
    order = list(names.values[0])
    on_path = _path(names, order, wrong_parts)
    for number in order:
        if number not in on_path or number in forward:
            continue
        if number in names.wrong_turns:
            return number
        value = as_array(names.values[0][number])
        if number not in names.names and value is not None and value.dtype.kind == "f":
            return number
    return None


def _path(names, order, wrong_parts):
    """Sites whose values reach a wrong part, walking backwards through what each reads."""
    wanted, on_path = set(), set()
    for number in reversed(order):
        site = names.sites[number]
        if number in wrong_parts or (site.target != "return" and site.target in wanted):
            on_path.add(number)
            wanted |= site.reads
    return on_path
