"""Runs whose nature is known beforehand, by closed forms, and what is said of them.

Each is built so that a theorem or a line of algebra tells what it does; of the program only its
runs and its states are asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from neuroviz.core.choices.settings import Settings
from neuroviz.core.diagnosis.evidence import evidence_of
from neuroviz.core.diagnosis.states import diagnose
from neuroviz.core.training.trainer import Trainer
from neuroviz.core.types import Floats

LINEAR = {"activation": "identity", "loss": "mse"}
GATES = ("and", "or", "nand", "nor")
SEARCHES = ("newton", "line_search")
_SEARCHING = 1 / 3
"""Share of the runs that are taken by one of these, where theory knows them."""


@dataclass(frozen=True)
class Known:
    """A run of which it is known what it does."""

    settings: Settings
    """Of the run."""
    steps: int
    """How long it is trained."""


def _design(settings: Settings) -> Floats:
    column = np.full(settings.dataset.samples, 0.0 if "no_bias" in settings.breaks else 1.0)
    return np.column_stack((settings.coded_inputs, column))


def _eigen(settings: Settings) -> tuple[Floats, Floats]:
    """Return eigenvalues, those of rounding left out, and eigenvectors of (2/N)·XᵀX."""
    rows = _design(settings)
    values, vectors = np.linalg.eigh(2 * rows.T @ rows / len(rows))
    there = values > 1e-10 * values[-1]
    return values[there], vectors[:, there]


def _optimum(settings: Settings) -> Floats:
    return np.linalg.lstsq(_design(settings), settings.coded_targets, rcond=None)[0]


def _begun(settings: Settings, theta: Floats, **changes: Any) -> Settings:
    return settings.replace(weights=tuple(theta[:-1].tolist()), bias=float(theta[-1]), **changes)


def _limit(settings: Settings, momentum: float) -> float:
    """Return Polyak's limit (2 + 2μ)/λmax.

    Nesterov's (2 + 2μ)/((1 + 2μ)·λmax), plain descent's with μ = 0.
    """
    greatest = float(_eigen(settings)[0][-1])
    return (
        (2 + 2 * momentum)
        / greatest
        / (1 + 2 * momentum if settings.optimizer == "nesterov" else 1)
    )


def _perhaps_searching(draw: np.random.Generator, known: Known, most: int = 150) -> Known:
    """Return the run, or one of the same nature whose steps search for themselves.

    These come to the same in fewer steps.
    """
    if draw.random() >= _SEARCHING:
        return known
    settings = known.settings.replace(optimizer=str(draw.choice(SEARCHES)))
    return Known(settings, min(known.steps, most))


def diverging(draw: np.random.Generator) -> Known:
    """Return a quadratic loss above its limit.

    Or ascent on a convex one, which is never below its tangents.
    """
    if draw.random() < 0.2:
        task = str(draw.choice((*GATES, "xor")))
        rate = float(10 ** draw.uniform(-1, 0.5))
        return Known(
            Settings(task, breaks=("ascent",), learning_rate=rate), int(draw.integers(5, 200))
        )
    optimizer = str(draw.choice(("sgd", "momentum", "nesterov")))
    momentum = 0.0 if optimizer == "sgd" else float(draw.choice((0.5, 0.9)))
    own = {} if optimizer == "sgd" else {"momentum": momentum}
    task = str(draw.choice((*GATES, "xor", "line", "double", "sum")))
    settings = Settings(task, **LINEAR, optimizer=optimizer, seed=int(draw.integers(1000)), **own)
    rate = float(draw.uniform(1.02, 4)) * _limit(settings, momentum)
    return Known(settings.replace(learning_rate=rate), int(draw.integers(5, 60)))


def dead(draw: np.random.Generator) -> Known:
    """Return ReLU with z below 0 for all samples.

    Its gradient is 0, and only weight decay moves anything.
    """
    task = str(draw.choice((*GATES, "line", "double", "sum")))
    optimizer = str(
        draw.choice(("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw"))
    )
    if draw.random() < _SEARCHING:
        optimizer = str(draw.choice(SEARCHES))
    loss = str(draw.choice(("mse", "mae", "huber")))
    rate = float(10 ** draw.uniform(-3, 0))
    settings = Settings(task, activation="relu", loss=loss, optimizer=optimizer, learning_rate=rate)
    rows = _design(settings)
    while True:
        theta = draw.normal(size=rows.shape[1])
        if (rows @ theta).max() < -0.1:
            return Known(_begun(settings, theta), int(draw.integers(1, 60)))


def saturated(draw: np.random.Generator) -> Known:
    """Return all samples wrong with |z| of 8 or more.

    Slopes, and so steps, are below 2e-3 of the greatest.
    """
    activation = str(draw.choice(("sigmoid", "tanh")))
    coding = "pm1" if activation == "tanh" else "01"
    loss = str(draw.choice(("mse", "huber", "mae")))
    rate = float(10 ** draw.uniform(-2, 0))
    settings = Settings(
        str(draw.choice(GATES)), activation=activation, loss=loss, coding=coding, learning_rate=rate
    )
    signs = np.where(settings.dataset.targets == 1, 1.0, -1.0)
    rows = _design(settings) * signs[:, None]
    theta = np.zeros(rows.shape[1])
    while (rows @ theta).min() <= 0:
        theta = theta + rows[(rows @ theta).argmin()]
    size = float(draw.uniform(8, 12)) / (rows @ theta).min()
    return Known(_begun(settings, -size * theta), int(draw.integers(5, 60)))


def impossible(draw: np.random.Generator) -> Known:
    """Return XOR, AND or NOR through the origin, or a regression, after long.

    The activation does not reach its numbers.
    """
    rate = float(draw.uniform(0.3, 2))
    kind = draw.integers(3)
    if kind == 0:
        known = Known(
            Settings("xor", learning_rate=rate, seed=int(draw.integers(1000))),
            int(draw.integers(400, 3000)),
        )
        return _perhaps_searching(draw, known)
    if kind == 1:
        task = str(draw.choice(("and", "nor")))
        settings = Settings(
            task, breaks=("no_bias",), learning_rate=rate, seed=int(draw.integers(1000))
        )
        return _perhaps_searching(draw, Known(settings, int(draw.integers(2000, 6000))))
    activation = str(draw.choice(("sigmoid", "tanh")))
    task = str(draw.choice(("line", "double")))
    return Known(
        Settings(task, activation=activation, loss="mse", learning_rate=0.1),
        int(draw.integers(500, 3000)),
    )


def slow(draw: np.random.Generator) -> Known:
    """Return a quadratic loss off its optimum by the slowest error.

    It takes 2,000 or more to shrink by e.
    """
    settings = Settings(str(draw.choice(("line", "double", "sum"))), **LINEAR)
    values, vectors = _eigen(settings)
    rate = 1 / (float(draw.uniform(2_000, 50_000)) * values[0])
    theta = _optimum(settings) + float(draw.uniform(0.5, 5)) * vectors[:, 0]
    return Known(_begun(settings, theta, learning_rate=float(rate)), int(draw.integers(100, 1500)))


def converged(draw: np.random.Generator) -> Known:
    """Return a quadratic loss below its limit.

    For as long as the slowest error takes to shrink to 1e-13.
    """
    task = str(draw.choice((*GATES, "line", "double")))
    precision = str(draw.choice(("float64", "float64", "float32")))
    settings = Settings(task, **LINEAR, precision=precision, seed=int(draw.integers(1000)))
    values, _ = _eigen(settings)
    rate = float(draw.uniform(0.3, 1.0)) * 2 / (values[0] + values[-1])
    factor = max(abs(1 - rate * values[0]), abs(1 - rate * values[-1]))
    known = Known(settings.replace(learning_rate=rate), int(30 / -np.log(factor)) + 5)
    # The best fixed rate shrinks the error no faster than exact line search does at worst.
    return _perhaps_searching(draw, known)


def learning(draw: np.random.Generator) -> Known:
    """Return descent below 1/L, whose every step lowers cross-entropy.

    Or errors that shrink by 1 − 2η.
    """
    if draw.random() < 0.5:
        settings = Settings(str(draw.choice(GATES)), seed=int(draw.integers(1000)))
        # The curvature is at most an eighth of the square's.
        bound = 8 / float(_eigen(settings)[0][-1])
        known = Known(
            settings.replace(learning_rate=float(draw.uniform(0.3, 1)) * bound / 2),
            int(draw.integers(12, 80)),
        )
        # Newton's steps divide the loss by e: after some 37 no digit of it is left.
        return _perhaps_searching(draw, known, 30)
    settings = Settings(
        str(draw.choice(GATES)), **LINEAR, inputs="pm1", seed=int(draw.integers(1000))
    )
    return Known(
        settings.replace(learning_rate=float(draw.uniform(0.01, 0.1))), int(draw.integers(12, 40))
    )


KINDS: dict[str, tuple[int, Callable[[np.random.Generator], Known]]] = {
    "diverging": (50, diverging),
    "dead": (40, dead),
    "saturated": (40, saturated),
    "impossible": (40, impossible),
    "slow": (40, slow),
    "converged": (40, converged),
    "learning": (50, learning),
}
"""How many runs of each kind, and what makes one."""


def known_runs(each: int = 1) -> Iterator[tuple[str, Known]]:
    """Yield all runs with their truth, or every so manieth of each kind."""
    for index, (truth, (count, make)) in enumerate(KINDS.items()):
        for number in range(0, count, each):
            yield truth, make(np.random.default_rng((2027, index, number)))


def said(known: Known) -> str:
    """Return the state that is said of a run.

    An overflow is a divergence that has come to its end.
    """
    trainer = Trainer(known.settings)
    trainer.advance(known.steps)
    state = diagnose(evidence_of(trainer)).state
    return "diverging" if state == "overflow" else state


def table(each: int = 1) -> tuple[float, str]:
    """Return the share of the runs that are called what they are.

    With it the table of state against truth.
    """
    counts = {truth: Counter[str]() for truth in KINDS}
    for truth, known in known_runs(each):
        counts[truth][said(known)] += 1
    states = [*KINDS, *sorted({state for row in counts.values() for state in row} - set(KINDS))]
    lines = ["truth".ljust(12) + "".join(state.rjust(12) for state in states)]
    lines += [
        truth.ljust(12) + "".join(str(row[state]).rjust(12) for state in states)
        for truth, row in counts.items()
    ]
    right = sum(row[truth] for truth, row in counts.items())
    return right / sum(row.total() for row in counts.values()), "\n".join(lines)
