"""Kinds of edits of value: factors, functions, constants, parts of expressions."""

import ast
import itertools
from dataclasses import replace

import numpy as np

from helpers.doctor.kinds_of_shape import _REDUCTIONS
from helpers.doctor.nodes import (
    attribute,
    binary,
    call,
    called,
    constant,
    indexed,
    is_method,
    is_value,
    like,
    name,
    samples_in,
    value_of,
)


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


def argument(node, slot, setting):
    """f(a) / b for f(a / b), f(x.sum()) for f(x).sum(): a bracket that closes in another place."""
    if isinstance(node, ast.BinOp) and _of_one(node.left):
        whole = binary(node.left.args[0], node.op, node.right)
        yield like(node.left, args=[whole]), f"{called(node.left)} of the whole", 1.7
    if not isinstance(node, ast.Call):
        return
    if is_method(node) and _of_one(node.func.value):
        outer = node.func.value
        moved = like(node, func=like(node.func, value=outer.args[0]))
        yield like(outer, args=[moved]), f"{called(outer)} of {called(node)}", 1.6
    inner = node.args[0] if _of_one(node) else None
    if isinstance(inner, ast.BinOp):
        made = binary(like(node, args=[inner.left]), inner.op, inner.right)
        yield made, f"{called(node)} of the first part only", 1.7
    if isinstance(inner, ast.Call) and is_method(inner):
        moved = like(node, args=[inner.func.value])
        made = like(inner, func=like(inner.func, value=moved))
        yield made, f"{called(inner)} of {called(node)}", 1.7


def _of_one(node):
    """Whether it is a call f(x), no method's, of a number or an array."""
    plain = isinstance(node, ast.Call) and not is_method(node) and len(node.args) == 1
    return plain and called(node) not in ("len", "range", "int", "arange")


def exchange(node, slot, setting):
    """log(sum(x)) for sum(log(x)), sum(x ** 2) for sum(x) ** 2."""
    if (
        isinstance(node, ast.BinOp)
        and isinstance(node.op, ast.Pow)
        and isinstance(node.left, ast.Call)
    ):
        inner = node.left
        if called(inner) in _REDUCTIONS:
            if is_method(inner):
                squared = binary(inner.func.value, ast.Pow(), node.right)
                yield (
                    like(inner, func=like(inner.func, value=squared)),
                    "square before the sum",
                    1.6,
                )
            elif inner.args:
                squared = binary(inner.args[0], ast.Pow(), node.right)
                yield like(inner, args=[squared, *inner.args[1:]]), "square before the sum", 1.6
    if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Call):
        inner = node.args[0]
        if inner.args and not is_method(inner) and not is_method(node):
            deepest = like(node, args=[inner.args[0], *node.args[1:]])
            yield (
                like(inner, args=[deepest, *inner.args[1:]]),
                f"{called(inner)} of {called(node)}, not {called(node)} of {called(inner)}",
                1.7,
            )


def wrapped(node, slot, setting):
    """A logarithm, an exponential or a sum over the samples that was left out."""
    parents = (ast.BinOp, ast.UnaryOp, ast.Call, ast.Assign)
    if (
        isinstance(node, (ast.Name, ast.Attribute, ast.Subscript))
        and setting.numpy
        and (isinstance(slot.parent, parents) or getattr(slot.parent, "attr", "") == "copy")
    ):
        text = ast.unparse(node)
        held = node.value if isinstance(node, ast.Subscript) else node
        value = setting.values.get((slot.where, ast.unparse(held)))
        if isinstance(value, (np.ndarray, float)):
            for function in ("log", "exp", "sqrt"):
                made = call(attribute(name(setting.numpy), function), [node])
                yield made, f"{function} of {text}", 2.0
    for function, used in setting.functions.items():
        if is_value(slot) and function != slot.where and isinstance(node, (ast.BinOp, ast.Call)):
            yield call(name(function), [node]), f"through {function}()", 2.3 if used else 1.5
    rate = setting.roles.get("rate")
    if rate and slot.where == setting.main and is_value(slot, deep=True):
        yield binary(name(rate), ast.Mult(), node), f"times {rate}", 1.9


def squares(node, slot, setting):
    """A missing square: in a penalty, in a second moment."""
    inside = isinstance(slot.parent, ast.Call) and called(slot.parent) in ("sum", "mean")
    factor = isinstance(getattr(slot.parent, "op", None), (ast.Mult, ast.Sub))
    if (inside or factor) and isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)):
        yield binary(node, ast.Pow(), constant(2)), "square it", 1.8 if inside else 2.0


def constants(node, slot, setting):
    """0 for 1, 2 for 1/2, -1 for 0; never in the place of a whole expression."""
    added = isinstance(getattr(slot.parent, "op", None), (ast.Add, ast.Sub))
    if isinstance(node, ast.Name) and added and slot.field in ("value", "right"):
        yield constant(1), f"1, not {node.id}", 2.0
    if not isinstance(node, ast.Constant) or isinstance(node.value, (str, bytes, bool)):
        return
    if isinstance(node.value, bool) or node.value is None:
        return
    value = node.value
    if not isinstance(value, (int, float)):
        return
    options = {0: (1, -1), 1: (0, 2), 2: (1, 0.5), 0.5: (1, 2), -1: (0, 1), 10: (2,)}
    for other in options.get(value, ()):
        if other == 0 and added:  # n - 0: without the term says it better
            continue
        if isinstance(value, int) and isinstance(other, float) and not is_value(slot, deep=True):
            continue
        inside = isinstance(
            slot.parent, (ast.Subscript, ast.Tuple, ast.Slice, ast.BinOp, ast.Compare)
        )
        yield constant(other), f"{other}, not {value}", 1.7 if inside else 2.3
    if value not in options:
        yield constant(1 if isinstance(value, int) else 1.0), f"1, not {value}", 2.4
        if isinstance(value, int) and value > 2:
            yield constant(value - 1), f"{value - 1}, not {value}", 2.6


def einsums(node, slot, setting):
    """Other letters behind the arrow of an einsum, or the letters of an operand turned round."""
    if isinstance(node, ast.Call) and called(node) == "einsum" and node.args:
        for made, words, cost in einsums(node.args[0], replace(slot, parent=node), setting):
            if isinstance(made.value, str) and len(made.value.partition("->")[2]) == 1:
                column = indexed(like(node, args=[made, *node.args[1:]]), "[:, None]")
                yield column, f"{words}, as a column", cost + 0.3
    inside = isinstance(slot.parent, ast.Call) and called(slot.parent) == "einsum"
    if not (inside and isinstance(node, ast.Constant) and isinstance(node.value, str)):
        return
    taken, arrow, given = node.value.replace(" ", "").partition("->")
    if not arrow:
        return
    letters = sorted(set(taken) - {","})
    for count in range(min(len(letters), 3)):
        for output in itertools.permutations(letters, count):
            if "".join(output) != given:
                text = f"{taken}->{''.join(output)}"
                yield constant(text), f"sum to {''.join(output) or 'one number'}", 1.5
    for i, operand in enumerate(taken.split(",")):
        turned = taken.split(",")
        turned[i] = operand[::-1]
        if operand[::-1] != operand:
            yield constant(f"{','.join(turned)}->{given}"), "turn the operand round", 1.9


_OTHERS = """
sum>mean mean>sum max>min,sum min>max argmin>argmax argmax>argmin log2>log log10>log
log1p>log exp2>exp expm1>exp dot>multiply,outer,kron multiply>dot kron>outer,dot
outer>dot,multiply ones>zeros ones_like>zeros_like zeros>ones average>sum add>subtract
subtract>add square>abs hstack>vstack amin>amax sin>exp sqrt>square minimum>maximum
maximum>minimum log>exp exp>log floor>array prod>sum cumsum>sum sinh>cosh cosh>sinh
tan>tanh arctan>tanh median>mean var>sum std>mean nansum>sum abs>sign,square fabs>sign
sign>abs tanh>cosh greater_equal>equal less_equal>equal not_equal>equal greater>equal
less>equal empty>zeros empty_like>zeros_like
"""  # function>what may be meant
_TURNED = {f: others.split(",") for f, others in (row.split(">") for row in _OTHERS.split())}


def functions(node, slot, setting):
    """mean for sum, log for log10, ..."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Call):
        for made, words, cost in functions(node.operand, slot, setting):
            if isinstance(made, ast.BinOp):  # -x.sum() / n, not -(x.sum() / n)
                minus = like(node, operand=made.left)
                yield like(made, left=minus), words, cost - 0.1
    if not isinstance(node, ast.Call):
        return
    if called(node) == "mean" and not any(k.arg == "axis" for k in node.keywords):
        function = (
            like(node.func, attr="sum") if isinstance(node.func, ast.Attribute) else name("sum")
        )
        for size in samples_in(slot, setting)[:1]:
            whole = binary(like(node, func=function), ast.Div(), size)
            yield whole, f"the sum, divided by {ast.unparse(size)}", 1.6
    match node.args:
        case [
            ast.Constant(value=1),
            ast.BinOp(left=count, op=ast.Add(), right=ast.Constant(value=1)),
        ]:
            if called(node) in ("range", "arange"):
                yield like(node, args=[count]), "count from 0", 1.5
    if called(node) == "append" and len(node.args) == 2 and not is_method(node):
        moved = like(node, func=like(node.func, attr="insert"))
        yield like(moved, args=[node.args[0], constant(0), node.args[1]]), "in front", 1.5
    if called(node) == "apply_along_axis" and len(node.args) == 3:
        axis = getattr(node.args[1], "value", None)
        turned = like(node, args=[node.args[0], constant(1 if axis == 0 else 0), node.args[2]])
        yield indexed(turned, "[:, None]"), "along the other axis", 1.6
    for other in _TURNED.get(called(node), ()):
        if isinstance(node.func, ast.Attribute):
            changed = like(node, func=like(node.func, attr=other))
        else:
            changed = like(node, func=name(other))
        yield changed, f"{other}, not {called(node)}", 1.3


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
    elif isinstance(node, ast.Subscript):
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
