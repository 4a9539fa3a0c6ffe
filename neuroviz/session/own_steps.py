"""You are the optimizer: steps that a person takes, and as many by SGD from the same start."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.settings import Settings
from neuroviz.core.diagnosis.evidence import Evidence, history_of
from neuroviz.core.landscape.loss_grid import gradient_of, loss_at, losses_at
from neuroviz.core.numbers import counted
from neuroviz.core.training.history_view import Rows
from neuroviz.core.training.trainer import Trainer
from neuroviz.core.types import Floats
from neuroviz.session.race_moment import YOU, RaceMoment
from neuroviz.session.runs import ListedRun

_ROOM = 10
"""Steps that the axis of epochs has room for at least."""
_ALONG = 2
"""Parameters, or directions of them, along which a person moves."""


@dataclass(frozen=True, eq=False)
class OwnSteps:
    """The steps so far."""

    settings: Settings
    """Those of SGD, at its start. All samples are in its batch: a person sees the loss of all."""
    points: tuple[Floats, ...]
    """(P,) each: where the person began, and went with each step."""
    sgd: ListedRun | None = None
    """As many steps by SGD, or as it could take; None until it has its turn."""
    looked_at: int | None = None
    """The step that is looked at; None for the newest."""

    @classmethod
    def begun(cls, settings: Settings, parameters: Floats) -> OwnSteps:
        """Return no steps from parameters (P,); optimizer and schedule are left aside."""
        *weights, bias = parameters.tolist()
        start = {"weights": tuple(weights), "bias": bias}
        plain = {"optimizer": "sgd", "schedule": "constant", "batch_size": "full"}
        return cls(settings.replace(epochs=_ROOM, **plain, **start), (parameters,))

    def then(self, parameters: Floats) -> OwnSteps:
        """Return these and a step to parameters (P,), after which SGD has its turn again.

        Raises
        ------
        SettingsError
            If the loss is not finite there.
        """
        if not np.isfinite(loss_at(self.settings, parameters)):
            raise SettingsError("The loss is not finite there: take a shorter step.")
        return OwnSteps(self.settings, (*self.points, parameters))

    def with_sgd(self) -> OwnSteps:
        """Return these, and as many by SGD."""
        trainer = Trainer(self.settings)
        trainer.advance(self.taken)
        stopped = trainer.step < self.taken
        rows = trainer.history.rows()
        return replace(self, sgd=self._run("SGD", 0, rows, active=False, stopped=stopped))

    @property
    def taken(self) -> int:
        """How many steps the person has taken."""
        return len(self.points) - 1

    @property
    def step(self) -> int:
        """The step that is shown."""
        return self.taken if self.looked_at is None else self.looked_at

    def look_at(self, step: int | None) -> OwnSteps:
        """Return the same with another step to be shown; None for the newest."""
        shown = None if step is None or step >= self.taken else max(0, step)
        return replace(self, looked_at=shown)

    def result(self) -> dict[str, float | bool]:
        """Return how many steps were taken, and the loss where they lead to.

        SGD's too, once it had its turn.
        """
        losses = {"own_loss": loss_at(self.settings, self.points[-1])}
        if self.sgd is not None and self.sgd.rows is not None:
            losses["sgd_loss"] = self.sgd.rows.last_loss[1]
        return {"own_steps": float(self.taken), "sgd_done": self.sgd is not None, **losses}

    @cached_property
    def history(self) -> tuple[Rows, Evidence]:
        """The steps as the rows of a run, and what is known about it."""
        points = np.array(self.points)
        slopes = [gradient_of(self.settings, point) for point in points]
        return history_of(
            self.settings, losses_at(self.settings, points), np.hstack((points, slopes))
        )

    @property
    def paths(self) -> Floats:
        """(m, P): all points of both, the person's last."""
        own = np.array(self.points)
        if self.sgd is None or self.sgd.rows is None:
            return own
        rows = self.sgd.rows
        return np.vstack((rows.kept_parameters().T, rows.newest.parameters, own))

    def runs(self, number: int) -> tuple[ListedRun, ...]:
        """Return who is on the stage: the person, with the number of a run, and SGD."""
        you = self._run(YOU, number, self.history[0])
        return (you,) if self.sgd is None else (you, self.sgd)

    def _run(
        self, name: str, number: int, rows: Rows, *, active: bool = True, stopped: bool = False
    ) -> ListedRun:
        return ListedRun(
            number,
            name,
            "",
            0 if active else 1,
            self.settings,
            (),
            rows,
            visible=True,
            active=active,
            racing=True,
            stopped=stopped,
        )


class OwnRace(RaceMoment):
    """A person and SGD at one step; over as soon as SGD had its turn."""

    @property
    def over(self) -> bool:
        """Whether SGD had its turn."""
        return len(self.runs) > 1

    @property
    def headline(self) -> str:
        """Who leads, or has won; before that whose turn it is."""
        return super().headline if self.over else "Your turn"

    @property
    def sentence(self) -> str:
        """By how much, and since when; before that what a person is to do."""
        if not self.over:
            taken = f"{counted(self.newest, 'step')} taken. " if self.newest else ""
            return f"{taken}Click on the landscape where the next step is to lead."
        several = len(self.runs[0].settings.parameters.names) > _ALONG
        more = " SGD moves every parameter, you only along this slice." if several else ""
        return f"{super().sentence}{more}"

    @property
    def next(self) -> None:
        """Nothing."""
        return
