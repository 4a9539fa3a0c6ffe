"""Rows held out, as hollow points: the neuron is not trained on them."""

from __future__ import annotations

import numpy as np

from neuroviz.core.choices.settings import Settings
from neuroviz.core.types import Floats
from neuroviz.pictures.input_names import class_title
from neuroviz.pictures.marks import Marker, Marks, Points
from neuroviz.pictures.palette import Palette


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
    places
        Where they stand, in their order.
    size
        Of those that are not held out.
    """
    held = settings.held_out
    if held is None or not len(places):
        return {}
    if not held.classes:
        x, y = places.T
        return {"held out": Points(x, y, palette.ground, "o", "held out", size, palette.ink)}
    marks: Marks = {}
    shapes: tuple[tuple[float, str, Marker], ...] = ((1.0, palette.positive, "o"), (0.0, palette.negative, "s"))
    for target, colour, shape in shapes:
        own = held.targets == target
        if own.any():
            x, y = places[own].T
            label = f"held out, {class_title(settings, int(target))}"
            marks["held out", target] = Points(x, y, palette.ground, shape, label, size, colour)
    return marks
