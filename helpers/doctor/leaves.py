"""Arrays inside the arguments ``at``: where they are, and a copy with one of them replaced.

A path is a tuple: the index of the argument, then the keys and indices inside it.
"""

import numpy as np


def leaves_of(at, names):
    """Path of each array or number among the arguments to its name."""
    found = {}
    for index, value in enumerate(at):
        name = names[index] if index < len(names) else f"argument {index + 1}"
        _walk(value, (index,), name, found)
    return found


def _walk(value, path, name, found):
    if isinstance(value, np.ndarray):
        if value.dtype.kind == "f":
            found[path] = name
    elif isinstance(value, dict):
        for key, inner in value.items():
            _walk(inner, (*path, key), str(key), found)
    elif isinstance(value, (list, tuple)):
        for key, inner in enumerate(value):
            _walk(inner, (*path, key), f"{name}[{key}]", found)
    elif isinstance(value, (float, np.floating)):
        found[path] = name


def get(container, path):
    """The array at a path."""
    for key in path:
        container = container[key]
    return np.asarray(container)


def put(container, path, value):
    """A copy of nested arguments with one array replaced."""
    if not path:
        return value
    if isinstance(container, dict):
        return {k: put(v, path[1:], value) if k == path[0] else v for k, v in container.items()}
    items = [put(v, path[1:], value) if i == path[0] else v for i, v in enumerate(container)]
    return type(container)(items) if type(container) in (list, tuple) else items
