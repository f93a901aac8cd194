"""Pictures of digits."""

import numpy as np
from matplotlib.figure import Figure


def image_strip(images, *, titles=None, side=28, tinted=False):
    """Images side by side, dark ink on white paper.

    Parameters
    ----------
    images : ndarray, shape (n, side * side)
        Pixels from 0 (paper) to 1 (ink); of any size if ``tinted``.
    titles : list of str, optional
        One above each image.
    side : int
        Pixels along an edge.
    tinted : bool
        The numbers have signs: red above 0, blue below, white at 0, on one scale for all.

    Returns
    -------
    Figure
    """
    figure = Figure(figsize=(9, 9 / len(images) + (0.3 if titles else 0)), dpi=100)
    # The scale of the usual image: one bright pixel must not make all others pale.
    largest = np.quantile(np.abs(images), 0.995) if tinted else 1
    colours = {"cmap": "RdBu_r", "vmin": -largest} if tinted else {"cmap": "gray_r", "vmin": 0}
    for column, image in enumerate(images):
        ax = figure.add_subplot(1, len(images), column + 1)
        ax.imshow(image.reshape(side, side), vmax=largest, **colours)
        ax.set(xticks=[], yticks=[])
        if titles:
            ax.set_title(titles[column], fontsize=10)
    figure.subplots_adjust(left=0.01, right=0.99, bottom=0.02, top=0.85 if titles else 0.98)
    return figure
