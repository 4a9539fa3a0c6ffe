"""``neuroviz lesson``: list the lessons, open one in the window, or check a lesson file."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from neuroviz.cli.options import seed
from neuroviz.cli.output import BAD_INPUT, UsageError, complain, emit, readable
from neuroviz.files.reader import CANNOT_OPEN
from neuroviz.files.writer import FileError
from neuroviz.lessons.format import SUFFIX
from neuroviz.lessons.library import checks, find_lesson, listed_lessons
from neuroviz.lessons.reading import LessonError, in_file, read_lesson
from neuroviz.lessons.riddles import NAME, random_seed, write_riddle

EPILOG = (
    f"Without a name: list the lessons. {NAME!r} is different at every start, or with each --seed."
)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``lesson``."""
    parser.add_argument(
        "lesson", nargs="?", metavar="LESSON", help="name of a lesson, or a file ending in .toml"
    )
    parser.add_argument(
        "--seed",
        type=seed,
        metavar="N",
        help=f"for {NAME!r}, in which something is broken; the same seed breaks the same thing",
    )
    parser.add_argument(
        "--check", metavar="FILE", help="say what is wrong with a lesson file, by line"
    )


def run(args: argparse.Namespace) -> int:
    """List, open or check."""
    if args.check is not None:
        if args.lesson is not None:
            raise UsageError("--check takes one file and no lesson.")
        return _check(args.check)
    if args.seed is not None and args.lesson != NAME:
        raise UsageError(f"--seed is for the lesson {NAME}: leave it out.")
    if args.lesson == NAME:
        with tempfile.TemporaryDirectory() as folder:
            return _open(
                write_riddle(Path(folder), random_seed() if args.seed is None else args.seed)
            )
    try:
        if args.lesson is None:
            emit(_listed())
            return 0
        path = find_lesson(args.lesson)
        read_lesson(path)
    except LessonError as error:
        first, *rest = error.problems
        count = len(error.problems)
        more = f" There is more: neuroviz lesson --check FILE tells all {count}." if rest else ""
        raise UsageError(f"{first}{more}") from None
    return _open(path)


def _open(path: Path) -> int:
    from neuroviz.cli.window import open_window  # here, since list and check open no window

    return open_window(dropped=path)


def _listed() -> str:
    # A check with an ``again`` comes before the lessons, the others after them.
    before = [check for check in checks() if check.again]
    after = [check for check in checks() if not check.again]
    lessons = [*before, *listed_lessons(), *after]
    width = max((len(lesson.name) for lesson in lessons), default=len(NAME)) + 2
    lines = [
        f"{lesson.name:{width}}{lesson.title}, {lesson.minutes} min: {lesson.goal}"
        for lesson in lessons
    ]
    riddle = f"{NAME:{width}}A riddle: Find out what is broken in three runs, if anything is."
    return "\n".join([*lines, riddle])


def _check(path: str) -> int:
    from neuroviz.lessons.checking import check  # here, since playing a lesson needs torch

    with readable(path, f"lesson{SUFFIX}") as file:
        problems = check(file)
        if problems and str(problems[0]).startswith(CANNOT_OPEN):
            raise FileError(str(problems[0]))  # which knows standard input by name
    for problem in problems:
        complain(in_file(path, problem))
    if not problems:
        emit(f"{path}: nothing is wrong with it.")
    return BAD_INPUT if problems else 0
