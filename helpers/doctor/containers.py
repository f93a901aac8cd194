"""Arguments that hold several arrays: which roles these may have, and how one is built."""

import copy

from helpers.doctor.names import part_of, role_of
from helpers.doctor.usage_of_state import part_of_state, speaks_of_state

SETTINGS = {"rate", "reg", "N", "K", "D", "epochs"}


class Bag:
    """An object with attributes, where a function asks for one."""

    def __init__(self, items):
        self.__dict__.update(items)


def structures_of(leaves, carried=False):
    """Which roles the leaves of an argument may have.

    Parameters
    ----------
    leaves : sequence of Leaf
    carried : bool
        Whether the argument holds state.

    Returns
    -------
    list of tuple of (path, role)
        The likeliest first.
    """
    state = {leaf.path: _state_of(leaf.label, carried) for leaf in leaves}
    if leaves and all(state.values()):
        return _all_state(state, carried)
    if carried:
        return []
    return _state_beside_weights(leaves) or _weights_or_data(leaves)


def _all_state(state, carried):
    made = [tuple(state.items())]
    for other in ("moments by name", "moments") if carried else ():  # one m, of W and of b
        turned = {path: other if role == "velocity" else role for path, role in state.items()}
        if tuple(turned.items()) not in made:
            made.append(tuple(turned.items()))
    return made


def _state_beside_weights(leaves):
    """Those of model.W and model.vW."""
    states = {leaf.path: _state_of(leaf.label, False) for leaf in leaves}
    weights = [leaf for leaf in leaves if not states[leaf.path]]
    if not weights or len(weights) == len(leaves):
        return []
    beside = tuple((path, role) for path, role in states.items() if role)
    both = [made for made in structures_of(weights) if "W" in dict(map(reversed, made))]
    return [(*made, *beside) for made in both]


def _weights_or_data(leaves):
    named = {}
    for leaf in leaves:
        if leaf.role and leaf.role not in named.values():
            named[leaf.path] = leaf.role
    found = []
    for wanted in (("W", "b"), ("X", "Y"), ("W", "b", "X", "Y"), ("X", "Y", "W", "b")):
        structure = _completed(leaves, named, wanted)
        if structure and structure not in found:
            found.append(structure)
    told = len(named) == len(leaves) and set(named.values()) <= SETTINGS
    known = told or {"W", "X", "Y"} & set(named.values())
    return found or ([tuple(named.items())] if named and known else [])


def _completed(leaves, named, wanted):
    """The roles by name, and in the order of use the wanted ones that no name speaks of."""
    free = [leaf.path for leaf in leaves if leaf.path not in named]
    missing = [role for role in wanted if role not in named.values()]
    if len(free) > len(missing) or (named and not set(wanted) & set(named.values())):
        return None
    given = named | dict(zip(free, missing, strict=False))
    structure = tuple((leaf.path, given[leaf.path]) for leaf in leaves)
    return structure if {"W", "X", "Y"} & set(given.values()) else None


def _state_of(label, carried):
    """Which state a key speaks of: "velocity" (of W), "velocity of b", "zero" (a count), or ""."""
    if label.lower() in ("t", "step", "steps", "iteration", "count", "n_steps"):
        return "zero"
    role = role_of(label)[0]
    if carried:  # m["W"], v["db"], state["m"]["b"], state["exp_avg_b"]
        if role in ("rate", "reg"):
            return role
        part = part_of(label) or part_of_state(label)
        other = "velocity" if speaks_of_state(label) else ""
        return {"W": "velocity", "b": "velocity of b"}.get(part, other)
    bare = label.lower().strip("_") in ("m", "v", "s", "h", "mt", "vt")
    return "velocity" if bare else role if role.startswith("velocity") else ""


def build(structure, values):
    """A container with values at its leaves.

    Parameters
    ----------
    structure : sequence of (path, role)
    values : Mapping
        By role.

    Returns
    -------
    dict, list or Bag
    """
    if not structure[0][0]:
        return copy.deepcopy(values[structure[0][1]])
    groups = {}
    for path, role in structure:
        groups.setdefault(path[0], []).append((path[1:], role))
    inner = {step: build(rest, values) for step, rest in groups.items()}
    kinds = {kind for kind, _ in inner}
    if kinds == {"each"}:
        return list(zip(*(inner[step] for step in sorted(inner)), strict=False))
    if kinds == {"item"}:
        made = [None] * (1 + max(index for _, index in inner))
        for (_, index), value in inner.items():
            made[index] = value
        return made
    named = {key: value for (_, key), value in inner.items()}
    return Bag(named) if "attr" in kinds else named


def put(container, path, value):
    """Let a value stand at a path of a container."""
    holder, (kind, key) = fetch(container, path[:-1]), path[-1]
    if kind == "attr":
        setattr(holder, key, value)
    else:
        holder[key] = value


def fetch(container, path):
    """What stands at a path of a container."""
    for kind, key in path:
        container = getattr(container, key) if kind == "attr" else container[key]
    return container
