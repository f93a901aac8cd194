"""What all panels share: controls in, one picture and one sentence out."""

import base64
import html
import textwrap
import threading
from functools import lru_cache, partial
from typing import NamedTuple

from helpers.figures import text_figure, to_png
from helpers.panels.controls import row
from helpers.panels.face import Face


class View(NamedTuple):
    """What a panel shows for one state of its controls.

    Attributes
    ----------
    summary : str
        The result in one or two sentences: the status line, and the panel's ``repr``.
    png : bytes or callable
        The picture, or a function that draws it; empty for none.
    alt : str
        What the picture shows, in words and numbers.
    texts : dict of str to str
        HTML for the places named in the panel's layout. Whatever comes from elsewhere is escaped.
    tables : dict of str to dict
        For such places too: see ``table``.
    svg : str
        The picture as the page shows it, where it is not the PNG.
    marks : dict of str to (int, str)
        Of text areas with code: the line with an error, and the error.
    hidden : tuple of str
        Names of controls and places that are not to be seen now.
    """

    summary: str
    png: object = b""
    alt: str = ""
    texts: dict = {}  # noqa: RUF012  (a NamedTuple's default; never written to)
    tables: dict = {}  # noqa: RUF012
    svg: str = ""
    marks: dict = {}  # noqa: RUF012
    hidden: tuple = ()

    def static_png(self):
        """The picture for viewers without widgets; the summary where there is none.

        Returns
        -------
        bytes
        """
        png = self.png() if callable(self.png) else self.png
        return png or to_png(text_figure(self.summary))


class Panel:
    """Base of the panels. A subclass makes its controls and computes a ``View`` from them.

    Its ``__init__`` calls ``super().__init__(controls, layout)``; its ``view()`` reads the controls
    and returns a ``View``. Everything else is here: drawing, errors, threads, static fallback. A
    panel is plain Python; the page is told by its ``Face``, which is made when it is first shown.

    Parameters
    ----------
    controls : dict of str to Control
        The inputs, by a short name: ``panel.controls["batch"].value = 10`` drives the panel.
    layout : tuple of str or dict, optional
        From top to bottom, as for ``helpers.panels.controls.row``. Default: controls and buttons
        in a row, the picture, the status.
    title : str
        Names the panel for the reader and for assistive technology.
    buttons : dict of str to Button, optional
        What can be pressed, by short names that no control has.
    """

    def __init__(self, controls, layout=None, *, title, buttons=None):
        self.controls, self.buttons, self.title = controls, buttons or {}, title
        self.layout = layout or (row(*controls, *self.buttons), "picture", "status")
        self._lock = threading.Lock()
        self._running = self._stale = False
        self._held = 0
        self._local = threading.local()
        self._progress = None
        self._face = None
        self._shown = View("")
        for name, control in controls.items():
            control.attach(name, self._on_change)
        self.refresh()

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

    @property
    def current(self):
        """What is shown now.

        Returns
        -------
        View
        """
        return self._shown

    def reset(self):
        """Put every control back to where it was at first."""
        self.set(**{name: control.default for name, control in self.controls.items()})

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
        ValueError
            If a control does not take its value.
        """
        for name in values:
            if name not in self.controls:
                raise KeyError(f"no control {name!r}; there are {', '.join(self.controls)}")
        self._together(
            partial(setattr, self.controls[name], "value", value) for name, value in values.items()
        )

    def press(self, name):
        """Press a button.

        Parameters
        ----------
        name : str
            Its short name.

        Returns
        -------
        object
            What its action returns.

        Raises
        ------
        KeyError
            If there is no such button.
        """
        if name not in self.buttons:
            raise KeyError(f"no button {name!r}; there are {', '.join(self.buttons)}")
        return self.buttons[name].action()

    def take(self, sent, press=None):
        """Do what a reader did in the page: changes first, then the press.

        Whatever goes wrong is shown in the page, since nobody would see it elsewhere.

        Parameters
        ----------
        sent : dict of str to value
            As in ``Control.wire``.
        press : str, optional
        """
        self._local.by_reader = True
        try:
            self._together(
                partial(self.controls[name].from_wire, value) for name, value in sent.items()
            )
            if press is not None:
                self.press(press)
        except KeyboardInterrupt:
            pass  # it is said in the page
        except Exception as error:
            self._show(View(_in_words(error)))
        finally:
            self._local.by_reader = False

    @property
    def by_reader(self):
        """Whether what happens now was done in the page, not in code."""
        return getattr(self._local, "by_reader", False)

    def _together(self, changes):
        with self._lock:
            self._held += 1
        try:
            for change in changes:
                change()
        finally:
            with self._lock:
                self._held -= 1
            if self._stale:  # if every control stood where it was put, the picture is there
                self.refresh()

    def refresh(self):
        """Draw the present state.

        The kernel may call on two threads at once. Whoever comes second leaves a note and goes;
        whoever is drawing draws once more. So the last state is always the one shown.
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

    def report(self, done, total, words):
        """Move the progress bar while ``view()`` is at work.

        Parameters
        ----------
        done, total : int
        words : str
            The same for those who do not see it.
        """
        progress = {"done": done, "total": total, "words": words}
        if progress != self._progress and self._face is not None:
            self._face.send({"progress": progress})
        self._progress = progress

    def _on_change(self, _control):
        """A control has moved. Subclasses may move others before they pass it on."""
        self.refresh()

    def _draw(self):
        try:
            view = self.view()
        except Exception as error:  # an error belongs in the page, where the reader looks
            view = View(_in_words(error))
        except KeyboardInterrupt:
            words = "Interrupted: this is not the answer to what is set. Change anything to go on."
            self._show(View(words))
            raise
        self._show(view)

    def _show(self, view):
        self._shown = view
        if self._face is not None:
            self._face.publish(self.shown(), self.wire_values())

    def spec(self):
        """What the page needs once: the controls, described as data, and where they stand.

        Returns
        -------
        dict
        """
        inputs = self.controls | self.buttons
        return {
            "title": self.title,
            "layout": self.layout,
            "controls": {name: control.spec() for name, control in inputs.items()},
        }

    def shown(self):
        """What the page shows now.

        Returns
        -------
        dict
            Of JSON's types.
        """
        view = self._shown
        return {
            "summary": view.summary,
            "picture": _on_the_page(view),
            "alt": view.alt,
            "texts": view.texts,
            "tables": view.tables,
            "marks": view.marks,
            "hidden": view.hidden,
            "progress": self._progress,
        }

    def wire_values(self):
        """The controls' values as the page has them.

        Returns
        -------
        dict
        """
        return {name: control.wire for name, control in self.controls.items()}

    def __repr__(self):
        return f"{type(self).__name__}: {self.summary()}"

    def __str__(self):
        # For print: JupyterLab breaks a long line of text anywhere, in the middle of a word too.
        return textwrap.fill(repr(self), 88, subsequent_indent="    ")

    def _repr_mimebundle_(self, **kwargs):
        if self._face is None:
            self._face = Face(self)
        bundle, metadata = self._face._repr_mimebundle_(**kwargs)
        bundle["text/plain"] = repr(self)
        bundle["image/png"] = _encoded(self._shown.static_png())
        return bundle, metadata


def _in_words(error):
    return f"{type(error).__name__}: {error}"


def _on_the_page(view):
    """The SVG, or the PNG that is there; what has yet to be drawn is for other viewers."""
    if view.svg:
        return {"svg": view.svg}
    return {} if callable(view.png) else {"png": _encoded(view.png)}


@lru_cache(maxsize=16)
def _encoded(png):
    return base64.b64encode(png).decode("ascii")


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


def table(caption, head, rows):
    """A small table, for ``View.tables``.

    Parameters
    ----------
    caption : str
    head : sequence of str
    rows : iterable of sequence
        The first of each row is its heading; the others are str, or lists of str, of which each
        stays in one piece.

    Returns
    -------
    dict
    """
    return {"caption": caption, "head": list(head), "rows": [list(cells) for cells in rows]}


def paragraph(words, *, lead=""):
    """A paragraph of HTML from plain text.

    Parameters
    ----------
    words : str
    lead : str
        Set in bold before it.

    Returns
    -------
    str
    """
    bold = f"<b>{html.escape(lead)}</b> " if lead else ""
    return f"<p>{bold}{html.escape(words)}</p>"
