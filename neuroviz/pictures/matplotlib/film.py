"""Many pictures of one plot, drawn on one page.

What stands still is laid out once, by the last of them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Canvas
from numpy.typing import NDArray

from neuroviz.pictures.figure import Figure
from neuroviz.pictures.matplotlib.drawing import compose, draw_marks, styled, whole_pixels
from neuroviz.pictures.matplotlib.labels import (
    hang_subtitle,
    name_marks,
    replace_heading,
    spread_end_labels,
)

Pixels = NDArray[np.uint8]
"""(height, width, 3): red, green and blue from the upper left."""


class FilmPage:
    """The plot of a film.

    Axes, their ends and their numbers are those of its last figure in every picture.

    Parameters
    ----------
    last
        What the film ends with, drawn as a file of it is.
    width, height
        Size in inches.
    """

    def __init__(self, last: Figure, width: float, height: float, dpi: float) -> None:
        self._last = last
        self._size = whole_pixels(width, dpi), whole_pixels(height, dpi)
        with styled(*self._size):
            self._canvas = Canvas(figsize=self._size, dpi=dpi, layout="constrained")
            self._axes, self._heading, self._marks = compose(last, self._canvas)
            self._agg.draw()  # type: ignore[no-untyped-call]
            self._limits = self._axes.get_xlim(), self._axes.get_ylim()
            spines = self._axes.spines.values() if last.frame else ()
            self._over: tuple[Artist, ...] = tuple(spines)
            self._ground = self._drawn_ground()

    def picture(self, figure: Figure) -> Pixels:
        """Return another figure of the same plot, drawn on the axes of the last."""
        with styled(*self._size):
            self._remove_marks()
            self._marks, labels = draw_marks(figure, self._axes)
            self._hold_axes()
            replace_heading(self._canvas, self._heading, figure)
            hang_subtitle(self._canvas, self._heading)
            spread_end_labels(self._canvas, self._axes, labels)
            if figure.named:
                self._marks += name_marks(self._canvas, self._axes)
            return self._drawn()

    def _remove_marks(self) -> None:
        for artist in reversed(self._marks):  # a colour bar before what it is of
            artist.remove()

    def _hold_axes(self) -> None:
        """Undo what marks do to axes on which they are drawn.

        A map would stretch to fill the page.
        """
        self._axes.set_xlim(*self._limits[0])
        self._axes.set_ylim(*self._limits[1])
        self._axes.set_aspect("equal" if self._last.equal_aspect else "auto", adjustable="box")
        self._axes.apply_aspect()

    @property
    def _agg(self) -> FigureCanvasAgg:
        agg = self._canvas.canvas
        assert isinstance(agg, FigureCanvasAgg)
        return agg

    def _drawn_ground(self) -> Any:
        """Draw what is under the marks in every picture: grid and numbers, which take longest."""
        self._remove_marks()
        self._marks = []
        for artist in (*self._over, *self._heading):
            artist.set_animated(True)  # which leaves it out; what is invisible would have no place
        self._agg.draw()  # type: ignore[no-untyped-call]
        return self._agg.copy_from_bbox(self._canvas.bbox)  # type: ignore[no-untyped-call]

    def _drawn(self) -> Pixels:
        """Draw marks and what is over them on the ground.

        In the order in which a whole figure is drawn.
        """
        self._agg.restore_region(self._ground)  # type: ignore[no-untyped-call]
        moving = {*self._marks, *self._over}
        children = [artist for artist in self._axes.get_children() if artist in moving]
        for artist in sorted(children, key=Artist.get_zorder):
            self._axes.draw_artist(artist)
        for artist in self._heading:
            self._canvas.draw_artist(artist)
        pixels: Pixels = np.array(self._agg.buffer_rgba())[..., :3]  # type: ignore[no-untyped-call]
        return pixels
