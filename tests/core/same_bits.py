"""Whether two runs are the same to the last bit; blocks made by hand.

The cover of all pairs of choices.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.settings import Settings
from neuroviz.core.data.dataset import Dataset
from neuroviz.core.diagnosis.evidence import Evidence
from neuroviz.core.training.block import Row, RowBlock
from neuroviz.core.training.history import History
from neuroviz.core.training.trainer import Trainer

BATCHES: dict[str, dict[str, Any]] = {
    "full": {},
    **{str(size): {"batch_size": size, "shuffle": False} for size in (1, 2, 3)},
    **{f"{size} shuffled": {"batch_size": size, "shuffle": True} for size in (1, 2, 3)},
}
"""Kinds of batches of at least three samples, as choices."""


def advanced(steps: int, **choices: Any) -> Trainer:
    """Return a run after so many steps."""
    trainer = Trainer(Settings(**choices))
    trainer.advance(steps)
    return trainer


def columns(trainer: Trainer) -> dict[str, np.ndarray]:
    """Return the columns of a run, masked losses as NaN."""
    return {name: np.ma.filled(column, np.nan) if name == "loss" else np.asarray(column)
            for name, column in trainer.history.rows().columns().items()}  # fmt: skip


def numbers_of(trainer: Trainer) -> Iterator[tuple[str, Any]]:
    """Yield all that a run says of itself: arrays as bytes, so that −0 is not 0."""
    rows = trainer.history.rows()
    yield "stopped", trainer.stopped
    yield "steps", rows.steps.tobytes()
    yield from ((name, column.tobytes()) for name, column in columns(trainer).items())
    # With the optimizer's state of every row.
    yield "kept rows", np.ascontiguousarray(rows.kept).tobytes()
    yield "newest state", np.asarray(rows.newest.state).tobytes()
    yield "stored losses", np.asarray(trainer.history.recent_losses).tobytes()
    yield "first loss", np.float64(trainer.first_loss).tobytes()
    yield "gap", rows.gap
    yield "settled", trainer.settled
    yield "edits", trainer.edits
    yield "hyperparameters", trainer.hyperparameters()


def difference(one: Trainer, two: Trainer) -> str | None:
    """Return what is not the same in two runs, None if they are the same to the last bit."""
    pairs = zip(numbers_of(one), numbers_of(two), strict=True)
    return next((name for (name, mine), (_, theirs) in pairs if mine != theirs), None)


def assert_same_bits(one: Trainer, two: Trainer) -> None:
    """Assert that two runs are the same run."""
    assert difference(one, two) is None


def assert_same_row(one: Row, two: Row) -> None:
    """Assert that two rows are the same to the last bit, the optimizer's state included."""
    for name in ("step", "epoch", "loss", "batch_loss", "learning_rate"):
        assert repr(getattr(one, name)) == repr(getattr(two, name)), name
    for name in ("parameters", "grad", "state"):
        assert getattr(one, name).tobytes() == getattr(two, name).tobytes(), name


def known_of(evidence: Evidence) -> dict[str, Any]:
    """Return all that is known of a run, arrays as bytes."""
    recent = evidence.recent
    names = ("losses", "batch_losses", "learning_rates", "numbers")
    return {
        "settings": evidence.settings,
        "hyperparameters": evidence.hyperparameters,
        "first loss": repr(evidence.first_loss),
        "first step": recent.first_step,
        **{name: getattr(recent, name).tobytes() for name in names},
        "loss steps": np.asarray(evidence.loss_steps).tobytes(),
        "last losses": np.asarray(evidence.recent_losses).tobytes(),
        "stopped": evidence.stopped,
    }


def both_ways(settings: Settings, steps: int) -> tuple[Trainer, Trainer] | str:
    """Return a run and the same by autograd after so many steps.

    The words of a start that is refused.
    """
    runs: list[Trainer] = []
    refusals: list[str] = []
    for readable in (False, True):
        try:
            runs.append(Trainer(settings, readable=readable))
        except SettingsError as refusal:
            refusals.append(str(refusal))
    if not runs:
        assert refusals[0] == refusals[1]
        return refusals[0]
    fast, readable_run = runs
    assert fast.advance(steps) == readable_run.advance(steps)
    return fast, readable_run


def random_data(samples: int, inputs: int, classes: int = 2) -> Dataset:
    """Return random samples in so many classes, about as many of them in each.

    The same ones every time.
    """
    generator = np.random.default_rng((samples, inputs))
    values = generator.standard_normal((samples, inputs))
    targets = generator.permutation((np.arange(samples) % classes).astype(float))
    return Dataset(values, targets, classes=True)


def random_targets(samples: int, inputs: int, targets: int, *, classes: bool = True) -> Dataset:
    """Return random samples with so many targets each, the same ones every time."""
    generator = np.random.default_rng((samples, inputs, targets))
    values = generator.standard_normal((samples, inputs))
    asked = generator.standard_normal((samples, targets))
    return Dataset(values, (asked > 0).astype(float) if classes else asked, classes)


def block_of(
    losses: Sequence[float | None],
    first_step: int = 0,
    per_epoch: int = 1,
    width: int = 1,
    states: int = 1,
) -> RowBlock:
    """Return rows with these losses, whose other numbers all follow from their steps."""
    steps = np.arange(first_step, first_step + len(losses), dtype=float)[:, None]
    entries = np.arange(width + 1.0)
    state = [1000 * (index + 1) + steps + entries for index in range(states)]
    return RowBlock(
        first_step,
        per_epoch,
        width + 1,
        np.array(losses, dtype=float),
        2 * steps[:, 0],
        1 / (steps[:, 0] + 1),
        np.hstack((entries + steps, -entries - steps, *state)),
    )


def pieces(block: RowBlock, seed: int, longest: int = 300) -> Iterator[RowBlock]:
    """Yield rows in pieces of random lengths.

    Each which begins with the last row of the one before.
    """
    generator, first = np.random.default_rng(seed), 0
    while first < len(block) - 1:
        last = first + 1 + int(generator.integers(1, longest))
        yield block.cut(first, min(last, len(block)))
        first = last - 1


def fed(block: RowBlock, max_rows: int = 64, seed: int = 0, longest: int = 300) -> History:
    """Return a history that took these rows in random pieces."""
    history = History(block.cut(0, 1), max_rows)
    for piece in pieces(block, seed, longest):
        history.extend(piece)
    return history


def steady_pairwise(
    known: Mapping[str, Sequence[Hashable]],
    factors: Mapping[str, Sequence[Hashable]],
    allowed: Callable[[dict[str, Any]], bool],
) -> list[dict[str, Any]]:
    """Return rows as :func:`pairwise`.

    Such that a new value adds rows of its own and changes no others. The values that are ``known``
    meet first, then each other one meets them, then these others each other; what a row is filled
    with is always known.
    """
    rows = pairwise(known, allowed)
    new = [(name, value) for name in factors for value in factors[name] if value not in known[name]]
    for name, value in new:
        rows += pairwise({**known, name: (value,)}, allowed, of=((name, value),))
    for one, other in itertools.combinations(new, 2):
        if one[0] != other[0]:
            rows += pairwise(
                {**known, one[0]: (one[1],), other[0]: (other[1],)}, allowed, of=(one, other)
            )
    return rows


def pairwise(
    factors: Mapping[str, Sequence[Hashable]],
    allowed: Callable[[dict[str, Any]], bool],
    of: Sequence[tuple[str, Hashable]] = (),
) -> list[dict[str, Any]]:
    """Return few rows in which every two values of two factors meet.

    Wherever an allowed row has both. With ``of``, only those pairs count that have these values.

    Greedy and without chance: each row starts from a pair that is still missing, and takes of every
    other factor the value that brings most missing pairs with it, of equal ones the least used, or
    the next best that is allowed.
    """
    missing = dict.fromkeys(
        frozenset(((one, value), (two, other)))
        for one, two in itertools.combinations(factors, 2)
        for value, other in itertools.product(factors[one], factors[two])
        if {(one, value), (two, other)} >= set(of)
    )
    rows: list[dict[str, Any]] = []
    used: Counter[tuple[str, Hashable]] = Counter()

    def best_first(name: str, chosen: dict[str, Any]) -> list[Hashable]:
        def worth(value: Hashable) -> tuple[int, int]:
            pairs = (frozenset(((name, value), item)) for item in chosen.items())
            return -sum(pair in missing for pair in pairs), used[name, value]

        return sorted(factors[name], key=worth)

    def filled(chosen: dict[str, Any]) -> dict[str, Any] | None:
        if not allowed(chosen):
            return None
        name = next((name for name in factors if name not in chosen), None)
        if name is None:
            # A frozenset began it, whose order is by chance.
            return {name: chosen[name] for name in factors}
        rows_from_here = (filled({**chosen, name: value}) for value in best_first(name, chosen))
        return next((row for row in rows_from_here if row is not None), None)

    while missing:
        wanted = next(iter(missing))
        row = filled(dict(wanted))
        missing.pop(wanted)
        if row is not None:
            rows.append(row)
            used.update(row.items())
            for pair in itertools.combinations(row.items(), 2):
                missing.pop(frozenset(pair), None)
    return rows
