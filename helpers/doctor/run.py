"""``diagnose_run``: what the record of a training run gives away, and what it cannot.

The run's signs are compared with those that runs of the right program and of every bug of the
catalogue were seen to have (``helpers.symptoms.fingerprints``). Bayes' rule ranks them: the
nearer and the more frequent a bug's signs, the likelier it is. No rule is written by hand.
"""

from collections import Counter

import numpy as np

from helpers.bugs import BUGS
from helpers.doctor.findings import NOT_JUDGED, RIGHT, WRONG, Diagnosis, Finding
from helpers.doctor.run_words import sentences
from helpers.symptoms import FIRST_LOSSES, Factor
from helpers.symptoms.arguments import read_record
from helpers.symptoms.fingerprints import LONG_STEPS, NO_BUG, fingerprint, hypotheses, key
from helpers.symptoms.record import Signs, name_start
from helpers.threads import one_blas_thread

_MOST = 4  # suspects that are named
_TOO_FEW = "too few"
_NEAR = 0.4  # likelihood of a degree that is one off
_OTHER = 1e-3  # likelihood of another word under a bug
_NEVER = 1e-6  # the same under no bug, of which many more runs were seen; and of hard facts
_NO_LOSS = {"below 0", "nan", "inf"}  # what no cross-entropy is
_HARD = _NO_LOSS | set(FIRST_LOSSES) - {"ln K"}  # what no degree of luck gives
_PRIOR_RIGHT = 0.5
_PRIOR_BUG = 0.01  # of any one; a longer catalogue makes none of them less likely
_PRIOR_PAIR = 0.2  # of a pair, compared with one bug
_BEHIND = 0.05  # of the likeliest suspect's probability: below it none is named
_RARE = 0.1  # share of right runs that have a symptom
_ACCUSED = 0.3  # least probability of "right" at which nothing is accused
# With "right" below, and a bug's share of the two above, a run does not decide.
_OPEN, _DOUBTED = 0.75, 0.34
_STRANGE = 1e-9  # largest likelihood of a run that is like none that was seen


@one_blas_thread
def diagnose_run(losses, predictions, labels, reported_error=None, classes=None, *, catalogue=BUGS):
    """Say what a run's signs point to.

    Parameters
    ----------
    losses : array_like of float
        The loss of each step, in nats, the first one measured before the first update. Means of
        epochs and running sums are understood too.
    predictions : array_like
        Predicted classes (n,) after training; or probabilities (n, K), whose argmax is taken.
    labels : array_like
        True classes (n,), or one-hot rows (n, K).
    reported_error : float, optional
        The error rate that the program printed, as a fraction, or in percent if above 1.
    classes : int, optional
        K. Default: what the columns, the labels and predictions, or a first loss of ln K say.
    catalogue : Mapping
        Bugs by id.

    Returns
    -------
    Diagnosis
        "right" if runs of a right program look like this, "wrong" if only wrong ones do, and "not
        judged" if neither is so. ``bugs`` are suspects, the likeliest first: signs rarely leave
        only one.

    Raises
    ------
    TypeError, ValueError
        If something is missing, empty, or does not fit.
    """
    record = read_record(losses, predictions, labels, reported_error, classes)
    found = max(
        (
            Reading(r, catalogue, doubt)
            for r, doubt in ((record, 1.0), (record.increments, 0.1))
            if r
        ),
        key=lambda reading: reading.fit,
    )
    return found.diagnosis()


def weigh(signs, catalogue=BUGS):
    """How probable each hypothesis is, given the signs of a run.

    Parameters
    ----------
    signs : Signs
    catalogue : Mapping

    Returns
    -------
    probabilities : dict of tuple to float
        By hypothesis, as ``hypotheses`` gives them; they sum to 1.
    likelihood : float
        Of the signs, under the hypothesis that fits them best.
    """
    names, owner, share, columns = _known(catalogue)
    # Too many or too few predictions is no matter of degree.
    spread = columns[Signs._fields.index("spread")]
    alike = ((spread == _TOO_FEW) == (signs.spread == _TOO_FEW)).astype(float)
    other = np.where(owner == names.index(NO_BUG), _NEVER, _OTHER)
    for value, column in zip(signs, columns, strict=True):
        if value is None:
            continue
        known = column != None  # noqa: E711
        if isinstance(value, str):
            alike *= np.where((column == value) | ~known, 1, _NEVER if value in _HARD else other)
        else:
            alike *= _NEAR ** np.abs(np.where(known, column, value).astype(int) - value)
    likelihood = np.bincount(owner, share * alike, minlength=len(names))
    prior = {0: _PRIOR_RIGHT, 1: _PRIOR_BUG, 2: _PRIOR_PAIR * _PRIOR_BUG}
    weights = likelihood * [prior[len(name)] for name in names]
    total = weights.sum() or 1.0
    return dict(zip(names, weights / total, strict=True)), float(likelihood.max())


_tables = {}  # by the keys of the hypotheses


def _known(catalogue):
    """The table as arrays: hypotheses, and of each row its owner, its share and its signs."""
    names = hypotheses(catalogue)
    keys = tuple(key(name, catalogue) for name in names)
    if keys not in _tables:
        rows = []
        for number, name in enumerate(names):
            seen, _ = fingerprint(name, catalogue)
            total = sum(seen.values())
            rows += [(number, count / total, signs) for signs, count in seen.items()]
        owner, share, signs = zip(*rows, strict=True)
        columns = [np.array(column, dtype=object) for column in zip(*signs, strict=True)]
        _tables[keys] = names, np.array(owner), np.array(share), columns
    return _tables[keys]


class Reading:
    """One way to read a record, and what it would mean.

    Parameters
    ----------
    record : Record
    catalogue : Mapping
    doubt : float
        The prior probability of this reading, over that of the plain one.

    Attributes
    ----------
    fit : float
        How well the best hypothesis explains it.
    """

    def __init__(self, record, catalogue, doubt=1.0):
        self.record, self.catalogue = record, catalogue
        self.signs = record.signs
        # What a metric does is apart from how the training went.
        self.probabilities, likelihood = weigh(self.signs._replace(metric=None), catalogue)
        self.fit = doubt * likelihood

    @property
    def suspects(self):
        """Bugs and how probable they are, the likeliest first, without those far behind."""
        total = Counter()
        for hypothesis, probability in self.probabilities.items():
            for name in hypothesis:
                total[name] += probability
        order = [LONG_STEPS[0], *self.catalogue]
        ranked = sorted(total.items(), key=lambda e: (-round(e[1], 2), order.index(e[0])))
        return [(name, p) for name, p in ranked if p >= _BEHIND * ranked[0][1]][:_MOST]

    @property
    def metric_suspects(self):
        """Bugs whose runs report an error that is off in the same way."""
        way = self.signs.metric
        if way in (None, "true", "accuracy"):
            return []
        names, owner, share, columns = _known(self.catalogue)
        metric = columns[Signs._fields.index("metric")]
        same = (metric == way) if way != "other" else (metric != "true") & (metric != None)  # noqa: E711
        shares = np.bincount(owner, share * same, minlength=len(names))
        return [names[i][0] for i in np.argsort(-shares, kind="stable") if shares[i] > 0.5]

    @property
    def verdict(self):
        """One of "right", "wrong" and "not judged"."""
        if self.signs.metric not in (None, "true"):
            return WRONG
        return self._training()

    def _training(self):
        right, (_, first) = self.probabilities[NO_BUG], self.suspects[0]
        if _NO_LOSS & set(self.signs):
            return WRONG
        if right < _ACCUSED:
            return WRONG if self.fit > _STRANGE else NOT_JUDGED
        doubted = first / (first + right) > _DOUBTED
        return NOT_JUDGED if right < _OPEN and doubted else RIGHT

    def telling(self):
        """The signs that runs of a right program rarely have, the rarest first.

        Returns
        -------
        list of str
            Names of fields of ``Signs``.
        """
        names, owner, share, columns = _known(self.catalogue)
        right = owner == names.index(NO_BUG)
        usual = {
            field: share[right & (column == value)].sum()
            for field, value, column in zip(Signs._fields, self.signs, columns, strict=True)
        }
        return sorted((field for field in usual if usual[field] < _RARE), key=usual.get)

    def diagnosis(self):
        """All of it.

        Returns
        -------
        Diagnosis
        """
        training = self._training()
        suspects = self.suspects if training != RIGHT else []
        name, size = name_start(self.record.losses[0], self.record.classes)
        factor = {"B ln K": Factor(max(size, 1), "N"), "-ln K": Factor(-1, "-1")}.get(name)
        findings = [
            *(Finding("run", field) for field in self.telling() if training != RIGHT),
            *(Finding("training", "suspect", bug=name, detail=f"{p:.0%}") for name, p in suspects),
            *(Finding("metric", "suspect", bug=name) for name in self.metric_suspects),
        ]
        bugs = [f.bug for f in findings if f.bug in self.catalogue]
        text = sentences(self.record, self.signs, self.verdict, training, findings, self.catalogue)
        return Diagnosis(
            self.verdict,
            tuple(findings),
            bugs=tuple(dict.fromkeys(bugs)),
            factor=factor,
            evidence=text,
        )
