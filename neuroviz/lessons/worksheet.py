"""Worksheet: a lesson on paper, with room to write; and its key, computed by the runs."""

from __future__ import annotations

import pickle
import re
import sys
from collections.abc import Iterable, Iterator, Sequence

from neuroviz.core.choices.settings import Settings
from neuroviz.core.numbers import printed, subscripted
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
)
from neuroviz.lessons.own_numbers import with_own_numbers
from neuroviz.lessons.reading import read_lesson
from neuroviz.lessons.rules import rules_of
from neuroviz.lessons.step_evaluator import StepEvaluator
from neuroviz.lessons.step_figures import HALF, drawing_page, look_the_same, pictures_of
from neuroviz.paper.blocks import (
    Beside,
    Blocks,
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
from neuroviz.pictures.input_names import class_title

_WHY = 2
"""Lines to write on below an answer; a page has more of them where there is room."""
_FEW = 6
"""Samples, and parameters, that are written out, at most."""
_GIVEN = re.compile(r"\{(name|rate)\b")
"""Columns of a table of runs that say how the runs differ."""
_SET_BY_HAND = {"breaks", "data", "line", "shift", "weights", "ball", "own_steps"}
"""Controls with which a step is done instead of training from its start."""
_BY_HAND = {
    "ball": "Mark it on the landscape.",
    "line": "Mark it in the data.",
    "direction": "Draw an arrow.",
}
"""What to do with a pencil instead of a click, where the lesson says nothing about paper."""


def worksheet(lesson: Lesson) -> PaperDocument:
    """Return a lesson as a worksheet: its texts, figures and questions, and room for answers.

    Raises
    ------
    SettingsError, ExpressionError
        If the lesson cannot be played.
    """
    asked = frozenset(map(_target, lesson.steps))
    groups: list[Blocks] = []
    last: tuple[int, list[Picture]] = 0, []
    before: StepEvaluator | None = None
    known = ["", ""]
    used: list[list[Settings]] = []
    for number, step in enumerate(lesson.steps, 1):
        evaluator = StepEvaluator(step, before)
        mended = {"breaks": ()} if "breaks" in step.controls else {}
        used.append([frame.settings.replace(**mended) for frame in evaluator.frames])
        pictures = list(pictures_of(evaluator, asked=asked))
        text = evaluator.text(step.paper.text or step.text)
        told: Blocks = (Paragraphs(text),)
        given = [_start(evaluator), _samples(evaluator)]
        new = [said for said in given if said and said not in known]
        known = [said or old for said, old in zip(given, known, strict=True)]
        if new:
            told += (Paragraphs(" ".join(new), quiet=True),)
        if step.paper.epochs:
            told += (TextTable(*evaluator.epochs_table(), small=True),)
        if len(pictures) > 1 and look_the_same(pictures, last[1]):
            again = Paragraphs(f"The pictures are those of number {last[0]}.")
            shown: Blocks = (*told, again, *_asked(evaluator))
        else:
            last = number, pictures
            shown = _laid_out(evaluator, told, pictures)
        groups.append((_title(evaluator, number), *shown))
        evaluator.go()
        before = evaluator
    head: Blocks = (TextTable(("Name", "Date"), ()),)
    # In a check the rules are not given, since they should be known.
    if not lesson.tells_at_end:
        head += (Paragraphs(lesson.goal), *rules_of(used, trained=lesson.has_gradients))
        own = WritingLines("In one sentence of your own:", _WHY)
        groups[-1] += (SectionHeading("To take home"), own)
    groups.insert(0, head)
    return PaperDocument(lesson.title, tuple(groups), f"NeuroViz · {lesson.title}")


def key(lesson: Lesson) -> PaperDocument:
    """Return the key of the worksheet: the answers that the runs give, and the feedback to others.

    Raises
    ------
    SettingsError, ExpressionError
        If the lesson cannot be played.
    """
    groups: list[Blocks] = [(Paragraphs(lesson.goal),)]
    before: StepEvaluator | None = None
    for number, step in enumerate(lesson.steps, 1):
        evaluator = StepEvaluator(step, before)
        title = _title(evaluator, number)
        ask = _ask(evaluator)
        evaluator.go()
        answers = _answered(evaluator)
        happened = step.predict and (step.then or step.target)
        pictures = list(pictures_of(evaluator, answered=True)) if happened else []
        # Tables are as wide as the page.
        tables = tuple(block for block in answers if isinstance(block, TextTable))
        said = tuple(block for block in answers if block not in tables)
        if _has_room_beside(pictures) and said:
            said = (Beside(pictures[0], said),)
            pictures = pictures[1:]
        if answers or pictures:
            groups.append((title, *ask, *said, *tables, *_rows(pictures)))
        before = evaluator
    if not lesson.tells_at_end:
        groups[-1] += (SectionHeading("To take home"), Paragraphs(lesson.take_home))
    name = f"{lesson.title}, key"
    return PaperDocument(name, tuple(groups), f"NeuroViz · {name}")


def main() -> None:
    """Write the page that is asked for in pickle on standard input, as a pickled list of bytes.

    The request names the lesson's file, a seed for its numbers or None, whether the key is wanted
    instead of the worksheet, and ending and paper as for `page_bytes`.
    """
    path, seed, is_key, ending, paper = pickle.load(sys.stdin.buffer)
    lesson = read_lesson(path)
    if seed is not None:
        lesson = with_own_numbers(lesson, seed)
    document = (key if is_key else worksheet)(lesson)
    sys.stdout.buffer.write(pickle.dumps([page_bytes(document, ending, paper)]))


def _target(step: LessonStep) -> str:
    """Return what is to be found in a picture with a pencil; empty for nothing."""
    return step.target or ("ball" if "ball" in step.by_hand else "")


# --- the sheet ------------------------------------------------------------------------------------


def _title(evaluator: StepEvaluator, number: int) -> SectionHeading:
    step = evaluator.step
    return SectionHeading(f"{number}  {evaluator.text(step.paper.title or step.title)}")


def _start(evaluator: StepEvaluator) -> str:
    """Return the numbers that a step begins with, or nothing.

    They are left out where they are asked for, set by hand, taken from the step before or different
    among the runs, and where the text gives the limit, from which the loss follows without them.
    """
    step = evaluator.step
    by_hand = step.by_hand & _SET_BY_HAND or _target(step) == "ball"
    if step.experiment is None or by_hand or "{limit" in step.paper.text:
        return ""
    frames = evaluator.frames
    row = frames[0].row
    settings = frames[0].settings
    starts = {tuple(each.row.parameters.tolist()) for each in frames if each.row is not None}
    if row is None or len(starts) > 1 or len(row.parameters) > _FEW:
        return ""
    names = map(subscripted, settings.parameters.names)
    pairs = zip(names, map(printed, row.parameters.tolist()), strict=True)
    said = ", ".join(f"{name} = {value}" for name, value in pairs)
    goes = step.predict is None or step.target or step.then
    is_known = goes and len({each.settings.learning_rate for each in frames}) == 1
    trains = settings.activation_entry.trainable and "learning_rate" not in step.controls
    if is_known and trains:
        said += f"; rate {printed(row.learning_rate)}"
    return f"{f'At epoch {row.epoch}' if row.epoch else 'At the start'}: {said}."


def _samples(evaluator: StepEvaluator) -> str:
    """Return inputs and targets, as (1) → 15, where no picture shows them exactly."""
    frames = evaluator.frames
    settings = frames[0].settings
    data = settings.dataset
    differ = any(frame.settings.data != settings.data for frame in frames)
    if differ or data.samples > _FEW or (data.width > 1 and data.samples > 1):
        return ""
    pairs = zip(settings.coded_inputs.tolist(), settings.coded_targets.tolist(), strict=True)
    said = (f"{_listed(x)} → {_target_said(settings, y)}" for x, y in pairs)
    return f"Samples, x → y: {', '.join(said)}."


def _target_said(settings: Settings, y: float | list[float]) -> str:
    if isinstance(y, list):
        return _listed(y)
    return class_title(settings, int(y)) if settings.softmax else printed(y)


def _listed(numbers: Iterable[float]) -> str:
    return f"({', '.join(map(printed, numbers))})"


def _ask(evaluator: StepEvaluator) -> Blocks:
    """Return the question, if any, in its form for a pencil."""
    step = evaluator.step
    ask = step.paper.ask or step.task.ask
    by_hand = "" if step.paper.ask else _BY_HAND.get(_target(step), "")
    return (Paragraphs(f"**{evaluator.text(ask)}** {by_hand}".strip()),) if ask else ()


def _laid_out(evaluator: StepEvaluator, told: Blocks, pictures: list[Picture]) -> Blocks:
    """Return text, pictures and question.

    Where there is room beside the last picture, the question stands there, or without one the text.
    """
    asked = _asked(evaluator)
    if evaluator.step.target == "curve":
        epochs = evaluator.steps_to_go() / evaluator.session.settings.steps_per_epoch
        pictures = [*pictures, drawing_page(evaluator, max(1, round(epochs)))]
    if _has_room_beside(pictures) and not _has_table(evaluator):
        beside = Beside(pictures[-1], asked or told)
        return (*(told if asked else ()), *_rows(pictures[:-1]), beside)
    return (*told, *_rows(pictures), *asked)


def _has_room_beside(pictures: Sequence[Picture]) -> bool:
    """Return whether there is nothing to the right of the last picture."""
    return sum(picture.width == HALF[0] for picture in pictures) % 2 == 1


def _rows(pictures: Sequence[Picture]) -> Blocks:
    return (Pictures(tuple(pictures)),) if pictures else ()


def _asked(evaluator: StepEvaluator) -> Blocks:
    """Return the question with its table, and room for the answer and its reason."""
    task = evaluator.step.task
    ask = _ask(evaluator)
    if isinstance(task, LookTask) and not evaluator.step.paper.ask:
        return ask
    if isinstance(task, DoTask | LookTask):
        return (*ask, WritingLines("My answer:", _WHY))
    table = (_empty_table(evaluator),) if _has_table(evaluator) else ()
    if isinstance(task, CompareTask):
        return (*ask, *table, WritingLines("What differs:", _WHY))
    seen = WritingLines("Because:", _WHY)
    if evaluator.choices:
        return (*ask, TickBoxes(evaluator.choices), *table, seen)
    if isinstance(task, NumberQuestion):
        unit = f" ({task.unit})" if task.unit else ""
        return (*ask, WritingLines(f"My number{unit}:"), seen)
    return (*ask, seen)


def _has_table(evaluator: StepEvaluator) -> bool:
    """Return whether the table of runs can be filled in by hand: hidden neurons cannot."""
    step = evaluator.step
    return bool(step.columns) and not (step.then and evaluator.session.settings.hidden)


def _empty_table(evaluator: StepEvaluator) -> TextTable:
    """Return the table of runs with only the columns filled in that say how they differ."""
    titles, rows = evaluator.table()
    given = [_GIVEN.match(column.value) for column in evaluator.step.columns]
    shown = (zip(given, row, strict=True) for row in rows)
    cells = (tuple(text if known else "" for known, text in row) for row in shown)
    return TextTable(titles, tuple(cells))


# --- the key --------------------------------------------------------------------------------------


def _answered(evaluator: StepEvaluator) -> Blocks:
    step = evaluator.step
    task = step.task
    table = (TextTable(*evaluator.table()),) if step.columns else ()
    way: Blocks = (Paragraphs(evaluator.way()),) if step.paper.way else ()
    if isinstance(task, Prediction):
        return (*_true(evaluator, task), *way, *table)
    if isinstance(task, DoTask):
        return way or tuple(Paragraphs(f"One way: {hint}") for hint in step.hints[-1:])
    return (*way, *table)


def _true(evaluator: StepEvaluator, task: Prediction) -> Blocks:
    """Return the right answer, and the feedback to each answer."""
    truth = (Paragraphs(evaluator.said(task.truth)),) if task.truth else ()
    if isinstance(task, NumberQuestion):
        verdict = evaluator.judge(task.of.number(evaluator.scope()))
        return (Paragraphs(f"**{verdict.answer}**: {verdict.feedback}"), *truth)
    if isinstance(task, CurveQuestion | PointQuestion):
        cases = ((_to(task, case), evaluator.said(case.text)) for case in task.feedback)
        return (*truth, *_feedback(cases))
    texts: Sequence[str]
    if isinstance(task, ChoiceQuestion):
        true = [task.order.index(choice) for choice in evaluator.true_choices(task)]
        texts = [task.choices[choice].feedback for choice in task.order]
    else:
        true = [evaluator.true_sign(task)]
        texts = task.feedback.texts
    said = zip(evaluator.choices, map(evaluator.said, texts), strict=True)
    return (TickBoxes(evaluator.choices, frozenset(true)), *_feedback(said), *truth)


def _feedback(said: Iterable[tuple[str, str]]) -> Iterator[Paragraphs]:
    """Return the feedback to each answer."""
    return (Paragraphs(f"**{answer}**: {text}", quiet=True) for answer, text in said)


def _to(task: CurveQuestion | PointQuestion, case: Case) -> str:
    if case.to:
        return f"If you {'marked' if task.target == 'ball' else 'drew'} {case.to}"
    right = case.condition is not None and case.condition.text == "right_answer"
    return "✓ right" if right else "anything else" if case.condition is None else "otherwise"
