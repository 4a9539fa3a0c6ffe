"""Own numbers: a lesson in which a seed draws the numbers, another one for each pupil."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from msgspec import structs

from neuroviz.core.catalogue import SettingsError
from neuroviz.lessons.checking import problems_of
from neuroviz.lessons.expressions import ExpressionError
from neuroviz.lessons.format import ChoiceQuestion, Lesson, LessonStep, LessonText, SignQuestion
from neuroviz.lessons.step_evaluator import StepEvaluator

_FACTORS = (0.6, 0.7, 0.8, 0.9, 1.1, 1.2, 1.3, 1.4)
_TRIES = 40


class OwnNumbersError(ValueError):
    """A lesson holds for its own numbers alone; the message says what would work."""


def with_own_numbers(lesson: Lesson, seed: int) -> Lesson:
    """Return a lesson that begins with other weights, of the same signs: those of a seed from 0 on.

    Its questions have the same answers, its runs the same states, and the loss goes the same way.
    That its words stay true, too, is said by its author.

    Raises
    ------
    OwnNumbersError
        If they hold for its own numbers alone.
    SettingsError, ExpressionError
        If the lesson cannot be played.
    """
    alone = OwnNumbersError(
        f"What “{lesson.title}” says holds for its own numbers alone: leave out --seed, or take "
        "another lesson."
    )
    if not lesson.own_numbers:
        raise alone
    starts, answers = _played(lesson)
    for attempt in range(_TRIES):
        drawn = structs.replace(
            lesson,
            title=LessonText(f"{lesson.title}: sheet {seed}"),
            steps=tuple(_drawn(step, f"{seed} {attempt}") for step in lesson.steps),
        )
        try:
            own, same = _played(drawn)
        except (SettingsError, ExpressionError):
            continue
        if own != starts and same == answers and not problems_of(drawn):
            return drawn
    raise alone


def _drawn(step: LessonStep, seed: str) -> LessonStep:
    if step.experiment is None:
        return step
    experiment = structs.replace(
        step.experiment, options=_options(step.experiment.options, seed, begins=True)
    )
    runs = (structs.replace(run, options=_options(run.options, seed)) for run in step.runs)
    return structs.replace(step, experiment=experiment, runs=tuple(runs))


def _options(said: Mapping[str, Any], seed: str, *, begins: bool = False) -> dict[str, Any]:
    """Return options with other weights; what is equal in several steps is so again."""
    options = dict(said)
    if "weights" in said:
        options["weights"] = [_number(weight, seed) for weight in said["weights"]]
    if "bias" in said:
        options["bias"] = _number(said["bias"], seed)
    if begins and not {"weights", "bias"} & said.keys():
        options["seed"] = random.Random(f"{seed} {said.get('seed')}").randrange(10_000)
    return options


def _number(value: float, seed: str) -> float:
    return round(value * random.Random(f"{seed} {abs(value)}").choice(_FACTORS), 2)


def _played(lesson: Lesson) -> tuple[list[object], list[object]]:
    """Return the weights with which the steps of a lesson begin, and what is true of each."""
    starts: list[object] = []
    answers: list[object] = []
    before: StepEvaluator | None = None
    for step in lesson.steps:
        before = StepEvaluator(step, before)
        losses = [frame.current_loss or 0.0 for frame in before.frames]
        for frame in before.frames:
            starts.append(None if frame.parameters is None else frame.parameters.tolist())
            answers.append(None if frame.diagnosis is None else frame.diagnosis.state)
        before.go()
        answers += [
            (frame.current_loss or 0.0) < loss
            for frame, loss in zip(before.frames, losses, strict=True)
        ]
        if isinstance(step.task, ChoiceQuestion):
            answers.append(before.true_choices(step.task))
        elif isinstance(step.task, SignQuestion):
            answers.append(before.true_sign(step.task))
    return starts, answers
