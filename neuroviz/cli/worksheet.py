"""``neuroviz worksheet``: a lesson on paper, and its key."""

from __future__ import annotations

import argparse

from neuroviz.cli.options import seed
from neuroviz.cli.output import UsageError, put
from neuroviz.cli.results import checked_ending
from neuroviz.lessons.format import Lesson
from neuroviz.lessons.library import find_lesson
from neuroviz.lessons.reading import LessonError, in_file, read_lesson
from neuroviz.paper.write import ENDINGS, PAPERS, page_bytes

NAME = "five-steps"
"""A sheet that belongs to no lesson."""
EPILOG = """\
examples:
  neuroviz worksheet three-rates --output three-rates.pdf
  neuroviz worksheet "Three rates" --key --output three-rates-key.pdf
  neuroviz worksheet my-lesson.toml --paper Letter --output sheet.html
  neuroviz worksheet one-step-by-hand --seed 7 --output sheet-7.pdf
  neuroviz worksheet five-steps --seed 7 --output five-steps-7.pdf

'neuroviz lesson' lists the lessons.
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``worksheet``."""
    parser.add_argument(
        "lesson",
        metavar="LESSON",
        help=f"a lesson by its name or title, a file of your own, or {NAME}",
    )
    parser.add_argument(
        "--seed",
        type=seed,
        metavar="N",
        help=f"gives each pupil numbers of their own: for {NAME}, and for many lessons",
    )
    parser.add_argument(
        "--output", metavar="FILE", required=True, help="the file to write: .pdf or .html"
    )
    parser.add_argument(
        "--key", action="store_true", help="the answers, computed from the runs of the lesson"
    )
    parser.add_argument(
        "--paper", choices=PAPERS, default="A4", help="size of the paper; default A4"
    )


def run(args: argparse.Namespace) -> int:
    """Write the worksheet, or its key."""
    ending = checked_ending(args.output, ENDINGS)
    lesson = None if args.lesson == NAME else _lesson(args.lesson)
    put(args.output, _page(lesson, args, ending))
    return 0


def _lesson(name: str) -> Lesson:
    try:
        path = find_lesson(name)
    except LessonError as error:
        raise UsageError(str(error)) from None
    try:
        return read_lesson(path)
    except LessonError as error:
        raise UsageError(in_file(name, error)) from None


def _page(lesson: Lesson | None, args: argparse.Namespace, ending: str) -> bytes:
    # Imported here, since playing a lesson needs torch, and the help text does not.
    from neuroviz.core.catalogue import SettingsError
    from neuroviz.lessons.expressions import ExpressionError
    from neuroviz.lessons.own_numbers import OwnNumbersError, five_steps, with_own_numbers
    from neuroviz.lessons.worksheet import key, worksheet

    if lesson is None:
        return page_bytes(five_steps(args.seed or 0, is_key=args.key), ending, args.paper)
    try:
        if args.seed is not None:
            lesson = with_own_numbers(lesson, args.seed)
        document = key(lesson) if args.key else worksheet(lesson)
    except OwnNumbersError as error:
        raise UsageError(str(error)) from None
    except (SettingsError, ExpressionError) as error:
        raise UsageError(
            f"{args.lesson} cannot be played: "
            f"{error} 'neuroviz lesson --check {args.lesson}' says where."
        ) from None
    return page_bytes(document, ending, args.paper)
