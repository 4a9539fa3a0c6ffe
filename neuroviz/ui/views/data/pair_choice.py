"""Over which two hidden neurons the samples are shown."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from neuroviz.core.numbers import subscripted
from neuroviz.ui.theme.colours import Theme
from neuroviz.ui.theme.icons import picture_of
from neuroviz.ui.theme.parts import small_button

_DOT = 10
_AXES = ("across", "upwards")


class PairChoice(QObject):
    """Two buttons with the names of hidden neurons, which open lists of all of them.

    Object names are ``hidden_across`` and ``hidden_upwards``.

    Parameters
    ----------
    card
        On which they stand.
    """

    changed = Signal()

    def __init__(self, card: QWidget) -> None:
        super().__init__(card)
        self.shown = (0, 1)
        """Indices of the neurons across and upwards."""
        self.buttons = tuple(self._button(axis) for axis in range(len(_AXES)))

    def offer(self, hidden: int, theme: Theme, *, shown: bool) -> None:
        """Offer so many neurons, where they are shown and there is a choice.

        Of a pair that there is no longer the first two are chosen.
        """
        if max(self.shown) >= hidden:
            self.shown = (0, 1)
        for axis, button in enumerate(self.buttons):
            button.setVisible(shown and hidden > len(_AXES))
            menu = button.menu()
            menu.clear()
            for unit in range(hidden):
                action = menu.addAction(_dot(button, theme.neuron_colours[unit]), _name(unit))
                action.setCheckable(True)
                action.setChecked(unit == self.shown[axis])
                action.triggered.connect(partial(self.choose, axis, unit))
            button.setText(_name(self.shown[axis]))
            button.setAccessibleName(f"{button.text()}: {button.toolTip()}")
            button.setIcon(_dot(button, theme.neuron_colours[self.shown[axis]]))

    def choose(self, axis: int, unit: int) -> None:
        """Give an axis a neuron; where the other one has it, they change places."""
        old = list(self.shown)
        if old[1 - axis] == unit:
            old[1 - axis] = old[axis]
        old[axis] = unit
        self.shown = old[0], old[1]
        self.changed.emit()

    def _button(self, axis: int) -> QToolButton:
        button = small_button(f"hidden_{_AXES[axis]}", "", f"The hidden neuron {_AXES[axis]}")
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setIconSize(QSize(_DOT, _DOT))
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setMenu(QMenu(button))
        button.hide()
        return button


def _dot(widget: QWidget, colour: str) -> QIcon:
    def paint(painter: QPainter) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        painter.drawEllipse(0, 0, _DOT, _DOT)

    return QIcon(picture_of(paint, QSize(_DOT, _DOT), widget.devicePixelRatioF()))


def _name(unit: int) -> str:
    return subscripted(f"h{unit + 1}")
