"""Checks of the prediction, of the test images and of the metric."""

import numpy as np

from helpers.checks.base import Verdict, check
from helpers.checks.recording import find_rows, images_predicted, name_pixels
from helpers.checks.small_data import small_digits, small_run
from helpers.softmax_regression import softmax


@check(
    "Are predictions right where the scores are known?",
    source="a function with a known answer is tested on it",
    cost=1,
    needs=("predict",),
)
def predict_known(program, **_settings):
    # In the last row no class has a probability above one half.
    X = np.array([[3.0, 0, 1], [0, 3, 1], [1, 0, 3], [0, 1, 0], [1, 0, 0], [0, 5, 0.5]])
    W, b = np.eye(3), np.array([0.0, -5.0, 0.0])
    scores = X @ W + b
    predicted = np.asarray(program.predict(W.copy(), b.copy(), X.copy()))
    if predicted.shape != (len(X),):
        return Verdict(False, f"{predicted.shape} for {len(X)} images.", "shape")
    if (predicted == scores.argmax(axis=1)).all():
        return Verdict(True, "All are right.")
    for finding, known in {
        "no bias": X @ W,
        "least": -scores,
        "last class never": scores[:, :-1],
        "class 0 below one half": softmax(scores) > 0.5,
    }.items():
        if (predicted == known.argmax(axis=1)).all():
            return Verdict(False, f"Predicted as with: {finding}.", finding)
    return Verdict(False, f"Predicted {predicted}, wanted {scores.argmax(axis=1)}.", "other")


@check(
    "Are the run's predictions those of its last weights?",
    source="score the model that was trained: predict again and compare",
    cost=1,
    needs=("train", "predict"),
)
def predictions_of_last_weights(program, **settings):
    data = small_digits()
    run = small_run(program, data, **settings)
    differ = (program.predict(run.W, run.b, data.X_test) != run.predictions).sum()
    return Verdict(bool(differ == 0), f"{differ} of {len(data.y_test)} differ.")


@check(
    "Does predict get the test images, as they are and in their order?",
    source="training and test are to be prepared alike: look at what goes into the model",
    cost=2,
    needs=("train", "predict"),
)
def test_images_arrive(program, **settings):
    arrived = images_predicted(program, **settings)
    if arrived is None:
        return Verdict(None, "train calls no function predict, so nothing can be recorded.")
    data = small_digits()
    which = find_rows(arrived, data.X_test)
    if which is not None:
        if np.array_equal(which, np.arange(len(data.X_test))):
            return Verdict(True, "They are the test images, in their order.")
        return Verdict(False, "They are test images in another order.", "another order")
    if find_rows(arrived, data.X) is not None:
        return Verdict(False, "They are training images.", "training images")
    return name_pixels(arrived, data.X_test)


@check(
    "Is the metric right for predictions that are known?",
    source="a function with a known answer is tested on it",
    cost=1,
    needs=("error_rate",),
)
def metric_known(program, **_settings):
    labels = np.arange(10)
    predicted = np.where(labels < 5, labels, 9 - labels)  # half are right
    error = program.error_rate(predicted, labels)
    if np.isclose(error, 0.5):
        return Verdict(True, "Half are wrong, and it says 50 %.")
    return Verdict(False, f"Half are wrong, and it says {100 * error:.0f} %.", f"{error:.0%}")


@check(
    "Is the error that the run reports the one that its predictions have?",
    source="count again: hits over images, by hand",
    cost=1,
    needs=("train",),
)
def error_recounted(program, **settings):
    # Backwards, so that the labels are not, entry for entry, those of the training images.
    data = small_digits()
    data = data._replace(X_test=data.X_test[::-1].copy(), y_test=data.y_test[::-1].copy())
    run = small_run(program, data, **settings)
    if np.shape(run.predictions) != data.y_test.shape:
        evidence = f"Predictions are {np.shape(run.predictions)}, labels {data.y_test.shape}."
        return Verdict(False, evidence, "shape")
    counted = np.mean(run.predictions != data.y_test)
    evidence = f"It reports {100 * run.error:.1f} %; counted afresh it is {100 * counted:.1f} %."
    return Verdict(bool(np.isclose(run.error, counted)), evidence)
