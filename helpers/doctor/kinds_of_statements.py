"""Kinds of edits of statements: updates, targets, lines too many, missing or out of place."""

import ast

import numpy as np

from helpers.doctor.kinds_of_shape import indices
from helpers.doctor.nodes import (
    as_load,
    base_of,
    binary,
    call,
    compatible,
    expression,
    has_slice,
    is_start,
    like,
    like_assign,
    new,
    samples_in,
)
from helpers.doctor.tree import Slot, is_tick, statements


def on_statement(statement, slot, setting):
    """(new statement or list, sentence, cost): of one statement.

    Parameters
    ----------
    statement : ast.stmt
    slot : Slot
    setting : Setting
    """
    if isinstance(statement, ast.AugAssign):
        yield from _augmented(statement, setting)
        yield from _other_target(statement, slot, setting)
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        yield from _assigned(statement, slot, setting)
    if isinstance(statement, ast.Return) and slot.where == setting.main:
        yield from _returned(statement, setting)


def _returned(statement, setting):
    """``return W, b, vW, vb``: state that gets a new value, and is not handed back."""
    parts = getattr(statement.value, "elts", [statement.value])
    there = {getattr(part, "id", "") for part in parts}
    left = [new(ast.Name(name, ast.Load())) for name in setting.renewed if name not in there]
    if left and statement.value is not None:
        yield (
            new(ast.Return(new(ast.Tuple([*parts, *left], ast.Load())))),
            "hand the state back",
            1.0,
        )


def _augmented(statement, setting):
    turned = {
        ast.Add: ast.Sub,
        ast.Sub: ast.Add,
        ast.Mult: ast.Div,
        ast.Div: ast.Mult,
        ast.FloorDiv: ast.Div,
    }
    other = turned.get(type(statement.op))
    if other:
        yield (
            like(statement, op=other()),
            "turn the sign of the update" if other in (ast.Add, ast.Sub) else "turn the operator",
            0.9 if other is ast.Sub and setting.has_rate(statement.value) else 1.0,
        )
    yield like_assign(statement.target, statement.value), "= in place of an update", 2.0
    if isinstance(statement.target, ast.Subscript) and isinstance(statement.op, ast.Add):
        yield from _added_at(statement, 2.0)
    load = as_load(statement.target)
    full = binary(load, statement.op, statement.value)
    if isinstance(statement.target, ast.Name):
        yield like_assign(statement.target, full), "a new array, not in place", 1.5


def _added_at(statement, cost):
    """np.add.at(dE, words, dh) for dE[words] += dh, which counts a repeated word once."""
    target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
    base, index = as_load(target.value), target.slice
    if has_slice(index) or isinstance(index, ast.Constant):
        return  # a slice is no argument; and neither names anything twice
    made = call(expression("np.add.at"), [base, index, statement.value])
    yield new(ast.Expr(made)), "add up what an index names twice", cost


def _other_target(statement, slot, setting):
    """``dW += reg * W`` for ``W += reg * W``: another array of the same shape is meant."""
    base = base_of(statement.target)
    mine = setting.array(slot.where, getattr(base, "id", ""))
    for other, value in setting.names(slot.where).items() if np.ndim(mine) else ():
        if other == base.id or "." in other or getattr(value, "shape", ()) != mine.shape:
            continue
        target = new(ast.Name(other, ast.Store()))
        if base is not statement.target:
            target.ctx = ast.Load()
            target = like(statement.target, value=target)
            if base is not statement.target.value:
                continue
        yield like(statement, target=target), f"{other}, not {base.id}", 1.6


def _assigned(statement, slot, setting):
    target = statement.targets[0]
    if isinstance(target, (ast.Name, ast.Subscript, ast.Attribute)) and not isinstance(
        statement.value, ast.Constant
    ):
        for operator in (ast.Add(), ast.Sub()) if not is_start(statement.value) else ():
            made = new(ast.AugAssign(target, operator, statement.value))
            yield (
                made,
                "add up, not overwrite" if isinstance(operator, ast.Add) else ("subtract from it"),
                1.5 if isinstance(operator, ast.Add) else 2.1,
            )
    rest = _without_minus(statement.value)
    if rest is not None and not isinstance(target, ast.Tuple):
        yield new(ast.AugAssign(target, ast.Sub(), rest)), "-=, not =-", 1.2
    if isinstance(target, ast.Name) and not is_start(statement.value):
        for other, value in setting.names(slot.where).items():
            if (
                other != target.id
                and "." not in other
                and compatible(setting.values.get((slot.where, target.id)), value)
            ):
                made = new(ast.Assign([new(ast.Name(other, ast.Store()))], statement.value))
                given = other in setting.roles.values()  # nobody writes over what was passed
                yield made, f"assign to {other}, not {target.id}", 1.9 + given
    if isinstance(target, ast.Tuple) and len(target.elts) == 2:
        elts = like(target, elts=target.elts[::-1])
        yield new(ast.Assign([elts], statement.value)), "swap the targets", 2.0
    if isinstance(target, ast.Subscript):
        yield from _assigned_index(statement, target, slot, setting)
        yield from _added_at(statement, 2.2)


def _without_minus(node):
    """c * W of -c * W; ``None`` where no minus is in front."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return node.operand
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mult, ast.Div, ast.MatMult)):
        rest = _without_minus(node.left)
        return rest and like(node, left=rest)
    return None


def _assigned_index(statement, target, slot, setting):
    read = as_load(target)
    for changed, words, cost in indices(read, slot, setting):
        if isinstance(changed, ast.Subscript):
            changed.ctx = ast.Store()
            yield new(ast.Assign([changed], statement.value)), words, cost


def on_target_index(statement, slot, setting):
    """The index of ``P[:, y] -= 1``, which is written and not read."""
    target = getattr(statement, "target", None)
    if not isinstance(statement, ast.AugAssign) or not isinstance(target, ast.Subscript):
        return
    for changed, words, cost in indices(as_load(target), slot, setting):
        if isinstance(changed, ast.Subscript):
            changed.ctx = ast.Store()
            yield like(statement, target=changed), words, cost


def on_blocks(tree, setting, where=""):
    """(slot of a body, new list, sentence, cost): statements deleted, moved out of a loop."""
    for holder, inside in [(tree, where), *statements(tree, where)]:
        name_inside = holder.name if isinstance(holder, ast.FunctionDef) else inside
        body = getattr(holder, "body", None)
        if not isinstance(body, list):
            continue
        slot = Slot(holder, "body", None, holder, name_inside)
        for i, statement in enumerate(body):
            if is_tick(statement):
                continue
            real = [s for s in body if not is_tick(s)]
            deletable = isinstance(statement, (ast.AugAssign, ast.Assign, ast.Expr))
            if deletable and len(real) > 1 and not _is_doc(statement):
                meant = isinstance(getattr(statement, "value", None), ast.Constant)  # reg[0] = 0
                rest = [s for s in body if s is not statement]
                yield slot, rest, "delete the line", 3.4 if meant else 2.2
            if isinstance(statement, (ast.For, ast.While)):
                yield from _moves(slot, body, i, statement)
            for made, words, cost in _insertions(statement, slot, setting):
                yield slot, [*body[: i + 1], made, *body[i + 1 :]], words, cost


def _insertions(statement, slot, setting):
    """A line that was left out behind this one: a division by N of what it added up."""
    inside = [n for n in ast.walk(statement) if isinstance(n, ast.AugAssign)]
    if not inside or (
        isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name)
    ):
        return
    for each in dict.fromkeys(ast.unparse(base_of(n.target)) for n in inside):
        for size in samples_in(slot, setting)[:1]:
            target = new(ast.Name(each, ast.Store()))
            made = new(ast.AugAssign(target, ast.Div(), size))
            if each.isidentifier():
                yield made, f"divide {each} by {ast.unparse(size)}", 1.9


def _is_doc(statement):
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _moves(slot, body, i, loop):
    """A statement into a loop's end, or out of it: an indentation that slipped."""
    inner = Slot(loop, "body", None, loop, slot.where)
    last = loop.body[-1]
    real = [s for s in loop.body if not is_tick(s)]
    if len(real) > 1:
        outer = [*body[: i + 1], last, *body[i + 1 :]]
        yield (slot, inner), (outer, loop.body[:-1]), "move the line out of the loop", 1.8
    if i + 1 < len(body) and not isinstance(body[i + 1], (ast.Return, ast.FunctionDef)):
        following = body[i + 1]
        yield (
            (slot, inner),
            ([*body[: i + 1], *body[i + 2 :]], [*loop.body, following]),
            "move the line into the loop",
            1.8,
        )
