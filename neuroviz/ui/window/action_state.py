"""Which actions can be pressed at a moment, and what they say they would do."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from PySide6.QtGui import QAction

from neuroviz.session.frame import Frame
from neuroviz.session.session import Session
from neuroviz.ui.window.actions import Actions
from neuroviz.ui.window.player import Player
from neuroviz.ui.window.transport import Transport

_CONTROLS = {
    "panel": "panel",
    "run": "run",
    **dict.fromkeys(("step", "step_epoch", "step_100_epochs"), "step"),
    "part": "parts",
    "reset": "reset",
    **dict.fromkeys(("undo", "redo"), "undo"),
    "new_seed": "seed",
    "sweep": "sweep",
    "race": "race",
    "pin": "pin",
    "you_optimize": "own_steps",
    **dict.fromkeys(("draw_data", "data_table", "paste_data", "open_data", "new_data"), "data"),
}
"""The control of a lesson that each action belongs to; the others only look, or take something away."""
_TELLING = ("export_", "copy_", "animation", "report", "step_back", "part_back", "now")
"""How the names of actions begin that write down what there is to see, or look at another moment."""


@dataclass(frozen=True)
class _Lock:
    """Why an action cannot be pressed, and what it said and whether it could be before."""

    reason: str
    tip: str
    enabled: bool


class ActionState:
    """Shows a moment in the actions and in the bar on top."""

    def __init__(self, session: Session, player: Player, acts: Actions, transport: Transport) -> None:
        self._session = session
        self._player = player
        self._acts = acts
        self._transport = transport
        self._locked: dict[QAction, _Lock] = {}
        """What stands still while a lesson is open."""

    def lock_all_but(self, free: Collection[str], reason: str, withheld: str = "") -> None:
        """Lock the actions that would change or move the run, but those of these controls.

        Parameters
        ----------
        free
            Controls whose actions can be pressed.
        reason
            Why the others cannot.
        withheld
            Why nothing can be exported, and no other moment looked at; empty where it can.
        """
        self.unlock()
        for action in self._acts.all:
            name = action.objectName().removeprefix("action_")
            control = _CONTROLS.get(name)
            if control is not None and control not in free:
                self._lock(action, reason)
            elif withheld and name.startswith(_TELLING):
                self._lock(action, withheld)
        self._keep_locked()

    def unlock(self) -> None:
        """Let all actions be pressed again."""
        for action, lock in self._locked.items():
            action.setToolTip(lock.tip)
            action.setEnabled(lock.enabled)
        self._locked.clear()

    def _lock(self, action: QAction, reason: str) -> None:
        self._locked[action] = _Lock(reason, action.toolTip(), action.isEnabled())

    def _keep_locked(self) -> None:
        for action, lock in self._locked.items():
            action.setEnabled(False)
            action.setToolTip(lock.reason)

    def show_frame(self, frame: Frame) -> None:
        """Show a moment."""
        self._transport.show_rate(self._player.rate(), frame.settings.steps_per_epoch)
        obstacle = self._session.obstacle()
        acts = self._acts
        acts.offer_undo(frame.undo_label, frame.redo_label)
        for action in (acts.run, acts.step, acts.step_epoch, acts.step_100):
            action.setEnabled(obstacle is None)
        acts.step_back.setEnabled(frame.step > 0)
        acts.part_back.setEnabled(frame.step > 0 or frame.phase is not None)
        acts.part.setEnabled(frame.rows is not None and (obstacle is None or frame.phase != "backward"))
        acts.now.setEnabled(frame.looks_back or frame.phase is not None)
        acts.pin.setEnabled(all(not run.active for run in frame.runs))
        acts.run.setToolTip(obstacle or self._what_run_does(frame))
        acts.step.setToolTip(obstacle or "One update (F8); with Shift one epoch, with Ctrl 100 epochs")
        self._keep_locked()

    def _what_run_does(self, frame: Frame) -> str:
        if self._player.running:
            return "Pause (Space)"
        if frame.looks_back:
            return f"Run from step {frame.step:,}, in a branch (Space)"
        on = " on" if frame.newest_step else ""
        return f"Run{on} to {self._session.goal} (Space)"
