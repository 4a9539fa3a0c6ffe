"""The views in two rows, any of which can take all the room."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QTabBar, QVBoxLayout, QWidget

from neuroviz.ui import theme as themes
from neuroviz.ui.plot import PlotView

__all__ = ["ViewGrid"]

_WIDE = 960
"""Pixels from which the second row has room for three."""
_LEAST = 400
_ABOVE = 2


class ViewGrid(QWidget):
    """Two views above, below them two curves and the tables.

    Where there is no room for three in a row, the curves share a place: a bar of tabs chooses between them.

    Parameters
    ----------
    views
        Four, in reading order.
    tables
        What stands beside the curves.
    """

    enlarged = Signal(bool)
    """One view has all the room now, or all are back."""

    def __init__(self, views: Sequence[PlotView], tables: QWidget) -> None:
        super().__init__()
        self._views, self._curves, self._tables = list(views), list(views[_ABOVE:]), tables
        self._wide = False
        self._bar = QTabBar()
        self._bar.setObjectName("curves")
        self._bar.setAccessibleName("Curves")
        self._bar.setDrawBase(False)
        for view in self._curves:
            self._bar.addTab(view.title)
        self._place()
        for cell in (*self._views, tables):
            # Rows and columns share the room evenly, however much of it their contents would like to have.
            cell.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        for view in self._views:
            view.enlarge_asked.connect(self._on_enlarge_asked)
        self._bar.currentChanged.connect(self._show_what_fits)
        self._show_what_fits()

    def restore(self) -> None:
        """Show everything again."""
        for view in self._views:
            view.enlarge.setChecked(False)
        self._show_what_fits()
        self.enlarged.emit(False)

    def minimumSizeHint(self) -> QSize:
        """Ask for the room of two views: three stand side by side only where there is more."""
        return QSize(_LEAST, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Go from one arrangement to the other where the width asks for it."""
        super().resizeEvent(event)
        if self._wide != (self.width() >= _WIDE):
            self._wide = not self._wide
            self._show_what_fits()

    def _place(self) -> None:
        above = _row(self._views[:_ABOVE])
        curves = QVBoxLayout()
        curves.setSpacing(0)
        curves.addWidget(self._bar)
        curves.addLayout(_row(self._curves), 1)
        self._below = QHBoxLayout()
        self._below.setSpacing(themes.GRID)
        self._below.addLayout(curves)
        self._below.addWidget(self._tables)
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(themes.GRID)
        for row in (above, self._below):
            self._rows.addLayout(row)

    def _on_enlarge_asked(self, view: PlotView) -> None:
        if not view.enlarge.isChecked():
            self.restore()
            return
        self._show_what_fits()
        self.enlarged.emit(True)

    def _show_what_fits(self) -> None:
        """Show one view alone, or all that there is room for."""
        alone = [view for view in self._views if view.enlarge.isChecked()]
        front = self._curves[self._bar.currentIndex()]
        fitting = [view for view in self._views if self._wide or view not in self._curves or view is front]
        self._below.setStretch(0, 2 if self._wide else 1)
        self._below.setStretch(1, 1)
        self._bar.setVisible(not self._wide and not alone)
        self._tables.setVisible(not alone)
        shown = alone or fitting
        for view in self._views:
            view.setVisible(view in shown)
        for index, row in enumerate((self._views[:_ABOVE], self._curves)):
            self._rows.setStretch(index, int(any(view in shown for view in row)))


def _row(widgets: Sequence[QWidget]) -> QBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(themes.GRID)
    for widget in widgets:
        row.addWidget(widget, 1)
    return row
