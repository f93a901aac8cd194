"""A figure as bytes, and in a notebook with its description."""

import base64
import html
import io
import textwrap

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image


def show(figure, alt):
    """Show a figure in a notebook, with a description for those who cannot see it.

    Parameters
    ----------
    figure : Figure
    alt : str
        What the picture shows, in words and numbers.

    Returns
    -------
    Picture
        Displays itself when it ends a cell.
    """
    return Picture(to_png(figure), alt)


# White paper would glare in a dark theme. Hues stay what they are.
_DARK = (
    "<style>[data-jp-theme-light='false'] .course-figure "
    "{filter: invert(.93) hue-rotate(180deg)}</style>"
)


class Picture:
    """A PNG with its description. nbval compares the description, browsers show the picture.

    Parameters
    ----------
    png : bytes
    alt : str
    """

    def __init__(self, png, alt):
        self._png, self._alt = png, alt

    def __repr__(self):
        return self._alt

    def _repr_mimebundle_(self, **_kwargs):
        # JupyterLab and nbconvert write no `alt` for image/png, so they are given an <img>; viewers
        # without HTML take the PNG, and those without pictures the description.
        data = base64.b64encode(self._png).decode("ascii")
        image = (
            f"{_DARK}<img class='course-figure' style='max-width:100%; height:auto' "
            f'alt="{html.escape(self._alt, quote=True)}" src="data:image/png;base64,{data}">'
        )
        return {"text/html": image, "image/png": data, "text/plain": self._alt}


def to_png(figure):
    """Draw a figure.

    Parameters
    ----------
    figure : Figure

    Returns
    -------
    bytes
        A PNG file, the same for the same figure.
    """
    canvas = figure.canvas  # kept from draw to draw: it remembers the sizes of its texts
    if not isinstance(canvas, FigureCanvasAgg):
        canvas = FigureCanvasAgg(figure)
    canvas.draw()
    pixels = np.asarray(canvas.buffer_rgba())[..., :3]
    buffer = io.BytesIO()
    # Light compression: speed shows, kilobytes do not.
    Image.fromarray(pixels).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def text_figure(text):
    """A sentence as a picture: what a viewer without widgets shows of a panel without one.

    Parameters
    ----------
    text : str

    Returns
    -------
    Figure
    """
    lines = textwrap.wrap(text, 100) or [""]
    figure = Figure(figsize=(9, 0.3 + 0.25 * len(lines)), dpi=100)
    figure.text(0.01, 0.5, "\n".join(lines), va="center", fontsize=11)
    return figure
