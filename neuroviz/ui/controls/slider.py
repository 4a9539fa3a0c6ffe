"""A slider that goes where one clicks, and one with a logarithmic track.

That suits a learning rate. And what reads them aloud.
"""

# mypy: disable-error-code="override"
# Qt's stubs know of no None, and of no pointer.
from __future__ import annotations

import math

from PySide6.QtCore import QRect, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleValueInterface, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QAccessibleWidget, QSlider, QStyle, QStyleOptionSlider, QWidget
from shiboken6 import VoidPtr, getCppPointer

_PER_DECADE = 100
_DIGITS = 3


def dragged(widget: QWidget) -> bool:
    """Return whether a slider in a widget is held by the mouse."""
    return any(slider.isSliderDown() for slider in widget.findChildren(QSlider))


class ReadSlider(QAccessibleWidget, QAccessibleValueInterface):
    """A slider whose value is what its handle stands for, in words too, and no place."""

    def __init__(self, slider: Slider) -> None:
        QAccessibleWidget.__init__(self, slider, QAccessible.Role.Slider)
        QAccessibleValueInterface.__init__(self)

    def interface_cast(self, kind: QAccessible.InterfaceType) -> object:
        """Return where its value is read."""
        if kind is QAccessible.InterfaceType.ValueInterface:
            return VoidPtr(getCppPointer(self)[1])
        other = super().interface_cast(kind)
        return VoidPtr(0) if other is None else other  # of None PySide would end the program

    def text(self, kind: QAccessible.Text) -> str:
        """Return name, value or description."""
        return self._slider.spoken() if kind is QAccessible.Text.Value else super().text(kind)

    def currentValue(self) -> float:
        """Return the number at the handle."""
        return self._slider.number_at(self._slider.value())

    def minimumValue(self) -> float:
        """Return the number at the left end."""
        return self._slider.number_at(self._slider.minimum())

    def maximumValue(self) -> float:
        """Return the number at the right end."""
        return self._slider.number_at(self._slider.maximum())

    def minimumStepSize(self) -> float:
        """Return 0: steps differ from place to place."""
        return 0.0

    def setCurrentValue(self, value: float) -> None:
        """Go to a number."""
        self._slider.setValue(self._slider.position_of(value))

    @property
    def _slider(self) -> Slider:
        return self.object()  # type: ignore[return-value]


class Slider(QSlider):
    """A horizontal slider: a click on the track takes the handle there, and holds it.

    A style could ask for the same,
    but one in Python is asked ten thousand times while a window opens.
    What its places stand for is read aloud.
    """

    read_by = ReadSlider

    def spoken(self) -> str:
        """Return its value in words."""
        return f"{self.value():,}"

    def number_at(self, place: int) -> float:
        """Return what a place of the handle stands for."""
        return float(place)

    def position_of(self, number: float) -> int:
        """Return the place of a number."""
        return round(number)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the handle to the pointer before Qt looks whether it is held."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            handle = self._handle()
            groove = self._groove()
            if not handle.contains(event.position().toPoint()):
                place = round(event.position().x()) - groove.x() - handle.width() // 2
                room = groove.width() - handle.width()
                self.setValue(
                    QStyle.sliderValueFromPosition(self.minimum(), self.maximum(), place, room)
                )
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go of the handle."""
        super().mouseReleaseEvent(event)
        self.setSliderDown(False)

    def _handle(self) -> QRect:
        return self._rect(QStyle.SubControl.SC_SliderHandle)

    def _groove(self) -> QRect:
        return self._rect(QStyle.SubControl.SC_SliderGroove)

    def _rect(self, part: QStyle.SubControl) -> QRect:
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        return self.style().subControlRect(QStyle.ComplexControl.CC_Slider, option, part, self)


class LogSlider(Slider):
    """A horizontal slider over positive numbers, 100 positions per decade."""

    value_changed = Signal(float)
    steps = False
    """Whether a hand moves it now, by key or by mouse."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._low = self._high = self._number = 1e-6
        self.set_ends(1e-6, 1e4)
        self.setSingleStep(_PER_DECADE // 10)
        self.setPageStep(_PER_DECADE)
        # Not WheelFocus: scrolling the form over it must change nothing.
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.valueChanged.connect(self._take_position)

    def number(self) -> float:
        """Return the number last set or chosen, exact even where the handle stands beside it."""
        return self._number

    def set_number(self, number: float) -> None:
        """Show a number without emitting; outside the track the handle stands at the end of it."""
        self._number = number
        with QSignalBlocker(self):
            self.setValue(self.position_of(number))

    def set_ends(self, low: float, high: float) -> None:
        """Lay the track from one number to another, 0 < low < high.

        The number held stays, and nothing is emitted.
        """
        if (low, high) == (self._low, self._high):
            return
        self._low = low
        self._high = high
        with QSignalBlocker(self):
            self.setRange(0, round(_PER_DECADE * math.log10(high / low)))
        self.set_number(self._number)

    def position_of(self, number: float) -> int:
        """Return the position nearest to a number.

        At the end of the track where it lies outside.
        """
        if not number > self._low:
            return self.minimum()
        if number >= self._high:
            return self.maximum()
        return round(_PER_DECADE * math.log10(number / self._low))

    def number_at(self, place: int) -> float:
        """Return the number at a position, as exact as the track is."""
        if place == self.value():
            return self._number
        return self._low * 10 ** (place / _PER_DECADE)

    def pixel_of(self, number: float) -> float:
        """Return where the centre of the handle would be for a number.

        Also beyond the ends of the track.
        """
        handle = self._handle().width()
        groove = self._groove()
        share = math.log(number / self._low) / math.log(self._high / self._low)
        return groove.x() + handle / 2 + share * (groove.width() - handle)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Move with the wheel only where the keyboard is, and let the form scroll otherwise."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def _take_position(self, position: int) -> None:
        number = (
            self._high if position == self.maximum() else self._low * 10 ** (position / _PER_DECADE)
        )
        self._number = float(f"{number:.{_DIGITS}g}")
        self.steps = True
        self.value_changed.emit(self._number)
        self.steps = False
