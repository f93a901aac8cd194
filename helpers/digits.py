"""The handwritten digits: the shipped set, or the full MNIST files if the user has them.

The IDX format: two zero bytes, a byte for the type (8: unsigned bytes), a byte for the number of
dimensions, each dimension as a big-endian 32-bit count, then the values.
"""

import gzip
import hashlib
import io
import math
import zlib
from pathlib import Path
from typing import NamedTuple

import numpy as np

# In the project's data folder; a wheel, which has none, carries them beside this file.
_INSTALLED = Path(__file__).with_name("digits.npz")
_CHECKOUT = Path(__file__).parents[1] / "data" / "digits.npz"
SHIPPED = _INSTALLED if _INSTALLED.exists() else _CHECKOUT
SHA256 = "de2b247565cd9094346a25cbd1e6daaaec6bc0a896b13fc02cb144d2be59d1bd"
SIDE, CLASSES = 28, 10
IMAGES, LABELS = bytes([0, 0, 8, 3]), bytes([0, 0, 8, 1])
GZIP = bytes([0x1F, 0x8B])
KINDS = {IMAGES: "IDX images", LABELS: "IDX labels", b"PK\3\4": "a zip archive"}


class Digits(NamedTuple):
    """Images of handwritten digits and their classes.

    Attributes
    ----------
    X_train : ndarray of float64, shape (N, 784)
        Training images, 28 x 28 pixels row by row, 0 (paper) to 1 (full ink).
    y_train : ndarray of int, shape (N,)
        Their digits, 0 to 9.
    X_test : ndarray of float64, shape (M, 784)
    y_test : ndarray of int, shape (M,)
    """

    X_train: np.ndarray
    y_train: np.ndarray
    X_test: np.ndarray
    y_test: np.ndarray


def load_digits(folder=None):
    """Load the digits that come with the course, or the full MNIST set from a folder.

    The shipped set holds 600 training and 200 test images of each digit, sorted by class: all
    zeros first, then all ones, and so on. MNIST's own files come in mixed order.

    Parameters
    ----------
    folder : str or path, optional
        Folder with the four MNIST files ``train-images-idx3-ubyte``, ``train-labels-idx1-ubyte``,
        ``t10k-images-idx3-ubyte`` and ``t10k-labels-idx1-ubyte``, gzipped or not; spellings with
        a dot (``train-images.idx3-ubyte``) are found too. Default: the shipped set.

    Returns
    -------
    Digits
        Shipped: N = 6000, M = 2000. From the full MNIST files: N = 60000, M = 10000.

    Raises
    ------
    FileNotFoundError
        If the folder or a file is missing.
    ValueError
        If a file is not what its name says, damaged, or does not fit its partner.
    """
    if folder is None:
        return _read_shipped(SHIPPED)
    folder = Path(folder)
    if not folder.exists():
        raise FileNotFoundError(
            f"{folder.absolute()} does not exist; wanted the folder of the four MNIST files"
        )
    if not folder.is_dir():
        raise ValueError(f"{folder} is not a folder; wanted the folder of the four MNIST files")
    paths = [
        _find(folder, f"{part}-{values}")
        for part in ("train", "t10k")
        for values in ("images-idx3-ubyte", "labels-idx1-ubyte")
    ]
    return Digits(*_read_pair(*paths[:2]), *_read_pair(*paths[2:]))


def _read_shipped(path):
    if not path.is_file():
        raise FileNotFoundError(
            f"{path} not found; wanted the digits that come with the course: install it from its "
            "own folder with pip install -e . or restore the file with git"
        )
    data = path.read_bytes()
    found = hashlib.sha256(data).hexdigest()
    if found != SHA256:
        raise ValueError(
            f"{path} is not the file that came with the course: it has {len(data)} bytes and "
            f"SHA-256 {found}; wanted {SHA256}. Restore it with git"
        )
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        return Digits(
            _pixels(arrays["X_train"]),
            arrays["y_train"].astype(int),
            _pixels(arrays["X_test"]),
            arrays["y_test"].astype(int),
        )


def _pixels(images):
    return images.reshape(len(images), SIDE * SIDE) / 255.0


def _find(folder, name):
    dotted = name.replace("-idx", ".idx")
    candidates = [name, f"{name}.gz", dotted, f"{dotted}.gz"]
    for candidate in candidates:
        if (folder / candidate).is_file():
            return folder / candidate
    raise FileNotFoundError(f"no {name} in {folder.absolute()}; wanted {' or '.join(candidates)}")


def _read_pair(images_path, labels_path):
    """Images and labels of one half of MNIST, checked against each other."""
    images = _read_idx(images_path, IMAGES)
    labels = _read_idx(labels_path, LABELS)
    if images.shape[1:] != (SIDE, SIDE):
        raise ValueError(
            f"{images_path} holds images of {images.shape[1]} x {images.shape[2]} pixels; "
            f"wanted {SIDE} x {SIDE}"
        )
    if len(images) != len(labels):
        raise ValueError(
            f"{images_path} holds {len(images)} images, {labels_path} holds {len(labels)} labels; "
            "wanted one label an image"
        )
    if not len(images):
        raise ValueError(f"{images_path} holds no image; wanted at least one")
    if labels.max() >= CLASSES:
        first = int(np.argmax(labels >= CLASSES))
        raise ValueError(
            f"{labels_path}: label {first} is {labels[first]}; wanted 0 to {CLASSES - 1}"
        )
    return _pixels(images), labels.astype(int)


def _read_idx(path, magic):
    """The array of unsigned bytes in an IDX file that starts with ``magic``.

    The header comes first, and no more is read than it declares: a gzip file of some kilobytes can
    hold gigabytes.
    """
    with _open(path) as file:
        try:
            start = _read(file, 4)
            if not magic.startswith(start):
                kind = KINDS.get(start)
                raise ValueError(
                    f"{path} starts with 0x{start.hex()}{f' ({kind})' if kind else ''}; wanted "
                    f"0x{magic.hex()} ({KINDS[magic]}), or 0x{GZIP.hex()} (gzip)"
                )
            dimensions = magic[3]
            sizes = _read(file, 4 * dimensions)
            header = 4 + 4 * dimensions
            if len(sizes) < 4 * dimensions:
                found = len(start) + len(sizes)
                raise ValueError(f"{path} is truncated: {found} bytes; wanted a header of {header}")
            shape = [int.from_bytes(sizes[i : i + 4], "big") for i in range(0, len(sizes), 4)]
            count = math.prod(shape)
            values = _read(file, count)
            more = file.read(1)  # at the end of a gzip file its checksum is compared, too
        except (EOFError, OSError, zlib.error) as error:
            raise ValueError(
                f"{path} is a broken gzip file ({error}); wanted a whole one"
            ) from error
    if len(values) < count or more:
        fault = "has bytes after its end: more than" if more else "is truncated:"
        raise ValueError(
            f"{path} {fault} {header + len(values)} bytes; wanted {header + count}, "
            f"for its header says {' x '.join(map(str, shape))}"
        )
    return np.frombuffer(values, dtype=np.uint8).reshape(shape)


def _open(path):
    """Its first two bytes tell whether a file is gzipped: some tools unzip and keep .gz."""
    with path.open("rb") as file:
        zipped = file.read(2) == GZIP
    return gzip.open(path) if zipped else path.open("rb")


def _read(file, count):
    """At most so many bytes; piece by piece, since a header may declare what is not there."""
    pieces = []
    while count:
        pieces.append(file.read(min(count, 1 << 20)))
        if not pieces[-1]:
            break
        count -= len(pieces[-1])
    return b"".join(pieces)
