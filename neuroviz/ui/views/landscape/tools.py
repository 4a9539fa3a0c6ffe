"""The buttons on the landscape's picture: which plane is shown, and how much of it.

In the corner are your turn, 3D and the hold of the axes; below the header the tools of your turn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import get_args

from PySide6.QtCore import QObject, QPoint, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QRegion
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from neuroviz.core.numbers import counted
from neuroviz.session.landscape.follower import Axes, NamedPlane
from neuroviz.session.own_steps import OwnSteps
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.icons import SWATCH_OF_BUTTON, square_icon
from neuroviz.ui.theme.parts import STRETCH, add_choice, in_row, set_tip, small_button

_CORNER = QPoint(-4, 6)
_BETWEEN = 4
"""Pixels between the buttons, and from the corner."""
_NAMED = 500
"""Width in pixels of a picture from which on the first button has room for its name."""
_STRIDE = 6
"""Pixels between two places that are tried for a name."""
_AXES = ("horizontal", "vertical")
_PLANES = dict(
    zip(get_args(NamedPlane), ("The plane of the run", "Main directions of the path"), strict=True)
)
_YOUR_TURN = "Your turn: you are the optimizer: take the steps"


class PlaneChoice(QObject):
    """The names of the axes, which open menus of what the axes can show.

    They are shown only for three parameters or more; with two there is no choice.

    Parameters
    ----------
    card
        The widget that they stand on.
    """

    changed = Signal()

    def __init__(self, card: QWidget) -> None:
        super().__init__(card)
        self.shown: Axes = "run"
        self._names: tuple[str, ...] = ()
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
        button = small_button(f"{_AXES[axis]}_axis", "", what, menu=menu)
        button.setParent(card)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setIconSize(SWATCH_OF_BUTTON)
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


class CornerTools:
    """The buttons for your turn, 3D and the hold of the axes.

    Parameters
    ----------
    card
        The widget that they stand on.
    """

    def __init__(self, card: QWidget) -> None:
        self.buttons = tuple(
            small_button(name, text, tip, checkable=True, sign=sign)
            for name, text, tip, sign in (
                ("you_optimize", "Your turn", _YOUR_TURN, "pointer"),
                ("show_surface", "3D", "3D: show the loss as a surface", "surface"),
                ("hold_ranges", "Hold axes", "Hold axes: hold the ranges of the axes", "hold"),
            )
        )
        for button in self.buttons:
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
            button.setParent(card)
        self._you = self.buttons[0]
        self._in_header = False

    def offer_turn(self, why_not: str | None) -> None:
        """Let a person take a turn, or say why not."""
        self._you.setEnabled(why_not is None)
        set_tip(self._you, why_not or _YOUR_TURN)

    def place(self, picture: QWidget, before: QWidget, after: QWidget) -> None:
        """Put them between two parts of the header or, without room there, into a corner.

        It is the upper right one of a picture on the card, of which they hide something. Tab goes
        through them where they stand.
        """
        header = QRect(before.geometry().topRight(), after.geometry().bottomLeft())
        if after.isHidden():  # on the stage of a race
            header.setRight(picture.geometry().right())
        styles = Qt.ToolButtonStyle
        named = picture.width() >= themes.scaled(_NAMED)
        self._you.setToolButtonStyle(
            styles.ToolButtonTextBesideIcon if named else styles.ToolButtonIconOnly
        )
        for button in self.buttons:
            button.adjustSize()
        width = sum(button.width() + _BETWEEN for button in self.buttons)
        right = picture.geometry().topRight() + _CORNER
        in_header = width <= header.width()
        if in_header != self._in_header:
            self._in_header = in_header
            parts = (*self.buttons, after) if in_header else (after, *self.buttons)
            for one, other in pairwise((before, *parts)):
                QWidget.setTabOrder(one, other)
        if in_header:
            right = header.topRight()
            right.setY(header.center().y() - self._you.height() // 2)
        for button in reversed(self.buttons):
            right.setX(right.x() - button.width() - _BETWEEN)
            button.move(right)
            button.raise_()

    @property
    def region(self) -> QRegion:
        """The part of the card that they cover."""
        region = QRegion()
        for button in self.buttons:
            region += button.geometry()
        return region
