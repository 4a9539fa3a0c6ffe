"""Offers: which actions can be pressed at a moment, and what they say they would do."""

from __future__ import annotations

from neuroviz.session.frame import Frame
from neuroviz.session.session import Session
from neuroviz.ui.window.actions import Actions
from neuroviz.ui.window.player import Player
from neuroviz.ui.window.transport import Transport

__all__ = ["Offers"]


class Offers:
    """Shows a moment in the actions and in the bar on top.

    Parameters
    ----------
    session, player
        Know what can be done.
    acts, transport
        Show it.
    """

    def __init__(self, session: Session, player: Player, acts: Actions, transport: Transport) -> None:
        self._session = session
        self._player = player
        self._acts = acts
        self._transport = transport

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

    def _what_run_does(self, frame: Frame) -> str:
        if self._player.running:
            return "Pause (Space)"
        if frame.looks_back:
            return f"Run from step {frame.step:,}, in a branch (Space)"
        on = " on" if frame.newest_step else ""
        return f"Run{on} to {self._session.goal} (Space)"
