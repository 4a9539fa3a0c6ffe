"""The scene of the neuron: made once for an experiment and a size, then only what has changed is drawn anew."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PySide6.QtGui import QFont

from neuroviz.core.anatomy.anatomy import Anatomy
from neuroviz.core.choices.settings import Settings
from neuroviz.pictures.neuron.layout import Layout
from neuroviz.pictures.neuron.numbers import CHANGE, OF_BACKWARD, Number, Slot, shorter_names
from neuroviz.ui.theme.colours import Theme
from neuroviz.ui.views.neuron.curve import ActivationBox
from neuroviz.ui.views.neuron.items import CENTRE, LEFT, RIGHT, NumbersScene
from neuroviz.ui.views.neuron.lines import WeightLine
from neuroviz.ui.views.neuron.structure import add_structure, backward_items

_FAINT = 0.3  # of the backward arrows before their numbers are known
_QUIET = ("product", "rest", "target", "pre_activation")


class NeuronScene(NumbersScene):
    """The neuron with its numbers; places and shapes are in pixels."""

    def __init__(
        self, settings: Settings, layout: Layout, size: tuple[float, float], font: QFont, theme: Theme
    ) -> None:
        super().__init__(layout.slots, size, font, theme)
        self.layout_ = layout
        self._lines = {row.index: WeightLine(self, row, layout, theme) for row in layout.rows}
        self._names, written = add_structure(self, settings, layout, font, theme)
        self._box = ActivationBox(self, layout.shapes["activation"], settings.activation_entry, theme)
        self._backward = backward_items(layout, theme)
        self._of_backward = (*self._backward, *written)
        for item in self._backward:
            self.addItem(item)
        self.texts = {slot: self._text(box, self._align(slot)) for slot, box in layout.slots.items()}
        self._shown_fresh: list[Slot] = []

    def _align(self, slot: Slot) -> float:
        left = ("pre_activation", "target", *(("grad", "change") if self.layout_.bus is not None else ()))
        return RIGHT if slot[0] == "weight" else LEFT if slot[0] in left else CENTRE

    def draw(self, numbers: Mapping[Slot, Number], anatomy: Anatomy | None, phase: str | None, sample: int) -> None:
        """Show a moment: the numbers, and the anatomy they come from."""
        for slot, item in self.texts.items():
            number = numbers[slot]
            item.show_text(number.text, self._colour(slot, number))
        self._draw_lines(numbers, anatomy)
        self._draw_point(anatomy, sample)
        fresh = [slot for slot in self.slots if numbers[slot].fresh]
        if fresh != self._shown_fresh:
            self._shown_fresh = fresh
            self._show_fresh(fresh)
        known = numbers["loss_by_pre_activation", None].value is not None
        for part in self._backward:
            part.setOpacity(1.0 if known else _FAINT)
        self._write_names(numbers)

    def show_backward(self, shown: bool) -> None:
        """Show what is drawn and written of the backward pass, or leave it out; its numbers come empty then."""
        for item in self._of_backward:
            item.setVisible(shown)

    def _write_names(self, numbers: Mapping[Slot, Number]) -> None:
        """Write what stands under or beside the weights: all in short where one has no room for all of it."""
        names = {label: numbers[slot].name for slot, label in self._names.items()}
        for length in range(3):
            for label, name in names.items():
                colour = self._theme.ink if name == CHANGE else self._theme.error
                label.show_text(shorter_names(name)[length], colour)
            if not any(label.cut for label in names):
                return

    def _colour(self, slot: Slot, number: Number) -> str:
        if number.value is None:
            return self._theme.muted
        if slot[0] in OF_BACKWARD:
            return self._theme.error
        return self._theme.muted if slot[0] in _QUIET and not number.fresh else self._theme.ink

    def _draw_lines(self, numbers: Mapping[Slot, Number], anatomy: Anatomy | None) -> None:
        largest = 0.0 if anatomy is None else float(np.abs(anatomy.row.parameters).max())
        for index, line in self._lines.items():
            carries = numbers["input", index].value != 0
            line.show_value(numbers["weight", index].value, largest, carries=carries)

    def _draw_point(self, anatomy: Anatomy | None, sample: int) -> None:
        if anatomy is not None:
            self._box.show_curve()
            self._box.show_points(anatomy.pre_activation[[sample]], anatomy.output[[sample]])
