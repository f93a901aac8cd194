"""Code that makes its own weights and trains: give it the weights, and let it make one turn.

``W = np.zeros((d, k))`` and its like are put into a call that hands out W or b instead; loops over
epochs end after their first turn. Neither is seen by the search for edits, nor written out.
"""

import ast

import numpy as np

from helpers.doctor.names import is_gradient, part_of, role_of
from helpers.doctor.returns import shape_of
from helpers.doctor.tree import is_tick

GIVEN = "__given__"
_STARTS_NAMES = (
    "zeros randn normal uniform random rand standard_normal ones zeros_like empty full "
    "random_sample ranf truncnorm matrix"
)
_STARTS = frozenset(_STARTS_NAMES.split())


class Given:
    """The weights that code is to start with, handed out once each.

    Attributes
    ----------
    weights : dict
        "W" and "b" to arrays.
    taken : dict
        "W" and "b" to the name that they were given to.
    """

    def __init__(self):
        self.weights, self.taken = {}, {}

    def begin(self, **weights):
        """Start anew with these weights."""
        self.weights, self.taken = weights, {}

    def __call__(self, part, name, start):
        """The weights of a part, or of that shape; what the code made itself if there are none.

        Raises
        ------
        ValueError
            If W or b is made in another shape.
        """
        wanted = self.weights.get(part)
        if part and wanted is not None and part not in self.taken:
            if shape_of(start) != np.shape(wanted):
                raise ValueError(f"{name} is made with the shape {shape_of(start)}")
            self.taken[part] = name
            return wanted
        for each, array in self.weights.items() if not part else ():
            if each not in self.taken and shape_of(start) == np.shape(array):
                self.taken[each] = name
                return array
        return start


def makes_weights(tree):
    """Which parts of the weights a piece of code makes itself.

    Parameters
    ----------
    tree : ast.AST

    Returns
    -------
    set of str
        "W", "b", and "" for what has the name of neither.
    """
    return {part for _, _, part, _ in _starts(tree)}


def counts_attributes(tree):
    """How many attributes begin as arrays: two are W and b, whatever they are called."""
    kinds = (ast.Attribute, ast.Tuple)
    made = [n for n in ast.walk(tree) if isinstance(n, ast.Assign) and _makes(n.value)]
    return len(
        {
            ast.unparse(each)
            for n in made
            for target in n.targets
            if isinstance(target, kinds)
            for each in getattr(target, "elts", [target])
            if isinstance(each, ast.Attribute) and not keeps_something_else(each.attr)
        }
    )


def let_start(tree):
    """Let the weights that code makes for itself be given from outside, in place."""
    for holder, field, part, name in list(_starts(tree)):
        start = holder[field] if isinstance(holder, list) else getattr(holder, field)
        if getattr(start, "is_shell", False):
            continue
        shell = ast.Call(
            ast.Name(GIVEN, ast.Load()), [ast.Constant(part), ast.Constant(name), start], []
        )
        for each in (shell, shell.func, *shell.args[:2]):
            ast.copy_location(each, start)
        shell.is_shell = True
        if isinstance(holder, list):
            holder[field] = shell
        else:
            setattr(holder, field, shell)


def _starts(tree):
    """(holder, field or index, part, name) of values that weights begin with."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign) or len(node.targets) != 1:
            continue
        target, value = node.targets[0], node.value
        if keeps_something_else(_name(target)):
            continue
        if isinstance(value, ast.Dict):
            for i, key in enumerate(value.keys):
                named = isinstance(key, ast.Constant) and _part(key.value)
                if named and _makes(value.values[i]):
                    yield value.values, i, _part(key.value), str(key.value)
        elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            for i, each in enumerate(target.elts[: len(value.elts)]):
                if _makes(value.elts[i]):
                    yield value.elts, i, _part(_name(each)), _name(each)
        elif isinstance(target, (ast.Name, ast.Attribute, ast.Subscript)) and _makes(value):
            yield node, "value", _part(_name(target)), _name(target)


def keeps_something_else(name):
    """Whether a name speaks of gradients or of an optimiser's state, not of weights."""
    gradient = is_gradient(name) and (part_of(name) or name.strip("_").lower().startswith("grad"))
    return bool(gradient) or role_of(name)[0].startswith("velocity")


def _name(target):
    if isinstance(target, ast.Subscript):
        return str(getattr(target.slice, "value", ""))
    return getattr(target, "id", getattr(target, "attr", ""))


def _part(name):
    if keeps_something_else(name):
        return "gradient"
    return part_of(name) if part_of(name) in ("W", "b") else ""


def _makes(value):
    """Whether an expression makes a start: zeros, random numbers, in an expression of numbers."""
    called = {
        getattr(n.func, "attr", getattr(n.func, "id", ""))
        for n in ast.walk(value)
        if isinstance(n, ast.Call)
    }
    return bool(called & _STARTS)


# ---- one turn --------------------------------------------------------------------------------


def one_turn(tree):
    """Let loops over epochs end after their first turn, in place.

    A loop over epochs goes over a range, or while a condition holds, and its variable indexes
    nothing.
    """
    for node in ast.walk(tree):
        if not isinstance(node, (ast.For, ast.While)) or not _is_over_epochs(node):
            continue
        if not any(isinstance(each, ast.Break) and is_tick(each) for each in node.body):
            end = ast.copy_location(ast.Break(), node.body[-1])
            end.is_tick = True
            node.body.append(end)


def _is_over_epochs(loop):
    if isinstance(loop, ast.While):
        names = {n.id for n in ast.walk(loop.test) if isinstance(n, ast.Name)}
    elif isinstance(loop.target, ast.Name) and _is_range(loop.iter):
        names = {loop.target.id}
    else:
        return False
    return not any(_indexes(n, names) for each in loop.body for n in ast.walk(each))


def _is_range(node):
    """Whether something is a range of a number that is not the data's."""
    if not isinstance(node, ast.Call):
        return False
    if getattr(node.func, "id", "") in ("tqdm", "trange") and node.args:
        return getattr(node.func, "id", "") == "trange" or _is_range(node.args[0])
    words = {getattr(n, "attr", getattr(n, "id", "")) for n in ast.walk(node)}
    return getattr(node.func, "id", "") in ("range", "xrange") and not words & {"len", "shape"}


def _indexes(node, names):
    """Whether one of these names stands in an index, or is compared with data."""
    match node:
        case ast.Subscript(slice=inside):
            pass
        case ast.Compare(ops=[ast.Eq() | ast.NotEq()], comparators=[other]):
            inside = node if not isinstance(other, ast.Constant) else None
        case _:
            inside = None
    return inside is not None and any(
        isinstance(n, ast.Name) and n.id in names for n in ast.walk(inside)
    )
