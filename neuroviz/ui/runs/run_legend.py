"""The legend of the runs that a plot compares: a click on an entry switches its run on and off."""

from __future__ import annotations

import math
from collections.abc import Iterator

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QResizeEvent
from PySide6.QtWidgets import QStyleOptionToolButton, QToolButton, QWidget

from neuroviz.session.frame import DRAWN
from neuroviz.session.runs import ListedRun
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.icons import swatch_icon
from neuroviz.ui.theme.parts import text_label

_SWATCH = 26
_BALL = 14
_HEIGHT = 20
_GAP = 2
_PADDING = 4
_BELOW = 4
_SHAPE = _BALL + 2 * _PADDING
_LETTERS = 18
"""Of a name, beyond which it is shortened."""
_MOST_ROWS = 2
_TALL = 320
"""More would leave too little of a plot: names are shorter then. In a card that is not so many
pixels tall there is one."""
_SHARE = 0.2
"""Of a tall card: so much may the legend take where names would be lost otherwise."""
_LOW = 210
"""Pixels of a card from which there may be two rows where names would be lost in one."""
_MOST_NAMED = 8
"""In one row that is too short for their names; of more only the shapes are drawn."""
_LEGIBLE = 4
"""Letters of a cut name, its "…" among them, below which it says too little."""
Placed = tuple[list[str], list[QRect]]
"""What is written of each name, and where it stands."""


class RunLegend(QWidget):
    """Rows of buttons, one for each run: shape, dashes, colour and name.

    Hidden while there is nothing to compare. A run that is switched off stays, struck out. The
    active one is named but cannot be switched off.
    """

    run_switched = Signal(int, bool)
    """Number of a run, and whether it is to be seen."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("run_legend")
        self.setAccessibleName("Runs in this plot")
        self._known: tuple[object, ...] = ()
        self._entries: list[_Entry] = []
        self._left_out = 0
        self._more = text_label("more_runs", "muted")
        self._more.setParent(self)
        self._more.setFont(_font())
        self.hide()

    def show_runs(self, runs: tuple[ListedRun, ...], more: int = 0) -> None:
        """Name these runs; nothing is done while they are the same.

        Parameters
        ----------
        runs
            The list, with the hidden ones; nothing is shown of the active one alone.
        more
            How many runs of the list are not named, since they are too many.
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
        """Say how many runs are not named.

        Those for which there is no room in this plot among them.
        """
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
            self._entries.append(entry)

    def _on_clicked(self, visible: bool) -> None:
        entry = self.sender()
        assert isinstance(entry, _Entry)
        if not entry.isCheckable():
            return
        # As it was until the session says otherwise: what is seen is one truth, not two.
        entry.setChecked(not visible)
        self.run_switched.emit(entry.number, visible)

    @property
    def _height_of_card(self) -> int:
        card = self.parentWidget()
        return _TALL if card is None else card.height()

    def _rows(self) -> tuple[int, int]:
        """Return how many rows there are to be, and how many there may be.

        More where names would be lost otherwise.
        """
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
        self._take_height(boxes)

    def _seen_in(self, room: int, rows: int) -> list[_Entry]:
        """Show the entries whose shapes have room in so many rows, and count the others.

        Return those.
        """
        most = max(_MOST_NAMED, rows * (room // (_SHAPE + _GAP)))
        # Of the last runs, which are drawn, and of the active one there is most to be seen.
        kept = set(sorted(self._entries, key=lambda entry: not entry.isCheckable())[-most:])
        for entry in self._entries:
            entry.setVisible(entry in kept)
        self._show_more(len(self._entries) - len(kept))
        return [entry for entry in self._entries if entry in kept]

    def _take_height(self, boxes: list[QRect]) -> None:
        height = max((box.bottom() + 1 + _BELOW for box in boxes), default=0)
        if height != self.height() or self.minimumHeight() != height:
            self.setFixedHeight(height)


class _Entry(QToolButton):
    """One run in a legend: a piece of its curve, and as much of its name as there is room for."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        themes.set_look(self, "entry")
        self._metrics = QFontMetricsF(_font())
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.number = 0
        self._run: ListedRun | None = None
        self.name = ""
        """As much of the run's name as is written."""

    def show_run(self, run: ListedRun) -> None:
        """Name a run."""
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
        """Return how wide it is with so much of its name, and a ball without a curve."""
        letters = math.ceil(self._metrics.horizontalAdvance(f" {name}"))
        return _BALL + 3 * _PADDING + letters

    def show_name(self, name: str) -> None:
        """Write so much of the name, beside as much of the curve as the width leaves."""
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
        """Write the name as far as there is room."""
        super().initStyleOption(option)
        option.text = f" {self.name.replace('&', '&&')}"


def _placed(entries: list[_Entry], room: int, least: int, most: int) -> Placed:
    """Return the first wording that has room; if none has, the shapes alone.

    In more rows than the least only where all have names then.
    """
    names = [entry.text() for entry in entries]
    crowded = len(names) > _MOST_NAMED and least == 1
    cuts = [names] if crowded else [*_cuts(names)]
    tries = [(rows, shown) for rows in range(least, most + 1) for shown in cuts]
    if not crowded:
        tries += [(least, shown) for shown in _short(names)]
    for rows, shown in tries:
        # Where there is little room the names need it more than the curves.
        curve = _SWATCH - _BALL if shown == names else 0
        boxes = _flow(
            [each.width_for(name) + curve for each, name in zip(entries, shown, strict=True)],
            room,
            rows,
        )
        if boxes is not None:
            return shown, boxes
    return _shapes(len(entries), room, least)


def _cuts(names: list[str]) -> Iterator[list[str]]:
    """Yield names cut to fewer and fewer letters, where none then reads like another."""
    longest = min(max([_LEGIBLE, *map(len, names)]), _LETTERS)
    for letters in range(longest, _LEGIBLE - 1, -1):
        for cut in (_end_cut, _middle_cut):  # they differ at the end as often
            shown = [cut(name, letters) for name in names]
            if len({*shown}) == len({*names}):
                yield shown


def _short(names: list[str]) -> Iterator[list[str]]:
    """Yield the whole names without those of the longest, fewer and fewer."""
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


def _flow(widths: list[int], room: int, most_rows: int) -> list[QRect] | None:
    """Return where boxes of these widths stand, from left to right and down.

    None where that takes more rows.
    """
    boxes = []
    x = y = 0
    for width in widths:
        if x and x + width > room:
            x = 0
            y += _HEIGHT + _GAP
        boxes.append(QRect(x, y, width, _HEIGHT))
        x += width + _GAP
    fits = y < most_rows * (_HEIGHT + _GAP) and max(widths, default=0) <= room
    return boxes if fits else None


def _shapes(count: int, room: int, rows: int) -> Placed:
    """Return no names, and where shapes stand, as wide as there is room for."""
    columns = math.ceil(count / rows) or 1
    width = min(_SHAPE, max(1, room // columns - _GAP))
    places = (divmod(index, columns) for index in range(count))
    boxes = [
        QRect(column * (width + _GAP), row * (_HEIGHT + _GAP), width, _HEIGHT)
        for row, column in places
    ]
    return [""] * count, boxes
