"""Compare the gradient that a function states with the slope of the loss that it returns.

A gradient check asks one thing: do the loss and the gradients of *one* function belong together? A
right answer says nothing of the update, of the data, or of whether that loss is the one you want.
Sources: Press et al., *Numerical Recipes*, section 5.7 (differences and their best step); Squire
and Trapp, SIAM Review 40, 1998 (complex step); CS231n, "Gradient checks" (practice).
"""

from dataclasses import dataclass

import numpy as np

from helpers.validation import check_count

METHODS = ("forward", "central", "complex-step")
ARGUMENTS = ("W", "b", "X", "Y")

# The rounding noise of a difference, in units of eps / step; of the complex step, in units of eps.
_NOISE = 30


@dataclass(frozen=True, eq=False)
class GradientReport:
    """What a gradient check found. Every dictionary has the keys ``"W"`` and ``"b"``.

    Attributes
    ----------
    errors : dict of float
        Largest ``|analytic - numeric|`` of any entry, over the Euclidean norm of that parameter's
        numeric gradient. If that norm is 0: 0 where the analytic gradient is 0 too, else infinity.
    ratios : dict of float
        Analytic over numeric gradient, by projection: ``<a, n> / <n, n>``. 1 if right; -1, N, 1/N
        name the mistake. NaN if the numeric gradient is 0.
    cosines : dict of float
        Cosine of the angle between the two. 1 or -1 if one is a multiple of the other: a factor is
        wrong and no more. NaN if one of them is 0.
    analytic, numeric : dict of ndarray
        The two gradients, (D, K) and (K,).
    loss : float
        The loss at the point.
    method : str
        One of ``METHODS``.
    step : float
        How far each entry was moved.
    dtype : numpy.dtype
        The type of W.
    changed : tuple of str
        Names of the arguments that the function wrote into. The check works on copies and is not
        misled, but a caller would be.
    """

    errors: dict
    ratios: dict
    cosines: dict
    analytic: dict
    numeric: dict
    loss: float
    method: str
    step: float
    dtype: np.dtype
    changed: tuple

    @property
    def max_error(self):
        """The larger of the two errors; NaN if either is NaN."""
        return float(np.max(list(self.errors.values())))

    def passed(self, tolerance=1e-7):
        """Whether both errors are at most ``tolerance``. NaN never passes.

        The default suits "central" and "complex-step" in float64. "forward" is good to 1e-5 or so.
        In float32 differences are good to 1e-2, the complex step to 1e-5.
        """
        return bool(self.max_error <= tolerance)

    def __str__(self):
        """Four aligned lines, meant to read the same on every machine.

        Digits that are rounding noise are left out: at most three significant digits, an error
        below the noise of the method as a bound, a ratio or cosine below it as 0.
        """
        noise = _NOISE * np.finfo(self.dtype).eps
        noise /= 1.0 if self.method == "complex-step" else self.step
        noise = 10.0 ** np.ceil(np.log10(noise))
        rows = [
            (f"{self.method}, step {self.step:.2e}", ("W", "b")),
            ("largest error", [_error_text(self.errors[p], noise) for p in ("W", "b")]),
            ("ratio", [_number_text(self.ratios[p], noise) for p in ("W", "b")]),
            ("cosine", [_number_text(self.cosines[p], noise) for p in ("W", "b")]),
        ]
        width = max(len(title) for title, _ in rows)
        lines = [f"{title:<{width}}  {w:>10}  {b:>10}" for title, (w, b) in rows]
        if self.changed:
            lines.append(f"the function wrote into {', '.join(self.changed)}")
        return "\n".join(lines)


def _error_text(error, noise):
    return f"< {noise:.0e}" if error < noise else _number_text(error, noise)


def _number_text(number, noise):
    digits = min(max(round(-np.log10(noise)), 1), 3)
    return f"{0.0 if abs(number) < noise else number:#.{digits}g}".rstrip(".")


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

    def loss_at(W, b):
        return f(W, b, X.copy(), Y.copy())[0]

    step = default_step(method, W.dtype) if step is None else step
    numeric_dW, numeric_db = numeric_gradients(loss_at, W, b, method, step)
    analytic, numeric = {"W": dW, "b": db}, {"W": numeric_dW, "b": numeric_db}
    compared = {name: _compare(analytic[name], numeric[name]) for name in analytic}
    errors, ratios, cosines = ({name: compared[name][i] for name in compared} for i in range(3))
    return GradientReport(
        errors, ratios, cosines, analytic, numeric, float(loss), method, step, W.dtype, changed
    )


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


def default_step(method, dtype=np.float64):
    """The step that balances rounding against curvature, for numbers of the order of 1.

    Forward: sqrt(eps). Central: the cube root of eps. Complex step: nothing cancels, so any tiny
    number does; 1e-20 for float64, 1e-10 for shorter types, whose exponents are shorter too.

    Parameters
    ----------
    method : {"central", "forward", "complex-step"}
    dtype : numpy dtype

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If the method is not known.
    """
    eps = float(np.finfo(dtype).eps)
    if method == "forward":
        return eps ** (1 / 2)
    if method == "central":
        return eps ** (1 / 3)
    if method == "complex-step":
        return 1e-20 if eps < 1e-12 else 1e-10
    raise ValueError(f"method is {method!r}; wanted one of {', '.join(METHODS)}")


def numeric_gradients(loss, W, b, method="central", step=None):
    """Gradients of a loss by moving W and b, one entry after the other.

    Parameters
    ----------
    loss : callable
        ``loss(W, b)`` gives one number. It gets fresh copies.
    W : ndarray of float, shape (D, K)
    b : ndarray of float, shape (K,)
    method : {"central", "forward", "complex-step"}
        (f(w + h) - f(w - h)) / 2h, (f(w + h) - f(w)) / h, or the imaginary part of f(w + ih) over
        h. The error of the first falls as h squared, of the second as h; the third is exact to
        rounding.
    step : float, optional
        The h. Default: ``default_step``.

    Returns
    -------
    dW : ndarray of float64, shape (D, K)
    db : ndarray of float64, shape (K,)

    Raises
    ------
    ValueError
        If the method is not known or the step is not a finite number above 0.
    TypeError
        If W or b is not floating point, or the loss cannot do a complex step.
    """
    step = default_step(method, W.dtype) if step is None else step
    if method not in METHODS:
        raise ValueError(f"method is {method!r}; wanted one of {', '.join(METHODS)}")
    if not 0 < step < np.inf:
        raise ValueError(f"step is {step}; wanted a finite number above 0")
    for name, values in (("W", W), ("b", b)):
        if not np.issubdtype(values.dtype, np.floating):
            raise TypeError(f"{name} is of type {values.dtype}; wanted floating point")
    dW = _slopes(lambda moved: loss(moved, _like(moved, b)), W, method, step)
    db = _slopes(lambda moved: loss(_like(moved, W), moved), b, method, step)
    return dW, db


def _like(moved, other):
    """A copy of the parameter that stays put, complex if the moved one is."""
    return other.astype(np.result_type(other, moved))


def _slopes(loss, parameter, method, step):
    """The slope of ``loss(parameter)`` along each entry."""
    slopes = np.empty(parameter.shape)
    here = _real(loss(parameter.copy())) if method == "forward" else None
    for index in np.ndindex(parameter.shape):
        if method == "complex-step":
            slopes[index] = _imaginary_part(loss, _moved(parameter, index, 1j * step)) / step
        elif method == "central":
            above = _real(loss(_moved(parameter, index, step)))
            below = _real(loss(_moved(parameter, index, -step)))
            slopes[index] = (above - below) / (2 * step)
        else:
            slopes[index] = (_real(loss(_moved(parameter, index, step))) - here) / step
    return slopes


def _moved(parameter, index, move):
    """A copy of the parameter with one entry moved; complex if the move is."""
    least = np.complex64 if isinstance(move, complex) else parameter.dtype
    moved = parameter.astype(np.result_type(parameter, least))
    moved[index] += move
    return moved


def _real(loss):
    if np.shape(loss) != ():
        raise ValueError(f"the loss is of shape {np.shape(loss)}; wanted one number")
    return float(loss)


def _imaginary_part(loss, moved):
    advice = "so the complex step cannot be taken: pass method='central'"
    try:
        value = loss(moved)
    except TypeError as error:
        raise TypeError(f"the function fails with complex weights ({error}), {advice}") from error
    if not np.iscomplexobj(value):
        raise TypeError(
            "the loss is real though the weights are complex (abs, float and astype(float) drop "
            f"the imaginary part), {advice}"
        )
    return value.imag


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
    return loss, np.asarray(dW), np.asarray(db)


def _check_point(point):
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
