"""Where everything in the neuron's diagram stands, for a given room and size of letters.

Plain geometry.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from neuroviz.pictures.neuron.fit import (
    BUS,
    EDGE,
    ROW_GAP,
    InputRow,
    Metrics,
    Plan,
    Rect,
    extent,
    row_at,
)
from neuroviz.pictures.neuron.numbers import Slot

_HIGHEST_ROW = 2.6  # lines
_FARTHEST = 7.0  # lines from row to row
_BOX = 1.5  # of the circle's width: the activation's box at most
_LARGEST = 7.0, 11.0  # height and width of the activation's box, in lines
BACKWARD = ("loss_by_pre_activation", "output_by_pre_activation", "loss_by_output")
"""The backward numbers under COLUMNS."""
COLUMNS = ("sum", "activation", "output", "loss")
"""What stands right of the rows, from left to right."""
FACTORS = {"sum": "∂ℓ/∂z", "activation": "∂ŷ/∂z", "output": "∂ℓ/∂ŷ"}
"""What of COLUMNS has a backward number -> its name."""
HEADS = {
    "input": "input",
    "weight": "weight",
    "product": "weight × input",
    "sum": "sum",
    "activation": "activation",
    "output": "output ŷ",
    "loss": "loss ℓ",
}
"""The headings over everything, where there is room for the gradients under their weights."""


@dataclass(frozen=True)
class Layout:
    """Every place."""

    point_size: int
    """Size of the letters in points."""
    rows: tuple[InputRow, ...]
    """The inputs in sight and the bias; the box for the rest of many inputs is ``rest``."""
    rest: Rect | None
    """None where all inputs are in sight."""
    heads: dict[str, Rect]
    """Kind -> where the heading of its column of numbers stands; empty where there is no room."""
    shapes: dict[str, Rect]
    """What is in COLUMNS -> its shape."""
    captions: dict[str, Rect]
    names: dict[str, Rect]
    values: dict[str, Rect]
    """The same -> the line under the shape, the name of the backward number and its value."""
    slots: dict[Slot, Rect]
    """Number of the diagram -> the box it is written in."""
    fan: float
    """x from which the lines run together."""
    lane: float
    """y of the backward path."""
    bus: float | None = None
    """x on which it goes up to the gradients that stand under their weights;
    None where they stand beside them."""

    @property
    def under_loss(self) -> float:
        """y from which the backward path begins, under what stands at the loss."""
        return self.values["loss"].y if self.bus is None else self.captions["loss"].bottom + 2

    @property
    def signs(self) -> tuple[Rect, Rect]:
        """Where = and × stand over the backward path, between the numbers that are multiplied."""
        names = [self.names[name] for name in COLUMNS[:3]]
        between = ((left.right, right.x) for left, right in itertools.pairwise(names))
        one, two = (
            Rect((left + right) / 2 - 10, names[0].y, 20, names[0].height)
            for left, right in between
        )
        return one, two


def place(width: float, height: float, shown: tuple[int, ...], inputs: int, plan: Plan) -> Layout:
    """Place everything.

    Parameters
    ----------
    width, height
        Size of the whole diagram, in the unit of the metrics.
    shown
        The inputs in sight, by their indices.
    inputs
        Number of inputs D, in sight or not.
    plan
        Sizes, and which inputs and columns there is room for.
    """
    if plan.below:
        return _place_below(width, height, shown, inputs, plan)
    metrics = plan.metrics
    spare = max(0.0, width - plan.width)
    column = plan.column + 0.04 * spare
    gap = plan.gap + 0.09 * spare
    high = min(height - 3 * metrics.line - 8, _LARGEST[0] * metrics.line)
    top = (height - high - 3 * metrics.line - 8) / 2
    shapes = _shapes(width - 4 * column - 3 * gap - EDGE, top, high, column, gap, metrics)
    rows, rest, heads = _rows(height, top + high / 2, shown, inputs, plan, spare)
    left = width - 4 * column - 3 * gap - EDGE
    below = top + high + 4
    captions, names, values = (
        {
            name: Rect(
                left + position * (column + gap),
                below + line * metrics.line + 2 * (line > 0),
                column,
                metrics.line,
            )
            for position, name in enumerate(COLUMNS)
        }
        for line in range(3)
    )
    slots = _slots(rows, rest, shapes, captions, values, plan)
    fan = rows[0].product.right + 2
    lane = values["sum"].middle[1]
    return Layout(
        metrics.size, rows, rest, heads, shapes, captions, names, values, slots, fan, lane
    )


def _place_below(
    width: float, height: float, shown: tuple[int, ...], inputs: int, plan: Plan
) -> Layout:
    """Place everything, the gradients under their weights and the backward path at the bottom."""
    metrics = plan.metrics
    line = metrics.line
    folded = len(shown) < inputs
    lines = len(shown) + 1 + folded
    spare = max(0.0, width - plan.width)
    column = plan.column + 0.04 * spare
    gap = plan.gap + 0.07 * spare
    left = width - 4 * column - 3 * gap - EDGE
    pitch = _pitch(height, lines, plan)
    above, lane, whole = extent(plan, lines, pitch)
    middle = max(0.0, (height - whole) / 2) + above
    lane += middle
    indices = [*shown, *([-1] if folded else []), inputs]
    first = middle - (lines - 1) / 2 * pitch
    placed = [
        row_at(index, first + at * pitch, plan, spare, pitch) for at, index in enumerate(indices)
    ]
    rows = tuple(row for row in placed if row.index >= 0)
    rest = next((_rest(row, plan) for row in placed if row.index < 0), None)
    most = 2 * (lane - middle - min(2, plan.under + 1) * line - 6)
    shapes = _round_shapes(left, middle, most, column, gap, metrics)
    places = {name: left + at * (column + gap) for at, name in enumerate(COLUMNS)}
    captions = {name: Rect(x, shapes[name].bottom + 4, column, line) for name, x in places.items()}
    # Clear of the circle beside it.
    over = min(shapes["loss"].y - 16 - line, shapes["output"].y - 0.8 * line)
    captions["target"] = Rect(places["loss"], max(over, middle - above + line), column, line)
    names = {name: Rect(x, lane - line - 1, column, line) for name, x in places.items()}
    values = {name: Rect(x, lane + 1, column, line) for name, x in places.items()}
    heads = _heads_below(rows[0], captions, max(0.0, middle - above), line)
    slots = _slots(rows, rest, shapes, captions, values, plan)
    return Layout(
        metrics.size,
        rows,
        rest,
        heads,
        shapes,
        captions,
        names,
        values,
        slots,
        rows[0].product.right + 4,
        lane,
        rows[0].pill.right + BUS / 2,
    )


def _pitch(height: float, lines: int, plan: Plan) -> float:
    """Return how far the rows are apart.

    As the height allows, but not so far that they fall asunder.
    """
    least = plan.row_height
    extra = height - extent(plan, lines, least)[2]
    return min(max(least, least + extra / lines), max(least, _FARTHEST * plan.metrics.line))


def _heads_below(
    row: InputRow, captions: dict[str, Rect], top: float, line: float
) -> dict[str, Rect]:
    """Return where the headings stand, on one line over everything."""
    boxes = {
        "input": row.input,
        "weight": row.pill,
        "product": row.product,
        **{n: captions[n] for n in COLUMNS},
    }
    heads = {}
    for kind, box in boxes.items():
        extra = (
            BUS - 4
            if kind == "product"
            else min(BUS - 4, row.pill.x - row.input.right - 2) * (kind == "input")
        )
        heads[kind] = Rect(box.x - extra, top, box.width + 2 * extra, line)
    return heads


def _round_shapes(
    left: float, middle: float, most: float, column: float, gap: float, metrics: Metrics
) -> dict[str, Rect]:
    """Place the sum, the activation, the output and the loss on one line.

    None is higher than there is room.
    """
    circle = min(metrics.number + 10 + 0.4 * (column - metrics.number), most)
    square = min(column + 0.4 * gap, most, _BOX * circle)
    sizes = {
        "sum": (min(most, 0.9 * circle),) * 2,
        "activation": (square, square),
        "output": (circle, min(most, circle)),
        "loss": (min(column, metrics.number + 18), min(most, metrics.line + 22)),
    }
    centres = {
        name: left + column / 2 + position * (column + gap) for position, name in enumerate(COLUMNS)
    }
    return {
        name: Rect(centres[name] - w / 2, middle - h / 2, w, h) for name, (w, h) in sizes.items()
    }


def _rows(
    height: float, middle: float, shown: tuple[int, ...], inputs: int, plan: Plan, spare: float
) -> tuple[tuple[InputRow, ...], Rect | None, dict[str, Rect]]:
    """Place the inputs in sight, the line for the rest and the bias.

    With headings where there is room.
    """
    line = plan.metrics.line
    folded = len(shown) < inputs
    lines = len(shown) + 1 + folded
    top = line + 2 if height - lines * (line + ROW_GAP) >= line + 2 else 0.0
    pitch = min(_HIGHEST_ROW * line, (height - top) / lines)
    # Around the middle of the shapes where there is room for that,
    # so that the lines run together evenly.
    first = min(max(middle - lines * pitch / 2, top), height - lines * pitch) + pitch / 2
    indices = [*shown, *([-1] if folded else []), inputs]
    placed = [
        row_at(index, first + at * pitch, plan, spare, pitch) for at, index in enumerate(indices)
    ]
    rows = tuple(row for row in placed if row.index >= 0)
    rest = next((_rest(row, plan) for row in placed if row.index < 0), None)
    return rows, rest, _heads(rows[0], line) if top else {}


def _rest(row: InputRow, plan: Plan) -> Rect:
    """Return where it says how many inputs are out of sight; their sum stands right of it."""
    width = row.pill.width + (row.cell.width if plan.products else 0)
    return Rect(row.pill.x, row.pill.y, width, row.pill.height)


def _heads(row: InputRow, line: float) -> dict[str, Rect]:
    """Return where the headings stand over the first row."""
    y = max(0.0, row.pill.y - line - 3)
    boxes = {"input": row.input, "weight": row.pill, "grad": row.cell, "product": row.product}
    return {kind: Rect(box.x, y, box.width, line) for kind, box in boxes.items() if box.width}


def _shapes(
    left: float, top: float, high: float, column: float, gap: float, metrics: Metrics
) -> dict[str, Rect]:
    """Place the sum, the activation, the output and the loss on one line."""
    circle = metrics.number + 10
    middle = top + high / 2
    sizes = {
        "sum": (min(high, 0.9 * circle),) * 2,
        "activation": (min(column, _LARGEST[1] * metrics.line), high),
        "output": (circle, min(high, circle)),
        "loss": (min(column, metrics.number + 18), min(high, 2 * metrics.line + 12)),
    }
    centres = {
        name: left + column / 2 + position * (column + gap) for position, name in enumerate(COLUMNS)
    }
    return {
        name: Rect(centres[name] - w / 2, middle - h / 2, w, h) for name, (w, h) in sizes.items()
    }


def _slots(
    rows: tuple[InputRow, ...],
    rest: Rect | None,
    shapes: dict[str, Rect],
    captions: dict[str, Rect],
    values: dict[str, Rect],
    plan: Plan,
) -> dict[Slot, Rect]:
    metrics = plan.metrics
    slots = _row_slots(rows, metrics, brief=plan.under < 2)
    line = metrics.line
    number = metrics.number
    if rest is not None:
        place = rows[0].product if rows[0].product.width else rows[0].cell
        slots["rest", None] = Rect(place.x, rest.middle[1] - line / 2, number, line)
    slots["output", None] = _line_in(shapes["output"], line, number)
    loss = shapes["loss"].middle
    below = "target" in captions
    slots["loss", None] = Rect(
        loss[0] - number / 2, loss[1] - (line / 2 if below else 0), number, line
    )
    for kind, name in (("pre_activation", "sum"), ("target", "target" if below else "output")):
        caption = captions[name]
        x = caption.middle[0] - (metrics.prefix + number) / 2 + metrics.prefix
        if name == "target":
            x = caption.middle[0] - 0.25 * number
        slots[kind, None] = Rect(x, caption.y, min(number, caption.right - x), line)
    for kind, name in zip(BACKWARD, COLUMNS, strict=False):
        slots[kind, None] = _line_in(values[name], line, number)
    return slots


def _row_slots(rows: tuple[InputRow, ...], metrics: Metrics, *, brief: bool) -> dict[Slot, Rect]:
    slots: dict[Slot, Rect] = {}
    for row in rows:
        pill = row.pill
        right = Rect(pill.right - metrics.signed - 5, pill.y, metrics.signed, pill.height)
        slots["input", row.index] = _line_in(row.input, metrics.line, row.input.width - 2)
        slots["weight", row.index] = _line_in(right, metrics.line, metrics.signed)
        cell = Rect(row.cell.x + 1, row.cell.y, row.cell.width - 4, row.cell.height)
        # Or the change.
        slots["grad", row.index] = _line_in(cell, metrics.line, min(metrics.signed, cell.width))
        if row.cell.y >= row.pill.bottom:
            slots["grad", row.index] = Rect(
                row.cell.right - metrics.signed, row.cell.y, metrics.signed, metrics.line
            )
            slots["change", row.index] = Rect(
                row.cell.right - metrics.signed,
                row.cell.y if brief else row.cell.bottom,
                metrics.signed,
                metrics.line,
            )
        else:
            slots["change", row.index] = slots["grad", row.index]
        if row is not rows[-1] and row.product.width:
            slots["product", row.index] = row.product
    return slots


def _line_in(box: Rect, line: float, width: float) -> Rect:
    x, y = box.middle
    return Rect(x - width / 2, y - line / 2, width, line)
