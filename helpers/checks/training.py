"""Checks of the update and of what a training sees."""

import inspect

import numpy as np

from helpers.checks.base import Verdict, check
from helpers.checks.recording import find_rows, name_pixels, watch
from helpers.checks.small_data import SMALL_RUN, SmallDigits, small_digits, small_run
from helpers.gradient_check import random_point
from helpers.symptoms import is_tied, name_outcome, name_ratio

_NOT_SEEN = "train calls no function loss_and_gradients, so nothing can be recorded."


def _name_moves(moves, wanted):
    """Name the factor between the moves of W and b and those that are due; "" if both are 1.

    ``moves`` and ``wanted``: pairs of arrays, for W and b.
    """
    names = [_name_factor(move, due) for move, due in zip(moves, wanted, strict=True)]
    if names == ["1", "1"]:
        return ""
    return names[0] if names[0] == names[1] else f"W {names[0]}, b {names[1]}"


def _name_factor(move, due):
    """The factor between a move and the one that is due, in words."""
    move, due = np.ravel(move).astype(float), np.ravel(due).astype(float)
    norm, size = np.linalg.norm(due), np.linalg.norm(move)
    if norm == 0:
        return "1" if size == 0 else "not a multiple"
    # Short steps from large weights lose digits, float32 more so.
    if np.linalg.norm(move - due) / norm < 1e-3:
        return "1"
    cosine = move @ due / (size * norm) if size else np.nan
    return name_ratio(move @ due / norm**2, cosine, np.nan, np.nan)


def _judge_fall(first, last, fall):
    """Whether a loss has fallen by at least this fraction of what it was."""
    if not np.isfinite([first, last]).all():
        return Verdict(False, f"The loss goes from {first:.3g} to {last}.", "not finite")
    evidence = f"The loss goes from {first:.4g} to {last:.4g}."
    change = (last - first) / abs(first)
    if change <= -fall and abs(last) < abs(first):
        return Verdict(True, evidence)
    if abs(change) < 0.01:
        return Verdict(False, evidence, "flat")
    return Verdict(False, evidence, "rises" if change > 0 else "stays up")


@check(
    "Does an update move W and b by -learning_rate times their gradients?",
    source="gradient descent, by its definition; nothing in a gradient check tests it",
    cost=2,
    needs=(),
)
def update_moves(program, **_settings):
    W, b, X, Y = random_point(samples=5, features=5, classes=3)
    rate = 0.5
    # Copies throughout: to update in place is a habit, not a bug.
    if hasattr(program, "update"):
        dW, db = X[:, :3].copy(), X[0, 2:].copy()  # any numbers will do
        moved = program.update(W.copy(), b.copy(), dW.copy(), db.copy(), rate)
    elif hasattr(program, "step") and hasattr(program, "loss_and_gradients"):
        _, dW, db = program.loss_and_gradients(W.copy(), b.copy(), X, Y.copy())
        moved = program.step(W.copy(), b.copy(), X, Y.copy(), rate)
    else:
        return Verdict(None, "The program has no function update, nor a step and its gradients.")
    finding = _name_moves((moved[0] - W, moved[1] - b), (-rate * dW, -rate * db))
    if finding:
        return Verdict(False, f"Move over -learning_rate * gradient: {finding}.", finding)
    return Verdict(True, "W and b move against their gradients, by the learning rate.")


@check(
    "Does the loss fall over ten steps on one batch?",
    source="Karpathy, A recipe for training neural networks",
    cost=2,
    needs=("step", "loss_and_gradients"),
    kept="it needs no training, only a function that makes a step",
)
def loss_falls_on_a_batch(program, **_settings):
    data = small_digits()
    X, Y = data.X[::10], data.Y[::10]
    # So small that it suits a summed gradient too.
    W, b, rate = np.zeros((X.shape[1], Y.shape[1])), np.zeros(Y.shape[1]), 0.01
    first = program.loss_and_gradients(W, b, X, Y.copy())[0]
    for _ in range(10):
        W, b = program.step(W, b, X, Y.copy(), rate)
    last = program.loss_and_gradients(W, b, X, Y.copy())[0]
    return _judge_fall(first, last, fall=1e-4)


@check(
    "Can it learn ten samples by heart?",
    source="Karpathy, A recipe for training neural networks; CS231n, neural-networks-3",
    cost=3,
    needs=("train",),
)
def overfit_ten(program, **_settings):
    data = small_digits()
    X, Y = data.X[::20], data.Y[::20]
    # Without weight decay, which is there to prevent just that.
    losses = program.train(
        X, Y, X, Y.argmax(axis=1), learning_rate=0.5, batch_size=10, epochs=200
    ).losses
    return _judge_fall(losses[0], losses[-1], fall=0.9)


@check(
    "Is the loss lower in the last epoch than in the first?",
    source="Karpathy, A recipe for training neural networks",
    cost=1,
    needs=("train",),
    kept="every training prints it, and most searches begin there",
)
def loss_falls_in_training(program, **settings):
    losses = small_run(program, **settings).losses
    steps = -(-len(losses) // settings.get("epochs", SMALL_RUN["epochs"]))
    return _judge_fall(losses[:steps].mean(), losses[-steps:].mean(), fall=0.01)


@check(
    "Are several classes predicted?",
    source="a histogram of predictions on a fixed batch: Karpathy, A recipe",
    cost=1,
    needs=("train",),
    kept="a glance that tells a constant prediction from a bad one",
)
def prediction_histogram(program, **settings):
    run = small_run(program, **settings)
    if is_tied(run, small_digits().X_test):
        return Verdict(False, "All classes have the same scores; rounding chooses one.", "tied")
    counts = np.bincount(run.predictions, minlength=10)
    evidence = f"Class {counts.argmax()} is predicted for {counts.max()} of {counts.sum()}."
    if counts.max() == counts.sum():
        return Verdict(False, evidence, "constant")
    if counts.max() > counts.sum() / 2:
        return Verdict(False, evidence, "lopsided")
    return Verdict(True, evidence)


@check(
    "Is the error clearly below that of a guess?",
    source="the least that a classifier owes: K balanced classes are guessed with 1 - 1/K",
    cost=1,
    needs=("train",),
    kept="it is the question of this course: 90 %",
)
def error_against_chance(program, **settings):
    # Without weight decay: a strong one may cost a right program most of its hits.
    error = small_run(program, **{**settings, "weight_decay": 0.0}).error
    outcome = name_outcome(error, None, 10)
    evidence = f"The error is {100 * error:.1f} %; a guess has 90 %."
    return Verdict(outcome == "learns", evidence, outcome if outcome == "below chance" else "")


@check(
    "Does every row of the labels that arrive hold a single 1?",
    source="look at what goes into the model: Karpathy, A recipe",
    cost=2,
    needs=("train", "loss_and_gradients"),
)
def labels_one_hot(program, **settings):
    watched = watch(program, **settings)
    if watched is None:
        return Verdict(None, _NOT_SEEN)
    if not watched.calls:
        raise watched.error
    X, Y = watched.calls[0].X, watched.calls[0].Y
    if _one_each(Y) and len(Y) == len(X):
        return Verdict(True, "Every row holds a single 1.")
    if _one_each(Y.T) and Y.shape[1] == len(X):
        return Verdict(False, f"They are {Y.shape}: one column a sample.", "columns do")
    return Verdict(False, f"They are {Y.shape}, and the ones are dealt out wrongly.", "rows do not")


def _one_each(Y):
    return bool(np.isin(Y, (0, 1)).all() and (Y.sum(axis=1) == 1).all())


@check(
    "Do the images arrive with the pixels they had?",
    source="look at what goes into the model: Karpathy, A recipe",
    cost=2,
    needs=("train", "loss_and_gradients"),
)
def pixels_arrive(program, **settings):
    watched = watch(program, **settings)
    if watched is None:
        return Verdict(None, _NOT_SEEN)
    if not watched.calls:
        raise watched.error
    X, arrived = small_digits().X, watched.calls[0].X
    if find_rows(arrived, X) is not None:
        return Verdict(True, "Every image that arrives is one of the data set.")
    return name_pixels(arrived, X)


@check(
    "Does every image arrive with its own label?",
    source="look at what goes into the model: Karpathy, A recipe",
    cost=2,
    needs=("train", "loss_and_gradients"),
)
def labels_with_images(program, **settings):
    watched = watch(program, **settings)
    if watched is None:
        return Verdict(None, _NOT_SEEN)
    if not watched.calls:
        raise watched.error
    data, arrived = small_digits(), watched.calls[0]
    which = find_rows(arrived.X, data.X)
    if which is None:
        return Verdict(None, "The images have changed on the way, so none can be recognised.")
    if arrived.Y.shape != (len(which), data.Y.shape[1]):
        return Verdict(None, f"Labels {arrived.Y.shape} for {len(which)} images: no pairs.")
    wrong = (data.Y[which] != arrived.Y).any(axis=1).sum()
    evidence = f"{wrong} of {len(which)} images have another label."
    if wrong == 0:
        return Verdict(True, evidence)
    return Verdict(False, evidence, "all" if wrong == len(which) else "some")


@check(
    "Do most of the images arrive in every epoch?",
    source="look at what goes into the model: Karpathy, A recipe",
    cost=2,
    needs=("train", "loss_and_gradients"),
)
def epoch_covers(program, **settings):
    watched = watch(program, **{**settings, "epochs": 1})
    if watched is None:
        return Verdict(None, _NOT_SEEN)
    batches = [call.X for call in watched.complete()]
    total, seen = len(small_digits().X), len(np.unique(np.concatenate(batches), axis=0))
    empty = sum(len(batch) == 0 for batch in batches)
    evidence = f"{seen} of {total} images are seen."
    if empty:
        return Verdict(False, f"{evidence} {empty} of {len(batches)} batches are empty.", "empty")
    # Drawing with replacement is a right way too, and shows 63 %.
    return Verdict(seen > total / 2, evidence)


@check(
    "Do the images come in another order in the next epoch?",
    source="stochastic gradient descent draws its samples at random: Bottou 2012, Tricks",
    cost=2,
    needs=("train", "loss_and_gradients"),
)
def order_changes(program, **settings):
    watched = watch(program, **{**settings, "epochs": 2})
    if watched is None:
        return Verdict(None, _NOT_SEEN)
    arrived = np.concatenate([call.X for call in watched.complete()])
    half = len(arrived) // 2
    if np.array_equal(arrived[:half], arrived[half : 2 * half]):
        stored = np.array_equal(arrived[:half], small_digits().X[:half])
        evidence = "Both epochs show the same images in the same order."
        return Verdict(False, evidence, "as they are stored" if stored else "repeated")
    return Verdict(True, "The order changes.")


@check(
    "Does training move W and b as learning rate and gradients say?",
    source="gradient descent, by its definition; print one step and redo it by hand",
    cost=3,
    needs=("train", "loss_and_gradients"),
    kept="it tests whole steps of the training, an early and a late one, where update-moves tests "
    "the update alone",
)
def training_moves(program, **settings):
    watched = watch(program, **{**settings, "epochs": 3, "weight_decay": 0.0})
    if watched is None:
        return Verdict(None, _NOT_SEEN)
    rate, calls = settings.get("learning_rate", SMALL_RUN["learning_rate"]), watched.complete()
    # The second step, since the first starts from W = 0, where W -= x and W = -x are the same.
    # And a late one, since a rate may change on the way.
    for when, (before, after) in (("", calls[1:3]), ("later ", calls[-2:])):
        moves = after.W - before.W, after.b - before.b
        finding = _name_moves(moves, (-rate * before.dW, -rate * before.db))
        if finding:
            evidence = f"{when}Move over -learning_rate * gradient: {finding}.".capitalize()
            return Verdict(False, evidence, when + finding)
    return Verdict(True, "W and b move against their gradients, by the learning rate.")


@check(
    "Does the bias move when one class is commoner than the others?",
    source="rasbt/stat453-deep-learning-ss20 issue 5: accuracy does not show a dead bias",
    cost=1,
    needs=("train",),
    kept="a glance at one vector; the accuracy hides a bias that is dead",
)
def bias_moves(program, **settings):
    data = small_digits()
    kept = data.Y.argmax(axis=1) < 3
    kept[100:] = True
    data = SmallDigits(data.X[kept], data.Y[kept], data.X_test, data.y_test)
    b = np.asarray(small_run(program, data, **settings).b)
    largest = np.abs(b).max()
    return Verdict(bool(largest > 1e-6), f"The largest bias after training is {largest:.1g}.")


@check(
    "Does weight decay move W by -learning_rate times decay times W?",
    source="its definition: Krogh and Hertz, NIPS 1991; redo one step by hand",
    cost=3,
    needs=("train", "loss_and_gradients"),
)
def decay_moves(program, **settings):
    if "weight_decay" not in inspect.signature(program.train).parameters:
        return Verdict(None, "train has no weight decay.")
    decay, rate = 0.5, settings.get("learning_rate", SMALL_RUN["learning_rate"])
    runs = [watch(program, **{**settings, "epochs": 3, "weight_decay": d}) for d in (decay, 0.0)]
    if None in runs:
        return Verdict(None, _NOT_SEEN)
    with_it, without = (run.complete() for run in runs)
    # The two runs are one until decay finds weights to shrink: at the first step, or the second.
    first = 0 if with_it[0].W.any() else 1
    W = with_it[first].W
    if not W.any():
        return Verdict(None, "W stays at 0, so there is nothing to shrink.")
    finding = _name_factor(with_it[first + 1].W - without[first + 1].W, -rate * decay * W)
    if finding == "1":
        return Verdict(True, "Decay adds -learning_rate * weight_decay * W to a step.")
    return Verdict(False, f"What decay adds to a step, over what is due: {finding}.", finding)
