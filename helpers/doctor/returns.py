"""Read what people return: tuples in any order, dictionaries, objects, lone arrays."""

import dataclasses
import math
from collections.abc import Sequence
from numbers import Number

import numpy as np

from helpers.doctor.names import part_of


class UnreadableReturn(ValueError):
    """What came back holds nothing that could be a loss or a gradient.

    Attributes
    ----------
    note : str
        A key of ``words.NOTES``.
    """

    def __init__(self, note, detail=""):
        super().__init__(detail)
        self.note = note


def read(returned, W_shape, b_shape, samples, hints=()):
    """Find loss, gradient of W and gradient of b in what a function returned.

    Parameters
    ----------
    returned : object
    W_shape, b_shape : tuple of int
        The shapes of the W and b that it was given; ``b_shape`` is ``None`` if b was folded in.
    samples : int
        N.
    hints : sequence of str
        The names of the returned parts in its ``return`` line, "" where a part has none.

    Returns
    -------
    dict
        Arrays by "loss", "W" and "b", as far as they came.

    Raises
    ------
    UnreadableReturn
        With the reason, to be shown.
    """
    if returned is None:
        raise UnreadableReturn("returns nothing")
    named, loose = {}, []
    for name, array, keyed in flatten(returned, hints):
        role = part_of(name)
        if keyed and role and role not in named:
            named[role] = array
        else:
            loose.append(("" if keyed else role, array))
    if not named and not loose:
        raise UnreadableReturn("returns no numbers", type(returned).__name__)
    _assign(named, loose, W_shape, b_shape, samples)
    if not named:
        raise UnreadableReturn("returns no gradient", ", ".join(str(a.shape) for _, a in loose))
    return named


def flatten(item, hints=(), name="", keyed=False, around=()):
    """All arrays in what a function returned.

    Parameters
    ----------
    item : object
        Tuples, lists, dictionaries and objects are taken apart.
    hints : sequence of str
        Names of the elements of a tuple or list.
    name : str
        Of an array that stands alone.
    keyed : bool
        Whether that name is a key.
    around : tuple of int
        Ids of what it stands in: what holds itself is taken apart once.

    Yields
    ------
    name : str
    array : ndarray
    keyed : bool
        Whether the name is a key or a field, not that of a returned variable.
    """
    if id(item) in around or _is_endless(item):
        return
    inside = (*around, id(item))
    fields = fields_of(item)
    if fields is not None:
        for key, value in fields.items():
            yield from flatten(value, (), str(key), True, inside)
        return
    array = None if isinstance(item, tuple) else as_array(item)
    if array is not None:
        yield name or (hints[0] if hints else ""), array, keyed
    elif isinstance(item, (tuple, list)):
        names = hints if len(hints) == len(item) else [""] * len(item)
        for each, part in zip(names, item, strict=True):
            yield from flatten(part, [each] if each else (), each, around=inside)


def _is_endless(item, outer=()):
    """Whether a list holds itself: ``ms.append(ms)``. NumPy would fill the memory with it."""
    if not isinstance(item, list):
        return False
    return any(item is each for each in outer) or any(
        _is_endless(part, (*outer, item)) for part in item if isinstance(part, list)
    )


_BARE = (tuple, list, float, np.ndarray, np.float64)  # most of what is asked about


def fields_of(item):
    """The named parts of a dictionary, named tuple, dataclass or plain object; else ``None``."""
    if isinstance(item, dict):
        return item
    if type(item) in _BARE:
        return None
    if hasattr(item, "_asdict"):
        return item._asdict()
    if dataclasses.is_dataclass(item) and not isinstance(item, type):
        return {f.name: getattr(item, f.name) for f in dataclasses.fields(item)}
    module = type(item).__module__.partition(".")[0]
    if module not in ("builtins", "numpy", "pandas", "torch") and hasattr(item, "__dict__"):
        return vars(item)
    return None


def _comes_to_an_end(item):
    # NumPy walks along whatever can be indexed, and np.r_ or np.c_ can be for ever.
    return hasattr(item, "__array__") or isinstance(item, (Number, Sequence))


def shape_of(item):
    """The shape of an array, a number or a list; ``None`` for what is none of them."""
    try:
        return np.shape(item) if _comes_to_an_end(item) else None
    except ValueError:  # a list of W and b
        return None


def as_array(item):
    """A numeric array, or ``None`` for containers of unlike parts and for what is no number."""
    if isinstance(item, list) and any(isinstance(part, (np.ndarray, tuple, dict)) for part in item):
        shapes = {getattr(part, "shape", None) for part in item if not isinstance(part, dict)}
        if (
            None in shapes
            or len(shapes) != 1
            or len(item) <= 3
            or any(len(shape) != 1 for shape in shapes)
        ):
            return None
    if not _comes_to_an_end(item):
        return None
    if hasattr(item, "detach"):  # a PyTorch tensor
        item = item.detach().cpu().numpy()
    try:
        array = np.asarray(item)
    except (ValueError, TypeError):
        return None
    if array.dtype == object and array.size and not isinstance(item, list):
        try:
            array = array.astype(float)
        except (TypeError, ValueError):
            return None
    return array if array.dtype.kind in "iufc" else None


def _assign(named, loose, W_shape, b_shape, samples):
    """Give the parts without a key their roles: by shape, then by name, then by place."""
    size, order = math.prod(W_shape), [array for _, array in loose]
    W_tests = (
        lambda a: a.shape == W_shape,
        lambda a: a.shape == W_shape[::-1],
        lambda a: a.shape == (size,) and len(W_shape) > 1,
        lambda a: a.ndim == 2 and min(a.shape) > 1 and a.shape != (samples, W_shape[-1]),
        lambda a: a.ndim == 2 and min(a.shape) > 1,
    )
    _take("W", W_tests, named, loose)
    _take_named("W", named, loose)
    if b_shape is not None:
        classes = math.prod(b_shape)
        tests = (lambda a: a.shape == b_shape, lambda a: a.size == classes and a.ndim)
        _take("b", tests, named, loose)
        _take_named("b", named, loose)
    _take_named("loss", named, loose)
    if b_shape is not None and "W" in named and "b" not in named:
        _take_wrong_bias(named, loose, order, samples)
    _take("loss", (lambda a: a.size == 1, lambda a: a.size == samples and a.ndim < 3), named, loose)


def _take_wrong_bias(named, loose, order, samples):
    """A bias summed to one number, or over the wrong axis, stands behind dW."""
    scalars = sum(array.size == 1 for _, array in loose)
    if scalars > 1 or ("loss" in named and scalars):
        _take("b", (lambda a: a.size == 1,), named, loose[::-1], loose)
        return
    behind = _behind(named["W"], order)
    tests = (
        lambda a: a.size == samples and ("loss" in named or id(a) in behind),
        lambda a: a.size == 1 and abs(a.ravel()[0]) < 1e-9,
    )
    _take("b", tests, named, loose)


def _behind(W, order):
    """Ids of the parts that stand behind the gradient of W."""
    places = [i for i, array in enumerate(order) if array is W or array.base is W]
    return {id(array) for array in order[places[0] + 1 :]} if places else set()


def _take(role, tests, named, loose, remove_from=None):
    """Give ``role`` the first part that passes the first test that any passes."""
    for test in tests if role not in named else ():
        for pair in loose:
            if pair[0] in ("", role) and test(pair[1]):
                named[role] = pair[1]
                target = loose if remove_from is None else remove_from
                target[:] = [other for other in target if other is not pair]
                return


def _take_named(role, named, loose):
    for pair in loose if role not in named else ():
        if pair[0] == role:
            named[role] = pair[1]
            loose[:] = [other for other in loose if other is not pair]
            return
