"""A script's tree with an observer's calls in it: products, sums, loops, and what is reported.

Every call goes to the one name ``__doctor__`` (with underscores at both ends a class does not
mangle it). The tree that is instrumented is a copy; lines keep their numbers.
"""

import ast
import re
import string

COMPARISONS = {"equal", "not_equal", "array_equal", "accuracy_score", "zero_one_loss"}
PRODUCTS = {"dot", "matmul", "einsum", "inner", "outer", "tensordot"}
SCALE = 100
COUNTED = re.compile(r"\W*(/|(\w+ )?of\b|correct|right|wrong|errors)")  # 57 / 100, 57 of 100
SPEC = re.compile(r"%(?:\(\w+\))?[-+ #0]*[\d*]*(?:\.[\d*]+)?[sdifFeEgGr]")


def instrument(tree, *, scaled, slices=False, marks=False):
    """A copy of the tree that reports to ``__doctor__`` while it runs.

    Parameters
    ----------
    tree : ast.Module
    scaled : bool
        Whether whole hundreds from 1000 on are sizes of MNIST, to be divided by 100.
    slices : bool
        Whether smaller bounds of slices are such sizes too.
    marks : bool
        Whether every statement and every assigned value is reported too.

    Returns
    -------
    ast.Module
    """
    return ast.fix_missing_locations(_Instrument(scaled, slices, marks).visit(copied(tree)))


def copied(node):
    """A copy of a tree; ``copy.deepcopy`` takes five times as long."""
    if isinstance(node, list):
        return [copied(each) for each in node]
    if not isinstance(node, ast.AST):
        return node
    made = type(node)(**{name: copied(value) for name, value in ast.iter_fields(node)})
    return ast.copy_location(made, node) if hasattr(node, "lineno") else made


def _report(method, line, *args):
    name = ast.Attribute(ast.Name("__doctor__", ast.Load()), method, ast.Load())
    place = {"lineno": line, "col_offset": 0, "end_lineno": line, "end_col_offset": 0}
    return ast.Call(name, [ast.Constant(line), *args], [], **place)


def _loaded(target):
    loaded = copied(target)
    loaded.ctx = ast.Load()
    return loaded


def _kept(target):
    """What is kept under a target's name: of ``Y[rows, y] = 1`` all of Y, but a single loss."""
    whole = isinstance(target, ast.Subscript) and not isinstance(target.slice, ast.Constant)
    return _loaded(target.value if whole and not is_reported(_label(target)) else target)


def _parts(target):
    """The single targets of an assignment."""
    match target:
        case ast.Tuple() | ast.List():
            for part in target.elts:
                yield from _parts(part)
        case ast.Starred():
            yield from _parts(target.value)
        case _:
            yield target


def _label(node):
    """The name under which a value is kept: of a variable, an attribute, a key."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(slice=ast.Constant(value=str(name))):
            return name
        case ast.Subscript(value=value):
            return _label(value)
        case ast.Call(func=func):
            return _label(func)
    return ""


class _Instrument(ast.NodeTransformer):
    def __init__(self, scaled, slices, marks):
        self.scaled, self.slices, self.marks = scaled, slices, marks

    # Statements

    def visit(self, node):
        line = getattr(node, "lineno", None)
        result = super().visit(node)
        if not isinstance(node, ast.stmt):
            return result
        before = [ast.Expr(_report("at", line))] if self.marks else []
        return [*before, *(result if isinstance(result, list) else [result])]

    def visit_Module(self, node):
        head = [s for s in node.body[:1] if ast.get_docstring(node)]
        future = [
            s for s in node.body if isinstance(s, ast.ImportFrom) and s.module == "__future__"
        ]
        rest = [s for s in node.body if s not in head and s not in future]
        changed = ast.Module(rest, [])
        self.generic_visit(changed)
        node.body = head + future + changed.body
        return node

    def _assigned(self, node, target):
        parts = list(_parts(target))
        wanted = [p for p in parts if self.marks or is_reported(_label(p))]
        return [
            ast.Expr(_report("assigned", node.lineno, ast.Constant(_label(p)), _kept(p)))
            for p in wanted
        ]

    def visit_Assign(self, node):
        node.targets = [self.visit(target) for target in node.targets]
        reports = [r for target in node.targets for r in self._assigned(node, target)]
        node.value = self.visit(node.value)
        return [node, *reports]

    def visit_AugAssign(self, node):
        node.target = self.visit(node.target)
        reports = self._assigned(node, node.target)
        node.value = self.visit(node.value)
        if isinstance(node.op, ast.Add):
            node.value = _report("addend", node.lineno, _loaded(node.target), node.value)
        return [node, *reports]

    def visit_For(self, node):
        line = node.lineno
        self.generic_visit(node)
        node.iter = _report("loop", line, ast.Constant(_label(node.target)), node.iter)
        return node

    def visit_While(self, node):
        """``while`` as a counted ``for``, so that every loop ends; ``continue`` still works."""
        line = node.lineno
        self.generic_visit(node)
        leave = ast.If(ast.UnaryOp(ast.Not(), node.test), [*node.orelse, ast.Break()], [])
        turn = ast.Name("__turn__", ast.Store())
        report = _report("loop", line, ast.Constant(""), ast.Constant(None))
        return ast.copy_location(ast.For(turn, report, [leave, *node.body], []), node)

    def visit_Return(self, node):
        line = node.lineno
        self.generic_visit(node)
        if self.marks and node.value is not None:
            node.value = _report("passed", line, node.value)
        return node

    # Expressions

    def visit_BinOp(self, node):
        line, op = node.lineno, node.op
        node = self._shown_in_percent(node)
        self.generic_visit(node)
        if isinstance(op, ast.MatMult):
            return _report("product", line, node.left, node.right)
        if isinstance(op, ast.Add):
            return _report("add", line, node.left, node.right)
        return node

    def visit_Call(self, node):
        line, name = node.lineno, _label(node.func)
        if name == "print":
            node.args = self._shown_in_order(line, node.args)
        elif name == "append" and node.args and is_reported(_label(node.func.value)):
            label = ast.Constant(_label(node.func.value))
            node.args = [_report("shown", line, label, arg) for arg in node.args]
        elif name == "format" and isinstance(node.func, ast.Attribute):
            self._shown_in_format(node)
        self.generic_visit(node)
        if name in COMPARISONS and len(node.args) > 1:
            node.args[:2] = [ast.Starred(_report("compared", line, *node.args[:2]), ast.Load())]
        if name in PRODUCTS:
            node.args = [ast.Constant(line), node.func, *node.args]
            node.func = ast.Attribute(ast.Name("__doctor__", ast.Load()), "called", ast.Load())
        return node

    def visit_Compare(self, node):
        """Of ``a == b`` both sides are seen: predictions and labels, perhaps."""
        line = node.lineno
        self.generic_visit(node)
        sides = [node.left, *node.comparators]
        equal = isinstance(node.ops[0], (ast.Eq, ast.NotEq)) and len(sides) == 2
        if not equal or any(isinstance(side, ast.Constant) for side in sides):
            return node
        method = "same" if isinstance(node.ops[0], ast.Eq) else "differ"
        return _report(method, line, *sides)

    def visit_Constant(self, node):
        value = node.value
        if self.scaled and type(value) is int and value >= 10 * SCALE and value % SCALE == 0:
            return ast.Constant(value // SCALE)
        return node

    def visit_Slice(self, node):
        if self.slices:
            for part in (node.lower, node.upper):
                if isinstance(part, ast.Constant) and type(part.value) is int:
                    part.value = part.value // SCALE if part.value >= SCALE else part.value
        return self.generic_visit(node)

    # Values in text

    def _shown(self, line, label, value, after=""):
        counted = "\tof" if COUNTED.match(str(after)) else ""
        return _report("shown", line, ast.Constant(f"{label}\t{_words(value)}{counted}"), value)

    def _shown_in_order(self, line, args):
        shown, label = [], ""
        for arg, after in zip(args, [*args[1:], None], strict=True):
            if isinstance(arg, ast.Constant):
                label = str(arg.value)
                shown.append(arg)
            else:
                text = isinstance(arg, (ast.JoinedStr, ast.BinOp, ast.Call)) and _is_text(arg)
                after = getattr(after, "value", "") if isinstance(after, ast.Constant) else ""
                shown.append(arg if text else self._shown(line, label, arg, after))
        return shown

    def _shown_in_percent(self, node):
        if isinstance(node.op, ast.Mod) and isinstance(node.left, ast.Constant):
            if not isinstance(node.left.value, str):
                return node
            labels = SPEC.split(node.left.value.replace("%%", ""))
            right = node.right
            values = right.elts if isinstance(right, ast.Tuple) else [right]
            if len(labels) == len(values) + 1 and not isinstance(right, ast.Dict):
                rows = zip(labels, values, labels[1:], strict=False)
                values = [self._shown(node.lineno, *row) for row in rows]
                node.right = (
                    ast.Tuple(values, ast.Load()) if isinstance(right, ast.Tuple) else values[0]
                )
        return node

    def _shown_in_format(self, node):
        if isinstance(node.func.value, ast.Constant) and isinstance(node.func.value.value, str):
            try:
                labels = [part[0] for part in string.Formatter().parse(node.func.value.value)]
            except ValueError:
                return
            labels += [""] * (len(node.args) + 1)
            rows = zip(labels, node.args, labels[1:], strict=False)
            node.args = [self._shown(node.lineno, *row) for row in rows]

    def visit_JoinedStr(self, node):
        label = ""
        for part, after in zip(node.values, [*node.values[1:], None], strict=True):
            if isinstance(part, ast.Constant):
                label = str(part.value)
            elif isinstance(part, ast.FormattedValue):
                after = getattr(after, "value", "") if isinstance(after, ast.Constant) else ""
                part.value = self._shown(node.lineno, label, part.value, after)
        return self.generic_visit(node)


def _is_text(node):
    match node:
        case ast.JoinedStr():
            return True
        case ast.BinOp(left=ast.Constant(value=str())):
            return True
        case ast.Call(func=ast.Attribute(attr="format")):
            return True
    return False


def _words(node):
    """The names in an expression: what it is called where it is printed."""
    return " ".join(dict.fromkeys(filter(None, map(_label, ast.walk(node)))))


LOSS = re.compile(r"loss|cost|entropy|nll|^j$|^ce$", re.IGNORECASE)
METRIC = re.compile(
    r"acc|err(?!no)|wrong|correct|score|right|miss|perform|(^|[^a-z])hits?([^a-z]|$)", re.IGNORECASE
)


def is_reported(label):
    """Whether a name promises a loss or a metric."""
    return bool(LOSS.search(label) or METRIC.search(label))
