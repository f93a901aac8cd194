"""Steps whose state comes in from outside and goes back out, and what goes wrong with them.

``SLIPS``: a right one, what stands in it, what stands there instead, and the edit that is to mend
it: the line as it is to be, or ``None`` where any will do.
"""

import numpy as np
from doctor.right_styles import plain, softmax


def adam_flat(W, b, X, Y, mW, vW, mb, vb, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    _, dW, db = plain(W, b, X, Y)
    t += 1
    mW = beta1 * mW + (1 - beta1) * dW
    vW = beta2 * vW + (1 - beta2) * dW**2
    mb = beta1 * mb + (1 - beta1) * db
    vb = beta2 * vb + (1 - beta2) * db**2
    W = W - lr * (mW / (1 - beta1**t)) / (np.sqrt(vW / (1 - beta2**t)) + eps)
    b = b - lr * (mb / (1 - beta1**t)) / (np.sqrt(vb / (1 - beta2**t)) + eps)
    return W, b, mW, vW, mb, vb, t


def adam_tuples(W, b, X, Y, m, v, t, lr=0.01):
    g = plain(W, b, X, Y)[1:]
    t = t + 1
    new, ms, vs = [], [], []
    for p, gp, mp, vp in zip((W, b), g, m, v, strict=True):
        mp = 0.9 * mp + 0.1 * gp
        vp = 0.999 * vp + 0.001 * gp**2
        mh = mp / (1 - 0.9**t)
        vh = vp / (1 - 0.999**t)
        new.append(p - lr * mh / (np.sqrt(vh) + 1e-8))
        ms.append(mp)
        vs.append(vp)
    return new[0], new[1], ms, vs, t


def adam_nested_dicts(params, X, Y, m, v, t, lr=0.001):
    _, dW, db = plain(params["W"], params["b"], X, Y)
    g = {"W": dW, "b": db}
    for k in params:
        m[k] = 0.9 * m[k] + 0.1 * g[k]
        v[k] = 0.999 * v[k] + 0.001 * g[k] ** 2
        mhat = m[k] / (1 - 0.9**t)
        vhat = v[k] / (1 - 0.999**t)
        params[k] = params[k] - lr * mhat / (np.sqrt(vhat) + 1e-8)
    return params, m, v


def adam_attributes(W, b, X, Y, opt, lr):
    _, dW, db = plain(W, b, X, Y)
    opt.t += 1
    opt.mW = 0.9 * opt.mW + 0.1 * dW
    opt.vW = 0.999 * opt.vW + 0.001 * dW**2
    opt.mb = 0.9 * opt.mb + 0.1 * db
    opt.vb = 0.999 * opt.vb + 0.001 * db**2
    a = lr * np.sqrt(1 - 0.999**opt.t) / (1 - 0.9**opt.t)
    return W - a * opt.mW / (np.sqrt(opt.vW) + 1e-8), b - a * opt.mb / (np.sqrt(opt.vb) + 1e-8)


def adam_defaults_none(W, b, X, Y, lr=0.01, m=None, v=None, t=0):
    _, dW, db = plain(W, b, X, Y)
    if m is None:
        m = (np.zeros_like(W), np.zeros_like(b))
    if v is None:
        v = (np.zeros_like(W), np.zeros_like(b))
    t += 1
    m = (0.9 * m[0] + 0.1 * dW, 0.9 * m[1] + 0.1 * db)
    v = (0.999 * v[0] + 0.001 * dW**2, 0.999 * v[1] + 0.001 * db**2)
    mh = [a / (1 - 0.9**t) for a in m]
    vh = [a / (1 - 0.999**t) for a in v]
    W = W - lr * mh[0] / (np.sqrt(vh[0]) + 1e-8)
    b = b - lr * mh[1] / (np.sqrt(vh[1]) + 1e-8)
    return W, b, m, v, t


def nesterov(W, b, X, Y, v_w, v_b, lr, mu=0.9):
    _, dW, db = plain(W + mu * v_w, b + mu * v_b, X, Y)
    v_w = mu * v_w - lr * dW
    v_b = mu * v_b - lr * db
    return W + v_w, b + v_b, v_w, v_b


def nesterov_cs231n(W, b, X, Y, vW, vb, lr, mu=0.9):
    _, dW, db = plain(W, b, X, Y)
    vW_prev, vb_prev = vW, vb
    vW = mu * vW - lr * dW
    vb = mu * vb - lr * db
    W = W - mu * vW_prev + (1 + mu) * vW
    b = b - mu * vb_prev + (1 + mu) * vb
    return W, b, vW, vb


def rmsprop(W, b, X, Y, cache_W, cache_b, lr, decay_rate=0.9):
    _, dW, db = plain(W, b, X, Y)
    cache_W = decay_rate * cache_W + (1 - decay_rate) * dW**2
    cache_b = decay_rate * cache_b + (1 - decay_rate) * db**2
    W = W - lr * dW / (np.sqrt(cache_W) + 1e-8)
    b = b - lr * db / (np.sqrt(cache_b) + 1e-8)
    return W, b, cache_W, cache_b


def adagrad(W, b, X, Y, GW, Gb, eta=0.1):
    _, dW, db = plain(W, b, X, Y)
    GW += dW**2
    Gb += db**2
    W -= eta * dW / (np.sqrt(GW) + 1e-8)
    b -= eta * db / (np.sqrt(Gb) + 1e-8)
    return W, b, GW, Gb


def polyak(W, b, W_avg, X, Y, t, lr):
    _, dW, db = plain(W, b, X, Y)
    W = W - lr * dW
    b = b - lr * db
    W_avg = W_avg + (W - W_avg) / (t + 1)
    return W, b, W_avg


def adamw(W, b, X, Y, mW, vW, mb, vb, t, lr=0.001, wd=0.01):
    _, dW, db = plain(W, b, X, Y)
    t = t + 1
    mW = 0.9 * mW + 0.1 * dW
    vW = 0.999 * vW + 0.001 * dW**2
    mb = 0.9 * mb + 0.1 * db
    vb = 0.999 * vb + 0.001 * db**2
    mW_hat, vW_hat = mW / (1 - 0.9**t), vW / (1 - 0.999**t)
    mb_hat, vb_hat = mb / (1 - 0.9**t), vb / (1 - 0.999**t)
    W = W - lr * (mW_hat / (np.sqrt(vW_hat) + 1e-8) + wd * W)
    b = b - lr * mb_hat / (np.sqrt(vb_hat) + 1e-8)
    return W, b, mW, vW, mb, vb, t


def sqrt_t(W, b, X, y, alpha, step):
    P = softmax(X @ W + b)
    P[np.arange(len(y)), y] -= 1
    P /= len(y)
    rate = alpha / np.sqrt(step + 1)
    W = W - rate * X.T @ P
    b = b - rate * P.sum(axis=0)
    return W, b, step + 1


def adam_empty_state(W, b, X, Y, state, lr=1e-3):
    _, dW, db = plain(W, b, X, Y)
    if not state:
        state = {"m": [0, 0], "v": [0, 0], "t": 0}
    state["t"] += 1
    out = []
    for i, (p, g) in enumerate(((W, dW), (b, db))):
        state["m"][i] = 0.9 * state["m"][i] + 0.1 * g
        state["v"][i] = 0.999 * state["v"][i] + 0.001 * g * g
        mh = state["m"][i] / (1 - 0.9 ** state["t"])
        vh = state["v"][i] / (1 - 0.999 ** state["t"])
        out.append(p - lr * mh / (np.sqrt(vh) + 1e-8))
    return out[0], out[1], state


def adam_tuple_state(params, state, X, Y, lr):
    W, b = params
    mW, mb, vW, vb, t = state
    _, dW, db = plain(W, b, X, Y)
    t += 1
    mW, mb = 0.9 * mW + 0.1 * dW, 0.9 * mb + 0.1 * db
    vW, vb = 0.999 * vW + 0.001 * dW**2, 0.999 * vb + 0.001 * db**2
    s = np.sqrt(1 - 0.999**t) / (1 - 0.9**t)
    W = W - lr * s * mW / (np.sqrt(vW) + 1e-8)
    b = b - lr * s * mb / (np.sqrt(vb) + 1e-8)
    return (W, b), (mW, mb, vW, vb, t)


class ForwardTakesWeights:
    def forward(self, W, b, X):
        self.X = X
        self.P = softmax(X @ W + b)
        return self.P

    def backward(self, Y):
        R = (self.P - Y) / len(Y)
        return self.X.T @ R, R.sum(axis=0)


class Adam:
    """The state is the object's, the weights are handed in."""

    def __init__(self, lr=0.001):
        self.lr = lr
        self.m = [0, 0]
        self.v = [0, 0]
        self.t = 0

    def step(self, W, b, X, Y):
        g = plain(W, b, X, Y)[1:]
        self.t += 1
        new = []
        for i, (p, d) in enumerate(zip((W, b), g, strict=True)):
            self.m[i] = 0.9 * self.m[i] + 0.1 * d
            self.v[i] = 0.999 * self.v[i] + 0.001 * d**2
            mh = self.m[i] / (1 - 0.9**self.t)
            vh = self.v[i] / (1 - 0.999**self.t)
            new.append(p - self.lr * mh / (np.sqrt(vh) + 1e-8))
        return new


def in_place(W, b, X, Y, mW, vW, mb, vb, t, lr=0.01, b1=0.9, b2=0.999):
    _, dW, db = plain(W, b, X, Y)
    for p, g, m, v in ((W, dW, mW, vW), (b, db, mb, vb)):
        m *= b1
        m += (1 - b1) * g
        v *= b2
        v += (1 - b2) * g**2
        p -= lr * (m / (1 - b1**t)) / (np.sqrt(v / (1 - b2**t)) + 1e-8)


def dict_returned(W, b, X, Y, opt_state, lr):
    _, dW, db = plain(W, b, X, Y)
    m, v, t = opt_state["m"], opt_state["v"], opt_state["t"] + 1
    m = {"W": 0.9 * m["W"] + 0.1 * dW, "b": 0.9 * m["b"] + 0.1 * db}
    v = {"W": 0.999 * v["W"] + 0.001 * dW**2, "b": 0.999 * v["b"] + 0.001 * db**2}
    k = lr * np.sqrt(1 - 0.999**t) / (1 - 0.9**t)
    W = W - k * m["W"] / (np.sqrt(v["W"]) + 1e-8)
    b = b - k * m["b"] / (np.sqrt(v["b"]) + 1e-8)
    return W, b, {"m": m, "v": v, "t": t}


def cosine(W, b, X, Y, lr_max, t, T=100):
    _, dW, db = plain(W, b, X, Y)
    lr = 0.5 * lr_max * (1 + np.cos(np.pi * t / T))
    return W - lr * dW, b - lr * db


def model_object(model, X, Y, lr, mu=0.9):
    _, dW, db = plain(model.W, model.b, X, Y)
    model.vW = mu * model.vW - lr * dW
    model.vb = mu * model.vb - lr * db
    model.W += model.vW
    model.b += model.vb


def ema_momentum(W, b, X, Y, mw, mb, lr=0.1, beta=0.9):
    _, dW, db = plain(W, b, X, Y)
    mw = beta * mw + (1 - beta) * dW
    mb = beta * mb + (1 - beta) * db
    W = W - lr * mw
    b = b - lr * mb
    return W, b, mw, mb


def fixed_rate_nesterov(W, b, vW, vb, X, Y):
    _, dW, db = plain(W + 0.9 * vW, b + 0.9 * vb, X, Y)
    vW = 0.9 * vW - 0.1 * dW
    vb = 0.9 * vb - 0.1 * db
    return W + vW, b + vb, vW, vb


def heavy_ball_previous(W, b, W_prev, b_prev, X, Y, lr, beta=0.9):
    _, dW, db = plain(W, b, X, Y)
    W_new = W - lr * dW + beta * (W - W_prev)
    b_new = b - lr * db + beta * (b - b_prev)
    return W_new, b_new, W, b


RIGHT = [
    value for value in list(globals().values())
    if getattr(value, "__module__", "") == __name__
]  # fmt: skip
SLIPS = [
    (adam_flat, "W = W - lr", "W = W + lr", None),
    (adam_flat, "(np.sqrt(vW / (1 - beta2**t)) + eps)", "(vW / (1 - beta2**t) + eps)", None),
    (adam_flat, "mb + (1 - beta1) * db", "mb + (1 - beta1) * dW", None),
    (adam_flat, "return W, b, mW, vW, mb, vb, t", "return W, b", "return W, b, mW, vW, mb, vb"),
    (adam_flat, "1 - beta1**t)) / (np.sqrt(vb", "1 - beta1 * t)) / (np.sqrt(vb", None),
    (adam_tuples, "p - lr * mh", "p + lr * mh", None),
    (adam_nested_dicts, "params[k] - lr", "params[k] + lr", None),
    (nesterov, "v_b = mu * v_b - lr * db", "v_b = mu * v_b + lr * db", None),
    (nesterov, "b + v_b, v_w, v_b", "b, v_w, v_b", None),
    (adagrad, "np.sqrt(Gb)", "np.sqrt(GW)", None),
    (polyak, "W = W - lr * dW", "W = W + lr * dW", None),
    (adamw, "+ wd * W)", "- wd * W)", None),
    (ema_momentum, "b = b - lr * mb", "b = b - mb", None),
    (model_object, "model.b += model.vb", "model.b += db", None),
]
