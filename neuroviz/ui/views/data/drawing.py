"""Drawing the data.

The tools under the head of the view, and what a click makes of the data with them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.data_edits import data_with, data_without
from neuroviz.core.choices.losses import CODINGS
from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import MOST_CLASSES, Dataset
from neuroviz.core.numbers import elided
from neuroviz.core.types import Floats
from neuroviz.pictures.data.overlap import HOW, what_to_know
from neuroviz.pictures.palette import CLASS_SHAPES
from neuroviz.ui.controls.number_box import NumberBox
from neuroviz.ui.theme.parts import (
    STRETCH,
    arrange,
    caption,
    fitted,
    height_of,
    named,
    small_button,
    wrapped_label,
)

_TOOLS = {
    "one": ("● Class 1", "A click adds a point of class 1; with Shift, of class 0"),
    "zero": ("■ Class 0", "A click adds a point of class 0; with Shift, of class 1"),
    "point": ("● Point", "A click adds a point"),
    "erase": ("Eraser", "A click takes a point away; Delete takes the picked one away"),
}
_LETTERS = 21
"""Of the names of all classes together that have their own pens."""
_LINES = 2


class DrawTools(QWidget):
    """A row of tools, one of them in hand, and two lines of words.

    Object names are ``draw_one``, ``draw_zero``, ``draw_point``, ``draw_erase``, ``draw_value``,
    ``new_data`` and ``draw_note``; of several outputs ``draw_class1`` and so on.
    """

    new_asked = Signal()
    """A person wants other data to start from."""

    def __init__(self) -> None:
        super().__init__()
        self._tools = {
            name: small_button(f"draw_{name}", *words, choice=True)
            for name, words in _TOOLS.items()
        }
        self._pens = [
            small_button(
                f"draw_class{number}",
                "",
                f"A click adds a point of this class; with Shift, of the next one (key {number})",
                checkable=True,
            )
            for number in range(1, MOST_CLASSES + 1)
        ]
        self.value = named(NumberBox(step=1), "draw_value", "Target of a new point")
        self.value.setToolTip("The target y of a point that a click adds")
        self.value.setRange(-1e6, 1e6)
        self.value.setValue(1)
        self._value_name = caption("with y =")
        self.note = wrapped_label("draw_note", "muted")
        self._words = ""
        tip = "Other data to start from: blobs, a ring, a spiral, a line …"
        self._place(small_button("new_data", "New…", tip, clicked=self.new_asked))
        self._tools["one"].setChecked(True)

    def _place(self, new: QToolButton) -> None:
        *tools, eraser = (*self._pens, *self._tools.values())
        group = QButtonGroup(self)
        for button in (*tools, eraser):
            group.addButton(button)
        beside = self._value_name, self.value
        row = arrange(QHBoxLayout(), *tools, *beside, eraser, STRETCH, new, spacing=4)
        arrange(QVBoxLayout(self), row, self.note, spacing=3, margins=(0, 2, 0, 2))

    def offer(
        self, *, classes: bool, numbers: bool, value: bool, names: Sequence[str] = ()
    ) -> None:
        """Offer the tools for two classes, for numbers, or for classes by their names.

        And a box for the target where no click says it.
        """
        for index, (pen, shape) in enumerate(zip(self._pens, CLASS_SHAPES.values(), strict=True)):
            pen.setVisible(index < len(names))
            if index < len(names):
                name = elided(names[index], _LETTERS // len(names))
                pen.setText(f"{shape} {name}".replace("&", "&&"))
        for name, shown in {"one": classes, "zero": classes, "point": numbers}.items():
            self._tools[name].setVisible(shown)
        for part in (self.value, self._value_name):
            part.setVisible(value)
        tools = (*self._pens, *self._tools.values())
        if not any(tool.isChecked() and not tool.isHidden() for tool in tools):
            usual = self._tools["one" if classes else "point" if numbers else "erase"]
            (self._pens[0] if names else usual).setChecked(True)

    def take(self, name: str) -> None:
        """Take a tool in hand: one, zero, point or erase."""
        self._tools[name].setChecked(True)

    def take_pen(self, number: str) -> bool:
        """Take the pen of a class by its number, from 1; return whether there is one."""
        pen = self.findChild(QToolButton, f"draw_class{number}")
        if pen is None or pen.isHidden():
            return False
        pen.setChecked(True)
        return True

    @property
    def erases(self) -> bool:
        """Whether the eraser is in hand."""
        return self._tools["erase"].isChecked()

    @property
    def puts_numbers(self) -> bool:
        """Whether a new point has a number for its target, and no class."""
        return self._tools["point"].isChecked()

    def target(self, *, other: bool) -> float:
        """Return the target of a new point.

        The class in hand, or the other one, or the number in the box.
        """
        if self.puts_numbers:
            return float(self.value.value())
        pens = [pen.isChecked() for pen in self._pens if not pen.isHidden()]
        if pens:
            return float((pens.index(True) + other) % len(pens))
        return float(self._tools["one"].isChecked() != other)

    def say(self, words: str) -> None:
        """Say what is to be known of the data."""
        self._words = words
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the words where they have no room; the whole of them is the tooltip."""
        super().resizeEvent(event)
        self.note.setFixedHeight(height_of(_LINES, self.note))
        self._fit()

    def _fit(self) -> None:
        shown = fitted(self._words, self.note)
        self.note.setText(shown)
        self.note.setToolTip("" if shown == self._words else self._words)
        self.note.setAccessibleDescription(self._words)


BLANK = (-2.4, 2.4, -2.4, 2.4)
"""Left, right, bottom and top of a plane without points."""
_ORIGIN = "drawn"


class DataDrawing(QObject):
    """The mode in which clicks change the data.

    What they are then is asked for, and nothing is changed here.
    """

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
        self.switch = switch
        switch.toggled.connect(self._on_toggled)
        tools.hide()

    @property
    def on(self) -> bool:
        """Whether clicks change the data."""
        return self.switch.isChecked()

    def begin_blank(self) -> None:
        """Show an empty plane; its first point makes it the data."""
        self.blank = True
        self.tools.take("one")
        self.switch.setChecked(True)
        self.changed.emit()

    def end_blank(self) -> None:
        """Go back to the data there are."""
        if self.blank:
            self.blank = False
            self.changed.emit()

    def show_settings(self, settings: Settings) -> None:
        """Offer the tools that mean something for the data, and say what is to be known of them."""
        can = settings.dataset.own_width <= 2
        self.switch.setVisible(can or self.blank)
        if not can and not self.blank:
            self.switch.setChecked(False)
        if not self.on:
            return
        if self.blank:
            self.tools.offer(classes=True, numbers=True, value=False)
            self.tools.say(HOW["blank"])
            return
        classes = settings.dataset.classes
        plane = settings.dataset.own_width == 2
        names = settings.dataset.class_names if settings.softmax else ()
        two = classes and plane and not names
        numbers = not two and not names
        self.tools.offer(classes=two, numbers=numbers, value=plane and not classes, names=names)
        self.tools.say(what_to_know(settings))

    def click(
        self,
        settings: Settings,
        place: Floats,
        nearest: int | None,
        *,
        other: bool,
        output: int = 0,
    ) -> None:
        """Do what the tool in hand does at a place of the view.

        Parameters
        ----------
        place
            (2,): in units of the axes.
        nearest
            Index of the sample that is there, if any.
        other
            Whether a new point is of the other class than the one in hand.
        output
            Of several targets the place of the one that is in hand.
        """
        try:
            if self.blank:
                self.begun.emit(self._first(place, other=other))
            elif self.tools.erases:
                if nearest is not None:
                    self.remove(settings, nearest)
            else:
                self._add(settings, place, output, other=other)
        except SettingsError as error:  # farther out than data can be
            self.refused.emit(str(error))

    def remove(self, settings: Settings, sample: int) -> None:
        """Ask for the data without a sample."""
        try:
            data = data_without(settings, sample)
        except SettingsError as error:
            self.refused.emit(str(error))
            return
        self.removes.emit()
        self.edited.emit({"data": data})

    def _add(self, settings: Settings, place: Floats, output: int, *, other: bool) -> None:
        inputs = place
        target = self.tools.target(other=other)
        if settings.dataset.own_width == 1:
            inputs = place[:1]
            if not settings.softmax:
                one = settings.each_output[output]
                target = _target_at(one, float(place[1]), other=other)
        self.edited.emit({"data": data_with(settings, inputs, target, output)})

    def _first(self, place: Floats, *, other: bool) -> Dataset:
        if self.tools.puts_numbers:
            return Dataset(place[:1, np.newaxis], place[1:], classes=False, origin=_ORIGIN)
        return Dataset(
            place[np.newaxis],
            np.array([self.tools.target(other=other)]),
            classes=True,
            origin=_ORIGIN,
        )

    def _on_toggled(self, on: bool) -> None:
        self.tools.setVisible(on)
        if not on:
            self.blank = False
        self.changed.emit()


def _target_at(settings: Settings, height: float, *, other: bool) -> float:
    """Return the target that a point at a height has.

    The number, or the class whose number is nearer.
    """
    if not settings.dataset.classes:
        return height
    low, high = CODINGS[settings.coding or "01"]
    return float((height > (low + high) / 2) != other)
