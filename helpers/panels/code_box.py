"""A text area in which the reader writes a function, and what runs it."""

import linecache
import traceback
import types
from functools import partial

import numpy as np

from helpers.panels.base import Panel, View
from helpers.panels.controls import Button, code, row
from helpers.panels.stoppable import Job

_NAME = "<your code>"
_AT_ONCE = 0.3  # seconds in which most answers come
STOPPED = "Stopped. Nothing is said of this text."


class CodeError(ValueError):
    """A text that cannot be used, and why.

    Attributes
    ----------
    line : int
        Where, from 1; 0 if it is nowhere in particular.
    """

    def __init__(self, message, line=0):
        super().__init__(message)
        self.line = line


def compile_function(source, **names):
    """Run a text in a namespace of its own and return the last function that it defines.

    Parameters
    ----------
    source : str
    **names
        What the text may use without importing it; ``np`` is always there.

    Returns
    -------
    function

    Raises
    ------
    CodeError
        If the text is no Python, or raises, or defines no function; the message names the line.
    """
    space = {"np": np, "__name__": "__reader__", **names}
    linecache.cache[_NAME] = (len(source), None, source.splitlines(True), _NAME)
    try:
        exec(compile(source, _NAME, "exec"), space)
    except SyntaxError as error:
        message = f"{type(error).__name__} in line {error.lineno}: {error.msg}"
        raise CodeError(message, error.lineno or 0) from error
    except (Exception, SystemExit) as error:
        inside = [
            f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == _NAME
        ]
        message = f"Your code raises {type(error).__name__}: {error}"
        raise CodeError(message, inside[-1] if inside else 0) from error
    own = [
        value
        for value in space.values()
        if isinstance(value, types.FunctionType) and value.__globals__ is space
    ]
    if not own:
        raise CodeError("Your code defines no function: it should begin with `def`.")
    return own[-1]


class CodePanel(Panel):
    """Base of panels with a text area and a button.

    A subclass has ``judge(text)``, which computes whatever ``self.judged`` is to hold and may raise
    ``CodeError``, and ``show(judged)``, which makes a ``View`` of that, or of a message. The text
    is judged on a thread of its own, and the button *Stop* ends it.

    Parameters
    ----------
    text : str
        At first.
    label : str
        What the text area is called.
    action : str
        What the button says.
    controls : dict of str to Control
        Further inputs. The text is the control "code".
    title : str
    places : tuple of str
        Names of texts and tables below the status.
    lines : int
        Height of the text area.

    Attributes
    ----------
    judged : object
        What ``judge`` said last; a str where there is nothing but a message.
    """

    def __init__(self, text, *, label, action, controls, title, places=(), lines=12):
        self._job = None
        self._action = action
        self._judge_now(text)
        controls = {"code": code(label, text, lines), **controls}
        buttons = {"run": Button(action, self.run), "stop": Button("Stop", self.stop)}
        below = [name for name in controls if name != "code"]
        layout = ("code", row(*below, *buttons), "status", *places)
        super().__init__(controls, layout, title=title, buttons=buttons)

    def judge(self, text):
        """Compute what is to be shown of a text."""
        raise NotImplementedError

    def show(self, judged):
        """Make a ``View`` of what was judged, or of a str that says why nothing was."""
        raise NotImplementedError

    @property
    def running(self):
        """Whether a text is being judged."""
        return self._job is not None

    def run(self):
        """Judge the text as it stands now.

        In a cell it returns when that is done, and the kernel's interrupt ends it. Pressed in the
        page it returns soon, and the answer comes when it is there.

        Returns
        -------
        object
            What ``judge`` says; what it said before if the answer is not there yet.
        """
        if self.running:
            return self.judged
        text = self.controls["code"].value
        job = self._job = Job(partial(self._judge_now, text), self._ended)
        try:
            job.start()
            while not job.wait(_AT_ONCE) and not self.by_reader:
                pass  # in short steps: not every system interrupts a long wait
        except KeyboardInterrupt:
            job.stop()
            raise
        if self.running:
            self.refresh()  # says that it runs
        return self.judged

    def stop(self):
        """End what runs."""
        if self.running:
            job = self._job
            job.stop()
            job.wait(_AT_ONCE)

    def _judge_now(self, text):
        self._judged_text, self._marks = text, {}
        try:
            self.judged = self.judge(text)
        except CodeError as error:
            self.judged = str(error)
            if error.line:
                self._marks = {"code": (error.line, str(error))}

    def _ended(self, job):
        if isinstance(job.error, KeyboardInterrupt):
            self.judged = STOPPED
        elif job.error is not None:
            self.judged = f"{type(job.error).__name__}: {job.error}"
        self._job = None
        self.refresh()

    def reset(self):
        """Put the first text back, and judge it."""
        super().reset()
        self.run()

    def view(self):
        if self.running:
            return View("Your code is running. Stop ends it.", marks=self._marks)
        view = self.show(self.judged)
        stale = self.controls["code"].value != self._judged_text
        words = f" The text has changed since: press {self._action}." if stale else ""
        marks = {} if stale else self._marks
        return view._replace(
            summary=view.summary + words, marks=marks, hidden=(*view.hidden, "stop")
        )
