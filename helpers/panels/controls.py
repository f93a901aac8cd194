"""Controls of a panel, described as data: what can be set, between which values, in which words.

A control knows nothing of browsers. It has a ``value``; whoever sets it is told when the value is
not one that it takes. ``face.js`` draws each kind as a native, labelled input.
"""

import math
from numbers import Real


class Control:
    """One input: its kind, its label and its value.

    Use the functions below to make one.

    Parameters
    ----------
    kind : str
        "checkbox", "radio", "select", "range", "number", "text" or "code".
    label : str
        What the reader sees, and a screen reader says.
    value : object
        The value at first, which ``Panel.reset`` brings back.
    options : list, optional
        Of radio buttons and selects: values, or (label, value) pairs.
    **look
        What the front end needs to draw it: ``low``, ``high``, ``step``, ``digits``, ``log``,
        ``rows``, ``upright``, ``help``.

    Attributes
    ----------
    name : str
        Given by the panel.
    """

    def __init__(self, kind, label, value, *, options=None, **look):
        self.kind, self.label, self.look = kind, label, look
        self.options = [pair if isinstance(pair, tuple) else (pair, pair) for pair in options or []]
        self.name = label
        self._on_change = None
        self._value = self._accept(value)
        self.default = self._value

    @property
    def value(self):
        """The present value. Setting it draws the panel anew.

        Raises
        ------
        ValueError
            If it is set to something that the control does not take.
        """
        return self._value

    @value.setter
    def value(self, value):
        value = self._accept(value)
        if value == self._value and type(value) is type(self._value):
            return
        self._value = value
        if self._on_change is not None:
            self._on_change(self)

    def attach(self, name, on_change):
        """Give the control its name and tell it whom to call with itself when it changes.

        Parameters
        ----------
        name : str
        on_change : callable
        """
        self.name, self._on_change = name, on_change

    def spec(self):
        """What the front end needs to draw it.

        Returns
        -------
        dict
            Of JSON's types.
        """
        labels = [str(label) for label, _ in self.options]
        return {"kind": self.kind, "label": self.label, "options": labels, **self.look}

    @property
    def wire(self):
        """The value as the page has it: of options the position, of a logarithmic range the power.

        Returns
        -------
        bool, int, float or str
        """
        if self.options:
            return [value for _, value in self.options].index(self._value)
        return math.log10(self._value) if self.look.get("log") else self._value

    def from_wire(self, sent):
        """Set the value that the page sent.

        Parameters
        ----------
        sent : bool, int, float or str

        Raises
        ------
        ValueError
            If the control does not take it.
        """
        if self.options:
            if not isinstance(sent, int) or not 0 <= sent < len(self.options):
                raise ValueError(f"{self.name}: option {sent!r}; there are {len(self.options)}")
            self.value = self.options[sent][1]
        elif self.look.get("log") and isinstance(sent, Real):
            self.value = 10.0**sent
        else:
            self.value = sent

    def _accept(self, value):
        if self.options:
            # The option itself, not what came: 1 and True and 1.0 are equal, and not the same.
            same = [option for _, option in self.options if option == value]
            if not same:
                offered = ", ".join(repr(option) for _, option in self.options)
                raise ValueError(f"{self.name} is {value!r}; wanted one of {offered}")
            return same[0]
        if self.kind == "checkbox":
            return bool(value)
        if self.kind in ("range", "number"):
            return self._accept_number(value)
        if not isinstance(value, str):
            raise ValueError(f"{self.name} is {value!r}; wanted a text")
        return value

    def _accept_number(self, value):
        if not isinstance(value, Real) or isinstance(value, bool) or math.isnan(value):
            raise ValueError(f"{self.name} is {value!r}; wanted a number")
        low, high = self.look["low"], self.look["high"]
        if self.look.get("log"):
            low, high = 10.0**low, 10.0**high
        clipped = min(max(value, low), high)
        return round(clipped) if self.look.get("whole") else float(clipped)


class Button:
    """Something to press.

    Parameters
    ----------
    label : str
    action : callable
        Called without arguments. Every change that the reader made before the press is there.
    """

    kind = "button"

    def __init__(self, label, action, **look):
        self.label, self.action, self.look = label, action, look

    def spec(self):
        """As ``Control.spec``."""
        return {"kind": self.kind, "label": self.label, **self.look}


def checkbox(label, value=False):
    """A box to tick.

    Parameters
    ----------
    label : str
    value : bool

    Returns
    -------
    Control
    """
    return Control("checkbox", label, value)


def radio(label, options, value, *, upright=False):
    """A group of radio buttons; the label is its legend.

    Parameters
    ----------
    label : str
    options : list
        Values, or (label, value) pairs.
    value : object
        The one chosen at first.
    upright : bool
        One below the other, for long labels.

    Returns
    -------
    Control
    """
    return Control("radio", label, value, options=options, upright=upright)


def select(label, options, value):
    """A list that drops down.

    Parameters
    ----------
    label, options, value
        As for ``radio``.

    Returns
    -------
    Control
    """
    return Control("select", label, value, options=options)


def slider(label, value, low, high, step, *, digits=2, log=False):
    """A range to drag along.

    Parameters
    ----------
    label : str
    value : float
    low, high, step : float
        With ``log`` these are powers of ten.
    digits : int
        Decimals of the number beside it.
    log : bool
        Whether the scale is logarithmic.

    Returns
    -------
    Control
    """
    look = {"low": low, "high": high, "step": step, "digits": digits, "log": log}
    return Control("range", label, value, **look)


def whole_number(label, value, low, high):
    """A box for a whole number; what lies outside of its range is moved to the nearer end.

    Parameters
    ----------
    label : str
    value, low, high : int

    Returns
    -------
    Control
    """
    return Control("number", label, value, low=low, high=high, step=1, whole=True)


def text(label, value=""):
    """A line of text.

    Parameters
    ----------
    label, value : str

    Returns
    -------
    Control
    """
    return Control("text", label, value)


def code(label, value, rows):
    """An area for Python, with line numbers. What is pasted takes the place of its first text.

    Parameters
    ----------
    label, value : str
    rows : int
        Its height in lines.

    Returns
    -------
    Control
    """
    return Control("code", label, value, rows=rows, example=value)


def row(*items, label=""):
    """Items beside one another, as far as there is room; with one label they form a group.

    Parameters
    ----------
    *items : str or dict
        Names of controls, buttons, texts and tables; "picture", "status", "progress"; or what
        these functions return.
    label : str
        Names the group for assistive technology. It then is one stop of the Tab key, and the
        arrow keys move within.

    Returns
    -------
    dict
    """
    return {"box": "row", "items": items, "label": label}


def column(*items, label=""):
    """Items below one another.

    Parameters
    ----------
    *items, label
        As for ``row``.

    Returns
    -------
    dict
    """
    return {"box": "column", "items": items, "label": label}


def columns(*items):
    """A narrow column and a wide one; on a narrow page one below the other.

    Parameters
    ----------
    *items
        Two, as for ``row``.

    Returns
    -------
    dict
    """
    return {"box": "columns", "items": items}


def fold(label, *items, open_=True):
    """Items that fold away under a label, which counts the boxes inside.

    Parameters
    ----------
    label : str
    *items
        As for ``row``.
    open_ : bool or "wide"
        Whether it is open at first; "wide": where the page is wide enough.

    Returns
    -------
    dict
    """
    return {"box": "fold", "items": items, "label": label, "open": open_}


def picker(label, *folds):
    """A long list of boxes: a line to filter it, what is ticked as chips, and folding groups.

    Parameters
    ----------
    label : str
        Of the line: what is filtered.
    *folds
        Made by ``fold``.

    Returns
    -------
    dict
    """
    return {"box": "picker", "items": folds, "label": label}


def heading(label):
    """A line of text above other items.

    Parameters
    ----------
    label : str

    Returns
    -------
    dict
    """
    return {"box": "heading", "label": label, "items": ()}
