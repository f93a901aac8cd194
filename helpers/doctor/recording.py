"""Watch a reader's code at work: every value that a line assigns or returns, and overrides."""

import ast
import copy
from dataclasses import dataclass

import numpy as np

from helpers.doctor import guard

SEE = "__see__"
PARAMETER = -2  # the ``part`` of a site that sees an argument
INSIDE = -3  # of one that sees what stands inside a call: X @ W + b in np.tanh(X @ W + b)
_LARGE = 200_000  # entries
_KEPT = 400  # values in all; of a long loop the last ones are kept


@dataclass(frozen=True)
class Site:
    """A place where a value is seen.

    Attributes
    ----------
    where : str
        The function.
    line : int
    target : str
        What is assigned, as written; "return" for what is returned.
    part : int
        Of a returned tuple, which element; -1 for all of it. ``PARAMETER`` for an argument,
        ``INSIDE`` for a part of an expression.
    unit : Unit
    reads : frozenset of str
        Names that the statement reads.
    """

    where: str
    line: int
    target: str
    part: int
    unit: object
    reads: frozenset


class _Instrument(ast.NodeTransformer):
    """Put a recorder behind every assignment and around every returned part."""

    def __init__(self, unit, sites, inside):
        self.unit, self.sites, self.inside = unit, sites, inside
        self.where = unit.where

    def _see(self, node, value, target, part=-1, reads=()):
        site = Site(self.where, node.lineno, target, part, self.unit, frozenset(reads))
        self.sites.append(site)
        number = ast.Constant(len(self.sites) - 1)
        return ast.Call(ast.Name(SEE, ast.Load()), [number, value], [])

    def visit_FunctionDef(self, node):
        outer, self.where = self.where, node.name
        self.generic_visit(node)
        given = []
        for arg in [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]:
            if arg.arg not in ("self", "cls"):
                value = self._see(node, ast.Name(arg.arg, ast.Load()), arg.arg, PARAMETER)
                given.append(ast.Assign([ast.Name(arg.arg, ast.Store())], value))
        node.body[:0] = given
        self.where = outer
        return node

    def visit_Lambda(self, node):
        return node

    def visit_Call(self, node):
        """A sum or a product that has no name of its own, since it stands inside a call."""
        bare = [a.operand if isinstance(a, ast.UnaryOp) else a for a in node.args]
        texts = [ast.unparse(arg) if _is_sum(arg) else "" for arg in bare]
        self.generic_visit(node)
        for i, text in enumerate(texts if self.inside else ()):
            if text and isinstance(node.args[i], ast.UnaryOp):
                seen = self._see(node, node.args[i].operand, text, INSIDE)
                node.args[i].operand = seen
            elif text:
                node.args[i] = self._see(node, node.args[i], text, INSIDE)
        return node

    def _assignment(self, node):
        self.generic_visit(node)
        if node.value is None:  # `cost: float` assigns nothing
            return node
        reads = names_read(node)
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        flat = [t for target in targets for t in getattr(target, "elts", [target])]
        following = []
        for target in flat:
            base = target
            while isinstance(base, (ast.Subscript, ast.Starred)):
                base = base.value
            if not isinstance(base, (ast.Name, ast.Attribute)):
                continue
            text = ast.unparse(base)
            load = ast.parse(text, mode="eval").body
            seen = self._see(node, load, text, reads=reads)
            store = ast.parse(f"{text} = 0").body[0].targets[0]
            following.append(ast.Assign([store], seen))
        return [node, *following]

    visit_Assign = visit_AugAssign = visit_AnnAssign = _assignment

    def visit_For(self, node):
        self.generic_visit(node)
        seen = []
        for target in getattr(node.target, "elts", [node.target]):
            if isinstance(target, ast.Name):
                load = ast.Name(target.id, ast.Load())
                value = self._see(node, load, target.id, reads=names_read(node.iter))
                seen.append(ast.Assign([ast.Name(target.id, ast.Store())], value))
        node.body[:0] = seen
        return node

    def visit_Return(self, node):
        self.generic_visit(node)
        if node.value is None:
            return node
        parts = node.value.elts if isinstance(node.value, ast.Tuple) else None
        if parts and not any(isinstance(part, ast.Starred) for part in parts):
            node.value.elts = [
                self._see(node, part, "return", i, names_read(part)) for i, part in enumerate(parts)
            ]
        elif isinstance(node.value, ast.Dict):
            node.value.values = [
                self._see(node, part, "return", i, names_read(part))
                for i, part in enumerate(node.value.values)
            ]
        else:
            node.value = self._see(node, node.value, "return", -1, names_read(node.value))
        return node


def _is_sum(node):
    return isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.MatMult))


def names_read(node):
    """Names that a statement reads: of an assignment its right side, indices, and what is kept."""
    found = set()
    for each in ast.walk(node):
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load):
            found.add(each.id)
        elif isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name):
            found.add(f"{each.value.id}.{each.attr}")
    if isinstance(node, ast.AugAssign):
        base = node.target
        while isinstance(base, ast.Subscript):
            base = base.value
        found.add(ast.unparse(base))
    return found - {SEE, guard.TICK}


class Recording:
    """A case with recorders in its code.

    Parameters
    ----------
    case : Case
    inside : bool
        Whether sums and products inside a call are seen too.

    Attributes
    ----------
    sites : list of Site
    events : list of (int, object)
        Number of the site and a copy of its value, in the order of execution.
    """

    def __init__(self, case, inside=False):
        self.case, self.sites, self.events = case, [], []
        code = case.code
        self._override, self._seen = None, {}
        self._compiled = []
        for unit in code.units:
            tree = unit.tree
            instrumented = _Instrument(unit, self.sites, inside).visit(copy.deepcopy(tree))
            unit.tree = ast.fix_missing_locations(instrumented)
            self._compiled.append(unit.compile())
            unit.tree = tree

    def load(self):
        """The function with its recorders."""
        code, kept = self.case.code, self.case.code._compiled
        code._compiled = dict(zip(code.units, self._compiled, strict=True))
        try:
            return self.case.load(extra={SEE: self._see})
        finally:
            code._compiled = kept

    def _see(self, number, value):
        count = self._seen[number] = self._seen.get(number, 0) + 1
        if self._override and self._override[:2] == (number, count):
            value = self._override[2]
        if len(self.events) < _KEPT or count == 1:
            self.events.append((number, _copied(value)))
        else:
            for place in range(len(self.events) - 1, -1, -1):
                if self.events[place][0] == number:
                    self.events[place] = (number, _copied(value))
                    break
        return value

    def run(self, call, override=None):
        """Run, and record.

        Parameters
        ----------
        call : callable
            Takes the function and calls it.
        override : (int, int, object), optional
            The site, its how-manieth value, and what stands there instead.

        Returns
        -------
        object
            What ``call`` returned.
        """
        self.events, self._seen, self._override = [], {}, override
        return call(self.load())

    def last(self):
        """Site number to its last value, in the order of their last assignment."""
        found = {}
        for number, value in self.events:
            found.pop(number, None)
            found[number] = value
        return found


def _copied(value):
    if isinstance(value, np.ndarray):
        return value.copy() if value.size < _LARGE else None  # of no probe of the doctor's
    if isinstance(value, (list, dict, tuple)):
        copied, error = guard.attempt(copy.deepcopy, value)
        return value if error else copied
    return value
