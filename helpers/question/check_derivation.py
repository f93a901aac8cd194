"""Check a derivation: is each step equal to the one before it, and if not, what went wrong?

A derivation claims that each expression equals the next. Such a claim can be tested by numbers. A
few random points are enough: both sides are analytic functions of W, b and X, and two of those that
differ anywhere agree on a set of measure zero only (Schwartz 1980 and Zippel 1979 say the same of
polynomials), so a point drawn at random tells them apart, unless they differ by less than rounding.
"""

import ast
import contextlib
import io
import itertools
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from helpers.gradient_check import numeric_gradients, random_point
from helpers.question.factors import known_factors
from helpers.question.slips import edits, terms, tree_of
from helpers.softmax_regression import log_softmax, softmax

_SIZES = ((7, 5, 3), (7, 5, 3), (6, 4, 5))  # two points of one size, and one of another
_TOLERANCE = 1e-6  # of the larger side's size; central differences are good to 1e-9 or so


class Slip(NamedTuple):
    """What is wrong with a step.

    Attributes
    ----------
    kind : str
        One of ``helpers.question.slips.KINDS``.
    words : str
        The same in words, with the place where it could be found.
    """

    kind: str
    words: str


@dataclass(frozen=True)
class DerivationReport:
    """What became of each step.

    Attributes
    ----------
    gaps : dict of str to float
        For each step but the first: how far it is from the one before it, over the size of the
        larger of the two. Up to ``1e-6`` is rounding.
    false_step : str or None
        The first step that does not follow.
    slip : Slip or None
        What is wrong with it.
    assumes : dict of str to str
        Steps that hold for one-hot labels and not for others: what they take for granted.
    notes : tuple of str
    """

    gaps: dict
    false_step: str | None
    slip: Slip | None
    assumes: dict = field(default_factory=dict)
    notes: tuple = ()

    @property
    def correct(self):
        """Whether every step follows from the one before it."""
        return self.false_step is None

    def __str__(self):
        width = max(map(len, self.gaps))
        lines = []
        for name, gap in self.gaps.items():
            verdict = "follows" if gap <= _TOLERANCE else f"does not follow: {_how_far(gap)}"
            if name in self.assumes:
                verdict += f", if {self.assumes[name]}"
            lines.append(f"{name:{width}}  {verdict}")
            if name == self.false_step:
                lines.append(f"{'':{width}}  {self.slip.kind}: {self.slip.words}")
        return "\n".join([*lines, *self.notes])

    __repr__ = __str__


def check_derivation(steps):
    """Find the first false step of a derivation.

    Parameters
    ----------
    steps : dict of str to (str or callable)
        The steps in their order, by name. Each is a function of some of ``W, b, X, Y`` (by name),
        or an expression as text. W is (D, K), b (K,), X (N, D), Y (N, K), one-hot in rows; if the
        steps only run with one column a sample, they get Y so. An expression may also use
        ``N, D, K, Z = X @ W + b, P = softmax(Z), R = P - Y``, the functions ``softmax,
        log_softmax, lse`` and NumPy's ``exp, log, sum, trace, outer, diag, ones, einsum``. A
        number that is followed by a table of W's shape, or a vector of b's, claims that
        this is its gradient.

    Returns
    -------
    DerivationReport

    Raises
    ------
    TypeError, ValueError
        If there are fewer than two steps, or one is no expression or function, or raises.
    """
    if not isinstance(steps, dict) or len(steps) < 2:
        raise TypeError("a derivation is a dictionary of at least two steps, by name")
    points, notes = _points(steps)
    chain = [_Step(name, step) for name, step in steps.items()]
    pairs = list(itertools.pairwise(chain))
    gaps = {after.name: _gap(before, after, points) for before, after in pairs}
    bad = next((pair for pair in pairs if not gaps[pair[1].name] <= _TOLERANCE), None)
    slip = _slip(*bad, points) if bad else None
    assumes = {
        after.name: assumed
        for before, after in pairs
        if gaps[after.name] <= _TOLERANCE and (assumed := _assumes(before, after, points))
    }
    return DerivationReport(gaps, bad and bad[1].name, slip, assumes, tuple(notes))


# ---- Steps and points ---------------------------------------------------------------------------


class _Step:
    """A step that can be evaluated, as it is or edited."""

    def __init__(self, name, step, tree=None):
        self.name, self.step = name, step
        self.tree = tree_of(step) if tree is None else tree
        self._call = _compiled(step, tree)

    def edited(self, tree):
        return _Step(self.name, self.step, tree)

    def __call__(self, point):
        with np.errstate(all="ignore"):
            value = np.asarray(self._call(*(part.copy() for part in point)))
        if value.dtype == object:
            raise TypeError(f"it gives {type(value.item()).__name__}, not numbers")
        return value


def _compiled(step, tree):
    """A function of (W, b, X, Y)."""
    if isinstance(step, str):
        tree = ast.parse(step.strip(), mode="eval") if tree is None else tree
        code = compile(tree, "<step>", "eval")
        return lambda W, b, X, Y: eval(code, _names(W, b, X, Y))
    if not callable(step):
        raise TypeError(f"a step is {type(step).__name__}; wanted an expression or a function")
    code = getattr(step, "__code__", None)
    taken = code.co_varnames[: code.co_argcount] if code else ("W", "b", "X", "Y")
    if unknown := set(taken) - {"W", "b", "X", "Y"}:
        raise TypeError(f"a step wants {', '.join(sorted(unknown))}; it gets W, b, X and Y")
    function = step if tree is None else _rebuilt(step, tree)

    def call(W, b, X, Y):
        given = {"W": W, "b": b, "X": X, "Y": Y}
        return function(*(given[name] for name in taken))

    return call


def _rebuilt(function, tree):
    cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
    space = dict(function.__globals__) | {name: cell.cell_contents for name, cell in cells}
    if isinstance(tree, ast.Lambda):
        return eval(compile(ast.Expression(tree), "<step>", "eval"), space)
    exec(compile(ast.Module([tree], []), "<step>", "exec"), space)
    return space[function.__name__]


def _names(W, b, X, Y):
    Z = X @ W + b
    P = softmax(Z)
    space = {"np": np, "softmax": softmax, "log_softmax": log_softmax, "lse": _log_sum_exp}
    for name in ("exp", "log", "sum", "trace", "outer", "diag", "ones", "einsum"):
        space[name] = getattr(np, name)
    space |= {"W": W, "b": b, "X": X, "Y": Y, "Z": Z, "P": P, "N": len(X), "D": len(W), "K": len(b)}
    # With labels in columns there is no residual in rows, and an expression may do without it.
    return space | ({"R": P - Y} if np.shape(Y) == np.shape(P) else {})


def _log_sum_exp(Z):
    return np.log(np.exp(Z).sum(axis=-1))


def _points(steps):
    """Random points at which all steps run, and what has to be said of them."""
    chain = [_Step(name, step) for name, step in steps.items()]
    rows = [random_point(seed, N, D, K) for seed, (N, D, K) in enumerate(_SIZES)]
    columns = [(W, b, X, Y.T) for W, b, X, Y in rows]
    failures = {}
    for layout, points in (("rows", rows), ("columns", columns)):
        failures[layout] = _failures(chain, points[0])
        if failures[layout]:
            continue
        notes = ["Labels were taken as columns of Y."] if layout == "columns" else []
        other = _failures(chain, points[2])
        if other:
            name, words = next(iter(other.items()))
            notes.append(
                f"At other sizes than {_SIZES[0]} {name!r} raises ({words}): is a size of the "
                "notebook's own in it? Judged at one size only."
            )
        return (points[:2] if other else points), notes
    worst = min(failures.values(), key=len)
    name, words = next(iter(worst.items()))
    raise ValueError(f"the step {name!r} raises {words}; Y is {rows[0][3].shape} or its transpose")


def _failures(chain, point):
    found = {}
    for step in chain:
        try:
            step(point)
        except (Exception, SystemExit) as error:
            found[step.name] = f"{type(error).__name__}: {error}"
    return found


# ---- Comparing two steps ------------------------------------------------------------------------


def _sides(before, after, point):
    """The values that should be equal: of a number before a table, its slopes."""
    first, second = before(point), after(point)
    if first.ndim == 0 and second.ndim > 0:
        W, b, X, Y = point
        shapes = (second.shape, second.shape[::-1])
        wanted = 0 if W.shape in shapes else 1
        first = numeric_gradients(lambda W, b: before((W, b, X, Y)), W, b)[wanted]
    return first, second


def _distance(first, second):
    if first.shape != second.shape:
        return np.inf
    size = max(np.linalg.norm(first), np.linalg.norm(second))
    if size == 0:
        return 0.0
    gap = float(np.linalg.norm(first - second) / size)
    return gap if np.isfinite(gap) else np.inf


def _gap(before, after, points):
    return max(_distance(*_sides(before, after, point)) for point in points)


def _how_far(gap):
    if np.isinf(gap):
        return "another shape, or not finite"
    percent = f"{100 * gap:.2g}" if gap < 0.01 else f"{100 * gap:.0f}"
    return f"off by {percent} % of its size"


def _assumes(before, after, points):
    """What a step that holds for one-hot labels takes for granted, in words; empty if nothing."""
    rng = np.random.default_rng(0)
    W, b, X, Y = points[0]
    in_rows = Y.shape == (len(X), len(b))
    soft = 0.7 * Y + 0.3 / len(b)
    scaled = soft * (rng.uniform(0.5, 2, (len(X), 1)) if in_rows else rng.uniform(0.5, 2, len(X)))
    if not _gap(before, after, [(W, b, X, soft)]) <= _TOLERANCE:
        return "labels are 0 or 1"
    if not _gap(before, after, [(W, b, X, scaled)]) <= _TOLERANCE:
        return "the labels of each sample sum to 1"
    return ""


# ---- Naming the slip ----------------------------------------------------------------------------


def _slip(before, after, points):
    sides = [_sides(before, after, point) for point in points]
    whose = "the step before"
    if before(points[0]).ndim < after(points[0]).ndim:
        whose = "the gradient of the step before"
    return (
        slip_by_value(sides, points, whose)
        or _by_edit(sides, after, points)
        or _by_missing_term(sides, before, after, points)
        or Slip("unnamed", _shapes(sides[0]) or "no single change of the usual kinds mends it.")
    )


def _agree(sides):
    return all(_distance(first, second) <= _TOLERANCE for first, second in sides)


def slip_by_value(sides, points, whose="what it should be"):
    """A slip that the numbers of two sides tell without any source: sign, transpose or factor.

    Parameters
    ----------
    sides : list of (ndarray, ndarray)
        At each point what it should be, and what it is.
    points : list of (W, b, X, Y)
    whose : str
        What the first is called.

    Returns
    -------
    Slip or None
        ``None`` if neither explains the numbers at every point.
    """
    if _agree([(first, -second) for first, second in sides]):
        return Slip("sign", f"it is -1 times {whose}.")
    if _agree([(first, second.T) for first, second in sides]):
        return Slip("transpose", "it is the transpose of what it should be.")
    if _agree([(first, -second.T) for first, second in sides]):
        return Slip("transpose", "it is minus the transpose of what it should be.")
    # A factor of 1 explains nothing, and -1 is the sign.
    for name, factors in list(known_factors(*_sizes_at(points)).items())[2:]:
        pairs = zip(sides, factors, strict=True)
        if _agree([(factor * first, second) for (first, second), factor in pairs]):
            return Slip("factor", f"it is {name} times {whose}.")
    return None


def _sizes_at(points):
    """N, D and K, each with an entry a point."""
    return np.array([(len(X), *W.shape) for W, _, X, _ in points], dtype=float).T


def _by_edit(sides, after, points):
    """The first single edit of the step that makes it follow."""
    if after.tree is None:
        return None
    for edit in edits(after.tree):
        if _follows(after.edited(edit.tree), sides, points):
            words = f"with `{edit.after}` in place of `{edit.before}` it follows."
            return Slip(edit.kind, words)
    return None


def _follows(step, sides, points):
    with contextlib.redirect_stdout(io.StringIO()):
        for (first, _), point in zip(sides, points, strict=True):
            try:
                if not _distance(first, step(point)) <= _TOLERANCE:
                    return False
            except (Exception, SystemExit):  # an edit of the reader's code may do anything
                return False
    return True


def _by_missing_term(sides, before, after, points):
    """What is missing is a term of the step before, or that term's slopes."""
    if before.tree is None or any(first.shape != second.shape for first, second in sides):
        return None
    for text, tree in terms(before.tree):
        term = before.edited(tree)
        try:
            values = [_sides(term, after, point)[0] for point in points]
        except Exception:
            continue
        if _agree([(first, second + v) for (first, second), v in zip(sides, values, strict=True)]):
            return Slip("missing term", f"what became of `{text}` of the step before?")
    return None


def _shapes(sides):
    first, second = sides
    if first.shape == second.shape:
        return ""
    return f"it is {second.shape}; the step before asks for {first.shape}."
