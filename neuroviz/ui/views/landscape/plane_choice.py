"""Which plane is shown, and how much of it.

Parameters or the path's directions, ranges, and who holds them.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from neuroviz.core.landscape.axis_ranges import Extent
from neuroviz.ui.canvas.plot import Plot
from neuroviz.ui.controls.choice_box import ChoiceBox
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import STRETCH, arrange, small_button

_WIDTH = 76
_FRAME = 40
"""Pixels of a box beside the name in it."""
_AXES = ("horizontal", "vertical")


class PlaneChoice(QWidget):
    """A row of two boxes and a switch.

    Only for three parameters and more, else there is no choice.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.boxes = tuple(self._box(name) for name in _AXES)
        self._button = small_button(
            "principal_plane",
            "Show path's plane",
            "The plane of the two principal directions of the path so far",
            "Principal plane of the path",
            checkable=True,
        )
        self._button.toggled.connect(self._on_toggled)
        self._names: tuple[str, ...] = ()
        arrange(
            QHBoxLayout(self),
            *self.boxes,
            self._button,
            STRETCH,
            spacing=themes.GRID // 2,
            margins=(0, 0, 0, 2),
        )

    @property
    def axes(self) -> tuple[int, int]:
        """Which parameters are chosen."""
        first, second = (max(0, box.currentIndex()) for box in self.boxes)
        return first, second

    @property
    def principal(self) -> bool:
        """Whether the plane is that of the path."""
        return self._button.isChecked() and len(self._names) > len(_AXES)

    def offer(self, names: tuple[str, ...]) -> None:
        """Offer these parameters, the first two at first."""
        self.setVisible(len(names) > len(_AXES))
        if names == self._names:
            return
        self._names = names
        widest = max(map(self.fontMetrics().horizontalAdvance, names))
        for index, box in enumerate(self.boxes):
            box.blockSignals(True)
            box.clear()
            for name in names:
                box.addItem(name, name)
            box.setCurrentIndex(index)
            box.setMinimumContentsLength(max(map(len, names)))
            box.setMaximumWidth(max(_WIDTH, widest + _FRAME))
            box.view().setMinimumWidth(box.maximumWidth())
            box.blockSignals(False)

    def _box(self, which: str) -> ChoiceBox:
        box = ChoiceBox({})
        box.setObjectName(f"{which}_parameter")
        box.setAccessibleName(f"Parameter of the {which} axis")
        box.setToolTip(f"Parameter of the {which} axis")
        box.setMinimumWidth(_WIDTH)
        box.setProperty("small", True)
        box.chosen.connect(self._on_chosen)
        return box

    def _on_chosen(self, name: str) -> None:
        """Let the other axis have another parameter, where both would have the same."""
        chosen = self.sender()
        other = self.boxes[0] if chosen is self.boxes[1] else self.boxes[1]
        if other.name() == name:
            taken = self._names.index(name)
            other.set_name(self._names[(taken + 1) % len(self._names)])
        self.changed.emit()

    def _on_toggled(self, principal: bool) -> None:
        for box in self.boxes:
            box.setEnabled(not principal)
        self.changed.emit()


_STRAIN = 2.5
"""Both axes have the same units unless that would show so many times as much of one as is asked
for."""


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
    metrics = QFontMetricsF(font)
    pixels = plot.pixels()
    width = metrics.horizontalAdvance("0") * (right - left) / pixels[0]
    return width, metrics.height() * (top - bottom) / pixels[1]


def same_units(plot: Plot, bounds: Extent) -> bool:
    """Return whether both axes can have the same units.

    On these −gradient is at right angles to the lines.
    """
    left, right, bottom, top = bounds
    width, height = plot.pixels()
    strain = (right - left) / (top - bottom) * height / width
    return 1 / _STRAIN <= strain <= _STRAIN
