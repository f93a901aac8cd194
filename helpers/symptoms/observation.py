"""Run a program once and record everything that can be seen from outside."""

import traceback
from typing import NamedTuple

import numpy as np

from helpers.gradient_check import gradient_check
from helpers.run import Run
from helpers.softmax_regression import predict
from helpers.symptoms.names import name_first_loss, name_outcome, name_ratio

DEFAULT_RUN = {"epochs": 2}  # 120 steps: enough for every symptom, short enough to click through
PROBE = {"samples": 7, "features": 5, "classes": 3}
_TIES = 1e-9  # of the largest logit: what two ways to add up the same product may differ by
_PASSES = 1e-6  # relative error of a central difference; a wrong gradient is off by 1e-2 or more


class Probe(NamedTuple):
    """What a program's gradients show on a small random problem.

    Attributes
    ----------
    errors, ratios, cosines : dict
        As in ``GradientReport``, for "W" and "b"; empty if it raised.
    raised : str
        The exception in words; empty if there was none.
    large_logits : bool
        Whether loss and gradients stay finite at logits of some thousands.
    changed : tuple of str
        Names of the arguments that ``loss_and_gradients`` wrote into.
    """

    errors: dict
    ratios: dict
    cosines: dict
    raised: str
    large_logits: bool
    changed: tuple

    @property
    def passes(self):
        """Whether the gradient check passes for W and b."""
        return not self.raised and all(error < _PASSES for error in self.errors.values())

    @property
    def ratio(self):
        """The factor between analytic and numeric gradient of W, in words."""
        if self.raised:
            return "raises"
        if self.errors["W"] == np.inf and np.isnan(self.ratios["W"]):
            return "no slope"  # the loss does not change with W, whatever the gradient says
        return name_ratio(self.ratios["W"], self.cosines["W"])


class Symptoms(NamedTuple):
    """What one run of a program shows.

    Attributes
    ----------
    run : Run or None
        ``None`` if it raised.
    counts : ndarray of int, shape (K,), or None
        How often each class is predicted for the test images.
    recount : float or None
        The error rate counted afresh from the run's predictions, whatever its metric said;
        ``None`` if they are not one an image.
    raised : str
        The exception and its line in words; empty if there was none.
    probe : Probe
    batch_size, classes : int
        B and K of the run.
    fit : str or None
        What the last weights come to on the training data, counted afresh by the right program;
        as ``outcome``. ``None`` if it raised or a weight is not finite.
    tied : bool
        As ``is_tied`` says of the last weights and the test images.
    """

    run: Run | None
    counts: np.ndarray | None
    recount: float | None
    raised: str
    probe: Probe
    batch_size: int
    classes: int
    fit: str | None = None
    tied: bool = False

    @property
    def outcome(self):
        """What it comes to, as ``name_outcome`` names it; "raises" if it raised."""
        if self.run is None:
            return "raises"
        if self.tied:  # one class or several, as the processor rounds
            return "near chance"
        return name_outcome(self.run.error, int((self.counts > 0).sum()), self.classes)

    @property
    def first_loss(self):
        """The first loss, as ``name_first_loss`` names it; "none" if there is none."""
        if self.run is None:
            return "none"
        return name_first_loss(self.run.losses[0], self.classes, self.batch_size).name


def probe(program, seed=0):
    """Check a program's gradients on a small random problem.

    Parameters
    ----------
    program : Program or module
        Anything with ``loss_and_gradients``.
    seed : int

    Returns
    -------
    Probe
    """
    f = program.loss_and_gradients
    rng = np.random.default_rng(seed)
    N, D, K = PROBE.values()
    W, b, X = rng.normal(size=(D, K)), rng.normal(size=K), rng.random((N, D))
    Y = np.eye(K)[np.arange(N) % K]
    with np.errstate(all="ignore"):
        try:
            report = gradient_check(f, point=(W, b, X, Y))
            large = all(np.isfinite(part).all() for part in f(3000 * W, b, X, Y.copy()))
        except Exception as error:
            return Probe({}, {}, {}, describe_exception(error), False, ())
    errors, ratios, cosines = report.errors, report.ratios, report.cosines
    return Probe(errors, ratios, cosines, "", bool(large), report.changed)


def observe(program, X, Y, X_test, y_test, *, run=None, **settings):
    """Train a program and record what shows. It never raises because of the program.

    Parameters
    ----------
    program : Program or module
    X, Y, X_test, y_test
        As for ``train``.
    run : Run, optional
        What the program gave with these arguments, if that is known already.
    **settings
        Further arguments of ``train``; where none is given, those of ``DEFAULT_RUN``.

    Returns
    -------
    Symptoms
    """
    settings = DEFAULT_RUN | settings
    classes, batch_size = Y.shape[1], settings.get("batch_size", 100)
    counts = recount = fit = None
    raised, tied = "", False
    with np.errstate(all="ignore"):
        try:
            run = run or program.train(X, Y, X_test, y_test, **settings)
            counts = np.bincount(run.predictions, minlength=classes)
            # A program may answer for other images than it was asked about.
            if len(run.predictions) == len(y_test):
                recount = float(np.mean(run.predictions != y_test))
            fit, tied = _fit(run, X, Y), is_tied(run, X_test)
        except Exception as error:
            run, raised = None, describe_exception(error)
    looked = probe(program)
    return Symptoms(run, counts, recount, raised, looked, batch_size, classes, fit, tied)


def is_tied(run, X):
    """Whether the largest logits of most images are alike but for rounding.

    Which of them is the largest, and so the class that is predicted, then differs from one
    processor to the next. Weights of 0 are no tie: there no rounding can choose.

    Parameters
    ----------
    run : Run
    X : ndarray, shape (N, D)

    Returns
    -------
    bool
    """
    W, b = np.asarray(getattr(run, "W", 0.0)), np.asarray(getattr(run, "b", 0.0))
    if W.ndim != 2 or len(W) != X.shape[1] or W.shape[1:] != b.shape or b.size < 2:
        return False
    with np.errstate(all="ignore"):
        Z = X @ W + b
        low, high = np.sort(Z, axis=1)[:, -2:].T
        most = np.abs(Z).max()
        return bool(most > 0 and np.mean(high - low <= _TIES * most) > 0.5)


def _fit(run, X, Y):
    """What the weights come to on the training data."""
    if run.W.shape != (X.shape[1], Y.shape[1]) or not np.isfinite(run.W).all():
        return None
    predicted = predict(run.W, run.b, X)
    error = float(np.mean(predicted != Y.argmax(axis=1)))
    return name_outcome(error, len(np.unique(predicted)), Y.shape[1])


def describe_exception(error):
    """An exception in one line, with the line of the program that raised it.

    Parameters
    ----------
    error : Exception

    Returns
    -------
    str
    """
    frames = traceback.extract_tb(error.__traceback__)
    inside = [f for f in frames if "softmax_regression" in f.filename and f.line]
    where = f" (at `{inside[-1].line.strip()}`)" if inside else ""
    return f"{type(error).__name__}: {error}{where}"
