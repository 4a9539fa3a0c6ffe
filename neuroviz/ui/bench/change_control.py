"""Changing the experiment: what form, tables, landscape and menus ask for, and the way back."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.scale_hint import opened_on
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.lazy import LOADING
from neuroviz.core.numbers import MAX_SEED
from neuroviz.core.types import Floats
from neuroviz.session.session import Session
from neuroviz.ui.bench.player import Player
from neuroviz.ui.bench.run_control import REDO, put_aside
from neuroviz.ui.canvas.drag import start_at
from neuroviz.ui.controls.commands import written
from neuroviz.ui.controls.form import ExperimentForm
from neuroviz.ui.controls.slider import dragged

_LEFT = "The race is left; its runs stay in the list."
"""Told where undo brings back the change alone: of a run that goes on with another number."""


class Asks(Protocol):
    """A part of the window that asks for a start, and can say why it cannot be."""

    def show_error(self, sentence: str) -> None:
        """Say in one sentence what is wrong with the start that was asked for."""


class ChangeControl(QObject):
    """The slots of everything that changes the experiment.

    What cannot be is said where it was asked for, and everything stays as it was.
    """

    replaced = Signal(str)
    """Another run is the active one; which run with steps in it has gone,
    in a sentence, empty where none has."""
    edited = Signal()
    """The active run goes on with other settings."""
    rate_held = Signal()
    """A hand holds a learning rate: nothing has changed yet."""
    previewed = Signal()
    """The moment is another:
    what a run would be that starts where a person holds something, or none any more."""

    def __init__(
        self, session: Session, player: Player, form: ExperimentForm, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._player = player
        self._form = form
        self.objection: Callable[[str], str | None] = lambda control: None
        """Returns why a control is locked, None if it is not; a lesson locks some."""
        form.ruler.slider.sliderReleased.connect(self.settle)
        self._here: Floats | None = None
        """(P,): where the run stood when a person took hold of something; None while nobody
        does."""

    def change(self, changes: dict[str, object], *, anew: bool = False) -> None:
        """Take what was changed in the form.

        What cannot be is said there, and everything stays as it was. Another task pauses the run:
        it is to be looked at before it goes. With ``anew`` the run starts again.
        """
        name = next(iter(changes))
        locked = next((reason for name in changes if (reason := self.objection(name))), None)
        if locked is not None:
            self._refuse(name, locked)
            return
        in_race = self._session.home is not None and self._session.own is None
        try:
            settings = self._changed(changes)
            self._leave_race(settings)
        except SettingsError as error:
            self._refuse(name, str(error))
            return
        if self._hold_rate(settings):
            return
        if "task" in changes:
            self._player.pause()
        self._apply(settings, name, anew=anew, in_race=in_race)

    @property
    def _experiment(self) -> Settings:
        """What is changed: the experiment that a race has put aside, where one has."""
        return self._session.home or self._session.settings

    def _leave_race(self, then: Settings) -> None:
        """Go back to the experiment that a race has put aside, before other settings take over.

        Raises
        ------
        SettingsError
            If they cannot start; the race goes on then.
        """
        if self._session.home is not None:
            self._session.check_start(then)
            self._player.pause()
            self._session.end_race(makes_way=True)
            self.replaced.emit("")

    def _refuse(self, name: str, sentence: str) -> None:
        """Say at a control why what was chosen there cannot be, and show again what is."""
        self._form.show_settings(self._experiment, ready=self._session.ready)
        self._form.show_error(name, sentence)

    def _apply(
        self, settings: Settings, name: str, *, anew: bool = False, in_race: bool = False
    ) -> None:
        try:
            restarted = self._session.apply(settings, merge=dragged(self._form), anew=anew)
        except SettingsError as error:
            self._refuse(name, str(error))
            return
        if restarted:
            self._tell_replaced()
        elif in_race:
            self.replaced.emit(_LEFT)
        else:
            self.edited.emit()

    def _hold_rate(self, settings: Settings) -> bool:
        """Show what would follow a rate that a hand holds, and return whether one does.

        Where the run goes on all the while, it goes on with that rate instead.
        """
        session = self._session
        if not session.ready or self._player.running or not dragged(self._form):
            return False
        session.hold(settings)
        self._form.show_held(settings)
        self.rate_held.emit()
        return True

    def settle(self) -> None:
        """Go on with the rate that a hand has held, and let go."""
        held = self._session.held
        if held == self._session.settings:
            self.put_back()
            self.previewed.emit()  # nothing follows from a press that moved nothing
        elif held is not None:
            self._session.hold(None)
            self._apply(held, "learning_rate")

    def put_back(self) -> bool:
        """Leave the rate that a hand holds as it was; return whether one was held."""
        if self._session.held is None:
            return False
        self._session.hold(None)
        self._form.show_settings(self._session.settings, ready=True)
        return True

    def _tell_replaced(self) -> None:
        """Tell that another run is there.

        A person who has lost one by it is told how that comes back.
        """
        self.replaced.emit(put_aside(self._session))

    def _changed(self, changes: dict[str, object]) -> Settings:
        """Return the settings with changes; another task is one as the window opens it."""
        if "task" not in changes:
            return self._experiment.replace(**changes)
        beside = {name: value for name, value in changes.items() if name != "task"}
        return Settings.opened(str(changes["task"]), **beside)

    def open_data(self, data: Dataset, asked_by: Asks) -> bool:
        """Start the experiment on other data anew, as the window opens them.

        Return whether it could be. Who asked shows why it cannot be.
        """
        if reason := self.objection("data"):
            asked_by.show_error(reason)
            return False
        try:
            settings = opened_on(data)
            self._leave_race(settings)
            self._player.pause()
            self._session.apply(settings, anew=True)
        except SettingsError as error:
            asked_by.show_error(str(error))
            return False
        self._tell_replaced()
        return True

    def as_in_notebook(self) -> None:
        """Start the task anew as the notebook has it, and ``neuroviz train``."""
        self._player.pause()
        settings = self._experiment.plain
        self._leave_race(settings)
        self._session.apply(settings, anew=True)
        self._tell_replaced()

    def type_start(self) -> None:
        """Take the parameters at the row that is looked at as the start."""
        parameters = self._session.frame().parameters
        if parameters is None:
            self._form.show_settings(self._session.settings, ready=False)
            self._form.show_error("init", LOADING)
            return
        self.change(start_at(parameters))

    def type_weight(self, index: int, value: float, asked_by: Asks) -> None:
        """Start a new run with another value of one parameter."""
        parameters = self._session.frame().parameters
        assert parameters is not None
        values = parameters.copy()
        values[index] = value
        self.start_at(values, asked_by, "weights")

    def start_at(self, parameters: Floats, asked_by: Asks, control: str = "ball") -> None:
        """Start a new run from parameters (P,), where a lesson has not locked that control.

        Who asked for it shows why it cannot be.
        """
        if reason := self.objection(control):
            asked_by.show_error(reason)
            return
        try:
            settings = self._experiment.replace(**start_at(parameters))
            self._leave_race(settings)
            restarted = self._session.apply(settings)
        except SettingsError as error:
            asked_by.show_error(str(error))
            return
        if restarted:
            self._tell_replaced()

    def hold(self, changes: dict[str, object] | None, asked_by: Asks) -> None:
        """Show what a run with these changes would be, as long as a person holds them.

        None for what there was.
        """
        if changes is None:
            self._let_go()
            self.previewed.emit()
            return
        self._player.hold(True)
        if self._here is None:
            self._here = self._session.frame().parameters
        try:
            settings = self._session.settings
            stands = self._as_it_stands(changes)
            then = None if stands is changes else settings.replace(**changes)
            self._session.preview(settings.replace(**stands), then)
        except SettingsError as error:
            asked_by.show_error(str(error))
            return
        self.previewed.emit()

    def drop(self, changes: dict[str, object], asked_by: Asks, moved: str = "") -> None:
        """Start a new run with the changes that a person held, or drew.

        What cannot be puts everything back, and so does what was brought back to where it was. Undo
        says what was moved, where that is no data.
        """
        if self._here is not None and changes == start_at(self._here):
            self._let_go()
            self.previewed.emit()
            return
        try:
            if "data" in changes and (reason := self.objection("data")):
                raise SettingsError(reason, "data")
            settings = self._session.settings.replace(**changes)
            if moved and "data" not in changes:
                self._session.start(settings, f"{moved} moved")
            else:
                self._session.apply(settings)
        except SettingsError as error:
            self._let_go()
            self.previewed.emit()
            asked_by.show_error(str(error))
            return
        self._let_go()  # only now: what goes on is the new run
        self._tell_replaced()

    def _let_go(self) -> None:
        self._session.preview(None)
        self._here = None
        self._player.hold(False)

    def _as_it_stands(self, changes: dict[str, object]) -> dict[str, object]:
        """Return changes with the parameters of where the run stood when they were taken hold of.

        To other data.
        """
        if "weights" in changes or self._here is None or self._session.looked_at == 0:
            return changes
        return {**changes, **start_at(self._here)}

    def new_seed(self) -> None:
        """Draw another start."""
        changes: dict[str, object] = {"seed": random.randint(0, min(MAX_SEED, 9999))}
        if self._session.settings.init is None:
            changes["init"] = "uniform"
        self.change(changes)

    def undo(self) -> None:
        """Bring back what was before the last change."""
        undone = self._session.changes.label
        self._player.pause()
        self._session.undo()
        again = written(REDO)
        self.replaced.emit(f"Undone: {undone}. {again} does it again." if undone else "")

    def redo(self) -> None:
        """Make the undone change again."""
        again = self._session.changes.redo_label
        self._player.pause()
        self._session.redo()
        self.replaced.emit(f"Done again: {again}." if again else "")
