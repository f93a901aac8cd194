"""Notebook 08: the backward pass of a hidden layer, and the digits trained with it.

Whether it is right says the loss of the reader's own function. A mistake is named by a search, as
in notebook 03: which one or two changed lines of our network give the reader's very numbers?
"""

import functools
import itertools
import re

import numpy as np

from helpers.digits import load_digits
from helpers.exercises.answers import ask, borrowed, exercise, explain, same, what
from helpers.exercises.feedback import NotAttempted, complain, failed, not_yet, right
from helpers.experiments import descend_network, network, predict_network, start
from helpers.gradient_check import numeric_gradients
from helpers.softmax_regression import error_rate, log_softmax, one_hot
from helpers.source import source_of
from helpers.symptoms import name_factor

_SIZES = ((7, 5, 4, 3), (6, 3, 5, 4))  # N, D, M, K
_NAMES = ("dW2", "db2", "dW1", "db1")  # the way back
_PLACES = {"dW1": 1, "db1": 2, "dW2": 3, "db2": 4}
_LAYOUT = "The check uses N = {} samples, D = {} features, M = {} hidden units, K = {} classes."

_DZ, _DH, _DA = "dZ = (np.exp(log_P) - Y) / N", "dH = dZ @ W2.T", "dA = dH * (1 - H**2)"
_ROW = "The sum runs over the samples, axis 0: one number is left for each {}."
_TANH = "The slope of tanh at A is 1 - tanh(A)^2, and tanh(A) is H. "
# Line of the network, other line, hint.
_CHANGES = (
    (_DZ, "dZ = (Y - np.exp(log_P)) / N", "The residual is turned round: P - Y, not Y - P."),
    (_DZ, "dZ = np.exp(log_P) - Y", "dZ is not divided by N, and the loss is a mean."),
    (_DZ, "dZ = np.exp(log_P) / N", "The labels are not taken off in dZ."),
    (_DZ, "dZ = (log_P - Y) / N", "dZ takes log_P, the logarithms. P itself is np.exp(log_P)."),
    (_DZ, "dZ = (Z - Y) / N", "dZ takes the logits Z. It has to be P - Y, with P = np.exp(log_P)."),
    (_DZ, "dZ = (np.exp(Z) - Y) / N", "np.exp(Z) is not P: its rows do not sum to 1. P is "
     "np.exp(log_P)."),
    (_DZ, "dZ = (np.exp(log_P) - Y) * np.exp(log_P) * (1 - np.exp(log_P)) / N", "In dZ the slope "
     "of softmax comes once more, P (1 - P). P - Y holds it already."),
    (_DZ, "dZ = -Y / np.exp(log_P) / N", "-Y / P is the slope by P. By the logits Z it is P - Y."),
    ("H = np.tanh(A)", "H = np.maximum(A, 0)", "Your unit is a rectifier, and its slope on the way "
     "back is still that of tanh."),
    ("dW2 = H.T @ dZ", "dW2 = A.T @ dZ", "dW2 takes A. What enters the upper layer is H."),
    ("dW2 = H.T @ dZ", "dW2 = X.T @ dZ", "dW2 takes X. What enters the upper layer is H."),
    ("dW2 = H.T @ dZ", "dW2 = H.T @ dZ / N", "dW2 is divided by N twice: dZ holds it already."),
    ("dW2 = H.T @ dZ", "dW2 = H.T @ (np.exp(log_P) - Y)", "dW2 is a sum: use dZ, which is divided "
     "by N."),
    ("dW2 = H.T @ dZ", "dW2 = dZ.T @ H", "dW2 is turned: wanted is the shape of W2, (M, K)."),
    ("dW2 = H.T @ dZ", "dW2 = -H.T @ dZ", "The sign of dW2 is turned round."),
    ("dW2 = H.T @ dZ", "dW2 = (H * (1 - H**2)).T @ dZ", "dW2 holds the slope of tanh. W2 lies "
     "above tanh: what enters it is H itself."),
    ("dW2 = H.T @ dZ", "dW2 = (1 - H**2).T @ dZ", "dW2 holds the slope of tanh. W2 lies above "
     "tanh: what enters it is H itself."),
    ("db2 = dZ.sum(axis=0)", "db2 = dZ.sum()", "db2 is one number. " + _ROW.format("class")),
    ("db2 = dZ.sum(axis=0)", "db2 = dZ.sum(axis=1)", "db2 is summed over the classes. "
     + _ROW.format("class")),
    ("db2 = dZ.sum(axis=0)", "db2 = dZ.mean(axis=0)", "db2 is divided by N twice: dZ holds it "
     "already. A sum will do."),
    ("db2 = dZ.sum(axis=0)", "db2 = dZ", "db2 is not summed. " + _ROW.format("class")),
    ("db2 = dZ.sum(axis=0)", "db2 = dZ.sum(axis=0, keepdims=True)", "db2 is a table of one row; "
     "leave keepdims out."),
    ("db2 = dZ.sum(axis=0)", "db2 = -dZ.sum(axis=0)", "The sign of db2 is turned round."),
    (_DH, "dH = dZ @ W2.T / N", "On the way down it is divided by N once more. dZ holds it "
     "already."),
    (_DH, "dH = (np.exp(log_P) - Y) @ W2.T", "What goes down is a sum: it starts from the "
     "residual, not from dZ."),
    (_DH, "dH = -dZ @ W2.T", "On the way down, at dH, the sign turns round."),
    (_DH, "dH = dZ @ dW2.T", "dH goes down through dW2. It is the weights W2 that carry it."),
    (_DH, "dH = dZ @ np.linalg.pinv(W2)", "dH goes down through the inverse of W2. A slope comes "
     "back by the transpose."),
    (_DH, "dH = dZ @ W2.reshape(W2.shape[::-1])", "W2 is reshaped, not transposed: the shape fits "
     "and the numbers stand elsewhere."),
    (_DH, "dH = np.exp(log_P) @ W2.T / N", "What goes down through W2 are the probabilities. It "
     "has to be dZ, with the labels taken off."),
    (_DH, "dH = Z @ W2.T", "What goes down through W2 are the logits Z. It has to be dZ."),
    (_DH, "dH = H", "dH is H. It is the slope by H: what comes down through W2."),
    (_DA, "dA = dH", "The slope of tanh is missing: dH is the slope by H, and A lies below it."),
    (_DA, "dA = dH * (1 - H) ** 2", _TANH + "Only H is squared, not the bracket."),
    (_DA, "dA = dH * (1 - H)", _TANH + "The square is missing."),
    (_DA, "dA = dH * H * (1 - H)", "That is the slope of the sigmoid, H (1 - H). " + _TANH),
    (_DA, "dA = dH * (H > 0)", "That is the slope of the rectifier. " + _TANH),
    (_DA, "dA = dH * (1 - A**2)", _TANH + "You have squared A."),
    (_DA, "dA = dH * (1 - np.tanh(H) ** 2)", _TANH + "H is tanh(A) already: tanh is taken twice."),
    (_DA, "dA = dH * H**2", _TANH + "The 1 - is missing."),
    (_DA, "dA = dH * (1 + H**2)", _TANH + "A minus, not a plus."),
    (_DA, "dA = dH * (H**2 - 1)", _TANH + "The two are the wrong way round."),
    (_DA, "dA = dH * H", "dH is multiplied by tanh(A), the value. " + _TANH),
    (_DA, "dA = dH / np.cosh(A)", _TANH + "You have its root."),
    (_DA, "dA = dH / (1 - H**2)", "The slope of tanh multiplies on the way down; you divide."),
    (_DA, "dA = dH * (1 - H**2) ** 2", "The slope of tanh is taken twice."),
    (_DA, "dA = dH * (1 - dH**2)", _TANH + "You have squared dH."),
    (_DA, "dA = 1 - H**2", "dA is the slope of tanh alone. It multiplies what comes down, dH."),
    ("dW1 = X.T @ dA", "dW1 = X.T @ dH", "dW1 takes dH. W1 lies below tanh: take dA."),
    ("dW1 = X.T @ dA", "dW1 = dA.T @ X", "dW1 is turned: wanted is the shape of W1, (D, M)."),
    ("dW1 = X.T @ dA", "dW1 = X.T @ dA / N", "dW1 is divided by N twice: dA holds it already."),
    ("dW1 = X.T @ dA", "dW1 = -X.T @ dA", "The sign of dW1 is turned round."),
    ("dW1 = X.T @ dA", "dW1 = X.T @ dZ", "dW1 takes dZ, from one layer too high. First it has to "
     "come down through W2 and through tanh."),
    ("dW1 = X.T @ dA", "dW1 = H.T @ dA", "dW1 takes H. What enters the lower layer is X."),
    ("db1 = dA.sum(axis=0)", "db1 = dA.sum()", "db1 is one number. " + _ROW.format("hidden unit")),
    ("db1 = dA.sum(axis=0)", "db1 = dA.sum(axis=1)", "db1 is summed over the hidden units. "
     + _ROW.format("hidden unit")),
    ("db1 = dA.sum(axis=0)", "db1 = dA.mean(axis=0)", "db1 is divided by N twice: dA holds it "
     "already. A sum will do."),
    ("db1 = dA.sum(axis=0)", "db1 = dH.sum(axis=0)", "db1 takes dH. b1 lies below tanh: take dA."),
    ("db1 = dA.sum(axis=0)", "db1 = dA", "db1 is not summed. " + _ROW.format("hidden unit")),
    ("db1 = dA.sum(axis=0)", "db1 = dA.sum(axis=0, keepdims=True)", "db1 is a table of one row; "
     "leave keepdims out."),
    ("db1 = dA.sum(axis=0)", "db1 = dZ.sum(axis=0)", "db1 takes dZ, from one layer too high: that "
     "is db2 again."),
    ("db1 = dA.sum(axis=0)", "db1 = -dA.sum(axis=0)", "The sign of db1 is turned round."),
    ("return loss, dW1, db1, dW2, db2", "return loss, dW2, db2, dW1, db1", "The numbers are right "
     "and come in another order. Wanted is loss, dW1, db1, dW2, db2."),
    ("return loss, dW1, db1, dW2, db2", "return loss, dW1, dW2, db1, db2", "The numbers are right "
     "and come in another order. Wanted is loss, dW1, db1, dW2, db2."),
)  # fmt: skip


@exercise
def check_backward(f):
    """Check a network's gradients, with nothing but its own loss as judge.

    Parameters
    ----------
    f : callable
        ``f(W1, b1, W2, b2, X, Y) -> (loss, dW1, db1, dW2, db2)``, shapes as in
        ``helpers.experiments.network``. What stands between X and the loss may be another network.

    Returns
    -------
    Feedback
    """
    try:
        answers = [_parts(ask(f, *point)) for point in _points()]
    except (ValueError, IndexError) as error:
        return failed(explain(error) + _shapes(error) + borrowed(f))
    slopes = [_slopes(f, point) for point in _points()]
    if all(same(_back(a), s) for a, s in zip(answers, slopes, strict=True)):
        idle = [name for name, s in zip(_NAMES, slopes[0], strict=True) if np.abs(s).max() < 1e-9]
        if idle:
            return not_yet(f"Your loss does not depend on {idle[0][1:]} at all.")
        return right(
            "All four are the slopes of your network's own loss, at two sizes." + borrowed(f)
        )
    hint = next(
        (hint for hint, values in _known_mistakes() if all(map(same, answers, values))), None
    )
    return not_yet((hint or _first_wrong(answers, slopes)).strip() + borrowed(f))


@functools.cache
def _points():
    """Two random points, as tuples W1, b1, W2, b2, X, Y. Nobody writes into them."""
    points = []
    for seed, (N, D, M, K) in enumerate(_SIZES):
        rng = np.random.default_rng(seed)
        shapes = (D, M), M, (M, K), K, (N, D)
        Y = np.eye(K)[rng.permutation(np.arange(N) % K)]
        points.append((*(rng.normal(size=shape) for shape in shapes), Y))
    return points


def _parts(value):
    """What came, as five arrays; a complaint if it is something else."""
    if not isinstance(value, (tuple, list)):
        complain(f"It returns {what(value)}. Wanted are five: loss, dW1, db1, dW2, db2.")
    if all(part is ... for part in value[1:]):
        raise NotAttempted
    if len(value) != 5:
        complain(f"It returns {len(value)} values. Wanted are five: loss, dW1, db1, dW2, db2.")
    left = [name for name, place in _PLACES.items() if value[place] is ...]
    if left:
        complain(f"{left[0]} is still open. The way back goes {', '.join(_NAMES)}.")
    if np.shape(value[0]) != ():
        complain(f"The loss is of shape {np.shape(value[0])}. Wanted is one number.")
    return [np.asarray(part, dtype=float) for part in value]


def _back(parts):
    return [parts[_PLACES[name]] for name in _NAMES]


def _back_to_back(answers):
    return zip(*map(_back, answers), strict=True)


def _slopes(f, point):
    """The measured slopes of the function's own loss, in the order of ``_NAMES``."""
    W1, b1, W2, b2, X, Y = point

    def loss(*parameters):
        return float(_parts(ask(f, *parameters, X, Y))[0])

    upper = numeric_gradients(lambda W, b: loss(W1, b1, W, b), W2, b2)
    lower = numeric_gradients(lambda W, b: loss(W, b, W2, b2), W1, b1)
    return [*upper, *lower]


def _known_mistakes():
    """What one changed line of the network gives at the points, then two; with the hint."""
    yield from _changed(1)
    yield from _changed(2)  # takes a second or two the first time


@functools.cache
def _changed(lines):
    found = []
    for changes in itertools.combinations(_CHANGES, lines):
        if len({line for line, _, _ in changes}) == lines:
            hints = [hint for _, _, hint in changes]
            hint = hints[0] if lines == 1 else "Two things. " + " And: ".join(hints)
            found.append((hint, _values([(line, other) for line, other, _ in changes])))
    return [(hint, values) for hint, values in found if values]


@functools.cache
def _source():
    return source_of(network)


def _values(changes):
    """What the network with these lines changed returns; ``None`` if it raises."""
    text = _source()
    for line, other in changes:
        text = text.replace(line, other)
    space = {"np": np, "log_softmax": log_softmax}
    exec(text, space)
    try:
        with np.errstate(all="ignore"):
            values = [list(map(np.asarray, space["network"](*point))) for point in _points()]
    except ValueError:
        return None
    return values


def _first_wrong(answers, slopes):
    """The first part on the way back that is no slope, by its factor or by its numbers."""
    factors = {
        _factor(*both)
        for both in zip(_back_to_back(answers), zip(*slopes, strict=True), strict=True)
    }
    if len(factors) == 1 and None not in factors:
        return (
            f"All four are {factors.pop()} times the slopes of your loss. They agree among "
            "themselves: look at the loss, and at dZ."
        )
    for at, name in enumerate(_NAMES):
        found = [_back(parts)[at] for parts in answers]
        wanted = [parts[at] for parts in slopes]
        if found[0].shape != wanted[0].shape:
            return (
                f"{name} is {found[0].shape}; wanted {wanted[0].shape}, the shape of {name[1:]}. "
                + _LAYOUT.format(*_SIZES[0])
            )
        if same(found, wanted):
            continue
        fine = f"{' and '.join(_NAMES[:at])} fit your loss. " if at > 1 else ""
        factor = _factor(found, wanted)
        if factor:
            return f"{fine}{name} is {factor} times the slope of your loss."
        return (
            f"{fine}{name} does not fit it: its first entry is {found[0].flat[0]:.4f}, and the "
            f"slope of your loss there is {wanted[0].flat[0]:.4f}."
        )
    return "It fits your loss at one size and not at another."


def _factor(found, wanted):
    """The one factor between two lists of arrays, by its name; ``None`` if there is none."""
    means = []
    for one, other in zip(found, wanted, strict=True):
        if one.shape != other.shape:
            return None
        with np.errstate(all="ignore"):
            ratios = one / other
        if not np.allclose(ratios, ratios.flat[0], rtol=1e-5):
            return None
        means.append(ratios.mean())
    return name_factor(means, [(N, D, K) for N, D, _, K in _SIZES])


def _shapes(error):
    """What may help against shapes that do not fit."""
    if re.search(r"\(\d+,\d*\)", str(error)) or "core dimension" in str(error):
        return f" {_LAYOUT.format(*_SIZES[0])} Write the shapes beside each line."
    return ""


@exercise
def train_hidden_layer(f):
    """Train the digits with a reader's network, and say how far it came.

    32 hidden units, five epochs, batches of 100, rate 0.1.

    Parameters
    ----------
    f : callable
        As in ``check_backward``.

    Returns
    -------
    Feedback
        Accepted if it ends below 13 % error.
    """
    ask_f = functools.partial(ask, f)
    _parts(ask_f(*_points()[0]))
    digits = load_digits()
    Y = one_hot(digits.y_train, 10)
    with np.errstate(all="ignore"):
        weights, _ = descend_network(
            lambda *arguments: _parts(ask_f(*arguments)), start(784, 32, 10), digits.X_train, Y
        )
    error = error_rate(predict_network(weights, digits.X_test), digits.y_test)
    words = f"Your network: {100 * error:.1f} % of the test images are wrong after five epochs."
    return right(words) if error < 0.13 else not_yet(words)
