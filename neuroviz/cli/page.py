"""``neuroviz page``: a run as one page for a browser."""

from __future__ import annotations

import argparse

from neuroviz.api.run import trained
from neuroviz.cli.options import add_experiment, experiment
from neuroviz.cli.output import put, watched
from neuroviz.cli.results import checked_ending
from neuroviz.core.signals import Interrupt
from neuroviz.core.slices import finished

ENDINGS = (".html",)
EPILOG = """\
examples:
  neuroviz page --task and --lr 1 --epochs 1000 --output and.html
  neuroviz page --task xor --feature "x1*x2" --lr 5 --epochs 3000 --output xor.html

The page needs nothing else: you can mail it or put it on a site, and it works without a network.

exit codes: 0 done, 2 bad input, 130 Ctrl-C, 143 SIGTERM, 129 SIGHUP.
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``page``."""
    add_experiment(parser)
    group = parser.add_argument_group("page")
    group.add_argument("--output", metavar="FILE.html", required=True, help="the file to write")


def run(args: argparse.Namespace) -> int:
    """Train, and write the page."""
    checked_ending(args.output, ENDINGS, args.data)
    settings, edits = experiment(args)
    with Interrupt() as interrupt:
        with watched(interrupt, settings.epochs) as goes_on:
            done = trained(settings, edits, goes_on)
        if interrupt.wanted:
            return interrupt.exit_code
        from neuroviz.api.page import page_work  # here: the help does not wait for matplotlib

        page = finished(page_work(done.frame))
    put(args.output, page.encode())
    return 0
