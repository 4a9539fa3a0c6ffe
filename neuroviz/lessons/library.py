"""The lessons that come with the program: all of them, and those about a term."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from neuroviz.core.catalogue import known_names
from neuroviz.files.places import resource_files
from neuroviz.lessons.format import SUFFIX, Lesson
from neuroviz.lessons.reading import LessonError, Problem, read_lesson


def lesson_paths() -> list[Path]:
    """Return the files of the lessons that come with the program."""
    return resource_files("lessons", SUFFIX)


@cache
def _all_lessons() -> tuple[Lesson, ...]:
    """Return the program's lessons, each read once."""
    return tuple(map(read_lesson, lesson_paths()))


def listed_lessons() -> list[Lesson]:
    """Return the program's lessons that gallery and list show, in their order.

    Raises
    ------
    LessonError
        If one of the program's lessons cannot be read.
    """
    lessons = [lesson for lesson in _all_lessons() if lesson.listed]
    return sorted(lessons, key=lambda lesson: (lesson.number is None, lesson.number, lesson.title))


def checks() -> list[Lesson]:
    """Return the program's lessons that only ask, which stand apart from the list."""
    return [lesson for lesson in _all_lessons() if not lesson.listed]


def find_lesson(name: str) -> Path:
    """Return the file of a lesson, given its name, its title or its path.

    Raises
    ------
    LessonError
        If there is none; the sentence lists the known names.
    """
    known = {path.stem: path for path in lesson_paths()}
    if name in known:
        return known[name]
    path = Path(name)
    if path.suffix == SUFFIX or os.path.exists(path):
        return path
    titles = {lesson.title.casefold(): lesson.path for lesson in _all_lessons()}
    if name.casefold() in titles:
        return titles[name.casefold()]
    names = known_names(name, known).removesuffix(".")
    problem = f'There is no lesson "{name}"; {names}, or give a file ending in .toml.'
    raise LessonError([Problem(0, problem)])


def lesson_about(word: str) -> Lesson | None:
    """Return the first lesson, in their order, that names a term or a state; None if none does."""
    return _by_word().get(word.casefold())


@cache
def _by_word() -> dict[str, Lesson]:
    found: dict[str, Lesson] = {}
    try:
        lessons = listed_lessons()
    except LessonError:  # the gallery reports it
        return found
    for lesson in lessons:
        for word in (*lesson.states, *lesson.terms):
            found.setdefault(word.casefold(), lesson)
    return found
