"""The course's digits as MNIST's files and loaders hand them out, one per hundred of the size.

60 000 training images are 600 here, 10 000 test images 100; a script's own sizes are divided
likewise, so that ``X[:50000]`` is still five sixths of the set.
"""

import functools
import gzip
import io
import pickle
import re

import numpy as np

from helpers.digits import load_digits

TRAIN, TEST, SIDE, CLASSES = 600, 100, 28, 10
SEED = 7


@functools.cache
def pool():
    """Images (uint8, 700 x 28 x 28) and labels (uint8) in mixed order, the last 100 to test."""
    digits, rng = load_digits(), np.random.default_rng(SEED)
    parts = []
    for X, y, n in ((digits.X_train, digits.y_train, TRAIN), (digits.X_test, digits.y_test, TEST)):
        each = n // CLASSES
        rows = np.concatenate([np.flatnonzero(y == k)[:each] for k in range(CLASSES)])
        rows = rng.permutation(rows)
        parts.append((np.rint(X[rows] * 255).astype(np.uint8).reshape(-1, SIDE, SIDE), y[rows]))
    images, labels = (np.concatenate(both) for both in zip(*parts, strict=True))
    return images, labels.astype(np.uint8)


def split(test):
    """Copies of the images and labels to train on, or of those to test on."""
    images, labels = pool()
    part = slice(TRAIN, None) if test else slice(0, TRAIN)
    return images[part].copy(), labels[part].copy()


@functools.cache
def _small():
    rows = np.arange(1797)
    digits = load_digits()
    X = np.concatenate([digits.X_train, digits.X_test])
    y = np.concatenate([digits.y_train, digits.y_test])
    order = np.random.default_rng(SEED).permutation(len(X))[rows]
    blocks = X[order].reshape(-1, SIDE, SIDE)[:, 2:26, 2:26].reshape(-1, 8, 3, 8, 3)
    return np.rint(16 * blocks.mean(axis=(2, 4))), y[order]


def small_digits():
    """1797 images of 8 x 8 pixels, 0 to 16, as scikit-learn's ``load_digits`` has them."""
    return tuple(part.copy() for part in _small())


def role(name):
    """What a name promises: ``(test, labels)``, two bools; None if it promises nothing.

    Parameters
    ----------
    name : str
        Of a variable, a key or a file: ``X_train``, ``ytest``, ``t10k-labels``.
    """
    bare = re.sub(r"mnist|digits?|ubyte|idx\d|raw|data(?=set)|[\W_\d]+|set", " ", name.lower())
    found = re.fullmatch(
        r"(?P<a>(train(ing)?|trn?|test(ing)?|te|tst|ts|tk|t k|val(id(ation)?)?|dev))? ?"
        r"(?P<what>(x|images?|imgs?|data|features?|inputs?|pixels|y|labels?|targets?|t|hot|onehot))"
        r"s? ?(?P<b>(train(ing)?|trn?|test(ing)?|te|tst|ts|val(id(ation)?)?|dev))?",
        bare.strip(),
    )
    if not found:
        return None
    half = found["a"] or found["b"] or "train"
    return not half.startswith("tr"), found["what"][0] in "ylto" or found["what"].startswith("hot")


def content(name, header):
    """The bytes of a stand-in for a file, or None for a name that is none of MNIST's.

    Parameters
    ----------
    name : str
        The file's name without its folder.
    header : bool
        Whether a CSV begins with a line of names.
    """
    lower = name.lower()
    test = bool(re.search(r"test|t10k|val", lower))
    if re.search(r"ubyte|idx[13]", lower):
        data = _idx(*split(test), labels="label" in lower)
        return gzip.compress(data, 1) if lower.endswith(".gz") else data
    if lower.endswith(".npz") and re.search("mnist|digit|data", lower):
        return _npz()
    if lower.endswith(".npy") and role(lower[:-4]):
        of_test, labels = role(lower[:-4])
        return _saved(np.save, split(of_test)[labels])
    if re.search(r"\.csv(\.gz)?$", lower) and re.search("mnist|train|test|digit", lower):
        text = _csv(test, "mnist" in lower, header)
        return gzip.compress(text, 1) if lower.endswith(".gz") else text
    if re.search(r"mnist.*\.pkl|\.pickle", lower):
        data = pickle.dumps(_pickled(), protocol=2)
        return gzip.compress(data, 1) if lower.endswith(".gz") else data
    return None


def _idx(images, labels_of, labels):
    values = labels_of if labels else images
    head = bytes([0, 0, 8, values.ndim])
    return head + b"".join(n.to_bytes(4, "big") for n in values.shape) + values.tobytes()


def _saved(save, *args, **kwargs):
    buffer = io.BytesIO()
    save(buffer, *args, **kwargs)
    return buffer.getvalue()


def _npz():
    (X, y), (X_test, y_test) = split(False), split(True)
    return _saved(np.savez, x_train=X, y_train=y, x_test=X_test, y_test=y_test)


def _pickled():
    (X, y), (X_test, y_test) = split(False), split(True)
    X, X_test = (part.reshape(len(part), -1).astype(np.float32) / 256 for part in (X, X_test))
    y, y_test = y.astype(np.int64), y_test.astype(np.int64)
    return (X[:500], y[:500]), (X[500:], y[500:]), (X_test, y_test)


def _csv(test, both_labelled, header):
    """Kaggle's two files (420 labelled rows, 280 without), or MNIST's two, all labelled."""
    images, labels = pool()
    if both_labelled:
        images, labels = split(test)
    else:
        part = slice(420, None) if test else slice(0, 420)
        images, labels = images[part], labels[part]
    table = images.reshape(len(images), -1)
    names = [f"pixel{j}" for j in range(table.shape[1])]
    if both_labelled or not test:
        table, names = np.column_stack([labels, table]), ["label", *names]
    rows = [",".join(map(str, row)) for row in table.tolist()]
    return "\n".join([",".join(names), *rows] if header else rows).encode() + b"\n"
