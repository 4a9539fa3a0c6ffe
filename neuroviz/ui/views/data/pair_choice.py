"""The choice of the two hidden neurons whose outputs are the axes of hidden space."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPainter
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from neuroviz.pictures.input_names import unit_name
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.icons import picture_of
from neuroviz.ui.theme.parts import add_choice, small_button

_DOT = 10
_AXES = ("across", "upwards")


class PairChoice(QObject):
    """Two buttons with the names of hidden neurons, which open lists of all of them.

    Their object names are ``hidden_across`` and ``hidden_upwards``.

    Parameters
    ----------
    card
        The widget that the buttons stand on.
    """

    changed = Signal()

    def __init__(self, card: QWidget) -> None:
        super().__init__(card)
        self._chosen = (0, 1)
        self.buttons = tuple(self._button(card, axis) for axis in range(len(_AXES)))

    def offer(self, hidden: int, *, shown: bool) -> None:
        """Offer this many neurons, if hidden space is shown and there is a choice."""
        pair = self.among(hidden)
        for axis, button in enumerate(self.buttons):
            button.setVisible(shown and hidden > len(_AXES))
            menu = button.menu()
            menu.clear()
            for unit in range(hidden):
                action = add_choice(menu, unit_name(unit), on=unit == pair[axis])
                action.setIcon(_dot(button, themes.now.neuron_colours[unit]))
                action.triggered.connect(partial(self._choose, pair, axis, unit))
            button.setText(unit_name(pair[axis]))
            button.setAccessibleName(f"{button.toolTip()}: {button.text()}")
            button.setIcon(_dot(button, themes.now.neuron_colours[pair[axis]]))

    def among(self, hidden: int) -> tuple[int, int]:
        """Return the indices of the neurons across and upwards, of ``hidden`` neurons.

        They are the first two if one that was chosen does not exist; the choice itself is kept.
        """
        return self._chosen if max(self._chosen) < hidden else (0, 1)

    @property
    def visible(self) -> bool:
        """Whether the buttons are shown."""
        return not self.buttons[0].isHidden()

    def _choose(self, pair: tuple[int, int], axis: int, unit: int) -> None:
        """Set the neuron of one axis; if the other axis has it, the two change places."""
        other = pair[axis] if unit == pair[1 - axis] else pair[1 - axis]
        self._chosen = (other, unit) if axis else (unit, other)
        self.changed.emit()

    def _button(self, card: QWidget, axis: int) -> QToolButton:
        what = f"The hidden neuron {_AXES[axis]}"
        button = small_button(f"hidden_{_AXES[axis]}", "", what, menu=QMenu(card))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setIconSize(QSize(_DOT, _DOT))
        button.hide()
        return button


def _dot(widget: QWidget, colour: str) -> QIcon:
    def paint(painter: QPainter) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(0, 0, _DOT, _DOT)

    return QIcon(picture_of(paint, QSize(_DOT, _DOT), widget.devicePixelRatioF()))
