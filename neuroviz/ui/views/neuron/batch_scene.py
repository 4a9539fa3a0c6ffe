"""All of the batch as a scene: a line for every sample, and under them the mean."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPointF
from PySide6.QtGui import QFont, QPainterPath

from neuroviz.core.anatomy.anatomy import Anatomy
from neuroviz.core.choices.settings import Settings
from neuroviz.pictures.neuron.batch import Table, head_text, is_left, line_text
from neuroviz.pictures.neuron.fit import Box
from neuroviz.pictures.neuron.numbers import Number, Slot
from neuroviz.ui.theme.colours import Theme
from neuroviz.ui.views.neuron.items import LEFT, RIGHT, BoxedText, NumbersScene, outlined

_BACKWARD = ("sample_grad", "mean_grad", "penalty_grad", "old_grad", "grad")


class BatchScene(NumbersScene):
    """The table of a batch; its places are in pixels."""

    def __init__(
        self, settings: Settings, table: Table, size: tuple[float, float], font: QFont, theme: Theme
    ) -> None:
        super().__init__(table.slots, size, font, theme)
        self.table = table
        self._settings = settings
        self._names = {name: self._write(box, "", LEFT, theme.muted) for name, box in table.names.items()}
        for head, box in table.heads.items():
            align = LEFT if is_left(head) else RIGHT
            colour = theme.error if head.startswith("∂") else theme.muted
            self._write(box, head_text(head, settings), align, colour)
        self.texts = {slot: self._write(box, "", RIGHT, theme.ink) for slot, box in table.slots.items()}
        rules = QPainterPath()
        boxes = [*table.slots.values(), *table.names.values()]
        left = min(box.x for box in boxes)
        right = max(box.right for box in boxes)
        for y in table.rules:
            rules.moveTo(QPointF(left, y))
            rules.lineTo(QPointF(right, y))
        self.addItem(outlined(rules, theme.border, None, 1, 1))
        self._more = settings.samples_per_step - sum(name.startswith("line") for name in table.names)

    def draw(self, numbers: Mapping[Slot, Number], anatomy: Anatomy | None, phase: str | None) -> None:
        """Show a moment: the numbers, and the anatomy whose samples they are of."""
        moved = phase == "update"
        for slot, item in self.texts.items():
            item.show_text(numbers[slot].text, self._colour(slot, numbers[slot]))
        self._show_fresh(slot for slot in self.slots if numbers[slot].fresh)
        for name, item in self._names.items():
            text = line_text(name, self._settings, anatomy, moved=moved, more=self._more)
            item.show_text(text, self._theme.muted)

    def _write(self, box: Box, text: str, align: float, colour: str) -> BoxedText:
        item = self._text(box, align)
        item.show_text(text, colour)
        return item

    def _colour(self, slot: Slot, number: Number) -> str:
        if number.value is None:
            return self._theme.muted
        return self._theme.error if slot[0] in _BACKWARD else self._theme.ink
