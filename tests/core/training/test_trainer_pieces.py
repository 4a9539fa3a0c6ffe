"""A run is the same to the last bit however its steps are cut into calls.

It stops where it should.
"""

import itertools

import numpy as np
import pytest

from neuroviz.core.choices.edits import Edit
from neuroviz.core.choices.settings import Settings
from neuroviz.core.training.trainer import Trainer
from tests.core.same_bits import assert_same_bits, columns

KINDS = {
    "full": {"learning_rate": 2.0},
    "adam, shuffled, cosine": {
        "task": "xor",
        "optimizer": "adam",
        "batch_size": 3,
        "shuffle": True,
        "schedule": "cosine",
        "period": 200,
    },
    "nesterov, float32": {
        "task": "sum",
        "optimizer": "nesterov",
        "precision": "float32",
        "batch_size": 2,
    },
    "adagrad, warm-up": {
        "task": "or",
        "optimizer": "adagrad",
        "schedule": "warmup",
        "period": 50,
        "loss": "mse",
    },
    "spam": {"task": "spam"},
    "single": {
        "task": "and_one_by_one",
        "activation": "tanh",
        "loss": "mse",
        "coding": "pm1",
        "shuffle": True,
    },
    "by autograd": {"activation": "step", "loss": "mse", "optimizer": "rmsprop", "batch_size": 3},
    "to subnormal numbers": {
        "activation": "elu",
        "loss": "huber",
        "weights": (-0.5, -0.25),
        "bias": -300.0,
        "optimizer": "adam",
        "learning_rate": 2.0,
    },
}
STEPS = 620
"""More than a block has."""


def in_pieces(trainer, steps, seed, longest, **more):
    """Take so many steps in pieces of random lengths; return how many were taken."""
    generator, taken = np.random.default_rng(seed), 0
    while taken < steps:
        wanted = min(int(generator.integers(1, longest + 1)), steps - taken)
        done = trainer.advance(wanted, **more)
        taken += done
        if done < wanted:
            break
    return taken


@pytest.mark.parametrize("kind", KINDS)
def test_pieces_do_not_matter(kind):
    """In one call or in random pieces, with edits at any step: the same bits."""
    settings = Settings(**KINDS[kind])
    edits = tuple(
        Edit(step, "learning_rate", settings.learning_rate / (2 + step % 3))
        for step in (9, 300, 301, 577)
    )
    whole = Trainer(settings, edits, max_rows=400)
    whole.advance(STEPS)
    for seed, longest in enumerate((60, 700)):
        other = Trainer(settings, edits, max_rows=400)
        assert in_pieces(other, STEPS, seed, longest) == whole.step
        assert_same_bits(whole, other)


# --- until a loss ---------------------------------------------------------------------------------

FALLING = {
    "full": {"learning_rate": 2.0},
    "batches": {"task": "spam", "learning_rate": 0.05},
    "short batches": {"task": "or", "batch_size": 3, "shuffle": True, "learning_rate": 1.0},
    "wild": {
        "task": "nand",
        "batch_size": 1,
        "shuffle": True,
        "learning_rate": 30.0,
        "optimizer": "momentum",
    },
}


def first_crossings(losses, mark):
    """Return the rows where a stored loss has come down to the mark, the one before not."""
    known = [(step, loss) for step, loss in enumerate(losses) if not np.isnan(loss)]
    return [
        step for (_, before), (step, loss) in itertools.pairwise(known) if before > mark >= loss
    ]


@pytest.mark.parametrize("kind", FALLING)
def test_until_loss_stops_at_the_first_row_that_comes_down_to_it(kind):
    """Whatever the pieces, it is that row of the full run.

    Going on, the next at which it comes down again.
    """
    settings = Settings(**FALLING[kind])
    whole = Trainer(settings)
    whole.advance(300)
    losses = columns(whole)["loss"]
    known = losses[~np.isnan(losses)]
    for mark in (
        float(known[0] * 0.9),
        float(known[len(known) // 2]),
        float(known[7]),
        1e-12,
        1e12,
    ):
        crossings = first_crossings(losses, mark)
        for longest in (9, 300):
            trainer, generator = Trainer(settings), np.random.default_rng(longest)
            while trainer.step < 300:
                wanted = min(int(generator.integers(1, longest + 1)), 300 - trainer.step)
                first, end = trainer.step, trainer.step + wanted
                expected = next((step for step in crossings if step > first), end)
                assert trainer.advance(wanted, until_loss=mark) == min(expected, end) - first
            assert_same_bits(trainer, whole)


def test_until_loss_before_an_overflow_is_reached():
    """The loss that comes down to the mark before the numbers end counts.

    The run is not stopped there.
    """
    choices = {
        "activation": "identity",
        "loss": "mse",
        "weights": (0.0, 0.0, 0.0),
        "learning_rate": 1e-5,
    }
    settings = Settings("sum", **choices)
    edits = (Edit(3, "learning_rate", 1e9),)
    whole = Trainer(settings, edits)
    whole.advance(300)
    assert whole.stopped is not None
    mark = float(columns(whole)["loss"][2])
    trainer = Trainer(settings, edits)
    assert trainer.advance(300, until_loss=mark) == 2
    assert trainer.stopped is None
    trainer.advance(300)
    assert_same_bits(trainer, whole)


@pytest.mark.parametrize("precision", ["float32", "float64"])
@pytest.mark.parametrize("longest", [1, 50, 700])
def test_an_overflow_inside_a_piece_ends_at_the_last_finite_row(longest, precision):
    """The run stops at one and the same row, which is the last of all that are finite."""
    choices = {
        "activation": "identity",
        "loss": "mse",
        "learning_rate": 0.8,
        "precision": precision,
    }
    settings = Settings(optimizer="momentum", momentum=0.05, **choices)
    whole = Trainer(settings)
    taken = whole.advance(100_000)
    assert whole.stopped.step == taken + 1
    other = Trainer(settings)
    assert in_pieces(other, 100_000, 1, longest) == taken
    assert_same_bits(whole, other)
    greatest = {"float32": np.finfo(np.float32).max, "float64": np.finfo(float).max}[precision]
    assert float(greatest) ** 0.98 < float(columns(whole)["loss"][-1]) <= float(greatest)


def test_advance_for_takes_some_steps_in_no_time_and_none_beyond_what_was_asked(
    monkeypatch,
):
    """With a clock that stands still it takes what was asked for.

    With one that runs, it ends in time.
    """
    now = [0.0]
    monkeypatch.setattr("neuroviz.core.training.trainer.time.perf_counter", lambda: now[0])
    for most in (1, 100, 1500):
        trainer = Trainer(Settings(learning_rate=1.0))
        true_go = trainer._go

        def go(steps, until_loss, go=true_go):
            now[0] += steps / 1000  # a millisecond a step
            return go(steps, until_loss)

        trainer._go = go
        began = now[0]
        taken = trainer.advance_for(0.4, most)
        assert taken == min(most, trainer.step)
        assert taken == most if most < 400 else 300 < taken <= 1000
        assert now[0] - began < 1.0


def test_a_slice_that_took_too_long_is_followed_by_one_in_time(monkeypatch):
    """On a machine that has become slow each of them went on too long: only quick ones counted."""
    now, step = [0.0], [1e-5]
    monkeypatch.setattr("neuroviz.core.training.trainer.time.perf_counter", lambda: now[0])
    trainer = Trainer(Settings("and", learning_rate=0.01))
    true_go = trainer._go

    def go(steps, until_loss):
        now[0] += steps * step[0]
        return true_go(steps, until_loss)

    trainer._go = go
    trainer.advance_for(0.1, 10**6)
    step[0] = 1e-3
    trainer.advance_for(0.1, 10**6)
    began = now[0]
    trainer.advance_for(0.1, 10**6)
    assert now[0] - began < 0.2


@pytest.mark.parametrize("kind", KINDS)
def test_advance_for_is_advance(kind):
    """By the clock or by count, the run is one run."""
    settings = Settings(**KINDS[kind])
    timed = Trainer(settings)
    while timed.step < 40:
        assert timed.advance_for(0.001, 40 - timed.step) > 0
    counted = Trainer(settings)
    counted.advance(40)
    assert_same_bits(timed, counted)


@pytest.mark.parametrize("kind", ["full", "batches"])
def test_advance_for_stops_at_a_loss_and_at_an_end(kind):
    """A loss to stop at and numbers that end are ends before the time is up."""
    settings = Settings(**FALLING[kind])
    whole = Trainer(settings)
    whole.advance(400)
    losses = columns(whole)["loss"]
    mark = float(losses[0] * 0.9)
    trainer = Trainer(settings)
    trainer.advance_for(60.0, 10**6, mark)
    assert trainer.step == first_crossings(losses, mark)[0]
    wild = Trainer(Settings("double", learning_rate=1e9))
    assert wild.advance_for(60.0, 10**6) == wild.step < 1000
    assert wild.advance_for(60.0, 10**6) == 0
