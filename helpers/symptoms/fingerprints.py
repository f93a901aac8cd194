"""What runs with each bug of the catalogue look like, measured: the table of the run doctor.

The programs are run on small stand-ins, and what shows is kept in ``fingerprints.json``, which
``python tests/symptoms/measure_fingerprints.py`` makes anew. An entry that is not there, or is
there for other lines than now, is run when it is asked for.
"""

import hashlib
import itertools
import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from helpers.bugs import BUGS, SOURCE, build, line_of, variant
from helpers.digits import CLASSES, load_digits
from helpers.softmax_regression import one_hot
from helpers.symptoms.record import Record, Signs

TABLE = Path(__file__).with_name("fingerprints.json")
_PROGRAM = hashlib.sha256(SOURCE.encode())
_UNDERSTOOD = ("loss-accumulated",)  # a record of running sums is taken apart before it is read
NO_BUG = ()  # the hypothesis that there is no bug
LONG_STEPS = ("steps too long",)  # the hypothesis of no bug, at rates 10 and 100 times too large
WILD_RATE = 100.0  # where a careless softmax overflows by itself
SEEDS = range(5)  # of the runs whose last numbers are kept


class StandIn(NamedTuple):
    """Small data that a program is trained on, and the settings of that training."""

    data: str
    learning_rate: float
    batch_size: int
    epochs: int


COURSE = StandIn("course", 0.1, 100, 5)  # what the notebooks run
STAND_INS = (
    COURSE,
    StandIn("digits", 0.1, 100, 5),
    StandIn("digits", 0.1, 100, 1),
    StandIn("digits", 0.5, 50, 3),
    StandIn("digits", 0.02, 20, 2),
    StandIn("digits", 0.1, 2000, 12),
    StandIn("digits", 0.005, 50, 4),
    StandIn("digits", 1.0, 100, 4),
    StandIn("pooled", 0.3, 32, 5),
    StandIn("centred", 0.1, 100, 3),
    StandIn("centred", 0.5, 50, 3),
    StandIn("clouds", 0.1, 32, 5),
    StandIn("clouds", 0.5, 16, 10),
    StandIn("far", 0.02, 32, 5),
    StandIn("two", 0.1, 32, 4),
    StandIn("two", 0.5, 64, 6),
)
GENTLE = (  # a right program may also be slow, or stopped early
    StandIn("digits", 0.01, 100, 1),
    StandIn("digits", 0.03, 100, 2),
    StandIn("digits", 0.1, 200, 1),
    StandIn("clouds", 0.01, 100, 2),
    StandIn("clouds", 0.03, 64, 2),
    StandIn("clouds", 0.1, 100, 2),
    StandIn("two", 0.01, 32, 2),
    StandIn("centred", 0.01, 100, 3),
    StandIn("centred", 0.05, 50, 1),
    StandIn("far", 0.005, 32, 3),
)
LONG = (  # for pairs: until a logit passes 709
    StandIn("digits", 0.5, 50, 3),
    StandIn("digits", 0.1, 20, 3),
    StandIn("digits", 0.1, 100, 12),
    StandIn("two", 1.0, 32, 6),
)


@cache
def load_stand_in(name):
    """Data of a stand-in, sorted by class as the digits are.

    Parameters
    ----------
    name : str
        "course": the shipped digits; "digits": 200 images of each; "pooled": these in 7 x 7 pixels;
        "centred": less their mean image; "two": the digits 3 and 8; "clouds": three overlapping
        clouds of points in a plane, about the origin; "far": the same about (5, 5).

    Returns
    -------
    X, Y, X_test, y_test : ndarray
        To be copied before a program may write into them.
    """
    if name in ("clouds", "far"):
        rng = np.random.default_rng(0)
        y = np.repeat(np.arange(3), 200)
        X = np.array([[0, 0], [2, 0], [0, 2]])[y] + rng.normal(size=(600, 2))
        X = X if name == "clouds" else X + 5
        return X[::2], one_hot(y[::2], 3), X[1::2], y[1::2]
    digits = load_digits()
    if name == "course":
        return digits.X_train, one_hot(digits.y_train, CLASSES), digits.X_test, digits.y_test
    keep, y = np.arange(0, 6000, 3), digits.y_train[::3]
    test, y_test = slice(None, None, 4), digits.y_test[::4]
    X, X_test = digits.X_train[keep], digits.X_test[test]
    if name == "pooled":
        blocks = (images.reshape(-1, 7, 4, 7, 4) for images in (X, X_test))
        X, X_test = (block.mean(axis=(2, 4)).reshape(-1, 49) for block in blocks)
    if name == "centred":
        return X - X.mean(axis=0), one_hot(y, CLASSES), X_test - X.mean(axis=0), y_test
    if name == "two":
        chosen, tested = np.isin(y, (3, 8)), np.isin(y_test, (3, 8))
        return (
            X[chosen],
            one_hot((y[chosen] == 8) * 1, 2),
            X_test[tested],
            (y_test[tested] == 8) * 1,
        )
    return X, one_hot(y, CLASSES), X_test, y_test


def records(program, settings, stand_in, seed=0):
    """The records that one training leaves: loss by loss, and as means of each epoch.

    Parameters
    ----------
    program : Program
    settings : Mapping
        Arguments of ``train`` that take the place of the stand-in's.
    stand_in : StandIn
    seed : int

    Returns
    -------
    list of Record
        Empty if the program raises.
    """
    X, Y, X_test, y_test = (values.copy() for values in load_stand_in(stand_in.data))
    settings = {**stand_in._asdict(), "seed": seed, **settings}
    del settings["data"]
    with np.errstate(all="ignore"):
        try:
            run = program.train(X, Y, X_test, y_test, **settings)
        except (ValueError, TypeError, IndexError):
            return _stopped(program, X_test, y_test, Y.shape[1])
        whole = Record(run.losses, run.predictions, y_test, Y.shape[1], run.error)
        epochs = settings["epochs"]
        if epochs < 3 or len(run.losses) % epochs or len(run.losses) == epochs:
            return [whole]
        means = run.losses.reshape(epochs, -1).mean(axis=1)
    return [whole, Record(means, run.predictions, y_test, Y.shape[1], run.error)]


def _stopped(program, X_test, y_test, classes):
    """What is left of a program that raises: predictions, if it is they that are wrong."""
    try:
        start = np.zeros((X_test.shape[1], classes)), np.zeros(classes)
        predicted = program.predict(*start, X_test)
    except (ValueError, TypeError, IndexError):
        return []
    if predicted.shape == y_test.shape:
        return []
    return [Record(np.array([]), predicted, y_test, classes, None)]


def patch(bug):
    """The program with one bug, which need not be of the catalogue.

    Parameters
    ----------
    bug : Bug

    Returns
    -------
    Program
    """
    return build([bug.id]) if BUGS.get(bug.id) is bug else variant(bug.id, (bug.right, bug.wrong))


def careless(catalogue):
    """The bugs that show only where logits grow large: as other bugs make them.

    Parameters
    ----------
    catalogue : Mapping

    Returns
    -------
    list of str
    """
    return [
        id_
        for id_, bug in catalogue.items()
        if bug.signature.first_non_finite_step
        and bug.signature.ratio == "1"
        and not bug.signature.not_finite_from
    ]


def hypotheses(catalogue=BUGS):
    """What a run is compared with, none of it more than two bugs.

    Parameters
    ----------
    catalogue : Mapping

    Returns
    -------
    list of tuple of str
        No bug, long steps, every bug but the decoys, and each careless one with every other.
    """
    ids = [id_ for id_, bug in catalogue.items() if not bug.decoy and id_ not in _UNDERSTOOD]
    careless_ids = careless(catalogue)
    pairs = [
        (first, second)
        for first, second in itertools.product(careless_ids, ids)
        if second not in careless_ids and line_of(catalogue[first]) != line_of(catalogue[second])
    ]
    return [NO_BUG, LONG_STEPS, *((id_,) for id_ in ids), *pairs]


def look(hypothesis, catalogue=BUGS):
    """Run a hypothesis on the stand-ins.

    Parameters
    ----------
    hypothesis : tuple of str
        As ``hypotheses`` gives them.
    catalogue : Mapping

    Returns
    -------
    Counter
        How often each ``Signs`` was seen. A careless bug counts where it is not finite:
        elsewhere it is not seen.
    """
    wild = set(hypothesis) & set(careless(catalogue))
    seen = Counter()
    for program, settings, stand_in, seed in _trainings(hypothesis, catalogue):
        for record in records(program, settings, stand_in, seed):
            if not wild or record.first_bad is not None:
                seen[record.signs] += 1
    return seen


def _trainings(hypothesis, catalogue):
    """(program, settings, stand-in, seed) of each training of a hypothesis."""
    if hypothesis == NO_BUG:
        programs = [build(), *(patch(bug) for bug in catalogue.values() if bug.decoy)]
        return itertools.product(programs, [{}], STAND_INS + GENTLE, range(3))
    if hypothesis == LONG_STEPS:
        fast = [s._replace(learning_rate=f * s.learning_rate) for f in (10, 100) for s in STAND_INS]
        return itertools.product([build()], [{}], fast, [0])
    if len(hypothesis) == 2:
        return itertools.product([build(hypothesis)], [{}], LONG, [0])
    bug = catalogue[hypothesis[0]]
    wild = {"learning_rate": WILD_RATE} if bug.id in careless(catalogue) else {}
    return itertools.product([patch(bug)], [{**bug.settings, **wild}], STAND_INS, [0])


class End(NamedTuple):
    """The numbers at which a run on the course's digits ends, and the first loss.

    Attributes
    ----------
    error : float
        As the program itself reports it.
    constant : int
        The one class that is predicted, or -1.
    first_loss, last_loss : float
        The second is the mean of the last fifth.
    """

    error: float
    constant: int
    first_loss: float
    last_loss: float


def ends(hypothesis, catalogue=BUGS, seeds=SEEDS):
    """How runs on the course's digits end, at the settings of the notebooks.

    Parameters
    ----------
    hypothesis : tuple of str
    catalogue : Mapping
    seeds : iterable of int

    Returns
    -------
    list of End
        One a seed; none if the program raises.
    """
    if hypothesis == LONG_STEPS:
        return []
    program = patch(catalogue[hypothesis[0]]) if len(hypothesis) == 1 else build(hypothesis)
    settings = catalogue[hypothesis[0]].settings if len(hypothesis) == 1 else {}
    found = []
    for seed in seeds:
        for record in records(program, settings, COURSE, seed)[:1]:
            if record.reported is None:
                continue
            first, same = int(record.predicted[0]), (record.predicted == record.predicted[0]).all()
            found.append(End(record.reported, first if same else -1, record.losses[0], record.late))
    return found


def key(hypothesis, catalogue=BUGS):
    """A digest of the program and the lines that a hypothesis changes.

    Parameters
    ----------
    hypothesis : tuple of str
    catalogue : Mapping

    Returns
    -------
    str
    """
    bugs = [catalogue[id_] for id_ in hypothesis if id_ in catalogue]
    if hypothesis == NO_BUG:
        bugs = [bug for bug in catalogue.values() if bug.decoy]
    digest = _PROGRAM.copy()
    for bug in bugs:
        digest.update(f"{bug.right}\n{bug.wrong}\n{dict(bug.settings)}\n".encode())
    return digest.hexdigest()[:12]


@cache
def read_table():
    """The committed table.

    Returns
    -------
    dict
    """
    return json.loads(TABLE.read_text("utf-8"))


_known = {}  # by key


def fingerprint(hypothesis, catalogue=BUGS):
    """What is known of a hypothesis, from the table where that is of the same lines.

    Parameters
    ----------
    hypothesis : tuple of str
    catalogue : Mapping

    Returns
    -------
    seen : dict of Signs to int
    ends : list of End
        Both are empty for a pair that the table does not hold: pairs are not run when asked for.
    """
    digest = key(hypothesis, catalogue)
    if digest not in _known:
        entry = read_table().get("+".join(hypothesis))
        if entry and entry["key"] == digest:
            seen = {Signs(*row[:-1]): row[-1] for row in entry["seen"]}
            _known[digest] = seen, [End(*end) for end in entry["ends"]]
        elif len(hypothesis) == 2:
            _known[digest] = {}, []
        else:
            _known[digest] = look(hypothesis, catalogue), ends(hypothesis, catalogue, SEEDS[:1])
    return _known[digest]
