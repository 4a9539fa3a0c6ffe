"""The sums of several outputs and what comes of them as bars: softmax's shares, or the outputs."""

from __future__ import annotations

from typing import Any

import numpy as np
from msgspec.structs import replace

from neuroviz.core.anatomy.unit import unit_letter
from neuroviz.core.choices.settings import Settings
from neuroviz.core.lazy import torch
from neuroviz.core.model.boundary import output_scale
from neuroviz.core.model.model import model_of
from neuroviz.core.numbers import four, printed
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


def add_outputs(
    sheet: Sheet,
    settings: Settings,
    rows: list[Rect],
    sums: Floats | None,
    outputs: list[float],
    sample: int | None,
    *,
    roomy: bool,
) -> None:
    """Add the names of the outputs, and for a sample their sums z, the results, and the loss.

    With softmax the results are the shares of the classes. With several targets they are the
    outputs ŷ, each with a tick at its target.

    Parameters
    ----------
    rows
        The places of the outputs, see `rows_of`.
    sums
        (K,): z of each output; None without a sample.
    outputs
        ŷ of each output.
    sample
        Index of the sample.
    roomy
        Whether there is room for more than names and results.
    """
    line = sheet.letters.line
    softmax = settings.softmax
    side = 0.0
    wide = rows[0].width
    if roomy:
        powers = rows[0].width >= _FULL * line and sums is not None and sums.max() < _LARGEST
        between = (_POWERS if powers else _SOFTMAX) if softmax else _ACTIVATION
        bars = rows[0].width - (between + 2 * _BESIDE) * line
        side = _OF_SUMS * bars
        wide = (1 - _OF_SUMS) * bars
    _add_names(sheet, settings, rows, side, alone=sums is None)
    if sums is None or sample is None:
        return
    right = [Rect(row.right - wide, row.middle[1], wide, line) for row in rows]
    add = _add_shares if softmax else _add_values
    add(sheet, settings, right, outputs, sample, roomy=roomy)
    foot = Rect(0.0, rows[-1].bottom, rows[0].right, _FOOT * line)
    add_loss(sheet, settings, foot, sums, sample)
    if not roomy:
        return
    left = [Rect(row.x, row.middle[1], side, line) for row in rows]
    _add_sums(sheet, left, sums)
    head = Rect(rows[0].x, 0.0, rows[0].width, line)
    if softmax:
        _add_softmax(sheet, head, left, right, sums if powers else None)
    else:
        _add_ways(sheet, head, left, right)
    shares: Any = sheet.marks["head shares"]
    room = head.width - sheet.letters.width(f"{shares.text}   ", SMALL)
    over = min(side, 2 * room - sheet.letters.width("sum z", SMALL))
    sheet.word("head sums", replace(head, width=over), "sum z")


def _add_names(
    sheet: Sheet, settings: Settings, rows: list[Rect], side: float, *, alone: bool
) -> None:
    """Add the outputs' names above their bars, or alone in the middle of their rows."""
    line = sheet.letters.line
    above, wide = (line / 2, 0.0) if alone else (0.95 * line, side)
    for at, row in enumerate(rows):
        place = Rect(row.x, row.middle[1] - above, wide or row.width, line)
        name = sheet.cut(output_name(settings, at), place.width)
        colour = sheet.ink.class_colours[at]
        unit = settings.hidden + at
        sheet.write(("name", unit), place, name, colour, LEFT, SMALL, bold=True)


def add_loss(sheet: Sheet, settings: Settings, foot: Rect, sums: Floats, sample: int) -> None:
    """Add what the sample's loss is made of, by z of each output (K,), or of the only one ()."""
    targets = settings.coded_targets[[sample]]
    with torch.inference_mode():
        loss = model_of(settings).losses(torch.tensor(sums)[None], torch.tensor(targets))
    number = four(float(loss))
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


def _add_softmax(
    sheet: Sheet, head: Rect, left: list[Rect], right: list[Rect], sums: Floats | None
) -> None:
    """Add softmax between the sums and the shares, with the heads above them.

    Where there is room, it shows each eᶻ and their sum, by which they are divided.
    """
    line = sheet.letters.line
    x = left[0].right + _BESIDE * line
    y = left[0].y - 0.2 * line
    box = Rect(x, y, right[0].x - _BESIDE * line - x, left[-1].y + line - y)
    sheet.box("softmax", box, 4.0, sheet.ink.ground, sheet.ink.ink)
    if sums is None:
        sheet.word("head softmax", head, "softmax")
        sheet.word("head shares", head, "share ŷ", RIGHT)
    else:
        powers = np.exp(sums)
        texts, total = adding_up(powers.tolist(), float(powers.sum()))
        for at, (place, text) in enumerate(zip(left, texts, strict=True)):
            within = box.around(-0.4 * line).across(_bar_in(place))
            sheet.write(("power", at), within, text.removeprefix("+"), sheet.ink.ink, RIGHT, SMALL)
        sheet.word("head shares", head, f"softmax: eᶻ ÷ {total} = share ŷ", RIGHT)
    for at, (place, to) in enumerate(zip(left, right, strict=True)):
        y = _bar_in(place).middle[1]
        sheet.arrow(("into softmax", at), (place.right + 2, y), (box.x - 1, y), sheet.ink.ink)
        sheet.arrow(("out of softmax", at), (box.right + 1, y), (to.x - 2, y), sheet.ink.ink)


def _add_ways(sheet: Sheet, head: Rect, left: list[Rect], right: list[Rect]) -> None:
    """Add the arrow from each sum to its output, with the heads above them."""
    line = sheet.letters.line
    sheet.word("head target", head, "target y", RIGHT)
    x = head.right - sheet.letters.width("target y", SMALL) - 0.3 * line
    sheet.box("head tick", Rect(x - _TICK, 0.1 * line, _TICK, 0.8 * line), 1.0, sheet.ink.ink)
    sheet.word("head shares", replace(head, width=x - 0.8 * line - head.x), "output ŷ", RIGHT)
    for at, (place, to) in enumerate(zip(left, right, strict=True)):
        y = _bar_in(place).middle[1]
        sheet.arrow(("out of sum", at), (place.right + 2, y), (to.x - 4, y), sheet.ink.ink)


def _add_sums(sheet: Sheet, places: list[Rect], sums: Floats) -> None:
    """Add each z as a bar in the colour of its sign, all on one scale, with its number beyond 0."""
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


def _add_shares(
    sheet: Sheet,
    settings: Settings,
    places: list[Rect],
    outputs: list[float],
    sample: int,
    *,
    roomy: bool,
) -> None:
    """Add each share as a bar with a number; the bar of the sample's class has a frame."""
    names = settings.dataset.class_names
    target = int(settings.dataset.targets[sample])
    texts, _ = adding_up(outputs, 1.0)
    for at, (place, share) in enumerate(zip(places, outputs, strict=True)):
        bar = _bar_in(place)
        known = at == target
        if known:
            sheet.box("target", bar.around(2.5), 4.0, sheet.ink.ground, sheet.ink.ink, 1.5)
        _add_bar(sheet, at, bar, 0.0, share)
        over = replace(place, y=place.y - 0.95 * place.height)
        text = texts[at].removeprefix("+")
        unit = settings.hidden + at
        wide = sheet.letters.width(text, SMALL, bold=known)
        if roomy:
            sheet.write(("value", unit), over, text, sheet.ink.ink, LEFT, SMALL, bold=known)
            if known and wide + sheet.letters.width(" target", SMALL) <= place.width:
                sheet.word("target word", over, "target", RIGHT)
        elif wide + sheet.letters.width(f"{names[at]} ", SMALL, bold=True) <= place.width:
            sheet.write(("value", unit), over, text, sheet.ink.ink, RIGHT, SMALL, bold=known)


def _add_values(
    sheet: Sheet,
    settings: Settings,
    places: list[Rect],
    outputs: list[float],
    sample: int,
    *,
    roomy: bool,
) -> None:
    """Add each output as a bar from 0 with a tick at its target, and the numbers if all fit."""
    targets = settings.coded_targets[sample].tolist()
    scale = output_scale(settings)
    texts = [four(value) for value in outputs]
    fits = roomy or all(
        sheet.letters.width(text, SMALL)
        + sheet.letters.width(f"{output_name(settings, at)} ", SMALL, bold=True)
        <= places[at].width
        for at, text in enumerate(texts)
    )
    for at, place in enumerate(places):
        bar = _bar_in(place)
        zero, value, target = np.interp((0.0, outputs[at], targets[at]), scale, (0.0, 1.0)).tolist()
        _add_bar(sheet, at, bar, *sorted((zero, value)))
        x = min(max(bar.x + target * bar.width - _TICK / 2, bar.x), bar.right - _TICK)
        tick = Rect(x, bar.y - 2, _TICK, bar.height + 4)
        sheet.box(("target", at), tick, 1.0, sheet.ink.ink)
        if fits:
            over = replace(place, y=place.y - 0.95 * place.height)
            beside = LEFT if roomy else RIGHT
            unit = settings.hidden + at
            sheet.write(("value", unit), over, texts[at], sheet.ink.ink, beside, SMALL)


def _add_bar(sheet: Sheet, at: int, bar: Rect, first: float, last: float) -> None:
    """Add the bar of an output, filled between two shares of its track."""
    sheet.box(("track", at), bar, 3.0, sheet.ink.track)
    x = bar.x + first * bar.width
    wide = max((last - first) * bar.width, 1.0)
    sheet.box(("share", at), Rect(x, bar.y, wide, bar.height), 3.0, sheet.ink.class_colours[at])


def _bar_in(place: Rect) -> Rect:
    return Rect(place.x, place.y + _DOWN * place.height, place.width, _BAR * place.height)
