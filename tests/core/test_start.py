import numpy as np
import pytest
import torch

from neuroviz.core.choices.settings import Settings
from neuroviz.core.choices.tasks import Dataset
from neuroviz.core.start import initial_parameters


@pytest.mark.parametrize("seed", [0, 1, 12345, 2**31 - 1])
@pytest.mark.parametrize("width", [1, 2, 3, 20, 100])
def test_the_uniform_start_is_nn_linear_s(width: int, seed: int) -> None:
    """Weights and bias are, to the bit, what nn.Linear(D, 1) draws in float32 after manual_seed."""
    data = Dataset(np.zeros((2, width)), np.array([0, 1]), classes=True)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        linear = torch.nn.Linear(width, 1, dtype=torch.float32)
    expected = [*linear.weight[0].tolist(), linear.bias.item()]
    for precision, dtype in (("float64", torch.float64), ("float32", torch.float32)):
        start = initial_parameters(Settings(data=data, seed=seed, precision=precision))
        assert start.dtype == dtype
        assert start.tolist() == expected


@pytest.mark.parametrize("width", [1, 2, 3, 20, 100])
def test_the_normal_start_is_drawn_in_float32(width: int) -> None:
    """It is what torch.randn gives in float32: weights, then the bias, from one generator."""
    data = Dataset(np.zeros((2, width)), np.array([0, 1]), classes=True)
    with torch.random.fork_rng():
        torch.manual_seed(9)
        expected = [*torch.randn(1, width)[0].tolist(), torch.randn(1).item()]
    assert initial_parameters(Settings(data=data, seed=9, init="normal")).tolist() == expected
    assert initial_parameters(Settings(data=data, seed=10, init="normal")).tolist() != expected


def test_zero_and_typed_starts_are_as_said() -> None:
    """Zeros are 0; typed weights and bias are taken to the last digit."""
    assert initial_parameters(Settings(init="zeros")).tolist() == [0.0, 0.0, 0.0]
    assert initial_parameters(Settings(weights=(0.1, -1e-9), bias=1 / 3)).tolist() == [0.1, -1e-9, 1 / 3]
    assert initial_parameters(Settings(weights=(0.1, 2))).tolist() == [0.1, 2.0, 0.0]


def test_without_a_bias_the_weights_are_those_of_linear_without_one() -> None:
    """nn.Linear(bias=False) draws the same weights; the place of the bias is +0."""
    torch.manual_seed(11)
    expected = torch.nn.Linear(2, 1, bias=False).weight[0].detach().double()
    start = initial_parameters(Settings("and", seed=11, init="uniform", breaks=("no_bias",)))
    assert torch.equal(start[:2], expected)
    assert start[2:].numpy().tobytes() == np.zeros(1).tobytes()
