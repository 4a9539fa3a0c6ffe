"""Answers: what a learner answered in a lesson, to be kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from neuroviz.lessons.format import Lesson

__all__ = ["Answered", "as_dict"]


@dataclass(frozen=True)
class Answered:
    """One answer.

    Parameters
    ----------
    step
        From 1.
    ask
        The question.
    answer, truth
        What was answered, and what was true of the run, in words.
    right
        Whether it was.
    feedback
        What was said to it.
    """

    step: int
    ask: str
    answer: str
    truth: str
    right: bool
    feedback: str


def as_dict(lesson: Lesson, answers: Sequence[Answered]) -> dict[str, Any]:
    """Return the answers to a lesson as JSON can hold them."""
    return {"lesson": lesson.name, "title": lesson.title, "answers": [asdict(answer) for answer in answers]}
