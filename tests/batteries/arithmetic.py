"""Every arithmetic of the panel, computed from what is written.

``python -m tests.batteries.arithmetic``. At 50 random moments of every task up to six inputs, and
of runs that diverge, saturate and are broken, every number is asked of the batch and of every
sample. What is written is worked out with 450 digits, and must come to what is shown, to one unit
of its last digit: the fourth, or an earlier one where the floats of the run have rounded. It prints
what does not hold.
"""

from __future__ import annotations

import argparse
import itertools
import multiprocessing
import random
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import mpmath
import numpy as np

from neuroviz.core.anatomy.anatomy import Anatomy
from neuroviz.core.anatomy.explain import Explanation, Quantity, explain
from neuroviz.core.anatomy.explanations import WORDS
from neuroviz.core.anatomy.unit import opened, units_of
from neuroviz.core.choices.settings import Settings
from neuroviz.core.choices.tasks import TASKS
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.numbers import with_real_minus
from neuroviz.core.training.trainer import Trainer
from tests.core.shown import as_typed, numbers_of, worked_out_exactly

FEW = [name for name in TASKS if Settings(name).dataset.width <= 6]
MOMENTS = 50
_DIGITS = 4


def _of_classes(count: int) -> Dataset:
    """Return a few points of so many classes."""
    random = np.random.default_rng(count)
    names = tuple(f"kind {place + 1}" for place in range(count))
    targets = np.arange(12.0) % count
    return Dataset(
        random.normal(targets[:, None], 1.5, (12, 2)),
        targets,
        classes=True,
        class_names=names,
        origin=f"{count} classes",
    )


def _of_targets(count: int, *, classes: bool = True) -> Dataset:
    """Return a few points with so many targets each."""
    random = np.random.default_rng(count)
    inputs, asked = random.normal(size=(7, 2)), random.normal(size=(7, count))
    targets = (asked > 0).astype(float) if classes else asked
    return Dataset(inputs, targets, classes, origin=f"{count} targets")


CHOICES: list[dict[str, Any]] = [
    *({"task": task} for task in FEW),
    {"task": "and", "learning_rate": 3_000.0},
    {"task": "or", "breaks": ("naive_bce",)},
    {
        "task": "and",
        "activation": "tanh",
        "loss": "mse",
        "coding": "pm1",
        "optimizer": "adam",
        "learning_rate": 0.5,
    },
    {
        "task": "xor",
        "precision": "float32",
        "optimizer": "adamw",
        "learning_rate": 0.3,
        "schedule": "cosine",
    },
    {"task": "line", "learning_rate": 0.07},
    {"task": "xor_two", "l2": 0.05, "hidden": 3, "hidden_activation": "softplus"},
    {"task": "xor", "activation": "tanh", "loss": "mse", "optimizer": "newton"},
    {"task": "and", "optimizer": "line_search"},
    {"task": "nor", "optimizer": "nesterov", "breaks": ("no_zero_grad", "no_bias")},
    {"task": "and", "activation": "gelu", "loss": "huber", "optimizer": "rmsprop", "batch_size": 1},
    {
        "task": "or",
        "activation": "softplus",
        "loss": "mae",
        "optimizer": "adagrad",
        "breaks": ("ascent",),
    },
    {"task": "nand", "activation": "elu", "loss": "hinge", "optimizer": "momentum"},
    {"task": "and", "loss": "perceptron"},
    {"task": "sum", "activation": "silu", "loss": "huber", "learning_rate": 0.3},
    {"task": "and", "l2": 0.01, "learning_rate": 1.0},
    {"task": "line", "l1": 0.5, "l2": 0.1, "learning_rate": 0.02},
    {"task": "or", "l1": 0.02, "batch_size": 1, "optimizer": "adam", "learning_rate": 0.1},
    {"task": "sum", "l1": 0.01, "l2": 0.3, "precision": "float32", "breaks": ("no_zero_grad",)},
    {"data": _of_classes(2), "outputs": 2, "learning_rate": 30.0},
    {
        "data": _of_classes(2),
        "outputs": 2,
        "hidden": 1,
        "precision": "float32",
    },
    {"data": _of_classes(3), "learning_rate": 3_000.0},
    {
        "data": _of_classes(3),
        "hidden": 2,
        "hidden_activation": "sigmoid",
        "l2": 0.02,
        "batch_size": 1,
    },
    {"data": _of_classes(4), "optimizer": "rmsprop", "l1": 0.01, "breaks": ("no_zero_grad",)},
    {"data": _of_classes(4), "hidden": 3, "learning_rate": 2.0, "batch_size": 5},
    {"data": _of_classes(5), "hidden": 1, "hidden_activation": "softplus", "learning_rate": 0.3},
    {"data": _of_classes(5), "hidden": 3, "hidden_activation": "relu", "learning_rate": 5.0},
    {"data": _of_targets(3), "hidden": 2, "l2": 0.01, "learning_rate": 30.0},
    {"data": _of_targets(2, classes=False), "loss": "huber", "activation": "silu"},
    {"data": _of_targets(4), "activation": "tanh", "loss": "hinge", "batch_size": 2},
    {
        "data": _of_targets(5, classes=False),
        "hidden": 3,
        "loss": "mae",
        "optimizer": "adam",
        "precision": "float32",
        "breaks": ("no_zero_grad",),
    },
]
"""The tasks as they are, and what makes numbers large, small and cancel."""


def moments(choices: dict[str, Any], count: int = MOMENTS) -> Iterator[Anatomy]:
    """Yield the arithmetic at random moments of a run, in one of its neurons each."""
    settings = Settings(**choices)
    trainer = Trainer(settings)
    units = itertools.cycle(units_of(settings))
    for steps in random.Random(str(choices)).choices([0, 1, 1, 2, 3, 7, 20, 90, 400], k=count):
        trainer.advance(steps)
        whole = Anatomy(settings, trainer.history.newest, trainer.hyperparameters())
        yield whole if settings.parameters.linear else opened(whole, next(units))


def quantities(anatomy: Anatomy) -> Iterator[Quantity]:
    """Yield everything that can be asked."""
    parameters = range(anatomy.settings.dataset.width + 1)
    for kind in WORDS:
        if kind == "stage":
            stages = range(len(anatomy.stages))
            yield from (Quantity(kind, (stage, index)) for stage in stages for index in parameters)
        elif kind in ("input", "grad", "old_grad", "weight", "update"):
            yield from (Quantity(kind, index) for index in parameters)
        elif kind == "product":
            yield from (Quantity(kind, index) for index in parameters[:-1])
        else:
            yield Quantity(kind)


def objection(found: Explanation, precision: str = "float64") -> str:
    """Return what is wrong with an explanation as it stands on the screen, "" for nothing."""
    shown = with_real_minus(found.arithmetic)
    if found.texts[0] in ("—", "∞", "−∞"):
        return ""
    rounded_away = shown.endswith(" ≈ 0")
    text, _, result = shown.removeprefix("= ").rpartition(" ≈ " if rounded_away else " = ")
    if not text:
        return (
            ""
            if _number(result) in [_rounded(found.value, digits) for digits in (_DIGITS, 5, 6)]
            else f"not the number: {shown}"
        )
    comes_to = worked_out_exactly(text)
    digits = (
        0
        if rounded_away
        else next(
            (d for d in (_DIGITS, 5, 6, 3, 2, 1) if _number(result) == _rounded(found.value, d)), 0
        )
    )
    noise = (1e-14 if precision == "float64" else 1e-5) * max([1e-300, *numbers_of(text)])
    if digits < _DIGITS and abs(comes_to - found.value) > noise:
        return f"only {digits} digits: {shown}, {float(comes_to)}"
    unit = _unit(found.value, digits) if digits else noise
    if abs(comes_to - _number(result)) > unit * (1 + 1e-9):
        return f"comes to {float(comes_to)!r}: {shown}"
    return ""


def objections(
    choices: dict[str, Any], count: int = MOMENTS, samples: int | None = None
) -> tuple[int, list[str]]:
    """Return how many arithmetics of a run were worked out, and what is wrong with them.

    Parameters
    ----------
    choices
        The settings.
    count
        Random moments.
    samples
        So many of each moment, at random; None for all.
    """
    wrong = []
    number = 0
    for anatomy in moments(choices, count):
        for sample in [None, *_some(anatomy, samples)]:
            for quantity in quantities(anatomy):
                number += 1
                words = objection(explain(anatomy, quantity, sample), anatomy.settings.precision)
                if words:
                    wrong.append(
                        f"{choices} step {anatomy.row.step} sample {sample} {quantity}: {words}"
                    )
    return number, wrong


def _some(anatomy: Anatomy, samples: int | None) -> Sequence[int]:
    every = range(anatomy.settings.dataset.samples)
    return (
        every
        if samples is None
        else random.Random(anatomy.row.step).sample(every, min(samples, len(every)))
    )


def _number(text: str) -> mpmath.mpf:
    return mpmath.mpf(as_typed(text))


def _rounded(value: float, digits: int) -> mpmath.mpf:
    return mpmath.mpf(f"{value:.{digits - 1}e}")


def _unit(value: float, digits: int) -> float:
    """Return one unit of the last digit; whole numbers below a million have all of theirs."""
    if value == 0:
        return 1e-300
    unit = 10.0 ** (int(f"{value:.{digits - 1}e}".partition("e")[2]) - digits + 1)
    return min(unit, 1.0) if abs(value) < 1e6 else unit


def main() -> int:
    """Work out everything, and print what is wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.batteries.arithmetic", description=__doc__
    )
    parser.add_argument("--moments", type=int, default=MOMENTS)
    count = parser.parse_args().moments
    with multiprocessing.Pool() as pool:
        results = pool.starmap(objections, [(choices, count) for choices in CHOICES], chunksize=1)
    wrong = [words for _, those in results for words in those]
    print(*wrong, sep="\n")
    print(f"{sum(number for number, _ in results):,} arithmetics, {len(wrong)} do not hold")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
