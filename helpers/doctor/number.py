"""``diagnose_number``: what one number can mean, as an error, an accuracy and a loss.

Every cause is computed when it is asked for, from a formula or from the sizes of a data set's
classes, or was measured by running the catalogue on the course's digits.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from numbers import Real

import numpy as np

from helpers.bugs import BUGS
from helpers.doctor.findings import LONGEST, NOT_JUDGED, Diagnosis, Finding
from helpers.doctor.losses import FORMULAS, MEANINGS, name_loss
from helpers.symptoms import USUAL_BATCHES, WITH_BATCH
from helpers.symptoms.fingerprints import LONG_STEPS, NO_BUG, fingerprint, hypotheses

# Images of each digit in MNIST's own files, t10k-labels-idx1-ubyte and train-labels-idx1-ubyte
# (LeCun, Cortes, Burges; counted from the labels, as `np.bincount` gives them).
CLASS_COUNTS = {
    "MNIST's test set": (980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009),
    "MNIST's training set": (5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949),
}
CLASSES = (10, 2, 3, 4, 5, 6, 7, 8, 9, 20, 26, 47, 62, 100, 1000)  # K, the likeliest first
_PLACES = {  # the notebook in which a group of bugs is met
    "sign": "06",
    "transpose and shape": "03",
    "axis": "03",
    "calculus": "02",
    "scale": "05",
    "numerics": "05",
    "data": "06",
    "state": "05",
    "metric": "06",
}
_NUMBER = re.compile(
    r"(?P<word>[a-z ]*?)[\s:=]*"
    r"(?P<number>[+-]?(?:nan|inf(?:inity)?|\d*[.,]?\d+(?:e[+-]?\d+)?|\d+[.,])|\d+\s*/\s*\d+)"
    r"\s*(?P<percent>%|percent|per cent)?",
    re.IGNORECASE,
)
_FLOOR = {"near": "ln(1 + (K-1)/e)"}
_MOST = 6  # causes that are kept
_BEHIND = 0.03  # of the likeliest cause's weight: below it none is kept
_COUNT = "Print np.bincount(predictions): "


@dataclass(frozen=True)
class Number:
    """A number as it was written.

    Attributes
    ----------
    text : str
    low, high : float
        Between these it was rounded to what is written.
    kinds : tuple of str
        What it can be: "error", "accuracy" (both as fractions) and "loss".
    percent : bool
        Whether errors and accuracies are meant in percent.
    """

    text: str
    low: float
    high: float
    kinds: tuple
    percent: bool

    def bounds(self, kind):
        """Low and high, as a fraction for an error or an accuracy."""
        scale = 100 if self.percent and kind != "loss" else 1
        return self.low / scale, self.high / scale


@dataclass(frozen=True)
class Cause:
    """One thing that the number can come from.

    Attributes
    ----------
    weight : float
        To rank by: how often the cause gives such a number, times how common it is.
    kind, what, check, notebook : str
        "error", "accuracy" or "loss"; the cause; the measurement that tells it from its
        neighbours; where the course speaks of it.
    bugs : tuple of str
        Ids of the catalogue.
    """

    weight: float
    kind: str
    what: str
    check: str
    notebook: str
    bugs: tuple = ()

    def __str__(self):
        bugs = f" ({', '.join(self.bugs[:4])})" if self.bugs else ""
        return f"as {self.kind}: {self.what}{bugs}. {self.check} Notebook {self.notebook}."


def diagnose_number(text, *, catalogue=BUGS):
    """Say what one number can mean.

    Parameters
    ----------
    text : str or float
        An error, an accuracy or a loss: "9.8 %", "90.00", "0,1135", "1/10", 2.303, nan. The digits
        count: "90.00" is closer than "90". A word in front of it, "accuracy 9.8 %", says which.
    catalogue : Mapping
        Bugs by id.

    Returns
    -------
    Diagnosis
        Its verdict is "not judged", for a number alone proves nothing; ``findings`` and ``bugs``
        are its causes, the likeliest first.

    Raises
    ------
    TypeError, ValueError
        If it is no number.
    """
    number = read_number(text)
    found = causes(number, catalogue)
    findings = [
        Finding(cause.kind, cause.what, bug=bug, detail=f"notebook {cause.notebook}")
        for cause in found
        for bug in cause.bugs or (None,)
    ]
    evidence = f"{number.text} can be:" if found else f"{number.text} is no number that I know."
    shown = 0
    for cause in found:
        if len(evidence) + len(str(cause)) + 5 <= LONGEST:
            shown += 1
            evidence += f" {shown}. {cause}"
    bugs = dict.fromkeys(finding.bug for finding in findings if finding.bug)
    return Diagnosis(NOT_JUDGED, tuple(findings), bugs=tuple(bugs), evidence=evidence)


def read_number(text):
    """Read a number, and what its digits say of its precision.

    Parameters
    ----------
    text : str or float

    Returns
    -------
    Number

    Raises
    ------
    TypeError, ValueError
        If it is no number.
    """
    if isinstance(text, (bool, np.bool_)) or not isinstance(text, (str, Real, Decimal)):
        raise TypeError(f"text is {text!r}; wanted a number, or a number as text: '9.8 %'")
    written = str(text).strip()
    match = _NUMBER.fullmatch(written)
    if not match:
        raise ValueError(f"{text!r} is not read as a number; wanted one: '9.8 %', '0.1135', 'nan'")
    value, slack = _value(match["number"].replace(",", "."), exact=not isinstance(text, str))
    percent = bool(match["percent"]) or 1 < value <= 100
    kinds = _kinds(match["word"].lower(), value, bool(match["percent"]))
    if not kinds:
        raise ValueError(f"{written!r} lies outside 0 to 1 and 0 to 100 %; wanted a fraction")
    return Number(written, value - slack, value + slack, kinds, percent)


def _value(digits, exact):
    """The value, and half a unit of its last digit; a float may stand for itself exactly."""
    if "/" in digits:
        above, below = map(int, digits.split("/"))
        if not below:
            raise ValueError(f"{digits!r} divides by 0; wanted a number")
        return above / below, 1e-9
    value = float(digits)
    if not np.isfinite(value):
        return value, 0.0
    mantissa, _, power = digits.lower().partition("e")
    places = len(mantissa.partition(".")[2]) - int(power or 0)
    return value, max(0.5 * 10.0**-places, 1e-9 * abs(value)) + 1e-12


def _kinds(word, value, percent):
    for kind, start in (("accuracy", "acc"), ("error", "err"), ("loss", "loss"), ("loss", "cost")):
        if start in word:
            share = 0 <= value <= (100 if percent or value > 1 else 1)
            return (kind,) if kind == "loss" or share else ()
    if percent:
        return ("error", "accuracy") if 0 <= value <= 100 else ()
    return ("error", "accuracy", "loss") if 0 <= value <= 100 else ("loss",)


def causes(number, catalogue=BUGS):
    """Everything known that gives such a number.

    Parameters
    ----------
    number : Number
    catalogue : Mapping

    Returns
    -------
    list of Cause
        The likeliest first, at most six.
    """
    measured = {name: fingerprint(name, catalogue) for name in hypotheses(catalogue)}
    ends = {name: last for name, (_, last) in measured.items() if last}
    if not np.isfinite(number.low):
        found = _not_finite(number, measured)
    else:
        found = [
            *_constants(number, ends),
            *_formulas(number, measured),
            *_measured(number, ends, catalogue),
        ]
    found.sort(key=lambda cause: -cause.weight)
    return [cause for cause in found if cause.weight > _BEHIND * found[0].weight][:_MOST]


def _not_finite(number, measured):
    """Bugs whose first loss that is not finite is this one, by how often it was."""
    kind = "nan" if np.isnan(number.low) else "inf"
    rates = {}
    for name, (seen, _) in measured.items():
        bad = sum(count for signs, count in seen.items() if signs.bad == kind)
        for id_ in name if bad else ():
            rates[id_] = max(rates.get(id_, 0), bad / sum(seen.values()) / len(name))
    rates.pop(LONG_STEPS[0], None)
    ranked = sorted(rates, key=lambda id_: -rates[id_])
    what = {"nan": "inf / inf, inf - inf or 0 times inf", "inf": "exp past 709, or the log of 0"}
    check = "Print the largest logit and P.min() in the step before: past 709, or 0? Then X.max()."
    return [Cause(1.0, "loss", what[kind], check, "05", tuple(ranked))]


def _constants(number, ends):
    """One class for everything: the share of that class."""
    found = []
    for kind in ("error", "accuracy"):
        if kind not in number.kinds:
            continue
        low, high = number.bounds(kind)
        if kind == "error":
            low, high = 1 - high, 1 - low
        for where, counts in CLASS_COUNTS.items():
            for digit, count in enumerate(counts):
                if low <= count / sum(counts) <= high:
                    bugs = _constant_bugs(ends, digit)
                    what = f"all predictions are {digit}, on {where} ({count} of {sum(counts)})"
                    weight = (0.8 if bugs else 0.4) * (1 if "test" in where else 0.6)
                    found.append(Cause(weight, kind, what, _tell_constants(digit), "06", bugs))
        for K in CLASSES[:-1]:
            if low <= 1 / K <= high:
                what = f"one class for everything, {K} classes of one size"
                what += ", as in the course's digits" * (K == 10)
                weight = 1.0 if K == 10 else 0.5 * min(1, 0.004 / (high - low))
                found.append(
                    Cause(weight, kind, what, _tell_constants(), "06", _constant_bugs(ends))
                )
                break
    return found


def _tell_constants(digit=None):
    tells = {
        0: "0 is what ties and NaN give: print W and the loss.",
        1: "1 is where the wrong sign ends: the loss rises.",
    }
    rest = "one entry, or is the metric wrong (how many comparisons does it average)?"
    return _COUNT + tells.get(digit, rest)


def _constant_bugs(ends, digit=None):
    """Bugs whose runs on the course's digits end there, the likeliest first."""
    share = {}
    for name, last in ends.items():
        if digit is None:
            share[name] = np.mean([abs(end.error - 0.9) < 1e-9 for end in last])
        else:
            share[name] = np.mean([end.constant == digit for end in last])
    ranked = sorted((n for n in share if share[n] > 0.5), key=lambda n: (len(n), -share[n]))
    return tuple(dict.fromkeys(id_ for name in ranked for id_ in name[::-1]))


def _formulas(number, measured):
    """Losses that a formula gives, for ten classes or for others."""
    if "loss" not in number.kinds:
        return []
    found, names = [], set()
    for rank, K in enumerate(CLASSES):
        for place, (name, B) in enumerate(name_loss(number.low, number.high, K)):
            if name in names or (rank and (name in WITH_BATCH or place > 2)):
                continue
            names.add(name)
            meaning = MEANINGS[name]
            what = f"{_fill(name, B, K)}{FORMULAS[name](B, K):.4g}: {meaning.cause}"
            weight = (1.0 if not rank else 0.5) / (1 + 0.2 * place)
            weight *= 1 if B in (0, *USUAL_BATCHES) else 0.3
            bugs = _formula_bugs(name, measured)
            found.append(Cause(weight, "loss", what, meaning.check, meaning.notebook, bugs))
    return found


def _fill(name, B, K):
    if name == "binary terms":
        return f"{name} of {K} classes, "
    return name.replace("BK", f"{B} x {K}").replace("B", str(B)).replace("K", str(K)) + " = "


def _formula_bugs(name, measured):
    """Bugs whose runs show such a loss: at their first step, or, for ln K, which is due there, and
    for the floor of a softmax applied twice, all along.
    """
    shares = {}
    for hypothesis, (seen, last) in measured.items():
        if len(hypothesis) != 1 or hypothesis == LONG_STEPS:
            continue
        if name == "ln K":
            shares[hypothesis[0]] = np.mean(
                [abs(e.last_loss - np.log(10)) < 1e-5 for e in last] or 0
            )
            continue
        same = [n for s, n in seen.items() if name in (s.start, _FLOOR.get(s.floor))]
        shares[hypothesis[0]] = sum(same) / max(1, sum(seen.values()))
    ranked = sorted(shares, key=lambda id_: -shares[id_])
    return tuple(id_ for id_ in ranked if shares[id_] > 0.2)[:3]


def _measured(number, ends, catalogue):
    """Bugs whose runs on the course's digits end at such a number."""
    found = []
    for kind in number.kinds:
        low, high = number.bounds(kind)
        right = _last(ends[NO_BUG], kind)
        for name, last in ends.items():
            values = _last(last, kind)
            same = np.abs(values.mean() - right.mean()) < 2 * right.std()
            if len(name) > 1 or last[0].constant >= 0 or (name and same):
                continue  # a constant has a cause of its own, and some bugs cannot be seen
            if not np.isfinite(values).all():
                continue
            pad, width = values.std(), high - low
            near = np.mean((values >= low - pad) & (values <= high + pad))
            if near == 0:
                continue
            span = f"{values.min():.4g} to {values.max():.4g}"
            if kind != "loss" and number.percent:
                span = f"{values.min():.2%} to {values.max():.2%}"
            weight = near * width / (width + 2 * pad) * (0.3 if name else 0.6)
            found.append(_measured_cause(weight, kind, name, span, catalogue))
    return found


def _measured_cause(weight, kind, name, span, catalogue):
    if not name:
        what = f"the right program on the course's digits after five epochs: {span}"
        return Cause(weight, kind, what, "Check the gradient all the same.", "05")
    bug = catalogue[name[0]]
    what = f"{bug.title}; measured {span}"
    return Cause(weight, kind, what, bug.giveaway, _PLACES.get(bug.group, "06"), name)


def _last(last, kind):
    errors = np.array([end.error for end in last], dtype=float)
    if kind == "loss":
        return np.array([end.last_loss for end in last], dtype=float)
    return errors if kind == "error" else 1 - errors
