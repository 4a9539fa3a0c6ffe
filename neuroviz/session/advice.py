"""What leads on from a run: the rate that ends lowest, and the steps at which facts became true.

For a run that blows up it also says why, and which step to go back to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec.structs import replace

from neuroviz.core.choices.settings import Settings
from neuroviz.core.diagnosis.remedies import Remedy, with_rate
from neuroviz.core.diagnosis.sentences import all_right
from neuroviz.core.model.model import output_of, right
from neuroviz.core.model.rounding import loss_said
from neuroviz.core.numbers import format_number
from neuroviz.core.slices import Work
from neuroviz.core.types import Floats, Frozen, Ints
from neuroviz.session.frame import GROWING, Frame

if TYPE_CHECKING:  # it needs torch
    from neuroviz.core.sweep.rate_curve import RateCurve


_SOME, _HALF = 1.01, 2.0
"""How many times the lowest loss known a run must end at before another rate is advised: any run,
and one that is still learning."""
_LOST = ("diverging", "overflow")
_AT_ONCE = 2**14
"""Samples that are looked at in one slice: some tenths of a millisecond."""


def next_step(frame: Frame, curve: RateCurve | None) -> tuple[str, Remedy | None]:
    """Return what more there is to say about a run, and what can be done about it.

    Where a remedy asks for another learning rate, it becomes the rate that ends lowest, if that is
    known.

    Parameters
    ----------
    curve
        What is known about the rates of an experiment; ignored where it belongs to another one.
    """
    diagnosis = frame.diagnosis
    settings = frame.settings
    assert diagnosis is not None
    proposed = diagnosis.proposed
    if proposed.beside is not None and curve is not None and curve.is_of(settings):
        proposed = _lowest(settings, curve, proposed, diagnosis.state)
    return frame.why_it_diverges or proposed.words, proposed if proposed.changes else None


def _lowest(settings: Settings, curve: RateCurve, proposed: Remedy, state: str) -> Remedy:
    """Return the rate that ends lowest, or say that none ends much lower than the one in force.

    A remedy that changes the data, whose own best rates are others, stays, with that rate beside.
    """
    beside = proposed.beside
    best = curve.best_rate
    if best is None or curve.proved is None:
        return proposed
    _, loss, highest = curve.proved
    enough = _HALF if state == "learning" else _SOME
    other_data = "data" in proposed.changes
    rate = format_number(best)
    leads = f"from this start to {loss_said(settings, loss)} at epoch {curve.result.epochs:,.0f}"
    if highest > _SOME * curve.result.first_losses[0]:
        leads += f", after a rise to {loss_said(settings, highest)}"
    if state == "rising" and settings.learning_rate == best:
        return Remedy(f"This rate leads {leads}.")
    if state not in _LOST and curve.loss(settings.learning_rate) <= enough * loss:
        words = f"No rate was found that ends much lower. {beside}".strip()
        return replace(proposed, words=words, other=None) if other_data else Remedy(words)
    words = f"The best rate found is {rate}: {leads}."
    words = f"{words} Or {beside[0].lower()}{beside[1:]}" if beside else words
    lowest = with_rate(words, rate)
    return replace(proposed, words=words, other=lowest) if other_data else lowest


def lowest_step(frame: Frame, curve: RateCurve | None = None) -> int | None:
    """Return the step of lowest loss, to go back to from a run that blew up; None for other runs.

    The last row of such a run is finite, but too far out to go on from. A run that rises on its way
    to the lowest loss that the curve of the rates knows of is left alone.
    """
    rows = frame.rows_here
    settings = frame.settings
    known = curve is not None and curve.is_of(settings) and not frame.edits
    if curve is not None and known and settings.learning_rate == curve.best_rate:
        return None
    if rows is None or frame.diagnosis is None or frame.diagnosis.state not in GROWING:
        return None
    return int(rows.steps[rows.loss.argmin()])


# --- facts ----------------------------------------------------------------------------------------


class Fact(Frozen):
    """Something that became true of a run."""

    step: int
    """The first kept step at which it is true."""
    name: str
    """A word or two."""
    sentence: str
    mood: str
    """"good" or "bad", as for a claim."""


class FactFinder:
    """Finds the facts of the run that is shown, looking at each of its rows once."""

    _key: tuple[object, ...] = ()
    _looked = -1
    _all_right: int | None = None

    def work(self, frame: Frame) -> Work[tuple[Fact, ...]]:
        """Return in slices the facts of a run up to the newest row of a frame."""
        yield from self._look_on(frame)
        return self.known(frame)

    def known(self, frame: Frame) -> tuple[Fact, ...]:
        """Return what has been found so far."""
        facts = []
        here = self._key == _key(frame) and (self._all_right or 0) <= frame.newest_step
        if self._all_right and here:  # at the start it became nothing
            news = all_right(frame.settings)
            words = f"{news} at step {self._all_right:,}, the first kept step with that"
            facts.append(Fact(self._all_right, "all right", words, "good"))
        lowest = None if frame.looks_back or not frame.evidence_is_near else lowest_step(frame)
        if lowest is not None:
            kept = ", of the kept ones" * (frame.rows is not None and frame.rows.stride > 1)
            words = f"The loss was lowest at step {lowest:,}{kept}"
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
        """Find the first of steps (n,), with parameters (n, P), where every sample is right."""
        settings = frame.settings_now
        told = right(settings, output_of(settings, parameters, settings.coded_inputs))
        assert told is not None  # there are classes
        found = np.flatnonzero(told.all(axis=-1))
        self._looked = int(steps[-1])
        if len(found):
            self._all_right = int(steps[found[0]])


def _key(frame: Frame) -> tuple[object, ...]:
    # The edits count, since undoing one also undoes what came of it; so does the start, since
    # each page of a lesson has a first run.
    return frame.number, frame.settings_at_start, frame.settings_now.threshold, frame.edits
