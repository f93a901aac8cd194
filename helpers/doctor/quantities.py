"""The quantities of the derivation and the well-known wrong turns, as values at a probe."""

import numpy as np


def wanted_values(probe, strength=0.0, rate=None):
    """Every value that a right line may give, in each layout and up to sign and a factor of N.

    Parameters
    ----------
    probe : Probe
    strength : float
        Of weight decay.
    rate : float, optional
        Of a step.

    Returns
    -------
    list of ndarray
    """
    W, b, _, Y = probe
    N = len(Y)
    named = quantities(probe)[0]
    plain = [value for name, value in named.items() if not name.startswith(_GIVEN)]
    loss, dW, db = probe.reference().parts.values()
    square, uniform = np.sum(W**2), -named["log-probabilities"].mean(axis=1)
    scaled = [named[n] for n in _SCALED] + [loss, dW, db, uniform, uniform.mean()]
    own = -named["logarithm of the own class's probability"]
    if strength:
        plain += [loss + c * strength * square for c in (0.5, 1)]
        plain += [dW + c * strength * W for c in (1, 2)]
    for part, slope in ((W, dW), (b, db)) if rate else ():
        plain += [part - rate * slope, part + rate * slope]
        scaled.append(rate * slope)
    scaled.append(own)
    every = [*plain, *(f * value for value in scaled for f in (1, -1, N, -N, 1 / N, -1 / N))]
    return [turned for value in every for turned in _layouts(np.asarray(value), N)]


_GIVEN = ("samples X", "weights W", "bias b")
_SCALED = ("residual P - Y", "slope of the loss by P: -Y / P", "Y * log P", "log-probabilities")


def _layouts(value, N):
    """A value in rows and in columns, and the last sample's part of it."""
    if value.ndim == 1:
        yield from (value, value[:, None], value[None, :])
    else:
        yield value
        if value.ndim == 2:
            yield value.T
    if value.ndim and len(value) == N:
        yield value[-1]


def quantities(probe):
    """Everything that a line of softmax regression may compute.

    Parameters
    ----------
    probe : Probe

    Returns
    -------
    right, wrong_turns : dict of str to ndarray
        What each is to its value, samples in rows.
    """
    W, b, X, Y = probe
    N, _, K = probe.sizes
    with np.errstate(all="ignore"):
        Z = X @ W + b
        shift = Z.max(axis=1, keepdims=True)
        E, shifted = np.exp(Z - shift), np.exp(Z)
        P = E / E.sum(axis=1, keepdims=True)
        R = P - Y
        own = P[Y == 1]
        right = {
            "logits Z": Z,
            "X W, the logits without the bias": X @ W,
            "largest logit of each sample": shift,
            "logits less their row's maximum": Z - shift,
            "exponentials of the logits": shifted,
            "exponentials of the shifted logits": E,
            "normaliser: sums over the classes": shifted.sum(axis=1),
            "normaliser of the shifted exponentials": E.sum(axis=1),
            "logarithm of the normaliser": np.log(shifted.sum(axis=1)),
            "logarithm of the shifted normaliser": np.log(E.sum(axis=1)),
            "probabilities P": P,
            "log-probabilities": np.log(P),
            "labels Y, one-hot": Y,
            "residual P - Y": R,
            "samples X": X,
            "weights W": W,
            "weights W with the bias": np.vstack([W, b]),
            "weights W below the bias": np.vstack([b, W]),
            "bias b": b,
            "gradient of W": X.T @ R / N,
            "gradient of b": R.sum(axis=0) / N,
            "gradient of W, with that of b": np.vstack([X.T @ R, R.sum(axis=0)]) / N,
            "gradient of W, below that of b": np.vstack([R.sum(axis=0), X.T @ R]) / N,
            "probability of each sample's own class": own,
            "logarithm of the own class's probability": np.log(own),
            "logits of the own classes": Z[Y == 1],
            "Y * log P": Y * np.log(P),
            "slope of the loss by P: -Y / P": -Y / P,
            "class numbers": Y.argmax(axis=1),
            "predicted classes": P.argmax(axis=1),
            "P with 1 taken from the own class, one sample's row each": R,
        }
        columns = np.exp(Z - Z.max(axis=0))
        everything = np.exp(Z - Z.max())
        S = 1 / (1 + np.exp(-Z))
        Q = np.exp(P) / np.exp(P).sum(axis=1, keepdims=True)
        guess = np.eye(K)[P.argmax(axis=1)]
        over_samples = columns / columns.sum(axis=0)
        over_all = everything / everything.sum()
        shown = np.exp(X @ W - (X @ W).max(axis=1, keepdims=True))
        biasless = shown / shown.sum(axis=1, keepdims=True)
        wrong = {
            "softmax over the samples, not the classes": over_samples,
            "softmax over the whole batch at once": over_all,
            "sigmoid of the logits": S,
            "softmax of the softmax": Q,
            "softmax of the logits without the bias": biasless,
            "residual times P (1 - P): the diagonal of the Jacobian only": R * P * (1 - P),
            "-Y / P times P (1 - P): the diagonal of the Jacobian only": -Y * (1 - P),
            "gradient of the squared error by the logits": P * (R - (R * P).sum(1, keepdims=True)),
            "residual of the softmax over the samples": over_samples - Y,
            "residual of the softmax over the whole batch": over_all - Y,
            "residual of the sigmoid": S - Y,
            "residual of the doubled softmax": Q - Y,
            "residual of the logits: Z - Y": Z - Y,
            "residual of the exponentials, not normalised": shifted - Y,
            "residual of the shifted exponentials, not normalised": E - Y,
            "residual of the predicted classes: 0 or 1": guess - Y,
            "one-hot of the predicted classes": guess,
            "the own class's probability in every class": np.repeat(own[:, None], K, axis=1),
            "gradient of W from P alone: the labels are never subtracted": X.T @ P / N,
            "sums of the residual over the classes, not the samples": R.sum(axis=1),
            "sums over the samples, not the classes": columns.sum(axis=0),
            "largest logit of each class, not of each sample": Z.max(axis=0),
            "labels shifted by one": np.roll(Y, 1, axis=1),
            "labels less P, squared": R * R,
        }
    return right, wrong
