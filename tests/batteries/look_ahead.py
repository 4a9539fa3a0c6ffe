"""Whether what is looked ahead at is what the run does, to the last bit.

``python -m tests.batteries.look_ahead [--runs N]``. For random experiments, with all optimizers,
schedules, batches, penalties, breaks and edits, one after another with the same tensors where these
serve: the run from its start, from another start, with other numbers of the optimizer, with a
sample moved, and from a row in the middle of it. Each is compared with a trainer of its own. Exits
1 if a bit differs.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np

from neuroviz.core.catalogue import SettingsError
from neuroviz.core.choices.edits import Edit, editable, in_order, moved_data
from neuroviz.core.choices.settings import Settings
from neuroviz.core.training.block import Row
from neuroviz.core.training.look_ahead import LookAhead
from neuroviz.core.training.trainer import Trainer
from tests.batteries import digests

RUNS = 300
_STEPS = 700
"""More than a block has."""

Hold = tuple[str, Settings, tuple[Edit, ...], Row | None]


def holds(settings: Settings, edits: tuple[Edit, ...], seed: int) -> Iterator[Hold]:
    """Yield what a person may hold: what it is, the run that would follow, and its row."""
    generator = np.random.default_rng((2031, seed))
    yield "start", settings, edits, None
    values = generator.uniform(-2, 2, settings.parameters.count).tolist()
    yield from _changed("ball", settings, edits, weights=tuple(values[:-1]), bias=values[-1])
    rate = settings.learning_rate
    for factor in (0.5, 1.25):
        yield from _changed("rate", settings, edits, learning_rate=rate * factor)
    for name in editable(settings):
        if name != "learning_rate":
            yield from _changed(name, settings, edits, **{name: getattr(settings, name) * 0.9})
    if settings.coding is not None or settings.dataset.width < 20:
        there = settings.coded_inputs[0] + generator.uniform(-0.5, 0.5, settings.dataset.width)
        yield from _changed("sample", settings, edits, data=moved_data(settings, 0, there))
    middle = Trainer(settings, edits)
    middle.advance(int(generator.integers(1, 90)))
    newest = middle.history.newest
    here = Edit(newest.step, "learning_rate", rate / 3)
    before = tuple(edit for edit in edits if edit.step < newest.step)
    yield "row", settings, (*before, here), newest


def _changed(
    name: str, settings: Settings, edits: tuple[Edit, ...], **changes: Any
) -> Iterator[Hold]:
    try:
        yield name, settings.replace(**changes), edits, None
    except SettingsError:
        return  # it cannot be held there


def difference(ahead: LookAhead, hold: Hold) -> str | None:
    """Return in what a look ahead differs from the run itself; None for nothing."""
    _, settings, edits, start = hold
    settings = settings.replace(until_loss=None)  # its own test has that
    until = (start.step if start else 0) + _STEPS
    try:
        run = Trainer(settings, edits)
    except SettingsError as refusal:
        try:
            ahead.begin(settings, edits, start, until)
        except SettingsError as again:
            return None if str(again) == str(refusal) else f"refused otherwise: {again}"
        return "not refused"
    run.advance(until)
    rows = run.history.rows()
    ahead.begin(settings, edits, start, until)
    seen = ahead.advance_for(0.0)
    while not seen.ends:
        seen = ahead.advance_for(0.001)
    if (int(seen.steps[-1]), seen.stopped) != (run.step, run.stopped):
        return f"it ends at step {seen.steps[-1]}, {seen.stopped}: not {run.step}, {run.stopped}"
    for step, loss, parameters in zip(seen.steps, seen.losses, seen.parameters, strict=True):
        row = run.history.newest if step == run.step else rows.kept_before(int(step))
        truth = np.append(row.parameters, np.nan if row.loss is None else row.loss)
        if row.step != step or truth.tobytes() != np.append(parameters, loss).tobytes():
            return f"step {step}"
    return None


def differences(seed: int, ahead: LookAhead) -> tuple[int, list[str]]:
    """Return how many holds of an experiment were compared, and in what they differ."""
    try:
        settings = Settings(**digests.choices(seed))
        Trainer(settings)
    except SettingsError:
        return 0, []
    try:
        edits = in_order(settings, digests.edits(settings, seed))
    except SettingsError:
        edits = ()
    found = [(hold, difference(ahead, hold)) for hold in holds(settings, edits, seed)]
    return len(found), [f"{seed}, {hold[0]}: {what}" for hold, what in found if what]


def main() -> int:
    """Compare, and tell."""
    parser = argparse.ArgumentParser(prog="python -m tests.batteries.look_ahead")
    parser.add_argument("--runs", type=int, default=RUNS, metavar="N")
    parser.add_argument("--first", type=int, default=0, metavar="SEED")
    chosen = parser.parse_args()
    ahead = LookAhead()
    compared, wrong = 0, 0
    for seed in range(chosen.first, chosen.first + chosen.runs):
        count, found = differences(seed, ahead)
        compared += count
        wrong += len(found)
        for what in found:
            print(what)
    print(f"{chosen.runs} experiments, {compared:,} holds: {wrong} differ from the run")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
