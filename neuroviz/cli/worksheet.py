"""``neuroviz worksheet``: a lesson on paper, and its key."""

from __future__ import annotations

import argparse

from neuroviz.cli.output import UsageError, report_written
from neuroviz.cli.results import checked_ending
from neuroviz.core.signals import Interrupt
from neuroviz.files.writer import write_bytes
from neuroviz.lessons.format import Lesson
from neuroviz.lessons.library import find_lesson
from neuroviz.lessons.reading import LessonError, in_file, read_lesson
from neuroviz.paper.write import ENDINGS, PAPERS, page_bytes

EPILOG = """\
examples:
  neuroviz worksheet three-rates --output three-rates.pdf
  neuroviz worksheet "Three rates" --key --output three-rates-key.pdf
  neuroviz worksheet my-lesson.toml --paper Letter --output sheet.html

'neuroviz lesson' lists the lessons.
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``worksheet``."""
    parser.add_argument(
        "lesson", metavar="LESSON", help="a lesson by its name or title, or a file of your own"
    )
    parser.add_argument(
        "--output", metavar="FILE", required=True, help="where it is written: .pdf or .html"
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
    lesson = _lesson(args.lesson)
    with Interrupt():  # what has been begun is written to its end
        write_bytes(args.output, _page(lesson, args, ending))
    report_written(args.output)
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


def _page(lesson: Lesson, args: argparse.Namespace, ending: str) -> bytes:
    # Here, since to play a lesson takes torch, and the help text does not.
    from neuroviz.core.catalogue import SettingsError
    from neuroviz.lessons.expressions import ExpressionError
    from neuroviz.lessons.worksheet import key, worksheet

    try:
        document = key(lesson) if args.key else worksheet(lesson)
    except (SettingsError, ExpressionError) as error:
        raise UsageError(
            f"{args.lesson} cannot be played: "
            f"{error} 'neuroviz lesson --check {args.lesson}' says where."
        ) from None
    return page_bytes(document, ending, args.paper)
