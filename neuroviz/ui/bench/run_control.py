"""Going on: run, pause, step and reset."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, Qt, Signal
from PySide6.QtWidgets import QApplication

from neuroviz.core.numbers import counted
from neuroviz.session.session import Session
from neuroviz.ui.bench.look_control import LookControl
from neuroviz.ui.bench.player import Control, Player
from neuroviz.ui.controls.commands import finish_typing, written

UNDO = "Ctrl+Z"
REDO = "Ctrl+Shift+Z"
_AT_ONCE = 0.05  # seconds that a press on Step may hold the window
SEEN = 1000
"""Milliseconds for which a run goes on before somebody thinks of pausing it."""
TOO_LATE = 400
"""Milliseconds after the end of such a run in which a press was still meant to pause it."""


class RunControl(Control):
    """The slots of everything that makes the run go on.

    Parameters
    ----------
    looking
        Goes on instead of the run while an earlier row is looked at.
    """

    begun = Signal()
    """Run, Step or Reset was pressed: old messages are over, and nothing is held."""
    advanced = Signal()
    """Steps were taken at once."""
    paused = Signal()
    """A person paused the run."""
    came_late = Signal(str)
    """A press was meant to pause a run that had just ended by itself; what to do, in words."""
    replaced = Signal(str)
    """Another run is active, with a message about it."""
    waits = Signal(str)
    """What waits for torch, in words; empty for nothing."""

    def __init__(self, player: Player, looking: LookControl) -> None:
        super().__init__(player)
        self._looking = looking
        self._waiting = 0
        """Steps that were asked for before torch is loaded."""
        self._going = QElapsedTimer()
        self._going.start()
        self._ended = QElapsedTimer()
        player.paused.connect(self._on_ended)
        player.running_changed.connect(self._report_waiting)

    def toggle_run(self) -> None:
        """Run, or pause; Pause that comes a moment too late does not begin another run."""
        if self._player.running:
            self._player.pause()
            self.paused.emit()
        elif self._session.obstacle() is not None or not finish_typing():
            return
        elif self._ended.isValid() and self._ended.elapsed() < TOO_LATE:
            self._ended.invalidate()
            self.came_late.emit("The run had just ended by itself. Press Run again to go on.")
        else:
            self.run()

    def _on_ended(self) -> None:
        if self._going.elapsed() >= SEEN:
            self._ended.start()

    def run(self, *, undoable: bool = True) -> None:
        """Run to the limit, or to the next one if it has been reached.

        If ``undoable``, undo takes the run back by itself, otherwise together with the last change.
        """
        self.begun.emit()
        self._going.start()
        self._session.aim(undoable=undoable)
        self._player.start()

    def step(self) -> None:
        """Take one update, or look one row on; with Shift one epoch, with Ctrl 100 epochs."""
        held = QApplication.keyboardModifiers()
        if held & Qt.KeyboardModifier.ControlModifier:
            self.go_on(epochs=100)
        elif held & Qt.KeyboardModifier.ShiftModifier:
            self.go_on(epochs=1)
        else:
            self.go_on(steps=1)

    def begin(self) -> None:
        """Do what has waited for torch: the steps in their order, then Run.

        The caller shows the new moment. Run takes its first step at once, since it was pressed long
        ago.
        """
        steps = self._waiting
        self.forget()
        if self._player.running:
            self._session.aim()
            self._session.advance_for(_AT_ONCE, steps or 1, to_limit=not steps)
            if steps:
                self._session.aim()  # they may have reached the limit
            self._player.begin_if_ready()
        elif steps:
            self._session.go_on(by_steps=True)
            taken, obstacle = self._session.advance_for(_AT_ONCE, steps, to_limit=False)
            self._take_the_rest(steps - taken, obstacle)

    def forget(self) -> None:
        """Forget the steps that wait for torch."""
        self._waiting = 0
        self._report_waiting()

    def reset(self) -> None:
        """Go back to the same start."""
        if not finish_typing():
            return
        self._player.pause()
        self.forget()
        self.begun.emit()
        self._ended.invalidate()  # it was ended by this press
        self._session.reset()
        self.replaced.emit(put_aside(self._session))

    def go_on(self, steps: int = 0, epochs: int = 0) -> None:
        """Take some steps, or go on to the end of some epochs, as soon as torch is loaded."""
        if not finish_typing():
            return
        if self._session.ready:
            self._advance(steps or self._session.steps_to_epoch(epochs))
            return
        per_epoch = self._session.settings.steps_per_epoch
        self._waiting += steps or epochs * per_epoch - self._waiting % per_epoch
        self._report_waiting()

    def _report_waiting(self) -> None:
        """Say what waits for torch, unless it is loaded."""
        if self._session.ready:
            return
        said = [counted(self._waiting, "step")] if self._waiting else []
        if self._player.running:
            said.append("then Run" if said else "Run")
        several = len(said) > 1 or self._waiting > 1
        self.waits.emit(f"{' and '.join(said)} wait{'' if several else 's'} for it" if said else "")

    def _advance(self, steps: int) -> None:
        self._player.pause()
        self.begun.emit()
        if self._session.looks_back:
            self._looking.step_on(steps)
            return
        self._session.go_on(by_steps=True)
        taken, obstacle = self._session.advance_for(_AT_ONCE, steps, to_limit=False)
        self.advanced.emit()
        if steps == taken == 1:
            self._looking.parts.play_step(back=False)
        self._take_the_rest(steps - taken, obstacle)

    def _take_the_rest(self, steps: int, obstacle: str | None) -> None:
        """Take the remaining steps in slices, so that the window keeps answering."""
        if steps > 0 and obstacle is None and self._session.ready:
            self._player.start(steps)


def put_aside(session: Session) -> str:
    """Say that another run is active, and how to bring back the trained run that it replaced.

    The text is empty if there was none.
    """
    if session.changes.parted_at is not None:
        return (
            f"From step {session.changes.parted_at:,} this run goes another way: "
            "the earlier run stays in the strip and in the list of runs."
        )
    keys = written(UNDO)
    gone = session.changes.put_aside
    return f"The run of {gone} is put aside: {keys} brings it back." if gone else ""


def way_back(session: Session) -> str:
    """Say how to come back to the race, or to a person's own steps, when they are left now.

    The text is empty where there is nothing to come back to.
    """
    if session.own is not None:
        back = f"Your steps are put aside: {written(UNDO)} brings them back."
        return back if session.own.taken else ""
    back = f"You left the race: {written(UNDO)} brings its stage back."
    return back if session.home is not None else ""
