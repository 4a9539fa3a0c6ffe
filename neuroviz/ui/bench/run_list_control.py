"""The list of runs: pin, rename, show, delete, go to, bring back, and race."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Signal

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.settings import Settings
from neuroviz.session.own_steps import OwnSteps
from neuroviz.ui.bench.player import Control
from neuroviz.ui.bench.run_control import UNDO, way_back
from neuroviz.ui.controls.commands import written


class RunListControl(Control):
    """The slots of everything that a person does to the list of runs.

    The player is paused before another run becomes active.
    """

    changed = Signal()
    """The list has changed; the active run has not."""
    replaced = Signal(str)
    """Another run is active, with a message about it."""
    reported = Signal(str)
    """What was done, or why it could not be done."""

    def pin(self) -> None:
        """Keep the active run in the list."""
        self._session.pin()
        name = next(run.name for run in self._session.frame().runs if run.active)
        self.changed.emit()
        self.reported.emit(f"{name} is kept: in the plots, in the strip and in the list of runs.")

    def rename(self, number: int, name: str) -> None:
        """Rename a run."""
        self._session.rename(number, name)
        self.changed.emit()

    def write_note(self, text: str) -> None:
        """Keep the note that a person has written about the session."""
        self._session.note = text

    def show_run(self, number: int, visible: bool) -> None:
        """Draw a run, or hide it."""
        self._session.show_run(number, visible=visible)
        self.changed.emit()

    def delete(self, number: int) -> None:
        """Delete a run from the list; in a race another becomes active if it was the active one."""
        before = self._session.number
        name = self._session.runs.find(number).name
        self._session.delete(number)
        self._tell(before, f"{name} is deleted: {written(UNDO)} brings it back.")

    def end_race(self) -> None:
        """Leave the race, so that only the active run goes on, or the one that it put aside."""
        self._player.pause()
        before = self._session.number
        left = way_back(self._session)
        self._session.end_race()
        self._tell(before, left)

    def _tell(self, before: int, message: str = "") -> None:
        """Tell that the list has changed, or that another run is active, with a message."""
        if self._session.number != before:
            self.replaced.emit(message)
            return
        self.changed.emit()
        if message:
            self.reported.emit(message)

    def take_own(self, own: OwnSteps | None) -> None:
        """Take the present state of a person's own steps; None ends them."""
        self._player.pause()
        if own is not None:
            self._session.take_own(own)
            self.changed.emit()
        elif self._session.own is not None:  # else a lesson may have turned the page already
            self.end_race()

    def make_way(self) -> None:
        """End a person's own steps, if there are any, for a run that goes on."""
        if self._session.own is not None:
            left = way_back(self._session)
            self._session.end_race(makes_way=True)
            self.reported.emit(left)

    def bring_back(self, number: int) -> None:
        """Start a run with the settings of a run in the list."""
        self._replace(partial(self._session.bring_back, number))

    def go_to(self, number: int) -> None:
        """Let a run in the list go on from where it stands."""
        self._replace(partial(self._session.go_to, number))

    def _replace(self, replace: Callable[[], None]) -> bool:
        """Make another run active; return whether that was possible."""
        self._player.pause()
        try:
            replace()
        except SettingsError as error:
            self.reported.emit(str(error))
            return False
        self.replaced.emit("")
        return True

    def race(self, race_runs: Sequence[tuple[str, Settings]], *, beside: bool = False) -> bool:
        """Put several runs at one start, to go in lockstep; return whether that was possible.

        With ``beside`` the active run is put aside, and comes back when the race is left.
        """
        return self._replace(partial(self._session.race, race_runs, beside=beside))
