import numpy as np
import pytest
import torch

from neuroviz.core.choices.settings import Settings
from neuroviz.core.training.batches import Batch, Batches, epoch_order
from tests.core.same_bits import random_data
from tests.for_each import for_each

SIZES = (1, 2, 3, 5, 10, "full")


def order_of(seed: int, epoch: int, samples: int) -> list[int]:
    """Return what torch.randperm draws for an epoch from a generator of its own."""
    generator = torch.Generator().manual_seed((seed * 1_000_003 + epoch) % 2**32)
    return torch.randperm(samples, generator=generator).tolist()


def samples_of(settings: Settings, step: int) -> list[int]:
    """Return the samples of a step: a slice of the epoch's order."""
    samples, size = settings.dataset.samples, settings.samples_per_step
    epoch, position = divmod(step, -(-samples // size))
    order = order_of(settings.seed, epoch, samples) if settings.shuffle else list(range(samples))
    return order[position * size : (position + 1) * size]


def seen(batch: Batch, settings: Settings) -> list[int]:
    """Return which samples a batch holds, and check that it holds nothing else."""
    inputs, targets = settings.coded_inputs, settings.coded_targets
    assert torch.equal(batch.inputs.t(), batch.transposed)
    assert batch.transposed.data_ptr() == batch.inputs.data_ptr()
    assert (batch.inputs[:, -1] == 1).all()
    rows = [
        int(np.flatnonzero((inputs == row[:-1].numpy()).all(axis=1))[0]) for row in batch.inputs
    ]
    assert batch.targets.tolist() == targets[rows].tolist()
    return rows


@pytest.mark.parametrize("seed", [0, 1, 7, 2**31 - 1])
def test_the_order_of_an_epoch_follows_from_seed_and_epoch_alone(seed: int) -> None:
    """Whatever the generator drew before, it is torch.randperm's.

    Its seed is (seed·1,000,003 + epoch) mod 2³².
    """
    generator = torch.Generator()
    for epoch in (0, 5, 1, 10**6, 5):
        assert epoch_order(generator, seed, epoch, 50).tolist() == order_of(seed, epoch, 50)
    assert len({tuple(order_of(seed, epoch, 50)) for epoch in range(20)}) == 20
    assert order_of(seed, 0, 50) != order_of(seed + 1, 0, 50)


def test_every_place_is_equally_likely() -> None:
    """Over 3,000 epochs each sample comes first about as often as any other."""
    generator = torch.Generator()
    first = np.bincount(
        [int(epoch_order(generator, 4, epoch, 6)[0]) for epoch in range(3000)], minlength=6
    )
    assert abs(first - 500).max() < 5 * np.sqrt(3000 * 1 / 6 * 5 / 6)


@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize("size", SIZES)
def test_slots_hold_the_samples_of_their_steps(size: int | str, shuffle: bool) -> None:
    """Steps gathered in pieces of any length, in any order, are slices of their epochs' orders."""
    more = {} if size == "full" else {"shuffle": shuffle}
    settings = Settings(data=random_data(11, 3), batch_size=size, seed=3, **more)
    batches = Batches(settings, 40, torch.float64)
    for first_slot, first_step, count in (
        (0, 0, 1),
        (1, 1, 40),
        (1, 41, 3),
        (0, 7, 41),
        (5, 1000, 30),
        (2, 3, 20),
    ):
        batches.gather(first_slot, first_step, count)
        for offset in range(count):
            slot, step = first_slot + offset, first_step + offset
            batch = batches.slot(slot, short=batches.is_short(step))
            assert seen(batch, settings) == samples_of(settings, step)


@for_each("size", SIZES)
def test_short_is_the_last_batch_of_an_epoch_where_the_size_does_not_divide(
    size: int | str,
) -> None:
    """With 11 samples in threes the fourth batch has two; in ones or in full none is short."""
    settings = Settings(data=random_data(11, 3), batch_size=size)
    batches = Batches(settings, 5, torch.float64)
    lengths = [len(samples_of(settings, step)) for step in range(30)]
    assert [batches.is_short(step) for step in range(30)] == [
        n < settings.samples_per_step for n in lengths
    ]
    assert batches.last_is_short == (size in (2, 3, 5, 10))
    assert batches.full == (size == "full")


@for_each("size", SIZES)
def test_targets_of_slots(size: int | str) -> None:
    """The targets of a stretch of whole batches, one row of B each; of full ones all, once."""
    settings = Settings(data=random_data(12, 3), batch_size=size)
    batches = Batches(settings, 20, torch.float64)
    batches.gather(1, 1, 20)
    targets = batches.targets(1, 21)
    if size == "full":
        assert targets.tolist() == settings.coded_targets.tolist()
        return
    assert targets.shape == (20, settings.samples_per_step)
    for slot in range(1, 21):
        if not batches.is_short(slot):
            expected = settings.coded_targets[samples_of(settings, slot)]
            assert targets[slot - 1].tolist() == expected.tolist()


@pytest.mark.parametrize("precision", ["float32", "float64"])
@pytest.mark.parametrize("inputs", ["01", "pm1"])
def test_all_samples_are_coded_and_carry_a_one(inputs: str, precision: str) -> None:
    """The whole data as the neuron gets it, in the precision of the run."""
    settings = Settings("nand", activation="tanh", loss="hinge", inputs=inputs, precision=precision)
    dtype = {"float32": torch.float32, "float64": torch.float64}[precision]
    everything = Batches(settings, 1, dtype).all
    low = {"01": 0.0, "pm1": -1.0}[inputs]
    assert everything.inputs.tolist() == [[1, 1, 1], [1, low, 1], [low, 1, 1], [low, low, 1]]
    assert everything.targets.tolist() == [-1, 1, 1, 1]
    assert everything.inputs.dtype == everything.targets.dtype == dtype


def test_the_settings_data_is_not_shared() -> None:
    """The tensors are copies: nobody else's arrays can move them."""
    settings = Settings("or")
    everything = Batches(settings, 1, torch.float64).all
    everything.inputs.fill_(7.0)
    everything.targets.fill_(7.0)
    assert settings.coded_inputs.max() == settings.coded_targets.max() == 1.0
