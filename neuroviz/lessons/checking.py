"""Checking: what is wrong with a lesson file, for its author, by line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from neuroviz.core.catalogue import SettingsError
from neuroviz.lessons.answers import CurveAnswer, PointAnswer
from neuroviz.lessons.expressions import (
    ExpressionError,
    Value,
    filled,
    typed_digits,
    words_in,
)
from neuroviz.lessons.format import (
    VIEW_OF,
    Case,
    ChoiceQuestion,
    CurveQuestion,
    DoTask,
    Lesson,
    LessonStep,
    NumberQuestion,
    Prediction,
    SignQuestion,
)
from neuroviz.lessons.reading import (
    KeyPlace,
    LessonError,
    Problem,
    in_order,
    read_document,
    read_lesson,
)
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
"""Names that an answer adds for the texts about it, with sample values."""


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
    before_an_answer = (
        ("text", step.text),
        ("title", step.title),
        *(("hints", hint) for hint in step.hints),
        *(("paper", text) for text in (step.paper.title, step.paper.text, step.paper.ask)),
    )
    for name, text in before_an_answer:
        yield from _failing(place.at(name), evaluator.text, text)
    if isinstance(task, Prediction):
        yield from _failing(place.at("predict", "ask"), evaluator.text, task.ask)
        yield from _predicted(evaluator, task, place.at("predict"))
    elif isinstance(task, DoTask):
        yield from _failing(place.at("do", "ask"), evaluator.text, task.ask)
        yield from _done(evaluator, task, place.at("do"))
    elif step.runs:
        yield from _went(evaluator, place)
    yield from _failing(place.at("table", "columns"), evaluator.table)
    yield from _failing(place.at("paper"), evaluator.way)
    if step.paper.epochs:
        yield from _failing(place.at("paper"), evaluator.epochs_table)


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
    if isinstance(task, ChoiceQuestion):
        yield from _choices(evaluator, task, place)
    elif isinstance(task, SignQuestion):
        yield from _failing(place.at("of"), task.of.number, evaluator.scope())
        for text in task.feedback.texts:
            yield from _failing(place.at("feedback"), evaluator.said, text)
    elif isinstance(task, NumberQuestion):
        yield from _number(evaluator, task, place)
    else:
        drawn = CurveAnswer((0.0, float(evaluator.session.frame().newest_step)), (1.0, 1.0))
        answer = drawn if isinstance(task, CurveQuestion) else _clicked(evaluator)
        yield from _failing(place, evaluator.judge, answer)
        yield from _cases(evaluator, task.feedback, place.at("feedback"))
    yield from _failing(place.at("truth"), evaluator.said, task.truth)


def _choices(evaluator: StepEvaluator, task: ChoiceQuestion, place: KeyPlace) -> Iterator[Problem]:
    trouble: list[Problem] = []
    for index, choice in enumerate(task.choices):
        where = place.at("choice", index)
        trouble += _failing(where.at("true_if"), choice.true_if.holds, evaluator.scope())
        yield from _failing(where.at("text"), evaluator.said, choice.text)
        yield from _failing(where.at("feedback"), evaluator.said, choice.feedback)
    yield from trouble
    if trouble:
        return
    true = evaluator.true_choices(task)
    if len(true) != 1:
        said = " and ".join(f"“{task.choices[index].text}”" for index in true)
        what = (
            f"Several choices are true of the run: {said}"
            if true
            else "No choice is true of the run"
        )
        yield Problem(place.line, f"{what}; exactly one must be.")


def _number(evaluator: StepEvaluator, task: NumberQuestion, place: KeyPlace) -> Iterator[Problem]:
    trouble = list(_failing(place.at("of"), task.of.number, evaluator.scope()))
    yield from trouble
    for text in (task.feedback.right, task.feedback.too_low, task.feedback.too_high):
        yield from _failing(place.at("feedback"), evaluator.said, text, {"answer": 1.0})
    for index, number in enumerate(task.tempting):
        where = place.at("tempting", index)
        wrong = list(_failing(where.at("value"), number.value.number, evaluator.scope()))
        yield from wrong
        yield from _failing(where.at("feedback"), evaluator.said, number.feedback, {"answer": 1.0})
        if (
            not wrong
            and not trouble
            and evaluator.judge(number.value.number(evaluator.scope())).right
        ):
            sentence = "This number is right: it cannot be a tempting wrong one."
            yield Problem(where.at("value").line, sentence)


def _clicked(evaluator: StepEvaluator) -> PointAnswer:
    """Return a click beside the ball, since a click on it would have no direction."""
    parameters = evaluator.session.frame().parameters
    assert parameters is not None
    return PointAnswer(float(parameters[0]) + 1.0, float(parameters[1]) + 1.0, 10.0, 10.0)


def _done(evaluator: StepEvaluator, task: DoTask, place: KeyPlace) -> Iterator[Problem]:
    evaluator.more = {"own_steps": 0.0, "own_loss": 1.0, "sgd_loss": 1.0, "sgd_done": False}
    for expression, name in ((task.until, "until"), (task.fails_if, "fails_if")):
        if expression is None:
            continue
        trouble = list(_failing(place.at(name), expression.holds, evaluator.scope()))
        yield from trouble
        if not trouble and expression.holds(evaluator.scope()):
            yield Problem(
                place.at(name).line, f'"{expression.text}" holds already when the step begins.'
            )
    yield from _failing(place.at("failed"), evaluator.said, task.failed or "")
    yield from _cases(evaluator, task.feedback, place.at("feedback"))
    yield from _cases(evaluator, task.meanwhile, place.at("meanwhile"))


def _cases(evaluator: StepEvaluator, cases: tuple[Case, ...], place: KeyPlace) -> Iterator[Problem]:
    scope = evaluator.scope(_AT_AN_ANSWER, CurveAnswer((0.0, 1.0), (1.0, 1.0)))
    for index, case in enumerate(cases):
        where = place.at(index)
        if case.condition is not None:
            yield from _failing(where.at("if"), case.condition.holds, scope)
        yield from _failing(where.at("text"), filled, case.text, scope)


def _in_experiment(step: LessonStep, place: KeyPlace, error: SettingsError) -> Problem:
    """Return a problem with an experiment, at the line of the faulty option."""
    name = {None: "task", "edit": "edits"}.get(error.field, error.field or "task")
    for index, run in enumerate(step.runs):
        if name in run.options:
            return Problem(place.at("run", index, name).line, str(error))
    return Problem(place.at("experiment", name).line, str(error))
