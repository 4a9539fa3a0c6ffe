"""Drawing the data: what a click in the data view makes of them, and what is said of them."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QToolButton

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.losses import CODINGS
from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.types import Floats
from neuroviz.pictures.data.overlap import HOW, what_to_know
from neuroviz.ui.views.data.draw_tools import DrawTools

BLANK = (-2.4, 2.4, -2.4, 2.4)
"""Left, right, bottom and top of a plane without points."""
_ORIGIN = "drawn"


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
            self.tools.say(HOW["blank"])
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
