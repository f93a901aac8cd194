"""Wrong gradient functions, in the styles of public questions and of published teaching code.

``WRONG`` are all but ``log_likelihood_pair`` (right) and ``FRAGILE``. ``NAMED``: ids of the
catalogue that must be named, and no others. ``EDITS``: what each edited statement must become.
``UNMENDED`` get no edit; ``NOT_JUDGED`` give nothing to look at.
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


# read in the roles of its names


def true_logits_as_row(W, b, X, y):
    """Raises as it is meant, and runs with W and X exchanged."""
    Z = X @ W + b
    n = len(y)
    ahead = Z - Z[np.arange(n), y]
    top = np.maximum(ahead.max(axis=1), 0)
    S = np.exp(ahead - top[:, None]).sum(axis=1)
    R = np.exp(ahead - top[:, None]) / S[:, None]
    R[np.arange(n), y] -= 1
    return (np.log(S) + top).mean(), X.T @ R / n, R.mean(axis=0)


def bias_forgotten_in_a_loop(W, b, X, Y):
    """With labels as numbers it runs too, and what should be the loss is a row."""
    dW, db, total = 0 * W, 0 * b, 0.0
    for k in range(len(X)):
        p = np.exp(X[k].dot(W))
        p = p / p.sum()
        total -= np.log(p.dot(Y[k]))
        dW += np.outer(X[k], p - Y[k])
        db += p - Y[k]
    return total / len(X), dW / len(X), db / len(X)


def begun_anew_in_the_loop(W, b, X, Y):
    dW, db, total = 0 * W, 0 * b, 0.0
    for x, y in zip(X, Y, strict=True):
        p = softmax((x @ W + b)[None])[0]
        db = 0 * b
        total -= np.log(p @ y)
        dW += np.outer(x, p - y)
        db += p - y
    return total / len(X), dW / len(X), db / len(X)


def index_of_a_copy(W, b, X, y):
    P = softmax(X @ W + b)
    loss = -np.log(P[np.arange(len(y)), y]).mean()
    P[np.arange(len(y))][y] -= 1
    return loss, X.T @ P / len(y), P.mean(axis=0)


def divided_by_their_length(W, b, X, Y):
    E = np.exp(X @ W + b)
    P = E / np.linalg.norm(E, axis=1, keepdims=True)
    R = (P - Y) / len(X)
    return -np.sum(Y * np.log(P)) / len(X), X.T @ R, R.sum(axis=0)


def zeros_beside_the_samples(theta, X, Y):
    """np.c_ itself must not be tried: NumPy would walk along it for ever."""
    P = softmax(np.c_[X, np.ones(len(X))] @ theta)
    return np.c_[X, np.zeros(len(X))].T @ (P - Y) / len(X), -np.sum(Y * np.log(P)) / len(X)


def total_of_all_columns(theta, X, y):
    X1 = np.c_[X, np.ones(len(X))]
    scores = theta @ X1.T
    P = np.exp(scores) / np.exp(scores).sum()
    T = (np.arange(len(theta))[:, None] == y[None, :]).astype(float)
    return -np.sum(T * np.log(P)) / len(X), (P - T) @ X1 / len(X)


def probability_of_another(W, X, y):
    dW, loss = np.zeros_like(W), 0.0
    for i in range(len(X)):
        scores = X[i] @ W
        p = lambda k: np.exp(scores[k]) / np.sum(np.exp(scores))  # noqa: E731, B023
        loss -= np.log(p(y[i]))
        for k in range(W.shape[1]):
            dW[:, k] += (p(y[i]) - (k == y[i])) * X[i]
    return loss / len(X), dW / len(X)


# weight decay gone wrong


def length_not_squared(W, X, Y, reg):
    P = softmax(X @ W)
    loss = -np.sum(Y * np.log(P)) / len(X) + reg / 2 * np.linalg.norm(W)
    return loss, X.T @ (P - Y) / len(X) + reg * W


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


def penalty_that_rewards(W, b, X, Y):
    loss, dW, db = plain(W, b, X, Y)
    loss -= 0.05 * (W**2).sum()
    return loss, dW + 0.1 * W, db


def half_the_slope_of_the_penalty(W, b, X, Y):
    loss, dW, db = plain(W, b, X, Y)
    loss += 0.3 * (W**2).sum()
    return loss, dW + 0.3 * W, db


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


def lasso_uphill(W, b, X, Y, l1=0.0):
    """At the default it does not show."""
    loss, dW, db = plain(W, b, X, Y)
    return loss + l1 * np.abs(W).sum(), dW - l1 * np.sign(W), db


def temperature_not_in_the_gradient(W, b, X, Y, temperature=1.0):
    P = softmax((X @ W + b) / temperature)
    R = (P - Y) / len(X)
    return -np.sum(Y * np.log(P)) / len(X), X.T @ R, R.sum(axis=0)


def penalty_in_the_gradient_alone(W, b, X, Y, l1=0.0):
    loss, dW, db = plain(W, b, X, Y)
    return loss, dW + l1 * np.sign(W), db


FRAGILE = [question_pair, naive, one_max]
# labels that count from 1, or a slip? and what names and comments say


def shifted_by_one(W, b, X, y):
    P = softmax(X @ W + b)
    T = (y[:, None] == np.arange(1, len(b) + 1)).astype(float)
    return -np.sum(T * np.log(P)) / len(y), X.T @ (P - T) / len(y), (P - T).mean(axis=0)


def said_from_one(W, b, X, y):
    """y: digits from 1 to 10."""
    P = softmax(X @ W + b)
    T = np.eye(len(b))[y]
    return -np.sum(T * np.log(P)) / len(y), X.T @ (P - T) / len(y), (P - T).mean(axis=0)


def bias_named_and_averaged(weights, model_bias, X, Y):
    P = softmax(X @ weights + model_bias)
    loss = -np.mean(np.sum(Y * np.log(P), axis=1))
    return {"loss": loss, "dW": X.T @ (P - Y) / len(X), "db": np.mean(P - Y)}


def decay_turned(W, X, Y, lambda1=0):
    P = softmax(X @ W)
    loss = -np.mean(np.sum(Y * np.log(P), axis=1)) + lambda1 / 2 * np.sum(W**2)
    return loss, X.T @ (P - Y) / len(X) - lambda1 * W


def bias_decayed(theta, X, Y, reg):
    X1 = np.hstack([X, np.ones((len(X), 1))])
    P = softmax(X1 @ theta)
    loss = -np.mean(np.sum(Y * np.log(P), axis=1)) + reg / 2 * np.sum(theta[:-1] ** 2)
    grad = X1.T @ (P - Y) / len(X)
    grad = grad + reg * theta
    return loss, grad


def likelihood_descended(theta, X, Y):
    P = softmax(X @ theta)
    ll = np.sum(Y * np.log(P))
    return ll, X.T @ (P - Y)


def wrong_array_changed(W, b, X, y):
    P = softmax(X @ W + b)
    R = P.copy()
    P[range(len(y)), y] -= 1
    return X.T @ R / len(y), R.mean(axis=0)


def label_pairs(theta, X, y):
    P = softmax(X @ theta)
    T = np.zeros_like(P)
    T[y, y] = 1
    return -np.mean(np.sum(T * np.log(P), axis=1)), X.T @ (P - T) / len(X)


def bias_row_elsewhere(theta, data):
    """data holds pairs (x, digit); the bias is row 0 of theta."""
    total = np.zeros_like(theta)
    for x, digit in data:
        x1 = np.append(x, 1.0)
        p = softmax(x1[None] @ theta)[0]
        p[digit] -= 1
        total += np.outer(x1, p)
    return total / len(data)


# what a search by the values of a line finds


def normaliser_alone(W, b, X, y):
    Z = X @ W + b
    norm = np.log(np.exp(Z).sum(axis=1))
    P = np.exp(Z - norm[:, None])
    P[np.arange(len(y)), y] -= 1
    return norm.mean(), X.T @ P / len(y), P.mean(axis=0)


def smoothing_subtracted(W, b, X, Y):
    P = softmax(X @ W + b)
    T = 0.9 * Y - 0.1 / len(b)
    return -np.sum(T * np.log(P)) / len(X), X.T @ (P - T) / len(X), (P - T).mean(axis=0)


def raises_deep_in_its_columns(theta, X, labels, lam):
    m = X.shape[1]
    T = np.zeros((theta.shape[0], m))
    T[labels, np.arange(m)] = 1
    P = softmax(theta.dot(X).T).T
    J = -np.sum(T * np.log(P)) / m + lam / 2 * np.sum(theta**2)
    return J, (P - T).dot(X) / m + lam * theta


WRONG = [
    value for name, value in list(globals().items())
    if isinstance(value, type(naive)) and value.__module__ == __name__
    and value not in (*FRAGILE, log_likelihood_pair)
]  # fmt: skip
NOT_JUDGED = {
    said_from_one,
    shifted_by_one,
    returns_nothing,
    returns_text,
    returns_loss_only,
    raises_always,
    misspelt,
}
# No single line of theirs is the fault, or it lies where the doctor may not write, or they are
# another model, whose gradients belong to its loss.
UNMENDED = NOT_JUDGED | {
    question_gradients_only, squared_error_throughout, squared_loss_right_gradient,
    rounded_predictions, only_the_true_class, last_sample_left_out, hinge, error_rate_for_loss,
    last_sample_only, gradient_of_the_inputs, one_vs_rest,
    penalty_in_the_gradient_alone,
}  # fmt: skip
# Whole seconds each: in `exhaustive.py` only.
LONG = {
    squared_error_throughout, squared_loss_right_gradient, only_the_true_class, hinge,
    last_sample_left_out, last_sample_only, divided_by_len_of_columns, sign_and_decay,
    softmax_in_model_and_in_loss, rounded_predictions,
}  # fmt: skip

NAMED = {
    python_sum: {"softmax-over-batch", "max-over-batch"},
    bias_one_number_columns: {"dead-bias"},
    columns_softmax_wrong_axis: {"softmax-over-batch", "max-over-batch"},
    question_gradients_only: {"sum-for-mean", "wrong-sign"},
    question_pair: {"naive-softmax"},
    naive: {"naive-softmax"},
    one_max: {"one-max-for-all"},
    sign_flipped: {"wrong-sign"},
    sign_flipped_naive: {"wrong-sign"},
    likelihood_printed: {"loss-without-minus"},
    mean_loss_summed_gradient: {"sum-for-mean"},
    summed_loss_mean_gradient: {"summed-loss"},
    divided_by_len_of_columns: {"divided-by-classes"},
    bias_not_averaged: {"sum-for-mean", "divided-twice"},
    keepdims_forgotten: {"keepdims-dropped", "no-shift"},
    bias_one_number: {"dead-bias"},
    bias_over_wrong_axis: {"bias-over-classes"},
    bias_over_wrong_axis_keepdims: {"bias-over-classes"},
    x_without_transpose: {"x-not-transposed"},
    x_reshape: {"x-reshaped"},
    gradient_k_by_d: {"gradient-transposed"},
    sigmoid_prime: {"diagonal-jacobian"},
    sigmoid_prime_summed: {"diagonal-jacobian", "sum-for-mean"},
    squared_error_gradient: {"squared-error"},
    raw_logits: {"logits-for-probabilities"},
    softmax_of_softmax: {"softmax-twice"},
    sign_and_sum: {"wrong-sign", "sum-for-mean"},
    sign_and_dead_bias: {"wrong-sign", "dead-bias"},
    naive_and_sum: {"sum-for-mean"},
    transposed_and_sign: {"gradient-transposed", "wrong-sign"},
}
# The line, and what it must become.
EDITS = {
    normaliser_alone: [
        (
            6,
            "return (norm - Z[np.arange(len(y)), y]).mean(), X.T @ P / len(y), P.mean(axis=0)",
        )
    ],
    smoothing_subtracted: [(3, "T = 0.9 * Y + 0.1 / len(b)")],
    raises_deep_in_its_columns: [(7, "return J, (P - T).dot(X.T) / m + lam * theta")],
    bias_named_and_averaged: [
        (4, 'return {"loss": loss, "dW": X.T @ (P - Y) / len(X), "db": np.mean(P - Y, axis=0)}')
    ],
    decay_turned: [(4, "return loss, X.T @ (P - Y) / len(X) + lambda1 * W")],
    bias_decayed: [(6, "grad[:-1] += reg * theta[:-1]")],
    likelihood_descended: [(4, "return ll, X.T @ (Y - P)")],
    wrong_array_changed: [(4, "R[range(len(y)), y] -= 1")],
    label_pairs: [(4, "T[np.arange(len(X)), y] = 1")],
    bias_row_elsewhere: [(5, "x1 = np.insert(x, 0, 1.0)")],
    columns_softmax_wrong_axis: [
        (5, "E = np.exp(Z - Z.max(axis=0, keepdims=True))"),
        (6, "A = E / E.sum(axis=0, keepdims=True)"),
    ],
    lasso_uphill: [(4, "return loss + l1 * np.abs(W).sum(), dW + l1 * np.sign(W), db")],
    temperature_not_in_the_gradient: [(3, "R = (P - Y) / (temperature * len(X))")],
    naive: [(2, "E = np.exp(X @ W + b - (X @ W + b).max(axis=1, keepdims=True))")],
    one_max: [(3, "E = np.exp(Z - Z.max(axis=1, keepdims=True))")],
    sign_flipped: [(3, "error = P - Y")],
    sign_flipped_naive: [
        (
            4,
            "return -np.sum(Y * np.log(P)) / len(X), X.T @ (P - Y) / len(X), "
            "(P - Y).sum(0) / len(X)",
        )
    ],
    likelihood_printed: [(4, "loss = -np.log(P[range(n), y]).mean()")],
    weights_up_bias_down: [(3, "return loss, dW, db")],
    weights_down_bias_up: [(3, "return loss, dW, db")],
    divided_twice_both: [(3, "return loss, dW, db")],
    hard_coded_batch: [(3, "return loss, dW, db")],
    twice_too_long: [(3, "return loss, dW, db")],
    base_ten: [(4, "loss = -np.log(P[range(n), y]).sum() / n")],
    python_sum: [(4, "P = E / E.sum(axis=1, keepdims=True)")],
    keepdims_forgotten: [(3, "P = E / E.sum(axis=1, keepdims=True)")],
    keepdims_forgotten_in_max: [(3, "Z = Z - np.max(Z, axis=1, keepdims=True)")],
    bias_over_wrong_axis_keepdims: [(4, "return loss, dW, np.mean(R, axis=0, keepdims=True)")],
    no_jacobian: [(3, "G = P - Y")],
    minus_one_everywhere: [(4, "P[np.arange(len(X)), y] -= 1")],
    bias_forgotten_in_forward: [(2, "P = softmax(X @ W + b)")],
    softmax_of_softmax: [(2, "P = softmax(X @ W + b)")],
    labels_spoilt: [(4, "Y = Y - P")],
    updates_too: [(3, "W = W - 0.1 * dW"), (4, "b = b - 0.1 * db")],
    gradient_never_reset: [(3, "KEPT[W.shape] = dW")],
    first_feature_lost: [(3, "")],
    divided_by_features: [(3, "D = len(X)")],
    binary_cost: [(3, "cost = -np.sum(Y * np.log(A)) / len(X)")],
    decay_sign: [(3, "return loss + 0.05 * (W**2).sum(), dW + 0.1 * W, db")],
    divided_by_their_length: [(3, "P = E / np.sum(E, axis=1, keepdims=True)")],
    total_of_all_columns: [(4, "P = np.exp(scores) / np.exp(scores).sum(axis=0)")],
    probability_of_another: [(8, "dW[:, k] += (p(k) - (k == y[i])) * X[i]")],
    length_not_squared: [
        (3, "loss = -np.sum(Y * np.log(P)) / len(X) + reg / 2 * np.linalg.norm(W) ** 2")
    ],
    true_logits_as_row: [(5, "ahead = Z - Z[np.arange(n), y][:, None]")],
    bias_forgotten_in_a_loop: [(5, "p = np.exp(X[k].dot(W) + b)")],
    index_of_a_copy: [(4, "P[np.arange(len(y)), y] -= 1")],
    begun_anew_in_the_loop: [(5, "")],
    penalty_that_rewards: [(3, "loss += 0.05 * (W**2).sum()")],
    half_the_slope_of_the_penalty: [(4, "return loss, dW + 0.6 * W, db")],
    decay_missing_in_gradient: [(3, "return loss + 0.05 * (W**2).sum(), dW + 2 * 0.05 * W, db")],
    sign_and_sum: [(3, "return loss, dW, db")],
    transposed_and_sign: [(3, "return loss, dW, db")],
}
# What has to be said beside the verdict.
SAID = {
    lasso_uphill: ["With l1=0.1"],
    said_from_one: ["right if your labels count from 0", "Your comment speaks of labels from 1"],
    shifted_by_one: ["right if your labels count from 1", "np.arange(len(b))", "from 0"],
    columns_softmax_wrong_axis: ["samples in columns"],
    question_pair: ["log-likelihood", "to be made large", "uphill"],
    sign_flipped: ["-1 times", "error = Y - P", "error = P - Y"],
    mean_loss_summed_gradient: ["gradient of W is N times"],
    weights_up_bias_down: ["gradient of W is -1 times"],
    mean_over_all_entries: ["loss is 1/K times"],
    hard_coded_batch: ["N/100"],
    keepdims_forgotten: ["ValueError"],
    gradient_k_by_d: ["(3, 5)"],
    returns_nothing: ["returns nothing", "wrap it", "diagnose_gradients(returns_nothing, at=("],
    returns_text: ["str"],
    raises_always: ["KeyError", "weights"],
    misspelt: ["NameError", "bais"],
    nan_always: ["not finite"],
    centred_in_place: ["writes into its argument X"],
    updates_too: ["W and b"],
    gradient_never_reset: ["Asked the same twice"],
    error_rate_for_loss: ["The gradients are right, the loss is not"],
    decay_missing_in_loss: ["weight decay"],
}
