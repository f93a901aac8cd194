"""The observer that an instrumented script reports to.

It reads no name of the model. The weights are what images are multiplied by, the bias is what is
added to that product; a step is what happened to both between two such products.
"""

import itertools
import math
import time
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from helpers.doctor.script.instrument import is_reported

TURNS = 3  # a training loop's turns: the first two and, of a range, the last
LARGE = 2 * 10**7  # entries of an outer product that nobody wants
MOST = 3000  # values that are kept
BLIND = 12  # arrays that may be looked at in vain


class OutOfTime(BaseException):
    """A loop has run for too long."""


class Turn(NamedTuple):
    """A turn of a loop.

    Attributes
    ----------
    loop : int
        When the loop began: tells it from the same line's loop in another call.
    name : str
        What the script calls its turns.
    number : int
    count : float
        Of all turns, as far as they are only counted; 0 where each has a value of its own.
    """

    loop: int
    name: str
    number: int
    count: float


@dataclass
class Forward:
    """A product of known images with weights.

    Attributes
    ----------
    at : int
        Its place in the order of execution.
    line : int
    rows : ndarray of int, shape (n,)
        Which images.
    prepared : Preparation
    X : ndarray, shape (n, D)
        As they were multiplied.
    W : ndarray, shape (D, K)
        A copy.
    b : ndarray, shape (K,), or None
        A copy of what was added.
    offset : int or None
        Where the pixels begin, if the bias is a row of the weights.
    """

    at: int
    line: int
    rows: np.ndarray
    prepared: object
    X: np.ndarray
    W: np.ndarray
    b: np.ndarray = None
    offset: int = None

    def same_state(self, other):
        """Whether weights and bias are those of another product."""
        if self.W.shape != other.W.shape or not np.array_equal(self.W, other.W, equal_nan=True):
            return False
        if self.b is None or other.b is None:
            return True
        return np.array_equal(self.b, other.b, equal_nan=True)


@dataclass
class Group:
    """What was computed with one state of the weights."""

    forwards: list
    gradients: list = field(default_factory=list)  # the rows of products over the samples
    during: list = field(default_factory=list)  # the turns of loops that each was made in
    step: np.ndarray = None  # the rows that its step was made with, once that is judged
    turns: tuple = ()  # of the loops that it began in, the outermost first
    life: int = 0  # which of the script's models it is a state of

    @property
    def batch(self):
        """The images whose gradient was taken here; None where none was."""
        if self.step is None and self.gradients:
            return self.gradients[-1]
        return self.step


class Observer:
    """Collects what a script does with the images.

    Parameters
    ----------
    recogniser : Recogniser
    seconds : float
        The time after which loops end with ``OutOfTime``.
    on_step : function, optional
        Called as ``on_step(before, after)`` with two groups once the later one is known.
    jump : bool
        Whether the last turn of a training loop over a range comes after the first ones.
    turns : int
        Of a training loop.
    learn : bool
        Whether preparations are looked for in every large array: a whole set shows more of one
        than the batch that is multiplied.
    """

    def __init__(self, recogniser, *, seconds, on_step=None, jump=True, turns=TURNS, learn=False):
        self.recogniser, self.on_step = recogniser, on_step
        self.jump, self.turns, self.learn = jump, turns, BLIND if learn else 0
        self.ends = time.process_time() + seconds
        self.clock = 0
        self.groups, self.unknown, self.numbers, self.values = [], [], [], []
        self.pairs, self.loops = [], {}
        self.index, self.runs, self.latest, self.steps = 0, {}, {}, 0
        self._sums, self._blind, self._settled, self._work, self._fresh = {}, BLIND, 1, 0, False

    def tick(self):
        self.clock += 1
        return self.clock

    @property
    def met(self):
        """Whether images have been multiplied with anything."""
        return bool(self.groups or self.unknown)

    @property
    def forwards(self):
        """All products of images and weights, in order."""
        return [forward for group in self.groups for forward in group.forwards]

    # Reports of the script

    def product(self, line, a, b):
        result = a @ b
        self._see(line, a, b, result)
        return result

    def called(self, line, function, *args, **kwargs):
        sizes = [np.size(v) for v in args if isinstance(v, np.ndarray)]
        if getattr(function, "__name__", "") == "outer" and math.prod(sizes) > LARGE:
            raise MemoryError(f"an outer product of {sizes} entries")
        result = function(*args, **kwargs)
        owner = getattr(function, "__self__", None)
        arrays = [v for v in (owner, *args) if hasattr(v, "shape") and hasattr(v, "dtype")]
        if len(arrays) == 2:
            self._see(line, *arrays, result)
        return result

    def add(self, line, a, b):
        result = a + b
        for one, other in ((a, b), (b, a)):
            if id(one) in self._sums and isinstance(one, np.ndarray):
                self._bias(self._sums[id(one)][0], other, result)
                break
        return result

    def addend(self, line, target, value):
        if id(target) in self._sums and isinstance(target, np.ndarray):
            self._bias(self._sums[id(target)][0], value, target)
        return value

    def at(self, line):
        now = self.tick()
        self.runs.setdefault(line, {}).setdefault(self.index, now)
        self.latest[line] = now

    def assigned(self, line, label, value):
        if type(value) is not int or value:  # where a count begins
            self._number(line, label, value)
        value = _stacked(value) if isinstance(value, list) else value
        value = np.asarray(value) if isinstance(value, (float, np.floating)) else value
        if isinstance(value, np.ndarray) and value.size <= 10**6 and len(self.values) < MOST:
            self.values.append((self.tick(), line, label, value.copy()))
            D = self.recogniser.D
            if self.learn and any(D <= n <= D + 2 for n in value.shape) and value.size > 50 * D:
                self.learn -= self.recogniser.find(value, guess=True) is None

    def shown(self, line, label, value):
        self._number(line, label, value)
        return value

    def passed(self, line, value):
        for part in value if isinstance(value, tuple) else (value,):
            self.assigned(line, "return", part)
        return value

    def _number(self, line, label, value):
        if not is_reported(label):
            return
        if isinstance(value, (int, float, np.number)) and not isinstance(value, bool):
            self.numbers.append((self.tick(), line, label, float(value)))
        elif isinstance(value, np.ndarray) and value.size == 1 and value.dtype.kind in "fiu":
            self.numbers.append((self.tick(), line, label, float(value.reshape(())[()])))

    def loop(self, line, name, turns):
        """The turns of a loop; of one that trains only a few."""
        begun, values = self.tick(), isinstance(turns, (list, tuple, dict, set, np.ndarray))
        count = len(turns) if isinstance(turns, range) else 0 if values else math.inf
        try:
            for number, turn in enumerate(self._turns(line, turns)):
                self.loops[line] = Turn(begun, name, number, count)
                yield turn
        finally:
            self.loops.pop(line, None)

    def _turns(self, line, turns):
        turns = itertools.repeat(0) if turns is None else turns
        iterator, trained = iter(turns), 0
        for turn in iterator:
            before, work = self.steps, self._work
            yield turn
            self.settle()
            if time.process_time() > self.ends:
                raise OutOfTime(line)
            trained += self.steps > before or self._work > work
            if trained == self.turns:
                return
            may_jump = self.jump and isinstance(turns, range) and turn != turns[-1]
            if trained == self.turns - 1 and may_jump:
                iterator = None
                break
        if iterator is None:
            yield turns[-1]
            self.settle()

    # Comparisons

    def same(self, line, a, b):
        return self._compare(line, a, b) or a == b

    def differ(self, line, a, b):
        return self._compare(line, a, b) or a != b

    def compared(self, line, a, b):
        self._compare(line, a, b)
        return a, b

    def _compare(self, line, a, b):
        """Keep what is compared, if it can be the labels or predictions of the last images."""
        n = len(self.groups[-1].forwards[-1].rows) if self.groups else 0
        sizes = [np.size(side) if hasattr(side, "shape") else 1 for side in (a, b)]
        if n and sizes == [n, n] and not any(isinstance(side, str) for side in (a, b)):
            self.pairs.append((self.tick(), line, np.array(a), np.array(b)))

    # Products

    def _see(self, line, a, b, result):
        a, b = (np.asarray(v) for v in (a, b))
        D = self.recogniser.D
        sizes = [n for v in (a, b) for n in v.shape]
        if not any(D <= n <= D + 2 for n in sizes) or max(a.ndim, b.ndim) > 2:
            return
        for guess in (False, True) if self._blind else (False,):
            for images, other in sorted([(a, b), (b, a)], key=lambda pair: -pair[0].size):
                found = self.recogniser.find(images, guess) if images.size >= D else None
                if found:
                    self._sort(line, found, images, other, np.asarray(result))
                    return
        self._blind -= self._blind > 0
        wide = [v.shape for v in (a, b) if any(D <= n <= D + 2 for n in v.shape)]
        small = {self.recogniser.K, D, D + 1, D + 2}
        if all(len(shape) == 2 and set(shape) <= small for shape in wide):
            return  # weights, with a residual perhaps
        self.unknown.append((self.tick(), line))

    def _sort(self, line, found, images, other, result):
        """A product with known images: over the pixels it is forward, over the samples backward."""
        n, features = len(found.rows), len(found.pixels)
        if other.size * n == result.size * features and features in other.shape:
            X = images if found.axis == 0 else images.T
            W = other if other.shape[0] == features else other.T
            self._forward(line, found, X.reshape(n, features), W.reshape(features, -1), result)
        elif result.size * n == other.size * features and other.size < n * features and self.groups:
            self.settle()
            again, self._fresh = self._fresh and bool(self.groups[-1].gradients), False
            self._work += n > 1 and again
            self.groups[-1].gradients.append(found.rows)
            self.groups[-1].during.append(tuple(self.loops.values()))

    def _forward(self, line, found, X, W, result):
        ones = ~found.pixels
        first = int(found.pixels.argmax())
        pixels = slice(first, first + self.recogniser.D)
        forward = Forward(
            self.tick(), line, found.rows, found.prepared, X[:, pixels], W[pixels].copy()
        )
        if ones.any():
            forward.b, forward.offset = X[0, ones] @ W[ones], first
        self.settle()
        self._sums[id(result)], self._fresh = (forward, result), True
        if self.groups and self.groups[-1].forwards[-1].same_state(forward):
            self.groups[-1].forwards.append(forward)
        else:
            self.steps += bool(self.groups)
            self.groups.append(Group([forward], turns=tuple(self.loops.values())))

    def _bias(self, forward, value, result):
        value = np.asarray(value)
        if forward.b is None and value.size == forward.W.shape[1] and value.dtype.kind in "fiu":
            forward.b = value.ravel().astype(float)
            self._apart(forward)
        self._sums[id(result)] = forward, result

    def _apart(self, forward):
        """Old weights with another bias are another state, which shows with the bias only."""
        last = self.groups[-1]
        if forward is last.forwards[-1] and not forward.same_state(last.forwards[0]):
            self.steps += 1
            last.forwards.pop()
            self.groups.append(Group([forward], turns=tuple(self.loops.values())))

    def settle(self):
        """Tell of steps whose later state is known by now, its bias too."""
        while self._settled < len(self.groups):
            before, after = self.groups[self._settled - 1 : self._settled + 1]
            self._settled += 1
            if self.on_step:
                self.on_step(before, after)


def _stacked(rows):
    """A list of images, or of pairs of an image and its label, as an array of the images."""
    firsts = [row[0] if isinstance(row, tuple) and row else row for row in rows]
    alike = len(firsts) > 20 and {getattr(one, "shape", ()) for one in firsts} != {()}
    return np.array(firsts) if alike and len({np.shape(one) for one in firsts}) == 1 else None
