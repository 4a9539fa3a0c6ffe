"""Answers: what a learner answers in a lesson, and what is said to it.

Kept as data, or as a page.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
from msgspec.structs import asdict, replace

from neuroviz.core.types import Frozen
from neuroviz.lessons.format import Lesson
from neuroviz.paper.blocks import (
    Blocks,
    PaperDocument,
    Paragraphs,
    Picture,
    Pictures,
    SectionHeading,
)
from neuroviz.pictures.marks import Figure

_EDGE = 0.9
"""What is drawn above this share of a page is at its edge."""
_HALF = (83.0, 56.0)
MARKS = {True: "✓ ", False: "✗ ", None: ""}
"""Before an answer, by whether it was right."""


class CurveAnswer(Frozen):
    """A loss curve that a person drew: ascending epochs and losses, as many."""

    epochs: tuple[float, ...]
    losses: tuple[float, ...]

    def at(self, epoch: float) -> float:
        """Return the loss at an epoch, on straight lines between the points."""
        return float(np.interp(epoch, self.epochs, self.losses))

    def leaves(self, top: float) -> float:
        """Return the epoch at which it comes to the upper edge of a page, or near.

        The last if it never does.
        """
        near = np.flatnonzero(np.array(self.losses) > _EDGE * top)
        return float(self.epochs[near[0] if len(near) else -1])


class PointAnswer(Frozen):
    """A place that a person clicked."""

    x: float
    y: float
    """In the plot's own coordinates."""
    width: float
    height: float
    """The ranges of its axes."""
    aspect: float = 1.0
    """Height of the plot by its width, on the screen."""
    axes: tuple[int, int] = (0, 1)
    """Of a landscape: the two parameters, 0 … P − 1."""


Answer = int | str | float | CurveAnswer | PointAnswer
"""The number of a choice, a word of GROWTH, a number, a curve, a place."""


class Verdict(Frozen):
    """What is said to an answer."""

    right: bool | None
    """Whether it was true of the run; None where that is not told yet."""
    answer: str
    truth: str
    """What was answered, and what was true of the run, in words; either may be empty."""
    feedback: str
    """What is said to it."""
    right_answer: str = ""
    """What would have been right, in words; empty where it is a curve or a place."""
    leads: tuple[float, float] | None = None
    """Of a click, where a line from it leads: to where it should have been,
    of a direction to the ball; None of other answers."""


class Answered(Frozen):
    """One answer."""

    step: int
    """From 1."""
    ask: str
    verdict: Verdict


class LessonProgress(Frozen):
    """How far a lesson was played, which is kept until it is taken up again."""

    marks: tuple[str, ...] = ()
    """What came of each step that was reached: "right", "wrong", "done", "skipped" or ""."""
    answers: tuple[Answered, ...] = ()
    """In the order of the steps."""
    title: str = ""
    """Of the lesson, since files of two may have one name; empty where it is not known."""
    finished: bool = False
    """Whether its end was reached: then it begins anew."""

    @classmethod
    def read(cls, text: str) -> LessonProgress:
        """Return the progress that a text says; nothing of one that is damaged or empty.

        Versions before 0.7.2 kept how many steps were reached beyond the first, such as "3", and
        "6 finished".
        """
        try:
            return msgspec.json.decode(text, type=cls)
        except (msgspec.MsgspecError, RecursionError):
            reached, _, finished = text.partition(" ")
        steps = int(reached) + 1 if reached.isdecimal() and len(reached) < 4 else 0
        return cls(("",) * steps, finished=finished == "finished")

    @property
    def text(self) -> str:
        """It as text."""
        return msgspec.json.encode(self, enc_hook=_plain).decode()


def _plain(value: object) -> object:
    """Return a number of numpy, or a text of a lesson, as JSON can hold it."""
    return value.item() if isinstance(value, np.generic) else str(value)


TOLD_LATER = "Which are right, and why, is told the second time, after some lessons."
"""Said of a check that has been taken once."""
_IN_PLOT = {
    True: "Your answer in the plot was right",
    False: "Your answer in the plot was not right",
    None: "You answered in the plot",
}


def withheld(answer: Answered) -> Answered:
    """Return an answer without what was true, and whether it was right: it is to be asked again."""
    return replace(answer, verdict=Verdict(None, answer.verdict.answer, "", ""))


def sentences_on(verdict: Verdict) -> str:
    """Return in sentences what was answered, what would have been right.

    What was true, and what is said to it.
    """
    right = verdict.right
    right_answer = verdict.right_answer
    said = f"You said: {verdict.answer}" if verdict.answer else _IN_PLOT[right]
    corrected = "" if right or not right_answer else f"In truth: {right_answer}"
    truth = "" if verdict.truth == right_answer else verdict.truth
    parts = (said, corrected, truth, verdict.feedback)
    return " ".join(_sentence(part.strip()) for part in parts if part)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "…")) else f"{text}."


def as_dict(lesson: Lesson, answers: Sequence[Answered], right: int) -> dict[str, Any]:
    """Return the answers to a lesson, and how many of them were right, as JSON can hold them."""
    said = [{"step": each.step, "ask": each.ask, **asdict(each.verdict)} for each in answers]
    return {"lesson": lesson.name, "title": lesson.title, "right": right, "answers": said}


def handout(
    lesson: Lesson, answers: Sequence[Answered], right: int, figures: Sequence[Figure] = ()
) -> PaperDocument:
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
    groups: list[Blocks] = [(Paragraphs(_head(answers, right)),)]
    for each in answers:
        said = f"{MARKS[each.verdict.right]}{sentences_on(each.verdict)}"
        groups.append((Paragraphs(f"**{each.step}. {each.ask}**"), Paragraphs(said)))
    if figures:
        pictures = tuple(Picture(figure, *_HALF) for figure in figures)
        groups.append((SectionHeading("In the end"), Pictures(pictures)))
    groups.append((SectionHeading("To take home"), Paragraphs(lesson.take_home)))
    return PaperDocument(lesson.title, tuple(groups), f"NeuroViz · {lesson.title}")


def _head(answers: Sequence[Answered], right: int) -> str:
    if not answers:
        return "Nothing was answered."
    said = f"{right} of {len(answers)} predictions came true."
    return f"{said} {TOLD_LATER}" if answers[0].verdict.right is None else said
