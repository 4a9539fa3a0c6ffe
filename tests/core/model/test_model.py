import numpy as np
import pytest
import torch

from neuroviz.core.choices.activations import ACTIVATIONS
from neuroviz.core.choices.losses import LOSSES
from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.model.model import (
    Neuron,
    activation_curve,
    dtype_of,
    initial_parameters,
    neuron_of,
    output_of,
    predict,
)
from neuroviz.core.types import Parameters
from tests.for_each import for_each

PAIRS = [
    (activation, loss)
    for activation in ACTIVATIONS.values()
    for loss in LOSSES.values()
    if loss.objection(activation) is None
]


def data(dtype=torch.float64):
    """Return parameters (5, 4, 4), inputs (6, 3) and targets (6,)."""
    generator = torch.Generator().manual_seed(2)
    parameters = torch.randn(5, 4, 4, generator=generator).to(dtype)
    inputs = torch.randn(6, 3, generator=generator).to(dtype)
    return parameters, inputs, torch.tensor([0, 1, 1, 0, 1, 0], dtype=dtype)


@for_each(
    ("activation", "loss"),
    PAIRS,
)
def test_a_grid_of_neurons_is_the_same_code_as_one(activation, loss):
    """Shapes broadcast over leading axes.

    Every cell of the grid says what its neuron says alone.
    """
    neuron, (parameters, inputs, targets) = (
        Neuron(activation, loss, Parameters(2)),
        data(),
    )
    z = neuron.pre_activation(parameters, inputs)
    losses = neuron.losses(z, targets)
    assert z.shape == neuron.output(z).shape == losses.shape == (5, 4, 6)
    alone = neuron.pre_activation(parameters[3, 2], inputs)
    torch.testing.assert_close(z[3, 2], alone, rtol=1e-13, atol=1e-14)
    torch.testing.assert_close(losses[3, 2], neuron.losses(alone, targets), rtol=1e-12, atol=1e-13)
    assert neuron.losses(
        neuron.pre_activation(parameters[0, 0].float(), inputs.float()), targets.float()
    ).dtype == (torch.float32)


def test_z_is_the_weighted_sum_with_the_bias_last():
    """Z = Σ wᵢxᵢ + b, as nn.Linear computes it."""
    neuron, (parameters, inputs, _) = (
        Neuron(ACTIVATIONS["sigmoid"], LOSSES["mse"], Parameters(2)),
        data(),
    )
    expected = torch.nn.functional.linear(inputs, parameters[0, 0, None, :3], parameters[0, 0, 3:])[
        :, 0
    ]
    torch.testing.assert_close(
        neuron.pre_activation(parameters[0, 0], inputs), expected, rtol=1e-14, atol=1e-15
    )


def test_without_a_bias_z_knows_nothing_of_it():
    """Whatever stands in its place, z = Σ wᵢxᵢ.

    In predictions and for a grid of parameters alike.
    """
    neuron, (parameters, inputs, _) = neuron_of(Settings("and", breaks=("no_bias",))), data()
    expected = parameters[..., :3] @ inputs.T
    torch.testing.assert_close(
        neuron.pre_activation(parameters, inputs), expected, rtol=1e-14, atol=1e-15
    )


def test_shapes_that_do_not_fit_are_an_error():
    """(N, 1) targets would broadcast to N × N silently.

    They are refused, and so are too few parameters.
    """
    neuron, (parameters, inputs, targets) = (
        Neuron(ACTIVATIONS["sigmoid"], LOSSES["mse"], Parameters(2)),
        data(),
    )
    z = neuron.pre_activation(parameters[0, 0], inputs)
    with pytest.raises(ValueError, match=r"targets \(6, 1\) do not fit outputs \(6,\)"):
        neuron.losses(z, targets[:, None])
    with pytest.raises(ValueError, match="3 parameters do not fit 3 inputs"):
        neuron.pre_activation(parameters[0, 0, :3], inputs)


def test_predict_tells_all_of_a_sample():
    """z, output, slope and loss per sample as numpy; other inputs have an output."""
    settings = Settings()
    parameters = np.array([2.0, -1.0, 0.5])
    said = predict(settings, parameters)
    z = np.array([1.5, 2.5, -0.5, 0.5])
    output = 1 / (1 + np.exp(-z))
    np.testing.assert_allclose(said.pre_activation, z, rtol=1e-15)
    np.testing.assert_allclose(said.output, output, rtol=1e-14)
    np.testing.assert_allclose(said.slope, output * (1 - output), rtol=1e-13)
    np.testing.assert_allclose(said.losses, -np.log([output[0], *(1 - output[1:])]), rtol=1e-13)
    assert output_of(settings, parameters, settings.coded_inputs).tolist() == said.output.tolist()
    assert said.output.dtype == np.float64


def test_predict_keeps_the_precision_of_the_run():
    """In float32 it says what the run sees."""
    settings = Settings(precision="float32")
    assert (dtype_of(settings), dtype_of(Settings())) == (torch.float32, torch.float64)
    said = predict(settings, np.array([0.1, 0.2, 0.3]))
    assert (said.output == said.output.astype(np.float32)).all()
    double = predict(Settings(), np.array([0.1, 0.2, 0.3]))
    assert double.output.tolist() != said.output.tolist()


@for_each("activation", ACTIVATIONS.values())
def test_a_curve_is_the_activation_at_every_z(activation):
    """Any shape of z, numbers out as numpy, read-only arrays in."""
    z = np.linspace(-3, 3, 12).reshape(3, 4)
    z.setflags(write=False)
    curve = activation_curve(activation, z)
    assert curve.shape == (3, 4)
    np.testing.assert_array_equal(
        curve, activation.value(torch.tensor(z.tolist(), dtype=torch.float64)).numpy()
    )


@for_each("seed", [0, 1, 12345, 2**31 - 1])
@for_each("width", [1, 2, 3, 20, 100])
def test_the_uniform_start_is_nn_linear_s(width, seed):
    """Weights and bias are, to the bit, what nn.Linear(D, 1) draws in float32 after manual_seed."""
    data = Dataset(np.zeros((2, width)), np.array([0, 1]), classes=True)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        linear = torch.nn.Linear(width, 1, dtype=torch.float32)
    expected = [*linear.weight[0].tolist(), linear.bias.item()]
    for precision, dtype in (("float64", torch.float64), ("float32", torch.float32)):
        for theirs in (torch.float64, torch.float32):  # what the notebook around it has chosen
            torch.set_default_dtype(theirs)
            start = initial_parameters(Settings(data=data, seed=seed, precision=precision))
            assert start.dtype == dtype
            assert start.tolist() == expected


@pytest.mark.parametrize("width", [1, 2, 3, 20, 100])
def test_the_normal_start_is_drawn_in_float32(width):
    """It is what torch.randn gives in float32: weights, then the bias, from one generator."""
    data = Dataset(np.zeros((2, width)), np.array([0, 1]), classes=True)
    with torch.random.fork_rng():
        torch.manual_seed(9)
        expected = [*torch.randn(1, width)[0].tolist(), torch.randn(1).item()]
    assert initial_parameters(Settings(data=data, seed=9, init="normal")).tolist() == expected
    assert initial_parameters(Settings(data=data, seed=10, init="normal")).tolist() != expected


def test_zero_and_typed_starts_are_as_said():
    """Zeros are 0; typed weights and bias are taken to the last digit."""
    assert initial_parameters(Settings(init="zeros")).tolist() == [0.0, 0.0, 0.0]
    assert initial_parameters(Settings(weights=(0.1, -1e-9), bias=1 / 3)).tolist() == [
        0.1,
        -1e-9,
        1 / 3,
    ]
    assert initial_parameters(Settings(weights=(0.1, 2))).tolist() == [0.1, 2.0, 0.0]


def test_without_a_bias_the_weights_are_those_of_linear_without_one():
    """nn.Linear(bias=False) draws the same weights; the place of the bias is +0."""
    torch.manual_seed(11)
    expected = torch.nn.Linear(2, 1, bias=False).weight[0].detach().double()
    start = initial_parameters(Settings("and", seed=11, init="uniform", breaks=("no_bias",)))
    assert torch.equal(start[:2], expected)
    assert start[2:].numpy().tobytes() == np.zeros(1).tobytes()
