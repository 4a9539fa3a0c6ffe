"""What of the neuron's diagram fits into a room.

The size of its letters, how many inputs, how near together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from neuroviz.pictures.neuron.numbers import MOST_IN_FULL

POINT_SIZES = (30, 26, 22, 20, 18, 16, 14, 13, 12, 11, 10, 9, 8)
"""Sizes of letters, the first that fits is taken; the last in any case."""
EDGE = 2.0
BUS = 26.0
"""Room beside the weights in which the backward pass goes up to their gradients."""
ROW_GAP = 4.0
"""Least room between two lines of text in the rows."""
_MOST_ROWS, _FEWEST_ROWS, _ENOUGH_ROWS = 8, 3, 5  # of many inputs
_LINES = 7.5  # that the shapes with their captions take at least
_AIRY = 11, 12.5
"""Letters larger than this take so many lines: in a room of this height smaller ones look
better."""
_SMALLER = 2
"""Points by which letters are smaller where the inputs have their names by that."""
_CUT_NAME = 0.6
"""The share of a name's width in which it is cut rather than left out."""
_FAN = 36.0
_GAP = 16.0
"""The least room in which lines run together, and that between columns;
the smallest letters do with less."""
_TIGHT_FAN = 14.0
_TIGHT_GAP = 7.0


@dataclass(frozen=True)
class Rect:
    """A rectangle; y grows downwards."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Where it ends."""
        return self.y + self.height

    @property
    def middle(self) -> tuple[float, float]:
        """Its centre."""
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True)
class Metrics:
    """Widths of texts in one size of letters."""

    size: int
    """Size of the letters in points."""
    line: float
    """Height of a line, in the same unit as the widths."""
    number: float
    signed: float
    short: float
    """Widths of the longest number, of one with its sign always, and of the longest input."""
    weight: float
    """Width of the longest name of a weight."""
    prefix: float
    """Width of "y" or "z" and its gap before a number."""
    name: float = 0.0
    """Width that names of inputs have where there is room for more than their numbers."""


@dataclass(frozen=True)
class InputRow:
    """One input, or the bias, from left to right.

    ``label`` and ``product`` are empty where there is no room.
    """

    index: int
    label: Rect
    input: Rect
    pill: Rect
    cell: Rect
    product: Rect


@dataclass(frozen=True)
class Plan:
    """What fits into a room."""

    metrics: Metrics
    """Widths of texts in the size of letters that fits."""
    shown: int
    """How many inputs are in sight."""
    products: bool = True
    """Whether w·x has a column of its own."""
    tight: bool = False
    """Whether everything stands as near as it can."""
    labels: bool = True
    """Whether the inputs have their names; those of the weights say as much."""
    below: bool = False
    """Whether the gradients stand under their weights, with their names, and not beside them."""
    under: int = 2
    """Lines that stand there: of one only in the update the change has the gradient's place."""
    named: bool = False
    """Whether there is room for the names that own data give the inputs,
    and not only for their numbers."""

    @property
    def row_height(self) -> float:
        """Least height of a row."""
        line = self.metrics.line
        return (1 + self.under) * line + 14 if self.below else line + ROW_GAP

    @property
    def left(self) -> float:
        """Width of the rows."""
        return row_at(0, 0.0, self, 0.0, 1.0).product.right

    @property
    def label(self) -> float:
        """Width of what an input is called."""
        return (self.metrics.name if self.named else self.metrics.weight) if self.labels else 0.0

    @property
    def column(self) -> float:
        """Width of each of COLUMNS."""
        return self.metrics.number + self.metrics.prefix + 2

    @property
    def gap(self) -> float:
        """Room between two of COLUMNS."""
        return _TIGHT_GAP if self.tight else _GAP

    @property
    def width(self) -> float:
        """Width of everything, side by side."""
        return (
            self.left + (_TIGHT_FAN if self.tight else _FAN) + 4 * self.column + 3 * self.gap + EDGE
        )


def laid_out(
    width: float,
    height: float,
    inputs: int,
    measure: Callable[[int], Metrics],
    largest: int = POINT_SIZES[0],
    *,
    gradients: bool = True,
) -> Plan:
    """Return what fits.

    Letters as large as can be, and the products unless even the smallest leave no room.

    Parameters
    ----------
    width, height
        Size of the whole diagram, in the unit of the metrics.
    inputs
        Number of inputs D.
    measure
        Gives the metrics of a size of letters in points.
    largest
        Points that letters have at most.
    gradients
        Whether they are shown; where there is room they have their places even if not.
    """
    smallest = measure(POINT_SIZES[-1])
    shown = _rows_in(height, smallest.line, inputs)
    plans = []
    sizes = [size for size in POINT_SIZES if size <= largest]
    for metrics in map(measure, sizes):
        plans += [_below(height, metrics, inputs, under) for under in (2, 1)]
        plans.append(Plan(metrics, _rows_in(height, metrics.line, inputs)))
    plans += [Plan(smallest, shown, tight=True), Plan(smallest, shown, products=False, tight=True)]
    plans += [Plan(smallest, shown, products=False, tight=True, labels=False)]
    found = next((plan for plan in plans if _fits(plan, width, height, inputs)), plans[-1])
    if not gradients and not found.below:
        plans = [_below(height, measure(size), inputs, 0) for size in sizes] + plans
        found = next((plan for plan in plans if _fits(plan, width, height, inputs)), found)
    if not (found.metrics.name and found.labels):
        return found
    named = [
        replace(plan, named=True)
        for plan in plans
        if found.metrics.size - plan.metrics.size <= _SMALLER
    ]
    named = [
        plan
        for plan in named
        if (plan.below, plan.under) == (found.below, found.under)
        and _fits(plan, width, height, inputs)
    ]
    alike = next((plan for plan in named if plan.products == found.products), None)
    room = found.metrics.weight + width - found.width - 1
    if alike is None and room >= _CUT_NAME * found.metrics.name:
        alike = replace(found, named=True, metrics=replace(found.metrics, name=room))
    return alike or next(iter(named), found)


def _rows_in(height: float, line: float, inputs: int) -> int:
    """Return how many inputs there is room for.

    So that the bias and a line for the rest stand under them.
    """
    if inputs <= MOST_IN_FULL:
        return inputs
    return max(_FEWEST_ROWS, min(_MOST_ROWS, int(height / (line + ROW_GAP)) - 2))


def _below(height: float, metrics: Metrics, inputs: int, under: int) -> Plan:
    """Return the plan where the gradients stand under their weights.

    Near together only where the inputs keep their names.
    """
    plan = Plan(metrics, inputs, below=True, under=under, named=under < 2 and metrics.name > 0)
    if inputs <= MOST_IN_FULL:
        return plan
    rows = int((height - 3 * metrics.line) / plan.row_height) - 2
    return replace(plan, shown=max(_FEWEST_ROWS, min(_MOST_ROWS, rows)))


def extent(plan: Plan, lines: int, pitch: float) -> tuple[float, float, float]:
    """Return what a diagram with the gradients under the weights has over its middle.

    Down to its lane, in all.

    Parameters
    ----------
    plan
        Sizes.
    lines
        Number of rows, with the bias and the line for the rest.
    pitch
        From row to row.
    """
    line = plan.metrics.line
    half = (plan.metrics.number + 10) / 2
    rows = (lines - 1) / 2 * pitch + (line + 8) / 2
    above = max(rows, half, line + 6 + line + 20) + line + 4
    if not plan.under:
        lane = max(rows, half + line + 4)
        return above, lane, above + lane + 2
    lane = max(rows + 3 + line / 2, half + 2 * line + 6)
    return above, lane, above + lane + (plan.under + 1) / 2 * line + 2


def _fits(plan: Plan, width: float, height: float, inputs: int) -> bool:
    line = plan.metrics.line
    folded = plan.shown < inputs
    lines = plan.shown + 1 + folded
    if plan.below:
        high = extent(plan, lines, plan.row_height)[2]
        return high <= height and plan.width <= width and (plan.shown >= _ENOUGH_ROWS or not folded)
    least = _AIRY[1] if plan.metrics.size > _AIRY[0] else _LINES
    high = max(lines * (line + ROW_GAP), least * line)
    return high <= height and plan.width <= width and (plan.shown >= _ENOUGH_ROWS or not folded)


def row_at(index: int, middle: float, plan: Plan, spare: float, pitch: float) -> InputRow:
    """Place one row around its middle."""
    metrics = plan.metrics
    high = (
        metrics.line + 8 if plan.below else min(metrics.line + 8, max(metrics.line + 1, pitch - 3))
    )
    label = Rect(EDGE, middle - metrics.line / 2, plan.label, metrics.line)
    circle = Rect(
        label.right + (3 if plan.labels else 0),
        middle - high / 2,
        max(metrics.short + 6, high),
        high,
    )
    gap = (6 if plan.tight else 12) + 0.08 * spare
    pill = Rect(circle.right + gap, circle.y, metrics.weight + metrics.signed + 13, high)
    if plan.below:
        pill = Rect(pill.x, pill.y, pill.width + 0.06 * spare, pill.height)
        name = metrics.number + metrics.weight / 2
        cell = Rect(
            pill.right - metrics.signed - name, pill.bottom + 3, metrics.signed + name, metrics.line
        )
        product = Rect(
            pill.right + BUS + 0.04 * spare, middle - metrics.line / 2, metrics.number, metrics.line
        )
        return InputRow(index, label, circle, pill, cell, product)
    cell = Rect(pill.right, circle.y, metrics.number + 13, high)
    product = Rect(cell.right, middle - metrics.line / 2, 0, metrics.line)
    if plan.products:
        product = Rect(cell.right + 5 + 0.02 * spare, product.y, metrics.number, metrics.line)
    return InputRow(index, label, circle, pill, cell, product)
