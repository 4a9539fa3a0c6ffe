"""Handout: what a learner answered in a lesson, with the figures at its end, as a page."""

from __future__ import annotations

from collections.abc import Sequence

from neuroviz.lessons.answers import TOLD_LATER, Answered, told
from neuroviz.lessons.format import Lesson
from neuroviz.paper.blocks import Block, Document, Heading, Picture, Pictures, Text
from neuroviz.pictures.figure import Figure

_HALF = (83.0, 56.0)
_SHRUNK = 1.4
"""Markers are made for the screen, to be taken hold of."""
_MARKS = {True: "✓ ", False: "✕ ", None: ""}


def handout(lesson: Lesson, answers: Sequence[Answered], right: int, figures: Sequence[Figure] = ()) -> Document:
    """Return a page with each question, what was answered and, where it is told, what was true.

    Parameters
    ----------
    answers
        In the order of the steps.
    right
        How many of them were right.
    figures
        What was to be seen in the end, two beside each other.
    """
    head = Text(_head(answers, right))
    groups: list[tuple[Block, ...]] = [(head,), *(_answer(answer) for answer in answers)]
    if figures:
        pictures = tuple(Picture(figure, *_HALF, _SHRUNK) for figure in figures)
        groups.append((Heading("In the end"), Pictures(pictures)))
    groups.append((Heading("To take home"), Text(lesson.take_home)))
    return Document(lesson.title, tuple(groups), f"NeuroViz · {lesson.title}")


def _head(answers: Sequence[Answered], right: int) -> str:
    if not answers:
        return "Nothing was answered."
    said = f"{right} of {len(answers)} predictions came true."
    return f"{said} {TOLD_LATER}" if any(answer.right is None for answer in answers) else said


def _answer(answer: Answered) -> tuple[Block, ...]:
    return (Text(f"**{answer.step}. {answer.ask}**"), Text(f"{_MARKS[answer.right]}{told(answer)}"))
