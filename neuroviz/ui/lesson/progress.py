"""Progress: how far each lesson was played, which is remembered."""

from __future__ import annotations

from collections.abc import Sequence

from neuroviz.lessons.format import Lesson
from neuroviz.ui.lesson.gallery import DONE
from neuroviz.ui.preferences import Preferences


def first_step(preferences: Preferences, lesson: Lesson) -> int:
    """Return where to go on.

    At the last step that was reached, or before it, that has its own experiment. A lesson that was
    finished begins anew.
    """
    reached, finished = preferences.lesson_progress(lesson.name)
    if lesson.tells_at_end or finished or reached >= len(lesson.steps):
        return 0
    return max(index for index in range(reached + 1) if lesson.steps[index].experiment is not None)


def in_words(preferences: Preferences, lesson: Lesson) -> str:
    """Return what the gallery says of it; nothing where it was not begun."""
    reached, finished = preferences.lesson_progress(lesson.name)
    if finished:
        return DONE
    return f"page {min(reached + 1, len(lesson.steps))} of {len(lesson.steps)}" if reached else ""


def keep_progress(
    preferences: Preferences, lesson: Lesson, here: int, *, finished: bool = False
) -> None:
    """Remember that a step was reached, and whether it was the end.

    What was reached before counts on.
    """
    reached, before = preferences.lesson_progress(lesson.name)
    preferences.set_lesson_progress(lesson.name, max(reached, here), finished=before or finished)


def keep_result(
    preferences: Preferences, lesson: Lesson, right: int, earlier: Sequence[int]
) -> None:
    """Remember how many answers to a check were right, after those of each time before."""
    if lesson.tells_at_end:
        preferences.set_check_results(lesson.name, (*earlier, right))
