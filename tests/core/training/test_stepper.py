import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.settings import Settings
from neuroviz.core.training.batches import Batches
from neuroviz.core.training.block import Block, RowBlock
from neuroviz.core.training.stepper import Stepper, Tape, block_of
from neuroviz.core.training.trainer import Trainer
from tests.core.same_bits import assert_same_row, random_data


def taken(stepper: Stepper, settings: Settings, counts: list[int], rate: float) -> list[RowBlock]:
    """Return what a stepper gives for blocks of so many steps at a constant rate, all accepted."""
    row, result = stepper.begin(None, rate), []
    for count in counts:
        rows = stepper.take(row, [rate] * (count + 1), settings.hyperparameters)
        result.append(rows.copied())
        stepper.accept(count)
        row = result[-1].cut(count, count + 1)
    return result


@pytest.mark.parametrize("batch", ["full", 1, 3])
def test_a_block_begins_with_the_row_before_it(batch: str | int) -> None:
    """The row it was given, then one for each step.

    With steps, rates and losses where they belong.
    """
    settings = Settings(data=random_data(7, 2), batch_size=batch, optimizer="momentum")
    blocks = taken(Stepper(settings), settings, [5, 1, 17], 0.25)
    assert [(len(block), block.first_step) for block in blocks] == [(6, 0), (2, 5), (18, 6)]
    for one, two in itertools.pairwise(blocks):
        assert_same_row(one.row(-1), two.row(0))
    for block in blocks:
        assert set(block.learning_rates) == {0.25}
        known = block.steps % settings.steps_per_epoch == 0
        assert np.isfinite(block.losses).tolist() == known.tolist()
        assert np.isfinite(block.batch_losses).all()


def test_only_what_is_accepted_counts() -> None:
    """Steps taken in vain are taken again from the row that was accepted last."""
    settings = Settings(data=random_data(7, 2), optimizer="adam", learning_rate=0.1)
    straight, other = Stepper(settings), Stepper(settings)
    whole = taken(straight, settings, [10], 0.1)[0]
    row = other.begin(None, 0.1)
    first = other.take(row, [0.1] * 9, settings.hyperparameters).copied()
    other.accept(3)
    again = other.take(first.cut(3, 4), [0.1] * 8, settings.hyperparameters)
    for index in range(8):
        assert_same_row(again.row(index), whole.row(3 + index))


def test_every_step_has_its_own_rate() -> None:
    """θ moves by minus the rate of the row it leaves, times the gradient there."""
    settings = Settings(data=random_data(7, 2))
    stepper = Stepper(settings)
    rates = [0.5, 0.25, 0.0625, 2.0, 1.0]
    rows = stepper.take(stepper.begin(None, 0.5), rates, settings.hyperparameters)
    assert rows.learning_rates.tolist() == rates
    theta, steps = rows.numbers[:, :3], np.array(rates)[:-1, None] * rows.grads[:-1]
    np.testing.assert_allclose(theta[1:], theta[:-1] - steps, rtol=1e-14)


@pytest.mark.parametrize(
    ("choices", "fast"),
    [
        ({}, True),
        ({"activation": "relu", "loss": "huber"}, True),
        ({"activation": "step", "loss": "mse"}, False),
        ({"loss": "cross_entropy"}, False),
    ],
)
def test_fast_says_how_the_steps_are_taken(choices: dict[str, Any], fast: bool) -> None:
    """Known to the fast way or not, and never where the readable way is asked for."""
    assert Stepper(Settings(**choices)).fast == fast
    assert not Stepper(Settings(**choices), readable=True).fast


@pytest.mark.parametrize(("samples", "inputs"), [(2, 1), (1000, 20), (3000, 200), (300_000, 1)])
@pytest.mark.parametrize("batch", ["full", 64])
def test_a_block_of_large_data_has_fewer_steps(samples: int, inputs: int, batch: str | int) -> None:
    """Buffers of a number for each sample and step stay within 2 MB.

    Of a batch's inputs too, down to one step.
    """
    batch = batch if batch == "full" else min(64, samples)
    stepper = Stepper(Settings(data=random_data(samples, inputs), batch_size=batch))
    per_step = samples if batch in ("full", samples) else int(batch) * (inputs + 1)
    assert 1 <= stepper.size <= 512
    assert stepper.size == 1 or stepper.size * per_step <= 2**18
    assert stepper.size == 512 or (stepper.size + 1) * max(per_step, 4 * (inputs + 1)) > 2**18


def test_a_start_may_be_not_finite_here() -> None:
    """The stepper computes; who refuses is the trainer, which sees the row."""
    settings = Settings(activation="identity", loss="mse", weights=(1e200, 1e200))
    assert Stepper(settings).begin(None, 0.1).first_not_finite() == (0, "loss")
    with pytest.raises(SettingsError):
        Trainer(settings)


def test_the_steps_leave_no_graph_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fast way never asks autograd for a gradient; the readable way does at every row."""
    calls = []
    true_grad = torch.autograd.grad
    monkeypatch.setattr(torch.autograd, "grad", lambda *args: calls.append(1) or true_grad(*args))
    settings = Settings()
    taken(Stepper(settings), settings, [10], 1.0)
    assert not calls
    taken(Stepper(settings, readable=True), settings, [10], 1.0)
    assert len(calls) == 11


Log = list[tuple[int, bool]]


def tape_of(settings: Settings, size: int = 12) -> tuple[Tape, Block, Log, Log]:
    """Return a tape whose evaluations set every gradient to 1.

    With logs of what was made and what was called.
    """
    block = block_of(settings, size)
    block.grow(size + 1)
    block.set_scalars(
        [settings.optimizer_entry.code.scalars(0.5, settings.hyperparameters, 0)] * size
    )
    made: Log = []
    called: Log = []

    def evaluate(row: int, short: bool) -> tuple[Callable[[], Any], ...]:
        made.append((row, short))
        return (lambda: called.append((row, short)), lambda: block.points[row].grad.fill_(1.0))

    return (
        Tape(block, Batches(settings, size, torch.float64), settings, evaluate),
        block,
        made,
        called,
    )


def call(calls: Any) -> None:
    """Call them in order."""
    with torch.inference_mode():
        for thunk in calls:
            thunk()


def test_update_and_evaluation_take_turns() -> None:
    """With gradients 1 and rate ½ every row is ½ below the one before.

    Each update saw the gradient before it.
    """
    settings = Settings(data=random_data(7, 2))
    tape, block, _, called = tape_of(settings)
    call(tape.evaluation(0, 0))
    call(tape.steps(0, 5, settings.hyperparameters))
    assert called == [(row, False) for row in range(6)]
    assert block.numbers(7)[:, 0].tolist() == [0, -0.5, -1, -1.5, -2, -2.5, 0]


@pytest.mark.parametrize("counts", [[5, 5, 5], [12, 3, 12], [1, 2, 3, 12, 4]])
def test_calls_are_bound_once(counts: list[int]) -> None:
    """Blocks of any length, one after another, have as many calls as steps.

    They bind nothing again.
    """
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
    """The rows at the last step of an epoch of 7 samples take the short batch.

    Wherever a block begins.
    """
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
    scalars = settings.optimizer_entry.code.scalars(0.5, hyperparameters, 0)
    block.set_scalars([scalars] * 3)
    call(tape.steps(2, 3, hyperparameters))
    expected = [0.75, 0.9375, 0.984375, 0.99609375]
    np.testing.assert_allclose(block.numbers(4)[:, 2 * width], expected, rtol=1e-15)
