"""What ``sweep`` says in the end: for people, for programs and as columns of a file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from neuroviz.api.sweep import SweepOutcome
from neuroviz.cli.output import neuron_lines, table, training_words
from neuroviz.core.curvature.rate_ruler import Ruler
from neuroviz.core.model.rounding import plain_loss, settled_losses
from neuroviz.core.numbers import DASH, fixed, format_number, rounded_down
from neuroviz.core.sweep.sweep import SweepResult
from neuroviz.files.table import Column, sweep_columns

_MOST_ENDS = 10
"""Losses that starts lead to, where there are more than can be read."""
_AS_ONE = 1.25

Table = tuple[Sequence[str], Sequence[Sequence[str]]]


def as_json(outcome: SweepOutcome) -> str:
    """Return the outcome as one JSON object; a number that is not finite is null."""
    result = outcome.result
    settings = outcome.result.grid.settings
    columns = sweep_columns(result)
    rows = zip(*(_listed(column) for column in columns.values()), strict=True)
    neurons = [dict(zip(columns, row, strict=True)) for row in rows]
    ruler = outcome.ruler
    said: dict[str, Any] = {
        "settings": settings.as_dict(),
        "axes": {axis.name: axis.values.tolist() for axis in result.grid.axes},
        "epochs": result.epochs,
        "rates": {"safe": ruler.safe, "best": ruler.best, "limit": ruler.limit}
        if _is_of_rates(result)
        else None,
        "neurons": neurons,
        "best": None if result.best is None else neurons[result.best],
        "diverged": int(result.diverged.sum()),
        "seconds": outcome.seconds,
        "stopped": outcome.stopped,
    }
    return json.dumps(said, ensure_ascii=False, allow_nan=False)


def _listed(column: Column) -> list[Any]:
    values: list[Any] = np.ma.asarray(column).tolist()
    return values


def summary(outcome: SweepOutcome) -> str:
    """Return the outcome in readable lines."""
    head = "\n".join(f"{name:14}{text}" for name, text in _heading(outcome))
    return f"{head}\n\n{table(*_table(outcome.result))}"


def _heading(outcome: SweepOutcome) -> Iterator[tuple[str, str]]:
    result = outcome.result
    settings = outcome.result.grid.settings
    yield from neuron_lines(settings)
    yield "training", training_words(settings, result.grid.coordinates)
    ending = ", interrupted" if outcome.interrupted else ""
    yield "length", f"{_counted(result.epochs)} in {fixed(outcome.seconds, 2)} s{ending}"
    yield "neurons", f"{len(result.grid):,}, of which {int(result.diverged.sum()):,} diverged"
    if _is_of_rates(result):
        yield "marks", _marks(outcome.ruler)
    yield "best", _best(result)


def _counted(epochs: float) -> str:
    number = f"{int(epochs):,}" if epochs == int(epochs) else format_number(epochs)
    return f"{number} epoch{'' if epochs == 1 else 's'}"


def _marks(ruler: Ruler) -> str:
    known = [
        f"{name} {rounded_down(rate)}" for name, rate in ruler.marks.items() if rate is not None
    ]
    where = "" if ruler.quadratic else "at the start: "
    return f"{where}{', '.join(known)}" if known else ruler.reason or DASH


def _best(result: SweepResult) -> str:
    if result.best is None:
        return "none: every neuron diverged"
    loss = f"loss {plain_loss(result.grid.settings, float(result.losses[result.best]))}"
    if result.level_span is not None:
        first, last = map(format_number, result.level_span)
        label = result.grid.axes[0].label
        return f"{loss} at {len(result.level):,} neurons, level from {label} {first} to {last}"
    others = len(result.level) - 1
    where = [
        f"{axis.label} {format_number(float(result.grid.coordinates[axis.name][result.best]))}"
        for axis in result.grid.axes
    ]
    return f"{loss} at {', '.join(where)}" + (
        f"; {others:,} more are level with it" if others else ""
    )


def _table(result: SweepResult) -> Table:
    if _is_of_rates(result):
        return _rates(result)
    return _momenta(result) if "momentum" in result.grid.coordinates else _ends(result)


def _is_of_rates(result: SweepResult) -> bool:
    """Return whether the neurons differ in the learning rate alone.

    So that the marks hold for all of them.
    """
    return list(result.grid.coordinates) == ["learning_rate"]


def _rates(result: SweepResult) -> Table:
    columns = (
        result.grid.coordinates["learning_rate"],
        result.losses,
        result.first_losses,
        result.diverged_at,
        result.diverged,
    )
    settings = result.grid.settings
    rows = [
        (format_number(rate), plain_loss(settings, loss), _state(loss, first, step, diverged))
        for rate, loss, first, step, diverged in zip(
            *(column.tolist() for column in columns), strict=True
        )
    ]
    return ("learning rate", "loss", "state"), rows


def _state(loss: float, first_loss: float, diverged_at: int, diverged: bool) -> str:
    if diverged_at:
        return f"diverged at step {diverged_at:,}"
    if diverged:
        return "diverged, still finite"
    return "finite, above its start" if loss > first_loss else "finite"


def _momenta(result: SweepResult) -> Table:
    """Return the best learning rate of each momentum."""
    rates, momenta = (axis.values for axis in result.grid.axes)
    diverged = result.diverged.reshape(result.grid.shape)
    losses = np.where(diverged, np.inf, result.losses.reshape(result.grid.shape))
    rows = []
    for momentum, of_rates, lost in zip(
        momenta.tolist(), losses, diverged.sum(axis=1).tolist(), strict=True
    ):
        best = int(of_rates.argmin())
        some = lost < len(rates)
        rate, loss = (float(rates[best]), float(of_rates[best])) if some else (None, None)
        said = plain_loss(result.grid.settings, loss)
        rows.append((format_number(momentum), format_number(rate), said, f"{lost:,}"))
    return ("momentum", "best learning rate", "loss", "diverged"), rows


def _ends(result: SweepResult) -> Table:
    """Return the losses that most of the starts lead to.

    Those within a quarter of the least count as one.
    """
    ends: list[list[float]] = []
    losses = settled_losses(result.grid.settings, result.losses[~result.diverged])
    for loss in np.sort(losses).tolist():
        if not ends or loss > _AS_ONE * ends[-1][0]:
            ends.append([])
        ends[-1].append(loss)
    shown = sorted(sorted(ends, key=len)[-_MOST_ENDS:])
    rows = [(_span(end), f"{len(end):,}", f"{len(end) / len(result.grid):.1%}") for end in shown]
    others = sum(map(len, ends)) - sum(map(len, shown))
    if others:
        rows.append(("others", f"{others:,}", f"{others / len(result.grid):.1%}"))
    return ("loss", "starts", "share"), rows


def _span(losses: Sequence[float]) -> str:
    least, greatest = (format_number(loss, 3) for loss in (losses[0], losses[-1]))
    return least if least == greatest else f"{least} to {greatest}"
