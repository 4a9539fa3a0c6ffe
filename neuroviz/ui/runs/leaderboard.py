"""The standings of a race at the moment shown, and at its end who won and what to do next."""

from __future__ import annotations

import math

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QPaintEvent, QTransform
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from neuroviz.core.numbers import with_real_minus
from neuroviz.pictures.race import Runner, standing
from neuroviz.session.frame import Frame
from neuroviz.session.race_moment import NextRace, RaceMoment
from neuroviz.session.race_reason import why
from neuroviz.ui.canvas.motion import Ease
from neuroviz.ui.canvas.painted_marks import paint_marks
from neuroviz.ui.theme import theme as themes
from neuroviz.ui.theme.parts import STRETCH, in_column, in_row, named, small_button, text_label

_ROW, _LOWEST_ROW = 68, 44
"""Height of a row in pixels, where there is room for all, and at least."""


class Standings(QWidget):
    """A row for each run: rank, shape, name, own numbers, and a bar for the log of its loss."""

    runners: tuple[Runner, ...] = ()
    _share = 1.0

    def __init__(self) -> None:
        super().__init__()
        named(self, "standings", "Standings of the race")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        self._from: dict[int, float] = {}
        """Where each row slides from, counted in rows from the top, by the number of its run."""
        self._ease = Ease(self, self._show)

    def show_runners(self, runners: tuple[Runner, ...]) -> None:
        """Show runners in the order given; rows that change places slide."""
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
        """Where each row is now, counted in rows from the top, by the number of its run."""
        return {
            one.number: row + (self._from.get(one.number, row) - row) * (1 - self._share)
            for row, one in enumerate(self.runners)
        }

    def _show(self, share: float) -> None:
        self._share = share
        self.update()

    def minimumSizeHint(self) -> QSize:
        """Ask for room for the lowest rows."""
        return QSize(1, themes.scaled(_LOWEST_ROW) * len(self.runners))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows, with those that rise on top of those that sink."""
        painter = themes.painter(self, themes.numeric_font())
        unit = themes.scaled(100) / 100
        height = min(self.height() / max(len(self.runners), 1) / unit, _ROW)
        places = self._places
        palette = themes.now.palette
        for one in reversed(self.runners):
            top = places[one.number] * height
            marks = standing(one, top, self.width() / unit, height, palette)
            paint_marks(painter, marks, QTransform.fromScale(unit, unit))


class Leaderboard(QWidget):
    """The standings of a race, the card shown at its end, and the buttons that leave it.

    Attributes
    ----------
    again, leave
        Buttons for another race, and to go back to the experiment.
    """

    next_asked = Signal(NextRace)
    """What to do after the race: run another, or go on with the winner's settings."""
    _next: NextRace | None = None
    _end: RaceMoment | None = None
    """The end of the last race, which is shown until another ends."""

    def __init__(self) -> None:
        super().__init__()
        self.title = text_label("race_title", "title")
        self.standings = Standings()
        self.headline = text_label("race_headline", "headline", wrap=True)
        self.sentence = text_label("race_sentence", "", wrap=True)
        self.go_on = small_button("race_next", "", clicked=lambda: self.next_asked.emit(self._next))
        self.replay = small_button("replay_race", "Race again", clicked=self._on_replay_clicked)
        self.card = QFrame()
        themes.set_look(self.card, "won")
        for part in (self.headline, self.sentence, self.go_on, self.replay):
            themes.set_look(part, "on_ink")
        in_column(
            self.headline,
            self.sentence,
            in_row(self.go_on, self.replay, STRETCH),
            within=self.card,
            spacing=6,
            margins=(14, 10, 14, 12),
        )
        self.again = small_button("new_race", "New race…", "Put another race together")
        self.leave = small_button("leave_race", "Leave race", "Back to the experiment (Esc)")
        in_column(
            self.card,
            self.title,
            (self.standings, 1),
            in_row(self.again, STRETCH, self.leave),
            within=self,
            spacing=8,
        )
        self.card.hide()

    def show_frame(self, frame: Frame) -> None:
        """Show a race at a moment; without a race, do nothing."""
        race = frame.race
        if race is None:
            return
        self.standings.show_runners(race.runners)
        self.title.setText(f"Standings at epoch {math.floor(race.epoch):,}")
        self._show_end(race)

    def _show_end(self, race: RaceMoment) -> None:
        """Once the race is over, show who won and what to do next."""
        end = race.end
        asked = race.next
        self._next = asked
        self.card.setVisible(end is not None)
        for button in (self.go_on, self.replay):
            button.setVisible(asked is not None)
        if end is not None and (self._end is None or end.runs != self._end.runs):
            self._end = end
            self.headline.setText(end.headline)
            self.sentence.setText(with_real_minus(f"{end.sentence} {why(end)}".strip()))
        if asked is not None:
            self.go_on.setText(asked.label.replace("&", "&&"))

    def _on_replay_clicked(self) -> None:
        if self._end is not None:
            self.next_asked.emit(self._end.replay)
