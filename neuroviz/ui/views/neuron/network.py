"""The picture of all neurons beside the opened one: a click or a key opens another."""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QToolTip, QWidget

from neuroviz.pictures.input_names import unit_title
from neuroviz.pictures.marks import Marks, Text
from neuroviz.pictures.neuron.motion import NetworkMotion
from neuroviz.pictures.neuron.network import (
    NetworkMoment,
    NetworkSheet,
    Tiles,
    flows,
    tiles_of,
)
from neuroviz.session.frame import Frame
from neuroviz.ui.canvas.painted_marks import paint_marks
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import named
from neuroviz.ui.theme.read_aloud import Part, ReadParts, tell_focus
from neuroviz.ui.views.neuron.diagram import UP, letters_of, rect_of

_SHARE, _SHARE_OF_SEVERAL = 0.37, 0.48
"""Share of the width of both, for one output, and for several outputs with sums and shares."""
_DIAGRAM, _LEAST, _LEAST_OF_SEVERAL = 520, 130, 116
"""Pixels that are left for the opened neuron, if this picture then still has its least, for one
output or for several."""
_FREE = 2**24 - 1
"""Largest size in pixels that Qt allows, which is no limit in practice."""
_SIZES = (11, 10, 9, 8)
"""Sizes of letters in points; the largest with which all lines fit is taken."""
_LINES, _COLUMNS, _COLUMNS_OF_BOTH = 7, 11, 14
"""Least number of lines in the height, and the width in lines, which is more for hidden neurons and
several outputs."""
_ROW, _ROW_OF_SEVERAL = 1.5, 2.1
"""Lines that a hidden neuron takes, and one of several outputs."""


class NetworkPicture(QWidget):
    """Inputs, hidden neurons and outputs, each drawn as its output over the plane."""

    read_by = ReadParts
    """Screen readers get each neuron by itself."""
    asked = Signal(object)
    """A person opens the hidden neuron of this index, or the output with None."""

    _motion: NetworkMotion | None = None
    _moving: Marks | None = None
    """The marks while a part of a step is played."""
    _read_of: tuple[object, ...] = ()
    _taken = 0, 0
    """Pixels across and down that it takes, where 0 stands for all there are."""
    _frame: Frame | None = None

    def __init__(self) -> None:
        super().__init__()
        named(self, "network", "The neurons; up and down open another")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.tiles: Tiles = {}
        """Unit -> the tile where it stands."""
        self._marks: Marks = {}
        self._before: Marks = {}
        """The marks of the moment before."""
        self._size = _SIZES[0]
        self.hide()

    def show_frame(self, frame: Frame, room: QSize, high: int = 0) -> bool:
        """Show the neurons of a moment; for a single neuron nothing is shown.

        Parameters
        ----------
        room
            Pixels for this picture and the opened neuron; empty if that takes them all.
        high
            Pixels of its height where it stands above the opened neuron; 0 beside it.

        Returns
        -------
        bool
            Whether its share of the room has changed.
        """
        wide = 0
        if frame.settings.parameters.linear or room.isEmpty():
            high = 0
        elif not high:
            several = frame.settings.outputs > 1
            least = _LEAST_OF_SEVERAL if several else _LEAST
            share = _SHARE_OF_SEVERAL if several else _SHARE
            wide = min(int(share * room.width()), max(least, room.width() - _DIAGRAM))
        taken = wide, high
        changes = taken != self._taken
        if changes:
            self._taken = taken
            self.setMinimumSize(*taken)
            self.setMaximumSize(*(size or _FREE for size in taken))
            self.setVisible(any(taken))
        if not any(taken):
            self._frame = None
            return changes
        read_of = (frame, themes.now, self.size())
        if read_of == self._read_of:
            return changes
        self._read_of = read_of
        self._frame = frame
        self._before = self._marks
        self._draw(frame)
        self.setAccessibleDescription(f"{unit_title(frame.settings, frame.unit)} is opened")
        tell_focus(self)
        return changes

    def parts(self) -> dict[Hashable, Part]:
        """Return what is read aloud of each neuron, with its output where that is written."""
        parts: dict[Hashable, Part] = {}
        for unit, tile in self.tiles.items():
            opened = self._frame is not None and unit == self._frame.unit
            mark = self._marks.get(("value", unit))
            said = (mark.text if isinstance(mark, Text) else "", "opened" if opened else "")
            area = rect_of(tile).toAlignedRect()
            focused = opened and self.hasFocus()
            parts[unit] = Part(self._title(unit), ", ".join(filter(None, said)), area, focused)
        return parts

    def _title(self, unit: int | None) -> str:
        return "" if self._frame is None else unit_title(self._frame.settings, unit)

    def _draw(self, frame: Frame) -> None:
        width = self.width() - 4  # clear of the keyboard's ring
        height = self.height() - 6
        rows = max(_LINES, _ROW * frame.settings.hidden)
        columns = _COLUMNS
        if frame.settings.outputs > 1:
            rows = max(rows, _ROW_OF_SEVERAL * (frame.settings.outputs + 1))
            columns = _COLUMNS_OF_BOTH if frame.settings.hidden else _COLUMNS
        fitting = (
            letters
            for letters in map(letters_of, _SIZES)
            if letters.line * rows <= height and letters.line * columns <= width
        )
        letters = next(fitting, letters_of(_SIZES[-1]))
        self._size = letters.size
        network = NetworkMoment(
            frame.settings, frame.parameters, frame.sample, frame.unit, frame.phase
        )
        self.tiles = tiles_of(frame.settings, width, height, letters)
        self._marks = NetworkSheet(network, width, height, letters, themes.now.palette).drawn()
        self.update()

    # --- a part of a step in motion ---------------------------------------------------------------

    def begin_part(self, part: str, *, back: bool) -> None:
        """Prepare the motion of a part that leads to what is shown, or goes back to it."""
        frame = self._frame
        self._motion = None
        if frame is None or frame.next_step is None or self.isHidden():
            return
        sample = frame.sample
        found = {}
        if sample is not None and part in ("forward", "backward"):
            found = flows(frame.next_step, sample, forward=part == "forward")
        before = self._before
        after = self._marks
        if back:
            before, after = after, before
        self._motion = NetworkMotion(part, before, after, found, themes.now.palette)

    def show_part(self, t: float) -> None:
        """Show the motion at a time from 0 to 1."""
        if self._motion is not None:
            self._moving = self._motion.at(t)
            self.update()

    def end_part(self) -> None:
        """Show again the moment to which the motion has led."""
        if self._moving is not None:
            self.update()
        self._motion = self._moving = None

    def resizeEvent(self, event: QEvent) -> None:
        """Draw for the new size."""
        if self._frame is not None and self.isVisible():
            self._draw(self._frame)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the marks, and the focus ring."""
        painter = themes.painter(self, letters_of(self._size).font)
        paint_marks(painter, self._marks if self._moving is None else self._moving, UP)
        if self.hasFocus():
            themes.paint_focus(painter, self.rect())

    def unit_at(self, place: QPointF) -> tuple[int | None] | None:
        """Return the neuron at a place, in a tuple; None where there is none."""
        for unit, tile in self.tiles.items():
            if tile.around(4).holds(*place.toTuple()):
                return (unit,)
        return None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Open the neuron under the pointer."""
        found = self.unit_at(event.position())
        if found and event.button() == Qt.MouseButton.LeftButton:
            self.asked.emit(found[0])

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show by cursor and tooltip which neuron would be opened."""
        found = self.unit_at(event.position())
        self.setCursor(Qt.CursorShape.PointingHandCursor if found else Qt.CursorShape.ArrowCursor)
        tip = f"{self._title(found[0])}: click to open it" if found else ""
        if tip != self.toolTip():
            self.setToolTip(tip)
            QToolTip.hideText()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the next or the previous neuron by an arrow key."""
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
        step = steps.get(Qt.Key(event.key()))
        if step is None or self._frame is None:
            super().keyPressEvent(event)
            return
        units = list(self.tiles)
        at = units.index(self._frame.unit)
        self.asked.emit(units[(at + step) % len(units)])
