"""What all panels share: controls in, one picture and one sentence out."""

import base64
import html
import textwrap
import threading
import time
from typing import NamedTuple

import ipywidgets as widgets

from helpers.figures import text_figure, to_png

_STATUS = (
    "margin:4px 0 8px 0; font-size:14px; line-height:1.45; white-space:normal;"
    "color:var(--jp-content-font-color1, #222)"
)
_ON_ITS_WAY = 0.1  # seconds; the changes that were overtaken came up to 0.015 s late
_PICTURE = "max-width:100%; height:auto; background:white; border-radius:2px"


class View(NamedTuple):
    """What a panel shows for one state of its controls.

    Attributes
    ----------
    summary : str
        The result in one or two sentences: the status line, and the panel's ``repr``.
    png : bytes
        The picture; empty for none.
    alt : str
        What the picture shows, in words and numbers.
    texts : dict of str to str
        HTML for the panel's ``texts``, by their names.
    """

    summary: str
    png: bytes = b""
    alt: str = ""
    texts: dict = {}  # noqa: RUF012  (a NamedTuple's default; never written to)


class Panel(widgets.VBox):
    """Base of the panels. A subclass makes its controls and computes a ``View`` from them.

    Its ``__init__`` calls ``super().__init__(controls, rows)``; its ``view()`` reads the controls
    and returns a ``View``. Everything else is here: drawing, errors, threads, static fallback.

    Parameters
    ----------
    controls : dict of str to Widget
        The inputs, by a short name: ``panel.controls["batch"].value = 10`` drives the panel.
    rows : list of Widget, optional
        How the controls (and other widgets) stand above the picture. Default: in one row.
    title : str
        Names the panel for the reader and for assistive technology.
    texts : dict of str to HTML, optional
        Further places for text, which the subclass puts into ``rows`` and ``view()`` fills.
    """

    def __init__(self, controls, rows=None, *, title, texts=None):
        self.texts = texts or {}
        self.controls = controls
        self._defaults = {name: control.value for name, control in controls.items()}
        self._lock = threading.Lock()
        self._running = self._stale = False
        self._held = 0
        self._shown = View("")
        self.picture = widgets.HTML()
        self.status = widgets.HTML()
        # Long labels wrap; ipywidgets would cut them off.
        heading = widgets.HTML(
            "<style>.course-panel .widget-checkbox { height: auto; } .course-panel "
            ".widget-checkbox .widget-label-basic { display: flex; align-items: flex-start; "
            "white-space: normal; line-height: 1.3; padding: 3px 0; }</style>"
            f'<p style="font-weight:600; margin:4px 0; font-size:14px; '
            f'color:var(--jp-content-font-color1, #222)">{html.escape(title)}</p>'
        )
        if rows is None:
            rows = [widgets.HBox(list(controls.values()), layout={"flex_flow": "row wrap"})]
        super().__init__(
            [heading, *self.arrange(rows)],
            layout={"border": "1px solid #8886", "padding": "6px 12px", "margin": "4px 0"},
        )
        self.add_class("course-panel")
        for control in controls.values():
            control.observe(self._on_change, "value")
        self.refresh()

    def arrange(self, rows):
        """Put controls, picture and status in their places.

        Parameters
        ----------
        rows : list of Widget
            The rows of controls.

        Returns
        -------
        list of Widget
            The panel from top to bottom.
        """
        return [*rows, self.picture, self.status]

    def view(self):
        """Compute what to show.

        Returns
        -------
        View
        """
        raise NotImplementedError

    def summary(self):
        """The sentence that the status line shows now.

        Returns
        -------
        str
        """
        return self._shown.summary

    def reset(self):
        """Put every control back to where it was at first."""
        self.set(**self._defaults)

    def set(self, **values):
        """Set several controls at once and draw once, if any of them moves.

        Parameters
        ----------
        **values
            Values by the controls' short names.

        Raises
        ------
        KeyError
            If a name is not one of the panel's controls.
        """
        for name in values:
            if name not in self.controls:
                raise KeyError(f"no control {name!r}; there are {', '.join(self.controls)}")
        with self._lock:
            self._held += 1
        try:
            for name, value in values.items():
                self.controls[name].value = value
        finally:
            with self._lock:
                self._held -= 1
        if self._stale:  # if every control stood where it was put, the picture is there
            self.refresh()

    def refresh(self):
        """Draw the present state.

        The kernel may call observers on two threads at once. Whoever comes second leaves a note
        and goes; whoever is drawing draws once more. So the last state is always the one shown.
        """
        with self._lock:
            self._stale = True
            if self._running or self._held:
                return
            self._running = True
        while True:
            with self._lock:
                if not self._stale:
                    self._running = False
                    return
                self._stale = False
            try:
                self._draw()
            except BaseException:  # an interrupt must not leave the panel locked
                self._running, self._stale = False, True
                raise

    def _on_change(self, _change):
        self.refresh()

    def _draw(self):
        try:
            view = self.view()
        except Exception as error:  # an error belongs in the page, where the reader looks
            view = View(f"{type(error).__name__}: {error}")
        self._shown = view
        # One message for each: picture first, so that whoever waits on the status sees both.
        self.picture.value = picture_html(view) if view.png else ""
        for name, text in self.texts.items():
            text.value = view.texts.get(name, "")
        self.status.value = f'<p role="status" style="{_STATUS}">{html.escape(view.summary)}</p>'

    def __repr__(self):
        return f"{type(self).__name__}: {self.summary()}"

    def __str__(self):
        # For print: JupyterLab breaks a long line of text anywhere, in the middle of a word too.
        return textwrap.fill(repr(self), 88, subsequent_indent="    ")

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs) or {}
        bundle["text/plain"] = repr(self)
        png = self._shown.png or to_png(text_figure(self.summary()))
        bundle["image/png"] = base64.b64encode(png).decode("ascii")
        return bundle


def picture_html(view):
    """An ``<img>`` element with the picture inside and its description beside it.

    Parameters
    ----------
    view : View

    Returns
    -------
    str
    """
    data = base64.b64encode(view.png).decode("ascii")
    alt = html.escape(view.alt, quote=True)
    return f'<img alt="{alt}" style="{_PICTURE}" src="data:image/png;base64,{data}">'


def figure_view(figure, summary, alt):
    """A ``View`` of a matplotlib figure.

    Parameters
    ----------
    figure : Figure
    summary, alt : str
        As in ``View``.

    Returns
    -------
    View
    """
    return View(summary, to_png(figure), alt)


def radio(description, options, value):
    """Radio buttons in a row, labelled: keyboard and screen readers can use them.

    Parameters
    ----------
    description : str
    options : list
        Values, or (label, value) pairs.
    value : object
        The one chosen at first.

    Returns
    -------
    RadioButtons
    """
    return widgets.RadioButtons(
        description=description,
        options=options,
        value=value,
        tooltip=description,
        orientation="horizontal",
        style={"description_width": "initial"},
        layout={"width": "auto", "margin": "2px 24px 2px 0"},
    )


def button(description, on_press, *, reads=False, help_text=None):
    """A button as wide as its label.

    Parameters
    ----------
    description : str
    on_press : callable
        Called without arguments.
    reads : bool
        Whether ``on_press`` reads, or overwrites, what other controls hold. A press and the change
        before it may be handed to two threads of the kernel (ipykernel 7 with JupyterLab 4.6), and
        the press may come first, so such a button waits a moment.
    help_text : str, optional
        Shown when the pointer rests on it.

    Returns
    -------
    Button
    """

    def press(_button):
        if reads:
            time.sleep(_ON_ITS_WAY)
        on_press()

    made = widgets.Button(description=description, tooltip=help_text, layout={"width": "auto"})
    made.on_click(press)
    return made


def checkbox(description, value=False):
    """A checkbox as wide as its label.

    Parameters
    ----------
    description : str
    value : bool

    Returns
    -------
    Checkbox
    """
    return widgets.Checkbox(
        description=description,
        value=value,
        indent=False,
        layout={"width": "auto", "margin": "0 16px 0 0"},
    )
