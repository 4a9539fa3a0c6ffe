"""The weights table: every parameter with its gradient.

A value typed here starts a new run from that value.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QHeaderView

from neuroviz.core.model.rounding import (
    is_rounding,
    is_rounding_of_errors,
    is_rounding_of_mean,
    may_be_rounding,
)
from neuroviz.core.numbers import exact, measured, parse_number, subscripted
from neuroviz.pictures.input_names import parameter_label, parameter_labels
from neuroviz.pictures.neuron.numbers import is_computed
from neuroviz.pictures.weights import WeightsScene
from neuroviz.session.frame import Frame
from neuroviz.ui.canvas.tables import FrameModel, Index, Role, TablePanel
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.icons import SWATCH
from neuroviz.ui.theme.parts import small_button

_OWN_UNITS = (
    "For inputs as they are in the data. "
    "The neuron itself has other weights: its inputs are scaled."
)
_LONGEST, _WHOLE = 12, 200
"""Most letters of an input's name in the table, and in its tooltip."""
_HINT = "Type a value to start a new run from there; Undo brings this one back."


class _WeightsModel(FrameModel):
    """One row for each parameter; a typed value is emitted as a signal."""

    typed = Signal(int, float)
    rejected = Signal(str)
    own_units = False
    """Whether the values are for inputs in the data's own units, and therefore read-only."""
    columns = ("", "value", "gradient")
    scene = WeightsScene(())
    """Gives the colours of the parameters' lines."""

    def rows_of(self, frame: Frame) -> int:
        return frame.settings.parameters.count

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        ready = self.frame is not None and self.frame.parameters is not None
        typed = ready and index.column() == 1 and not self.own_units
        return flags | Qt.ItemFlag.ItemIsEditable if typed else flags

    def cell(self, row: int, column: int, role: int) -> object:
        frame = self.frame
        if frame is None:
            return None
        if role == Role.DecorationRole and column == 0:
            colour = self.scene.colour_of(row, themes.now.series)
            return None if colour is None else QColor(colour)
        if role == Role.ToolTipRole and column == 0:
            own = parameter_label(frame.settings, row, _WHOLE)
            return own if own != subscripted(frame.settings.parameters.names[row]) else None
        if role in (Role.EditRole, Role.ToolTipRole):
            value = self._number(frame, row, column)
            return None if value is None else exact(value)
        return super().cell(row, column, role)

    def text(self, frame: Frame, row: int, column: int) -> str:
        if column == 0:
            return parameter_label(frame.settings, row, _LONGEST)
        return measured(self._seen(frame, row, column))

    def colour(self, frame: Frame, row: int, column: int) -> str | None:
        value = self._seen(frame, row, column) if column == 1 else None
        if not value:
            return None
        return themes.now.positive_text if value > 0 else themes.now.negative_text

    def take(self, index: Index, text: str) -> bool:
        try:
            self.typed.emit(index.row(), parse_number(text))
        except ValueError as error:
            self.rejected.emit(str(error))
            return False
        return True

    def _seen(self, frame: Frame, row: int, column: int) -> float | None:
        """Return the number of a cell, or 0 where it is only rounding."""
        value = self._number(frame, row, column)
        if value is None or frame.row is None or not may_be_rounding(frame.settings, value):
            return value
        if column == 1:
            noise = not self.own_units and bool(
                is_rounding(frame.settings, frame.row.parameters)[row]
            )
        else:
            step = frame.next_step
            shares = None if step is None else step.sample_grads[step.batch, row]
            noise = is_rounding_of_errors(frame.settings, frame.current_loss or 0.0, value)
            noise = noise or (
                shares is not None and is_rounding_of_mean(frame.settings, value, shares)
            )
        return 0.0 if noise else value

    def _number(self, frame: Frame, row: int, column: int) -> float | None:
        """Return the parameter or the gradient of a row.

        It is None in the column of names, and for a gradient that is not computed yet.
        """
        if (
            column == 0
            or frame.row is None
            or (column == 2 and not is_computed("grad", frame.phase))
        ):
            return None
        if column == 2:
            return float(frame.row.grad[row])
        values = frame.row.parameters
        if self.own_units:
            scaling = frame.settings.dataset.scaling
            values = scaling.own_units(values, frame.settings.parameters)
        return float(values[row])


class WeightsPanel(TablePanel):
    """The table, and a line below it on what a typed value does or what is wrong with it."""

    weight_typed = Signal(int, float)
    _model: _WeightsModel
    _unit: object = ()
    """The opened neuron whose parameters have colours, in a tuple."""
    _unread = False

    def __init__(self) -> None:
        model = _WeightsModel()
        super().__init__("weights", "Weights and bias with their gradients", model, "weights_note")
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
        model.typed.connect(self._forget_error)
        model.typed.connect(self.weight_typed)
        model.rejected.connect(self.show_error)
        self.table.pressed.connect(self._on_picked)
        self.table.selectionModel().currentChanged.connect(self._on_picked)
        self.table.setIconSize(SWATCH)
        self.own_units = small_button(
            "own_units",
            "In the data's own units",
            "The same neuron with weights for inputs that are not scaled; "
            "the gradient is for those that are",
            "Parameters in the data's own units",
            checkable=True,
        )
        self.own_units.toggled.connect(self._on_units_toggled)
        self.rows.insertWidget(0, self.own_units)

    def _on_units_toggled(self, on: bool) -> None:
        self._model.own_units = on
        self.table.setColumnHidden(2, on)
        self._forget_error()
        if self._model.frame is not None:
            self.draw(self._model.frame)
            self.table.viewport().update()

    def show_new(self, frame: Frame) -> None:
        """Show another experiment; where inputs are not scaled, the choice of units is hidden."""
        scaled = frame.settings.dataset.scaling.name != "none"
        self.own_units.setVisible(scaled)
        if not scaled:
            self.own_units.setChecked(False)
        labels = parameter_labels(frame.settings, _LONGEST)
        widest = max(map(self.table.fontMetrics().horizontalAdvance, labels))
        self.table.setColumnWidth(0, widest + 16 + 2 * SWATCH.width())
        self._unit = ()
        self._forget_error()
        super().show_new(frame)

    def draw(self, frame: Frame) -> None:
        """Show the parameters, but leave a value alone that is being typed."""
        if self._unit != (frame.unit,):  # other parameters have lines
            self._unit = (frame.unit,)
            self._model.scene = WeightsScene.of(frame.settings, frame.unit)
            self.table.viewport().update()
        if self.table.state() != QAbstractItemView.State.EditingState:
            super().draw(frame)

    def show_error(self, sentence: str) -> None:
        """Say what is wrong with what was typed."""
        # The press on another cell that ends the typing does not show that the error was read.
        self._unread = True
        QTimer.singleShot(0, self._on_said)
        self._say(sentence, "error")

    def _on_said(self) -> None:
        self._unread = False

    def _on_picked(self) -> None:
        if not self._unread:
            self._forget_error()

    def _forget_error(self) -> None:
        self._say(_OWN_UNITS if self._model.own_units else _HINT, "muted")

    def _say(self, text: str, role: str) -> None:
        self.note.setText(text)
        themes.set_role(self.note, role)
