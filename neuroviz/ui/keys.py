"""Which keys a focused control keeps, and which are the window's all the same."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QLineEdit, QToolButton

from neuroviz.ui.controls.numbers_edit import NumbersEdit

__all__ = ["KeyFilter"]


class KeyFilter(QObject):
    """An event filter: Space belongs to a focused switch, elsewhere it runs and pauses; Ctrl+Z undoes a restart.

    A box for one number would keep both to itself: it has no use for a space, and nothing of its own to undo
    once what was typed has been taken.

    Parameters
    ----------
    run
        The action that Space triggers, also where its own button has the keyboard.
    """

    def __init__(self, run: QObject) -> None:
        super().__init__()
        self._run = run

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Judge the keys that could be a shortcut; let everything else pass."""
        if event.type() != QEvent.Type.ShortcutOverride:
            return False
        key: Any = event
        if isinstance(watched, QAbstractButton) and key.key() == Qt.Key.Key_Space:
            is_run = isinstance(watched, QToolButton) and watched.defaultAction() is self._run
            event.setAccepted(not is_run)
            return not is_run
        if isinstance(watched, QAbstractSpinBox | QLineEdit) and _is_for_window(watched, key):
            event.ignore()
            return True
        return False


def _is_for_window(box: QAbstractSpinBox | QLineEdit, event: Any) -> bool:
    """Return whether a key in a box is a shortcut of the window."""
    one_number = isinstance(box, QAbstractSpinBox) or (isinstance(box, NumbersEdit) and box.single)
    if one_number and event.key() == Qt.Key.Key_Space:
        return True
    if event.key() == Qt.Key.Key_E and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
        return True  # on X11 a second key for the end of the line, and here for an export
    line = box if isinstance(box, QLineEdit) else box.findChild(QLineEdit)
    if event.matches(QKeySequence.StandardKey.Undo):
        return line is None or not line.isUndoAvailable()
    return event.matches(QKeySequence.StandardKey.Redo) and (line is None or not line.isRedoAvailable())
