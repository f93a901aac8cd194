"""Notebook 09: put the parts together, and how long a gradient takes at least."""

import numpy as np


def weights(weigh, *, only=(1, 2, 3)):
    """An answer that weighs the parts so; the values that are not in ``only`` rightly."""

    def combine(parts):
        n = np.array([part[0] for part in parts], dtype=float)
        due = n / n.sum()
        return tuple(
            sum(w * part[i] for w, part in zip(weigh(n) if i in only else due, parts, strict=True))
            for i in (1, 2, 3)
        )

    return combine


def overwritten(parts):
    for _n, *values in parts:
        found = values
    return found


def off_by_one(parts):
    total = sum(n for n, *_ in parts)
    return tuple(sum(p[0] * p[i] for p in parts[:-1]) / total for i in (1, 2, 3))


def concatenated(parts):
    """Stacks the gradients in place of adding them."""
    total = sum(n for n, *_ in parts)
    loss = sum(n * loss for n, loss, *_ in parts) / total
    return loss, np.vstack([part[2] for part in parts]), np.hstack([part[3] for part in parts])


def two_only(parts):
    total = sum(n for n, *_ in parts)
    return tuple(sum(p[0] * p[i] for p in parts) / total for i in (2, 3))


def with_count(parts):
    total = sum(n for n, *_ in parts)
    return total, *(sum(p[0] * p[i] for p in parts) / total for i in (1, 2, 3))


def summed_by_numpy(parts):
    """np.sum adds all entries, those within a gradient too."""
    total = sum(n for n, *_ in parts)
    return tuple(np.sum([p[0] * p[i] for p in parts]) / total for i in (1, 2, 3))


def nothing(parts):
    total = sum(n for n, *_ in parts)
    found = [sum(p[0] * p[i] for p in parts) / total for i in (1, 2, 3)]
    del found


def misnamed(parts):
    return tuple(sum(p.n * p[i] for p in parts) for i in (1, 2, 3))


def dots(parts):
    total = sum(n for n, *_ in parts)
    return sum(p[0] * p[1] for p in parts) / total, ..., ...


def ends_early(parts):
    total, loss, dW, db = sum(n for n, *_ in parts), 0, 0, 0
    for n, part_loss, part_dW, part_db in parts:
        loss, dW, db = loss + n * part_loss, dW + n * part_dW, db + n * part_db
        return loss / total, dW / total, db / total


def two_at_a_time(parts):
    result = parts[0][1:]
    for part in parts[1:]:
        result = [(a + b) / 2 for a, b in zip(result, part[1:], strict=True)]
    return tuple(result)


def whole_numbers(parts):
    total = sum(n for n, *_ in parts)
    return tuple(sum(p[0] * p[i] for p in parts) // total for i in (1, 2, 3))


def three_parts(parts):
    (n, *x), (m, *y), (k, *z) = parts
    return tuple((n * a + m * b + k * c) / (n + m + k) for a, b, c in zip(x, y, z, strict=True))


COMBINE = {
    "6000 by heart": weights(lambda n: n / 6000),
    "the largest": weights(lambda n: n == n.max()),
    "returned in the loop": ends_early,
    "two at a time": two_at_a_time,
    "double slash": whole_numbers,
    "shares by double slash": weights(lambda n: n // n.sum()),
    "three parts only": three_parts,
    "another order": lambda parts: (lambda a, b, c: (b, c, a))(
        *weights(lambda n: n / n.sum())(parts)
    ),
    "plain mean": weights(lambda n: np.full(len(n), 1 / len(n))),
    "sum": weights(np.ones_like),
    "not divided": weights(lambda n: n),
    "divided by the parts": weights(lambda n: n / len(n)),
    "means over all": weights(lambda n: np.full(len(n), 1 / n.sum())),
    "loss not weighed": weights(lambda n: np.full(len(n), 1 / len(n)), only=(1,)),
    "gradients not weighed": weights(lambda n: np.full(len(n), 1 / len(n)), only=(2, 3)),
    "db summed": weights(np.ones_like, only=(3,)),
    "inverse weights": weights(lambda n: 1 / n / (1 / n).sum()),
    "divided again": weights(lambda n: 1 / n),
    "by the first n": weights(lambda n: n / n[0]),
    "by the last n": weights(lambda n: n / n[-1]),
    "overwritten": overwritten,
    "without the last": off_by_one,
    "stacked": concatenated,
    "two values": two_only,
    "four values": with_count,
    "np.sum": summed_by_numpy,
    "nothing returned": nothing,
    "no such attribute": misnamed,
    "gradients left": dots,
    "a number": 3.0,
}

SECONDS = {
    "float64": 250.9,
    "numbers, not bytes": 31.4,
    "bits": 1003.5,
    "one machine": 6272.0,
    "without the speed": 62.7,
    "bytes a machine": 6.272e10,
    "bytes in all": 3.136e12,
    "without the features": 0.16,
    "the logits": 1.6,
    "a gradient": 1.25e-6,
    "minutes": 2.09,
    "hours": 0.0348,
    "a thousandth": 0.125,
    "binary GB": 116.8,
    "text": "125 s",
    "nan": float("nan"),
    "negative": -125.0,
    "zero": 0,
    "decimal comma": (125, 4),
    "a guess": 400,
    "milliseconds": 125440,
    "16 bits": 62.72,
    "times the classes": 1254.4,
    "GB for bytes": 1.2544e11,
    "upside down": 1 / 125.44,
    "times the machines": 313600.0,
    "times the speed": 3.136e19,
    "28 pixels": 4.48,
}
