"""Handout: what a learner answered in a lesson, with the figures at its end, as a page."""

from __future__ import annotations

from collections.abc import Sequence

from neuroviz.lessons.answers import Answered, told
from neuroviz.lessons.format import Lesson
from neuroviz.paper.blocks import Block, Document, Heading, Picture, Pictures, Text
from neuroviz.pictures.figure import Figure

_HALF = (83.0, 56.0)


def handout(lesson: Lesson, answers: Sequence[Answered], figures: Sequence[Figure] = ()) -> Document:
    """Return a page with each question, what was answered and what was true.

    Parameters
    ----------
    answers
        In the order of the steps.
    figures
        What was to be seen in the end, two beside each other.
    """
    right = sum(answer.right for answer in answers)
    head = Text(f"{right} of {len(answers)} predictions came true.") if answers else Text("Nothing was answered.")
    groups: list[tuple[Block, ...]] = [(head,), *(_answer(answer) for answer in answers)]
    if figures:
        pictures = tuple(Picture(figure, *_HALF) for figure in figures)
        groups.append((Heading("In the end"), Pictures(pictures)))
    groups.append((Heading("To take home"), Text(lesson.take_home)))
    return Document(lesson.title, tuple(groups), f"NeuroViz · {lesson.title}")


def _answer(answer: Answered) -> tuple[Block, ...]:
    mark = "✓" if answer.right else "✕"
    return (Text(f"**{answer.step}. {answer.ask}**"), Text(f"{mark} {told(answer)}"))
