"""A button for a task at which a rate blows up, where no rate here does."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton

from neuroviz.ui.theme.parts import small_button

NO_RATE = "No rate blows up"
LINE_THAT_BLOWS_UP = {"task": "line", "learning_rate": 0.1}
"""The line at a rate above its limit, 0.0626."""


def offer_button(name: str) -> QToolButton:
    """Return the button, hidden, for one who takes the changes."""
    button = small_button(name, "", "See a task and a rate at which the loss blows up")
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.hide()
    return button


def offer(button: QToolButton, sentence: str) -> None:
    """Say why on the button; without a sentence there is none."""
    button.setText(f"{sentence}: try the line")
    button.setVisible(bool(sentence))
