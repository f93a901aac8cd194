"""Steps in the styles of public questions.

``SAID``: words that must be said. ``NAMED``: ids that must be named, and no others.
``EDITS``: line, and what the statement must become. ``UNMENDED`` get no edit.
"""

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


def settings_in_a_dict(params, batch, hp):
    (W, b), (X, Y) = params, batch
    _, dW, db = plain(W, b, X, Y)
    return W - hp["lr"] * (dW + hp["reg"] * W), b - hp["lr"] * db


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


def momentum(W, b, X, Y, lr, velocity, velocity_b):
    _, dW, db = plain(W, b, X, Y)
    velocity[:] = 0.9 * velocity + dW
    velocity_b[:] = 0.9 * velocity_b + db
    return W - lr * velocity, b - lr * velocity_b


def _counting_closure():
    """A closure that counts its calls: state, and nothing is done with it."""
    calls = {"n": 0}

    def counted(W, b, X, Y, lr):
        calls["n"] += 1
        _, dW, db = plain(W, b, X, Y)
        return W - lr * dW, b - lr * db

    return counted


def _momentum_closure(decay=0.9):
    v = {}

    def heavy_ball(W, b, X, Y, lr):
        _, dW, db = plain(W, b, X, Y)
        v["W"] = decay * v.get("W", 0) + dW
        v["b"] = decay * v.get("b", 0) + db
        return W - lr * v["W"], b - lr * v["b"]

    return heavy_ball


def _adam_closure():
    m, s, t = {}, {}, [0]

    def adam(W, b, X, Y, lr):
        _, dW, db = plain(W, b, X, Y)
        t[0] += 1
        new = []
        for key, part, slope in (("W", W, dW), ("b", b, db)):
            m[key] = 0.9 * m.get(key, 0) + 0.1 * slope
            s[key] = 0.999 * s.get(key, 0) + 0.001 * slope**2
            first, second = m[key] / (1 - 0.9 ** t[0]), s[key] / (1 - 0.999 ** t[0])
            new.append(part - lr * first / (np.sqrt(second) + 1e-8))
        return new[0], new[1]

    return adam


counted, heavy_ball, adam = _counting_closure(), _momentum_closure(), _adam_closure()


def sample_by_sample(W, b, X, Y, lr):
    for x, y in zip(X, Y, strict=True):
        _, dW, db = plain(W, b, x[None], y[None])
        W, b = W - lr * dW, b - lr * db
    return W, b


RIGHT = [
    settings_in_a_dict,
    data_first_in_place_returns_the_loss,
    default_rate,
    one_sample,
    ascends_the_log_likelihood,
    returns_new,
    in_place,
    in_place_and_returned,
    with_loss,
    as_dict,
    columns,
    integer_labels,
    epoch_of_one_batch,
    parameters_in_a_dict,
    plus_of_minus,
    with_decay,
    decoupled_decay,
    counted,
    sample_by_sample,
]
STATEFUL = [momentum, heavy_ball, adam]


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


FRAGILE = [naive]
WRONG = [
    value for name, value in list(globals().items())
    if isinstance(value, type(naive)) and value.__module__ == __name__ and name[0] != "_"
    and value not in (*RIGHT, *STATEFUL, *FRAGILE)
]  # fmt: skip
NOT_JUDGED = {raises}
# No single statement of theirs is the fault.
UNMENDED = {
    raises, question_sign_summed, local_names, assigns_positive, bias_forgotten,
    bias_local_in_place, half_updated, half_updated_bias_first, gradients_returned,
    ascends_summed, returns_loss, returns_only_w, not_a_number, weights_kept,
}  # fmt: skip
SAID = {
    one_sample: ["one sample"],
    ascends_the_log_likelihood: ["one-hot columns", "is that yours?"],
    columns: ["samples in columns"],
    integer_labels: ["integers"],
    sample_by_sample: ["one step a sample"],
    epoch_of_one_batch: ["folded"],
    parameters_in_a_dict: ["W and b in a dict"],
    with_decay: ["weight decay", "0.01 * W"],
    decoupled_decay: ["weight decay"],
    question_sign_summed: ["W is -N times"],
    weights_uphill: ["step of W is -1 times"],
    summed_step: ["N times"],
    over_thousand: ["1/1000 times"],
    labels_written: ["argument Y"],
    not_a_number: ["not finite"],
    raises: ["RuntimeError", "no weights loaded", "wrap it"],
}
NAMED = {
    wrong_axis: {"softmax-over-batch", "max-over-batch"},
    ascends: {"ascent", "wrong-sign"},
    question_sign: {"ascent", "wrong-sign"},
    question_sign_summed: {"sum-for-mean", "wrong-sign"},
    assigns: {"update-assigned"},
    bias_forgotten: {"dead-bias", "bias-frozen"},
    bias_typo: {"dead-bias", "bias-frozen"},
    bias_local_in_place: {"dead-bias", "bias-frozen"},
    bias_uphill: {"bias-ascends"},
    weights_uphill: {"bias-ascends", "wrong-sign"},
    summed_step: {"sum-for-mean"},
    whole_numbers: {"integer-weights"},
    dead_bias: {"dead-bias", "bias-frozen"},
    sigmoid_derivative: {"diagonal-jacobian"},
    naive: {"naive-softmax"},
    transposed: {"gradient-transposed"},
    ascends_summed: {"sum-for-mean", "wrong-sign"},
}
EDITS = {
    naive: [(2, "E = np.exp(X @ W + b - (X @ W + b).max(axis=1, keepdims=True))")],
    ascends: [(3, "return W - lr * dW, b - lr * db")],
    returns_old: [(4, "return W_new, b_new")],
    equals_minus: [(3, "W -= lr * dW")],
    bias_typo: [(5, "return W, db")],
    bias_uphill: [(3, "return W - lr * dW, b - lr * db")],
    weights_uphill: [(3, "return W - lr * dW, b - lr * db")],
    rate_squared: [(3, "")],
    divided_again: [(3, "return W - lr * dW, b - lr * db")],
    over_thousand: [(3, "return W - lr * dW, b - lr * db")],
    decay_with_wrong_sign: [(3, "return W - lr * (dW + 0.1 * W), b - lr * db")],
    sigmoid_derivative: [(3, "R = (P - Y) / len(X)")],
    labels_written: [(3, "Y = Y - P")],
}
