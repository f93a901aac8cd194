"""Which shapes meet in the gradient's two lines, and what a forgotten transpose does to them.

Labels stand here as the question has them, one column a sample, so that both lines hold a
transpose that can be forgotten: ``R = P - labels.T`` and ``dW = X.T @ R / N``.
"""

from typing import NamedTuple

import numpy as np

from helpers.softmax_regression import loss_and_gradients, one_hot, softmax
from helpers.validation import check_count


class Line(NamedTuple):
    """One line that was tried: ``name = left operator right``.

    Attributes
    ----------
    name, left, operator, right : str
        The line in parts, as it is written.
    axes : tuple of str
        What the axes of left and right stand for, such as ``("DN", "NK")``.
    shapes : tuple
        Shapes of left, right and the result; ``None`` for what there is not.
    raised : str
        NumPy's exception in words; empty if there was none.
    """

    name: str
    left: str
    operator: str
    right: str
    axes: tuple
    shapes: tuple
    raised: str = ""

    @property
    def code(self):
        """The line as it is written."""
        return f"{self.name} = {self.left} {self.operator} {self.right}"


class Trial(NamedTuple):
    """What became of the two lines.

    Attributes
    ----------
    outcome : str
        "right", "right by chance" (a transpose is missing and the numbers agree all the same),
        "silently wrong" or "raises".
    lines : tuple of Line
        R, then dW.
    sizes : dict
        ``{"N": N, "D": D, "K": K}``.
    angle : float
        Degrees between the gradient that came out and the right one; NaN if there is none of the
        right shape, or one of them is 0.
    """

    outcome: str
    lines: tuple
    sizes: dict
    angle: float

    @property
    def raised(self):
        """NumPy's exception in words; empty if there was none."""
        return self.lines[0].raised or self.lines[1].raised


def try_transposes(N, D, K, *, X_transposed=True, labels_transposed=True, seed=0):
    """Run the two lines with or without their transposes, and compare with the right gradient.

    Parameters
    ----------
    N, D, K : int
        Samples in the batch, features, classes; K at least 2.
    X_transposed, labels_transposed : bool
        Whether ``X.T`` (not ``X``) and ``labels.T`` (not ``labels``) is written.
    seed : int
        Decides the numbers in the arrays.

    Returns
    -------
    Trial

    Raises
    ------
    TypeError
        If a size is not an integer.
    ValueError
        If a size is below 1, or K below 2.
    """
    for name, size in (("N", N), ("D", D), ("K", K)):
        check_count(name, size)
    if K < 2:
        raise ValueError(f"K is {K}; wanted at least 2: with one class every probability is 1")
    rng = np.random.default_rng(seed)
    W, b, X = rng.normal(size=(D, K)), rng.normal(size=K), rng.normal(size=(N, D))
    labels = one_hot(rng.integers(K, size=N), K).T
    P = softmax(X @ W + b)
    Y, Y_name, Y_axes = (
        (labels.T, "labels.T", "NK") if labels_transposed else (labels, "labels", "KN")
    )
    R, residual = _run("R", "P", "-", Y_name, ("NK", Y_axes), P, Y)
    left, X_name, X_axes = (X.T, "X.T", "DN") if X_transposed else (X, "X", "ND")
    dW, product = _run("dW", X_name, "@", "R", (X_axes, "NK"), left, R)
    right = loss_and_gradients(W, b, X, labels.T)[1]
    outcome = _outcome(None if dW is None else dW / N, right, X_transposed and labels_transposed)
    return Trial(outcome, (residual, product), {"N": N, "D": D, "K": K}, _angle(dW, right))


def _run(name, left, operator, right, axes, a, b):
    """Compute one line; the second operand is missing if the line before it raised."""
    result, raised = None, ""
    if b is not None:
        try:
            result = a - b if operator == "-" else a @ b
        except ValueError as error:
            raised = f"{type(error).__name__}: {error}".strip()
    shapes = tuple(None if array is None else array.shape for array in (a, b, result))
    return result, Line(name, left, operator, right, axes, shapes, raised)


def _outcome(dW, right, written_right):
    if dW is None:
        return "raises"
    if dW.shape != right.shape or not np.allclose(dW, right, rtol=1e-9, atol=1e-12):
        return "silently wrong"
    return "right" if written_right else "right by chance"


def _angle(dW, right):
    if dW is None or dW.shape != right.shape:
        return np.nan
    lengths = np.linalg.norm(dW) * np.linalg.norm(right)
    if lengths == 0:
        return np.nan
    return float(np.degrees(np.arccos(np.clip((dW * right).sum() / lengths, -1, 1))))
