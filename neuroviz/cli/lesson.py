"""``neuroviz lesson``: list the lessons, check one that somebody wrote."""

from __future__ import annotations

import argparse
from pathlib import Path

from neuroviz.cli.command import UsageError
from neuroviz.cli.output import complain, emit
from neuroviz.lessons.document import LessonError
from neuroviz.lessons.reading import listed_lessons

__all__ = ["EPILOG", "add_options", "run"]

EPILOG = "Without an option: list the lessons."
_WRONG = 1


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``lesson``."""
    parser.add_argument("--check", metavar="FILE", type=Path, help="tell what is wrong with a lesson file, by line")


def run(args: argparse.Namespace) -> int:
    """List, or check."""
    if args.check is not None:
        return _check(args.check)
    try:
        emit(_listed())
    except LessonError as error:
        raise UsageError(str(error)) from None
    return 0


def _listed() -> str:
    lessons = listed_lessons()
    width = max((len(lesson.name) for lesson in lessons), default=0) + 2
    lines = [f"{lesson.name:{width}}{lesson.title}, {lesson.minutes} min: {lesson.goal}" for lesson in lessons]
    return "\n".join(lines) or "There are no lessons."


def _check(path: Path) -> int:
    from neuroviz.lessons.checking import check  # here: to play a lesson takes torch

    problems = check(path)
    for problem in problems:
        complain(f"{path}, {problem}")
    if not problems:
        emit(f"{path}: nothing is wrong with it.")
    return _WRONG if problems else 0
