"""What would follow what is held: looked ahead at while a hand is on it, faint after that."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.hyperparameters import LEARNING_RATE
from neuroviz.session.session import Session
from neuroviz.ui.canvas.jobs import one_shot
from neuroviz.ui.controls.form import ExperimentForm
from neuroviz.ui.controls.slider import dragged

_AT_ONCE, _ALONE, _LATER = 0.004, 0.006, 0.012
"""Seconds of looking ahead with a move of the hand, with one under which nothing else moves, and in
each turn while it rests."""


_HAND_RESTS = 50
"""Milliseconds after a move is painted from which on the hand rests: one that moves never waits."""


_KEY = 600
"""Milliseconds after a key for which what it changed counts as held."""


class GhostControl(QObject):
    """Keeps the ghost true: of what is held, of what was dropped, or none."""

    changed = Signal()
    """There is more of it, or none any more."""
    beside_changed = Signal()
    """There is more of its neighbours."""

    def __init__(self, session: Session, form: ExperimentForm, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._form = form
        self.silent = False
        """Whether it would tell what a lesson asks, or what a person is to find alone."""
        self._by_rate = False
        self._moves = False
        """Whether the last move has not been painted yet."""
        self._timer = one_shot(self, self._go_on)
        self._key_rests = one_shot(self, self._on_key_rests, _KEY)
        form.ruler.slider.sliderReleased.connect(self.let_go)

    def show(self, *, by_rate: bool = False) -> None:
        """Look ahead from what is shown and held, and beside it where that is the rate."""
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
        """Look ahead again after a change that is about to be shown: while the form is held.

        Else what was held is let go, or was something else.
        """
        ghosts = self._session.ghosts
        name = self._form.number_in_hand
        if ghosts.follows(self._session.run):
            ghosts.let_go()  # the run is what was held
        elif name:
            self.show(by_rate=name == LEARNING_RATE.name)
            if not dragged(self._form):
                self._key_rests.start()
        else:
            self._timer.stop()
            ghosts.forget()

    def let_go(self) -> None:
        """Leave it there, faint; a short one goes on to its end, and nothing after that."""
        self._session.ghosts.let_go()
        self.changed.emit()
        if self._session.ghosts.is_short:
            self._timer.start(0)
        else:
            self._timer.stop()

    def wait_for_run(self) -> None:
        """Look no further ahead while a run goes on, unless a hand holds something."""
        ghost = self._session.ghosts.ghost
        if ghost is not None and not ghost.held:
            self._timer.stop()

    def forget(self) -> None:
        """Show none."""
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
