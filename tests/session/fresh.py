"""Whether a session shows what a fresh run of the same settings and edits shows.

To the last bit.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from neuroviz.core.choices.edits import Edit, settings_at
from neuroviz.core.choices.settings import Settings
from neuroviz.core.diagnosis.evidence import evidence_of
from neuroviz.core.diagnosis.states import diagnose
from neuroviz.core.training.trainer import Trainer
from neuroviz.session.frame import Frame
from neuroviz.session.run import ListedRun
from neuroviz.session.session import Session
from tests.core.same_bits import assert_same_row, known_of


def ready(
    settings: Settings | None = None, steps: int = 0, edits: tuple[Edit, ...] = ()
) -> Session:
    """Return a session some steps on."""
    session = Session(settings or Settings(), edits)
    session.prepare()
    session.advance(steps)
    return session


def columns(session: Session) -> dict[str, list[float]]:
    """Return the whole history."""
    rows = session.frame().rows
    assert rows is not None
    return {name: np.ma.filled(column, np.nan).tolist() for name, column in rows.columns().items()}


def same(one: dict[str, list[float]], other: dict[str, list[float]]) -> bool:
    """Return whether two histories are equal to the last bit."""
    return one.keys() == other.keys() and all(
        np.array_equal(one[n], other[n], equal_nan=True) for n in one
    )


def step_of(session: Session) -> int:
    """Return the updates done."""
    return session.frame().newest_step


def state(session: Session) -> tuple[Any, ...]:
    """Return what an undo must bring back.

    Run, settings at its start, edits, settings now, and how far it came.
    """
    frame = session.frame()
    return frame.number, frame.settings_at_start, frame.edits, frame.settings_now, frame.newest_step


def fresh(settings: Settings, edits: tuple[Edit, ...], step: int) -> Trainer:
    """Return a run of its own at a step."""
    trainer = Trainer(settings, edits)
    assert trainer.advance(step) == step
    return trainer


def assert_as_fresh(session: Session, seen: set[Any] | None = None) -> None:
    """Assert that the frames and the list are as fresh runs.

    At the newest row and at the one that is looked at.
    Runs of the list are left out that were seen there before.
    """
    seen = set() if seen is None else seen
    frame = session.frame()
    now = fresh(frame.settings_at_start, frame.edits, frame.newest_step)
    if frame.evidence_now.stopped:
        assert now.advance(1) == 0
    assert_same_rows(frame, now)
    assert known_of(frame.evidence_now) == known_of(evidence_of(now, frame.settings_now))
    assert frame.settings_now == settings_at(
        frame.settings_at_start, frame.edits, frame.newest_step
    )
    assert session.settings == frame.settings
    if frame.looks_back:
        assert_looks_back(frame)
    for run in frame.runs:
        moment = run.number, run.edits, run.rows.newest.step
        if moment not in seen:
            assert_same_rows(run, fresh(run.settings, run.edits, run.rows.newest.step))
            seen.add(moment)


def assert_looks_back(frame: Frame) -> None:
    """Assert that an earlier row is shown as it was seen when the run stood there."""
    then = fresh(frame.settings_at_start, frame.edits, frame.step)
    assert frame.settings == settings_at(frame.settings_at_start, frame.edits, frame.step)
    expected = evidence_of(then, frame.settings)
    assert known_of(frame.evidence) == known_of(expected)
    assert_same_row(frame.row, then.history.newest)
    assert frame.prediction.output.tobytes() == expected.prediction.output.tobytes()
    assert frame.diagnosis == diagnose(expected)
    steps = frame.rows.steps[frame.rows.steps < frame.step].tolist()
    assert frame.rows_here.steps.tolist() == [*steps, frame.step]


def assert_same_rows(shown: Frame | ListedRun, trainer: Trainer) -> None:
    """Assert that a history, with the optimizer's state of every row, is that of a run.

    Rows may be left out.
    """
    mine, theirs = shown.rows, trainer.history.rows()
    assert_same_row(mine.newest, theirs.newest)
    if mine.stride == theirs.stride:
        assert mine.kept_steps.tobytes() == theirs.kept_steps.tobytes()
        assert (
            np.ascontiguousarray(mine.kept).tobytes() == np.ascontiguousarray(theirs.kept).tobytes()
        )


def undone(session: Session, most: int = 1000) -> int:
    """Undo all there is; return how much that was."""
    count = 0
    while session.frame().undo_label and count < most:
        session.undo()
        count += 1
    return count
