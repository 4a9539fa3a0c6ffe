import numpy as np
import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.core.landscape.run_plane import evenly, path_of
from neuroviz.core.training.trainer import Trainer


def rows_after(steps, **choices):
    trainer = Trainer(Settings(**choices))
    trainer.advance(steps)
    return trainer.history.rows()


def columns(rows):
    return np.column_stack([rows.parameter(i) for i in range(len(rows.newest.parameters))])


@pytest.mark.parametrize("steps", [0, 1, 2, 50])
def test_a_short_path_is_whole(steps):
    """Every row is there, first and newest among them, each with its own step."""
    rows = rows_after(steps, task="and")
    path = path_of(rows, 400)
    assert path.steps.tolist() == list(range(steps + 1))
    assert np.array_equal(path.parameters, columns(rows))


def test_a_long_path_is_thin_and_true():
    """No more points than asked for; each is the row of its step; the first rows are all there."""
    rows = rows_after(5000, task="and")
    path = path_of(rows, 200)
    assert len(path.steps) <= 200
    assert (path.steps[0], path.steps[-1]) == (0, 5000)
    assert path.steps[:10].tolist() == list(range(10))
    assert np.array_equal(path.parameters, columns(rows)[path.steps])


def test_a_zigzag_shows_both_of_its_sides():
    """Each row has the one after it beside it.

    Whatever stride is taken, so that no side is left out.
    """
    rows = rows_after(4001, task="line", learning_rate=0.0625)
    path = path_of(rows, 100)
    even = path.steps % 2 == 0
    assert 0.3 < even.mean() < 0.7


def test_evenly_gives_all_rows_or_some_at_even_distances():
    rows = rows_after(1000, task="and")
    assert np.array_equal(evenly(rows, 5000), columns(rows))
    assert np.array_equal(evenly(rows, 11), columns(rows)[::100])
