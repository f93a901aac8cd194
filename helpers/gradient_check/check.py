"""Compare the gradient that a function states with the slope of the loss that it returns."""

import numbers

import numpy as np

from helpers.gradient_check.report import GradientReport
from helpers.gradient_check.slopes import default_step, numeric_gradients, uncertainty
from helpers.validation import check_count

ARGUMENTS = ("W", "b", "X", "Y")


def gradient_check(
    f,
    *,
    method="central",
    step=None,
    seed=0,
    samples=7,
    features=5,
    classes=3,
    scale=1.0,
    dtype=np.float64,
    point=None,
):
    """Check the gradients of ``f`` against its loss, at a random point, in every entry.

    Parameters
    ----------
    f : callable
        ``f(W, b, X, Y) -> (loss, dW, db)``. It gets fresh copies in every call, so one that writes
        into its arguments does not spoil the check; ``GradientReport.changed`` tells of it. For
        the complex step it must compute with complex W and b: no ``abs``, ``float`` or
        ``astype(float)`` on the way. The program can.
    method : {"central", "forward", "complex-step"}
    step : float, optional
        See ``numeric_gradients``.
    seed : int
        Decides the point.
    samples, features, classes : int
        N, D and K. They differ by default, so that no wrong shape fits by chance, and N is no
        multiple of K, so that no gradient vanishes at W = 0.
    scale : float
        Standard deviation of the normal W and b. 0 gives the point W = 0, b = 0, where some wrong
        gradients pass.
    dtype : numpy dtype
        Floating type of all four arrays.
    point : tuple of ndarray (W, b, X, Y), optional
        Check there instead. The six arguments from ``seed`` to ``dtype`` then have no effect.

    Returns
    -------
    GradientReport

    Raises
    ------
    ValueError
        If an argument is out of range, or ``f`` returns something of the wrong shape.
    TypeError
        If an argument has the wrong type, or ``f`` cannot do a complex step.
    """
    if not callable(f):
        raise TypeError(f"f is a {type(f).__name__}; wanted a function f(W, b, X, Y)")
    if point is None:
        W, b, X, Y = random_point(seed, samples, features, classes, scale, dtype)
    else:
        W, b, X, Y = _check_point(point)
    copies = W.copy(), b.copy(), X.copy(), Y.copy()
    loss, dW, db = _check_returned(f(*copies), W, b)
    changed = tuple(
        name
        for name, before, after in zip(ARGUMENTS, (W, b, X, Y), copies, strict=True)
        if before.tobytes() != after.tobytes()
    )

    repeats = _same((loss, dW, db), f(W.copy(), b.copy(), X.copy(), Y.copy()), W.dtype)

    def loss_at(W, b):
        return f(W, b, X.copy(), Y.copy())[0]

    step = default_step(method, W.dtype) if step is None else step
    numeric_dW, numeric_db = numeric_gradients(loss_at, W, b, method, step)
    unsure = uncertainty(loss_at, W, b, method, step)
    analytic, numeric = {"W": dW, "b": db}, {"W": numeric_dW, "b": numeric_db}
    compared = {name: _compare(analytic[name], numeric[name]) for name in analytic}
    errors, ratios, cosines = ({name: compared[name][i] for name in compared} for i in range(3))
    return GradientReport(
        errors, ratios, cosines, analytic, numeric, float(loss), method, step, W.dtype, changed,
        unsure, repeats,
    )  # fmt: skip


def _same(first, second, dtype):
    """Whether two answers agree but for the last digits, which threads may sum in another order."""
    tolerance = 1e4 * np.finfo(dtype).eps
    for one, other in zip(first, second, strict=True):
        one, other = np.asarray(one), np.asarray(other)
        if one.shape != other.shape:
            return False
        finite = np.isfinite(one)
        scale = np.abs(one[finite]).max(initial=0)
        if (finite != np.isfinite(other)).any():
            return False
        if not (np.abs(one[finite] - other[finite]) <= tolerance * scale).all():
            return False
    return True


def random_point(seed=0, samples=7, features=5, classes=3, scale=1.0, dtype=np.float64):
    """A point at which to check a gradient: random W, b and X, and labels of every class.

    Parameters
    ----------
    seed, samples, features, classes, scale, dtype
        As in ``gradient_check``.

    Returns
    -------
    W : ndarray, shape (features, classes)
        Normal, of standard deviation ``scale``.
    b : ndarray, shape (classes,)
        The same.
    X : ndarray, shape (samples, features)
        Standard normal: of both signs, unlike pixels.
    Y : ndarray, shape (samples, classes)
        One-hot rows, the classes as evenly filled as the count allows.

    Raises
    ------
    ValueError, TypeError
        If a size is not an integer of at least 1, the scale is negative or not finite, or the type
        is not floating.
    """
    for name, size in (("samples", samples), ("features", features), ("classes", classes)):
        check_count(name, size)
    if isinstance(scale, bool) or not isinstance(scale, numbers.Real):
        raise TypeError(f"scale is {scale!r}; wanted one number")
    if not 0 <= scale < np.inf:
        raise ValueError(f"scale is {scale}; wanted a finite number of at least 0")
    if not np.issubdtype(dtype, np.floating):
        raise TypeError(f"dtype is {np.dtype(dtype)}; wanted floating point")
    rng = np.random.default_rng(seed)
    W = scale * rng.normal(size=(features, classes))
    b = scale * rng.normal(size=classes)
    X = rng.normal(size=(samples, features))
    Y = np.eye(classes)[rng.permutation(np.arange(samples) % classes)]
    return tuple(array.astype(dtype) for array in (W, b, X, Y))


def _compare(analytic, numeric):
    """Error, ratio and cosine of one parameter's gradient. Units of the norm, against underflow."""
    analytic = np.asarray(analytic, dtype=float)
    norm = np.linalg.norm(numeric)
    if norm == 0:
        return (0.0 if (analytic == 0).all() else np.inf), np.nan, np.nan
    with np.errstate(all="ignore"):
        error = np.abs(analytic - numeric).max() / norm
        along = np.vdot(analytic, numeric / norm)
        cosine = along / np.linalg.norm(analytic) if analytic.any() else np.nan
        return float(error), float(along / norm), float(cosine)


def _check_returned(returned, W, b):
    """Check what the function gave: (loss, dW, db), each of its shape."""
    if not isinstance(returned, (tuple, list)):
        raise TypeError(f"the function returned {type(returned).__name__}; wanted (loss, dW, db)")
    if len(returned) != 3:
        raise ValueError(f"the function returned {len(returned)} values; wanted (loss, dW, db)")
    loss, dW, db = returned
    if np.shape(loss) != ():
        raise ValueError(f"the loss is of shape {np.shape(loss)}; wanted one number")
    for name, gradient, parameter in (("dW", dW, W), ("db", db, b)):
        found, wanted = np.shape(gradient), parameter.shape
        if found != wanted:
            hint = f": return {name}.T" if found == wanted[::-1] else ""
            raise ValueError(f"{name} is {found}; wanted {wanted}, the shape of {name[1:]}{hint}")
    for name, part in (("the loss", loss), ("dW", dW), ("db", db)):
        kind = np.asarray(part).dtype
        if kind.kind not in "fiub":
            hint = f": return {name}.real if that is meant" if kind.kind == "c" else ""
            raise TypeError(f"{name} is of type {kind}; wanted real numbers{hint}")
    return loss, np.asarray(dW), np.asarray(db)


def _check_point(point):
    if not isinstance(point, (tuple, list)) or len(point) != 4:
        raise TypeError("point is not of four arrays; wanted (W, b, X, Y)")
    W, b, X, Y = point
    for name, values in zip(ARGUMENTS, (W, b, X, Y), strict=True):
        if not isinstance(values, np.ndarray):
            raise TypeError(f"{name} is a {type(values).__name__}; wanted a NumPy array")
        if name != "Y" and not np.issubdtype(values.dtype, np.floating):
            raise TypeError(f"{name} is of type {values.dtype}; wanted floating point")
    if W.ndim != 2:
        raise ValueError(f"W is {W.shape}; wanted (D, K)")
    D, K = W.shape
    N = len(X)
    for name, values, wanted in (("b", b, (K,)), ("X", X, (N, D)), ("Y", Y, (N, K))):
        if values.shape != wanted:
            raise ValueError(f"{name} is {values.shape}; wanted {wanted} beside W {W.shape}")
    return W, b, X, Y
