import numpy as np
import pytest
import torch

from neuroviz.core.choices.settings import Settings
from neuroviz.core.training.batches import Batches, epoch_order


def order_of(seed, epoch, samples):
    """Return what torch.randperm draws for an epoch from a generator of its own."""
    generator = torch.Generator().manual_seed((seed * 1_000_003 + epoch) % 2**32)
    return torch.randperm(samples, generator=generator).tolist()


@pytest.mark.parametrize("seed", [0, 1, 7, 2**31 - 1])
def test_the_order_of_an_epoch_follows_from_seed_and_epoch_alone(seed):
    """Whatever the generator drew before, it is torch.randperm's.

    Its seed is (seed·1,000,003 + epoch) mod 2³².
    """
    generator = torch.Generator()
    for epoch in (0, 5, 1, 10**6, 5):
        assert epoch_order(generator, seed, epoch, 50).tolist() == order_of(seed, epoch, 50)
    assert len({tuple(order_of(seed, epoch, 50)) for epoch in range(20)}) == 20
    assert order_of(seed, 0, 50) != order_of(seed + 1, 0, 50)


def test_every_place_is_equally_likely():
    """Over 3,000 epochs each sample comes first about as often as any other."""
    generator = torch.Generator()
    first = np.bincount(
        [int(epoch_order(generator, 4, epoch, 6)[0]) for epoch in range(3000)], minlength=6
    )
    assert abs(first - 500).max() < 5 * np.sqrt(3000 * 1 / 6 * 5 / 6)


@pytest.mark.parametrize("precision", ["float32", "float64"])
@pytest.mark.parametrize("inputs", ["01", "pm1"])
def test_all_samples_are_coded_and_carry_a_one(inputs, precision):
    """The whole data as the neuron gets it, in the precision of the run."""
    settings = Settings("nand", activation="tanh", loss="hinge", inputs=inputs, precision=precision)
    dtype = {"float32": torch.float32, "float64": torch.float64}[precision]
    everything = Batches(settings, 1, dtype).all
    low = {"01": 0.0, "pm1": -1.0}[inputs]
    assert everything.inputs.tolist() == [[1, 1, 1], [1, low, 1], [low, 1, 1], [low, low, 1]]
    assert everything.targets.tolist() == [-1, 1, 1, 1]
    assert everything.inputs.dtype == everything.targets.dtype == dtype


def test_the_settings_data_is_not_shared():
    """The tensors are copies: nobody else's arrays can move them."""
    settings = Settings("or")
    everything = Batches(settings, 1, torch.float64).all
    everything.inputs.fill_(7.0)
    everything.targets.fill_(7.0)
    assert settings.coded_inputs.max() == settings.coded_targets.max() == 1.0
