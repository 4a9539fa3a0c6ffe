"""``neuroviz report``: a run on a page or two, to hand in."""

from __future__ import annotations

import argparse
from pathlib import Path

from neuroviz.api.report import LANDSCAPE_ROOM, REPORTED, report
from neuroviz.api.run import trained
from neuroviz.cli.options import add_experiment, experiment, refuse_experiment
from neuroviz.cli.output import PIPE, put, readable, watched
from neuroviz.cli.results import checked_ending
from neuroviz.core.lazy import load_torch
from neuroviz.core.script.script import STYLES
from neuroviz.core.signals import Interrupt
from neuroviz.core.slices import finished
from neuroviz.files.session_file import ENDING, read_session
from neuroviz.paper.write import ENDINGS, PAPERS, page_bytes
from neuroviz.session.figures import FigureOptions, figure_maker
from neuroviz.session.session import Session

EPILOG = """\
examples:
  neuroviz report --task and --lr 5 --epochs 300 --output and.pdf
  neuroviz report mine.neuroviz --paper Letter --output mine.html

exit codes: 0 done, 2 bad input, 130 Ctrl-C, 143 SIGTERM, 129 SIGHUP.
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``report``."""
    parser.add_argument(
        "file", nargs="?", metavar="FILE", help="a session, NAME.neuroviz, whose run is reported"
    )
    add_experiment(parser)
    group = parser.add_argument_group("report")
    group.add_argument(
        "--output", metavar="FILE", required=True, help="the file to write: .pdf or .html"
    )
    group.add_argument(
        "--paper", choices=PAPERS, default="A4", help="size of the paper; default A4"
    )
    group.add_argument(
        "--style",
        choices=STYLES,
        default="tensors",
        help="how the code is written; default tensors",
    )
    group.add_argument("--log", action="store_true", help="with a logarithmic loss axis")


def run(args: argparse.Namespace) -> int:
    """Train, or restore a session, and write the page."""
    ending = checked_ending(args.output, ENDINGS, args.data)
    session = None if args.file is None else _session(args)
    with Interrupt() as interrupt:
        if session is None:
            settings, edits = experiment(args)
            with watched(interrupt, settings.epochs) as goes_on:
                frame = trained(settings, edits, goes_on).frame
            if interrupt.wanted:
                return interrupt.exit_code
        else:
            load_torch()
            finished(session.restoring())
            session.prepare()
            frame = session.frame()
        shown = FigureOptions(log=args.log, room=LANDSCAPE_ROOM)
        figures = [finished(figure_maker(view, shown)(frame)) for view in REPORTED]
        name = Path(args.file).stem if args.file and args.file != PIPE else ""
        page = page_bytes(report(frame, figures, args.style, name), ending, args.paper)
    put(args.output, page)
    return 0


def _session(args: argparse.Namespace) -> Session:
    refuse_experiment(args)
    with readable(args.file, f"session{ENDING}") as file:
        return Session.of_record(read_session(file))
