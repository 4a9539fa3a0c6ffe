"""Worksheet: a lesson on paper, with room to write; and its key, computed from the runs."""

from __future__ import annotations

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
from neuroviz.lessons.step_evaluator import StepEvaluator
from neuroviz.lessons.step_figures import drawing_page, look_the_same, pictures_of
from neuroviz.paper.blocks import Beside, Block, Choices, Document, Heading, Lines, Picture, Pictures, Table, Text

_FOOTER = "NeuroViz · {title}"
_WHY = 2
_WHY_BESIDE = 3
"""Lines to write on, below an answer: across the page, and beside a picture."""


_BY_HAND = {"ball": "Mark it on the landscape.", "line": "Mark it in the data.", "direction": "Draw an arrow."}
"""What a pencil does in place of a click, where the lesson says nothing of paper."""


def worksheet(lesson: Lesson) -> Document:
    """Return a lesson as a worksheet: its texts, figures and questions, and room for the answers.

    Raises
    ------
    SettingsError, ExpressionError
        If the lesson cannot be played.
    """
    head: tuple[Block, ...] = (
        Table(("Name", "Date"), ()),
        Text(f"{lesson.goal} About {lesson.minutes} minutes."),
    )
    groups = [head]
    printed: tuple[int, list[Picture]] = 0, []
    before: StepEvaluator | None = None
    arrows = "direction" not in map(_target, lesson.steps)
    for number, step in enumerate(lesson.steps, 1):
        stage = StepEvaluator(step, before)
        pictures = list(pictures_of(stage, gradients=lesson.has_gradients, arrows=arrows))
        if len(pictures) > 1 and look_the_same(pictures, printed[1]):
            again = Text(f"The pictures are those of step {printed[0]}.")
            shown: tuple[Block, ...] = (_told(stage), again, *_asked(stage))
        else:
            printed = number, pictures
            shown = _laid_out(stage, pictures)
        groups.append((_title(stage, number), *shown))
        _go(stage)
        before = stage
    groups[-1] += (Heading("To take home"), Lines("In one sentence of your own:", _WHY))
    return Document(lesson.title, tuple(groups), _FOOTER.format(title=lesson.title))


def key(lesson: Lesson) -> Document:
    """Return the key of the worksheet: each answer as the run gives it, and what to say to the others.

    Raises
    ------
    SettingsError, ExpressionError
        If the lesson cannot be played.
    """
    groups: list[tuple[Block, ...]] = [(Text(f"{lesson.goal} Every answer here was computed from its run."),)]
    before: StepEvaluator | None = None
    for number, step in enumerate(lesson.steps, 1):
        stage = StepEvaluator(step, before)
        title = Heading(f"{number}  {stage.text(step.title)}")
        ask = (Text(_ask(stage)),) if step.task.ask else ()
        _go(stage)
        answers = _answered(stage)
        pictures = _after(stage)
        tables = tuple(block for block in answers if isinstance(block, Table))  # are as wide as the page
        said = tuple(block for block in answers if block not in tables)
        if len(pictures) % 2 and said:
            answers = (Beside(pictures[0], said), *tables, *_rows(pictures[1:]))
        else:
            answers += _rows(pictures)
        if answers:
            groups.append((title, *ask, *answers))
        before = stage
    groups[-1] += (Heading("To take home"), Text(lesson.take_home))
    return Document(f"{lesson.title}: key", tuple(groups), _FOOTER.format(title=f"{lesson.title}, key"))


def _target(step: LessonStep) -> str:
    """Return what a click is to find; empty where nothing is clicked."""
    return step.task.target if isinstance(step.task, PointQuestion) else ""


# --- the sheet -------------------------------------------------------------------------------------------


def _title(stage: StepEvaluator, number: int) -> Heading:
    return Heading(f"{number}  {stage.text(stage.step.title)}")


def _told(stage: StepEvaluator) -> Text:
    return Text(stage.text(stage.step.paper.text or stage.step.text))


def _ask(stage: StepEvaluator) -> str:
    """Return what is asked, as it is answered with a pencil."""
    step = stage.step
    if step.paper.ask:
        return f"**{stage.text(step.paper.ask)}**"
    by_hand = _BY_HAND.get(_target(step), "")
    return f"**{stage.text(step.task.ask)}** {by_hand}".strip()


def _laid_out(stage: StepEvaluator, pictures: list[Picture]) -> tuple[Block, ...]:
    """Return text, pictures and question: this beside the last picture, where that has no other beside it."""
    task = stage.step.task
    asked = _asked(stage)
    if isinstance(task, CurveQuestion):
        epochs = stage.steps_to_go() / stage.session.settings.steps_per_epoch
        pictures = [*pictures, drawing_page(stage, max(1, round(epochs)))]
    if len(pictures) == 1 and not asked:
        return (Beside(pictures[0], (_told(stage),)),)
    if len(pictures) % 2 and asked and not stage.step.columns:
        beside = Beside(pictures[-1], tuple(map(_for_a_column, asked)))
        return (_told(stage), *_rows(pictures[:-1]), beside)
    return (_told(stage), *_rows(pictures), *asked)


def _rows(pictures: Sequence[Picture]) -> tuple[Block, ...]:
    return (Pictures(tuple(pictures)),) if pictures else ()


def _for_a_column(block: Block) -> Block:
    """Give as much room to write as there is across the page."""
    return replace(block, count=_WHY_BESIDE) if isinstance(block, Lines) and block.count == _WHY else block


def _asked(stage: StepEvaluator) -> tuple[Block, ...]:
    """Return the question, and the room in which it is answered and it is noted what happened."""
    task = stage.step.task
    ask = (Text(_ask(stage)),) if task.ask else ()
    if isinstance(task, LookTask):
        return ask
    if isinstance(task, DoTask):
        return (*ask, Lines("My answer:" if stage.step.paper.ask else "What I set, and what happened:", _WHY))
    table = (_empty_table(stage),) if stage.step.columns else ()
    if isinstance(task, CompareTask):
        return (*ask, *table, Lines("What differs:", _WHY))
    seen = Lines("What happened:" if task.then else "Because:", _WHY)
    if isinstance(task, ChoiceQuestion):
        texts = (stage.text(task.choices[choice].text) for choice in task.order)
        return (*ask, Choices(tuple(texts)), *table, seen)
    if isinstance(task, SignQuestion):
        return (*ask, Choices(task.words), *table, seen)
    if isinstance(task, NumberQuestion):
        unit = f" ({task.unit})" if task.unit else ""
        return (*ask, Lines(f"Your number{unit}:"), seen)
    return (*ask, seen)


def _empty_table(stage: StepEvaluator) -> Table:
    """Return the table of the runs, in which only their first column is filled in."""
    titles, rows = stage.table()
    return Table(tuple(titles), tuple((row[0], *[""] * (len(row) - 1)) for row in rows))


# --- the key ---------------------------------------------------------------------------------------------


def _go(stage: StepEvaluator) -> None:
    """Let the run go where an answer lets it go."""
    stage.ask()
    if stage.steps_to_go():
        stage.go()


def _answered(stage: StepEvaluator) -> tuple[Block, ...]:
    step = stage.step
    task = step.task
    table = (Table(*_texts(*stage.table())),) if step.columns else ()
    if isinstance(task, Prediction):
        return (*_true(stage, task), *table)
    if isinstance(task, DoTask):
        way = step.paper.way or (f"One way: {step.hints[-1]}" if step.hints else "")
        return (Text(stage.text(way)),) if way else ()
    return table


def _texts(titles: list[str], rows: list[list[str]]) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    return tuple(titles), tuple(map(tuple, rows))


def _after(stage: StepEvaluator) -> list[Picture]:
    """Return the pictures of what happened, where something did."""
    task = stage.step.task
    happened = isinstance(task, Prediction) and (task.then or isinstance(task, PointQuestion))
    return list(pictures_of(stage, answered=True)) if happened else []


def _true(stage: StepEvaluator, task: Prediction) -> tuple[Block, ...]:
    """Return what was right, and what to say to each answer."""
    truth = (Text(stage.said(task.truth)),) if task.truth else ()
    if isinstance(task, ChoiceQuestion):
        true = frozenset(map(task.order.index, stage.true_choices(task)))
        choices = [task.choices[choice] for choice in task.order]
        texts = tuple(stage.said(choice.text) for choice in choices)
        said = [(text, stage.said(choice.feedback)) for text, choice in zip(texts, choices, strict=True)]
        return (Choices(texts, true), *_feedback(said), *truth)
    if isinstance(task, SignQuestion):
        said = [(word, stage.said(text)) for word, text in zip(task.words, task.feedback.texts, strict=True)]
        return (Choices(task.words, frozenset({stage.true_sign(task)})), *_feedback(said), *truth)
    if isinstance(task, NumberQuestion):
        verdict = stage.judge(task.of.number(stage.scope()))
        return (Text(f"**{verdict.prediction}**: {verdict.feedback}"), *truth)
    return (*truth, *_feedback([(_to(case), stage.said(case.text)) for case in task.feedback]))


def _feedback(said: Sequence[tuple[str, str]]) -> Iterator[Text]:
    """Give what is to be said to each answer."""
    return (Text(f"**{answer}**: {text}", quiet=True) for answer, text in said)


def _to(case: Case) -> str:
    right = case.condition is not None and case.condition.text == "right_answer"
    return case.to or ("✓ right" if right else "anything else" if case.condition is None else "otherwise")
