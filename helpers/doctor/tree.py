"""Places in a syntax tree, changes there, and the reader's text with a change made."""

import ast
import itertools
import re
import textwrap
from dataclasses import dataclass, field

from helpers.doctor.findings import Edit


@dataclass(frozen=True, eq=False)
class Slot:
    """Where a node hangs: ``parent.field`` or ``parent.field[index]``.

    Attributes
    ----------
    parent : ast.AST
    field : str
    index : int or None
    statement : ast.stmt
        The statement that holds it.
    where : str
        The function that holds it.
    """

    parent: ast.AST
    field: str
    index: int | None
    statement: ast.stmt
    where: str

    @property
    def node(self):
        """What hangs there."""
        held = getattr(self.parent, self.field)
        return held if self.index is None else held[self.index]

    def put(self, node):
        """Hang another node there."""
        if self.index is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.index] = node


@dataclass(frozen=True, eq=False)
class Mutation:
    """A change of one or more places of a unit.

    Attributes
    ----------
    unit : Unit
    changes : tuple of (Slot, ast.AST)
        New nodes; a list of statements for a body.
    kind : str
        For people.
    cost : float
        How odd it is: 1 for a swap.
    """

    unit: object
    changes: tuple
    kind: str
    cost: float
    was: list = field(default_factory=list)

    def apply(self):
        """Make the change; what was there, for ``revert``."""
        old = self.was[:] = [slot.node for slot, _ in self.changes]
        for slot, node in self.changes:
            _locate(node, slot.statement)
            slot.put(node)
        return old

    def revert(self, old):
        """Undo it."""
        for (slot, _), node in zip(reversed(self.changes), reversed(old), strict=True):
            slot.put(node)


def _locate(node, statement):
    """Give new nodes the line of their statement, as ``compile`` wants it."""
    if isinstance(node, list):
        for each in node:
            _locate(each, statement)
    elif isinstance(node, ast.AST) and not getattr(node, "from_text", True):
        for key in ("lineno", "col_offset", "end_lineno", "end_col_offset"):
            setattr(node, key, getattr(statement, key, 1))
        for child in ast.iter_child_nodes(node):
            _locate(child, statement)


def is_tick(node):
    """Whether a node is a counter of the doctor's own, or another statement of its."""
    return getattr(node, "is_tick", False)


def inner(node):
    """What stands inside a call that the doctor put round it; else the node itself."""
    return node.args[-1] if getattr(node, "is_shell", False) else node


def expression_slots(tree, where=""):
    """Places of all expressions that are read, outermost first.

    Parameters
    ----------
    tree : ast.AST
    where : str

    Yields
    ------
    Slot
    """
    for statement, inside in statements(tree, where):
        yield from _inside(statement, statement, inside)


def statements(tree, where=""):
    """Every statement and the function that it stands in."""
    for block in ("body", "orelse", "finalbody"):
        for statement in getattr(tree, block, ()) or ():
            if not isinstance(statement, ast.stmt) or is_tick(statement):
                continue
            yield statement, where
            inner = statement.name if isinstance(statement, ast.FunctionDef) else where
            yield from statements(statement, inner)
    for handler in getattr(tree, "handlers", ()):
        yield from statements(handler, where)


ENDLESS = ("c_", "r_", "s_", "mgrid", "ogrid")  # NumPy would walk along them for ever
_BLOCKS = {"body", "orelse", "finalbody", "handlers", "decorator_list", "returns", "annotation"}


def _inside(node, statement, where):
    for name, value in ast.iter_fields(node):
        if isinstance(node, ast.stmt) and name in _BLOCKS:
            continue
        children = value if isinstance(value, list) else [value]
        for index, child in enumerate(children):
            if (
                not isinstance(child, ast.AST)
                or is_tick(child)
                or isinstance(child, ast.expr_context)
                or getattr(child, "attr", "") in ENDLESS
            ):
                continue
            if inner(child) is not child:
                yield from _inside(child, statement, where)
                continue
            if isinstance(child, ast.expr) and isinstance(
                getattr(child, "ctx", ast.Load()), ast.Load
            ):
                yield Slot(node, name, index if isinstance(value, list) else None, statement, where)
            yield from _inside(child, statement, where)


# ---- the text of a change ---------------------------------------------------------------------


def _span(node, text):
    """Start and end of a node as offsets into the text."""
    lines = text.splitlines(keepends=True)
    starts = [0, *itertools.accumulate(len(line) for line in lines)]

    def offset(line, column):
        return starts[line - 1] + len(lines[line - 1].encode()[:column].decode())

    return offset(node.lineno, node.col_offset), offset(node.end_lineno, node.end_col_offset)


def _plain(node):
    """A copy without the doctor's counters."""
    if isinstance(node, list):
        return [_plain(each) for each in node if not is_tick(each)]
    if not isinstance(node, ast.AST):
        return node
    node = inner(node)
    return type(node)(**{name: _plain(value) for name, value in ast.iter_fields(node)}, lineno=1)


def _dump(node):
    return ast.dump(_plain(node)).replace("ctx=Store()", "ctx=Load()")


def _parse(piece, whole=False):
    """The tree of an expression (or of statements) as a comparable text; "" if it is none."""
    try:
        tree = ast.parse(piece) if whole else ast.parse(f"({piece}\n)", mode="eval").body
    except (SyntaxError, ValueError):
        return ""
    return _dump(tree)


def render(node, text):
    """An expression as text: what the reader wrote and is unchanged stays as they wrote it.

    Parameters
    ----------
    node : ast.expr
    text : str
        The reader's.

    Returns
    -------
    str
    """
    node = inner(node)
    wanted = _dump(node)
    if getattr(node, "from_text", True) and getattr(node, "lineno", None):
        start, end = _span(node, text)
        if _parse(text[start:end]) == wanted:
            return _with_own_parentheses(text, start, end)
    pieces = []
    hidden = ast.unparse(_hide_children(node, text, pieces))
    return _filled(hidden, pieces, wanted) or ast.unparse(_plain(node))


_ATOM = r"""[^\W\d]\w*|[rbuRBU]{0,2}("[^"\n]*"|'[^'\n]*')"""  # a name or a text: no parentheses


def _filled(hidden, pieces, wanted, whole=False):
    """A text with its pieces put in, with as few parentheses as give the wanted tree; or ""."""
    loose = [i for i, piece in enumerate(pieces) if not re.fullmatch(_ATOM, piece)]
    for count in range(len(loose) + 1):
        for wrapped in itertools.combinations(loose, count):
            written = hidden
            for i, piece in enumerate(pieces):
                written = written.replace(f"piece{i}_", f"({piece})" if i in wrapped else piece)
            if _parse(written, whole) == wanted:
                return written
    return ""


def _with_own_parentheses(text, start, end):
    """A piece of the reader's with the parentheses that they put round it."""
    before, after = text[:start].rstrip(" "), text[end:].lstrip(" ")
    wrapped = before.endswith("(") and after.startswith(")")
    if wrapped and not re.search(r"[\w\])]$", before[:-1].rstrip(" ")):
        return f"({text[start:end]})"
    return text[start:end]


def _hide_children(node, text, pieces):
    """A copy of a node with names in the places of its sub-expressions, which are rendered."""
    fields = {}
    for name, value in ast.iter_fields(node):
        if isinstance(value, list):
            fields[name] = [_hidden(each, text, pieces) for each in value if not is_tick(each)]
        else:
            fields[name] = _hidden(value, text, pieces)
    return type(node)(**fields, lineno=1)


def _hidden(child, text, pieces):
    child = inner(child) if isinstance(child, ast.AST) else child
    if isinstance(child, ast.Constant) and isinstance(child.value, str):
        pieces.append(render(child, text))  # with the reader's own quotes
        return ast.Name(f"piece{len(pieces) - 1}_", ast.Load())
    if isinstance(child, (ast.keyword, ast.comprehension, ast.Slice, ast.Starred, ast.Tuple)):
        return _hide_children(child, text, pieces)
    if not isinstance(child, ast.expr) or isinstance(child, (ast.Name, ast.Constant)):
        return child
    pieces.append(render(child, text))
    return ast.Name(f"piece{len(pieces) - 1}_", getattr(child, "ctx", ast.Load()))


def statement_text(statement, text):
    """A statement as the reader wrote it; of a block, its head."""
    start, end = _span(statement, text)
    body = getattr(statement, "body", None)
    if isinstance(body, list) and body:
        first = next((s for s in body if not is_tick(s)), None)
        end = _span(first, text)[0] if first is not None else end
    return text[start:end].strip()


def _rendered(statement, text):
    """A changed statement as text; of a block, its head."""
    if isinstance(getattr(statement, "body", None), list):
        shell = _plain(statement)
        shell.body = [ast.Pass()]
        for field in ("orelse", "finalbody", "handlers"):
            if getattr(shell, field, None):
                setattr(shell, field, [])
        return ast.unparse(shell).rsplit("\n", 1)[0].strip()
    pieces = []
    hidden = ast.unparse(_hide_children(statement, text, pieces))
    value = getattr(statement, "value", None)
    if isinstance(value, ast.Tuple) and hidden.endswith(")"):  # unparse puts parentheses there
        head = hidden[: hidden.index("(")]
        hidden = head + hidden[len(head) + 1 : -1]
    wanted = _dump(ast.Module([statement], []))
    return _filled(hidden, pieces, wanted, whole=True) or ast.unparse(_plain(statement))


def written(mutations):
    """The reader's text of a unit with mutations made, one upon the other, and the edits.

    Parameters
    ----------
    mutations : sequence of Mutation
        Of one unit.

    Returns
    -------
    text : str
    edits : tuple of Edit
    """
    unit = mutations[0].unit
    text = unit.text
    origin = {}  # a new statement to the reader's that it replaces
    touched, olds = {}, []
    for mutation in mutations:
        for slot, made in mutation.changes:
            if isinstance(made, ast.stmt):
                origin[made] = origin.get(slot.node, slot.node)
            elif not isinstance(made, list):
                touched[origin.get(slot.statement, slot.statement)] = (slot, mutation.kind)
        olds.append((mutation, mutation.apply()))
    try:
        return _compare(text, mutations, origin, touched)
    finally:
        for mutation, old in reversed(olds):
            mutation.revert(old)


def _compare(text, mutations, origin, touched):
    splices, edits = [], []
    latest = {old: new for new, old in origin.items()}
    for old, (slot, kind) in touched.items():
        standing = latest.get(old, old)
        edits.append(_replacement(old, standing, text, kind, slot.where, splices))
    for mutation in mutations:
        for slot, made in mutation.changes:
            if isinstance(made, ast.stmt) and origin[made] not in touched:
                edits.append(
                    _replacement(
                        origin[made], latest[origin[made]], text, mutation.kind, slot.where, splices
                    )
                )
            elif isinstance(made, list):
                edits += _block_edits(mutation, slot, made, text, splices)
    result = text
    for start, end, piece in sorted(splices, key=lambda s: s[:2], reverse=True):
        result = result[:start] + piece + result[end:]
    kept = [edit for edit in dict.fromkeys(edits) if edit.before != edit.after]
    return result, tuple(sorted(kept, key=lambda edit: edit.line))


def _replacement(old, new, text, kind, where, splices):
    before, after = statement_text(old, text), _rendered(new, text)
    start, _ = _span(old, text)
    splices.append((start, start + len(before), after))
    return Edit(old.lineno, before, after, kind, where)


def _block_edits(mutation, slot, made, text, splices):
    """Statements that went from a block, or came into it."""
    edits = []
    old = next(
        o for s, o in zip((s for s, _ in mutation.changes), mutation.was, strict=True) if s is slot
    )
    for statement in old:
        if statement not in made and not is_tick(statement):
            line = statement_text(statement, text)
            edits.append(Edit(statement.lineno, line, "", mutation.kind, slot.where))
            start, end = _span(statement, text)
            top, bottom = text.rfind("\n", 0, start) + 1, text.find("\n", end)
            splices.append((top, len(text) if bottom < 0 else bottom + 1, ""))
    for place, statement in enumerate(made):
        if statement in old or is_tick(statement):
            continue
        after = made[place - 1] if place else None
        anchor = after if after is not None else next(s for s in made if s in old)
        bottom = text.find("\n", _span(anchor, text)[1])
        start = len(text) if bottom < 0 else bottom + 1
        if getattr(statement, "from_text", True):
            moved = text[slice(*_span(statement, text))]
            moved = textwrap.dedent(" " * statement.col_offset + moved)
        else:
            moved = ast.unparse(_plain(statement))
        piece = textwrap.indent(moved, " " * anchor.col_offset) + "\n"
        splices.append((start, start, piece))
        line = anchor.end_lineno + 1
        edits.append(Edit(line, "", moved.strip(), mutation.kind, slot.where))
    return edits
