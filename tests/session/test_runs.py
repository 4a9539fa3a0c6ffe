"""Runs: numbers, names, colours, and who is listed."""

import numpy as np
import pytest
from msgspec.structs import replace

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.settings import Settings
from neuroviz.session.run import SessionRun
from neuroviz.session.runs import Runs
from neuroviz.session.session import Session
from tests.core.same_bits import assert_same_row
from tests.session.fresh import assert_as_fresh, fresh, ready, state


def run_of(seed=0):
    return SessionRun.of(Settings(seed=seed))


def test_new_runs_get_numbers_and_names_once():
    """In the order in which they come; a name that was given stays."""
    runs = Runs(run_of())
    named = SessionRun.of(Settings(), name="mine")
    for _ in range(2):
        runs.enter(replace(runs.snapshot, listed=(runs.snapshot.active, run_of(1), named)))
    assert [(run.number, run.name) for run in runs.snapshot.listed] == [
        (1, "Run 1"),
        (4, "Run 4"),
        (3, "mine"),
    ]
    assert runs.find(3) is named


def test_every_run_of_the_list_has_a_colour_of_its_own():
    """The first that is free; who is there first keeps his."""
    runs = Runs(run_of())
    three = tuple(run_of(seed) for seed in range(3))
    runs.enter(replace(runs.snapshot, listed=three))
    assert [run.slot for run in runs.snapshot.listed] == [0, 1, 2]
    runs.enter(replace(runs.snapshot, listed=three[1:]))
    runs.enter(replace(runs.snapshot, listed=(*three[1:], runs.snapshot.active)))
    assert [run.slot for run in runs.snapshot.listed] == [1, 2, 0]
    runs.enter(replace(runs.snapshot, listed=(*three, runs.snapshot.active)))
    assert [run.slot for run in runs.snapshot.listed] == [0, 1, 2, 3]
    runs.enter(
        replace(runs.snapshot, listed=(three[0], run_of(4), *three[1:], runs.snapshot.active))
    )
    assert [run.slot for run in runs.snapshot.listed] == [0, 4, 1, 2, 3]


def test_a_scene_is_made_ready_only_when_torch_is_there():
    """And whoever has no finite start is found before it is entered."""
    runs = Runs(run_of())
    bad = replace(
        runs.snapshot, listed=(SessionRun.of(Settings("line", weights=(1e200,), bias=0.0)),)
    )
    runs.make_ready(bad)
    assert runs.snapshot.active.trainer is None
    runs.ready = True
    with pytest.raises(SettingsError):
        runs.make_ready(bad)
    runs.make_ready(runs.snapshot)
    assert runs.snapshot.active.trainer is not None


# --- the list, as a session has it ----------------------------------------------------------------


def listing(session):
    return [(run.number, run.name, run.slot, run.active) for run in session.frame().runs]


def test_a_pinned_run_stays_when_another_takes_its_place():
    """Once, with its history; the new one is not on the list."""
    session = ready(Settings(), 5)
    session.pin()
    session.pin()
    assert listing(session) == [(1, "Run 1", 0, True)]
    session.apply(session.settings.replace(seed=3))
    session.advance(2)
    assert listing(session) == [(1, "Run 1", 0, False)]
    assert (session.number, session.frame().runs[0].rows.newest.step) == (2, 5)
    assert_as_fresh(session)


def test_the_list_says_what_the_runs_differ_in():
    """Edits too."""
    session = ready(Settings(), 5)
    session.pin()
    session.apply(session.settings.replace(seed=3))
    session.advance(5)
    session.apply(session.settings.replace(learning_rate=2.0))
    session.pin()
    assert [run.differs for run in session.frame().runs] == [
        "seed 0",
        "seed 3, learning rate 50, from step 5 learning rate 2",
    ]


def test_runs_are_renamed_and_hidden():
    """A name of nothing but spaces is none; what is hidden stays in the list."""
    session = ready()
    session.pin()
    session.rename(1, "  the first ")
    session.rename(1, "   ")
    session.show_run(1, visible=False)
    (run,) = session.frame().runs
    assert (run.name, run.visible) == ("the first", False)
    session.show_run(1, visible=True)
    assert session.frame().runs[0].visible


def test_a_deleted_run_comes_back_to_its_place():
    """With name and colour, though another has taken the colour meanwhile."""
    session = ready(Settings(), 2)
    for seed in (1, 2, 3):
        session.pin()
        session.apply(session.settings.replace(seed=seed))
    before = listing(session)
    session.rename(1, "kept")
    session.delete(1)
    assert session.frame().undo_label == "delete kept"
    assert [run[0] for run in listing(session)] == [2, 3]
    session.pin()
    assert listing(session)[-1] == (4, "Run 4", 0, True)
    session.undo()
    assert [run[0] for run in listing(session)] == [1, 2, 3, 4]
    assert listing(session)[1:3] == before[1:]
    assert listing(session)[0][1] == "kept"
    assert len({run[2] for run in listing(session)}) == 4
    session.redo()
    assert [run[0] for run in listing(session)] == [2, 3, 4]


def test_deleting_the_active_run_takes_it_off_the_list_only():
    """It goes on all the same."""
    session = ready(Settings(), 5)
    session.pin()
    before = state(session)
    session.delete(1)
    assert (state(session), session.frame().runs) == (before, ())
    session.advance(3)
    assert_as_fresh(session)
    session.undo()
    assert (listing(session), session.frame().newest_step) == ([(1, "Run 1", 0, True)], 8)


def test_the_settings_of_a_listed_run_come_back_with_its_edits():
    """In a new run from the start, whose edits are replayed; one undo brings back what was."""
    session = ready(Settings(), 10)
    session.apply(session.settings.replace(learning_rate=2.0))
    session.advance(10)
    session.pin()
    old = session.frame()
    session.apply(Settings("or"))
    before = state(session)
    session.bring_back(1)
    assert session.frame().undo_label == "settings of Run 1"
    assert (session.frame().newest_step, session.settings.learning_rate) == (0, 50.0)
    session.advance(20)
    assert (session.settings.learning_rate, session.frame().edits) == (2.0, old.edits)
    assert session.frame().parameters.tolist() == old.parameters.tolist()
    assert_as_fresh(session)
    session.undo()
    assert state(session) == before


def test_a_pin_survives_undo_and_redo_of_what_was_before_it():
    """Pinning keeps a run whatever is taken back; no change tells of it."""
    session = ready(Settings(), 20)
    session.look_at(10)
    session.branch()
    session.pin()
    session.undo()
    assert [run[0] for run in listing(session)] == [2]
    session.redo()
    assert sorted(run[0] for run in listing(session)) == [1, 2]
    session.undo()
    session.pin()
    session.redo()
    session.undo()
    assert sorted(run[0] for run in listing(session)) == [1, 2]
    assert_as_fresh(session)
    session.apply(Settings("or"))
    assert session.number == 3


def test_a_run_that_is_pinned_again_stays_pinned():
    """Whether it had been taken off the list before is of no account."""
    session = ready(Settings(), 5)
    session.pin()
    session.delete(1)
    session.pin()
    for act in (session.undo, session.redo, session.undo):
        act()
        assert [run[0] for run in listing(session)] == [1]


def test_a_run_that_is_not_listed_is_not_found():
    """Its number may have been given, and taken off the list since."""
    with pytest.raises(KeyError):
        ready().rename(1, "nobody")


SETTINGS = Settings("xor", optimizer="adam", batch_size=3, learning_rate=0.05)


def test_the_rows_of_a_listed_run_are_those_of_its_recipe():
    """At any step, thinned out or not; behind its newest row that one stands for it.

    The edits are made.
    """
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
        assert_same_row(replace(listed_run, rows=thinned.rows()).row_at(step), expected)


def test_before_torch_a_listed_run_has_no_rows():
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


def test_a_listed_run_does_not_change_when_the_run_goes_on():
    """What was handed out keeps its rows; it cannot be written to."""
    session = ready(Settings(), 5)
    session.pin()
    listed_run = session.frame().runs[0]
    losses = listed_run.rows.loss.copy()
    session.advance(100)
    assert np.array_equal(listed_run.rows.loss, losses)
    with pytest.raises(AttributeError):
        listed_run.name = "another"


def test_a_listed_run_says_when_its_run_has_stopped():
    """It cannot go on in a race."""
    session = ready(Settings("line", learning_rate=1.0), 10_000)
    session.pin()
    assert session.frame().runs[0].stopped
