"""``neuroviz animate``: a film of a run or of a race."""

from __future__ import annotations

import argparse
from pathlib import Path

from neuroviz.api.film import ALONE, THEMES, checked_order, raced
from neuroviz.api.run import trained
from neuroviz.cli.options import add_experiment, experiment, names, number
from neuroviz.cli.output import PIPE, Progress, UsageError, put, watched
from neuroviz.core.signals import Interrupt
from neuroviz.pictures.film import SHAPES
from neuroviz.session.film import LENGTHS, FilmOrder
from neuroviz.session.frame import Frame

EPILOG = """\
examples:
  neuroviz animate --task and --lr 1 --epochs 1000 --output and.mp4
  neuroviz animate --task line --view loss --seconds 6 --output line.gif
  neuroviz animate --task line --race 0.01,0.1,adam --epochs 200 --output race.mp4
  neuroviz animate --task and --lr 1 --epochs 40 --view step --shape square --output step.webp

exit codes: 0 done, 2 bad input, 130 Ctrl-C, 143 SIGTERM, 129 SIGHUP.
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``animate``."""
    add_experiment(parser)
    group = parser.add_argument_group("film")
    group.add_argument(
        "--output",
        metavar="FILE",
        required=True,
        help="a .gif, .webp or .mp4 (by ffmpeg)",
    )
    lists = {
        "view": (
            ALONE,
            "run: data, landscape and loss together; step: the last step, part by part",
        ),
        "shape": (SHAPES, "wide has 1920 × 1080 pixels as MP4, otherwise 720 × 405"),
        "theme": (THEMES, ""),
    }
    for name, (known, more) in lists.items():
        first = next(iter(known))
        said = f"{', '.join(known)}; default {first}{'; ' if more else ''}{more}"
        group.add_argument(f"--{name}", metavar="NAME", default=first, help=said)
    group.add_argument(
        "--race",
        type=names,
        metavar="X|NAME,...",
        help="a race, between 2 to 8 learning rates or optimizers",
    )
    low, high = LENGTHS
    said = f"{low} to {high}; default 10"
    group.add_argument("--seconds", type=number, metavar="X", default=10.0, help=said)


def run(args: argparse.Namespace) -> int:
    """Train, and write a film of the run, or the race, from its start to its end."""
    settings, edits = experiment(args)
    path = Path("film.gif" if args.output == PIPE else args.output)
    race = args.race
    chosen = args.view, args.shape, args.theme, args.seconds
    order = checked_order(path, *chosen, race=race is not None)
    with Interrupt() as interrupt:
        with watched(interrupt, settings.epochs) as goes_on:
            if race is None:
                frame = trained(settings, edits, goes_on).frame
            else:
                frame = raced(settings, edits, race, goes_on)
        if interrupt.wanted:
            return interrupt.exit_code
        made = _made(frame, order, args.theme, path, interrupt)
    if made is None:
        return interrupt.exit_code
    put(args.output, made)
    return 0


def _made(
    frame: Frame, order: FilmOrder, theme: str, path: Path, interrupt: Interrupt
) -> bytes | None:
    """Return the content of a film file; None where it was interrupted."""
    try:
        from neuroviz.ui.export.film import THEMES, film_bytes, offscreen_application

        application = offscreen_application()
    except ImportError as error:
        from neuroviz.cli.window import library_objection

        raise UsageError(library_objection(error) or str(error)) from error
    with Progress(lambda share, _: f"{share:4.0%} of the film") as progress:
        ending = path.suffix.lower()
        work = film_bytes(
            frame, order, THEMES[theme], ending, lambda done, count: progress.update(done / count)
        )
        try:
            while not interrupt.wanted:
                next(work)
        except StopIteration as end:
            return end.value[0]
        except ValueError as error:
            # A signal to all programs of a terminal ends the encoder too.
            if not interrupt.wanted:
                raise UsageError(str(error)) from error
        finally:
            work.close()
            del application
    return None
