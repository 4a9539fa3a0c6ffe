"""Session: looking at earlier rows and parts of steps, and going on from there."""

import pytest

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.settings import Settings
from neuroviz.session.session import Session
from tests.session.fresh import assert_as_fresh, columns, ready, same, state, step_of


@pytest.mark.parametrize(
    ("asked", "seen"), [(0, 0), (7, 7), (19, 19), (20, None), (1000, None), (-5, 0), (None, None)]
)
def test_look_at_a_row_that_there_is(asked, seen):
    """Beyond the newest row is the newest, wherever that goes; before the first is the first."""
    session = ready(steps=20)
    before = columns(session)
    session.look_at(asked)
    assert (session.selection.step, session.frame().step) == (seen, 20 if seen is None else seen)
    assert same(columns(session), before)
    assert_as_fresh(session)


def test_a_preview_is_the_start_that_a_run_would_have_and_touches_none():
    """Its frame is that of a new session with these settings.

    Afterwards everything is as it was.
    """
    session = ready(steps=20)
    session.look_at(7)
    before = columns(session)
    wanted = session.settings.replace(weights=(3.0, -1.0), bias=0.5)
    session.preview(wanted)
    shown, own = session.frame(), Session(wanted)
    own.prepare()
    fresh = own.frame()
    assert shown.preview
    assert (shown.step, shown.parameters.tolist()) == (0, [3.0, -1.0, 0.5])
    assert (shown.current_loss, shown.settings) == (fresh.current_loss, fresh.settings)
    assert shown.following.tolist() == fresh.following.tolist()
    session.preview(None)
    assert (session.frame().preview, session.frame().step) == (False, 7)
    assert same(columns(session), before)
    assert_as_fresh(session)


def test_a_preview_that_is_not_finite_is_refused_and_ends_with_any_change():
    """What was shown before the refusal still is; Reset shows the run again."""
    session = ready(Settings("double"), steps=3)
    session.preview(session.settings.replace(weights=(2.0,), bias=0.0))
    with pytest.raises(SettingsError, match="not finite"):
        session.preview(session.settings.replace(weights=(1e300,), bias=0.0))
    assert session.frame().preview
    session.reset()
    assert not session.frame().preview


def test_look_on_moves_the_look_as_far_as_the_run_goes():
    """Back to the start and on to the newest, from where it looks; the run takes no step."""
    session = ready(steps=10)
    seen = []
    for steps in (-1, -4, -100, 1, 3, 100, 1):
        session.look_on(steps)
        seen.append(session.frame().step)
    assert (seen, step_of(session), session.selection.step) == ([9, 5, 0, 1, 4, 10, 10], 10, None)


def test_parts_of_a_step_go_through_the_run_and_then_on():
    """At an earlier step they only look; behind the newest row the update is a step of the run."""
    session = ready(steps=2)
    session.look_at(1)
    seen = []
    for _ in range(11):
        assert session.next_part()
        seen.append((session.frame().step, session.frame().phase))
    parts = ["forward", "loss", "zero_grad", "backward"]
    expected = (
        [(1, part) for part in parts] + [(2, part) for part in ("update", *parts)] + [(3, "update")]
    )
    assert seen == [*expected, (3, "forward")]
    assert step_of(session) == 3
    assert session.frame().undo_label is None
    for position in reversed(seen[:-1]):
        assert session.previous_part()
        assert (session.frame().step, session.frame().phase) == position
    assert_as_fresh(session)


def test_there_is_no_part_before_the_first_and_none_without_an_update():
    """At the start nothing comes before.

    A stopped run, and one before torch, has no update to come.
    """
    session = ready()
    assert not session.previous_part()
    session.next_part()
    assert not session.previous_part()
    assert (session.frame().step, session.frame().phase) == (0, "forward")
    stopped = ready(Settings("line", learning_rate=1.0), 10_000)
    for _ in range(4):
        assert stopped.next_part()
    assert not stopped.next_part()
    assert stopped.frame().phase == "backward"
    waiting = Session(Settings())
    for _ in range(4):
        waiting.next_part()
    assert not waiting.next_part()


def test_a_step_ends_going_by_parts():
    """Who goes on by whole steps is at no part of one.

    Nor is who resets, though there is nothing to reset.
    """
    session = ready()
    session.next_part()
    session.reset()
    assert (session.frame().phase, session.frame().undo_label) == (None, None)
    session = ready(steps=2)
    session.next_part()
    session.advance(1)
    assert (session.frame().phase, step_of(session)) == (None, 3)


# --- from an earlier row --------------------------------------------------------------------------


def test_a_branch_goes_its_own_way_and_the_old_run_stays():
    """The old one is in the list as it was; undo takes it off again."""
    session = ready(steps=50)
    before = state(session)
    session.look_at(20)
    assert session.branch()
    assert (step_of(session), session.number, session.selection.step) == (20, 2, None)
    assert [(run.number, run.active, run.rows.newest.step) for run in session.frame().runs] == [
        (1, False, 50)
    ]
    session.advance(5)
    assert_as_fresh(session)
    session.undo()
    assert (state(session), session.frame().runs) == (before, ())
    session.redo()
    assert (session.number, step_of(session), len(session.frame().runs)) == (2, 25, 1)
    assert_as_fresh(session)


def test_at_the_newest_row_there_is_nothing_to_branch_from():
    """Nothing changes, and nothing can be undone."""
    session = ready(steps=5)
    session.look_at(5)
    assert not session.branch()
    assert (session.frame().undo_label, session.frame().runs) == (None, ())


def test_a_hyperparameter_at_an_earlier_row_is_one_change():
    """It branches and edits there; one undo takes back both, and its name says where it was."""
    session = ready(steps=500)
    before = state(session)
    session.look_at(300)
    assert session.apply(session.settings.replace(learning_rate=5.0)) is True
    assert (step_of(session), session.frame().edits) == (300, (Edit(300, "learning_rate", 5.0),))
    assert session.frame().undo_label == "learning rate 50 → 5 from step 300"
    assert [run.number for run in session.frame().runs] == [1]
    session.advance(100)
    assert_as_fresh(session)
    session.undo()
    assert (state(session), session.frame().runs, session.frame().undo_label) == (before, (), None)
    session.redo()
    assert (step_of(session), session.settings.learning_rate) == (400, 5.0)
    assert_as_fresh(session)


def test_a_hyperparameter_at_row_0_of_a_begun_run_starts_another_without_the_later_edits():
    """The old one stays in the list, as with any branch."""
    session = ready(steps=10)
    session.apply(session.settings.replace(learning_rate=5.0))
    session.advance(10)
    before = state(session)
    session.look_at(0)
    assert session.settings.learning_rate == 50.0
    assert session.apply(session.settings.replace(learning_rate=1.0)) is True
    frame = session.frame()
    assert (frame.settings_at_start.learning_rate, frame.edits, frame.newest_step) == (1.0, (), 0)
    assert [run.number for run in frame.runs] == [1]
    session.undo()
    assert (state(session), session.frame().runs) == (before, ())


def test_another_task_at_an_earlier_row_is_a_restart():
    """It has nothing to do with the row; undo brings the run back as far as it was."""
    session = ready(steps=30)
    session.apply(session.settings.replace(learning_rate=5.0))
    session.advance(20)
    before = state(session)
    session.look_at(20)
    assert session.apply(session.settings.replace(batch_size=2)) is True
    assert session.frame().undo_label == "batch size full → 2"
    assert session.settings.learning_rate == 50.0
    assert (step_of(session), session.frame().runs, session.selection.step) == (0, (), None)
    session.undo()
    assert state(session) == before


def test_reset_at_an_earlier_row_takes_the_values_on_show_there():
    """They are what the controls show."""
    session = ready(steps=10)
    session.apply(session.settings.replace(learning_rate=5.0))
    session.advance(10)
    session.look_at(5)
    session.reset()
    assert (session.settings.learning_rate, step_of(session)) == (50.0, 0)


def test_a_threshold_at_an_earlier_row_leaves_the_run_and_the_look():
    """It is no part of what defines the run, and can be undone."""
    session = ready(steps=10)
    session.apply(session.settings.replace(learning_rate=5.0))
    session.advance(10)
    session.look_at(5)
    assert session.apply(session.settings.replace(threshold=0.25)) is False
    assert (session.selection.step, session.settings.threshold, session.settings.learning_rate) == (
        5,
        0.25,
        50.0,
    )
    assert session.frame().settings_now.learning_rate == 5.0
    assert session.frame().undo_label == "threshold 0.5 → 0.25"
    session.undo()
    assert (session.selection.step, session.settings.threshold, session.settings.learning_rate) == (
        5,
        0.5,
        50.0,
    )
    session.redo()
    assert (session.selection.step, session.settings.threshold, session.settings.learning_rate) == (
        5,
        0.25,
        50.0,
    )
