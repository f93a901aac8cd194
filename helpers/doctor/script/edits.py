"""Single edits that whole scripts need beside those of a function.

Their common idea: what stands beside it. Of two lines for training and test, or images and
labels, one is often right, and the other should be like it.
"""

import ast
import itertools
import re

import numpy as np

from helpers.doctor.mutations import mutations_of
from helpers.doctor.nodes import attribute, binary, call, called, expression, like, name, new
from helpers.doctor.tree import Mutation, Slot, expression_slots, statements


def edits_of(unit, setting, lines):
    """All single edits of a script on some of its lines, the most natural first.

    Parameters
    ----------
    unit : Unit
        The whole script.
    setting : Setting
    lines : set of int
        Lines that may be changed.

    Returns
    -------
    list of Mutation
    """
    every = [*mutations_of(unit, setting), *_own(unit, setting)]
    kept = [
        m
        for m in every
        if lines_of(m) & lines
        and not any(_of_another_kind(slot, made, setting) for slot, made in m.changes)
    ]
    return sorted(kept, key=lambda mutation: mutation.cost)


def _of_another_kind(slot, made, setting):
    """Whether an array stands for a function or a module, or the other way round.

    Or zeros are added, or these and random numbers given to another name.
    """
    if isinstance(made, (ast.AugAssign, ast.Assign)) and isinstance(made.value, ast.Call):
        return called(made.value).startswith(("zeros", "eye"))
    if isinstance(slot.statement, ast.Expr) and slot.node is slot.statement.value:
        return not isinstance(made, ast.Call)  # a line that does nothing
    if isinstance(made, ast.Assign) and "random" in ast.unparse(made.value):
        return isinstance(slot.node, ast.Assign)
    if not isinstance(made, ast.Name) or not isinstance(slot.node, ast.Name):
        return False
    mine, theirs = (setting.values.get((slot.where, n.id)) for n in (slot.node, made))
    if mine is None:
        return isinstance(slot.parent, ast.Attribute)
    return callable(mine) != callable(theirs)


def line_of(slot):
    """The line of the statement that a place belongs to."""
    return getattr(slot.statement, "lineno", None) or getattr(slot.node, "lineno", 0)


def lines_of(mutation):
    """The lines that it changes; of a body those that it leaves out, or puts something behind."""
    found = set()
    for slot, made in mutation.changes:
        if isinstance(made, list):
            old = slot.node
            out = [each for each in old if each not in made]
            put = next((i for i, each in enumerate(made) if each not in old), 0)
            found |= {getattr(each, "lineno", 0) for each in out or made[max(put - 1, 0) :][:1]}
        else:
            found.add(line_of(slot))
    return found


def _own(unit, setting):
    beside = _Beside(unit.tree, setting)
    for slot in list(expression_slots(unit.tree, "")):
        for made, words, cost in beside.for_expression(slot.node, slot):
            yield Mutation(unit, ((slot, made),), words, cost)
    yield from _results_kept(unit, beside)
    yield from _other_half(unit, setting)
    yield from _before_the_loop(unit)
    yield from _as_its_partner(unit)
    yield from _targets_exchanged(unit)


HALVES = ("train", "tr", "trn", "fit"), ("test", "te", "tst", "t"), ("val", "valid", "dev")
KEYS = "train", "test", "t10k"  # what loaders call them
_SHAPED = ast.Slice, ast.Tuple


class _Beside:
    """What else the script does: its indices, simple operands, strings and functions."""

    def __init__(self, tree, setting):
        self.setting = setting
        nodes = list(ast.walk(tree))
        self.indices = _distinct(
            node.slice for node in nodes if isinstance(node, ast.Subscript) and _is_index(node)
        )
        self.operands = _distinct_pairs(nodes)
        self.entries = [
            n for n in nodes if isinstance(n, ast.Subscript) and isinstance(n.slice, ast.Constant)
        ]
        self.strings = sorted({n.value for n in nodes if _is_key(n)})
        self.functions = {n.name: n for n in nodes if isinstance(n, ast.FunctionDef)}

    def for_expression(self, node, slot):
        kinds = (
            self._index_beside,
            self._index_of_partner,
            self._operand_beside,
            self._other_string,
            self._flat,
            self._name_compared,
            self._shuffled,
            self._class_not_value,
            self._from_zero,
            self._name_for_it,
            self._normalised,
            self._entry_beside,
        )
        for kind in kinds:
            yield from kind(node, slot)

    def _index_beside(self, node, slot):
        if isinstance(node, ast.Subscript) and _is_index(node):
            mine = ast.dump(node.slice)
            for other in self.indices:
                alike = isinstance(other, _SHAPED) == isinstance(node.slice, _SHAPED)
                if ast.dump(other) != mine:
                    words, cost = "the index that stands beside it", 1.4 if alike else 1.6
                    yield like(node, slice=_copied(other)), words, cost

    def _index_of_partner(self, node, slot):
        """X[idx], Y[idx] for X[idx], Y: the two of a pair go together."""
        if isinstance(node, ast.Name) and isinstance(slot.parent, (ast.Tuple, ast.Call)):
            together = getattr(slot.parent, "elts", None) or getattr(slot.parent, "args", [])
            for other in together:
                if isinstance(other, ast.Subscript) and _is_index(other):
                    made = new(ast.Subscript(node, _copied(other.slice), ast.Load()))
                    yield made, "the same index for both", 1.1

    def _operand_beside(self, node, slot):
        whole = isinstance(slot.parent, (ast.Assign, ast.Return)) and slot.field == "value"
        if isinstance(node, ast.Constant) and isinstance(slot.parent, (ast.BinOp, ast.AugAssign)):
            for _, right in self.operands:
                if isinstance(right, ast.Constant) and right.value != node.value:
                    yield _copied(right), "the number that stands beside it", 1.5
        if isinstance(node, ast.BinOp) and isinstance(node.right, (ast.Constant, ast.Name)):
            for op, right in self.operands:
                if ast.dump(op) != ast.dump(node.op) or ast.dump(right) != ast.dump(node.right):
                    made = like(node, op=_copied(op), right=_copied(right))
                    yield made, "as it is done beside it", 1.6
        if whole and not isinstance(node, (ast.Constant, ast.Tuple)):
            for op, right in self.operands:
                yield binary(node, _copied(op), _copied(right)), "as it is done beside it", 1.7

    def _other_string(self, node, slot):
        if _is_key(node):
            halves = KEYS if node.value in KEYS else ()
            for other in dict.fromkeys([*self.strings, *halves]):
                if other != node.value:
                    yield new(ast.Constant(other)), f"{other!r}, not {node.value!r}", 1.6

    def _flat(self, node, slot):
        value = self.setting.values.get((slot.where, getattr(node, "id", "")))
        if isinstance(value, np.ndarray) and value.ndim == 2 and 1 in value.shape:
            yield call(attribute(node, "ravel"), []), "make it flat", 1.3

    def _name_compared(self, node, slot):
        if isinstance(slot.parent, ast.Compare) and not isinstance(node, ast.Constant):
            for other, value in self.setting.names(slot.where).items():
                is_vector = isinstance(value, np.ndarray) and value.ndim == 1 and "." not in other
                if is_vector and other != getattr(node, "id", None):
                    yield name(other), f"compare with {other}", 1.8

    def _shuffled(self, node, slot):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "arange":
            made = like(node, func=attribute(attribute(node.func.value, "random"), "permutation"))
            yield made, "shuffle", 1.2

    def _name_for_it(self, node, slot):
        """What has a name already, for an expression."""
        if isinstance(node, ast.BinOp) and isinstance(
            slot.parent, (ast.BinOp, ast.Call, ast.Attribute)
        ):
            for other, value in self.setting.names(slot.where).items():
                if isinstance(value, np.ndarray) and value.ndim == 2 and "." not in other:
                    yield name(other), f"{other}, not {ast.unparse(node)}", 1.9

    def _normalised(self, node, slot):
        """E / E.sum(axis=1, keepdims=True) for E divided by what is no sum of its rows."""
        divided = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)
        for axis in (1, 0) if divided and isinstance(node.left, ast.Name) else ():
            keys = [("axis", new(ast.Constant(axis))), ("keepdims", new(ast.Constant(True)))]
            made = like(node, right=call(attribute(node.left, "sum"), [], keys))
            yield made, f"divide by sums over axis {axis}", 1.8

    def _from_zero(self, node, slot):
        """arange(k) for arange(1, k + 1)."""
        args = node.args if isinstance(node, ast.Call) else ()
        if len(args) == 2 and isinstance(args[0], ast.Constant) and args[0].value == 1:
            whole = isinstance(args[1], ast.BinOp) and isinstance(args[1].op, ast.Add)
            yield like(node, args=[args[1].left if whole else args[1]]), "count from 0", 1.3

    def _entry_beside(self, node, slot):
        """p[2] for p[1], where both are there."""
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            held = ast.dump(node.value)
            for other in self.entries:
                if ast.dump(other.value) == held and other.slice.value != node.slice.value:
                    made = like(node, slice=new(ast.Constant(other.slice.value)))
                    yield made, "the entry that stands beside it", 1.5

    def _class_not_value(self, node, slot):
        """The class with the largest score, for the score."""
        func = getattr(node, "func", None)
        if getattr(func, "attr", "") in ("max", "amax", "sum", "argsort", "round"):
            made = like(node, func=attribute(func.value, "argmax"))
            yield made, "the class, not its value", 1.2


def _results_kept(unit, beside):
    """``W, b = update(W, b)`` where the result of ``update(W, b)`` is dropped."""
    for holder in ast.walk(unit.tree):
        for block in ("body", "orelse"):
            held = getattr(holder, block, None)
            for i, statement in enumerate(held if isinstance(held, list) else ()):
                if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
                    function = beside.functions.get(getattr(statement.value.func, "id", None))
                    target = _returned(function) if function else None
                    if target is not None:
                        made = new(ast.Assign([target], statement.value))
                        slot = Slot(holder, block, i, statement, getattr(holder, "name", ""))
                        yield Mutation(unit, ((slot, made),), "keep the result", 1.2)


def _other_half(unit, setting):
    """f(X_test, y_test) for f(X_train, y_train): every name of a call or a tuple at once."""
    for slot in list(expression_slots(unit.tree, "")):
        if not isinstance(slot.node, (ast.Call, ast.Tuple)):
            continue
        known = {n for where in {slot.where, ""} for n in setting.names(where)}
        names = list(_names(slot.node))
        said = re.sub(rf"\b({'|'.join(names)})\b", "", ast.unparse(slot.statement)).lower()
        for mine, others in itertools.product(HALVES, HALVES):
            renamed = {n: _renamed(n, mine, others, known) for n in names}
            changed = {n: other for n, other in renamed.items() if other}
            inner = [n for n in ast.walk(slot.node) if isinstance(n, (ast.Call, ast.Tuple))][1:]
            whole = not any(len(changed.keys() & set(_names(n))) > 1 for n in inner)
            if mine is not others and len(changed) > 1 and whole:
                made = _Renamed(changed).visit(expression(ast.unparse(slot.node)))
                fits, had = (
                    any(re.search(rf"\b{half}", said) for half in h) for h in (others, mine)
                )
                cost = 1.6 - 0.6 * fits + 0.4 * had
                yield Mutation(unit, ((slot, made),), "the other half of the data", cost)


def _renamed(name, mine, others, known):
    """A name of one half as that of another; "" if it has none."""
    for half, other in itertools.product(mine, others):
        made = re.sub(rf"(?<![^_]){half}|{half}$", other, name)
        if made != name and made in known:
            return made
    return ""


class _Renamed(ast.NodeTransformer):
    def __init__(self, names):
        self.names = names

    def visit_Name(self, node):
        return name(self.names[node.id]) if node.id in self.names else node


def _before_the_loop(unit):
    """A loop's first lines in front of it: weights that begin anew in each turn."""
    for holder in ast.walk(unit.tree):
        body = getattr(holder, "body", None)
        for i, loop in enumerate(body if isinstance(body, list) else ()):
            if isinstance(loop, (ast.For, ast.While)) and len(loop.body) > 1:
                where = getattr(holder, "name", "")
                outer, inner = (Slot(at, "body", None, at, where) for at in (holder, loop))
                for i0, i1 in ((0, 1), (1, 2), (2, 3), (0, 2), (1, 3), (0, 3)):
                    moved = [line for line in loop.body[i0:i1] if isinstance(line, ast.Assign)]
                    if len(moved) == i1 - i0 < len(loop.body):
                        rest = [*loop.body[:i0], *loop.body[i1:]]
                        changes = (outer, [*body[:i], *moved, *body[i:]]), (inner, rest)
                        words = f"move the line{'s' if i1 - i0 > 1 else ''} before the loop"
                        yield Mutation(unit, changes, words, 1.7)


def _targets_exchanged(unit):
    """a, c, b, d = f() for a, b, c, d = f()."""
    for statement, where in statements(unit.tree):
        targets = statement.targets[0] if isinstance(statement, ast.Assign) else None
        elts = targets.elts if isinstance(targets, ast.Tuple) else []
        for i, j in itertools.combinations(range(len(elts)), 2) if len(elts) > 2 else ():
            turned = list(elts)
            turned[i], turned[j] = turned[j], turned[i]
            slot = Slot(statement, "targets", 0, statement, where)
            made = new(ast.Tuple(turned, ast.Store()))
            yield Mutation(unit, ((slot, made),), "exchange the names", 1.4)


def _as_its_partner(unit):
    """What is assigned, made as another line makes its own, with the names put in their places."""
    rows = [
        (statement, where, list(_names(statement.value)))
        for statement, where in statements(unit.tree)
        if isinstance(statement, ast.Assign) and not isinstance(statement.value, ast.Constant)
    ]
    for (mine, where, names), (other, there, others) in itertools.permutations(rows, 2):
        own = [n for n in names if n not in others]
        theirs = [n for n in others if n not in names]
        if where != there or not own or len(own) != len(theirs):
            continue
        text = ast.unparse(other.value)
        for before, after in zip(theirs, own, strict=True):
            text = re.sub(rf"\b{before}\b", after, text)
        if text != ast.unparse(mine.value):
            slot = Slot(mine, "value", None, mine, where)
            yield Mutation(unit, ((slot, expression(text)),), "as it is done beside it", 1.5)


def _names(node):
    """The names that an expression reads, in order, each once."""
    found = (n for n in ast.walk(node) if isinstance(n, ast.Name))
    return dict.fromkeys(n.id for n in sorted(found, key=lambda n: (n.lineno, n.col_offset)))


def _returned(function):
    for node in ast.walk(function):
        if isinstance(node, ast.Return) and node.value is not None:
            parts = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
            if all(isinstance(part, ast.Name) for part in parts):
                targets = [new(ast.Name(part.id, ast.Store())) for part in parts]
                return new(ast.Tuple(targets, ast.Store())) if len(targets) > 1 else targets[0]
    return None


def _is_key(node):
    """A short string that can name a half of the data."""
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
        return False
    return node.value.isidentifier() or ("." in node.value and " " not in node.value)


def _is_index(node):
    return not isinstance(node.slice, ast.Constant)


def _distinct(nodes):
    return list({ast.dump(node): node for node in nodes}.values())


def _distinct_pairs(nodes):
    """Operators with a simple right side: / 255, - mean."""
    pairs = {}
    for node in nodes:
        if isinstance(node, ast.BinOp):
            op, right = node.op, node.right
        elif isinstance(node, ast.AugAssign):
            op, right = node.op, node.value
        else:
            continue
        simple = isinstance(right, ast.Name) or (
            isinstance(right, ast.Constant) and isinstance(right.value, (int, float))
        )
        if simple and isinstance(op, (ast.Sub, ast.Div, ast.Mult)):
            pairs[ast.dump(op) + ast.dump(right)] = op, right
    return list(pairs.values())


def _copied(node):
    """The same operator, index or expression, as a new one."""
    if isinstance(node, ast.operator):
        return type(node)()
    made = ast.parse(ast.unparse(ast.Subscript(ast.Name("x"), node)), mode="eval").body.slice
    for each in ast.walk(made):
        new(each)
    return made
