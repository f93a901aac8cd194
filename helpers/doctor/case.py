"""A reader's code opened as a case: from a function, a class or a text to what can be called."""

import ast
import re
from dataclasses import dataclass

import numpy as np

from helpers.doctor import guard
from helpers.doctor.code import Unreadable, of_function, of_text
from helpers.doctor.contract import RATE
from helpers.doctor.names import role_of
from helpers.doctor.nodes import Setting
from helpers.doctor.quantities import wanted_values
from helpers.doctor.recording import Recording
from helpers.doctor.scene import scene_of
from helpers.doctor.scenes import seen
from helpers.doctor.usage import Usage


@dataclass(eq=False)
class Case:
    """A reader's function, as it is examined.

    Attributes
    ----------
    name : str
    code : Code or None
        ``None`` where there is no text to be had.
    definition : ast.FunctionDef or None
    load : callable
        Gives the function anew.
    others : tuple of str
        Further functions of the text that were not taken.
    whole : bool
        Whether lines count in a whole text.
    """

    name: str
    code: object
    definition: object
    load: object
    others: tuple = ()
    whole: bool = False

    @property
    def clock(self):
        """The clock that stops it; ``None`` without a text."""
        return self.code.clock if self.code else None

    @property
    def usage(self):
        """How the function uses its arguments."""
        if not isinstance(self.definition, ast.FunctionDef):
            return Usage()
        helpers = {
            node.name: node
            for unit in self.code.units
            for node in unit.tree.body
            if isinstance(node, ast.FunctionDef) and node is not self.definition
        }
        return Usage(self.definition, helpers)


def cases_of(f):
    """The case of a function, or those of a text, the likeliest first.

    Parameters
    ----------
    f : callable or str

    Returns
    -------
    list of Case

    Raises
    ------
    Unreadable
        If a text does not compile or defines nothing.
    TypeError
        If it is neither.
    """
    if isinstance(f, str):
        return _cases_of_text(f)
    if not callable(f):
        raise TypeError(
            f"f is a {type(f).__name__}; wanted a function, a class or its text: pass f, not f(...)"
        )
    try:
        code = of_function(f)
    except Unreadable:
        return [Case(getattr(f, "__name__", type(f).__name__), None, None, lambda: f)]
    return [Case(code.main, code, definition_of(code), code.load)]


def _cases_of_text(text):
    code = of_text(text, "")
    defined = [u.where for u in code.units if u.where and not u.where.startswith("__")]
    if not defined:
        raise Unreadable("It defines no function and no class.")
    # One that no other calls comes before those that are called; of these the last one.
    called = {n.id for u in code.units for n in ast.walk(u.tree) if isinstance(n, ast.Name)}
    roots = [name for name in defined if name not in called]
    order = [*reversed(roots), *(n for n in reversed(defined) if n not in roots)]
    order.sort(key=lambda name: not _takes_data(code, name))
    cases = []
    for name in order:
        one = of_text(text, name) if cases else code
        one.main = name
        others = tuple(n for n in order if n != name)
        cases.append(Case(name, one, definition_of(one), one.load, others, True))
    return cases


def _takes_data(code, name):
    """Whether a function takes samples and labels; a class may."""
    code.main = name
    definition = definition_of(code)
    if not isinstance(definition, ast.FunctionDef):
        return definition is not None
    roles = {role_of(arg.arg)[0] for arg in definition.args.args}
    return {"X", "Y"} <= roles


def definition_of(code):
    """The tree of the main function or class; ``None`` if it is not there."""
    for unit in reversed(code.units):
        for node in unit.tree.body:
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name == code.main:
                return node
    return None


def setting_of(case, oracle, probe, fine=frozenset()):
    """What is known of the code when it runs at a probe.

    Parameters
    ----------
    case : Case
    oracle : SoftmaxOracle
    probe : Probe
    fine : container of (Unit, int)
        Lines whose values are what they should be.

    Returns
    -------
    Setting
    """
    code, strength = case.code, oracle.strengths[-1]
    recording = Recording(case)
    values = {}
    code.clock.start()
    recording.run(lambda f: oracle.call(f, probe, strength))
    rate = RATE if oracle.stepping else None
    wanted = wanted_values(seen(probe, oracle.scale), strength, rate)
    scene = scene_of(case, recording, {}, wanted, (1,), fine)
    for number, value in recording.last().items():
        site = recording.sites[number]
        if site.target != "return":
            values[(site.where, site.target)] = value
    roles = {role: name.lstrip("*") for name, role in oracle.convention.roles}
    N, _, K = probe.sizes
    columns = oracle.convention.samples == "columns"
    strengths = _strengths(case.definition, roles)
    aliases = {
        alias.asname or alias.name
        for node in _nodes(code)
        if isinstance(node, ast.Import)
        for alias in node.names
        if alias.name == "numpy"
    }
    numpy = next(iter(aliases), "np" if code.knows("np") else "")
    known, functions = _known(values, probe), _functions(code)
    return Setting(
        values,
        N,
        K,
        columns,
        roles,
        code.main,
        known,
        strengths,
        numpy,
        scene,
        counters=_counters(code),
        functions=functions,
        renewed=oracle.convention.handed_back,
    )


def _nodes(code):
    return [node for unit in code.units for node in ast.walk(unit.tree)]


def _counters(code):
    """Names that a loop counts with."""
    loops = [node.target for node in _nodes(code) if isinstance(node, (ast.For, ast.comprehension))]
    return frozenset(n.id for loop in loops for n in ast.walk(loop) if isinstance(n, ast.Name))


def _functions(code):
    """The reader's functions of one argument, and whether each is called anywhere."""
    used = {node.id for node in _nodes(code) if isinstance(node, ast.Name)}
    made = [n for n in _nodes(code) if isinstance(n, ast.FunctionDef) and len(n.args.args) == 1]
    return {node.name: node.name in used for node in made if node.name != code.main}


def _known(values, probe):
    """Which names hold P, Y, Z and its exponentials."""
    Z = probe.X @ probe.W + probe.b
    E = np.exp(Z)
    P = E / E.sum(axis=1, keepdims=True)
    wanted = {"P": P, "Y": probe.Y, "Z": Z}
    found = {"P": [], "Y": [], "Z": [], "E": [], "R": [], "X": []}
    for place, value in values.items():
        if not isinstance(value, np.ndarray) or value.ndim != 2 or value.dtype.kind not in "fiub":
            continue
        for turned in (value, value.T):
            if turned.shape == probe.X.shape and np.array_equal(turned, probe.X):
                found["X"].append(place)
            if turned.shape != Z.shape:
                continue
            for factor, size in (("1", 1), ("1/N", len(Z))):
                if np.allclose(turned * size, P - probe.Y, rtol=1e-6):
                    found["R"].append((*place, factor))
            for key, quantity in wanted.items():
                if np.allclose(turned, quantity, rtol=1e-6):
                    found[key].append(place)
            with np.errstate(all="ignore"):
                ratio = turned / E
            steady = np.isfinite(ratio).all() and np.ptp(ratio, axis=1).max() < 1e-9
            if steady and ratio.max() > 1e-9 and place not in found["P"]:
                found["E"].append(place)
    return found


def _strengths(definition, roles):
    """Factors of the penalties in a function: c of ``c * np.sum(W ** 2)``."""
    W, found = roles.get("W", ""), []
    for node in ast.walk(definition) if definition is not None and W else ():
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
            text = ast.unparse(node.right)
            if "sum(" in text and re.search(rf"\b{re.escape(W)}\b", text):
                found.append(ast.unparse(node.left))
    return tuple(found)


def repaired_text(case, repair):
    """The listing with a repair made; ``None`` if it touches another function only."""
    if case.code is None:
        return None
    if case.whole:
        texts = list(repair.texts.values())
        return texts[0] if len(repair.texts) == 1 else _merged(case.code.source, texts)
    return repair.texts.get(case.code.units[-1])


def _merged(text, changed):
    """Several changed versions of one text as one: where a line differs, the changed one."""
    lines = text.splitlines(keepends=True)
    for other in changed:
        theirs = other.splitlines(keepends=True)
        if len(theirs) == len(lines):
            lines = [
                b if a == o else a
                for a, b, o in zip(lines, theirs, text.splitlines(keepends=True), strict=True)
            ]
    return "".join(lines)


__all__ = [
    "Case",
    "Unreadable",
    "cases_of",
    "definition_of",
    "guard",
    "repaired_text",
    "setting_of",
]
