"""Undo: how far it goes back, and how much memory that takes."""

import gc
import weakref

import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.core.training.trainer import Trainer
from neuroviz.session import undo
from tests.core.same_bits import assert_same_row
from tests.session.fresh import assert_as_fresh, fresh, ready, state, undone


@pytest.fixture
def little_memory(monkeypatch):
    """Give room for three runs of 1,000 rows of AND.

    In truth there is room for some hundred thousand.
    """
    history = fresh(Settings(), (), 1_000).history
    history.shrink(1_024)  # nothing is made ready for a run that goes on
    size = 3 * history.size
    monkeypatch.setattr(undo, "MOST_BYTES", size)
    return size


@pytest.fixture
def trainers(monkeypatch):
    """Give every trainer that is made, as long as anybody holds it."""
    made = []
    begin = Trainer.__init__

    def remember(self, *args, **choices):
        begin(self, *args, **choices)
        made.append(weakref.ref(self))

    monkeypatch.setattr(Trainer, "__init__", remember)
    gc.collect()
    gc.freeze()  # what other tests left made each look for garbage take a third of a second
    return made


def total(made, session):
    """Return the bytes of all histories that anybody holds, but the active run's."""
    gc.collect()
    alive = [trainer for trainer in (one() for one in made) if trainer is not None]
    assert session.run.trainer in alive
    return sum(trainer.history.size for trainer in alive if trainer is not session.run.trainer)


def test_there_is_a_hundred_changes_to_go_back_by():
    """The oldest are forgotten."""
    session = ready()
    for seed in range(130):
        session.apply(session.settings.replace(seed=seed + 1))
    assert undone(session) == 100
    assert session.settings.seed == 30
    session.undo()
    assert session.settings.seed == 30


def test_the_labels_are_those_of_the_last_and_the_next():
    """And None where there is nothing."""
    session = ready()
    assert (session.frame().undo_label, session.frame().redo_label) == (None, None)
    session.apply(session.settings.replace(seed=1))
    session.apply(session.settings.replace(batch_size=2))
    labels = []
    for act in (session.undo, session.undo, session.redo, session.redo):
        labels.append((session.frame().undo_label, session.frame().redo_label))
        act()
    seed, batch = "seed 0 → 1", "batch size full → 2"
    assert labels == [(batch, None), (seed, batch), (None, seed), (seed, batch)]


def test_all_runs_together_keep_to_their_memory(little_memory, trainers):
    """Restarts and pins.

    Old runs keep fewer rows, and come back to the last bit at every step all the same.
    """
    session, seen = ready(), set()
    states = []
    for seed in range(6):
        session.advance(1_000)
        if seed % 3 == 0:
            session.pin()
        states.append(state(session))
        session.apply(session.settings.replace(seed=seed + 1))
        session.advance(1)
        assert total(trainers, session) <= little_memory
    for expected in reversed(states):
        session.undo()
        assert state(session) == expected
        session.look_at(517)
        assert_as_fresh(session, seen)
    assert session.frame().rows.stride > 1
    session.look_at(100)
    session.branch()
    assert_as_fresh(session)
    for run in session.frame().runs:
        assert_same_row(run.row_at(333), fresh(run.settings, run.edits, 333).history.newest)


def test_what_was_undone_keeps_to_its_memory_too(little_memory, trainers):
    """Each undone edit knows where the run stood.

    Going back through all of them does not add up.
    """
    session = ready()
    states = []
    for rate in range(1, 9):
        session.advance(300)
        states.append(state(session))
        session.apply(session.settings.replace(learning_rate=float(rate)))
    session.advance(300)
    last = state(session)
    for expected in reversed(states):
        session.undo()
        assert state(session) == expected
        assert total(trainers, session) <= little_memory
    assert_as_fresh(session)
    for _ in states:
        session.redo()
    assert state(session) == last
    assert_as_fresh(session)


def test_where_fewer_rows_are_not_enough_the_oldest_changes_go(monkeypatch, trainers):
    """A wide neuron takes much memory for a row: the newest changes stay."""
    few = fresh(Settings("spam"), (), 1_000).history
    few.shrink(64)
    monkeypatch.setattr(undo, "MOST_BYTES", 4 * few.size)
    session = ready(Settings("spam"))
    for seed in range(8):
        session.advance(400)
        session.apply(session.settings.replace(seed=seed + 1))
    session.advance(1)
    assert total(trainers, session) <= 4 * few.size
    assert undone(session) == 4
    assert session.settings.seed == 4
    assert_as_fresh(session)


def test_the_active_run_keeps_all_its_rows(little_memory):
    """It is the one that is looked at."""
    session = ready(steps=1_000)
    for seed in range(5):
        session.apply(session.settings.replace(seed=seed + 1))
        session.advance(1_000)
    session.apply(session.settings.replace(threshold=0.25))
    assert session.frame().rows.stride == 1
    assert len(session.frame().rows) == 1_001
