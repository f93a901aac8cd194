"""What was found of a script, as a ``Diagnosis``; sentences are made here and nowhere else."""

from types import MappingProxyType

from helpers.doctor.findings import LONGEST, Diagnosis, Edit, Finding, XRay

HEADS = {
    "right": "Right. Each step goes down the gradient of the cross-entropy.",
    "wrong": "Wrong.",
    "not judged": "Not judged.",
}
WRAPPER = "diagnose_gradients(your_function) judges a gradient without its script."


def diagnosis_of(facts, catalogue):
    """Facts of ``examine`` as a Diagnosis.

    Parameters
    ----------
    facts : dict
    catalogue : Mapping

    Returns
    -------
    Diagnosis
    """
    edits = tuple(Edit(*row) for row in facts.get("edits", ()))
    others = tuple(tuple(Edit(*row) for row in rows) for rows in facts.get("alternatives", ()))
    findings = tuple(
        Finding(
            part=fault["part"] or "code",
            note=fault["stage"],
            line=fault["line"],
            edit=edits[0] if edits and not i else None,
            detail=fault["says"],
        )
        for i, fault in enumerate(facts.get("faults", ()))
    )
    bugs = tuple(facts.get("bugs", ()))
    said = [*_head(facts), *_changes(edits, others, facts)]
    said += [*_called(bugs, catalogue), *_notes(facts)]
    return Diagnosis(
        verdict=facts["verdict"],
        findings=findings,
        edits=edits,
        alternatives=others,
        repaired=facts.get("repaired"),
        bugs=bugs,
        xray=_xray(facts.get("xray")),
        evidence=_fitted(said),
    )


def _xray(facts):
    if facts is None:
        return None
    lines = {int(line): words for line, words in facts["lines"].items()}
    return XRay(MappingProxyType(lines), facts["marked"], facts["source"])


def _head(facts):
    yield HEADS[facts["verdict"]]
    if facts["verdict"] == "not judged":
        line = facts.get("line")
        reason = facts["reason"][:1].upper() + facts["reason"][1:]
        yield f"{reason}." if line is None else f"Line {line}: {facts['reason']}."
        yield WRAPPER
    for fault in facts.get("faults", ())[:1] if facts["verdict"] == "wrong" else ():
        yield _seen(fault)


def _seen(fault):
    """One sentence on what was seen first."""
    says = fault["says"]
    if fault["stage"] == "step":
        return f"The first thing that goes wrong is the step of {fault['part']}: {says}."
    at = f" (line {fault['line']})" if fault["line"] else ""
    return f"The first thing that goes wrong{at}: {says}."


def _changes(edits, others, facts):
    for edit in edits:
        yield _change(edit)
    if edits and facts.get("repaired"):
        these = "this change" if len(edits) == 1 else "these changes"
        yield f"With {these} alone, the script was run again, and all that is judged is right."
    elif edits:
        yield "That mends the first fault, and not all of them."
    for other in others:
        more = [edit for edit in other if edit not in edits]
        these = "this change and " if len(edits) == 1 else "these changes and "
        also = these if len(more) < len(other) else ""
        places = ", ".join(f"`{edit.after}` in line {edit.line}" for edit in more)
        yield f"As good: {also}{places}."


def _change(edit):
    if not edit.after:
        return f"Line {edit.line}: delete `{edit.before}`."
    if not edit.before:
        return f"Line {edit.line}: insert `{edit.after}`."
    return f"Line {edit.line}: yours `{edit.before}`, should be `{edit.after}`."


def _called(bugs, catalogue):
    if bugs:
        names = ", or: ".join(f"{catalogue[id_].title} ({id_})" for id_ in bugs)
        yield f"The catalogue calls it: {names}."


def _notes(facts):
    if facts.get("stood_in"):
        yield f"The course's digits stood in for {', '.join(facts['stood_in'][:4])}."
    if facts["verdict"] == "right" and facts.get("rate"):
        yield (
            f"The rate comes to {facts['rate']:.3g} times the mean gradient. Rate, epochs and "
            "accuracy are not judged."
        )


def _fitted(sentences):
    text = "\n".join(sentences)
    return text if len(text) <= LONGEST else text[: LONGEST - 4].rstrip() + " ..."
