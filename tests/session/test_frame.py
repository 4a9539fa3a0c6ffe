"""Frame: one frozen moment, and what views ask of it."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from neuroviz.core.settings import Settings
from neuroviz.core.trainer import Trainer
from neuroviz.session.session import Session
from tests.core.same_bits import assert_same_row


def ready(settings: Settings, steps: int = 0) -> Session:
    """Return a session some steps on."""
    session = Session(settings)
    session.prepare()
    session.advance(steps)
    return session


def test_before_torch_nothing_is_computed() -> None:
    """Without torch there is no row, no prediction and no loss, rather than zeros."""
    frame = Session(Settings()).frame()
    nothing = (frame.rows, frame.newest, frame.parameters, frame.prediction, frame.right, frame.current_loss)
    assert nothing == (None,) * 6
    assert frame.diagnosis is None
    assert frame.output_at(np.zeros((1, 2))) is None


def test_a_frame_does_not_change_when_the_run_goes_on() -> None:
    """A frame handed out keeps its rows, parameters and words."""
    session = ready(Settings(), 5)
    frame = session.frame()
    theta, losses = frame.newest.parameters.copy(), frame.rows.loss.copy()
    session.advance(200)
    assert frame.newest.step == 5
    assert np.array_equal(frame.parameters, theta)
    assert np.array_equal(frame.rows.loss, losses)
    with pytest.raises(dataclasses.FrozenInstanceError):
        frame.look = None  # type: ignore[misc]


def test_right_is_by_the_threshold_of_now() -> None:
    """Class 1 is an output above the threshold, and a change of it counts at once."""
    session = ready(Settings("and_by_hand"))
    assert session.frame().right.tolist() == [True] * 4
    session.apply(session.settings.replace(threshold=1.0))
    assert session.frame().right.tolist() == [False, True, True, True]


def test_numbers_are_neither_right_nor_wrong() -> None:
    """A regression has no accuracy."""
    assert ready(Settings("line")).frame().right is None


def test_the_loss_inside_an_epoch_is_computed_for_display() -> None:
    """Inside an epoch of mini-batches the loss on show is that over all samples, and none is stored."""
    session = ready(Settings("and_one_by_one"), 2)
    frame = session.frame()
    assert frame.newest.loss is None
    assert frame.current_loss == pytest.approx(frame.prediction.losses.mean())
    session.advance(2)
    frame = session.frame()
    assert frame.current_loss == frame.newest.loss


def test_output_at_is_what_the_neuron_says() -> None:
    """On its own data the output on a grid is the prediction, to the last bit."""
    frame = ready(Settings("or"), 3).frame()
    assert np.array_equal(frame.output_at(frame.settings.coded_inputs), frame.prediction.output)


def test_words_and_predictions_are_computed_once() -> None:
    """What views ask for is the same object each time."""
    frame = ready(Settings(), 3).frame()
    assert frame.diagnosis is frame.diagnosis
    assert frame.prediction is frame.prediction
    assert frame.right is frame.right


def test_any_row_of_the_run_can_be_asked_for() -> None:
    """A row that was thinned out is computed again, with the edits made on the way; before torch there is none."""
    settings = Settings(optimizer="adam", learning_rate=0.05, batch_size=3)
    session, whole = ready(settings, 100), Trainer(settings)
    session.apply(settings.replace(learning_rate=0.01))
    session.advance(101)
    whole.advance(100)
    whole.edit("learning_rate", 0.01)
    whole.advance(101)
    frame = session.frame()
    session.advance(50)
    for step in (0, 1, 99, 100, 101, 150, 201):
        assert_same_row(frame.row_at(step), whole.history.rows().kept_before(step))
    assert Session(settings).frame().row_at(0) is None


def test_a_row_that_was_thinned_out_is_computed_with_the_run_s_edits() -> None:
    """The frame gives its own settings and edits, those the run started with, not those the controls show."""
    settings = Settings(optimizer="adam", learning_rate=0.05, batch_size=3)
    session, whole = ready(settings, 100), Trainer(settings)
    session.apply(settings.replace(learning_rate=0.01))
    session.advance(101)
    whole.advance(100)
    whole.edit("learning_rate", 0.01)
    whole.advance(101)
    thinned = Trainer(settings, whole.edits, max_rows=64)
    thinned.advance(201)
    frame = dataclasses.replace(session.frame(), rows=thinned.history.rows())
    assert frame.rows.stride > 1
    for step in (3, 99, 101, 103, 197):
        assert_same_row(frame.row_at(step), whole.history.rows().kept_before(step))
