"""Which conventions are worth a try: roles by name, then by elimination, then in all orders."""

import ast
import itertools
import math

from helpers.doctor.code import signature_of
from helpers.doctor.contract import BIASES, FOLDED, LABELS, Convention
from helpers.doctor.names import part_of, role_of

MOST = 3000  # conventions that are tried
_KEYS = (("W", "b"), ("w", "b"), ("W1", "b1"), ("weights", "bias"))


def conventions_of(f, definition=None, stepping=False, single=False):
    """Conventions worth a try, the most natural first.

    Parameters
    ----------
    f : callable
    definition : ast.FunctionDef, optional
        Its tree, where there is one: it tells which keys a packed argument has.
    stepping : bool
        Whether it makes a step.
    single : bool
        Whether to pass one sample a call.

    Yields
    ------
    Convention
    """
    count = 0
    for roles, packs in _assignments(f, definition, stepping):
        for pack, keys in packs:
            for layout in _layouts(pack, single):
                yield Convention(roles, pack, keys, *layout, stepping=stepping)
                count += 1
                if count >= MOST:
                    return


def _layouts(pack, single):
    samples = ("single", "single column") if single else ("rows", "columns")
    for each in samples:
        biases = {"single": ("(K,)",), "single column": ("(K, 1)",)}.get(each, tuple(BIASES))
        biases = ("(K,)",) if pack in FOLDED or pack == "flat" else biases
        columns = each in ("columns", "single column")
        weights = ("(K, D)", "(D, K)") if columns else ("(D, K)", "(K, D)")
        for labels, bias, shape in itertools.product(LABELS, biases, weights):
            yield each, shape, labels, bias


def _assignments(f, definition, stepping):
    """Roles for the parameters of ``f``, with the packs that fit; natural ones first."""
    parameters = _parameters(f)
    if parameters is None:
        wanted = ["W", "b", "X", "Y"] + ["rate"] * stepping
        yield tuple((f"*{i}", role) for i, role in enumerate(wanted)), (("apart", ()),)
        return
    seen = set()
    for chosen in _choices(parameters, stepping):
        if chosen in seen:
            continue
        seen.add(chosen)
        roles = {role for _, role in chosen}
        packed = next((name for name, role in chosen if role == "W"), "").lstrip("*")
        yield chosen, _packs("b" in roles, packed, definition)


def _parameters(f):
    """(name, required, by position, a default like a batch's size) of each; ``None`` if unknown."""
    signature = signature_of(f)
    if signature is None:
        return None
    found = []
    for p in signature.parameters.values():
        if p.kind is p.VAR_POSITIONAL and not found:
            return None
        if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD):
            some = isinstance(p.default, int) and 8 <= p.default <= 1000  # likely of a batch
            found.append((p.name, p.default is p.empty, p.kind is not p.KEYWORD_ONLY, some))
    return found


def _choices(parameters, stepping):
    wanted = ["W", "b", "X", "Y"] + ["rate"] * stepping
    names = [role_of(p[0]) for p in parameters]
    known = _first_come(parameters, names, wanted)
    required = [i for i, p in enumerate(parameters) if p[1]]
    if not required and not known:  # defaults everywhere: by position
        yield _named(parameters, dict(enumerate(wanted[: len(parameters)])))
        return
    # Trust all names; then the sure ones; then those of numbers only; then none.
    sure = {i: r for i, r in known.items() if names[i][1]}
    numbers = {i: r for i, r in known.items() if r not in ("W", "b", "X", "Y")}
    for trusted in (known, sure, numbers, {}):
        free = [i for i in required if i not in trusted]
        yield from _eliminate(parameters, trusted, free, _missing(wanted, trusted))


def _missing(wanted, dealt):
    return [role for role in wanted if role not in dealt.values()]


def _first_come(parameters, names, wanted):
    """Roles by name: sure ones first; of two with one role, the first."""
    known = {}
    for sure in (True, False):
        for i, (role, certain) in enumerate(names):
            if not role and parameters[i][3]:
                role = "N"
            if not role or certain != sure or i in known:
                continue
            if role == "Y" and role in known.values() and parameters[i][0] == "t":
                role = "epochs"  # the number of the step
            if role in known.values() and not role.startswith("velocity"):
                continue
            if role == "rate" and "rate" not in wanted:
                role = "reg"
                if role in known.values():
                    continue
            required = parameters[i][1]
            if required or role in ("W", "b", "X", "Y", "rate", "reg", "N", "K", "D", "epochs"):
                known[i] = role
    return known


_EXTRA = ("reg", "N", "K", "D", "epochs", "rate", "velocity", "velocity of b")


def _eliminate(parameters, known, free, missing):
    """Deal the missing roles out to the free parameters, in all orders."""
    needed = [r for r in missing if r != "b"]
    options = [missing, needed] if "b" in missing else [missing]
    if {"X", "Y"} <= set(missing):  # a batch in one argument
        together = [r for r in missing if r not in ("X", "Y")]
        options += [[*together, "XY"], [*(r for r in together if r != "b"), "XY"]]
    for roles in options:
        extra = len(free) - len(roles)
        if extra < 0 or math.perm(len(free), len(roles)) > 800:
            continue
        for places in itertools.permutations(free, len(roles)):
            if extra and "b" in roles and places != tuple(sorted(places)):
                continue
            dealt = known | dict(zip(places, roles, strict=True))
            others = [i for i in free if i not in places]
            spare = [r for r in _EXTRA if r not in dealt.values()]
            for fill in itertools.islice(itertools.permutations(spare, len(others)), 6):
                yield _named(parameters, dealt | dict(zip(others, fill, strict=True)))


def _named(parameters, dealt):
    """Roles in the order of the parameters: by position as long as that is possible."""
    chosen, by_position = [], True
    for i, (name, _, positional, _) in enumerate(parameters):
        by_position = by_position and positional and i in dealt
        if i in dealt:
            chosen.append((f"*{name}" if by_position else name, dealt[i]))
    return tuple(chosen)


def _packs(has_bias, packed, definition):
    """How W and b may be packed into one argument."""
    if has_bias:
        return (("apart", ()),)
    kind, keys = usage_of(packed, definition)
    if kind == "tuple":
        return (("tuple", ()),)
    if kind:
        return ((kind, keys), *((pack, ()) for pack in FOLDED))
    plain = [(pack, ()) for pack in (*FOLDED, "flat", "tuple")]
    return (*plain, *(("dict", pair) for pair in _KEYS)) if definition is None else plain


_ARRAY = {
    "T",
    "shape",
    "dot",
    "size",
    "ndim",
    "copy",
    "reshape",
    "ravel",
    "sum",
    "flatten",
    "astype",
    "transpose",
    "mean",
    "dtype",
    "max",
    "min",
    "items",
    "keys",
    "values",
    "get",
    "update",
    "argmax",
    "squeeze",
    "flat",
    "std",
}


def usage_of(name, definition):
    """How a function uses a packed argument: "dict", "object", "tuple" or "", and its keys."""
    keys, attributes = [], []
    for node in ast.walk(definition) if definition is not None else ():
        if _unpacks(node, name):
            return "tuple", ()
        if isinstance(node, ast.Call) and ast.unparse(node.func) == f"{name}.get" and node.args:
            keys += [a.value for a in node.args[:1] if isinstance(a, ast.Constant)]
        inner = getattr(node, "value", None)
        if not (isinstance(inner, ast.Name) and inner.id == name):
            continue
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            keys += [node.slice.value] * isinstance(node.slice.value, str)
        elif isinstance(node, ast.Attribute) and node.attr not in _ARRAY:
            attributes.append(node.attr)
    for kind, found in (("dict", keys), ("object", attributes)):
        if found:
            return kind, _keys_of_weights(found)
    return "", ()


def _unpacks(node, name):
    """Whether a statement is ``W, b = name``."""
    if not (isinstance(node, ast.Assign) and isinstance(node.value, ast.Name)):
        return False
    target = node.targets[0]
    return node.value.id == name and isinstance(target, ast.Tuple) and len(target.elts) == 2


def _keys_of_weights(found):
    """Of the keys that a function uses, those of W and b; else the first two."""
    by_part = {}
    for key in dict.fromkeys(found):
        by_part.setdefault(part_of(key) or role_of(key)[0], key)
    if "W" in by_part:
        return tuple(by_part[part] for part in ("W", "b") if part in by_part)
    return tuple(dict.fromkeys(found))[:2]


def hints_of(definition):
    """Names of the parts in a function's last ``return``: "" for what has no name."""
    returns = [n for n in ast.walk(definition) if isinstance(n, ast.Return) and n.value is not None]
    if not returns:
        return ()
    value = returns[-1].value
    parts = value.elts if isinstance(value, (ast.Tuple, ast.List)) else [value]
    return tuple(part.id if isinstance(part, ast.Name) else "" for part in parts)
