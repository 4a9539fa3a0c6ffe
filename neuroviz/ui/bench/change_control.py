"""Changing the experiment: settings, data, start, undo, and what a person holds."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import Signal

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.scale_hint import below_limit
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.lazy import LOADING
from neuroviz.core.types import Floats
from neuroviz.ui.bench.player import Control, Player
from neuroviz.ui.bench.run_control import REDO, put_aside, way_back
from neuroviz.ui.canvas.drag import start_at
from neuroviz.ui.controls.commands import written
from neuroviz.ui.controls.form import ExperimentForm
from neuroviz.ui.controls.slider import dragged


class Asks(Protocol):
    """A part of the window that asks for a start, and can say why it is refused."""

    def show_error(self, sentence: str) -> None:
        """Say in one sentence what is wrong with the start that was asked for."""


class ChangeControl(Control):
    """The slots of everything that changes the experiment.

    What is impossible is explained where it was asked for, and everything stays as it was.
    """

    replaced = Signal(str)
    """Another run is active, with a sentence on which trained run has been put aside; empty where
    none has."""
    edited = Signal()
    """The active run goes on with other settings."""
    rate_held = Signal()
    """A person holds a learning rate; nothing has changed yet."""
    previewed = Signal()
    """The moment has changed: it shows the run that would start where a person holds something, or
    no longer does."""
    _here: Floats | None = None
    """(P,): the parameters when a person took hold of something; None while nobody does."""

    def __init__(self, player: Player, form: ExperimentForm) -> None:
        super().__init__(player)
        self._form = form
        self.objection: Callable[[str], str | None] = lambda control: None
        """Returns why a lesson locks a control; None if it does not."""
        form.ruler.slider.sliderReleased.connect(self.settle)

    def change(self, changes: dict[str, object], *, anew: bool = False) -> None:
        """Apply what was changed in the form.

        If that is impossible, the form says why, and everything stays as it was. Another task
        pauses the run, so that it can be looked at before it goes. With ``anew`` the run starts
        again.
        """
        name = next(iter(changes))
        try:
            self._check_free(*changes)
            settings = self._changed(changes)
            left = self._leave_race(settings)
        except SettingsError as error:
            self._refuse(name, str(error))
            return
        if self._hold_rate(settings):
            return
        if "task" in changes:
            self._player.pause()
        self._apply(settings, name, anew=anew, left=left)

    def _check_free(self, *controls: str) -> None:
        """Check that no lesson locks one of these controls; raise SettingsError if it does."""
        for control in controls:
            if reason := self.objection(control):
                raise SettingsError(reason, control)

    @property
    def _experiment(self) -> Settings:
        """The settings that changes apply to; in a race those that it has put aside."""
        return self._session.home or self._session.settings

    def _leave_race(self, then: Settings) -> str:
        """Go back to the experiment that a race has put aside, before other settings take over.

        Return how to come back to the race; empty without one.

        Raises
        ------
        SettingsError
            If those settings cannot start; the race then goes on.
        """
        left = way_back(self._session)
        if self._session.home is not None:
            self._session.check_start(then)
            self._player.pause()
            self._session.end_race(makes_way=True)
            self.replaced.emit("")
        return left

    def _refuse(self, name: str, sentence: str) -> None:
        """Say at a control why its new value is refused, and show the present one again."""
        self._form.show_settings(self._experiment)
        self._form.show_error(name, sentence)

    def _apply(self, settings: Settings, name: str, *, anew: bool = False, left: str = "") -> None:
        try:
            restarted = self._session.apply(settings, merge=dragged(self._form), anew=anew)
        except SettingsError as error:
            self._refuse(name, str(error))
            return
        if restarted:
            self._tell_replaced(left)
        elif left:
            self.replaced.emit(left)
        else:
            self.edited.emit()

    def _hold_rate(self, settings: Settings) -> bool:
        """Show the ghost of a rate that a person holds, and return whether one is held.

        A run that is going is not held up: it goes on with that rate instead.
        """
        session = self._session
        if not session.ready or self._player.running or not dragged(self._form):
            return False
        session.hold(settings)
        self._form.show_held(settings)
        self.rate_held.emit()
        return True

    def settle(self) -> None:
        """Apply the rate that a person has held, and let go of it."""
        held = self._session.held
        if held == self._session.settings:
            self.put_back()
            self.previewed.emit()  # a press that moved nothing changes nothing
        elif held is not None:
            self._session.hold(None)
            self._apply(held, "learning_rate")

    def put_back(self) -> bool:
        """Drop the rate that a person holds; return whether one was held."""
        if self._session.held is None:
            return False
        self._session.hold(None)
        self._form.show_settings(self._session.settings)
        return True

    def _tell_replaced(self, left: str = "") -> None:
        """Tell that another run is active, with how to come back to the race that was left.

        If a trained run was put aside, the message says how to bring it back.
        """
        self.replaced.emit(left or put_aside(self._session))

    def _changed(self, changes: dict[str, object]) -> Settings:
        """Return the settings with changes; another task is opened as the window opens it."""
        if "task" not in changes:
            return self._experiment.replace(**changes)
        beside = {name: value for name, value in changes.items() if name != "task"}
        return Settings.opened(str(changes["task"]), **beside)

    def open_data(self, data: Dataset, asked_by: Asks) -> bool:
        """Start the experiment anew on other data; return whether that worked.

        If it did not, ``asked_by`` shows why.
        """
        try:
            self._check_free("data")
            settings = below_limit(Settings.opened(data=data))
            left = self._leave_race(settings)
            self._player.pause()
            self._session.apply(settings, anew=True)
        except SettingsError as error:
            asked_by.show_error(str(error))
            return False
        self._tell_replaced(left)
        return True

    def as_in_notebook(self) -> None:
        """Start the task anew with the settings of the notebook and of ``neuroviz train``."""
        self._player.pause()
        settings = self._experiment.plain
        left = self._leave_race(settings)
        self._session.apply(settings, anew=True)
        self._tell_replaced(left)

    def type_start(self) -> None:
        """Take the parameters of the row that is looked at as the start."""
        parameters = self._session.frame().parameters
        if parameters is None:
            self._form.show_settings(self._session.settings)
            self._form.show_error("init", LOADING)
            return
        self.change(start_at(parameters))

    def type_weight(self, index: int, value: float, asked_by: Asks) -> None:
        """Start a new run with one parameter changed."""
        parameters = self._session.frame().parameters
        assert parameters is not None
        values = parameters.copy()
        values[index] = value
        self.start_at(values, asked_by, "weights")

    def start_at(self, parameters: Floats, asked_by: Asks, control: str = "ball") -> None:
        """Start a new run from parameters (P,), unless a lesson locks ``control``.

        If that is impossible, ``asked_by`` shows why.
        """
        try:
            self._check_free(control)
            settings = self._experiment.replace(**start_at(parameters))
            left = self._leave_race(settings)
            restarted = self._session.apply(settings)
        except SettingsError as error:
            asked_by.show_error(str(error))
            return
        if restarted:
            self._tell_replaced(left)

    def hold(self, changes: dict[str, object] | None, asked_by: Asks) -> None:
        """Show the run that these changes would start, while a person holds them.

        With None the present run is shown again.
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

    def drop(self, changes: dict[str, object], asked_by: Asks, said: str = "") -> None:
        """Start a new run with the changes that a person held, or drew.

        Everything is put back if that is impossible, or if what was held is where it was before.
        Undo names it as ``said``, unless it was data.
        """
        if self._here is not None and changes == start_at(self._here):
            self._let_go()
            self.previewed.emit()
            return
        try:
            if "data" in changes:
                self._check_free("data")
            settings = self._session.settings.replace(**changes)
            if said and "data" not in changes:
                self._session.start(settings, said)
            else:
                self._session.apply(settings)
        except SettingsError as error:
            self._let_go()
            self.previewed.emit()
            asked_by.show_error(str(error))
            return
        self._let_go()  # not before: the run that goes on now is the new one
        self._tell_replaced()

    def _let_go(self) -> None:
        self._session.preview(None)
        self._here = None
        self._player.hold(False)

    def _as_it_stands(self, changes: dict[str, object]) -> dict[str, object]:
        """Return changes of the data with the parameters of when they were taken hold of.

        Other changes are returned as they are.
        """
        if "weights" in changes or self._here is None or self._session.looked_at == 0:
            return changes
        return {**changes, **start_at(self._here)}

    def new_seed(self) -> None:
        """Draw another start."""
        changes: dict[str, object] = {"seed": random.randint(0, 9999)}
        if self._session.settings.init is None:
            changes["init"] = "uniform"
        self.change(changes)

    def undo(self) -> None:
        """Undo the last change."""
        undone = self._session.changes.label
        self._player.pause()
        self._session.undo()
        again = written(REDO)
        self.replaced.emit(f"Undone: {undone}. {again} redoes it." if undone else "")

    def redo(self) -> None:
        """Make the change again that was undone."""
        again = self._session.changes.redo_label
        self._player.pause()
        self._session.redo()
        self.replaced.emit(f"Done again: {again}." if again else "")
