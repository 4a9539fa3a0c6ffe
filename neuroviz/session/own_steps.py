"""You are the optimizer: steps that a person takes, and as many by SGD from the same start."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from neuroviz.core.choices.settings import Settings
from neuroviz.core.diagnosis.evidence import Evidence, history_of
from neuroviz.core.landscape.loss_grid import gradient_of, losses_at
from neuroviz.core.numbers import counted
from neuroviz.core.training.history_view import Rows
from neuroviz.core.training.trainer import Trainer
from neuroviz.core.types import Floats, Unique
from neuroviz.session.race_moment import YOU, RaceMoment
from neuroviz.session.run import ListedRun

_ROOM = 10
"""Steps that the axis of epochs has room for, at least."""
_ALONG = 2
"""Parameters, or directions in their space, along which a person moves."""


class OwnSteps(Unique):
    """The steps that a person has taken so far."""

    settings: Settings
    """The settings of SGD at its start. Its batch has all samples, since a person sees the loss of
    all."""
    points: tuple[Floats, ...]
    """(P,) each: where the person began, and where each step led."""
    sgd_done: bool = False
    """Whether SGD has had its turn."""

    @classmethod
    def begun(cls, settings: Settings, parameters: Floats) -> OwnSteps:
        """Return no steps yet, from parameters (P,); optimizer and schedule are replaced by SGD."""
        *weights, bias = parameters.tolist()
        start = {"weights": tuple(weights), "bias": bias, "epochs": _ROOM}
        plain = {"optimizer": "sgd", "schedule": "constant", "batch_size": "full"}
        return cls(settings.replace(**plain, **start), (parameters,))

    def then(self, parameters: Floats) -> OwnSteps:
        """Return these steps and one to parameters (P,), after which it is SGD's turn again."""
        return OwnSteps(self.settings, (*self.points, parameters))

    @property
    def taken(self) -> int:
        """Number of steps that the person has taken."""
        return len(self.points) - 1

    @cached_property
    def history(self) -> tuple[Rows, Evidence]:
        """The steps as the rows of a run, with what is known about it."""
        points = np.array(self.points)
        slopes = [gradient_of(self.settings, point) for point in points]
        losses = losses_at(self.settings, points)
        return history_of(self.settings, losses, np.hstack((points, slopes)))

    @cached_property
    def runs(self) -> tuple[ListedRun, ...]:
        """The runs of the race: the person's, and SGD's once it has had its turn."""
        you = self._run(YOU, self.history[0])
        if not self.sgd_done:
            return (you,)
        trainer = Trainer(self.settings)
        stopped = trainer.advance(self.taken) < self.taken
        return you, self._run("SGD", trainer.history.rows(), slot=1, stopped=stopped)

    def _run(self, name: str, rows: Rows, slot: int = 0, *, stopped: bool = False) -> ListedRun:
        return ListedRun(
            -slot,
            name,
            "",
            slot,
            self.settings,
            (),
            rows,
            visible=True,
            active=slot == 0,
            racing=True,
            stopped=stopped,
        )

    def result(self) -> dict[str, float | bool]:
        """Return the number of steps, whether SGD has had its turn, and the losses reached."""
        names = ("own_loss", "sgd_loss")
        losses = {
            name: run.rows.last_loss[1]
            for name, run in zip(names, self.runs, strict=False)
            if run.rows is not None
        }
        return {"own_steps": float(self.taken), "sgd_done": self.sgd_done, **losses}


class OwnRace(RaceMoment):
    """The race of a person and SGD at one step; it is over as soon as SGD has had its turn."""

    @property
    def over(self) -> bool:
        """Whether SGD has had its turn."""
        return len(self.runs) > 1

    @property
    def headline(self) -> str:
        """Who leads or has won; before SGD's turn, whose turn it is."""
        return super().headline if self.over else "Your turn"

    @property
    def sentence(self) -> str:
        """By how much, and since when; before SGD's turn, what the person can do."""
        if not self.over:
            taken = f"{counted(self.newest, 'step')} taken. " if self.newest else ""
            return f"{taken}Click on the landscape where the next step should go."
        several = len(self.runs[0].settings.parameters.names) > _ALONG
        more = " SGD moves every parameter; you move only along this slice." if several else ""
        return f"{super().sentence}{more}"

    @property
    def next(self) -> None:
        """None: no other race follows."""
        return
