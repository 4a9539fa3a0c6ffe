"""A figure as a matplotlib figure that a notebook shows, and that can be changed or saved further."""

from __future__ import annotations

from matplotlib.figure import Figure as Canvas

from neuroviz.pictures.figure import Figure
from neuroviz.pictures.matplotlib.drawing import compose, saved, styled

_INCH = 25.4
_DPI = 144
"""So many pixels an inch that a notebook shows the figure at a good size."""


class NotebookFigure(Canvas):
    """matplotlib's figure, which shows itself as the last value of a cell, with or without pyplot."""

    def _repr_png_(self) -> bytes:
        """Return the picture: what IPython asks an object for."""
        with styled(*self.get_size_inches()):
            return saved(self, "png", "")


def notebook_figure(figure: Figure, width: float, height: float) -> NotebookFigure:
    """Return what a figure declares, with its size in millimetres."""
    size = width / _INCH, height / _INCH
    with styled(*size):
        canvas = NotebookFigure(figsize=size, dpi=_DPI, layout="constrained")
        compose(figure, canvas)
    return canvas
