"""Slopes of a loss, measured by moving its arguments; and how sure the measurement is.

Sources: Press et al., *Numerical Recipes*, section 5.7 (differences and their best step); Squire
and Trapp, SIAM Review 40, 1998 (complex step); More and Wild, SIAM J. Sci. Comput. 33, 2011 (noise
from tables of differences).
"""

import numpy as np

METHODS = ("forward", "central", "complex-step")
# Of the estimated error: a mean along one direction, and the worst of all entries is to lie below.
_SAFETY = 10


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


def default_tolerance(method, dtype=np.float64):
    """The relative error up to which a right gradient is off at ``default_step``, with room.

    Parameters
    ----------
    method : {"central", "forward", "complex-step"}
    dtype : numpy dtype

    Returns
    -------
    float
    """
    long = np.finfo(dtype).eps < 1e-12
    if method == "forward":
        return 1e-5 if long else 1e-1
    if method == "central":
        return 1e-7 if long else 1e-2
    return 1e-7 if long else 1e-5


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
    if isinstance(step, (bool, str)) or not np.isrealobj(step) or np.ndim(step):
        raise TypeError(f"step is {step!r}; wanted one number")
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
    if np.iscomplexobj(loss):
        raise TypeError(f"the loss is complex, {loss}; wanted a real number")
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


def uncertainty(loss, W, b, method, step):
    """How far a measured slope may be from the true one, by rounding and by the method itself.

    Along one direction of length 1 the loss is taken at nine points, ``step`` apart. The third
    differences of these hold what a central difference misses: the bend of the loss, ``f''' h^2 /
    6``, and the noise of the losses over h, in the same proportion to within a twentieth. For
    forward differences the second differences do, likewise. For the complex step, which has no bend
    to miss, the points lie so close together that noise is all there is.

    Parameters
    ----------
    loss, W, b, method, step
        As in ``numeric_gradients``.

    Returns
    -------
    float
        In units of the slope. Infinite if a loss is not finite.
    """
    rng = np.random.default_rng(0)
    direction = rng.normal(size=W.size + b.size)
    direction /= np.linalg.norm(direction)
    along = direction[: W.size].reshape(W.shape), direction[W.size :]
    eps = float(np.finfo(W.dtype).eps)

    def value(distance):
        moved = [(p + distance * d).astype(p.dtype) for p, d in zip((W, b), along, strict=True)]
        if method != "complex-step":
            return _real(loss(*moved))
        lifted = [p + 1j * step * d for p, d in zip(moved, along, strict=True)]
        least = np.result_type(W.dtype, np.complex64)
        return float(np.imag(loss(*(p.astype(least) for p in lifted)))) / step

    spacing = 16 * eps if method == "complex-step" else step
    values = np.array([value(k * spacing) for k in range(-4, 5)])
    if not np.isfinite(values).all():
        return np.inf
    order, share = {"forward": (2, 1.7 * step), "central": (3, 6 * step)}.get(
        method, (3, np.sqrt(20))
    )
    spread = np.sqrt(np.mean(np.diff(values, order) ** 2)) / share
    least = eps * np.abs(values).max() / (1 if method == "complex-step" else 2 * step)
    return float(_SAFETY * max(spread, least))
