"""Rates that are tried before they are named."""

import math

import pytest

from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.rate_ruler import flattens, track_ends
from neuroviz.core.sweep.rate_curve import rate_that_blows_up
from neuroviz.core.training.trainer import Trainer
from tests.for_each import for_each


def run(task, rate, steps):
    trainer = Trainer(Settings.opened(task), [Edit(0, "learning_rate", rate)])
    trainer.advance(steps)
    return trainer


@for_each("task", ["and", "xor", "and_one_by_one", "spam"])
def test_where_the_loss_flattens_out_the_largest_rates_survive(task):
    """That of the slider, and a thousand times as much: numbers stay such."""
    assert flattens(Settings.opened(task))
    for rate in (track_ends(Settings.opened(task))[1], 1e5):
        trainer = run(task, rate, 2000)
        assert trainer.stopped is None or "finite" not in str(trainer.stopped)
        assert math.isfinite(trainer.history.recent_losses[1][-1])
    assert rate_that_blows_up(Settings.opened(task)) is None


@pytest.mark.parametrize("task", ["line", "double", "sum"])
def test_a_rate_that_blows_up_does(task):
    """The loss is a thousand times that of the start, or no number any more."""
    rate = rate_that_blows_up(Settings.opened(task))
    assert rate is not None
    trainer = run(task, rate, 1000)
    assert (
        trainer.stopped is not None
        or trainer.history.recent_losses[1][-1] > 1e3 * trainer.first_loss
    )


def test_what_bends_everywhere_or_is_broken_does_not_flatten_out():
    """A penalty, a loss as commonly written, an output without limits."""
    assert flattens(Settings("and"))
    assert not flattens(Settings("and", l2=0.1))
    assert not flattens(Settings("and", breaks=("naive_bce",)))
    assert not flattens(Settings("line"))
