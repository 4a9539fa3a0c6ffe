"""Answers: what a learner answers in a lesson and what is said to it, as data or as a page."""

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
"""Share of a page's height above which a drawn curve counts as at its edge."""
_HALF = (83.0, 56.0)
MARKS = {True: "✓ ", False: "✗ ", None: ""}
"""The mark before an answer, by whether it was right."""


class CurveAnswer(Frozen):
    """A loss curve that a person drew: ascending epochs, and as many losses."""

    epochs: tuple[float, ...]
    losses: tuple[float, ...]

    def at(self, epoch: float) -> float:
        """Return the loss at an epoch, interpolated linearly."""
        return float(np.interp(epoch, self.epochs, self.losses))

    def leaves(self, top: float) -> float:
        """Return the epoch where the curve comes near the upper edge of a page, else the last."""
        near = np.flatnonzero(np.array(self.losses) > _EDGE * top)
        return float(self.epochs[near[0] if len(near) else -1])


class PointAnswer(Frozen):
    """A point that a person clicked."""

    x: float
    y: float
    """The coordinates in the plot's units."""
    width: float
    height: float
    """The lengths of the axes in the plot's units."""
    aspect: float = 1.0
    """Height of the plot over its width on the screen."""
    axes: tuple[int, int] = (0, 1)
    """The two parameters of a landscape, 0 … P − 1."""


Answer = int | str | float | CurveAnswer | PointAnswer
"""The index of a choice, a word of GROWTH, a number, a curve or a point."""


class Verdict(Frozen):
    """What is said to an answer."""

    right: bool | None
    """Whether the answer was true of the run; None where that is not told yet."""
    answer: str
    truth: str
    """The answer, and what was true of the run, in words; either may be empty."""
    feedback: str
    """The lesson's text on this answer."""
    right_answer: str = ""
    """The right answer in words; empty for a curve or a point."""
    leads: tuple[float, float] | None = None
    """Where a line from a click leads: to where it should have been, or for a direction to the
    ball.

    It is None for other answers.
    """


class Answered(Frozen):
    """An answer that was given."""

    step: int
    """The step of the lesson, from 1."""
    ask: str
    verdict: Verdict


class LessonProgress(Frozen):
    """How far a lesson was played, kept until it is played again."""

    marks: tuple[str, ...] = ()
    """The result of each step that was reached: "right", "wrong", "done", "skipped" or ""."""
    answers: tuple[Answered, ...] = ()
    """The answers, in the order of the steps."""
    title: str = ""
    """The lesson's title, since two files may have one name; empty where it is not known."""
    finished: bool = False
    """Whether its end was reached, so that it begins anew."""

    @classmethod
    def read(cls, text: str) -> LessonProgress:
        """Return the progress that a text holds; none for a text that is damaged or empty.

        Versions before 0.7.2 kept how many steps were reached beyond the first, such as "3", or "6
        finished".
        """
        try:
            return msgspec.json.decode(text, type=cls)
        except (msgspec.MsgspecError, RecursionError):
            reached, _, finished = text.partition(" ")
        steps = int(reached) + 1 if reached.isdecimal() and len(reached) < 4 else 0
        return cls(("",) * steps, finished=finished == "finished")

    @property
    def text(self) -> str:
        """The progress as text."""
        return msgspec.json.encode(self, enc_hook=_plain).decode()


def _plain(value: object) -> object:
    """Return a number of numpy, or a lesson's text, as a type of JSON."""
    return value.item() if isinstance(value, np.generic) else str(value)


TOLD_LATER = "The second time, after some lessons, you learn which are right, and why."
"""Shown for a check that has been taken once."""
_IN_PLOT = {
    True: "Your answer in the plot was right",
    False: "Your answer in the plot was not right",
    None: "You answered in the plot",
}


def withheld(answer: Answered) -> Answered:
    """Return an answer without verdict and truth, since it will be asked for again."""
    return replace(answer, verdict=Verdict(None, answer.verdict.answer, "", ""))


def sentences_on(verdict: Verdict) -> str:
    """Return in sentences the answer, the right one, what was true, and the feedback."""
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
    """Return the answers to a lesson, and how many were right, in types of JSON."""
    said = [{"step": each.step, "ask": each.ask, **asdict(each.verdict)} for each in answers]
    return {"lesson": lesson.name, "title": lesson.title, "right": right, "answers": said}


def handout(
    lesson: Lesson, answers: Sequence[Answered], right: int, figures: Sequence[Figure] = ()
) -> PaperDocument:
    """Return a page with each question, its answer and, where it may be told, what was true.

    Parameters
    ----------
    answers
        In the order of the steps.
    right
        How many of them were right.
    figures
        What was shown at the end; two stand side by side.
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
