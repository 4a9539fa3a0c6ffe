"""Controls for fields of Settings, which show their values and say what a person changes."""

from __future__ import annotations

import math
from typing import TypeVar

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QLayout, QVBoxLayout, QWidget

from neuroviz.core.choices.hyperparameters import Hyperparameter
from neuroviz.core.choices.settings import Settings
from neuroviz.ui.controls.choice_box import ChoiceBox, TaskBox
from neuroviz.ui.controls.commands import underline
from neuroviz.ui.controls.field import Field
from neuroviz.ui.controls.number_box import LARGEST_INTEGER, IntegerBox, NumberBox, NumbersEdit
from neuroviz.ui.theme.parts import SCROLL_BAR, ScrolledPage, in_column

TYPED = "typed"
"""Name of the start whose weights a person has typed."""
EDGE = 14
"""Pixels to the left and right of the controls; the scroll bar uses those at the right, so that
nothing moves when it comes."""
_ACCESS_KEYS = {
    "task": "T",
    "learning_rate": "G",
    "features": "P",
    "hidden": "I",
    "activation": "A",
    "loss": "O",
    "l1": "1",
    "l2": "2",
    "optimizer": "Z",
    "schedule": "C",
    "batch_size": "B",
    "init": "S",
    "weights": "W",
    "epochs": "N",
}
"""Field -> the letter that goes to it with Alt.

The menus have eight letters, and three lines that open have M, U and K; J, Q and Y are in no
caption. None is left for a control that belongs to one of these and comes after it by Tab
(momentum, shuffle, seed, the other end of a run), for coding, threshold and precision at the end,
and for small buttons.
"""

Number = NumberBox | IntegerBox
Box = TypeVar("Box", bound=NumberBox | IntegerBox | NumbersEdit)


class SettingsFields(QFrame):
    """Controls for fields of Settings; every change by a person leaves them as one signal."""

    changed = Signal(dict)
    """Field of Settings -> new value."""
    typed_start_asked = Signal()
    rejected = Signal(str, str)
    """A field, and a sentence on why what was typed there cannot be."""

    _rows: QVBoxLayout
    """What the fields are added to."""
    _showing = False
    shown: Settings | None = None

    def __init__(self) -> None:
        super().__init__()
        self.own_fields: dict[str, Field] = {}
        """Those that stand here, by their names in Settings."""

    # --- building ---------------------------------------------------------------------------------

    def _page(self, width: int, *above: QLayout) -> QVBoxLayout:
        """Return the column of a page that scrolls in this frame, still empty.

        The page is in its frame before it is filled, since the style would be told of everything
        that it brings along.
        """
        inside = self._inside = _FormPage()
        inside.setFixedWidth(width - 2 - SCROLL_BAR)
        self._scroll = ScrolledPage(inside)
        in_column(*above, (self._scroll, 1), within=self, spacing=0, margins=(1, 4, 1, 4))
        margins = (EDGE, 8, EDGE - SCROLL_BAR, 3)
        return in_column(within=inside, spacing=0, margins=margins)

    def _add(self, field: Field) -> None:
        self.own_fields[field.name] = field
        self._rows.addWidget(field)
        if field.name in _ACCESS_KEYS:
            underline(field.label, _ACCESS_KEYS[field.name])

    def _choice(self, labels: dict[str, str], tips: dict[str, str] | None = None) -> ChoiceBox:
        box = ChoiceBox(labels, tips)
        box.chosen.connect(self._on_changed)
        return box

    def _number(self, row: Hyperparameter) -> Number:
        box: Number
        if row.whole:
            box = IntegerBox()
            box.setRange(int(row.low), min(int(row.high), LARGEST_INTEGER))
        else:
            box = NumberBox("log" if row.logarithmic else "linear", 0.05)
            # The greatest float below an end that is excluded.
            box.setRange(row.low, row.high if row.below is None else math.nextafter(row.below, 0))
        box.setToolTip(row.help)
        return self._listen(box)

    def _listen(self, box: Box) -> Box:
        """Listen to what a box emits, and show beside it what it rejects."""
        box.valueChanged.connect(self._on_changed)
        box.rejected.connect(self._on_rejected)
        return box

    # --- showing ----------------------------------------------------------------------------------

    def _show_value(self, name: str, settings: Settings) -> None:
        control = self.own_fields[name].control
        value = settings.samples_per_step if name == "batch_size" else getattr(settings, name)
        if isinstance(control, QCheckBox):
            control.setChecked(bool(value))
        elif isinstance(control, TaskBox):
            control.show_task(settings)
        elif isinstance(control, ChoiceBox):
            nothing = {"init": TYPED, "hidden_activation": "tanh"}
            control.set_name(str(value or nothing.get(name, "01")))
        elif isinstance(control, NumbersEdit) or (
            isinstance(control, Number) and value is not None
        ):
            control.setValue(value)

    def _show_values(self, settings: Settings) -> None:
        """Show these settings in every control that is here, and that nothing is wrong."""
        for name, field in self.own_fields.items():
            field.show_error(None)
            self._show_value(name, settings)

    # --- hearing ----------------------------------------------------------------------------------

    def _on_changed(self, value: object) -> None:
        if self._showing:
            return
        name = self.sender().objectName()
        if name == "init" and value == TYPED:
            self.typed_start_asked.emit()
        else:
            self.changed.emit({name: int(str(value)) if name == "outputs" else value})

    def _on_rejected(self, sentence: str) -> None:
        self.rejected.emit(self.sender().objectName(), sentence)


class _FormPage(QWidget):
    """The page that scrolls; where it is longer than the window, nothing in it is squeezed."""

    def minimumSizeHint(self) -> QSize:
        """Return the preferred size, so that it never becomes smaller."""
        return self.sizeHint()
