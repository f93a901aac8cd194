"""Read what people return: tuples in any order, dictionaries, objects, lone arrays."""

import dataclasses
import re

import numpy as np

_LOSS = {
    "loss",
    "cost",
    "j",
    "l",
    "objective",
    "ce",
    "crossentropy",
    "nll",
    "error",
    "value",
    "obj",
}
_LOSS |= {"totalloss", "dataloss", "celoss", "meanloss", "loglikelihood", "ll", "lossvalue", "err"}
_AFFIXES = re.compile(
    r"^(dl_?d|dj_?d|nabla_?|gradients?_?|grads?_?|delta_?|new_?|updated_?|d_?)|"
    r"(_?gradients?|_?grads?|_?new|_?out|_?[01])$"
)
_WEIGHTS = {"w", "weight", "weights", "theta", "wts", "kernel", "coef", "beta"}
_BIAS = {"b", "bias", "biases", "intercept", "c"}


class Unreadable(ValueError):
    """What came back holds nothing that could be a loss or a gradient."""


def role_of(key):
    """ "loss", "W", "b" or "" for a key of a dictionary or the name of an attribute."""
    name = str(key).lower()
    if re.sub(r"[^a-z]", "", name) in _LOSS:
        return "loss"
    for _ in range(3):
        if name in _WEIGHTS:
            return "W"
        if name in _BIAS:
            return "b"
        name = _AFFIXES.sub("", name)
    return ""


def read(returned, W_shape, b_shape, samples):
    """Find loss, gradient of W and gradient of b in what a function returned.

    Parameters
    ----------
    returned : object
    W_shape, b_shape : tuple of int
        The shapes of the W and b that it was given; ``b_shape`` is ``None`` if b was folded in.
    samples : int
        N.

    Returns
    -------
    dict
        Arrays by "loss", "W" and "b", as far as they came.

    Raises
    ------
    Unreadable
        With the reason, to be shown.
    """
    if returned is None:
        raise Unreadable("The function returns nothing (None): is the return line missing?")
    named, loose = {}, []
    _flatten(returned, named, loose)
    if not named and not loose:
        raise Unreadable(f"It returns a {type(returned).__name__} without numbers in it.")
    _assign(named, loose, W_shape, b_shape, samples)
    if not named:
        shapes = ", ".join(str(np.shape(a)) for a in loose)
        raise Unreadable(f"It returns {shapes}; none has the shape {W_shape} of W.")
    return named


def _flatten(item, named, loose):
    fields = _fields(item)
    if fields is not None:
        for key, value in fields.items():
            role = role_of(key)
            array = None if _fields(value) is not None else _as_array(value)
            if role and role not in named and array is not None:
                named[role] = array
            else:
                _flatten(value, named, loose)
        return
    array = None if isinstance(item, tuple) else _as_array(item)
    if array is not None:
        loose.append(array)
    elif isinstance(item, (tuple, list)):
        for part in item:
            _flatten(part, named, loose)


def _fields(item):
    """The named parts of a dictionary, named tuple, dataclass or plain object; else ``None``."""
    if isinstance(item, dict):
        return item
    if hasattr(item, "_asdict"):
        return item._asdict()
    if dataclasses.is_dataclass(item) and not isinstance(item, type):
        return {f.name: getattr(item, f.name) for f in dataclasses.fields(item)}
    if type(item).__module__ not in ("builtins", "numpy") and hasattr(item, "__dict__"):
        return vars(item) if not isinstance(item, np.ndarray) else None
    return None


def _as_array(item):
    """A numeric array, or ``None`` for containers of unlike parts and for what is no number."""
    if isinstance(item, list) and any(isinstance(part, (np.ndarray, tuple, dict)) for part in item):
        shapes = {np.shape(part) for part in item if not isinstance(part, dict)}
        if len(shapes) != 1 or len(item) <= 3 or any(len(shape) != 1 for shape in shapes):
            return None
    try:
        array = np.asarray(item)
    except ValueError:
        return None
    if array.dtype == object and array.size and not isinstance(item, list):
        try:
            array = array.astype(float)
        except (TypeError, ValueError):
            return None
    return array if np.issubdtype(array.dtype, np.number) else None


def _assign(named, loose, W_shape, b_shape, samples):
    """Give the parts without a name their roles: by shape, then by place."""
    if "W" not in named:
        index = _first(loose, lambda a: a.shape == W_shape)
        if index is None:
            index = _first(loose, lambda a: a.shape == W_shape[::-1])
        if index is None:  # raveled, as optimisers want it
            index = _first(loose, lambda a: a.shape == (int(np.prod(W_shape)),))
            if index is not None:
                loose[index] = loose[index].reshape(W_shape)
        if index is None:
            index = _first(loose, lambda a: a.ndim == 2 and min(a.shape) > 1)
        if index is not None:
            named["W"] = loose[index]
            _assign_scalars(named, loose[:index], loose[index + 1 :], W_shape, b_shape, samples)
            return
    _assign_scalars(named, [], loose, W_shape, b_shape, samples)


def _assign_scalars(named, before, after, W_shape, b_shape, samples):
    parts = before + after
    if "b" not in named and b_shape is not None:
        classes = int(np.prod(b_shape))
        index = _first(parts, lambda a: a.shape == b_shape)
        if index is None:
            index = _first(parts, lambda a: a.size == classes and a.ndim > 0)
        if index is None:  # summed over the wrong axis: one number a sample, after dW
            index = _first(after, lambda a: a.size == samples and a.ndim in (1, 2))
            index = None if index is None else index + len(before)
        if index is None:
            index = _place_of_dead_bias(before, after, "loss" in named)
        if index is not None:
            named["b"] = parts.pop(index)
    if "loss" not in named:
        index = _first(parts, lambda a: a.size == 1)
        if index is None:
            index = _first(parts, lambda a: a.size == samples and a.ndim in (1, 2))
        if index is not None:
            named["loss"] = parts[index]


def _place_of_dead_bias(before, after, has_loss):
    """Where a bias gradient stands that is one number: behind dW, next to a loss or near 0."""
    index = _first(after, lambda a: a.size == 1)
    if index is None:
        return None
    scalars = sum(part.size == 1 for part in before + after)
    near_zero = abs(float(after[index].ravel()[0].real)) < 1e-6
    return len(before) + index if has_loss or scalars > 1 or near_zero else None


def _first(arrays, wanted):
    return next((i for i, array in enumerate(arrays) if wanted(array)), None)
