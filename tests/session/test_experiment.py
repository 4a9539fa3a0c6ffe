"""Experiment: which change edits, branches or starts anew, and where."""

import pytest

from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.settings import Settings
from neuroviz.session.own_steps import OwnSteps
from neuroviz.session.session import Session
from tests.for_each import for_each

MOMENTUM = Settings(optimizer="momentum", schedule="step_decay")


def begun(settings=MOMENTUM, steps=10, edits=()):
    session = Session(settings, edits)
    session.prepare()
    session.run.prepare().advance(steps)
    return session


@pytest.mark.parametrize(
    "changes", [{"learning_rate": 0.5}, {"momentum": 0.5}, {"gamma": 0.25}, {"period": 7.0}]
)
def test_hyperparameters_edit_and_branch(changes):
    """At the newest row the run itself, at an earlier one a branch, at the first another run."""
    name, value = next(iter(changes.items()))
    for step, edits in ((10, (Edit(10, name, value),)), (4, (Edit(4, name, value),)), (0, ())):
        session = begun()
        old = session.run
        session.look_at(step)
        assert session.apply(MOMENTUM.replace(**changes)) is (step < 10)
        run = session.run
        assert (run is old, run.step, run.edits) == (step == 10, step, edits)
        assert getattr(run.shown, name) == value
        assert session.runs.snapshot.listed == (() if step == 10 else (old,))


@for_each("changes", [{"optimizer": "nesterov"}, {"seed": 3}, {"seed": 3, "learning_rate": 2.0}])
@for_each("step", [0, 4, 10])
def test_anything_else_starts_anew(changes, step):
    """Wherever one looks, without the edits, and the old run is not kept."""
    session = begun(edits=(Edit(5, "learning_rate", 3.0),))
    new = session.run.settings_at(step).replace(**changes)
    session.look_at(step)
    assert session.apply(new)
    run = session.run
    assert (run.settings, run.step, run.edits, session.runs.snapshot.listed) == (new, 0, (), ())


def test_the_same_settings_are_no_change():
    """Nothing can be undone."""
    for step in (0, 4, 10):
        session = begun()
        session.look_at(step)
        assert not session.apply(MOMENTUM.replace())
        assert session.frame().undo_label is None


def test_stops_that_come_with_an_edit_go_back_with_it():
    """They are one change."""
    session = begun()
    session.apply(MOMENTUM.replace(learning_rate=0.5, epochs=7))
    assert session.run.shown.epochs == 7
    session.undo()
    shown = session.run.shown
    assert (shown.learning_rate, shown.epochs) == (MOMENTUM.learning_rate, MOMENTUM.epochs)
    session.redo()
    assert session.run.shown.epochs == 7


def test_reset_of_a_run_at_its_start_is_no_change():
    """Unless there are edits to come."""
    session = begun(steps=0)
    session.reset()
    assert session.frame().undo_label is None
    session = begun(steps=0, edits=(Edit(5, "learning_rate", 3.0),))
    session.reset()
    assert (session.frame().undo_label, session.run.edits) == ("reset", ())


def test_the_end_of_no_race_is_no_change():
    """Nothing can be undone."""
    session = begun()
    session.end_race()
    assert session.frame().undo_label is None


def test_another_run_takes_the_place_of_a_persons_own_steps():
    """Undo brings them back."""
    session = begun()
    own = OwnSteps.begun(session.settings, session.frame().parameters)
    for steps in (own, own.then(session.frame().parameters + 1.0)):
        session.take_own(steps)
    session.apply(session.settings.replace(seed=5))
    assert session.frame().own is None
    session.undo()
    assert session.frame().own is steps
