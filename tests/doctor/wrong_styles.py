"""Wrong gradient functions, in the styles of public questions and of published teaching code.

Each entry of ``WRONG``: function, ids that must be named, words that must be said.
"""

import numpy as np
from doctor.right_styles import plain, softmax

from helpers import question

# the question's own pair, and its relatives


def log_likelihood_pair(W, b, X, Y):
    """Y has one column a sample. A pair that belongs together: correct, to be ascended."""
    P = softmax(X @ W + b)
    L = np.sum(Y.T * np.log(P))
    return L, X.T @ (Y.T - P), np.ones(X.shape[0]) @ (Y.T - P)


def question_gradients_only(W, b, X, Y):
    return question.gradients(W, b, X, Y)


def question_pair(W, b, X, Y):
    return question.objective(W, b, X, Y), *question.gradients(W, b, X, Y)


def sign_flipped(W, b, X, Y):
    P = softmax(X @ W + b)
    error = Y - P
    return -np.mean(np.sum(Y * np.log(P), 1)), X.T.dot(error) / len(X), error.mean(0)


def sign_flipped_naive(W, b, X, Y):
    e = np.exp(X @ W + b)
    P = e / e.sum(axis=1, keepdims=True)
    return -np.sum(Y * np.log(P)) / len(X), X.T @ (Y - P) / len(X), (Y - P).sum(0) / len(X)


def likelihood_printed(W, b, X, y):
    P = softmax(X @ W + b)
    n = len(y)
    loss = np.log(P[range(n), y]).mean()
    P[range(n), y] -= 1
    return loss, X.T @ P / n, P.mean(0)


def weights_up_bias_down(W, b, X, Y):
    loss, dW, db = plain(W, b, X, Y)
    return loss, -dW, db


def weights_down_bias_up(W, b, X, Y):
    loss, dW, db = plain(W, b, X, Y)
    return loss, dW, -db


# scale


def mean_loss_summed_gradient(W, b, X, y):
    P = softmax(X.dot(W) + b)
    loss = -np.log(P[np.arange(len(y)), y]).mean()
    P[np.arange(len(y)), y] -= 1
    return loss, X.T.dot(P), P.sum(axis=0)


def summed_loss_mean_gradient(W, b, X, Y):
    loss, dW, db = plain(W, b, X, Y)
    return len(X) * loss, dW, db


def divided_twice_both(W, b, X, Y):
    loss, dW, db = plain(W, b, X, Y)
    return loss, dW / X.shape[0], db / X.shape[0]


def divided_by_len_of_columns(W, b, X, Y):
    """Samples and labels in columns; len(Y) is K."""
    Z = W.T @ X + b
    A = np.exp(Z - Z.max(0)) / np.exp(Z - Z.max(0)).sum(0)
    loss = -(Y * np.log(A)).sum() / Y.shape[1]
    return loss, X @ (A - Y).T / len(Y), (A - Y).sum(axis=1, keepdims=True) / len(Y)


def mean_over_all_entries(W, b, X, Y):
    """-np.mean(Y * log P) divides by K too; the gradient does not."""
    _, dW, db = plain(W, b, X, Y)
    return -np.mean(Y * np.log(softmax(X @ W + b))), dW, db


def bias_not_averaged(W, b, X, Y):
    loss, dW, db = plain(W, b, X, Y)
    return loss, dW, db * len(X)


def hard_coded_batch(W, b, X, Y):
    loss, dW, db = plain(W, b, X, Y)
    return loss, dW * len(X) / 100, db * len(X) / 100


def twice_too_long(W, b, X, Y):
    loss, dW, db = plain(W, b, X, Y)
    return loss, 2 * dW, 2 * db


def base_two(W, b, X, Y):
    P = softmax(X @ W + b)
    return -(Y * np.log2(P)).sum() / len(X), X.T @ (P - Y) / len(X), (P - Y).sum(0) / len(X)


def base_ten(W, b, X, y):
    P = softmax(X @ W + b)
    n = len(y)
    loss = -np.log10(P[range(n), y]).sum() / n
    P[range(n), y] -= 1
    return loss, X.T @ P / n, P.sum(0) / n


# axes and shapes


def python_sum(W, b, X, Y):
    """sum(...) of Python adds up the rows: axis 0."""
    E = np.exp(X @ W + b)
    P = E / sum(E)
    return -(Y * np.log(P)).sum() / len(X), X.T @ (P - Y) / len(X), (P - Y).sum(0) / len(X)


def sum_without_axis(W, b, X, Y):
    Z = X @ W + b
    P = np.exp(Z - Z.max()) / np.exp(Z - Z.max()).sum()
    return -(Y * np.log(P)).sum() / len(X), X.T @ (P - Y) / len(X), (P - Y).sum(0) / len(X)


def columns_softmax_wrong_axis(W, b, X, Y):
    """Samples in columns, and softmax over axis 1."""
    m = X.shape[1]
    Z = W @ X + b
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    A = E / E.sum(axis=1, keepdims=True)
    dZ = A - Y
    return -(Y * np.log(A)).sum() / m, dZ @ X.T / m, dZ.sum(axis=1, keepdims=True) / m


def keepdims_forgotten(W, b, X, Y):
    E = np.exp(X @ W + b)
    P = E / E.sum(axis=1)
    return -(Y * np.log(P)).sum() / len(X), X.T @ (P - Y) / len(X), (P - Y).sum(0) / len(X)


def keepdims_forgotten_in_max(W, b, X, y):
    Z = X @ W + b
    Z = Z - np.max(Z, axis=1)
    P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
    P[range(len(y)), y] -= 1
    return X.T @ P / len(y), P.mean(0)


def bias_one_number(W, b, X, Y):
    P = softmax(X @ W + b)
    return -(Y * np.log(P)).sum() / len(X), X.T @ (P - Y) / len(X), np.sum(P - Y) / len(X)


def bias_one_number_columns(W, b, X, Y):
    m = X.shape[1]
    Z = W @ X + b
    A = np.exp(Z - Z.max(0)) / np.exp(Z - Z.max(0)).sum(0)
    return (A - Y) @ X.T / m, 1 / m * np.sum(A - Y)


def bias_over_wrong_axis(W, b, X, Y):
    P = softmax(X @ W + b)
    return X.T @ (P - Y) / len(X), (P - Y).sum(axis=1) / len(X)


def bias_over_wrong_axis_keepdims(W, b, X, Y):
    loss, dW, _ = plain(W, b, X, Y)
    R = softmax(X @ W + b) - Y
    return loss, dW, np.mean(R, axis=1, keepdims=True)


def x_without_transpose(W, b, X, Y):
    P = softmax(np.dot(X, W) + b)
    R = (P - Y) / len(X)
    return -(Y * np.log(P)).sum() / len(X), np.dot(X, R), R.sum(axis=0)


def x_reshape(W, b, X, Y):
    P = softmax(np.dot(X, W) + b)
    R = (P - Y) / len(X)
    return -(Y * np.log(P)).sum() / len(X), np.dot(X.reshape(W.shape[0], len(X)), R), R.sum(axis=0)


def gradient_k_by_d(W, b, X, Y):
    P = softmax(np.dot(X, W) + b)
    R = (P - Y) / len(X)
    return {"dW": np.dot(R.T, X), "db": R.sum(axis=0), "loss": -(Y * np.log(P)).sum() / len(X)}


def bias_broadcast_column(W, b, X, Y):
    loss, dW, db = plain(W, b, X, Y)
    return loss, dW, db[:, None]


# calculus


def sigmoid_prime(W, b, X, Y):
    A = softmax(X @ W + b)
    delta = (A - Y) * A * (1 - A)
    return -(Y * np.log(A)).sum() / len(X), X.T @ delta / len(X), delta.sum(0) / len(X)


def sigmoid_prime_summed(W, b, X, Y):
    A = softmax(X @ W + b)
    delta = (A - Y) * A * (1 - A)
    return X.T @ delta, delta.sum(0)


def minus_y_over_p_times_diagonal(W, b, X, Y):
    A = softmax(X @ W + b)
    dA = -Y / (A + 1e-300)
    dZ = dA * A * (1 - A)
    return -(Y * np.log(A)).sum() / len(X), X.T @ dZ / len(X), dZ.sum(0) / len(X)


def squared_error_gradient(W, b, X, Y):
    P = softmax(X @ W + b)
    G = P - Y
    R = P * (G - (G * P).sum(axis=1, keepdims=True))
    return -(Y * np.log(P)).sum() / len(X), X.T @ R / len(X), R.sum(0) / len(X)


def squared_error_throughout(W, b, X, Y):
    P = softmax(X @ W + b)
    G = 2 * (P - Y)
    R = P * (G - (G * P).sum(axis=1, keepdims=True))
    return np.mean(np.sum((P - Y) ** 2, 1)), X.T @ R / len(X), R.sum(0) / len(X)


def squared_loss_right_gradient(W, b, X, Y):
    _, dW, db = plain(W, b, X, Y)
    return np.mean((softmax(X @ W + b) - Y) ** 2), dW, db


def raw_logits(W, b, X, Y):
    Z = X @ W + b
    P = softmax(Z)
    return -(Y * np.log(P)).sum() / len(X), X.T @ (Z - Y) / len(X), (Z - Y).sum(0) / len(X)


def sigmoid_for_softmax(W, b, X, Y):
    A = 1 / (1 + np.exp(-(X @ W + b)))
    return -(Y * np.log(A)).sum() / len(X), X.T @ (A - Y) / len(X), (A - Y).sum(0) / len(X)


def one_vs_rest(W, b, X, Y):
    A = 1 / (1 + np.exp(-(X @ W + b)))
    cost = -np.mean(np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A), axis=1))
    return cost, X.T @ (A - Y) / len(X), (A - Y).sum(0) / len(X)


def binary_cost(W, b, X, Y):
    A = softmax(X @ W + b)
    cost = -np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) / len(X)
    return cost, X.T @ (A - Y) / len(X), (A - Y).sum(0) / len(X)


def softmax_of_softmax(W, b, X, Y):
    P = softmax(softmax(X @ W + b))
    return -(Y * np.log(P)).sum() / len(X), X.T @ (P - Y) / len(X), (P - Y).sum(0) / len(X)


def softmax_in_model_and_in_loss(W, b, X, Y):
    """Autograd does it right, through both."""
    P = softmax(X @ W + b)
    Q = softmax(P)
    G = (Q - Y) / len(X)
    R = P * (G - (G * P).sum(axis=1, keepdims=True))
    return -(Y * np.log(Q)).sum() / len(X), X.T @ R, R.sum(0)


def rounded_predictions(W, b, X, y):
    K = W.shape[1]
    guess = (X @ W + b).argmax(axis=1)
    R = np.eye(K)[guess] - np.eye(K)[y]
    return X.T @ R / len(X), R.mean(axis=0)


def minus_one_everywhere(W, b, X, y):
    P = softmax(X @ W + b)
    loss = -np.log(P[range(len(y)), y]).mean()
    P[:, y] -= 1
    return loss, X.T @ P / len(y), P.mean(axis=0)


def labels_never_used(W, b, X, Y):
    loss, _, _ = plain(W, b, X, Y)
    P = softmax(X @ W + b)
    return loss, X.T @ P / len(X), P.mean(axis=0)


def exp_not_normalised(W, b, X, Y):
    loss, _, _ = plain(W, b, X, Y)
    E = np.exp(X @ W + b)
    return loss, X.T @ (E - Y) / len(X), (E - Y).mean(axis=0)


def no_jacobian(W, b, X, Y):
    P = softmax(X @ W + b)
    G = -Y / P
    return -(Y * np.log(P)).sum() / len(X), X.T @ G / len(X), G.mean(axis=0)


def bias_forgotten_in_forward(W, b, X, Y):
    P = softmax(X @ W)
    return -(Y * np.log(P)).sum() / len(X), X.T @ (P - Y) / len(X), (P - Y).mean(axis=0)


def only_the_true_class(W, b, X, y):
    dW, db = np.zeros_like(W), np.zeros_like(b)
    for i in range(len(y)):
        p = softmax((X[i] @ W + b)[None])[0]
        dW[:, y[i]] += (p[y[i]] - 1) * X[i] / len(y)
        db[y[i]] += (p[y[i]] - 1) / len(y)
    return dW, db


def labels_from_one(W, b, X, y):
    P = softmax(X @ W + b)
    loss = -np.log(P[range(len(y)), y - 1]).mean()
    P[range(len(y)), y - 1] -= 1
    return loss, X.T @ P / len(y), P.mean(axis=0)


# writing, numerics, what comes back


def labels_spoilt(W, b, X, Y):
    P = softmax(X @ W + b)
    loss = -(Y * np.log(P)).sum() / len(X)
    Y -= P
    return loss, -X.T @ Y / len(X), -Y.mean(axis=0)


def centred_in_place(W, b, X, Y):
    X -= X.mean(axis=0)
    return plain(W, b, X, Y)


def scaled_in_place(W, b, X, Y):
    X /= 255
    return plain(W, b, X, Y)


def updates_too(W, b, X, Y):
    loss, dW, db = plain(W, b, X, Y)
    W -= 0.1 * dW
    b -= 0.1 * db
    return loss, dW, db


def naive(W, b, X, Y):
    E = np.exp(X @ W + b)
    P = E / E.sum(axis=1, keepdims=True)
    return -(Y * np.log(P)).sum() / len(X), X.T @ (P - Y) / len(X), (P - Y).mean(axis=0)


def one_max(W, b, X, Y):
    Z = X @ W + b
    E = np.exp(Z - Z.max())
    P = E / E.sum(axis=1, keepdims=True)
    return -(Y * np.log(P)).sum() / len(X), X.T @ (P - Y) / len(X), (P - Y).mean(axis=0)


def returns_nothing(W, b, X, Y):
    plain(W, b, X, Y)


def returns_loss_only(W, b, X, Y):
    return plain(W, b, X, Y)[0]


def returns_text(W, b, X, Y):
    return "done"


def raises_always(W, b, X, Y):
    raise KeyError("weights")


def misspelt(W, b, X, Y):
    return softmax(X @ W + bais)  # noqa: F821


def nan_always(W, b, X, Y):
    loss, dW, db = plain(W, b, X, Y)
    return loss, dW * np.nan, db


def zero_gradient(W, b, X, Y):
    loss, dW, db = plain(W, b, X, Y)
    return loss, 0 * dW, 0 * db


def last_sample_left_out(W, b, X, Y):
    loss, _, _ = plain(W, b, X, Y)
    _, dW, db = plain(W, b, X[:-1], Y[:-1])
    return loss, dW * (len(X) - 1) / len(X), db * (len(X) - 1) / len(X)


def first_feature_lost(W, b, X, Y):
    loss, dW, db = plain(W, b, X, Y)
    dW[0] = 0
    return loss, dW, db


def class_two_lost(W, b, X, Y):
    loss, dW, db = plain(W, b, X, Y)
    dW[:, 2] *= 3
    db[2] *= 3
    return loss, dW, db


def hinge(W, b, X, y):
    Z = X @ W + b
    n = len(y)
    margins = np.maximum(0, Z - Z[range(n), y][:, None] + 1)
    margins[range(n), y] = 0
    G = (margins > 0) * 1.0
    G[range(n), y] = -G.sum(axis=1)
    return margins.sum() / n, X.T @ G / n, G.sum(0) / n


# what is neither in the catalogue nor a factor

KEPT = {}


def gradient_never_reset(W, b, X, Y):
    loss, dW, db = plain(W, b, X, Y)
    KEPT[W.shape] = KEPT.get(W.shape, 0) + dW
    return loss, KEPT[W.shape], db


def error_rate_for_loss(W, b, X, Y):
    _, dW, db = plain(W, b, X, Y)
    return np.mean(softmax(X @ W + b).argmax(1) != Y.argmax(1)), dW, db


def gradient_clipped(W, b, X, Y):
    loss, dW, db = plain(W, b, X, Y)
    return loss, np.clip(dW, -0.1, 0.1), db


def last_sample_only(W, b, X, Y):
    P = softmax(X @ W + b)
    for x, p, y in zip(X, P, Y, strict=True):
        dW, db = np.outer(x, p - y), p - y
    return -(Y * np.log(P)).sum() / len(X), dW / len(X), db / len(X)


def divided_by_features(W, b, X, Y):
    P = softmax(X @ W + b)
    D = X.shape[1]
    return -(Y * np.log(P)).sum() / len(X), X.T @ (P - Y) / D, (P - Y).sum(axis=0) / D


def labels_of_the_neighbour(W, b, X, Y):
    return plain(W, b, X, np.roll(Y, 1, axis=0))


def gradient_of_the_inputs(W, b, X, Y):
    loss, _, db = plain(W, b, X, Y)
    return loss, (softmax(X @ W + b) - Y) @ W.T, db


# weight decay gone wrong


def decay_sign(W, b, X, Y):
    loss, dW, db = plain(W, b, X, Y)
    return loss + 0.05 * (W**2).sum(), dW - 0.1 * W, db


def decay_factor_two(W, X, y, reg):
    """Loss reg * sum(W * W), gradient reg * W."""
    P = softmax(X @ W)
    loss = -np.log(P[range(len(y)), y]).mean() + reg * np.sum(W * W)
    P[range(len(y)), y] -= 1
    return loss, X.T @ P / len(y) + reg * W


def decay_missing_in_gradient(W, b, X, Y):
    loss, dW, db = plain(W, b, X, Y)
    return loss + 0.05 * (W**2).sum(), dW, db


def decay_missing_in_loss(W, b, X, Y):
    loss, dW, db = plain(W, b, X, Y)
    return loss, dW + 0.1 * W, db


def sign_and_decay(W, b, X, Y):
    loss, dW, db = plain(W, b, X, Y)
    return loss + 0.05 * (W**2).sum(), -dW + 0.1 * W, -db


# two at once


def sign_and_sum(W, b, X, Y):
    loss, dW, db = plain(W, b, X, Y)
    return loss, -len(X) * dW, -len(X) * db


def sign_and_dead_bias(W, b, X, Y):
    P = softmax(X @ W + b)
    return -(Y * np.log(P)).sum() / len(X), X.T @ (Y - P) / len(X), (Y - P).sum() / len(X)


def axis_and_dead_bias(W, b, X, Y):
    E = np.exp(X @ W + b)
    P = E / E.sum(axis=0)
    return -(Y * np.log(P)).sum() / len(X), X.T @ (P - Y) / len(X), (P - Y).sum() / len(X)


def naive_and_sum(W, b, X, Y):
    loss, dW, db = naive(W, b, X, Y)
    return loss, len(X) * dW, len(X) * db


def transposed_and_sign(W, b, X, Y):
    loss, dW, db = plain(W, b, X, Y)
    return loss, -dW.T, -db


WRONG = [
    (question_gradients_only, {"wrong-sign", "naive-softmax"}, []),
    (question_pair, {"naive-softmax"}, ["log-likelihood", "ascended"]),
    (sign_flipped, {"wrong-sign"}, ["-1"]),
    (sign_flipped_naive, {"wrong-sign", "naive-softmax"}, ["-1"]),
    (likelihood_printed, {"loss-without-minus"}, []),
    (weights_up_bias_down, {"wrong-sign"}, ["gradient of W is -1"]),
    (weights_down_bias_up, {"bias-ascends"}, ["gradient of b is -1"]),
    (mean_loss_summed_gradient, {"sum-for-mean"}, ["N times"]),
    (summed_loss_mean_gradient, {"summed-loss"}, ["1/N"]),
    (divided_twice_both, {"divided-twice"}, ["1/N"]),
    (divided_by_len_of_columns, {"divided-by-classes"}, ["N/K"]),
    (mean_over_all_entries, {"loss-over-entries"}, ["K times too small"]),
    (bias_not_averaged, {"sum-for-mean", "divided-twice"}, ["gradient of b is N"]),
    (hard_coded_batch, set(), ["N/100"]),
    (twice_too_long, set(), ["2 times"]),
    (base_two, set(), ["1/ln 2"]),
    (base_ten, {"log-base-ten"}, []),
    (python_sum, {"softmax-over-batch", "naive-softmax"}, []),
    (sum_without_axis, {"softmax-over-all"}, []),
    (columns_softmax_wrong_axis, {"softmax-over-batch"}, ["samples in columns"]),
    (keepdims_forgotten, {"keepdims-dropped"}, ["ValueError"]),
    (keepdims_forgotten_in_max, {"keepdims-dropped"}, ["ValueError"]),
    (bias_one_number, {"dead-bias"}, []),
    (bias_one_number_columns, {"dead-bias"}, []),
    (bias_over_wrong_axis, {"bias-over-classes"}, []),
    (bias_over_wrong_axis_keepdims, {"bias-over-classes"}, []),
    (x_without_transpose, {"x-not-transposed"}, ["ValueError"]),
    (x_reshape, {"x-reshaped"}, []),
    (gradient_k_by_d, {"gradient-transposed"}, ["(3, 5)"]),
    (bias_broadcast_column, set(), ["(3, 1)"]),
    (sigmoid_prime, {"diagonal-jacobian"}, []),
    (sigmoid_prime_summed, {"diagonal-jacobian"}, []),
    (minus_y_over_p_times_diagonal, {"diagonal-jacobian"}, []),
    (squared_error_gradient, {"squared-error"}, []),
    (squared_error_throughout, {"squared-error"}, []),
    (squared_loss_right_gradient, set(), ["squared error"]),
    (raw_logits, {"logits-for-probabilities"}, []),
    (sigmoid_for_softmax, {"sigmoid"}, []),
    (one_vs_rest, {"sigmoid"}, []),
    (binary_cost, {"binary-terms"}, ["yes-or-no"]),
    (softmax_of_softmax, {"softmax-twice"}, []),
    (softmax_in_model_and_in_loss, {"softmax-twice"}, []),
    (rounded_predictions, set(), ["predicted class"]),
    (minus_one_everywhere, set(), ["whole columns"]),
    (labels_never_used, set(), ["never subtracted"]),
    (exp_not_normalised, set(), ["exp(Z) - Y"]),
    (no_jacobian, {"probabilities-differentiated"}, ["-Y / P"]),
    (bias_forgotten_in_forward, {"bias-left-out"}, []),
    (only_the_true_class, {"diagonal-jacobian"}, []),
    (labels_from_one, {"labels-off-by-one"}, []),
    (labels_spoilt, {"labels-overwritten"}, ["Y"]),
    (centred_in_place, set(), ["writes into its argument X"]),
    (scaled_in_place, set(), ["writes into its argument X"]),
    (updates_too, set(), ["W and b"]),
    (naive, {"naive-softmax"}, []),
    (one_max, {"one-max-for-all"}, []),
    (returns_nothing, set(), ["returns nothing"]),
    (returns_loss_only, set(), ["no gradient"]),
    (returns_text, set(), ["str"]),
    (raises_always, set(), ["KeyError", "weights"]),
    (misspelt, set(), ["NameError", "bais"]),
    (nan_always, set(), ["not finite"]),
    (zero_gradient, set(), ["0"]),
    (last_sample_left_out, set(), ["residual", "sample"]),
    (first_feature_lost, set(), ["row", "0"]),
    (class_two_lost, set(), ["class", "2"]),
    (hinge, set(), ["not those of softmax"]),
    (gradient_never_reset, set(), ["Asked the same twice", "never reset"]),
    (error_rate_for_loss, set(), ["The gradients are right, the loss is not"]),
    (gradient_clipped, set(), ["not X.T @ R"]),
    (last_sample_only, set(), ["right for the samples 8 only"]),
    (divided_by_features, set(), ["N/D"]),
    (labels_of_the_neighbour, set(), ["not those of softmax"]),
    (gradient_of_the_inputs, set(), ["dW is (7, 5)"]),
    (decay_sign, {"decay-sign"}, ["weight decay", "0.1"]),
    (decay_factor_two, set(), ["weight decay", "0.1"]),
    (decay_missing_in_gradient, set(), ["weight decay", "0.05"]),
    (decay_missing_in_loss, set(), ["weight decay", "0.1"]),
    (sign_and_decay, {"wrong-sign"}, ["weight decay", "0.1"]),
    (sign_and_sum, {"wrong-sign", "sum-for-mean"}, ["-N"]),
    (sign_and_dead_bias, {"wrong-sign", "dead-bias"}, []),
    (axis_and_dead_bias, {"softmax-over-batch", "dead-bias", "naive-softmax"}, []),
    (naive_and_sum, {"naive-softmax", "sum-for-mean"}, []),
    (transposed_and_sign, {"gradient-transposed", "wrong-sign"}, []),
]
