"""Race: several runs from one start, in lockstep."""

import sys
import time
from types import SimpleNamespace

import numpy as np
import pytest
from msgspec.structs import replace

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.settings import Settings
from neuroviz.core.training.trainer import Trainer
from neuroviz.session import going
from neuroviz.session.going import (
    MOST,
    advance_together,
    lead,
    race_anew,
)
from neuroviz.session.run import SessionRun
from neuroviz.session.runs import Runs
from neuroviz.session.session import Session
from tests.session.fresh import assert_as_fresh, ready, state, step_of

FOREVER = sys.float_info.max
AND = Settings()


def prepared(*settings):
    runs = [SessionRun.of(one) for one in settings]
    for run in runs:
        run.prepare()
    return runs


def rates(*values, **choices):
    return [(f"rate {value:g}", Settings(learning_rate=value, **choices)) for value in values]


def steps(session):
    return [run.rows.newest.step for run in session.frame().runs]


# --- lockstep -------------------------------------------------------------------------------------


@pytest.mark.parametrize("task", ["blobs3", "gates"])
def test_runs_of_several_outputs_race(task):
    """Each as if it were alone."""
    choices = {"task": task, "hidden": 2}
    runs = prepared(*(one for _, one in rates(0.1, 1.0, **choices)))
    advance_together(runs, FOREVER, 60)
    for run, rate in zip(runs, (0.1, 1.0), strict=True):
        alone = Trainer(Settings(learning_rate=rate, **choices))
        alone.advance(60)
        newest = run.trainer.history.newest
        assert newest.parameters.tolist() == alone.history.newest.parameters.tolist()


@pytest.mark.parametrize("at_most", [1, 7, 300, 1000])
def test_all_take_the_same_steps(at_most):
    """Exactly as many as asked for."""
    runs = prepared(AND, AND.replace(optimizer="adam"), AND.replace(optimizer="momentum"))
    assert advance_together(runs, FOREVER, at_most) == at_most
    assert [run.step for run in runs] == [at_most] * 3
    assert lead(runs) == at_most


def test_when_the_time_is_over_they_stand_level(monkeypatch):
    """After whole turns, however many steps are left."""
    clock = iter(range(1000))
    monkeypatch.setattr("neuroviz.session.going.time.perf_counter", lambda: float(next(clock)))
    runs = prepared(AND, AND.replace(seed=1))
    taken = advance_together(runs, 4.0, 10**6)
    assert 0 < taken < 1000
    assert [run.step for run in runs] == [taken] * 2


def test_who_has_stopped_stays_and_the_others_go_on():
    """Until all have; then there is no step any more."""
    line = Settings("line", learning_rate=1.0)
    runs = prepared(line, line.replace(learning_rate=1e-3))
    assert advance_together(runs, FOREVER, 2000) == 2000
    alone = SessionRun.of(line)
    alone.prepare().advance(2000)
    assert runs[0].stopped
    assert [run.step for run in runs] == [alone.step, 2000]
    stopped = prepared(line, line)
    assert advance_together(stopped, FOREVER, 2000) == alone.step
    assert advance_together(stopped, FOREVER, 5) == 0


def test_who_is_behind_catches_up_first():
    """And all go on together from where the first is."""
    runs = prepared(AND, AND.replace(seed=1), AND.replace(seed=2))
    for run, step in zip(runs, (300, 450, 0), strict=True):
        run.prepare().advance(step)
    assert advance_together(runs, FOREVER, 10) == 10
    assert [run.step for run in runs] == [460] * 3


def test_a_race_keeps_its_budget():
    """A short time is a short time, and yet a step is taken."""
    runs = prepared(*(AND.replace(seed=seed) for seed in range(MOST)))
    began = time.perf_counter()
    assert advance_together(runs, 0.0, 10**9) >= 1
    assert time.perf_counter() - began < 1.0


@pytest.mark.parametrize(("step_costs", "least", "most"), [(0.0005, 24, 40), (0.01, 1, 2)])
def test_turns_grow_where_what_costs_is_a_turn_and_not_its_steps(
    step_costs, least, most, monkeypatch
):
    """A budget is used by few turns of many steps, and kept; where steps are dear by few steps."""
    now, take_turns, turns = 0.0, going._take_turns, 0

    def costly(runs, target, until_loss):
        nonlocal now, turns
        turns += 1
        now += 0.004 + step_costs * (target - lead(runs))
        return take_turns(runs, target, until_loss)

    monkeypatch.setattr(going, "_take_turns", costly)
    monkeypatch.setattr(going, "time", SimpleNamespace(perf_counter=lambda: now))
    runs = prepared(AND, AND.replace(seed=1))
    for _ in range(8):
        began, turns = now, 0
        taken = advance_together(runs, 0.02, 10**6)
    assert least <= taken <= most
    assert turns <= 2
    assert now - began < 0.03


def test_a_race_starts_anew_from_what_moved_only():
    """Each with its own experiment as it is shown now; whoever does not race stays."""
    runs = Runs(SessionRun.of(AND))
    second, third = (
        SessionRun.of(AND.replace(optimizer="adam", seed=0), name="Adam"),
        SessionRun.of(AND),
    )
    runs.enter(
        replace(
            runs.snapshot,
            listed=(third, second, runs.snapshot.active),
            racing=(runs.snapshot.active, second),
        )
    )
    second.shown = second.shown.replace(learning_rate=0.25, epochs=7)
    first = SessionRun.of(AND.replace(seed=9))
    snapshot = race_anew(runs.snapshot, first)
    heir = snapshot.listed[1]
    assert snapshot.active is snapshot.racing[0] is snapshot.listed[2] is first
    assert (snapshot.listed[0], snapshot.racing[1]) == (third, heir)
    assert heir.settings == AND.replace(optimizer="adam", learning_rate=0.25, epochs=7, seed=9)
    assert (heir.name, heir.slot, heir.visible) == ("Adam", second.slot, True)


# --- as a session has it --------------------------------------------------------------------------


def test_a_race_is_several_runs_from_one_start():
    """That of the experiment is the active one.

    All are on the list with their names, and go on alike.
    """
    session = ready(steps=3)
    before = state(session)
    session.race(rates(0.5, 5.0, 50.0))
    frame = session.frame()
    assert [(run.name, run.active, run.racing) for run in frame.runs] == [
        ("rate 0.5", False, True),
        ("rate 5", False, True),
        ("rate 50", True, True),
    ]
    assert (session.racing, frame.undo_label, frame.settings.learning_rate) == (True, "race", 50.0)
    starts = [run.row_at(0).parameters.tolist() for run in frame.runs]
    assert starts == [starts[0]] * 3
    assert session.advance(40) == 40
    assert steps(session) == [40] * 3
    assert session.advance_for(10.0, 30) == (30, None)
    assert steps(session) == [70] * 3
    assert_as_fresh(session)
    session.undo()
    assert (state(session), session.frame().runs, session.racing) == (before, (), False)
    session.redo()
    assert (steps(session), session.racing) == ([70] * 3, True)
    session.advance(1)
    assert steps(session) == [71] * 3
    assert_as_fresh(session)


def test_a_race_leaves_the_form_as_it_is_where_the_experiment_takes_part():
    """With Adam in the form Adam is the one that goes on.

    Where it does not race, the first does.
    """
    session = ready(AND.replace(optimizer="adam", learning_rate=0.3))
    race_runs = [
        (name, session.settings.replace(optimizer=name)) for name in ("sgd", "momentum", "adam")
    ]
    session.race(race_runs)
    assert session.settings == race_runs[2][1]
    session.undo()
    session.race(race_runs[:2])
    assert session.settings == race_runs[0][1]


@pytest.mark.parametrize("count", [0, 1, MOST + 1])
def test_a_race_has_two_runs_or_more_but_not_too_many(count):
    """It says how many; nothing has changed."""
    session = ready(steps=3)
    before = state(session)
    with pytest.raises(SettingsError, match=f"2 to {MOST} runs, not {count}"):
        session.race(rates(*range(1, count + 1)))
    assert (state(session), session.frame().undo_label) == (before, None)


def test_a_run_whose_start_is_not_finite_changes_nothing():
    """Neither at the start of a race, nor when a race is to start from there."""
    session = ready(Settings("line"), 3)
    before = state(session)
    bad = Settings("line", weights=(1e200,), bias=0.0)
    with pytest.raises(SettingsError, match="not finite"):
        session.race([("good", Settings("line")), ("bad", bad)])
    assert (state(session), session.frame().runs, session.racing) == (before, (), False)
    session.race([("mse", Settings("line")), ("x 100", Settings("line", breaks=("x1_times_100",)))])
    session.advance(5)
    before, runs = state(session), session.frame().runs
    # (100 · far · x)² is not finite.
    far = 3e152 / float(np.abs(session.settings.dataset.inputs).max())
    with pytest.raises(SettingsError, match="not finite"):
        session.apply(session.settings.replace(weights=(far,), bias=0.0))
    assert state(session) == before
    assert [run.number for run in session.frame().runs] == [run.number for run in runs]
    assert (session.racing, session.frame().undo_label) == (True, "race")
    session.advance(5)
    assert steps(session) == [10, 10]
    alone = ready(Settings("line"))
    # It was the other's start that was refused.
    alone.apply(alone.settings.replace(weights=(far,), bias=0.0))


def test_another_start_restarts_the_whole_race():
    """All from the new one, each with its own experiment, name and colour.

    One undo takes all back.
    """
    session = ready()
    session.race([("plain", AND), ("Adam", AND.replace(optimizer="adam"))])
    session.advance(20)
    before = session.frame()
    session.apply(session.settings.replace(weights=(1.0, 2.0), bias=3.0))
    session.advance(5)
    frame = session.frame()
    assert (steps(session), session.racing) == ([5, 5], True)
    assert [run.row_at(0).parameters.tolist() for run in frame.runs] == [[1.0, 2.0, 3.0]] * 2
    assert [(run.name, run.slot) for run in frame.runs] == [
        (run.name, run.slot) for run in before.runs
    ]
    assert [run.settings.optimizer for run in frame.runs] == ["sgd", "adam"]
    assert_as_fresh(session)
    session.undo()
    assert (steps(session), session.racing, session.number) == ([20, 20], True, before.number)
    session.advance(5)
    assert steps(session) == [25, 25]
    assert_as_fresh(session)


@pytest.mark.parametrize("start", [{"seed": 7}, {"weights": (1.0, 2.0), "bias": 3.0}], ids=str)
def test_who_is_hidden_in_a_race_stays_hidden_when_it_starts_anew(start):
    """By another start as by Reset.

    The others are seen as before, and undo changes nothing in that.
    """
    session = ready()
    session.race(rates(0.5, 5.0, 50.0))
    session.show_run(session.frame().runs[0].number, visible=False)
    session.apply(session.settings.replace(**start))
    assert [run.visible for run in session.frame().runs] == [False, True, True]
    session.advance(5)
    session.reset()
    assert [run.visible for run in session.frame().runs] == [False, True, True]
    session.undo()
    session.undo()
    assert [run.visible for run in session.frame().runs] == [False, True, True]


def test_reset_restarts_the_whole_race_from_the_same_start():
    """A saturated one too: what was broken on purpose stays so in all of them."""
    saturated = Settings(breaks=("saturated_start",))
    session = ready()
    session.race([("plain", saturated), ("Adam", saturated.replace(optimizer="adam"))])
    starts = [run.row_at(0).parameters.tolist() for run in session.frame().runs]
    session.advance(20)
    session.reset()
    frame = session.frame()
    assert (steps(session), session.racing, frame.undo_label) == ([0, 0], True, "reset")
    assert [run.row_at(0).parameters.tolist() for run in frame.runs] == starts
    assert [run.settings.breaks for run in frame.runs] == [("saturated_start",)] * 2
    session.undo()
    assert steps(session) == [20, 20]


def test_a_rate_at_the_start_of_a_race_is_that_of_the_active_run():
    """The race goes on; in mid-race it is an edit."""
    session = ready()
    session.race(rates(0.5, 5.0))
    session.apply(session.settings.replace(learning_rate=2.0))
    assert session.racing
    session.advance(10)
    session.apply(session.settings.replace(learning_rate=3.0))
    session.advance(10)
    assert (session.racing, steps(session)) == (True, [20, 20])
    assert [run.settings.learning_rate for run in session.frame().runs] == [2.0, 5.0]
    assert [len(run.edits) for run in session.frame().runs] == [1, 0]
    assert_as_fresh(session)


def test_after_an_edit_in_a_race_was_undone_the_run_catches_up():
    """It stands where it was edited, the others where they are; the next step is one together."""
    session = ready()
    session.race(rates(0.5, 5.0))
    session.advance(30)
    session.apply(session.settings.replace(learning_rate=2.0))
    session.advance(20)
    session.undo()
    assert steps(session) == [30, 50]
    assert session.advance(1) == 1
    assert steps(session) == [51, 51]
    assert session.frame().edits == ()
    assert_as_fresh(session)


@pytest.mark.parametrize("leave", ["branch", "end", "task", "bring back", "edit of a branch"])
def test_what_leaves_the_race_is_undone_back_into_it(leave):
    """A branch, another task, the end: the active run goes on alone; undo races again."""
    session = ready()
    session.race(rates(0.5, 5.0))
    session.advance(30)
    other = session.frame().runs[1].number
    if leave == "end":
        session.end_race()
    elif leave == "task":
        session.apply(Settings("or"))
    elif leave == "bring back":
        session.bring_back(other)
    else:
        session.look_at(10)
        if leave == "branch":
            session.branch()
        else:
            session.apply(session.settings.replace(learning_rate=2.0))
    assert not session.racing
    assert not any(run.racing for run in session.frame().runs)
    session.advance(5)
    assert [run.rows.newest.step for run in session.frame().runs if not run.active] == [30] * (
        1 if leave == "end" else 2
    )
    assert_as_fresh(session)
    session.undo()
    assert session.racing
    session.advance(3)
    assert len(set(steps(session))) == 1
    assert_as_fresh(session)


def test_a_second_race_takes_the_place_of_the_first():
    """What was pinned stays; undo brings the first one back."""
    session = ready(steps=2)
    session.pin()
    session.race(rates(0.5, 5.0))
    session.advance(4)
    session.race(rates(1.0, 2.0, 3.0))
    assert [run.name for run in session.frame().runs] == ["Run 1", "rate 1", "rate 2", "rate 3"]
    session.undo()
    assert [run.name for run in session.frame().runs] == ["Run 1", "rate 0.5", "rate 5"]
    assert (session.racing, steps(session)) == (True, [2, 4, 4])
    session.undo()
    assert [(run.name, run.active) for run in session.frame().runs] == [("Run 1", True)]


def test_deleting_one_leaves_the_race_to_the_others():
    """With none left it is over; undo lets it race again."""
    session = ready()
    session.race(rates(0.5, 5.0, 50.0))
    numbers = [run.number for run in session.frame().runs]
    session.delete(numbers[1])
    assert session.racing
    session.advance(10)
    session.delete(numbers[2])
    assert not session.racing
    assert not session.frame().runs[0].racing
    session.undo()
    session.advance(10)
    assert (session.racing, steps(session)) == (True, [20, 20])
    session.undo()
    session.advance(1)
    assert steps(session) == [21, 21, 21]
    assert_as_fresh(session)


def test_another_takes_the_place_of_the_active_run_when_it_is_deleted():
    """The run on show is always on the list of a race; undo brings the old one back into it."""
    session = ready()
    session.race(rates(0.5, 5.0, 1.0))
    first = session.number
    session.delete(first)
    assert session.number != first
    assert session.frame().settings.learning_rate == 5.0
    session.advance(10)
    assert (session.racing, steps(session), step_of(session)) == (True, [10, 10], 10)
    assert [run.active for run in session.frame().runs] == [True, False]
    session.undo()
    assert session.number == first
    session.advance(1)
    assert steps(session) == [11, 11, 11]
    assert_as_fresh(session)


def test_a_race_goes_on_while_one_can():
    """It stops when the last has, and says why."""
    session = ready(Settings("line"))
    session.race([(str(rate), Settings("line", learning_rate=rate)) for rate in (1.0, 1e-3)])
    session.advance(2000)
    assert session.frame().runs[0].stopped
    assert (session.obstacle(), steps(session)[1]) == (None, 2000)
    session.delete(session.frame().runs[1].number)
    assert "not be finite" in str(session.obstacle())
    assert session.advance(1) == 0


def test_a_race_before_torch_goes_when_it_is_there():
    """One whose race_run has no start is said then, and the others stay."""
    session = Session(AND)
    session.race(rates(0.5, 5.0))
    session.undo()
    session.prepare()
    session.redo()
    session.advance(4)
    assert (session.racing, steps(session)) == (True, [4, 4])
    assert np.array_equal(
        session.frame().runs[0].row_at(0).parameters, session.frame().runs[1].row_at(0).parameters
    )
    bad = Session(Settings("line"))
    bad_start = Settings("line", weights=(1e200,), bias=0.0)
    bad.race([("good", Settings("line")), ("bad", bad_start)])
    with pytest.raises(SettingsError, match="not finite"):
        bad.prepare()
    assert ([run.name for run in bad.frame().runs], bad.racing, bad.advance(2)) == (
        ["good"],
        False,
        2,
    )
    three = Session(Settings("line"))
    race_runs = [
        ("bad", bad_start),
        ("good", Settings("line")),
        ("better", Settings("line", learning_rate=1e-3)),
    ]
    three.race([race_runs[1], race_runs[0], race_runs[2]])
    with pytest.raises(SettingsError, match="not finite"):
        three.prepare()
    assert (three.racing, three.advance(2), steps(three)) == (True, 2, [2, 2])
    none = Session(bad_start.replace(weights=(1e199,)))  # most like the bad one
    none.race(race_runs)
    with pytest.raises(SettingsError, match="not finite"):
        none.prepare()
    assert (none.racing, none.advance(2), [run.name for run in none.frame().runs]) == (
        False,
        2,
        ["good", "better"],
    )
    assert_as_fresh(none)
