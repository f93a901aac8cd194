"""From a script's text to what is known of it: run, judged, mended. In the script's own process."""

import time

from helpers.doctor.script import digits_files
from helpers.doctor.script.execute import FORMS, Script, World
from helpers.doctor.script.mend import FURTHER, ROUNDS, Locals, Mender, examined
from helpers.doctor.script.named import bugs_of
from helpers.doctor.script.signs import everywhere
from helpers.doctor.script.source import parse_script
from helpers.doctor.script.standins import LibraryModel, StandIns
from helpers.doctor.script.suspects import names_of, suspicions
from helpers.doctor.script.watch import OutOfTime

SECONDS, ONE_RUN = 12.0, 5.0  # of the processor, of the clock


def examine(text, folder, patches=(), tell=None):
    """Run a script as often as it takes to judge and mend it.

    Parameters
    ----------
    text : str
    folder : str or None
    patches : sequence of (str, str, str)
        As for ``bugs_of``.
    tell : function, optional
        Called with what is known before the search for an edit begins.

    Returns
    -------
    dict
        Of plain values: ``verdict``, ``reason``, ``line``, ``faults``, ``edits``,
        ``alternatives``, ``repaired``, ``stood_in``, ``rate``, ``tried``.
    """
    try:
        tree, text = parse_script(text)
    except SyntaxError as error:
        return _not_judged(f"it cannot be read: {error.msg}", error.lineno)
    standins = StandIns(folder, text)
    standins.install()
    script = Script(tree, *_reference(text))
    world, first, values = _first_run(script, standins, text)
    if isinstance(first.error, LibraryModel):
        return _not_judged(f"it uses {first.error}: a library's model is not judged", first.line)
    if isinstance(first.error, OutOfTime):
        says = f"it had not come to its end after {ONE_RUN:g} s of processor time"
        return _not_judged(says, first.error.args[0] or first.line)
    if isinstance(first.error, ImportError):
        return _not_judged(f"{first.error}: that library is not here", first.line)
    facts = {
        "stood_in": list(standins.asked) + script.missing,
        "rate": next((float(f) for f in first.judge.factors if f), None),
    }
    if not first.observer.forwards and not _may_be_mended(first.error):
        return _not_judged(*_no_model(first)) | facts
    if first.observer.forwards and first.observer.forwards[0].W.shape[1] != first.judge.K:
        return _not_judged("its images meet no weights of one column a class") | facts
    if tell and first.faults:
        told = [_fault(fault) for fault in first.faults]
        verdict = _verdict(first.faults, (), first.judge)
        reason, line = told[0]["says"], told[0]["line"]
        so_far = {"verdict": verdict, "reason": reason, "line": line, "faults": told, "left": told}
        tell(facts | so_far)
    facts["bugs"] = bugs_of(first, patches) if first.faults else []
    return facts | _mended(script, world, text, first, values)


def _reference(text):
    if "load_digits" not in text:
        images, labels = digits_files.pool()
        return images.reshape(len(images), -1), labels
    try:
        from sklearn.datasets import load_digits
    except ImportError:
        return digits_files.small_digits()
    bunch = load_digits()
    return bunch.data, bunch.target


def _first_run(script, standins, text):
    """The run in the first world in which the script works, or else in the first of all."""
    tried = []
    for world in _worlds(script, text):
        standins.set_header(world.header)
        with Locals() as seen:
            result = script.run(world, seconds=ONE_RUN, marks=True)
        tried.append((world, result, seen.values))
        if result.error is None and result.observer.forwards:
            return tried[-1]
        if isinstance(result.error, (LibraryModel, ImportError, OutOfTime)):
            return tried[-1]
    best = max(tried, key=lambda one: (len(one[1].observer.groups) > 0, -tried.index(one)))
    standins.set_header(best[0].header)
    with Locals() as seen:
        return best[0], script.run(best[0], seconds=ONE_RUN, marks=True), seen.values


def _worlds(script, text):
    scaled = "load_digits" not in text
    for form in FORMS if script.missing else FORMS[:1]:
        for header in (True, False) if ".csv" in text else (True,):
            yield World(scaled=scaled, form=form, header=header)
    yield World(scaled=scaled, slices=scaled)
    yield World(scaled=scaled, jump=False)


def _mended(script, world, text, first, values):
    deadline = time.process_time() + SECONDS
    faults, edits, alternatives, tried = first.faults, [], [], 0
    told = [_fault(fault) for fault in faults]
    xray = {"source": text, "lines": names_of(first, faults[0] if faults else None), "marked": None}
    if not faults:
        return {"verdict": "right", "faults": told, "xray": xray}
    costs = suspicions(first, faults[0])
    departing = [line for line in costs if costs[line] < 0]
    mender = Mender(script, world, text, first, values)
    for turn in range(ROUNDS):
        if turn:
            mender = examined(script, world, text)
            faults = mender.first.faults
            if not faults:
                break
        repairs = mender.search(faults, deadline)
        tried += mender.tried
        if not repairs:
            break
        places = everywhere(mender, repairs, deadline) if turn == 0 else []
        best = (places or repairs)[0]
        if places:
            alternatives = [_rows(repair.edits) for repair in places[1:]]
        elif turn == 0 and not best.faults:
            alternatives = _alternatives(repairs)
        edits += _rows(best.edits)
        text, faults = best.text, best.faults
        if not faults:
            break
    verdict = _verdict(faults, edits, first.judge)
    if verdict == "wrong":
        xray["marked"] = edits[0][0] if edits else (departing or [told[0]["line"]])[0]
    return {
        "verdict": verdict,
        "xray": xray,
        "reason": "" if verdict == "wrong" else told[0]["says"],
        "line": told[0]["line"],
        "faults": told,
        "left": [_fault(fault) for fault in faults],
        "edits": edits,
        "alternatives": alternatives,
        "repaired": text if edits and not faults else None,
        "tried": tried,
    }


def _verdict(faults, edits, judge):
    """Without an edit that mends it, a number that is not understood accuses nobody."""
    stages = {fault.stage for fault in faults}
    if edits or stages - {"metric", "loss", "raises"}:
        return "wrong"
    compared = any(fault.part.startswith("compared") for fault in faults)
    known = stages <= {"loss"} or (stages <= {"loss", "metric"} and judge.hits and not compared)
    return "right" if known else "not judged"


def _may_be_mended(error):
    lost = OSError, NameError, MemoryError, RecursionError
    return isinstance(error, Exception) and not isinstance(error, lost)


def _alternatives(repairs):
    """Up to two other repairs that leave nothing, each on other lines."""
    lines = {tuple(edit.line for edit in repairs[0].edits)}
    others = []
    for repair in repairs[1:]:
        at = tuple(edit.line for edit in repair.edits)
        if not repair.faults and at not in lines and repair.cost <= repairs[0].cost + FURTHER:
            lines.add(at)
            others.append(_rows(repair.edits))
    return others[:2]


def _rows(edits):
    return [list(edit.__dict__.values()) for edit in edits]


def _fault(fault):
    return {
        "stage": fault.stage,
        "part": fault.part,
        "line": fault.line,
        "says": fault.says,
        "factor": None if fault.factor is None else float(fault.factor),
    }


def _no_model(first):
    if first.error is not None:
        return f"it stops: {type(first.error).__name__}: {str(first.error)[:200]}", first.line
    return "no product of images and weights was seen; a library's model is not judged", None


def _not_judged(reason, line=None):
    return {"verdict": "not judged", "reason": reason, "line": line}
