"""Which conventions are worth a try, the most natural first.

Who plays which role, how W and b are packed, and how samples, labels and weights are laid out:
each choice has a price, by the names and by how the function uses its arguments. Conventions come
in the order of their price.
"""

import ast
import functools
import heapq
import inspect
import itertools
from dataclasses import replace

from helpers.doctor.carried import KEPT, is_carried
from helpers.doctor.code import signature_of
from helpers.doctor.containers import structures_of
from helpers.doctor.contract import BIAS_FIRST, BIASES, FLAT, FOLDED, LABELS, VECTORS, Convention
from helpers.doctor.names import role_of
from helpers.doctor.usage import UNKNOWN

MOST = 3000  # conventions that are tried
_ASSIGNMENTS = 150
_DATA = ("W", "b", "X", "Y")
_EXTRA = ("reg", "N", "K", "D", "epochs", "rate", "velocity", "velocity of b", "state", "list")
_KEYS = (("W", "b"), ("w", "b"), ("W1", "b1"), ("weights", "bias"))
_JOINING = {
    "hstack",
    "vstack",
    "c_",
    "r_",
    "column_stack",
    "concatenate",
    "append",
    "insert",
    "ones",
}
_AGAINST_SURE, _AGAINST_NAME = 2.2, 1.0  # another role than the name speaks of
_NO_RATE = 100.0  # with its rate left alone a step may be any number of times too long
_NO_STATE = 1.0  # another role than that of the state that an argument comes back as
_LABEL_PRICES = {
    "one-hot rows": 0.0,
    "integers": 0.1,
    "one-hot columns": 1.6,
    "integers (N, 1)": 0.9,
    "integers (1, N)": 1.5,
    "integers from 1": 1.8,
    "integers from 1 (N, 1)": 2.2,
    "integers from 1 (1, N)": 2.4,
    "one-hot integers": 2.6,
    "one-hot booleans": 2.7,
    "a list of integers": 2.8,
    "integers from a float array": 2.8,
}


class Conventions:
    """The conventions worth a try of a function.

    Parameters
    ----------
    f : callable
    usage : Usage
        How it uses its arguments, where its text is known.
    stepping : bool
        Whether it makes a step.
    """

    def __init__(self, f, usage=UNKNOWN, stepping=False):
        self._packed = []
        for price, roles, structures in _assignments(f, usage, stepping):
            labels = next((usage.labels(n.lstrip("*")) for n, role in roles if role == "Y"), "")
            for extra, pack, held, shape in _packs(roles, structures, usage):
                made = Convention(
                    roles,
                    pack,
                    held,
                    stepping=stepping,
                    shape=shape,
                    renewed=_renewed(roles, usage),
                )
                self._packed.append((price + extra, made, labels))

    def in_order(self, single=False):
        """The most natural first.

        Parameters
        ----------
        single : bool
            Whether to pass one sample a call.

        Yields
        ------
        Convention
        """
        streams = [_stream(*packed, single) for packed in self._packed]
        ordered = heapq.merge(*streams, key=lambda row: row[0])
        for _, made, (_, samples, weights, labels, bias) in itertools.islice(ordered, MOST):
            yield replace(made, samples=samples, weights=weights, labels=labels, bias=bias)


def _renewed(roles, usage):
    names = [name.lstrip("*") for name, _ in roles]
    use = usage.state()
    return tuple(name for name in names if use.replaces(name)) if use is not None else ()


def _stream(price, made, used, single):
    return ((price + row[0], made, row) for row in _layouts(made.pack, used, single))


@functools.cache
def _layouts(pack, used, single):
    """(price, samples, weights, labels, bias), the cheapest first."""
    rows = []
    vector = pack in FOLDED or pack.startswith("flat")
    for each in ("single", "single column") if single else ("rows", "columns"):
        columns = each in ("columns", "single column")
        biases = {"single": ("(K,)",), "single column": ("(K, 1)",)}.get(each, tuple(BIASES))
        for labels, bias, weights in itertools.product(
            LABELS, ("(K,)",) if vector else biases, ("(D, K)", "(K, D)")
        ):
            price = _LABEL_PRICES[labels] + 0.35 * columns
            if columns and labels.startswith("one-hot"):
                price += {"one-hot columns": -1.5, "one-hot rows": 1.5}.get(labels, 0.0)
            if used:
                price += 1.2 * ((used == "one-hot") != labels.startswith("one-hot"))
                if used == "integers from 1":
                    price += -1.5 if "from 1" in labels else 0.3
            price += {"(K,)": 0.0, "(1, K)": 0.3, "(K, 1)": 0.2 if columns else 1.4}[bias]
            price += 0.4 * ((weights == "(K, D)") != columns)
            rows.append((price, each, weights, labels, bias))
    return sorted(rows, key=lambda row: row[0])


def _packs(roles, structures, usage):
    """(price, pack, structures, shape): how W and b may be packed into one argument."""
    held = dict(structures)
    if any(role == "b" for _, role in roles):
        return ((0.0, "apart", structures, "matrix"),)
    if "b" in {role for _, role in held.get("W", ())}:
        return ((0.0, "held", structures, "matrix"),)
    found = [(*row[:2], structures, row[2]) for row in _folded(roles, usage)]
    if "W" not in held and usage.definition is None:
        pairs = [((("item", 0),), (("item", 1),))]
        pairs += [((("key", w),), (("key", b),)) for w, b in _KEYS]
        for i, (w, b) in enumerate(pairs):
            structure = (("W", ((w, "W"), (b, "b"))), *structures)
            found.append((1.0 + 0.05 * i, "held", structure, "matrix"))
    return found


def _folded(roles, usage):
    """(price, pack, shape) of W and b in one array."""
    words = usage.words()
    inside = words & _JOINING
    packed = next((name.lstrip("*") for name, role in roles if role == "W"), "")
    flat = usage.is_flat(packed) or usage.definition is None
    # A vector is of use to no one who does not fold it up again.
    shapes = VECTORS if usage.definition is None or words & {"reshape", "resize"} else ()
    for pack in FOLDED:
        if ("bias last" if pack in BIAS_FIRST else "bias first") in usage.said:
            continue
        price = 0.05 * (usage.spares_first() != (pack in BIAS_FIRST))
        price += (0.4 if inside else 1.5) * (pack in ("appends", "prepends"))
        yield price + 0.6 * flat, pack, "matrix"
        for shape in shapes:
            yield price + 0.6 * (not flat) + 0.5 * (shape == "column"), pack, shape
    for pack, shape in itertools.product(FLAT, shapes):
        yield (0.7 if flat else 2.0) + 0.5 * (shape == "column"), pack, shape


# ---- who plays which role -----------------------------------------------------------------------


def _assignments(f, usage, stepping):
    """(price, ((name, role), ...), structures): roles for the parameters, the likeliest first."""
    parameters = _parameters(f, usage)
    if parameters is None:
        wanted = [*_DATA] + ["rate"] * stepping
        yield 0.0, tuple((f"*{i}", role) for i, role in enumerate(wanted)), ()
        return
    options = [_options(p, i, parameters, usage, stepping) for i, p in enumerate(parameters)]
    rated = stepping and any(_is_rate(p) for p in parameters)
    seen, count = set(), itertools.count()
    queue = [(0.0, next(count), (), frozenset())]
    tries = 0
    while queue and len(seen) < _ASSIGNMENTS and tries < 30_000:
        price, _, chosen, used = heapq.heappop(queue)
        tries += 1
        if len(chosen) == len(parameters):
            made = _finished(price, parameters, chosen, used, stepping, seen)
            if made is not None:
                yield made
            continue
        for extra, role, structure in options[len(chosen)]:
            roles = {r for _, r in structure} if structure else {role}
            roles = {r for r in roles if r != "zero" and not is_carried(r or "")}
            if role is not None and roles & used:
                continue
            taken = used if role is None else used | roles
            step = (*chosen, (role, structure))
            extra += _final_price(taken, stepping) * (len(step) == len(parameters))
            extra += _NO_RATE * (len(step) == len(parameters) and rated and "rate" not in taken)
            heapq.heappush(queue, (price + extra, next(count), step, taken))


def _is_rate(parameter):
    """Whether a name can be nothing but a learning rate's; alpha may be a strength."""
    return role_of(parameter.label) == ("rate", True) and parameter.label != "alpha"


def _final_price(used, stepping):
    price = 0.0 if "b" in used else 0.25
    price += 0.5 * (stepping and "rate" not in used)
    return price + 100 * (not used >= {"W", "X", "Y"})


def _finished(price, parameters, chosen, used, stepping, seen):
    if price >= 100:
        return None
    roles, structures, by_position = [], [], True
    for parameter, (role, structure) in zip(parameters, chosen, strict=True):
        by_position = by_position and parameter.positional and role not in (None, KEPT)
        if role is not None:
            roles.append((f"*{parameter.name}" if by_position else parameter.name, role))
        if structure:
            structures.append((role, structure))
    key = (tuple(roles), tuple(structures))
    if key in seen:
        return None
    seen.add(key)
    return price, *key


class _Parameter:
    """A parameter, or an element of ``*args``."""

    def __init__(self, name, default=inspect.Parameter.empty, positional=True, label=""):
        self.name, self.default, self.positional = name, default, positional
        self.required = default is inspect.Parameter.empty
        self.label = label or name

    @property
    def numeric(self):
        """Whether its default is a number or a text: no data then."""
        return not self.required and isinstance(self.default, (int, float, str))


def _parameters(f, usage):
    """Parameters of ``f``; ``None`` if unknown."""
    signature = signature_of(f)
    if signature is None:
        return None
    found = []
    for p in signature.parameters.values():
        if p.kind is p.VAR_POSITIONAL:
            leaves = usage.leaves(p.name)
            if not leaves and not found:
                return None
            found += [
                _Parameter(f"{p.name}[{i}]", label=leaf.label) for i, leaf in enumerate(leaves)
            ]
        elif p.kind is p.VAR_KEYWORD:
            found += [_Parameter(leaf.label, positional=False) for leaf in usage.leaves(p.name)]
        else:
            found.append(_Parameter(p.name, p.default, p.kind is not p.KEYWORD_ONLY))
    if found and not any(p.required or role_of(p.label)[0] for p in found):
        # Defaults everywhere, and names that say nothing: by position.
        for p in found[:4]:
            p.required = True
    return found


def _options(parameter, place, parameters, usage, stepping):
    """(price, role or None, structure) that a parameter may have, the cheapest first."""
    named, sure = _named_role(parameter, stepping)
    use = usage.state() if stepping else None
    default = () if parameter.required else (parameter.default,)
    carried = use.options(parameter.name, *default) if use is not None else []
    of_state = bool(carried) and use.is_state(parameter.name)
    leaves = usage.leaves(parameter.name) if parameter.required else ()
    structures = structures_of(leaves, of_state) if leaves else []
    found = [(price, role, ()) for price, role in carried]
    for rank, structure in enumerate(structures):
        held = {role for _, role in structure}
        role = "W" if "W" in held else "XY" if held & {"X", "Y"} else f"in {parameter.name}"
        found.append((0.6 * rank, role, structure))
    state = usage.keeps(parameter.name)
    if parameter.required:
        others = _required_options(parameter, named, sure, place, bool(structures), state, usage)
    else:
        others = _optional_options(parameter, named)
    if carried and not use.counts(parameter.name):  # no size and no strength comes back as another
        others = [row for row in others if row[1] in (*_DATA, named, None) or is_carried(row[1])]
    against = _NO_STATE * (bool(carried) and named not in ("W", "b"))
    found += [(price + against, *rest) for price, *rest in others]
    return sorted(found, key=lambda row: row[0])


def _named_role(parameter, stepping):
    """(role, whether it is certain) by the name and the default."""
    role, sure = role_of(parameter.label)
    if not role and isinstance(parameter.default, int) and 8 <= parameter.default <= 1000:
        role = "N"  # likely a batch's size
    if role in _DATA and parameter.numeric and not (role == "b" and parameter.default == 0):
        # A number by default is no data: t counts the steps, T is a temperature.
        role = "epochs" if parameter.name == "t" else ""
    if role == "rate" and not stepping:
        role = "reg"
    return role, sure


def _required_options(parameter, named, sure, place, holds, state, usage):
    against = (_AGAINST_SURE if sure else _AGAINST_NAME) if named else 0.0
    used = usage.labels(parameter.name)
    found = []
    for i, role in enumerate((*_DATA, *_EXTRA)):
        price = 0.0 if role == named else against
        if not named:
            price += 0.02 * abs(i - place) if role in _DATA else 0.7 + 0.05 * i
        elif role != named and role not in _DATA:
            price += 0.5
        price += 3.0 * holds  # it is taken apart: no array
        if used.startswith("integers") and role in _DATA:
            price = min(price, 0.3) if role == "Y" else price + 0.8
        if role in ("state", "list"):
            price = 0.2 if state == role else price + 3.0
        elif state == "list":
            price += 2.0
        found.append((price, role, ()))
    if usage.definition is None or (named == "N" and not holds):
        found.append((1.5, "XY", ((((("item", 0),), "X")), ((("item", 1),), "Y"))))
    return found


def _optional_options(parameter, named):
    left_out = (0.0 if not named else 0.6, None, ())
    if named in ("W", "b", "X", "Y", "rate", "reg", "N", "K", "D", "epochs"):
        learning = named == "reg" and role_of(parameter.label)[0] == "rate"
        return [(0.1 * learning, named, ()), left_out]
    return [left_out]


# ---- what comes back ---------------------------------------------------------------------


def returns_of(definition):
    """The ``return`` statements of a function itself, not of those inside it.

    Parameters
    ----------
    definition : ast.FunctionDef

    Returns
    -------
    list of ast.Return
    """
    found, stack = [], list(definition.body)
    while stack:
        node = stack.pop(0)
        if isinstance(node, ast.Return) and node.value is not None:
            found.append(node)
        if not isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Lambda)):
            stack = [*ast.iter_child_nodes(node), *stack]
    return found


def hints_of(definition):
    """Names of the parts in a function's last ``return``, or of their first terms; else ""."""
    returns = returns_of(definition) if hasattr(definition, "body") else []
    if not returns:
        return ()
    value = returns[-1].value
    parts = value.elts if isinstance(value, (ast.Tuple, ast.List)) else [value]
    return tuple(getattr(_first_term(part), "id", "") for part in parts)


def _first_term(node):
    """``loss`` of ``loss + penalty``."""
    while isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
        node = node.left
    return node
