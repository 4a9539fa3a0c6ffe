"""The legend of the runs that a plot compares; a click on an entry shows or hides its run."""

from __future__ import annotations

import math
from collections.abc import Iterator

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QResizeEvent
from PySide6.QtWidgets import QStyleOptionToolButton, QToolButton, QWidget

from neuroviz.session.frame import DRAWN
from neuroviz.session.run import ListedRun
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.icons import swatch_icon
from neuroviz.ui.theme.parts import named, text_label

_SWATCH = 26
_BALL = 14
_HEIGHT = 20
_GAP = 2
_PADDING = 4
_BELOW = 4
_SHAPE = _BALL + 2 * _PADDING
_LETTERS = 18
"""Number of letters beyond which a name is shortened."""
_MOST_ROWS = 2
_TALL = 320
"""Rows of a legend, and the height in pixels of a card from which it has so many; a lower card has
one.

More rows would leave too little of the plot, so names are shortened instead.
"""
_SHARE = 0.2
"""Share of a tall card that the legend may take if names would be lost otherwise."""
_LOW = 210
"""Height in pixels of a card from which it may have two rows, if names would be lost in one."""
_MOST_NAMED = 8
"""Number of entries in one row too short for their names, above which only shapes are drawn."""
_LEGIBLE = 4
"""Fewest letters of a shortened name, with its "…"; fewer would say too little."""
Placed = tuple[list[str], list[QRect]]
"""The text of each name, and the rectangles of the entries."""


class RunLegend(QWidget):
    """Rows of buttons, one for each run, with its shape, dashes, colour and name.

    It is hidden while there is nothing to compare. A hidden run stays in it, struck out. The active
    run is named but cannot be hidden.

    Parameters
    ----------
    before
        The control from which Tab comes to it.
    """

    run_switched = Signal(int, bool)
    """Number of a run, and whether to show it."""
    _known: tuple[object, ...] = ()
    _left_out = 0

    def __init__(self, before: QWidget) -> None:
        super().__init__()
        self._before = before
        named(self, "run_legend", "Runs in this plot")
        self._entries: list[_Entry] = []
        self._more = text_label("more_runs", "muted")
        self._more.setParent(self)
        self._more.setFont(_font())
        self.hide()

    def show_runs(self, runs: tuple[ListedRun, ...], more: int = 0) -> None:
        """Show these runs; nothing is done while they are the same.

        Parameters
        ----------
        runs
            The list, with the hidden runs; the legend is hidden if it holds the active run alone.
        more
            How many runs of the list are left out, since there are too many.
        """
        known = (
            themes.now,
            more,
            self._height_of_card,
            *((run.number, run.name, run.slot, run.visible, run.active) for run in runs),
        )
        if known == self._known:
            return
        self._known = known
        worth = any(not run.active for run in runs)
        self._make(len(runs) if worth else 0)
        for entry, run in zip(self._entries, runs, strict=False):
            entry.show_run(run)
        self._left_out = more
        self.setVisible(worth)
        self._arrange()

    def _show_more(self, without_room: int) -> None:
        """Say how many runs are not named, including those for which this plot has no room."""
        more = self._left_out + without_room
        self._more.setVisible(more > 0)
        self._more.setText(f"and {more:,} more")
        self._more.setToolTip(
            f"{more:,} more runs of the list are not named here. "
            f"No more than {DRAWN} others are drawn, since more "
            "could not be told apart: hide some in the list, and others take their places."
        )
        self._more.setFixedSize(self._more.sizeHint().width(), _HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the entries for the new width."""
        super().resizeEvent(event)
        self._arrange()

    def _make(self, count: int) -> None:
        while len(self._entries) > count:
            entry = self._entries.pop()
            entry.hide()
            entry.deleteLater()
        while len(self._entries) < count:
            entry = _Entry(self)
            entry.clicked.connect(self._on_clicked)
            entry.show()
            self.setTabOrder(self._entries[-1] if self._entries else self._before, entry)
            self._entries.append(entry)

    def _on_clicked(self, visible: bool) -> None:
        entry = self.sender()
        assert isinstance(entry, _Entry)
        if not entry.isCheckable():
            return
        # It stays as it was until the session changes it, so that both always agree.
        entry.setChecked(not visible)
        self.run_switched.emit(entry.number, visible)

    @property
    def _height_of_card(self) -> int:
        card = self.parentWidget()
        return _TALL if card is None else card.height()

    def _rows(self) -> tuple[int, int]:
        """Return how many rows to use, and how many at most if names would be lost otherwise."""
        height = self._height_of_card
        rows = (1, 2 if height >= _LOW else 1)
        if height >= _TALL:
            rows = (_MOST_ROWS, max(_MOST_ROWS, int(_SHARE * height) // (_HEIGHT + _GAP)))
        return rows if len(self._entries) <= _MOST_NAMED else (rows[0], rows[0])

    def _arrange(self) -> None:
        """Put the entries side by side, in as few rows as hold them and name them all."""
        least, most = self._rows()
        room = self.width() - (self._more.width() if self._left_out else 0)
        entries = self._seen_in(room, least)
        names, boxes = _placed(entries, room, least, most)
        for entry, box, name in zip(entries, boxes, names, strict=True):
            entry.setGeometry(box)
            entry.show_name(name)
        self._more.move(room, 0)
        self.setFixedHeight(max((box.bottom() + 1 + _BELOW for box in boxes), default=0))

    def _seen_in(self, room: int, rows: int) -> list[_Entry]:
        """Show and return the entries whose shapes fit into so many rows, and count the others."""
        most = max(_MOST_NAMED, rows * (room // (_SHAPE + _GAP)))
        # The last runs, which are drawn, and the active one matter most.
        kept = set(sorted(self._entries, key=lambda entry: not entry.isCheckable())[-most:])
        for entry in self._entries:
            entry.setVisible(entry in kept)
        self._show_more(len(self._entries) - len(kept))
        return [entry for entry in self._entries if entry in kept]


class _Entry(QToolButton):
    """One run in a legend: a piece of its curve, and as much of its name as fits."""

    number = 0
    _run: ListedRun | None = None
    name = ""
    """The part of the run's name that is written."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        themes.set_look(self, "entry")
        self._metrics = QFontMetricsF(_font())
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_run(self, run: ListedRun) -> None:
        """Show a run."""
        self.number = run.number
        self._run = run
        shown = run.visible or run.active
        self.setText(run.name)
        self.setCheckable(not run.active)
        self.setChecked(shown)
        themes.set_look(self, "off", on=not shown)
        said = (
            "the run that goes on" if run.active else f"click to {'hide' if shown else 'show'} it"
        )
        self.setToolTip(f"{run.name}: {said}")
        self.setAccessibleName(f"{run.name}, {'shown' if shown else 'hidden'}")

    def width_for(self, name: str) -> int:
        """Return the width in pixels with this much of the name, and a ball without a curve."""
        letters = math.ceil(self._metrics.horizontalAdvance(f" {name}"))
        return _BALL + 3 * _PADDING + letters

    def show_name(self, name: str) -> None:
        """Write this much of the name, beside as much of the curve as fits."""
        run = self._run
        assert run is not None
        self.name = name
        ball_only = not name or self.width() <= self.width_for(name)
        size = QSize(_BALL if ball_only else _SWATCH, _BALL)
        self.setIconSize(size)
        self.setIcon(swatch_icon(self, size, run.slot, active=run.active, visible=run.visible))
        styles = Qt.ToolButtonStyle
        self.setToolButtonStyle(
            styles.ToolButtonTextBesideIcon if name else styles.ToolButtonIconOnly
        )

    def initStyleOption(self, option: QStyleOptionToolButton) -> None:
        """Write the part of the name that fits."""
        super().initStyleOption(option)
        option.text = f" {self.name.replace('&', '&&')}"


def _placed(entries: list[_Entry], room: int, least: int, most: int) -> Placed:
    """Return the first wording that fits; if none does, the shapes alone.

    More rows than the least are used only if all runs are named then.
    """
    names = [entry.text() for entry in entries]
    crowded = len(names) > _MOST_NAMED and least == 1
    cuts = [names] if crowded else [*_cuts(names)]
    tries = [(rows, shown) for rows in range(least, most + 1) for shown in cuts]
    if not crowded:
        tries += [(least, shown) for shown in _short(names)]
    for rows, shown in tries:
        # If there is little room, the names need it more than the curves.
        curve = _SWATCH - _BALL if shown == names else 0
        named = zip(entries, shown, strict=True)
        boxes = _flow([entry.width_for(name) + curve for entry, name in named], room)
        end = rows * (_HEIGHT + _GAP)
        if all(box.right() < room and box.bottom() < end for box in boxes):
            return shown, boxes
    return _shapes(len(entries), room, least)


def _cuts(names: list[str]) -> Iterator[list[str]]:
    """Yield names cut to fewer and fewer letters, but no cut that makes two of them alike."""
    longest = min(max([_LEGIBLE, *map(len, names)]), _LETTERS)
    for letters in range(longest, _LEGIBLE - 1, -1):
        for cut in (_end_cut, _middle_cut):  # names often differ at their ends
            shown = [cut(name, letters) for name in names]
            if len({*shown}) == len({*names}):
                yield shown


def _short(names: list[str]) -> Iterator[list[str]]:
    """Yield the names with the longest left empty, so that fewer and fewer are written."""
    for count in range(len(names) - 1, 0, -1):
        short = sorted(names, key=len)[:count]
        yield [name if name in short else "" for name in names]


def _end_cut(name: str, letters: int) -> str:
    return name if len(name) <= letters else f"{name[: letters - 1].rstrip()}…"


def _middle_cut(name: str, letters: int) -> str:
    half = letters // 2
    return name if len(name) <= letters else f"{name[: letters - 1 - half]}…{name[-half:]}"


def _font() -> QFont:
    return themes.text_font(smaller=1)


def _flow(widths: list[int], room: int) -> list[QRect]:
    """Return rectangles of these widths, from left to right and down."""
    boxes = []
    x = y = 0
    for width in widths:
        if x and x + width > room:
            x = 0
            y += _HEIGHT + _GAP
        boxes.append(QRect(x, y, width, _HEIGHT))
        x += width + _GAP
    return boxes


def _shapes(count: int, room: int, rows: int) -> Placed:
    """Return empty names, and rectangles for shapes, as wide as fits."""
    columns = math.ceil(count / rows) or 1
    width = min(_SHAPE, max(1, room // columns - _GAP))
    return [""] * count, _flow([width] * count, columns * (width + _GAP))
