"""Kinds of edits of calls: brackets, functions, what is called on what."""

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
)


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
tan>tanh arctan>tanh median>mean var>sum std>mean nansum>sum norm>sum abs>sign,square fabs>sign
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
    yield from _other_arguments(node)
    for other in _TURNED.get(called(node), ()):
        function = name(other)
        if isinstance(node.func, ast.Attribute):
            module = node.func.value
            if getattr(module, "attr", "") == "linalg":  # there is no np.linalg.sum
                module = module.value
            function = like(node.func, value=module, attr=other)
        yield like(node, func=function), f"{other}, not {called(node)}", 1.3


def _other_arguments(node):
    """Calls whose arguments say it: where to count from, in front or behind, along which axis."""
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
