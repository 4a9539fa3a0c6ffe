"""The ghost: the run that would follow what a person holds, looked ahead at a little at a time."""

from __future__ import annotations

from PySide6.QtCore import Signal

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.hyperparameters import LEARNING_RATE
from neuroviz.ui.bench.player import Control, Player
from neuroviz.ui.canvas.jobs import one_shot
from neuroviz.ui.controls.form import ExperimentForm
from neuroviz.ui.controls.slider import dragged

_AT_ONCE, _ALONE, _LATER = 0.004, 0.006, 0.012
"""Seconds of looking ahead: with a move that other things follow, with one that nothing else
follows, and in each turn while the hand rests."""
_HAND_RESTS = 50
"""Milliseconds after a move is painted until the hand counts as resting; a moving hand never
waits."""
_KEY = 600
"""Milliseconds for which a number that a key changed counts as held."""


class GhostControl(Control):
    """Keeps the ghost in step with what is held or has just been dropped, or forgets it."""

    changed = Signal()
    """The ghost goes further, or is gone."""
    beside_changed = Signal()
    """The ghost's neighbours go further."""
    silent = False
    """Whether there is no ghost, since it would give away what a lesson asks or a person is to
    find."""
    _by_rate = False
    _moves = False
    """Whether the last move has not been painted yet."""

    def __init__(self, player: Player, form: ExperimentForm) -> None:
        super().__init__(player)
        self._form = form
        self._timer = one_shot(self, self._go_on)
        self._key_rests = one_shot(self, self._on_key_rests, _KEY)
        form.ruler.slider.sliderReleased.connect(self.let_go)

    def show(self, *, by_rate: bool = False) -> None:
        """Look ahead from what is held, and with nearby rates where that is the rate."""
        self._timer.stop()
        self._by_rate = by_rate
        if self.silent:
            self._session.ghosts.forget()
            return
        try:
            self._session.look_ahead(_ALONE if by_rate else _AT_ONCE)
        except SettingsError:
            self._session.ghosts.forget()
            return
        self._moves = True
        self._timer.start(0)

    def follow(self) -> None:
        """Look ahead again after a change that is about to be shown, if the form still holds it.

        The ghost stays if it is the run that now goes on, and is forgotten after any other change.
        """
        ghosts = self._session.ghosts
        name = self._form.number_in_hand
        if ghosts.follows(self._session.run):
            ghosts.let_go()  # the run has become what was held
        elif name:
            self.show(by_rate=name == LEARNING_RATE.name)
            if not dragged(self._form):
                self._key_rests.start()
        else:
            self._timer.stop()
            ghosts.forget()

    def let_go(self) -> None:
        """Leave the ghost there, faint; only a short one still goes on to its end."""
        self._session.ghosts.let_go()
        self.changed.emit()
        if self._session.ghosts.is_short:
            self._timer.start(0)
        else:
            self._timer.stop()

    def wait_for_run(self) -> None:
        """Look no further ahead while a run goes on, unless a person holds something."""
        ghost = self._session.ghosts.ghost
        if ghost is not None and not ghost.held:
            self._timer.stop()

    def forget(self) -> None:
        """Show no ghost."""
        self._timer.stop()
        if self._session.ghosts.ghost is not None:
            self._session.ghosts.forget()
            self.changed.emit()

    def _on_key_rests(self) -> None:
        if not dragged(self._form):
            self.let_go()

    def _go_on(self) -> None:
        ghosts = self._session.ghosts
        if ghosts.ghost is None:
            return
        if self._moves:
            self._moves = False
            self._timer.start(_HAND_RESTS)
            return
        beside = self._by_rate and ghosts.ghost.held
        if not ghosts.ghost.ahead.ends:
            more = ghosts.go_on(_LATER) or beside
            self.changed.emit()
        else:
            more = beside and ghosts.go_on_beside(_LATER)
            self.beside_changed.emit()
        if more:
            self._timer.start(0)
