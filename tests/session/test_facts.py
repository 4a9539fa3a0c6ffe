"""At which step something became true of a run, against the run itself."""

import numpy as np
import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.core.slices import finished
from neuroviz.session.advice import FactFinder
from tests.session.fresh import ready


def test_every_row_is_right_from_the_first_step_at_which_it_is():
    session = ready(Settings("and", learning_rate=1.0), 100)
    frame = session.frame()
    (fact,) = finished(FactFinder().work(frame))
    inputs, targets = frame.settings.dataset.inputs, frame.settings.dataset.targets

    def all_right(step):
        *weights, bias = frame.row_at(step).parameters
        return bool(((inputs @ np.array(weights) + bias > 0) == (targets == 1)).all())

    assert all_right(fact.step)
    assert not any(all_right(step) for step in range(fact.step))


@pytest.mark.parametrize(
    ("task", "rate", "rights"),
    [
        ("blobs3", 0.02, lambda z, y: z.argmax(axis=1) == y),
        ("gates", 2.0, lambda z, y: (z > 0) == (y == 1)),
    ],
)
def test_every_row_is_right_where_its_sum_is_the_largest_or_all_its_outputs_are(task, rate, rights):
    """Of several classes, and of several targets."""
    session = ready(Settings(task, learning_rate=rate), 300)
    frame = session.frame()
    (fact,) = finished(FactFinder().work(frame))
    data = frame.settings.dataset

    def all_right(step):
        theta = frame.row_at(step).parameters
        z = data.inputs @ theta[:6].reshape(3, 2).T + theta[6:]
        return bool(rights(z, data.targets).all())

    assert fact.step > 1
    assert all_right(fact.step)
    assert not any(all_right(step) for step in range(fact.step))


def test_the_lowest_loss_of_a_thinned_run_is_that_of_the_kept_steps():
    """It fell on for a step after the last kept one, and then the rate was raised."""
    session = ready(Settings("line", learning_rate=0.001, epochs=10_000), 0)
    session.run.prepare().history.shrink(64)
    session.advance(129)
    session.apply(session.settings.replace(learning_rate=1.0))
    session.advance(20)
    frame = session.frame()
    stride = frame.rows.stride
    (fact,) = finished(FactFinder().work(frame))
    assert stride > 1
    assert frame.row_at(129).loss < frame.row_at(fact.step).loss
    assert fact.sentence == f"The loss was lowest at step {fact.step:,}, of the kept ones"


def test_what_was_found_is_not_said_of_a_run_that_was_wound_back():
    """Undo takes a change of the rate back, and with it all that came of it."""
    session = ready(Settings("and", learning_rate=0.1), 5)
    session.apply(session.settings.replace(learning_rate=5.0))
    session.advance(60)
    finder = FactFinder()
    (fact,) = finished(finder.work(session.frame()))
    assert finder.known(session.frame()) == (fact,)
    session.undo()
    assert session.frame().newest_step < fact.step
    assert finder.known(session.frame()) == ()
    session.advance(60)
    assert finder.known(session.frame()) == ()
    assert finished(finder.work(session.frame())) == ()


def test_what_was_found_is_not_said_of_another_run_nor_beyond_its_end():
    """Each page of a lesson has a run with the number 1, and Undo winds one back."""
    finder = FactFinder()
    session = ready(Settings("and", learning_rate=1.0))
    session.aim()
    session.advance(100)
    (fact,) = finished(finder.work(session.frame()))
    other = ready(Settings("or", learning_rate=1.0), 100)
    assert other.number == session.number
    assert finder.known(other.frame()) == ()
    session.undo()
    session.advance(fact.step - 1)
    assert finder.known(session.frame()) == ()
    session.advance(1)
    assert finder.known(session.frame()) == (fact,)
