"""Edits found by value: what ought to stand in a line of a backward pass is known before any run.

A line of a backward pass ought to give a slope of the loss by an earlier value. Those slopes are
measured, and so are the values of all names; so an edit of the line can be judged by evaluating
that line alone, a hundred times faster than by a run. That affords a large table of expressions.
"""

import ast

import numpy as np

from helpers.doctor import guard
from helpers.doctor.nodes import base_of, binary, expression, like
from helpers.doctor.returns import as_array
from helpers.doctor.tree import Mutation, Slot, expression_slots, inner, statements

_HOLE = "__hole__"
_MOST_SLOTS, _MOST_NAMES = 24, 30
_ALIKE = 4  # edits of a line that give it the same value
_LINES = 40  # the last lines of a function

# What people write for the slope of an activation; for a missing factor, sum or transpose.
_SLOPES = (
    "({0} > 0)",
    "(1 - {0} ** 2)",
    "{0} * (1 - {0})",
    "(1 - {0})",
    "np.sign({0})",
    "(1 - np.tanh({0}) ** 2)",
    "1 / (1 + np.exp(-{0}))",
)
_OF_ARRAY = (
    "{0}.T",
    "{0} ** 2",
    "{0} ** 3",
    "np.log({0})",
    "np.exp({0})",
    "np.exp(-{0})",
    "{0}.sum(axis=0)",
    "{0}.sum(axis=0, keepdims=True)",
    "{0}.sum(axis=1)",
    "{0}.sum(axis=1, keepdims=True)",
    "{0}.sum(axis=-1, keepdims=True)",
    "{0}.sum()",
    "{0}.mean()",
    "{0}.max(axis=1)",
    "{0}.max(axis=1, keepdims=True)",
    "{0}.max(axis=0)",
    "{0}.mean(axis=0)",
    "{0}.mean(axis=-1, keepdims=True)",
    "{0}[:, None]",
    "{0}.size",
    "len({0})",
)
_OF_NUMBER = ("np.sqrt({0})", "{0} ** 2")
_OF_NUMBER_AND_ARRAY = ("{0} * {1}", "2 * {0} * {1}", "{0} * np.sign({1})")
_OF_TWO = (
    "{0} * {1}",
    "{0} @ {1}",
    "{0}.T @ {1}",
    "{0} @ {1}.T",
    "np.outer({0}, {1})",
    "{0} / {1}",
    "{0} * ({1} - ({1} * {0}).sum(axis=1, keepdims=True))",  # of a softmax over rows
)
_NUMBERS = ("2", "0.5", "-1")


def chained(unit, scene, deadline):
    """Edits of one line with which it gives a slope of the loss, or what else is wanted.

    Parameters
    ----------
    unit : Unit
    scene : Scene
    deadline : float
        When the processor's time is up.

    Yields
    ------
    Mutation
    """
    lines = [
        (statement, where)
        for statement, where in statements(unit.tree)
        if isinstance(statement, (ast.Assign, ast.AugAssign, ast.Return))
    ]
    lines = [pair for pair in lines[-_LINES:] if (unit, pair[0].lineno) not in scene.fine]
    numbers, standing = _numbers_in(unit.tree), _standing(unit.tree)
    for statement, where in lines:
        if guard.processor_time() > deadline:
            return
        known = scene.before.get((unit, statement.lineno))
        if known is not None and statement.value is not None:
            names = {n: v for n, v in known.items() if "[" not in n}
            for value in _values(statement, where):
                line = _Line(value, names, scene, (*numbers, *standing.get(where, ())))
                for slot, made, words, cost in line.edits():
                    yield Mutation(unit, ((slot, made),), words, cost)


def _values(statement, where):
    """Places of the values that a statement assigns or returns."""
    value = statement.value
    if not isinstance(value, (ast.Tuple, ast.List, ast.Dict)):
        return [Slot(statement, "value", None, statement, where)]
    field = "values" if isinstance(value, ast.Dict) else "elts"
    return [Slot(value, field, i, statement, where) for i in range(len(getattr(value, field)))]


def _numbers_in(tree):
    """Numbers that a missing factor may be: some that are common, and those that stand there."""
    found = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    written = [repr(v) for v in found if type(v) in (int, float)]
    return tuple(dict.fromkeys((*_NUMBERS, *written)))


def _standing(tree):
    """Expressions that stand in each function, and its names with each other's indices."""
    found, indices, names = {}, {}, {}
    for slot in expression_slots(tree):
        node, size = slot.node, sum(1 for _ in ast.walk(slot.node))
        if isinstance(node, ast.Name) or getattr(getattr(node, "value", 0), "id", "") == "self":
            names.setdefault(slot.where, {})[ast.unparse(node)] = None
        elif isinstance(node, (ast.BinOp, ast.Call, ast.Subscript, ast.Attribute)) and size < 25:
            found.setdefault(slot.where, {})[f"({ast.unparse(inner(node))})"] = None
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Constant):
            indices.setdefault("", {})[ast.unparse(node.slice)] = None
    for where, those in names.items():
        indexed = {f"{name}[{index}]": None for index in indices.get("", ()) for name in those}
        found.setdefault(where, {}).update(indexed)
    return found


class _Line:
    """One value of a line, with holes cut into it."""

    def __init__(self, slot, names, scene, constants):
        self.slot, self.names, self.scene, self.constants = slot, names, scene, constants
        self.space = {**scene.names, **names}
        self.store = None

    def edits(self):
        """(slot, new node, sentence, cost) of the edits that give a slope."""
        mine = self._evaluated(self.slot.node)
        if mine is None:
            return
        self.store = _store(self.slot.statement, self.space)
        table = list(self._table())
        pairs = list(self._pairs())
        found = {}  # by value: what gives the same in this line is the same edit in other words
        for slot, shell, words, cost, pool in self._frames(table, pairs):
            fill, standing = self._function(slot, shell), _summands(inner(slot.node))
            for text, value, odd in pool if fill else ():
                if shell is not None and text.strip("()") in standing:
                    continue  # x + x is written as 2 * x
                given = as_array(_attempted(fill, value))
                if given is not None and self._is_wanted(given) and not _same(given, mine):
                    made = slot, shell, text, words
                    found.setdefault(given.round(9).tobytes(), []).append((cost + odd, made))
        node = self.slot.node  # a name only handed on got its value elsewhere
        handed_on = isinstance(node, ast.Name) and isinstance(self.slot.statement, ast.Return)
        for same in found.values():
            for cost, (slot, shell, text, words) in sorted(same, key=lambda row: row[0])[:_ALIKE]:
                made = expression(text)
                made = made if shell is None else shell(slot.node, made)
                yield slot, made, words.format(text), cost + 0.3 * handed_on

    def _frames(self, table, pairs):
        """Where something may be put: in the place of a part, or beside it."""
        yield self.slot, None, "{}", 1.9, [*table, *pairs]
        for kept, part in _products(self.slot.node):

            def shell(_node, hole, kept=kept):
                return binary(kept, ast.Mult(), hole)

            yield self.slot, shell, f"{{}} for {ast.unparse(part)}", 1.8, table
        numbers = [row for row in table if not np.ndim(row[1])]
        arrays = [row for row in table if np.ndim(row[1])]
        yield self.slot, _beside(ast.Add), "plus {}", 1.8, [*table, *pairs]
        for slot in self._slots():
            yield slot, None, "{}", 1.8, list(self._forms_of(slot.node))
        parts = [s for s in self._slots() if s.node is not self.slot.node][:_MOST_SLOTS]
        for slot in (self.slot, *parts):
            odd = 0.0 if slot is self.slot else 0.2
            odd += 0.5 * (slot is not self.slot and isinstance(slot.statement, ast.Return))
            yield slot, _beside(ast.Mult), "times {}", 1.8 + odd, arrays
            yield slot, _before(ast.Mult), "times {}", 1.8 + odd, numbers
            yield slot, _beside(ast.Add), "plus {}", 1.9 + odd, table
            yield slot, _beside(ast.Sub), "minus {}", 1.9 + odd, table
            yield slot, _before(ast.Sub), "from {}", 2.0 + odd, table
            yield slot, _beside(ast.MatMult), "times {}", 1.9 + odd, arrays
            yield slot, _before(ast.MatMult), "times {}", 1.9 + odd, arrays
            yield slot, _beside(ast.Div), "divided by {}", 1.8 + 2 * odd, table
        for slot in parts:
            yield slot, None, f"{{}}, not {ast.unparse(slot.node)}", 1.9, table

    def _slots(self):
        statement = self.slot.statement
        inside = {id(node) for node in ast.walk(self.slot.node)}
        for slot in expression_slots(ast.Module([statement], []), self.slot.where):
            if id(slot.node) not in inside or slot.field in ("func", "slice", "keywords"):
                continue
            if isinstance(slot.parent, (ast.keyword, ast.Slice)):
                continue
            yield slot

    def _table(self):
        """(text, value, how odd) of simple expressions."""
        arrays, numbers = {}, {}
        for name, value in list(self.names.items())[-_MOST_NAMES:]:
            array = as_array(value) if isinstance(value, (np.ndarray, float, int)) else None
            if array is not None and np.isfinite(array).all():
                (arrays if array.ndim else numbers)[name] = value
        self.arrays, self.numbers = arrays, numbers
        rows = [(name, 0.0) for name in (*arrays, *numbers)]
        rows += [(form.format(name), 0.2) for form in _SLOPES for name in arrays]
        rows += [(form.format(name), 0.3) for form in _OF_ARRAY for name in arrays]
        rows += [(form.format(name), 0.4) for form in _OF_NUMBER for name in numbers]
        rows += [(text, 0.3) for text in self.constants]
        for text, odd in rows:
            value = self._value(text)
            if isinstance(value, (np.ndarray, np.number, float, int)):
                yield text, value, odd

    def _forms_of(self, node):
        """(text, value, how odd) of what may have been left out around a part."""
        text = ast.unparse(inner(node))
        text = text if isinstance(node, (ast.Name, ast.Call, ast.Subscript)) else f"({text})"
        for form in _OF_ARRAY:
            value = self._value(form.format(text))
            if value is not None:
                yield form.format(text), value, 0.2

    def _pairs(self):
        """The same of two arrays, or of a number and an array: a strength, a rate."""
        for form in _OF_NUMBER_AND_ARRAY:
            for one in self.numbers:
                for other in self.arrays:
                    value = self._value(form.format(one, other))
                    if value is not None:
                        yield form.format(one, other), value, 0.6
        shapes = self.scene.tables
        simple = [*self.arrays]
        right = [*simple, *(form.format(n) for form in _SLOPES for n in simple)]
        for form in _OF_TWO:
            for one in simple:
                for other in right if form == _OF_TWO[0] else simple:
                    value = self._value(form.format(one, other))
                    if value is not None and np.shape(value) in shapes:
                        yield form.format(one, other), value, 0.8

    def _value(self, text):
        code, error = guard.attempt(compile, text, "<value>", "eval")
        found, error = guard.attempt(eval, code, self.space) if error is None else (None, error)
        return found if error is None else None

    def _evaluated(self, node):
        found = self._value(ast.unparse(node))
        return as_array(found) if found is not None else None

    def _function(self, slot, shell):
        """The value as a function of what is put into the hole."""
        hole = ast.Name(_HOLE, ast.Load())
        old = slot.node
        slot.put(hole if shell is None else shell(old, hole))
        try:
            text = f"lambda {_HOLE}: {ast.unparse(self.slot.node)}"
        finally:
            slot.put(old)
        return self._value(text)

    def _is_wanted(self, found):
        if self.store is not None:
            found = as_array(_attempted(self.store, found))
        if found is None or found.dtype.kind not in "fiu":
            return False
        return self.scene.is_slope(found)


def _store(statement, space):
    """What an array holds after a line that writes into it, as a function of the line's value."""
    target = statement.target if isinstance(statement, ast.AugAssign) else None
    if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Subscript):
        target = statement.targets[0]
    base = base_of(target) if target is not None else None
    array = space.get(getattr(base, "id", ""))
    if not isinstance(array, (np.ndarray, float)):
        return None
    made = ast.copy_location(like(statement, value=ast.Name(_HOLE, ast.Load())), statement)
    code = compile(ast.unparse(made), "<value>", "exec")

    def stored(value):
        names = {**space, base.id: np.array(array), _HOLE: value}
        exec(code, names)
        return names[base.id]

    return stored


def _summands(node):
    """What is added up in an expression, as text."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _summands(node.left) | _summands(node.right)
    return {ast.unparse(node)}


def _beside(operator):
    return lambda node, hole: binary(node, operator(), hole)


def _before(operator):
    return lambda node, hole: binary(hole, operator(), node)


def _attempted(function, value):
    """``guard.attempt`` for a function that is called a hundred thousand times."""
    try:
        return function(value)
    except KeyboardInterrupt:
        raise
    except BaseException:
        return None


def _same(one, other):
    return one.shape == other.shape and np.allclose(one, other, rtol=1e-9)


def _products(node):
    """(what is kept, what is left out) of a product of several factors: all but some at its end."""
    while isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mult, ast.Div)):
        yield node.left, node.right
        if isinstance(node.op, ast.Mult):
            yield node.right, node.left
        node = node.left
