"""Frame: one moment of a session, frozen.

What views ask of it is computed once, when it is first asked for.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from msgspec.structs import replace

from neuroviz.core.anatomy.anatomy import Anatomy
from neuroviz.core.anatomy.phases import sentence
from neuroviz.core.anatomy.unit import UnitSettings, opened
from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.edits import Edits
from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.hessian import Curvature, curvature_at
from neuroviz.core.curvature.quadratic import growing_error, predicted_losses
from neuroviz.core.curvature.rate_ruler import Ruler, ruler_of
from neuroviz.core.diagnosis.evidence import Evidence, EvidenceAt, PastEvidence
from neuroviz.core.diagnosis.states import Diagnosis, diagnose
from neuroviz.core.model.model import Prediction, of_output, output_of, predict, right
from neuroviz.core.model.penalty import penalty_at
from neuroviz.core.record import LookRecord
from neuroviz.core.slices import Work, finished, made
from neuroviz.core.training.block import Row
from neuroviz.core.training.held_out import HeldOut, held_out_curve
from neuroviz.core.training.history_view import Rows
from neuroviz.core.types import Bools, Floats, Ints, Unique
from neuroviz.session.ghost import Ghost
from neuroviz.session.own_steps import OwnRace, OwnSteps
from neuroviz.session.race_moment import RaceMoment
from neuroviz.session.run import ListedRun

DRAWN = 24
"""Other runs that are drawn at most: there are so many looks, and more could not be told apart."""

GROWING = ("diverging", "overflow", "rising")
"""States in which the loss of a run goes up."""


class Selection(LookRecord):
    """What is looked at: the part that a file keeps, and what is under the pointer."""

    hovered_step: int | None = None
    """Row under the pointer, which is looked at instead while it is there; None for none."""
    hovered_sample: int | None = None
    """Sample under the pointer, which is shown instead while it is there; None for none."""

    @property
    def resting(self) -> Selection:
        """The same sample and neuron at the newest row, with nothing under the pointer."""
        return Selection(sample=self.sample, unit=self.unit, output=self.output)

    def opening(self, unit: int | None, hidden: int) -> Selection:
        """Return the selection with another unit opened; outputs come after hidden neurons."""
        if unit is None or unit < hidden:
            return replace(self, unit=unit)
        return replace(self, unit=None, output=unit - hidden)


class Seen(Unique):
    """What the views of samples show: of several targets one output, as if there were no other."""

    settings: Settings
    parameters: Floats | None
    """(P,): the parameters on which it depends."""
    prediction: Prediction | None
    right: Bools | None
    """(N,); None for numbers."""


class Frame(Unique):
    """One moment of the session, from which every view draws."""

    number: int
    """Number of the active run in the session, from 1."""
    settings_now: Settings
    """The settings in force at the newest row."""
    past: PastEvidence
    """Looks up earlier moments of the run; has the settings that it started with and all its
    edits."""
    rows: Rows | None
    """The history; None until torch is loaded, except for the very first start."""
    evidence_now: Evidence | None
    """What is known about the run at its newest row; None where there is no history."""
    selection: Selection
    runs: tuple[ListedRun, ...] = ()
    """The runs that are kept for comparison or are in the race, in the order of the list."""
    undo_label: str | None = None
    redo_label: str | None = None
    """What can be undone and what can be redone; None for nothing."""
    note: str = ""
    home: Settings | None = None
    """The experiment that a race has put aside; None for none."""
    own: OwnSteps | None = None
    """The steps that a person takes, racing with SGD; None where nobody does."""
    ready: bool = True
    """Whether torch is loaded; until then nothing is known about the surroundings of a start."""
    preview: bool = False
    """Whether this shows where a run would start if a person let go now, and no run has come
    here."""
    as_it_stands: bool = False
    """Whether the preview shows the weights of now on other data, where no run would start."""
    ghost: Ghost | None = None
    """The run that would follow; None unless something is held, or was the last to be let go."""

    @property
    def settings_at_start(self) -> Settings:
        """The settings the run started with, before its edits."""
        return self.past.settings

    @property
    def edits(self) -> Edits:
        """Changes in mid-run in the order of their steps, including those yet to be replayed."""
        return self.past.edits

    @property
    def edits_so_far(self) -> Edits:
        """The edits that the run has come to."""
        return tuple(edit for edit in self.edits if edit.step <= self.newest_step)

    @property
    def active(self) -> ListedRun | None:
        """The entry of the active run in the list; None where it is not listed."""
        return next((run for run in self.runs if run.active), None)

    # --- the moment -------------------------------------------------------------------------------

    @property
    def newest_step(self) -> int:
        """The step that the run has come to."""
        return self.rows.newest.step if self.rows else 0

    @property
    def step(self) -> int:
        """The row that is looked at."""
        wanted = (
            self.selection.step
            if self.selection.hovered_step is None
            else self.selection.hovered_step
        )
        return self.newest_step if wanted is None else min(max(wanted, 0), self.newest_step)

    @property
    def looks_back(self) -> bool:
        """Whether a row other than the newest is looked at."""
        return self.step < self.newest_step

    @property
    def phase(self) -> str | None:
        """The part of a step that was just done; None unless a person goes by parts."""
        return None if self.selection.hovered_step is not None else self.selection.phase

    @property
    def sample(self) -> int | None:
        """Index of the sample whose share is shown: the hovered, else the picked; None for all."""
        return (
            self.selection.sample
            if self.selection.hovered_sample is None
            else self.selection.hovered_sample
        )

    @cached_property
    def settings(self) -> Settings:
        """The settings in force at the row, as the controls show them."""
        if not self.looks_back:
            return self.settings_now
        return self.past.settings_at(self.step)

    @property
    def experiment(self) -> Settings:
        """The settings that form and dialogs show: those a race has put aside, else the row's."""
        return self.home or self.settings

    @cached_property
    def evidence(self) -> Evidence | None:
        """What was known about the run when it stood at the row; None until torch is loaded."""
        return finished(self.find_evidence())

    @cached_property
    def _past(self) -> EvidenceAt | None:
        """The search for what was known at an earlier row; None at the newest."""
        return self.past.at(self.rows, self.step) if self.rows and self.looks_back else None

    @property
    def evidence_is_near(self) -> bool:
        """Whether ``evidence``, and what follows from it, can be had at once.

        It cannot where many steps have to be taken again, which would block the window.
        """
        return self._past is None or self._past.is_near

    def find_evidence(self) -> Work[Evidence | None]:
        """Find ``evidence`` in slices."""
        return made(self.evidence_now) if self._past is None else self._past.work()

    @cached_property
    def row(self) -> Row | None:
        """The row that is looked at."""
        # Not the evidence's, for which more of the run may have to be computed again.
        return self.row_at(self.step)

    @cached_property
    def rows_here(self) -> Rows | None:
        """The history up to the row that is looked at; None until torch is loaded."""
        return self.rows.until(self.row) if self.rows and self.row else None

    @property
    def parameters(self) -> Floats | None:
        """(P,): the parameters at the row."""
        return self.row.parameters if self.row else None

    @cached_property
    def others(self) -> tuple[ListedRun, ...]:
        """The other runs that are drawn.

        They are the last of the visible ones, so those that race are among them.
        """
        return self._to_be_seen[-DRAWN:]

    @cached_property
    def _to_be_seen(self) -> tuple[ListedRun, ...]:
        return tuple(
            run
            for run in self.runs
            if not run.active
            and run.rows is not None
            # While a race is watched, only its runs are seen.
            and (run.visible if self.home is None else run.racing)
        )

    @cached_property
    def named(self) -> tuple[ListedRun, ...]:
        """The runs that legends name.

        They are the active one, the drawn ones, and hidden ones until there are DRAWN others.
        """
        hidden = [
            run for run in self.runs if not run.visible and not run.active and run.rows is not None
        ]
        named = {*self.others, *hidden[: DRAWN - len(self.others)]}
        return tuple(
            run for run in self.runs if run in named or (run.active and run.rows is not None)
        )

    @cached_property
    def race(self) -> RaceMoment | None:
        """The race that has put an experiment aside, at this row; None without one."""
        step = self.step if self.looks_back else None
        if self.own is not None:
            return OwnRace(self.runs, step)
        return self.race_of(step) if self.home else None

    def race_of(self, step: int | None) -> RaceMoment | None:
        """Return the race of all runs that go in step, or None without one.

        It is shown at the given step, None for the newest.
        """
        runs = tuple(run for run in self.runs if run.racing and run.rows is not None)
        return RaceMoment(runs, step) if len(runs) > 1 else None

    @property
    def not_drawn(self) -> int:
        """How many visible runs are not drawn because there are too many."""
        return len(self._to_be_seen) - len(self.others)

    # --- what is asked of it ----------------------------------------------------------------------

    @cached_property
    def diagnosis(self) -> Diagnosis | None:
        """The run's state in words."""
        return diagnose(self.evidence) if self.evidence else None

    @cached_property
    def prediction(self) -> Prediction | None:
        """The prediction of the model for its own data."""
        if self.row is None or not self.looks_back:
            return self.evidence_now.prediction if self.evidence_now else None
        return predict(self.settings, self.row.parameters)

    @cached_property
    def right(self) -> Bools | None:
        """(N,): which samples are on their side of the threshold; None for numbers."""
        return right(self.settings, self.prediction.output) if self.prediction else None

    @cached_property
    def seen(self) -> Seen:
        """What the views of samples show: everything, or one output of several targets."""
        settings = self.settings
        place = self.output
        if not settings.independent:
            return Seen(settings, self.parameters, self.prediction, self.right)
        own = settings.each_output[place]
        if self.prediction is None or self.parameters is None:
            return Seen(own, None, None, None)
        parameters = self.parameters[settings.parameters.of_output(place)]
        prediction = of_output(settings, self.prediction, place)
        return Seen(own, parameters, prediction, right(own, prediction.output))

    @cached_property
    def held_out(self) -> HeldOut | None:
        """The loss of the rows held out, over the history; None without such rows."""
        return held_out_curve(self.settings, self.rows) if self.rows else None

    @property
    def current_loss(self) -> float | None:
        """The loss at the row, over all samples and with the penalties.

        Inside an epoch it is computed for display.
        """
        if self.row is None or self.prediction is None:
            return None
        stored = self.row.loss
        return (
            stored
            if stored is not None
            else float(self.prediction.losses.mean()) + (self.penalty or 0.0)
        )

    @property
    def penalty(self) -> float | None:
        """What the penalties add to the mean loss of the samples; None where there are none."""
        if self.row is None or not self.settings.penalties:
            return None
        return float(penalty_at(self.settings, self.row.parameters))

    @cached_property
    def start(self) -> Floats | None:
        """(P,): the parameters of row 0."""
        return self.rows.kept_before(0).parameters if self.rows else None

    @cached_property
    def following(self) -> Floats | None:
        """(P,): where the next step leads, by the settings in force; None if it cannot be taken."""
        if self.next_step is None or not self.ready:
            return None
        there = self.next_step.new_parameters
        return there if self.looks_back or self._can_be(there, self.next_step.new_state) else None

    def _can_be(self, parameters: Floats, state: Floats) -> bool:
        """Return whether parameters (P,), state (S, P), and the losses there are finite."""
        stopped = self.evidence_now is not None and self.evidence_now.stopped is not None
        if stopped or not (np.isfinite(parameters).all() and np.isfinite(state).all()):
            return False
        settings = self.settings
        losses = predict(settings, parameters).losses
        return bool(np.isfinite(losses).all() and np.isfinite(penalty_at(settings, parameters)))

    @cached_property
    def anatomy(self) -> Anatomy | None:
        """The arithmetic of the step that leaves the row.

        In the phase of the update, it is that of the step that led to the row.
        """
        if self.phase != "update" or self.step == 0:
            return self.next_step
        before = self.row_at(self.step - 1)
        return self._anatomy(self.past.settings_at(self.step - 1), before)

    @property
    def unit(self) -> int | None:
        """Index of the hidden neuron, or of one of several outputs, that is opened.

        It is None for the only output.
        """
        unit = self.selection.unit
        hidden = self.settings.hidden
        if unit is not None and unit < hidden:
            return unit
        return None if self.settings.outputs == 1 else hidden + self._output

    @property
    def output(self) -> int:
        """Index of the output that is seen of several targets: the one that was opened last."""
        return self._output if self.settings.independent else 0

    @property
    def _output(self) -> int:
        place = self.selection.output
        return place if place < self.settings.outputs else 0

    @property
    def places(self) -> list[int]:
        """Indices of the opened neuron's parameters among all parameters, its bias last."""
        return self.settings.parameters.of_unit(self.unit)

    @cached_property
    def opened(self) -> Anatomy | None:
        """The arithmetic of ``anatomy`` in the opened neuron, as if there were no other."""
        return self._opened(self.anatomy)

    @cached_property
    def opened_settings(self) -> Settings:
        """The settings of the opened neuron.

        Until torch is loaded, those that depend on the moment are nan.
        """
        if self.opened is not None:
            return self.opened.settings
        linear = self.settings.parameters.linear
        return self.settings if linear else UnitSettings(self.settings, self.unit)

    @cached_property
    def opened_next(self) -> Anatomy | None:
        """The arithmetic of ``next_step`` in the opened neuron."""
        return self._opened(self.next_step)

    def _opened(self, anatomy: Anatomy | None) -> Anatomy | None:
        if anatomy is None or anatomy.settings.parameters.linear:
            return anatomy
        return opened(anatomy, self.unit)

    @cached_property
    def next_step(self) -> Anatomy | None:
        """The arithmetic of the step that leaves the row."""
        return self._anatomy(self.settings, self.row)

    def _anatomy(self, settings: Settings, row: Row | None) -> Anatomy | None:
        if row is None:
            return None
        return Anatomy(settings, row, settings.editable_values)

    @property
    def phase_in_words(self) -> str | None:
        """What the part of a step that was just done did, with its numbers.

        It is None unless a person goes by parts.
        """
        if self.phase is None or self.anatomy is None:
            return None
        assert self.opened is not None
        return sentence(self.opened, self.phase, self.selection.sample)

    @cached_property
    def curvature(self) -> Curvature | None:
        """The curvature of the loss at the parameters."""
        if self.parameters is None or not self.ready:
            return None
        return curvature_at(self.settings, self.parameters)

    @cached_property
    def ruler(self) -> Ruler | None:
        """What the curvature says about learning rates."""
        return ruler_of(self.settings, self.curvature, self.parameters) if self.curvature else None

    @cached_property
    def why_it_diverges(self) -> str:
        """Why the run diverges, in a sentence; empty where it does not, or theory does not say."""
        if self.diagnosis is None or self.row is None or self.diagnosis.state not in GROWING:
            return ""
        try:
            return growing_error(self.settings, self.row.parameters, self.row.learning_rate)
        except SettingsError:  # so far out that the curvature is not finite
            return ""

    def predicted_losses(self, epochs: Ints) -> Floats | None:
        """Return the losses that theory predicts from the start of the run at ascending epochs.

        None where theory predicts none, and until torch is loaded.
        """
        if self.start is None or not self.ready:
            return None
        return predicted_losses(self.settings_at_start, self.start, epochs, self.edits)

    def row_at(self, step: int) -> Row | None:
        """Return a row of the run, recomputed exactly where it was thinned out.

        It is None until torch is loaded.
        """
        return self.past.row_at(self.rows, step) if self.rows else None

    def output_at(self, inputs: Floats) -> Floats | None:
        """Return ŷ (N,) at inputs (N, D); None until torch is loaded."""
        if self.parameters is None:
            return None
        return output_of(self.settings, self.parameters, inputs)
