"""What to paste where nothing could be judged, made from a function's own signature."""

import ast

from helpers.doctor.code import signature_of
from helpers.doctor.names import role_of

_WRITTEN = {
    "W": "W",
    "b": "b",
    "X": "X",
    "Y": "Y",
    "rate": "learning_rate",
    "reg": "0.0",
    "N": "len(X)",
    "K": "W.shape[1]",
    "D": "W.shape[0]",
    "epochs": "1",
}


def wrapper_for(case, stepping):
    """The lines that make a function one that can be judged.

    Parameters
    ----------
    case : Case
    stepping : bool

    Returns
    -------
    str
        "" for what has no signature.
    """
    if case.code is not None and isinstance(case.definition, ast.ClassDef):
        return (
            "def gradients(W, b, X, Y):\n"
            f"    model = {case.name}(...)  # give it W and b\n"
            "    return loss, dW, db  # what it computes for X and Y"
        )
    names = _parameters(case)
    if names is None:
        return ""
    given = ", ".join(_WRITTEN.get(role_of(name)[0], "...") for name in names)
    if stepping:
        return (
            f"def step(W, b, X, Y, learning_rate):\n    ... = {case.name}({given})\n    return W, b"
        )
    return f"def gradients(W, b, X, Y):\n    ... = {case.name}({given})\n    return loss, dW, db"


def call_with_arguments(case):
    """The call that judges a function as another model's.

    Parameters
    ----------
    case : Case

    Returns
    -------
    str
        "" for a class, and for what has not two parameters.
    """
    if case.code is not None and isinstance(case.definition, ast.ClassDef):
        return ""
    names = _parameters(case) or ()
    return f"diagnose_gradients({case.name}, at=({', '.join(names)}))" if len(names) > 1 else ""


def _parameters(case):
    if isinstance(case.definition, ast.FunctionDef):
        return [arg.arg for arg in case.definition.args.args]
    signature = signature_of(case.load())
    return list(signature.parameters) if signature else None
