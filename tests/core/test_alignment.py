"""Where numbers stand must not matter: rooms between boundaries, and runs that would show it."""

from __future__ import annotations

import pytest

from neuroviz.core.alignment import BOUNDARY, padded
from neuroviz.core.choices.settings import Settings
from neuroviz.core.training.trainer import Trainer
from tests.core.same_bits import assert_same_bits, random_data


@pytest.mark.parametrize("unit", [4, 8, 24, 72, 64, 808])
def test_the_room_ends_at_a_boundary_and_is_no_larger_than_it_must_be(unit: int) -> None:
    """For every count: what is padded ends at a boundary, holds the count, and nothing smaller does."""
    for count in range(1, 70):
        room = padded(count, unit)
        assert room >= count
        assert room * unit % BOUNDARY == 0
        assert all(smaller * unit % BOUNDARY for smaller in range(count, room))


@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize(("samples", "width", "batch"), [(8, 2, "full"), (20, 9, 7), (50, 33, 20), (30, 100, 9)])
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
