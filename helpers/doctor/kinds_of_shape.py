"""Kinds of edits of shape: operands, signs, transposes, axes, indices.

Each kind takes a node, its place and what is known, and gives new nodes with a sentence and a
cost each: how odd such a mistake is.
"""

import ast

import numpy as np

from helpers.doctor.nodes import (
    attribute,
    call,
    called,
    constant,
    expression,
    has_slice,
    indexed,
    is_factor,
    is_method,
    is_value,
    like,
    name,
    negative,
    new,
    receiver_of,
    rows_in,
    value_of,
)


def swap(node, slot, setting):
    """P - Y for Y - P, X @ R for R @ X."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Sub, ast.Div, ast.MatMult)):
        cost = 1.0 if isinstance(node.op, ast.Sub) else 2.0
        products = [
            isinstance(n, ast.BinOp) and isinstance(n.op, ast.Mult) for n in (node.left, node.right)
        ]
        cost += 0.5 * all(products) + 0.2 * isinstance(node.left, ast.Constant)  # 1 - beta
        yield like(node, left=node.right, right=node.left), "swap the operands", cost
    if isinstance(node, ast.Call) and len(node.args) == 2 and called(node) in _PAIRS:
        yield like(node, args=node.args[::-1]), "swap the arguments", 2.0
    pair = isinstance(node, (ast.List, ast.Tuple)) and len(node.elts) == 2
    listed = isinstance(node, ast.List) and isinstance(slot.statement, ast.Return)
    if pair and (listed or isinstance(slot.parent, ast.Call)):
        yield like(node, elts=node.elts[::-1]), "the other one first", 2.0
    if isinstance(node, ast.Call) and called(node) == "dot" and len(node.args) == 1:
        inner = node.func.value
        if not (isinstance(inner, ast.Name) and inner.id in ("np", "numpy")):
            turned = like(node, func=attribute(node.args[0], "dot"), args=[inner])
            yield turned, "swap the operands", 2.0


_PAIRS = {"dot", "matmul", "subtract", "divide", "outer"}


def sign(node, slot, setting):
    """+ for -, and a minus more or less."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
        other = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
        up = isinstance(node.op, ast.Add) and setting.has_rate(node.right)
        yield like(node, op=other), "turn the sign", 1.1 if up else 1.2
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        if not isinstance(node.operand, ast.Constant):
            yield node.operand, "drop the minus", 1.0
    elif not isinstance(node, (ast.Constant, ast.Slice, ast.Tuple)) and is_value(slot):
        yield negative(node), "add a minus", 1.5


def transposition(node, slot, setting):
    """A .T more or less, or in place of a reshape."""
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield node.value, "drop the transpose", 1.2
        return
    if isinstance(node, ast.Call) and called(node) in ("transpose", "swapaxes"):
        yield receiver_of(node), "drop the transpose", 1.2
    if isinstance(node, ast.Call) and called(node) in ("reshape", "ravel", "resize"):
        yield attribute(receiver_of(node), "T"), "transpose in place of a reshape", 1.5
        yield from _other_order(node)
    matrix = value_of(node, slot, setting)
    factor = is_factor(slot)
    if isinstance(slot.parent, ast.Attribute) and slot.parent.attr == "shape":
        return
    if factor or (isinstance(node, ast.Name) and matrix is not None and np.ndim(matrix) == 2):
        odd = 0.4 * isinstance(slot.parent, ast.Subscript)
        yield attribute(node, "T"), "transpose", 1.2 if factor else 1.6 + odd
    yield from _turned_products(node)


def _turned_products(node):
    """A product of the transposes, in one order or the other."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        one, other = _turned(node.left), _turned(node.right)
        yield attribute(node, "T"), "transpose the product", 1.8
        yield like(node, left=other, right=one), "transpose the product", 1.7
        yield like(node, left=one, right=other), "transpose both", 1.9
    if isinstance(node, ast.Call) and called(node) in ("dot", "matmul") and len(node.args) == 2:
        one, other = node.args
        yield like(node, args=[_turned(other), _turned(one)]), "transpose the product", 1.7
    elif isinstance(node, ast.Call) and called(node) == "dot" and is_method(node):
        function = attribute(_turned(node.args[0]), "dot") if node.args else node.func
        made = like(node, func=function, args=[_turned(node.func.value)])
        yield made, "transpose the product", 1.7


def _other_order(node):
    """Column by column for row by row, and the other way round."""
    rest = [k for k in node.keywords if k.arg != "order"]
    if len(rest) < len(node.keywords):
        yield like(node, keywords=rest), "row by row", 1.3
    else:
        word = new(ast.keyword("order", constant("F")))
        yield like(node, keywords=[*rest, word]), "column by column", 1.3


def _turned(node):
    """The transpose, without writing .T twice."""
    if isinstance(node, ast.Attribute) and node.attr == "T":
        return node.value
    return attribute(node, "T")


def axes(node, slot, setting):
    """axis and keepdims of a reduction."""
    if not isinstance(node, ast.Call) or called(node) not in _REDUCTIONS:
        return
    if isinstance(node.func, ast.Name) and node.func.id in ("sum", "max", "min") and node.args:
        yield from _builtin_reduction(node)
        return
    place = 0 if is_method(node) else 1
    keywords = {k.arg: k.value for k in node.keywords}
    at = node.args[place] if len(node.args) > place else keywords.get("axis")
    yield from _turned_axis(node, at, place, keywords)
    if "keepdims" in keywords:
        yield from _turned_keepdims(node, keywords["keepdims"])
    elif at is not None:
        kept = [*node.keywords, _keyword("keepdims", True)]
        yield like(node, keywords=kept), "keepdims=True", 1.1
        yield indexed(node, "[:, None]"), "make it a column", 1.8


def _builtin_reduction(node):
    """Python's own sum and max run over axis 0, whatever one meant."""
    for axis in (1, 0):
        words = [("axis", constant(axis)), ("keepdims", constant(True))]
        method = attribute(node.args[0], node.func.id)
        for used in (words, words[:1]):
            yield call(method, [], used), f"{node.func.id} over axis {axis} alone", 1.5


def _turned_axis(node, at, place, keywords):
    """Along the other axis; along one, where there was none; over all."""
    rest = [k for k in node.keywords if k.arg != "axis"]
    bare = list(node.args[:place])
    in_args = len(node.args) > place
    for axis in (0, 1):
        last = isinstance(at, ast.UnaryOp) and axis == 1  # axis=-1
        if last or (isinstance(at, ast.Constant) and at.value == axis):
            continue
        with_axis = [_keyword("axis", axis), *rest]
        if in_args:
            changed = like(node, args=[*bare, constant(axis)])
        else:
            changed = like(node, keywords=with_axis if at is None else _replace_axis(node, axis))
        words = f"sum over axis {axis}" if called(node) == "sum" else f"take axis {axis}"
        yield changed, words, 1.4 if at is None else 1.0
        if "keepdims" not in keywords:
            kept = like(node, args=bare, keywords=[*with_axis, _keyword("keepdims", True)])
            yield kept, f"{words}, keepdims=True", 1.5 if at is None else 1.9
    if at is not None:
        yield like(node, args=bare, keywords=rest), "over all axes", 1.6


def _turned_keepdims(node, value):
    without = [k for k in node.keywords if k.arg != "keepdims"]
    yield like(node, keywords=without), "drop keepdims", 1.3
    if getattr(value, "value", None) is not True:
        kept = [*without, _keyword("keepdims", True)]
        yield like(node, keywords=kept), "keepdims=True", 1.0


def _keyword(key, value):
    return new(ast.keyword(key, constant(value)))


_REDUCTIONS = {
    "sum",
    "mean",
    "max",
    "min",
    "argmax",
    "argmin",
    "amax",
    "prod",
    "std",
    "var",
    "average",
    "softmax",
    "logsumexp",
    "concatenate",
    "log_softmax",
    "cumsum",
}


def _replace_axis(node, axis):
    return [
        new(ast.keyword("axis", constant(axis))) if k.arg == "axis" else k for k in node.keywords
    ]


def _other_side(node, index):
    """x.sum(axis=1)[:, None] for x.sum(axis=0)[None, :]."""
    reduced = node.value
    if not (
        isinstance(index, ast.Tuple) and len(index.elts) == 2 and isinstance(reduced, ast.Call)
    ):
        return
    for made, words, cost in axes(reduced, None, None):
        if words[-1] in "01" and cost <= 1.0:
            turned = like(index, elts=index.elts[::-1])
            yield like(node, value=made, slice=turned), f"{words}, and along it", cost + 0.3


def _other_end(node, index):
    """x[:, 1:] for x[:, :-1]: without the first, not the last."""
    parts = index.elts if isinstance(index, ast.Tuple) else [index]
    for place, part in enumerate(parts):
        if not isinstance(part, ast.Slice) or part.step is not None:
            continue
        text = ast.unparse(part)
        for other in {":-1": ("1:",), "1:": (":-1", ""), ":": ("1:", ":-1")}.get(text, ()):
            cut = ast.parse(f"x[{other}]" if other else "x[:]", mode="eval").body.slice
            elts = [*parts[:place], new(cut), *parts[place + 1 :]]
            for each in ast.walk(cut):
                new(each)
            made = like(index, elts=elts) if isinstance(index, ast.Tuple) else cut
            yield like(node, slice=made), f"[{other or ':'}], not [{text}]", 1.7


def _counters(slot, setting):
    """Names that count what a loop is at."""
    values = setting.names(slot.where).items()
    return [n for n, value in values if n in setting.counters and isinstance(value, int)]


def indices(node, slot, setting):
    """[:, None] for [None, :], [rows, y] for [:, y], y for y - 1."""
    if not isinstance(node, ast.Subscript):
        yield from _first_index(node, slot, setting)
        return
    index = node.slice
    yield from _other_side(node, index)
    yield from _joined(node, slot)
    if isinstance(index, ast.Tuple) and len(index.elts) == 2:
        yield from _two_indices(node, index, slot, setting)
    elif isinstance(index, ast.Name) and np.ndim(value_of(index, slot, setting)) == 1:
        samples = rows_in(slot, setting)
        if samples and np.ndim(value_of(node.value, slot, setting)) == 2:
            for pair in (f"np.arange({samples})", index.id), (index.id, f"np.arange({samples})"):
                made = indexed(node.value, f"[{', '.join(pair)}]")
                yield made, "one entry a sample", 1.5
    yield from _other_end(node, index)
    if isinstance(index, ast.Slice):
        for bound in ("lower", "upper"):
            if getattr(index, bound) is not None:
                yield like(node, slice=like(index, **{bound: None})), "no bound there", 1.8


def _first_index(node, slot, setting):
    """An index for what has none: a column or row made of it, a size, all but a row."""
    if isinstance(node, ast.Attribute) and node.attr == "shape":
        for axis in (0, 1):
            yield indexed(node, f"[{axis}]"), "one size of it", 1.4
    if not isinstance(node, ast.Name):
        return
    vector = value_of(node, slot, setting)
    if vector is not None and np.ndim(vector) == 1:
        yield indexed(node, "[:, None]"), "make it a column", 1.9
        yield indexed(node, "[None, :]"), "make it a row", 2.0
    squared = isinstance(getattr(slot.parent, "op", None), ast.Pow)
    if squared and np.ndim(vector) == 2:
        yield indexed(node, "[1:]"), "without the first row", 1.9
        yield indexed(node, "[:-1]"), "without the last row", 1.9


def _joined(node, slot):
    """a[rows, y] for a[rows][y], and a column of a[rows, y]."""
    inner = node.value
    if isinstance(inner, ast.Subscript) and not isinstance(inner.slice, ast.Constant):
        outer = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        within = inner.slice.elts if isinstance(inner.slice, ast.Tuple) else [inner.slice]
        both = new(ast.Tuple([*within, *outer], ast.Load()))
        yield like(node, value=inner.value, slice=both), "one index, not an index of a copy", 1.5
    picked = isinstance(node.slice, ast.Tuple) and not has_slice(node.slice)
    if picked and isinstance(slot.parent, ast.BinOp):
        yield indexed(node, "[:, None]"), "make it a column", 1.9


def _two_indices(node, index, slot, setting):
    """Swapped, or one of the two by another: a loop's counter, one entry a sample, all."""
    one, other = index.elts
    rows = rows_in(slot, setting)

    def with_index(place, made):
        elts = [made if i == place else old for i, old in enumerate(index.elts)]
        return like(node, slice=like(index, elts=elts))

    yield like(node, slice=like(index, elts=[other, one])), "swap the indices", 1.8
    for place, old in enumerate(index.elts):
        if isinstance(old, ast.Slice):
            for counter in _counters(slot, setting):
                yield with_index(place, name(counter)), f"at {counter} only", 1.9
        if isinstance(old, ast.Slice) and old.lower is None and old.upper is None and rows:
            each = expression(f"np.arange({rows})")
            yield with_index(place, each), "one entry a sample", 1.6
        elif not isinstance(old, ast.Constant):
            if rows and ast.dump(one) == ast.dump(other):
                each = expression(f"np.arange({rows})")
                yield with_index(0, each), "one entry a sample", 1.5
            yield with_index(place, new(ast.Slice(None, None, None))), "all along that axis", 2.2
