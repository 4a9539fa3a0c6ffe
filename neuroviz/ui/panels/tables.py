"""The card of the tables: side by side where there is room, one behind the other where there is not."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QTabBar, QVBoxLayout, QWidget

from neuroviz.ui import theme as themes

__all__ = ["TablesCard"]

_WIDE = 500


class TablesCard(QFrame):
    """Holds panels; a bar of tabs chooses one where the card is narrow.

    Parameters
    ----------
    panels
        (title, panel, share of the width) in order.
    """

    def __init__(self, panels: Sequence[tuple[str, QWidget, int]]) -> None:
        super().__init__()
        self.setProperty("card", True)
        self._tabs = QTabBar()
        self._tabs.setObjectName("tables")
        self._tabs.setAccessibleName("Tables")
        self._tabs.setDrawBase(False)
        self._columns: list[QWidget] = []
        self._titles: list[QLabel] = []
        row = QHBoxLayout()
        row.setSpacing(2 * themes.GRID)
        for title, panel, share in panels:
            self._tabs.addTab(title)
            row.addWidget(self._column(title, panel), share)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.addWidget(self._tabs)
        layout.addLayout(row, 1)
        self._tabs.currentChanged.connect(self._arrange)
        self._arrange()

    def show_panel(self, index: int) -> None:
        """Bring a panel to the front."""
        self._tabs.setCurrentIndex(index)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Go from one arrangement to the other where the width asks for it."""
        super().resizeEvent(event)
        self._arrange()

    def _column(self, title: str, panel: QWidget) -> QWidget:
        label = QLabel(title)
        label.setProperty("role", "title")
        column = QWidget()
        layout = QVBoxLayout(column)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(label)
        layout.addWidget(panel, 1)
        self._titles.append(label)
        self._columns.append(column)
        return column

    def _arrange(self) -> None:
        wide = self.width() >= _WIDE
        self._tabs.setVisible(not wide)
        for index, (column, title) in enumerate(zip(self._columns, self._titles, strict=True)):
            title.setVisible(wide)
            column.setVisible(wide or index == self._tabs.currentIndex())
