"""One frozen moment of the session goes to all that shows it.

At once, or in turn while a run goes at speed.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QObject, QTimer

from neuroviz.session.cost_limiter import CostLimiter
from neuroviz.session.frame import Frame
from neuroviz.session.session import Session
from neuroviz.ui.bench.player import Player
from neuroviz.ui.bench.side import Panel
from neuroviz.ui.canvas.card import Card
from neuroviz.ui.controls.form import ExperimentForm
from neuroviz.ui.panels.status_bar import StatusBar
from neuroviz.ui.panels.timeline import Timeline
from neuroviz.ui.views import LandscapeView, LossView

_ROUND = 0.09
"""Seconds in which everybody has had a turn: nobody reads a number that changes more often."""
_SLOW = 0.04
"""Seconds from one frame to the next from which on each is seen by itself: everybody shows it."""
_SHARE = 0.1
"""Of the time, that each may take of it: eigenvalues of many inputs take longer than a number."""


class ReadThrottle(QObject):
    """Shows frames to readers in turn, so that no frame of the screen pays for all of them.

    Parameters
    ----------
    readers
        Each shows the numbers or words of a frame.
    clock
        Returns seconds that never go back.
    """

    def __init__(
        self,
        readers: Sequence[Callable[[Frame], None]],
        parent: QObject | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        super().__init__(parent)
        self._readers = list(readers)
        self._paces = [CostLimiter(_SHARE, clock) for _ in self._readers]
        self._clock = clock
        self._next = 0
        self._due = 0.0
        """How many turns have come since the last one that was taken."""
        self._shown = -math.inf
        self._frame: Frame | None = None
        self._last = QTimer(self, singleShot=True, interval=round(1000 * _ROUND))
        self._last.timeout.connect(self._show_last)

    def add(self, reader: Callable[[Frame], None]) -> None:
        """Show frames from now on to another reader too."""
        self._readers.append(reader)
        self._paces.append(CostLimiter(_SHARE, self._clock))

    @property
    def waiting(self) -> bool:
        """Whether some have not been shown the last moment yet."""
        return self._last.isActive()

    def show_all(self, frame: Frame) -> None:
        """Show a moment at which somebody looks: to everybody, at once."""
        self._last.stop()
        self._due = 0.0
        for reader, pace in zip(self._readers, self._paces, strict=True):
            with pace:
                reader(frame)
        self._shown = self._clock()

    def show(self, frame: Frame) -> None:
        """Show a moment of a run that goes on.

        To those whose turn it is, and to all if no other follows soon.
        """
        now = self._clock()
        since = now - self._shown
        self._frame = frame
        count = len(self._readers)
        self._due += count if since >= _SLOW else count * since / _ROUND
        turns = min(count, math.floor(self._due))
        self._due -= turns
        for _ in range(turns):
            self._show_next(frame, spare=since / 2 if since >= _SLOW else 0.0)
        self._shown = self._clock()
        self._last.start()

    def correct(self, frame: Frame) -> None:
        """Let those who have not been shown the last moment yet be shown this in its place."""
        if self.waiting:
            self._frame = frame

    def _show_next(self, frame: Frame, spare: float) -> None:
        """Show a moment to who is next, where that costs little.

        Less than the seconds to spare, or little of the time.
        """
        pace = self._paces[self._next]
        if pace.cost <= spare or pace.due():
            with pace:
                self._readers[self._next](frame)
        self._next = (self._next + 1) % len(self._readers)

    def _show_last(self) -> None:
        if self._frame is not None:
            self.show_all(self._frame)


_HELD = "Let go, or press Enter, to start a run from this; Esc puts it back."
_HELD_DATA = (
    "Let go to start anew with these data: the dashed run. The weights shown are those of now; "
    "Esc puts the data back."
)
_YOUR_TURN = (
    "You are the optimizer: click on the landscape. Press “Your turn” again, and all is as it was."
)


class FrameDispatcher(QObject):
    """Hands frames out: to views at once, to what is read in turn while a run goes on.

    Parameters
    ----------
    views
        What is watched, by name.
    panels
        What is read, and made ready for another run.
    bar
        Shows epoch and loss.
    readers
        Show what else is read.
    player
        Knows whether the run goes on; with it this ends.
    """

    def __init__(
        self,
        session: Session,
        views: Mapping[str, Card],
        panels: Sequence[Panel],
        bar: Callable[[Frame], None],
        readers: Sequence[Callable[[Frame], None]],
        form: ExperimentForm,
        timeline: Timeline,
        words: StatusBar,
        player: Player,
    ) -> None:
        super().__init__(player)
        self._session = session
        self._bar = bar
        self._views = views
        self._panels = panels
        self._landscape = next(view for view in views.values() if isinstance(view, LandscapeView))
        self._form = form
        self._timeline = timeline
        self._words = words
        self._player = player
        self._number = 0
        self._says_ghost = False
        self._message: str | None = None
        """What was told when the run was replaced; a ghost's words pass over it."""
        self._loss = next(view for view in views.values() if isinstance(view, LossView))
        self._landscape.own.changed.connect(self._on_own_steps_changed)
        shown = (
            *(panel.show_frame for panel in panels),
            form.ruler.show_frame,
            self._show_time,
        )
        self.throttle = ReadThrottle(
            [*(view.read_on for view in views.values()), *shown, *readers], self
        )

    def _show_time(self, frame: Frame) -> None:
        """Show the moment in bar, strip and words together: they are read as one."""
        self._bar(frame)
        self._timeline.show_frame(frame)
        self._words.show_frame(frame)

    def new(self, message: str | None = None) -> None:
        """Show another run everywhere, and say in the words why it is there."""
        frame = self._session.frame()
        self.settings(frame)
        for view in (*self._views.values(), *self._panels):
            view.show_new(frame)
        self._number = frame.number
        self._message = message
        self._words.set_event(message)
        self._say_ghost(frame)
        # A view that is made ready for another run may let go of the pointer,
        # and something else is looked at.
        if frame.selection == self._session.selection:
            self.throttle.show_all(frame)
        else:
            self.at(self._session.frame())

    def settings(self, frame: Frame) -> None:
        """Show in the form what is in force."""
        self._form.show_settings(frame.settings, ready=self._session.ready)

    def now(self) -> None:
        """Show the moment everywhere."""
        self.at(self._session.frame())

    def at(self, frame: Frame) -> None:
        """Show a moment everywhere."""
        for view in self._views.values():
            view.show_frame(frame)
        self.throttle.show_all(frame)

    def follow(self, frame: Frame) -> None:
        """Show a moment of a run that goes on: what is watched at once, what is read in turn."""
        for view in self._views.values():
            view.follow(frame)
        self.throttle.show(frame)

    # --- what has happened ------------------------------------------------------------------------

    def restarted(self, message: str = "") -> None:
        """Show that another run is the active one, and what is told of that.

        One that cannot go is not running.
        """
        if self._session.obstacle():
            self._player.pause()
        self.new(message or None)

    def edited(self) -> None:
        """Show that the run goes on with other settings."""
        frame = self._session.frame()
        self.settings(frame)
        if not self._says_ghost:  # else it is the same hand that began the run
            self._message = None
        self._words.set_event(None)
        self._say_ghost(frame)
        self.at(frame)

    def begun(self) -> None:
        """Forget what was told before Run or Step was pressed."""
        self._message = None
        self._words.set_event(None)

    def advanced(self) -> None:
        """Show that steps were taken."""
        if self._session.number != self._number:  # Run went on from an earlier step
            self.new("A branch goes on from here, by itself; the other runs stay in the list.")
            return
        frame = self._session.frame()
        if self._player.running:
            self.follow(frame)
        else:
            self.at(frame)
        if frame.settings is not self._form.shown:
            self.settings(frame)

    def paused(self, reason: str) -> None:
        """Show that the run has ended by itself, and why."""
        self._words.set_event(reason if self._session.obstacle() is None else None)
        self.now()

    def waits(self, words: str) -> None:
        """Say what waits for torch."""
        self._words.set_waiting(words)
        self.now()

    def previewed(self) -> None:
        """Show what a run would be that starts where something is held, or again what there is."""
        # A view lets go of what was held while another run is shown to it.
        if self._session.number != self._number:
            return
        frame = self._session.frame()
        self._words.set_event(None)
        if frame.preview:
            turn = bool(self._landscape.own.points)
            data = frame.settings.dataset is not self._session.settings.dataset
            held = ("Held", _HELD_DATA if data else _HELD)
            self._words.set_held(*(("Your turn", _YOUR_TURN) if turn else held))
            self.follow(frame)
        else:
            self.at(frame)

    def ghost(self) -> None:
        """Show what would follow, further than before, or nothing any more."""
        frame = self._session.frame()
        self._say_ghost(frame)
        for view in self._views.values():
            view.show_ghost(frame)
        self._show_time(frame)
        self.throttle.correct(frame)

    def _say_ghost(self, frame: Frame) -> None:
        """Say what would follow a number that is held, as long as it is."""
        says = frame.ghost is not None and frame.ghost.held and not frame.preview
        if says or self._says_ghost:
            said = frame.ghost.sentence if frame.ghost and says else ""
            self._words.set_event(said or self._message)
        self._says_ghost = says

    def ghost_beside(self) -> None:
        """Show what would follow with other rates, where losses are drawn."""
        frame = self._session.frame()
        self._loss.show_ghost(frame)
        self._timeline.show_frame(frame)
        self.throttle.correct(frame)

    def _on_own_steps_changed(self) -> None:
        """Let the fog lie over what theory knows, too."""
        self._loss.hide_prediction(bool(self._landscape.own.points) and self._landscape.own.hidden)

    def look_changed(self) -> None:
        """Show the row that is looked at."""
        frame = self._session.frame()
        if not frame.preview:
            self._landscape.end_own_steps()
        if frame.settings != self._form.shown:
            self.settings(frame)
        self._words.set_event(frame.phase_in_words)
        if self._timeline.slider.isSliderDown():
            self.follow(frame)
        else:
            self.at(frame)

    def hovered(self, everywhere: bool) -> None:
        """Show the row under the pointer, in the landscape too where it is not there."""
        frame = self._session.frame()
        for view in self._views.values():
            if everywhere or view is not self._landscape:
                view.show_frame(frame)
        self.throttle.show_all(frame)

    def hovered_sample(self) -> None:
        """Show the share of the sample under the pointer in the gradient.

        Its numbers are shown in the neuron.
        """
        frame = self._session.frame()
        for view in (self._views["neuron"], self._landscape):
            view.show_frame(frame)

    def tell(self, text: str) -> None:
        """Say what was done, and show the moment."""
        self._words.set_event(text)
        self.now()
