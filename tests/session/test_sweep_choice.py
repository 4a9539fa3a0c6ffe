"""What is to be swept."""

import numpy as np
import pytest

from neuroviz.core.choices.settings import Settings
from neuroviz.session.sweep_choice import (
    SweepChoice,
    grid_of,
    objection,
    same_neurons,
)
from tests.for_each import for_each

AND = Settings("and")


def test_each_choice_makes_its_neurons():
    """Rates; momenta times rates; a square of starts; all go as far as the choice says."""
    assert grid_of(AND, SweepChoice(low=0.1, high=10, rates=3, epochs=7)).axes[
        0
    ].values == pytest.approx([0.1, 1, 10])
    momentum = AND.replace(optimizer="momentum")
    assert grid_of(momentum, SweepChoice(over="momenta", rates=4, momenta=3)).shape == (3, 4)
    starts = grid_of(AND, SweepChoice(over="starts", reach=2.0, starts=3, epochs=9))
    assert np.unique(starts.starts[:, 0]).tolist() == [-2, 0, 2]
    assert starts.settings.epochs == 9


@for_each(
    ("over", "changes", "same"),
    [
        ("rates", {"learning_rate": 0.3}, True),
        ("rates", {"epochs": 5}, True),
        ("rates", {"threshold": 0.4}, True),
        ("rates", {"activation": "identity", "loss": "mse"}, False),
        ("rates", {"init": "zeros"}, False),
        ("rates", {"bias": 3.0, "weights": (1.0, 2.0)}, False),
        ("rates", {"task": "or"}, False),
        ("starts", {"learning_rate": 0.3}, False),
        ("starts", {"weights": (1.0, 2.0)}, True),
        ("starts", {"bias": 3.0}, False),
        ("momenta", {"momentum": 0.3, "learning_rate": 0.2}, True),
        ("momenta", {"optimizer": "nesterov"}, False),
    ],
)
def test_what_makes_other_neurons(over, changes, same):
    """What the neurons have of their own does not count, all else does."""
    settings = AND.replace(weights=(0.5, -0.5), bias=0.25)
    if over == "momenta":
        settings = settings.replace(optimizer="momentum")
    choice = SweepChoice(over=over, starts=4)
    assert same_neurons(grid_of(settings, choice), settings.replace(**changes), choice) is same


def test_objections():
    """What cannot be swept has a sentence."""
    assert objection(AND, "rates") is None
    assert "no momentum" in objection(AND, "momenta")
    assert objection(AND.replace(optimizer="momentum"), "momenta") is None
    assert "flat but for one jump, so it cannot be trained" in objection(
        Settings("and_by_hand"), "starts"
    )
