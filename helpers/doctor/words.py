"""What explanations sound like."""

import numpy as np

from helpers.bugs import BUGS
from helpers.doctor.diagnosis import Factor
from helpers.doctor.explain import bugs_of, part_factor
from helpers.doctor.variants import VARIANTS

_TITLES = {"loss": "the loss", "dW": "the gradient of W", "db": "the gradient of b"}


def describe_bugs(ids, factor, outcomes):
    """A sentence or two for each bug.

    Parameters
    ----------
    ids : tuple of str
        Keys of the catalogue or of ``VARIANTS``.
    factor : Factor or None
    outcomes : sequence of Outcome

    Returns
    -------
    list of str
    """
    sentences = []
    for id_ in ids:
        bug = BUGS.get(bugs_of((id_,))[0]) if bugs_of((id_,)) else None
        own = VARIANTS[id_].sentence if id_ in VARIANTS else ""
        if bug is None:
            sentences.append(own)
            continue
        text = f"{bug.title} ({bug.id})."
        if own:
            text += f" {own}"
        else:
            text += f" It does what `{bug.wrong}` does; right is `{bug.right}`. {bug.effect}"
        sentences.append(text)
    if factor is not None and outcomes[0].loss is not None:
        sentences.append(f"The gradient is {factor} times the slope of its own loss.")
    elif factor is not None:
        sentences.append(f"The gradient is {factor} times the right one.")
    return sentences


def plain(explanation):
    """The sentence of a right program in an unusual setting."""
    sentence = VARIANTS[explanation.ids[0]].sentence
    return f"Loss and gradients belong to softmax cross-entropy. {sentence}"


def describe_term(term):
    """Whether a term is right, the bugs in it, and a sentence.

    Parameters
    ----------
    term : Term

    Returns
    -------
    correct : bool
    bugs : list of str
    sentence : str
    """
    if term.name == "label smoothing":
        return _smoothing(term)
    per = "/N" if term.per_sample else ""
    strength = f"{abs(term.strength):.4g}{per}"
    what, formula, half = {
        "weight decay": ("W", "sum(W**2)", 2),
        "L1 penalty": ("sign(W)", "sum(abs(W))", 1),
    }[term.name]
    gain = f"{strength} * {what}" + (", bias included" if term.bias and term.strength else "")
    title = f"It carries {term.name} of strength {strength}"
    if term.strength < 0:
        bugs = ["decay-sign"] if term.name == "weight decay" else []
        sentence = f"{title} and of the wrong sign: dW loses {gain} where it should gain it."
        return False, bugs, f"{sentence} ({', '.join(bugs)})" if bugs else sentence
    if term.loss is None:
        return True, [], f"{title}: dW gains {gain}; apart from that it is the cross-entropy's."
    shown = f"{abs(term.loss) / half:.4g}{per} * {formula}"
    if term.consistent:
        return True, [], f"{title}: dW gains {gain}, the loss gains {shown}: they belong together."
    return False, [], _unequal(term, title, gain, shown, what)


def _unequal(term, title, gain, shown, what):
    """The sentence for a term that loss and gradient do not share."""
    if not np.isfinite(term.loss):
        return f"{title} in dW, which is right apart from that; the loss is another one."
    if term.loss == 0:
        return (
            f"{title} in dW ({gain}) and none in the loss, so the two do not belong together. The "
            "rest is right. It is harmless if that loss is only printed."
        )
    slope = f"{abs(term.loss):.4g} * {what}"
    if not term.strength:
        return (
            f"The loss carries {term.name}, {shown}, and the gradient does not: dW lacks {slope}. "
            "The rest is right."
        )
    return (
        f"It carries {term.name} of two strengths: the loss gains {shown}, whose slope is "
        f"{slope}, and dW gains {gain}. Is a factor of 2, or 1/2, missing in one of them?"
    )


def _smoothing(term):
    strength = f"{term.strength:.4g}"
    if term.consistent:
        return True, [], f"Cross-entropy with label smoothing of {strength}, gradients included."
    return False, [], f"The gradient has label smoothing of {strength}; the loss has not."


def describe_parts(trial):
    """Bugs, sentences and factor where each part has an explanation of its own.

    Parameters
    ----------
    trial : Trial
        Of the kind "factors" or "parts".

    Returns
    -------
    ids : tuple of str
    sentences : list of str
    factor : Factor or None
    """
    explanation = trial.explanation
    factors = explanation.factors
    explained = explanation.explained or dict.fromkeys(factors, "")
    here = [p for p in _TITLES if getattr(trial.outcomes[0], p) is not None]
    ids = list(bugs_of(explanation.ids))
    sentences = []
    for id_ in explanation.ids:
        parts = [_TITLES[p] for p in here if explained.get(p) == id_]
        text = describe_bugs((id_,), None, trial.outcomes)[0]
        sentences.append(f"In {_join(parts)}: {text}")
    base = factors.get("loss", Factor(1.0, "1"))
    more, scaled, factor = _about_factors(factors, explained, base)
    ids += [id_ for id_ in more if id_ in BUGS]
    right = [_TITLES[p] for p in here if explained.get(p) == "" and factors[p] == 1]
    odd = [_TITLES[p] for p in here if p not in explained]
    if right:
        scaled.append(f"{_start(_join(right))} {'is' if len(right) == 1 else 'are'} right.")
    if odd:
        is_ = "is" if len(odd) == 1 else "are"
        scaled.append(f"{_start(_join(odd))} {is_} neither right nor that of a bug I know.")
    order = [*sentences, *scaled] if sentences else scaled
    if "loss" in here and not sentences:
        order.append("So loss and gradient do not belong together.")
    return tuple(dict.fromkeys(ids)), order, factor


def describe_uneven(trial):
    """What two bugs of scale add up to, where they leave the weights or the bias alone.

    Parameters
    ----------
    trial : Trial

    Returns
    -------
    list of str
        Empty unless each part is the right one times a factor and the gradients' factors differ.
    """
    factors = {
        name: part_factor(trial.outcomes, (), name, trial.size)
        for name in _TITLES
        if getattr(trial.outcomes[0], name) is not None
    }
    if None in factors.values() or factors.get("dW") == factors.get("db"):
        return []
    parts = [f"{_TITLES[name]} is {factor} times the right one" for name, factor in factors.items()]
    return [f"{_start('; '.join(parts))}."]


def _about_factors(factors, explained, base):
    """Ids, sentences and one factor for the parts that are scaled."""
    ids, sentences, found = [], [], None
    for part, factor in factors.items():
        if factor == 1:
            continue
        found = factor if found is None or part == "dW" else found
        whose = "the right one" if not explained.get(part) else "that bug's"
        sentences.append(f"{_start(_TITLES[part])} is {factor} times {whose}.")
        if not explained.get(part):
            ids += _ids_of_factor(part, factor, factors, base)
    return ids, sentences, found


def _ids_of_factor(part, factor, factors, base):
    """The catalogue's bugs that a factor on one part stands for."""
    name = factor.name
    ids = []
    if part == "loss":
        gradients = [f for p, f in factors.items() if p != "loss"]
        if name.startswith("-") and not all(f < 0 for f in gradients):
            ids.append("loss-without-minus")
        size = name.removeprefix("-")
        if not all(f.name.removeprefix("-") == size for f in gradients):
            ids += {"N": ["summed-loss"], "1/ln 10": ["log-base-ten"]}.get(size, [])
        return ids
    if (factor < 0) != (base < 0):
        others = [f for p, f in factors.items() if p == "dW"]
        alone = part == "db" and all(f > 0 for f in others)
        ids.append("bias-ascends" if alone else "wrong-sign")
    size, norm = name.removeprefix("-"), base.name.removeprefix("-")
    if size != norm:
        ids += {"N": ["sum-for-mean"], "1/N": ["divided-twice"], "N/K": ["divided-by-classes"]}.get(
            size, []
        )
    return ids


def _start(text):
    return text[:1].upper() + text[1:]


def _join(parts):
    return " and ".join(parts) if len(parts) < 3 else ", ".join(parts[:-1]) + " and " + parts[-1]
