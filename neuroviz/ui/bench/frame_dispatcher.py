"""Hands one frozen moment of the session to everything that shows it.

Neuron, panels and bar show the same step, even while a run goes at full speed; there the plots
read it one by one just after them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from neuroviz.core.numbers import format_number
from neuroviz.session.frame import Frame
from neuroviz.ui.bench.drawing_time import ReadThrottle, ViewTurns
from neuroviz.ui.bench.player import Control, Player
from neuroviz.ui.bench.side import Panel
from neuroviz.ui.canvas.card import Card, Views
from neuroviz.ui.controls.form import ExperimentForm
from neuroviz.ui.panels.status_bar import StatusBar
from neuroviz.ui.panels.timeline import Timeline
from neuroviz.ui.views import LandscapeView, LossView

_HELD = "Let go, or press Enter: this becomes the new start.{} Esc puts it back."
_HELD_DATA = (
    "Let go, or press Enter, to start anew with these data.{} The dashed run is what would follow; "
    "the weights shown are the present ones. Esc puts the data back."
)
_HELD_RATE = "It is the dashed one. Let go to keep the rate; Esc puts it back."
_THEN = " Then press Run to train."


class FrameDispatcher(Control):
    """Hands frames out: everything shows one moment, while at full speed plots go ahead.

    Parameters
    ----------
    views
        What is watched; only those that are built are given moments.
    panels
        Panels that are read, and made ready for another run.
    readers
        Called with each moment for what else is read.
    player
        Knows whether the run goes on.
    """

    _number = 0
    _says_ghost = False
    _message = ""
    """What was said when the run was replaced; it comes back after a ghost's words."""

    def __init__(
        self,
        views: Views,
        panels: Sequence[Panel],
        readers: Sequence[Callable[[Frame], None]],
        form: ExperimentForm,
        timeline: Timeline,
        words: StatusBar,
        player: Player,
    ) -> None:
        super().__init__(player)
        self._views = views
        self._panels = panels
        self._landscape = views.of(LandscapeView)
        self._form = form
        self._timeline = timeline
        self._words = words
        self._turns = ViewTurns()
        self.readers: list[Callable[[Frame], None]] = [
            *(panel.show_frame for panel in panels),
            form.ruler.show_frame,
            timeline.show_frame,
            words.show_frame,
            *readers,
        ]
        self.throttle = ReadThrottle(self.at, self)

    def new(self, message: str = "") -> None:
        """Show another run everywhere, and say in the foot why it is there."""
        frame = self._session.frame()
        self._form.show_settings(frame.experiment)
        for view in (*self._views.built, *self._panels):
            view.show_new(frame)
        self._number = frame.number
        self._message = message
        self._words.set_event(message)
        self._say_ghost(frame)
        # A view that is made ready for another run may let go of the pointer, so that something
        # else is looked at.
        if frame.selection == self._session.selection:
            self._show(frame, ())
        else:
            self.at(self._session.frame())

    def now(self) -> None:
        """Show the present moment everywhere."""
        self.at(self._session.frame())

    def at(self, frame: Frame) -> None:
        """Show a moment everywhere."""
        self._show(frame, self._views.built)

    def _show(self, frame: Frame, views: Iterable[Card]) -> None:
        """Show a moment wherever it is read, and in some views.

        The order matters: a plot that comes after a label and another plot would be painted twice.
        """
        self._turns.unread.clear()
        with self.throttle:
            self._read(frame)
            for view in views:
                view.show_frame(frame)

    def _read(self, frame: Frame) -> None:
        for reader in self.readers:
            reader(frame)

    def follow(self, frame: Frame) -> None:
        """Show a moment of a run that goes on, everywhere or only in the views.

        A race is read at every moment, since each ball has its loss beside it. At full speed a
        moment has time for some views, so that no press waits for all of them; all get as much
        time, so that costly ones are drawn more seldom. What is read is shown by the neuron and the
        panels at once, and by the plots in the moments after it. While a person holds something,
        there is time for all.
        """
        hurries = self._player.drawing > 0 and not frame.preview
        self._turns.weigh(self._player.drawing if hurries else 0.0)
        # Half, since a plot would have been drawn in that time, too.
        drawing = self._player.drawing + self._turns.unread_cost / 2
        reads = self.throttle.is_read(frame, drawing) and not self._turns.unread
        if reads and not hurries:
            self.at(frame)
        elif reads:
            neuron = self._views["neuron"]
            plots = [view for view in self._views.built if view.isVisible() and view is not neuron]
            self._show(frame, set(self._views.built).difference(plots))
            self._turns.unread = dict.fromkeys(plots, frame)
            if not self._player.drawing:  # a lesson has paused it: no moment comes after this one
                self.at(frame)
        else:
            if frame.race is not None:
                self._read(frame)
            self._turns.take(self._views.built, frame, hurries=hurries)

    # --- what has happened ------------------------------------------------------------------------

    def restarted(self, message: str = "") -> None:
        """Show that another run is active, with a message about it.

        A run that cannot go on is paused.
        """
        if self._session.obstacle():
            self._player.pause()
        self.new(message)

    def edited(self) -> None:
        """Show that the run goes on with other settings."""
        frame = self._session.frame()
        self._form.show_settings(frame.experiment)
        if not self._says_ghost:  # otherwise the same hand began the run
            self._message = ""
        self._words.set_event("")
        self._say_ghost(frame)
        self.at(frame)

    def begun(self) -> None:
        """Forget what was told before Run or Step was pressed."""
        self._message = ""
        self._words.set_event("")

    def advanced(self) -> None:
        """Show that steps were taken."""
        frame = self._session.frame()
        if self._session.number != self._number:  # Run went on from an earlier step
            branch = "A branch goes on from here, on its own; the other runs stay in the list."
            self.new("" if frame.race else branch)
            return
        if self._player.running:
            self.follow(frame)
        else:
            self.at(frame)
        if frame.experiment is not self._form.shown:
            self._form.show_settings(frame.experiment)

    def paused(self, reason: str) -> None:
        """Show that the run has ended by itself, and why."""
        self._words.set_event(reason if self._session.obstacle() is None else None)
        self.now()

    def waits(self, words: str) -> None:
        """Show what waits for torch."""
        self._words.change(waits=words)
        self.now()

    def previewed(self) -> None:
        """Show the run that would start where something is held, or again the present one."""
        # A view lets go of what is held while another run is shown to it.
        if self._session.number != self._number:
            return
        frame = self._session.frame()
        self._words.set_event("")
        if frame.preview:
            data = frame.settings.dataset is not self._session.settings.dataset
            held = (_HELD_DATA if data else _HELD).format("" if self._player.running else _THEN)
            self._words.set_event(held, held="Held")
            self.follow(frame)
        else:
            self.at(frame)

    def ghost(self) -> None:
        """Show more of the ghost, or that it is gone."""
        frame = self._session.frame()
        self._say_ghost(frame)
        self._show_ghost(frame, self._views.built)

    def _say_ghost(self, frame: Frame) -> None:
        """Say what would follow a number, as long as it is held."""
        says = frame.ghost is not None and frame.ghost.held and not frame.preview
        if says or self._says_ghost:
            said = frame.ghost.sentence if frame.ghost and says else ""
            held = self._session.held
            if held is not None and said:
                rate = f"Rate {format_number(held.learning_rate)}"
                self._words.set_event(f"{said} {_HELD_RATE}", held=rate)
            else:
                self._words.set_event(said or self._message)
        self._says_ghost = says

    def ghost_beside(self) -> None:
        """Show the ghost's neighbours where losses are drawn."""
        losses = [view for view in self._views.built if isinstance(view, LossView)]
        self._show_ghost(self._session.frame(), losses)

    def _show_ghost(self, frame: Frame, views: Iterable[Card]) -> None:
        self._turns.unread = dict.fromkeys(self._turns.unread, frame)
        for view in views:
            view.show_ghost(frame)
        if not self._player.running:  # otherwise they follow with everything that is read
            self._timeline.show_frame(frame)
            self._words.show_frame(frame)
        self.throttle.correct(frame)

    def look_changed(self) -> None:
        """Show the row that is looked at."""
        frame = self._session.frame()
        if frame.experiment != self._form.shown:
            self._form.show_settings(frame.experiment)
        self._words.set_event("")
        if self._timeline.slider.isSliderDown():
            self.follow(frame)
        else:
            self.at(frame)

    def hovered(self, everywhere: bool) -> None:
        """Show the row under the pointer everywhere, or everywhere but in the landscape."""
        shown = [view for view in self._views.built if everywhere or view is not self._landscape]
        self._show(self._session.frame(), shown)

    def hovered_sample(self) -> None:
        """Show the sample under the pointer: its numbers in the neuron, its share of the gradient.

        In a run at full speed this waits for the next moment that is read, since the pointer passes
        over several samples in that time.
        """
        if self._player.drawing:
            return
        frame = self._session.frame()
        for view in (self._views["neuron"], self._landscape):
            view.show_frame(frame)

    def tell(self, text: str) -> None:
        """Say what was done, and show the present moment."""
        self._words.set_event(text, done=True)
        self.now()
