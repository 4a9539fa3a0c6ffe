"""Limit: how far Run goes, whether a run is there, and how far the next press goes."""

from __future__ import annotations

from collections.abc import Sequence

from neuroviz.core.choices.resolve import MAX_EPOCHS
from neuroviz.core.choices.settings import Settings
from neuroviz.core.choices.tasks import Defaults
from neuroviz.core.numbers import format_number
from neuroviz.session.race import lead, newest_loss
from neuroviz.session.run import Run


def at_epoch(runs: Sequence[Run]) -> bool:
    """Return whether the first of the runs, the active one, is at the epoch to stop at, or one that races is."""
    settings = runs[0].shown
    return lead(runs) >= settings.epochs * settings.steps_per_epoch


def at_loss(runs: Sequence[Run]) -> bool:
    """Return whether the last stored loss of one of the runs is at or below the loss to stop at."""
    until = runs[0].shown.until_loss
    return until is not None and any(newest_loss(run) <= until for run in runs)


def next_limits(runs: Sequence[Run]) -> Settings:
    """Return the settings in force with limits that lie ahead: the epochs doubled, the loss halved, as need be.

    A loss to stop at that cannot be undercut is left out.
    """
    settings = runs[0].shown
    changes: dict[str, object] = {}
    if at_epoch(runs):
        changes["epochs"] = _epochs_ahead(settings, lead(runs))
    if at_loss(runs):
        changes["until_loss"] = _loss_ahead(settings.until_loss, min(map(newest_loss, runs)))
    return settings.replace(**changes) if changes else settings


def goal(settings: Settings) -> str:
    """Return how far Run goes, in words: "epoch 2,000", "loss 0.01, at most to epoch 2,000"."""
    epoch = f"epoch {settings.epochs:,}"
    if settings.until_loss is None:
        return epoch
    return f"loss {format_number(settings.until_loss)}, at most to {epoch}"


def _epochs_ahead(settings: Settings, steps: int) -> int:
    """Return the limit doubled until it lies ahead; where it is 0, that of the task."""
    epochs = settings.epochs or settings.task_entry.defaults.epochs or Defaults.epochs
    while epochs * settings.steps_per_epoch <= steps and epochs < MAX_EPOCHS:
        epochs = min(2 * epochs, MAX_EPOCHS)
    return epochs


def _loss_ahead(until: float | None, loss: float) -> float | None:
    while until is not None and loss <= until:
        until = until / 2 or None
    return until
