import math

import numpy as np
import pytest

from neuroviz.core.anatomy.explain import kink_distance, slope_of
from neuroviz.core.choices.settings import Settings
from tests.core.anatomies import anatomy_at


def test_both_ways_meet_the_closed_form():
    """For tanh and MSE every slope is known; the difference is about as good as its error says."""
    anatomy = anatomy_at(Settings(activation="tanh", loss="mse", weights=(0.4, -0.9), bias=0.2))
    x, y, output = anatomy.inputs[1], anatomy.targets[1], math.tanh(anatomy.pre_activation[1])
    truth = {
        "loss_by_output": 2 * (output - y),
        "output_by_pre_activation": 1 - output**2,
        "loss_by_pre_activation": 2 * (output - y) * (1 - output**2),
        "grad": 2 * (output - y) * (1 - output**2) * x[0],
    }
    for kind, expected in truth.items():
        slope = slope_of(anatomy, kind, 0, np.array([1]))
        assert slope.autograd == pytest.approx(expected, rel=1e-13)
        assert abs(slope.difference - expected) <= 2 * slope.error
        assert slope.error < 1e-10 * abs(expected)


def test_a_missing_bias_has_no_slope():
    """What is multiplied by 0 changes nothing."""
    slope = slope_of(anatomy_at(Settings(breaks=("no_bias",))), "grad", 2, np.arange(4))
    assert (slope.autograd, slope.difference) == (0.0, 0.0)


def test_the_distance_to_a_kink():
    """In z for ReLU, in the difference for MAE, in the product for hinge.

    Without kinks there is none.
    """
    everything = np.arange(4)
    start = {"weights": (0.5, 0.5), "bias": 0.125}
    assert (
        kink_distance(anatomy_at(Settings(activation="relu", loss="mse", **start)), everything)
        == 0.125
    )
    assert (
        kink_distance(anatomy_at(Settings(activation="identity", loss="mae", **start)), everything)
        == 0.125
    )
    assert (
        kink_distance(
            anatomy_at(Settings(activation="identity", loss="hinge", **start)), everything
        )
        == 0.125
    )
    assert kink_distance(anatomy_at(Settings(**start)), everything) == math.inf
