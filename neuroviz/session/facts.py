"""Facts of a run: at which of its steps something became true."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from neuroviz.core.diagnosis.sentences import ALL_RIGHT
from neuroviz.core.model.model import output_of, right
from neuroviz.core.slices import Work
from neuroviz.core.types import Floats, Ints
from neuroviz.session.advice import lowest_step
from neuroviz.session.frame import Frame

_AT_ONCE = 2**14
"""Samples that are looked at before others have a turn: some tenths of a millisecond."""


@dataclass(frozen=True)
class Fact:
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

    def __init__(self) -> None:
        self._key: tuple[object, ...] = ()
        self._looked = -1
        self._all_right: int | None = None

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
        rows, settings = frame.rows, frame.settings_now
        if rows is None or not settings.dataset.classes or not frame.ready:
            return
        if self._key != _key(frame) or self._looked > rows.newest.step:
            self._key = _key(frame)
            self._looked, self._all_right = -1, None
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
