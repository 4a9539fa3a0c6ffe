"""The predictions table: every sample with z, ŷ, y, its loss, and whether it is right."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLabel, QTableView, QVBoxLayout, QWidget

from neuroviz.core.numbers import fixed, format_number
from neuroviz.session.frame import Frame
from neuroviz.ui import theme as themes
from neuroviz.ui.theme import Theme

__all__ = ["PredictionsPanel"]

_COLUMNS = ("x", "z", "ŷ", "y", "loss", "")
_LONGEST = ("", "-1.5e153", "-1.5e153", "6.63", "-2.3e306", "✓")
_MOST_INPUTS = 3
Index = QModelIndex | QPersistentModelIndex


class _Model(QAbstractTableModel):
    """Reads the frame; holds nothing of its own."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.frame: Frame | None = None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        return 0 if parent.isValid() or self.frame is None else self.frame.settings.dataset.samples

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(_COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _COLUMNS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if self.frame is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(self.frame, index.row(), index.column())
        if role == Qt.ItemDataRole.AccessibleTextRole and index.column() == len(_COLUMNS) - 1:
            return {"✓": "right", "✗": "wrong"}.get(self._text(self.frame, index.row(), index.column()), "")
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == 0:
            return ", ".join(format_number(value) for value in self.frame.settings.coded_inputs[index.row()])
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(index.column())
        if role == Qt.ItemDataRole.ForegroundRole and index.column() == len(_COLUMNS) - 1:
            right = self.frame.right
            wrong = right is not None and not right[index.row()]
            return QColor(self.theme.error if wrong else self.theme.good.text)
        return None

    @staticmethod
    def _text(frame: Frame, row: int, column: int) -> str:
        settings, prediction = frame.settings, frame.prediction
        if column == 0:
            inputs = settings.coded_inputs[row]
            if len(inputs) > _MOST_INPUTS:
                return f"({format_number(inputs[0], 2)}, {format_number(inputs[1], 2)}, …)"
            return "(" + ", ".join(format_number(value, 3) for value in inputs) + ")"
        if column == 3:
            return format_number(settings.coded_targets[row])
        if column == 5:
            return "" if frame.right is None else "✓" if frame.right[row] else "✗"
        if prediction is None or prediction.losses is None:
            return fixed(None)
        value = (prediction.pre_activation, prediction.output, prediction.losses)[{1: 0, 2: 1, 4: 2}[column]][row]
        if abs(value) < 10:
            return fixed(float(value), 4)
        # Two digits leave room for three of the exponent: a cut exponent would be another number.
        return format_number(float(value), 5 if abs(value) < 1e5 else 2)


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter


class PredictionsPanel(QWidget):
    """The table with the accuracy under it; a click on a row picks the sample."""

    sample_picked = Signal(object)
    title = "Predictions"

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._model = _Model(theme)
        self.table = QTableView()
        self.table.setObjectName("predictions")
        self.table.setAccessibleName("Predictions for every sample")
        self.table.setModel(self._model)
        font = themes.numeric_font()
        font.setPointSize(9)
        self.table.setFont(font)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setShowGrid(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(26)
        self.table.setTabKeyNavigation(False)
        header = self.table.horizontalHeader()
        # Widths that hold the longest number, so that nothing jumps; x takes what is left.
        metrics = self.table.fontMetrics()
        header.setMinimumSectionSize(16)
        for column, longest in enumerate(_LONGEST):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            self.table.setColumnWidth(column, metrics.horizontalAdvance(longest) + 13)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.table.selectionModel().currentRowChanged.connect(self._on_row_changed)
        self.summary = QLabel()
        self.summary.setObjectName("accuracy")
        self.summary.setProperty("role", "muted")
        self.summary.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.summary)

    def show_new(self, frame: Frame) -> None:
        """Show another experiment."""
        self._model.beginResetModel()
        self._model.frame = frame
        self._model.endResetModel()
        self.show_frame(frame)

    def show_frame(self, frame: Frame) -> None:
        """Show a moment."""
        self._model.frame = frame
        if self.isVisible():
            self._model.dataChanged.emit(self._model.index(0, 0), self._model.index(self._model.rowCount() - 1, 5))
            self._select(frame.look.sample)
            self.summary.setText(_summary(frame))

    def apply_theme(self, theme: Theme) -> None:
        """Wear a theme."""
        self._model.theme = theme
        self.table.viewport().update()

    def showEvent(self, event: Any) -> None:
        """Show what was missed while hidden."""
        super().showEvent(event)
        if self._model.frame is not None:
            self.show_frame(self._model.frame)

    def _select(self, sample: int | None) -> None:
        selection = self.table.selectionModel()
        selection.blockSignals(True)
        if sample is None:
            self.table.clearSelection()
        elif not selection.isRowSelected(sample, QModelIndex()):
            self.table.selectRow(sample)
        selection.blockSignals(False)

    def _on_row_changed(self, current: QModelIndex, previous: QModelIndex) -> None:
        if current.isValid():
            self.sample_picked.emit(current.row())


def _summary(frame: Frame) -> str:
    settings = frame.settings
    if settings.threshold is None:
        return "The targets are numbers: there is no accuracy."
    low, high = ("−1", "+1") if settings.coding == "pm1" else ("0", "1")
    rule = f"class 1 is ŷ > {format_number(settings.threshold)}, classes coded {low} and {high}"
    if frame.right is None:
        return f"— of {settings.dataset.samples} right · {rule}"
    right, samples = int(frame.right.sum()), settings.dataset.samples
    return f"{right} of {samples} right, accuracy {100 * right / samples:.4g} % · {rule}"
