"""The legend of the runs that a plot compares: a click on an entry switches its run on and off."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QToolButton, QWidget

from neuroviz.session.frame import DRAWN
from neuroviz.session.runs import ListedRun
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.colours import LIGHT, Theme
from neuroviz.ui.theme.parts import text_label
from neuroviz.ui.theme.run_shapes import paint_swatch, run_colour

_SWATCH = 26
_BALL = 12
_HEIGHT = 20
_GAP = 2
_PADDING = 4
_BELOW = 4
_SHAPE = _BALL + 2 * _PADDING
_WIDEST = 150
"""Pixels of an entry, beyond which its name is shortened."""
_MOST_ROWS = 2
_TALL = 320
"""More would leave too little of a plot: entries share the width then. In a card that is not so
many pixels tall there is one."""
_SHARE = 0.2
"""Of a tall card: so much may the legend take where names would be lost otherwise."""
_LOW = 210
"""Pixels of a card from which there may be two rows where names would be lost in one."""
_MOST_NAMED = 8
"""In one row that is too short for their names; of more only the shapes are drawn."""


_LEGIBLE = 4
"""Letters of a cut name, its "…" among them, below which it says too little."""


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
        self._more.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.hide()

    def show_runs(self, runs: tuple[ListedRun, ...], theme: Theme, more: int = 0) -> None:
        """Name these runs; nothing is done while they are the same.

        Parameters
        ----------
        runs
            The list, with the hidden ones; nothing is shown of the active one alone.
        more
            How many runs of the list are not named, since they are too many.
        """
        known = (
            theme,
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
            entry.show_run(run, theme)
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
        boxes: list[QRect] = []
        names: list[str] = []
        for rows in range(least, most + 1):
            boxes, names = self._placed(entries, room, rows)
            if all(names):
                break
        if not any(names):
            boxes = _flow([_SHAPE] * len(entries), room, least)
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

    def _placed(self, entries: list[_Entry], room: int, rows: int) -> tuple[list[QRect], list[str]]:
        """Return where the entries stand in so many rows.

        Of each name there is as much as there is room for.
        """
        widths = [entry.wanted_width() for entry in entries]
        if rows == 1 and len(widths) > _MOST_NAMED and sum(widths) + _GAP * len(widths) > room:
            return _flow([_SHAPE] * len(widths), room, rows), [""] * len(widths)
        fair = _flow(widths, room, rows)
        shown = _cut(entries, fair)
        if not _confused(entries, shown):
            return fair, shown
        # Whole short names tell apart what cuts would confuse,
        # unless they leave nothing for the others.
        short_first = _flow(widths, room, rows, short_first=True)
        some = _told_apart(entries, short_first)
        every = _told_apart(entries, fair)
        if not all(some) and min(map(len, every)) >= _LEGIBLE:
            return fair, every
        return short_first, some

    def _take_height(self, boxes: list[QRect]) -> None:
        height = max((box.bottom() + 1 + _BELOW for box in boxes), default=0)
        if height != self.height() or self.minimumHeight() != height:
            self.setFixedHeight(height)


class _Entry(QToolButton):
    """One run in a legend, drawn by itself.

    A button's own frame and margins would leave no room for the name.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("entry", True)  # drawn by itself: no frame of the sheet asks for height
        self._font = _font()
        self._metrics = QFontMetricsF(_font())
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.number = 0
        self._run: ListedRun | None = None
        self._theme = LIGHT
        self.name = ""
        """As much of the run's name as is written."""

    def show_run(self, run: ListedRun, theme: Theme) -> None:
        """Name a run."""
        self.number, self._run, self._theme = run.number, run, theme
        shown = run.visible or run.active
        self.setText(run.name)
        self.setCheckable(not run.active)
        self.setChecked(shown)
        said = (
            "the run that goes on" if run.active else f"click to {'hide' if shown else 'show'} it"
        )
        self.setToolTip(f"{run.name}: {said}")
        self.setAccessibleName(f"{run.name}, {'shown' if shown else 'hidden'}")
        self.update()

    def wanted_width(self) -> int:
        """Return how wide it is with its whole name, or as wide as it may be."""
        return min(
            _WIDEST,
            _SWATCH + 3 * _PADDING + math.ceil(self._metrics.horizontalAdvance(self.text())),
        )

    def name_room(self, width: int) -> float:
        """Return how many pixels there are for the name in an entry of a width."""
        return width - self._swatch(width) - 3 * _PADDING + 1.0

    def cut(self, mode: Qt.TextElideMode, box: QRect) -> str:
        """Return the name, cut where it is too long for a box."""
        return self._metrics.elidedText(self.text(), mode, self.name_room(box.width()))

    def show_name(self, name: str) -> None:
        """Write so much of the name."""
        if name != self.name:
            self.name = name
            self.update()

    def _swatch(self, width: int) -> int:
        # Where there is little room the name needs it more than the curve.
        return _SWATCH if width >= self.wanted_width() else _BALL

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a piece of the run's curve with its ball.

        With as much of the name as there is room for.
        """
        if self._run is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        swatch = self._swatch(self.width())
        middle = QPointF(_PADDING + swatch / 2, self.height() / 2)
        run = self._run
        paint_swatch(
            painter,
            run.slot,
            middle,
            swatch / 2,
            4.6,
            self._colour(run),
            self._theme.card,
            solid=run.active,
        )
        self._paint_name(painter, self._run, swatch + 2 * _PADDING)
        painter.end()

    def _paint_ground(self, painter: QPainter) -> None:
        """Draw what shows that the pointer or the keyboard is here."""
        if self.hasFocus() or (self.underMouse() and self.isCheckable()):
            painter.setPen(QColor(self._theme.accent) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._theme.hover))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)

    def _colour(self, run: ListedRun) -> QColor:
        if run.active:
            return QColor(self._theme.accent)
        return QColor(run_colour(run.slot, self._theme) if run.visible else self._theme.disabled)

    def _paint_name(self, painter: QPainter, run: ListedRun, left: int) -> None:
        shown = run.visible or run.active
        font = QFont(self._font)
        font.setStrikeOut(not shown)
        painter.setFont(font)
        painter.setPen(QColor(self._theme.ink if shown else self._theme.muted))
        room = self.width() - left - _PADDING
        painter.drawText(
            QRectF(left, 0, room + _PADDING, self.height()),
            Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine,
            self.name,
        )


def _cut(entries: list[_Entry], boxes: list[QRect]) -> list[str]:
    """Return as much of each name as its box has room for."""
    return [
        "" if entry.name_room(box.width()) < 0 else entry.cut(Qt.TextElideMode.ElideRight, box)
        for entry, box in zip(entries, boxes, strict=True)
    ]


def _told_apart(entries: list[_Entry], boxes: list[QRect]) -> list[str]:
    """Return the same where no two names that differ come out the same.

    Those that would are cut in the middle, since runs differ at the end as often,
    or else are left out.
    """
    shown = _cut(entries, boxes)
    for mode in (Qt.TextElideMode.ElideMiddle, Qt.TextElideMode.ElideLeft, None):
        for index in _confused(entries, shown):
            shown[index] = entries[index].cut(mode, boxes[index]) if mode else ""
    return shown


def _confused(entries: list[_Entry], shown: list[str]) -> list[int]:
    """Return which of the names that are cut read like another one, or say nothing."""
    names = [entry.text() for entry in entries]
    return [
        index
        for index, text in enumerate(shown)
        if text != names[index]
        and (
            text == "…"
            or any(
                text == other and names[index] != name
                for name, other in zip(names, shown, strict=True)
            )
        )
    ]


def _font() -> QFont:
    return themes.text_font(smaller=1)


def _flow(
    widths: list[int], room: int, most_rows: int, *, short_first: bool = False
) -> list[QRect]:
    """Return where boxes of these widths stand, from left to right and down.

    Narrower if that takes too long.
    """
    boxes = []
    x = 0
    y = 0
    for width in widths:
        if x and x + width > room:
            x = 0
            y = y + _HEIGHT + _GAP
        boxes.append(QRect(x, y, min(width, max(1, room)), _HEIGHT))
        x += width + _GAP
    if y < most_rows * (_HEIGHT + _GAP):
        return boxes
    columns = math.ceil(len(widths) / most_rows)
    without_line = [width - _SWATCH + _BALL for width in widths]
    rows = [without_line[first : first + columns] for first in range(0, len(widths), columns)]
    return [
        box
        for index, row in enumerate(rows)
        for box in _squeezed(row, room, index * (_HEIGHT + _GAP), short_first)
    ]


def _squeezed(widths: list[int], room: int, top: int, short_first: bool) -> list[QRect]:
    """Return a row of boxes that share the room: the widest give way first.

    They share evenly, or else the short ones are whole as long as there is room for the shapes of
    the others.
    """
    left = room - _GAP * len(widths)
    given = dict[int, int]()
    for count, index in enumerate(sorted(range(len(widths)), key=widths.__getitem__)):
        others = len(widths) - count - 1
        share = left - others * _SHAPE if short_first else 0
        share = share if share >= widths[index] else left // (others + 1)
        given[index] = max(1, min(widths[index], share))
        left -= given[index]
    starts = [sum(given[index] + _GAP for index in range(column)) for column in range(len(widths))]
    return [QRect(x, top, given[column], _HEIGHT) for column, x in enumerate(starts)]
