"""Ghost: the run that would follow what a person holds; it is in no history, file or undo."""

from __future__ import annotations

import math
from functools import cached_property

import numpy as np
from msgspec.structs import replace

from neuroviz.core.choices.edits import Edit, Edits, edits_to, settings_at, split
from neuroviz.core.choices.settings import Settings
from neuroviz.core.model.rounding import loss_said
from neuroviz.core.training.block import Row
from neuroviz.core.training.look_ahead import Ahead, LookAhead
from neuroviz.core.types import Floats, Unique
from neuroviz.session.going import next_limits
from neuroviz.session.run import SessionRun

_FAINT = 0.3
"""Opacity of a ghost that was let go."""
_RATE = "learning_rate"
_PER_DECADE = 20
"""Neighbouring rates to a power of ten."""
_BESIDE = 10
"""Neighbouring rates below the one that is held, and as many above it, that are looked ahead
with."""
_LOST = 1e3
"""Times the loss at the start from which a run is said to blow up."""
_SPIKE = 2.0
"""Times the larger of the losses at both ends from which a peak between them is mentioned."""
_RISE = ("rise to", "blow up, to")
_RISEN = ("rises to", "blows up, to")
_SHORT = 20_000
"""Steps up to which neighbouring rates are looked ahead with."""


class Ghost(Unique):
    """What is shown of a ghost."""

    ahead: Ahead
    held: bool = True
    """Whether what it follows from is still held."""
    neighbours: tuple[Ahead, ...] = ()
    """What would follow with learning rates beside the one that is held."""

    @property
    def opacity(self) -> float:
        """How opaque it is drawn, 0 … 1."""
        return 1.0 if self.held else _FAINT

    @cached_property
    def curve(self) -> tuple[Floats, Floats]:
        """Epochs and losses (m,), where there is a finite loss."""
        return _curve(self.ahead)

    def beside(self, *, blows_up: bool) -> tuple[Floats, Floats]:
        """Return epochs and losses (m,) of the neighbours that rise, or of the others.

        A neighbour rises if it ends higher than it begins, or is not finite. NaN separates the
        curves.
        """
        curves = [_curve(each) for each in self.neighbours if _rises(each) is blows_up]
        parts = [(np.append(x, np.nan), np.append(y, np.nan)) for x, y in curves]
        epochs, losses = zip(*parts, strict=True) if parts else ((np.empty(0),), (np.empty(0),))
        return np.concatenate(epochs), np.concatenate(losses)

    @property
    def _loss(self) -> str:
        """The last known loss in words; empty inside the first epoch of mini-batches."""
        losses = self.curve[1]
        return self._said(losses[-1]) if len(losses) else ""

    def _said(self, loss: float) -> str:
        return loss_said(self.ahead.settings, float(loss))

    @property
    def sentence(self) -> str:
        """What the run would come to, in a sentence; empty where no loss is known yet."""
        ahead = self.ahead
        loss = self._loss
        if ahead.stopped is not None:
            return f"The run would blow up at step {ahead.stopped.step:,}."
        if not loss:
            return ""
        verb = _RISE[self._blows_up] if _rises(ahead) else "end at" if ahead.ends else "come to"
        so_far = "" if ahead.ends else ", so far"
        losses = self.curve[1]
        spikes = losses.max() > _SPIKE * max(losses[0], losses[-1])
        first = f"rise to {self._said(losses.max())} on its way and " if spikes else ""
        return f"The run would {first}{verb} loss {loss} at epoch {ahead.epochs[-1]:,.0f}{so_far}."

    @property
    def said(self) -> str:
        """Where the run would end, in a few words; empty where no loss is known yet."""
        ahead = self.ahead
        loss = self._loss
        if ahead.stopped is not None:
            return f"blows up at step {ahead.stopped.step:,}"
        so_far = "" if ahead.ends or not loss else f" to epoch {ahead.epochs[-1]:,.0f} so far"
        rise = f"{_RISEN[self._blows_up]} " if _rises(ahead) else ""
        return f"{rise}{loss}{so_far}"

    @property
    def _blows_up(self) -> bool:
        losses = self.curve[1]
        return bool(losses[-1] > _LOST * losses[0])

    @property
    def rise(self) -> str:
        """How the run blows up or rises, in a few words; empty where the loss comes down."""
        return self.said if _rises(self.ahead) else ""


def _curve(ahead: Ahead) -> tuple[Floats, Floats]:
    known = np.isfinite(ahead.losses)
    return ahead.epochs[known], ahead.losses[known]


def _rises(ahead: Ahead) -> bool:
    losses = _curve(ahead)[1]
    return ahead.stopped is not None or bool(len(losses) and losses[-1] > losses[0])


class GhostMaker:
    """Looks ahead from the row that is looked at, a little at a time."""

    def __init__(self) -> None:
        self.ghost: Ghost | None = None
        self._look_ahead = LookAhead()
        self._of: tuple[Settings, Edits] | None = None
        """The settings at the start and the edits of the run that the ghost shows."""
        self._rate_beside = LookAhead()
        self._start: Row | None = None
        self._until = 0
        self._loss_before = np.inf
        self._known: dict[int, Ahead] = {}
        """Neighbours that have been looked ahead with, by their place: 20 times the logarithm of
        the rate."""
        self._known_of: object = None
        self._place: int | None = None
        """The place of the neighbour that is looked ahead with now."""

    def begin(
        self, run: SessionRun, step: int, seconds: float, held: Settings | None = None
    ) -> None:
        """Begin at a row of a run and look ahead for so long, after its end if need be.

        There is no ghost where the row would have to be computed again. ``held`` are the settings
        to go on with from there, where they are not the run's own.
        """
        rows = run.prepare().history.rows()
        settings = run.settings_with_limits()
        made = tuple(edit for edit in run.edits if edit.step <= step)
        if held is not None:
            settings, made = split(settings, (*made, *edits_to(held, run.settings_at(step), step)))
        start = rows.kept_before(step) if step else None
        if start is not None and start.step != step:
            self.forget()  # a row that has to be computed again: no hand waits for that
            return
        per_epoch = settings.steps_per_epoch
        epochs = run.shown.epochs
        if step >= epochs * per_epoch:
            epochs = next_limits([run]).epochs
        loss_before = float(rows.until(start).last_loss[1]) if start is not None else np.inf
        self._start = start
        self._until = epochs * per_epoch
        self._loss_before = loss_before
        self._look_ahead.begin(settings, made, start, self._until, loss_before)
        self._of = settings, made
        self.ghost = Ghost(self._look_ahead.advance_for(seconds), neighbours=self._beside()[1])

    def go_on(self, seconds: float) -> bool:
        """Look further ahead for so long; return whether there is more to come."""
        if self.ghost is None or self.ghost.ahead.ends:
            return False
        self.ghost = replace(self.ghost, ahead=self._look_ahead.advance_for(seconds))
        return not self.ghost.ahead.ends

    def go_on_beside(self, seconds: float) -> bool:
        """Look ahead with neighbouring rates for so long; return whether there is more to come."""
        if self.ghost is None or self._of is None or not self.is_short:
            return False
        missing = self._beside()[0]
        if missing:
            self._look_beside(missing[0], seconds)
        missing, shown = self._beside()
        self.ghost = replace(self.ghost, neighbours=shown)
        return bool(missing)

    def _beside(self) -> tuple[list[int], tuple[Ahead, ...]]:
        """Return the places of neighbours not known yet, nearest first, and the known neighbours.

        The place of a rate is its logarithm, in steps of the grid.
        """
        assert self._of is not None
        settings, made = self._of
        others = self._other_edits(made)
        same = settings if self._start else settings.replace(learning_rate=1.0)
        known_of = same, others, self._step, self._until
        if known_of != self._known_of:
            self._known_of = known_of
            self._known = {}
            self._place = None
        rate = settings_at(settings, made, self._step).learning_rate
        middle = round(_PER_DECADE * math.log10(rate))
        places = range(middle - _BESIDE, middle + _BESIDE + 1)
        missing = sorted(set(places) - self._known.keys(), key=lambda place: abs(place - middle))
        return missing, tuple(self._known[place] for place in places if place in self._known)

    def _look_beside(self, place: int, seconds: float) -> None:
        """Look ahead for so long with the neighbouring rate at a place."""
        assert self._of is not None
        if place != self._place:
            self._place = place
            settings, made = self._of
            rate = Edit(self._step, _RATE, 10 ** (place / _PER_DECADE))
            edits = (*self._other_edits(made), rate)
            if self._start is None:
                settings, edits = split(settings, edits)
            self._rate_beside.begin(settings, edits, self._start, self._until, self._loss_before)
        ahead = self._rate_beside.advance_for(seconds)
        if ahead.ends:
            self._known[place] = ahead

    @property
    def is_short(self) -> bool:
        """Whether so few steps would follow that all of them are known soon."""
        return self._until - self._step <= _SHORT

    @property
    def _step(self) -> int:
        return 0 if self._start is None else self._start.step

    def _other_edits(self, made: Edits) -> Edits:
        return tuple(edit for edit in made if (edit.step, edit.name) != (self._step, _RATE))

    def let_go(self) -> None:
        """Leave the ghost where it is, faint."""
        if self.ghost is not None:
            self.ghost = replace(self.ghost, held=False, neighbours=())

    def forget(self) -> None:
        """Show no ghost."""
        self.ghost = self._of = None

    def follows(self, run: SessionRun) -> bool:
        """Return whether the ghost shows what would follow, or has followed, in a run."""
        if self._of is None:
            return False
        settings, made = self._of
        start = run.settings_with_limits()
        same = start is settings or start.defining == settings.defining
        return run.edits == made and same
