"""Loaders that people use, and the course's digits in each loader's own form.

A library that is not installed is a module that knows its data sets and little else: whatever
more is asked of it raises ``LibraryModel``, since a library's model is not judged.
"""

import builtins
import copy
import functools
import importlib.util
import io
import os
import sys
import types
from pathlib import Path

import numpy as np

from helpers.doctor.script import digits_files

CURIOUS = "numpy", "scipy", "sklearn", "pandas"  # they look whether an array is a tensor


class LibraryModel(BaseException):
    """The script needs a library for more than its data."""


class Bunch(dict):
    """Values by key or attribute, as scikit-learn's loaders return them."""

    def __getattr__(self, name):
        if name not in self:
            raise AttributeError(name)
        return self[name]


class Library(types.ModuleType):
    """A library that is not here, except for what is set on it."""

    def __getattr__(self, name):
        asker = sys._getframe(1).f_globals.get("__name__", "").split(".")[0]
        if name.startswith("__") or asker in CURIOUS:
            raise AttributeError(name)
        raise LibraryModel(f"{self.__name__}.{name}")


class StandIns:
    """The digits behind every loader, and a list of those that were asked.

    Parameters
    ----------
    folder : str or None
        The script's own folder: its other files are read from there.
    text : str
        The script: large libraries are imported only if it names them.
    """

    def __init__(self, folder, text):
        self.folder, self.text = folder, text
        self.header, self.asked, self._written, self._texts = True, {}, [], {}

    def set_header(self, header):
        """Whether CSV files of MNIST begin with a line of names, from now on."""
        self.header, self.asked = header, {}
        self._texts.clear()
        for path in self._written:
            path.unlink(missing_ok=True)

    def say(self, loader):
        self.asked[loader] = True

    # Files

    def locate(self, path):
        """Where a file is read from: here, the script's folder, or a stand-in written here."""
        if not isinstance(path, (str, os.PathLike)):
            return path
        name = os.path.basename(os.fspath(path))
        if not isinstance(name, str) or os.path.lexists(name):
            return name if name else path
        data = digits_files.content(name, self.header)
        if data is not None:
            self.say(name)
            Path(name).write_bytes(data)
            self._written.append(Path(name))
            return name
        near = Path(self.folder or ".", path)
        return str(near) if near.is_file() else path

    def install(self):
        """Put the stand-ins in the place of files and modules, in this process."""
        self._patch_files()
        self._patch_modules()

    def _patch_files(self):
        really_open, exists = builtins.open, os.path.exists

        def open_here(file, mode="r", *args, **kwargs):
            if isinstance(file, int) or (os.path.isabs(os.fspath(file)) and exists(file)):
                writes = not isinstance(file, int) and set(mode) & set("wax+")
                file = os.path.basename(file) if writes else file
            elif set(mode) & set("wax+"):
                file = os.path.basename(os.fspath(file))
            else:
                file = self.locate(file)
            return really_open(file, mode, *args, **kwargs)

        def exists_here(path):
            if exists(path):
                return True
            name = os.path.basename(os.fspath(path)) if not isinstance(path, int) else ""
            return bool(name) and digits_files.content(name, self.header) is not None

        builtins.open = io.open = open_here
        os.path.exists = os.path.isfile = exists_here
        pandas = _pandas() if "pandas" in self.text else None
        for module, names in ((np, ("loadtxt", "genfromtxt")), (pandas, ("read_csv",))):
            for name in names if module else ():
                setattr(module, name, self._remembered(getattr(module, name)))

    def _remembered(self, read):
        """Reading a text file once is enough for a thousand runs of the script."""
        known = self._texts

        @functools.wraps(read)
        def wrapped(file, *args, **kwargs):
            path = self.locate(file)
            if not isinstance(path, str):
                return read(file, *args, **kwargs)
            key = read.__name__, path, repr(args), repr(kwargs)
            if key not in known:
                known[key] = read(path, *args, **kwargs)
            return known[key].copy()

        return wrapped

    # Libraries

    def _patch_modules(self):
        keras_sets = self._keras_datasets()
        utils = _module("keras.utils", to_categorical=_to_categorical)
        utils.np_utils = utils
        for root in ("keras", "tensorflow"):
            sys.modules[root] = Library(root)
        for root in ("keras", "tensorflow.keras", "tensorflow.python.keras"):
            _place(f"{root}.datasets", keras_sets)
            for name in ("mnist", "fashion_mnist"):
                _place(f"{root}.datasets.{name}", getattr(keras_sets, name))
            _place(f"{root}.utils", utils)
            _place(f"{root}.utils.np_utils", utils)
        _place(
            "tensorflow.examples.tutorials.mnist.input_data",
            _module("input_data", read_data_sets=self._read_data_sets),
        )
        self._small_packages()
        self._patch_sklearn()
        if "scipy" in self.text:
            _patch_optimizers()
        _place("urllib.request", sys.modules.get("urllib.request") or __import__("urllib.request"))
        sys.modules["urllib.request"].urlretrieve = lambda url, filename=None, *_: (filename, None)
        for name in ("torch", "torchvision", "jax", "mxnet", "theano", "cupy", "chainer"):
            if importlib.util.find_spec(name) is None:
                sys.modules[name] = Library(name)
        if "torchvision" in sys.modules:
            _place("torchvision.transforms", _module("torchvision.transforms", ToTensor=object))
            _place("torchvision.datasets", _module("torchvision.datasets", MNIST=self._torch_set))

    def _keras_datasets(self):
        def load_data(loader, *_args, **_kwargs):
            self.say(loader)
            return digits_files.split(False), digits_files.split(True)

        sets = _module("keras.datasets")
        for name in ("mnist", "fashion_mnist"):
            loader = functools.partial(load_data, f"keras.datasets.{name}.load_data()")
            setattr(sets, name, _module(f"keras.datasets.{name}", load_data=loader))
        return sets

    def _read_data_sets(self, *_args, one_hot=False, **_kwargs):
        self.say("input_data.read_data_sets()")
        halves = {}
        for name, test in (("train", False), ("test", True)):
            images, labels = digits_files.split(test)
            images = images.reshape(len(images), -1).astype(np.float32) / 255
            labels = np.eye(10)[labels] if one_hot else labels
            halves[name] = Bunch(images=images, labels=labels, num_examples=len(images))
        return Bunch(validation=halves["test"], **halves)

    def _torch_set(self, *_args, train=True, **_kwargs):
        self.say("torchvision.datasets.MNIST")
        images, labels = digits_files.split(not train)
        return Bunch(data=images, targets=labels.astype(np.int64))

    def _small_packages(self):
        def part(test, labels):
            self.say("the package mnist")
            return digits_files.split(test)[labels]

        def flat(test):
            self.say("the package python-mnist")
            images, labels = digits_files.split(test)
            return images.reshape(len(images), -1).tolist(), labels.tolist()

        names = {"images": False, "labels": True}
        loaders = {
            f"{half}_{what}": functools.partial(part, half == "test", labels)
            for half in ("train", "test")
            for what, labels in names.items()
        }
        reader = types.SimpleNamespace(
            load_training=functools.partial(flat, False), load_testing=functools.partial(flat, True)
        )
        _place("mnist", _module("mnist", MNIST=lambda *_a, **_k: reader, **loaders))
        _place("mlxtend.data", _module("mlxtend.data", mnist_data=self._arrays))

    def _arrays(self):
        self.say("mnist_data()")
        images, labels = digits_files.pool()
        return images.reshape(len(images), -1).astype(float), labels.astype(int)

    def _patch_sklearn(self):
        if "sklearn" not in self.text:
            return
        if importlib.util.find_spec("sklearn") is None:
            simple = {
                "sklearn.datasets": _module("sklearn.datasets", load_digits=self._load_digits),
                "sklearn.model_selection": _module("", train_test_split=_train_test_split),
            }
            sys.modules["sklearn"] = Library("sklearn")
            for name, module in simple.items():
                _place(name, module)
            datasets = simple["sklearn.datasets"]
        else:
            import sklearn.datasets as datasets

            for name in ("load_digits", "load_iris", "load_wine"):
                setattr(datasets, name, _kept(getattr(datasets, name)))
        datasets.fetch_openml = self._fetch_openml
        datasets.fetch_mldata = self._fetch_mldata

    def _load_digits(self, *, n_class=10, return_X_y=False, as_frame=False):
        self.say("load_digits()")
        X, y = digits_files.small_digits()
        X, y = X[y < n_class], y[y < n_class]
        if return_X_y:
            return X, y
        return Bunch(data=X, target=y, images=X.reshape(-1, 8, 8), target_names=np.arange(n_class))

    def _fetch_openml(self, name=None, *, return_X_y=False, as_frame="auto", **_kwargs):
        if name is not None and "mnist" not in str(name).lower():
            raise LibraryModel(f"fetch_openml({name!r})")
        self.say(f"fetch_openml({name!r})")
        images, labels = digits_files.pool()
        X, y = images.reshape(len(images), -1).astype(np.int64), labels.astype(str).astype(object)
        pandas = _pandas()
        if as_frame and pandas:
            X = pandas.DataFrame(X, columns=[f"pixel{j + 1}" for j in range(X.shape[1])])
            y = pandas.Series(y, name="class", dtype="category")
        return (X, y) if return_X_y else Bunch(data=X, target=y, DESCR="")

    def _fetch_mldata(self, *_args, **_kwargs):
        X, y = self._arrays()
        return Bunch(data=X.astype(np.uint8), target=y.astype(float))


DESCENT, RATE = 6, 0.1  # what an optimiser of a library is here: steps of plain descent


def _descended(function, start, args, slope):
    """Plain descent from a start: a gradient that is wrong makes steps that are."""
    args = args if isinstance(args, tuple) else (args,)
    if not slope:
        raise LibraryModel("an optimiser without a gradient of yours")
    x = np.array(start, dtype=float).ravel()
    for _ in range(DESCENT):
        if callable(slope):
            value, gradient = function(x, *args), slope(x, *args)
        else:
            value, gradient = function(x, *args)
        x = x - RATE * np.asarray(gradient, dtype=float).ravel()
    return x, float(np.squeeze(value)), gradient


def _patch_optimizers():
    """The optimisers of SciPy that are given a gradient."""
    try:
        import scipy.optimize as optimize
    except ImportError:
        return

    def minimize(fun, x0, args=(), method=None, jac=None, **_kwargs):
        x, value, gradient = _descended(fun, x0, args, jac)
        found = {"x": x, "fun": value, "jac": gradient, "nit": DESCENT, "nfev": DESCENT}
        return Bunch(found, success=True, status=0, message="descended")

    def fmin(func, x0, fprime=None, args=(), full_output=False, **_kwargs):
        found = _descended(func, x0, args, fprime)
        return found if full_output else found[0]

    def fmin_three(func, x0, fprime=None, args=(), **_kwargs):
        x, value, gradient = _descended(func, x0, args, fprime or True)
        return x, value, {"grad": gradient}

    optimize.minimize, optimize.fmin_cg = minimize, fmin
    optimize.fmin_bfgs = optimize.fmin_ncg = fmin
    optimize.fmin_l_bfgs_b = optimize.fmin_tnc = fmin_three


def _kept(load):
    """Loading once is enough for a thousand runs; each gets copies."""
    known = {}

    @functools.wraps(load)
    def wrapped(*args, **kwargs):
        key = repr((args, kwargs))
        if key not in known:
            known[key] = load(*args, **kwargs)
        return copy.deepcopy(known[key])

    return wrapped


def _pandas():
    if importlib.util.find_spec("pandas") is None:
        return None
    import pandas

    return pandas


def _module(name, **values):
    module = Library(name)
    module.__dict__.update(values)
    return module


def _place(path, module):
    """Make ``import path`` find the module, whatever else of its parents is here."""
    parts = path.split(".")
    for depth in range(1, len(parts)):
        name = ".".join(parts[:depth])
        if name not in sys.modules:
            sys.modules[name] = Library(name)
        if depth > 1:
            setattr(sys.modules[".".join(parts[: depth - 1])], parts[depth - 1], sys.modules[name])
        sys.modules[name].__dict__.setdefault("__path__", [])
    sys.modules[path] = module
    module.__dict__.setdefault("__path__", [])
    if len(parts) > 1:
        setattr(sys.modules[".".join(parts[:-1])], parts[-1], module)


def _to_categorical(y, num_classes=None, **_kwargs):
    y = np.asarray(y, dtype=int).ravel()
    return np.eye(num_classes or int(y.max()) + 1)[y]


def _train_test_split(*arrays, test_size=0.25, random_state=0, shuffle=True, **_kwargs):
    n = len(arrays[0])
    test = round(test_size * n) if test_size < 1 else int(test_size)
    order = np.random.default_rng(random_state).permutation(n) if shuffle else np.arange(n)
    halves = order[: n - test], order[n - test :]
    return [np.asarray(a)[half] for a in arrays for half in halves]
