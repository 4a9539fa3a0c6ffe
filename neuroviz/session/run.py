"""Run: settings and edits, and the trainer that makes their history once torch is there."""

from __future__ import annotations

from dataclasses import dataclass

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.edits import Edit, editable, split
from neuroviz.core.settings import Settings
from neuroviz.core.trainer import Trainer

__all__ = ["Run"]


@dataclass
class Run:
    """One run of a session.

    Parameters
    ----------
    settings
        Those the run started with.
    edits
        Changes in mid-run, made or still to be replayed.
    shown
        The settings as they are in force now: with the edits, and with the stops and the threshold of now.
    trainer
        None until torch is loaded.
    """

    settings: Settings
    edits: tuple[Edit, ...]
    shown: Settings
    trainer: Trainer | None = None

    @classmethod
    def of(cls, settings: Settings, edits: tuple[Edit, ...] = ()) -> Run:
        """Return a run at its start; edits at step 0 become part of the settings."""
        first, later = split(settings, edits)
        return cls(first, later, first)

    def prepare(self) -> Trainer:
        """Return the trainer, made at the first call.

        Raises
        ------
        SettingsError
            If the start is not finite.
        """
        if self.trainer is None:
            self.trainer = Trainer(self.settings, self.edits)
        return self.trainer

    @property
    def step(self) -> int:
        """Updates done."""
        return self.trainer.step if self.trainer else 0

    def settings_with_stops(self) -> Settings:
        """Return the settings the run started with, with the stops and the threshold of now."""
        shown = self.shown.choices
        stops = {name: shown.get(name) for name in ("epochs", "until_loss", "threshold")}
        return self.settings.replace(**stops)

    @property
    def size(self) -> int:
        """Bytes of the history."""
        return self.trainer.history.size if self.trainer else 0

    def edit(self, values: dict[str, float]) -> None:
        """Change hyperparameters from the newest row on.

        Raises
        ------
        SettingsError
            If one of them cannot be edited in this run.
        """
        unknown = [name for name in values if name not in editable(self.settings)]
        if unknown or self.trainer is None:
            raise SettingsError("Only a started run can be edited, in its own hyperparameters.", *unknown[:1])
        shown = self.shown.replace(**values)
        for name, value in values.items():
            self.trainer.edit(name, value)
        self.edits, self.shown = self.trainer.edits, shown

    def follow_edits(self) -> None:
        """Let the shown settings follow edits that were replayed on the way."""
        if self.trainer is None or not self.edits:
            return
        now = self.trainer.hyperparameters()
        shown = {"learning_rate": self.shown.learning_rate, **self.shown.hyperparameters}
        changed = {name: value for name, value in now.items() if shown[name] != value}
        if changed:
            self.shown = self.shown.replace(**changed)
