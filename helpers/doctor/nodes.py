"""What edits are made of: new nodes, what is known of the code, and what a place is."""

import ast
from dataclasses import dataclass, field

import numpy as np

from helpers.doctor.names import role_of


@dataclass
class Setting:
    """What is known about the code when it ran.

    Attributes
    ----------
    values : dict
        (function, name) to the value that it had last.
    N, K : int
        Samples and classes of the probe.
    columns : bool
        Whether samples stand in columns.
    roles : dict
        Role to the parameter's name, in the main function.
    main : str
    known : dict
        "P", "Y", "Z" or "E" (exponentials) to the (function, name) that have its value.
    strengths : tuple of str
        Factors of the penalties in the loss, as the reader wrote them.
    numpy : str
        The name under which NumPy was imported; "" if it was not.
    scene : Scene or None
        Values and slopes of one run, where edits are searched by value.
    counters : frozenset of str
        Names that loops count with.
    functions : dict
        The reader's functions of one argument: name to whether it is called anywhere.
    renewed : tuple of str
        Arguments of the main function that hold state and get a new value.
    """

    values: dict
    N: int = 0
    K: int = 0
    columns: bool = False
    roles: dict = field(default_factory=dict)
    main: str = ""
    known: dict = field(default_factory=dict)
    strengths: tuple = ()
    numpy: str = "np"
    scene: object = None
    counters: frozenset = frozenset()
    functions: dict = field(default_factory=dict)
    renewed: tuple = ()

    def array(self, where, name):
        """The array that a name held; 0 if none."""
        value = self.values.get((where, name))
        return value if isinstance(value, np.ndarray) else 0

    def has_rate(self, node):
        """Whether the rate of a step stands in an expression."""
        rate = self.roles.get("rate")
        return any(
            getattr(each, "id", "") == rate or role_of(getattr(each, "attr", ""))[0] == "rate"
            for each in ast.walk(node)
        )

    def counts(self, where):
        """How many samples there are in a function."""
        return {self.N}

    def named(self, where):
        """Key of a quantity ("P", "Y", "Z", "E") to the names whose value it is, in a function."""
        return {
            key: [name if not more else (name, *more) for w, name, *more in pairs if w == where]
            for key, pairs in self.known.items()
        }

    def names(self, where):
        """Names that have a value in a function, and the values."""
        return {n: v for (w, n), v in self.values.items() if w == where and n.strip("_")}


def new(node):
    """Mark a node as the doctor's own, so that it is written out anew."""
    node.from_text = False
    return node


def name(text):
    return new(ast.Name(text, ast.Load()))


def constant(value):
    return new(ast.Constant(value))


def binary(left, operator, right):
    return new(ast.BinOp(left, operator, right))


def negative(node):
    return new(ast.UnaryOp(ast.USub(), node))


def attribute(node, attr):
    return new(ast.Attribute(node, attr, ast.Load()))


def call(function, args, keywords=()):
    made = [new(ast.keyword(k, v)) for k, v in keywords]
    return new(ast.Call(function, list(args), made))


def expression(text):
    """A text as a tree, all of it the doctor's own."""
    tree = ast.parse(text, mode="eval").body
    for node in ast.walk(tree):
        new(node)
    return tree


def like(node, **fields):
    """A copy of a node with some fields changed."""
    made = {k: v for k, v in ast.iter_fields(node)} | fields
    return new(type(node)(**made))


def like_assign(target, value):
    return new(ast.Assign([target], value))


def as_load(target):
    made = like(target)
    made.ctx = ast.Load()
    if isinstance(target, ast.Name):
        made.from_text = False
    return made


def base_of(target):
    while isinstance(target, ast.Subscript):
        target = target.value
    return target


def indexed(node, index):
    shape = ast.parse(f"x{index}", mode="eval").body.slice
    for each in ast.walk(shape):
        new(each)
    return new(ast.Subscript(node, shape, ast.Load()))


def called(node):
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def is_method(node):
    function = node.func
    if not isinstance(function, ast.Attribute):
        return False
    return not (isinstance(function.value, ast.Name) and function.value.id in ("np", "numpy"))


def receiver_of(node):
    return node.func.value if is_method(node) else node.args[0]


def is_value(slot, deep=False):
    """Whether a place holds a whole value: a line's right side, a returned part; deep: more."""
    if isinstance(slot.parent, (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Return)):
        return slot.field == "value"
    if isinstance(slot.parent, (ast.Tuple, ast.Dict)) and isinstance(slot.statement, ast.Return):
        return slot.parent is slot.statement.value and slot.field in ("elts", "values")
    if not deep:
        return False
    return isinstance(slot.parent, (ast.BinOp, ast.UnaryOp)) or (
        isinstance(slot.parent, ast.Call) and slot.field == "args"
    )


def is_factor(slot):
    """Whether a place is a factor of a matrix product."""
    parent = slot.parent
    if isinstance(parent, ast.BinOp):
        return isinstance(parent.op, ast.MatMult)
    if isinstance(parent, ast.Call) and slot.field == "args":
        return called(parent) in ("dot", "matmul")
    return isinstance(parent, ast.Attribute) and parent.attr == "dot"


def is_product(node):
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.MatMult)
    return isinstance(node, ast.Call) and called(node) in ("dot", "matmul", "einsum")


def value_of(node, slot, setting):
    """The array or number that a name holds; ``None`` for what is neither."""
    if isinstance(node, ast.Name):
        value = setting.values.get((slot.where, node.id))
        return value if isinstance(value, (np.ndarray, np.generic, int, float)) else None
    return None


def has_slice(index):
    """Whether a slice stands anywhere in an index."""
    return any(isinstance(each, ast.Slice) for each in ast.walk(index))


def compatible(one, other):
    """Whether one value might stand for another: both numbers or both arrays."""
    if one is None or other is None:
        return True
    if callable(one) or callable(other):
        return callable(one) and callable(other)
    if isinstance(one, (int, np.integer)) != isinstance(other, (int, np.integer)):
        return False
    kinds = (np.ndarray, np.generic, int, float)
    if not isinstance(one, kinds) or not isinstance(other, kinds):
        return type(one) is type(other)
    return (np.ndim(one) > 0) == (np.ndim(other) > 0)


def samples_in(slot, setting):
    """Expressions for N that can be written at a place."""
    found = []
    known, counts = setting.names(slot.where), setting.counts(slot.where)
    for other, value in known.items():
        if isinstance(value, (int, np.integer)) and value in counts and "." not in other:
            found.append(name(other))
    arrays = ((n, v) for n, v in known.items() if isinstance(v, np.ndarray) and "." not in n)
    for other, array in arrays:
        axis = next((i for i, n in enumerate(array.shape) if n in counts), None)
        if axis is not None:
            found.append(expression(f"{other}.shape[{axis}]" if axis else f"len({other})"))
            break
    return found[:2]


def rows_in(slot, setting):
    sizes = samples_in(slot, setting)
    return ast.unparse(sizes[0]) if sizes else ""
