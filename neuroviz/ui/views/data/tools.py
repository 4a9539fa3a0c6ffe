"""The tools of the data view: drawing the data, and the choice of the axes of hidden space."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QMenu, QToolButton, QWidget

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.edits import data_with, data_without
from neuroviz.core.choices.losses import CODINGS
from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import MOST_CLASSES, Dataset
from neuroviz.core.numbers import elided
from neuroviz.core.types import Extent, Floats
from neuroviz.pictures.data.overlap import HOW, what_to_know
from neuroviz.pictures.data.scene import DataScene
from neuroviz.pictures.input_names import unit_name
from neuroviz.pictures.marks import Marks
from neuroviz.pictures.palette import CLASS_SHAPES
from neuroviz.ui.controls.number_box import NumberBox
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.icons import square_icon
from neuroviz.ui.theme.parts import (
    STRETCH,
    add_choice,
    axis_button,
    caption,
    fitted,
    height_of,
    in_column,
    in_row,
    named,
    small_button,
    wrapped_label,
)

_PENS = tuple(f"class{number}" for number in range(1, MOST_CLASSES + 1))
_TOOLS = {
    **{
        pen: (
            "",
            f"A click adds a point of this class; with Shift, of the next one (key {pen[-1]})",
        )
        for pen in _PENS
    },
    "one": ("● Class 1", "A click adds a point of class 1; with Shift, of class 0"),
    "zero": ("■ Class 0", "A click adds a point of class 0; with Shift, of class 1"),
    "point": ("● Point", "A click adds a point"),
    "erase": ("Eraser", "A click removes a point; Delete removes the picked one"),
}
_LETTERS = 21
"""Letters of the names of all classes together, on their pens."""
_LINES = 2
BLANK = (-2.4, 2.4, -2.4, 2.4)
"""Left, right, bottom and top of an empty plane."""
_ORIGIN = "drawn"


class BlankScene(DataScene):
    """An empty plane, whatever data the run has."""

    title = "Draw your own data"
    labels: tuple[str, str] = ("", "")
    bounds: Extent = BLANK

    def positions(self, *_: object) -> Floats:
        """Return that there are no samples."""
        return np.empty((0, 2))

    def _background(self, *_: object) -> Marks:
        return {}

    def _held_out(self, *_: object) -> Marks:
        return {}


class DataDrawing(QWidget):
    """The mode in which clicks change the data: a row of tools, and two lines of words.

    It only asks for the new data, and changes nothing itself. Object names are ``draw_one``,
    ``draw_zero``, ``draw_point``, ``draw_erase``, ``draw_value``, ``new_data`` and ``draw_note``;
    with several outputs also ``draw_class1`` and so on.

    Parameters
    ----------
    switch
        The button that switches the mode on and off.
    """

    edited = Signal(object)
    """{"data": Dataset} with the data that are asked for."""
    begun = Signal(object)
    """A Dataset with the first point on an empty plane."""
    removes = Signal()
    """A sample is about to be removed, so that the others change their indices."""
    refused = Signal(str)
    """Why something is impossible."""
    changed = Signal()
    """The mode is now on or off, or the plane is empty or no longer so, or has other axes."""
    new_asked = Signal()
    """A person wants other data to start from."""
    blank = False
    """Whether the plane is empty, whatever data the run has."""
    _words = ""

    def __init__(self, switch: QToolButton) -> None:
        super().__init__()
        self.switch = switch
        self._tools = {
            name: small_button(f"draw_{name}", *words, choice=True)
            for name, words in _TOOLS.items()
        }
        self.value = named(NumberBox(step=1), "draw_value", "Target of a new point")
        self.value.setToolTip("The target y of a point that a click adds")
        self.value.setRange(-1e6, 1e6)
        self.value.setValue(1)
        self._value_name = caption("with y =")
        self.note = wrapped_label("draw_note", "muted")
        self._place()
        self._take("one")
        switch.toggled.connect(self._on_toggled)
        self.hide()

    def _place(self) -> None:
        group = QButtonGroup(self)
        for button in self._tools.values():
            group.addButton(button)
        group.buttonClicked.connect(self._on_tool)
        tip = "Other data to start from: blobs, a ring, a spiral, a line …"
        new = small_button("new_data", "New…", tip, clicked=self.new_asked)
        *tools, eraser = self._tools.values()
        beside = self._value_name, self.value
        row = in_row(*tools, *beside, eraser, STRETCH, new, spacing=4)
        in_column(row, self.note, within=self, spacing=3, margins=(0, 2, 0, 2))

    # --- the tools --------------------------------------------------------------------------------

    def _offer(self, *names: str, value: bool = False) -> None:
        """Offer tools and the eraser, and with ``value`` a box for the target of new points."""
        for name, tool in self._tools.items():
            tool.setVisible(name in (*names, "erase"))
        for part in (self.value, self._value_name):
            part.setVisible(value)
        if self._tools[self._in_hand].isHidden():
            self._take(names[0])

    def _take(self, name: str) -> None:
        self._tools[name].setChecked(True)

    @property
    def _in_hand(self) -> str:
        return next(name for name, tool in self._tools.items() if tool.isChecked())

    def take_pen(self, number: str) -> bool:
        """Take the pen of a class by its number, from 1; return whether there is one."""
        pen = self._tools.get(f"class{number}")
        there = pen is not None and not pen.isHidden()
        if there:
            self._take(f"class{number}")
        return there

    @property
    def erases(self) -> bool:
        """Whether the eraser is taken."""
        return self._in_hand == "erase"

    def _target(self, *, other: bool) -> float:
        """Return the target of a new point.

        It is the class of the pen, the other class, or the number in the box.
        """
        tool = self._in_hand
        if tool == "point":
            return float(self.value.value())
        if tool in _PENS:
            classes = sum(not self._tools[pen].isHidden() for pen in _PENS)
            return float((_PENS.index(tool) + other) % classes)
        return float((tool == "one") != other)

    def _say(self, words: str) -> None:
        """Set what there is to know about the data."""
        self._words = words
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shorten the words where there is no room for them; the tooltip has all of them."""
        super().resizeEvent(event)
        self.note.setFixedHeight(height_of(_LINES, self.note))
        self._fit()

    def _fit(self) -> None:
        shown = fitted(self._words, self.note)
        self.note.setText(shown)
        self.note.setToolTip("" if shown == self._words else self._words)
        self.note.setAccessibleDescription(self._words)

    # --- the mode ---------------------------------------------------------------------------------

    @property
    def on(self) -> bool:
        """Whether clicks change the data."""
        return self.switch.isChecked()

    def begin_blank(self) -> None:
        """Show an empty plane; its first point starts new data."""
        self.blank = True
        self._take("one")
        self.switch.setChecked(True)
        self.changed.emit()

    @property
    def blank_labels(self) -> tuple[str, str] | None:
        """The names of the axes of an empty plane: two inputs, or an input and the target."""
        labels = ("x", "target y") if self._in_hand == "point" else ("x₁", "x₂")
        return labels if self.blank else None

    def step_out(self) -> None:
        """Go back from an empty plane to the present data, or else leave the mode."""
        if self.blank:
            self.blank = False
            self.changed.emit()
        else:
            self.switch.setChecked(False)

    def show_settings(self, settings: Settings) -> None:
        """Offer the tools that fit the data, and say what there is to know about them."""
        data = settings.dataset
        can = data.own_width <= 2
        self.switch.setVisible(can or self.blank)
        if not can and not self.blank:
            self.switch.setChecked(False)
        if not self.on:
            return
        if self.blank:
            self._offer("one", "zero", "point")
            self._say(HOW["blank"])
            return
        plane = data.own_width == 2
        if settings.softmax:
            self._offer_pens(data.class_names)
        elif data.classes and plane:
            self._offer("one", "zero")
        else:
            self._offer("point", value=plane and not data.classes)
        self._say(what_to_know(settings))

    def _offer_pens(self, names: Sequence[str]) -> None:
        """Offer a pen with its name for each class."""
        self._offer(*_PENS[: len(names)])
        for pen, name, shape in zip(_PENS, names, CLASS_SHAPES.values(), strict=False):
            short = elided(name, _LETTERS // len(names))
            self._tools[pen].setText(f"{shape} {short}".replace("&", "&&"))

    def click(
        self,
        settings: Settings,
        place: Floats,
        nearest: int | None,
        *,
        other: bool,
        output: int = 0,
    ) -> None:
        """Use the present tool at a place of the view.

        Parameters
        ----------
        place
            (2,): the place in units of the axes.
        nearest
            Index of the sample at the place, if any.
        other
            Whether a new point gets the other class than that of the pen.
        output
            With several targets, the index of the one that is opened.
        """
        try:
            if self.blank:
                self.begun.emit(self._first(place, other=other))
            elif self.erases:
                if nearest is not None:
                    self.remove(settings, nearest)
            else:
                self._add(settings, place, output, other=other)
        except SettingsError as error:  # farther out than data may be
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
        target = self._target(other=other)
        if settings.dataset.own_width == 1:
            inputs = place[:1]
            if not settings.softmax:
                one = settings.each_output[output]
                target = _target_at(one, float(place[1]), other=other)
        self.edited.emit({"data": data_with(settings, inputs, target, output)})

    def _first(self, place: Floats, *, other: bool) -> Dataset:
        if self._in_hand == "point":
            return Dataset(place[:1, np.newaxis], place[1:], classes=False, origin=_ORIGIN)
        return Dataset(
            place[np.newaxis],
            np.array([self._target(other=other)]),
            classes=True,
            origin=_ORIGIN,
        )

    def _on_tool(self) -> None:
        if self.blank:
            self.changed.emit()

    def _on_toggled(self, on: bool) -> None:
        self.setVisible(on)
        if not on:
            self.blank = False
        self.changed.emit()


def _target_at(settings: Settings, height: float, *, other: bool) -> float:
    """Return the target of a point at a height.

    It is the height itself, or the class whose number is nearer.
    """
    if not settings.dataset.classes:
        return height
    low, high = CODINGS[settings.coding or "01"]
    return float((height > (low + high) / 2) != other)


_AXES = ("across", "upwards")


class PairChoice(QObject):
    """Two buttons with the names of hidden neurons, which open lists of all of them.

    Their object names are ``hidden_across`` and ``hidden_upwards``.

    Parameters
    ----------
    card
        The widget that the buttons stand on.
    """

    changed = Signal()
    _chosen = (0, 1)

    def __init__(self, card: QWidget) -> None:
        super().__init__(card)
        self.buttons = tuple(self._button(card, axis) for axis in range(len(_AXES)))

    def offer(self, hidden: int, *, shown: bool) -> None:
        """Offer this many neurons, if hidden space is shown and there is a choice."""
        pair = self.among(hidden)
        for axis, button in enumerate(self.buttons):
            button.setVisible(shown and hidden > len(_AXES))
            menu = button.menu()
            menu.clear()
            for unit in range(hidden):
                action = add_choice(menu, unit_name(unit), on=unit == pair[axis])
                action.setIcon(square_icon(themes.now.neuron_colours[unit]))
                action.triggered.connect(partial(self._choose, pair, axis, unit))
            button.setText(unit_name(pair[axis]))
            button.setAccessibleName(f"{button.toolTip()}: {button.text()}")
            button.setIcon(square_icon(themes.now.neuron_colours[pair[axis]]))

    def among(self, hidden: int) -> tuple[int, int]:
        """Return the indices of the neurons across and upwards, of ``hidden`` neurons.

        They are the first two if one that was chosen does not exist; the choice itself is kept.
        """
        return self._chosen if max(self._chosen) < hidden else (0, 1)

    @property
    def visible(self) -> bool:
        """Whether the buttons are shown."""
        return not self.buttons[0].isHidden()

    def _choose(self, pair: tuple[int, int], axis: int, unit: int) -> None:
        """Set the neuron of one axis; if the other axis has it, the two change places."""
        other = pair[axis] if unit == pair[1 - axis] else pair[1 - axis]
        self._chosen = (other, unit) if axis else (unit, other)
        self.changed.emit()

    def _button(self, card: QWidget, axis: int) -> QToolButton:
        what = f"The hidden neuron {_AXES[axis]}"
        button = axis_button(f"hidden_{_AXES[axis]}", what, QMenu(card))
        button.hide()
        return button
