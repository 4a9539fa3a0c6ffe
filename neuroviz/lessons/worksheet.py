"""Worksheet: a lesson on paper, with room to write; and its key, computed from the runs."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace

from neuroviz.lessons.format import (
    Case,
    ChoiceQuestion,
    CompareTask,
    CurveQuestion,
    DoTask,
    Lesson,
    LessonStep,
    LookTask,
    NumberQuestion,
    PointQuestion,
    Prediction,
    SignQuestion,
)
from neuroviz.lessons.reading import read_lesson
from neuroviz.lessons.step_evaluator import StepEvaluator
from neuroviz.lessons.step_figures import HALF, drawing_page, look_the_same, pictures_of
from neuroviz.paper.blocks import (
    Beside,
    Block,
    PaperDocument,
    Paragraphs,
    Picture,
    Pictures,
    SectionHeading,
    TextTable,
    TickBoxes,
    WritingLines,
)
from neuroviz.paper.write import page_bytes

_FOOTER = "NeuroViz · {title}"
_WHY = 2
_WHY_BESIDE = 3
"""WritingLines to write on, below an answer: across the page, and beside a picture."""


_BY_HAND = {
    "ball": "Mark it on the landscape.",
    "line": "Mark it in the data.",
    "direction": "Draw an arrow.",
}
"""What a pencil does in place of a click, where the lesson says nothing of paper."""


def worksheet(lesson: Lesson) -> PaperDocument:
    """Return a lesson as a worksheet: its texts, figures and questions, and room for the answers.

    Raises
    ------
    SettingsError, ExpressionError
        If the lesson cannot be played.
    """
    head: tuple[Block, ...] = (
        TextTable(("Name", "Date"), ()),
        Paragraphs(f"{lesson.goal} About {lesson.minutes} minutes."),
    )
    groups = [head]
    printed: tuple[int, list[Picture]] = 0, []
    before: StepEvaluator | None = None
    arrows = "direction" not in map(_target, lesson.steps)
    for number, step in enumerate(lesson.steps, 1):
        evaluator = StepEvaluator(step, before)
        pictures = list(pictures_of(evaluator, gradients=lesson.has_gradients, arrows=arrows))
        if len(pictures) > 1 and look_the_same(pictures, printed[1]):
            again = Paragraphs(f"The pictures are those of step {printed[0]}.")
            shown: tuple[Block, ...] = (_told(evaluator), again, *_asked(evaluator))
        else:
            printed = number, pictures
            shown = _laid_out(evaluator, pictures)
        groups.append((_title(evaluator, number), *shown))
        _go(evaluator)
        before = evaluator
    groups[-1] += (
        SectionHeading("To take home"),
        WritingLines("In one sentence of your own:", _WHY),
    )
    return PaperDocument(lesson.title, tuple(groups), _FOOTER.format(title=lesson.title))


def key(lesson: Lesson) -> PaperDocument:
    """Return the key of the worksheet.

    Each answer as the run gives it, and what to say to the others.

    Raises
    ------
    SettingsError, ExpressionError
        If the lesson cannot be played.
    """
    groups: list[tuple[Block, ...]] = [
        (Paragraphs(f"{lesson.goal} Every answer here was computed from its run."),)
    ]
    before: StepEvaluator | None = None
    for number, step in enumerate(lesson.steps, 1):
        evaluator = StepEvaluator(step, before)
        title = _title(evaluator, number)
        ask = (Paragraphs(_ask(evaluator)),) if step.task.ask else ()
        _go(evaluator)
        answers = _answered(evaluator)
        pictures = _after(evaluator)
        # Are as wide as the page.
        tables = tuple(block for block in answers if isinstance(block, TextTable))
        said = tuple(block for block in answers if block not in tables)
        if _has_room_beside(pictures) and said:
            answers = (Beside(pictures[0], said), *tables, *_rows(pictures[1:]))
        else:
            answers += _rows(pictures)
        if answers:
            groups.append((title, *ask, answers[0]))
            groups += [(block,) for block in answers[1:]]
        before = evaluator
    groups[-1] += (SectionHeading("To take home"), Paragraphs(lesson.take_home))
    return PaperDocument(
        f"{lesson.title}: key", tuple(groups), _FOOTER.format(title=f"{lesson.title}, key")
    )


def main() -> None:
    """Write what is asked for in pickled form on standard input into pickled bytes.

    Of the lesson in a file the worksheet or, where that is said, the key; ending and paper are as
    of `page_bytes`.
    """
    path, is_key, ending, paper = pickle.load(sys.stdin.buffer)
    document = (key if is_key else worksheet)(read_lesson(path))
    sys.stdout.buffer.write(pickle.dumps(page_bytes(document, ending, paper)))


def _target(step: LessonStep) -> str:
    """Return what a click is to find; empty where nothing is clicked."""
    return step.task.target if isinstance(step.task, PointQuestion) else ""


# --- the sheet ------------------------------------------------------------------------------------


def _title(evaluator: StepEvaluator, number: int) -> SectionHeading:
    return SectionHeading(f"{number}  {evaluator.text(evaluator.step.title)}")


def _told(evaluator: StepEvaluator) -> Paragraphs:
    return Paragraphs(evaluator.text(evaluator.step.paper.text or evaluator.step.text))


def _ask(evaluator: StepEvaluator) -> str:
    """Return what is asked, as it is answered with a pencil."""
    step = evaluator.step
    if step.paper.ask:
        return f"**{evaluator.text(step.paper.ask)}**"
    by_hand = _BY_HAND.get(_target(step), "")
    return f"**{evaluator.text(step.task.ask)}** {by_hand}".strip()


def _laid_out(evaluator: StepEvaluator, pictures: list[Picture]) -> tuple[Block, ...]:
    """Return text, pictures and question.

    This, or the text where nothing is asked, beside a last picture that has no other there.
    """
    task = evaluator.step.task
    asked = _asked(evaluator)
    if isinstance(task, CurveQuestion):
        epochs = evaluator.steps_to_go() / evaluator.session.settings.steps_per_epoch
        pictures = [*pictures, drawing_page(evaluator, max(1, round(epochs)))]
    told = (_told(evaluator),)
    if _has_room_beside(pictures) and not evaluator.step.columns:
        beside = Beside(pictures[-1], tuple(map(_for_a_column, asked or told)))
        return (*(told if asked else ()), *_rows(pictures[:-1]), beside)
    return (*told, *_rows(pictures), *asked)


def _has_room_beside(pictures: Sequence[Picture]) -> bool:
    """Return whether right of the last picture nothing stands."""
    return sum(picture.width == HALF[0] for picture in pictures) % 2 == 1


def _rows(pictures: Sequence[Picture]) -> tuple[Block, ...]:
    return (Pictures(tuple(pictures)),) if pictures else ()


def _for_a_column(block: Block) -> Block:
    """Give as much room to write as there is across the page."""
    return (
        replace(block, count=_WHY_BESIDE)
        if isinstance(block, WritingLines) and block.count == _WHY
        else block
    )


def _asked(evaluator: StepEvaluator) -> tuple[Block, ...]:
    """Return the question, and the room in which it is answered and it is noted what happened."""
    task = evaluator.step.task
    ask = (Paragraphs(_ask(evaluator)),) if task.ask else ()
    if isinstance(task, LookTask):
        return ask
    if isinstance(task, DoTask):
        return (
            *ask,
            WritingLines(
                "My answer:" if evaluator.step.paper.ask else "What I set, and what happened:", _WHY
            ),
        )
    table = (_empty_table(evaluator),) if evaluator.step.columns else ()
    if isinstance(task, CompareTask):
        return (*ask, *table, WritingLines("What differs:", _WHY))
    seen = WritingLines("What happened:" if task.then else "Because:", _WHY)
    if isinstance(task, ChoiceQuestion):
        texts = (evaluator.text(task.choices[choice].text) for choice in task.order)
        return (*ask, TickBoxes(tuple(texts)), *table, seen)
    if isinstance(task, SignQuestion):
        return (*ask, TickBoxes(task.words), *table, seen)
    if isinstance(task, NumberQuestion):
        unit = f" ({task.unit})" if task.unit else ""
        return (*ask, WritingLines(f"Your number{unit}:"), seen)
    return (*ask, seen)


def _empty_table(evaluator: StepEvaluator) -> TextTable:
    """Return the table of the runs, in which only their first column is filled in."""
    titles, rows = evaluator.table()
    return TextTable(titles, tuple((row[0], *[""] * (len(row) - 1)) for row in rows))


# --- the key --------------------------------------------------------------------------------------


def _go(evaluator: StepEvaluator) -> None:
    """Let the run go where an answer lets it go."""
    evaluator.ask()
    if evaluator.steps_to_go():
        evaluator.go()


def _answered(evaluator: StepEvaluator) -> tuple[Block, ...]:
    step = evaluator.step
    task = step.task
    table = (TextTable(*evaluator.table()),) if step.columns else ()
    if isinstance(task, Prediction):
        return (*_true(evaluator, task), *table)
    if isinstance(task, DoTask):
        way = step.paper.way or (f"One way: {step.hints[-1]}" if step.hints else "")
        return (Paragraphs(evaluator.text(way)),) if way else ()
    return table


def _after(evaluator: StepEvaluator) -> list[Picture]:
    """Return the pictures of what happened, where something did."""
    task = evaluator.step.task
    happened = isinstance(task, Prediction) and (task.then or isinstance(task, PointQuestion))
    return list(pictures_of(evaluator, answered=True)) if happened else []


def _true(evaluator: StepEvaluator, task: Prediction) -> tuple[Block, ...]:
    """Return what was right, and what to say to each answer."""
    truth = (Paragraphs(evaluator.said(task.truth)),) if task.truth else ()
    if isinstance(task, ChoiceQuestion):
        true = frozenset(map(task.order.index, evaluator.true_choices(task)))
        choices = [task.choices[choice] for choice in task.order]
        texts = tuple(evaluator.said(choice.text) for choice in choices)
        said = [
            (text, evaluator.said(choice.feedback))
            for text, choice in zip(texts, choices, strict=True)
        ]
        return (TickBoxes(texts, true), *_feedback(said), *truth)
    if isinstance(task, SignQuestion):
        said = [
            (word, evaluator.said(text))
            for word, text in zip(task.words, task.feedback.texts, strict=True)
        ]
        return (
            TickBoxes(task.words, frozenset({evaluator.true_sign(task)})),
            *_feedback(said),
            *truth,
        )
    if isinstance(task, NumberQuestion):
        verdict = evaluator.judge(task.of.number(evaluator.scope()))
        return (Paragraphs(f"**{verdict.prediction}**: {verdict.feedback}"), *truth)
    said = [(_to(task, case), evaluator.said(case.text)) for case in task.feedback]
    return (*truth, *_feedback(said))


def _feedback(said: Sequence[tuple[str, str]]) -> Iterator[Paragraphs]:
    """Give what is to be said to each answer."""
    return (Paragraphs(f"**{answer}**: {text}", quiet=True) for answer, text in said)


def _to(task: CurveQuestion | PointQuestion, case: Case) -> str:
    if case.to:
        is_place = isinstance(task, PointQuestion) and task.target == "ball"
        return f"If you {'marked' if is_place else 'drew'} {case.to}"
    right = case.condition is not None and case.condition.text == "right_answer"
    return "✓ right" if right else "anything else" if case.condition is None else "otherwise"
