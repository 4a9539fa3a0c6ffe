"""Made-up data: kind, noise, count and seed, with a picture of the result."""

from __future__ import annotations

from msgspec.structs import replace
from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.data.generators import GENERATORS, MOST_SAMPLES, Recipe
from neuroviz.pictures.data.figure import data_scene
from neuroviz.pictures.data.overlap import overlap_marks, reason
from neuroviz.ui.canvas.pen import Pen
from neuroviz.ui.canvas.plot import Plot
from neuroviz.ui.controls.choice_box import ChoiceBox
from neuroviz.ui.controls.field import Field
from neuroviz.ui.controls.number_box import IntegerBox, NumberBox
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import (
    DIALOG,
    STRETCH,
    height_of,
    in_column,
    in_row,
    small_button,
    take_or_cancel,
    wrapped_label,
)

_SIZE = (680, 420)
_FORM = 232
_MOST_NOISE = 100
_CAN = "One neuron can get all of these right."
_NUMBERS = "Numbers to predict: the neuron fits them as well as its shape can."


class NewDialog(QDialog):
    """A form at the left, the data at the right; nothing else changes before they are taken."""

    taken = Signal(object)
    """The data set that a person takes."""
    _data: Dataset | None = None

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("new_dialog")
        self.setWindowTitle("New data")
        self._build()
        self._place()
        self._show_kind()
        self.resize(*_SIZE)

    def show_error(self, sentence: str) -> None:
        """Say why there are no data."""
        self.error.setText(sentence)
        self.take.setEnabled(not sentence)

    # --- building ---------------------------------------------------------------------------------

    def _build(self) -> None:
        tips = {name: kind.formula for name, kind in GENERATORS.items()}
        self.kind = ChoiceBox(GENERATORS.labels, tips)
        self.typed = QLineEdit()
        self.typed.setToolTip("Such as 2*x + 1, x^2 or sin(3*x), for x from −1 to 1")
        self.noise = NumberBox(step=0.05)
        self.noise.setRange(0, _MOST_NOISE)
        self.noise.setToolTip(
            "Standard deviation of the noise in the points, or in targets that are numbers"
        )
        self.count = IntegerBox()
        self.count.setRange(2, MOST_SAMPLES)
        self.seed = IntegerBox()
        self.other = small_button(
            "new_next_seed",
            "Next",
            spoken="Next seed",
            clicked=lambda: self.seed.setValue(self.seed.value() + 1),
        )
        self.fields = {
            "kind": Field("new_kind", "Kind", self.kind, below=True),
            "typed": Field("new_typed", "f(x) =", self.typed, below=True),
            "noise": Field("new_noise", "Noise", self.noise),
            "count": Field("new_count", "Points", self.count),
            "seed": Field("new_seed", "Seed", self.seed, self.other),
        }
        self.plot = Plot("new_plot", "x", "y")
        self.plot.setAccessibleName("The new data")
        themes.notifier.changed.connect(self._draw)
        self._pen = Pen(self.plot)
        self.note = wrapped_label("new_note", "muted")
        self.error = wrapped_label("new_error", "error")
        self.kind.chosen.connect(self._show_kind)
        self.typed.textEdited.connect(self._make)
        for box in (self.noise, self.count, self.seed):
            box.valueChanged.connect(self._make)
            box.rejected.connect(self.error.setText)

    def _place(self) -> None:
        for field in self.fields.values():
            field.setFixedWidth(_FORM)
        form = in_column(*self.fields.values(), STRETCH, spacing=themes.GRID)
        shown = in_column((self.plot, 1), self.note)
        body = in_row(form, (shown, 1), spacing=2 * themes.GRID)
        buttons, self.take = take_or_cancel(self, "new_take", "Use these data", self._on_taken)
        in_column((body, 1), self.error, buttons, within=self, margins=DIALOG)
        self.note.setFixedHeight(height_of(4, self.note))
        self.error.setMinimumHeight(height_of(1, self.error))

    # --- showing ----------------------------------------------------------------------------------

    def _show_kind(self) -> None:
        recipe = Recipe.of(self.kind.name())
        self.fields["typed"].setVisible(bool(recipe.typed))
        self.typed.setText(recipe.typed)
        for box, value in ((self.noise, recipe.noise), (self.count, recipe.count)):
            box.show_value(value)
        self._make()

    def _make(self) -> None:
        """Make the data, and show them or say why there are none."""
        try:
            recipe = Recipe.of(self.kind.name())
            typed = self.typed.text() if recipe.typed else ""
            said = replace(
                recipe,
                noise=self.noise.value(),
                count=self.count.value(),
                seed=self.seed.value(),
                typed=typed,
            )
            self._data = said.dataset()
        except SettingsError as error:
            self.show_error(str(error))
            return
        self.show_error("")
        self._draw()

    def _draw(self) -> None:
        if self._data is None or self.plot.box.size().isEmpty():
            return
        settings = Settings.opened(data=self._data)
        scene = data_scene(settings)
        palette = themes.now.palette
        across, up = scene.labels
        self.plot.label_axes(across, up if self._data.classes else "target y")
        left, right, bottom, top = scene.bounds
        self.plot.show_range(left, right, bottom, top)
        marks = scene.marks(None, scene.bounds, (2, 2), palette)
        self._pen.draw({**marks, **overlap_marks(scene, palette)})
        self.note.setText(reason(settings) or (_CAN if self._data.classes else _NUMBERS))

    def showEvent(self, event: QShowEvent) -> None:
        """Draw once there is room."""
        super().showEvent(event)
        self._draw()

    def _on_taken(self) -> None:
        if self._data is not None:
            self.taken.emit(self._data)
