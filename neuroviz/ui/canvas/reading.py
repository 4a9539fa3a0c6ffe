"""The lines of text over a plot: its title, and a reading that may change at every frame."""

from __future__ import annotations

import re

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QLabel, QStyleOption, QWidget

from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import show_tip

_BETWEEN = re.compile(r"( · |  +)")
"""What stands between two parts of a reading."""


class PlotReading(QWidget):
    """A line of text on a ground of its own.

    A change asks nothing of the layout, and draws nothing under it. Where its room ends it is cut
    with "…": between two of its parts if there are several, so that no number is cut.
    """

    def __init__(self, font: QFont) -> None:
        super().__init__()
        self._label = QLabel(self)
        self._label.setFont(font)
        themes.set_role(self._label, "muted")
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._text = ""
        self.setFixedHeight(self._label.sizeHint().height())
        self._ground = QColor()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def text(self) -> str:
        """Return what stands there, all of it."""
        return self._text

    def setText(self, text: str) -> None:
        """Write something else."""
        self._text = text
        self._cut()

    def set_ground(self, colour: str) -> None:
        """Set the colour behind it."""
        self._ground = QColor(colour)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground.

        A palette would be lost where a style sheet comes before the first show.
        """
        QPainter(self).fillRect(event.rect(), self._ground)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fill the room."""
        super().resizeEvent(event)
        self._label.setFixedSize(self.size())  # which asks nothing of a layout
        self._cut()

    def event(self, event: QEvent) -> bool:
        """Tell all of what is cut beside the pointer, as it reads by then."""
        if isinstance(event, QHelpEvent) and self._label.text() != self._text:
            show_tip(event.globalPos(), self._text, self)
            return True
        return super().event(event)

    def _cut(self) -> None:
        self._label.setText(_cut_between_parts(self._text, self._label))


class PlotHeading(QLabel):
    """A title that is cut with "…" where its room ends, or has a shorter one there."""

    shorter = ""
    pressed = Signal()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Tell of a press with the left button."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.pressed.emit()
        else:
            super().mousePressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Write what fits."""
        shown = _cut(self.text(), self)
        if shown == self.text():
            super().paintEvent(event)
            return
        shown = _cut(self.shorter, self) if self.shorter else shown
        option = QStyleOption()
        option.initFrom(self)
        painter = QPainter(self)
        alignment = self.alignment().value
        self.style().drawItemText(
            painter,
            self.contentsRect(),
            alignment,
            option.palette,
            self.isEnabled(),
            shown,
            self.foregroundRole(),
        )


def _cut_between_parts(text: str, label: QLabel) -> str:
    """Return a text, or those of its parts for which there is room, and "…"."""
    parts = _BETWEEN.split(text)
    for left in range(len(parts), 0, -2):
        shown = text if left == len(parts) else f"{''.join(parts[: left + 1])}…"
        if _cut(shown, label) == shown:
            return shown
    return _cut(text, label)


def _cut(text: str, label: QLabel) -> str:
    return label.fontMetrics().elidedText(
        text, Qt.TextElideMode.ElideRight, label.contentsRect().width()
    )


def heading(text: str) -> PlotHeading:
    """Return a title of one line that is cut rather than pushing its card wider."""
    label = PlotHeading(text)
    themes.set_role(label, "title")
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setMinimumWidth(1)
    policy = label.sizePolicy()
    policy.setHorizontalPolicy(policy.Policy.Maximum)
    label.setSizePolicy(policy)
    return label
