"""Right gradient functions, in the styles that people write them. None may be called wrong.

``FRAGILE`` are those of ``RIGHT`` whose gradients are wrong or not finite at large logits.
"""

import math
from collections import namedtuple
from dataclasses import dataclass

import numpy as np


def softmax(Z):
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)


def plain(W, b, X, Y):
    P = softmax(X @ W + b)
    N = X.shape[0]
    return -np.sum(Y * np.log(P)) / N, X.T @ (P - Y) / N, (P - Y).sum(axis=0) / N


def naive_loops(W, X, y, reg):
    """Course assignment: double loop, labels as integers, a required strength."""
    loss, dW = 0.0, np.zeros_like(W)
    for i in range(X.shape[0]):
        scores = X[i].dot(W)
        scores -= np.max(scores)
        p = np.exp(scores) / np.sum(np.exp(scores))
        loss += -math.log(p[y[i]] + 1e-300)
        for j in range(W.shape[1]):
            dW[:, j] += (p[j] - (j == y[i])) * X[i]
    loss /= X.shape[0]
    dW /= X.shape[0]
    return loss + reg * np.sum(W * W), dW + 2 * reg * W


def vectorised_with_half_reg(W, X, y, reg):
    n = X.shape[0]
    f = X.dot(W)
    f -= f.max(axis=1)[:, None]
    probs = np.exp(f) / np.exp(f).sum(axis=1)[:, None]
    loss = -np.log(probs[np.arange(n), y]).mean() + 0.5 * reg * np.sum(W**2)
    dscores = probs.copy()
    dscores[np.arange(n), y] -= 1
    dscores /= n
    return loss, X.T.dot(dscores) + reg * W


def minimal_network(X, y, W, b):
    """Data first, b as a row, gradients in another order."""
    num = len(X)
    scores = np.dot(X, W) + b
    scores = scores - np.max(scores, axis=1, keepdims=True)
    exps = np.exp(scores)
    probs = exps / np.sum(exps, axis=1, keepdims=True)
    loss = np.sum(-np.log(probs[range(num), y])) / num
    dscores = probs
    dscores[range(num), y] -= 1
    dscores /= num
    return np.dot(X.T, dscores), np.sum(dscores, axis=0, keepdims=True), loss


def columns_propagate(w, b, X, Y):
    """Samples, labels and bias in columns; a dictionary and a cost."""
    m = X.shape[1]
    Z = np.dot(w.T, X) + b
    Z = Z - np.max(Z, axis=0, keepdims=True)
    A = np.exp(Z) / np.sum(np.exp(Z), axis=0, keepdims=True)
    cost = -1 / m * np.sum(Y * np.log(A))
    dw = 1 / m * np.dot(X, (A - Y).T)
    db = 1 / m * np.sum(A - Y, axis=1, keepdims=True)
    return {"dw": dw, "db": db}, np.squeeze(np.array(cost))


def columns_with_w_k_by_d(W, b, X, Y):
    m = X.shape[1]
    Z = W @ X + b
    A = np.exp(Z - Z.max(axis=0)) / np.exp(Z - Z.max(axis=0)).sum(axis=0)
    dZ = A - Y
    return {
        "cost": -(Y * np.log(A)).sum() / m,
        "dW": dZ @ X.T / m,
        "db": dZ.sum(axis=1, keepdims=True) / m,
    }


def mean_of_rows(W, b, X, Y):
    """Integers may come as a column."""
    y = Y.reshape(-1)
    logits = X @ W + b
    log_sum = np.log(np.sum(np.exp(logits - logits.max(1, keepdims=True)), 1)) + logits.max(1)
    loss = np.mean(log_sum - logits[np.arange(y.size), y])
    P = np.exp(logits - log_sum[:, None])
    P[np.arange(y.size), y] -= 1
    return loss, X.T @ P / y.size, P.mean(axis=0)


Result = namedtuple("Result", "loss grad_W grad_b")


def named_tuple(W, b, X, Y):
    return Result(*plain(W, b, X, Y))


@dataclass
class Grads:
    W: np.ndarray
    b: np.ndarray


def loss_and_object(W, b, X, Y):
    loss, dW, db = plain(W, b, X, Y)
    return loss, Grads(dW, db)


def loss_and_dict(W, b, X, Y):
    loss, dW, db = plain(W, b, X, Y)
    return loss, {"W": dW, "b": db}


def nested_dict(W, b, X, Y):
    loss, dW, db = plain(W, b, X, Y)
    return {"loss": loss, "grads": {"dW1": dW, "db1": db}}


def a_list(W, b, X, Y):
    return list(plain(W, b, X, Y))


def pair_and_loss(W, b, X, Y):
    loss, dW, db = plain(W, b, X, Y)
    return (dW, db), loss


def only_gradients(W, b, X, Y):
    return plain(W, b, X, Y)[1:]


def only_dW(W, b, X, Y):
    return plain(W, b, X, Y)[1]


def with_probabilities(W, b, X, Y):
    return (*plain(W, b, X, Y), softmax(X @ W + b))


def lists_all_through(W, b, X, Y):
    """No NumPy at all."""
    N, D, K = len(X), len(X[0]), len(b)
    dW, db, loss = [[0.0] * K for _ in range(D)], [0.0] * K, 0.0
    for x, y in zip(X, Y, strict=True):
        z = [sum(x[d] * W[d][k] for d in range(D)) + b[k] for k in range(K)]
        top = max(z)
        e = [math.exp(v - top) for v in z]
        for k in range(K):
            p = e[k] / sum(e)
            if y[k] == 1:
                loss -= (z[k] - top - math.log(sum(e))) / N
            db[k] += (p - y[k]) / N
            for d in range(D):
                dW[d][k] += (p - y[k]) * x[d] / N
    return loss, dW, db


def einsum(W, b, X, Y):
    P = softmax(np.einsum("nd,dk->nk", X, W) + b)
    R = (P - Y) / len(X)
    return -np.einsum("nk,nk->", Y, np.log(P)) / len(X), np.einsum("nd,nk->dk", X, R), R.sum(0)


def outer_products(W, b, X, Y):
    dW, db, loss = 0, 0, 0
    for x, y in zip(X, Y, strict=True):
        p = softmax((x @ W + b)[None])[0]
        loss -= np.log(p[y.argmax()]) / len(X)
        dW = dW + np.outer(x, p - y) / len(X)
        db = db + (p - y) / len(X)
    return loss, dW, db


def full_jacobian(W, b, X, Y):
    """The chain rule, factor by factor."""
    P = softmax(X @ W + b)
    dP = -Y / (P + 1e-300) / len(X)
    dZ = np.empty_like(P)
    for i, p in enumerate(P):
        dZ[i] = (np.diag(p) - np.outer(p, p)) @ dP[i]
    return -(Y * np.log(P)).sum() / len(X), X.T @ dZ, dZ.sum(axis=0)


def two_minuses(W, b, X, Y):
    P = softmax(X @ W + b)
    return -np.mean(np.sum(Y * np.log(P), axis=1)), -X.T @ (Y - P) / len(X), -np.mean(Y - P, axis=0)


def epsilon(W, b, X, Y):
    P = softmax(X @ W + b)
    return -np.mean(np.sum(Y * np.log(P + 1e-8), 1)), X.T @ (P - Y) / len(Y), np.mean(P - Y, 0)


def clipped(W, b, X, Y):
    P = np.clip(softmax(X @ W + b), 1e-15, 1 - 1e-15)
    return -(Y * np.log(P)).sum() / len(X), X.T @ (P - Y) / len(X), (P - Y).sum(0) / len(X)


def single_precision(W, b, X, Y):
    W, b, X = (a.astype(np.float32) for a in (W, b, X))
    return plain(W, b, X, Y.astype(np.float32))


def summed(W, b, X, Y):
    P = softmax(X @ W + b)
    return -(Y * np.log(P)).sum(), X.T @ (P - Y), (P - Y).sum(axis=0)


def summed_without_loss(W, b, X, Y):
    P = softmax(X @ W + b)
    return X.T @ (P - Y), (P - Y).sum(axis=0)


def one_over_nk(W, b, X, Y):
    """np.mean over all entries, and the gradient of just that."""
    P = softmax(X @ W + b)
    return -np.mean(Y * np.log(P)), X.T @ (P - Y) / Y.size, (P - Y).sum(0) / Y.size


def theta_with_ones(theta, X, y):
    """A column of ones is appended inside; labels are integers."""
    X = np.hstack([X, np.ones((X.shape[0], 1))])
    m = X.shape[0]
    T = np.zeros((m, theta.shape[1]))
    T[np.arange(m), y] = 1
    P = softmax(X @ theta)
    return -np.sum(T * np.log(P)) / m, -(X.T @ (T - P)) / m


def intercept_first(X, y, theta):
    X = np.c_[np.ones(len(X)), X]
    P = softmax(X.dot(theta))
    P[np.arange(len(y)), y] -= 1
    return X.T.dot(P) / len(y)


def params_dict(params, X, Y):
    loss, dW, db = plain(params["W"], params["b"], X, Y)
    return loss, {"W": dW, "b": db}


def params_tuple(params, X, Y):
    W, b = params
    loss, dW, db = plain(W, b, X, Y)
    return loss, (dW, db)


def keyword_only(W, b, *, X, y):
    return mean_of_rows(W, b, X, y)


def one_sample(W, b, x, y):
    z = W @ x + b
    p = np.exp(z - z.max())
    p /= p.sum()
    return -np.log(p[y]), np.outer(p - np.eye(len(b))[y], x), p - np.eye(len(b))[y]


def mask_of_labels(W, b, X, Y):
    P = softmax(X @ W + b)
    return -np.log(P[Y.astype(bool)]).mean(), X.T @ (P - Y) / len(X), (P - Y).mean(axis=0)


def boolean_index(W, b, X, Y):
    P = softmax(X @ W + b)
    G = P.copy()
    G[Y] -= 1
    return -np.mean(np.log(P[Y])), X.T @ G / len(G), G.mean(0)


def loss_per_sample(W, b, X, Y):
    P = softmax(X @ W + b)
    return -np.log((P * Y).sum(axis=1)), X.T @ (P - Y) / len(X), (P - Y).mean(axis=0)


def pixels_scaled_inside(W, b, X, Y):
    return plain(W, b, X / 255.0, Y)


def ten_classes_written_in(W, b, X, y):
    T = np.eye(10)[y]
    return plain(W, b, X, T)


def digits_written_in(W, b, X, y):
    X = X.reshape(-1, 784)
    return plain(W, b, X, np.eye(10)[y])


def decay_on_both(W, b, X, Y, lam):
    loss, dW, db = plain(W, b, X, Y)
    return loss + lam / 2 * ((W**2).sum() + (b**2).sum()), dW + lam * W, db + lam * b


def decay_divided_by_m(W, b, X, Y):
    lambd, m = 0.7, len(X)
    loss, dW, db = plain(W, b, X, Y)
    return loss + lambd / (2 * m) * np.sum(np.square(W)), dW + lambd / m * W, db


def tiny_decay(W, b, X, Y):
    loss, dW, db = plain(W, b, X, Y)
    return loss + 0.5 * 1e-4 * (W * W).sum(), dW + 1e-4 * W, db


def decay_without_loss(W, b, X, Y):
    _, dW, db = plain(W, b, X, Y)
    return dW + 0.03 * W, db


def lasso(W, b, X, Y):
    loss, dW, db = plain(W, b, X, Y)
    return loss + 0.02 * np.abs(W).sum(), dW + 0.02 * np.sign(W), db


def smoothed(W, b, X, Y):
    return plain(W, b, X, 0.9 * Y + 0.1 / Y.shape[1])


def old_matrix_class(W, b, X, Y):
    X, W, Y = np.asmatrix(X), np.asmatrix(W), np.asmatrix(Y)
    P = np.asmatrix(softmax(np.asarray(X * W + b)))
    m = X.shape[0]
    return float(-np.multiply(Y, np.log(P)).sum() / m), X.T * (P - Y) / m, (P - Y).sum(axis=0) / m


def sentence_names(weights, bias, data, targets):
    return plain(weights, bias, data, targets)


def batch_size_asked(X, y, W, b, batch_size):
    P = softmax(X @ W + b)
    P[range(batch_size), y] -= 1
    return X.T @ P / batch_size, P.sum(axis=0) / batch_size


def copies_then_subtracts(W, b, X, Y):
    P = softmax(X @ W + b)
    R = Y.copy()
    R -= P
    return -(Y * np.log(P)).sum() / len(X), -X.T @ R / len(X), -R.sum(axis=0) / len(X)


def scipy_log_sum_exp(W, b, X, Y):
    Z = X @ W + b
    log_P = Z - np.logaddexp.reduce(Z, axis=1, keepdims=True)
    R = (np.exp(log_P) - Y) / len(Z)
    return -np.vdot(Y, log_P) / len(Z), X.T @ R, R.sum(axis=0)


def array_of_loss(W, b, X, Y):
    loss, dW, db = plain(W, b, X, Y)
    return np.array([[loss]]), dW, db[None]


def flat_for_an_optimiser(theta, X, y):
    """Intercept first and not decayed, the gradient raveled."""
    X = np.c_[np.ones(len(X)), X]
    T, n = theta.reshape(X.shape[1], -1), len(y)
    P = softmax(X @ T)
    loss = -np.log(P[range(n), y]).mean() + 0.3 / (2 * n) * (T[1:] ** 2).sum()
    P[range(n), y] -= 1
    G = X.T @ P / n
    G[1:] += 0.3 / n * T[1:]
    return loss, G.ravel()


def rows_with_w_k_by_d(W, b, X, Y):
    P = softmax(X @ W.T + b)
    return -(Y * np.log(P)).sum() / len(X), (P - Y).T @ X / len(X), (P - Y).mean(axis=0)


def lower_case_params(params, x, y):
    return plain(params["w"], params["b"], x, y)


def clipped_logits(W, b, X, Y):
    P = softmax(np.clip(X @ W + b, -500, 500))
    return -(Y * np.log(P + 1e-15)).sum() / len(X), X.T @ (P - Y) / len(X), (P - Y).mean(axis=0)


def class_by_class(W, b, X, Y):
    P, dW = softmax(X @ W + b), np.zeros_like(W)
    for k in range(W.shape[1]):
        dW[:, k] = ((P[:, k] - Y[:, k])[:, None] * X).mean(axis=0)
    return -np.mean(np.log(P[Y == 1])), dW, np.mean(P - Y, axis=0).reshape(1, -1)


def labels_from_one(W, b, X, y):
    P = softmax(X @ W + b)
    loss = -np.log(P[range(len(y)), y - 1]).mean()
    P[range(len(y)), y - 1] -= 1
    return loss, X.T @ P / len(y), P.mean(axis=0)


def labels_from_one_in_one_place(theta, X, y, num_labels, lam):
    m, n = X.shape
    theta = theta.reshape(num_labels, n + 1)
    X1 = np.column_stack([np.ones(m), X])
    T = np.zeros((m, num_labels))
    T[np.arange(m), y.astype(int) - 1] = 1  # y runs from 1 to num_labels
    P = softmax(X1 @ theta.T)
    J = -np.sum(T * np.log(P)) / m + lam / (2 * m) * np.sum(theta[:, 1:] ** 2)
    grad = (P - T).T @ X1 / m
    grad[:, 1:] += lam / m * theta[:, 1:]
    return J, grad.ravel()


def column_after_column(w, X, y):
    """As ported from MATLAB: w is W(:), a column; y a row."""
    d, n = X.shape
    W = w.reshape(d, -1, order="F")
    T = np.zeros((W.shape[1], n))
    T[y[0] - 1, range(n)] = 1
    P = softmax((W.T @ X).T).T
    return -np.sum(T * np.log(P)) / n, (X @ (P - T).T / n).reshape(-1, 1, order="F")


def pairs_of_columns(w, b, batch):
    dw, db = np.zeros_like(w), np.zeros_like(b)
    for x, y in batch:
        delta = softmax((w @ x + b).T).T - y
        dw, db = dw + delta @ x.T, db + delta
    return dw / len(batch), db / len(batch)


def pairs_unzipped(W, b, samples):
    images, digits = zip(*samples, strict=True)
    return minimal_network(np.array(images), np.array(digits), W, b)


def with_numbers_left_alone(W, b, X, Y, lr=0.1, l1=0.0, T=1.0, smooth=0.0, eps=1e-12, seed=0):
    """Each number is right at other values too."""
    rng = np.random.default_rng(seed)
    X = X + 0 * lr * rng.normal(size=X.shape)
    Y = (1 - smooth) * Y + smooth / Y.shape[1]
    P = softmax((X @ W + b) / T)
    R = (P - Y) / len(X) / T
    loss = -np.sum(Y * np.log(P + eps)) / len(X) + l1 * np.abs(W).sum()
    return loss, X.T @ R + l1 * np.sign(W), R.sum(axis=0)


def with_numbers_of_no_loss(W, b, X, Y, drop=0.0, most=2.0, verbose=0, mean=True):
    """Chance, and a gradient that is cut short where it is long."""
    kept = (np.random.rand(*X.shape) >= drop) / (1 - drop)  # noqa: NPY002
    loss, dW, db = plain(W, b, X * kept, Y)
    dW = np.clip(dW, -most, most)
    return (loss, dW, db) if mean else (len(X) * loss, len(X) * dW, len(X) * db)


class Model:
    def __call__(self, W, b, X, Y):
        return plain(W, b, X, Y)


RIGHT = [
    value for name, value in list(globals().items())
    if callable(value) and getattr(value, "__module__", None) == __name__
    and isinstance(value, type(plain)) and name != "softmax"
] + [Model()]  # fmt: skip
FRAGILE = {full_jacobian, clipped_logits}

# What has to be said beside the verdict.
SAID = {
    naive_loops: ["weight decay", "0.2 * W", "bias folded", "integers"],
    vectorised_with_half_reg: ["weight decay", "0.1 * W"],
    decay_on_both: ["weight decay", "bias included"],
    decay_divided_by_m: ["weight decay", "0.1 * W"],
    tiny_decay: ["0.0001"],
    decay_without_loss: ["weight decay", "0.03"],
    lasso: ["L1 penalty", "0.02"],
    smoothed: ["label smoothing", "0.1"],
    summed: ["N times", "summed"],
    summed_without_loss: ["N times", "summed"],
    one_over_nk: ["1/K times"],
    one_sample: ["one sample", "W (K, D)"],
    only_dW: ["No gradient of the bias"],
    columns_propagate: ["samples in columns", "b (K, 1)"],
    theta_with_ones: ["bias folded"],
    flat_for_an_optimiser: ["weight decay"],
    params_tuple: ["W and b in a tuple"],
    params_dict: ["W and b in a dict"],
    minimal_network: ["integers"],
    boolean_index: ["booleans"],
    rows_with_w_k_by_d: ["W (K, D)"],
    pixels_scaled_inside: ["255"],
    loss_per_sample: ["one number a sample"],
    epsilon: ["clipped"],
    labels_from_one_in_one_place: ["unrolled", "integers from 1"],
    column_after_column: ["unrolled", "samples in columns", "integers from 1 (1, N)"],
    pairs_of_columns: ["pairs", "W (K, D)", "b (K, 1)"],
    pairs_unzipped: ["pairs", "integers"],
    labels_from_one: ["integers from 1", "is that yours?"],
    full_jacobian: ["At logits of some thousands"],
}
FACTORS = {summed: "N", summed_without_loss: "N", one_over_nk: "1/K"}
