"""The sums of several outputs and what comes of them as bars: softmax's shares, or the outputs."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from msgspec.structs import replace

from neuroviz.core.anatomy.unit import unit_letter
from neuroviz.core.choices.settings import Settings
from neuroviz.core.lazy import torch
from neuroviz.core.model.boundary import output_scale
from neuroviz.core.model.model import model_of
from neuroviz.core.numbers import measured, printed
from neuroviz.core.types import Floats
from neuroviz.pictures.input_names import output_name
from neuroviz.pictures.neuron.equations import adding_up, in_column
from neuroviz.pictures.neuron.ink import LEFT, RIGHT, Sheet
from neuroviz.pictures.neuron.layout import SMALL, Letters, Rect

_HEAD, _NO_HEAD, _FOOT = 1.1, 0.35, 1.25
"""Lines above the rows, with sums and with shares alone, and below the rows for the loss."""
_WIDE, _NARROW = 0.48, 0.38
"""Share of the width that the bars take, with sums, and with shares alone."""
_MOST = 18.0
"""Most lines of width that they take."""
ROOMY = 25.0
"""Lines of width from which on there are numbers and bars of sums."""
_SOFTMAX, _POWERS, _BESIDE = 0.9, 3.4, 0.55
"""Width of softmax's box in lines, empty and with each eᶻ, and the gap on each side of it."""
_FULL = 15.0
"""Lines of a row from which on there is room for each eᶻ."""
_LARGEST = 700.0
"""Largest z of which eᶻ is written: soon after, it is too large for a float."""
_OF_SUMS = 0.56
"""Share of the bars' width for the sums, which have their numbers beside them."""
_ACTIVATION = 0.9
"""Lines of the arrow from a sum to its output."""
_DOWN, _BAR = 0.15, 0.5
"""Lines from the middle of a row down to its bar, and the height of the bar in lines."""
_LOW = 1.5
"""Lines of a row below which its name stands beside the bar, and not above it."""
_TICK = 3.0
"""Pixels of the width of a target's tick."""
EDGE = 4.0
"""Pixels that a frame takes at the edge."""


def rows_of(
    settings: Settings, width: float, height: float, letters: Letters, *, roomy: bool
) -> list[Rect]:
    """Return the row of each output, to the right of its small picture, with or without sums."""
    line = letters.line
    wide = min((_WIDE if roomy else _NARROW) * width, _MOST * line)
    head = _HEAD if roomy else _NO_HEAD
    pitch = (height - (head + _FOOT) * line) / settings.outputs
    return [
        Rect(width - EDGE - wide, head * line + at * pitch, wide, pitch)
        for at in range(settings.outputs)
    ]


def add_loss(sheet: Sheet, settings: Settings, foot: Rect, sums: Floats, sample: int) -> None:
    """Add what the sample's loss is made of, by z of each output (K,), or of the only one ()."""
    targets = settings.coded_targets[[sample]]
    with torch.inference_mode():
        loss = model_of(settings).losses(torch.tensor(sums)[None], torch.tensor(targets))
    number = measured(float(loss))
    said, short = f"ℓ = mean of {settings.outputs} losses = {number}", f"mean ℓ {number}"
    if settings.softmax:
        said = short = (
            f"ℓ = −log {unit_letter(settings, settings.hidden + int(targets[0]))} = {number}"
        )
    elif settings.outputs == 1:
        said, short = f"target {printed(targets.item())} · ℓ = {number}", ""
    if sheet.letters.width(said, SMALL) > foot.width:
        said = short
    sheet.write("loss", foot, said, sheet.ink.ink, RIGHT, SMALL)


class OutputBars:
    """Draws the outputs as bars beside their small pictures, with their names.

    For a sample there are their sums z, what comes of them, and the loss. With softmax that is the
    shares of the classes. With several targets it is the outputs ŷ, each with a tick at its target.

    Parameters
    ----------
    rows
        The places of the outputs, see `rows_of`.
    roomy
        Whether there is room for more than names and results.
    """

    def __init__(self, sheet: Sheet, settings: Settings, rows: list[Rect], *, roomy: bool) -> None:
        self._sheet = sheet
        self._settings = settings
        self._rows = rows
        self._roomy = roomy
        self._line = sheet.letters.line
        self._low = not roomy and rows[0].height < _LOW * self._line

    def draw(self, sums: Floats | None, outputs: list[float], sample: int | None) -> None:
        """Add all marks.

        Parameters
        ----------
        sums
            (K,): z of each output; None without a sample.
        outputs
            ŷ of each output.
        sample
            Index of the sample.
        """
        line = self._line
        rows = self._rows
        softmax = self._settings.softmax
        side = 0.0
        wide = rows[0].width
        down = 0.0
        powers = None
        if self._roomy:
            small = sums is not None and sums.max() < _LARGEST
            powers = sums if small and rows[0].width >= _FULL * line else None
            between = (_SOFTMAX if powers is None else _POWERS) if softmax else _ACTIVATION
            bars = rows[0].width - (between + 2 * _BESIDE) * line
            side = _OF_SUMS * bars
            wide = (1 - _OF_SUMS) * bars
        elif self._low and sums is not None:
            down = (_DOWN + _BAR / 2) * line
            names = [output_name(self._settings, at) for at in range(len(rows))]
            longest = max(self._sheet.letters.width(f"{each} ", SMALL, bold=True) for each in names)
            side = min(longest, 0.6 * wide)
            wide -= side
        self._add_names(side, alone=sums is None)
        if sums is None or sample is None:
            return
        right = [Rect(row.right - wide, row.middle[1] - down, wide, line) for row in rows]
        self._add_results(right, outputs, sample)
        foot = Rect(0.0, rows[-1].bottom, rows[0].right, _FOOT * line)
        add_loss(self._sheet, self._settings, foot, sums, sample)
        if not self._roomy:
            return
        left = [Rect(row.x, row.middle[1], side, line) for row in rows]
        self._add_sums(left, sums)
        head = Rect(rows[0].x, 0.0, rows[0].width, line)
        if softmax:
            self._add_softmax(head, left, right, powers)
        else:
            self._add_ways(head, left, right)
        shares: Any = self._sheet.marks["head shares"]
        width = self._sheet.letters.width
        room = head.width - width(f"{shares.text}   ", SMALL)
        over = min(side, 2 * room - width("sum z", SMALL))
        self._sheet.word("head sums", replace(head, width=over), "sum z")

    def _add_names(self, side: float, *, alone: bool) -> None:
        """Add the names above or beside their bars, or alone in the middle of their rows."""
        above = (0.5 if alone or self._low else 0.95) * self._line
        wide = 0.0 if alone else side
        for at, row in enumerate(self._rows):
            place = Rect(row.x, row.middle[1] - above, wide or row.width, self._line)
            name = self._sheet.cut(output_name(self._settings, at), place.width)
            colour = self._sheet.ink.class_colours[at]
            unit = self._settings.hidden + at
            self._sheet.write(("name", unit), place, name, colour, LEFT, SMALL, bold=True)

    def _add_results(self, places: list[Rect], outputs: list[float], sample: int) -> None:
        """Add each result as a bar, and the numbers if all fit.

        A class's share has a frame if it is the sample's own class, another output a tick.
        """
        sheet = self._sheet
        settings = self._settings
        ink = sheet.ink.ink
        width = partial(sheet.letters.width, size=SMALL, bold=True)
        targets = settings.coded_targets[sample]
        scale = (0.0, 1.0)
        texts = [measured(value) for value in outputs]
        if settings.softmax:
            texts = [text.removeprefix("+") for text in adding_up(outputs, 1.0)[0]]
        else:
            scale = output_scale(settings)
        fits = self._roomy or all(
            not self._low
            and width(text) + width(f"{output_name(settings, at)} ") <= places[at].width
            for at, text in enumerate(texts)
        )
        for at, (place, text) in enumerate(zip(places, texts, strict=True)):
            bar = _bar_in(place)
            own = settings.softmax and at == int(targets)
            if own:
                sheet.box("target", bar.around(2.5), 4.0, sheet.ink.ground, ink, 1.5)
            self._add_bar(at, bar, *np.interp((0.0, outputs[at]), scale, (0.0, 1.0)).tolist())
            if not settings.softmax:
                x = bar.x + float(np.interp(targets[at], scale, (0.0, bar.width))) - _TICK / 2
                x = min(max(x, bar.x), bar.right - _TICK)
                sheet.box(("target", at), Rect(x, bar.y - 2, _TICK, bar.height + 4), 1.0, ink)
            if fits:
                over = replace(place, y=place.y - 0.95 * place.height)
                beside = LEFT if self._roomy else RIGHT
                unit = settings.hidden + at
                sheet.write(("value", unit), over, text, ink, beside, SMALL, bold=own)
                if own and self._roomy and width(f"{text} target") <= place.width:
                    sheet.word("target word", over, "target", RIGHT)

    def _add_bar(self, at: int, bar: Rect, *ends: float) -> None:
        """Add the bar of an output, filled between two shares of its track."""
        sheet = self._sheet
        sheet.box(("track", at), bar, 3.0, sheet.ink.track)
        first, last = sorted(ends)
        wide = max((last - first) * bar.width, 1.0)
        filled = Rect(bar.x + first * bar.width, bar.y, wide, bar.height)
        sheet.box(("share", at), filled, 3.0, sheet.ink.class_colours[at])

    def _add_softmax(
        self, head: Rect, left: list[Rect], right: list[Rect], sums: Floats | None
    ) -> None:
        """Add softmax between the sums and the shares, with the heads above them.

        Where there is room, it shows each eᶻ and their sum, by which they are divided.
        """
        sheet = self._sheet
        ink = sheet.ink.ink
        line = self._line
        x = left[0].right + _BESIDE * line
        y = left[0].y - 0.2 * line
        box = Rect(x, y, right[0].x - _BESIDE * line - x, left[-1].y + line - y)
        sheet.box("softmax", box, 4.0, sheet.ink.ground, ink)
        if sums is None:
            sheet.word("head softmax", head, "softmax")
            sheet.word("head shares", head, "share ŷ", RIGHT)
        else:
            powers = np.exp(sums)
            texts, total = adding_up(powers.tolist(), float(powers.sum()))
            for at, (place, text) in enumerate(zip(left, texts, strict=True)):
                within = box.around(-0.4 * line).across(_bar_in(place))
                sheet.write(("power", at), within, text.removeprefix("+"), ink, RIGHT, SMALL)
            sheet.word("head shares", head, f"softmax: eᶻ ÷ {total} = share ŷ", RIGHT)
        for at, (place, to) in enumerate(zip(left, right, strict=True)):
            y = _bar_in(place).middle[1]
            sheet.arrow(("into softmax", at), (place.right + 2, y), (box.x - 1, y), ink)
            sheet.arrow(("out of softmax", at), (box.right + 1, y), (to.x - 2, y), ink)

    def _add_ways(self, head: Rect, left: list[Rect], right: list[Rect]) -> None:
        """Add the arrow from each sum to its output, with the heads above them."""
        sheet = self._sheet
        ink = sheet.ink.ink
        line = self._line
        sheet.word("head target", head, "target y", RIGHT)
        x = head.right - sheet.letters.width("target y", SMALL) - 0.3 * line
        sheet.box("head tick", Rect(x - _TICK, 0.1 * line, _TICK, 0.8 * line), 1.0, ink)
        sheet.word("head shares", replace(head, width=x - 0.8 * line - head.x), "output ŷ", RIGHT)
        for at, (place, to) in enumerate(zip(left, right, strict=True)):
            y = _bar_in(place).middle[1]
            sheet.arrow(("out of sum", at), (place.right + 2, y), (to.x - 4, y), ink)

    def _add_sums(self, places: list[Rect], sums: Floats) -> None:
        """Add each z as a bar in the colour of its sign, on one scale, its number beyond 0."""
        sheet = self._sheet
        largest = float(np.abs(sums).max()) or 1.0
        texts = in_column(sums.tolist(), signed=True)
        for at, (place, z, text) in enumerate(zip(places, sums.tolist(), texts, strict=True)):
            zero = place.middle[0]
            bar = _bar_in(place)
            if z:
                sheet.bar(("sum", at), zero, bar, z, largest)
            sheet.line(("zero", at), (zero, zero), (bar.y - 2, bar.bottom + 2), sheet.ink.line, 1.0)
            room = place.width / 2 - 3
            if sheet.letters.width(text, SMALL) <= room:
                beside = Rect(place.x if z > 0 else zero + 3, bar.y, room, bar.height)
                side = RIGHT if z > 0 else LEFT
                sheet.write(("z", at), beside, text, sheet.ink.ink, side, SMALL)


def _bar_in(place: Rect) -> Rect:
    return Rect(place.x, place.y + _DOWN * place.height, place.width, _BAR * place.height)
