"""What the panel says at a step and at the end of a lesson."""

from __future__ import annotations

from collections.abc import Sequence

from neuroviz.lessons.answers import Answered
from neuroviz.lessons.format import Lesson, Look, Predict, Sign
from neuroviz.lessons.stage import Stage
from neuroviz.ui.lesson.panel import StepWords

__all__ = ["CHECK", "end_words", "step_words"]

CHECK = "check"
"""Name of the lesson that checks what one knows."""


def step_words(lesson: Lesson, stage: Stage) -> StepWords:
    """Return what is said at a step, filled in; raises ExpressionError where it cannot be."""
    step = stage.step
    task = step.task
    choices: Sequence[str] = ()
    if isinstance(task, Predict):
        kind = task.answer
        choices = [stage.text(choice.text) for choice in kind] if isinstance(kind, tuple) else choices
        choices = kind.words if isinstance(kind, Sign) else choices
    return StepWords(
        head=_head(lesson),
        lesson=lesson.title,
        title=stage.text(step.title),
        text=stage.text(step.text),
        task=task,
        ask=stage.text(task.ask),
        choices=choices,
        hints=[stage.text(hint) for hint in step.hints],
    )


def end_words(lesson: Lesson, answers: Sequence[Answered]) -> StepWords:
    """Return what remains of a lesson, and of one that tells at the end what was true."""
    text = f"**To take home.** {lesson.take_home}"
    if lesson.tells_at_end:
        text = f"{text}\n\n{_told_at_end(answers, len(lesson.steps))}"
    return StepWords(_head(lesson), lesson.title, "", text, Look(), "", (), ())


def _head(lesson: Lesson) -> str:
    number = f"Lesson {lesson.number}" if lesson.number else "A lesson of your own"
    if lesson.name == CHECK:
        number = "Check yourself"
    return f"{number} · {lesson.minutes} min"


def _told_at_end(answers: Sequence[Answered], asked: int) -> str:
    """Return how many answers were right, and each with what was true, as Markdown."""
    right = sum(answer.right for answer in answers)
    lines = [f"**{right} of {asked} right.**"]
    for answer in answers:
        mark = "✓" if answer.right else "✗"
        truth = "" if answer.right or not answer.truth else f" True: {answer.truth.rstrip('.')}."
        lines.append(f"{mark} {answer.step}. You said: {answer.answer or 'a place'}.{truth} {answer.feedback}")
    return "\n\n".join(lines)
