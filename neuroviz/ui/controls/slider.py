"""Sliders that go where one clicks: one with any track, and a logarithmic one.

Screen readers read the number at the handle.
"""

# mypy: disable-error-code="override"
# Qt's stubs know neither None nor pointers.
from __future__ import annotations

import math

from PySide6.QtCore import QRect, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleValueInterface, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QAccessibleWidget, QSlider, QStyle, QStyleOptionSlider, QWidget
from shiboken6 import VoidPtr, getCppPointer

_PER_DECADE = 100
_DIGITS = 3


def dragged(widget: QWidget) -> bool:
    """Return whether the mouse holds a slider inside a widget."""
    return any(slider.isSliderDown() for slider in widget.findChildren(QSlider))


class ReadSlider(QAccessibleWidget, QAccessibleValueInterface):
    """A slider for screen readers, whose value is the number at its handle, not its position."""

    def __init__(self, slider: Slider) -> None:
        QAccessibleWidget.__init__(self, slider, QAccessible.Role.Slider)
        QAccessibleValueInterface.__init__(self)

    def interface_cast(self, kind: QAccessible.InterfaceType) -> object:
        """Return the interface by which its value is read."""
        if kind is QAccessible.InterfaceType.ValueInterface:
            return VoidPtr(getCppPointer(self)[1])
        other = super().interface_cast(kind)
        return VoidPtr(0) if other is None else other  # PySide would crash on None

    def text(self, kind: QAccessible.Text) -> str:
        """Return the name, value or description."""
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
        """Return 0: the size of a step differs from place to place."""
        return 0.0

    def setCurrentValue(self, value: float) -> None:
        """Go to a number."""
        self._slider.setValue(self._slider.position_of(value))

    @property
    def _slider(self) -> Slider:
        return self.object()  # type: ignore[return-value]


class Slider(QSlider):
    """A horizontal slider: a click on the track takes the handle there, and holds it.

    A style could do the same, but a style in Python is asked ten thousand times while a window
    opens. What its positions stand for is read aloud.
    """

    read_by = ReadSlider

    def spoken(self) -> str:
        """Return its value in words."""
        return f"{self.value():,}"

    def number_at(self, place: int) -> float:
        """Return the number at a position of the handle."""
        return float(place)

    def position_of(self, number: float) -> int:
        """Return the position of a number."""
        return round(number)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Move the handle to the pointer before Qt checks whether it is held."""
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
    """Whether a person is moving it now, by key or by mouse."""
    _low = _high = _number = 1e-6

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.set_ends(1e-6, 1e4)
        self.setSingleStep(_PER_DECADE // 10)
        self.setPageStep(_PER_DECADE)
        # Not WheelFocus: scrolling the form over it must not change it.
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.valueChanged.connect(self._take_position)

    def number(self) -> float:
        """Return the number last set or chosen, unrounded even if the handle cannot stand on it."""
        return self._number

    def set_number(self, number: float) -> None:
        """Show a number without emitting; outside the track the handle stands at its end."""
        self._number = number
        with QSignalBlocker(self):
            self.setValue(self.position_of(number))

    def set_ends(self, low: float, high: float) -> None:
        """Let the track reach from one number to another, 0 < low < high.

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
        """Return the position nearest to a number; outside the track that is its end."""
        if not number > self._low:
            return self.minimum()
        if number >= self._high:
            return self.maximum()
        return round(_PER_DECADE * math.log10(number / self._low))

    def number_at(self, place: int) -> float:
        """Return the number at a position: the one held, else one as exact as the track."""
        if place == self.value():
            return self._number
        return self._low * 10 ** (place / _PER_DECADE)

    def pixel_of(self, number: float) -> float:
        """Return the x in pixels at which the handle's centre would be for a number.

        The number may lie beyond the ends of the track.
        """
        handle = self._handle().width()
        groove = self._groove()
        share = math.log(number / self._low) / math.log(self._high / self._low)
        return groove.x() + handle / 2 + share * (groove.width() - handle)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Move with the wheel only if the keyboard is here; otherwise let the form scroll."""
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
