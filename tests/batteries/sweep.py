"""Ten thousand runs over everything that can be combined.

``python -m tests.batteries.sweep [gates]``. ``python -m tests.batteries.sweep`` trains a seeded
random sample of tasks × activations × losses × optimizers × schedules × batches × rates 1e-6 … 1e6,
warnings as errors, and prints a JSON summary. With ``gates`` it trains AND, OR and NAND at high
rates from 200 seeds each, and counts the runs that have all rows right by epoch 100.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.activations import ACTIVATIONS
from neuroviz.core.choices.losses import LOSSES
from neuroviz.core.choices.optimizers import OPTIMIZERS
from neuroviz.core.choices.resolve import INITS, PRECISIONS
from neuroviz.core.choices.schedules import SCHEDULES
from neuroviz.core.choices.settings import Settings
from neuroviz.core.choices.tasks import TASKS
from neuroviz.core.diagnosis.evidence import evidence_of
from neuroviz.core.diagnosis.states import CLAIMS, diagnose
from neuroviz.core.training.history_view import Rows
from neuroviz.core.training.trainer import Trainer

RUNS = 10_000
GATE_RATES = (20.0, 50.0, 100.0, 1000.0)
GATE_TASKS = ("and", "or", "nand")
GATE_SEEDS = 200
_MAX_ROWS = 64  # few enough that most runs thin their history too


@dataclass(frozen=True)
class Outcome:
    """What became of one combination."""

    choices: dict[str, Any]
    """What was asked for."""
    state: str | None = None
    """The named state at the end; None if the combination was refused or failed."""
    failure: str | None = None
    """What went wrong, None if nothing did."""


def choices(seed: int) -> dict[str, Any]:
    """Return combination number ``seed``, a function of that number alone."""
    generator = np.random.default_rng((2026, seed))

    def pick(names: Iterable[str]) -> str:
        known = list(names)
        return known[generator.integers(len(known))]

    result: dict[str, Any] = {
        "task": pick(TASKS),
        "activation": pick(ACTIVATIONS),
        "loss": pick(LOSSES),
        "optimizer": pick(OPTIMIZERS),
        "schedule": pick(SCHEDULES),
        "learning_rate": float(10 ** generator.uniform(-6, 6)),
        "init": pick(INITS),
        "precision": pick(PRECISIONS),
        "seed": int(generator.integers(2**31)),
    }
    batch = ("full", 1, 3)[generator.integers(3)]
    samples = TASKS[result["task"]].data().samples
    result["batch_size"] = "full" if batch == "full" or batch > samples else int(batch)
    return result


def steps_of(seed: int) -> int:
    """Return how many steps combination number ``seed`` is trained: 100, 300 or 700."""
    return (100, 300, 700)[seed % 3]


def run_one(seed: int) -> Outcome:
    """Train combination number ``seed`` and check all that is stored."""
    chosen = choices(seed)
    try:
        settings = Settings(**chosen)
    except SettingsError as refusal:
        sentence = str(refusal)
        return Outcome(
            chosen, failure=None if sentence.endswith(".") else f"no sentence: {sentence!r}"
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return _trained(chosen, settings, steps_of(seed))
    except Exception:  # whatever it is, it is what the battery looks for
        return Outcome(chosen, failure=traceback.format_exc(limit=-3))


def _trained(chosen: dict[str, Any], settings: Settings, steps: int) -> Outcome:
    try:
        trainer = Trainer(settings, max_rows=_MAX_ROWS)
    except SettingsError:
        return Outcome(chosen)
    if settings.activation_entry.trainable:
        done = trainer.advance(steps)
        if (done < steps) != (trainer.stopped is not None):
            return Outcome(chosen, failure=f"{done} of {steps} steps, stopped: {trainer.stopped}")
    if not _known_at_the_ends_of_epochs(trainer.history.rows()):
        return Outcome(chosen, failure="losses are not known at the ends of epochs, and only there")
    for name, numbers in _stored(trainer):
        if not np.isfinite(numbers).all():
            return Outcome(chosen, failure=f"{name} is not finite")
    diagnosis = diagnose(evidence_of(trainer))
    if diagnosis.state not in {claim.state for claim in CLAIMS}:
        return Outcome(chosen, failure=f"{diagnosis.state!r} is no named state")
    if not all(
        text.endswith(".") and "nan" not in text for text in (diagnosis.sentence, diagnosis.remedy)
    ):
        return Outcome(chosen, failure=f"no sentence: {diagnosis}")
    return Outcome(chosen, diagnosis.state)


def _stored(trainer: Trainer) -> Iterator[tuple[str, Any]]:
    """Yield everything that a run holds, by name."""
    rows = trainer.history.rows()
    yield from ((name, np.ma.compressed(column)) for name, column in rows.columns().items())
    yield from zip(("epochs", "losses", "least", "greatest"), rows.loss_curve, strict=True)
    yield "state", trainer.history.newest.state
    yield "recent losses", trainer.history.recent_losses


def _known_at_the_ends_of_epochs(rows: Rows) -> bool:
    """Return whether the loss over all samples is there at whole epochs.

    Inside them it is missing.
    """
    inside = rows.steps % rows.steps_per_epoch != 0
    return bool((np.ma.getmaskarray(rows.loss) == inside).all())


def summary(outcomes: Iterable[Outcome], seconds: float) -> dict[str, Any]:
    """Return the counts of a battery, and its failures in full."""
    known = list(outcomes)
    failures = [
        {"choices": outcome.choices, "failure": outcome.failure}
        for outcome in known
        if outcome.failure
    ]
    states = Counter(outcome.state for outcome in known if outcome.state)
    return {
        "combinations": len(known),
        "runs": sum(states.values()),
        "refused": len(known) - sum(states.values()) - len(failures),
        "failed": len(failures),
        "states": dict(states.most_common()),
        "seconds": round(seconds, 1),
        "failures": failures[:20],
    }


def _gate_row(task: str, learning_rate: float, seed: int) -> bool:
    trainer = Trainer(
        Settings(task, activation="sigmoid", loss="bce", learning_rate=learning_rate, seed=seed)
    )
    return trainer.advance(100) == 100 and gate_is_right(trainer)


def gate_is_right(trainer: Trainer) -> bool:
    """Return whether w·x + b has the right sign in every row, by plain arithmetic."""
    *weights, bias = trainer.history.newest.parameters
    data = trainer.settings.dataset
    return bool((((data.inputs @ weights + bias) > 0) == (data.targets == 1)).all())


def gates(task_and_rate: tuple[str, float], seeds: int = GATE_SEEDS) -> int:
    """Return how many of so many seeds have all rows right by epoch 100."""
    return sum(_gate_row(*task_and_rate, seed) for seed in range(seeds))


def sweep(runs: int = RUNS) -> dict[str, Any]:
    """Train until so many combinations have run, in two processes.

    Refused ones are counted beside them.
    """
    began, outcomes, trained, seeds = time.perf_counter(), [], 0, iter(range(10**9))
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        for outcome in pool.imap(run_one, seeds_in_blocks(seeds, runs), chunksize=25):
            outcomes.append(outcome)
            trained += outcome.state is not None or outcome.failure is not None
            if trained >= runs:
                break
    return summary(outcomes, time.perf_counter() - began)


def seeds_in_blocks(seeds: Iterator[int], runs: int) -> Iterator[int]:
    """Yield twice as many seeds as runs are wanted.

    Of all combinations about three in ten are refused.
    """
    for _ in range(2 * runs):
        yield next(seeds)


def all_gates() -> dict[str, Any]:
    """Train every gate at every high rate, in two processes."""
    began = time.perf_counter()
    rows = [(task, rate) for task in GATE_TASKS for rate in GATE_RATES]
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        right = pool.map(gates, rows, chunksize=1)
    return {
        "runs": len(rows) * GATE_SEEDS,
        "right": sum(right),
        "by": {
            f"{task} lr {rate:g}": count for (task, rate), count in zip(rows, right, strict=True)
        },
        "seconds": round(time.perf_counter() - began, 1),
    }


def main() -> int:
    """Run a battery and print its summary; exit 1 if anything failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.batteries.sweep", description=__doc__)
    parser.add_argument("battery", nargs="?", choices=("sweep", "gates"), default="sweep")
    parser.add_argument("--runs", type=int, default=RUNS, help="how many runs of the sweep")
    chosen = parser.parse_args()
    if chosen.battery == "gates":
        result = all_gates()
        failed = result["right"] != result["runs"]
    else:
        result = sweep(chosen.runs)
        failed = bool(result["failed"]) or result["runs"] < chosen.runs
    print(json.dumps(result, indent=2, ensure_ascii=False))
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
