"""The predictions table: every sample with z, ŷ, y, its loss, and whether it is right."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView

from neuroviz.core.numbers import fixed
from neuroviz.core.training.held_out import held_out_at
from neuroviz.pictures.input_names import class_title
from neuroviz.pictures.weights import printed
from neuroviz.session.frame import Frame
from neuroviz.ui.canvas.tables import FrameModel, Index, TablePanel
from neuroviz.ui.theme.colours import Theme

_LONGEST = ("", "-1.5e153", "-1.5e153", "6.63", "-2.3e306", "✓")
_RIGHT = 5  # the column that says right or wrong
_MOST_INPUTS = 3


class _Model(FrameModel):
    """One row for each sample."""

    columns = ("x", "z", "ŷ", "y", "loss", "")

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        return 0 if parent.isValid() or self.frame is None else self.frame.settings.dataset.samples

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if self.frame is not None and role == Qt.ItemDataRole.AccessibleTextRole and index.column() == _RIGHT:
            return {"✓": "right", "✗": "wrong"}.get(self.text(self.frame, index.row(), index.column()), "")
        if self.frame is not None and role == Qt.ItemDataRole.ToolTipRole and index.column() == 0:
            return ", ".join(printed(value) for value in self.frame.settings.coded_inputs[index.row()])
        return super().data(index, role)

    def colour(self, frame: Frame, row: int, column: int) -> str | None:
        if column != _RIGHT:
            return None
        wrong = frame.right is not None and not frame.right[row]
        return self.theme.error if wrong else self.theme.good.text

    def text(self, frame: Frame, row: int, column: int) -> str:
        settings = frame.settings
        prediction = frame.prediction
        if column == 0:
            inputs = settings.coded_inputs[row]
            if len(inputs) > _MOST_INPUTS:
                return f"({printed(inputs[0], 2)}, {printed(inputs[1], 2)}, …)"
            return "(" + ", ".join(printed(value, 3) for value in inputs) + ")"
        if column == 3:
            return printed(settings.coded_targets[row])
        if column == _RIGHT:
            return "" if frame.right is None else "✓" if frame.right[row] else "✗"
        if prediction is None or prediction.losses is None:
            return fixed(None)
        value = (prediction.pre_activation, prediction.output, prediction.losses)[{1: 0, 2: 1, 4: 2}[column]][row]
        if abs(value) < 10:
            return fixed(float(value), 4).replace("-", "−")
        # Two digits leave room for three of the exponent: a cut exponent would be another number.
        return printed(float(value), 5 if abs(value) < 1e5 else 2)


class PredictionsPanel(TablePanel):
    """The table with the accuracy under it; a click on a row picks the sample, another on it, or Esc, none."""

    sample_picked = Signal(object)
    title = "Predictions"

    def __init__(self, theme: Theme) -> None:
        super().__init__("predictions", "Predictions for every sample", _Model(theme), "accuracy")
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.selectionModel().currentRowChanged.connect(self._on_row_changed)
        self.table.installEventFilter(self)
        self.table.viewport().installEventFilter(self)
        self._selecting = False
        self._set_widths()

    def show_new(self, frame: Frame) -> None:
        """Show another experiment; where nothing is right or wrong, x has that room too."""
        self.table.setColumnHidden(_RIGHT, frame.settings.threshold is None)
        super().show_new(frame)

    def draw(self, frame: Frame) -> None:
        """Show what the neuron says to every sample."""
        super().draw(frame)
        self._select(frame.look.sample)
        self.note.setText(_summary(frame))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Go back to no sample at Esc, or at a press on the row that is picked, where Qt would change nothing."""
        if not self._leaves(event):
            return super().eventFilter(watched, event)
        self.sample_picked.emit(None)
        return True

    def _leaves(self, event: QEvent) -> bool:
        frame = self._frame_model.frame
        if frame is None or frame.look.sample is None:
            return False
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return event.key() == Qt.Key.Key_Escape
        if event.type() != QEvent.Type.MouseButtonPress or not isinstance(event, QMouseEvent):
            return False
        row = self.table.rowAt(event.position().toPoint().y())
        return event.button() == Qt.MouseButton.LeftButton and row == frame.look.sample

    def _set_widths(self) -> None:
        """Give every column the width of its longest number, so that nothing jumps; x takes what is left."""
        header = self.table.horizontalHeader()
        metrics = self.table.fontMetrics()
        header.setMinimumSectionSize(16)
        for column, longest in enumerate(_LONGEST):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            self.table.setColumnWidth(column, metrics.horizontalAdvance(longest) + 13)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)

    def _select(self, sample: int | None) -> None:
        selection = self.table.selectionModel()
        self._selecting = True
        if sample is None:
            selection.clear()  # the current row too, else a click on it would not pick it again
        elif not selection.isRowSelected(sample, QModelIndex()):
            self.table.selectRow(sample)
        self._selecting = False

    def _on_row_changed(self, current: QModelIndex, previous: QModelIndex) -> None:
        if current.isValid() and not self._selecting:
            self.sample_picked.emit(current.row())


def _summary(frame: Frame) -> str:
    settings = frame.settings
    if settings.threshold is None:
        return "The targets are numbers: there is no accuracy."
    low, high = ("−1", "+1") if settings.coding == "pm1" else ("0", "1")
    one = class_title(settings, 1)
    rule = f"{one} is ŷ > {printed(settings.threshold)}, classes coded {low} and {high}"
    if frame.right is None:
        return f"— of {settings.dataset.samples} right · {rule}"
    right = int(frame.right.sum())
    samples = settings.dataset.samples
    told = f"{right} of {samples} right, accuracy {100 * right / samples:.4g} %"
    return f"{told}{_held_out(frame)} · {rule}"


def _held_out(frame: Frame) -> str:
    """Return how many of the rows held out are right; nothing where there are none."""
    assert frame.parameters is not None
    found = held_out_at(frame.settings, frame.parameters[None])
    if found is None or found[1] is None or frame.settings.held_out is None:
        return ""
    rows = frame.settings.held_out.rows
    return f"; of {rows:,} held out {round(found[1][0] * rows):,}"
