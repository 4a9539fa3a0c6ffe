"""A row of the form: a caption, a control, and a place for what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

__all__ = ["CAPTION_WIDTH", "Field", "Fold"]

CAPTION_WIDTH = 76


class Field(QWidget):
    """Caption left, control right, sentence below while something is wrong.

    Parameters
    ----------
    name
        The field of Settings, for the control's object name and for errors.
    caption
        What the control is called, also for screen readers.
    control
        A box, a switch or a line of text; it gets name and caption.
    beside
        A small widget at its right end.
    """

    def __init__(self, name: str, caption: str, control: QWidget, beside: QWidget | None = None) -> None:
        super().__init__()
        self.name = name
        self.control = control
        control.setObjectName(name)
        control.setAccessibleName(caption)
        label = QLabel(caption)
        label.setProperty("role", "caption")
        label.setFixedWidth(CAPTION_WIDTH)
        label.setWordWrap(True)
        label.setBuddy(control)
        self._error = QLabel()
        self._error.setObjectName(f"{name}_error")
        self._error.setProperty("role", "error")
        self._error.setTextFormat(Qt.TextFormat.PlainText)
        self._error.setWordWrap(True)
        self._error.hide()
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(label)
        row.addWidget(control, 1)
        if beside is not None:
            row.addWidget(beside)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(row)
        layout.addWidget(self._error)

    def show_error(self, sentence: str | None) -> None:
        """Show what is wrong, or nothing."""
        self._error.setText(sentence or "")
        self._error.setVisible(bool(sentence))


class Fold(QWidget):
    """A part of the form that unfolds at a click on its name.

    Parameters
    ----------
    title
        Names what is folded away, beside the arrow.
    fields
        What unfolds, from top to bottom.
    """

    def __init__(self, title: str, fields: Sequence[QWidget]) -> None:
        super().__init__()
        self._title = title
        self._button = QToolButton()
        self._button.setCheckable(True)
        self._button.setAccessibleName(title)
        self._button.setProperty("fold", True)
        self._body = QWidget()
        body = QVBoxLayout(self._body)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(6)
        for field in fields:
            body.addWidget(field)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self._button)
        layout.addWidget(self._body)
        self._button.toggled.connect(self._on_toggled)
        self._on_toggled(False)

    def set_title(self, title: str) -> None:
        """Say what is in it."""
        self._title = title
        self._on_toggled(self._button.isChecked())

    def unfold(self) -> None:
        """Show the rows."""
        self._button.setChecked(True)

    def _on_toggled(self, on: bool) -> None:
        self._button.setText(("▾ " if on else "▸ ") + self._title)
        self._body.setVisible(on)
