"""Checking: what is wrong with a lesson file, for its author, by line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from neuroviz.core.catalogue import SettingsError
from neuroviz.lessons.document import Fields, LessonError, Problem, in_order, read_document
from neuroviz.lessons.expressions import Expression, ExpressionError
from neuroviz.lessons.format import Case, Click, Curve, Do, Lesson, Number, Predict, Sign, Step
from neuroviz.lessons.reading import read_lesson
from neuroviz.lessons.stage import Clicked, Drawn, Stage
from neuroviz.lessons.template import filled, placeholders, typed_digits, words_in

MOST_WORDS = 70
"""Of text and question together: more is not read."""
_MOVE = {"run", "step", "parts"}
_SET = {"weights", "line", "ball", "data"}
_VIEW_OF = {"line": "data", "data": "data", "ball": "landscape", "own_steps": "landscape"}
"""The view in which something is taken hold of."""
_VIEW_OF_TARGET = {"line": "data", "ball": "landscape", "direction": "landscape"}
_COUNTED = {"epoch", "step", "steps_taken", "loss_at", "right_since"}


def check(path: Path) -> list[Problem]:
    """Return what is wrong with a lesson file, in the order of its lines; nothing if it can be played.

    The lesson is played without a window: each question is asked of the run that the step has.
    """
    try:
        lesson = read_lesson(path)
    except LessonError as error:
        return list(error.problems)
    head, _ = read_document(path)
    found = [*_typed(head), *_played(lesson, head)]
    return in_order(found)


def _typed(head: Fields) -> Iterator[Problem]:
    """Give the numbers that are typed into texts: they have to come from the run."""
    for fields, name in _texts(head):
        value = fields.said.get(name)
        for each in value if isinstance(value, list) else [value]:
            if not isinstance(each, str):
                continue
            digits = typed_digits(each)
            if digits:
                yield Problem(
                    fields.line(name),
                    f"{digits[0]} is typed into {name}: let the run say it, as in {{loss}} or {{rate}}, "
                    "or write it as a word.",
                )


def _texts(head: Fields) -> Iterator[tuple[Fields, str]]:
    yield from ((head, name) for name in ("goal", "take_home", "locked"))
    for step in head.tables("step"):
        yield from ((step, name) for name in ("title", "text", "hints"))
        for kind in ("predict", "do", "compare", "paper"):
            task = step.table(kind)
            if task is None:
                continue
            yield from ((task, name) for name in ("text", "ask", "way", "truth", "failed"))
            if isinstance(task.said.get("feedback"), dict):
                feedback = task.table("feedback")
                assert feedback is not None
                yield from ((feedback, name) for name in feedback.said)
            else:
                yield from ((case, name) for case in task.tables("feedback") for name in ("text", "to"))
            yield from ((case, "text") for case in task.tables("meanwhile"))
            yield from ((each, "feedback") for name in ("choice", "tempting") for each in task.tables(name))


def _played(lesson: Lesson, head: Fields) -> Iterator[Problem]:
    """Play every step, and give what goes wrong."""
    before: Stage | None = None
    for step, fields in zip(lesson.steps, head.tables("step"), strict=True):
        yield from _length(step, fields)
        yield from _controls(step, fields)
        try:
            stage = Stage(step, before)
        except SettingsError as error:
            yield _in_experiment(fields, error)
            return
        yield from _asked(stage, fields)
        before = stage


def _length(step: Step, fields: Fields) -> Iterator[Problem]:
    words = words_in(f"{step.text} {step.task.ask}")
    if words > MOST_WORDS:
        yield Problem(
            fields.line("text"), f"The step has {words} words with its question: {MOST_WORDS} are read, no more."
        )


def _controls(step: Step, fields: Fields) -> Iterator[Problem]:
    """Give the controls and views that are needed and locked."""
    where = fields.line("controls") if "controls" in fields else step.line
    for control, view in _VIEW_OF.items():
        if control in step.controls and view not in step.views:
            yield Problem(where, f"The control {control} is taken hold of in the view {view}, which is not shown.")
    task = step.task
    if isinstance(task, Predict) and isinstance(task.answer, Click | Curve):
        view = "loss" if isinstance(task.answer, Curve) else _VIEW_OF_TARGET[task.answer.target]
        if view not in step.views:
            yield Problem(fields.line("predict"), f"The answer is given in the view {view}, which is not shown.")
    if isinstance(task, Do):
        yield from _locked(step, task, where)


def _locked(step: Step, task: Do, where: int) -> Iterator[Problem]:
    names = {path[-1] for path in task.until.names}
    moving = bool(step.controls & _MOVE)
    if names & {"own_steps", "own_loss", "sgd_loss", "sgd_done"}:
        needed = "own_steps"
        free = "own_steps" in step.controls
    elif names & _COUNTED:
        needed = "run or step"
        free = moving
    elif names == {"rate"} or names == {"zone"}:
        needed = "learning_rate"
        free = "learning_rate" in step.controls
    else:
        needed = "run, step, weights, line or ball"
        free = moving or bool(step.controls & _SET) or bool(step.controls - _MOVE - {"reset", "pace", "undo"})
    if not free:
        yield Problem(where, f'Nobody can make "{task.until.text}" true: {needed} is locked.')


def _asked(stage: Stage, fields: Fields) -> Iterator[Problem]:
    """Give what goes wrong with the words of a step, and with its question."""
    step = stage.step
    yield from _text(stage, step.text, fields, "text")
    yield from _text(stage, step.title, fields, "title")
    for hint in step.hints:
        yield from _text(stage, hint, fields, "hints")
    for text in (step.paper.text, step.paper.ask, step.paper.way):
        yield from _text(stage, text, fields, "paper")
    task = step.task
    if isinstance(task, Predict):
        predict = fields.table("predict")
        assert predict is not None
        yield from _text(stage, task.ask, predict, "ask")
        yield from _predicted(stage, task, predict)
    elif isinstance(task, Do):
        do = fields.table("do")
        assert do is not None
        yield from _text(stage, task.ask, do, "ask")
        yield from _done(stage, task, do)
    elif step.runs:
        yield from _went(stage, fields)
    if step.columns:
        try:
            stage.table()
        except ExpressionError as error:
            yield Problem(fields.line("table", "columns"), str(error))


def _went(stage: Stage, fields: Fields) -> Iterator[Problem]:
    """Let the run go where it goes after an answer; give why it cannot."""
    try:
        steps = stage.steps_to_go()
        stage.go()
    except ExpressionError as error:
        yield Problem(fields.line("then"), str(error))
        return
    if steps and stage.scope().value(("steps_taken",)) == 0:
        yield Problem(fields.line("then"), f"The run cannot go on. {stage.session.obstacle() or ''}".strip())


def _predicted(stage: Stage, task: Predict, fields: Fields) -> Iterator[Problem]:
    trouble = list(_went(stage, fields))
    yield from trouble
    if trouble:
        return
    answer = task.answer
    if isinstance(answer, tuple):
        yield from _choices(stage, task, fields)
    elif isinstance(answer, Sign):
        yield from _value(stage, answer.of, fields, "of")
        for text in answer.feedback:
            yield from _said(stage, text, fields, "feedback")
    elif isinstance(answer, Number):
        yield from _number(stage, answer, fields)
    elif isinstance(answer, Curve):
        yield from _judged(stage, Drawn((0.0, float(stage.session.frame().newest_step)), (1.0, 1.0)), fields)
        yield from _cases(stage, answer.feedback, fields)
    else:
        yield from _judged(stage, _clicked(stage), fields)
        yield from _cases(stage, answer.feedback, fields)
    yield from _said(stage, task.truth, fields, "truth")


def _choices(stage: Stage, task: Predict, fields: Fields) -> Iterator[Problem]:
    assert isinstance(task.answer, tuple)
    true = []
    trouble = False
    for index, (choice, where) in enumerate(zip(task.answer, fields.tables("choice"), strict=True)):
        try:
            if choice.true_if.holds(stage.scope()):
                true.append(index)
        except ExpressionError as error:
            trouble = True
            yield Problem(where.line("true_if"), str(error))
        yield from _said(stage, choice.text, where, "text")
        yield from _said(stage, choice.feedback, where, "feedback")
    if len(true) != 1 and not trouble:
        said = " and ".join(f"“{task.answer[index].text}”" for index in true)
        what = f"Several choices are true of the run: {said}" if true else "No choice is true of the run"
        yield Problem(fields.line(), f"{what}; exactly one has to be.")


def _number(stage: Stage, number: Number, fields: Fields) -> Iterator[Problem]:
    trouble = list(_value(stage, number.of, fields, "of"))
    yield from trouble
    for text in (number.right, number.too_low, number.too_high):
        yield from _said(stage, text, fields, "feedback", {"answer": 1.0})
    for (value, said), where in zip(number.tempting, fields.tables("tempting"), strict=True):
        wrong = list(_value(stage, value, where, "value"))
        yield from wrong
        yield from _said(stage, said, where, "feedback", {"answer": 1.0})
        if not wrong and not trouble and stage.judge(value.number(stage.scope())).right:
            yield Problem(where.line("value"), "This number is right: it cannot be a tempting wrong one.")


def _done(stage: Stage, task: Do, fields: Fields) -> Iterator[Problem]:
    stage.more = {"own_steps": 0.0, "own_loss": 1.0, "sgd_loss": 1.0, "sgd_done": False}
    for expression, name in ((task.until, "until"), (task.fails_if, "fails_if")):
        if expression is None:
            continue
        try:
            if expression.holds(stage.scope()):
                yield Problem(fields.line(name), f'"{expression.text}" holds already when the step begins.')
        except ExpressionError as error:
            yield Problem(fields.line(name), str(error))
    yield from _said(stage, task.failed, fields, "failed")
    yield from _cases(stage, task.feedback, fields)
    yield from _cases(stage, task.meanwhile, fields, "meanwhile")


def _cases(stage: Stage, cases: tuple[Case, ...], fields: Fields, name: str = "feedback") -> Iterator[Problem]:
    more = {"error": 0.0, "x": 0.0, "y": 0.0, "truth_x": 0.0, "truth_y": 0.0, "right_answer": True}
    more |= {"page_bottom": 0.0, "page_top": 1.0, "leaves": 1.0}
    scope = stage.scope(more, Drawn((0.0, 1.0), (1.0, 1.0)))
    for case, where in zip(cases, fields.tables(name), strict=True):
        try:
            if case.condition is not None:
                case.condition.holds(scope)
        except ExpressionError as error:
            yield Problem(where.line("if"), str(error))
        try:
            filled(case.text, scope)
        except ExpressionError as error:
            yield Problem(where.line("text"), str(error))


def _judged(stage: Stage, answer: Drawn | Clicked, fields: Fields) -> Iterator[Problem]:
    try:
        stage.judge(answer)
    except ExpressionError as error:
        yield Problem(fields.line(), str(error))


def _clicked(stage: Stage) -> Clicked:
    """Return a click that is not on the ball: from there it would have no direction."""
    parameters = stage.session.frame().parameters
    assert parameters is not None
    return Clicked(float(parameters[0]) + 1.0, float(parameters[1]) + 1.0, 10.0, 10.0)


def _value(stage: Stage, expression: Expression, fields: Fields, name: str) -> Iterator[Problem]:
    try:
        expression.number(stage.scope())
    except ExpressionError as error:
        yield Problem(fields.line(name), str(error))


def _text(stage: Stage, text: str, fields: Fields, name: str) -> Iterator[Problem]:
    """Give what is wrong with a text that is shown before an answer."""
    try:
        list(placeholders(text))
        stage.text(text)
    except ExpressionError as error:
        yield Problem(fields.line(name), str(error))


def _said(
    stage: Stage, text: str, fields: Fields, name: str, more: dict[str, float | str | bool] | None = None
) -> Iterator[Problem]:
    """Give what is wrong with a text that is shown after an answer."""
    try:
        stage.said(text, more)
    except ExpressionError as error:
        yield Problem(fields.line(name), str(error))


def _in_experiment(fields: Fields, error: SettingsError) -> Problem:
    """Return the problem with an experiment, at the line of the option at fault."""
    experiment = fields.table("experiment")
    assert experiment is not None
    name = {None: "task", "edit": "edits"}.get(error.field, error.field or "task")
    for run in fields.tables("run"):
        if name in run:
            return Problem(run.line(name), str(error))
    return Problem(experiment.line(name), str(error))
