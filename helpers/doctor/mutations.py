"""All single edits of a reader's syntax tree.

What is generated is what people get wrong, turned round. The search tries them; whether one is
right, the oracles decide.
"""

import ast
import copy
import itertools

import numpy as np

from helpers.doctor.kinds_of_calls import argument, einsums, exchange, functions, wrapped
from helpers.doctor.kinds_of_names import (
    biases,
    copies,
    decays,
    keys,
    ones,
    other_attributes,
    other_names,
    penalties,
    sizes,
    templates,
    terms,
    times,
)
from helpers.doctor.kinds_of_shape import axes, indices, sign, swap, transposition
from helpers.doctor.kinds_of_statements import on_blocks, on_statement, on_target_index
from helpers.doctor.kinds_of_value import (
    comparisons,
    constants,
    factors,
    hoists,
    maxima,
    regroup,
    squares,
)
from helpers.doctor.nodes import as_load, binary, called, has_slice, is_start, is_value, like, new
from helpers.doctor.tree import Mutation, Slot, expression_slots, is_tick, statements

ON_EXPRESSIONS = (
    swap,
    sign,
    transposition,
    axes,
    factors,
    regroup,
    exchange,
    argument,
    wrapped,
    keys,
    terms,
    times,
    ones,
    sizes,
    squares,
    constants,
    einsums,
    functions,
    comparisons,
    hoists,
    indices,
    maxima,
    other_names,
    other_attributes,
    biases,
    decays,
    penalties,
    templates,
    copies,
)


def mutations_of(unit, setting):
    """All single edits of a unit, unsorted.

    Parameters
    ----------
    unit : Unit
    setting : Setting

    Yields
    ------
    Mutation
    """
    tree = unit.tree
    slots = list(expression_slots(tree, ""))
    groups = _equal_groups(slots)
    for slot in slots:
        node = slot.node
        for kind in ON_EXPRESSIONS:
            for made, words, cost in kind(node, slot, setting):
                yield Mutation(unit, ((slot, made),), words, cost + _guard(node, slot))
    for same in groups:
        for kind in (
            swap,
            sign,
            axes,
            factors,
            functions,
            transposition,
            hoists,
            other_names,
            templates,
        ):
            options = [list(kind(slot.node, slot, setting)) for slot in same]
            for row in zip(*options, strict=False):
                if len({words for _, words, _ in row}) == 1:
                    changes = tuple((s, made) for s, (made, _, _) in zip(same, row, strict=True))
                    yield Mutation(unit, changes, row[0][1], row[0][2] + 0.3 * (len(same) - 1))
    yield from _donated(unit, slots, setting)
    yield from _axes_together(unit, slots, setting)
    yield from _parts_together(unit, slots, setting)
    for slot in _statement_slots(tree):
        for kind in (on_statement, on_target_index):
            for made, words, cost in kind(slot.node, slot, setting):
                yield Mutation(unit, ((slot, made),), words, cost)
    for slot, made, words, cost in on_blocks(tree, setting):
        pairs = tuple(zip(slot, made, strict=True)) if isinstance(slot, tuple) else ((slot, made),)
        yield Mutation(unit, pairs, words, cost)


def _donated(unit, slots, setting):
    """An element by another that stands elsewhere in the function: x[j] for W[j][k], f(z) for z."""
    donors = {}
    for slot in slots:
        if _gives(slot):
            donors.setdefault(slot.where, {}).setdefault(ast.dump(slot.node), slot.node)
    alike = {}
    for slot in slots:
        if _takes(slot) and len(donors.get(slot.where, ())) <= 16:
            text = ast.dump(slot.node)
            alike.setdefault((slot.where, slot.statement, text), []).append(slot)
            for key, donor in donors.get(slot.where, {}).items():
                if key != text and not _holds(donor, [slot]):
                    yield _donation(unit, [slot], donor)
    for (where, _, text), same in alike.items():
        for key, donor in donors.get(where, {}).items() if 2 <= len(same) <= 3 else ():
            if key != text and not _holds(donor, same):
                yield _donation(unit, same, donor)
    for slot in slots:
        if is_value(slot) and isinstance(slot.node, (ast.Name, ast.BinOp, ast.Subscript)):
            yield from _donated_factors(unit, slot, donors.get(slot.where, {}).values())
    yield from _donated_indices(unit, slots, setting)
    yield from _same_slices(unit, slots)


def _donated_factors(unit, slot, donors):
    """p * X[i] for p: a factor that was left out, and stands elsewhere in the function."""
    for donor in donors:
        if not isinstance(donor, ast.Call) and not _holds(donor, [slot]):
            made = binary(slot.node, ast.Mult(), copy.deepcopy(donor))
            yield Mutation(unit, ((slot, made),), f"times {ast.unparse(donor)}", 2.3)


def _same_slices(unit, slots):
    """W[:-1] for W as elsewhere, also on both sides of a line; and what the other slice leaves."""
    slices = {}
    for slot in slots:
        if isinstance(slot.node, ast.Subscript) and _cuts(slot.node):
            key = (slot.where, ast.dump(slot.node.value))
            slices.setdefault(key, {})[ast.dump(slot.node.slice)] = slot.node
    for slot in slots:
        node = slot.node
        taken_apart = isinstance(slot.parent, (ast.Attribute, ast.Subscript))
        if isinstance(node, ast.Name) and not (taken_apart and slot.field == "value"):
            for cut in slices.get((slot.where, ast.dump(node)), {}).values():
                words = f"{ast.unparse(cut)}, not {node.id}"
                yield Mutation(unit, ((slot, copy.deepcopy(cut)),), words, 1.7)
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
            for cut in slices.get((slot.where, ast.dump(node.value)), {}).values():
                if isinstance(cut.slice, ast.Slice) and None in (cut.slice.lower, cut.slice.upper):
                    ends = {"lower": cut.slice.upper, "upper": cut.slice.lower}
                    made = like(node, slice=like(node.slice, **ends))
                    yield Mutation(unit, ((slot, made),), "what the other slice leaves", 1.8)
    for slot in _statement_slots(unit.tree):
        for (where, _), cuts in slices.items():
            for cut in cuts.values() if where == slot.where else ():
                made = _cut_line(slot.node, cut)
                if made is not None:
                    words = f"[{ast.unparse(cut.slice).strip('()')}] only"
                    yield Mutation(unit, ((slot, made),), words, 1.8)


def _cuts(node):
    return any(
        isinstance(each, ast.Slice) and (each.lower or each.upper) for each in ast.walk(node.slice)
    )


def _cut_line(line, cut):
    """``G[:, 1:] += c * W[:, 1:]`` for ``G += c * W``, or for ``G = G + c * W``."""
    match line:
        case ast.AugAssign(target=ast.Name() as target, op=op, value=value):
            pass
        case ast.Assign(
            targets=[ast.Name() as target],
            value=ast.BinOp(left=ast.Name(id=same), op=op, right=value),
        ) if same == target.id:
            pass
        case _:
            return None
    whole, found = ast.dump(cut.value), []

    class Cut(ast.NodeTransformer):
        def visit_Name(self, node):
            if ast.dump(node) != whole:
                return node
            found.append(node)
            return like(cut)

    part = like(cut, value=like(target, ctx=ast.Load()), ctx=ast.Store())
    made = new(ast.AugAssign(part, op, new(Cut().visit(copy.deepcopy(value)))))
    return made if found else None


def _donation(unit, slots, donor):
    words = f"{ast.unparse(donor)}, not {ast.unparse(slots[0].node)}"
    changes = tuple((slot, copy.deepcopy(donor)) for slot in slots)
    return Mutation(unit, changes, words, 2.0 + 0.1 * len(slots))


def _holds(donor, slots):
    """Whether what would be put in holds the very place: that would be a tree without an end."""
    places = [slot.node for slot in slots]
    return any(node is place for node in ast.walk(donor) for place in places)


def _gives(slot):
    """Whether an expression may stand in another's place: an element, what self holds, f(z)."""
    node = slot.node
    if isinstance(node, ast.Subscript):
        return not has_slice(node.slice)
    if isinstance(node, ast.Attribute):
        held = getattr(node.value, "id", "") == "self"
        return held and slot.field != "func"
    return isinstance(node, ast.Call) and len(node.args) == 1 and isinstance(node.args[0], ast.Name)


def _takes(slot):
    inside = isinstance(slot.parent, (ast.Subscript, ast.Attribute, ast.Call))
    return isinstance(slot.node, (ast.Subscript, ast.Name)) and not (
        inside and slot.field in ("value", "func")
    )


def _target(statement):
    return getattr(statement, "target", None) or getattr(statement, "targets", [None])[0]


def _donated_indices(unit, slots, setting):
    """P[rows, y] -= 1 for P[rows] -= 1: an index that stands elsewhere in the function."""
    lines = [(slot, _target(slot.node)) for slot in _statement_slots(unit.tree)]
    indices = {}
    for slot, node in [*((slot, slot.node) for slot in slots), *lines]:
        if isinstance(node, ast.Subscript):
            indices.setdefault(slot.where, {})[ast.dump(node.slice)] = node.slice
    for slot, target in lines:
        statement = slot.node
        for index in indices.get(slot.where, {}).values() if isinstance(target, ast.Name) else ():
            made = _all_indexed(statement, target, index, slot.where, setting)
            if made is not None:
                words = f"[{ast.unparse(index)}] of all"
                yield Mutation(unit, ((slot, made),), words, 2.2)
        if not isinstance(target, ast.Subscript):
            continue
        for text, index in indices.get(slot.where, {}).items():
            if text != ast.dump(target.slice):
                put = Slot(target, "slice", None, statement, slot.where)
                change = (put, copy.deepcopy(index))
                yield Mutation(unit, (change,), f"[{ast.unparse(index)}] there", 2.1)
    for slot in slots:
        taken_apart = isinstance(slot.parent, (ast.Attribute, ast.Subscript))
        if not isinstance(slot.node, ast.Name) or (taken_apart and slot.field == "value"):
            continue
        rank = np.ndim(setting.array(slot.where, slot.node.id))
        for index in indices.get(slot.where, {}).values() if rank else ():
            if len(getattr(index, "elts", [index])) == rank and not has_slice(index):
                made = new(ast.Subscript(as_load(slot.node), copy.deepcopy(index), ast.Load()))
                yield Mutation(unit, ((slot, made),), f"[{ast.unparse(index)}] of it", 2.0)


def _all_indexed(statement, target, index, where, setting):
    """grad[1:] += c * theta[1:] for grad += c * theta: arrays of one shape, all of them."""
    shape = np.shape(setting.array(where, target.id))
    if not shape or not has_slice(index):
        return None

    def put(node):
        alike = isinstance(node, ast.Name) and np.shape(setting.array(where, node.id)) == shape
        if alike:
            return new(ast.Subscript(as_load(node), copy.deepcopy(index), node.ctx))
        fields = {}
        for key, value in ast.iter_fields(node):
            values = [put(v) if isinstance(v, ast.expr) else v for v in _listed(value)]
            fields[key] = values if isinstance(value, list) else values[0]
        return like(node, **fields)

    return put(statement)


def _listed(value):
    return value if isinstance(value, list) else [value]


def _parts_together(unit, slots, setting):
    """The same change of two returned parts, or of the two lines that make them."""
    returned = [
        s
        for s in slots
        if isinstance(s.statement, ast.Return)
        and is_value(s)
        and not isinstance(s.node, (ast.Tuple, ast.Dict))
    ]
    makers = {}
    for slot in slots:
        if isinstance(slot.statement, (ast.Assign, ast.AugAssign)) and is_value(slot):
            makers[slot.where, ast.unparse(_target(slot.statement))] = slot
    sources = []
    for part in returned:
        sources.append([part])
        made = makers.get((part.where, ast.unparse(part.node)))
        if made is not None:
            sources[-1].append(made)
    for one, other in itertools.combinations(sources, 2):
        for first, second in ((one[0], other[0]), (one[-1], other[-1])):
            yield from _same_change(unit, first, second, setting)


def _same_change(unit, first, second, setting):
    for kind in (factors, sign, swap, hoists):
        ours = {words: (made, cost) for made, words, cost in kind(first.node, first, setting)}
        for made, words, cost in kind(second.node, second, setting):
            if words in ours and first is not second:
                changes = ((first, ours[words][0]), (second, made))
                apart = first.statement is not second.statement
                yield Mutation(unit, changes, words, cost + (1.0 if apart else 0.6))


def _axes_together(unit, slots, setting):
    """The axis of two neighbouring reductions, or of all in a function, turned at once."""
    by_axis = {}
    for slot in slots:
        for made, words, cost in axes(slot.node, slot, setting):
            if words.startswith(("sum over axis", "take axis")) and cost <= 1.0:
                by_axis.setdefault((slot.where, words[-1]), []).append((slot, made))
    for (_, axis), changes in by_axis.items():
        groups = [changes[i : i + 2] for i in range(len(changes) - 1)]
        groups += [changes] if len(changes) > 2 else []
        for group in groups:
            yield Mutation(unit, tuple(group), f"along axis {axis}", 1.5 + 0.1 * len(group))


def _statement_slots(tree, where=""):
    for holder, inside in [(tree, where), *statements(tree, where)]:
        name_inside = holder.name if isinstance(holder, ast.FunctionDef) else inside
        for block in ("body", "orelse"):
            for i, statement in enumerate(getattr(holder, block, ()) or ()):
                if isinstance(statement, ast.stmt) and not is_tick(statement):
                    yield Slot(holder, block, i, statement, name_inside)


def _equal_groups(slots):
    """Places of one function where the same expression stands, if it is more than a name."""
    found = {}
    for slot in slots:
        if not isinstance(slot.node, (ast.Constant, ast.Slice)):
            found.setdefault((slot.where, ast.dump(slot.node)), []).append(slot)
    return [same for same in found.values() if 2 <= len(same) <= 5]


def _guard(node, slot):
    """What makes an edit odd: of sizes and shapes, of a sum's start, of a name only handed on."""
    parent = slot.parent
    in_size = isinstance(parent, ast.Call) and called(parent) in (
        "len",
        "range",
        "arange",
        "zeros",
    )
    in_shape = isinstance(node, ast.Attribute) and node.attr == "shape"
    handed_on = isinstance(node, ast.Name) and isinstance(parent, (ast.Return, ast.Tuple, ast.Dict))
    start = node is getattr(slot.statement, "value", None) and is_start(node)
    return 0.8 * (in_size + in_shape + start) + 0.3 * handed_on
