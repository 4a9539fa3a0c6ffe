"""What stands still in the diagram: circles, boxes, names, and the arrows between them."""

from __future__ import annotations

import itertools

from PySide6.QtCore import QPointF
from PySide6.QtGui import QFont, QPainterPath
from PySide6.QtWidgets import QGraphicsPathItem, QGraphicsScene

from neuroviz.core.choices.settings import Settings
from neuroviz.core.numbers import subscripted
from neuroviz.pictures.neuron.fit import InputRow, Rect
from neuroviz.pictures.neuron.layout import BACKWARD, COLUMNS, FACTORS, HEADS, Layout
from neuroviz.pictures.neuron.numbers import Slot, slot_name
from neuroviz.ui.theme.colours import Theme
from neuroviz.ui.views.neuron.items import (
    CENTRE,
    GRIP,
    LEFT,
    RIGHT,
    BoxedText,
    arrow_head,
    outlined,
    rounded,
)

_HEAD = 7.0
_HEADS = {"input": "x", "weight": "w", "product": "w·x"}


def add_structure(
    scene: QGraphicsScene, settings: Settings, layout: Layout, font: QFont, theme: Theme
) -> tuple[dict[Slot, BoxedText], list[BoxedText]]:
    """Put everything into the scene that no step changes.

    Returns
    -------
    names
        The names of gradients and changes.
    backward
        All that is written about the backward pass, the names of gradients among it.
    """
    builder = _Builder(scene, font, theme)
    for row in layout.rows:
        builder.add_row(row, settings)
    if layout.rest is not None:
        more = settings.dataset.width - len(layout.rows) + 1
        whole = layout.rows[0].product.width > 0
        builder.write(
            layout.rest,
            f"… {more:,} more, sum of w·x" if whole else f"… {more:,} more",
            CENTRE,
            theme.muted,
        )
    builder.add_shapes(layout)
    builder.add_captions(layout, settings)
    backward = [
        builder.write(layout.names[name], text, CENTRE, theme.error)
        for name, text in FACTORS.items()
    ]
    if layout.bus is not None:
        names, signs = builder.add_backward(layout, settings)
        grads = [name for slot, name in names.items() if slot[0] == "grad"]
        return names, [*backward, *signs, *grads]
    for kind, text in _HEADS.items():
        if kind in layout.heads:
            builder.write(layout.heads[kind], text, CENTRE, theme.muted)
    if "grad" not in layout.heads:
        return {}, backward
    heading = builder.write(layout.heads["grad"], "∂ℓ/∂w", CENTRE, theme.error)
    return {("heading", None): heading}, [*backward, heading]


def backward_items(layout: Layout, theme: Theme) -> tuple[QGraphicsPathItem, QGraphicsPathItem]:
    """Return lines and heads of the backward pass.

    From the loss to the left and up to the weights.
    """
    lines = QPainterPath()
    heads = QPainterPath()
    lane = layout.lane
    numbers = [layout.slots[kind, None] for kind in BACKWARD]
    loss = layout.shapes["loss"]
    last = layout.rows[-1].cell
    lines.moveTo(loss.middle[0], layout.under_loss)
    lines.lineTo(loss.middle[0], lane)
    ends = [(loss.middle[0], numbers[-1].right)]
    ends += [(right.x, left.right) for left, right in itertools.pairwise(numbers)]
    start = numbers[0].x - 3
    up = last.middle[0]
    if layout.bus is not None:
        _go_up(lines, heads, layout, start)
    elif lane - last.bottom > 2 * _HEAD:
        lines.moveTo(start, lane)
        lines.lineTo(up, lane)
        lines.lineTo(up, last.bottom + _HEAD)
        heads.addPath(_head_up(up, last.bottom + 2))
    else:
        ends.append((numbers[0].x, max(layout.fan, start - 40)))
    for right, left in ends:
        lines.moveTo(right - 3, lane)
        lines.lineTo(left + 3 + _HEAD / 2, lane)
        heads.addPath(arrow_head(left + 3, lane, min(_HEAD, max(3.0, right - left - 6)), -1))
    return outlined(lines, theme.error, None, 1.3, 0.5), outlined(
        heads, theme.error, theme.error, 0.5, 0.5
    )


def _go_up(lines: QPainterPath, heads: QPainterPath, layout: Layout, start: float) -> None:
    """Lead the backward path up beside the weights, with an arrow to each gradient."""
    assert layout.bus is not None
    ends = [row.cell.middle[1] for row in layout.rows]
    lines.moveTo(start, layout.lane)
    lines.lineTo(layout.bus, layout.lane)
    lines.lineTo(layout.bus, ends[0])
    for row, y in zip(layout.rows, ends, strict=True):
        lines.moveTo(layout.bus, y)
        lines.lineTo(row.cell.right + 3 + _HEAD / 2, y)
        heads.addPath(arrow_head(row.cell.right + 3, y, _HEAD, -1))


def _head_up(x: float, y: float) -> QPainterPath:
    path = QPainterPath(QPointF(x, y))
    path.lineTo(x - _HEAD / 2, y + _HEAD)
    path.lineTo(x + _HEAD / 2, y + _HEAD)
    path.closeSubpath()
    return path


class _Builder:
    """Makes items of one font and theme."""

    def __init__(self, scene: QGraphicsScene, font: QFont, theme: Theme) -> None:
        self._scene = scene
        self._font = font
        self._theme = theme

    def write(self, box: Rect, text: str, align: float, colour: str) -> BoxedText:
        item = BoxedText(box, self._font, align)
        item.show_text(text, colour)
        self._scene.addItem(item)
        return item

    def add_row(self, row: InputRow, settings: Settings) -> None:
        bias = row.index == settings.dataset.width
        label = "" if bias or not row.label.width else slot_name(("input", row.index), settings)
        written = self.write(row.label, label, RIGHT, self._theme.muted)
        if written.too_short:
            written.show_text(subscripted(f"x{row.index + 1}"), self._theme.muted)
        self._scene.addItem(
            outlined(rounded(row.input, row.input.height / 2), self._theme.edge, self._theme.card)
        )
        left = 6 + GRIP
        name = Rect(row.pill.x + left, row.pill.y, row.pill.width - left, row.pill.height)
        self.write(name, subscripted(settings.parameters.names[row.index]), LEFT, self._theme.muted)
        if row.cell.y > row.pill.y:
            return  # the gradient stands under it
        divider = QPainterPath(QPointF(row.cell.x, row.cell.y + 3))
        divider.lineTo(row.cell.x, row.cell.bottom - 3)
        self._scene.addItem(outlined(divider, self._theme.border, None, 1, 1.2))

    def add_backward(
        self, layout: Layout, settings: Settings
    ) -> tuple[dict[Slot, BoxedText], list[BoxedText]]:
        """Write the names of the gradients and what is multiplied with what; return the two."""
        error = self._theme.error
        signs = [
            self.write(box, sign, CENTRE, error)
            for box, sign in zip(layout.signs, ("=", "×"), strict=True)
        ]
        assert layout.bus is not None
        times = Rect(
            layout.bus + 8,
            layout.lane + 2,
            layout.slots[BACKWARD[0], None].x - layout.bus - 12,
            layout.names["sum"].height,
        )
        signs.append(self.write(times, "times each input", LEFT, error))
        if signs[-1].cut:
            self._scene.removeItem(signs.pop())
        for kind, text in HEADS.items():
            head = self.write(layout.heads[kind], text, CENTRE, self._theme.muted)
            if head.cut:
                head.show_text(_HEADS.get(kind, text), self._theme.muted)
        names: dict[Slot, BoxedText] = {}
        for row in layout.rows:
            for kind, text in (
                ("grad", f"{slot_name(('grad', row.index), settings)} ="),
                ("change", ""),
            ):
                number = layout.slots[kind, row.index]
                box = Rect(row.label.x, number.y, number.x - row.label.x - 4, number.height)
                names[kind, row.index] = self.write(box, text, RIGHT, error)
        return names, signs

    def add_shapes(self, layout: Layout) -> None:
        ink = self._theme.ink
        field = self._theme.field
        for name in ("sum", "output", "loss"):
            box = layout.shapes[name]
            radius = 8 if name == "loss" else box.height / 2
            self._scene.addItem(outlined(rounded(box, radius), ink, field))
        large = QFont(self._font)
        large.setPointSize(int(1.7 * self._font.pointSize()))
        sigma = BoxedText(layout.shapes["sum"], large, CENTRE)
        sigma.show_text("Σ", ink)
        self._scene.addItem(sigma)
        for left, right in itertools.pairwise(COLUMNS):
            self._scene.addItem(self._arrow(layout.shapes[left], layout.shapes[right]))

    def _arrow(self, left: Rect, right: Rect) -> QGraphicsPathItem:
        start = left.right + 2
        end = right.x - 2
        y = left.middle[1]
        path = QPainterPath(QPointF(start, y))
        path.lineTo(end - _HEAD / 2, y)
        path.addPath(arrow_head(end, y, min(_HEAD, end - start), 1))
        return outlined(path, self._theme.ink, self._theme.ink, 1.2)

    def add_captions(self, layout: Layout, settings: Settings) -> None:
        muted = self._theme.muted
        below = layout.bus is not None
        kinds = (
            ("sum", "pre_activation", "z"),
            ("target", "target", "target y") if below else ("output", "target", "y"),
        )
        for name, kind, short in kinds:
            caption = layout.captions[name]
            number = layout.slots[kind, None]
            left = caption.x - (0.5 * caption.width if below else 0)
            self.write(
                Rect(left, caption.y, number.x - left - 4, caption.height), short, RIGHT, muted
            )
        self.write(
            layout.captions["activation"],
            settings.activation_entry.label.partition(" (")[0],
            CENTRE,
            muted,
        )
        loss = self.write(layout.captions["loss"], settings.loss_entry.label, CENTRE, muted)
        if loss.cut:
            loss.show_text(settings.loss_entry.name.replace("_", " ").upper(), muted)
        box = layout.shapes["loss"]
        if below:
            self._scene.addItem(
                self._arrow_down(box.middle[0], layout.captions["target"].bottom + 1, box.y - 2)
            )
        else:
            self.write(Rect(box.x, box.y, box.width, box.height / 2 + 2), "loss", CENTRE, muted)

    def _arrow_down(self, x: float, start: float, end: float) -> QGraphicsPathItem:
        path = QPainterPath(QPointF(x, start))
        path.lineTo(x, end - _HEAD / 2)
        path.moveTo(x, end)
        path.lineTo(x - _HEAD / 2, end - _HEAD)
        path.lineTo(x + _HEAD / 2, end - _HEAD)
        path.closeSubpath()
        return outlined(path, self._theme.ink, self._theme.ink, 1.2)
