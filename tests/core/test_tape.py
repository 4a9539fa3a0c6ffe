from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from neuroviz.core.choices.settings import Settings
from neuroviz.core.tape import Tape
from neuroviz.core.training.batches import Batches
from neuroviz.core.training.block import Block
from tests.core.same_bits import random_data

Log = list[tuple[int, bool]]


def tape_of(settings: Settings, size: int = 12) -> tuple[Tape, Block, Log, Log]:
    """Return a tape whose evaluations set every gradient to 1, with logs of what was made and what was called."""
    optimizer = settings.optimizer_entry
    scalars = optimizer.scalars(0.5, settings.hyperparameters, 1)
    width = settings.dataset.width + 1
    block = Block(size, width, len(optimizer.state), len(scalars), torch.float64)
    block.grow(size + 1)
    block.set_scalars([scalars] * size)
    made: Log = []
    called: Log = []

    def evaluate(row: int, short: bool) -> tuple[Callable[[], Any], ...]:
        made.append((row, short))
        return (lambda: called.append((row, short)), lambda: block.points[row].grad.fill_(1.0))

    return Tape(block, Batches(settings, size, torch.float64), settings, evaluate), block, made, called


def call(calls: Any) -> None:
    """Call them in order."""
    with torch.inference_mode():
        for thunk in calls:
            thunk()


def test_update_and_evaluation_take_turns() -> None:
    """With gradients 1 and rate ½ every row is ½ below the one before: each update saw the gradient before it."""
    settings = Settings(data=random_data(7, 2))
    tape, block, _, called = tape_of(settings)
    call(tape.evaluation(0, 0))
    call(tape.steps(0, 5, settings.hyperparameters))
    assert called == [(row, False) for row in range(6)]
    assert block.numbers(7)[:, 0].tolist() == [0, -0.5, -1, -1.5, -2, -2.5, 0]


@pytest.mark.parametrize("counts", [[5, 5, 5], [12, 3, 12], [1, 2, 3, 12, 4]])
def test_calls_are_bound_once(counts: list[int]) -> None:
    """Blocks of any length, one after another, have as many calls as steps, and bind nothing again."""
    settings = Settings(data=random_data(7, 2))
    tape, block, made, called = tape_of(settings)
    call(tape.evaluation(0, 0))
    step = 0
    for count in counts:
        del called[:]
        before = block.numbers(1)[0, 0]
        call(tape.steps(step, count, settings.hyperparameters))
        assert called == [(row, False) for row in range(1, count + 1)]
        assert block.numbers(count + 1)[-1, 0] == before - count / 2
        block.restart_from(count)
        step += count
    assert made == [(row, False) for row in range(max(counts) + 1)]


@pytest.mark.parametrize("size", [2, 3, 5, 6, 7])
def test_short_batches_are_evaluated_as_such(size: int) -> None:
    """Wherever a block begins, the rows at the last step of an epoch of 7 samples take the short batch."""
    settings = Settings(data=random_data(7, 2), batch_size=size)
    tape, _, made, called = tape_of(settings)
    call(tape.evaluation(0, 0))
    per_epoch, step = settings.steps_per_epoch, 0
    for count in (5, 12, 1, 4, 12, 12):
        del called[:]
        call(tape.steps(step, count, settings.hyperparameters))
        lasts = [(step + row) % per_epoch == per_epoch - 1 for row in range(1, count + 1)]
        assert called == [(row, last and 7 % size != 0) for row, last in enumerate(lasts, start=1)]
        step += count
    assert len(made) == len(set(made))


def test_other_hyperparameters_are_bound_anew() -> None:
    """A momentum or a β₂ edited between two blocks counts from the next step on."""
    settings = Settings(data=random_data(7, 2), optimizer="rmsprop", alpha=0.5)
    tape, block, _, _ = tape_of(settings)
    call(tape.evaluation(0, 0))
    call(tape.steps(0, 2, {**settings.hyperparameters}))
    width = 3
    assert block.numbers(3)[:, 2 * width].tolist() == [0, 0.5, 0.75]
    block.restart_from(2)
    hyperparameters = {**settings.hyperparameters, "alpha": 0.25}
    scalars = settings.optimizer_entry.scalars(0.5, hyperparameters, 1)
    block.set_scalars([scalars] * 3)
    call(tape.steps(2, 3, hyperparameters))
    expected = [0.75, 0.9375, 0.984375, 0.99609375]
    np.testing.assert_allclose(block.numbers(4)[:, 2 * width], expected, rtol=1e-15)
