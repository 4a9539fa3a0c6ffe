"""What the neuron shows is an equation that holds as it is read.

To one unit of the last digit of its result.
"""

from __future__ import annotations

import math
import random
import re
from typing import Any

import pytest

from neuroviz.core.anatomy.anatomy import Anatomy
from neuroviz.core.choices.settings import Settings
from neuroviz.core.choices.tasks import TASKS
from neuroviz.core.training.trainer import Trainer
from neuroviz.pictures.neuron.batch import batch_numbers, fitted_table, place_table
from neuroviz.pictures.neuron.equations import ROOM, mean_of, product_of, sum_of, written
from neuroviz.pictures.neuron.numbers import numbers_of
from tests.pictures.neuron.test_fit import measure

FEW = [name for name in TASKS if Settings(name).dataset.width <= 6]
NUMBER = re.compile(r"([+−]?)([0-9]+)(?:\.([0-9]+))?(?:e(−?[0-9]+))?")


def read(text: str) -> tuple[float, float]:
    """Return the number that a text says, and the unit of its last digit."""
    found = NUMBER.fullmatch(text)
    assert found, text
    sign, whole, decimals, power = found.groups()
    exponent = int((power or "0").replace("−", "-")) - len(decimals or "")
    value = int(whole + (decimals or "")) * 10.0**exponent
    return -value if sign == "−" else value, 10.0**exponent


def assert_comes_to(expected: float, text: str, value: float) -> None:
    """Assert that a text says what was worked out, and is the number rounded.

    Both to one unit of its last.
    """
    number, unit = read(text)
    assert abs(number - expected) <= unit * (1 + 1e-6), (text, expected)
    assert abs(number - value) <= 0.5 * unit * (1 + 1e-6), (text, value)


def moments(task: str, **choices: object) -> list[Anatomy]:
    """Return the arithmetic at 50 random moments of a run."""
    settings = Settings(task, **choices)
    trainer = Trainer(settings)
    found = []
    for steps in random.Random(task).choices([0, 1, 1, 2, 3, 7, 20, 90, 400], k=50):
        trainer.advance(steps)
        found.append(Anatomy(settings, trainer.history.newest, trainer.hyperparameters()))
    return found


def assert_change_follows(step: Anatomy, grad: str, change: str, index: int) -> None:
    """Assert that the gradient used is shown.

    For plain SGD the rate times it is the change shown.
    """
    assert read(grad)[0] == pytest.approx(step.grad[index], rel=0.1, abs=read(grad)[1])
    moved = step.new_parameters[index] - step.row.parameters[index]
    rate = float(f"{step.rate.value:.4g}")
    plain = step.settings.optimizer == "sgd"
    assert_comes_to(-rate * read(grad)[0] if plain else moved, change, moved)


def assert_sample_holds(
    step: Anatomy, sample: int, phase: str | None, after: Anatomy | None = None
) -> None:
    """Assert that every product, the sum and the chain of a sample come to what is shown."""
    width = step.settings.dataset.width
    numbers = numbers_of(step, phase, sample, range(width), width, after)
    texts = {slot: number.text for slot, number in numbers.items()}
    source = after or step
    values = source.of(sample)
    total = 0.0
    for i in range(width):
        product = read(texts["weight", i])[0] * read(texts["input", i])[0]
        assert_comes_to(product, texts["product", i], values.products[i])
        total += read(texts["product", i])[0]
    total += read(texts["weight", width])[0] * read(texts["input", width])[0]
    assert_comes_to(total, texts["pre_activation", None], values.pre_activation)
    if step.settings.activation == "identity":
        assert texts["output", None] == texts["pre_activation", None]
    if phase == "update":
        for i in range(width + 1):
            assert_change_follows(step, texts["grad", i], texts["change", i], i)
        return
    chain = [
        texts[kind, None]
        for kind in ("loss_by_output", "output_by_pre_activation", "loss_by_pre_activation")
    ]
    if "—" not in chain:
        assert_comes_to(
            read(chain[0])[0] * read(chain[1])[0], chain[2], values.loss_by_pre_activation
        )
    for i in range(width + 1):
        product = read(chain[2])[0] * read(texts["input", i])[0]
        assert_comes_to(product, texts["grad", i], values.grad[i])


@pytest.mark.parametrize("task", FEW)
def test_products_sum_and_chain_of_every_sample_hold(task: str) -> None:
    """At 50 random moments; after the update too, with the weights that are shown then."""
    steps = moments(task)
    for step, after in zip(steps, [*steps[1:], steps[-1]], strict=True):
        for sample in range(step.settings.dataset.samples):
            assert_sample_holds(step, sample, None)
            if after.row.step == step.row.step + 1:
                assert_sample_holds(step, sample, "update", after)


@pytest.mark.parametrize(
    "choices",
    [
        {"task": "and", "activation": "tanh", "loss": "mse", "coding": "pm1", "optimizer": "adam"},
        {"task": "line", "learning_rate": 0.07},
        {"task": "sum", "activation": "tanh", "loss": "mse"},
        {"task": "xor", "activation": "relu", "loss": "mse", "learning_rate": 0.9},
    ],
)
def test_it_holds_where_numbers_are_large_small_or_diverge(choices: dict[str, Any]) -> None:
    """Exponents too, whose mantissa has few digits."""
    for step in moments(**choices):
        for sample in range(step.settings.dataset.samples):
            assert_sample_holds(step, sample, None)


@pytest.mark.parametrize("task", FEW)
@pytest.mark.parametrize("breaks", [(), ("no_zero_grad",)])
def test_the_mean_of_the_batch_holds(task: str, breaks: tuple[str, ...]) -> None:
    """Of the gradients and of the losses that stand over it.

    What is left over of the step before is added.
    """
    if not Settings(task).activation_entry.trainable and breaks:
        return
    for step in moments(task, breaks=breaks)[::3]:
        settings = step.settings
        width = settings.dataset.width
        plan = fitted_table(1200, 500, settings, measure)
        table = place_table(1200, 500, range(width), settings, plan)
        texts = {slot: number.text for slot, number in batch_numbers(step, None, table).items()}
        rows = range(len(step.batch))
        losses = [read(texts["sample_loss", row])[0] for row in rows]
        moved = {slot: number.text for slot, number in batch_numbers(step, "update", table).items()}
        for i in range(width + 1):
            assert moved["grad", i] == texts["grad", i]  # as at Backward
            assert_change_follows(step, moved["grad", i], moved["change", i], i)
        assert_comes_to(math.fsum(losses) / len(rows), texts["loss", None], step.loss)
        for i in range(width + 1):
            mean = math.fsum(read(texts["sample_grad", (row, i)])[0] for row in rows) / len(rows)
            if not breaks:
                assert_comes_to(mean, texts["grad", i], step.grad[i])
                continue
            assert_comes_to(mean, texts["mean_grad", i], step.new_grad[i])
            used = read(texts["mean_grad", i])[0] + read(texts["old_grad", i])[0]
            assert_comes_to(used, texts["grad", i], step.grad[i])


@pytest.mark.parametrize("exponent", range(-12, 13))
def test_a_number_by_itself_has_what_fits(exponent: int) -> None:
    """Rounded, never more than seven characters, and two digits at least."""
    for mantissa in (1.0, 1.5151, 4.4494, 9.9964):
        for value in (mantissa * 10.0**exponent, -mantissa * 10.0**exponent):
            for signed in (False, True):
                text = written(value, signed=signed).text
                assert len(text) <= ROOM
                assert_comes_to(value, text, value)
                assert read(text)[0] == pytest.approx(
                    value, rel=0.5 if len(str(exponent)) > 2 else 0.05
                )


@pytest.mark.parametrize("value", [1.79e308, -1.79e308, 9.9e307, 5e-324, -2.2e-308])
def test_the_largest_and_the_smallest_floats_are_written(value: float) -> None:
    """By themselves, and as products, sums and means that are no floats any more."""
    number = written(value)
    assert len(number.text) <= ROOM + 1
    for made in (
        product_of(value, number, written(3.0)),
        sum_of(value, [number, number]),
        mean_of(value, [number] * 3),
    ):
        assert NUMBER.fullmatch(made.text)
