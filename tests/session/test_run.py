"""Run: settings, edits, and the trainer that comes with torch."""

import pytest

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.settings import Settings
from neuroviz.session.run import SessionRun


def test_edits_at_step_0_are_settings():
    """An edit at the start is a change of the settings, and no edit of the run."""
    run = SessionRun.of(Settings(), (Edit(0, "learning_rate", 2.0), Edit(5, "learning_rate", 3.0)))
    assert run.settings.learning_rate == run.shown.learning_rate == 2.0
    assert run.edits == (Edit(5, "learning_rate", 3.0),)


def test_a_run_is_at_its_start_until_prepared():
    """No trainer is made before it is asked for, and then only one."""
    run = SessionRun.of(Settings())
    assert (run.step, run.trainer) == (0, None)
    assert run.prepare() is run.prepare() is run.trainer


@pytest.mark.parametrize(
    "values", [{"seed": 3}, {"optimizer": "momentum"}, {"weights": (1.0, 2.0)}]
)
def test_what_defines_a_run_cannot_be_edited(values):
    """Only the run's own hyperparameters can change in mid-run.

    Nothing has changed after a refusal.
    """
    run = SessionRun.of(Settings())
    run.prepare().advance(1)
    before = run.shown
    with pytest.raises(SettingsError):
        run.edit(run.shown.replace(learning_rate=1.0, **values))
    assert (run.edits, run.shown) == ((), before)


def test_a_run_without_trainer_cannot_be_edited():
    """Before torch is loaded there is nothing to edit."""
    with pytest.raises(SettingsError):
        SessionRun.of(Settings()).edit(Settings(learning_rate=1.0))


def test_stops_of_now_belong_to_the_settings_of_the_start():
    """How far a run goes may change without a restart.

    It is told with the settings it started with.
    """
    run = SessionRun.of(Settings())
    run.prepare().advance(1)
    run.edit(run.shown.replace(learning_rate=2.0))
    run.shown = run.shown.replace(epochs=7, until_loss=0.5, threshold=0.25)
    told = run.settings_with_limits()
    assert (told.epochs, told.until_loss, told.threshold, told.learning_rate) == (
        7,
        0.5,
        0.25,
        50.0,
    )


def test_rows_that_are_kept_have_a_rate_that_was_edited_at_rest():
    """The row from which it holds is there already, and was kept before."""
    run = SessionRun.of(Settings())
    run.prepare().advance(10)
    before = run.rows_record(10_000)
    assert run.rows_record(10_000) is before
    run.edit(run.shown.replace(learning_rate=0.125))
    after = run.rows_record(10_000)
    assert 0.125 in after.recent[-1]
    assert 0.125 not in before.recent[-1]
