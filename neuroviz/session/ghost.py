"""Ghost: the run that would follow what a person holds, in no history, file or undo."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.settings import Settings
from neuroviz.core.model.rounding import loss_said
from neuroviz.core.numbers import with_real_minus
from neuroviz.core.training.look_ahead import Ahead, LookAhead
from neuroviz.core.types import Floats
from neuroviz.session.going import next_limits
from neuroviz.session.run import SessionRun

FAINT = 0.3
"""Opacity of a ghost that was let go."""


@dataclass(frozen=True, eq=False)
class Ghost:
    """What is seen of it."""

    ahead: Ahead
    held: bool = True
    """Whether what it follows from is held still."""

    @property
    def opacity(self) -> float:
        """How much of it is seen, 0 … 1."""
        return 1.0 if self.held else FAINT

    @cached_property
    def curve(self) -> tuple[Floats, Floats]:
        """Epochs and losses (m,), of what has a loss."""
        known = np.isfinite(self.ahead.losses)
        return self.ahead.epochs[known], self.ahead.losses[known]

    @property
    def said(self) -> str:
        """Where it ends, in a few words."""
        ahead = self.ahead
        if ahead.stopped is not None:
            return f"blows up at step {ahead.stopped.step:,}"
        losses = self.curve[1]
        if not len(losses):
            return ""
        loss = with_real_minus(loss_said(ahead.settings, float(losses[-1])))
        return loss if ahead.ends else f"{loss} to epoch {ahead.epochs[-1]:,.0f} so far"


class GhostMaker:
    """Looks ahead from where a run is looked at, a little at a time."""

    def __init__(self) -> None:
        self.ghost: Ghost | None = None
        self._look_ahead = LookAhead()
        self._of: tuple[Settings, tuple[Edit, ...]] | None = None
        """The settings at the start and the edits of the run that it shows."""

    def begin(self, run: SessionRun, step: int, seconds: float) -> None:
        """Stand at a row of a run, and look ahead for so long; there is none where it has ended."""
        trainer = run.prepare()
        rows = trainer.history.rows()
        settings = run.settings_with_limits()
        made = tuple(edit for edit in run.edits if edit.step <= step)
        start = rows.kept_before(step) if step else None
        if start is not None and start.step != step:
            self.forget()  # a row that has to be computed again: no hand waits for that
            return
        per_epoch = settings.steps_per_epoch
        epochs = run.shown.epochs
        if step >= epochs * per_epoch:
            epochs = next_limits([run]).epochs
        loss_before = float(rows.until(start).last_loss[1]) if start is not None else np.inf
        self._look_ahead.begin(settings, made, start, epochs * per_epoch, loss_before)
        self._of = settings, made
        self.ghost = Ghost(self._look_ahead.advance_for(seconds))

    def go_on(self, seconds: float) -> bool:
        """Look further ahead for so long; return whether there is more to come."""
        if self.ghost is None or self.ghost.ahead.ends:
            return False
        self.ghost = replace(self.ghost, ahead=self._look_ahead.advance_for(seconds))
        return not self.ghost.ahead.ends

    def let_go(self) -> None:
        """Leave it there, faint."""
        if self.ghost is not None:
            self.ghost = replace(self.ghost, held=False)

    def forget(self) -> None:
        """Show none."""
        self.ghost = self._of = None

    def follows(self, run: SessionRun) -> bool:
        """Return whether it is what would follow, or has followed, in a run."""
        if self._of is None:
            return False
        settings, made = self._of
        start = run.settings_with_limits()
        return run.edits == made and start.defining == settings.defining
