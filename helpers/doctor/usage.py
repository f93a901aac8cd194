"""How a function uses its arguments: read off its tree, before anything is called.

An argument may be an array, or hold several: ``params["W"]``, ``net.bias``, ``X, y = batch``.
Which, its accesses tell, in the function and in the helpers that it is passed on to.
"""

import ast
import functools
from dataclasses import dataclass, field

from helpers.doctor.names import is_gradient, part_of, role_of
from helpers.doctor.usage_of_state import StateUse

_DEEPEST = 3  # calls of helpers that are followed
_ARRAY_NAMES = (
    "T shape dot size ndim copy reshape ravel sum flatten astype transpose mean dtype max min "
    "argmax squeeze flat std values columns iloc loc tolist index append items keys get "
    "update setdefault extend pop to_numpy any all item nonzero clip nbytes fill"
)
_ARRAY = frozenset(_ARRAY_NAMES.split())
_STATE = {"setdefault", "get", "update", "items"}
_LIST = {"append", "extend"}


@dataclass(frozen=True)
class Leaf:
    """An array inside an argument.

    Attributes
    ----------
    path : tuple of (str, object)
        ("key", "W"), ("attr", "bias"), ("item", 0) or, of each of many, ("each", 0), one a step.
    label : str
        What it is called: its key, or the name that it is unpacked to.
    """

    path: tuple
    label: str

    @property
    def role(self):
        """The role that its name speaks of; "" for none."""
        part = part_of(self.label)
        role = part if part in ("W", "b") else role_of(self.label)[0]
        sized = role in ("K", "N", "D") and self.path[-1:] and self.path[-1][0] == "item"
        return "" if sized or role.startswith("velocity") else role


def _once(method):
    """Answer each question about a tree once: walking it takes long, and hundreds ask."""

    @functools.wraps(method)
    def known(self, *names):
        key = (method.__name__, *names)
        if key not in self._answers:
            self._answers[key] = method(self, *names)
        return self._answers[key]

    return known


@dataclass(frozen=True)
class Usage:
    """A function's tree, with those of the reader's helpers.

    Attributes
    ----------
    definition : ast.FunctionDef or None
    helpers : dict
        Name to the tree of each other function, or of each method.
    methods : dict
        Of a class: role to the (method, parameter) that have it.
    returning : ast.FunctionDef or None
        The function whose ``return`` gives what comes back, if it is another.
    said : frozenset of str
        The conventions that its comments speak of; see ``names.said_in``.
    """

    definition: object = None
    helpers: dict = field(default_factory=dict)
    methods: dict = field(default_factory=dict)
    returning: object = None
    said: frozenset = frozenset()
    _answers: dict = field(default_factory=dict, init=False, repr=False, compare=False)

    @_once
    def leaves(self, name):
        """What an argument holds, in the order of use; empty if it is an array."""
        if self.definition is None:
            return ()
        found = {}
        if isinstance(self.definition, ast.ClassDef):
            return ()
        for leaf in self._leaves(name, self.definition, (), 0):
            found.setdefault(leaf.path, leaf)
        found.pop((), None)
        kept = [leaf for path, leaf in found.items() if not _is_prefix(path, found)]
        if self.state() is not None and self.state().is_state(name):
            return tuple(kept)
        written = all(is_gradient(leaf.label) and part_of(leaf.label) for leaf in kept)
        return () if written else tuple(leaf for leaf in kept if not _of_gradient(leaf))

    def _leaves(self, name, tree, before, depth):
        parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
        bare, items = False, []
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Name) and node.id == name):
                continue
            top, path = _climb(node, parents)
            if any(kind == "item" for kind, _ in path):
                items.append((top, path))
                continue
            bare = bare or (not path and not _is_unpacked(top, parents))
            yield from self._ends(top, (*before, *path), tree, parents, depth)
        indices = {path[0] for _, path in items if path}
        if not bare and (len(indices) > 1 or any(len(path) > 1 for _, path in items)):
            for top, path in items:
                yield from self._ends(top, (*before, *path), tree, parents, depth)

    def _ends(self, top, path, tree, parents, depth):
        """Where a chain of accesses ends: unpacked, passed on, named anew, or used."""
        parent = parents.get(top)
        pair = _pair_of(top, parents)
        if pair is not None:
            yield from _unpacked(pair, path, "each")
            return
        match parent:
            case ast.Assign(value=value, targets=[ast.Tuple() as target]) if value is top:
                yield from _unpacked(target, path)
                return
            case ast.Tuple(elts=elts):
                match parents.get(parent):
                    case ast.Assign(targets=[ast.Tuple(elts=targets)]):
                        target = dict(zip(elts, targets, strict=False)).get(top)
                        if isinstance(target, ast.Tuple):
                            yield from _unpacked(target, path)
                            return
                        if isinstance(target, ast.Name) and path:
                            deeper = self._deeper(target.id, path, tree, depth)
                            if deeper:
                                yield from deeper
                                return
            case ast.Assign(value=value, targets=[ast.Name(id=alias)]) if value is top and path:
                deeper = self._deeper(alias, path, tree, depth)
                if deeper:
                    yield from deeper
                    return
            case ast.Call(func=ast.Name(id=helper), args=args) if helper in self.helpers:
                taken = _parameter(self.helpers[helper], args, top)
                if taken and depth < _DEEPEST:
                    yield from self._leaves(taken, self.helpers[helper], path, depth + 1)
                    if not path:
                        return
        text = next((str(key) for _, key in reversed(path) if isinstance(key, str)), "")
        yield Leaf(path, text)

    def _deeper(self, alias, path, tree, depth):
        """Leaves inside what a path leads to and that has a name of its own."""
        inner = self._leaves(alias, tree, path, depth + 1) if depth < 2 else ()
        return [leaf for leaf in inner if len(leaf.path) > len(path)]

    @_once
    def labels(self, name):
        """How labels are used: "one-hot", "integers", "integers from 1"; "" if that is unclear."""
        found = self._labels(name, self.definition, 0) if self.definition is not None else set()
        for method, parameter in self.methods.get(name, ()):
            found |= self._labels(parameter, method, 0)
        for kind in ("integers from 1", "integers", "one-hot"):
            if kind in found:
                return kind
        return ""

    def _labels(self, name, tree, depth):
        found = set()
        for node in ast.walk(tree):
            if isinstance(node, (ast.Subscript, ast.Compare)):
                index = [getattr(node, "slice", node)]
                if _is_in(name, index):
                    found.add("integers from 1" if _shifts(index[0]) else "integers")
            elif isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Sub, ast.Mult)):
                found |= {"one-hot"} if _is_name(name, [node.left, node.right]) else set()
            elif isinstance(node, ast.Call):
                function = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if function in ("unique", "bincount", "get_dummies", "int") and _is_in(
                    name, node.args
                ):
                    found.add("integers")
                helper = self.helpers.get(function) if isinstance(node.func, ast.Name) else None
                top = next((a for a in node.args if _is_name(name, [a])), None)
                taken = _parameter(helper, node.args, top) if helper and top else ""
                if taken and depth < _DEEPEST:
                    found |= self._labels(taken, helper, depth + 1)
        return found

    @_once
    def calls(self, name):
        """Names of the methods that are called on an argument."""
        found = set()
        for node in ast.walk(self.definition) if self.definition is not None else ():
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id=base), attr=attr)):
                    found |= {attr} if base == name else set()
        return found

    def keeps(self, name):
        """What state an argument holds: "list", "state" (a dictionary), or ""."""
        called = self.calls(name)
        if called & _LIST:
            return "list"
        return "state" if called & _STATE and not self.leaves(name) else ""

    @_once
    def state(self):
        """How it uses arguments that may hold state; ``None`` without a text."""
        return StateUse(self.definition) if isinstance(self.definition, ast.FunctionDef) else None

    @_once
    def is_flat(self, name):
        """Whether an argument is cut or reshaped: a vector that holds W, and perhaps b."""
        if self.calls(name) & {"reshape", "resize"}:
            return True
        for node in ast.walk(self.definition) if self.definition is not None else ():
            match node:
                case ast.Subscript(value=ast.Name(id=base), slice=ast.Slice()) if base == name:
                    return True
                case ast.Call(func=function, args=[ast.Name(id=base), *_]) if base == name:
                    if getattr(function, "attr", "") in ("reshape", "split", "resize"):
                        return True
        return False

    @_once
    def spares_first(self):
        """Whether a first row is left out somewhere, as a bias's is: ``reg[0] = 0``, ``W[1:]``."""
        for node in ast.walk(self.definition) if self.definition is not None else ():
            match node:
                case ast.Assign(targets=[ast.Subscript(slice=index)], value=ast.Constant(value=0)):
                    if any(getattr(each, "value", None) == 0 for each in ast.walk(index)):
                        return True
                case ast.Slice(lower=ast.Constant(value=1), upper=None):
                    return True
        return False

    @_once
    def words(self):
        """All names and attributes that occur, in the function and in its helpers."""
        trees = [self.definition, *self.helpers.values()] if self.definition is not None else []
        return {
            getattr(node, "attr", getattr(node, "id", ""))
            for tree in trees
            for node in ast.walk(tree)
            if isinstance(node, (ast.Name, ast.Attribute))
        }


UNKNOWN = Usage()  # of what has no text


def _climb(node, parents):
    """The longest chain of accesses on a name: (its last node, the path)."""
    path = ()
    while True:
        parent = parents.get(node)
        match parent:
            case ast.Subscript(value=value, slice=ast.Constant(value=key)) if value is node:
                if not isinstance(key, (str, int)) or isinstance(key, bool):
                    return node, path
                path += (("key" if isinstance(key, str) else "item", key),)
                node = parent
            case ast.Attribute(value=value, attr="get") if value is node:
                call = parents.get(parent)
                match call:
                    case ast.Call(args=[ast.Constant(value=str(key)), *_]):
                        path += (("key", key),)
                        node = call
                    case _:
                        return node, path
            case ast.Attribute(value=value, attr=attr) if value is node and attr not in _ARRAY:
                path += (("attr", attr),)
                node = parent
            case _:
                return node, path


def _is_prefix(path, paths):
    return any(len(other) > len(path) and other[: len(path)] == path for other in paths)


def _is_unpacked(node, parents):
    parent = parents.get(node)
    tuples = isinstance(parent, ast.Assign) and isinstance(parent.targets[0], ast.Tuple)
    return tuples or (isinstance(parent, ast.Call) and node in parent.args)


def _of_gradient(leaf):
    return bool(part_of(leaf.label)) and is_gradient(leaf.label)


def _pair_of(node, parents):
    """The tuple that takes each of many: ``for x, y in pairs``, ``xs, ys = zip(*pairs)``."""
    outer = parents.get(node)
    match outer:
        case ast.Starred():
            outer = parents.get(outer)
            node = outer if getattr(getattr(outer, "func", None), "id", "") == "zip" else None
            while isinstance(parents.get(node), ast.Call):  # map(np.array, zip(*pairs))
                node = parents.get(node)
            match parents.get(node):
                case ast.Assign(targets=[ast.Tuple() as target]):
                    return target
            return None
        case ast.Call(func=ast.Name(id="enumerate")):
            match parents.get(outer):
                case ast.For(target=target) | ast.comprehension(target=target):
                    inner = getattr(target, "elts", [None])[-1]
                    return inner if isinstance(inner, ast.Tuple) else None
        case ast.For(iter=value, target=target) | ast.comprehension(iter=value, target=target):
            return target if value is node and isinstance(target, ast.Tuple) else None
    return None


def _unpacked(target, path, kind="item"):
    """Leaves of ``W, b = params`` or ``for x, y in pairs``; a tuple inside holds further ones."""
    for index, each in enumerate(target.elts):
        inner = (*path, (kind, index))
        if isinstance(each, ast.Tuple):
            yield from _unpacked(each, inner)
        elif isinstance(each, (ast.Name, ast.Attribute)):
            yield Leaf(inner, getattr(each, "id", getattr(each, "attr", "")))


def _parameter(function, args, node):
    """The name under which a helper gets an argument; "" if it does not."""
    names = [arg.arg for arg in (*function.args.posonlyargs, *function.args.args)]
    place = next((i for i, arg in enumerate(args) if arg is node), len(names))
    return names[place] if place < len(names) else ""


def _shifts(node):
    """Whether a number is added or subtracted in an index or a comparison."""
    for each in ast.walk(node):
        match each:
            case ast.BinOp(op=ast.Add() | ast.Sub(), right=ast.Constant(value=int())):
                return True
            case ast.Call(args=[ast.Constant(value=1), *_], func=function):
                if getattr(function, "attr", getattr(function, "id", "")) in ("arange", "range"):
                    return True
    return False


def _is_name(name, nodes):
    return any(isinstance(node, ast.Name) and node.id == name for node in nodes)


def _is_in(name, nodes):
    return any(_is_name(name, [inner]) for node in nodes for inner in ast.walk(node))
