"""What can be taken in the data view, and what a person wants who drags it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, Qt

from neuroviz.core.choices.data_edits import moved_data
from neuroviz.core.choices.settings import Settings
from neuroviz.core.types import Floats
from neuroviz.pictures.data.plane import PlaneScene
from neuroviz.ui.canvas.drag import Changes, Handle, start_at
from neuroviz.ui.canvas.plot import Plot

_REACH = 7.0
"""Pixels from a line within which it can be taken."""
_END = 1 / 3
"""Of a line, at each end, that turns it; the rest shifts it."""
_GRIPS = (0.06, 0.5, 0.94)
"""How far along a line its ends and its middle are marked."""


@dataclass(frozen=True, eq=False)
class LineUnderPointer:
    """A line between the classes that can be taken."""

    handle: Handle
    """What shifts or turns it."""
    grips: Floats
    """(n, 2): points of it that show where it can be taken: by its ends, by its middle."""


def line_at(
    plot: Plot, scene: PlaneScene, parameters: Floats, place: QPointF
) -> LineUnderPointer | None:
    """Return the line between the classes that is at a place of the plot, in its pixels.

    None for none.

    Parameters
    ----------
    parameters
        (3,): the neuron, the bias last.
    """
    sight = np.array(plot.box.viewRange())
    for line in scene.boundaries(parameters, sight.mean(axis=1), np.ptp(sight, axis=1)):
        ends = line[:, [0, 2]].T
        share = _share_along(plot, ends, place)
        if share is not None:
            no_bias = scene.settings.breaks_it("no_bias")
            shifts = _END <= share <= 1 - _END and not no_bias
            pivot = np.zeros(2) if no_bias else ends.mean(axis=0)
            shares = np.array(_GRIPS)[:, np.newaxis]
            grips = ends[0] + shares * (ends[1] - ends[0])
            return LineUnderPointer(
                _handle(plot, parameters, place, None if shifts else pivot), grips
            )
    return None


def _handle(plot: Plot, parameters: Floats, place: QPointF, pivot: Floats | None) -> Handle:
    """Return what shifts a line that is taken at a place, or turns it about a pivot."""
    grip = _point(plot, place)

    def changes(to: QPointF) -> Changes:
        there = _point(plot, to)
        if pivot is None:
            return start_at(shifted(parameters, there - grip))
        return start_at(turned(parameters, pivot, grip, there))

    return Handle(
        changes,
        Qt.CursorShape.SizeAllCursor if pivot is None else Qt.CursorShape.CrossCursor,
        kind="line",
    )


def sample_handle(plot: Plot, settings: Settings, sample: int) -> Handle:
    """Return what moves a sample of one input or two, over their plane or line.

    Parameters
    ----------
    plot
        Where the samples are drawn: inputs across, of one input the target upwards.
    """

    def changes(to: QPointF) -> Changes:
        there = _point(plot, to)
        if settings.dataset.width == 2:
            return {"data": moved_data(settings, sample, there)}
        target = None if settings.dataset.classes else float(there[1])
        return {"data": moved_data(settings, sample, there[:1], target)}

    return Handle(changes, kind="data")


def shifted(parameters: Floats, by: Floats) -> Floats:
    """Return the neuron (3,) whose line is moved by a vector (2,)."""
    return np.append(parameters[:2], parameters[2] - parameters[:2] @ by)


def turned(parameters: Floats, pivot: Floats, grip: Floats, to: Floats) -> Floats:
    """Return the neuron (3,) that is turned about a pivot.

    There z is as before, and the weights are as long.

    Parameters
    ----------
    parameters
        (3,): the neuron, the bias last.
    pivot
        (2,): about what it turns.
    grip, to
        (2,): a point that was taken, and another to whose direction from the pivot it turns.
    """
    weights = parameters[:2]
    (x, y), (right, up) = grip - pivot, to - pivot
    angle = math.atan2(up, right) - math.atan2(y, x)
    turn = np.array(((math.cos(angle), -math.sin(angle)), (math.sin(angle), math.cos(angle))))
    new = turn @ weights
    return np.append(new, parameters[2] + (weights - new) @ pivot)


def _share_along(plot: Plot, ends: Floats, place: QPointF) -> float | None:
    """Return how far along a line between two points (2, 2) a place is, 0 … 1.

    None where it is off the line.
    """
    first, last = (plot.pixel_of(QPointF(*end)) for end in ends.tolist())
    along = last - first
    length = math.hypot(along.x(), along.y())
    if not length:
        return None
    away = place - first
    share = QPointF.dotProduct(away, along) / length**2
    across = abs(away.x() * along.y() - away.y() * along.x()) / length
    return share if across <= _REACH and 0 <= share <= 1 else None


def _point(plot: Plot, place: QPointF) -> Floats:
    point = plot.point_at(place)
    return np.array((point.x(), point.y()))
