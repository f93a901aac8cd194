"""Where a gradient departs from the right one, when nothing known explains it."""

import numpy as np

from helpers.doctor.probes import MODERATE, close
from helpers.doctor.references import RIGHT, reference
from helpers.gradient_check import numeric_gradients


def wrong_shapes(outcome, probe):
    """Sentences about gradients that have not the shape of their parameter.

    Parameters
    ----------
    outcome : Outcome
    probe : Probe

    Returns
    -------
    list of str
    """
    N, D, K = probe.sizes
    found = []
    for name, gradient, wanted in (("dW", outcome.dW, (D, K)), ("db", outcome.db, (K,))):
        if gradient is None or gradient.shape == wanted:
            continue
        hint = f": return {name}.T" if gradient.shape == wanted[::-1] and len(wanted) > 1 else ""
        found.append(
            f"{name} is {gradient.shape}; wanted {wanted}, the shape of {name[1:]} "
            f"(N = {N}, D = {D}, K = {K}){hint}."
        )
    return found


def belongs_to_own_loss(loss_at, outcome, probe):
    """Whether the gradient is the slope of the function's own loss.

    Parameters
    ----------
    loss_at : callable
        ``loss_at(W, b)`` gives the function's loss.
    outcome : Outcome
    probe : Probe

    Returns
    -------
    bool or None
        ``None`` if there is no loss to be moved.
    """
    if outcome.loss is None or outcome.loss.ndim:
        return None
    try:
        dW, db = numeric_gradients(loss_at, probe.W, probe.b)
    except (TypeError, ValueError):
        return None
    fits = [close(g, n, 1e-4) for g, n in ((outcome.dW, dW), (outcome.db, db)) if g is not None]
    return all(fits)


def where(outcomes, size):
    """Where the gradients depart, in sentences: parts first, then the residual, then an entry.

    Parameters
    ----------
    outcomes : sequence of Outcome
    size : str

    Returns
    -------
    list of str
    """
    rights = reference(RIGHT, size)
    sentences = []
    for name, title in (("dW", "weights"), ("db", "bias")):
        mine, right = getattr(outcomes[0], name), getattr(rights[0], name)
        if mine is None or mine.shape != right.shape:
            continue
        if close(mine, right, 3e-4):
            sentences.append(f"The gradient of the {title} is right.")
        elif not np.isfinite(mine).all():
            sentences.append(f"The gradient of the {title} is not finite, at moderate logits.")
        elif not mine.any():
            sentences.append(f"The gradient of the {title} is 0 throughout.")
        else:
            sentences.append(_entry(name, mine, right))
    return [*_residual(outcomes[1], size), *sentences]


def _entry(name, mine, right):
    gap = np.abs(mine - right)
    index = np.unravel_index(gap.argmax(), gap.shape)
    off = gap > 3e-4 * np.abs(right).max()
    pattern = ""
    if off.ndim == 2 and not off.all():
        rows, columns = np.flatnonzero(off.any(axis=1)), np.flatnonzero(off.any(axis=0))
        if len(rows) < off.shape[0]:
            pattern = f", only in the features (rows) {_numbers(rows)}"
        elif len(columns) < off.shape[1]:
            pattern = f", only in the classes (columns) {_numbers(columns)}"
    elif off.ndim == 1 and not off.all():
        pattern = f", only in the classes {_numbers(np.flatnonzero(off))}"
    place = ", ".join(map(str, index))
    return (
        f"{name} departs most at {name}[{place}]: {mine[index]:.3g} where {right[index]:.3g} "
        f"is right{pattern}."
    )


def _numbers(indices):
    return ", ".join(map(str, indices))


def _residual(outcome, size):
    """What R must have been, if dW = X.T @ R / N: known where N < D."""
    probe, right = MODERATE[size][1], reference(RIGHT, size)[1]
    N, D, _ = probe.sizes
    dW = outcome.dW
    if dW is None or N >= D or dW.shape != right.dW.shape or not np.isfinite(dW).all():
        return []
    if close(dW, right.dW, 3e-4):
        return []
    R = np.linalg.lstsq(probe.X.T, N * dW, rcond=None)[0]
    if not close(probe.X.T @ R / N, dW, 1e-6):
        return ["dW is not X.T @ R / N for any residual R: look at the product with X."]
    wanted = np.linalg.lstsq(probe.X.T, N * right.dW, rcond=None)[0]
    off = np.abs(R - wanted) > 1e-4
    true = probe.Y == 1
    sums = np.abs(R.sum(axis=1)).max()
    total = "" if sums < 1e-6 else " Its rows do not sum to 0, as they should."
    if not off[~true].any():
        return [
            f"The residual behind dW is right for the wrong classes, wrong at the true one.{total}"
        ]
    if not off[true].any():
        return [f"The residual behind dW is right at the true class, wrong at the others.{total}"]
    rows = np.flatnonzero(off.any(axis=1))
    if len(rows) < N / 2:
        return [f"The residual behind dW is wrong for the samples {_numbers(rows)} only.{total}"]
    if len(rows) < N:
        others = np.setdiff1d(np.arange(N), rows)
        return [f"The residual behind dW is right for the samples {_numbers(others)} only.{total}"]
    columns = np.flatnonzero(off.any(axis=0))
    if len(columns) < R.shape[1]:
        return [f"The residual behind dW is wrong for the classes {_numbers(columns)} only.{total}"]
    return [f"The residual behind dW is wrong in most entries.{total}"]
