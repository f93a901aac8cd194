"""A class as a function of W, b, X and Y: make one, give it weights, let it work, collect.

Which method does what is known by its name, what it wants by the names of its parameters.
"""

import ast
import inspect

import numpy as np

from helpers.doctor.contract import RATE
from helpers.doctor.names import part_of, role_of, words_of
from helpers.doctor.nodes import new
from helpers.doctor.returns import as_array

GIVEN = "__given__"
_LOSSES = {"loss", "cost", "objective", "entropy", "crossentropy", "nll"}
_FORWARD = {"forward", "proba", "probs", "probabilities", "call"}
_BACKWARD = {"backward", "gradient", "gradients", "grad", "grads", "backprop", "backpropagation"}
STEP = {"step", "update", "fit", "train"}
_GRADIENT = ("d", "grad", "gradient", "g", "nabla")
_STARTS = {
    "zeros",
    "randn",
    "normal",
    "uniform",
    "random",
    "rand",
    "standard_normal",
    "ones",
    "zeros_like",
    "empty",
    "full",
}


def start_weights(tree):
    """Let the first weights that a class makes for itself be given from outside, in place.

    Parameters
    ----------
    tree : ast.AST
    """
    seen = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Attribute):
            continue
        part = part_of(node.targets[0].attr)
        made = {n.attr for n in ast.walk(node.value) if isinstance(n, ast.Attribute)}
        made |= {n.id for n in ast.walk(node.value) if isinstance(n, ast.Name)}
        if part in ("W", "b") and part not in seen and made & _STARTS:
            seen.add(part)
            call = ast.Call(ast.Name(GIVEN, ast.Load()), [ast.Constant(part), node.value], [])
            for each in (call, call.func, call.args[0]):
                new(ast.copy_location(each, node.value))
            node.value = call


class Adapter:
    """Turns a class into functions of (W, b, X, Y).

    Parameters
    ----------
    load : callable
        ``load(extra)`` gives the class anew, with further names.
    """

    def __init__(self, load):
        self._load = load

    def gradients(self):
        """A function that gives a dictionary of loss, dW and db."""
        given = {}
        cls = self._load({GIVEN: lambda part, start: given.get(part, start)})

        def f(W, b, X, Y):
            given.update(W=W, b=b)
            worker = _made(cls, W, b, X)
            return _work(worker, X, Y)

        return f

    def step(self):
        """A function that gives new W and b."""
        given = {}
        cls = self._load({GIVEN: lambda part, start: given.get(part, start)})

        def f(W, b, X, Y, rate):
            given.update(W=W, b=b)
            worker = _made(cls, W, b, X, rate)
            _work(worker, X, Y, rate, stepping=True)
            return _weights(worker)

        return f


def methods_of(cls, words):
    """Methods whose name holds one of some words, in the order of the class."""
    found = []
    for name, method in vars(cls).items():
        if callable(method) and set(words_of(name)) & words:
            found.append(name)
    return found


def _made(cls, W, b, X, rate=RATE):
    """An instance with these weights."""
    sizes = {
        "D": W.shape[0],
        "K": W.shape[1],
        "N": len(X),
        "W": W,
        "b": b,
        "rate": rate,
        "epochs": 1,
        "reg": 0.0,
        "X": W.shape[0],
        "Y": W.shape[1],
    }
    signature = inspect.signature(cls)
    kwargs, spare = {}, [W.shape[0], W.shape[1]]
    for p in signature.parameters.values():
        role = role_of(p.name)[0]
        if role in sizes and (p.default is p.empty or role in ("K", "D", "rate", "epochs", "N")):
            kwargs[p.name] = sizes[role]
            if role in ("D", "X", "K", "Y") and spare:
                spare.remove(sizes[role]) if sizes[role] in spare else None
        elif p.default is p.empty and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD):
            kwargs[p.name] = spare.pop(0) if spare else 1
    worker = cls(**kwargs)
    _put(worker, {"W": W, "b": b})
    return worker


def _put(worker, weights):
    """Give an instance its weights, where it already has some."""
    for name, value in list(vars(worker).items()):
        if isinstance(value, dict):
            for key in value:
                if part_of(key) in weights and not _is_gradient(key):
                    value[key] = weights[part_of(key)]
        elif part_of(name) in weights and not _is_gradient(name) and value is not None:
            setattr(worker, name, weights[part_of(name)])


def _is_gradient(name):
    name = str(name).lower().strip("_")
    return any(name.startswith(prefix) and len(name) > len(prefix) for prefix in _GRADIENT)


def _weights(worker):
    found = {}
    for name, value in vars(worker).items():
        items = value.items() if isinstance(value, dict) else ((name, value),)
        for key, array in items:
            if part_of(key) in ("W", "b") and not _is_gradient(key) and as_array(array) is not None:
                found.setdefault(part_of(key), array)
    return found


def _work(worker, X, Y, rate=RATE, stepping=False):
    """Call what is there, in the order forward, loss, backward, step."""
    cls, results = type(worker), {}
    known = {"X": X, "Y": Y, "rate": rate, "epochs": 1, "N": len(X), "reg": 0.0}
    order = [
        *methods_of(cls, _FORWARD)[:1],
        *methods_of(cls, _LOSSES)[:1],
        *methods_of(cls, _BACKWARD)[:1],
    ]
    if stepping:
        order = [*order, *methods_of(cls, STEP)[:1]]
        if order[-1:] and set(words_of(order[-1])) & {"fit", "train"}:
            order = order[-1:]
    for name in dict.fromkeys(order):
        returned = _called(getattr(worker, name), known)
        if set(words_of(name)) & _FORWARD:
            known["P"] = returned
        _collect(returned, results, set(words_of(name)) & _LOSSES)
    for name, value in vars(worker).items():
        items = value.items() if isinstance(value, dict) else ((name, value),)
        for key, array in items:
            if _is_gradient(key) and part_of(key) in ("W", "b") and as_array(array) is not None:
                results.setdefault("d" + part_of(key), array)
    return results


def _called(method, known):
    """A method, called by the names of its parameters."""
    args = []
    for p in inspect.signature(method).parameters.values():
        role = role_of(p.name)[0]
        words = set(words_of(p.name))
        if words & {"pred", "hat", "probs", "p", "output", "out", "prob", "proba", "yhat"}:
            role = "P"
        if role in known:
            args.append(known[role])
        elif p.default is p.empty and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD):
            left = [known[r] for r in ("X", "Y") if not any(known[r] is a for a in args)]
            args.append(left[0] if left else None)
        elif p.kind is not p.KEYWORD_ONLY:
            args.append(p.default)
    return method(*args[: len(inspect.signature(method).parameters)])


def _collect(returned, results, is_loss):
    """Loss and gradients out of what a method returned."""
    items = returned if isinstance(returned, (tuple, list)) else [returned]
    for item in items:
        if isinstance(item, dict):
            for key, value in item.items():
                if part_of(key) in ("W", "b"):
                    results["d" + part_of(key)] = value
            continue
        array = as_array(item)
        if array is None:
            continue
        if array.size == 1 and is_loss:
            results.setdefault("loss", float(np.ravel(array)[0]))
        elif len(items) > 1 and array.ndim == 2 and "dW" not in results:
            results["dW"] = array
        elif len(items) > 1 and array.size > 1 and "dW" in results and "db" not in results:
            results["db"] = array
