"""Session: what undo and redo bring back, and the sliders whose moves are one change."""

import time

import pytest

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.settings import Settings
from neuroviz.session.session import Session
from tests.session.fresh import assert_as_fresh, columns, ready, same, state, step_of, undone


def test_undo_of_an_edit_brings_back_the_step_where_it_was_made():
    """Without the edit; redo brings back how far the run had come, with it."""
    session = ready(steps=300)
    before = columns(session)
    session.apply(session.settings.replace(learning_rate=5.0))
    session.advance(200)
    after = columns(session)
    session.undo()
    assert (step_of(session), session.frame().edits, session.settings.learning_rate) == (
        300,
        (),
        50.0,
    )
    assert same(columns(session), before)
    assert session.frame().redo_label == "learning rate 50 → 5"
    session.advance(50)
    assert same(columns(session), columns(ready(steps=350)))
    session.redo()
    assert (step_of(session), session.settings.learning_rate) == (500, 5.0)
    assert same(columns(session), after)
    assert_as_fresh(session)


def test_undo_of_a_run_brings_back_where_it_began():
    """One undo for each time that Run was pressed, between them what was changed in mid-run."""
    session = ready(steps=20)
    before = columns(session)
    for rate in (5.0, 9.0):
        session.aim()
        session.advance(40)
        session.apply(session.settings.replace(learning_rate=rate))
        session.advance(3)  # by Step
    labels = []
    for step in (103, 63, 60, 20):
        labels.append(session.frame().undo_label)
        session.undo()
        assert step_of(session) == step
        assert_as_fresh(session)
    rates = ["learning rate 50 → 5", "learning rate 5 → 9"]
    assert labels == [rates[1], "run from step 63", rates[0], "run from step 20"]
    assert same(columns(session), before)
    for _ in labels:
        session.redo()
    assert (step_of(session), session.settings.learning_rate) == (106, 9.0)
    assert_as_fresh(session)


def test_steps_that_follow_steps_are_one_undo():
    """Run between them, or an edit, parts them."""
    session = ready()
    for _ in range(3):
        session.go_on(by_steps=True)
        session.advance(2)
    session.aim()
    session.advance(5)
    session.go_on(by_steps=True)
    session.advance(1)
    labels = []
    for step in (11, 6, 0):
        labels.append(session.frame().undo_label)
        session.undo()
        assert step_of(session) == step
    assert labels == ["steps from step 11", "run from step 6", "steps"]
    assert session.frame().undo_label is None


def test_undo_of_a_run_that_blew_up_lets_it_go_again():
    """And Run that is pressed again where no step was taken is the same press."""
    session = ready(Settings("line", learning_rate=10.0))
    session.aim()
    session.aim()
    session.advance(10_000)
    assert session.obstacle() is not None
    session.undo()
    assert (step_of(session), session.obstacle(), session.frame().undo_label) == (0, None, None)
    assert session.advance(1) == 1
    # Also at its very first step, and where Run was paused before that.
    far = Settings("sum", precision="float32", weights=(1e15,) * 3, learning_rate=1e12)
    for settings, fails in ((far, True), (Settings(), False)):
        session = ready(settings)
        session.aim()
        session.advance(int(fails))
        assert (step_of(session), session.obstacle() is not None) == (0, fails)
        session.undo()
        assert (step_of(session), session.obstacle(), session.frame().undo_label) == (0, None, None)
        assert_as_fresh(session)
        session.redo()
        assert (step_of(session), session.obstacle() is not None) == (0, fails)


@pytest.mark.parametrize("between", [0, 25])
def test_two_edits_take_two_undos(between):
    """In one step or in two, each goes back by itself."""
    session = ready(Settings(optimizer="momentum"), 20)
    first = state(session)
    session.apply(session.settings.replace(learning_rate=5.0))
    session.advance(between)
    second = state(session)
    session.apply(session.settings.replace(momentum=0.5))
    session.advance(10)
    third = state(session)
    for expected in (second, first):
        session.undo()
        assert state(session) == expected
        assert_as_fresh(session)
    for expected in (second, third):
        session.redo()
        assert state(session) == expected
        assert_as_fresh(session)


def test_undo_of_the_stops_leaves_the_run_where_it_is():
    """How far it goes and the loss to stop at come back, the steps stay."""
    session = ready(steps=5)
    session.apply(session.settings.replace(epochs=77, until_loss=0.01))
    session.advance(5)
    session.undo()
    assert (session.settings.epochs, session.settings.until_loss, step_of(session)) == (
        Settings().epochs,
        None,
        10,
    )
    session.redo()
    assert (session.settings.epochs, session.settings.until_loss, step_of(session)) == (
        77,
        0.01,
        10,
    )
    assert_as_fresh(session)


def test_a_stopped_run_is_looked_at_branched_from_and_undone():
    """Its earlier rows can be gone on from.

    The way back leads to the stopped run, stopped as it was.
    """
    session = ready(Settings("line", learning_rate=1.0), 10_000)
    at, sentence = step_of(session), session.obstacle()
    session.look_at(at - 3)
    assert session.obstacle() is None
    assert_as_fresh(session)
    session.apply(session.settings.replace(learning_rate=1e-3))
    assert session.advance(100) == 100
    assert_as_fresh(session)
    session.undo()
    assert (step_of(session), session.obstacle()) == (at, sentence)
    session.look_at(at - 3)
    assert session.advance(1_000) == 3
    assert (step_of(session), session.obstacle()) == (at, sentence)


def test_undo_of_the_edit_that_let_a_stopped_run_go_on_stops_it_again():
    """It stands as it stood: with no next step."""
    session = ready(Settings("line", learning_rate=1.0), 10_000)
    at, sentence = step_of(session), session.obstacle()
    session.apply(session.settings.replace(learning_rate=1e-3))
    session.advance(10)
    session.undo()
    assert (step_of(session), session.obstacle()) == (at, sentence)
    assert session.frame().diagnosis.state == "overflow"
    assert_as_fresh(session)


def test_undo_of_a_start_that_was_typed_brings_the_run_back():
    """A dropped ball or a typed weight is a change like any other."""
    session = ready(steps=30)
    before = state(session)
    session.apply(session.settings.replace(weights=(1.0, 2.0), bias=3.0))
    assert (session.frame().undo_label, session.frame().parameters.tolist()) == (
        "typed weights",
        [1.0, 2.0, 3.0],
    )
    session.undo()
    assert state(session) == before
    assert_as_fresh(session)


# --- sliders --------------------------------------------------------------------------------------


def drag(session, rates, steps=0):
    """Move the slider of the learning rate, the run going on between its moves."""
    for rate in rates:
        session.apply(session.settings.replace(learning_rate=rate), merge=True)
        session.advance(steps)


@pytest.mark.parametrize("step", [0, 20])
@pytest.mark.parametrize("look", [None, 0, 10])
def test_a_dragged_slider_is_one_change(step, look):
    """At the start, in mid-run and at an earlier row; runs are counted once."""
    session = ready(steps=step)
    before = state(session)
    session.look_at(look)
    where = "" if look is None or step == 0 else f" from step {look}"
    drag(session, (40.0, 30.0, 20.0))
    session.pin()
    assert session.frame().undo_label == f"learning rate 50 → 20{where}"
    assert session.number <= 2
    assert session.settings.learning_rate == 20.0
    kept = [run.number for run in session.frame().runs if not run.active]
    assert kept == ([1] if where else [])
    session.advance(10)
    assert_as_fresh(session)
    session.undo()
    assert (state(session), session.frame().undo_label) == (before, None)
    assert 1 not in [run.number for run in session.frame().runs if not run.active]
    session.redo()
    assert (session.settings.learning_rate, session.frame().redo_label) == (20.0, None)
    assert_as_fresh(session)


def test_a_slider_dragged_while_the_run_goes_on_is_one_change():
    """The moves are edits of their own, and go back together."""
    session = ready(steps=20)
    before = state(session)
    drag(session, (40.0, 30.0, 20.0), steps=10)
    assert [edit.step for edit in session.frame().edits] == [20, 30, 40]
    assert_as_fresh(session)
    session.undo()
    assert (state(session), session.frame().undo_label) == (before, None)


def test_a_later_drag_in_mid_run_is_a_change_of_its_own(monkeypatch):
    """A second after the first, and somewhere else."""
    session = ready(steps=20)
    drag(session, (40.0,), steps=10)
    between = state(session)
    now = time.monotonic() + 2.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    drag(session, (30.0,))
    session.undo()
    assert state(session) == between


def test_another_slider_is_another_change():
    """And so is what is not dragged, and what follows an undo."""
    session = ready(Settings(optimizer="momentum"), 10)
    drag(session, (40.0, 30.0))
    session.apply(session.settings.replace(momentum=0.5), merge=True)
    session.undo()
    assert (session.settings.learning_rate, session.settings.momentum) == (30.0, 0.9)
    drag(session, (20.0,))
    session.undo()
    assert session.settings.learning_rate == 30.0
    session.apply(session.settings.replace(learning_rate=10.0))
    session.apply(session.settings.replace(learning_rate=5.0))
    session.undo()
    assert session.settings.learning_rate == 10.0


def test_a_dragged_threshold_is_one_change():
    """As any slider."""
    session = ready(steps=5)
    for threshold in (0.6, 0.7, 0.8):
        session.apply(session.settings.replace(threshold=threshold), merge=True)
    assert session.frame().undo_label == "threshold 0.5 → 0.8"
    session.undo()
    assert (session.settings.threshold, session.frame().undo_label) == (0.5, None)


def test_a_drag_to_a_start_that_is_refused_changes_nothing():
    """The start before stays, and with it the way back to the one before the drag."""
    session = ready(Settings("line"))
    session.apply(session.settings.replace(weights=(1.0,), bias=0.0), merge=True)
    before = state(session)
    with pytest.raises(SettingsError):
        session.apply(session.settings.replace(weights=(1e200,), bias=0.0), merge=True)
    assert state(session) == before
    session.undo()
    assert session.settings.weights is None


def test_undo_of_a_stop_keeps_the_look():
    """The run has not changed: the step that was looked at stays."""
    session = ready(Settings(learning_rate=1.0), 30)
    session.look_at(20)
    session.apply(session.settings.replace(epochs=77))
    session.undo()
    assert (session.settings.epochs, session.frame().step) == (10_000, 20)
    session.redo()
    assert (session.settings.epochs, session.frame().step) == (77, 20)


def test_a_run_that_was_shrunk_grows_again():
    """Brought back, it keeps as many rows from there on as any run."""
    session = ready(Settings(learning_rate=1.0), 500)
    session.run.prepare().history.shrink(64)
    session.reset()
    session.undo()
    session.advance(5000)
    rows = session.frame().rows
    assert len(rows) > 500


# --- what goes on with the last change ------------------------------------------------------------


@pytest.mark.parametrize(
    ("between", "count"),
    [
        (lambda session: None, 1),
        (lambda session: session.advance(1), 2),
        (lambda session: session.pin(), 2),
    ],
)
def test_another_start_goes_on_with_the_last_while_nothing_else_happened(between, count):
    """No step was taken since, and nobody came."""
    session = ready()
    session.apply(session.settings.replace(seed=1), merge=True)
    between(session)
    session.apply(session.settings.replace(seed=2), merge=True)
    assert undone(session) == count


@pytest.mark.parametrize(("choice", "count"), [("learning_rate", 2), ("epochs", 1)])
def test_an_edit_of_long_ago_is_another_and_a_stop_is_not(choice, count, monkeypatch):
    """Where the run has gone on since: under a slider that is being dragged it does so too."""
    clock = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    session = ready()
    session.advance(5)
    session.apply(session.settings.replace(**{choice: 3}), merge=True)
    session.advance(5)
    session.apply(session.settings.replace(**{choice: 4}), merge=True)
    clock[0] = 5.0
    session.advance(5)
    session.apply(session.settings.replace(**{choice: 5}), merge=True)
    assert undone(session) == count


def test_a_stop_beside_a_run_that_could_not_start_stays_with_that():
    """The task's own start takes its place, and has stops of its own."""
    session = Session(Settings("line", weights=(1e300,), bias=0.0))
    session.apply(session.settings.replace(epochs=7), merge=True)
    with pytest.raises(SettingsError):
        session.prepare()
    session.apply(session.settings.replace(epochs=8), merge=True)
    assert session.settings.epochs == 8
