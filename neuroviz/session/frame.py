"""Frame: one moment of a session, frozen; what views ask of it is computed once, and only when asked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from neuroviz.core.edits import Edit
from neuroviz.core.evidence import Evidence
from neuroviz.core.history import Row, Rows
from neuroviz.core.neuron import Prediction, predict, right
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

    def output_at(self, inputs: Floats) -> Floats | None:
        """Return ŷ (N,) at inputs (N, D); None until torch is loaded."""
        if self.parameters is None:
            return None
        return predict(self.settings, self.parameters, inputs).output
