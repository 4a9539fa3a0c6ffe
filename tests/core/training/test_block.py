from __future__ import annotations

import numpy as np
import pytest
import torch

from neuroviz.core.choices.settings import Settings
from neuroviz.core.training.block import BOUNDARY, Block, padded
from neuroviz.core.training.trainer import Trainer
from tests.core.same_bits import assert_same_bits, random_data
from tests.for_each import for_each


def grown(size: int, width: int = 3, states: int = 2, dtype: torch.dtype = torch.float64) -> Block:
    """Return a block with all its points."""
    block = Block(size, width, states, 1, 2, dtype)
    block.grow(size + 1)
    return block


def fill(block: Block) -> None:
    """Write into every row, through its point, numbers that follow from row and part."""
    with torch.inference_mode():
        for index, point in enumerate(block.points):
            for part, tensor in enumerate((point.parameters, point.grad, *point.state)):
                tensor.copy_(100 * index + 10 * part + torch.arange(len(tensor)))


@for_each("dtype", [torch.float32, torch.float64])
@for_each("states", [0, 1, 2])
def test_a_row_is_parameters_gradient_and_state_in_a_stretch(
    states: int, dtype: torch.dtype
) -> None:
    """What is written through a point stands in the row's numbers.

    In this order and nowhere else.
    """
    block = grown(4, 3, states, dtype)
    fill(block)
    numbers = block.numbers(5)
    assert (numbers.shape, numbers.dtype) == ((5, 3 * (2 + states)), np.float64)
    for index in range(5):
        expected = [
            100 * index + 10 * part + entry for part in range(2 + states) for entry in range(3)
        ]
        assert numbers[index].tolist() == expected
    assert block.numbers(2).tolist() == numbers[:2].tolist()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_a_written_row_is_read_back(dtype: torch.dtype) -> None:
    """A row set from numbers is that row to the last bit of its precision.

    No other row changes.
    """
    block = grown(3, 3, 2, dtype)
    fill(block)
    before = block.numbers(4).copy()
    row = np.random.default_rng(1).standard_normal(12).astype(np.float32).astype(float)
    block.write(2, row)
    assert block.numbers(4)[2].tobytes() == row.tobytes()
    assert block.points[2].state[1].tolist() == row[9:].tolist()
    assert np.delete(block.numbers(4), 2, axis=0).tolist() == np.delete(before, 2, axis=0).tolist()


def test_a_block_begins_again_at_one_of_its_rows() -> None:
    """Row 0 becomes a copy of the row, state included; the row itself stays."""
    block = grown(5)
    fill(block)
    before = block.numbers(6).copy()
    block.restart_from(4)
    assert block.numbers(6)[0].tolist() == before[4].tolist()
    assert block.numbers(6)[1:].tolist() == before[1:].tolist()
    block.restart_from(0)
    assert block.numbers(6)[0].tolist() == before[4].tolist()


def test_points_are_made_once_and_as_they_are_wanted() -> None:
    """A run of one step does not make 500 points; what is bound to a point stays bound."""
    block = Block(500, 3, 1, 1, 0, torch.float64)
    block.grow(2)
    first = block.points[0]
    block.grow(1)
    assert len(block.points) == 2
    block.grow(10)
    assert len(block.points) == 10
    assert block.points[0] is first


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_scalars_are_those_of_the_update_that_leaves_the_row(dtype: torch.dtype) -> None:
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
def test_the_room_ends_at_a_boundary_and_is_no_larger_than_it_must_be(unit: int) -> None:
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
def test_a_run_is_the_same_however_its_steps_are_cut(
    samples: int, width: int, batch: int | str, precision: str
) -> None:
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
