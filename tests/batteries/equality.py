"""The two ways to a gradient over everything that can be combined.

``python -m tests.batteries.equality``. Trains every activation × loss × optimizer × schedule ×
batch kind × precision in both ways, the fast one and by autograd, and compares all that the runs
hold to the last bit. Each combination is trained on one of several data sets, which take turns, or
with ``--every`` on all of them; what is broken on purpose takes turns too. Prints a JSON summary;
exits 1 if any two differ.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.activations import ACTIVATIONS
from neuroviz.core.choices.losses import LOSSES
from neuroviz.core.choices.optimizers import OPTIMIZERS
from neuroviz.core.choices.resolve import PRECISIONS
from neuroviz.core.choices.schedules import SCHEDULES
from neuroviz.core.choices.settings import Settings
from tests.core.same_bits import both_ways, difference, random_data

STEPS = 120
BATCHES: dict[str, dict[str, Any]] = {
    "full": {},
    **{str(size): {"batch_size": size, "shuffle": False} for size in (1, 2, 3)},
    **{f"{size} shuffled": {"batch_size": size, "shuffle": True} for size in (1, 2, 3)},
}
# Data and learning rate; the last one makes a neuron without bounds overflow.
TASKS: dict[str, dict[str, Any]] = {
    "xor": {"task": "xor", "learning_rate": 0.5},
    "seven random samples": {"data": random_data(7, 4), "learning_rate": 0.1},
    "nor from zeros": {"task": "nor", "init": "zeros", "learning_rate": 2.0},
    "line": {"task": "line", "learning_rate": 0.01},
    "nand, wild": {"task": "nand", "learning_rate": 1e4},
}
# Nine, so that each meets every batch kind and precision in turn.
BREAKS: tuple[tuple[str, ...], ...] = (
    (),
    *(("no_bias",), ("no_zero_grad",), ("ascent",), ("x1_times_100",)),
    *(
        ("no_zero_grad", "ascent"),
        ("no_bias", "ascent"),
        ("no_bias", "no_zero_grad"),
        ("ascent", "x1_times_100"),
    ),
)


@dataclass(frozen=True)
class Outcome:
    """What became of one combination."""

    name: str
    """The combination in words."""
    kind: str
    """Either "fast way" or "autograd", as the steps were taken;
    "refused" where settings or start cannot be."""
    difference: str | None = None
    """What was not the same in both runs; None if nothing."""
    stopped: bool = False
    """Whether numbers ceased to be finite."""


def combinations(*, every: bool = False) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield name and choices of every combination, on the data sets in turn or on all of them.

    The turn is that of a combination that some data set of its turn can take: numbers as targets do
    not fit every loss, and then the next data set has its turn.
    """
    turns, broken = itertools.cycle(TASKS), itertools.cycle(BREAKS)
    tables = (ACTIVATIONS, LOSSES, OPTIMIZERS, SCHEDULES, BATCHES, PRECISIONS)
    for activation, loss, optimizer, schedule, batch, precision in itertools.product(*tables):
        row = {"activation": activation, "loss": loss, "optimizer": optimizer, "schedule": schedule}
        for task in list(TASKS) if every else [_fitting(turns, loss)]:
            breaks = next(broken)
            name = " ".join((*row.values(), batch, precision, *breaks, task))
            yield (
                name,
                {**row, **BATCHES[batch], "precision": precision, "breaks": breaks, **TASKS[task]},
            )


def _fitting(turns: Iterator[str], loss: str) -> str:
    """Return the next data set that has targets for a loss."""
    return next(task for task in turns if task != "line" or not LOSSES[loss].classes_only)


def compare(name: str, choices: dict[str, Any], steps: int = STEPS) -> Outcome:
    """Train one combination in both ways and compare."""
    try:
        settings = Settings(**choices)
    except SettingsError:
        return Outcome(name, "refused")
    runs = both_ways(settings, steps)
    if isinstance(runs, str):
        return Outcome(name, "refused")
    kind = "fast way" if runs[0].fast else "autograd"
    return Outcome(name, kind, difference(*runs), runs[0].stopped is not None)


def summary(outcomes: Iterable[Outcome], seconds: float) -> dict[str, Any]:
    """Return the counts of a battery, and the first combinations that differ."""
    known = list(outcomes)
    kinds = Counter(outcome.kind for outcome in known)
    unequal = [
        {"name": outcome.name, "difference": outcome.difference}
        for outcome in known
        if outcome.difference
    ]
    return {
        "combinations": len(known),
        "compared": len(known) - kinds["refused"],
        "by fast way": kinds["fast way"],
        "by autograd": kinds["autograd"],
        "refused": kinds["refused"],
        "stopped by overflow": sum(outcome.stopped for outcome in known),
        "unequal": len(unequal),
        "seconds": round(seconds, 1),
        "the first unequal": unequal[:20],
    }


def main() -> int:
    """Compare them all and print the summary; exit 1 if any differ."""
    parser = argparse.ArgumentParser(prog="python -m tests.batteries.equality", description=__doc__)
    parser.add_argument("--steps", type=int, default=STEPS, help="steps of each run")
    parser.add_argument("--every", action="store_true", help="each combination on every data set")
    chosen = parser.parse_args()
    began = time.perf_counter()
    outcomes = [
        compare(*combination, chosen.steps) for combination in combinations(every=chosen.every)
    ]
    result = summary(outcomes, time.perf_counter() - began)
    print(json.dumps(result, indent=2, ensure_ascii=False))
    return int(result["unequal"] > 0 or result["compared"] == 0)


if __name__ == "__main__":
    sys.exit(main())
