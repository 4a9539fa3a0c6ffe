"""The legend of the runs that a plot compares; a click on an entry shows or hides its run."""

from __future__ import annotations

import math

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QResizeEvent
from PySide6.QtWidgets import QStyleOptionToolButton, QToolButton, QWidget

from neuroviz.session.frame import DRAWN
from neuroviz.session.run import ListedRun
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.icons import swatch_icon
from neuroviz.ui.theme.parts import named, text_label

_SWATCH, _BALL = QSize(26, 14), QSize(14, 14)
"""Pixels of a piece of a curve with its ball, before a whole name, and of the ball alone."""
_HEIGHT, _GAP = 20, 2
_PADDING = 4
_BELOW = 4
_LETTERS, _LEGIBLE = 18, 6
"""Most letters of a name, and fewest of one that is cut."""
_PER_ROW = 110
"""Pixels of a card's height for each row, so that a fifth of the card at most is the legend's."""


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
            self._rows,
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
    def _rows(self) -> int:
        """How many rows there may be."""
        card = self.parentWidget()
        return 1 if card is None else max(1, card.height() // _PER_ROW)

    def _arrange(self) -> None:
        """Put the entries side by side, with names where they fit, else as many shapes as do."""
        room = self.width() - (self._more.width() if self._left_out else 0)
        entries = self._entries
        names = _fitting([entry.text() for entry in entries], room, self._rows)
        if not names:
            most = max(1, self._rows * (room // (_width("", "") + _GAP)))
            # The last runs, which are drawn, and the active one matter most.
            kept = sorted(entries, key=lambda entry: not entry.isCheckable())[-most:]
            entries = [entry for entry in entries if entry in kept]
            names = [""] * len(entries)
        for entry in self._entries:
            entry.setVisible(entry in entries)
        self._show_more(len(self._entries) - len(entries))
        widths = [_width(name, entry.text()) for entry, name in zip(entries, names, strict=True)]
        boxes = _flow(widths, room)
        for entry, box, name in zip(entries, boxes, names, strict=True):
            entry.setGeometry(box)
            entry.show_name(name)
        self._more.move(room, 0)
        self.setFixedHeight(max((box.bottom() + 1 + _BELOW for box in boxes), default=0))


class _Entry(QToolButton):
    """One run in a legend: a piece of its curve, and as much of its name as fits."""

    number = 0
    _run: ListedRun | None = None
    name = ""
    """The part of the run's name that is written."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        themes.set_look(self, "entry")
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

    def show_name(self, name: str) -> None:
        """Write this much of the name, beside a piece of the curve if it is whole."""
        run = self._run
        assert run is not None
        self.name = name
        size = _sign(name, run.name)
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


def _fitting(names: list[str], room: int, rows: int) -> list[str]:
    """Return the names, cut to as few letters as it takes to fit; none if they would be alike."""
    for letters in range(_LETTERS, _LEGIBLE - 1, -1):
        shown = [_cut(name, letters) for name in names]
        boxes = _flow([_width(*both) for both in zip(shown, names, strict=True)], room)
        fits = all(box.right() < room and box.y() < rows * (_HEIGHT + _GAP) for box in boxes)
        if fits and len({*shown}) == len({*names}):
            return shown
    return []


def _cut(name: str, letters: int) -> str:
    """Return a name cut in its middle, as names often differ at their ends."""
    half = letters // 2
    return name if len(name) <= letters else f"{name[: letters - 1 - half]}…{name[-half:]}"


def _sign(name: str, whole: str) -> QSize:
    """Return the size of what stands before a name, as it is written."""
    return _SWATCH if name == whole else _BALL


def _width(name: str, whole: str) -> int:
    """Return the width in pixels of an entry with this much of its name; none for a shape alone."""
    if not name:
        return _BALL.width() + 2 * _PADDING
    letters = math.ceil(QFontMetricsF(_font()).horizontalAdvance(f" {name}"))
    return _sign(name, whole).width() + 3 * _PADDING + letters


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
