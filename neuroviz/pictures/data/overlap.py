"""Why one neuron cannot get every point right, in words and marks, and how to draw data."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from neuroviz.core.choices.settings import Settings
from neuroviz.core.model.boundary import crossings
from neuroviz.core.model.separability import Overlap, overlap
from neuroviz.pictures.data.scene import DataScene
from neuroviz.pictures.marks import DASHED, Marks, Segments
from neuroviz.pictures.palette import Palette

HOW = {
    "classes": (
        "A click adds a point, with Shift one of the other class. Drag moves it, Delete removes it."
    ),
    "heights": (
        "A click adds a point of the class whose height is nearer. "
        "Drag moves it, Delete removes it."
    ),
    "several": (
        "A click adds a point of the chosen class, with Shift of the next one; keys 1 … choose "
        "another class. Drag moves a point, Delete removes it."
    ),
    "each": "A click adds a point: for the opened output it has the chosen target, for the "
    "others those of the nearest point. Drag moves a point, Delete removes it.",
    "numbers": "A click adds a point. Drag moves it, Delete removes it.",
    "blank": "Nothing here yet: click to place the first point. Esc leaves the data as they were.",
}
"""How to draw, for each kind of data."""


def what_to_know(settings: Settings) -> str:
    """Return what one neuron cannot do with the data, and why, or else how to draw."""
    data = settings.dataset
    if settings.independent:
        return HOW["each"]
    if not data.classes:
        return HOW["numbers"]
    if settings.softmax:
        return HOW["several"]
    if data.samples == 1:
        return (
            "One point of one class: any neuron gets that right. "
            "Shift and a click adds the other class."
        )
    if len({*data.targets.tolist()}) == 1:
        only = f"{data.targets[0]:.0f}"
        return (
            f"All points are of class {only}: the neuron need only say {only} everywhere. "
            "Shift adds the other."
        )
    return reason(settings) or HOW["classes" if data.own_width == 2 else "heights"]


def reason(settings: Settings) -> str | None:
    """Return why one neuron cannot get every point right; None if it can, or if that is unknown.

    The marks of :func:`overlap_marks` show the reason.
    """
    threshold = settings.threshold
    if not settings.parameters.linear or threshold is None:
        return None
    if len(crossings(settings.activation, threshold)) != 1:
        return None
    found = overlap(settings.dataset)
    return (
        None
        if found is None
        else f"One neuron cannot get all of these right: {_told(settings, found)}."
    )


def _told(settings: Settings, found: Overlap) -> str:
    few, many = sorted((found.one, found.other), key=len)
    its, theirs = (f"class {settings.dataset.targets[group[0]]:.0f}" for group in (few, many))
    if len(many) == 1:
        return "points of both classes are at the same place"
    if len(few) == 2:
        return "the dashed lines, each within a class, cross"
    what = "between two points" if len(many) == 2 else "within the dashed triangle"
    return f"a point of {its} lies {what} of {theirs}"


@lru_cache(maxsize=1)
def overlap_marks(scene: DataScene, palette: Palette) -> Marks:
    """Return the samples that show why no line separates the classes, joined by dashes.

    There are none where a line does.
    """
    if reason(scene.settings) is None:
        return {}
    found = overlap(scene.settings.dataset)
    assert found is not None
    marks: Marks = {}
    for name, group in (("one", found.one), ("other", found.other)):
        corners = scene.positions(None)[list(group)]
        # A single point is a side of length 0.
        sides = max(1, len(group) if len(group) > 2 else len(group) - 1)
        after = np.roll(corners, -1, axis=0)
        (x0, y0), (x1, y1) = corners[:sides].T, after[:sides].T
        marks["overlap", name] = Segments(x0, y0, x1, y1, palette.ink, DASHED, 1.4)
    return marks
