"""Session: one active run, what is done to it, and the way back."""

from __future__ import annotations

import numpy as np
import pytest

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.edits import Edit
from neuroviz.core.settings import Settings
from neuroviz.core.trainer import Trainer
from neuroviz.session.session import Session


def ready(settings: Settings | None = None, steps: int = 0, edits: tuple[Edit, ...] = ()) -> Session:
    """Return a session some steps on."""
    session = Session(settings or Settings(), edits)
    session.prepare()
    session.advance(steps)
    return session


def columns(session: Session) -> dict[str, list[float]]:
    """Return the whole history."""
    rows = session.frame().rows
    assert rows is not None
    return {name: np.ma.filled(column, np.nan).tolist() for name, column in rows.columns().items()}


def same(one: dict[str, list[float]], other: dict[str, list[float]]) -> bool:
    """Return whether two histories are equal to the last bit."""
    return one.keys() == other.keys() and all(np.array_equal(one[n], other[n], equal_nan=True) for n in one)


def step_of(session: Session) -> int:
    """Return the updates done."""
    newest = session.frame().newest
    assert newest is not None
    return newest.step


def test_nothing_happens_before_torch() -> None:
    """A session that is not ready takes no step, and settings can be chosen all the same."""
    session = Session(Settings())
    assert session.advance(5) == 0
    session.apply(Settings("or"))
    assert (session.settings.task, session.ready) == ("or", False)


def test_a_learning_rate_edits_a_run_that_has_begun() -> None:
    """In mid-run a hyperparameter is an edit; the run goes on from where it is."""
    session = ready(steps=4)
    assert session.apply(session.settings.replace(learning_rate=0.5)) is False
    session.advance(2)
    assert session.frame().edits == (Edit(4, "learning_rate", 0.5),)
    assert columns(session)["learning_rate"] == [50.0] * 4 + [0.5] * 3
    assert not session.frame().undoable


def test_a_learning_rate_at_the_start_is_no_edit() -> None:
    """Before the first step a hyperparameter is simply another setting, and there is nothing to undo."""
    session = ready()
    assert session.apply(session.settings.replace(learning_rate=0.5)) is True
    frame = session.frame()
    assert (frame.edits, frame.undoable, frame.settings_at_start.learning_rate) == ((), False, 0.5)


@pytest.mark.parametrize(
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
def test_what_defines_the_run_restarts_it_and_can_be_undone(changes: dict[str, object]) -> None:
    """A restart begins at step 0; undo brings back run and settings as they stood, redo what came later."""
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
    assert session.frame().redoable
    session.redo()
    assert same(columns(session), after)
    session.advance(1)
    assert step_of(session) == 4


def test_an_undone_run_goes_on_as_if_nothing_had_been() -> None:
    """The run that comes back continues to the same bits."""
    session = ready(steps=7)
    session.apply(Settings("xor"))
    session.undo()
    session.advance(5)
    assert same(columns(session), columns(ready(steps=12)))


def test_a_new_restart_forgets_what_could_be_redone() -> None:
    """After an undo and another change the old future is gone."""
    session = ready(steps=1)
    session.apply(Settings("or"))
    session.undo()
    session.apply(Settings("nand"))
    assert not session.frame().redoable
    session.redo()
    assert session.settings.task == "nand"


def test_undo_is_bounded() -> None:
    """Old runs are dropped: a long session keeps its memory."""
    session = ready()
    for seed in range(30):
        session.apply(session.settings.replace(seed=seed + 1))
        session.advance(1)
    undone = 0
    while session.frame().undoable:
        session.undo()
        undone += 1
    assert 5 <= undone <= 20
    session.undo()


def test_undo_is_bounded_in_bytes() -> None:
    """Long histories of a wide neuron are dropped, the oldest first, so that they stay below 64 MiB together."""
    session = ready(Settings("spam"))
    size = 0
    for seed in range(8):
        session.apply(session.settings.replace(seed=seed + 1))
        session.advance(8_000)
        size = session.frame().rows.kept.nbytes
    undone = 0
    while session.frame().undoable:
        session.undo()
        undone += 1
    assert 1 <= undone < 8
    assert undone * size < 100 * 2**20


def test_undo_and_redo_of_nothing_change_nothing() -> None:
    """There is nothing to bring back at first."""
    session = ready(steps=2)
    session.undo()
    session.redo()
    assert step_of(session) == 2


def test_stops_and_threshold_neither_restart_nor_edit() -> None:
    """How far the run goes and the threshold are no part of what defines it."""
    session = ready(steps=3)
    before = columns(session)
    assert session.apply(session.settings.replace(epochs=5, until_loss=0.1, threshold=0.25)) is False
    assert same(columns(session), before)
    assert session.frame().edits == ()


def test_reset_is_the_same_start_with_the_values_on_show() -> None:
    """Reset begins anew with the learning rate of now and no edits, from the same weights to the bit."""
    session = ready(steps=4)
    start = session.frame().rows.parameter(0)[0]
    session.apply(session.settings.replace(learning_rate=0.5))
    session.advance(4)
    session.reset()
    frame = session.frame()
    assert (frame.newest.step, frame.edits, frame.newest.learning_rate) == (0, (), 0.5)
    assert frame.newest.parameters[0] == start
    session.advance(8)
    assert same(columns(session), columns(ready(Settings(learning_rate=0.5), 8)))
    session.undo()
    assert step_of(session) == 8


def test_a_start_that_is_not_finite_leaves_everything_as_it_was() -> None:
    """A refused change has changed nothing."""
    session = ready(Settings("line"), 3)
    before = columns(session)
    with pytest.raises(SettingsError, match="not finite"):
        session.apply(session.settings.replace(weights=(1e200,), bias=0.0))
    assert same(columns(session), before)
    assert (session.settings.weights, session.frame().undoable) == (None, False)


def test_look_picks_a_sample_and_touches_no_run() -> None:
    """Looking changes nothing; another data set is looked at afresh."""
    session = ready(steps=3)
    before = columns(session)
    session.look(2)
    assert session.frame().look.sample == 2
    assert same(columns(session), before)
    session.apply(session.settings.replace(seed=9))
    assert session.frame().look.sample == 2
    session.apply(Settings("line"))
    assert session.frame().look.sample is None


def test_no_step_is_taken_against_an_obstacle() -> None:
    """The step activation cannot be trained, and a stopped run goes no further, each with its reason."""
    session = ready(Settings("and_by_hand"))
    assert "gradient 0" in session.obstacle()
    assert session.advance(3) == 0
    stopped = ready(Settings("line", learning_rate=1.0))
    stopped.advance(10_000)
    assert "not be finite" in stopped.obstacle()
    assert stopped.advance(1) == 0


def test_a_stopped_run_goes_on_at_a_smaller_rate() -> None:
    """After a non-finite stop a smaller learning rate is an edit from the last finite row on."""
    session = ready(Settings("line", learning_rate=1.0))
    session.advance(10_000)
    at = step_of(session)
    session.apply(session.settings.replace(learning_rate=1e-3))
    assert session.obstacle() is None
    assert session.advance(5) == 5
    assert session.frame().edits == (Edit(at, "learning_rate", 1e-3),)


def test_replayed_edits_are_those_of_the_trainer() -> None:
    """A session with given edits makes the history that the command line makes."""
    edits = (Edit(3, "learning_rate", 2.0), Edit(5, "learning_rate", 0.1))
    session = ready(Settings(), 10, edits)
    trainer = Trainer(Settings(), edits)
    trainer.advance(10)
    assert np.array_equal(session.frame().rows.parameter(0), trainer.history.rows().parameter(0))
    assert session.settings.learning_rate == 0.1


def test_a_run_replaced_before_torch_can_be_undone() -> None:
    """A restart made while torch was still loading can be undone; one that cannot start is dropped."""
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

    assert (session.frame().settings.task, session.advance(1), session.frame().undoable) == ("or", 1, False)


def test_edits_to_come_survive_a_change_at_the_start() -> None:
    """Another learning rate at step 0 is another setting; later changes stay, and Reset can be undone."""
    session = ready(edits=(Edit(5, "learning_rate", 0.1),))
    session.apply(session.settings.replace(learning_rate=2.0))

    assert session.frame().edits == (Edit(5, "learning_rate", 0.1),)

    session.reset()

    assert (session.frame().edits, session.frame().undoable) == ((), True)
