"""The scenes of the neuron and of a batch.

Made once for a size, then only what has changed is drawn anew.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QPainterPath

from neuroviz.core.anatomy.anatomy import Anatomy
from neuroviz.core.choices.settings import Settings
from neuroviz.pictures.neuron.batch import BatchTable, head_text, is_left, line_text
from neuroviz.pictures.neuron.fit import Rect
from neuroviz.pictures.neuron.layout import Layout
from neuroviz.pictures.neuron.numbers import CHANGE, OF_BACKWARD, Slot, SlotNumber, shorter_names
from neuroviz.ui.theme.colours import Theme
from neuroviz.ui.views.neuron.items import (
    CENTRE,
    LEFT,
    RIGHT,
    ActivationBox,
    BoxedText,
    NumbersScene,
    WeightLine,
    around,
    outlined,
)
from neuroviz.ui.views.neuron.structure import add_structure, backward_items

_FAINT = 0.3  # of the backward arrows before their numbers are known
_QUIET = ("product", "rest", "target", "pre_activation")


class NeuronScene(NumbersScene):
    """The neuron with its numbers; places and shapes are in pixels."""

    def __init__(
        self,
        settings: Settings,
        layout: Layout,
        size: tuple[float, float],
        font: QFont,
        theme: Theme,
    ) -> None:
        super().__init__(layout.slots, size, font, theme)
        self.layout_ = layout
        self._lines = {row.index: WeightLine(self, row, layout, theme) for row in layout.rows}
        self._names, written = add_structure(self, settings, layout, font, theme)
        self._box = ActivationBox(
            self, layout.shapes["activation"], settings.activation_entry, theme
        )
        self._backward = backward_items(layout, theme)
        self._of_backward = (*self._backward, *written)
        for item in self._backward:
            self.addItem(item)
        self.texts = {
            slot: self._text(box, self._align(slot)) for slot, box in layout.slots.items()
        }
        self._shown_fresh: list[Slot] = []

    def pill_area(self, index: int) -> QRectF:
        """Return the pill of a weight in sight."""
        return self._lines[index].area

    def pill_at(self, place: QPointF) -> int | None:
        """Return the weight whose pill is at a place; None for none."""
        within = ((index, line.area.adjusted(-2, -4, 2, 4)) for index, line in self._lines.items())
        return next((index for index, area in within if area.contains(place)), None)

    def dress(self, halos: Mapping[Hashable, float], *, free: bool) -> None:
        """Let the pills look as what can be dragged, where they are free.

        Parameters
        ----------
        halos
            Opacity of the halo of weights that have one.
        """
        for index, line in self._lines.items():
            line.dress(halos.get(("weight", index), 0.0), free=free)

    def hover(self, slot: Slot | None) -> None:
        """Light the number under the pointer; a pill has its halo."""
        super().hover(None if slot is not None and slot[0] == "weight" else slot)

    def _ring(self, slot: Slot | None) -> QPainterPath:
        if slot is None or slot[0] != "weight":
            return super()._ring(slot)
        assert isinstance(slot[1], int)
        return around(self.pill_area(slot[1]), 4.0)

    def _align(self, slot: Slot) -> float:
        left = (
            "pre_activation",
            "target",
            *(("grad", "change") if self.layout_.bus is not None else ()),
        )
        return RIGHT if slot[0] == "weight" else LEFT if slot[0] in left else CENTRE

    def draw(
        self,
        numbers: Mapping[Slot, SlotNumber],
        anatomy: Anatomy | None,
        phase: str | None,
        sample: int,
    ) -> None:
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
        """Show what is drawn and written of the backward pass, or leave it out.

        Its numbers come empty then.
        """
        for item in self._of_backward:
            item.setVisible(shown)

    def _write_names(self, numbers: Mapping[Slot, SlotNumber]) -> None:
        """Write what stands under or beside the weights.

        All in short where one has no room for all of it.
        """
        names = {label: numbers[slot].name for slot, label in self._names.items()}
        for length in range(3):
            for label, name in names.items():
                colour = self._theme.ink if name == CHANGE else self._theme.error
                label.show_text(shorter_names(name)[length], colour)
            if not any(label.cut for label in names):
                return

    def _colour(self, slot: Slot, number: SlotNumber) -> str:
        if number.value is None:
            return self._theme.muted
        if slot[0] in OF_BACKWARD:
            return self._theme.error
        return self._theme.muted if slot[0] in _QUIET and not number.fresh else self._theme.ink

    def _draw_lines(self, numbers: Mapping[Slot, SlotNumber], anatomy: Anatomy | None) -> None:
        largest = 0.0 if anatomy is None else float(np.abs(anatomy.row.parameters).max())
        for index, line in self._lines.items():
            carries = numbers["input", index].value != 0
            line.show_value(numbers["weight", index].value, largest, carries=carries)

    def _draw_point(self, anatomy: Anatomy | None, sample: int) -> None:
        if anatomy is not None:
            self._box.show_curve()
            self._box.show_points(anatomy.pre_activation[[sample]], anatomy.output[[sample]])


_BACKWARD = ("sample_grad", "mean_grad", "penalty_grad", "old_grad", "grad")


class BatchScene(NumbersScene):
    """The table of a batch; its places are in pixels."""

    def __init__(
        self,
        settings: Settings,
        table: BatchTable,
        size: tuple[float, float],
        font: QFont,
        theme: Theme,
    ) -> None:
        super().__init__(table.slots, size, font, theme)
        self.table = table
        self._settings = settings
        self._names = {
            name: self._write(box, "", LEFT, theme.muted) for name, box in table.names.items()
        }
        for head, box in table.heads.items():
            align = LEFT if is_left(head) else RIGHT
            colour = theme.error if head.startswith("∂") else theme.muted
            self._write(box, head_text(head, settings), align, colour)
        self.texts = {
            slot: self._write(box, "", RIGHT, theme.ink) for slot, box in table.slots.items()
        }
        rules = QPainterPath()
        boxes = [*table.slots.values(), *table.names.values()]
        left = min(box.x for box in boxes)
        right = max(box.right for box in boxes)
        for y in table.rules:
            rules.moveTo(QPointF(left, y))
            rules.lineTo(QPointF(right, y))
        self.addItem(outlined(rules, theme.border, None, 1, 1))
        self._more = settings.samples_per_step - sum(
            name.startswith("line") for name in table.names
        )

    def draw(
        self, numbers: Mapping[Slot, SlotNumber], anatomy: Anatomy | None, phase: str | None
    ) -> None:
        """Show a moment: the numbers, and the anatomy whose samples they are of."""
        moved = phase == "update"
        for slot, item in self.texts.items():
            item.show_text(numbers[slot].text, self._colour(slot, numbers[slot]))
        self._show_fresh(slot for slot in self.slots if numbers[slot].fresh)
        for name, item in self._names.items():
            text = line_text(name, self._settings, anatomy, moved=moved, more=self._more)
            item.show_text(text, self._theme.muted)

    def _write(self, box: Rect, text: str, align: float, colour: str) -> BoxedText:
        item = self._text(box, align)
        item.show_text(text, colour)
        return item

    def _colour(self, slot: Slot, number: SlotNumber) -> str:
        if number.value is None:
            return self._theme.muted
        return self._theme.error if slot[0] in _BACKWARD else self._theme.ink
