"""A slider that goes where one clicks."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QSlider, QStyle, QStyleOptionSlider, QWidget


def dragged(widget: QWidget) -> bool:
    """Return whether a slider in a widget is held by the mouse."""
    return any(slider.isSliderDown() for slider in widget.findChildren(QSlider))


class Slider(QSlider):
    """A horizontal slider: a click on the track takes the handle there, and holds it.

    A style could ask for the same, but one in Python is asked ten thousand times while a window opens.
    """

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the handle to the pointer before Qt looks whether it is held."""
        if event.button() == Qt.MouseButton.LeftButton:
            option = QStyleOptionSlider()
            self.initStyleOption(option)
            control = QStyle.ComplexControl.CC_Slider
            part = QStyle.SubControl.SC_SliderHandle
            handle = self.style().subControlRect(control, option, part, self)
            if not handle.contains(event.position().toPoint()):
                place = round(event.position().x()) - handle.width() // 2
                room = self.width() - handle.width()
                self.setValue(QStyle.sliderValueFromPosition(self.minimum(), self.maximum(), place, room))
        super().mousePressEvent(event)
