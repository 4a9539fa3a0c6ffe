"""``neuroviz sweep``: many neurons at once, over learning rates, momenta or starts."""

from __future__ import annotations

import argparse
from typing import TypeVar

from neuroviz.api.sweep import SweepOutcome, grid_of_rates, swept
from neuroviz.cli.options import add_experiment, experiment, number, whole
from neuroviz.cli.output import UsageError, complain, emit
from neuroviz.cli.progress import watched
from neuroviz.cli.results import check_results, write_all, write_figure
from neuroviz.cli.sweep_report import as_json, summary
from neuroviz.core.choices.command_line import option
from neuroviz.core.choices.settings import Settings
from neuroviz.core.signals import Interrupt
from neuroviz.core.sweep.grid import MOMENTUM_POINTS, POINTS, START_REACH, Grid, start_grid
from neuroviz.files.table import sweep_columns, write_csv
from neuroviz.pictures.sweep.figure import sweep_figure

_EXIT_CODES = {"done": 0, "diverged": 1}
T = TypeVar("T", int, float)
_OF_RATES = ("lr_min", "lr_max", "points")
_OF_MOMENTUM = ("momentum_min", "momentum_max", "momentum_points")

EPILOG = """\
examples:
  neuroviz sweep --task line --plot rates.svg
  neuroviz sweep --task and --lr-min 0.01 --lr-max 1000 --points 200 --csv rates.csv
  neuroviz sweep --task line --optimizer momentum --momentum-max 0.99 --plot map.png
  neuroviz sweep --task and --loss mse --lr 5 --epochs 2000 --starts 60 --plot starts.png

exit codes: 0 done, 1 every neuron diverged, 2 bad input, 130 Ctrl-C, 143 SIGTERM, 129 SIGHUP.
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``sweep``."""
    add_experiment(parser)
    group = parser.add_argument_group(
        "sweep", "What the neurons differ in; --lr is for --starts only."
    )
    group.add_argument(
        "--lr-min",
        type=number,
        metavar="X",
        help="least learning rate (default: the first of the ruler)",
    )
    group.add_argument(
        "--lr-max", type=number, metavar="X", help="greatest learning rate (default: its last)"
    )
    group.add_argument(
        "--points", type=whole, metavar="N", help=f"learning rates (default {POINTS})"
    )
    group.add_argument(
        "--momentum-min", type=number, metavar="X", help="least momentum, for a map (default 0)"
    )
    group.add_argument(
        "--momentum-max", type=number, metavar="X", help="greatest momentum (default 0.95)"
    )
    group.add_argument(
        "--momentum-points", type=whole, metavar="N", help=f"momenta (default {MOMENTUM_POINTS})"
    )
    group.add_argument(
        "--starts",
        type=whole,
        metavar="K",
        help="a map of K x K starts of the first two parameters",
    )
    group.add_argument(
        "--start-range", type=number, metavar="R", help="starts from -R to R (default 10)"
    )
    results = parser.add_argument_group("results")
    results.add_argument(
        "--json", action="store_true", help="one JSON object on standard output, nothing else"
    )
    results.add_argument("--csv", metavar="FILE.csv", help="write every neuron as CSV")
    results.add_argument("--plot", metavar="FILE", help="draw the losses as .png, .svg or .pdf")


def run(args: argparse.Namespace) -> int:
    """Train all neurons, write what was asked for, and report."""
    _check(args)
    # Outside, so that Ctrl-C ends the reading of a large table at once.
    settings, _ = experiment(args)
    with Interrupt() as interrupt:
        with watched(interrupt, settings.epochs) as goes_on:
            outcome = swept(_grid(args, settings), goes_on)
        problem = _write(args, outcome)
    emit(as_json(outcome) if args.json else summary(outcome))
    if problem:
        complain(problem)
        return 2
    return _EXIT_CODES.get(outcome.stopped, interrupt.exit_code)


def _check(args: argparse.Namespace) -> None:
    """Refuse before the training what contradicts itself or could not be done after it."""
    if args.edit or args.until_loss is not None:
        name = "--edit" if args.edit else "--until-loss"
        raise UsageError(
            f"a sweep trains to the last epoch and changes nothing on the way: leave {name} out."
        )
    if args.starts is None:
        _refuse(args, ("start_range",), "is for the map of starts: give --starts K too")
        _refuse(
            args,
            ("learning_rate",),
            "is one rate, and a sweep has many: give --lr-min and --lr-max",
        )
    else:
        _refuse(
            args,
            (*_OF_RATES, *_OF_MOMENTUM),
            "does not go with --starts, whose neurons have one --lr",
        )
    if _has(args, _OF_MOMENTUM):
        _refuse(args, ("momentum",), "is one momentum, and the map has many: leave it out")
    check_results("--csv", args.csv, args.plot)


def _has(args: argparse.Namespace, names: tuple[str, ...]) -> bool:
    return any(getattr(args, name) is not None for name in names)


def _refuse(args: argparse.Namespace, names: tuple[str, ...], why: str) -> None:
    for name in names:
        if getattr(args, name) is not None:
            raise UsageError(f"{option(name)} {why}.")


def _grid(args: argparse.Namespace, settings: Settings) -> Grid:
    """Return the neurons that the options ask for.

    Raises
    ------
    SettingsError
        If there are none such.
    """
    if args.starts is not None:
        return start_grid(settings, _given(args.start_range, START_REACH), args.starts)
    momenta = (args.momentum_min, args.momentum_max) if _has(args, _OF_MOMENTUM) else None
    points = _given(args.points, POINTS), _given(args.momentum_points, MOMENTUM_POINTS)
    return grid_of_rates(settings, (args.lr_min, args.lr_max), points[0], momenta, points[1])


def _given(value: T | None, default: T) -> T:
    return default if value is None else value


def _write(args: argparse.Namespace, outcome: SweepOutcome) -> str | None:
    """Write the files; return what went wrong."""
    if outcome.interrupted and outcome.result.epochs == 0:
        return None  # an earlier result is worth more
    return write_all(
        (args.csv, lambda path: write_csv(path, sweep_columns(outcome.result))),
        (args.plot, lambda path: write_figure(path, sweep_figure(outcome.result))),
    )
