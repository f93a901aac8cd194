"""One door: whatever is brought, ``diagnose`` finds the diagnosis that suits it.

A text or a function is asked for its shape, read off the syntax tree: does it train at its top
level, does it make new weights, or does it only compute a gradient? Where the first choice cannot
judge it, the next one is tried.
"""

import ast
import re
from numbers import Real
from pathlib import Path

from helpers.bugs import BUGS
from helpers.doctor.case import Unreadable, cases_of
from helpers.doctor.classes import STEP
from helpers.doctor.findings import NOT_JUDGED, RIGHT, WRONG
from helpers.doctor.gradients import diagnose_code, diagnose_gradients, diagnose_step
from helpers.doctor.names import role_of, words_of
from helpers.doctor.number import diagnose_number, read_number
from helpers.doctor.run import diagnose_run
from helpers.doctor.script import diagnose_script
from helpers.doctor.script.source import read_script

_FILES = (".py", ".ipynb", ".txt")
_A_RUN = "(losses, predictions, labels), and perhaps the reported error and the number of classes"
_ASSIGNED = re.compile(
    r"(?!\s*(acc|err|loss|cost))\s*[^\W\d]\w*\s*=", re.IGNORECASE
)  # not "loss = 2.3"
_GRADIENT = re.compile(
    r"(grad|gradient|nabla)s?|"
    r"(dl_?d|dj_?d|d|g|grad|gradient|nabla|delta)s?_?(w|b|theta|weights?|bias|biases)\d?"
)


def diagnose(anything, at=None, *, catalogue=BUGS):
    """Say what is right or wrong with whatever is brought.

    Parameters
    ----------
    anything : callable, str, path, float or tuple
        A function or a class; a text that defines some, or a training script; the path of a
        ``.py`` or ``.ipynb`` file; one number, or its text: "9.8 %"; or of a run
        (losses, predictions, labels), as for ``diagnose_run``.
    at : tuple, optional
        As for ``diagnose_gradients``: the arguments of another model.
    catalogue : Mapping
        Bugs by id.

    Returns
    -------
    Diagnosis
        Of a text, the first that is more than "not judged".

    Raises
    ------
    FileNotFoundError
        If a path names no file.
    TypeError, ValueError
        If it is none of these.
    """
    if at is not None:
        return diagnose_gradients(anything, at, catalogue=catalogue)
    if isinstance(anything, tuple):
        if not 3 <= len(anything) <= 5:
            raise TypeError(f"a tuple of {len(anything)}; wanted of a run {_A_RUN}")
        return diagnose_run(*anything, catalogue=catalogue)
    if _is_number(anything):
        return diagnose_number(anything, catalogue=catalogue)
    if isinstance(anything, Path) or (isinstance(anything, str) and _names_a_file(anything)):
        return _of_text(*_read(Path(anything)), catalogue)
    if isinstance(anything, str):
        return _of_text(anything, anything, catalogue)
    if not callable(anything):
        raise TypeError(
            f"anything is a {type(anything).__name__}; wanted a function, a class, a text, a path, "
            f"a number, or of a run {_A_RUN}"
        )
    return _of_code(anything, catalogue)


def diagnose_as(text, kind, *, catalogue=BUGS):
    """Say what is right or wrong with a text of a kind that is known.

    Parameters
    ----------
    text : str
    kind : str
        A key of ``KINDS``.
    catalogue : Mapping

    Returns
    -------
    Diagnosis
    """
    return KINDS[kind](text, catalogue=catalogue)


KINDS = {
    "anything": diagnose,
    "gradients": diagnose_gradients,
    "step": diagnose_step,
    "script": diagnose_script,
    "number": diagnose_number,
}


def _is_number(anything):
    if isinstance(anything, str) and not _ASSIGNED.match(anything):
        try:
            read_number(anything)
        except ValueError:
            return False
        return True
    return isinstance(anything, Real)


def _names_a_file(text):
    return "\n" not in text.strip() and text.strip().endswith(_FILES)


def _read(path):
    """A file's text, and what ``diagnose_script`` is to be given."""
    text, _ = read_script(path)
    return text, path


def _of_text(text, source, catalogue):
    """A text: as a script, as functions, or both, until one of them can judge it."""
    first = None
    for judge in _order(text, source, catalogue):
        diagnosis = judge()
        if diagnosis.verdict != NOT_JUDGED:
            return diagnosis
        first = first or diagnosis
    return first


def _order(text, source, catalogue):
    def as_script():
        return diagnose_script(source, catalogue=catalogue)

    def as_code():
        return _of_code(text, catalogue)

    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        # Magics of a notebook, or `print` as a statement, are for the script's reader.
        return [as_script] if re.search(r"^\s*([%!]|print +\S)", text, re.MULTILINE) else [as_code]
    defined, works = _top_level(tree)
    if not defined:
        return [as_script] if works else [as_code]
    return [as_script, as_code] if works else [as_code]


def _top_level(tree):
    """(names that are defined, whether something runs beside definitions): a loop, or a call of
    what was defined.
    """
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    defined = {node.name for node in tree.body if isinstance(node, kinds)}
    rest = [node for node in tree.body if not isinstance(node, kinds)]
    inside = [node for statement in rest for node in ast.walk(statement)]
    if not defined:
        idle = (ast.Import, ast.ImportFrom, ast.Expr)
        return defined, any(not isinstance(node, idle) for node in rest) or _calls(inside)
    loops = any(isinstance(node, (ast.For, ast.While)) for node in inside)
    called = {node.func.id for node in inside
              if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}  # fmt: skip
    return defined, loops or bool(called & defined)


def _calls(nodes):
    return any(isinstance(node, ast.Call) for node in nodes)


def _of_code(f, catalogue):
    """Functions or a class; a class that computes gradients and steps too has both judged."""
    diagnosis = diagnose_code(f, lambda case: makes_step(case.definition), catalogue)
    if diagnosis.verdict == RIGHT and _has_both(f):
        step = diagnose_step(f, catalogue=catalogue)
        return step if step.verdict == WRONG else diagnosis
    return diagnosis


def _has_both(f):
    try:
        definition = cases_of(f)[0].definition
    except Unreadable:
        return False
    if not isinstance(definition, ast.ClassDef):
        return False
    return not makes_step(definition) and bool(_steps(definition))


def makes_step(definition):
    """Whether a function or a class makes a step of descent, rather than a gradient.

    Parameters
    ----------
    definition : ast.FunctionDef, ast.ClassDef or None

    Returns
    -------
    bool or None
        True if weights that it was given come back, or if it takes a learning rate and gives no
        gradient back. ``None`` if it is given the gradients: whether those are right it cannot
        show.
    """
    if definition is None:
        return False
    if isinstance(definition, ast.ClassDef):
        return bool(_steps(definition)) and not _gives_gradients(definition)
    names = [arg.arg for arg in (*definition.args.posonlyargs, *definition.args.args,
                                 *definition.args.kwonlyargs)]  # fmt: skip
    returned = _returned(definition)
    back = {_base(part) for part in returned}
    if any(_is_gradient(name) for name in names if name not in back):  # who returns it, sums it up
        return None
    weights = {name for name in names if role_of(name)[0] in ("W", "b")}
    if any(_base(part) in weights for part in returned):
        return True
    if any(_is_gradient(_base(part)) for part in returned):
        return False
    return any(role_of(name)[0] == "rate" for name in names)


def _is_gradient(name):
    return bool(_GRADIENT.fullmatch(str(name).lower().strip("_")))


def _methods(definition):
    return [node for node in definition.body if isinstance(node, ast.FunctionDef)]


def _steps(definition):
    return [node for node in _methods(definition) if set(words_of(node.name)) & STEP]


def _gives_gradients(definition):
    """Whether a class has a method for its gradients, or for its loss and keeps them."""
    words = {word for node in _methods(definition) for word in words_of(node.name)}
    return bool(words & {"backward", "gradient", "gradients", "grad", "grads", "backprop"})


def _returned(definition):
    """The expressions that a function itself returns, tuples and dictionaries taken apart."""
    found, stack = [], list(definition.body)
    while stack:
        node = stack.pop()
        if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Lambda)):
            continue
        if isinstance(node, ast.Return) and node.value is not None:
            value = node.value
            found += getattr(value, "elts", getattr(value, "values", [value]))
        stack += ast.iter_child_nodes(node)
    return found


def _base(node):
    """The name that an expression is about: W of ``W``, ``W.copy()`` and ``W - rate * dW``."""
    while True:
        match node:
            case ast.Name():
                return node.id
            case ast.BinOp(op=ast.Sub() | ast.Add(), left=left):
                node = left
            case ast.Call(func=ast.Attribute(value=value)):
                node = value
            case ast.Attribute(value=ast.Name(id="self"), attr=attr):
                return attr
            case ast.Constant(value=str(text)):
                return text
            case _:
                return ""
