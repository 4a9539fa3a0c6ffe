"""Answers: what a learner answered in a lesson, to be kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from neuroviz.lessons.format import Lesson


@dataclass(frozen=True)
class Answered:
    """One answer."""

    step: int
    """From 1."""
    ask: str
    answer: str
    truth: str
    """What was answered, and what was true of the run, in words."""
    right: bool
    """Whether it was."""
    feedback: str
    """What was said to it."""
    right_answer: str = ""
    """What would have been right, in words; empty where it is a curve or a place."""


def withheld(answer: Answered) -> Answered:
    """Return an answer without what was true: it is to be asked again."""
    return replace(answer, truth="", feedback="", right_answer="")


def told(answer: Answered) -> str:
    """Return in sentences what was answered, what would have been right, what was true, and what is said to it."""
    in_plot = f"Your answer in the plot was {'right' if answer.right else 'not right'}"
    corrected = "" if answer.right or not answer.right_answer else f"In truth: {answer.right_answer}"
    truth = "" if answer.truth == answer.right_answer else answer.truth
    said = f"You said: {answer.answer}" if answer.answer else in_plot
    return " ".join(_sentence(part.strip()) for part in (said, corrected, truth, answer.feedback) if part)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "…")) else f"{text}."


def as_dict(lesson: Lesson, answers: Sequence[Answered]) -> dict[str, Any]:
    """Return the answers to a lesson as JSON can hold them."""
    return {"lesson": lesson.name, "title": lesson.title, "answers": [asdict(answer) for answer in answers]}
