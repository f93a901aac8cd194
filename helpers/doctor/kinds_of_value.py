"""Kinds of edits of value: factors, constants, comparisons, parts of expressions."""

import ast

import numpy as np

from helpers.doctor.nodes import (
    attribute,
    binary,
    call,
    called,
    constant,
    is_method,
    is_value,
    like,
    samples_in,
    value_of,
)
from helpers.doctor.tree import ENDLESS


def factors(node, slot, setting):
    """A factor or divisor dropped, added, or turned round."""
    if isinstance(node, ast.BinOp):
        if isinstance(node.op, ast.Div):
            root = any(
                isinstance(n, ast.Call) and called(n) == "sqrt" for n in ast.walk(node.right)
            )
            yield node.left, f"do not divide by {ast.unparse(node.right)}", 1.3 + 1.2 * root
            yield like(node, op=ast.Mult()), "multiply, not divide", 2.2
            yield from _own_sum(node, setting)
        if isinstance(node.op, ast.FloorDiv):
            yield like(node, op=ast.Div()), "divide without rounding", 0.8
        if isinstance(node.op, ast.Mult):
            yield like(node, op=ast.Div()), "divide, not multiply", 2.0
            yield like(node, op=ast.MatMult()), "a matrix product", 2.0
            yield node.left, f"drop the factor {ast.unparse(node.right)}", 1.6
            yield node.right, f"drop the factor {ast.unparse(node.left)}", 1.6
        if isinstance(node.op, ast.MatMult):
            yield like(node, op=ast.Mult()), "entry by entry", 2.0
        if isinstance(node.op, ast.Pow):
            yield node.left, "drop the power", 1.3
    if is_value(slot) and not isinstance(node, (ast.Constant, ast.Tuple, ast.List)):
        for size in samples_in(slot, setting):
            yield binary(node, ast.Div(), size), f"divide by {ast.unparse(size)}", 1.4
            yield binary(node, ast.Mult(), size), f"multiply by {ast.unparse(size)}", 2.4
        yield _in_front(2, node), "twice", 2.0
        yield _in_front(0.5, node), "half", 2.0
    elif is_value(slot, deep=True) and isinstance(node, (ast.BinOp, ast.Call)):
        yield _in_front(2, node), "twice", 2.4
        yield _in_front(0.5, node), "half", 2.4
        for size in samples_in(slot, setting)[:1]:
            yield binary(node, ast.Div(), size), f"divide by {ast.unparse(size)}", 1.8


def _in_front(number, node):
    """2 * c * W of c * W."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mult, ast.Div)):
        return like(node, left=_in_front(number, node.left))
    return binary(constant(number), ast.Mult(), node)


def _own_sum(node, setting):
    """E / E.sum(axis) for E / F.sum()."""
    sums = [n for n in ast.walk(node.right) if isinstance(n, ast.Call) and called(n) == "sum"]
    axis = [("axis", constant(0 if setting.columns else 1)), ("keepdims", constant(True))]
    for words in (axis, []) if sums else ():
        whole = call(attribute(node.left, "sum"), [], words)
        yield like(node, right=whole), "divide by its own sum", 2.0


def regroup(node, slot, setting):
    """a / N + b for (a + b) / N, and the other way round."""
    if not isinstance(node, ast.BinOp):
        return
    inner = node.left
    scaling, adding = (ast.Div, ast.Mult), (ast.Add, ast.Sub)
    if (
        isinstance(node.op, scaling)
        and isinstance(inner, ast.BinOp)
        and isinstance(inner.op, adding)
    ):
        scaled = binary(inner.left, node.op, node.right)
        yield binary(scaled, inner.op, inner.right), "scale the first term only", 1.6
    if (
        isinstance(node.op, adding)
        and isinstance(inner, ast.BinOp)
        and isinstance(inner.op, scaling)
    ):
        summed = binary(binary(inner.left, node.op, node.right), inner.op, inner.right)
        yield summed, "scale both terms", 1.5
    outer = node.right
    products = (ast.MatMult, ast.Mult)
    if isinstance(node.op, products) and isinstance(getattr(outer, "op", None), adding):
        product = binary(node.left, node.op, outer.left)
        yield binary(product, outer.op, outer.right), "the product of the first term only", 1.6
    inner = node.right
    if (
        isinstance(node.op, adding)
        and isinstance(inner, ast.BinOp)
        and isinstance(inner.op, scaling)
    ):
        summed = binary(binary(node.left, node.op, inner.left), inner.op, inner.right)
        yield summed, "scale both terms", 1.3


def squares(node, slot, setting):
    """A missing square: in a penalty, in a second moment."""
    squared = isinstance(getattr(slot.parent, "op", None), ast.Pow)
    if isinstance(node, ast.Call) and called(node) == "norm" and not squared:
        yield binary(node, ast.Pow(), constant(2)), "square it", 1.6
    inside = isinstance(slot.parent, ast.Call) and called(slot.parent) in ("sum", "mean")
    factor = isinstance(getattr(slot.parent, "op", None), (ast.Mult, ast.Sub))
    if (inside or factor) and isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)):
        yield binary(node, ast.Pow(), constant(2)), "square it", 1.8 if inside else 2.0


def constants(node, slot, setting):
    """0 for 1, 2 for 1/2, -1 for 0; never in the place of a whole expression."""
    added = isinstance(getattr(slot.parent, "op", None), (ast.Add, ast.Sub))
    if isinstance(node, ast.Name) and added and slot.field in ("value", "right"):
        yield constant(1), f"1, not {node.id}", 2.0
    if not isinstance(node, ast.Constant) or type(node.value) not in (int, float):
        return
    if node.value in _NUMBERS:
        yield from _usual(node.value, slot, added)
    else:
        yield from _unusual(node.value, slot)


_NUMBERS = {0: (1, -1), 1: (0, 2), 2: (1, 0.5), 0.5: (1, 2), -1: (0, 1), 10: (2,)}


def _usual(value, slot, added):
    inside = (ast.Subscript, ast.Tuple, ast.Slice, ast.BinOp, ast.Compare)
    cost = 1.7 if isinstance(slot.parent, inside) else 2.3
    for other in _NUMBERS[value]:
        if other == 0 and added:  # n - 0: without the term says it better
            continue
        if isinstance(value, int) and isinstance(other, float) and not is_value(slot, deep=True):
            continue
        yield constant(other), f"{other}, not {value}", cost


def _unusual(value, slot):
    yield constant(1 if isinstance(value, int) else 1.0), f"1, not {value}", 2.4
    if isinstance(value, float) and isinstance(getattr(slot.parent, "op", None), ast.Mult):
        for other in (2 * value, value / 2):  # the strength of a penalty, and of its slope
            yield constant(other), f"{other}, not {value}", 2.0
    if isinstance(value, int) and value > 2:
        yield constant(value - 1), f"{value - 1}, not {value}", 2.6


def comparisons(node, slot, setting):
    """== for !=, > for <, > for >=."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        for other in _COMPARED.get(type(node.ops[0]), ()):
            yield like(node, ops=[other()]), "turn the comparison", 1.3


_COMPARED = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.Gt, ast.LtE),
    ast.Gt: (ast.Lt, ast.GtE),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.GtE: (ast.Gt, ast.LtE),
}


def hoists(node, slot, setting):
    """An expression by a part of it: softmax(softmax(Z)) by softmax(Z)."""
    if isinstance(node, ast.BinOp):
        if not isinstance(node.op, (ast.Mult, ast.Div)):
            yield node.left, f"without {ast.unparse(node.right)}", 1.7
            yield node.right, f"without {ast.unparse(node.left)}", 1.9
        else:
            # (A * B) * C by A * C
            inner = node.left
            if isinstance(inner, ast.BinOp) and isinstance(inner.op, (ast.Mult, ast.Div)):
                yield inner.left, "drop the last two factors", 2.0
    elif isinstance(node, ast.Call):
        if is_method(node) and not (
            isinstance(node.func.value, ast.Name) and node.func.value.id in ("np", "numpy", "math")
        ):
            needed = called(node) == "copy"
            yield node.func.value, f"without .{called(node)}()", 1.9 + 0.4 * needed
        for arg in node.args[:2]:
            if not isinstance(arg, ast.Constant):
                yield arg, f"without {called(node)}()", 2.0
    elif isinstance(node, ast.Subscript) and getattr(node.value, "attr", "") not in ENDLESS:
        yield node.value, "all of it, without the index", 1.9
    elif isinstance(node, ast.IfExp):
        yield node.body, "always the first", 2.0
        yield node.orelse, "always the second", 2.0
    elif isinstance(node, ast.UnaryOp) and not isinstance(node.op, ast.USub):
        yield node.operand, "without the operator", 1.8


def maxima(node, slot, setting):
    """exp(Z) by exp(Z - its row's maximum)."""
    if isinstance(node, ast.Call) and called(node) == "exp" and len(node.args) == 1:
        inner = node.args[0]
        value = value_of(inner, slot, setting)
        axis = None if value is None or np.ndim(value) != 1 else -1
        shift = _shift(inner, setting, axis)
        shifted = any(
            isinstance(n, ast.Call) and called(n) in ("max", "amax") for n in ast.walk(inner)
        )
        yield (
            like(node, args=[binary(inner, ast.Sub(), shift)]),
            "subtract the largest logit",
            2.6 if shifted else 1.4,
        )
    if (
        isinstance(node, ast.Name)
        and is_value(slot, deep=True)
        and np.ndim(value_of(node, slot, setting)) == 2
        and isinstance(slot.parent, ast.Call)
    ):
        shift = _shift(node, setting, None)
        yield binary(node, ast.Sub(), shift), "subtract the largest logit", 2.4


def _shift(inner, setting, axis):
    if axis == -1:
        return call(attribute(inner, "max"), [])
    axis = 0 if setting.columns else 1
    return call(
        attribute(inner, "max"), [], [("axis", constant(axis)), ("keepdims", constant(True))]
    )
