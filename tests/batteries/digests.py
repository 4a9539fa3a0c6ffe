"""What every run gives, to the last bit, as one digest.

``python -m tests.batteries.digests [--compare FILE] [--readable]``. Trains a seeded sample of
everything that can be combined, with breaks and edits in mid-run, and digests each history.
``--output FILE`` keeps the digests, ``--compare FILE`` tells which runs differ from those kept
before: so one checks, on one machine and with one torch, that a change of the code leaves every run
alone. ``--readable`` trains by autograd: beside the digests of the fast step it shows that both
give the same bits. With a new row of a table other combinations are drawn, so a file speaks for the
tables it was written with. A pair of choices that the sample happens to leave out, though it can
be, gets a run of its own. Exits 1 if a run differs.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import multiprocessing
import sys
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.breaks import BREAKS
from neuroviz.core.choices.edits import Edit, editable
from neuroviz.core.choices.settings import Settings
from neuroviz.core.training.trainer import Trainer
from tests.batteries import sweep

RUNS = 4_000
_MAX_ROWS = 64  # few enough that most runs thin their history too
_PAIRED = ("task", "activation", "loss", "optimizer", "schedule", "init", "precision")


def choices(seed: int) -> dict[str, Any]:
    """Return combination number ``seed``.

    Those of the sweep, every other with one or two breaks.
    """
    chosen = sweep.choices(seed)
    generator = np.random.default_rng((2027, seed))
    count = generator.integers(3) if seed % 2 else 0
    chosen["breaks"] = tuple(
        str(name) for name in generator.choice(list(BREAKS), count, replace=False)
    )
    if "saturated_start" in chosen["breaks"]:
        del chosen["init"]
    return chosen


def edits(settings: Settings, seed: int) -> tuple[Edit, ...]:
    """Return up to two changes in mid-run: half and twice the value.

    What leaves its range is refused.
    """
    generator = np.random.default_rng((2028, seed))
    known = list(editable(settings))
    names = [known[generator.integers(len(known))] for _ in range(seed % 3)]
    return tuple(
        Edit(int(generator.integers(1, 90)), name, _value(settings, name) * factor)
        for name, factor in zip(names, (0.5, 2.0), strict=False)
    )


def _value(settings: Settings, name: str) -> float:
    return float(getattr(settings, name))


def digest(seed: int, *, readable: bool = False) -> tuple[int, str]:
    """Return the number of a combination and the digest of its history.

    What is refused, by its sentence.
    """
    try:
        settings = Settings(**choices(seed))
        trainer = Trainer(settings, max_rows=_MAX_ROWS, readable=readable)
    except SettingsError as refusal:
        return seed, f"refused: {refusal}"
    halves = sorted(edits(settings, seed), key=lambda edit: edit.step)
    if settings.activation_entry.trainable:
        for edit in halves:
            trainer.advance(max(0, edit.step - trainer.step))
            try:
                trainer.edit(edit.name, edit.value)
            except SettingsError:
                continue
        trainer.advance(sweep.steps_of(seed) - trainer.step)
    return seed, _history_digest(trainer)


def _trained_digest(settings: Settings, steps: int, *, readable: bool) -> str:
    trainer = Trainer(settings, max_rows=_MAX_ROWS, readable=readable)
    if settings.activation_entry.trainable:
        trainer.advance(steps)
    return _history_digest(trainer)


def _choices_of(name: str) -> dict[str, Any]:
    return choices(int(name)) if name.isdecimal() else {}


def _history_digest(trainer: Trainer) -> str:
    rows = trainer.history.rows()
    names = trainer.settings.optimizer_entry.state
    parts = {**rows.columns(), **dict(zip(names, trainer.history.newest.state, strict=True))}
    parts.update(zip(("epochs", "losses", "least", "greatest"), rows.loss_curve, strict=True))
    result = hashlib.sha256(str(trainer.stopped).encode())
    for name, column in sorted(parts.items()):
        result.update(name.encode())
        result.update(np.ascontiguousarray(np.ma.filled(column, -1)).tobytes())
    return result.hexdigest()


def pairs_never_trained(trained: Iterable[int]) -> dict[str, dict[str, Any]]:
    """Return the pairs of choices that none of these combinations has.

    With choices that have them, if any can.
    """
    seen: set[tuple[Any, ...]] = set()
    for seed in trained:
        chosen = choices(seed)
        seen.update(
            itertools.combinations([(name, chosen[name]) for name in _PAIRED if name in chosen], 2)
        )
    missing = [pair for pair in _pairs() if pair not in seen]
    found = {f"{one[1]} and {other[1]}": _possible(one, other) for one, other in missing}
    return {name: chosen for name, chosen in found.items() if chosen is not None}


def _pairs() -> Iterable[tuple[tuple[str, Any], tuple[str, Any]]]:
    values: dict[str, set[Any]] = {name: set() for name in _PAIRED}
    for seed in range(2_000):
        for name in _PAIRED:
            values[name].add(sweep.choices(seed)[name])
    items = [[(name, value) for value in sorted(values[name])] for name in _PAIRED]
    for one, other in itertools.combinations(items, 2):
        yield from itertools.product(one, other)


def _possible(one: tuple[str, Any], other: tuple[str, Any]) -> dict[str, Any] | None:
    """Return choices with these two that a run can start from.

    None if no activation and loss allow it.
    """
    wanted = dict((one, other))
    for activation, loss in itertools.product(("sigmoid", "identity"), ("bce", "mse")):
        chosen = {"activation": activation, "loss": loss, "learning_rate": 0.01, **wanted}
        try:
            Trainer(Settings(**chosen))
        except SettingsError:
            continue
        return chosen
    return None


def whole_digest(digests: Iterable[str]) -> str:
    """Return one digest of all."""
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()


def main() -> int:
    """Digest the sample, and keep or compare it."""
    parser = argparse.ArgumentParser(prog="python -m tests.batteries.digests", description=__doc__)
    parser.add_argument(
        "--runs", type=int, default=RUNS, help="how many combinations, refused ones too"
    )
    parser.add_argument("--readable", action="store_true", help="train by autograd")
    parser.add_argument("--output", type=Path, help="keep the digests in this file")
    parser.add_argument("--compare", type=Path, help="compare with the digests in this file")
    chosen = parser.parse_args()
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        way = partial(digest, readable=chosen.readable)
        digests = dict(pool.map(way, range(chosen.runs), chunksize=25))
    trained = [seed for seed, value in digests.items() if not value.startswith("refused")]
    pairs = {
        name: _trained_digest(Settings(**pair), 100, readable=chosen.readable)
        for name, pair in pairs_never_trained(trained).items()
    }
    kept = {**{str(seed): value for seed, value in digests.items()}, **pairs}
    before = json.loads(chosen.compare.read_text()) if chosen.compare else kept
    differ = [name for name in kept if kept[name] != before.get(name)]
    result = {
        "combinations": len(kept),
        "trained": len(trained) + len(pairs),
        "pairs that only these have": list(pairs),
        "digest": whole_digest(kept.values()),
        "differ": len(differ),
        "the first that differ": [{"name": name, **_choices_of(name)} for name in differ[:5]],
    }
    print(json.dumps(result, indent=2, ensure_ascii=False))
    if chosen.output:
        chosen.output.write_text(json.dumps(kept, indent=0))
    return int(bool(differ))


if __name__ == "__main__":
    sys.exit(main())
