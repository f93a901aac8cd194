"""Run a reader's code where it can be stopped and does no harm.

Loops carry a counter that is put into the tree; what ends a process, prints, waits or opens files
is replaced; random states, figures and NumPy's error state are put back as they were.
"""

import ast
import builtins
import contextlib
import io
import os
import random
import sys
import threading
import time
import traceback
import unittest.mock
import warnings

import numpy as np

TICK = "__tick__"
SECONDS = 3.0  # of processor time in one call, so that a busy machine changes no verdict
_GROWTH = 2 << 30


class Stopped(BaseException):
    """Raised inside code that takes too long; no ``except Exception`` of its own catches it."""


class _ProcessorTime:
    """This thread's processor time, asked for rarely: where a system call costs a millisecond,
    asking at each turn of a loop would cost more than the loop.
    """

    def __init__(self):
        self._kept = threading.local()

    def __call__(self):
        """Seconds, a twentieth too many at most: between two readings the wall's clock counts."""
        wall, kept = time.perf_counter(), self._kept
        if wall - getattr(kept, "wall", -1.0) > 0.05:
            kept.wall, kept.used = wall, time.thread_time()
        return kept.used + (wall - kept.wall)


processor_time = _ProcessorTime()


class Clock:
    """Counts turns of loops, and stops what takes too many or too long."""

    def __init__(self):
        self.start()

    def start(self, ticks=float("inf"), seconds=None):
        """Begin a call that may take so many turns and seconds; ``SECONDS`` if none are given."""
        self.used, self.allowed = 0, ticks
        self.deadline = processor_time() + (SECONDS if seconds is None else seconds)

    def tick(self):
        """One turn of a loop; True, so that it can stand among a comprehension's conditions."""
        self.used += 1
        if self.used > self.allowed or (not self.used & 7 and processor_time() > self.deadline):
            raise Stopped
        return True


class _AddTicks(ast.NodeTransformer):
    def _loop(self, node):
        self.generic_visit(node)
        call = ast.Expr(ast.Call(ast.Name(TICK, ast.Load()), [], []))
        call.is_tick = True
        node.body.insert(0, call)
        return node

    visit_For = visit_While = visit_AsyncFor = _loop

    def visit_comprehension(self, node):
        self.generic_visit(node)
        call = ast.Call(ast.Name(TICK, ast.Load()), [], [])
        call.is_tick = True
        node.ifs.insert(0, call)
        return node


def add_ticks(tree):
    """Put a counter into every loop and comprehension of a tree, in place.

    Parameters
    ----------
    tree : ast.AST

    Returns
    -------
    ast.AST
        The same tree. What was put in carries ``is_tick``.
    """
    return ast.fix_missing_locations(_AddTicks().visit(tree))


def _refuse(*_args, **_kwargs):
    raise PermissionError("not while the doctor is looking")


def _leave(*_args, **_kwargs):
    raise SystemExit


def stubs(clock):
    """Builtins for a reader's code: nothing is printed, read from the keyboard or opened.

    Parameters
    ----------
    clock : Clock

    Returns
    -------
    dict
    """
    names = dict(vars(builtins))
    names |= {"print": lambda *_a, **_k: None, "input": _refuse, "open": _refuse}
    names |= {"exit": _leave, "quit": _leave, "breakpoint": lambda *_a, **_k: None}
    names[TICK] = clock.tick
    return names


def _replaced(module, name, stub):
    """Patch a function of a module for this thread; the kernel's other threads keep it."""
    real, here = getattr(module, name), threading.get_ident()

    def either(*args, **kwargs):
        return (stub if threading.get_ident() == here else real)(*args, **kwargs)

    return unittest.mock.patch.object(module, name, either)


class _Room:
    """Lets the process grow by ``_GROWTH`` bytes, where the platform can tell and can limit.

    Array sizes can square with each turn of a loop; what asks for more gets a ``MemoryError``,
    and the kernel lives. Shared by threads: the first one sets the limit, the last takes it back.
    """

    def __init__(self):
        self._lock, self._depth, self._before = threading.Lock(), 0, None

    def __enter__(self):
        with self._lock:
            self._depth += 1
            if self._depth > 1:
                return
            try:
                import resource

                with open("/proc/self/statm", encoding="ascii") as sizes:
                    now = int(sizes.read().split()[0]) * resource.getpagesize()
            except (ImportError, OSError):
                return
            soft, hard = self._before = resource.getrlimit(resource.RLIMIT_AS)
            limits = [now + _GROWTH, *(n for n in (soft, hard) if n != resource.RLIM_INFINITY)]
            resource.setrlimit(resource.RLIMIT_AS, (min(limits), hard))

    def __exit__(self, kind, error, traceback):
        with self._lock:
            self._depth -= 1
            if not self._depth and self._before is not None:
                import resource

                resource.setrlimit(resource.RLIMIT_AS, self._before)
                self._before = None


_room = _Room()


@contextlib.contextmanager
def guarded():
    """Hold the process as it is while a reader's code runs in it."""
    state, numpy_state = random.getstate(), np.random.get_state()  # noqa: NPY002 (the reader's code may use it)
    folder = os.getcwd()
    figures = sys.modules.get("matplotlib.pyplot")
    before = set(figures.get_fignums()) if figures else set()
    patches = [_replaced(os, name, _leave) for name in ("_exit", "abort", "kill")]
    patches.append(_replaced(time, "sleep", lambda _seconds: None))
    if figures:
        patches.append(unittest.mock.patch.object(figures, "show", lambda *_a, **_k: None))
    with contextlib.ExitStack() as stack:
        stack.enter_context(_room)
        for patch in patches:
            stack.enter_context(patch)
        stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
        stack.enter_context(contextlib.redirect_stderr(io.StringIO()))
        stack.enter_context(np.errstate(all="ignore"))
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")
        try:
            yield
        finally:
            random.setstate(state)
            np.random.set_state(numpy_state)  # noqa: NPY002
            if os.getcwd() != folder:
                os.chdir(folder)
            figures = sys.modules.get("matplotlib.pyplot")
            for number in set(figures.get_fignums()) - before if figures else ():
                figures.close(number)


def attempt(function, *args, **kwargs):
    """Call, and catch whatever comes but the reader's own interrupt.

    Parameters
    ----------
    function : callable
    *args, **kwargs
        Its arguments.

    Returns
    -------
    value : object
        ``None`` if it raised.
    error : BaseException or None
    """
    try:
        with np.errstate(all="ignore"):  # and what the reader's code sets ends with its call
            return function(*args, **kwargs), None
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        return None, error


def message_of(error, room=120):
    """An exception's message on one line, whatever its ``str`` does.

    Parameters
    ----------
    error : BaseException
    room : int
        Characters at most.

    Returns
    -------
    str
    """
    text, failed = attempt(str, error)
    line = " ".join((text or "").split()) if failed is None else ""
    return line if len(line) <= room else line[: room - 4] + " ..."


def line_of(error, filenames):
    """The last line of the reader's that an exception passed.

    Parameters
    ----------
    error : BaseException
    filenames : container of str
        The names under which the reader's code was compiled.

    Returns
    -------
    filename : str or None
    line : int or None
    """
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if frame.filename in filenames]
    return (own[-1].filename, own[-1].lineno) if own else (None, None)
