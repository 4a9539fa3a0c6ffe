"""The views side by side, any of which can take all the room."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QTabBar, QWidget

from neuroviz.ui import theme as themes
from neuroviz.ui.plot import PlotView

__all__ = ["ViewGrid"]

_WIDE = 960
"""Pixels from which the tables have a column of their own."""
_COLUMNS = 2
_SHARES = (5, 5, 3)
_BAR, _TABLES = (1, 0), (1, 1, 2, 1)
_TABLES_WIDE = (0, 2, 3, 1)


class ViewGrid(QWidget):
    """Four views in two columns, and the tables in a third one.

    Where there is no room for three columns the tables take the place of the last view, which shares its own
    with the one before it: a bar of tabs chooses between the two.

    Parameters
    ----------
    views
        Four, in reading order.
    tables
        What stands beside them.
    """

    enlarged = Signal(bool)
    """One view has all the room now, or all are back."""

    def __init__(self, views: Sequence[PlotView], tables: QWidget) -> None:
        super().__init__()
        self._views, self._tables = list(views), tables
        self._wide = True
        self._bar = QTabBar()
        self._bar.setObjectName("curves")
        self._bar.setAccessibleName("Curves")
        self._bar.setDrawBase(False)
        for view in self._folded:
            self._bar.addTab(view.title)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(themes.GRID)
        for view in self._views:
            view.enlarge_asked.connect(self._on_enlarge_asked)
        self._bar.currentChanged.connect(self._share)
        self._arrange()

    def minimumSizeHint(self) -> QSize:
        """Ask for the room of two columns: the third one is there only where there is more."""
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), _WIDE // 2), hint.height())

    def restore(self) -> None:
        """Show everything again."""
        for view in self._views:
            view.enlarge.setChecked(False)
        self._share()
        self.enlarged.emit(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Go from one arrangement to the other where the width asks for it."""
        super().resizeEvent(event)
        if self._wide != (self.width() >= _WIDE):
            self._wide = not self._wide
            self._arrange()

    @property
    def _folded(self) -> list[PlotView]:
        """The views that share a place where there is little room."""
        return self._views[_COLUMNS:]

    def _on_enlarge_asked(self, view: PlotView) -> None:
        if not view.enlarge.isChecked():
            self.restore()
            return
        self._share()
        self.enlarged.emit(True)

    def _arrange(self) -> None:
        """Put everything in its place; the bar has a row of its own between those of the views."""
        self._grid.addWidget(self._bar, *_BAR)
        for index, view in enumerate(self._views):
            row, column = divmod(index, _COLUMNS)
            self._grid.addWidget(view, 2 * row, column if self._wide or not row else 0)
        self._grid.addWidget(self._tables, *(_TABLES_WIDE if self._wide else _TABLES))
        self._share()

    def _share(self) -> None:
        """Show what is to be seen, and give it all the room."""
        alone = [view for view in self._views if view.enlarge.isChecked()]
        front = self._folded[self._bar.currentIndex()]
        behind = [] if self._wide else [view for view in self._folded if view is not front]
        shown = alone or [view for view in self._views if view not in behind]
        for view in self._views:
            view.setVisible(view in shown)
        self._tables.setVisible(not alone)
        self._bar.setVisible(not self._wide and not alone)
        self._stretch([self._place(view) for view in shown], tables=not alone)

    def _place(self, view: PlotView) -> tuple[int, int]:
        row, column, _, _ = self._grid.getItemPosition(self._grid.indexOf(view))  # type: ignore[misc]
        return row, column

    def _stretch(self, places: Sequence[tuple[int, int]], *, tables: bool) -> None:
        for row in range(3):
            self._grid.setRowStretch(row, int(any(row == taken for taken, _ in places)))
        for column, share in enumerate(_SHARES):
            used = any(column == taken for _, taken in places) or (tables and column == (2 if self._wide else 1))
            self._grid.setColumnStretch(column, share * used)
