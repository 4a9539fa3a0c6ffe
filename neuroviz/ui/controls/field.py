"""A row of the form: a caption, a control, and a place for what is wrong with it."""

from __future__ import annotations

from PySide6.QtWidgets import QBoxLayout, QLabel, QVBoxLayout, QWidget

from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import FLUSH, arrange, text_label

_CAPTION = 84


class Field(QWidget):
    """Caption left, control right, or the control below.

    A sentence under both while something is wrong.

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
    below
        Whether the control has a line of its own below the caption.
    """

    def __init__(
        self,
        name: str,
        caption: str,
        control: QWidget,
        beside: QWidget | None = None,
        *,
        below: bool = False,
    ) -> None:
        super().__init__()
        self.name = name
        self.control = control
        control.setObjectName(name)
        control.setAccessibleName(caption)
        label = QLabel(caption)
        label.setProperty("role", "muted")
        if not below:
            label.setFixedWidth(themes.scaled(_CAPTION))
        label.setBuddy(control)
        self._error = text_label(f"{name}_error", "error", wrap=True)
        self._error.hide()
        row = QBoxLayout(
            QBoxLayout.Direction.TopToBottom if below else QBoxLayout.Direction.LeftToRight
        )
        row.setSpacing(3 if below else 6)
        row.addWidget(label)
        row.addWidget(control, 1)
        if beside is not None:
            row.addWidget(beside)
        arrange(QVBoxLayout(self), row, self._error, spacing=2, margins=FLUSH)

    def show_error(self, sentence: str | None) -> None:
        """Show what is wrong, or nothing."""
        self._error.setText(sentence or "")
        self._error.setVisible(bool(sentence))
