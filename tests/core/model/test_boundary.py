import math

import numpy as np
import pytest
import torch

from neuroviz.core.choices.settings import Settings
from neuroviz.core.model.boundary import crossings, output_at, output_scale
from tests.for_each import for_each


@for_each(
    ("activation", "threshold", "inverse"),
    [
        ("identity", 0.5, 0.5),
        ("sigmoid", 0.5, 0.0),
        ("sigmoid", 0.9, math.log(9)),
        ("tanh", 0.5, math.atanh(0.5)),
        ("relu", 0.0, 0.0),
        ("relu", 2.0, 2.0),
        ("leaky_relu", -0.5, -50.0),
        ("elu", -0.5, math.log(0.5)),
        ("softplus", 1.0, math.log(math.e - 1)),
        ("step", 0.5, 0.0),
    ],
)
def test_one_crossing_is_the_inverse_of_the_activation(activation, threshold, inverse):
    """A monotone activation crosses its threshold once, where its inverse in closed form says."""
    assert crossings(activation, threshold) == pytest.approx((inverse,), abs=1e-9)


@pytest.mark.parametrize(
    ("activation", "reference", "threshold"),
    [("gelu", torch.nn.GELU(), -0.1), ("silu", torch.nn.SiLU(), -0.2)],
)
def test_two_crossings_below_zero(activation, reference, threshold):
    """GELU and SiLU come down and go up again.

    torch's own modules have the threshold at both crossings.
    """
    low, high = crossings(activation, threshold)

    assert low < high < 0
    assert reference(torch.tensor([low, high], dtype=torch.float64)).tolist() == pytest.approx(
        [threshold] * 2
    )


@pytest.mark.parametrize(
    ("activation", "threshold"), [("sigmoid", 1.2), ("relu", -0.1), ("tanh", -1.1), ("gelu", -1)]
)
def test_a_threshold_out_of_reach_is_never_crossed(activation, threshold):
    """Where no output, or every output, is above the threshold there is no line."""
    assert crossings(activation, threshold) == ()


@for_each(
    ("choices", "scale"),
    [
        ({}, (0.0, 1.0)),
        ({"loss": "mse", "activation": "tanh"}, (-1.0, 1.0)),
        ({"loss": "mse", "activation": "identity"}, (-0.5, 1.5)),
        ({"loss": "mse", "activation": "identity", "coding": "pm1"}, (-2.0, 2.0)),
        ({"loss": "mse", "activation": "relu"}, (0.0, 1.5)),
        ({"task": "double"}, (1.0, 7.0)),
        ({"task": "weather"}, (48.75, 81.25)),
    ],
)
def test_the_scale_of_the_output(choices, scale):
    """Colours span what the neuron can say, as far as the targets can want it.

    By hand for each kind.
    """
    assert output_scale(Settings(**choices)) == scale


@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_outputs_of_a_map_are_the_neurons(precision):
    """The sigmoid of w·x + b, in closed form."""
    settings = Settings("and", precision=precision)
    inputs = np.random.default_rng(0).uniform(-2, 2, (50, 2))
    output = output_at(settings, np.array([2.0, -3.0, 0.5]), inputs)
    expected = 1 / (1 + np.exp(-(inputs @ [2.0, -3.0] + 0.5)))
    assert output == pytest.approx(expected, rel=1e-6 if precision == "float32" else 1e-12)


@pytest.mark.parametrize("activation", ["sigmoid", "silu", "gelu", "relu"])
def test_the_output_of_weights_whose_products_are_no_floats(activation):
    """On either side of x₁ = x₂ it is as the sign of z says, whatever the size of z."""
    settings = Settings(
        "and", activation=activation, loss="bce" if activation == "sigmoid" else "mse"
    )
    output = output_at(
        settings,
        np.array([1.7e308, -1.7e308, 1.0]),
        np.array([[1.5, 1.2], [1.2, 1.5], [9.0, -9.0]]),
    )
    assert not np.isnan(output).any()
    assert (output[::2] >= 1.0).all()
    assert output[1] == 0.0


def test_a_map_says_which_of_two_products_that_overflow_is_larger():
    """Whatever stands beside them in the map."""
    places = np.array([[0.0, 0.0], [3.0, 2.0], [2.0, 3.0]])
    assert output_at(Settings("or"), np.array([1e308, -1e308, 0.0]), places).tolist() == [0.5, 1, 0]
