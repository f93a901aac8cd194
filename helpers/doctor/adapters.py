"""Code that is no function of weights and data made one: a class, a run, a maker of functions."""

import ast
import inspect

from helpers.doctor.classes import Adapter
from helpers.doctor.conventions import returns_of
from helpers.doctor.names import role_of
from helpers.doctor.starts import GIVEN, Given, let_start, makes_weights, one_turn
from helpers.doctor.usage import Usage


def adapted(case, stepping):
    """A loader for a case's code as a function of weights and data, and how that uses them.

    Parameters
    ----------
    case : Case
    stepping : bool

    Returns
    -------
    load : callable
        As ``case.load``; that itself, for a function of weights and data.
    usage : Usage
    """
    definition = case.definition
    if isinstance(definition, ast.ClassDef):
        return _class(case, stepping)
    if stepping and _is_run(case):
        return _run(case)
    inner = _made_inside(definition) if definition is not None else []
    if inner:
        return _factory(case, inner)
    return case.load, case.usage


def _prepare(case, stepping):
    """Open the code's own starts of weights, and let loops over epochs make one turn."""
    given = Given()
    for unit in case.code.units:
        let_start(unit.tree)
        if stepping:
            one_turn(unit.tree)
    case.code.forget()
    return given


def _class(case, stepping):
    code, tree = case.code, case.definition
    given = _prepare(case, stepping)
    adapter = Adapter(tree, given)

    def load(changed=None, extra=None):
        return adapter.function(code.load(changed, (extra or {}) | {GIVEN: given}), stepping)

    helpers = {m.name: m for m in tree.body if isinstance(m, ast.FunctionDef)}
    takes = [(m, arg.arg) for m in helpers.values() for arg in m.args.args]
    others = {
        role: [(m, name) for m, name in takes if role_of(name)[0] == role] for role in ("X", "Y")
    }
    return load, Usage(tree, helpers, others)


# ---- a run: it makes its own weights ---------------------------------------------------------


def _is_run(case):
    """Whether a function takes samples and labels, and makes the weights itself."""
    usage, tree = case.usage, case.definition
    if not isinstance(tree, ast.FunctionDef):
        return False
    arguments = (*tree.args.posonlyargs, *tree.args.args, *tree.args.kwonlyargs)
    labels = [leaf for arg in arguments for leaf in usage.leaves(arg.arg)]
    roles = {role_of(arg.arg)[0] for arg in arguments} | {leaf.role for leaf in labels}
    loops = any(isinstance(n, (ast.For, ast.While)) for n in ast.walk(tree))
    makes = makes_weights(tree) & {"W", ""} or any(
        makes_weights(helper) & {"W"} for helper in usage.helpers.values()
    )
    return "W" not in roles and bool(makes) and loops


def _run(case):
    """As a function of the weights to start with, and of what it takes itself."""
    code, tree = case.code, case.definition
    given = _prepare(case, True)
    trees = [tree, *case.usage.helpers.values()]
    has_bias = any("b" in makes_weights(each) for each in trees)
    first = ["W", "b"] if has_bias else ["W"]

    def load(changed=None, extra=None):
        f = code.load(changed, (extra or {}) | {GIVEN: given})

        def run(*args, **kwargs):
            given.begin(**dict(zip(first, args, strict=False)))
            return f(*args[len(first) :], **kwargs)

        run.__signature__ = _prefixed(f, first)
        return run

    return load, case.usage


def _prefixed(f, names):
    """The signature of ``f`` behind further parameters, the optional ones by keyword only."""
    signature = inspect.signature(inspect.unwrap(f))
    taken = [
        p.replace(name=f"{p.name}_") if p.name in names else p
        for p in signature.parameters.values()
    ]
    before = [inspect.Parameter(name, inspect.Parameter.POSITIONAL_ONLY) for name in names]
    return signature.replace(
        parameters=[*before, *taken], return_annotation=inspect.Signature.empty
    )


# ---- a function that makes a function ----------------------------------------------------------


def _made_inside(definition):
    """Functions that are defined inside another and come back from it, in the order of return."""
    if not isinstance(definition, ast.FunctionDef):
        return []
    inside = {n.name: n for n in definition.body if isinstance(n, ast.FunctionDef)}
    for node in definition.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda() as value):
                inside[name] = value
    returned = returns_of(definition)
    value = returned[-1].value if returned else None
    parts = value.elts if isinstance(value, ast.Tuple) else [value]
    found = [
        inside.get(getattr(p, "id", "")) if not isinstance(p, ast.Lambda) else p for p in parts
    ]
    return found if found and None not in found else []


def _factory(case, inner):
    """As one function of what both take: that which is made is called at once."""
    plain = case.load  # the case will load what is made here

    def load(changed=None, extra=None):
        make = plain(changed, extra)
        outer = list(inspect.signature(make).parameters.values())
        names = {p.name for p in outer}
        taken = [
            inspect.Parameter(arg.arg, inspect.Parameter.POSITIONAL_OR_KEYWORD)
            for arg in inner[0].args.args
            if arg.arg not in names
        ]
        required = [p.replace(kind=p.POSITIONAL_ONLY) for p in outer if p.default is p.empty]
        optional = [p.replace(kind=p.KEYWORD_ONLY) for p in outer if p.default is not p.empty]

        def f(*args, **kwargs):
            made = make(*args[: len(required)], **kwargs)
            rest = args[len(required) :]
            if isinstance(made, tuple):
                return tuple(each(*rest) for each in made)
            return made(*rest)

        f.__signature__ = inspect.Signature(
            [*required, *(p.replace(kind=p.POSITIONAL_ONLY) for p in taken), *optional]
        )
        return f

    usage = case.usage
    return load, Usage(usage.definition, usage.helpers, returning=inner[0])
