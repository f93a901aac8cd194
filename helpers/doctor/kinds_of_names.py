"""Kinds of edits that write what is known by name: other names, missing terms, templates."""

import ast
import itertools
import re

import numpy as np

from helpers.doctor.names import part_of
from helpers.doctor.nodes import (
    attribute,
    binary,
    call,
    called,
    compatible,
    constant,
    expression,
    is_factor,
    is_product,
    is_value,
    like,
    name,
    samples_in,
    value_of,
)


def other_names(node, slot, setting):
    """One name for another that has a value there."""
    known = setting.names(slot.where)
    if isinstance(node, ast.Name):
        yield from _names_for_name(node, slot, setting, known)
        return
    in_index = isinstance(slot.parent, ast.Subscript) and slot.field == "slice"
    handed = isinstance(slot.parent, ast.Call) and slot.field == "args"
    element = isinstance(node, (ast.Subscript, ast.Call))
    number = isinstance(node, ast.Constant) and type(node.value) in (int, float)
    for other, value in known.items():
        if "." in other:
            continue
        if element and (is_value(slot, deep=True) or in_index) and isinstance(value, np.ndarray):
            yield name(other), f"{other}, not {ast.unparse(node)}", 2.5
        elif element and (in_index or handed) and other in setting.counters:
            yield name(other), f"{other}, not {ast.unparse(node)}", 2.1
        elif number and isinstance(value, (float, np.floating)):
            yield name(other), f"{other}, not {node.value}", 2.3


def _names_for_name(node, slot, setting, known):
    mine = value_of(node, slot, setting)
    for other, value in known.items():
        if other == node.id:
            continue
        if "." in other:
            if np.ndim(mine) and getattr(value, "shape", ()) == np.shape(mine):
                yield expression(other), f"{other}, not {node.id}", 1.9
            continue
        if not compatible(mine, value):
            if not callable(mine) and not callable(value):
                yield name(other), f"{other}, not {node.id}", 2.3
            continue
        alike = mine is not None and getattr(value, "shape", ()) == np.shape(mine)
        yield name(other), f"{other}, not {node.id}", 1.7 if alike else 1.9
        if is_factor(slot) and getattr(value, "ndim", 0) == 2:
            yield attribute(name(other), "T"), f"{other}.T, not {node.id}", 2.2


def times(node, slot, setting):
    """A factor that was left out: an array of the same shape, or a number."""
    if not (is_value(slot, deep=True) or is_factor(slot)) or isinstance(node, ast.Constant):
        return
    mine = value_of(node, slot, setting)
    if mine is None and not isinstance(node, (ast.BinOp, ast.Call, ast.Attribute)):
        return
    for other, value in setting.names(slot.where).items():
        number = isinstance(value, (float, np.floating))
        array = isinstance(value, np.ndarray) and value.ndim and value.dtype.kind in "fib"
        alike = array and (mine is None or np.shape(mine) == value.shape)
        decay = isinstance(mine, float) and other == setting.roles.get("W")
        if "." not in other and (number or alike or decay) and other != getattr(node, "id", ""):
            yield binary(name(other), ast.Mult(), node), f"times {other}", 2.5
            if setting.scene is not None:
                made = expression(f"np.sign({other})")
                yield binary(node, ast.Mult(), made), f"times the sign of {other}", 2.8


def _alike(one, other, slot, setting):
    """Whether two names hold arrays of one shape, not numbers."""
    shapes = [np.shape(setting.array(slot.where, each)) for each in (one, other)]
    return shapes[0] == shapes[1] != ()


def other_attributes(node, slot, setting):
    """self.P for self.Z, P for self.P."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        for other in setting.names(slot.where):
            stem, _, attr = other.partition(".")
            if attr and stem == node.value.id and attr != node.attr:
                yield like(node, attr=attr), f"{other}, not {stem}.{node.attr}", 1.8
            elif not attr and _alike(other, ast.unparse(node), slot, setting):
                yield name(other), f"{other}, not {ast.unparse(node)}", 1.8


def keys(node, slot, setting):
    """Another key of a dictionary, or of another dictionary."""
    if not isinstance(node, ast.Subscript) or not isinstance(node.slice, ast.Constant):
        return
    if not isinstance(node.slice.value, str):
        return
    for holder, value in setting.names(slot.where).items():
        if isinstance(value, dict) and "." not in holder:
            for key in value:
                text = f"{holder}[{key!r}]"
                if isinstance(key, str) and text != ast.unparse(node):
                    yield expression(text), f"{text}, not {ast.unparse(node)}", 1.9


def biases(node, slot, setting):
    """The bias that was left out of the logits."""
    if is_product(node) and is_value(slot, deep=True):
        for b in setting.names(slot.where):
            if part_of(b) == "b" or (b == setting.roles.get("b") and slot.where == setting.main):
                yield binary(node, ast.Add(), name(b)), f"add {b}", 1.6


def decays(node, slot, setting):
    """Weight decay that was left out of the gradient or the loss."""
    reg, W = setting.roles.get("reg"), setting.roles.get("W")
    if not reg or not W or slot.where != setting.main or not is_value(slot):
        return
    if isinstance(node, (ast.Constant, ast.Tuple)):
        return
    for term in (
        f"{reg} * {W}",
        f"2 * {reg} * {W}",
        f"0.5 * {reg} * np.sum({W} ** 2)",
        f"{reg} * np.sum({W} ** 2)",
    ):
        yield binary(node, ast.Add(), expression(term)), f"add {term}", 2.3
    for size in samples_in(slot, setting)[:1]:
        text = ast.unparse(size)
        yield (
            binary(node, ast.Add(), expression(f"{reg} / {text} * {W}")),
            f"add {reg} / {text} * {W}",
            2.5,
        )


def terms(node, slot, setting):
    """A term that was left out: - top, + b."""
    in_sum = isinstance(slot.parent, ast.BinOp) and isinstance(slot.parent.op, (ast.Add, ast.Sub))
    if not (is_value(slot) or in_sum) or isinstance(node, (ast.Constant, ast.Tuple, ast.Dict)):
        return
    for other, value in setting.names(slot.where).items():
        number = isinstance(value, (float, np.floating))
        array = isinstance(value, np.ndarray) and value.dtype.kind == "f"
        if not (number or array) or "." in other:
            continue
        if isinstance(node, ast.Name) and node.id == other:
            continue
        cost = 2.4 if number or value.ndim == 1 else 2.7
        if array and value.ndim == 2 and isinstance(node, ast.BinOp):
            inner = node.left
            if isinstance(inner, ast.UnaryOp) and isinstance(inner.op, ast.USub):
                moved = like(node, left=inner.operand)
                yield binary(name(other), ast.Sub(), moved), f"from {other}", 1.6
        for operator, word in ((ast.Add(), "add"), (ast.Sub(), "subtract")):
            yield binary(node, operator, name(other)), f"{word} {other}", cost


def ones(node, slot, setting):
    """p - 1 for p, 1 - p too: the label of the sample's own class was left out."""
    value = value_of(node, slot, setting)
    probability = isinstance(value, float) and 0 < value < 1
    if probability and isinstance(slot.parent, (ast.BinOp, ast.Assign, ast.AugAssign, ast.Call)):
        yield binary(node, ast.Sub(), constant(1)), "subtract 1", 2.3
        yield binary(constant(1), ast.Sub(), node), "from 1", 2.4


def templates(node, slot, setting):
    """What ought to stand there, written with the names whose values fit."""
    if isinstance(node, (ast.Constant, ast.Tuple)):
        return
    if isinstance(node, ast.Call) and called(node) == "diag":
        text = ast.unparse(node.args[0])
        made = expression(f"np.outer({text}, {text})")
        yield binary(node, ast.Sub(), made), "the whole Jacobian", 2.4
        match node.args[0]:
            case ast.BinOp(left=p, op=ast.Mult(), right=ast.BinOp(left=ast.Constant(value=1))):
                text = ast.unparse(p)
                made = expression(f"np.diag({text}) - np.outer({text}, {text})")
                yield made, "the whole Jacobian", 2.4
    receiver = isinstance(slot.parent, ast.Attribute) and isinstance(node, (ast.Name, ast.BinOp))
    if not (is_value(slot, deep=True) or is_factor(slot) or receiver):
        return
    known = setting.named(slot.where)
    value = value_of(node, slot, setting)
    if value is None or np.ndim(value) == 2:
        yield from _residuals(slot, setting, known)
        yield from _softmaxes(node, slot, setting, known)
    if is_value(slot):
        yield from _gradients(slot, setting, known)
    if _makes_number(slot, setting):
        for p, y in itertools.product(known.get("P", ())[:2], known.get("Y", ())[:2]):
            size = f"{y}.shape[1]" if setting.columns else f"len({y})"
            text = f"-np.sum({y} * np.log({p})) / {size}"
            yield expression(text), "the cross-entropy", 3.6


def _residuals(slot, setting, known):
    """P - Y, with or without its division by N, and P alone."""
    for p in known.get("P", ())[:2]:
        for y in known.get("Y", ())[:2]:
            yield expression(f"({p} - {y})"), f"{p} - {y}", 2.8
            for size in samples_in(slot, setting)[:1] if is_value(slot) else ():
                text = f"({p} - {y}) / {ast.unparse(size)}"
                yield expression(text), text, 3.2
        yield name(p), f"{p} there", 2.9


def _gradients(slot, setting, known):
    """The gradients of W and of b, of a residual that is there."""
    axis = 1 if setting.columns else 0
    for r, factor in known.get("R", ())[:2]:
        divided = (
            ""
            if factor == "1/N"
            else "".join(f" / {ast.unparse(size)}" for size in samples_in(slot, setting)[:1])
        )
        yield expression(f"{r}.sum(axis={axis}){divided}"), f"the sum of {r} over the samples", 3.4
        for x in known.get("X", ())[:1]:
            product = f"{r} @ {x}.T" if setting.columns else f"{x}.T @ {r}"
            yield expression(f"{product}{divided}"), f"the product of {x} and {r}", 3.4


def _softmaxes(node, slot, setting, known):
    """The softmax over the classes: of exponentials that are there, or of the logits."""
    axis = 0 if setting.columns else 1
    if isinstance(node, ast.Name) and node.id in known.get("E", ()):
        text = f"{node.id} / {node.id}.sum(axis={axis}, keepdims=True)"
        yield expression(text), "divide by the sum over the classes", 2.2
    if not is_value(slot):
        return
    Z = list(known.get("Z", ()))
    inner = [n.args[0] for n in ast.walk(node) if isinstance(n, ast.Call) and called(n) == "exp"]
    for arg in inner[:1]:
        Z.append(f"({ast.unparse(arg.operand if isinstance(arg, ast.UnaryOp) else arg)})")
    for z in Z[:2]:
        shifted = f"np.exp({z} - {z}.max(axis={axis}, keepdims=True))"
        text = f"{shifted} / {shifted}.sum(axis={axis}, keepdims=True)"
        yield expression(text), "the softmax over the classes", 4.0


def _makes_number(slot, setting):
    """Whether the statement's value was a number: a loss."""
    statement = slot.statement
    if not is_value(slot) or not isinstance(statement, ast.Assign):
        return False
    value = setting.values.get((slot.where, ast.unparse(statement.targets[0])))
    return isinstance(value, (float, np.floating))


def penalties(node, slot, setting):
    """The gradient of a penalty that the loss has: 2 c W for c * sum(W ** 2)."""
    W = setting.roles.get("W")
    if (
        W
        and slot.where == setting.main
        and is_value(slot)
        and not isinstance(node, (ast.Constant, ast.Tuple))
    ):
        for strength in setting.strengths:
            for text in (f"{_twice(strength)} * {W}", f"{strength} * {W}"):
                yield binary(node, ast.Add(), expression(text)), f"add {text}", 2.1


def _twice(strength):
    """lam for lam / 2, lam / m for lam / (2 * m), 2 * c for c."""
    plain = re.sub(r" / 2$|^0\.5 \* |^1 / 2 \* ", "", strength)
    plain = re.sub(r"/ \(2 \* (\w+)\)$", r"/ \1", plain)
    return plain if plain != strength else f"2 * {strength}"


def sizes(node, slot, setting):
    """N where another size stands."""
    other_size = (
        (isinstance(node, ast.Call) and called(node) == "len")
        or (isinstance(node, ast.Subscript) and getattr(node.value, "attr", "") == "shape")
        or (isinstance(node, ast.Attribute) and node.attr == "size")
        or (
            isinstance(node, ast.Constant)
            and type(node.value) in (int, float)
            and isinstance(slot.parent, (ast.BinOp, ast.AugAssign))
        )
        or (
            isinstance(node, ast.Name)
            and isinstance(value_of(node, slot, setting), (int, np.integer))
        )
    )
    if other_size and isinstance(slot.parent, (ast.BinOp, ast.AugAssign, ast.Assign, ast.Call)):
        for size in samples_in(slot, setting):
            if ast.dump(size) != ast.dump(node):
                yield size, f"{ast.unparse(size)}, not {ast.unparse(node)}", 1.5


def copies(node, slot, setting):
    """A copy where a second name for the same array would be written into."""
    in_assign = isinstance(slot.parent, (ast.Assign, ast.AnnAssign)) and slot.field == "value"
    if in_assign and isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)):
        yield call(attribute(node, "copy"), []), "copy it", 1.6
    if isinstance(slot.parent, ast.Return) and isinstance(node, ast.Name):
        yield call(attribute(node, "copy"), []), "copy it", 2.4
    match node:
        case ast.BinOp(left=ast.List(elts=[row]), op=ast.Mult(), right=count):
            if not isinstance(row, (ast.Constant, ast.Name)):  # [[0] * d] * K is one row, K times
                text = f"[{ast.unparse(row)} for _ in range({ast.unparse(count)})]"
                yield expression(text), "rows of their own", 1.4
