"""The standings of a race at the moment shown, and at its end who has won and what to do next."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from neuroviz.core.numbers import counted, with_real_minus
from neuroviz.pictures.palette import run_style
from neuroviz.session.frame import Frame
from neuroviz.session.race_moment import NextRace, RaceMoment, Runner
from neuroviz.ui.canvas.motion import Ease
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.colours import Theme
from neuroviz.ui.theme.parts import FLUSH, STRETCH, arrange, small_button, text_label
from neuroviz.ui.theme.run_shapes import placed, run_colour

_ROW, _LOWEST_ROW = 68, 44
"""Pixels of a row, where all have room, and at least."""
_RANK, _NAME, _NUMBER = 22, 52, 78
"""Pixels of the rank, to the name, and of the loss at the right."""
_BAR = 7.0
_RADIUS = 8.0


class Standings(QWidget):
    """A row for each: rank, shape, name, own numbers, and a bar of the logarithm of its loss."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("standings")
        self.setAccessibleName("Standings of the race")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        self.theme = theme
        self.runners: tuple[Runner, ...] = ()
        self._from: dict[int, float] = {}
        """Where each row came from, in rows from the top, by the number of its run."""
        self._share = 1.0
        self._ease = Ease(self, self._show)

    def show_runners(self, runners: tuple[Runner, ...]) -> None:
        """Show them in this order; rows that change places slide."""
        before = [runner.number for runner in self.runners]
        now = [runner.number for runner in runners]
        places = self._places
        self.runners = runners
        if before != now:
            self._from = {number: places.get(number, row) for row, number in enumerate(now)}
            if {*before} == {*now}:
                self._ease.begin()
            else:
                self._share = 1.0
        said = "\n".join(f"{one.rank} {one.name}, {one.own}: {one.said}" for one in runners)
        self.setAccessibleDescription(said)
        self.update()

    @property
    def _places(self) -> dict[int, float]:
        """Where each row stands now, in rows from the top."""
        return {
            one.number: row + (self._from.get(one.number, row) - row) * (1 - self._share)
            for row, one in enumerate(self.runners)
        }

    def _show(self, share: float) -> None:
        self._share = share
        self.update()

    def minimumSizeHint(self) -> QSize:
        """Ask for the lowest rows."""
        return QSize(1, themes.scaled(_LOWEST_ROW) * len(self.runners))

    @property
    def _row(self) -> float:
        """Pixels of a row."""
        return min(self.height() / max(len(self.runners), 1), themes.scaled(_ROW))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows, those that rise over those that sink."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        places = self._places
        for one in reversed(self.runners):
            area = QRectF(0, places[one.number] * self._row, self.width(), self._row)
            self._paint_row(painter, one, area.adjusted(0, 1, 0, -1))
        painter.end()

    def _paint_row(self, painter: QPainter, one: Runner, area: QRectF) -> None:
        theme = self.theme
        leads = one.rank == "1"
        colour = QColor(theme.muted if one.stopped else run_colour(one.slot, theme))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.field if leads else theme.card))
        painter.drawRoundedRect(area, 8, 8)
        middle = area.center().y()
        bold = themes.numeric_font()
        bold.setBold(True)
        quiet = themes.text_font(smaller=1)
        ink, muted = QColor(theme.ink), QColor(theme.muted)
        rank = QRectF(0, area.top(), themes.scaled(_RANK), area.height())
        centre, left = Qt.AlignmentFlag.AlignCenter, Qt.AlignmentFlag.AlignVCenter
        _write(painter, bold if leads else themes.numeric_font(), muted, rank, centre, one.rank)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        at = QPointF(rank.right() + 4 + _RADIUS, middle)
        painter.drawPath(placed(run_style(one.slot).shape, at, _RADIUS))
        start = themes.scaled(_NAME)
        line = QFontMetricsF(bold).height()
        top = QRectF(start, middle - line - 1, area.width() - start - 8, line)
        _write(painter, bold, muted if one.stopped else ink, top, left, one.name)
        gone = min(QFontMetricsF(bold).horizontalAdvance(one.name) + 8, top.width())
        _write(painter, quiet, muted, top.adjusted(gone, 0, 0, 0), left, one.own)
        under = QRectF(start, middle + 2, top.width(), line)
        said = with_real_minus(one.said)
        if one.stopped:
            _write(painter, themes.text_font(), muted, under, left, said)
            return
        number = themes.scaled(_NUMBER)
        track = QRectF(start, under.center().y() - _BAR / 2, under.width() - number - 8, _BAR)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.track))
        painter.drawRoundedRect(track, _BAR / 2, _BAR / 2)
        painter.setBrush(colour)
        track.setWidth(max(one.share * track.width(), _BAR))
        painter.drawRoundedRect(track, _BAR / 2, _BAR / 2)
        under.setLeft(under.right() - number)
        _write(painter, bold, ink, under, left | Qt.AlignmentFlag.AlignRight, said)


def _write(
    painter: QPainter, font: QFont, colour: QColor, area: QRectF, how: Qt.AlignmentFlag, text: str
) -> None:
    """Write as much of a text as has room."""
    painter.setFont(font)
    painter.setPen(colour)
    shown = QFontMetricsF(font).elidedText(
        text, Qt.TextElideMode.ElideRight, math.ceil(area.width())
    )
    painter.drawText(area, how, shown)


class Leaderboard(QWidget):
    """What is read of a race, and what leaves it."""

    next_asked = Signal(NextRace)
    """What to do after the race."""
    new_asked = Signal()
    left = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._next: NextRace | None = None
        self.title = text_label("race_title", "title")
        self.standings = Standings(theme)
        self.headline = text_label("race_headline", "headline", wrap=True)
        self.sentence = text_label("race_sentence", "", wrap=True)
        self.go_on = small_button("race_next", "")
        self.go_on.clicked.connect(self._on_go_on)
        self.card = QFrame()
        self.card.setProperty("bubble", True)
        self.card.setProperty("won", True)
        arrange(
            QVBoxLayout(self.card),
            self.headline,
            self.sentence,
            (arrange(QHBoxLayout(), self.go_on, STRETCH)),
            spacing=6,
            margins=(14, 10, 14, 12),
        )
        self.again = small_button("new_race", "New race…", "Put another race together")
        self.again.clicked.connect(self.new_asked)
        self.leave = small_button(
            "leave_race", "Leave race", "Back to the experiment (Esc); its runs stay in the list"
        )
        self.leave.clicked.connect(self.left)
        arrange(
            QVBoxLayout(self),
            self.card,
            self.title,
            (self.standings, 1),
            arrange(QHBoxLayout(), self.again, STRETCH, self.leave, margins=FLUSH),
            spacing=8,
            margins=FLUSH,
        )
        self.card.hide()

    def show_frame(self, frame: Frame) -> None:
        """Show a race at a moment; nothing where none is watched."""
        race = frame.race
        if race is None:
            return
        self.standings.show_runners(race.runners)
        self.title.setText(f"Standings at epoch {math.floor(race.epoch):,}")
        self._show_end(race)

    def apply_theme(self, theme: Theme) -> None:
        """Apply a theme."""
        self.standings.theme = theme
        self.standings.update()

    def _show_end(self, race: RaceMoment) -> None:
        """Show who has won, and what to do next, from the end on."""
        end, asked = race.end, race.next
        self._next = asked
        self.card.setVisible(end is not None)
        self.go_on.setVisible(asked is not None)
        if end is not None:
            self.headline.setText(end.headline)
            self.sentence.setText(with_real_minus(end.sentence))
        if asked is not None:
            self.go_on.setText(asked.label)
            several = f"Start a race of {counted(len(asked.runs), 'run')}"
            alone = "Leave the race, and give the experiment the settings of this run"
            self.go_on.setToolTip(several if len(asked.runs) > 1 else alone)

    def _on_go_on(self) -> None:
        if self._next is not None:
            self.next_asked.emit(self._next)
