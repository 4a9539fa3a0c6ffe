"""The neuron's diagram as a figure.

The places and numbers of the one on screen, drawn for paper.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np

from neuroviz.core.anatomy.anatomy import Anatomy
from neuroviz.core.choices.settings import Settings
from neuroviz.core.model.model import activation_curve
from neuroviz.core.numbers import elided, subscripted
from neuroviz.core.types import Floats
from neuroviz.pictures import palette
from neuroviz.pictures.figure import Figure
from neuroviz.pictures.marks import Arrow, ColourMap, Curve, Mark, Points, Polygons, Text
from neuroviz.pictures.neuron.batch import (
    batch_numbers,
    fitted_table,
    head_text,
    is_left,
    line_text,
    place_table,
)
from neuroviz.pictures.neuron.fit import POINT_SIZES, InputRow, Metrics, Plan, Rect
from neuroviz.pictures.neuron.layout import BACKWARD, COLUMNS, FACTORS, HEADS, Layout, place
from neuroviz.pictures.neuron.numbers import (
    CHANGE,
    MOST_IN_FULL,
    Slot,
    described,
    input_names,
    numbers_of,
    ranked,
    shorter_names,
    sizes_of,
    slot_name,
)

_WIDTH = 640.0
_HEIGHT = 330.0
_LETTER = 13.0
"""Height of the letters on a page of the usual size,
in units of which _WIDTH are as wide as the page."""
_SHOWN = 8
_MOST_BELOW = 5
"""Inputs from which there is no room for the gradients under their weights."""
_NAME = 72.0
"""Width of the name of an input at most."""
_BACKWARD_INK = "#B3261E"
_HEADS = {"input": "x", "weight": "w", "grad": "∂ℓ/∂w"}
_NARROW = {
    ".": 0.32,
    "-": 0.36,
    "−": 0.84,
    "+": 0.84,
    "/": 0.34,
    " ": 0.32,
    "i": 0.28,
    "l": 0.28,
    "—": 1.0,
}
_ROUND = np.linspace(0, np.pi / 2, 9)


def neuron_figure(
    settings: Settings,
    anatomy: Anatomy,
    phase: str | None = None,
    sample: int | None = None,
    after: Anatomy | None = None,
    *,
    backward: bool = True,
) -> Figure:
    """Declare what the neuron's diagram shows.

    Parameters
    ----------
    phase
        The part of the step that was just done, one of PHASES; None to show all that is known.
    sample
        Index of the sample on show; None for all of the batch.
    after
        Of the step that follows: after the update the weights are its own,
        and so is what they give.
    backward
        Whether the gradients of a sample and their way back are drawn.
    """
    page = (
        _BatchPage(settings, anatomy, phase, after)
        if sample is None
        else _SamplePage(settings, anatomy, phase, sample, after)
    )
    marks = page.marks()
    if not backward:
        marks = [
            mark
            for mark in marks
            if isinstance(mark, ColourMap | Polygons) or mark.color != _BACKWARD_INK
        ]
    return Figure(
        "Neuron",
        "",
        "",
        tuple(marks),
        x_limits=(0.0, _WIDTH),
        y_limits=(-_HEIGHT, 0.0),
        subtitle=f"step {anatomy.row.step:,} · {described(anatomy, settings, sample)}",
        equal_aspect=True,
        frame=False,
    )


class _SamplePage:
    """One drawing."""

    def __init__(
        self,
        settings: Settings,
        anatomy: Anatomy,
        phase: str | None,
        sample: int,
        after: Anatomy | None,
    ) -> None:
        width = settings.dataset.width
        many = width > MOST_IN_FULL
        best = ranked(sizes_of(anatomy, sample))[: _SHOWN if many else width]
        shown = tuple(sorted(best))
        self._settings = settings
        self._anatomy = after or anatomy
        self._phase = phase
        self._sample = sample
        below = width < _MOST_BELOW
        self._numbers = numbers_of(anatomy, phase, sample, shown, width, after, below=below)
        plan = Plan(_metrics(settings), len(shown), products=below, below=below)
        named = (replace(plan, named=True), replace(plan, named=True, tight=True))
        plan = next(
            (each for each in named if input_names(settings) and each.width <= _WIDTH), plan
        )
        self._named = plan.named
        self._layout: Layout = place(_WIDTH, _HEIGHT, shown, width, plan)

    def marks(self) -> list[Mark]:
        """Return everything, from back to front."""
        layout = self._layout
        marks = [mark for row in layout.rows for mark in self._line(row)]
        marks += [mark for row in layout.rows for mark in self._pill(row)]
        for name in COLUMNS:
            box = layout.shapes[name]
            marks += _outlined(box, box.height / 2 if name in ("sum", "output") else 8, palette.INK)
        marks += [*self._curve(layout.shapes["activation"]), *self._arrows(), *self._texts()]
        return marks

    # --- shapes -----------------------------------------------------------------------------------

    def _colour(self, row: InputRow) -> str:
        value = self._numbers["weight", row.index].value or 0.0
        return palette.POSITIVE if value > 0 else palette.NEGATIVE if value < 0 else palette.AXIS

    def _line(self, row: InputRow) -> list[Mark]:
        """Return the weight's line into the sum, as wide as its share of the largest parameter."""
        values = [self._numbers["weight", each.index].value or 0.0 for each in self._layout.rows]
        share = abs(self._numbers["weight", row.index].value or 0.0) / (
            max(map(abs, values)) or 1.0
        )
        y = row.pill.middle[1]
        bias = row is self._layout.rows[-1]
        below = self._layout.bus is not None
        right = row.pill.right if below else row.cell.right
        end = self._layout.shapes["sum"]
        t = np.linspace(0, 1, 33)
        ease = t * t * (3 - 2 * t)
        x = self._layout.fan + (end.x - self._layout.fan) * t
        start = right if bias else self._layout.fan
        width = 1 + 3.5 * share
        bend = Curve(
            np.r_[start, x],
            -np.r_[y, y + (end.middle[1] - y) * ease],
            self._colour(row),
            width=width,
        )
        pieces = [(row.input.right, row.pill.x)]
        if below and not bias:
            pieces.append((right, row.product.x - 3))
        return [*(Curve(piece, [-y, -y], self._colour(row), width=width) for piece in pieces), bend]

    def _pill(self, row: InputRow) -> list[Mark]:
        radius = row.pill.height / 2
        circle = _outlined(row.input, radius, palette.AXIS)
        if self._layout.bus is not None:
            return [*circle, *_outlined(row.pill, radius, self._colour(row))]
        joined = Rect(row.pill.x, row.pill.y, row.cell.right - row.pill.x, row.pill.height)
        divider = Curve(
            [row.cell.x] * 2, [-row.cell.y - 3, 3 - row.cell.bottom], palette.GRID, width=0.8
        )
        return [*circle, *_outlined(joined, radius, self._colour(row)), divider]

    def _curve(self, box: Rect) -> list[Mark]:
        """Return the activation's curve in its box, with the point (z, ŷ)."""
        anatomy = self._anatomy
        z = anatomy.pre_activation[[self._sample]]
        output = anatomy.output[[self._sample]]
        reach = 4.0 * 2 ** max(
            0, math.ceil(math.log2(max(min(float(abs(z).max()), 1e12), 4.0) / 4))
        )
        grid = np.linspace(-reach, reach, 121)
        heights = activation_curve(self._settings.activation_entry, grid)
        low = min(float(heights.min()), -0.1)
        high = max(float(heights.max()), 0.1)

        def placed(at: Floats, value: Floats) -> tuple[Floats, Floats]:
            x = box.x + 6 + (np.clip(at / reach, -1, 1) + 1) / 2 * (box.width - 12)
            return x, -(
                box.bottom - 6 - np.clip((value - low) / (high - low), 0, 1) * (box.height - 12)
            )

        x, y = placed(z, output)
        return [
            Curve(*placed(grid, heights), palette.INK),
            Points(x, y, palette.ACCENT, "o", None, 6.0),
        ]

    def _arrows(self) -> list[Mark]:
        """Return the arrows between the shapes, and in red those of the backward pass."""
        layout = self._layout
        lane = -self._layout.lane
        shapes = [layout.shapes[name] for name in COLUMNS]
        marks: list[Mark] = [
            Arrow(left.right + 1, -left.middle[1], right.x - left.right - 2, 0.0, palette.INK)
            for left, right in itertools.pairwise(shapes)
        ]
        numbers = [layout.slots[kind, None] for kind in BACKWARD]
        starts = [*(box.x for box in numbers), shapes[-1].middle[0]]
        ends = [layout.bus or max(layout.fan, numbers[0].x - 36), *(box.right for box in numbers)]
        pairs = zip(starts, ends, strict=True)
        tips = [6.0 if layout.bus is None or at else 3.0 for at in range(len(starts))]
        for (start, end), tip in zip(pairs, tips, strict=True):
            marks.append(Arrow(start - 3, lane, end - start + tip, 0.0, _BACKWARD_INK))
        marks += self._going_up()
        corner = shapes[-1].middle[0]
        return [
            *marks,
            Curve([corner - 3] * 2, [lane, -layout.under_loss], _BACKWARD_INK, width=1.6),
        ]

    def _going_up(self) -> list[Mark]:
        """Return the way up beside the weights, with an arrow to each gradient under them."""
        layout = self._layout
        if layout.bus is None:
            return []
        heights = [-row.cell.middle[1] for row in layout.rows]
        ends = [row.cell.right + 2 for row in layout.rows]
        marks: list[Mark] = [
            Curve([layout.bus] * 2, [-layout.lane, heights[0]], _BACKWARD_INK, width=1.6)
        ]
        for x, y in zip(ends, heights, strict=True):
            marks.append(Arrow(layout.bus, y, x - layout.bus, 0.0, _BACKWARD_INK))
        return marks

    # --- texts ------------------------------------------------------------------------------------

    def _texts(self) -> list[Mark]:
        layout = self._layout
        texts: list[Mark] = [
            _centred(
                box,
                self._numbers[slot].text,
                _BACKWARD_INK if self._is_backward(slot[0]) else palette.INK,
            )
            for slot, box in layout.slots.items()
        ]
        texts += [
            _centred(layout.names[name], text, _BACKWARD_INK) for name, text in FACTORS.items()
        ]
        moved = self._phase == "update"
        heads = HEADS if layout.bus else {**_HEADS, "grad": "change"} if moved else _HEADS
        texts += [
            _centred(box, heads[kind], palette.INK_MUTED) for kind, box in layout.heads.items()
        ]
        if layout.bus is not None:
            signs = zip(layout.signs, ("=", "×"), strict=True)
            texts += [_centred(box, sign, _BACKWARD_INK) for box, sign in signs]
            names = itertools.product(("grad", "change"), layout.rows)
            texts += [self._name_before((kind, row.index)) for kind, row in names]
        for row in layout.rows:
            name = subscripted(self._settings.parameters.names[row.index])
            texts.append(
                _left(Rect(row.pill.x + 6, row.pill.y, 0, row.pill.height), name, palette.INK_MUTED)
            )
            if row is not layout.rows[-1]:
                texts.append(_left(row.label, self._input_name(row), palette.INK_MUTED))
        return [*texts, *self._captions()]

    def _input_name(self, row: InputRow) -> str:
        """Return what an input is called, cut to its room.

        Its number where there is no room for a name.
        """
        name = slot_name(("input", row.index), self._settings)
        if not self._named:
            return subscripted(f"x{row.index + 1}")
        return next(
            text
            for n in range(len(name), 0, -1)
            if _length(text := elided(name, n)) <= row.label.width + 2
        )

    def _name_before(self, slot: Slot) -> Mark:
        number = self._layout.slots[slot]
        name = self._numbers[slot].name
        text = next((text for text in shorter_names(name) if _length(text) + 4 <= number.x), "")
        box = Rect(number.x - _length(text) - 4, number.y, 0, number.height)
        return _left(box, text, palette.INK if name == CHANGE else _BACKWARD_INK)

    def _is_backward(self, kind: str) -> bool:
        return kind in BACKWARD or kind == "grad"

    def _captions(self) -> list[Mark]:
        layout = self._layout
        settings = self._settings
        muted = palette.INK_MUTED
        box = layout.shapes["loss"]
        label = settings.loss_entry.label
        name = settings.loss_entry.name.replace("_", " ").upper()
        fits = _length(label) <= layout.captions["loss"].width
        marks: list[Mark] = [
            _centred(layout.shapes["sum"], "Σ", palette.INK),
            _centred(
                layout.captions["activation"],
                settings.activation_entry.label.partition(" (")[0],
                muted,
            ),
            _centred(layout.captions["loss"], label if fits else name, muted),
        ]
        below = layout.bus is not None
        if not below:
            marks.append(_centred(Rect(box.x, box.y, box.width, box.height / 2), "loss", muted))
        else:
            start = layout.captions["target"].bottom
            marks.append(Arrow(box.middle[0], -start, 0.0, start - box.y, palette.INK))
        for kind, letter in (("pre_activation", "z"), ("target", "target y" if below else "y")):
            number = layout.slots[kind, None]
            text = _left(Rect(number.x - 4, number.y, 0, number.height), letter, muted)
            if letter == "target y":
                text = _left(
                    Rect(number.x - _length(letter) - 2, number.y, 0, number.height), letter, muted
                )
            marks.append(text)
        if layout.rest is not None:
            more = settings.dataset.width - len(layout.rows) + 1
            marks.append(_centred(layout.rest, f"… {more:,} more", muted))
        return marks


class _BatchPage:
    """One drawing of all of the batch."""

    def __init__(
        self, settings: Settings, anatomy: Anatomy, phase: str | None, after: Anatomy | None
    ) -> None:
        plan = fitted_table(
            _WIDTH, _HEIGHT, settings, lambda size: _scaled(_metrics(settings), size)
        )
        plan = replace(plan, metrics=_metrics(settings))
        best = ranked(sizes_of(anatomy, None))[: plan.shown]
        self._settings = settings
        self._anatomy = after or anatomy
        self._moved = phase == "update"
        self._table = place_table(_WIDTH, _HEIGHT, tuple(sorted(best)), settings, plan)
        self._numbers = batch_numbers(anatomy, phase, self._table, after)
        self._more = min(settings.samples_per_step, len(anatomy.batch)) - plan.samples

    def marks(self) -> list[Mark]:
        """Return everything."""
        table = self._table
        marks: list[Mark] = [
            _right(box, self._numbers[slot].text, self._ink(slot[0]))
            for slot, box in table.slots.items()
        ]
        for head, box in table.heads.items():
            text = head_text(head, self._settings)
            if is_left(head):
                marks.append(_left(box, text, palette.INK_MUTED))
            else:
                marks.append(
                    _right(box, text, _BACKWARD_INK if head.startswith("∂") else palette.INK_MUTED)
                )
        for name, box in table.names.items():
            text = line_text(
                name, self._settings, self._anatomy, moved=self._moved, more=self._more
            )
            marks.append(_left(box, text, palette.INK_MUTED))
        marks += [Curve([0.0, _WIDTH], [-y, -y], palette.GRID, width=0.8) for y in table.rules]
        return marks

    def _ink(self, kind: str) -> str:
        return _BACKWARD_INK if kind.endswith("grad") else palette.INK


def _scaled(metrics: Metrics, size: int) -> Metrics:
    """Return the page's one size of letters, for those sizes at which all of it must fit."""
    factor = size / POINT_SIZES[-1]
    return replace(
        metrics,
        size=size,
        line=factor * metrics.line,
        number=factor * metrics.number,
        signed=factor * metrics.signed,
        short=factor * metrics.short,
        weight=factor * metrics.weight,
        prefix=factor * metrics.prefix,
    )


def _outlined(box: Rect, radius: float, colour: str) -> list[Mark]:
    """Return a box with round corners, white inside."""
    radius = min(radius, box.width / 2, box.height / 2)
    corners = (
        (box.right - radius, box.bottom - radius, 0.0),
        (box.x + radius, box.bottom - radius, 0.5 * np.pi),
        (box.x + radius, box.y + radius, np.pi),
        (box.right - radius, box.y + radius, 1.5 * np.pi),
    )
    x = np.concatenate([cx + radius * np.cos(turn + _ROUND) for cx, _, turn in corners])
    y = -np.concatenate([cy + radius * np.sin(turn + _ROUND) for _, cy, turn in corners])
    fill = Polygons(np.stack((x, y), axis=1)[None], (palette.BACKGROUND,))
    return [fill, Curve(np.r_[x, x[0]], np.r_[y, y[0]], colour, width=1.0)]


def _metrics(settings: Settings) -> Metrics:
    """Return the widths of texts on the page."""
    short = 60.0 if np.any(settings.coded_inputs != settings.coded_inputs.round()) else 36.0
    names = max(map(_length, input_names(settings)), default=0.0)
    return Metrics(9, 17.0, 57.0, 62.0, short, 24.0, 10.0, max(24.0, min(names + 8, _NAME)))


def _length(text: str) -> float:
    """Return about how long a text is, in the units of the page."""
    return _LETTER * sum(_NARROW.get(letter, 0.62) for letter in text)


def _left(box: Rect, text: str, colour: str) -> Text:
    return Text(box.x, -(box.middle[1] + 0.35 * _LETTER), text, colour)


def _right(box: Rect, text: str, colour: str) -> Text:
    return _left(Rect(box.right - _length(text), box.y, 0, box.height), text, colour)


def _centred(box: Rect, text: str, colour: str) -> Text:
    return _left(Rect(box.middle[0] - _length(text) / 2, box.y, 0, box.height), text, colour)
