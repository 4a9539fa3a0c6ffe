"""Checking: what is wrong with a lesson file, for its author, by line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from msgspec import Struct, structs

from neuroviz.core.catalogue import SettingsError
from neuroviz.lessons.answers import CurveAnswer, PointAnswer
from neuroviz.lessons.expressions import (
    Expression,
    ExpressionError,
    Value,
    filled,
    typed_digits,
    words_in,
)
from neuroviz.lessons.format import (
    VIEW_OF,
    ChoiceQuestion,
    CurveQuestion,
    DoTask,
    Lesson,
    LessonStep,
    LessonText,
    NumberQuestion,
    PointQuestion,
    Prediction,
)
from neuroviz.lessons.reading import (
    KeyPlace,
    LessonError,
    Problem,
    in_order,
    read_document,
    read_lesson,
)
from neuroviz.lessons.run_variables import LessonScope
from neuroviz.lessons.step_evaluator import StepEvaluator

MOST_WORDS = 70
"""Words of text and question together, at most: more are not read."""
_MOVE = {"run", "step", "parts"}
_BESIDE = {"reset", "pace", "undo"}
"""Controls that do nothing new."""
_COUNTED = {"epoch", "step", "steps_taken", "loss_at", "right_since"}
_READ = (
    "goal",
    "take_home",
    "locked",
    "title",
    "text",
    "hints",
    "ask",
    "way",
    "truth",
    "failed",
    "feedback",
    "to",
    "grow",
    "shrink",
    "stay",
    "right",
    "too_low",
    "too_high",
)
"""Keys of texts about the run; in these, numbers must come from placeholders."""
_UNSEEN = ("experiment", "run", "table")
"""Tables without such texts."""
_FREE = (("", "title"), ("choice", "text"))
"""Texts, by table and key, in which a number may be typed."""
_AT_AN_ANSWER: Mapping[str, Value] = {
    "error": 0.0,
    "x": 0.0,
    "y": 0.0,
    "truth_x": 0.0,
    "truth_y": 0.0,
    "right_answer": True,
    "page_bottom": 0.0,
    "page_top": 1.0,
    "leaves": 1.0,
}
"""Names that an answer in a plot adds for the texts about it, with sample values."""
_SHOWN_FIRST = ("title", "text", "hints", "ask")
"""Keys of texts that are shown before anything is answered or done."""
_NUMBERS = {"of", "value"}
"""Keys of expressions that are numbers; all others are conditions."""
_ELSEWHEN = {"ask", "then", "truth"}
"""Keys of what there is to do that belong to another moment, or take nothing from the answer."""


def check(path: Path) -> list[Problem]:
    """Return what is wrong with a lesson file, by line; nothing if it can be played.

    The lesson is played without a window, and each question is put to the run of its step.
    """
    try:
        lesson = read_lesson(path)
        said, place = read_document(path)
    except LessonError as error:
        return list(error.problems)
    return in_order([*_typed(said, place), *_played(lesson, place)])


def problems_of(lesson: Lesson) -> list[Problem]:
    """Return what goes wrong when a lesson is played, without lines."""
    return list(_played(lesson, KeyPlace({})))


def _failing(place: KeyPlace, call: Callable[..., object], *arguments: object) -> Iterator[Problem]:
    """Yield a problem with a key, if a call says that something in it has no value."""
    try:
        call(*arguments)
    except ExpressionError as error:
        yield Problem(place.line, str(error))


# --- what is typed --------------------------------------------------------------------------------


def _typed(table: Mapping[str, Any], place: KeyPlace, inside: str = "") -> Iterator[Problem]:
    """Yield a problem for each number typed into a text, since numbers must come from the run."""
    for name, value in table.items():
        if name in _UNSEEN or (inside, name) in _FREE:
            continue
        here = place.at(name)
        several = isinstance(value, list)
        for index, each in enumerate(value if several else [value]):
            if isinstance(each, dict):
                yield from _typed(each, here.at(index) if several else here, name)
            elif name in _READ and isinstance(each, str) and (digits := typed_digits(each)):
                yield Problem(
                    here.line,
                    f"{digits[0]} is typed into {name}: "
                    f"let the run say it, as in {{loss}} or {{rate}}, or write it as a word.",
                )


# --- each step ------------------------------------------------------------------------------------


def _played(lesson: Lesson, place: KeyPlace) -> Iterator[Problem]:
    """Play every step, and yield what goes wrong."""
    before: StepEvaluator | None = None
    for index, step in enumerate(lesson.steps):
        here = place.at("step", index)
        yield from _length(step, here)
        yield from _controls(step, here)
        try:
            evaluator = StepEvaluator(step, before)
        except SettingsError as error:
            yield _in_experiment(step, here, error)
            return
        yield from _step(evaluator, here)
        before = evaluator


def _length(step: LessonStep, place: KeyPlace) -> Iterator[Problem]:
    words = words_in(f"{step.text} {step.task.ask}")
    if words > MOST_WORDS:
        sentence = f"The step has {words} words with its question: {MOST_WORDS} are read, no more."
        yield Problem(place.at("text").line, sentence)


def _controls(step: LessonStep, place: KeyPlace) -> Iterator[Problem]:
    """Yield a problem for each control or view that is needed and not there."""
    where = place.at("controls").line
    for control, view in VIEW_OF.items():
        if control in step.controls and view not in step.views:
            yield Problem(
                where,
                f"The control {control} belongs to the view {view}, which is not shown.",
            )
    task = step.task
    if step.target and VIEW_OF[step.target] not in step.views:
        sentence = f"The answer is given in the view {VIEW_OF[step.target]}, which is not shown."
        yield Problem(place.at("predict").line, sentence)
    if isinstance(task, DoTask):
        yield from _locked(step, task, where)


def _locked(step: LessonStep, task: DoTask, where: int) -> Iterator[Problem]:
    names = {path[-1] for path in task.until.names}
    if names & {"own_steps", "own_loss", "sgd_loss", "sgd_done"}:
        needed = "own_steps"
        free = "own_steps" in step.controls
    elif names & _COUNTED:
        needed = "run or step"
        free = bool(step.controls & _MOVE)
    elif names == {"rate"} or names == {"regime"}:
        needed = "learning_rate"
        free = "learning_rate" in step.controls
    else:
        needed = "run, step, weights, line or ball"
        free = bool(step.controls - _BESIDE)
    if not free:
        yield Problem(where, f'Nobody can make "{task.until.text}" true: {needed} is locked.')


def _step(evaluator: StepEvaluator, place: KeyPlace) -> Iterator[Problem]:
    """Yield what goes wrong with the texts of a step, and with its question."""
    step = evaluator.step
    task = step.task
    here = evaluator.scope()
    inside = ((step.paper, "paper"), (step.predict, "predict"), (step.do, "do"))
    for table, where in ((step, place), *((table, place.at(key)) for table, key in inside)):
        for name in _SHOWN_FIRST:
            yield from _valueless(getattr(table, name, None), where.at(name), here)
    if isinstance(task, Prediction):
        yield from _predicted(evaluator, task, place.at("predict"))
    elif isinstance(task, DoTask):
        yield from _done(evaluator, task, place.at("do"))
    elif step.runs:
        yield from _went(evaluator, place)
    yield from _failing(place.at("table", "columns"), evaluator.table)
    yield from _failing(place.at("paper"), evaluator.way)
    if step.paper.epochs:
        yield from _failing(place.at("paper"), evaluator.epochs_table)


def _valueless(table: object, place: KeyPlace, scope: LessonScope) -> Iterator[Problem]:
    """Yield a problem for each text or expression in a table that has no value."""
    if isinstance(table, LessonText):
        yield from _failing(place, filled, table, scope)
    elif isinstance(table, Expression):
        value = table.number if place.key[-1] in _NUMBERS else table.holds
        yield from _failing(place, value, scope)
    elif isinstance(table, tuple):
        for index, each in enumerate(table):
            yield from _valueless(each, place.at(index), scope)
    elif isinstance(table, Struct):
        for field in structs.fields(table):
            if field.name not in _ELSEWHEN:
                each = getattr(table, field.name)
                yield from _valueless(each, place.at(field.encode_name), scope)


def _went(evaluator: StepEvaluator, place: KeyPlace) -> Iterator[Problem]:
    """Let the run go on as after an answer, and yield why it cannot."""
    then = place.at("then").line
    try:
        steps = evaluator.steps_to_go()
        evaluator.go()
    except ExpressionError as error:
        yield Problem(then, str(error))
        return
    if steps and evaluator.scope().value(("steps_taken",)) == 0:
        yield Problem(then, f"The run cannot go on. {evaluator.session.obstacle() or ''}".strip())


# --- what is asked --------------------------------------------------------------------------------


def _predicted(evaluator: StepEvaluator, task: Prediction, place: KeyPlace) -> Iterator[Problem]:
    trouble = list(_went(evaluator, place))
    yield from trouble
    if trouble:
        return
    on_plot = isinstance(task, CurveQuestion | PointQuestion)
    told = _AT_AN_ANSWER if on_plot else {"answer": 1.0} if isinstance(task, NumberQuestion) else {}
    drawn = CurveAnswer((0.0, float(evaluator.session.frame().newest_step)), (1.0, 1.0))
    trouble = list(_valueless(task, place, evaluator.scope(told, drawn if on_plot else None)))
    yield from trouble
    yield from _failing(place.at("truth"), evaluator.said, task.truth)
    if on_plot and not trouble:
        answer = drawn if isinstance(task, CurveQuestion) else _clicked(evaluator)
        yield from _failing(place, evaluator.judge, answer)
    with suppress(ExpressionError):  # which has been told
        if isinstance(task, ChoiceQuestion):
            yield from _not_one(evaluator, task, place)
        elif isinstance(task, NumberQuestion):
            yield from _not_wrong(evaluator, task, place)


def _not_one(evaluator: StepEvaluator, task: ChoiceQuestion, place: KeyPlace) -> Iterator[Problem]:
    """Yield a problem where not exactly one choice is true."""
    true = evaluator.true_choices(task)
    if len(true) != 1:
        said = " and ".join(f"“{task.choices[index].text}”" for index in true)
        what = (
            f"Several choices are true of the run: {said}"
            if true
            else "No choice is true of the run"
        )
        yield Problem(place.line, f"{what}; exactly one must be.")


def _not_wrong(
    evaluator: StepEvaluator, task: NumberQuestion, place: KeyPlace
) -> Iterator[Problem]:
    """Yield a problem for each tempting number that is right."""
    for index, number in enumerate(task.tempting):
        if evaluator.judge(number.value.number(evaluator.scope())).right:
            sentence = "This number is right: it cannot be a tempting wrong one."
            yield Problem(place.at("tempting", index, "value").line, sentence)


def _clicked(evaluator: StepEvaluator) -> PointAnswer:
    """Return a click beside the ball, since a click on it would have no direction."""
    parameters = evaluator.session.frame().parameters
    assert parameters is not None
    return PointAnswer(float(parameters[0]) + 1.0, float(parameters[1]) + 1.0, 10.0, 10.0)


def _done(evaluator: StepEvaluator, task: DoTask, place: KeyPlace) -> Iterator[Problem]:
    evaluator.more = {"own_steps": 0.0, "own_loss": 1.0, "sgd_loss": 1.0, "sgd_done": False}
    scope = evaluator.scope()
    yield from _valueless(task, place, scope)
    for expression, name in ((task.until, "until"), (task.fails_if, "fails_if")):
        with suppress(ExpressionError):  # which has been told
            if expression is not None and expression.holds(scope):
                yield Problem(
                    place.at(name).line, f'"{expression.text}" holds already when the step begins.'
                )


def _in_experiment(step: LessonStep, place: KeyPlace, error: SettingsError) -> Problem:
    """Return a problem with an experiment, at the line of the faulty option."""
    name = {None: "task", "edit": "edits"}.get(error.field, error.field or "task")
    for index, run in enumerate(step.runs):
        if name in run.options:
            return Problem(place.at("run", index, name).line, str(error))
    return Problem(place.at("experiment", name).line, str(error))
