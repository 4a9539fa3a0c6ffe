"""``neuroviz train``: a run without a window."""

from __future__ import annotations

import argparse

from neuroviz.api.run import Run, trained
from neuroviz.cli.options import add_experiment, experiment, numbers
from neuroviz.cli.output import UsageError, complain, emit
from neuroviz.cli.progress import watched
from neuroviz.cli.report import as_json, summary
from neuroviz.cli.results import check_results, write_all, write_figure
from neuroviz.core.choices.settings import Settings
from neuroviz.core.signals import Interrupt
from neuroviz.core.slices import finished
from neuroviz.core.training.held_out import history_columns
from neuroviz.files.table import write_csv
from neuroviz.session.figures import FigureOptions

_EXIT_CODES = {"done": 0, "diverged": 1}

EPILOG = """\
examples:
  neuroviz train --task and
  neuroviz train --task double --predict 10
  neuroviz train --task xor --epochs 2000 --plot loss.svg --log
  neuroviz train --task and --lr 5 --edit 500:lr=0.5 --history run.csv --json

exit codes: 0 done, 1 diverged, 2 bad input, 130 Ctrl-C, 143 SIGTERM, 129 SIGHUP.
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``train``."""
    add_experiment(parser)
    group = parser.add_argument_group("results")
    group.add_argument(
        "--json", action="store_true", help="one JSON object on standard output, nothing else"
    )
    group.add_argument("--history", metavar="FILE.csv", help="write every recorded step as CSV")
    group.add_argument("--plot", metavar="FILE", help="draw the loss as .png, .svg or .pdf")
    group.add_argument("--log", action="store_true", help="with a logarithmic loss axis")
    group.add_argument(
        "--predict",
        action="append",
        default=[],
        type=numbers,
        metavar="X1,...",
        help="what the trained neuron says to these inputs; can be given again",
    )


def run(args: argparse.Namespace) -> int:
    """Train, write what was asked for, and report."""
    # Outside, so that Ctrl-C ends the reading of a large table at once.
    settings, edits = experiment(args)
    _check(args, settings)
    with Interrupt() as interrupt:
        with watched(interrupt, settings.epochs) as goes_on:
            outcome = trained(settings, edits, goes_on)
        problem = _write(args, outcome)
    report = as_json if args.json else summary
    emit(report(outcome, args.predict))
    if problem:
        complain(problem)
        return 2
    return _EXIT_CODES.get(outcome.stopped, interrupt.exit_code)


def _check(args: argparse.Namespace, settings: Settings) -> None:
    """Refuse before the training what could not be done after it."""
    width = settings.dataset.width
    for asked in args.predict:
        if len(asked) != width:
            raise UsageError(
                f"--predict needs {width} numbers separated by commas, "
                f"one for each input of {settings.task}, not {len(asked)}."
            )
    if args.log and args.plot is None:
        raise UsageError("--log is about the loss plot: give --plot FILE too.")
    check_results("--history", args.history, args.plot)


def _write(args: argparse.Namespace, outcome: Run) -> str | None:
    """Write the files; return what went wrong."""
    if outcome.interrupted and outcome.trainer.step == 0:
        return None  # an earlier result is worth more
    rows = outcome.trainer.history.rows()
    return write_all(
        (
            args.history,
            lambda path: write_csv(path, finished(history_columns(outcome.settings, rows))),
        ),
        (
            args.plot,
            lambda path: write_figure(path, outcome.declared("loss", FigureOptions(log=args.log))),
        ),
    )
