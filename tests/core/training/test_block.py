import numpy as np
import pytest
import torch

from neuroviz.core.choices.settings import Settings
from neuroviz.core.training.block import BOUNDARY, Block, padded
from neuroviz.core.training.trainer import Trainer
from tests.core.same_bits import assert_same_bits, random_data
from tests.for_each import for_each


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_scalars_are_those_of_the_update_that_leaves_the_row(dtype):
    """However few or many are set after one another.

    Equal or not, each row has the last that was set for it.
    """
    block, twin = Block(9, 2, 0, 2, 0, dtype), np.zeros((9, 2))
    block.grow(10)
    generator = np.random.default_rng(3)
    for _ in range(600):
        count = int(generator.integers(1, 10))
        values = generator.integers(0, 2, (1 if generator.random() < 0.6 else count, 2)).astype(
            float
        )
        twin[:count] = values
        block.set_scalars([tuple(row) for row in np.broadcast_to(values, (count, 2)).tolist()])
        told = [[float(scalar) for scalar in point.scalars] for point in block.points[:count]]
        assert told == twin[:count].tolist()


@for_each("unit", [4, 8, 24, 72, 64, 808])
def test_the_room_ends_at_a_boundary_and_is_no_larger_than_it_must_be(unit):
    """For every count.

    What is padded ends at a boundary, holds the count, and nothing smaller does.
    """
    for count in range(1, 70):
        room = padded(count, unit)
        assert room >= count
        assert room * unit % BOUNDARY == 0
        assert all(smaller * unit % BOUNDARY for smaller in range(count, room))


@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize(
    ("samples", "width", "batch"), [(8, 2, "full"), (20, 9, 7), (50, 33, 20), (30, 100, 9)]
)
def test_a_run_is_the_same_however_its_steps_are_cut(samples, width, batch, precision):
    """One by one, where each row stands first in its block, it has the bits it has in blocks."""
    settings = Settings(
        data=random_data(samples, width),
        batch_size=batch,
        precision=precision,
        optimizer="momentum",
        learning_rate=0.3,
    )
    whole, cut = Trainer(settings), Trainer(settings)
    whole.advance(120)
    for _ in range(120):
        cut.advance(1)
    assert_same_bits(whole, cut)
