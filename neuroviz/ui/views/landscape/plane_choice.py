"""Which plane is shown, and how much of it.

That of the run, of two parameters or of the path's directions; ranges, and who holds them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import get_args

from PySide6.QtCore import QObject, QPoint, QPointF, QRect, QSize, Signal
from PySide6.QtGui import QRegion
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from neuroviz.session.landscape.figures import Axes, NamedPlane
from neuroviz.ui.canvas.plot import Plot
from neuroviz.ui.theme.parts import add_choice, small_button

_STRIDE = 6
"""Pixels between two places that are tried for a name."""
_AXES = ("horizontal", "vertical")
_PLANES = dict(
    zip(get_args(NamedPlane), ("The plane of the run", "Main directions of the path"), strict=True)
)


class PlaneChoice(QObject):
    """The names of the axes, which open menus of what they can be.

    Only for three parameters and more, else there is no choice.

    Parameters
    ----------
    card
        On which they stand.
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
        """Which two parameters are chosen, or the first two."""
        return self.shown if isinstance(self.shown, tuple) else (0, 1)

    @property
    def offered(self) -> bool:
        """Whether there is a choice."""
        return len(self._names) > len(_AXES)

    def offer(
        self, names: tuple[str, ...], by_unit: Mapping[str, Sequence[int]] | None = None
    ) -> None:
        """Offer these parameters, and at first the plane of the run.

        Those of several neurons in a menu for each, by its name.
        """
        self._by_unit = by_unit or {}
        if names != self._names:
            self._names = names
            self.shown = "run"
        for button in self.buttons:
            button.setVisible(self.offered)

    def choose(self, shown: Axes) -> None:
        """Show another plane."""
        if shown != self.shown:
            self.shown = shown
            self.changed.emit()

    def choose_axis(self, axis: int, parameter: int) -> None:
        """Give an axis a parameter, and the other one another where both would have the same."""
        other = self.axes[1 - axis] if isinstance(self.shown, tuple) else len(self._names) - 1
        if other == parameter:
            other = (parameter + 1) % len(self._names)
        self.choose((parameter, other) if axis == 0 else (other, parameter))

    def name(self, names: tuple[str, str]) -> None:
        """Write the names of the axes."""
        for axis, button, name in zip(_AXES, self.buttons, names, strict=True):
            button.setText(name)
            button.setAccessibleName(f"What the {axis} axis is: {name}")
            button.adjustSize()

    @property
    def size(self) -> QSize:
        """As much as the larger name takes; empty where there is no choice."""
        first, second = (button.size() for button in self.buttons)
        return first.expandedTo(second) if self.offered else QSize()

    def place(self, middles: tuple[QPointF, QPointF], room: QRect, taken: QRegion) -> None:
        """Put the names round places of the card, wholly inside a part of it.

        That at the left ends at its place and the other begins there: the numbers of both axes
        stand between them. Each goes as far down or aside as it covers nothing that is taken.
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
        return button

    def _fill(self, menu: QMenu, axis: int) -> None:
        menu.clear()
        for plane, words in _PLANES.items():
            add_choice(menu, words, on=self.shown == plane).triggered.connect(
                lambda _, plane=plane: self.choose(plane)
            )
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
            add_choice(menu, self._names[index], on=index == shown).triggered.connect(
                lambda _, index=index: self.choose_axis(axis, index)
            )


def _free(box: QRect, room: QRect, taken: QRegion) -> QRect:
    """Return a box at the nearest place in a room where nothing is taken, no higher than it is.

    Where there is none it is only in the room.
    """
    right, bottom = room.right() - box.width(), room.bottom() - box.height()
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
    boxes = (QRect(QPoint(*place), box.size()) for place in places)
    return next((each for each in boxes if not taken.intersects(each)), nearest)


class Hold(QObject):
    """Lets a button hold the ranges of a plot until it is pressed again, or the plot is fitted.

    What is zoomed or moved by hand is not held: the next run, or a fit, has its own ranges.
    """

    def __init__(self, button: QToolButton, plot: Plot) -> None:
        super().__init__(plot)
        self._button = button
        self._plot = plot
        button.clicked.connect(self._on_clicked)
        plot.fit_asked.connect(self._on_fit_asked)

    def _on_clicked(self, hold: bool) -> None:
        if hold:
            self._plot.following = False
        else:
            self._plot.fit()

    def _on_fit_asked(self) -> None:
        self._button.setChecked(False)
