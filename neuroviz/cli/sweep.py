"""``neuroviz sweep``: many neurons at once, over learning rates, momenta or starts."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np

from neuroviz.api.sweep import SweepOutcome, grid_of, refuse_together, swept
from neuroviz.cli.options import add_experiment, experiment, number, whole
from neuroviz.cli.output import (
    JSON,
    UsageError,
    hanging,
    json_text,
    neuron_lines,
    settings_told,
    table,
    training_words,
    watched,
)
from neuroviz.cli.results import (
    Result,
    check_results,
    ended,
    figure_bytes,
    show,
    table_bytes,
    write_all,
)
from neuroviz.core.catalogue import SettingsError
from neuroviz.core.catalogue import whole as whole_from
from neuroviz.core.choices.command_line import option
from neuroviz.core.choices.hyperparameters import LEARNING_RATE, Hyperparameter
from neuroviz.core.choices.optimizers import OPTIMIZERS
from neuroviz.core.choices.settings import Settings
from neuroviz.core.curvature.rate_ruler import Ruler
from neuroviz.core.model.rounding import plain_loss
from neuroviz.core.numbers import DASH, fixed, format_number, rounded_down
from neuroviz.core.signals import Interrupt
from neuroviz.core.sweep.grid import (
    MOMENTUM_POINTS,
    MOST_POINTS,
    POINTS,
    Grid,
)
from neuroviz.core.sweep.sweep import SweepResult
from neuroviz.files.table import sweep_columns
from neuroviz.pictures.sweep.basins import basins, elsewhere
from neuroviz.pictures.sweep.figure import epochs_done, level_beside, sweep_figure

Table = tuple[Sequence[str], Sequence[Sequence[str]]]
_NAMES = {
    "lr_min": "rates",
    "lr_max": "rates",
    "momentum_min": "momenta",
    "momentum_max": "momenta",
    "start_range": "reach",
}
"""Options that are called otherwise in `nv.sweep`."""
_OF_MOMENTUM = ("momentum_min", "momentum_max", "momentum_points")

EPILOG = """\
examples:
  neuroviz sweep --task line --plot rates.svg
  neuroviz sweep --task and --lr-min 0.01 --lr-max 1000 --points 200 --csv rates.csv
  neuroviz sweep --task line --optimizer momentum --momentum-max 0.99 --plot map.png
  neuroviz sweep --task and --loss mse --lr 5 --epochs 2000 --starts 60 --plot starts.png
  neuroviz sweep --task xor --hidden 2 --lr 1 --epochs 5000 --seeds 100

exit codes: 0 done, 1 all diverged, 2 bad input, 130 Ctrl-C, 143 SIGTERM, 129 SIGHUP.
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``sweep``."""
    add_experiment(parser)
    group = parser.add_argument_group(
        "sweep", "How the neurons differ; --lr is for --starts and --seeds only."
    )
    add_number = partial(group.add_argument, type=number, metavar="X")
    add_whole = partial(group.add_argument, type=whole, metavar="N")
    add_number("--lr-min", help="lowest learning rate (default: the first of the ruler)")
    add_number("--lr-max", help="highest learning rate (default: its last)")
    add_whole("--points", help=f"learning rates (default {POINTS})")
    add_number("--momentum-min", help="lowest momentum, for a map (default 0)")
    add_number("--momentum-max", help="highest momentum (default 0.95)")
    add_whole("--momentum-points", help=f"momenta (default {MOMENTUM_POINTS})")
    add_whole("--starts", metavar="K", help="a map of K x K starts of the first two parameters")
    add_number("--start-range", metavar="R", help="starts from -R to R (default 10)")
    add_whole("--seeds", help="N starts, drawn by the seeds 0 to N - 1")
    results = parser.add_argument_group("results")
    results.add_argument("--json", **JSON)
    results.add_argument("--csv", metavar="FILE.csv", help="write every neuron as CSV")
    results.add_argument(
        "--plot",
        action="append",
        default=[],
        metavar="FILE",
        help="draw the losses as .png, .svg or .pdf; can be repeated",
    )


def run(args: argparse.Namespace) -> int:
    """Train all neurons, write what was asked for, and report."""
    _check(args)
    # Not inside Interrupt, so that Ctrl-C ends the reading of a large table at once.
    settings, _ = experiment(args)
    with Interrupt() as interrupt:
        with watched(interrupt, settings.epochs) as goes_on:
            outcome = swept(_grid(args, settings), goes_on)
        files = _results(args, outcome)
        # Do not replace an earlier result by one without a step.
        begun = outcome.result.epochs > 0 or not outcome.interrupted
        problem = write_all(files) if begun else None
    show(files, lambda: summary(outcome))
    return ended(outcome.stopped, problem, interrupt)


def _check(args: argparse.Namespace) -> None:
    """Refuse, before the training, contradictions and what could not be done after it."""
    if args.edit:
        raise UsageError("a sweep changes nothing on the way: leave --edit out.")
    given = [name for name, value in vars(args).items() if value is not None]
    said = {_NAMES.get(name, name): option(name) for name in given}
    if _has_momenta(args):
        said.setdefault("momenta", "")
    refuse_together(said)
    for name in ("points", "momentum_points", "starts", "seeds"):
        if getattr(args, name) is not None:
            whole_from(getattr(args, name), option(name), 2, MOST_POINTS)
    momentum = OPTIMIZERS.find("momentum").hyperparameters[0]
    for name in ("lr_min", "lr_max", "momentum_min", "momentum_max"):
        _check_end(args, name, LEARNING_RATE if name in ("lr_min", "lr_max") else momentum)
    check_results(args)


def _check_end(args: argparse.Namespace, name: str, row: Hyperparameter) -> None:
    """Refuse an end of an axis that is out of range, naming its option."""
    if (value := getattr(args, name)) is not None:
        try:
            row.check(value)
        except SettingsError as error:
            raise UsageError(str(error).replace(row.name, option(name), 1)) from None


def _has_momenta(args: argparse.Namespace) -> bool:
    return any(getattr(args, name) is not None for name in _OF_MOMENTUM)


def _grid(args: argparse.Namespace, settings: Settings) -> Grid:
    """Return the neurons that the options ask for; raises SettingsError if there are none."""
    return grid_of(
        settings,
        (args.lr_min, args.lr_max),
        args.points,
        (args.momentum_min, args.momentum_max) if _has_momenta(args) else None,
        args.momentum_points,
        args.starts,
        args.start_range,
        args.seeds,
    )


def _results(args: argparse.Namespace, outcome: SweepOutcome) -> list[Result]:
    def plot(path: str) -> bytes:
        return figure_bytes(path, sweep_figure(outcome.result))

    return [
        (args.csv, lambda _: table_bytes(sweep_columns(outcome.result))),
        *((path, plot) for path in args.plot),
        (args.json, lambda _: as_json(outcome)),
    ]


def as_json(outcome: SweepOutcome) -> str:
    """Return the outcome as one JSON object; a number that is not finite is null."""
    result = outcome.result
    settings = result.grid.settings
    columns = sweep_columns(result)
    rows = zip(*(np.ma.asarray(column).tolist() for column in columns.values()), strict=True)
    neurons = [dict(zip(columns, row, strict=True)) for row in rows]
    own = result.grid.coordinates.keys() & {"seed"}
    said: dict[str, Any] = {
        "settings": {k: value for k, value in settings_told(settings).items() if k not in own},
        "axes": {axis.name: axis.values.tolist() for axis in result.grid.axes},
        "epochs": result.epochs,
        "rates": outcome.ruler.rates if _is_of_rates(result) else None,
        "neurons": neurons,
        "best": None if result.best is None else neurons[result.best],
        "diverged": int(result.diverged.sum()),
        "seconds": outcome.seconds,
        "stopped": outcome.stopped,
    }
    return json_text(said)


def summary(outcome: SweepOutcome) -> str:
    """Return the outcome in readable lines."""
    head = "\n".join(hanging(f"{name:14}", text) for name, text in _heading(outcome))
    columns, rows = _table(outcome.result)
    return f"{head}\n\n{table(columns, rows)}" if rows else head


def _heading(outcome: SweepOutcome) -> Iterator[tuple[str, str]]:
    result = outcome.result
    settings = result.grid.settings
    yield from neuron_lines(settings)
    yield "training", training_words(settings, result.grid.coordinates)
    ending = ", interrupted" if outcome.interrupted else ""
    yield "length", f"{epochs_done(result)} in {fixed(outcome.seconds, 2)} s{ending}"
    yield (
        result.grid.kind,
        f"{len(result.grid):,}, of which {int(result.diverged.sum()):,} diverged",
    )
    if _is_of_rates(result):
        yield "marks", _marks(outcome.ruler)
    yield "best", _best(result)


def _marks(ruler: Ruler) -> str:
    known = [
        f"{name} {rounded_down(rate)}" for name, rate in ruler.marks.items() if rate is not None
    ]
    where = "" if ruler.quadratic else "at the start: "
    return f"{where}{', '.join(known)}" if known else ruler.reason or DASH


def _best(result: SweepResult) -> str:
    if result.best is None:
        return f"none: all {result.grid.kind} diverged"
    grid = result.grid
    loss = f"loss {plain_loss(grid.settings, float(result.losses[result.best]))}"
    if result.level_span is not None:
        first, last = map(format_number, result.level_span)
        which = f"{len(result.level):,} {grid.kind}"
        return f"{loss} at {which}, level from {grid.axes[0].label} {first} to {last}"
    where = [
        f"{axis.label} {format_number(float(grid.coordinates[axis.name][result.best]))}"
        for axis in grid.axes
    ]
    return f"{loss} at {', '.join(where)}{level_beside(result)}"


def _table(result: SweepResult) -> Table:
    if _is_of_rates(result):
        return _rates(result)
    return _momenta(result) if "momentum" in result.grid.coordinates else _ends(result)


def _is_of_rates(result: SweepResult) -> bool:
    """Return whether the neurons differ only in the learning rate, so the marks hold for all."""
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
    """Return a table of the best learning rate for each momentum."""
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
    """Return the losses at which most of the starts end, as the figure of the sweep names them."""
    found = basins(result)
    counts = [int(basin.cells.sum()) for basin in found]
    losses = [_span(basin.low, basin.high) for basin in found]
    names = [basin.letter for basin in found]
    others = elsewhere(result, found)
    if others:
        names.append("")
        losses.append("others")
        counts.append(others)
    size = len(result.grid)
    rows = zip(names, losses, counts, strict=True)
    return ("", "loss", "starts", "share"), [
        (name, loss, f"{count:,}", f"{count / size:.1%}") for name, loss, count in rows
    ]


def _span(*ends: float) -> str:
    least, greatest = (format_number(loss, 4) for loss in ends)
    return least if least == greatest else f"{least} to {greatest}"
