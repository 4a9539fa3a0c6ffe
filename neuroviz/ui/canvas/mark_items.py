"""Short texts beside points of a plot."""

from __future__ import annotations

from PySide6.QtGui import QColor, QFont

from neuroviz.pictures.marks import Text
from neuroviz.ui.canvas.painted_marks import PaintedMarks

_PADDING = 4.0
"""Pixels of what is behind a text, left of its letters."""


class Labels(PaintedMarks):
    """Short texts, each to the right of a point.

    Parameters
    ----------
    colours
        As "#rrggbb", one for each label that there can be.
    fill
        What is behind them; None for nothing.
    gap
        Pixels from a point to what is behind its text.
    """

    def __init__(
        self, colours: list[str], font: QFont, fill: QColor | None = None, gap: float = 0.0
    ) -> None:
        super().__init__(font)
        self._aside = gap + _PADDING
        self._colours = colours
        self._fill = None if fill is None else fill.name()
        self.places: list[tuple[str, float, float]] = []
        """(text, x, y) of each that is shown, in data coordinates; an empty text is not."""

    def show_texts(self, places: list[tuple[str, float, float]]) -> None:
        """Show these texts at these points, one for each colour."""
        self.places = places
        self.show_marks(
            {
                index: Text(x, y, text, colour, ground=self._fill, aside=self._aside)
                for index, (colour, (text, x, y)) in enumerate(
                    zip(self._colours, places, strict=False)
                )
                if text
            }
        )
