"""All of the batch as a scene: a line for every sample, and under them the mean."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsPathItem, QGraphicsScene

from neuroviz.core.anatomy.anatomy import Anatomy
from neuroviz.core.choices.settings import Settings
from neuroviz.pictures.neuron.batch import Table, head_text, is_left, line_text
from neuroviz.pictures.neuron.fit import Box
from neuroviz.pictures.neuron.numbers import Number, Slot
from neuroviz.ui.theme.colours import Theme
from neuroviz.ui.views.neuron.items import LEFT, RIGHT, BoxedText, outlined, rect_of, rounded

_BACKWARD = ("sample_grad", "mean_grad", "penalty_grad", "old_grad", "grad")


class BatchScene(QGraphicsScene):
    """The table of a batch.

    Parameters
    ----------
    table
        Place of everything, in pixels.
    """

    def __init__(
        self, settings: Settings, table: Table, size: tuple[float, float], font: QFont, theme: Theme
    ) -> None:
        super().__init__()
        self.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        self.setBackgroundBrush(QColor(theme.card))
        self.setSceneRect(QRectF(0, 0, *size))
        self.table = table
        self.slots = table.slots
        self._settings = settings
        self._theme = theme
        self._font = font
        self._names = {name: self._write(box, "", LEFT, theme.muted) for name, box in table.names.items()}
        for head, box in table.heads.items():
            align = LEFT if is_left(head) else RIGHT
            colour = theme.error if head.startswith("∂") else theme.muted
            self._write(box, head_text(head, settings), align, colour)
        self.texts = {slot: self._write(box, "", RIGHT, theme.ink) for slot, box in table.slots.items()}
        self._fresh = self._ground(theme.selected, 1.5)
        self._hovered = self._ground(theme.hover, 1.4)
        self._focused = outlined(QPainterPath(), theme.accent, None, 2, 4)
        self.addItem(self._focused)
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
        path = QPainterPath()
        for slot, box in self.slots.items():
            if numbers[slot].fresh:
                path.addRoundedRect(rect_of(box).adjusted(-2, 0, 2, 0), 4, 4)
        self._fresh.setPath(path)
        for name, item in self._names.items():
            text = line_text(name, self._settings, anatomy, moved=moved, more=self._more)
            item.show_text(text, self._theme.muted)

    def hover(self, slot: Slot | None) -> None:
        """Light the number under the pointer."""
        self._hovered.setPath(self._ring(slot))

    def focus(self, slot: Slot | None) -> None:
        """Put the ring round the number that has the keyboard."""
        self._focused.setPath(self._ring(slot))

    def _ring(self, slot: Slot | None) -> QPainterPath:
        return QPainterPath() if slot is None else rounded(self.slots[slot], 4)

    def _write(self, box: Box, text: str, align: float, colour: str) -> BoxedText:
        item = BoxedText(box, self._font, align)
        item.show_text(text, colour)
        self.addItem(item)
        return item

    def _ground(self, colour: str, z: float) -> QGraphicsPathItem:
        item = outlined(QPainterPath(), colour, colour, 0, z)
        item.setPen(QPen(QColor(colour), 0))
        self.addItem(item)
        return item

    def _colour(self, slot: Slot, number: Number) -> str:
        if number.value is None:
            return self._theme.muted
        return self._theme.error if slot[0] in _BACKWARD else self._theme.ink
