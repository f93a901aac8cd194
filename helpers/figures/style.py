"""The style that the pictures of this course are drawn in, whatever the reader's own may be."""

import functools
from contextlib import contextmanager

import matplotlib

# Read once, past the look-up of deprecated names: the comparison below runs with every picture.
_OURS = {
    key: value
    for key, value in dict.items(matplotlib.rcParamsDefault)
    if not key.startswith(("backend", "interactive", "webagg"))
}


@contextmanager
def _own_style():
    """Matplotlib's own defaults, for as long as it lasts; a ``matplotlibrc`` with ``text.usetex``
    or white letters would otherwise break our pictures.
    """
    theirs = dict(dict.items(matplotlib.rcParams))
    changed = {key: value for key, value in _OURS.items() if theirs[key] != value}
    if not changed:
        yield
        return
    with matplotlib.rc_context(changed):
        yield


def in_own_style(draw):
    """Decorator: run a function that makes or draws a figure in the course's style.

    Parameters
    ----------
    draw : callable

    Returns
    -------
    callable
    """

    @functools.wraps(draw)
    def drawn(*arguments, **settings):
        with _own_style():
            return draw(*arguments, **settings)

    return drawn
