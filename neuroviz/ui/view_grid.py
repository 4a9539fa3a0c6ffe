"""The views in two columns, any of which can take all the room."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from neuroviz.ui import theme as themes
from neuroviz.ui.plot import PlotView

__all__ = ["ViewGrid"]

_COLUMNS = 2


class ViewGrid(QWidget):
    """Cells in two columns.

    Parameters
    ----------
    cells
        In reading order; those that are plots can be enlarged.
    """

    enlarged = Signal(bool)
    """One cell has all the room now, or all are back."""

    def __init__(self, cells: Sequence[QWidget]) -> None:
        super().__init__()
        self._cells = list(cells)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(themes.GRID)
        for index, cell in enumerate(self._cells):
            self._grid.addWidget(cell, *divmod(index, _COLUMNS))
            if isinstance(cell, PlotView):
                cell.enlarge_asked.connect(self._on_enlarge_asked)
        self._share(self._cells)

    def restore(self) -> None:
        """Show all cells again."""
        for cell in self._cells:
            if isinstance(cell, PlotView):
                cell.enlarge.setChecked(False)
        self._share(self._cells)
        self.enlarged.emit(False)

    def _on_enlarge_asked(self, view: PlotView) -> None:
        if not view.enlarge.isChecked():
            self.restore()
            return
        self._share([view])
        self.enlarged.emit(True)

    def _share(self, shown: Sequence[QWidget]) -> None:
        """Give the shown cells all the room, in equal parts."""
        places = [divmod(index, _COLUMNS) for index, cell in enumerate(self._cells) if cell in shown]
        for index in range(len(self._cells)):
            self._grid.setRowStretch(index, int(any(row == index for row, _ in places)))
            self._grid.setColumnStretch(index, int(any(column == index for _, column in places)))
        for cell in self._cells:
            cell.setVisible(cell in shown)
