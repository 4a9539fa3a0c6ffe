"""Links: which lesson a word leads to."""

from __future__ import annotations

from functools import cache

from neuroviz.lessons.document import LessonError
from neuroviz.lessons.format import Lesson
from neuroviz.lessons.reading import listed_lessons


def lesson_about(word: str) -> Lesson | None:
    """Return the first lesson, in their order, that names a term or a state; None if none does."""
    return _by_word().get(word.casefold())


@cache
def _by_word() -> dict[str, Lesson]:
    found: dict[str, Lesson] = {}
    try:
        lessons = listed_lessons()
    except LessonError:  # who opens the gallery is told
        return found
    for lesson in lessons:
        for word in (*lesson.states, *lesson.terms):
            found.setdefault(word.casefold(), lesson)
    return found
