"""The button of the exports: a menu of what there is to export, and while an export goes on a way to cancel it."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QMenu, QToolButton

from neuroviz.ui.export.queue import ExportQueue
from neuroviz.ui.theme import theme as themes

_IDLE = "Export"
_BUSY = "Cancel ✕"


class ExportButton(QToolButton):
    """Cancels the export that goes on at a click; else opens the menu."""

    def __init__(self, menu: QMenu, queue: ExportQueue, tip: str) -> None:
        super().__init__()
        self._menu = menu
        self._queue = queue
        self._tip = tip
        self._follow()
        queue.changed.connect(self._follow)
        self.clicked.connect(self._on_clicked)

    def sizeHint(self) -> QSize:
        """Ask for room for both texts."""
        hint = super().sizeHint()
        other = _BUSY if self.text() == _IDLE else _IDLE
        wider = self.fontMetrics().horizontalAdvance(other) - self.fontMetrics().horizontalAdvance(self.text())
        return QSize(hint.width() + max(0, wider), hint.height())

    def _follow(self) -> None:
        name = self._queue.name
        modes = QToolButton.ToolButtonPopupMode
        self.setMinimumWidth(0 if name is None else self.width())  # nothing moves when an export begins
        self.setText(_IDLE if name is None else _BUSY)
        self.setMenu(self._menu if name is None else None)  # type: ignore[arg-type]  # None takes it away
        self.setPopupMode(modes.InstantPopup if name is None else modes.DelayedPopup)
        said = self._tip if name is None else f"Cancel the export of {name}: nothing is written"
        self.setToolTip(said)
        self.setAccessibleName(said)
        themes.repolish(self)

    def _on_clicked(self) -> None:
        if self.text() == _BUSY:
            self._queue.cancel()
