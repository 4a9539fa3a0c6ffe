"""``neuroviz script``: the experiment as torch code that runs by itself."""

from __future__ import annotations

import argparse
from pathlib import Path

from neuroviz.cli.options import add_experiment, experiment, whole
from neuroviz.cli.output import PIPE, UsageError, emit, report_written
from neuroviz.cli.results import checked_ending
from neuroviz.core.script.parts import needs_file
from neuroviz.core.script.script import STYLES, script
from neuroviz.core.signals import Interrupt
from neuroviz.core.slices import finished
from neuroviz.files.script_file import ENDINGS, script_written

EPILOG = """\
examples:
  neuroviz script --task and
  neuroviz script --task line --lr 0.01 --style module --output line.ipynb
  neuroviz script --task and --edit 300:lr=5 --every 100 --output and.py

Run by itself, with torch alone, the script prints epoch and loss; with tensors only they are \
those of
'neuroviz train --csv' to the last bit.
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``script``."""
    add_experiment(parser)
    group = parser.add_argument_group("results")
    ways = ", ".join(f"{name} ({style.label})" for name, style in STYLES.items())
    group.add_argument(
        "--style", metavar="NAME", default="tensors", help=f"{ways}; default tensors"
    )
    group.add_argument("--every", type=whole, metavar="N", help="epochs between two printed losses")
    group.add_argument(
        "--output",
        metavar="FILE",
        default=PIPE,
        help="write it as .py or as a notebook, .ipynb; otherwise it goes to standard output",
    )


def run(args: argparse.Namespace) -> int:
    """Write the script."""
    settings, edits = experiment(args)
    if args.output == PIPE:
        if needs_file(settings):
            raise UsageError(
                "The data are too many to stand in the script: "
                "with --output they are written beside it."
            )
        emit(script(settings, edits, style=args.style, every=args.every).text.rstrip("\n"))
        return 0
    checked_ending(args.output, ENDINGS)
    with Interrupt():  # an interrupt waits until the files are written
        files = finished(script_written(args.output, settings, edits, args.style, args.every))
    report_written(*(Path(args.output).with_name(file.name) for file in files))  # as typed
    return 0
