"""What the panel says at a step and at the end of a lesson."""

from __future__ import annotations

from collections.abc import Sequence

from neuroviz.lessons.answers import TOLD_LATER, Answered, sentences_on
from neuroviz.lessons.format import ChoiceQuestion, Lesson, LookTask, SignQuestion
from neuroviz.lessons.step_evaluator import StepEvaluator
from neuroviz.ui.lesson.panel import StepWords
from neuroviz.ui.lesson.question import unbroken, without_code_marks

CHECK = "check"
"""Name of the lesson that checks what one knows."""
_NOTED = "Noted. The end says how many are right."
_LATE = "Not answered. The end has told what is right, so no answer counts any more."
_MARKS = {True: "✓ ", False: "✗ ", None: ""}


def step_words(lesson: Lesson, evaluator: StepEvaluator) -> StepWords:
    """Return what is said at a step, filled in; raises ExpressionError where it cannot be."""
    step = evaluator.step
    task = step.task
    choices: Sequence[str] = ()
    if isinstance(task, ChoiceQuestion):
        choices = [evaluator.text(task.choices[choice].text) for choice in task.order]
    elif isinstance(task, SignQuestion):
        choices = task.words
    return StepWords(
        lesson=lesson.title,
        title=evaluator.text(step.title),
        text=evaluator.text(step.text),
        task=task,
        ask=evaluator.text(task.ask),
        choices=choices,
        hints=[evaluator.text(hint) for hint in step.hints],
    )


def end_words(
    lesson: Lesson,
    answers: Sequence[Answered],
    right: int,
    earlier: Sequence[int],
    another: Lesson | None,
) -> StepWords:
    """Return what remains of a lesson, what was predicted right, and what comes next.

    Of a check how many were right now, and each time before.
    """
    said = []
    if lesson.tells_at_end:
        said.append(_told_at_end(answers, right, len(lesson.steps), earlier))
    elif answers:
        lines = (f"{_MARKS[answer.right]}{unbroken(answer.ask)}" for answer in answers)
        asked = "  \n".join(lines)
        said += [f"**{right} of {len(answers)} predictions came true.**  \n{asked}"]
    if another is not None:
        said.append(f"**Next: {another.title}.** {another.goal}")
    text = "\n\n".join(said)
    home = without_code_marks(f"To take home: {lesson.take_home}")
    return StepWords(lesson.title, home, text, LookTask(), "", (), ())


def noted(*, answered: bool) -> str:
    """Return what is said to a question of a check that takes no answer any more."""
    return _NOTED if answered else _LATE


def _told_at_end(
    answers: Sequence[Answered], right: int, asked: int, earlier: Sequence[int]
) -> str:
    """Return how many answers were right, and each with what there is to say to it, as Markdown.

    The first time none is marked: who knows which was wrong has one choice less the second time.
    """
    lines = [f"**{right} of {asked} right.**"]
    if earlier:
        since = "".join(f"then {count}, " for count in earlier[1:])
        lines = [f"**The first time {earlier[0]} of {asked} were right, {since}now {right}.**"]
    elif answers:
        lines.append(TOLD_LATER)
    said = [f"{_MARKS[answer.right]}{answer.step}. {sentences_on(answer)}" for answer in answers]
    together = "\n\n" if earlier else "  \n"  # without what is right each is a line or two
    return "\n\n".join((*lines, together.join(said)))
