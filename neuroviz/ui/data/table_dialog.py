"""The window in which the data are edited as a table, and prepared for the neuron."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QToolButton, QWidget

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.settings import Settings, numeric_data
from neuroviz.core.curvature.scale_hint import hint_for
from neuroviz.core.data.dataset import Dataset, with_features
from neuroviz.core.data.preparation import SCALINGS
from neuroviz.core.numbers import capitalized, counted
from neuroviz.session.frame import Frame
from neuroviz.ui.controls.commands import finish_typing
from neuroviz.ui.controls.field import Field
from neuroviz.ui.controls.number_box import FormulasEdit
from neuroviz.ui.data.import_parts import Preparation, ScaleAdvice
from neuroviz.ui.data.table_model import DataModel
from neuroviz.ui.data.table_view import DataTable
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import (
    DIALOG,
    height_of,
    in_column,
    in_row,
    named,
    to_front,
    wrapped_label,
)

_SIZE = (620, 560)
_HINT = (
    "Type into a cell and press Enter. A click on a name sorts only the view. "
    "You can copy to a spreadsheet and paste from one."
)


class TableDialog(QDialog):
    """The data in a window that is not modal: it and the main window follow each other at once."""

    edited = Signal(object)
    """{"data": the data set that a person wants}."""
    _advised: tuple[object, ...] = ()

    def __init__(self, frame: Frame, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("data_dialog")
        self.setWindowTitle("Table")
        self.model = DataModel(numeric_data(frame.settings))
        self.table = DataTable(self.model)
        self.preparation = Preparation("data")
        self.advice = ScaleAdvice("data", self.preparation)
        self.features = FormulasEdit()
        """Inputs by formula besides the data's own."""
        self.features.objection = self._objection_to_features
        self.summary = wrapped_label("data_summary", "muted")
        self.note = wrapped_label("data_note", "muted")
        self._place()
        self.resize(*_SIZE)
        self.table.edited.connect(self._ask)
        self.table.refused.connect(self.show_error)
        self.preparation.changed.connect(self._on_prepared)
        self.preparation.refused.connect(self.show_error)
        self.features.valueChanged.connect(
            lambda formulas: self._ask(with_features(self.model.dataset, formulas))
        )
        self.features.rejected.connect(self.show_error)
        self._show(self.model.dataset, frame.settings.task_label)

    def _place(self) -> None:
        buttons = in_row(spacing=themes.GRID)
        for name, text, slot in (
            ("add_row", "Add row", self.table.add_row),
            ("remove_rows", "Remove rows", self.table.remove_rows),
            ("copy_rows", "Copy", self.table.copy),
            ("paste_rows", "Paste", self.table.paste),
        ):
            button = named(QToolButton(), name)
            button.setText(text)
            button.clicked.connect(slot)
            buttons.addWidget(button)
        buttons.addStretch(1)
        in_column(
            self.summary,
            self.preparation,
            self.advice,
            Field("data_features", "Added inputs", self.features),
            (self.table, 1),
            buttons,
            self.note,
            within=self,
            spacing=10,
            margins=DIALOG,
        )
        self.note.setFixedHeight(height_of(3, self.note))

    def open_for(self, frame: Frame) -> None:
        """Show the data of this moment, and come to the front."""
        to_front(self)
        self.show_frame(frame)
        self.table.setFocus()

    def done(self, result: int) -> None:
        """Take what is being typed, and close."""
        finish_typing()
        super().done(result)

    def show_frame(self, frame: Frame) -> None:
        """Follow the data while the window is open."""
        if not self.isVisible() or frame.preview:
            return
        data = numeric_data(frame.settings)
        self._advise(frame.settings)
        if data != self.model.dataset:
            self._show(data, frame.settings.task_label)

    def _show(self, data: Dataset, label: str) -> None:
        self.model.show_data(data)
        self.table.fill_width()
        self.preparation.show_data(data)
        self.features.show_value(data.features)
        self.summary.setText(_summary(data, label))
        self.show_error("")

    def _advise(self, settings: Settings) -> None:
        """Say what the sizes of the inputs do to this neuron's rate, if they matter."""
        now = (settings.data, settings.activation, settings.loss)
        if now != self._advised:
            self._advised = now
            self.advice.setVisible(
                hint_for(settings) is not None and self.advice.show_data(settings.data)
            )

    def show_error(self, sentence: str) -> None:
        """Say why something is not possible, or again what can be done."""
        self.note.setText(sentence or _HINT)
        themes.set_role(self.note, "error" if sentence else "muted")

    def _ask(self, data: Dataset) -> None:
        self.edited.emit({"data": data})

    def _objection_to_features(self, formulas: tuple[str, ...]) -> str | None:
        try:
            with_features(self.model.dataset, formulas)
        except SettingsError as error:
            return str(error)
        return None

    def _on_prepared(self) -> None:
        data = self.model.dataset
        try:
            self._ask(self.preparation.prepared(data))
        except SettingsError as error:
            self.show_error(str(error))
            self.preparation.show_data(data)


def _summary(data: Dataset, label: str) -> str:
    """Return in one line what the data are, and how the neuron gets them."""
    rows = counted(data.rows, "row")
    inputs = counted(data.width, "input")
    aside = f", {len(data.held_out):,} held out (○)" if data.held_out else ""
    scaling = ""
    if data.scaling.name != "none":
        kind = SCALINGS[data.scaling.name]
        scaling = f" The inputs are scaled to {kind.formula}; here they are in their own units."
    return f"{capitalized(label)}: {rows}{aside}, {inputs}.{scaling}"
