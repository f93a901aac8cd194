"""Which arguments of a step hold state, and as what that begins: read off its tree."""

import ast

from helpers.doctor.carried import KEPT, begins_as
from helpers.doctor.names import part_of, role_of, words_of

_COUNT_NAMES = {"t", "i", "it", "k", "n", "step", "steps", "iter", "iteration", "iterations"}
_COUNT_NAMES |= {"epoch", "epochs", "count", "counter", "num", "updates", "time"}
_STATE_NAMES = {"m", "v", "s", "h", "g", "r", "u", "mt", "vt", "mom", "moment", "moments", "cache"}
_STATE_NAMES |= {"state", "opt", "optimizer", "optimiser", "adam", "velocity", "velocities", "vel"}
_STATE_NAMES |= {"momentum", "memory", "buffer", "accumulator", "averages", "exp", "avg", "sq"}
_OF_WEIGHTS = {"avg", "average", "averaged", "mean", "ema", "swa", "slow", "prev", "previous"}
_OF_WEIGHTS |= {"old", "last", "shadow", "polyak", "best", "bar"}
_NONE = object()
_WEIGHTS = (("W", True), ("b", True))
_GROWS = {"append", "extend", "setdefault", "update", "fill"}


class StateUse:
    """How a function uses the arguments that may hold state.

    Parameters
    ----------
    definition : ast.FunctionDef
    """

    def __init__(self, definition):
        self.nodes = list(ast.walk(definition))
        self.returned = [
            name
            for node in self.nodes
            if isinstance(node, ast.Return) and node.value is not None
            for name in _names(node.value)
        ]

    def options(self, name, default=_NONE):
        """(price, role) of an argument that holds state, the likeliest first; [] if it does not.

        Parameters
        ----------
        name : str
        default : object, optional
            Of an optional one, which is left alone at first.
        """
        if self.counts(name):
            start = 0 if default is _NONE else default
            if type(start) is not int or start not in (0, 1):
                return []
            roles = ("count", "count from 1")
            return [(0.0, roles[start]), (0.1, roles[1 - start])]
        part = part_of_state(name)
        if default is _NONE and part and set(words_of(name)) & _OF_WEIGHTS:
            return [(0.0, f"as {part}"), (0.3, _zeros(part))]  # the one before comes back as W
        if not (self.comes_back(name) or self.is_state(name)) or role_of(name) in _WEIGHTS:
            return []
        if default is not _NONE:
            return [(0.0, KEPT)] if default is None or not isinstance(default, float) else []
        empty = self._starts_empty(name)
        roles = [empty] if empty else []
        if self._is_indexed(name):
            roles += ["moments by name", "moments"]
        roles += [_zeros(part)] if part else ["velocity", "velocity of b"]
        roles += [role for role in ("state", "moments") if role not in roles and not part]
        return [(0.15 * rank, role) for rank, role in enumerate(roles)]

    def counts(self, name):
        """Whether an argument counts the steps: in an exponent, or by its name in a formula."""
        named = words_of(name)[0] in _COUNT_NAMES or words_of(name)[-1] in _COUNT_NAMES
        found = False
        for node in self.nodes:
            match node:
                case ast.Call(func=ast.Name(id="range" | "trange" | "len" | "zip"), args=args):
                    if _mentions(args, name):
                        return False
                case ast.Subscript(value=value, slice=index):
                    if _is(value, name) or _mentions([index], name):
                        return False
                case ast.BinOp(op=ast.MatMult()) | ast.Attribute():
                    if _mentions([node], name):
                        return False
                case ast.BinOp(op=ast.Pow(), right=right):
                    found = found or _mentions([right], name)
                case ast.BinOp(left=left, right=right) if named:
                    found = found or _is(left, name) or _is(right, name)
                case ast.AugAssign(target=target, value=ast.Constant(value=1)):
                    found = found or _is(target, name)
        return found

    def comes_back(self, name):
        """Whether an argument is returned, written into, or replaced by what is made of it."""
        if any(begins_as(name, each) for each in self.returned) or self.replaces(name):
            return True
        for node in self.nodes:
            match node:
                case ast.Subscript(value=base, ctx=ast.Store()):
                    pass
                case ast.Attribute(value=base, ctx=ast.Store()):
                    pass
                case ast.Call(func=ast.Attribute(value=base, attr=attr)) if attr in _GROWS:
                    pass
                case _:
                    continue
            while isinstance(base, (ast.Subscript, ast.Attribute)):
                base = base.value
            if _is(base, name):
                return True
        return False

    def replaces(self, name):
        """Whether an argument gets a new value that is made of its old one: v = 0.9 * v + dW."""
        if role_of(name)[0] in ("X", "Y", "rate", "reg") or role_of(name) in _WEIGHTS:
            return False
        for node in self.nodes:
            match node:
                case ast.AugAssign(target=target, op=ast.Add() | ast.Sub()):
                    if _is(target, name):
                        return True
                case ast.Assign(targets=[target], value=value):
                    pairs = [(target, value)]
                    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
                        pairs = zip(target.elts, value.elts, strict=False)
                    if any(_is(t, name) and _adds_to(v, name) for t, v in pairs):
                        return True
        return False

    def is_state(self, name):
        """Whether an argument's name, or what is done with it, speaks of state."""
        return speaks_of_state(name) and (self.comes_back(name) or self._is_indexed(name))

    def _starts_empty(self, name):
        for node in self.nodes:
            match node:
                case ast.Compare(left=left, comparators=[ast.Constant(value=None)]):
                    if _is(left, name):
                        return "none"
                case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[inside]):
                    if _is(inside, name):
                        return "state"
                case ast.UnaryOp(op=ast.Not(), operand=inside):
                    if _is(inside, name):
                        return "state"
                case ast.Call(func=ast.Attribute(value=base, attr="setdefault" | "get")):
                    if _is(base, name):
                        return "state"
                case ast.Call(func=ast.Attribute(value=base, attr="append" | "extend")):
                    if _is(base, name):
                        return "list"
        return ""

    def _is_indexed(self, name):
        """Whether its parts are taken by an index that varies, or one after the other."""
        for node in self.nodes:
            match node:
                case ast.Subscript(value=value, slice=index) if _is(value, name):
                    if isinstance(index, (ast.Name, ast.JoinedStr, ast.BinOp)):
                        return True
                    if isinstance(index, ast.Constant) and isinstance(index.value, (int, str)):
                        return True
                case ast.Call(func=ast.Name(id="zip" | "enumerate"), args=args):
                    if any(_is(arg, name) for arg in args):
                        return True
                case ast.Assign(targets=[ast.Tuple()], value=value) if _is(value, name):
                    return True
        return False


def speaks_of_state(name):
    """Whether a name is that of an optimiser's state: m, vW, cache, exp_avg."""
    return bool(set(words_of(name)) & _STATE_NAMES) or role_of(name)[0].startswith("velocity")


def _adds_to(value, name):
    """Whether a value is a sum that an argument is part of, and no data's shift or scale."""
    match value:
        case ast.BinOp(op=ast.Add() | ast.Sub()):
            return _mentions([value], name)
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return any(_adds_to(part, name) for part in parts)
        case ast.ListComp(elt=ast.BinOp(op=ast.Add() | ast.Sub())):
            return _mentions([value], name)
    return False


def _zeros(part):
    return {"W": "velocity", "b": "velocity of b"}[part]


def part_of_state(name):
    """Which weights an array of state belongs to, by its name.

    Parameters
    ----------
    name : str

    Returns
    -------
    str
        "W", "b" or "".
    """
    words = words_of(name)
    for word in (words[-1], words[0], "".join(words)):
        known = part_of(word)
        if known in ("W", "b"):
            return known
    role = role_of(name)[0]
    if role.startswith("velocity"):
        return "b" if role.endswith("b") else "W" if name[-1:] in "wW" else ""
    return {"w": "W", "b": "b"}.get(words[-1][-1:], "") if len(words[-1]) <= 5 else ""


def _names(value):
    """Names of the parts of a returned value."""
    match value:
        case ast.Name(id=name):
            return [name]
        case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Dict(values=parts):
            return [name for part in parts for name in _names(part)]
        case ast.BinOp(left=left):
            return _names(left)
        case ast.Call(func=ast.Name(id="tuple" | "list" | "dict"), args=[inner]):
            return _names(inner)
    return []


def _is(node, name):
    return isinstance(node, ast.Name) and node.id == name


def _mentions(nodes, name):
    return any(_is(each, name) for node in nodes for each in ast.walk(node))
