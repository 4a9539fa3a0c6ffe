"""The handles of the data view, and the changes that dragging them asks for."""

from __future__ import annotations

import math
from collections.abc import Hashable

import numpy as np
from msgspec.structs import replace
from PySide6.QtCore import QPointF, Qt

from neuroviz.core.choices.edits import moved_data
from neuroviz.core.choices.settings import Settings
from neuroviz.core.types import Floats
from neuroviz.pictures.data.curved_plane import grip_on
from neuroviz.pictures.data.plane import PlaneScene, Taken
from neuroviz.pictures.input_names import class_title, unit_name
from neuroviz.pictures.marks import Arrow
from neuroviz.ui.canvas.drag import Changes, Handle, start_at
from neuroviz.ui.canvas.handles import place_along
from neuroviz.ui.canvas.plot import Plot
from neuroviz.ui.theme import theme as themes

_REACH = 7.0
"""Pixels from a line within which it can be taken."""
_ROUND = 4.0
"""Pixels of the ring around a sample."""
_TURNS = 0.88
"""How far along a hidden neuron's line its turning handle is, clear of all other handles."""
_WAYS = ("turn it", "shift it")
_END = 1 / 3
"""Share of a line at each end that turns it; the middle shifts it."""


def line_at(
    plot: Plot, scene: PlaneScene, parameters: Floats, place: QPointF, *, turns: bool
) -> Handle | None:
    """Return the handle of a neuron's line at a place of the plot in pixels, or None.

    Where lines must not be turned, their ends shift them too.

    Parameters
    ----------
    parameters
        (P,): the parameters of the run.
    """
    for taken, line in scene.lines_to_take(scene.own(parameters), plot.sight):
        ends = line[:, [0, 2]].T
        pixels = [plot.pixel_of(QPointF(*end)).toTuple() for end in ends.tolist()]
        share = place_along(np.array(pixels), np.array(place.toTuple()), _REACH)
        if share is not None:
            no_bias = scene.settings.breaks_it("no_bias")
            turns = turns and not isinstance(taken, tuple)
            shifts = not no_bias and (not turns or _END <= share <= 1 - _END)
            pivot = np.zeros(2) if no_bias else ends.mean(axis=0)
            own = _places(scene, taken)
            grip = _point(plot, place)
            return _handle(plot, own, parameters, grip, None if shifts else pivot)
    return None


def _places(scene: PlaneScene, taken: Taken) -> tuple[list[int], ...]:
    """Return the places in θ of the neuron with this line, or of the two whose difference it is."""
    return tuple(map(scene.places_of, taken if isinstance(taken, tuple) else (taken,)))


def hidden_handles(
    plot: Plot, scene: PlaneScene, parameters: Floats, opened: int | None
) -> list[Handle]:
    """Return handles that shift the lines of hidden neurons, or the border in their space.

    Others turn the border, and the line of the opened neuron. Without biases lines only turn, about
    0.
    """
    handles: list[Handle] = []
    no_bias = scene.settings.breaks_it("no_bias")
    for unit, line in scene.lines_to_take(scene.own(parameters), plot.sight):
        colour = themes.now.accent
        what = "border of the output"
        if isinstance(unit, tuple):
            hidden = scene.settings.hidden
            first, second = (class_title(scene.settings, each - hidden) for each in unit)
            what = f"border of {first} and {second}"
        elif unit is not None:
            colour = themes.now.neuron_colours[unit]
            what = f"line of hidden neuron {unit_name(unit)}"
        own = _places(scene, unit)
        at = grip_on(line, unit if isinstance(unit, int) else None)
        ways = [(at, np.zeros(2) if no_bias else None, "line")]
        if unit in (opened, None) and not no_bias:
            ways.append((grip_on(line, unit, _TURNS), at, "turn"))
        for grip, pivot, kind in ways:
            handle = _handle(plot, own, parameters, grip, pivot, (kind, unit))
            spoken = f"the {what}, to {_WAYS[pivot is None]}"
            handles.append(replace(handle, spoken=spoken, core=colour))
    return handles


def line_handles(
    plot: Plot, scene: PlaneScene, parameters: Floats, arrow: Arrow, colour: str
) -> list[Handle]:
    """Return handles at the arrow of the weights: its foot shifts the line, its tip turns it.

    Without a bias the line only turns, about 0.
    """
    foot = np.array((arrow.x, arrow.y))
    tip = foot + np.array((arrow.dx, arrow.dy))
    no_bias = scene.settings.breaks_it("no_bias")
    own = _places(scene, None)
    turn = _handle(plot, own, parameters, tip, np.zeros(2) if no_bias else foot, "turn")
    turn = replace(turn, spoken="the direction of w", core=colour)
    if no_bias:
        return [turn]
    shift = _handle(plot, own, parameters, foot, None, "line")
    return [replace(shift, spoken="the line", core=colour), turn]


def _handle(
    plot: Plot,
    own: tuple[list[int], ...],
    parameters: Floats,
    grip: Floats,
    pivot: Floats | None,
    name: Hashable = "",
) -> Handle:
    """Return a handle that shifts a line taken at a point (2,), or turns it about a pivot (2,).

    With a name it stands at the point; without one the line itself is taken. Of all parameters (P,)
    it moves those at the places ``own``: two weights and a bias. Where the line is of the
    difference of two neurons, each does half of the way.
    """
    first, *others = own

    def changes(to: QPointF) -> Changes:
        there = _point(plot, to)
        moved = parameters.copy()
        line = parameters[first] - sum(parameters[other] for other in others)
        new = shifted(line, there - grip) if pivot is None else turned(line, pivot, grip, there)
        if others:
            moved[first] += (new - line) / 2
            moved[others[0]] -= (new - line) / 2
        else:
            moved[first] = new
        return start_at(moved)

    return Handle(
        changes,
        Qt.CursorShape.SizeAllCursor if pivot is None else Qt.CursorShape.CrossCursor,
        kind="line" if pivot is None else "turn",
        at=plot.pixel_of(QPointF(*grip)) if name else None,
        name=name,
        radius=8.0,
        hollow=pivot is not None,
    )


def sample_handle(
    plot: Plot,
    settings: Settings,
    sample: int,
    at: Floats,
    shape: str,
    size: float,
    *,
    refusal: str,
) -> Handle:
    """Return the handle of a sample of one or two inputs, on its line or plane.

    Parameters
    ----------
    plot
        The plot of the samples: inputs across, and with one input the target upwards.
    at
        (2,): the place of the sample, in units of the axes.
    shape, size
        Shape and size in pixels of the sample's marker.
    refusal
        Why it cannot be moved now; empty where it can.
    """

    def changes(to: QPointF) -> Changes:
        there = _point(plot, to)
        if settings.dataset.own_width == 2:
            return {"data": moved_data(settings, sample, there)}
        numbers = not settings.dataset.classes and settings.dataset.target_count == 1
        target = float(there[1]) if numbers else None
        return {"data": moved_data(settings, sample, there[:1], target)}

    return Handle(
        changes,
        kind="data",
        at=plot.pixel_of(QPointF(*at)),
        name=("sample", sample),
        spoken=f"sample {sample + 1:,}",
        shape=shape,
        radius=size / 2 + _ROUND,
        refusal=refusal,
    )


def shifted(parameters: Floats, by: Floats) -> Floats:
    """Return the neuron (3,) with its line shifted by a vector (2,)."""
    return np.append(parameters[:2], parameters[2] - parameters[:2] @ by)


def turned(parameters: Floats, pivot: Floats, grip: Floats, to: Floats) -> Floats:
    """Return a neuron turned about a pivot.

    At the pivot z stays the same, and the weights keep their length.

    Parameters
    ----------
    parameters
        (3,): the two weights, then the bias.
    pivot
        (2,): the point about which it turns.
    grip, to
        (2,): the point that was taken, and one towards which that turns, as seen from the pivot.
    """
    weights = parameters[:2]
    (x, y), (right, up) = grip - pivot, to - pivot
    angle = math.atan2(up, right) - math.atan2(y, x)
    turn = np.array(((math.cos(angle), -math.sin(angle)), (math.sin(angle), math.cos(angle))))
    new = turn @ weights
    return np.append(new, parameters[2] + (weights - new) @ pivot)


def _point(plot: Plot, place: QPointF) -> Floats:
    return np.array(plot.point_at(place).toTuple())
