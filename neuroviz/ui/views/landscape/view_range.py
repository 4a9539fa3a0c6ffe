"""How much of a plane a plot has in sight, and whether a person holds it."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QToolButton

from neuroviz.core.landscape.axis_ranges import Extent
from neuroviz.ui.canvas.plot import Plot
from neuroviz.ui.views.landscape.loss_map import letter_size

_STRAIN = 2.5
"""Both axes have the same units unless that would show so many times as much of one as is asked for."""


class Hold(QObject):
    """Lets a button hold the ranges of a plot until it is pressed again, or the plot is fitted.

    What is zoomed or moved by hand is not held: the next run, or a fit, has its own ranges.
    """

    def __init__(self, button: QToolButton, plot: Plot) -> None:
        super().__init__(plot)
        self._button = button
        self._plot = plot
        button.clicked.connect(self._on_clicked)
        plot.fit_asked.connect(self._on_fit_asked)

    def _on_clicked(self, hold: bool) -> None:
        if hold:
            self._plot.following = False
        else:
            self._plot.fit()

    def _on_fit_asked(self) -> None:
        self._button.setChecked(False)


def extent_of(plot: Plot) -> Extent:
    """Return which part of the plane is in sight."""
    (left, right), (bottom, top) = plot.box.viewRange()
    return float(left), float(right), float(bottom), float(top)


def letter_of(plot: Plot, font: QFont) -> tuple[float, float]:
    """Return how wide a digit and how high a line of text is, in units of the axes."""
    # pyqtgraph's own size of a pixel is 0 where one is some 1e288 wide.
    left, right, bottom, top = extent_of(plot)
    letter = letter_size(font)
    pixels = plot.pixels()
    return letter[0] * (right - left) / pixels[0], letter[1] * (top - bottom) / pixels[1]


def same_units(plot: Plot, bounds: Extent) -> bool:
    """Return whether both axes can have the same units, on which −gradient is at right angles to the lines."""
    left, right, bottom, top = bounds
    width, height = plot.pixels()
    strain = (right - left) / (top - bottom) * height / width
    return 1 / _STRAIN <= strain <= _STRAIN
