"""Steps in the styles of public questions: ``RIGHT`` with words to be said, ``WRONG`` with ids."""

import numpy as np
from doctor.right_styles import plain, softmax


def returns_new(W, b, X, Y, lr):
    _, dW, db = plain(W, b, X, Y)
    return W - lr * dW, b - lr * db


def in_place(W, b, X, Y, learning_rate):
    _, dW, db = plain(W, b, X, Y)
    W -= learning_rate * dW
    b -= learning_rate * db


def in_place_and_returned(W, b, X, Y, learning_rate):
    _, dW, db = plain(W, b, X, Y)
    W -= learning_rate * dW
    b -= learning_rate * db
    return W, b


def with_loss(W, b, X, Y, lr):
    loss, dW, db = plain(W, b, X, Y)
    return W - lr * dW, b - lr * db, loss


def as_dict(W, b, X, Y, alpha):
    _, dW, db = plain(W, b, X, Y)
    return {"W": W - alpha * dW, "b": b - alpha * db}


def columns(W, b, X, Y, alpha):
    m = X.shape[1]
    Z = W @ X + b
    A = np.exp(Z - Z.max(0)) / np.exp(Z - Z.max(0)).sum(0)
    W = W - alpha * (A - Y) @ X.T / m
    b = b - alpha * np.sum(A - Y, axis=1, keepdims=True) / m
    return W, b


def integer_labels(W, b, X, y, lr):
    P = softmax(X @ W + b)
    P[np.arange(len(y)), y] -= 1
    return W - lr * (X.T @ P) / len(y), b - lr * P.mean(axis=0)


def epoch_of_one_batch(X, y, theta, lr):
    """The bias is folded in; theta is changed in place."""
    Z = np.exp(X @ theta - (X @ theta).max(axis=1, keepdims=True))
    Z /= Z.sum(axis=1, keepdims=True)
    I = np.zeros_like(Z)  # noqa: E741
    I[np.arange(len(y)), y] = 1
    theta -= lr * (X.T @ (Z - I)) / len(y)


def parameters_in_a_dict(params, X, Y, learning_rate):
    _, dW, db = plain(params["W"], params["b"], X, Y)
    params["W"] -= learning_rate * dW
    params["b"] -= learning_rate * db
    return params


def plus_of_minus(W, b, X, Y, lr):
    P = softmax(X @ W + b)
    return W + lr * X.T @ (Y - P) / len(X), b + lr * (Y - P).mean(axis=0)


def with_decay(W, b, X, Y, lr):
    _, dW, db = plain(W, b, X, Y)
    return W - lr * (dW + 0.01 * W), b - lr * db


def decoupled_decay(W, b, X, Y, lr):
    _, dW, db = plain(W, b, X, Y)
    return 0.99 * W - lr * dW, b - lr * db


def data_first_in_place_returns_the_loss(X, y, W, b, lr):
    loss, dW, db = plain(W, b, X, np.eye(W.shape[1])[y])
    W -= lr * dW
    b -= lr * db
    return loss


def default_rate(W, b, X, Y, learning_rate=0.5):
    _, dW, db = plain(W, b, X, Y)
    return W - learning_rate * dW, b - learning_rate * db


def one_sample(W, b, x, y, lr):
    p = softmax((x @ W + b)[None])[0]
    return W - lr * np.outer(x, p - y), b - lr * (p - y)


def ascends_the_log_likelihood(W, b, X, Y, lr):
    """Labels one column a sample, as the question has them."""
    P = softmax(X @ W + b)
    return W + lr * X.T @ (Y.T - P) / len(X), b + lr * (Y.T - P).mean(axis=0)


RIGHT = [
    (data_first_in_place_returns_the_loss, ["in place"]),
    (default_rate, []),
    (one_sample, ["one sample"]),
    (ascends_the_log_likelihood, ["one-hot columns"]),
    (returns_new, []),
    (in_place, ["in place"]),
    (in_place_and_returned, ["in place"]),
    (with_loss, []),
    (as_dict, []),
    (columns, ["columns"]),
    (integer_labels, ["integers"]),
    (epoch_of_one_batch, ["in place", "folded"]),
    (parameters_in_a_dict, ["in place"]),
    (plus_of_minus, []),
    (with_decay, ["weight decay", "0.01"]),
    (decoupled_decay, ["weight decay", "0.01"]),
]


def ascends(W, b, X, Y, lr):
    _, dW, db = plain(W, b, X, Y)
    return W + lr * dW, b + lr * db


def question_sign(W, b, X, Y, lr):
    """Descent along X.T (Y - P), averaged; labels one column a sample."""
    P = softmax(X @ W + b)
    return W - lr * X.T @ (Y.T - P) / len(X), b - lr * (Y.T - P).mean(axis=0)


def question_sign_summed(W, b, X, Y, lr):
    P = softmax(X @ W + b)
    return W - lr * X.T @ (Y.T - P), b - lr * (Y.T - P).sum(axis=0)


def local_names(W, b, X, Y, lr):
    _, dW, db = plain(W, b, X, Y)
    W = W - lr * dW
    b = b - lr * db


def returns_old(W, b, X, Y, lr):
    _, dW, db = plain(W, b, X, Y)
    W_new, b_new = W - lr * dW, b - lr * db  # noqa: F841
    return W, b


def assigns(W, b, X, Y, lr):
    _, dW, db = plain(W, b, X, Y)
    return -lr * dW, -lr * db


def assigns_positive(W, b, X, Y, lr):
    _, dW, db = plain(W, b, X, Y)
    return lr * dW, lr * db


def equals_minus(W, b, X, Y, lr):
    _, dW, db = plain(W, b, X, Y)
    W = -lr * dW
    b = b - lr * db
    return W, b


def bias_forgotten(W, b, X, Y, lr):
    _, dW, _ = plain(W, b, X, Y)
    return W - lr * dW, b


def bias_typo(W, b, X, Y, lr):
    _, dW, db = plain(W, b, X, Y)
    W = W - lr * dW
    db = b - lr * db
    return W, b


def bias_local_in_place(W, b, X, Y, lr):
    _, dW, db = plain(W, b, X, Y)
    W -= lr * dW
    b = b - lr * db


def bias_uphill(W, b, X, Y, lr):
    _, dW, db = plain(W, b, X, Y)
    return W - lr * dW, b + lr * db


def weights_uphill(W, b, X, Y, lr):
    _, dW, db = plain(W, b, X, Y)
    return W + lr * dW, b - lr * db


def rate_left_out(W, b, X, Y, lr):
    _, dW, db = plain(W, b, X, Y)
    return W - dW, b - db


def rate_fixed(W, b, X, Y, lr):
    lr = 0.01
    _, dW, db = plain(W, b, X, Y)
    return W - lr * dW, b - lr * db


def rate_squared(W, b, X, Y, lr):
    _, dW, db = plain(W, b, X, Y)
    dW, db = lr * dW, lr * db
    return W - lr * dW, b - lr * db


def summed_step(W, b, X, y, lr):
    P = softmax(X @ W + b)
    P[range(len(y)), y] -= 1
    W -= lr * X.T @ P
    b -= lr * P.sum(axis=0)
    return W, b


def divided_again(W, b, X, Y, lr):
    _, dW, db = plain(W, b, X, Y)
    return W - lr / len(X) * dW, b - lr / len(X) * db


def over_thousand(W, b, X, Y, lr):
    _, dW, db = plain(W, b, X, Y)
    return W - lr * dW / 1000, b - lr * db / 1000


def half_updated(W, b, X, Y, lr):
    W = W - lr * plain(W, b, X, Y)[1]
    b = b - lr * plain(W, b, X, Y)[2]
    return W, b


def half_updated_bias_first(W, b, X, Y, lr):
    b = b - lr * plain(W, b, X, Y)[2]
    W = W - lr * plain(W, b, X, Y)[1]
    return W, b


def sample_by_sample(W, b, X, Y, lr):
    for x, y in zip(X, Y, strict=True):
        _, dW, db = plain(W, b, x[None], y[None])
        W, b = W - lr * dW, b - lr * db
    return W, b


def whole_numbers(W, b, X, Y, lr):
    _, dW, db = plain(W, b, X, Y)
    return (W - lr * dW).astype(int), (b - lr * db).astype(int)


def gradients_returned(W, b, X, Y, lr):
    _, dW, db = plain(W, b, X, Y)
    return dW, db


def decay_with_wrong_sign(W, b, X, Y, lr):
    _, dW, db = plain(W, b, X, Y)
    return W - lr * (dW - 0.1 * W), b - lr * db


def dead_bias(W, b, X, Y, lr):
    P = softmax(X @ W + b)
    return W - lr * X.T @ (P - Y) / len(X), b - lr * np.sum(P - Y) / len(X)


def sigmoid_derivative(W, b, X, Y, lr):
    P = softmax(X @ W + b)
    R = (P - Y) * P * (1 - P) / len(X)
    return W - lr * X.T @ R, b - lr * R.sum(axis=0)


def wrong_axis(W, b, X, Y, lr):
    E = np.exp(X @ W + b)
    R = (E / E.sum(axis=0) - Y) / len(X)
    return W - lr * X.T @ R, b - lr * R.sum(axis=0)


def naive(W, b, X, Y, lr):
    E = np.exp(X @ W + b)
    R = (E / E.sum(axis=1, keepdims=True) - Y) / len(X)
    return W - lr * X.T @ R, b - lr * R.sum(axis=0)


def transposed(W, b, X, Y, lr):
    P = softmax(X @ W + b)
    return W - lr * (P - Y).T @ X / len(X), b - lr * (P - Y).mean(axis=0)


def labels_written(W, b, X, Y, lr):
    P = softmax(X @ W + b)
    Y -= P
    return W + lr * X.T @ Y / len(X), b + lr * Y.mean(axis=0)


def ascends_summed(W, b, X, Y, lr):
    P = softmax(X @ W + b)
    return W + lr * X.T @ (P - Y), b + lr * (P - Y).sum(axis=0)


def returns_loss(W, b, X, Y, lr):
    return plain(W, b, X, Y)[0]


def returns_only_w(W, b, X, Y, lr):
    return W - lr * plain(W, b, X, Y)[1]


def column_bias(W, b, X, Y, lr):
    _, dW, db = plain(W, b, X, Y)
    return W - lr * dW, (b - lr * db)[:, None]


def not_a_number(W, b, X, Y, lr):
    return np.nan * W, b


def weights_kept(W, b, X, Y, lr):
    return W, b - lr * plain(W, b, X, Y)[2]


def raises(W, b, X, Y, lr):
    raise RuntimeError("no weights loaded")


WRONG = [
    (ascends, {"ascent"}, []),
    (question_sign, {"ascent", "wrong-sign"}, []),
    (question_sign_summed, {"ascent"}, ["-N"]),
    (local_names, {"update-dropped"}, []),
    (returns_old, {"update-dropped"}, []),
    (assigns, {"update-assigned"}, []),
    (assigns_positive, {"update-assigned"}, []),
    (equals_minus, {"update-assigned"}, []),
    (bias_forgotten, {"bias-frozen"}, []),
    (bias_typo, {"bias-frozen"}, []),
    (bias_local_in_place, {"bias-frozen"}, []),
    (bias_uphill, {"bias-ascends"}, []),
    (weights_uphill, {"ascent"}, ["W moves -1"]),
    (rate_left_out, set(), ["ignored"]),
    (rate_fixed, set(), ["ignored", "0.01"]),
    (rate_squared, set(), ["square"]),
    (summed_step, {"sum-for-mean"}, ["N"]),
    (divided_again, {"divided-twice"}, ["1/N"]),
    (over_thousand, {"rate-too-small"}, ["1/1000"]),
    (half_updated, set(), ["half-updated"]),
    (half_updated_bias_first, set(), ["half-updated"]),
    (sample_by_sample, set(), []),
    (whole_numbers, {"integer-weights"}, []),
    (gradients_returned, set(), ["gradients"]),
    (decay_with_wrong_sign, {"decay-sign"}, ["0.1"]),
    (dead_bias, {"dead-bias"}, []),
    (sigmoid_derivative, {"diagonal-jacobian"}, []),
    (wrong_axis, {"softmax-over-batch", "naive-softmax"}, []),
    (naive, {"naive-softmax"}, []),
    (transposed, {"gradient-transposed"}, ["ValueError"]),
    (labels_written, {"labels-overwritten"}, ["Y"]),
    (ascends_summed, {"ascent", "sum-for-mean"}, ["-N"]),
    (returns_loss, {"update-dropped"}, []),
    (returns_only_w, {"bias-frozen"}, []),
    (column_bias, set(), ["new b is"]),
    (not_a_number, set(), ["NaN"]),
    (weights_kept, {"update-misnamed"}, ["W stays what it was"]),
    (raises, set(), ["RuntimeError"]),
]
