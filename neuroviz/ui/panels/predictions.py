"""The predictions table: each sample with z, ŷ, y, its loss, and whether it is right."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView

from neuroviz.core.anatomy.unit import unit_letter
from neuroviz.core.choices.settings import Settings
from neuroviz.core.model.model import Prediction, rule_aside
from neuroviz.core.model.rounding import settled_sums
from neuroviz.core.numbers import elided, fixed, format_number, measured, printed, with_real_minus
from neuroviz.core.training.held_out import held_out_at
from neuroviz.core.types import Floats
from neuroviz.pictures.input_names import (
    class_title,
    input_label,
    input_name,
    shares_told,
    target_label,
)
from neuroviz.session.frame import Frame, Seen
from neuroviz.ui.canvas.tables import FrameModel, Role, TablePanel
from neuroviz.ui.theme import theme as themes

_ROOM = ("", "−12,345", "−12,345", "6.63", "12,345", "✓")
"""Texts that fit into the columns from the start; longer numbers widen them."""
_Z, _OUTPUT, _TARGET, _LOSS, _RIGHT = 1, 2, 3, 4, 5
"""Indices of the columns; the last one says right or wrong."""
_UNIT = "0.0000 "
"""The longest output of a neuron whose outputs lie between 0 and 1."""
_PADDING = 14
_WIDEST = 90
"""Most pixels of a class name, where there are several outputs."""
_DIGITS = 4
_SHORT = 2
_TINY = 1e-3
"""In a column whose numbers are all below this, each number has two digits."""
_ROUNDING = 1e-12
_LONG = 1e6
"""From this size on a number is written with an exponent."""
_LONGEST_TARGET = 8
_LONGEST_NAME = 16
"""Most letters of a target's name."""
_INPUTS = ((3, 3, "({})"), (3, 2, "({})"), (3, 2, "{}"), (2, 2, "{}"), (1, 2, "{}"))
"""Forms of the inputs: most that are written, their digits, and what stands around them. The first
form that fits is used."""
_MOST_NAMED = 100
_MEASURED = 200
"""How many samples decide that."""


class _PredictionsModel(FrameModel):
    """One row for each sample."""

    columns = ("x", "z", "ŷ", "y", "loss", "")
    inputs = _INPUTS[0]
    """The form in which a row writes its inputs."""
    target_decimals: int | None = None
    """Decimals of all targets; None where each target has its own."""
    _measured: object = None

    def __init__(self) -> None:
        super().__init__()
        self._columns: dict[int, Floats] = {}
        self._decimals: dict[int, int] = {}
        """Decimals of z, ŷ and loss of the prediction that was measured; their values are in
        ``_columns``."""

    def head(self, column: int, role: int) -> object:
        """Return the title of a column, or its tooltip.

        Inputs of own data are called by their names, which the tooltip lists too.
        """
        if self.frame is not None and column in (0, _TARGET):
            settings = self.frame.seen.settings
            named = range(min(settings.dataset.width, _MOST_NAMED))
            if role == Role.ToolTipRole:
                inputs = ", ".join(input_label(settings, index) for index in named)
                return target_label(settings) if column else f"inputs {inputs}"
            if role == Role.DisplayRole and column == 0 and settings.dataset.own_name(0):
                return ", ".join(input_name(settings, index) for index in named)
        if role == Role.DisplayRole and column == _LOSS and self.frame is not None:
            # This is the loss of the opened output; the sample's loss is the mean over the outputs.
            return "its loss" if self.frame.settings.independent else "loss"
        return super().head(column, role)

    def rows_of(self, frame: Frame) -> int:
        return frame.settings.dataset.samples

    def cell(self, row: int, column: int, role: int) -> object:
        frame = self.frame
        if frame is None:
            return None
        if role == Role.AccessibleTextRole and column == _RIGHT:
            return {"✓": "right", "✗": "wrong"}.get(self.text(frame, row, column), "")
        if role == Role.ToolTipRole and column == 0:
            return _inputs_named(frame.settings, row)
        if role == Role.ToolTipRole and column == _OUTPUT and frame.settings.softmax:
            shares = None if frame.prediction is None else frame.prediction.output[row]
            return html.escape(shares_told(frame.settings, shares))
        return super().cell(row, column, role)

    def colour(self, frame: Frame, row: int, column: int) -> str | None:
        if column != _RIGHT:
            return None
        right = frame.seen.right
        wrong = right is not None and not right[row]
        return themes.now.error if wrong else themes.now.good.text

    def text(self, frame: Frame, row: int, column: int) -> str:
        seen = frame.seen
        settings = seen.settings
        prediction = seen.prediction
        if column == 0:
            return _inputs_written(settings.coded_inputs[row], *self.inputs)
        if settings.outputs > 1 and column in (_OUTPUT, _TARGET):
            return _class_written(frame, row, column)
        if column == _TARGET:
            return _target_written(float(settings.coded_targets[row]), self.target_decimals)
        if column == _RIGHT:
            return "" if seen.right is None else "✓" if seen.right[row] else "✗"
        if prediction is None or (settings.outputs > 1 and column == _Z):  # the column is hidden
            return fixed(None)
        self._measure(settings, prediction)
        return self._written(column, float(self._columns[column][row]))

    def longest(self, settings: Settings, prediction: Prediction, column: int) -> str:
        """Return the longest text of a column: of its least, its greatest, or that next to 0."""
        self._measure(settings, prediction)
        values = self._columns[column]
        values = values[np.isfinite(values)]
        next_to_0 = np.abs(values[values != 0]).min(initial=1.0)
        ends = values.min(initial=0.0), values.max(initial=0.0), next_to_0
        return max((self._written(column, float(end)) for end in ends), key=len)

    def _measure(self, settings: Settings, prediction: Prediction) -> None:
        if self._measured is not prediction:
            self._measured = prediction
            sums = settled_sums(settings, prediction.pre_activation)
            values = (sums, prediction.output, prediction.losses)
            self._columns = dict(zip((_Z, _OUTPUT, _LOSS), values, strict=True))
            self._decimals = {at: _decimals(column) for at, column in self._columns.items()}

    def _written(self, column: int, value: float) -> str:
        if abs(value) < _LONG and self._decimals[column] <= _DIGITS:
            return _in_column(value, self._decimals[column])
        return measured(value, _SHORT if abs(value) < 1 else _DIGITS)


class PredictionsPanel(TablePanel):
    """The table, with the accuracy under it.

    A click on a row picks its sample; another click on it, or Esc, picks none.
    """

    sample_picked = Signal(object)
    _model: _PredictionsModel
    _selecting = False
    _fitted: tuple[int, ...] = ()
    """Table width, opened output and widths of numbers for which the columns were fitted."""

    def __init__(self) -> None:
        model = _PredictionsModel()
        super().__init__("predictions", "Predictions for every sample", model, "accuracy")
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.selectionModel().currentRowChanged.connect(self._on_row_changed)
        self.table.installEventFilter(self)
        self.table.viewport().installEventFilter(self)
        self._numbers = dict.fromkeys((_Z, _OUTPUT, _LOSS), 0)
        """Widths of the longest numbers so far, by column."""
        header = self.table.horizontalHeader()
        header.setMinimumSectionSize(16)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)  # x gets what is left

    def show_new(self, frame: Frame) -> None:
        """Show another experiment; where no row is right or wrong, x gets that column's room."""
        self.table.setColumnHidden(_RIGHT, not frame.settings.dataset.classes)
        self._numbers = dict.fromkeys(self._numbers, 0)
        self._fitted = ()
        super().show_new(frame)

    def draw(self, frame: Frame) -> None:
        """Show the neuron's predictions for all samples."""
        self._measure(frame.seen)
        fitted = self.table.width(), frame.output, *self._numbers.values()
        if self._fitted != fitted:
            self._fitted = fitted
            self._fit_columns(frame.seen.settings)
        super().draw(frame)
        self._select(frame.selection.sample)
        self.note.setText(_summary(frame))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Pick no sample on Esc, or on a press on the picked row.

        Qt itself would change nothing there.
        """
        if not self._leaves(event):
            return super().eventFilter(watched, event)
        self.sample_picked.emit(None)
        return True

    def _leaves(self, event: QEvent) -> bool:
        frame = self._model.frame
        if frame is None or frame.selection.sample is None:
            return False
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return event.key() == Qt.Key.Key_Escape
        if event.type() != QEvent.Type.MouseButtonPress or not isinstance(event, QMouseEvent):
            return False
        row = self.table.rowAt(event.position().toPoint().y())
        return event.button() == Qt.MouseButton.LeftButton and row == frame.selection.sample

    def _measure(self, seen: Seen) -> None:
        """Widen the columns of numbers for longer ones, but never narrow them: nothing moves."""
        if seen.prediction is not None:
            advance = self.table.fontMetrics().horizontalAdvance
            for column, width in self._numbers.items():
                longest = self._model.longest(seen.settings, seen.prediction, column)
                self._numbers[column] = max(width, advance(longest))

    def _fit_columns(self, settings: Settings) -> None:
        """Give every column the room that it needs for these settings.

        The inputs are then written in a form that fits what is left.
        """
        advance = self.table.fontMetrics().horizontalAdvance
        room = dict(enumerate(map(advance, _ROOM)))
        whole = settings.activation_entry.output_range == (0, 1)
        room[_OUTPUT] = advance(_UNIT if whole else _ROOM[_OUTPUT])
        for column, width in self._numbers.items():
            room[column] = max(room[column], width)
        # np.unique would import masked arrays.
        targets = sorted({*settings.coded_targets[:_MEASURED].tolist()})
        decimals = self._model.target_decimals = _target_decimals(targets)
        room[_TARGET] = max(advance(_target_written(target, decimals)) for target in targets)
        several = settings.outputs > 1
        if several:
            titles = [class_title(settings, index) for index in range(settings.outputs)]
            room[_TARGET] = min(max(map(advance, titles)), _WIDEST)
            room[_OUTPUT] = advance(_UNIT) + room[_TARGET]
        for column, width in room.items():
            self.table.setColumnWidth(column, width + _PADDING)
        self.table.setColumnHidden(_Z, several)
        form = self._form_that_fits(settings)
        short = form is None or form[0] < settings.dataset.width
        if not several and short and (form is None or settings.activation == "identity"):
            # The neuron says z, or ŷ is the same as z: the inputs get its room.
            self.table.setColumnHidden(_Z, True)
            form = self._form_that_fits(settings)
        self._model.inputs = form or _INPUTS[-1]

    def _form_that_fits(self, settings: Settings) -> tuple[int, int, str] | None:
        """Return the form of the inputs that fits into the room that is left; None if none does."""
        advance = self.table.fontMetrics().horizontalAdvance
        others = sum(map(self.table.columnWidth, range(1, len(_ROOM))))
        room = self.table.width() - others - _PADDING
        rows = settings.coded_inputs[:_MEASURED]
        fits = (
            form
            for form in _INPUTS
            if max(advance(_inputs_written(row, *form)) for row in rows) <= room
        )
        return next(fits, None)

    def _select(self, sample: int | None) -> None:
        selection = self.table.selectionModel()
        self._selecting = True
        if sample is None:
            selection.clear()  # the current row too, or a click on it would not pick it again
        elif not selection.isRowSelected(sample, QModelIndex()):
            self.table.selectRow(sample)
        self._selecting = False

    def _on_row_changed(self, current: QModelIndex, previous: QModelIndex) -> None:
        if current.isValid() and not self._selecting:
            self.sample_picked.emit(current.row())


def _class_written(frame: Frame, row: int, column: int) -> str:
    """Return a sample's class, or the largest share and its class."""
    settings = frame.settings
    if column == _TARGET:
        return class_title(settings, int(settings.dataset.targets[row]))
    if frame.prediction is None:
        return fixed(None)
    shares = frame.prediction.output[row]
    largest = int(shares.argmax())
    return f"{fixed(float(shares[largest]), _DIGITS)} {class_title(settings, largest)}"


def _decimals(column: Floats) -> int:
    """Return the decimals with which the largest finite number (N,) of a column has four digits.

    They are at most four, except where the largest is below ``_TINY``.
    """
    sizes = np.abs(column[np.isfinite(column)])
    largest = float(sizes.max(initial=0.0, where=sizes < _LONG)) or 1.0
    wanted = max(_DIGITS - 1 - math.floor(math.log10(largest)), 0)
    return wanted if largest < _TINY else min(wanted, _DIGITS)


def _target_decimals(targets: Sequence[float]) -> int | None:
    """Return the decimals that show every target: all of its digits, or at least two.

    It is None where that would be too long. A target that is 0 but for rounding counts as 0.
    """
    least = _ROUNDING * max(map(abs, targets))
    texts = [format_number(target if abs(target) > least else 0.0) for target in targets]
    if any("e" in text for text in texts):
        return None
    decimals = max(len(text.partition(".")[2]) for text in texts)
    longest = max(len(_in_column(target, decimals)) for target in targets)
    if longest <= _LONGEST_TARGET:
        return decimals
    decimals = _decimals(np.array(targets))
    smallest = min(abs(target) for target in targets if abs(target) > least)
    return decimals if smallest * 10**decimals >= 10 else None


def _target_written(target: float, decimals: int | None) -> str:
    return printed(target) if decimals is None else _in_column(target, decimals)


def _in_column(value: float, decimals: int) -> str:
    return with_real_minus(fixed(value, decimals, grouped=True))


def _inputs_written(inputs: Floats, most: int, digits: int, around: str) -> str:
    """Return the inputs of a sample as text; of many inputs only the first ones."""
    shown = [printed(value, digits) for value in inputs[:most].tolist()]
    return around.format(", ".join([*shown, "…"] if len(inputs) > most else shown))


def _inputs_named(settings: Settings, row: int) -> str:
    """Return the inputs of a sample with their names, as the neuron gets them."""
    inputs = settings.coded_inputs[row][:_MOST_NAMED].tolist()
    named = [
        f"{input_name(settings, index)} {printed(value)}" for index, value in enumerate(inputs)
    ]
    return ", ".join([*named, "…"] if settings.dataset.width > len(named) else named)


def _summary(frame: Frame) -> str:
    if not frame.settings.independent:
        return _summary_of(frame.seen)
    name = elided(frame.settings.dataset.target_names[frame.output], _LONGEST_NAME)
    said = f"{unit_letter(frame.settings, frame.settings.hidden + frame.output)} ({name}) · "
    if frame.right is not None:
        count = f"{int(frame.right.sum()):,} of {len(frame.right):,}"
        said = f"Every output right for {count} · {said}"
    return said + _summary_of(frame.seen)


def _summary_of(seen: Seen) -> str:
    settings = seen.settings
    if not settings.dataset.classes:
        return "The targets are numbers: there is no accuracy."
    rule = "the largest share names the class"
    if settings.threshold is not None:
        low, high = ("−1", "+1") if settings.coding == "pm1" else ("0", "1")
        one = class_title(settings, 1)
        rule = f"{one} is ŷ > {printed(settings.threshold, 6)}, classes coded {low} and {high}"
        rule += rule_aside(settings)
    if seen.right is None:
        return f"— of {settings.dataset.samples:,} right · {rule}"
    right = int(seen.right.sum())
    samples = settings.dataset.samples
    said = f"{right:,} of {samples:,} right, accuracy {printed(100 * right / samples, 6)} %"
    return f"{said}{_held_out(seen)} · {rule}"


def _held_out(seen: Seen) -> str:
    """Return how many of the held-out rows are right; an empty text without such rows."""
    assert seen.parameters is not None
    found = held_out_at(seen.settings, seen.parameters[None])
    if found is None or found[1] is None or seen.settings.held_out is None:
        return ""
    rows = seen.settings.held_out.rows
    return f"; held out: {round(found[1][0] * rows):,} of {rows:,}"
