"""Worksheet: a lesson on paper, with room to write; and its key, computed from the runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from neuroviz.lessons.format import (
    Case,
    Choice,
    Click,
    Compare,
    Curve,
    Do,
    Lesson,
    Look,
    Number,
    Predict,
    Sign,
    Step,
)
from neuroviz.lessons.stage import Stage
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
    before: Stage | None = None
    arrows = "direction" not in map(_target, lesson.steps)
    for number, step in enumerate(lesson.steps, 1):
        stage = Stage(step, before)
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
    before: Stage | None = None
    for number, step in enumerate(lesson.steps, 1):
        stage = Stage(step, before)
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


def _target(step: Step) -> str:
    """Return what a click is to find; empty where nothing is clicked."""
    return step.task.answer.target if isinstance(step.task, Predict) and isinstance(step.task.answer, Click) else ""


# --- the sheet -------------------------------------------------------------------------------------------


def _title(stage: Stage, number: int) -> Heading:
    return Heading(f"{number}  {stage.text(stage.step.title)}")


def _told(stage: Stage) -> Text:
    return Text(stage.text(stage.step.paper.text or stage.step.text))


def _ask(stage: Stage) -> str:
    """Return what is asked, as it is answered with a pencil."""
    step = stage.step
    if step.paper.ask:
        return f"**{stage.text(step.paper.ask)}**"
    by_hand = _BY_HAND.get(_target(step), "")
    return f"**{stage.text(step.task.ask)}** {by_hand}".strip()


def _laid_out(stage: Stage, pictures: list[Picture]) -> tuple[Block, ...]:
    """Return text, pictures and question: this beside the last picture, where that has no other beside it."""
    task = stage.step.task
    asked = _asked(stage)
    if isinstance(task, Predict) and isinstance(task.answer, Curve):
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


def _asked(stage: Stage) -> tuple[Block, ...]:
    task = stage.step.task
    return (*((Text(_ask(stage)),) if task.ask else ()), *_ASKED[type(task)](stage, task))


def _room(stage: Stage, task: Predict) -> tuple[Block, ...]:
    """Return the room in which a question is answered, and in which it is noted what happened."""
    answer = task.answer
    seen = Lines("What happened:" if task.going else "Because:", _WHY)
    table = (_empty_table(stage),) if stage.step.columns else ()
    if isinstance(answer, tuple):
        return (Choices(tuple(stage.text(answer[choice].text) for choice in task.order)), *table, seen)
    if isinstance(answer, Sign):
        return (Choices(answer.words), *table, seen)
    if isinstance(answer, Number):
        return (Lines(f"Your number {f'({answer.unit})' if answer.unit else ''}".strip() + ":"), seen)
    return (seen,)


def _empty_table(stage: Stage) -> Table:
    """Return the table of the runs, in which only their first column is filled in."""
    titles, rows = stage.table()
    return Table(tuple(titles), tuple((row[0], *[""] * (len(row) - 1)) for row in rows))


def _by_hand(stage: Stage, task: Do) -> tuple[Block, ...]:
    return (Lines("My answer:" if stage.step.paper.ask else "What I set, and what happened:", _WHY),)


def _compared(stage: Stage, task: Compare) -> tuple[Block, ...]:
    table = (_empty_table(stage),) if stage.step.columns else ()
    return (*table, Lines("What differs:", _WHY))


def _looked(stage: Stage, task: Look) -> tuple[Block, ...]:
    return ()


_ASKED: Mapping[type[Any], Callable[[Stage, Any], tuple[Block, ...]]] = {
    Predict: _room,
    Do: _by_hand,
    Compare: _compared,
    Look: _looked,
}


# --- the key ---------------------------------------------------------------------------------------------


def _go(stage: Stage) -> None:
    """Let the run go where an answer lets it go."""
    stage.ask()
    if stage.steps_to_go():
        stage.go()


def _answered(stage: Stage) -> tuple[Block, ...]:
    step = stage.step
    task = step.task
    table = (Table(*_texts(*stage.table())),) if step.columns else ()
    if isinstance(task, Predict):
        return (*_true(stage, task), *table)
    if isinstance(task, Do):
        way = step.paper.way or (f"One way: {step.hints[-1]}" if step.hints else "")
        return (Text(stage.text(way)),) if way else ()
    return table


def _texts(titles: list[str], rows: list[list[str]]) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    return tuple(titles), tuple(map(tuple, rows))


def _after(stage: Stage) -> list[Picture]:
    """Return the pictures of what happened, where something did."""
    task = stage.step.task
    happened = isinstance(task, Predict) and (task.going or isinstance(task.answer, Click))
    return list(pictures_of(stage, answered=True)) if happened else []


def _true(stage: Stage, task: Predict) -> tuple[Block, ...]:
    """Return what was right, and what to say to each answer."""
    truth = (Text(stage.said(task.truth)),) if task.truth else ()
    answer = task.answer
    if isinstance(answer, tuple):
        return (*_true_choice(stage, answer, task.order), *truth)
    if isinstance(answer, Sign):
        return (*_true_sign(stage, answer), *truth)
    if isinstance(answer, Number):
        verdict = stage.judge(answer.of.number(stage.scope()))
        return (Text(f"**{verdict.prediction}**: {verdict.feedback}"), *truth)
    return (*truth, *_cases(stage, answer))


def _true_choice(stage: Stage, answer: tuple[Choice, ...], order: tuple[int, ...]) -> tuple[Block, ...]:
    true = frozenset(map(order.index, stage.true_choices(answer)))
    choices = [answer[choice] for choice in order]
    texts = tuple(stage.said(choice.text) for choice in choices)
    said = (f"**{text}**: {stage.said(choice.feedback)}" for text, choice in zip(texts, choices, strict=True))
    return (Choices(texts, true), *(Text(each, quiet=True) for each in said))


def _true_sign(stage: Stage, sign: Sign) -> tuple[Block, ...]:
    value = sign.of.number(stage.scope())
    true = 0 if value > 0 else 1 if value < 0 else 2
    said = (f"**{word}**: {stage.said(text)}" for word, text in zip(sign.words, sign.feedback, strict=True))
    return (Choices(sign.words, frozenset({true})), *(Text(each, quiet=True) for each in said))


def _cases(stage: Stage, answer: Curve | Click) -> tuple[Block, ...]:
    """Return what is to be said to a drawing or a click, each with that to which it is said."""
    said = ((_to(case), stage.said(case.text)) for case in answer.feedback)
    return tuple(Text(f"**{to}**: {text}", quiet=True) for to, text in said)


def _to(case: Case) -> str:
    right = case.condition is not None and case.condition.text == "right_answer"
    return case.to or ("✓ right" if right else "anything else" if case.condition is None else "otherwise")
