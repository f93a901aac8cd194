"""Right code with one token changed by a machine: ``python tests/doctor/mutants.py [COUNT [SEED]]``

Nothing here knows what people get wrong: so it is an unbiased measure of the search for edits. Of
each mutant that is called wrong: whether an edit is found, on its line, and gives the line back.
Not in CI: a hundred take minutes.
"""

import ast
import copy
import random
import sys
import time
import types
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]

from doctor import right_styles, step_styles  # noqa: E402

from helpers.doctor import diagnose_gradients, diagnose_step  # noqa: E402
from helpers.doctor.code import of_function  # noqa: E402

_OTHER = {
    ast.Add: (ast.Sub, ast.Mult), ast.Sub: (ast.Add,), ast.Mult: (ast.Div, ast.Add, ast.MatMult),
    ast.Div: (ast.Mult, ast.FloorDiv), ast.MatMult: (ast.Mult,), ast.Pow: (ast.Mult,),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.Lt: (ast.GtE,), ast.Gt: (ast.Lt,),
}  # fmt: skip
_ALIKE = [
    ("sum", "mean", "max", "min", "prod"), ("exp", "log", "sqrt", "abs"), ("argmax", "argmin"),
    ("zeros", "ones", "empty"), ("zeros_like", "ones_like"), ("dot", "multiply", "outer"),
    ("maximum", "minimum"), ("hstack", "vstack"), ("square", "sqrt"), ("add", "subtract"),
]  # fmt: skip


def mutants(tree):
    """All changes of one token or one small subtree: (line, what, function that makes it)."""
    for inside in ast.walk(tree):
        if isinstance(inside, ast.FunctionDef):
            names = {n.id for n in ast.walk(inside) if isinstance(n, ast.Name)}
            names |= {a.arg for a in inside.args.args}
            names -= {"np", "self", "math"} | {
                n.func.id for n in ast.walk(inside)
                if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)
            }  # fmt: skip
            for block in _blocks(inside):
                yield from _of_block(block)
                for statement in block:
                    yield from _of_statement(statement, sorted(names))


def _blocks(node):
    for field in ("body", "orelse"):
        block = getattr(node, field, None)
        if isinstance(block, list):
            yield block
            for each in block:
                if not isinstance(each, ast.FunctionDef):
                    yield from _blocks(each)


def _of_block(block):
    for i, each in enumerate(block):
        if isinstance(each, (ast.AugAssign, ast.Assign)) and len(block) > 1:
            yield each.lineno, "line deleted", lambda i=i: block.pop(i)


def _of_statement(statement, names):
    line = statement.lineno
    if isinstance(statement, ast.AugAssign):
        for op in _OTHER.get(type(statement.op), ()):
            yield line, "update", lambda op=op: setattr(statement, "op", op())
    for name, value in ast.iter_fields(statement):
        if name not in ("body", "orelse", "targets", "target"):
            for i, each in enumerate(value if isinstance(value, list) else [value]):
                if isinstance(each, ast.expr):
                    put = _setter(value if isinstance(value, list) else statement, i, name)
                    yield from _of_expression(each, put, line, names)


def _setter(holder, i, name):
    if isinstance(holder, list):
        return lambda new: holder.__setitem__(i, new)
    return lambda new: setattr(holder, name, new)


def _of_expression(node, put, line, names):
    for what, new in _changed(node, names):
        yield line, what, lambda new=new, put=put: put(ast.copy_location(new, node))
    for name, value in ast.iter_fields(node):
        if name == "func" and isinstance(value, ast.Attribute):
            name, node_, value = "value", value, value.value
        else:
            node_ = node
        if name == "func" or name == "ops":
            continue
        for i, each in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(each, ast.keyword):
                yield from _of_expression(each.value, _setter(each, 0, "value"), line, names)
                keyword = f"{each.arg} dropped"
                yield line, keyword, lambda v=value, e=each: v.remove(e)
            elif isinstance(each, (ast.expr, ast.Slice)):
                put = _setter(value if isinstance(value, list) else node_, i, name)
                yield from _of_expression(each, put, line, names)


def _with(node, **fields):
    made = copy.copy(node)
    for key, value in fields.items():
        setattr(made, key, value)
    return made


def _changed(node, names):
    match node:
        case ast.BinOp(left=left, op=op, right=right):
            for other in _OTHER.get(type(op), ()):
                yield "operator", _with(node, op=other())
            if isinstance(op, (ast.Sub, ast.Div, ast.MatMult)):
                yield "operands swapped", _with(node, left=right, right=left)
            yield "right operand dropped", left
            yield "left operand dropped", right
            inner = left
            if isinstance(inner, ast.BinOp) and type(inner.op) is not type(op):
                turned = _with(node, left=inner.right)
                yield "parentheses moved", _with(inner, right=turned)
        case ast.UnaryOp(operand=operand):
            yield "sign dropped", operand
        case ast.Compare(ops=[op]):
            for other in _OTHER.get(type(op), ()):
                yield "comparison", _with(node, ops=[other()])
        case ast.Constant(value=bool(value)):
            yield "constant", ast.Constant(not value)
        case ast.Constant(value=int(value) | float(value)):
            for other in (value + 1, value - 1, value / 2 if isinstance(value, float) else -value):
                if other != value:
                    yield "constant", ast.Constant(other)
        case ast.Attribute(value=value, attr="T"):
            yield "transpose dropped", value
        case ast.Name(id=id_) if id_ in names:
            for other in names:
                if other != id_:
                    yield "name", ast.Name(other, ast.Load())
            yield "transpose", ast.Attribute(node, "T", ast.Load())
        case ast.Subscript(value=value, slice=index):
            yield "index dropped", value
            if isinstance(index, ast.Tuple) and len(index.elts) == 2:
                yield "indices swapped", _with(node, slice=_with(index, elts=index.elts[::-1]))
        case ast.Call(func=func, args=args):
            name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
            for row in _ALIKE:
                for other in row if name in row else ():
                    if other != name:
                        field = {"attr" if isinstance(func, ast.Attribute) else "id": other}
                        yield "function", _with(node, func=_with(func, **field))
            of_numpy = isinstance(func, ast.Attribute) and getattr(func.value, "id", "") == "np"
            if args and (of_numpy or isinstance(func, ast.Name)):
                yield "call dropped", args[0]
            elif isinstance(func, ast.Attribute) and not of_numpy:
                yield "call dropped", func.value
            if len(args) == 2:
                yield "arguments swapped", _with(node, args=args[::-1])


def sample(texts, count, seed):
    """(text as it was, mutant, line, what) of a seeded sample; each kind as likely as another.

    Parameters
    ----------
    texts : sequence of str
    count, seed : int

    Yields
    ------
    tuple of (str, str, int, str)
    """
    rng, made = random.Random(seed), 0
    while made < count:
        text = ast.unparse(ast.parse(rng.choice(texts)))
        found = list(mutants(ast.parse(text)))
        what = rng.choice(sorted({what for _, what, _ in found}))
        number = rng.choice([i for i, each in enumerate(found) if each[1] == what])
        tree = ast.parse(text)
        line, what, make = list(mutants(tree))[number]
        make()
        mutant = ast.unparse(ast.fix_missing_locations(tree))
        if mutant != text:
            made += 1
            yield text, mutant, line, what


def texts(functions, diagnose):
    """The texts of functions with their helpers, as far as these are judged right as a text."""
    for f in functions:
        if isinstance(f, types.FunctionType) and not f.__closure__:
            units = [unit.text for unit in of_function(f).units]
            text = "\n".join(["import math", "import numpy as np", *units])
            if diagnose(text).correct:
                yield text


def main(count=60, seed=0):
    """Print a row for each mutant, and the counts."""
    kinds = (("functions", right_styles.RIGHT, diagnose_gradients),
             ("steps", step_styles.RIGHT, diagnose_step))  # fmt: skip
    for kind, functions, diagnose in kinds:
        counts, seconds = dict(right=0, nothing=0, elsewhere=0, line=0, restored=0), []
        for right, mutant, line, what in sample(list(texts(functions, diagnose)), count, seed):
            start = time.process_time()
            diagnosis = diagnose(mutant)
            seconds.append(time.process_time() - start)
            found = judged(diagnosis, right, line)
            counts[found] += 1
            now = mutant.splitlines()[line - 1].strip()
            print(f"{found:10s}{seconds[-1]:5.1f} s  {what}: {now}", flush=True)
        middle = sorted(seconds)[len(seconds) // 2]
        print(kind, counts, f"median {middle:.2f} s, longest {max(seconds):.1f} s")


def judged(diagnosis, right, line):
    """What a diagnosis has found of a mutant."""
    if diagnosis.correct:
        return "right"  # another function, and as good
    if not diagnosis.edits:
        return "nothing"
    if diagnosis.repaired and ast.unparse(ast.parse(diagnosis.repaired)) == right:
        return "restored"
    return "line" if any(edit.line == line for edit in diagnosis.edits) else "elsewhere"


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
