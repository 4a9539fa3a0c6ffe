"""Drawing the data: what a click in the data view makes of them, and what is said of them."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QToolButton

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.losses import CODINGS
from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.neuron.boundary import crossings
from neuroviz.core.neuron.overlap import Overlap, overlap
from neuroviz.core.types import Floats
from neuroviz.pictures.data.scene import DataScene
from neuroviz.pictures.marks import DASHED, Marks, Segments
from neuroviz.pictures.palette import Palette
from neuroviz.ui.views.data.draw_tools import DrawTools

BLANK = (-2.4, 2.4, -2.4, 2.4)
"""Left, right, bottom and top of a plane without points."""
_ORIGIN = "drawn"
_HOW = {
    "classes": "A click adds a point, with Shift one of the other class. Drag moves it, Delete takes it away.",
    "heights": "A click adds a point of the class whose height is nearer. Drag moves it, Delete takes it away.",
    "numbers": "A click adds a point. Drag moves it, Delete takes it away.",
    "blank": "Nothing here yet: click to put the first point. Esc leaves the data as they were.",
}


class Drawing(QObject):
    """The mode in which clicks change the data; what they are then is asked for, and nothing is changed here."""

    edited = Signal(object)
    """The data are to be others: {"data": Dataset}."""
    begun = Signal(object)
    """The first point of an empty plane, a Dataset."""
    removes = Signal()
    """A sample is about to go: the others change their places in the list."""
    refused = Signal(str)
    """Why something cannot be."""
    changed = Signal()
    """The mode is on or off, or the plane empty or full."""

    def __init__(self, switch: QToolButton, tools: DrawTools) -> None:
        super().__init__(switch)
        self.tools = tools
        self.blank = False
        """Whether the plane is empty, whatever the data of the run are."""
        self.switch = self._switch = switch
        switch.toggled.connect(self._on_toggled)
        tools.hide()

    @property
    def on(self) -> bool:
        """Whether clicks change the data."""
        return self._switch.isChecked()

    def begin_blank(self) -> None:
        """Show an empty plane; its first point makes it the data."""
        self.blank = True
        self.tools.take("one")
        self._switch.setChecked(True)
        self.changed.emit()

    def end_blank(self) -> None:
        """Go back to the data there are."""
        if self.blank:
            self.blank = False
            self.changed.emit()

    def show_settings(self, settings: Settings) -> None:
        """Offer the tools that mean something for the data, and say what is to be known of them."""
        can = settings.dataset.width <= 2
        self._switch.setVisible(can or self.blank)
        if not can and not self.blank:
            self._switch.setChecked(False)
        if not self.on:
            return
        if self.blank:
            self.tools.offer(classes=True, numbers=True, value=False)
            self.tools.say(_HOW["blank"])
            return
        classes = settings.dataset.classes
        plane = settings.dataset.width == 2
        self.tools.offer(classes=classes and plane, numbers=not (classes and plane), value=plane and not classes)
        self.tools.say(what_to_know(settings))

    def click(self, settings: Settings, place: Floats, nearest: int | None, *, other: bool) -> None:
        """Do what the tool in hand does at a place of the view.

        Parameters
        ----------
        place
            (2,): in units of the axes.
        nearest
            Index of the sample that is there, if any.
        other
            Whether a new point is of the other class than the one in hand.
        """
        try:
            if self.blank:
                self.begun.emit(self._first(place, other=other))
            elif self.tools.erases:
                if nearest is not None:
                    self.remove(settings, nearest)
            else:
                self._add(settings, place, other=other)
        except SettingsError as error:  # farther out than data can be
            self.refused.emit(str(error))

    def remove(self, settings: Settings, sample: int) -> None:
        """Ask for the data without a sample."""
        try:
            data = settings.data_without(sample)
        except SettingsError as error:
            self.refused.emit(str(error))
            return
        self.removes.emit()
        self.edited.emit({"data": data})

    def _add(self, settings: Settings, place: Floats, *, other: bool) -> None:
        inputs, target = place, self.tools.target(other=other)
        if settings.dataset.width == 1:
            inputs, target = place[:1], _target_at(settings, float(place[1]), other=other)
        self.edited.emit({"data": settings.data_with(inputs, target)})

    def _first(self, place: Floats, *, other: bool) -> Dataset:
        if self.tools.puts_numbers:
            return Dataset(place[:1, np.newaxis], place[1:], classes=False, origin=_ORIGIN)
        return Dataset(place[np.newaxis], np.array([self.tools.target(other=other)]), classes=True, origin=_ORIGIN)

    def _on_toggled(self, on: bool) -> None:
        self.tools.setVisible(on)
        if not on:
            self.blank = False
        self.changed.emit()


def _target_at(settings: Settings, height: float, *, other: bool) -> float:
    """Return the target that a point at a height has: the number, or the class whose number is nearer."""
    if not settings.dataset.classes:
        return height
    low, high = CODINGS[settings.coding or "01"]
    return float((height > (low + high) / 2) != other)


def what_to_know(settings: Settings) -> str:
    """Return what is to be known of the data: what one neuron cannot do with them, and why; else how to draw."""
    data = settings.dataset
    if not data.classes:
        return _HOW["numbers"]
    if data.samples == 1:
        return "One point of one class: any neuron can say that. Shift and a click adds the other class."
    if len({*data.targets.tolist()}) == 1:
        only = f"{data.targets[0]:.0f}"
        return f"All points are of class {only}: the neuron need only say {only} everywhere. Shift adds the other."
    why = reason(settings)
    return why if why else _HOW["classes" if data.width == 2 else "heights"]


def reason(settings: Settings) -> str | None:
    """Return why one neuron cannot get every point right, where the marks of :func:`overlap_marks` show it.

    None where it can, or that is not known.
    """
    threshold = settings.threshold
    if threshold is None or len(crossings(settings.activation, threshold)) != 1:
        return None
    found = overlap(settings.dataset)
    return None if found is None else f"One neuron cannot get all of these right: {_told(settings, found)}."


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
    """Return the samples that show why no line parts the classes, joined in dashes; nothing where one does."""
    if reason(scene.settings) is None:
        return {}
    found = overlap(scene.settings.dataset)
    assert found is not None
    marks: Marks = {}
    for name, group in (("one", found.one), ("other", found.other)):
        corners = scene.positions(None)[list(group)]
        sides = max(1, len(group) if len(group) > 2 else len(group) - 1)  # a point is a side without a length
        after = np.roll(corners, -1, axis=0)
        (x0, y0), (x1, y1) = corners[:sides].T, after[:sides].T
        marks["overlap", name] = Segments(x0, y0, x1, y1, palette.ink, DASHED, 1.4)
    return marks
