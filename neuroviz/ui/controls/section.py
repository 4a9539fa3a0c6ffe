"""A part of the experiment that opens and closes: its line says in short what is in it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QSizePolicy, QToolButton, QVBoxLayout, QWidget

from neuroviz.ui.canvas.reading import heading
from neuroviz.ui.theme.icons import icon
from neuroviz.ui.theme.parts import arrange, set_tip

_ARROW = 16
_INDENT = 21
"""Pixels of the arrow, and from where the summary begins, under the name."""


class FormSection(QWidget):
    """A line with a name, and :attr:`rows`, a layout that a press on the line opens.

    Under the name is the summary while the section is closed, or always, where what opens stands
    elsewhere.

    Parameters
    ----------
    name
        For object names and for the file of preferences.
    body
        Where its rows stand, if not under the line.
    """

    def __init__(self, name: str, title: str, body: QWidget | None = None) -> None:
        super().__init__()
        self.setProperty("section", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.header = _header(name, title)
        self.header.toggled.connect(self._show_arrow)
        self._summary = heading("")
        self._summary.setObjectName("summary")
        self._summary.setProperty("role", "muted")
        self._summary.setContentsMargins(_INDENT, 0, 4, 3)
        self._summary.pressed.connect(self.header.click)
        column = arrange(
            QVBoxLayout(self), self.header, self._summary, spacing=0, margins=(0, 6, 0, 5)
        )
        self._body = body or QWidget()
        self.rows = QVBoxLayout(self._body)
        self.rows.setContentsMargins(0, 4, 0, 12)
        self.rows.setSpacing(6)
        if body is None:
            column.addWidget(self._body)
            self._body.hide()
            self.header.toggled.connect(self._body.setVisible)
            self.header.toggled.connect(self._summary.setHidden)
        self._show_arrow()

    @property
    def is_open(self) -> bool:
        """Whether its rows are to be seen."""
        return self.header.isChecked()

    def set_open(self, on: bool) -> None:
        """Open or close it."""
        self.header.setChecked(on)

    def holds(self, widget: QWidget) -> bool:
        """Return whether a widget stands in its rows."""
        return self._body.isAncestorOf(widget)

    def summarize(self, summary: str) -> None:
        """Say in short what is in it, for its closed line."""
        self._summary.setText(summary)
        self.header.setAccessibleDescription(summary)
        for part in (self.header, self._summary):
            set_tip(part, summary)

    def _show_arrow(self) -> None:
        self.header.setIcon(icon("unfolded" if self.is_open else "on"))


def _header(name: str, title: str) -> QToolButton:
    header = QToolButton()
    header.setObjectName(f"section_{name}")
    header.setProperty("head", True)
    header.setText(title)
    header.setAccessibleName(title)
    header.setCheckable(True)
    header.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    header.setIconSize(QSize(_ARROW, _ARROW))
    # After a click Space runs and pauses all the same.
    header.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    header.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return header
