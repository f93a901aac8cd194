"""A text area in which the reader writes a function, and what runs it."""

import linecache
import types

import ipywidgets as widgets
import numpy as np

from helpers.panels.base import Panel, button

_STYLE = (
    "<style>.course-code textarea { font-family: var(--jp-code-font-family, monospace); "
    "font-size: 13px; line-height: 1.4; white-space: pre; } .course-code .widget-label "
    "{ align-self: flex-start; }</style>"
)
_NAME = "<your code>"


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
    ValueError
        If the text is no Python, or raises, or defines no function; the message names the line.
    """
    space = {"np": np, "__name__": "__reader__", **names}
    linecache.cache[_NAME] = (len(source), None, source.splitlines(True), _NAME)
    try:
        exec(compile(source, _NAME, "exec"), space)
    except SyntaxError as error:
        raise ValueError(f"{type(error).__name__} in line {error.lineno}: {error.msg}") from error
    except Exception as error:
        raise ValueError(f"Your code raises {type(error).__name__}: {error}") from error
    own = [
        value
        for value in space.values()
        if isinstance(value, types.FunctionType) and value.__globals__ is space
    ]
    if not own:
        raise ValueError("Your code defines no function: it should begin with `def`.")
    return own[-1]


class CodePanel(Panel):
    """Base of panels with a text area and a button.

    A subclass has ``judge(text)``, which computes whatever ``self.judged`` is to hold, and
    ``view()``, which shows that.

    Parameters
    ----------
    code : str
        The text at first.
    label : str
        What the text area is called.
    action : str
        What the button says.
    controls : dict of str to Widget
        Further inputs. The text is the control "code".
    title : str
    texts : dict of str to HTML
    lines : int
        Height of the text area.

    Attributes
    ----------
    judged : object
        What ``judge`` said last.
    """

    def __init__(self, code, *, label, action, controls, title, texts, lines=12):
        self._area = widgets.Textarea(
            description=label,
            value=code,
            rows=lines,
            # Only a finished text is sent, when the focus leaves it.
            continuous_update=False,
            style={"description_width": "initial"},
            layout={"width": "100%", "max_width": "820px"},
        )
        self._area.add_class("course-code")
        self._button = button(action, self.run, reads=True)
        self._judged_text = code
        self.judged = self.judge(code)
        row = widgets.HBox([*controls.values(), self._button], layout={"flex_flow": "row wrap"})
        rows = [widgets.HTML(_STYLE), self._area, row]
        super().__init__({"code": self._area, **controls}, rows, title=title, texts=texts)

    def arrange(self, rows):
        return [*rows, self.status, *self.texts.values()]

    def judge(self, text):
        """Compute what is to be shown of a text."""
        raise NotImplementedError

    def run(self):
        """Judge the text as it stands now.

        Returns
        -------
        object
            What ``judge`` says.
        """
        text = self._area.value
        self.judged, self._judged_text = self.judge(text), text
        self.refresh()
        return self.judged

    def reset(self):
        """Put the first text back, and judge it."""
        super().reset()
        self.run()

    def stale(self):
        """A sentence that says so if the text was changed after it was judged; otherwise empty."""
        if self._area.value == self._judged_text:
            return ""
        return f" The text has changed since: press {self._button.description}."
