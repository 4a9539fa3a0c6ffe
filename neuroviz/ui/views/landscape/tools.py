"""The buttons on the landscape's picture, which choose its plane, and the tools of your turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import get_args

from PySide6.QtCore import QObject, QPoint, QPointF, QRect, QSize, Signal
from PySide6.QtGui import QIcon, QRegion
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from neuroviz.core.numbers import counted
from neuroviz.session.landscape.follower import Axes, NamedPlane
from neuroviz.session.own_steps import OwnSteps
from neuroviz.ui.theme.icons import square_icon
from neuroviz.ui.theme.parts import STRETCH, add_choice, axis_button, in_row, small_button

_STRIDE = 6
"""Pixels between two places that are tried for a name."""
_AXES = ("horizontal", "vertical")
_PLANES = dict(
    zip(get_args(NamedPlane), ("The plane of the run", "Main directions of the path"), strict=True)
)


class PlaneChoice(QObject):
    """The names of the axes, which open menus of what the axes can show.

    They are shown only for three parameters or more; with two there is no choice.

    Parameters
    ----------
    card
        The widget that they stand on.
    """

    changed = Signal()
    _names: tuple[str, ...] = ()
    shown: Axes = "run"

    def __init__(self, card: QWidget) -> None:
        super().__init__(card)
        self._by_unit: Mapping[str, Sequence[int]] = {}
        self.buttons = tuple(self._button(card, index) for index in range(len(_AXES)))

    @property
    def axes(self) -> tuple[int, int]:
        """The two parameters that are chosen, or else the first two."""
        return self.shown if isinstance(self.shown, tuple) else (0, 1)

    @property
    def offered(self) -> bool:
        """Whether there is a choice."""
        return len(self._names) > len(_AXES)

    def offer(
        self, names: tuple[str, ...], by_unit: Mapping[str, Sequence[int]] | None = None
    ) -> None:
        """Offer these parameters; new ones begin with the plane of the run.

        With several neurons, ``by_unit`` gives a menu for each of them, by its name.
        """
        self._by_unit = by_unit or {}
        if names != self._names:
            self._names = names
            self.shown = "run"
        for button in self.buttons:  # without a name, as before torch is loaded, it has no place
            button.setVisible(self.offered and bool(button.text()))

    def choose(self, shown: Axes) -> None:
        """Choose another plane."""
        if shown != self.shown:
            self.shown = shown
            self.changed.emit()

    def choose_axis(self, axis: int, parameter: int) -> None:
        """Set the parameter of one axis; the other gets another if both would be the same."""
        other = self.axes[1 - axis] if isinstance(self.shown, tuple) else len(self._names) - 1
        if other == parameter:
            other = (parameter + 1) % len(self._names)
        self.choose((parameter, other) if axis == 0 else (other, parameter))

    def name(self, names: tuple[str, str], colours: tuple[str | None, str | None]) -> None:
        """Set the names of the axes, and the colours of those that have one."""
        for axis, button, name, colour in zip(_AXES, self.buttons, names, colours, strict=True):
            button.setText(name)
            button.setIcon(QIcon() if colour is None else square_icon(colour))
            button.setAccessibleName(f"What the {axis} axis is: {name}")
            button.adjustSize()
            button.setVisible(self.offered)

    @property
    def size(self) -> QSize:
        """The size of the larger name; empty where there is no choice."""
        first, second = (button.size() for button in self.buttons)
        return first.expandedTo(second) if self.offered else QSize()

    def place(self, middles: tuple[QPointF, QPointF], room: QRect, taken: QRegion) -> None:
        """Put the names at places of the card, wholly inside a part of it.

        The left name ends at its place and the other begins at its own, since the numbers of both
        axes stand between them. Each is moved down or sideways as far as needed to cover nothing
        that is taken.
        """
        left = min(middles, key=QPointF.x)
        for button, middle in zip(self.buttons, middles, strict=True):
            box = button.rect()
            box.moveCenter(middle.toPoint())
            box.translate(box.width() // (-2 if middle is left else 2), 0)
            box = _free(box, room, taken)
            taken += box
            button.setGeometry(box)
            button.raise_()

    def _button(self, card: QWidget, axis: int) -> QToolButton:
        what = f"What the {_AXES[axis]} axis is"
        menu = QMenu(card)
        menu.aboutToShow.connect(lambda: self._fill(menu, axis))
        button = axis_button(f"{_AXES[axis]}_axis", what, menu)
        button.setParent(card)
        return button

    def _fill(self, menu: QMenu, axis: int) -> None:
        menu.clear()
        for plane, words in _PLANES.items():
            action = add_choice(menu, words, on=self.shown == plane)
            action.triggered.connect(partial(self.choose, plane))
        menu.addSeparator()
        shown = self.axes[axis] if isinstance(self.shown, tuple) else None
        for unit, indices in self._by_unit.items():
            own = menu.addMenu(unit)
            self._add_parameters(own, axis, indices, shown)
            own.menuAction().setCheckable(True)
            own.menuAction().setChecked(shown in indices)
        if not self._by_unit:
            self._add_parameters(menu, axis, range(len(self._names)), shown)

    def _add_parameters(
        self, menu: QMenu, axis: int, indices: Sequence[int], shown: int | None
    ) -> None:
        for index in indices:
            action = add_choice(menu, self._names[index], on=index == shown)
            action.triggered.connect(partial(self.choose_axis, axis, index))


def _free(box: QRect, room: QRect, taken: QRegion) -> QRect:
    """Return a box at the nearest free place in a room, no higher than it was.

    If there is none, it is where it covers least.
    """
    right = room.right() - box.width()
    bottom = room.bottom() - box.height()
    x = min(max(box.x(), room.x()), right)
    y = min(max(box.y(), room.y()), bottom)
    nearest = QRect(QPoint(x, y), box.size())
    if not taken.intersects(nearest):
        return nearest
    places = sorted(
        (
            (across, down)
            for across in (x, *range(room.x(), right + 1, _STRIDE))
            for down in (*range(y, bottom, _STRIDE), bottom)
        ),
        key=lambda place: abs(place[0] - box.x()) + abs(place[1] - box.y()),
    )

    def box_at(place: tuple[int, int]) -> QRect:
        return QRect(QPoint(*place), box.size())

    free = next((each for each in map(box_at, places) if not taken.intersects(each)), None)
    return free or min(
        map(box_at, places), key=lambda each: _area(taken.intersected(each).boundingRect())
    )


def _area(box: QRect) -> int:
    return box.width() * box.height()


class TurnTools(QWidget):
    """The tools of your turn: fog over the map, and SGD's turn afterwards."""

    def __init__(self) -> None:
        super().__init__()
        tip = "Hide the map: only the loss and the gradient where you stand are shown"
        self.fog = small_button("fog", "Fog", tip, "Fog", checkable=True)
        self.sgd = small_button("sgd_turn", "", clicked=lambda: self.fog.setChecked(False))
        in_row(self.fog, self.sgd, STRETCH, within=self)
        self.hide()

    def show_own(self, own: OwnSteps | None) -> None:
        """Enable what can be done now; the fog lifts at the end."""
        self.setVisible(own is not None)
        if own is None:
            self.fog.setChecked(False)
        else:
            self.sgd.setEnabled(own.taken > 0 and not own.sgd_done)
            self.sgd.setText(f"SGD's turn: {counted(own.taken, 'step')}")
