"""``neuroviz animate``: a run as a moving picture."""

from __future__ import annotations

import argparse
from pathlib import Path

from neuroviz.api.animation import ALL, PAGE, animate, views_of
from neuroviz.api.run import trained
from neuroviz.cli.options import add_experiment, experiment, number, whole
from neuroviz.cli.output import UsageError, report_written
from neuroviz.cli.progress import watched
from neuroviz.core.signals import Interrupt
from neuroviz.files.writer import check_writable
from neuroviz.pictures.render import check_animation, sheet_of
from neuroviz.session.figures import VIEWS, FigureOptions
from neuroviz.session.film import LENGTHS, PACES, RATES, WIDTHS, check_film, film_of

EPILOG = """\
examples:
  neuroviz animate --task and --lr 5 --epochs 300 --output and.webp
  neuroviz animate --task line --view loss --log --pace even --seconds 6 --output line.gif
  neuroviz animate --task and --view all --width 1200 --output and.mp4

exit codes: 0 done, 2 bad input, 130 Ctrl-C, 143 SIGTERM, 129 SIGHUP.
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``animate``."""
    add_experiment(parser)
    group = parser.add_argument_group("animation")
    group.add_argument(
        "--output",
        metavar="FILE",
        required=True,
        help="a .webp, .gif, .png (animated) or .mp4 (by ffmpeg)",
    )
    group.add_argument(
        "--view",
        metavar="NAME",
        default="landscape",
        help=f"{', '.join(VIEWS)} or {ALL}; default landscape",
    )
    group.add_argument("--log", action="store_true", help="with a logarithmic loss axis")
    group.add_argument(
        "--pace",
        metavar="NAME",
        default="time_lapse",
        help=f"{', '.join(PACES)}; default time_lapse",
    )
    group.add_argument(
        "--seconds", type=number, metavar="X", default=10.0, help=f"{_range(LENGTHS)}; default 10"
    )
    group.add_argument(
        "--rate", type=whole, metavar="N", default=15, help=f"pictures a second, {_range(RATES)}"
    )
    group.add_argument(
        "--width", type=whole, metavar="N", default=800, help=f"pixels, {_range(WIDTHS)}"
    )


def run(args: argparse.Namespace) -> int:
    """Train, and draw the run from its start to its end."""
    settings, edits = experiment(args)
    _check(args)
    with Interrupt() as interrupt:
        with watched(interrupt, settings.epochs) as goes_on:
            done = trained(settings, edits, goes_on)
        if interrupt.wanted:
            return interrupt.exit_code
        film = film_of(
            done.trainer.step, settings.steps_per_epoch, args.seconds, args.rate, args.pace
        )
        with watched(interrupt, len(film.steps), "pictures") as goes_on:
            path = animate(
                done.trainer,
                args.output,
                args.view,
                pace=args.pace,
                seconds=args.seconds,
                rate=args.rate,
                width=args.width,
                shown=FigureOptions(log=args.log),
                goes_on=goes_on,
            )
    if path is None:
        return interrupt.exit_code
    report_written(args.output)
    return 0


def _check(args: argparse.Namespace) -> None:
    """Refuse before the training what could not be done after it."""
    views = views_of(args.view)
    check_film(args.seconds, args.rate, args.pace, args.width)
    check_writable(args.output)
    if args.log and "loss" not in views:
        raise UsageError("--log is about the loss plot: take --view loss or all.")
    try:
        check_animation(sheet_of(len(views), args.width, PAGE), 1, Path(args.output).suffix.lower())
    except ValueError as error:
        raise UsageError(f"--output: {error}") from error


def _range(ends: tuple[int, int]) -> str:
    return f"{ends[0]} to {ends[1]}"
