"""Session: what a person does to the active run."""

import numpy as np
import pytest

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.settings import Settings
from neuroviz.core.training.trainer import Trainer
from neuroviz.session.session import Session
from tests.for_each import for_each
from tests.session.fresh import assert_as_fresh, columns, ready, same, step_of


def test_nothing_happens_before_torch():
    """A session that is not ready takes no step, and settings can be chosen all the same."""
    session = Session(Settings())
    assert session.advance(5) == 0
    session.apply(Settings("or"))
    assert (session.settings.task, session.ready) == ("or", False)


def test_a_learning_rate_edits_a_run_that_has_begun():
    """In mid-run a hyperparameter is an edit; the run goes on from where it is."""
    session = ready(steps=4)
    assert session.apply(session.settings.replace(learning_rate=0.5)) is False
    session.advance(2)
    assert session.frame().edits == (Edit(4, "learning_rate", 0.5),)
    assert columns(session)["learning_rate"] == [50.0] * 4 + [0.5] * 3
    assert session.frame().undo_label == "learning rate 50 → 0.5"


def test_a_learning_rate_at_the_start_is_no_edit():
    """Before the first step a hyperparameter is simply another setting.

    It can be undone all the same.
    """
    session = ready()
    assert session.apply(session.settings.replace(learning_rate=0.5)) is True
    frame = session.frame()
    assert (frame.edits, frame.settings_at_start.learning_rate) == ((), 0.5)
    assert frame.undo_label == "learning rate 50 → 0.5"
    session.undo()
    assert session.settings.learning_rate == 50.0
    session.redo()
    assert session.settings.learning_rate == 0.5


@for_each(
    "changes",
    [
        {"task": "or"},
        {"activation": "tanh", "loss": "mse"},
        {"loss": "mse"},
        {"optimizer": "adam"},
        {"schedule": "cosine"},
        {"batch_size": 2},
        {"seed": 5},
        {"init": "zeros"},
        {"inputs": "pm1"},
        {"precision": "float32"},
    ],
)
def test_what_defines_the_run_restarts_it_and_can_be_undone(changes):
    """A restart begins at step 0.

    Undo brings back run and settings as they stood, redo what came later.
    """
    session = ready(steps=7)
    session.apply(session.settings.replace(learning_rate=2.0))
    before, shown = columns(session), session.settings
    assert session.apply(session.settings.replace(**changes)) is True
    assert step_of(session) == 0
    session.advance(3)
    after = columns(session)
    session.undo()
    assert same(columns(session), before)
    assert (session.settings, session.frame().edits) == (shown, (Edit(7, "learning_rate", 2.0),))
    assert session.frame().redo_label
    session.redo()
    assert same(columns(session), after)
    session.advance(1)
    assert step_of(session) == 4


def test_an_undone_run_goes_on_as_if_nothing_had_been():
    """The run that comes back continues to the same bits."""
    session = ready(steps=7)
    session.apply(Settings("xor"))
    session.undo()
    session.advance(5)
    assert same(columns(session), columns(ready(steps=12)))


def test_a_new_restart_forgets_what_could_be_redone():
    """After an undo and another change the old future is gone."""
    session = ready(steps=1)
    session.apply(Settings("or"))
    session.undo()
    session.apply(Settings("nand"))
    assert session.frame().redo_label is None
    session.redo()
    assert session.settings.task == "nand"


def test_undo_and_redo_of_nothing_change_nothing():
    """There is nothing to bring back at first."""
    session = ready(steps=2)
    session.undo()
    session.redo()
    assert step_of(session) == 2


def test_stops_and_threshold_neither_restart_nor_edit():
    """How far the run goes and the threshold are no part of what defines it."""
    session = ready(steps=3)
    before = columns(session)
    assert (
        session.apply(session.settings.replace(epochs=5, until_loss=0.1, threshold=0.25)) is False
    )
    assert same(columns(session), before)
    assert session.frame().edits == ()


def test_reset_is_the_same_start_with_the_values_on_show():
    """Reset begins anew with the learning rate of now and no edits.

    From the same weights to the bit.
    """
    session = ready(steps=4)
    start = session.frame().rows.parameter(0)[0]
    session.apply(session.settings.replace(learning_rate=0.5))
    session.advance(4)
    session.reset()
    frame = session.frame()
    assert (frame.row.step, frame.edits, frame.row.learning_rate) == (0, (), 0.5)
    assert frame.row.parameters[0] == start
    session.advance(8)
    assert same(columns(session), columns(ready(Settings(learning_rate=0.5), 8)))
    session.undo()
    assert step_of(session) == 8


def test_a_start_that_is_not_finite_leaves_everything_as_it_was():
    """A refused change has changed nothing."""
    session = ready(Settings("line"), 3)
    before = columns(session)
    with pytest.raises(SettingsError, match="not finite"):
        session.apply(session.settings.replace(weights=(1e200,), bias=0.0))
    assert same(columns(session), before)
    assert (session.settings.weights, session.frame().undo_label) == (None, None)


def test_pick_picks_a_sample_and_touches_no_run():
    """Looking changes nothing; of another data set the first sample is, unless none was picked."""
    session = ready(steps=3)
    before = columns(session)
    session.pick(2)
    assert session.frame().selection.sample == 2
    assert same(columns(session), before)
    session.apply(session.settings.replace(seed=9))
    assert session.frame().selection.sample == 2
    session.apply(Settings("line"))
    assert session.frame().selection.sample == 0
    session.undo()
    assert session.frame().selection.sample == 0
    session.pick(None)
    session.redo()
    session.undo()
    assert session.frame().selection.sample is None
    session.pick(1)
    session.undo()
    assert session.frame().selection.sample == 1


def test_no_step_is_taken_against_an_obstacle():
    """The step activation cannot be trained, and a stopped run goes no further.

    Each with its reason.
    """
    session = ready(Settings("and_by_hand"))
    assert "flat but for one jump, so it cannot be trained" in session.obstacle()
    assert session.advance(3) == 0
    stopped = ready(Settings("line", learning_rate=1.0))
    stopped.advance(10_000)
    assert "not be finite" in stopped.obstacle()
    assert stopped.advance(1) == 0


def test_a_stopped_run_goes_on_at_a_smaller_rate():
    """After a non-finite stop a smaller learning rate is an edit from the last finite row on."""
    session = ready(Settings("line", learning_rate=1.0))
    session.advance(10_000)
    at = step_of(session)
    session.apply(session.settings.replace(learning_rate=1e-3))
    assert session.obstacle() is None
    assert session.advance(5) == 5
    assert session.frame().edits == (Edit(at, "learning_rate", 1e-3),)


def test_replayed_edits_are_those_of_the_trainer():
    """A session with given edits makes the history that the command line makes."""
    edits = (Edit(3, "learning_rate", 2.0), Edit(5, "learning_rate", 0.1))
    session = ready(Settings(), 10, edits)
    trainer = Trainer(Settings(), edits)
    trainer.advance(10)
    assert np.array_equal(session.frame().rows.parameter(0), trainer.history.rows().parameter(0))
    assert session.settings.learning_rate == 0.1


def test_a_run_replaced_before_torch_can_be_undone():
    """A restart made while torch was still loading can be undone.

    One that cannot start is dropped.
    """
    session = Session(Settings())
    session.apply(Settings("or"))
    session.prepare()
    session.undo()

    assert session.frame().settings.task == "and"
    assert session.frame().rows is not None

    session = Session(Settings("line", weights=(1e308,), bias=1e308))
    session.apply(Settings("or"))
    session.prepare()
    session.undo()

    assert (session.frame().settings.task, session.advance(1), session.frame().undo_label) == (
        "or",
        1,
        None,
    )


def test_edits_to_come_survive_a_change_at_the_start():
    """Another learning rate at step 0 is another setting.

    Later changes stay, and Reset can be undone.
    """
    session = ready(edits=(Edit(5, "learning_rate", 0.1),))
    session.apply(session.settings.replace(learning_rate=2.0))

    assert session.frame().edits == (Edit(5, "learning_rate", 0.1),)

    session.reset()

    assert (session.frame().edits, session.frame().undo_label) == ((), "reset")


def test_a_listed_run_without_a_start_leaves_the_list_when_torch_comes():
    """It is said once, and the active run goes on."""
    session = Session(Settings("line", weights=(1e308,), bias=1e308))
    session.pin()
    session.apply(Settings("or"))
    with pytest.raises(SettingsError, match="not finite"):
        session.prepare()
    assert (session.frame().runs, session.settings.task, session.advance(3)) == ((), "or", 3)


def test_an_active_run_without_a_start_gives_way_to_the_task_s_own():
    """Even if it was pinned."""
    session = Session(Settings("line", weights=(1e308,), bias=1e308))
    session.pin()
    with pytest.raises(SettingsError, match="not finite"):
        session.prepare()
    assert (session.frame().runs, session.settings, session.advance(3)) == ((), Settings("line"), 3)
    assert_as_fresh(session)


def test_changes_from_before_torch_go_both_ways():
    """Undone before it and after it, and made again."""
    session = Session(Settings())
    session.apply(session.settings.replace(learning_rate=5.0))
    session.apply(Settings("or"))
    session.undo()
    assert session.frame().redo_label == "task AND gate → OR gate"
    session.prepare()
    session.redo()
    assert (session.settings.task, session.advance(2)) == ("or", 2)
    session.undo()
    session.undo()
    assert (session.settings.learning_rate, session.advance(1)) == (50.0, 1)
    assert_as_fresh(session)


def test_what_cannot_be_made_again_is_forgotten():
    """A start from before torch that turns out not to be finite."""
    session = Session(Settings())
    session.apply(Settings("line", weights=(1e308,), bias=1e308))
    session.undo()
    session.prepare()
    session.redo()
    assert (session.settings.task, session.frame().redo_label, session.advance(1)) == (
        "and",
        None,
        1,
    )
