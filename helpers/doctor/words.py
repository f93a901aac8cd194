"""A diagnosis in sentences: made once, at the end, of what was found."""

from helpers.doctor.findings import FRAGILE, LONGEST, NOT_JUDGED, RIGHT, WRONG

OPENINGS = {
    RIGHT: "Right.",
    FRAGILE: "Right, but fragile.",
    WRONG: "Wrong.",
    NOT_JUDGED: "Not judged.",
}
PARTS = {"loss": "The loss", "W": "The gradient of W", "b": "The gradient of b"}
STEPPED = {"W": "The step of W", "b": "The step of b"}
# {part}, {factor}, {detail} and {line} are filled in.
NOTES = {
    "belongs": "Loss and gradients belong together, at fresh points too.",
    "gradients right": "The gradients are those of the mean cross-entropy, at fresh points too.",
    "step right": "The step is W - rate x mean gradient, at fresh points too.",
    "uphill": "The loss is {factor} times the mean cross-entropy, a log-likelihood: to be made "
    "large, and ascended. Descending on it goes uphill.",
    "summed": "All parts are {factor} times those of the mean: a summed loss.",
    "scaled": "All parts are {factor} times those of the mean cross-entropy.",
    "factor": "{part} is {factor} times what it should be.",
    "odd factor": "{part} points along the right one, with a factor that has no name.",
    "term": "{part} is right but for what does not depend on the data: weight decay does not fit.",
    "shape": "{part} has the shape {detail}.",
    "not finite": "{part} is not finite.",
    "wrong shape": "{part} has another shape than its argument.",
    "other slope": "{part} is not the slope of the function's own loss.",
    "other": "{part} is not that of softmax cross-entropy.",
    "own loss": "The gradients are the slopes of its own loss, which is not the cross-entropy of "
    "these labels. If another model is meant, pass its arguments: at=(...).",
    "gradients only": "The gradients are right, the loss is not: they do not belong to it.",
    "lost": "{part} does not come back.",
    "no bias": "No gradient of the bias comes back.",
    "per sample": "The loss comes as one number a sample; its mean was taken.",
    "decay": "It holds {detail}.",
    "clipped": "The loss is a little off: clipped, or with a small number in the logarithm.",
    "smoothed": "It holds label smoothing: {detail}.",
    "scaled inside": "The samples are divided by 255 inside.",
    "two answers": "Asked the same twice with the same arrays, it gives two answers{detail}.",
    "writes": "It writes into its argument {detail}.",
    "number": "With {detail} the gradients are not the slopes of its own loss.",
    "number of step": "With {detail} it is no step down the gradient.",
    "large": "At logits of some thousands the gradients are wrong or not finite: the exponential "
    "overflows, or a probability is 0.",
    "large loss": "At logits of some thousands the loss is not finite; the gradients are right.",
    "raises": "It raises {detail}.",
    "stopped": "It was stopped: it ran for more than {detail} seconds.",
    "leaves": "It ends the process: {detail}.",
    "returns nothing": "It returns nothing (None): is the return line missing?",
    "returns no numbers": "It returns a {detail} without numbers in it.",
    "returns no gradient": "It returns {detail}, and no gradient.",
    "unreadable": "{detail}",
    "wrapper": "To have it judged, wrap it:\n{detail}\n",
    "another model": "Or, if it is another model than softmax regression, pass its arguments:\n"
    "{detail}",
    "counted otherwise": "It is right if your labels count from 0. Your comment speaks of labels "
    "from 1: with those it is not.",
    "counted": "It is right if your labels count from 1. If they count from 0, it is not:\n"
    "{detail}\n",
    "which": "Taken: {detail}.",
    "convention": "Taken with {detail}: is that yours?",
    "taken": "Taken with {detail}.",
    "one sample": "It takes one sample a call.",
    "swept": "It makes one step a sample, in their order.",
    "rate": "The rate {detail}.",
    "state": "It keeps state from step to step; its steps are right combinations of gradients.",
    "later steps": "A later step, with the state that the one before left, is not down the "
    "gradient.",
    "state lost": "{detail} gets a new value and does not come back: the next step has the old "
    "one again.",
    "agree": "With {detail} alone, all is right at fresh points.",
}


def sentence(finding, stepping=False):
    """One finding in words.

    Parameters
    ----------
    finding : Finding
    stepping : bool

    Returns
    -------
    str
    """
    part = (STEPPED if stepping else PARTS).get(finding.part, finding.part)
    text = NOTES[finding.note].format(
        part=part, factor=finding.factor, detail=finding.detail, line=finding.line
    )
    return text


def describe(edits):
    """Edits as *yours* and *should be*.

    Parameters
    ----------
    edits : sequence of Edit

    Returns
    -------
    str
    """
    rows = []
    for edit in edits[:3]:
        where = f" of {edit.where}" if edit.where else ""
        if not edit.before:
            rows.append(f"Line {edit.line}{where}, missing:\n    {_short(edit.after)}")
        elif not edit.after:
            rows.append(f"Line {edit.line}{where}, one too many:\n    {_short(edit.before)}")
        else:
            rows.append(
                f"Line {edit.line}{where}, yours:\n    {_short(edit.before)}\n"
                f"should be:\n    {_short(edit.after)}"
            )
    return "\n".join(rows)


def _short(statement, room=180):
    line = " ".join(statement.split())
    return line if len(line) <= room else line[: room - 4] + " ..."


def _sentence(words):
    return words[:1].upper() + words[1:]


def compose(verdict, findings, edits=(), catalogue=None, bugs=(), stepping=False):
    """All that is said, at most ``LONGEST`` characters, the most important first.

    Parameters
    ----------
    verdict : str
    findings : sequence of Finding
    edits : sequence of Edit
    catalogue : Mapping, optional
    bugs : sequence of tuple of str
        Sets that cannot be told apart.
    stepping : bool

    Returns
    -------
    str
    """
    pieces = [OPENINGS[verdict]]
    if edits:
        kind = edits[0].kind if ", not " in edits[0].kind else _sentence(edits[0].kind)
        count = "this change" if len(edits) == 1 else "these changes"
        pieces.append(
            f"{describe(edits)}\n({kind}. With {count} alone, it is right at fresh points too.)\n"
        )
    if catalogue and bugs:
        named = [" and ".join(f"{catalogue[i].title} ({i})" for i in ids) for ids in bugs]
        pieces.append(f"The catalogue calls it: {', or: '.join(named)}.")
        pieces.append(catalogue[bugs[0][0]].effect)
    pieces += [sentence(finding, stepping) for finding in findings]
    text = ""
    for piece in filter(None, pieces):
        joint = "" if not text or text.endswith("\n") else " "
        if len(text) + len(joint) + len(piece) <= LONGEST:
            text += joint + piece
        elif piece is pieces[0] or len(text) < 40:
            text += joint + piece[: LONGEST - len(text) - 5] + " ..."
    return text.rstrip()
