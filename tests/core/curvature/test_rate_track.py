"""The slider of learning rates goes where an experiment's rates are."""

import math

import numpy as np
import pytest

from neuroviz.core.choices.hyperparameters import LEARNING_RATE
from neuroviz.core.choices.settings import Settings
from neuroviz.core.choices.tasks import TASKS
from neuroviz.core.curvature.rate_ruler import curve_key, track_ends
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.sweep.grid import ruler_at_start
from tests.for_each import for_each


@for_each("task", TASKS)
def test_every_task_s_rate_and_limit_are_on_the_track(task):
    """The slider reaches the default rate.

    Where there is a limit at the start it reaches half a decade beyond that.
    """
    settings = Settings(task)
    low, high = track_ends(settings)
    assert low < settings.learning_rate < high
    assert all(math.log10(end) == round(math.log10(end)) for end in (low, high))
    limit = ruler_at_start(settings).limit
    if limit is not None:
        assert 10 * low < limit < high / 3


@pytest.mark.parametrize("size", [1e100, 1e60, 1.0, 1e-160, 5e-324])
def test_data_of_any_size_have_a_track_of_rates_that_can_be_chosen(size):
    """2/λ of inputs whose square is no float lies beyond all rates.

    The track ends where rates do.
    """
    data = Dataset(np.array([[size, 0.0], [0.0, size]]), np.array([0.0, 1.0]), classes=True)
    low, high = track_ends(Settings(data=data))
    assert LEARNING_RATE.low <= low <= high / 1000 <= LEARNING_RATE.high / 1000
    if size > 1:
        assert low == LEARNING_RATE.low


def test_a_curve_is_one_for_all_rates():
    """And another for each change that makes another run, or a longer one."""
    line = Settings("line")
    assert curve_key(line) == curve_key(line.replace(learning_rate=0.05))
    for changes in ({"epochs": 7}, {"l2": 0.1}, {"seed": 1}, {"task": "sum"}):
        assert curve_key(line) != curve_key(line.replace(**changes))
