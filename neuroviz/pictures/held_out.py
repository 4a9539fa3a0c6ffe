"""Rows held out, as hollow points: the neuron is not trained on them."""

from __future__ import annotations

import numpy as np

from neuroviz.core.choices.settings import Settings
from neuroviz.core.types import Floats
from neuroviz.pictures.input_names import class_title
from neuroviz.pictures.marks import HOLLOW, Marker, Marks, Points
from neuroviz.pictures.palette import Palette

_GROUND = 3.0
"""By so much the outline in the colour of the ground is larger."""


def held_out_places(settings: Settings) -> Floats:
    """Return what is known of the rows held out, whatever the neuron says: inputs and target, (H, D + 1)."""
    held = settings.held_out
    if held is None:
        return np.empty((0, settings.dataset.width + 1))
    return np.column_stack((settings.coded_inputs_of(held), settings.coded_targets_of(held)))


def held_out_marks(settings: Settings, places: Floats, palette: Palette, size: float) -> Marks:
    """Return the rows held out at places (H, 2), with the shapes of their classes, but hollow.

    Parameters
    ----------
    size
        Of those that are not held out.
    """
    held = settings.held_out
    if held is None or not len(places):
        return {}
    if not held.classes:
        return _rings(("held out",), places, "o", "held out", size, palette.ink, HOLLOW, palette)
    marks: Marks = {}
    shapes: tuple[tuple[float, str, Marker], ...] = ((1.0, palette.positive, "o"), (0.0, palette.negative, "s"))
    for target, colour, shape in shapes:
        own = held.targets == target
        if own.any():
            label = f"held out, {class_title(settings, int(target))}"
            marks.update(
                _rings(("held out", target), places[own], shape, label, size, colour, palette.ground, palette)
            )
    return marks


def _rings(
    key: tuple[object, ...],
    places: Floats,
    shape: Marker,
    label: str,
    size: float,
    colour: str,
    inside: str,
    palette: Palette,
) -> Marks:
    """Return outlines with another of the ground round them, so that they are seen on every colour of a map.

    Inside those of a class is the ground: on the map of a class its colour would look like a filling.
    """
    x, y = places.T
    return {
        (*key, "ground"): Points(x, y, HOLLOW, shape, None, size + _GROUND, palette.ground),
        key: Points(x, y, inside, shape, label, size, colour),
    }
