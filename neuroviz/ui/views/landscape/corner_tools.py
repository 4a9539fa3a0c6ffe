"""The buttons in the corner of the landscape's picture, and those of a person's own steps."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QRegion
from PySide6.QtWidgets import QHBoxLayout, QWidget

from neuroviz.core.numbers import counted
from neuroviz.session.own_steps import OwnSteps
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import FLUSH, STRETCH, arrange, small_button

_CORNER = QPoint(-4, 6)
_BETWEEN = 4
"""Pixels between the buttons, and from the corner."""
_NAMED = 500
"""Pixels of a picture from which on the first of them does not reach its ground with its name."""


class TurnTools(QWidget):
    """What a person can do beside the steps: lie fog over the map, and let SGD follow."""

    def __init__(self) -> None:
        super().__init__()
        tip = "Hide the map: only the loss and the gradient where you stand are shown"
        self.fog = small_button("fog", "Fog", tip, "Fog", checkable=True)
        self.sgd = small_button("sgd_turn", "", clicked=lambda: self.fog.setChecked(False))
        arrange(QHBoxLayout(self), self.fog, self.sgd, STRETCH, margins=FLUSH)
        self.hide()

    def show_own(self, own: OwnSteps | None) -> None:
        """Show what can be done now; the fog lifts at the end."""
        self.setVisible(own is not None)
        if own is None:
            self.fog.setChecked(False)
        else:
            self.sgd.setEnabled(own.taken > 0 and not own.sgd_done)
            self.sgd.setText(f"SGD's turn: {counted(own.taken, 'step')}")


class CornerTools:
    """Your turn, 3D and the hold of the axes.

    Parameters
    ----------
    card
        On which they stand.
    """

    def __init__(self, card: QWidget) -> None:
        self.you, self.surface_shown, self.hold = self.buttons = tuple(
            small_button(name, text, f"{text}: {tip}", checkable=True, sign=sign)
            for name, text, tip, sign in (
                ("you_optimize", "Your turn", "you are the optimizer, take the steps", "pointer"),
                ("show_surface", "3D", "show the loss as a surface", "surface"),
                ("hold_ranges", "Hold axes", "hold the ranges of the axes", "hold"),
            )
        )
        for button in self.buttons:
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
            button.setParent(card)

    def place(self, picture: QWidget) -> None:
        """Put them in the upper right corner of a picture of the card."""
        right = picture.geometry().topRight() + _CORNER
        styles = Qt.ToolButtonStyle
        named = picture.width() >= themes.scaled(_NAMED)
        self.you.setToolButtonStyle(
            styles.ToolButtonTextBesideIcon if named else styles.ToolButtonIconOnly
        )
        for button in reversed(self.buttons):
            button.adjustSize()
            right.setX(right.x() - button.width() - _BETWEEN)
            button.move(right)
            button.raise_()

    @property
    def region(self) -> QRegion:
        """What they cover of the card."""
        region = QRegion()
        for button in self.buttons:
            region += button.geometry()
        return region
