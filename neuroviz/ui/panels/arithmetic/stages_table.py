"""The table of the optimizer's steps, from the gradient to the new parameters.

Every number answers "why?".
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from neuroviz.core.anatomy.anatomy import Anatomy
from neuroviz.core.anatomy.explain import Quantity
from neuroviz.core.choices.optimizer_stages import UpdateStage
from neuroviz.core.numbers import subscripted, with_real_minus
from neuroviz.pictures.neuron.numbers import fitted
from neuroviz.ui.theme import theme as themes

_ROW_HEIGHT = 24
_PADDING = 16  # pixels left and right of a text
_MOST_PARAMETERS = 3
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class NumberTable(QTableWidget):
    """A small table of texts, as high as its rows; only what has changed is written.

    Parameters
    ----------
    name, accessible_name
        Object name, and what screen readers call the table.
    most_rows
        More rows than these are scrolled.
    """

    def __init__(self, name: str, accessible_name: str, most_rows: int) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(accessible_name)
        self._most_rows, self._widths = most_rows, list[int]()
        self.setFont(themes.numeric_font(smaller=1))
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalHeader().setMinimumSectionSize(24)

    def show_texts(self, headers: list[str], rows: list[list[str]]) -> None:
        """Write headers and rows."""
        if self.columnCount() != len(headers) or self.rowCount() != len(rows):
            self._shape(len(rows), len(headers))
        for column, header in enumerate(headers):
            self._write_header(column, header)
        rows = [list(map(with_real_minus, texts)) for texts in rows]
        for row, texts in enumerate(rows):
            for column, text in enumerate(texts):
                item = self.item(row, column)
                if item is not None and item.text() != text:
                    item.setText(text)
        self._widen(headers, rows)

    def _shape(self, rows: int, columns: int) -> None:
        self.setRowCount(rows)
        self.setColumnCount(columns)
        for row in range(rows):
            for column in range(columns):
                item = QTableWidgetItem()
                item.setTextAlignment(_RIGHT if column else _LEFT)
                self.setItem(row, column, item)
        self._widths = [0] * columns
        shown = min(rows, self._most_rows)
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + shown * _ROW_HEIGHT + 2)

    def _widen(self, headers: list[str], rows: list[list[str]]) -> None:
        """Give the numbers the room of the longest so far.

        So that nothing jumps, and the first column the rest.
        """
        advance = self.fontMetrics().horizontalAdvance
        header = self.horizontalHeader()
        mode = QHeaderView.ResizeMode
        header.setSectionResizeMode(0, mode.Stretch)
        for column in range(1, len(headers)):
            width = max(map(advance, (headers[column], *(row[column] for row in rows)))) + _PADDING
            if width > self._widths[column]:
                self._widths[column] = width
                header.setSectionResizeMode(column, mode.Fixed)
                self.setColumnWidth(column, width)

    def _write_header(self, column: int, text: str) -> None:
        item = self.horizontalHeaderItem(column)
        if item is None or item.text() != text:
            item = QTableWidgetItem(text)
            item.setTextAlignment(_RIGHT if column else _LEFT)
            self.setHorizontalHeaderItem(column, item)


class StagesTable(NumberTable):
    """A row for every step of the optimizer's arithmetic.

    A column for every parameter, or of many for one.
    """

    asked = Signal(Quantity)
    """This number is to be explained."""

    def __init__(self) -> None:
        super().__init__("stages", "From the gradient to the new parameters", 14)
        self._parameters: list[int] = []
        self.cellClicked.connect(self._on_cell)
        self.cellActivated.connect(self._on_cell)

    def show_stages(self, anatomy: Anatomy | None, parameter: int) -> None:
        """Show the steps of an anatomy, of many parameters those of one.

        Nothing until torch is loaded.
        """
        self.setVisible(anatomy is not None)
        if anatomy is None:
            return
        names = [subscripted(name) for name in anatomy.settings.parameters.names]
        few = len(names) <= _MOST_PARAMETERS
        self._parameters = list(range(len(names))) if few else [parameter]
        rows = [
            [_named(stage), *(fitted(stage.of(index)) for index in self._parameters)]
            for stage in anatomy.stages
        ]
        self.show_texts(["step", *(names[index] for index in self._parameters)], rows)
        for row, stage in enumerate(anatomy.stages):
            item = self.item(row, 0)
            if item is not None:
                item.setToolTip(with_real_minus(f"{stage.label}: {stage.equation}"))

    def _on_cell(self, row: int, column: int) -> None:
        index = self._parameters[max(0, column - 1)]
        self.asked.emit(Quantity("stage", (row, index)))


def _named(stage: UpdateStage) -> str:
    """Return a step as an equation, or as its name where the equation says nothing."""
    if stage.symbol == stage.formula:
        return f"{stage.symbol}, {stage.label}"
    return stage.equation
