"""Runs of a script, in this process, under observation. Only the process made for it calls this."""

import ast
import contextlib
import copy
import inspect
import random
import signal
import types
import warnings
from dataclasses import dataclass, field

import numpy as np

from helpers.doctor.script import digits_files
from helpers.doctor.script.instrument import instrument
from helpers.doctor.script.judge import Judge
from helpers.doctor.script.recognise import Recogniser
from helpers.doctor.script.source import undefined_names
from helpers.doctor.script.standins import LibraryModel
from helpers.doctor.script.watch import TURNS, Observer, OutOfTime

FILE = "<script>"


class Rejected(BaseException):
    """A run that has shown to be no better than the one to be mended."""


@dataclass(frozen=True)
class World:
    """What a script may rely on and does not say.

    Attributes
    ----------
    scaled : bool
        Its whole hundreds from 1000 on are sizes of MNIST.
    slices : bool
        Smaller bounds of slices are such sizes too.
    form : str
        How arrays made by an earlier cell look, see ``FORMS``.
    jump : bool
        Whether training loops over a range skip to their last turn.
    header : bool
        Whether CSV files of MNIST begin with a line of names.
    """

    scaled: bool = True
    slices: bool = False
    form: str = "rows"
    jump: bool = True
    header: bool = True


@dataclass
class Result:
    """One run: what was observed, its faults, what it raised and in which line."""

    observer: Observer
    judge: Judge
    faults: list = field(default_factory=list)
    error: BaseException = None
    line: int = None


def given(name, form):
    """The array that an earlier cell would have made under this name, or None."""
    found = digits_files.role(name)
    if found is None:
        return None
    test, labels = found
    images, y = digits_files.split(test)
    if labels:
        y = y.astype(int)
        if form == "one-hot":
            return np.eye(10)[y]
        return y[None, :] if form == "columns" else y
    if form == "images":
        return images
    X = images.reshape(len(images), -1) / 255.0
    return X.T.copy() if form == "columns" else X


FORMS = ("rows", "images", "one-hot", "columns")


class Script:
    """A script that can be run again and again, as it is or edited.

    Parameters
    ----------
    tree : ast.Module
    raw, labels : ndarray
        The images that its data will be made of.
    """

    def __init__(self, tree, raw, labels):
        self.tree, self.body = tree, list(tree.body)
        self.recogniser = Recogniser(raw, labels)
        self.missing = [name for name in undefined_names(tree) if digits_files.role(name)]
        self.snapshot, self._codes = None, {}

    def run(self, world, edited=None, *, seconds, marks=False, accept=None, seed=0, turns=TURNS):
        """Run it once.

        Parameters
        ----------
        world : World
        edited : dict, optional
            Index of a top-level statement -> the statements to be run in its place.
        seconds : float
        marks : bool
            Whether lines and values are recorded too, and a snapshot kept.
        seed : int
        turns : int
            Of each training loop.
        accept : function, optional
            Asked after each step with the judge; if it says no, the run ends as ``Rejected``.

        Returns
        -------
        Result
        """
        judge = Judge(self.recogniser)

        def on_step(before, after):
            judge.on_step(before, after)
            if accept and not accept(judge):
                raise Rejected

        observer = Observer(
            self.recogniser,
            seconds=seconds,
            on_step=on_step,
            jump=world.jump,
            turns=turns,
            learn=marks,
        )
        result = Result(observer, judge)
        try:
            with warnings.catch_warnings(), np.errstate(all="ignore"), _ending(seconds):
                warnings.simplefilter("ignore")
                self._execute(world, edited or {}, observer, marks, seed)
                observer.settle()
        except (Rejected, LibraryModel, OutOfTime, SystemExit, Exception) as error:
            result.error, result.line = error, _line(error)
        _undo()
        if "read-only" in str(result.error) and self.snapshot and edited:
            self.snapshot = None
            return self.run(world, edited, seconds=seconds, accept=accept, seed=seed, turns=turns)
        if not isinstance(result.error, Rejected):
            raised = result.error if isinstance(result.error, (Exception, OutOfTime)) else None
            observer.on_step = judge.on_step
            with np.errstate(all="ignore"):
                result.faults = judge.faults(observer, raised, result.line)
        return result

    def _execute(self, world, edited, observer, marks, seed):
        names = {"__name__": "__main__", "__file__": FILE}
        names |= {name: given(name, world.form) for name in self.missing}
        names |= SUPPLIED
        start = 0
        np.random.seed(seed)  # noqa: NPY002, scripts use it
        random.seed(seed)
        if self.snapshot and not (marks or seed) and self.snapshot.serves(edited):
            start = self.snapshot.index
            names = self.snapshot.restored()
            self._define_again(names, edited, start, world)
        names["__doctor__"] = observer
        kept = None
        try:
            for index in range(start, len(self.body)):
                observer.index = index
                if marks and not observer.met:
                    kept = Snapshot.of(index, names)
                exec(self._code(index, edited, world, marks), names)
        finally:
            if marks:
                self.snapshot = kept if observer.met else None
            if self.snapshot and marks:
                self.snapshot.finish(self.body, observer.runs)

    def _define_again(self, names, edited, start, world):
        """Edited functions and classes that stand before the snapshot; instances follow."""
        for index in edited:
            if index < start:
                old = {key: value for key, value in names.items() if isinstance(value, type)}
                exec(self._code(index, edited, world, False), names)
                for value in list(names.values()):
                    name = type(value).__name__
                    if old.get(name) is type(value) and names[name] is not type(value):
                        value.__class__ = names[name]

    def _code(self, index, edited, world, marks):
        if index in edited:
            return self._compiled(edited[index], world, marks)
        key = index, world, marks
        if key not in self._codes:
            self._codes[key] = self._compiled([self.body[index]], world, marks)
        return self._codes[key]

    def _compiled(self, statements, world, marks):
        tree = ast.Module(statements, [])
        return compile(
            instrument(tree, scaled=world.scaled, slices=world.slices, marks=marks), FILE, "exec"
        )


@contextlib.contextmanager
def _ending(seconds):
    """End what no loop of the script ends, after some seconds of the processor, where signals can.

    Again and again, for a bare ``except:`` of the script would catch the first.
    """

    def ring(_signal, frame):
        while frame is not None and frame.f_code.co_filename != FILE:
            frame = frame.f_back
        raise OutOfTime(frame.f_lineno if frame else None)

    if not hasattr(signal, "setitimer"):  # Windows
        yield
        return
    signal.signal(signal.SIGVTALRM, ring)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds + 0.5, 0.2)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


SMALL = 10**5
FIXED = types.ModuleType, Observer, str, type, np.ufunc


@dataclass
class Snapshot:
    """A script's names before the statement that first multiplies images with weights.

    Large arrays are shared and read-only: a run that writes to one is repeated from the start.
    """

    index: int
    home: dict
    names: dict
    random: tuple
    first_run: dict = field(default_factory=dict)
    sums: dict = field(default_factory=dict)

    @classmethod
    def of(cls, index, names):
        """A snapshot, or None where something cannot be copied."""
        try:
            kept = cls(index, names, _copied(names), _random_states())
        except Exception:
            return None
        kept.sums = kept.checked()
        return kept

    def checked(self):
        """Sums of the shared arrays, to see whether the run went on to change them."""
        shared = {k: v for k, v in self.names.items() if _is_large(v)}
        return {name: float(value.sum()) for name, value in shared.items()}

    def finish(self, body, runs):
        """Note which statement first ran during which, from the lines that were reported."""
        for index, statement in enumerate(body):
            lines = range(statement.lineno, statement.end_lineno + 1)
            during = [i for line in lines for i in runs.get(line, ()) if i != index]
            inner = isinstance(statement, (ast.FunctionDef, ast.ClassDef))
            self.first_run[index] = min(during, default=len(body)) if inner else index
        if self.sums != self.checked():
            self.index = len(body) + 1  # serves nothing

    def restored(self):
        """The names, in the dictionary that functions know; the random states are set too."""
        np.random.set_state(self.random[0])  # noqa: NPY002
        random.setstate(self.random[1])
        for value in filter(_is_large, self.names.values()):
            value.flags.writeable = False
        self.home.clear()
        self.home.update(_copied(self.names))
        return self.home

    def serves(self, edited):
        """Whether nothing that is edited had run before."""
        return bool(edited) and all(self.first_run[index] >= self.index for index in edited)


def _random_states():
    return np.random.get_state(), random.getstate()  # noqa: NPY002


def _is_large(value):
    return isinstance(value, np.ndarray) and value.nbytes > SMALL and value.dtype != object


def _copied(names):
    """A deep copy, except of what cannot change or is too large."""
    memo = {}
    for value in names.values():
        parts = value.values() if isinstance(value, dict) else ()
        parts = value if isinstance(value, (tuple, list)) and len(value) < 100 else parts
        for part in (value, *parts, *getattr(value, "__dict__", {}).values()):
            fixed = isinstance(part, FIXED) or inspect.isroutine(part)
            if fixed or _is_large(part):
                memo[id(part)] = part
    return copy.deepcopy(names, memo)


def _quiet(*_args, **_kwargs):
    return None


def _quiet_input(*_args):
    return ""


SUPPLIED = {"print": _quiet, "input": _quiet_input, "xrange": range}
STATE = {"err": np.geterr()}


def _undo():
    np.seterr(**STATE["err"])


def _line(error):
    """The script's line that was running when the error came up."""
    line, trace = None, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == FILE:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line if line else getattr(error, "lineno", None)
