"""Changes: each goes back and forth by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.settings import Settings
from neuroviz.core.training.trainer import Trainer
from neuroviz.session.changes import Edited, LimitChanged, Replaced
from neuroviz.session.run import Run
from neuroviz.session.runs import Runs, Snapshot
from tests.core.same_bits import assert_same_bits

RATE = ("learning_rate",)


def begun(steps: int = 10, **choices: object) -> Runs:
    """Return runs of which the active one has come so far."""
    runs = Runs(Run.of(Settings(**choices)))
    runs.ready = True
    runs.make_ready(runs.snapshot)
    runs.active.prepare().advance(steps)
    return runs


def edited(runs: Runs, rate: float) -> Edited:
    """Return an edit that was just made."""
    run = runs.active
    change = Edited(run, run.step, run.edits, run.shown, RATE)
    change.take(run.shown.replace(learning_rate=rate))
    return change


def expected(runs: Runs, step: int, *edits: Edit) -> Trainer:
    trainer = Trainer(runs.active.settings, edits)
    trainer.advance(step)
    return trainer


def test_an_edit_goes_back_and_forth_any_number_of_times() -> None:
    """Back to where it was made, and forth to how far the run had come, to the last bit."""
    runs = begun(10, optimizer="adam", batch_size=3)
    change = edited(runs, 0.5)
    runs.active.prepare().advance(20)
    for _ in range(3):
        change.undo(runs)
        assert_same_bits(runs.active.prepare(), expected(runs, 10))
        assert runs.active.shown.learning_rate == Settings().learning_rate
        change.redo(runs)
        assert_same_bits(runs.active.prepare(), expected(runs, 30, Edit(10, "learning_rate", 0.5)))
        assert runs.active.shown.learning_rate == 0.5
    runs.active.prepare().advance(5)
    change.undo(runs)
    change.redo(runs)
    assert runs.active.step == 35


def test_an_edit_in_place_of_one_at_its_step_brings_that_back() -> None:
    """Not the value of before both."""
    runs = begun(10)
    first = edited(runs, 0.5)
    second = edited(runs, 0.25)
    assert runs.active.edits == (Edit(10, "learning_rate", 0.25),)
    second.undo(runs)
    assert runs.active.edits == (Edit(10, "learning_rate", 0.5),)
    assert_same_bits(runs.active.prepare(), expected(runs, 10, Edit(10, "learning_rate", 0.5)))
    first.undo(runs)
    assert_same_bits(runs.active.prepare(), expected(runs, 10))


def test_an_edit_leaves_those_to_come() -> None:
    """They are met when the run comes there, before and after an undo."""
    later = Edit(30, "learning_rate", 3.0)
    runs = Runs(Run.of(Settings(), (later,)))
    runs.active.prepare().advance(10)
    change = edited(runs, 0.5)
    change.undo(runs)
    assert runs.active.edits == (later,)
    runs.active.prepare().advance(40)
    assert_same_bits(runs.active.prepare(), expected(runs, 50, later))


def test_an_edit_says_what_it_holds() -> None:
    """While it is undone also where the run stood, with its history."""
    runs = begun(10)
    change = edited(runs, 0.5)
    trainer = runs.active.trainer
    assert [kept.trainer for kept in change.kept()] == [trainer]
    change.undo(runs)
    assert {kept.trainer for kept in change.kept()} == {trainer, runs.active.trainer}
    assert runs.active.trainer is not trainer


def test_stops_go_back_and_forth_without_the_hyperparameters() -> None:
    """What the run met meanwhile stays."""
    runs = begun(10)
    run = runs.active
    change = LimitChanged(run, run.shown, ("epochs",))
    change.take(run.shown.replace(epochs=77))
    run.shown = run.shown.replace(learning_rate=0.5)
    change.undo(runs)
    assert (run.shown.epochs, run.shown.learning_rate) == (Settings().epochs, 0.5)
    change.redo(runs)
    assert (run.shown.epochs, run.shown.learning_rate) == (77, 0.5)
    assert (change.label, change.kept()) == (f"epochs {Settings().epochs:,} → 77".replace(",", ""), [run])


def test_a_scene_goes_back_and_forth_with_what_was_pinned_meanwhile() -> None:
    """On both sides; who races and in which order the list stands come back too."""
    runs = begun()
    one, two, pin, late = (Run.of(Settings(seed=seed)) for seed in (1, 2, 3, 4))
    runs.enter(replace(runs.snapshot, listed=(one, two), racing=(runs.active, one)))
    before = runs.snapshot
    runs.enter(Snapshot(two, (two,), (), before.given))
    change = Replaced("another", before, runs.snapshot)
    runs.enter(replace(runs.snapshot, listed=(*runs.listed, pin)))
    change.undo(runs)
    assert (runs.active, runs.listed, runs.snapshot.racing) == (before.active, (one, two, pin), before.racing)
    runs.enter(replace(runs.snapshot, listed=(*runs.listed, late)))
    change.redo(runs)
    assert (runs.active, runs.listed, runs.snapshot.racing) == (two, (two, pin, late), ())
    change.undo(runs)
    assert runs.listed == (one, two, pin, late)
    assert {one, two, pin, late} <= set(change.kept())


@pytest.mark.parametrize(
    ("names", "steps", "goes_on"), [(RATE, 0, True), (("momentum",), 0, False), (RATE, 1, False), ((), 0, False)]
)
def test_a_change_goes_on_while_nothing_else_happened(names: tuple[str, ...], steps: int, goes_on: bool) -> None:
    """The same settings, no step since, and nobody came or went."""
    runs = begun(0)
    change = Replaced("rate", runs.snapshot, runs.snapshot, RATE)
    assert change.goes_on(runs, names) is goes_on or steps
    runs.active.prepare().advance(steps)
    assert change.goes_on(runs, names) is goes_on
    runs.enter(replace(runs.snapshot, listed=(runs.active,)))
    assert not change.goes_on(runs, names)


def test_a_change_of_another_run_does_not_go_on() -> None:
    """An edit and a stop belong to the run they were made in."""
    runs = begun()
    changes = edited(runs, 0.5), LimitChanged(runs.active, runs.active.shown, RATE)
    assert all(change.goes_on(runs, RATE) for change in changes)
    assert not any(change.goes_on(runs, ("momentum",)) for change in changes)
    runs.enter(Snapshot(Run.of(Settings())))
    assert not any(change.goes_on(runs, RATE) for change in changes)
