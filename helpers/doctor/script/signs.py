"""Where a wrong sign may be mended: in the gradient, in the update, or with the definition of L.

A step uphill is one sign too many between a loss and its update, and which of the places is the
wrong one, no run can tell: all that do are shown.
"""

import time

import numpy as np

from helpers.doctor.script.judge import UPHILL
from helpers.doctor.script.mend import Repair, examined
from helpers.doctor.script.suspects import numbers_of

LOGS = 1.7  # the oddest edit of a definition that is tried


def everywhere(mender, repairs, deadline):
    """Repairs that leave nothing, each in another place.

    Parameters
    ----------
    mender : Mender
    repairs : list of Repair
        Of the first fault: some leave the same fault of the bias.
    deadline : float

    Returns
    -------
    list of Repair
    """
    steps = [fault for fault in mender.first.faults if fault.stage == "step"]
    if not steps or any(fault.says != UPHILL for fault in steps):
        return []
    found = {}
    for repair in repairs:
        lines = tuple(edit.line for edit in repair.edits)
        if lines in found or time.process_time() > deadline:
            continue
        whole = repair if not repair.faults else _with_its_twin(mender, repair, deadline)
        if whole:
            found[lines] = whole
    places = sorted(found.values(), key=lambda repair: repair.cost)[:2]
    return places + [one for one in (_with_definition(mender, p) for p in places[:1]) if one]


def _with_its_twin(mender, repair, deadline):
    """The same edit once more, for the bias."""
    if {fault.stage for fault in repair.faults} - {"step", "loss"}:
        return None
    other = examined(mender.script, mender.world, repair.text)
    if not other.first.faults:
        return None
    twins = other.search(other.first.faults, deadline, repair.mutation.kind)
    near = repair.edits[0]
    whole = [twin for twin in twins if not twin.faults and twin.edits[0].where == near.where]
    if not whole:
        return None
    twin = min(whole, key=lambda twin: (twin.cost, abs(twin.edits[0].line - near.line)))
    cost, edits = repair.cost + twin.cost, repair.edits + twin.edits
    return Repair(cost, repair.mutation, [], edits, twin.text)


def _with_definition(mender, repair):
    """A repair with the sign of L turned as well, where L is a log-likelihood."""
    lines = {line: value for line, _, value in numbers_of(mender.first) if value < 0}
    other = examined(mender.script, mender.world, repair.text)
    for cost, mutation in other.ordered(set(lines)):
        if cost > LOGS:
            break
        now = {line: value for line, _, value in numbers_of(other.run(mutation))}
        before = {line: value for line, _, value in numbers_of(other.first)}
        turned = [line for line in lines if line in now and np.isclose(now[line], -before[line])]
        definition = other.written(cost, mutation, []) if turned else None
        if definition:
            edits = definition.edits + repair.edits
            return Repair(repair.cost + cost, mutation, [], edits, definition.text)
    return None
