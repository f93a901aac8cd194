"""Notebook 06: name the road, and write the three lines."""

from collections import Counter

import numpy as np

from helpers import predict, softmax


def forget(_):
    """No return, as in a function that ends too early."""


def roads(**changes):
    def name_the_road(facts):
        if facts.classes > 1:
            return changes.get("metric", "metric")
        if facts.first_non_finite_step is not None:
            name = "overflow" if facts.ratio < 0 else "raw pixels"
        else:
            name = "ties" if facts.largest_weight == 0 else "collapse"
        return changes.get(name, name)

    return name_the_road


def printed(facts):
    print(roads()(facts))


def truth_of_step(facts):
    # A first step of 0 would be false too, and None is what is meant.
    if facts.first_non_finite_step < 10:
        return "raw pixels"
    return roads()(facts)


ROADS = {
    "one for all": lambda facts: "collapse",
    "no ratio": roads(**{"raw pixels": "overflow"}),
    "no weights": roads(ties="collapse"),
    "no histogram": roads(metric="ties"),
    "no finiteness": roads(overflow="collapse"),
    "misspelt": roads(ties="tie"),
    "capitals": roads(ties="Ties"),
    "underscore": roads(**{"raw pixels": "raw_pixels"}),
    "no branch": roads(collapse=None),
    "a field that is not": lambda facts: facts.nan,
    "printed": printed,
    "None compared": truth_of_step,
    "by the error": lambda facts: "ties" if facts.error == 0.9 else "collapse",
    "a list": lambda facts: [roads()(facts)],
    "a number": lambda facts: 1,
    "exchanged": roads(overflow="raw pixels", **{"raw pixels": "overflow"}),
    "like a dictionary": lambda facts: facts["classes"],
    "nothing returned": lambda facts: forget(facts),
    "left alone": lambda facts: ...,
    "the bugs' names": roads(collapse="wrong-sign"),
    "exit": lambda facts: exit(),
    "compared only": lambda facts: "metric" if facts.compared > 2000 else "collapse",
}


def lines(counts=None, state=None, ratio=None, returned=lambda *parts: parts):
    def three_lines(W, b, images, stated, measured):
        predicted = predict(W, b, images)
        first = np.bincount(predicted, minlength=10) if counts is None else counts(W, b, images)
        if state is None:
            second = "zero" if not W.any() else "NaN" if np.isnan(W).any() else "finite"
        else:
            second = state(W)
        third = (stated * measured).sum() / (measured**2).sum()
        third = third if ratio is None else ratio(stated, measured)
        return returned(first, second, third)

    return three_lines


def printed_lines(W, b, images, stated, measured):
    for line in lines()(W, b, images, stated, measured):
        print(line)


THREE_LINES = {
    "counts of unique": lines(
        counts=lambda W, b, x: np.unique(predict(W, b, x), return_counts=True)[1]
    ),
    "unique and counts": lines(
        counts=lambda W, b, x: np.unique(predict(W, b, x), return_counts=True)
    ),
    "shares": lines(counts=lambda W, b, x: np.bincount(predict(W, b, x), minlength=10) / len(x)),
    "no argmax": lines(counts=lambda W, b, x: (x @ W + b).sum(axis=0)),
    "argmin": lines(counts=lambda W, b, x: np.bincount((x @ W + b).argmin(axis=1), minlength=10)),
    "mean probabilities": lines(counts=lambda W, b, x: softmax(x @ W + b).mean(axis=0)),
    "a Counter": lines(counts=lambda W, b, x: Counter(predict(W, b, x).tolist())),
    "all NaN": lines(
        state=lambda W: "NaN" if np.isnan(W).all() else "finite" if W.any() else "zero"
    ),
    "finite if not NaN": lines(state=lambda W: "finite" if np.isfinite(W).all() else "NaN"),
    "measured over stated": lines(ratio=lambda s, m: (m * m).sum() / (s * m).sum()),
    "the median": lines(ratio=lambda s, m: np.median(s / m)),
    "one entry": lines(ratio=lambda s, m: s.flat[0] / m.flat[0]),
    "matrix product": lines(ratio=lambda s, m: (s @ m.T).sum() / (m @ m.T).sum()),
    "norm not squared": lines(ratio=lambda s, m: (s * m).sum() / np.linalg.norm(m)),
    "sum squared": lines(ratio=lambda s, m: (s * m).sum() / m.sum() ** 2),
    "no sign": lines(ratio=lambda s, m: abs((s * m).sum()) / (m * m).sum()),
    "rounded": lines(ratio=lambda s, m: round((s * m).sum() / (m * m).sum(), 3)),
    "the sign alone": lines(ratio=lambda s, m: np.sign((s * m).sum())),
    "np.dot": lines(ratio=lambda s, m: np.dot(s, m) / np.dot(m, m)),
    "no minlength": lines(counts=lambda W, b, x: np.bincount(predict(W, b, x))),
    "classes, not counts": lines(counts=lambda W, b, x: np.unique(predict(W, b, x))),
    "how many classes": lines(counts=lambda W, b, x: len(set(predict(W, b, x)))),
    "argmax over the images": lines(
        counts=lambda W, b, x: np.bincount((x @ W + b).argmax(axis=0), minlength=10)
    ),
    "bias left out": lines(
        counts=lambda W, b, x: np.bincount((x @ W).argmax(axis=1), minlength=10)
    ),
    "the predictions themselves": lines(counts=lambda W, b, x: predict(W, b, x)),
    "nan in W": lines(state=lambda W: "NaN" if np.nan in W else "finite" if W.any() else "zero"),
    "NaN is not zero, so finite": lines(state=lambda W: "zero" if (W == 0).all() else "finite"),
    "== nan": lines(
        state=lambda W: "NaN" if (np.nan == W).any() else "finite" if W.any() else "zero"
    ),
    "nan in small letters": lines(
        state=lambda W: "zero" if not W.any() else "nan" if np.isnan(W).any() else "finite"
    ),
    "a truth value": lines(state=lambda W: bool(np.isfinite(W).all())),
    "any zero is zero": lines(
        state=lambda W: "NaN" if np.isnan(W).any() else "zero" if (W == 0).any() else "finite"
    ),
    "ratio upside down": lines(ratio=lambda s, m: (s * m).sum() / (s * s).sum()),
    "ratio of norms": lines(ratio=lambda s, m: np.linalg.norm(s) / np.linalg.norm(m)),
    "a table of ratios": lines(ratio=lambda s, m: s / m),
    "the difference": lines(ratio=lambda s, m: np.abs(s - m).max()),
    "the cosine": lines(ratio=lambda s, m: (s * m).sum() / np.linalg.norm(s) / np.linalg.norm(m)),
    "a dictionary": lines(returned=lambda c, s, r: {"counts": c, "weights": s, "ratio": r}),
    "two of three": lines(returned=lambda c, s, r: (c, s)),
    "another order": lines(returned=lambda c, s, r: (r, s, c)),
    "printed": printed_lines,
    "nothing returned": lambda W, b, images, stated, measured: forget(W),
    "left alone": lambda W, b, images, stated, measured: (..., ..., ...),
    "ratio of the means": lines(ratio=lambda s, m: s.mean() / m.mean()),
    "wrong name": lines(state=lambda W: "zero" if weights == 0 else "finite"),  # noqa: F821
}
