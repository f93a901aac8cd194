"""A reader's code as something that can be run again and again, changed a little each time.

A ``Code`` is a list of units: the function and the helpers of the reader's that it calls, each
with its own listing; or the statements of a text. One of them is compiled anew for each change.
"""

import ast
import copy
import functools
import inspect
import itertools
import linecache
import textwrap
import types
from dataclasses import dataclass

import numpy as np

from helpers.doctor import guard

_numbers = itertools.count(1)


class Unreadable(Exception):
    """There is no text to be had, or it does not compile.

    Attributes
    ----------
    line : int or None
    """

    def __init__(self, reason, line=None):
        super().__init__(reason)
        self.line = line


@dataclass(eq=False)
class Unit:
    """A piece that is compiled by itself.

    Attributes
    ----------
    where : str
        The function's name; "" for a piece of a text.
    text : str
        The listing that lines are counted in.
    tree : ast.Module
        With counters in its loops.
    filename : str
        The name under which it is compiled.
    cells : dict
        Values of a closure, by name.
    """

    where: str
    text: str
    tree: ast.Module
    filename: str
    cells: dict

    def compile(self):
        """The code object of the tree as it is now."""
        return compile(self._wrapped(), self.filename, "exec")

    def _wrapped(self):
        if not self.cells:
            return self.tree
        # A closure: the function is made inside another that holds its variables.
        arguments = ast.arguments(
            [], [ast.arg(name) for name in self.cells], None, [], [], None, []
        )
        body = [*self.tree.body, ast.Return(ast.Name(self.where, ast.Load()))]
        factory = ast.FunctionDef("__factory__", arguments, body, [])
        return ast.fix_missing_locations(ast.Module([factory], []))


class Code:
    """Units, the name of what is to be called, and the namespace that they run in.

    Attributes
    ----------
    units : list of Unit
    main : str
        The name of the function or class.
    source : str
        The listing that is shown: of the function, or the whole text.
    clock : guard.Clock
    """

    def __init__(self, units, main, source, namespace=None):
        self.units, self.main, self.source = units, main, source
        self.clock = guard.Clock()
        self._namespace = {k: v for k, v in (namespace or {}).items() if k != "__builtins__"}
        self._namespace |= {"__builtins__": guard.stubs(self.clock), "__name__": "reader"}
        self._mutable = self._find_mutable()
        self._compiled = {}

    @property
    def filenames(self):
        """Names under which the units are compiled."""
        return {unit.filename for unit in self.units}

    def knows(self, name):
        """Whether a name stands in the namespace that the units run in."""
        return name in self._namespace

    def _find_mutable(self):
        """Globals that the reader's functions could write into."""
        names = {
            node.id
            for unit in self.units
            for node in ast.walk(unit.tree)
            if isinstance(node, ast.Name)
        }
        kinds = (np.ndarray, list, dict, set)
        return [name for name in names if isinstance(self._namespace.get(name), kinds)]

    def load(self, changed=None, extra=None):
        """Run the units in a fresh namespace.

        Parameters
        ----------
        changed : Unit, optional
            The one whose tree is not what it was.
        extra : dict, optional
            Further names.

        Returns
        -------
        object
            The function or class.
        """
        return self.namespace(changed, extra)[self.main]

    def namespace(self, changed=None, extra=None):
        """As ``load``; all names."""
        names = dict(self._namespace)
        for name in self._mutable:
            names[name] = copy.deepcopy(names[name])
        names.update(extra or {})
        for unit in self.units:
            if unit is changed or unit not in self._compiled:
                code = unit.compile()
                if unit is not changed:
                    self._compiled[unit] = code
            else:
                code = self._compiled[unit]
            exec(code, names)
            if unit.cells:
                names[unit.where] = names["__factory__"](**copy.deepcopy(unit.cells))
        return names

    def forget(self, unit=None):
        """Compile a unit (or all) anew next time: its tree has changed for good."""
        for each in [unit] if unit else self.units:
            self._compiled.pop(each, None)


def new_filename(kind):
    """A name of its own for a text, so that a second one does not replace its lines."""
    return f"<{kind} {next(_numbers)}>"


def parse(text, filename):
    """Parse, or say where it fails.

    Parameters
    ----------
    text, filename : str

    Returns
    -------
    ast.Module

    Raises
    ------
    Unreadable
    """
    try:
        return ast.parse(text, filename)
    except SyntaxError as error:
        raise Unreadable(f"{type(error).__name__}: {error.msg}", error.lineno) from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise Unreadable(f"It cannot be read: {guard.message_of(error)}") from None


def of_text(text, main):
    """The code of a text.

    Parameters
    ----------
    text : str
    main : str
        The function or class of it that is to be called.

    Returns
    -------
    Code
        Statements at the top level that are no definitions and fail are left out.
    """
    filename = new_filename("your code")
    linecache.cache[filename] = (len(text), None, text.splitlines(True), filename)
    units = [
        Unit(getattr(node, "name", ""), text, guard.add_ticks(ast.Module([node], [])), filename, {})
        for node in parse(text, filename).body
    ]
    code = Code([], main, text, {"np": np, "numpy": np})  # many paste a function without its import
    names = code.namespace()
    for unit in units:
        code.clock.start()
        _, error = guard.attempt(lambda unit=unit: exec(unit.compile(), names))
        if error is None or unit.where:
            code.units.append(unit)
    code._mutable = code._find_mutable()
    return code


def of_function(function):
    """The code of a function object, with the helpers of the reader's that it calls.

    Parameters
    ----------
    function : function or class

    Returns
    -------
    Code

    Raises
    ------
    Unreadable
        If its text cannot be found.
    """
    if inspect.isclass(function):
        return _of_class(function)
    function = inspect.unwrap(function)
    if not isinstance(function, types.FunctionType):
        raise Unreadable("no text")
    units, seen = [], set()
    _collect(function, function.__globals__, units, seen)
    return Code(units, units[-1].where, units[-1].text, function.__globals__)


def _collect(function, namespace, units, seen):
    """Add a function's unit, after those of the helpers that it calls."""
    seen.add(function)
    unit = _unit_of(function)
    for node in ast.walk(unit.tree):
        if not isinstance(node, ast.Name):
            continue
        helper = namespace.get(node.id, unit.cells.get(node.id))
        if _is_reader_s(helper, function) and helper not in seen:
            try:
                _collect(helper, namespace, units, seen)
            except Unreadable:
                continue
            if node.id in unit.cells:
                del unit.cells[node.id]
    units.append(unit)


def _is_reader_s(helper, function):
    """Whether a function was written beside this one: in the same module or in the same kernel."""
    if not isinstance(helper, types.FunctionType) or helper.__name__ == "<lambda>":
        return False
    if helper.__closure__ and helper is not function:
        return False
    return helper.__globals__ is function.__globals__


def _unit_of(function):
    text = _listing(function)
    filename = new_filename(function.__name__)
    tree = parse(text, filename)
    definition = tree.body[0]
    name = function.__name__
    if isinstance(definition, ast.Assign) and isinstance(definition.value, ast.Lambda):
        name = definition.targets[0].id
    elif not isinstance(definition, (ast.FunctionDef, ast.AsyncFunctionDef)):
        raise Unreadable("no text")
    linecache.cache[filename] = (len(text), None, text.splitlines(True), filename)
    cells = _cells(function)
    return Unit(name, text, guard.add_ticks(tree), filename, cells)


def _cells(function):
    """Values of a closure's variables; those that are not yet bound are left out."""
    found = {}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        value, error = guard.attempt(lambda cell=cell: cell.cell_contents)
        if error is None:
            found[name] = value
    return found


def _listing(function):
    try:
        lines, _ = inspect.getsourcelines(function)
    except (OSError, TypeError, IndexError, SyntaxError):
        raise Unreadable("no text") from None
    return textwrap.dedent("".join(lines))


def _of_class(cls):
    """A class: its text is found through a method, since a kernel keeps no class's file."""
    method = next((m for m in vars(cls).values() if isinstance(m, types.FunctionType)), None)
    if method is None:
        raise Unreadable("no text")
    filename = method.__code__.co_filename
    text = "".join(linecache.getlines(filename, method.__globals__))
    first = method.__code__.co_firstlineno
    for node in ast.walk(parse(text, filename)):
        inside = isinstance(node, ast.ClassDef) and node.lineno <= first <= node.end_lineno
        if inside and node.name == cls.__name__:
            top = min([node.lineno, *(d.lineno for d in node.decorator_list)]) - 1
            listing = textwrap.dedent("\n".join(text.splitlines()[top : node.end_lineno]) + "\n")
            name = new_filename(cls.__name__)
            unit = Unit(cls.__name__, listing, guard.add_ticks(parse(listing, name)), name, {})
            linecache.cache[name] = (len(listing), None, listing.splitlines(True), name)
            return Code([unit], cls.__name__, listing, method.__globals__)
    raise Unreadable("no text")


def signature_of(function):
    """A signature, or ``None`` where Python has none.

    Parameters
    ----------
    function : callable

    Returns
    -------
    inspect.Signature or None
    """
    if isinstance(function, functools.partial):
        function = function.func
    signature, _ = guard.attempt(inspect.signature, function)
    return signature
