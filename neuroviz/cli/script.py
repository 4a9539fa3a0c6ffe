"""``neuroviz script``: the experiment as torch code that runs by itself."""

from __future__ import annotations

import argparse
from pathlib import Path

from neuroviz.cli.options import add_experiment, experiment, whole
from neuroviz.cli.output import PIPE, UsageError, emit, report_written
from neuroviz.cli.results import checked_ending
from neuroviz.core.choices.settings import Settings
from neuroviz.core.script.parts import needs_file
from neuroviz.core.script.script import STYLES, script
from neuroviz.core.signals import Interrupt
from neuroviz.files.script_file import ENDINGS, write_script, write_script_data
from neuroviz.files.writer import check_writable

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
    if args.output != PIPE:
        checked_ending(args.output, ENDINGS)
    data_file = _data_file(args.output, settings)
    result = script(
        settings,
        edits,
        style=args.style,
        every=args.every,
        data_file=None if data_file is None else data_file.name,
    )
    if args.output == PIPE:
        emit(result.text.rstrip("\n"))
        return 0
    with Interrupt():  # an interrupt waits until the files are written
        if data_file is not None:
            write_script_data(data_file, settings)
        write_script(args.output, result)
    report_written(*([] if data_file is None else [data_file]), args.output)
    return 0


def _data_file(output: str, settings: Settings) -> Path | None:
    """Return where to write data that are too large for the script; None where they are in it."""
    if not needs_file(settings):
        return None
    if output == PIPE:
        raise UsageError(
            "The data are too many to stand in the script: "
            "with --output they are written beside it."
        )
    path = Path(output).with_suffix(".csv")
    check_writable(path)
    if path.exists():  # nobody has named it, and the data may come from it
        raise UsageError(
            f"The data are too many to stand in the script, and {str(path)!r}, where they are to "
            "be, is there already: move it away, or give --output another name."
        )
    return path
