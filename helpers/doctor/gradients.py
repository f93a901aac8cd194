"""``diagnose_gradients``, ``diagnose_step`` and ``xray`` of softmax regression."""

import ast

from helpers.bugs import BUGS
from helpers.doctor import guard, other_models
from helpers.doctor.case import Unreadable, cases_of, repaired_text
from helpers.doctor.examine import examine
from helpers.doctor.findings import FRAGILE, NOT_JUDGED, RIGHT, WRONG, Diagnosis, Finding, XRay
from helpers.doctor.names import part_of, role_of
from helpers.doctor.words import compose, describe
from helpers.doctor.wrapper import call_with_arguments, wrapper_for
from helpers.symptoms import name_factor
from helpers.threads import one_blas_thread

_MOST_TRIED = 3  # functions of a text


@one_blas_thread
def diagnose_gradients(f, at=None, *, catalogue=BUGS):
    """Say what is right or wrong with code that computes a loss and its gradients.

    How it wants to be called is found out by the names of its parameters, by elimination and by
    trying. Loss and gradients are judged together at random points, at large logits, and in a
    second call; of wrong code the edit is sought with which it is right.

    Parameters
    ----------
    f : callable or str
        ``f(W, b, X, Y) -> (loss, dW, db)``, or what you have: other names and orders, samples in
        columns, labels as integers, W and b in one argument, one sample a call, a class with
        ``loss`` and ``backward``; or its text.
    at : tuple, optional
        For any other model: ``f`` is called as ``f(*at)``, and its own loss is the judge.
    catalogue : Mapping
        Bugs by id.

    Returns
    -------
    Diagnosis

    Raises
    ------
    TypeError
        If ``f`` is neither code nor text. Whatever the code itself raises is part of the diagnosis.
    """
    return _of_gradients(f, at, catalogue)


@one_blas_thread
def diagnose_step(f, *, catalogue=BUGS):
    """Say what is right or wrong with code that makes one step of gradient descent.

    Parameters
    ----------
    f : callable or str
        ``f(W, b, X, Y, rate) -> (W, b)``, or in place, or as a class; or its text. It may keep
        state: momentum, Adam.
    catalogue : Mapping
        Bugs by id.

    Returns
    -------
    Diagnosis

    Raises
    ------
    TypeError
        If ``f`` is neither code nor text.
    """
    with guard.guarded():
        return _diagnose(f, lambda _case: True, catalogue)


@one_blas_thread
def diagnose_code(f, steps, catalogue=BUGS):
    """Judge code each of whose functions may be a gradient or a step.

    Parameters
    ----------
    f : callable or str
    steps : callable
        ``steps(case)`` says whether a function makes a step; ``None`` if it is not to be judged.
    catalogue : Mapping

    Returns
    -------
    Diagnosis
    """
    with guard.guarded():
        return _diagnose(f, steps, catalogue)


@one_blas_thread
def xray(f, at=None):
    """Say what each line of a function *is*.

    One line is marked: what one edit mends, else the first that goes wrong.

    Parameters
    ----------
    f : callable or str
    at : tuple, optional
        As for ``diagnose_gradients``.

    Returns
    -------
    XRay
        ``print`` it. Empty where there is no text to be had.
    """
    return _of_gradients(f, at, BUGS, brief=True).xray or XRay()


def _of_gradients(f, at, catalogue, brief=False):
    with guard.guarded():
        if at is not None:
            return other_models.diagnose(f, at, brief)
        return _diagnose(f, lambda _case: False, catalogue, brief)


def _diagnose(f, steps, catalogue, brief=False):
    try:
        cases = cases_of(f)
    except Unreadable as reason:
        return _unreadable(reason)
    chosen = [(case, steps(case)) for case in cases]
    chosen = [pair for pair in chosen if pair[1] is not None] or [(cases[0], False)]
    found = []
    for case, stepping in chosen[:_MOST_TRIED]:
        if found and stepping and not _moves(case):
            continue  # what computes gradients for a step that could not be judged
        found.append(_report(examine(case, stepping, catalogue, brief), catalogue))
        asked = any(each.note.startswith("counted") for each in found[-1].findings)
        if found[-1].verdict != NOT_JUDGED or found[-1].edits or asked:
            return found[-1]
    return next((each for each in found if each.verdict != NOT_JUDGED), found[0])


def _moves(case):
    """Whether a function may be a step: it takes a rate, or is no function of weights and data."""
    if not isinstance(case.definition, ast.FunctionDef):
        return True
    arguments = case.definition.args
    names = [arg.arg for arg in (*arguments.args, *arguments.kwonlyargs)]
    roles = {role_of(name)[0] for name in names}
    stored = {
        node.id
        for node in ast.walk(case.definition)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    return "rate" in roles or any(part_of(name) == "W" for name in stored & set(names))


def _unreadable(reason):
    detail = f"{reason} (line {reason.line})" if reason.line else str(reason)
    finding = Finding("code", "unreadable", line=reason.line, detail=detail)
    return Diagnosis(NOT_JUDGED, (finding,), evidence=compose(NOT_JUDGED, [finding]))


def _report(result, catalogue):
    """Turn an examination into a diagnosis."""
    if result.refused and not result.repairs:
        return _refusal(result)
    edits = result.repairs[0].edits if result.repairs else ()
    bugs = tuple(dict.fromkeys(id_ for ids in result.bugs for id_ in ids))
    if result.refused:
        verdict, findings, factor = WRONG, _raised(result.found.outcome), None
    else:
        verdict, findings, factor = _judged(result)
    findings += [Finding("code", "edit", e.line, e) for e in edits]
    findings += [Finding("code", "bug", bug=id_) for id_ in bugs]
    findings += _conventions(result)
    told = [f for f in findings if f.note not in ("edit", "bug")]
    evidence = compose(verdict, told, edits, catalogue, result.bugs, result.stepping)
    alternatives = tuple(repair.edits for repair in result.repairs[1:3])
    repaired = repaired_text(result.case, result.repairs[0]) if result.repairs else None
    return Diagnosis(
        verdict, tuple(findings), edits, alternatives, repaired, result.xray, bugs, factor, evidence
    )


def _judged(result):
    """(verdict, findings, factor) of a judgement."""
    judgement, oracle = result.found.judgement, result.found.oracle
    findings, sizes = [], [scene.probe.sizes for scene in oracle.scenes]
    if judgement.lost:
        detail = " and ".join(judgement.lost)
        findings.append(Finding("call", "state lost", detail=detail))
    elif judgement.remembers and not judgement.keeps and oracle.convention.keeps_state:
        if not judgement.wrong:
            findings.append(Finding("call", "later steps"))
    elif not judgement.keeps:
        detail = ": it keeps something, writes into its arguments, or draws random numbers"
        findings.append(Finding("call", "two answers", detail=detail))
    verdict, factor = WRONG, None
    if result.doubt is not None:
        verdict = NOT_JUDGED
        edit = result.doubt.edits[0]
        findings.append(Finding("Y", "counted", edit.line, edit, detail=describe([edit])))
    elif judgement.agrees and result.contradicts:
        verdict = NOT_JUDGED
        findings.append(Finding("Y", "counted otherwise"))
    elif judgement.agrees:
        verdict, factor = _right(judgement, result, findings)
    else:
        factor = _wrong_parts(judgement, sizes, findings)
    if judgement.changed_data:
        detail = " and ".join(judgement.changed_data)
        findings.append(Finding(judgement.changed_data[0], "writes", detail=detail))
    findings += _notes(judgement)
    return verdict, findings, factor


def _right(judgement, result, findings):
    fragile = not judgement.lasts or judgement.changed_data
    common = judgement.common
    if result.stepping:
        findings.append(Finding("W", "state" if judgement.remembers else "step right"))
    elif judgement.belongs is None:
        findings.append(Finding("W", "gradients right"))
    else:
        findings.append(Finding("loss", "belongs"))
    if common is not None and common < 0:
        findings.append(Finding("loss", "uphill", factor=common))
    elif common is not None and not result.stepping:
        findings.append(Finding("loss", "summed" if common == "N" else "scaled", factor=common))
    if not judgement.lasts:
        findings.insert(0, Finding("W", "large"))
    return (FRAGILE if fragile else RIGHT), common


def _wrong_parts(judgement, sizes, findings):
    factor = None
    gradients = [n for n in judgement.wrong if n != "loss"]
    for name in judgement.wrong:
        part = judgement.parts[name]
        if part.state == "factor":
            named = name_factor(part.values, sizes)
            factor = factor or named
            note = "factor" if named is not None else "odd factor"
            findings.append(Finding(name, note, factor=named))
        elif part.state == "shape":
            findings.append(Finding(name, "shape", detail=_shape_in_words(name, part.shape)))
        else:
            findings.append(Finding(name, part.state))
    if judgement.numbers:
        note = "number of step" if judgement.stepping else "number"
        detail = " and ".join(f"{name}={value:.3g}" for name, value in judgement.numbers)
        findings.append(Finding("loss", note, detail=detail))
    if judgement.belongs and judgement.keeps:
        findings.insert(0, Finding("loss", "own loss"))
    elif judgement.wrong == ["loss"] and judgement.parts["loss"].state == "other":
        findings.insert(0, Finding("loss", "gradients only"))
    elif not gradients and not judgement.wrong:
        pass
    return factor


def _shape_in_words(name, shape):
    if name == "b" and len(shape) == 2 and shape[0] == 1:
        return f"of a row, {shape[1:]} or {shape}, where b is a column"
    return str(tuple(shape))


def _notes(judgement):
    found = []
    if judgement.decay:
        found.append(Finding("W", "decay", detail=_decay_in_words(judgement.decay)))
    if judgement.smoothing:
        found.append(Finding("loss", "smoothed", detail=f"{judgement.smoothing:.3g}"))
    if judgement.scaled:
        found.append(Finding("X", "scaled inside"))
    if judgement.reduced:
        found.append(Finding("loss", "per sample"))
    if judgement.clipped and judgement.agrees:
        found.append(Finding("loss", "clipped"))
    if judgement.parts and judgement.parts["b"].state == "missing" and not judgement.stepping:
        found.append(Finding("b", "no bias"))
    if judgement.agrees and judgement.lasts and not judgement.loss_lasts:
        found.append(Finding("loss", "large loss"))
    return found


def _decay_in_words(decay):
    kinds = dict(decay)
    if "L1" in kinds:
        return f"an L1 penalty: {kinds['L1']:.3g} * sign(W)"
    name, strength = next(iter(decay))
    both = ", bias included" if len(kinds) > 1 else ""
    return f"weight decay: {strength:.3g} * {name}{both}"


def _conventions(result):
    """How it was called, where that departs from the course; a question, where it may be chance."""
    convention = result.oracle.convention
    found = []
    if result.case.others:
        found.append(Finding("code", "which", detail=f"the function {result.case.name}"))
    if convention.samples == "single":
        found.append(Finding("call", "one sample"))
    if result.oracle.swept:
        found.append(Finding("call", "swept"))
    parts = [part for part in convention.departures if part != "one sample a call"]
    if parts:
        asked = any("one-hot columns" in p or "from 1" in p for p in parts) and len(parts) == 1
        found.append(Finding("call", "convention" if asked else "taken", detail=", ".join(parts)))
    return found


def _raised(outcome):
    """What a call raised, as findings."""
    if outcome is None:
        return []
    error = outcome.raised
    if error is None:
        detail = outcome.detail or "a loss"
        return [Finding("result", outcome.complaint or "returns no gradient", detail=detail)]
    if isinstance(error, guard.Stopped):
        return [Finding("call", "stopped", detail=f"{guard.SECONDS:.0f}")]
    detail = f"{type(error).__name__}: {guard.message_of(error)}"
    note = "leaves" if isinstance(error, SystemExit) else "raises"
    return [Finding("call", note, detail=detail)]


def _refusal(result):
    findings = _raised(result.found.outcome)
    wrapper = wrapper_for(result.case, result.stepping)
    if wrapper:
        findings.append(Finding("code", "wrapper", detail=wrapper))
    call = "" if result.stepping else call_with_arguments(result.case)
    if call:
        findings.append(Finding("code", "another model", detail=call))
    evidence = compose(NOT_JUDGED, findings)
    return Diagnosis(NOT_JUDGED, tuple(findings), xray=result.xray, evidence=evidence)
