"""Which actions can be pressed at a moment, and what their tooltips say."""

from __future__ import annotations

from collections.abc import Callable, Collection

from neuroviz.core.diagnosis.sentences import FLAT_STEP
from neuroviz.session.frame import Frame
from neuroviz.ui.bench.player import Player
from neuroviz.ui.bench.view_grid import COUNTS
from neuroviz.ui.controls.commands import Commands, written
from neuroviz.ui.panels.status_bar import EMPTY_PLANE

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
    **dict.fromkeys(("large_loss", *COUNTS), "plots"),
    **dict.fromkeys(
        ("draw_data", "add_input", "data_table", "paste_data", "open_data", "new_data"), "data"
    ),
}
"""Action -> the control of a lesson that it belongs to; actions that are not here only look, or
export something."""
CONTROLS = frozenset(_CONTROLS.values())
STEP_TIP = "One update (F8); with Shift one epoch, with Ctrl 100 epochs"
_WRITING = ("export_", "copy_", "film", "report", "page")
"""Beginnings of the names of actions that write down what is shown."""
_AT_START = "This is the start of the run."
_LOOKING = ("step_back", "part_back", "now")
"""Names of the actions that look at another moment."""


class ActionState:
    """Shows in the actions what is possible at a moment.

    Parameters
    ----------
    empty
        Returns whether an empty plane is shown, which hides the data of the run.
    """

    def __init__(self, player: Player, commands: Commands, empty: Callable[[], bool]) -> None:
        self._empty = empty
        self._player = player
        self._commands = commands

    def lock_all_but(
        self, free: Collection[str], reason: str, withheld: str = "", unwritten: str = ""
    ) -> None:
        """Lock the actions that would change or move the run, except those of some controls.

        Parameters
        ----------
        free
            The controls whose actions stay free.
        reason
            Why the others are locked.
        withheld
            Why no other moment can be looked at and nothing exported; empty where both can be done.
        unwritten
            Why nothing can be exported, where other moments can be looked at.
        """
        locked: dict[str, str] = {}
        for name in self._commands:
            control = _CONTROLS.get(name)
            if control is not None and control not in free:
                locked[name] = reason
            elif withheld and name.startswith(_LOOKING):
                locked[name] = withheld
            elif (withheld or unwritten) and name.startswith(_WRITING):
                locked[name] = withheld or unwritten
        self._commands.lock(locked)

    def show_frame(self, frame: Frame) -> None:
        """Enable and name the actions for a moment."""
        obstacle = EMPTY_PLANE if self._empty() else self._player.session.obstacle()
        offer = self._commands.offer
        self._offer_change("undo", "&Undo", frame.undo_label)
        self._offer_change("redo", "&Redo", frame.redo_label)
        offer("run", obstacle, "" if obstacle else self._what_run_does(frame))
        for name in ("step", "step_epoch", "step_100_epochs"):
            offer(name, obstacle)
        offer("step_back", None if frame.step > 0 else _AT_START)
        back = frame.step > 0 or frame.phase is not None
        in_race = "A race shows only whole steps."
        offer("part_back", _AT_START if not back else None if frame.race is None else in_race)
        goes_on = (
            frame.rows is not None
            and not self._empty()
            and (obstacle is None or frame.phase != "backward")
        )
        offer("part", None if goes_on else obstacle or "Nothing is computed yet.")
        rests_at = frame.selection  # what is under the pointer is looked at only meanwhile
        away = rests_at.step is not None or rests_at.phase is not None
        offer("now", None if away else "This is the newest step.")
        stage = "In a race its stage fills the middle."
        offer("large_loss", None if frame.race is None else stage)
        trainable = frame.settings.activation_entry.trainable
        offer("you_optimize", None if trainable else FLAT_STEP)
        listed = any(run.active for run in frame.runs)
        offer("pin", "The present run is already in the list." if listed else None)

    def _offer_change(self, name: str, word: str, label: str | None) -> None:
        """Name what can be undone or done again; None for nothing."""
        action = self._commands[name]
        text = f"{word}: {label}" if label else word
        if action.text() != text:  # this also resets the tooltip
            action.setText(text)
        tip = f"{text.replace('&', '', 1)} ({written(action.shortcut())})" if label else ""
        self._commands.offer(name, None if label else f"There is nothing to {name}.", tip)

    def _what_run_does(self, frame: Frame) -> str:
        if self._player.running:
            return "Pause (Space)"
        if frame.looks_back and frame.race is None:
            return f"Run from step {frame.step:,}, in a branch (Space)"
        on = " on" if frame.newest_step else ""
        return f"Run{on} to {self._player.session.goal} (Space)"
