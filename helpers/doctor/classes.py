"""A class as a function of W, b, X and Y: make one, give it weights, let it work, collect.

Which method does what is known by its name, what it wants by the names of its parameters; where no
name helps, by what it does.
"""

import ast
import inspect
from numbers import Real

import numpy as np

from helpers.doctor import guard
from helpers.doctor.contract import RATE
from helpers.doctor.names import is_gradient, part_of, role_of, words_of
from helpers.doctor.returns import as_array, shape_of
from helpers.doctor.starts import counts_attributes, keeps_something_else

_LOSSES = {"loss", "cost", "objective", "entropy", "crossentropy", "nll", "likelihood", "verlust"}
_FORWARD = {"forward", "proba", "probs", "probabilities", "call"}
_BACKWARD = {"backward", "gradient", "gradients", "grad", "grads", "backprop", "backpropagation"}
_STEP_NAMES = (
    "step update fit train partial learn optimize optimise descend descent apply epoch sgd"
)
STEP = frozenset(_STEP_NAMES.split())
_WHOLE = {"fit", "train", "learn", "partial", "epoch", "batch", "sgd"}  # a step all by itself
_PROBABILITIES = {"pred", "hat", "probs", "p", "output", "out", "prob", "proba", "yhat", "preds"}


class Adapter:
    """Turns a class into functions of (W, b, X, Y).

    Parameters
    ----------
    tree : ast.ClassDef
    given : starts.Given
        What hands the weights out.
    """

    def __init__(self, tree, given):
        self._tree, self._given, self._numbers = tree, given, None
        self._has_bias = _has_bias(tree) or counts_attributes(tree) > 1
        self._is_handed = _is_handed_weights(tree)
        self._has_rate = any(
            role_of(node.arg)[0] == "rate" for node in ast.walk(tree) if isinstance(node, ast.arg)
        )

    def function(self, cls, stepping):
        """A function that gives a dictionary of loss, dW and db; or new weights.

        Parameters
        ----------
        cls : class
            As the tree has it, or with an edit made.
        stepping : bool

        Returns
        -------
        callable
            Of (W, b, X, Y), with a rate for steps; without b, if the class has none of its own.
        """
        if self._numbers is None:  # no edit makes others
            self._numbers = _numbers_of(cls, self._tree)
        names = ["W"] + ["b"] * self._has_bias + ["X", "Y"]
        names += ["rate"] * (stepping and self._has_rate)
        kept = {}  # who is handed the weights keeps other things from step to step

        def work(*args, **numbers):
            taken = dict(zip(names, args, strict=True))
            W, b, X, Y = (taken.get(name) for name in "WbXY")
            rate = taken.get("rate", RATE)
            self._given.begin(**{k: v for k, v in (("W", W), ("b", b)) if v is not None})
            key = (np.shape(X), rate, *numbers.items()) if stepping and self._is_handed else None
            worker = kept.get(key) or _made(cls, _sizes(W, b, X), rate, numbers)
            kept.clear()
            kept[key] = worker if key else None
            _put(worker, self._given)
            results = _work(worker, X, Y, rate, stepping, self._given, numbers)
            return (_weights(worker, self._given) or results) if stepping else results

        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        work.__signature__ = inspect.Signature([inspect.Parameter(n, kind) for n in names])
        work.numbers = self._numbers
        return work


_SIZED = ("K", "D", "N", "W", "b", "X", "Y", "rate", "epochs")


def _numbers_of(cls, tree):
    """Optional numbers of a class: of its methods, and attributes that are one for good."""
    methods = [m for m in vars(cls).values() if inspect.isfunction(m)]
    found = {}
    for p in [p for m in (cls, *methods) for p in inspect.signature(m).parameters.values()]:
        role = role_of(p.name)[0]
        if isinstance(p.default, Real) and role not in _SIZED:
            found.setdefault(p.name, p.default)
        elif p.default is p.empty and role == "reg":
            found[p.name] = 0.0
    return found | _fixed(tree)


def _fixed(tree):
    """Attributes that are a number for good: assigned once, and nothing else is made of them."""
    written, values = [], {}
    for node in ast.walk(tree):
        match node:
            case (
                ast.Assign(targets=[target], value=value)
                | ast.AnnAssign(target=target, value=value)
            ):
                name = getattr(target, "attr", "") or (target.id if node in tree.body else "")
                made_of = ast.walk(value) if value and name else ()
                written += [name, *{getattr(n, "attr", "") for n in made_of}]
                if isinstance(getattr(value, "value", None), Real):
                    values[name] = value.value
            case ast.AugAssign(target=ast.Attribute(attr=name)):
                written.append(name)
    return {
        name: value
        for name, value in values.items()
        if name
        and written.count(name) == 1
        and role_of(name)[0] not in _SIZED
        and not keeps_something_else(name)
    }


def _has_bias(tree):
    """Whether a class has an attribute, a key or a parameter for the bias."""
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(attr=name) | ast.arg(arg=name) | ast.Constant(value=str(name)):
                if part_of(name) == "b" and not is_gradient(name):
                    return True
    return False


def _is_handed_weights(tree):
    """Whether a method that is not the first to be called takes W and samples."""
    methods = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    roles = [{role_of(arg.arg)[0] for arg in m.args.args} for m in methods if m.name != "__init__"]
    return any({"W", "X"} <= each for each in roles)


def methods_of(cls, words):
    """Methods whose name holds one of some words, in the order of the class, parents' last."""
    found = {}
    for each in cls.__mro__[:-1]:
        for name, method in vars(each).items():
            if callable(getattr(method, "__func__", method)) and set(words_of(name)) & words:
                found.setdefault(name)
    return list(found)


def _sizes(W, b, X):
    """N, D and K, by the weights and the samples."""
    W, X = np.asarray(W), np.asarray(X)
    K = np.size(b) if b is not None else None
    if K is None:
        K = next((k for k in W.shape[::-1] if not {k, k - 1} & set(X.shape)), W.shape[-1])
    features = [d for d in X.shape if d in W.shape or d + 1 in W.shape]
    D = features[-1] if features else X.shape[-1]
    N = X.size // D
    return {"D": D, "K": K, "N": N, "W": W, "b": b, "X": D, "Y": K}


def _made(cls, sizes, rate, numbers):
    """An instance of these sizes, with these optional numbers."""
    known = sizes | {"rate": rate, "epochs": 1, "reg": 0.0}
    signature = inspect.signature(cls)
    kwargs, spare = {}, [sizes["D"], sizes["K"]]
    for p in signature.parameters.values():
        role = role_of(p.name)[0]
        numeric = isinstance(p.default, (int, float)) and role in ("W", "b", "X", "Y")
        if p.name in numbers:
            kwargs[p.name] = numbers[p.name]
        elif role in known and not numeric:
            if p.default is p.empty or role in ("K", "D", "rate", "epochs", "N", "W", "b"):
                kwargs[p.name] = known[role]
            if role in ("D", "X", "K", "Y") and known[role] in spare:
                spare.remove(known[role])
        elif p.default is p.empty and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD):
            kwargs[p.name] = spare.pop(0) if spare else 1
    worker = cls(**kwargs)
    vars(worker).update(
        {k: v for k, v in numbers.items() if k not in kwargs and hasattr(worker, k)}
    )
    return worker


def _put(worker, given):
    """Give an instance its weights, where it already has some."""
    for holder, name, value in _held(worker):
        part = part_of(name)
        if part in given.weights and not is_gradient(name) and value is not None:
            array = given.weights[part]
            shape = shape_of(value) or ()
            if len(shape) == np.ndim(array) and shape != np.shape(array) and value is not array:
                raise ValueError(f"{name} is made with the shape {shape}")
            holder[name] = array
            given.taken.setdefault(part, name)


def _held(worker, deep=True):
    """(dictionary, key, value) of what an instance holds, in its dictionaries too."""
    for name, value in list(vars(worker).items()):
        if keeps_something_else(name):
            continue
        if isinstance(value, dict):
            for key in list(value):
                yield value, key, value[key]
        elif deep and _is_plain(value):
            yield from _held(value, deep=False)
        else:
            yield vars(worker), name, value


def _is_plain(value):
    """Whether a value is an object of the reader's, with attributes of its own."""
    return hasattr(value, "__dict__") and type(value).__module__ == "reader"


def _weights(worker, given):
    found = {}
    for _, key, array in _held(worker):
        if as_array(array) is None or np.size(array) < 2:
            continue
        part = next((p for p, name in given.taken.items() if name == key), part_of(key))
        if part in ("W", "b") and (key in given.taken.values() or not is_gradient(key)):
            found.setdefault(part, array)
    return found


def _work(worker, X, Y, rate, stepping, given, numbers):
    """Call what is there, in the order forward, loss, backward, step."""
    cls, results = type(worker), {}
    known = {"X": X, "Y": Y, "rate": rate, "epochs": 1, "N": np.shape(X)[0], "reg": 0.0}
    known |= {"numbers": numbers, **given.weights}
    order = [_of_data(cls, methods_of(cls, words)) for words in (_FORWARD, _LOSSES, _BACKWARD)]
    order = [name for names in order for name in names[:1]]
    if stepping:
        order += _steps_of(cls)[:1]
        if order and set(words_of(order[-1])) & _WHOLE:
            order = order[-1:]
    for name in dict.fromkeys(order):
        returned = _collect_from(worker, name, known, results)
    if stepping and order and not given.taken and returned is not None:
        return returned  # the weights that it was handed
    _collect_kept(worker, results)
    alone = results.pop("alone", None)
    if alone is not None:
        results.setdefault("dW", alone)
    if not (stepping or results.keys() & {"dW", "db"}):
        _try_all(worker, known, results, set(order))
    elif stepping and not order:
        _try_steps(worker, known, given)
    return results


def _of_data(cls, names):
    """Methods that take data first: ``cross_entropy(P, y)`` is a helper of ``loss(X, y)``."""

    def takes_probabilities(name):
        parameters = inspect.signature(getattr(cls, name)).parameters
        return any(set(words_of(p)) & _PROBABILITIES for p in parameters)

    return sorted(names, key=takes_probabilities) if len(names) > 1 else names


def _steps_of(cls):
    found = methods_of(cls, STEP)
    return sorted(found, key=lambda name: name.startswith("_"))


def _collect_from(worker, name, known, results):
    returned = _called(getattr(worker, name), known)
    words = set(words_of(name))
    if words & _FORWARD:
        known["P"] = returned
    _collect(returned, results, words)
    return returned


def _collect_kept(worker, results):
    """Gradients that an instance keeps: ``self.dW``, ``self.grads["W"]``."""
    for name, value in vars(worker).items():
        inside = isinstance(value, dict) and is_gradient(name)
        items = value.items() if isinstance(value, dict) else ((name, value),)
        for key, array in items:
            gradient = inside or is_gradient(key)
            if gradient and part_of(key) in ("W", "b") and as_array(array) is not None:
                results.setdefault("d" + part_of(key), array)


def _try_all(worker, known, results, done):
    """Methods without a telling name, until one gives gradients."""
    for name in _public(worker):
        if name in done or set(words_of(name)) & STEP:
            continue
        found = {}
        _, error = guard.attempt(_collect_from, worker, name, known, found)
        if error is None and found.keys() & {"dW", "db"}:
            results.update({k: v for k, v in found.items() if k not in results})
            return


def _try_steps(worker, known, given):
    """Methods without a telling name, until one changes the weights."""
    before = {part: np.copy(array) for part, array in given.weights.items()}
    for name in _public(worker):
        guard.attempt(_called, getattr(worker, name), known)
        now = _weights(worker, given)
        if any(not np.array_equal(now.get(part), old) for part, old in before.items()):
            return


def _public(worker):
    found = [n for n, m in vars(type(worker)).items() if callable(m) and not n.startswith("__")]
    return sorted(found, key=lambda name: name.startswith("_"))


def _called(method, known):
    """A method, called by the names of its parameters."""
    args, kwargs = [], {}
    for p in inspect.signature(method).parameters.values():
        role = role_of(p.name)[0]
        if set(words_of(p.name)) & _PROBABILITIES and "P" in known:
            role = "P"
        value = p.default
        if p.name in known["numbers"]:
            value = known["numbers"][p.name]
        elif role in known and not (role in ("X", "Y") and isinstance(value, (int, float))):
            value = known[role]
        elif p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD):
            continue
        elif value is p.empty:
            left = [known[r] for r in ("X", "Y") if not any(known[r] is a for a in args)]
            value = left[0] if left else None
        if p.kind is p.KEYWORD_ONLY:
            kwargs[p.name] = value
        else:
            args.append(value)
    return method(*args, **kwargs)


def _collect(returned, results, words):
    """Loss and gradients out of what a method returned."""
    several = isinstance(returned, (tuple, list))
    items = list(returned) if several else [returned]
    while items:
        item = items.pop(0)
        if isinstance(item, dict):
            parts = {part_of(key): value for key, value in item.items()}
            results |= {"d" + part: value for part, value in parts.items() if part in ("W", "b")}
            continue
        array = as_array(item)
        if array is None:
            items = [*item, *items] if isinstance(item, (tuple, list)) else items
            continue
        part = _part_of_array(array, several, words, results)
        if part:
            results.setdefault(part, float(np.ravel(array)[0]) if part == "loss" else array)


def _part_of_array(array, several, words, results):
    """What an array is that a method of such a name returned, alone or among others."""
    if array.size == 1 and (several or words & (_LOSSES | _FORWARD)):
        return "loss"
    if words & _FORWARD and not words & _BACKWARD:
        return ""
    if not several:
        return "alone" if array.ndim and words & _BACKWARD else ""
    if array.ndim == 2 and "dW" not in results:
        return "dW"
    return "db" if array.size > 1 and "dW" in results else ""
