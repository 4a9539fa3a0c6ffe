"""What leads on from a run: the rate that ends lowest, and at which step something became true.

Of one that blows up also why it does, and a step to go back to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neuroviz.core.choices.settings import Settings
from neuroviz.core.diagnosis.remedies import Remedy, with_rate
from neuroviz.core.diagnosis.sentences import ALL_RIGHT
from neuroviz.core.model.model import output_of, right
from neuroviz.core.model.rounding import loss_said
from neuroviz.core.numbers import format_number
from neuroviz.core.slices import Work
from neuroviz.core.types import Floats, Frozen, Ints
from neuroviz.session.frame import GROWING, Frame

if TYPE_CHECKING:  # it needs torch
    from neuroviz.core.sweep.rate_curve import RateCurve


_SOME, _HALF = 1.01, 2.0
"""Times the least loss from which on another rate is worth a word, and that of a run that learns a
new beginning."""
_LOST = ("diverging", "overflow")
_AT_ONCE = 2**14
"""Samples that are looked at before others have a turn: some tenths of a millisecond."""


def next_step(frame: Frame, curve: RateCurve | None) -> tuple[str, Remedy | None]:
    """Return what more there is to say of a run, and what can be done about it.

    Wherever another learning rate is asked for, it is the one that ends lowest, if that is known.

    Parameters
    ----------
    curve
        What is known of the rates of an experiment; of another one it says nothing here.
    """
    diagnosis = frame.diagnosis
    settings = frame.settings
    assert diagnosis is not None
    proposed = diagnosis.proposed
    if proposed.beside is not None and curve is not None and curve.is_of(settings):
        proposed = _lowest(settings, curve, proposed, diagnosis.state)
    return frame.why_it_diverges or proposed.words, proposed if proposed.changes else None


def _lowest(settings: Settings, curve: RateCurve, proposed: Remedy, state: str) -> Remedy:
    """Return the rate that ends lowest, or that none ends much lower than the one in force."""
    beside = proposed.beside
    best = curve.best_rate
    if best is None or curve.proved is None:
        return proposed
    loss = curve.proved[1]
    enough = _HALF if state == "learning" else _SOME
    if state not in _LOST and curve.loss(settings.learning_rate) <= enough * loss:
        return Remedy(f"No rate was found that ends much lower. {beside}".strip())
    rate = format_number(best)
    leads = f"from this start to {loss_said(settings, loss)} at epoch {curve.result.epochs:,.0f}"
    words = f"The best rate found is {rate}: {leads}."
    return with_rate(f"{words} Or {beside[0].lower()}{beside[1:]}" if beside else words, rate)


def lowest_step(frame: Frame) -> int | None:
    """Return the step to go back to from a run that blew up: its last is finite, but far out.

    None for others.
    """
    rows = frame.rows_here
    if rows is None or frame.diagnosis is None or frame.diagnosis.state not in GROWING:
        return None
    return int(rows.steps[rows.loss.argmin()])


# --- facts ----------------------------------------------------------------------------------------


class Fact(Frozen):
    """Something that became true of a run."""

    step: int
    """The first step that is kept at which it is true."""
    name: str
    """In a word or two."""
    sentence: str
    mood: str
    """As of a claim: "good" or "bad"."""


class FactFinder:
    """Finds the facts of the run that is shown; looks at each of its rows once."""

    _key: tuple[object, ...] = ()
    _looked = -1
    _all_right: int | None = None

    def work(self, frame: Frame) -> Work[tuple[Fact, ...]]:
        """Return the facts of a run whose newest row is that of a frame, in slices."""
        yield from self._look_on(frame)
        return self.known(frame)

    def known(self, frame: Frame) -> tuple[Fact, ...]:
        """Return what has been found so far."""
        facts = []
        here = self._key == _key(frame) and (self._all_right or 0) <= frame.newest_step
        if self._all_right and here:  # at the start it became nothing
            words = f"{ALL_RIGHT} at step {self._all_right:,}, the first kept one where that is so"
            facts.append(Fact(self._all_right, "all right", words, "good"))
        lowest = None if frame.looks_back or not frame.evidence_is_near else lowest_step(frame)
        if lowest is not None:
            words = f"The loss was lowest at step {lowest:,}"
            facts.append(Fact(lowest, "lowest", words, "good"))
        return tuple(facts)

    def _look_on(self, frame: Frame) -> Work[None]:
        rows = frame.rows
        settings = frame.settings_now
        if rows is None or not settings.dataset.classes or not frame.ready:
            return
        if self._key != _key(frame) or self._looked > rows.newest.step:
            self._key = _key(frame)
            self._looked = -1
            self._all_right = None
        inputs = settings.coded_inputs
        at_once = max(1, _AT_ONCE // len(inputs))
        first = int(np.searchsorted(rows.kept_steps, self._looked, side="right"))
        while self._all_right is None and first < len(rows.kept_steps):
            last = first + at_once
            parameters = rows.kept_parameters()[:, first:last].T
            self._look_at(frame, parameters, rows.kept_steps[first:last])
            first = last
            yield None
        if self._all_right is None and self._looked < rows.newest.step:
            steps = np.array([rows.newest.step])
            self._look_at(frame, rows.newest.parameters[None, :], steps)

    def _look_at(self, frame: Frame, parameters: Floats, steps: Ints) -> None:
        """Look whether every sample is right at parameters (n, P), of steps (n,)."""
        settings = frame.settings_now
        told = right(settings, output_of(settings, parameters, settings.coded_inputs))
        assert told is not None  # there are classes
        found = np.flatnonzero(told.all(axis=-1))
        self._looked = int(steps[-1])
        if len(found):
            self._all_right = int(steps[found[0]])


def _key(frame: Frame) -> tuple[object, ...]:
    # With its changes: one that is taken back takes all with it that came of it. And its start:
    # each page of a lesson has a first run.
    return frame.number, frame.settings_at_start, frame.settings_now.threshold, frame.edits
