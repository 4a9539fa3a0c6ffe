"""ListedRun: a run of the list, frozen."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.settings import Settings
from neuroviz.session.session import Session
from tests.core.same_bits import assert_same_row
from tests.session.fresh import fresh, ready

SETTINGS = Settings("xor", optimizer="adam", batch_size=3, learning_rate=0.05)


def test_its_rows_are_those_of_its_recipe() -> None:
    """At any step, thinned out or not; behind its newest row that one stands for it; the edits are made."""
    edits = (Edit(20, "learning_rate", 0.5),)
    session = ready(SETTINGS, 60, edits)
    session.pin()
    session.apply(Settings())
    listed_run = session.frame().runs[0]
    thinned = fresh(SETTINGS, edits, 60).history
    thinned.shrink(64)
    for step in (0, 1, 19, 20, 21, 59, 60, 61, 1000):
        expected = fresh(SETTINGS, edits, min(step, 60)).history.newest
        assert_same_row(listed_run.row_at(step), expected)
        assert_same_row(dataclasses.replace(listed_run, rows=thinned.rows()).row_at(step), expected)


def test_before_torch_it_has_no_rows() -> None:
    """A run can be pinned all the same."""
    session = Session(Settings())
    session.pin()
    listed_run = session.frame().runs[0]
    assert (listed_run.rows, listed_run.row_at(0), listed_run.stopped, listed_run.active) == (
        None,
        None,
        False,
        True,
    )


def test_it_does_not_change_when_the_run_goes_on() -> None:
    """What was handed out keeps its rows; it cannot be written to."""
    session = ready(Settings(), 5)
    session.pin()
    listed_run = session.frame().runs[0]
    losses = listed_run.rows.loss.copy()
    session.advance(100)
    assert np.array_equal(listed_run.rows.loss, losses)
    with pytest.raises(dataclasses.FrozenInstanceError):
        listed_run.name = "another"  # type: ignore[misc]


def test_it_says_when_its_run_has_stopped() -> None:
    """It cannot go on in a race."""
    session = ready(Settings("line", learning_rate=1.0), 10_000)
    session.pin()
    assert session.frame().runs[0].stopped
