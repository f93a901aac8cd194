"""The slips of a derivation: what single change of a step would make it follow.

A step is an expression, and so is a slip: one node of its syntax tree. Every edit below undoes one
slip at one place; the step is named by the edit after which it agrees with the step before it.
"""

import ast
import copy
import inspect
import linecache
from typing import NamedTuple

KINDS = ("sign", "factor", "transpose", "missing term", "extra term", "wrong axis", "unnamed")

_FACTORS = ("N", "K", "D", "2")
_REDUCTIONS = ("sum", "mean", "max")


class Edit(NamedTuple):
    """One change of a step.

    Attributes
    ----------
    kind : str
        The slip that it undoes, one of ``KINDS``.
    before, after : str
        The part of the step that changes, and what it becomes.
    tree : ast.AST
        The whole step, changed.
    """

    kind: str
    before: str
    after: str
    tree: ast.AST


def tree_of(step):
    """The syntax tree of a step.

    Parameters
    ----------
    step : str or callable
        An expression, or a function.

    Returns
    -------
    ast.Expression, ast.Lambda, ast.FunctionDef or None
        ``None`` where there is no source, or where there is a ``while`` that an edit could make
        endless.
    """
    if isinstance(step, str):
        return ast.parse(step.strip(), mode="eval")
    code = getattr(step, "__code__", None)
    if code is None:
        return None
    try:
        name = inspect.getsourcefile(step) or code.co_filename
        module = ast.parse("".join(linecache.getlines(name)))
    except (TypeError, SyntaxError):
        return None
    places = [
        (line, column)
        for line, _, column, _ in code.co_positions()
        if line is not None and column is not None and (line, column) != (code.co_firstlineno, 0)
    ]
    found = [
        node
        for node in ast.walk(module)
        if isinstance(node, (ast.Lambda, ast.FunctionDef)) and _is(node, code, places)
    ]
    node = min(found, key=lambda node: node.end_lineno - node.lineno, default=None)
    if node is None or any(isinstance(part, ast.While) for part in ast.walk(node)):
        return None
    return node


def _is(node, code, places):
    if isinstance(node, ast.FunctionDef):
        first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
        return node.name == code.co_name and first == code.co_firstlineno
    start, end = (node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset)
    arguments = tuple(a.arg for a in node.args.args)
    inside = all(start <= place <= end for place in places)
    return (
        code.co_name == "<lambda>"
        and node.lineno == code.co_firstlineno
        and arguments == code.co_varnames[: code.co_argcount]
        and inside
    )


def edits(tree):
    """Every single change of a step that undoes a common slip, the natural ones first.

    Parameters
    ----------
    tree : ast.AST
        As ``tree_of`` gives it.

    Yields
    ------
    Edit
    """
    for kind, replacements in _EDITORS:
        for node in _expressions(tree):
            for replacement in replacements(node):
                yield Edit(
                    kind, ast.unparse(node), ast.unparse(replacement), _put(tree, node, replacement)
                )


def terms(tree):
    """The parts of a step between its plus and minus signs, wherever they stand.

    Parameters
    ----------
    tree : ast.AST

    Yields
    ------
    text : str
        The term as it is written.
    tree : ast.AST
        The step with everything else of that sum taken out.
    """
    for node in _expressions(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
            right = node.right if isinstance(node.op, ast.Add) else _minus(node.right)
            for part in (node.left, right):
                yield ast.unparse(part), _put(tree, node, part)


def _expressions(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.expr) and not isinstance(getattr(node, "ctx", None), ast.Store):
            yield node


class _Put(ast.NodeTransformer):
    def __init__(self, node, replacement):
        self.node, self.replacement = node, replacement

    def visit(self, node):
        return self.replacement if node is self.node else self.generic_visit(node)


def _put(tree, node, replacement):
    # Nodes are told apart by identity, so the copy keeps the one that is to go.
    kept = copy.deepcopy(tree, {id(node): node})
    return ast.fix_missing_locations(_Put(node, copy.deepcopy(replacement)).visit(kept))


# ---- One function a kind of slip: node -> what may stand in its place ----------------------------


def _signs(node):
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
        other = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
        yield ast.BinOp(node.left, other, node.right)
        yield ast.BinOp(_minus(node.left), node.op, node.right)
        yield ast.BinOp(_minus(node.left), other, node.right)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield node.operand


def _axes(node):
    if not (isinstance(node, ast.Call) and _called(node) in _REDUCTIONS):
        return
    method = isinstance(node.func, ast.Attribute) and not _is_numpy(node.func.value)
    arguments = node.args[: 0 if method else 1]
    for axis in (0, 1, None):
        for keep in (False, True):
            keywords = [] if axis is None else [ast.keyword("axis", ast.Constant(axis))]
            keywords += [ast.keyword("keepdims", ast.Constant(True))] if keep else []
            yield ast.Call(node.func, arguments, keywords)


def _transposes(node):
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield node.value
    elif isinstance(node, (ast.Name, ast.BinOp, ast.Call, ast.Subscript)):
        yield ast.Attribute(node, "T", ast.Load())
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        yield ast.BinOp(node.right, node.op, node.left)
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Tuple):
        yield ast.Subscript(node.value, ast.Tuple(node.slice.elts[::-1], ast.Load()), node.ctx)
    if isinstance(node, ast.Call) and len(node.args) == 3 and _called(node) == "entry":
        yield ast.Call(node.func, [node.args[0], *node.args[:0:-1]], [])


def _factors(node):
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mult, ast.Div)):
        yield node.left
        if isinstance(node.op, ast.Mult):
            yield node.right
        for name in _FACTORS:
            yield ast.BinOp(node.left, node.op, _sized(name))
    if isinstance(node, (ast.BinOp, ast.Call, ast.Name, ast.Subscript)):
        for name in _FACTORS:
            for operator in (ast.Mult(), ast.Div()):
                yield ast.BinOp(node, operator, _sized(name))


def _extra_terms(node):
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
        yield node.left
        yield node.right if isinstance(node.op, ast.Add) else _minus(node.right)


_EDITORS = (
    ("sign", _signs),
    ("wrong axis", _axes),
    ("transpose", _transposes),
    ("factor", _factors),
    ("extra term", _extra_terms),
)


def _minus(node):
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return node.operand
    return ast.UnaryOp(ast.USub(), node)


def _sized(name):
    return ast.parse(
        {"N": "len(X)", "K": "len(b)", "D": "len(W)", "2": "2"}[name], mode="eval"
    ).body


def _called(node):
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def _is_numpy(node):
    return isinstance(node, ast.Name) and node.id in ("np", "numpy")
