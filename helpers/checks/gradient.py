"""Checks of softmax, loss and gradients: functions called by hand, nothing trained.

Formulas: Bishop, *Pattern Recognition and Machine Learning*, (4.104) to (4.109).
"""

import numpy as np

from helpers.checks.base import Verdict, check
from helpers.checks.small_data import SMALL_RUN, small_digits, small_run
from helpers.gradient_check import gradient_check, random_point
from helpers.symptoms import name_first_loss, name_ratio

_N, _D, _K = 7, 5, 3  # all different, so that no wrong shape fits by chance
_TOLERANCE = 1e-4  # for values that must be equal; float32 passes, no bug comes near it


def _close(found, wanted):
    """Equal within the tolerance, of one shape, and finite."""
    found, wanted = np.asarray(found), np.asarray(wanted)
    if found.shape != wanted.shape:
        return False
    return bool((np.abs(found - wanted) <= _TOLERANCE * (1 + np.abs(wanted).max())).all())


def _gradients(program, W, b, X, Y):
    """Loss and gradients, from copies."""
    loss, dW, db = program.loss_and_gradients(W.copy(), b.copy(), X.copy(), Y.copy())
    return loss, np.asarray(dW), np.asarray(db)


@check(
    "Do the probabilities of each sample sum to 1?",
    source="the definition: Bishop (4.104)",
    cost=1,
    needs=("softmax",),
    kept="it tests one function alone, before there is a loss",
)
def softmax_rows(program, **_settings):
    Z = random_point(samples=_N, features=_D, classes=_K)[2] @ np.ones((_D, _K)) + np.arange(_K)
    P = np.asarray(program.softmax(Z))
    if P.shape != Z.shape:
        return Verdict(False, f"P is {P.shape} for logits {Z.shape}.", "shape")
    rows, columns, total = P.sum(axis=1), P.sum(axis=0), P.sum()
    if _close(rows, np.ones(_N)) and (P >= 0).all():
        return Verdict(True, "Every row sums to 1.")
    if _close(columns, np.ones(_K)):
        return Verdict(False, "The columns sum to 1, not the rows.", "columns do")
    if _close(total, 1.0):
        return Verdict(False, "The whole table sums to 1, not each row.", "all together")
    return Verdict(False, f"Rows sum to {rows.min():.3g} up to {rows.max():.3g}.", "rows do not")


@check(
    "Is the first loss ln K?",
    source="Karpathy, A recipe for training neural networks; CS231n, neural-networks-3",
    cost=1,
    needs=("loss_and_gradients",),
)
def first_loss(program, **settings):
    B, K = SMALL_RUN["batch_size"], 10
    if hasattr(program, "train"):
        data = small_digits()
        B = min(settings.get("batch_size", B), len(data.X))
        first = small_run(program, data, **{**settings, "epochs": 1}).losses[0]
    else:
        X = np.linspace(0, 1, B * 5).reshape(B, 5)
        first = program.loss_and_gradients(
            np.zeros((5, K)), np.zeros(K), X, np.eye(K)[np.arange(B) % K]
        )[0]
    # 1 %: a small random start is no fault.
    name = name_first_loss(first, K, B, tolerance=1e-2).name
    if name == "ln K":
        return Verdict(True, f"The first loss is {first:.3f} = ln {K}.")
    if name == "B ln K":
        evidence = f"The first loss is {first:.3f} = {B} ln {K}: a sum. Is the gradient one too?"
        return Verdict(None, evidence, name)
    if name == "other":
        name = "too high" if first > np.log(K) else "too low"
    return Verdict(False, f"The first loss is {first:.3f}; wanted ln {K} = 2.303.", name)


@check(
    "Has each gradient the shape of its parameter?",
    source="CS231n, backpropagation notes: gradients have the shape of their variables",
    cost=1,
    needs=("loss_and_gradients",),
    kept="it names the axis where other checks only raise",
)
def gradient_shapes(program, **_settings):
    _, dW, db = _gradients(program, *random_point(samples=_N, features=_D, classes=_K))
    wrong = []
    for name, gradient, wanted in (("dW", dW, (_D, _K)), ("db", db, (_K,))):
        if gradient.shape != wanted:
            letters = {_N: "N", _D: "D", _K: "K"}
            axes = ", ".join(letters.get(length, str(length)) for length in gradient.shape)
            wrong.append(f"{name} is ({axes})")
    if wrong:
        return Verdict(False, f"{' and '.join(wrong)}; wanted dW (D, K), db (K).", wrong[0])
    return Verdict(True, "dW is (D, K) and db is (K).")


@check(
    "Are loss and gradients finite at logits of some thousands?",
    source="log-sum-exp: Blanchard, Higham and Higham, IMA J. Numer. Anal. 41, 2021",
    cost=2,
    needs=("loss_and_gradients",),
)
def large_logits(program, **_settings):
    W, b, X, Y = random_point(samples=_N, features=_D, classes=_K)
    loss, dW, db = _gradients(program, 3000 * W, b, X, Y)
    finite = np.isfinite(loss), np.isfinite(dW).all() and np.isfinite(db).all()
    bad = [n for n, ok in zip(("loss", "gradients"), finite, strict=True) if not ok]
    if bad:
        return Verdict(False, f"Not finite: {' and '.join(bad)}.", " and ".join(bad))
    return Verdict(True, "Loss and gradients are finite.")


@check(
    "Does adding 1000 to every logit of a sample change nothing?",
    source="softmax(z + c) = softmax(z): CS231n, linear classification, numeric stability",
    cost=2,
    needs=("loss_and_gradients",),
)
def shifted_logits(program, **_settings):
    W, b, X, Y = random_point(samples=_N, features=_D, classes=_K)
    before, after = _gradients(program, W, b, X, Y), _gradients(program, W, b + 1000, X, Y)
    names = ("loss", "dW", "db")
    changed = [
        n for n, x, y in zip(names, before, after, strict=True) if not _close(y, np.asarray(x))
    ]
    if changed:
        return Verdict(False, f"Changed: {', '.join(changed)}.", ", ".join(changed))
    return Verdict(True, "Loss and gradients stay as they are.")


@check(
    "Do the rows of the residual sum to 0?",
    source="P and Y both have rows that sum to 1: Bishop (4.109)",
    cost=2,
    needs=("loss_and_gradients",),
)
def residual_rows(program, **_settings):
    # With X the identity, X.T R = R: the gradient of W *is* the residual, but for a factor.
    W, b, _, Y = random_point(samples=_N, features=_N, classes=_K)
    dW = _gradients(program, W, b, np.eye(_N), Y)[1]
    if dW.shape != W.shape:
        return Verdict(None, f"dW is {dW.shape}, so there is no residual to be read off.")
    off = np.abs(dW.sum(axis=1)).max() / max(np.abs(dW).max(), 1e-300)
    if not off < _TOLERANCE:
        return Verdict(False, f"A row sums to {off:.2g} of its largest entry.")
    return Verdict(True, "Every row sums to 0.")


def _compare_gradients(program, scale):
    """The gradient check, with the precision that the program computes in."""
    f = program.loss_and_gradients
    dW = _gradients(program, *random_point(samples=_N, features=_D, classes=_K))[1]
    single = dW.dtype == np.float32
    report = gradient_check(
        f, samples=_N, features=_D, classes=_K, scale=scale, dtype=np.float32 if single else float
    )
    if report.passed(2e-2 if single else 1e-6):
        return Verdict(True, f"Largest error {report.max_error:.0e}.")
    names = [
        name_ratio(report.ratios[p], report.cosines[p], _N, _K)
        # A slope of 0 but for rounding has no ratio that means something.
        if np.linalg.norm(report.numeric[p]) > report.uncertainty
        else "no slope"
        for p in ("W", "b")
    ]
    finding = names[0] if names[0] == names[1] else f"W {names[0]}, b {names[1]}"
    return Verdict(False, f"Analytic over numeric gradient: W {names[0]}, b {names[1]}.", finding)


@check(
    "Gradient check at W = 0: does the gradient fit the loss there?",
    source="a point often chosen, and a bad one: dlsys homework 0",
    cost=3,
    needs=("loss_and_gradients",),
    kept="to be shamed: at W = 0 all probabilities are equal, so a wrong gradient can pass, or "
    "seem to be off by a mere factor",
)
def gradient_at_zero(program, **_settings):
    verdict = _compare_gradients(program, scale=0.0)
    # No finding: a factor seen at this point may be none elsewhere.
    return Verdict(verdict.passed, verdict.evidence)


@check(
    "Gradient check at a random W: does the gradient fit the loss?",
    source="CS231n, neural-networks-3, gradient checks",
    cost=3,
    needs=("loss_and_gradients",),
)
def gradient_at_random(program, **_settings):
    return _compare_gradients(program, scale=1.0)


@check(
    "Does a batch in another order give the same gradient?",
    source="loss and gradient are sums over samples: Bishop (4.108), (4.109)",
    cost=2,
    needs=("loss_and_gradients",),
    kept="it needs no right answer to compare with, and no differences",
)
def permuted_batch(program, **_settings):
    W, b, X, Y = random_point(samples=_N, features=_D, classes=_K)
    order = np.roll(np.arange(_N), 2)
    before, after = _gradients(program, W, b, X, Y), _gradients(program, W, b, X[order], Y[order])
    names = ("loss", "dW", "db")
    changed = [n for n, x, y in zip(names, before, after, strict=True) if not _close(y, x)]
    if changed:
        return Verdict(False, f"Changed: {', '.join(changed)}.", ", ".join(changed))
    return Verdict(True, "Loss and gradients stay as they are.")


@check(
    "Are the arguments as they were after a call?",
    source="a function that computes should not write: the interface of every gradient check",
    cost=1,
    needs=("loss_and_gradients",),
)
def arguments_unchanged(program, **_settings):
    point = random_point(samples=_N, features=_D, classes=_K)
    passed = [values.copy() for values in point]
    program.loss_and_gradients(*passed)
    changed = [
        name
        for name, before, after in zip("WbXY", point, passed, strict=True)
        if not np.array_equal(before, after)
    ]
    if changed:
        return Verdict(False, f"Written into: {', '.join(changed)}.", ", ".join(changed))
    return Verdict(True, "W, b, X and Y are as they were.")
