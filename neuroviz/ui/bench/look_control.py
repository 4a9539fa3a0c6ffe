"""Looking at a run without touching it: timeline, step back, parts, hover and picked sample."""

from __future__ import annotations

import time

from PySide6.QtCore import QEasingCurve, QObject, Signal

from neuroviz.pictures.neuron.motion import LASTS
from neuroviz.ui.bench.player import Control, Player
from neuroviz.ui.canvas.jobs import Job, one_shot
from neuroviz.ui.canvas.motion import Ease
from neuroviz.ui.views import LandscapeView
from neuroviz.ui.views.neuron.view import NeuronView

_REST = 150
"""Milliseconds that the pointer rests at a step before all views show it."""


class PartPlayer(QObject):
    """Plays the part of a step that has led to what is shown; any press ends it at once.

    Nothing waits for it, since what it leads to is there already.
    """

    apart = 0.45
    """Seconds between two steps from which on each one plays: two steps a second, with a tick to
    spare."""
    _stepped = 0.0
    _back = False
    _shown: tuple[int, int] | None = None
    """The number of the run and the step to which the motion leads."""

    def __init__(self, neuron: NeuronView, landscape: LandscapeView, parent: QObject) -> None:
        super().__init__(parent)
        self._views = neuron, landscape
        self._playing: list[NeuronView | LandscapeView] = []
        self.animation = Ease(self, self._show)
        self.animation.setEasingCurve(QEasingCurve.Type.Linear)
        self.animation.finished.connect(self._show_end)
        neuron.moved_on.connect(self.end)

    def play_step(self, *, back: bool) -> None:
        """Play the update of a step, unless another one was just taken."""
        before = self._stepped
        self._stepped = time.perf_counter()
        if self._stepped - before > self.apart:
            self.play("update", back=back, alone=True)

    def play(self, part: str, *, back: bool, alone: bool = False) -> None:
        """Play a part, forwards or backwards."""
        self.end()
        neuron, landscape = self._views
        if Ease.reduced:
            return
        begun = neuron.begin_part(part, back=back, alone=alone)
        self._playing = [neuron] if begun else []
        if part == "update" and landscape.begin_step(back=back):
            self._playing.append(landscape)
        if not self._playing:
            return
        self._shown = self._moment
        self._back = back
        self.animation.setDuration(LASTS[part])
        Job.waiting = True
        self.animation.begin()
        self._show(0.0)

    def end(self) -> None:
        """Show the end at once, if it is still playing."""
        if self.animation.going:
            self.animation.stop()
            self._show_end()

    @property
    def _moment(self) -> tuple[int, int] | None:
        frame = self._views[1].frame
        return None if frame is None else (frame.number, frame.step)

    def _show(self, t: float) -> None:
        if self._moment != self._shown:
            self.end()  # what is hovered, or a run that goes on, shows another moment
            return
        for view in self._playing:
            view.show_part(1 - t if self._back else t)

    def _show_end(self) -> None:
        Job.waiting = False
        for view in self._playing:
            view.end_part()


class LookControl(Control):
    """The slots of everything that looks at a run.

    The player is paused before anything but the newest row is looked at.

    Parameters
    ----------
    parts
        Plays what was gone through, forwards or backwards.
    """

    changed = Signal()
    """Something else is looked at."""
    hovered = Signal(bool)
    """Another row is under the pointer, or none; and whether the landscape shows it too, which it
    does not while the pointer is on its path."""
    sample_hovered = Signal()
    """Another sample is under the pointer, or none."""
    _rests_at: int | None = None

    def __init__(self, player: Player, parts: PartPlayer) -> None:
        super().__init__(player)
        self.parts = parts
        self.rest = one_shot(self, lambda: self.hover(self._rests_at, everywhere=True), _REST)
        """Runs until the pointer has rested."""

    def look_at(self, step: int) -> None:
        """Look at a row."""
        self._player.pause()
        self._session.look_at(step)
        self.changed.emit()

    def now(self) -> None:
        """Look at the newest row, and follow it."""
        self._session.look_at(None)
        self.changed.emit()

    def step_back(self) -> None:
        """Look at the row before."""
        self._player.pause()
        before = self._session.step
        self._session.look_on(-1)
        self.changed.emit()
        if self._session.step < before:
            self.parts.play_step(back=True)

    def step_on(self, steps: int) -> None:
        """Look this many rows further, at most at the newest."""
        self._session.look_on(steps)
        self.changed.emit()
        if steps == 1:
            self.parts.play_step(back=False)

    def next_part(self) -> None:
        """Go on by one part of a step."""
        self._player.pause()
        gone = self._session.next_part()
        self.changed.emit()
        phase = self._session.selection.phase
        if gone and phase:
            self.parts.play(phase, back=False)

    def look_at_part(self, phase: str) -> None:
        """Go to a part of the step; the update of the newest row is a step that is taken first."""
        self._player.pause()
        gone = self._session.look_at_part(phase)
        self.changed.emit()
        if gone:
            self.parts.play(phase, back=False)

    def previous_part(self) -> None:
        """Go back by one part of a step."""
        self._player.pause()
        phase = self._session.selection.phase
        gone = self._session.previous_part()
        self.changed.emit()
        if gone and phase:
            self.parts.play(phase, back=True)

    def pick(self, sample: int | None) -> None:
        """Pick a sample, or none."""
        self._session.pick(sample)
        self.changed.emit()

    def open_unit(self, unit: int | None) -> None:
        """Open a hidden neuron by its index, or the output with None."""
        self._session.open_unit(unit)
        self.changed.emit()

    def hover(self, step: int | None, *, everywhere: bool = False) -> None:
        """Look at the row under the pointer while it is there, unless the run goes on."""
        if step == self._session.looked_at and self._session.selection.phase is None:
            step = None  # it is shown already
        # A view that is made ready for another run lets go of the pointer before all views have the
        # new frame.
        if step == self._session.selection.hovered_step or (
            step is not None and self._player.running
        ):
            return
        self._session.hover(step)
        self.hovered.emit(everywhere)

    def rest_at(self, step: int | None) -> None:
        """Look at a row once the pointer has rested there; with None look at no row at once."""
        self._rests_at = step
        if step is None:
            self.rest.stop()
            self.hover(None, everywhere=True)
        else:
            self.rest.start()

    def hover_sample(self, sample: int | None) -> None:
        """Show the share of the sample under the pointer while it is there."""
        if sample == self._session.selection.hovered_sample:
            return
        self._session.hover_sample(sample)
        self.sample_hovered.emit()
