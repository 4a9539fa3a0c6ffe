"""Frame: one moment of a session, frozen; what views ask of it is computed once, and only when asked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from neuroviz.core.chunk import Row
from neuroviz.core.curvature import Curvature, curvature_at
from neuroviz.core.divergence import Divergence, divergence
from neuroviz.core.edits import Edit
from neuroviz.core.evidence import Evidence
from neuroviz.core.neuron import Prediction, predict, right
from neuroviz.core.quadratic import predicted_losses
from neuroviz.core.replay import following_row, row_at
from neuroviz.core.rows import Rows
from neuroviz.core.ruler import Ruler, ruler_of
from neuroviz.core.settings import Settings
from neuroviz.core.states import Diagnosis, diagnose
from neuroviz.core.tasks import Floats

__all__ = ["Frame", "Look"]


@dataclass(frozen=True)
class Look:
    """What of a run is looked at.

    Parameters
    ----------
    sample
        Index of the sample that is picked in table and plot; None for none.
    """

    sample: int | None = None


@dataclass(frozen=True, eq=False)
class Frame:
    """What every view draws from.

    Parameters
    ----------
    settings
        The experiment as the controls show it.
    settings_at_start
        The settings the run started with, before its edits.
    edits
        The changes in mid-run.
    rows
        The history; None until torch is loaded.
    evidence
        What is known about the run now; None until torch is loaded.
    look
        What of it is looked at.
    undoable, redoable
        Whether a restart can be undone, or done again.
    """

    settings: Settings
    settings_at_start: Settings
    edits: tuple[Edit, ...]
    rows: Rows | None
    evidence: Evidence | None
    look: Look
    undoable: bool
    redoable: bool

    @property
    def newest(self) -> Row | None:
        """The row the run is at."""
        return self.rows.newest if self.rows else None

    @property
    def parameters(self) -> Floats | None:
        """(P,): the parameters now."""
        return self.rows.newest.parameters if self.rows else None

    @cached_property
    def diagnosis(self) -> Diagnosis | None:
        """The run's state in words."""
        return diagnose(self.evidence) if self.evidence else None

    @property
    def prediction(self) -> Prediction | None:
        """What the neuron says to its own data."""
        return self.evidence.prediction if self.evidence else None

    @cached_property
    def right(self) -> NDArray[np.bool_] | None:
        """(N,) of bool: which samples are on their side of the threshold; None for numbers."""
        return right(self.settings, self.prediction.output) if self.prediction else None

    @property
    def current_loss(self) -> float | None:
        """The mean loss over all samples at the newest row, computed for display inside an epoch."""
        if self.rows is None or self.prediction is None or self.prediction.losses is None:
            return None
        stored = self.rows.newest.loss
        return stored if stored is not None else float(self.prediction.losses.mean())

    @cached_property
    def start(self) -> Floats | None:
        """(P,): the parameters of row 0."""
        return self.rows.kept_before(0).parameters if self.rows else None

    @cached_property
    def following(self) -> Floats | None:
        """(P,): where the next step leads, by the present rate and optimizer; None if there is none."""
        if self.rows is None or self.evidence is None or self.evidence.stopped:
            return None
        after = following_row(self.settings_at_start, self.edits, self.rows.newest)
        return after.parameters if after else None

    @cached_property
    def curvature(self) -> Curvature | None:
        """The curvature of the loss at the parameters now."""
        return None if self.parameters is None else curvature_at(self.settings, self.parameters)

    @cached_property
    def ruler(self) -> Ruler | None:
        """What the curvature says about learning rates."""
        return ruler_of(self.settings, self.curvature) if self.curvature else None

    @cached_property
    def divergence(self) -> Divergence | None:
        """Why the run diverges, where it does and theory says why."""
        if self.diagnosis is None or self.newest is None or self.diagnosis.state not in ("diverging", "overflow"):
            return None
        return divergence(self.settings, self.newest.parameters, self.newest.learning_rate)

    def predicted_losses(self, epochs: NDArray[np.int64]) -> Floats | None:
        """Return the losses that theory predicts from the start of the run at ascending epochs, if it can."""
        if self.start is None:
            return None
        return predicted_losses(self.settings_at_start, self.start, epochs, self.edits)

    def row_at(self, step: int) -> Row | None:
        """Return a row of the run, recomputed exactly where it was thinned out; None until torch is loaded."""
        return row_at(self.settings_at_start, self.edits, self.rows, step) if self.rows else None

    def output_at(self, inputs: Floats) -> Floats | None:
        """Return ŷ (N,) at inputs (N, D); None until torch is loaded."""
        if self.parameters is None:
            return None
        return predict(self.settings, self.parameters, inputs).output
