import pytest
import torch

from neuroviz.core.choices.settings import Settings
from neuroviz.core.training.batches import Batches
from neuroviz.core.training.stepper import Stepper, Tape, block_of
from tests.core.same_bits import random_data


@pytest.mark.parametrize(("samples", "inputs"), [(2, 1), (1000, 20), (3000, 200), (300_000, 1)])
@pytest.mark.parametrize("batch", ["full", 64])
def test_a_block_of_large_data_has_fewer_steps(samples, inputs, batch):
    """Buffers of a number for each sample and step stay within 2 MB.

    Of a batch's inputs too, down to one step.
    """
    batch = batch if batch == "full" else min(64, samples)
    stepper = Stepper(Settings(data=random_data(samples, inputs), batch_size=batch))
    per_step = samples if batch in ("full", samples) else int(batch) * (inputs + 1)
    assert 1 <= stepper.size <= 512
    assert stepper.size == 1 or stepper.size * per_step <= 2**18
    assert stepper.size == 512 or (stepper.size + 1) * max(per_step, 4 * (inputs + 1)) > 2**18


def test_the_steps_leave_no_graph_behind(monkeypatch):
    """The fast way never asks autograd for a gradient; the readable way does at every row."""
    calls = []
    true_grad = torch.autograd.grad
    monkeypatch.setattr(torch.autograd, "grad", lambda *args: calls.append(1) or true_grad(*args))
    settings = Settings()
    for readable, count in ((False, 0), (True, 11)):
        stepper = Stepper(settings, readable=readable)
        stepper.take(stepper.begin(None, 1.0), [1.0] * 11, settings.hyperparameters)
        assert len(calls) == count


def tape_of(settings, size=12):
    """Return a tape whose evaluations set every gradient to 1.

    With logs of what was made and what was called.
    """
    block = block_of(settings, size)
    block.grow(size + 1)
    block.set_scalars(
        [settings.optimizer_entry.code.scalars(0.5, settings.hyperparameters, 0)] * size
    )
    made = []
    called = []

    def evaluate(row, short):
        made.append((row, short))
        return (lambda: called.append((row, short)), lambda: block.points[row].grad.fill_(1.0))

    return (
        Tape(block, Batches(settings, size, torch.float64), settings, evaluate),
        block,
        made,
        called,
    )


def call(calls):
    """Call them in order."""
    with torch.inference_mode():
        for thunk in calls:
            thunk()


@pytest.mark.parametrize("counts", [[5, 5, 5], [12, 3, 12], [1, 2, 3, 12, 4]])
def test_calls_are_bound_once(counts):
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
