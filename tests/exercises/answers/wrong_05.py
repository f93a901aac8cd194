"""Notebook 05: the largest stable rate, and what four curves say."""

import numpy as np

from helpers.exercises.learning_rate import never_rises

RATE = {
    "high": 1.0,
    "far too high": 100.0,
    "the low end": 0.01,
    "half": 0.37,
    "the promise": 0.1059,
    "the guess": 0.529,
    "a truth value": True,
    "the pair": (0.74, 0.75),
    "a function": never_rises,
    "text": "0.75",
    "text with a comma": "0,75",
    "decimal comma": (0, 75),
    "zero": 0,
    "negative": -0.75,
    "nan": float("nan"),
    "infinite": float("inf"),
    "for the sum": 0.7465 / 300,
    "times N": 0.7465 * 300,
    "pixels to 255": 1.15e-5,
    "an array": np.array([0.74, 0.75]),
    "None": None,
    "left alone": ...,
    "a list": [0.7465],
    "a step below": 0.68,
    "a step above": 0.82,
    "complex": 0.75 + 0j,
    "a dictionary": {"rate": 0.75},
}

_RIGHT = {"A": "learns", "B": "rate too small", "C": "sum for mean", "D": "wrong sign"}
CURVES = {
    "A and B exchanged": _RIGHT | {"A": "rate too small", "B": "learns"},
    "C and D exchanged": _RIGHT | {"C": "wrong sign", "D": "sum for mean"},
    "all learn": dict.fromkeys("ABCD", "learns"),
    "one left": _RIGHT | {"D": ...},
    "one missing": {k: v for k, v in _RIGHT.items() if k != "B"},
    "capitals": _RIGHT | {"D": "Wrong Sign"},
    "a word of one's own": _RIGHT | {"D": "diverges"},
    "a list": list(_RIGHT.values()),
    "text": "A learns",
    "B is flat": _RIGHT | {"B": "wrong sign"},
    "C learns": _RIGHT | {"C": "learns"},
    "lower-case keys": {k.lower(): v for k, v in _RIGHT.items()},
    "nothing": None,
    "left alone": ...,
    "dots in all": dict.fromkeys("ABCD", ...),
    "another key": _RIGHT | {"E": "learns"},
    "a set": {"learns", "wrong sign"},
}
